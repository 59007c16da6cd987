//! Explanations of parameters, flags and regimes: a sentence, its formula, and its papers.

use crate::chart::numbers::sig;
use crate::dashboard::model::state::State;
use crate::scenario::Featurization;
use crate::scenario::parameter::Parameter;
use crate::study::encoders::curves::Crossover;
use crate::study::{Axis, EncoderSummary, Variable, words};
use crate::theory::Regime;
use crate::theory::divergence::{Cause, Extremum, ExtremumKind, SpectralGap};
use crate::theory::transition::Transition;

/// An explanation: its subject, and sentences that cite sections of the theory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub title: String,
    pub sentences: Vec<String>,
}

/// A paper behind sections of the theory.
#[derive(Debug, PartialEq, Eq)]
pub struct Paper {
    sections: &'static [&'static str],
    pub authors: &'static str,
    /// Its arXiv number.
    pub number: &'static str,
}

const PAPERS: [Paper; 5] = [
    Paper { sections: &["§1", "§4", "§5", "§7"], authors: "Li, Sen & Adlam", number: "2404.12481" },
    Paper { sections: &["§2", "§6"], authors: "Wu & Xu", number: "2006.05800" },
    Paper { sections: &["§3"], authors: "Hastie et al.", number: "1903.08560" },
    Paper { sections: &["§3"], authors: "Kobak et al.", number: "1805.10939" },
    Paper { sections: &["§6"], authors: "Richards et al.", number: "2006.06386" },
];

/// Start of a citation on the screen.
pub const ARXIV: &str = "arXiv ";

/// Web page of a citation on the screen; `None` for any other text.
#[must_use]
pub fn page(citation: &str) -> Option<String> {
    let number = citation.strip_prefix(ARXIV)?;
    PAPERS.iter().any(|paper| paper.number == number).then(|| format!("https://arxiv.org/abs/{number}"))
}

/// Papers behind the sections cited by explanations, each with these sections.
#[must_use]
pub fn papers(explanations: &[Explanation]) -> Vec<(String, &'static Paper)> {
    let quoted = |section: &str| explanations.iter().flat_map(|e| &e.sentences).any(|s| s.contains(section));
    let of = |paper: &'static Paper| {
        let sections: Vec<&str> = paper.sections.iter().copied().filter(|section| quoted(section)).collect();
        (!sections.is_empty()).then(|| (sections.join(", "), paper))
    };
    PAPERS.iter().filter_map(of).collect()
}

const fn explanation(title: String, sentences: Vec<String>) -> Explanation {
    Explanation { title, sentences }
}

/// Explanation of a parameter, and of its value if that has a formula.
#[must_use]
pub fn parameter(parameter: &Parameter) -> Explanation {
    let mut sentences = vec![parameter.about.to_owned()];
    if parameter.key == "featurization.kind" {
        let now = parameter.value.to_string();
        sentences.extend(Featurization::about_kind(&now).map(|words| format!("{now}: {words}")));
    }
    explanation(format!("{}   {}", parameter.label, parameter.key), sentences)
}

/// The flag at the crosshair (within a column of the plot), else the regime there.
#[must_use]
pub fn at_crosshair(state: &State) -> Option<Explanation> {
    let (axis, position) = (&state.shown.as_ref()?.curves.axis, state.crosshair_position()?);
    let columns = f64::from(state.columns.max(20));
    let distance = |at: f64| {
        let share = if axis.log && position > 0.0 {
            (at / position).ln() / (axis.to / axis.from).ln()
        } else {
            (at - position) / (axis.to - axis.from)
        };
        share.abs() * columns
    };
    let p = state.dimension() as f64;
    let curves = state.shown.as_ref().map(|s| &s.curves);
    let transitions = curves.map_or(&[][..], |c| c.transitions.as_slice());
    let extrema = state.flagged().flat_map(|c| &c.extrema);
    let flags = extrema.map(|found| (distance(found.at), extremum(found, axis, p)));
    let changes = transitions.iter().map(|t| (distance(t.at), transition(t, p)));
    let encoders = state
        .shown
        .as_ref()
        .filter(|_| axis.variable == Variable::SampleRatio)
        .and_then(|s| s.encoders.as_ref());
    let crossovers = encoders
        .into_iter()
        .flat_map(|encoders| encoders.curves.crossovers.iter().map(move |c| (encoders, c)));
    let crossovers =
        crossovers.filter_map(|(encoders, c)| Some((distance(c.samples / p), crossover(encoders, c)?)));
    let nearest =
        flags.chain(changes).chain(crossovers).min_by(|a, b| a.0.total_cmp(&b.0)).filter(|n| n.0 <= 1.5);
    nearest.map(|n| n.1).or_else(|| {
        let regimes = &curves?.regimes;
        let interval = regimes.iter().rev().find(|s| s.from <= position).or(regimes.first())?;
        Some(regime(interval.regime))
    })
}

fn crossover(encoders: &EncoderSummary, c: &Crossover) -> Option<Explanation> {
    let (to, from) = encoders.names(c)?;
    let metric = encoders.curves.metric.name();
    Some(explanation(
        format!("crossover at n = {:.0}: {to} is better than {from} from there on", c.samples),
        vec![format!(
            "With fewer labels {from} has the better {metric}, with more {to}: each is estimated by its own leave-one-out \
             path of the same rows. An encoder is called better where the difference, paired row by row, is more than 1.64 \
             of its standard error; else it is too close to call (§9.5)."
        )],
    ))
}

/// An extremum over n/p or over a parameter.
fn extremum(found: &Extremum, axis: &Axis, p: f64) -> Explanation {
    if axis.variable == Variable::SampleRatio {
        return divergence(found, p);
    }
    let sentence = match found.kind {
        ExtremumKind::Pole => {
            "The risk is infinite: df2 = n/p, as many effective directions as samples. A ridge below it has no solution \
             (§3, §4)."
        }
        ExtremumKind::Peak => "A maximum of the risk over this parameter at the n of the crosshair (§4).",
        ExtremumKind::Minimum if found.at_end => {
            "The smallest risk on this axis at the n of the crosshair is at its end: the risk may go on falling beyond."
        }
        ExtremumKind::Minimum if axis.variable.key() == Some("ridge") => {
            "The smallest risk at the n of the crosshair: the optimal ridge λ*, of either sign (§6)."
        }
        ExtremumKind::Minimum => "The smallest risk over this parameter at the n of the crosshair.",
    };
    explanation(words::mark(found, axis, p as usize), vec![sentence.into()])
}

fn place(ratio: f64, p: f64) -> String {
    format!("n/p {ratio:.4}, n {:.0}", ratio * p)
}

fn divergence(found: &Extremum, p: f64) -> Explanation {
    let at = place(found.at, p);
    let used = |gap: SpectralGap| (gap.used * p).round();
    match (found.kind, found.strength, found.cause) {
        (ExtremumKind::Pole, Some(strength), Cause::Width) => explanation(
            format!("pole at {at}"),
            vec![format!(
                "As many samples as features of the random or pretrained representation, n = N: without a ridge the fit \
                 passes through every noisy label, and R ≈ C/|n/p − N/p| on both sides, C = {} (§11.1). A ridge, or \
                 a wider or narrower representation, removes it.",
                sig(strength, 3)
            )],
        ),
        (ExtremumKind::Pole, Some(strength), Cause::BaggedFit) => explanation(
            format!("pole at {at}"),
            vec![format!(
                "Each bagged fit has as many samples as directions: without a ridge it passes through every noisy \
                 label. Averaging K fits leaves 1/K of the divergence, R ≈ C/|n/p − rank/β| with C = {} (§11.4). A \
                 ridge, or infinitely many fits, removes it.",
                sig(strength, 3)
            )],
        ),
        (ExtremumKind::Pole, Some(strength), cause) => {
            let directions = cause.gap().map_or(String::new(), |gap| format!("the {:.0} ", used(gap)));
            explanation(
                format!("pole at {at}"),
                vec![format!(
                    "As many samples as {directions}directions that features reach: without a ridge the fit must pass \
                     through every noisy label, and R ≈ C/|α − rank| on both sides. C = rank·(signal out of reach + σ²) \
                     = {} (§4). A ridge, or keeping fewer features, removes it.",
                    sig(strength, 3)
                )],
            )
        }
        (ExtremumKind::Pole, None, _) => explanation(
            format!("end of the negative ridge at {at}"),
            vec![
                "Beyond it λ lies below the smallest admissible ridge, where D = 1 − df2/α reaches 0; the risk grows as \
                 one over the root of the distance (§3, §4)."
                    .into(),
            ],
        ),
        (ExtremumKind::Peak | ExtremumKind::Minimum, _, cause) => {
            let size =
                format!("R = {}, {} times the adjacent minimum", sig(found.risk, 3), sig(found.ratio, 2));
            let sentence = match cause {
                Cause::Gap(gap) => format!(
                    "As many samples as the {:.0} strong directions above a gap of the spectrum: the fit uses all of \
                     them on noise and on the weak directions' signal. {size}; it grows without bound as the weak \
                     directions' scale ε → 0 (§4).",
                    used(gap)
                ),
                Cause::RepresentationChange => format!(
                    "The representation is chosen anew at every n, and its choice changes here: the risk rises with the \
                     old choice and falls with the new one. {size}."
                ),
                Cause::Width | Cause::BaggedFit | Cause::Unknown => format!(
                    "A maximum of the risk. {size}. No gap of the spectrum lies at as many directions as samples: no \
                     cause was verified."
                ),
            };
            explanation(format!("peak at {at}"), vec![sentence])
        }
    }
}

const fn name(regime: Regime) -> &'static str {
    match regime {
        Regime::Soft => "reweight all (soft)",
        Regime::Hard => "keep the top (hard)",
        Regime::Null => "use none (null)",
    }
}

fn transition(t: &Transition, p: f64) -> Explanation {
    explanation(
        format!("best features change: {} → {} at {}", name(t.from), name(t.to), place(t.at, p)),
        vec![format!(
            "Here R_{} = R_{} = {}: the optimal representation jumps from keeping {:.0} to keeping {:.0} of {p:.0} features, \
             because the pole at rank = n lies between the two. {} {}",
            name(t.from),
            name(t.to),
            sig(t.risk, 3),
            t.kept_before * p,
            t.kept_after * p,
            formula(t.from),
            formula(t.to),
        )],
    )
}

fn regime(regime: Regime) -> Explanation {
    explanation(
        format!("best features at the crosshair: {}", name(regime)),
        vec![format!("The best ridgeless representation here. {}", formula(regime))],
    )
}

const fn formula(regime: Regime) -> &'static str {
    match regime {
        Regime::Soft => {
            "Soft selection keeps all features, reweighted: M ∝ S + μI, μ = σ²/(1 − α), R_soft = α(κ + μ) (§5)."
        }
        Regime::Hard => {
            "Hard selection keeps a feature if its energy pays for its parameter, τ > R/α: \
             R_hard = min over ρ of (signal dropped + σ²)/(1 − ρ/α) (§5)."
        }
        Regime::Null => {
            "In the null regime no feature is worth its parameter: the mean is predicted, R = r² + σ² (§5)."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::parameter::parameters;
    use crate::scenario::{Scenario, presets};

    #[test]
    fn every_parameter_of_every_preset_names_its_source() {
        for scenario in presets::all().iter().map(presets::Preset::scenario).chain([Scenario::default()]) {
            for p in parameters(&scenario) {
                let explanation = parameter(&p);
                let papers = papers(std::slice::from_ref(&explanation));
                assert!(!papers.is_empty(), "{explanation:?}");
                for (sections, paper) in papers {
                    assert!(sections.starts_with('§'), "{sections}");
                    let page = page(&format!("{ARXIV}{}", paper.number)).unwrap();
                    assert!(page.ends_with(paper.number));
                }
            }
        }
    }

    #[test]
    fn only_citations_have_links() {
        for text in ["", "arXiv", "arXiv 2404.1248", "arXiv 2404.12481 ", "2404.12481", "arXiv 9999.99999"] {
            assert_eq!(page(text), None, "{text}");
        }
    }

    #[test]
    fn every_kind_of_featurization_has_its_formula() {
        for kind in Featurization::NAMES {
            assert!(Featurization::about_kind(kind).is_some_and(|words| words.contains('§')), "{kind}");
        }
    }
}
