//! Words for what is found: regimes, divergences, transitions, sample counts and recommendations, the same on screen, in
//! pictures and in tables.

use super::curve::Stretch;
use super::encoders::Best;
use super::{Axis, Variable};
use crate::data::EnsembleChoice;
use crate::numbers::sig;
use crate::scenario::{Reach, Shown};
use crate::theory::RidgeChoice;
use crate::theory::divergence::{Cause, Extremum, ExtremumKind};
use crate::theory::selection::{Optimal, Regime};
use crate::theory::target::Interval;
use crate::theory::transition::Transition;

/// The curve of the optimal representation judged by tasks left out of its estimate.
pub const LEFT_OUT: &str = "best, tasks left out";

/// Where a curve ends because there are too few labels to go on.
pub const MORE_LABELS: &str = "more labels needed to say";

/// What is true of the optimum, its regimes and transitions where the ridge is not 0 (section 5); `None` where it is.
#[must_use]
pub fn ridgeless(ridge: RidgeChoice) -> Option<&'static str> {
    match ridge {
        RidgeChoice::Fixed(ridge) if ridge.get() == 0.0 => None,
        RidgeChoice::Fixed(_) => {
            Some("the best features, and where they change, are those without a ridge (λ = 0)")
        }
        RidgeChoice::Optimal | RidgeChoice::OptimalNonNegative => Some(
            "the best features, and where they change, are those without a ridge (λ = 0); with a tuned ridge the \
             ground truth is best at every n",
        ),
    }
}

/// What the optimum's regimes and transitions are at the ridge in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// λ = 0: the best there is.
    Optimum,
    /// Another ridge: those of λ = 0, greyed.
    Ridgeless,
    /// A tuned ridge: ground truth at its best ridge is the optimum, without a transition.
    Tuned,
}

impl Standing {
    /// What the scenario's ridge leaves of them.
    #[must_use]
    pub fn of(ridge: RidgeChoice) -> Self {
        match ridge {
            RidgeChoice::ZERO => Self::Optimum,
            RidgeChoice::Fixed(_) => Self::Ridgeless,
            RidgeChoice::Optimal | RidgeChoice::OptimalNonNegative => Self::Tuned,
        }
    }
}

/// The same as [`ridgeless`] in few words, for where a picture stands beside them.
#[must_use]
pub fn standing(ridge: RidgeChoice) -> Option<&'static str> {
    match Standing::of(ridge) {
        Standing::Optimum => None,
        Standing::Ridgeless => Some("best features, and where they change: without a ridge (λ = 0)"),
        Standing::Tuned => Some("with a tuned ridge the ground truth is best at every n"),
    }
}

/// A regime's name.
#[must_use]
pub const fn regime(regime: Regime) -> &'static str {
    match regime {
        Regime::Soft => "soft",
        Regime::Hard => "hard",
        Regime::Null => "null",
    }
}

/// The best features in plain words, with how many are kept: `keep the top 200`.
#[must_use]
pub fn optimal(optimal: &Optimal, dimension: f64) -> String {
    selection(optimal.regime, (optimal.kept_fraction, optimal.kept_fraction), dimension)
}

/// The best features over a stretch of the axis, from its first n to its last: `keep the top 150–200`.
#[must_use]
pub fn stretch(stretch: &Stretch, dimension: usize) -> String {
    selection(stretch.regime, stretch.kept, dimension as f64)
}

fn selection(regime: Regime, kept: (f64, f64), dimension: f64) -> String {
    let count = |share: f64| format!("{:.0}", share * dimension);
    match (regime, count(kept.0), count(kept.1)) {
        (Regime::Hard, first, last) if first == last => format!("keep the top {first}"),
        (Regime::Hard, first, last) => format!("keep the top {first}–{last}"),
        (Regime::Soft, ..) => "reweight all features".into(),
        (Regime::Null, ..) => "use no features".into(),
    }
}

/// The kind of an extremum in JSON.
#[must_use]
pub const fn kind(kind: ExtremumKind) -> &'static str {
    match kind {
        ExtremumKind::Pole => "pole",
        ExtremumKind::Peak => "near",
        ExtremumKind::Minimum => "minimum",
    }
}

/// `n = 200`, or `n = p` where that is as many.
#[must_use]
pub fn place(ratio: f64, dimension: usize) -> String {
    let n = format!("{:.0}", ratio * dimension as f64);
    if n == dimension.to_string() { "n = p".into() } else { format!("n = {n}") }
}

/// Label of an extremum's mark: `infinite, n = 1000`, `2.58, n = 200 · 200 strong directions`, `minimum 0.196, ridge λ =
/// 0.0321`. The part before " · " may stand alone.
#[must_use]
pub fn mark(extremum: &Extremum, axis: &Axis, dimension: usize) -> String {
    let at = match axis.variable {
        Variable::SampleRatio => format!("n = {:.0}", extremum.at * dimension as f64),
        Variable::Parameter(_) => format!("{} = {}", axis.label, axis.format(extremum.at)),
    };
    let risk = sig(extremum.risk, 3);
    match (extremum.kind, extremum.cause) {
        (ExtremumKind::Pole, _) => format!("infinite, {at}"),
        (ExtremumKind::Peak, Cause::Gap(gap)) => {
            format!("{risk}, {at} · {:.0} strong directions", (gap.used * dimension as f64).round())
        }
        (ExtremumKind::Peak, _) => format!("{risk}, {at}"),
        (ExtremumKind::Minimum, _) => format!("minimum {risk}, {at}"),
    }
}

/// The strength of a pole, the height of a peak.
#[must_use]
pub fn size(extremum: &Extremum) -> String {
    match (extremum.kind, extremum.strength) {
        (ExtremumKind::Pole, Some(c)) => format!("R ≈ {}/|n/p − {}|", sig(c, 3), sig(extremum.at, 3)),
        (ExtremumKind::Pole, None) => "no solution beyond it at this ridge".into(),
        (ExtremumKind::Peak, _) => {
            format!("R = {}, {}× the adjacent minimum", sig(extremum.risk, 3), sig(extremum.ratio, 2))
        }
        (ExtremumKind::Minimum, _) => format!("R = {}", sig(extremum.risk, 3)),
    }
}

/// The verified cause of a pole or a peak: the directions that n samples use up and how much weaker the next ones are, or
/// a representation that changes; `None` where no cause was verified.
#[must_use]
pub fn cause(extremum: &Extremum, dimension: usize) -> Option<String> {
    match extremum.cause {
        Cause::Gap(gap) => {
            let used = (gap.used * dimension as f64).round();
            Some(match (gap.smallest_kept, gap.next) {
                (Some(kept), Some(next)) if next > 0.0 => {
                    format!("n = {used:.0} strong directions, the next {}× weaker", sig(kept / next, 2))
                }
                _ => format!("n = all {used:.0} directions"),
            })
        }
        Cause::RepresentationChange => Some("the representation changes here".into()),
        Cause::Width => Some("n = number of features of the representation".into()),
        Cause::BaggedFit => Some("each bagged fit has as many samples as directions".into()),
        Cause::Unknown => None,
    }
}

/// A regime in plain words: what the best features are.
#[must_use]
pub const fn features(regime: Regime) -> &'static str {
    match regime {
        Regime::Soft => "reweight all",
        Regime::Hard => "keep the top",
        Regime::Null => "use none",
    }
}

/// `reweight all → keep the top 200`.
#[must_use]
pub fn change(transition: &Transition, dimension: usize) -> String {
    let one = |regime: Regime, kept: f64| match regime {
        Regime::Hard => format!("{} {:.0}", features(regime), kept * dimension as f64),
        _ => features(regime).to_owned(),
    };
    format!(
        "{} → {}",
        one(transition.from, transition.kept_before),
        one(transition.to, transition.kept_after)
    )
}

/// What the optimum does from a transition on.
#[must_use]
pub fn after(transition: &Transition, dimension: usize) -> String {
    match transition.to {
        Regime::Soft => format!("keep all {dimension}, reweighted"),
        Regime::Hard => format!("keep {:.0} of {dimension}", transition.kept_after * dimension as f64),
        Regime::Null => "keep nothing, predict the mean".into(),
    }
}

/// Who is ahead at one n, and whether that can be called.
#[must_use]
pub fn ahead(name: &str, best: &Best) -> String {
    match best.ahead {
        None => format!("{name}, the only one that these labels can tell"),
        Some(_) if best.is_close() => format!("too close to call ({name})"),
        Some(ahead) => {
            format!("{name}, by {} ± {}", sig(ahead.difference.abs(), 2), sig(ahead.standard_error, 2))
        }
    }
}

/// Why a point has no risk: no predictor, or too few labels to tell.
#[must_use]
pub fn missing(shown: Option<&Shown>) -> String {
    match shown.map(|shown| shown.reach) {
        Some(Reach::Beyond { rows }) => format!("needs about {rows:.0} labelled rows"),
        _ => "does not exist at this n/p".into(),
    }
}

/// `n 251–388, n ≥ 1412`, or that it is never reached.
#[must_use]
pub fn intervals(intervals: &[Interval]) -> String {
    if intervals.is_empty() {
        return "never".into();
    }
    let words = intervals.iter().map(|i| match i.last {
        None => format!("n ≥ {}", i.first),
        Some(last) if last == i.first => format!("n = {last}"),
        Some(last) => format!("n {}–{last}", i.first),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The representation for tasks not seen.
#[must_use]
pub fn recommended(choice: &EnsembleChoice) -> String {
    match choice.kept {
        0 => "no feature: predict the mean".to_owned(),
        1 => format!("hard selection of 1 direction ({})", choice.shrinkage),
        kept => format!("hard selection of {kept} directions ({})", choice.shrinkage),
    }
}
