//! What a parameter, a flag or a regime means: a sentence, its formula, and where that comes from.

use crate::chart::numbers::sig;
use crate::dashboard::model::state::State;
use crate::scenario::Featurization;
use crate::scenario::parameter::Parameter;
use crate::study::Rivals;
use crate::study::rivals::Crossing;
use crate::theory::Regime;
use crate::theory::divergence::{Divergence, DivergenceKind};
use crate::theory::transition::Transition;

/// An explanation: what it is about, and its sentences, the last of them the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    pub title: String,
    pub sentences: Vec<String>,
}

/// Sections of the theory as § quotes them, and the papers behind them.
const SOURCES: [(&str, &str); 7] = [
    ("§1", "the model: Li, Sen & Adlam, arXiv 2404.12481"),
    ("§2", "the spectrum: Wu & Xu, arXiv 2006.05800"),
    ("§3", "fixed point and risk: Hastie et al., arXiv 1903.08560; negative ridge: Kobak et al., 1805.10939"),
    ("§4", "divergence points: Li, Sen & Adlam, arXiv 2404.12481"),
    ("§5", "the optimal featurization: Li, Sen & Adlam, arXiv 2404.12481"),
    ("§6", "the optimal ridge: Wu & Xu, arXiv 2006.05800; Richards et al., 2006.06386"),
    ("§7", "synthetic scenarios: Li, Sen & Adlam, arXiv 2404.12481"),
];

/// The papers behind the sections that a text quotes.
fn sources(text: &str) -> Vec<String> {
    let quoted = SOURCES.iter().filter(|(section, _)| text.contains(section));
    quoted.map(|(section, source)| format!("{section} {source}")).collect()
}

fn explanation(title: String, sentences: Vec<String>) -> Explanation {
    let sources = sources(&sentences.join(" ")).join(" · ");
    let sentences = sentences.into_iter().chain((!sources.is_empty()).then_some(sources)).collect();
    Explanation { title, sentences }
}

/// What a parameter means, and what it is set to where that is a formula of its own.
#[must_use]
pub fn parameter(parameter: &Parameter) -> Explanation {
    let mut sentences = vec![parameter.about.to_owned()];
    if parameter.key == "featurization.kind" {
        let now = parameter.value.to_string();
        sentences.extend(Featurization::about_kind(&now).map(|words| format!("{now}: {words}")));
    }
    explanation(format!("{}   {}", parameter.label, parameter.key), sentences)
}

/// The flag that the crosshair is on, to a column of the plot; else the regime it is in.
#[must_use]
pub fn at_crosshair(state: &State) -> Option<Explanation> {
    let window = state.display.window;
    let columns = f64::from(state.columns.max(20));
    let distance = |at: f64| {
        let (a, b, from, to) = (at, state.crosshair, window.from, window.to);
        let share = if window.log { (a / b).ln() / (to / from).ln() } else { (a - b) / (to - from) };
        share.abs() * columns
    };
    let p = state.dimension() as f64;
    let curves = state.shown.as_ref().map(|s| &s.curves);
    let transitions = curves.map_or(&[][..], |c| c.transitions.as_slice());
    let divergences = state.flagged().flat_map(|c| &c.divergences);
    let flags = divergences.map(|d| (distance(d.sample_ratio), divergence(d, p)));
    let changes = transitions.iter().map(|t| (distance(t.at), transition(t, p)));
    let rivals = state.shown.as_ref().and_then(|s| s.rivals.as_ref());
    let passes =
        rivals.into_iter().flat_map(|rivals| rivals.along.crossings.iter().map(move |c| (rivals, c)));
    let passes = passes.map(|(rivals, c)| (distance(c.samples / p), crossing(rivals, c)));
    let nearest =
        flags.chain(changes).chain(passes).min_by(|a, b| a.0.total_cmp(&b.0)).filter(|n| n.0 <= 1.5);
    nearest.map(|n| n.1).or_else(|| {
        let stretches = &curves?.stretches;
        let here = stretches.iter().rev().find(|s| s.from <= state.crosshair).or(stretches.first())?;
        Some(regime(here.regime))
    })
}

fn crossing(rivals: &Rivals, c: &Crossing) -> Explanation {
    let name = |encoder: usize| rivals.points.get(encoder).map_or("", |(name, _)| name.as_str());
    let (from, to, metric) = (name(c.from), name(c.to), rivals.along.metric.name());
    explanation(
        format!("{to} passes {from} at n = {:.0}", c.samples),
        vec![format!(
            "With fewer labels {from} has the better {metric}, with more {to}: each is told by its own leave-one-out path of \
             the same rows. Who is ahead is called where the difference, paired row by row, is more than 1.64 of its standard \
             error; else it is too close to call (§9.5)."
        )],
    )
}

fn place(ratio: f64, p: f64) -> String {
    format!("n/p {ratio:.4}, n {:.0}", ratio * p)
}

fn divergence(d: &Divergence, p: f64) -> Explanation {
    let used = (d.block.used * p).round();
    match (d.kind, d.strength) {
        (DivergenceKind::Pole, Some(strength)) => explanation(
            format!("pole at {}", place(d.sample_ratio, p)),
            vec![format!(
                "As many samples as the {used:.0} directions that features reach: without a ridge the fit must pass \
                 through every noisy label, and R ≈ C/|α − rank| on both sides. C = rank·(signal out of reach + σ²) \
                 = {} (§4). A ridge, or keeping fewer features, takes it away.",
                sig(strength, 3)
            )],
        ),
        (DivergenceKind::Pole, None) => explanation(
            format!("end of the negative ridge at {}", place(d.sample_ratio, p)),
            vec![
                "Beyond it λ lies below the smallest admissible ridge, where D = 1 − df2/α reaches 0; the risk grows as \
                 one over the root of the distance (§3, §4)."
                    .into(),
            ],
        ),
        (DivergenceKind::Near, _) => explanation(
            format!("near-divergence at {}", place(d.sample_ratio, p)),
            vec![format!(
                "As many samples as the {used:.0} strong directions above a gap of the spectrum: the fit uses all of them \
                 up on noise and on the weak directions' signal. R = {} here, {} times its valley, and it grows without \
                 bound as the weak directions' scale ε → 0 (§4).",
                sig(d.risk, 3),
                sig(d.ratio, 2)
            )],
        ),
    }
}

const fn name(regime: Regime) -> &'static str {
    match regime {
        Regime::Soft => "soft",
        Regime::Hard => "hard",
        Regime::Null => "null",
    }
}

fn transition(t: &Transition, p: f64) -> Explanation {
    explanation(
        format!("transition {} → {} at {}", name(t.from), name(t.to), place(t.at, p)),
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
        format!("{} regime at the crosshair", name(regime)),
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
            "In the null regime no feature pays for its parameter: predict the mean, R = r² + σ² (§5)."
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
                let last = explanation.sentences.last().unwrap();
                assert!(last.starts_with('§') && last.contains("arXiv"), "{explanation:?}");
            }
        }
    }

    #[test]
    fn every_kind_of_featurization_has_its_formula() {
        for kind in Featurization::NAMES {
            assert!(Featurization::about_kind(kind).is_some_and(|words| words.contains('§')), "{kind}");
        }
    }
}
