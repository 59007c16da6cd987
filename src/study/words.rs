//! Wording of results: regimes, extrema, transitions, sample counts and recommendations, shared by the dashboard, figures
//! and tables.

use crate::data::EnsembleChoice;
use crate::numbers::sig;
use crate::scenario::RowEstimates;
use crate::study::curves::RegimeInterval;
use crate::study::encoders::BestEncoder;
use crate::study::{Axis, Variable};
use crate::theory::RidgeChoice;
use crate::theory::divergence::{Cause, Extremum, ExtremumKind};
use crate::theory::selection::{Optimal, Regime};
use crate::theory::target::Interval;
use crate::theory::transition::Transition;

/// Name of the curve of the optimal representation's risk on tasks left out of its estimate.
pub const LEFT_OUT: &str = "best, tasks left out";

/// Name of the curve of logistic regression.
pub const LOGISTIC: &str = "logistic";

/// Label of the end of a curve beyond which the labels are too few.
pub const TOO_FEW_LABELS: &str = "too few labels to estimate";

/// A remark on the optimum, its regimes and transitions (section 5) for a ridge other than 0; `None` for λ = 0.
#[must_use]
pub fn optimum_remark(ridge: RidgeChoice) -> Option<&'static str> {
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

/// Whether the ridgeless optimum, its regimes and transitions apply at the scenario's ridge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptimumStatus {
    /// λ = 0: they apply.
    Optimum,
    /// Another fixed ridge: they are those at λ = 0.
    Ridgeless,
    /// A tuned ridge: the optimum is ground truth at its best ridge, without transitions.
    Tuned,
}

impl OptimumStatus {
    /// The status at a ridge.
    #[must_use]
    pub fn of(ridge: RidgeChoice) -> Self {
        match ridge {
            RidgeChoice::ZERO => Self::Optimum,
            RidgeChoice::Fixed(_) => Self::Ridgeless,
            RidgeChoice::Optimal | RidgeChoice::OptimalNonNegative => Self::Tuned,
        }
    }
}

/// A short form of [`optimum_remark`], for a picture.
#[must_use]
pub fn optimum_status(ridge: RidgeChoice) -> Option<&'static str> {
    match OptimumStatus::of(ridge) {
        OptimumStatus::Optimum => None,
        OptimumStatus::Ridgeless => Some("best features, and where they change: without a ridge (λ = 0)"),
        OptimumStatus::Tuned => Some("with a tuned ridge the ground truth is best at every n"),
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

/// The best features in plain words, with the number kept: `keep the top 200`.
#[must_use]
pub fn optimal(optimal: &Optimal, dimension: f64) -> String {
    selection(optimal.regime, (optimal.kept_fraction, optimal.kept_fraction), dimension)
}

/// The best features on an interval, with the smallest and largest number kept at its ends: `keep the top 150–200`.
#[must_use]
pub fn regime_interval(interval: &RegimeInterval, dimension: usize) -> String {
    selection(interval.regime, interval.kept, dimension as f64)
}

fn selection(regime: Regime, kept: (f64, f64), dimension: f64) -> String {
    let count = |share: f64| format!("{:.0}", share * dimension);
    match (regime, count(kept.0), count(kept.1)) {
        (Regime::Hard, first, last) if first == last => format!("keep the top {first}"),
        (Regime::Hard, first, last) if kept.0 <= kept.1 => format!("keep the top {first}–{last}"),
        (Regime::Hard, first, last) => format!("keep the top {last}–{first}"),
        (Regime::Soft, ..) => "reweight all".into(),
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

/// A sample ratio as a number of samples: a whole number, of less than 10 with one decimal if it is none.
fn count(ratio: f64, dimension: usize) -> String {
    let n = ratio * dimension as f64;
    if n < 10.0 && (n - n.round()).abs() > 0.05 { format!("{n:.1}") } else { format!("{n:.0}") }
}

/// A sample ratio as a number of samples: `n = 200`, or `n = p`.
#[must_use]
pub fn place(ratio: f64, dimension: usize) -> String {
    if (ratio - 1.0).abs() < 1e-6 { "n = p".into() } else { format!("n = {}", count(ratio, dimension)) }
}

/// Label of an extremum's mark: `infinite, n = 1000`, `2.58, n = 200 · 200 strong directions`, `minimum 0.196, ridge λ =
/// 0.0321`. The part before " · " may stand alone.
#[must_use]
pub fn mark(extremum: &Extremum, axis: &Axis, dimension: usize) -> String {
    let at = match axis.variable {
        Variable::SampleRatio => format!("n = {}", count(extremum.at, dimension)),
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

/// The best features of a regime in plain words.
#[must_use]
pub const fn features(regime: Regime) -> &'static str {
    match regime {
        Regime::Soft => "reweight all",
        Regime::Hard => "keep the top",
        Regime::Null => "use none",
    }
}

/// A regime as a region of a plane, where the number of kept features varies.
#[must_use]
pub const fn region(regime: Regime) -> &'static str {
    match regime {
        Regime::Hard => "keep top features",
        other => features(other),
    }
}

/// A transition in plain words: `reweight all → keep the top 200`.
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

/// The best encoder at one n with its margin and 1 standard error: `minilm, by 0.031 ± 0.012`.
#[must_use]
pub fn leader(name: &str, best: &BestEncoder) -> String {
    match best.margin {
        None => format!("{name}, the only one with a finite estimate"),
        Some(_) if best.is_close() => format!("too close to call ({name})"),
        Some(margin) => {
            format!("{name}, by {} ± {}", sig(margin.difference.abs(), 2), sig(margin.standard_error, 2))
        }
    }
}

/// Why a point has no risk: no predictor, or too few labels to estimate it.
#[must_use]
pub fn missing(shown: Option<&RowEstimates>) -> String {
    match shown.map(|shown| shown.reach) {
        Some(reach) if !reach.is_estimate() => reach.words().unwrap_or_default(),
        _ => "does not exist at this n/p".into(),
    }
}

/// Intervals of n, `n 251–388, n ≥ 1412`, or `never`.
#[must_use]
pub fn intervals(intervals: &[Interval]) -> String {
    if intervals.is_empty() { "never".into() } else { spans("n", intervals) }
}

/// Intervals of the count called `name`, `m 251–388, m ≥ 1412`, or `no m`.
#[must_use]
pub fn spans(name: &str, intervals: &[Interval]) -> String {
    if intervals.is_empty() {
        return format!("no {name}");
    }
    let words = intervals.iter().map(|i| match i.last {
        None => format!("{name} ≥ {}", i.first),
        Some(last) if last == i.first => format!("{name} = {last}"),
        Some(last) => format!("{name} {}–{last}", i.first),
    });
    words.collect::<Vec<_>>().join(", ")
}

/// The representation recommended for new tasks.
#[must_use]
pub fn recommended(choice: &EnsembleChoice) -> String {
    match choice.kept {
        0 => "no feature: predict the mean".to_owned(),
        1 => format!("hard selection of 1 direction ({})", choice.shrinkage),
        kept => format!("hard selection of {kept} directions ({})", choice.shrinkage),
    }
}
