//! The number of labels that a target needs, and its wording.

use crate::scenario::{BAND, Estimate, Metric, RiskPoint, ScenarioError};
use crate::theory::numeric::least_whole;

/// The number of labels that a target needs, with the ends of its 90 % band; `None` where it is not reached within the
/// range that was searched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelsNeeded {
    /// The smallest n at which the estimate reaches the target; where larger n miss it by less than one standard error, the
    /// smallest from which on all reach it.
    pub samples: Option<f64>,
    /// The smallest n at which the better end of the band reaches it.
    pub from: Option<f64>,
    /// The smallest n at which the worse end of the band reaches it.
    pub to: Option<f64>,
    /// More labels than `samples` at which the target is missed again.
    pub missed: Option<Missed>,
    /// The smallest and the largest n that were searched: those at which the rows have an estimate.
    pub searched: (f64, f64),
    /// Whether the rows have no estimate at larger n.
    pub is_open: bool,
}

/// Numbers of labels above the first that reaches a target, between which it is missed again: at the peak of a small
/// ridge more labels are worse.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Missed {
    /// The smallest n that misses the target again.
    pub from: f64,
    /// The smallest n from which on the target is reached; `None` where the largest n that was searched misses it.
    pub until: Option<f64>,
}

impl LabelsNeeded {
    /// The smallest n at which a metric, and either end of its band, reaches a target, between the points of a curve
    /// over n.
    ///
    /// # Errors
    /// An error of `at`, which evaluates the curve at n.
    pub(in crate::study) fn of(
        curve: &[(f64, RiskPoint)],
        (metric, target): (Metric, f64),
        at: &dyn Fn(f64) -> Result<RiskPoint, ScenarioError>,
    ) -> Result<Self, ScenarioError> {
        let less = metric.less_is_better();
        let better = if less { -1.0 } else { 1.0 };
        // The estimate, `side` standard errors better, against the target; `None` where there is no estimate.
        let reached = |point: &RiskPoint, side: f64| {
            let moved = |estimate: Estimate| metric.moved(estimate, better * side);
            let value = point.estimate(metric).map(moved).filter(|value| !value.is_nan());
            value.map(|value| if less { value <= target } else { value >= target })
        };
        // The smallest n in a range from which on the target is reached, or missed.
        let crossing = |range: (f64, f64), side: f64, wanted: bool| {
            least_whole(range, |n| Ok::<_, ScenarioError>(reached(&at(n)?, side) == Some(wanted)))
        };
        let first = |side: f64| {
            let mut before = None;
            for (n, point) in curve {
                match (reached(point, side) == Some(true), before) {
                    (true, None) => return Ok(Some(n.ceil())),
                    (true, Some(low)) => {
                        return crossing((low, *n), side, true).map(Some);
                    }
                    (false, _) => before = Some(*n),
                }
            }
            Ok::<_, ScenarioError>(None)
        };
        let (samples, missed) = match first(0.0)? {
            None => (None, None),
            Some(samples) => {
                let known =
                    |(n, point): &(f64, RiskPoint)| Some((*n, reached(point, 0.0)?, reached(point, 1.0)?));
                let above: Vec<_> = curve.iter().filter(|(n, _)| *n >= samples).filter_map(known).collect();
                let misses = |point: &(f64, bool, bool)| !point.1;
                match (above.iter().position(misses), above.iter().rposition(misses)) {
                    (Some(first), Some(last)) => {
                        let place = |i: usize| above.get(i).map(|point| point.0);
                        let until = match (place(last), place(last + 1)) {
                            (Some(low), Some(high)) => Some(crossing((low, high), 0.0, true)?),
                            _ => None,
                        };
                        // Misses within one standard error may be chance, and so may what reached the target before them.
                        if above.iter().all(|(_, _, within_one)| *within_one) {
                            (until, None)
                        } else {
                            let low = first.checked_sub(1).and_then(place).unwrap_or(samples);
                            let from = crossing((low, place(first).unwrap_or(low)), 0.0, false)?;
                            (Some(samples), Some(Missed { from, until }))
                        }
                    }
                    _ => (Some(samples), None),
                }
            }
        };
        let known = |(n, point): &(f64, RiskPoint)| reached(point, 0.0).map(|_| *n);
        let ends = curve.iter().find_map(known).zip(curve.iter().rev().find_map(known));
        let searched = ends.map_or((0.0, 0.0), |(from, to)| (from.ceil(), to.round()));
        let is_open = curve.last().is_some_and(|last| known(last).is_none());
        // If the worse end of the band reaches the target by chance earlier than the estimate does for good, it is
        // not an upper end.
        let to = first(-BAND)?.filter(|to| samples.is_none_or(|samples| samples <= *to));
        Ok(Self { samples, from: first(BAND)?, to, missed, searched, is_open })
    }

    /// `needs about 900 (700–1200) labels`, or why no number can be given.
    #[must_use]
    pub fn words(&self) -> String {
        let whole = |n: Option<f64>| n.map(|n| format!("{n:.0}"));
        let needs = match (whole(self.samples), whole(self.from), whole(self.to)) {
            (Some(n), _, Some(to)) if n == to && self.is_fewest(self.samples) => {
                format!("needs {n} labels or fewer")
            }
            (Some(n), Some(_), Some(to)) if self.is_fewest(self.samples) => {
                format!("needs {n} labels or fewer (up to {to})")
            }
            (Some(n), Some(_), Some(to)) if self.is_fewest(self.from) => {
                format!("needs about {n} (up to {to}) labels")
            }
            (Some(n), Some(from), Some(to)) => format!("needs about {n} ({from}–{to}) labels"),
            (Some(n), Some(from), None) => format!("needs about {n} ({from} or more) labels"),
            (Some(n), None, _) => format!("needs about {n} labels"),
            (None, Some(from), _) => format!("needs {from} or more labels"),
            (None, None, _) if self.searched.1 == 0.0 => "cannot be estimated from so few labels".into(),
            (None, None, _) if self.is_open => {
                format!(
                    "is not reached with up to {:.0} labels, above which these rows have no estimate",
                    self.searched.1
                )
            }
            (None, None, _) => format!("is not reached with up to {:.0} labels", self.searched.1),
        };
        match self.missed {
            None => needs,
            Some(Missed { from, until: Some(until) }) => {
                format!("{needs}, misses it again from n = {from:.0} to {:.0}", until - 1.0)
            }
            Some(Missed { from, until: None }) => format!("{needs}, misses it again from n = {from:.0} on"),
        }
    }

    /// `needs 900 (700–1200)`, without the band `needs 900`.
    pub(in crate::study) fn short(&self, with_band: bool) -> String {
        let whole = |n: Option<f64>| n.map(|n| format!("{n:.0}"));
        let to = self.to.map_or_else(|| " or more".to_owned(), |to| format!("–{to:.0}"));
        let needs = match (whole(self.samples), whole(self.from)) {
            (Some(n), _) if self.is_fewest(self.samples) => format!("needs {n} or fewer"),
            (Some(n), Some(from)) if with_band => format!("needs {n} ({from}{to})"),
            (Some(n), _) => format!("needs {n}"),
            (None, Some(from)) => format!("needs {from} or more"),
            (None, None) => format!("not reached with {:.0}", self.searched.1),
        };
        match self.missed {
            None => needs,
            Some(Missed { from, until: Some(until) }) => {
                format!("{needs}, not at {from:.0}–{:.0}", until - 1.0)
            }
            Some(Missed { from, until: None }) => format!("{needs}, not from {from:.0} on"),
        }
    }

    /// Whether a number of labels is the smallest that was searched.
    fn is_fewest(&self, samples: Option<f64>) -> bool {
        samples.is_some_and(|n| n <= self.searched.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{PathOnly, Reach, RowEstimates, Scores};

    fn point(n: f64, auc: f64, error: f64) -> RiskPoint {
        let scores = Scores::default().with(Metric::Auc, Estimate { value: auc, standard_error: error });
        let path = PathOnly { risk: f64::NAN, standard_error: f64::NAN, scores };
        let shown = RowEstimates {
            standard_error: f64::NAN,
            scores,
            spread: None,
            anchored: false,
            path,
            reach: Reach::Within,
            noise_is_bound: false,
            at_most: false,
            alpha: None,
            unit: None,
            groups: None,
            task_rows: None,
        };
        RiskPoint { sample_ratio: n, risk: None, shown: Some(shown), scores: None }
    }

    /// The labels needed where the AUC of n labels is `auc(n) ± error`, searched from 5 to 2000.
    fn needed(target: f64, error: f64, auc: &dyn Fn(f64) -> f64) -> LabelsNeeded {
        let at = |n: f64| Ok(point(n, auc(n), error));
        let curve: Vec<_> = (0..30).map(|i| 5.0 * 400_f64.powf(f64::from(i) / 29.0)).collect();
        let curve: Vec<_> = curve.into_iter().map(|n| (n, at(n).unwrap())).collect();
        LabelsNeeded::of(&curve, (Metric::Auc, target), &at).unwrap()
    }

    /// An AUC of 1 − 1/√n ± 0.02/1.64: 0.9 at n = 100; the band in log-odds, of half-width 0.02/(a(1 − a)), reaches
    /// 0.9 at n = 72 and 167.
    #[test]
    fn labels_needed_follow_the_curve_and_its_band() {
        let curve = |n: f64| 1.0 - n.sqrt().recip();
        let error = 0.02 / BAND;
        let found = needed(0.9, error, &curve);
        assert_eq!((found.samples, found.from, found.to), (Some(100.0), Some(72.0), Some(167.0)));
        assert_eq!((found.missed, found.searched), (None, (5.0, 2000.0)));
        // Only the better end of the band reaches the target, or nothing does.
        let band = needed(0.985, error, &curve);
        assert_eq!((band.samples, band.from, band.to), (None, Some(1140.0), None));
        let never = needed(0.9, error, &|_| 0.5);
        assert_eq!((never.samples, never.from), (None, None));
        let few = needed(0.5, error, &curve);
        assert_eq!(few.words(), "needs 5 labels or fewer");
        assert_eq!(few.short(true), "needs 5 or fewer");
    }

    /// An AUC of at least 0.9 from n = 100 to 200, below it up to 399, and above from 400 on; a miss of less than one
    /// standard error is not reported.
    #[test]
    fn a_second_miss_of_the_target_is_reported() {
        let peak = |n: f64| {
            if (200.0..400.0).contains(&n) { 0.8 } else { 1.0 - n.sqrt().recip() }
        };
        let found = needed(0.9, 0.01, &peak);
        assert_eq!(found.samples, Some(100.0));
        assert_eq!(found.missed, Some(Missed { from: 200.0, until: Some(400.0) }));
        let said = found.words();
        assert!(said.ends_with("labels, misses it again from n = 200 to 399"), "{said}");
        assert!(found.short(false).ends_with("needs 100, not at 200–399"), "{}", found.short(false));
        let chance = needed(0.9, 0.14, &peak);
        assert_eq!((chance.samples, chance.missed), (Some(400.0), None), "for good from 400 on");
        let lost = needed(0.9, 0.01, &|n| if n < 200.0 { 1.0 - n.sqrt().recip() } else { 0.8 });
        assert_eq!(lost.missed, Some(Missed { from: 200.0, until: None }));
        assert!(lost.words().ends_with("misses it again from n = 200 on"), "{}", lost.words());
    }
}
