//! How good a fit is with the labels at hand, and how many labels a better one needs (section 9.2 read the other way).

use super::peak::Peak;
use crate::numbers::sig;
use crate::scenario::{BAND, Estimate, Metric, Model, RiskCurve, RiskPoint, ScenarioError};
use crate::theory::numeric::least_whole;
use crate::theory::{RidgeChoice, SampleRatio};

/// n that a target needs: `None` where that is beyond reach. The ends are those of the band.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Needed {
    /// The fewest n at which the estimate reaches the target.
    pub samples: Option<f64>,
    /// The same for the better end of the band.
    pub from: Option<f64>,
    /// The same for the worse end.
    pub to: Option<f64>,
}

/// The labels there are, what they are worth, and what a target needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Budget {
    /// N.
    pub rows: usize,
    /// What is told of a fit.
    pub metric: Metric,
    /// With all labels at hand; `None` where they cannot tell.
    pub now: Option<Estimate>,
    /// The metric's value that is wanted, and n for it.
    pub target: Option<(f64, Needed)>,
    /// Of raw features.
    pub peak: Option<Peak>,
}

/// Points that a target is looked for between.
const POINTS: usize = 40;
/// Fewer labels are no budget.
pub(super) const FEWEST: f64 = 10.0;
/// A target is looked for up to so many times the rows.
pub(super) const FURTHEST: f64 = 20.0;

/// `count` numbers of labels, evenly in the logarithm.
pub(super) fn along(from: f64, to: f64, count: usize) -> Vec<f64> {
    let steps = (to / from).ln();
    (0..count).map(|i| from * (steps * i as f64 / (count - 1).max(1) as f64).exp()).collect()
}

/// The least n at which a metric, and either end of its band, is as good as the target; looked for between the points of
/// a curve over n.
pub(super) fn needed(
    curve: &[(f64, RiskPoint)],
    (metric, target): (Metric, f64),
    at: &dyn Fn(f64) -> Result<RiskPoint, ScenarioError>,
) -> Result<Needed, ScenarioError> {
    let less = metric.less_is_better();
    let end = |side: f64| {
        let value = |told: Estimate| told.value + side * BAND * told.standard_error;
        let good = |point: &RiskPoint| {
            let value = point.estimate(metric).map(value);
            value.is_some_and(|value| if less { value <= target } else { value >= target })
        };
        let Some(first) = curve.iter().position(|(_, point)| good(point)) else { return Ok(None) };
        let at_first = curve.get(first).map(|(n, _)| *n);
        let (Some(before), Some(high)) = (first.checked_sub(1).and_then(|i| curve.get(i)), at_first) else {
            return Ok(at_first.map(f64::ceil));
        };
        Ok::<_, ScenarioError>(Some(least_whole((before.0, high), |n| {
            Ok::<_, ScenarioError>(good(&at(n)?))
        })?))
    };
    let better = if less { -1.0 } else { 1.0 };
    Ok(Needed { samples: end(0.0)?, from: end(better)?, to: end(-better)? })
}

impl Budget {
    /// Of a curve of real rows; `None` of what is known exactly.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` says so.
    pub fn of(
        (model, curve, ridge): (&Model, &RiskCurve, RidgeChoice),
        metric: Metric,
        target: Option<f64>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<Self>, ScenarioError> {
        let (Some(pool), RiskCurve::Measured(_)) = (model.pool(), curve) else { return Ok(None) };
        let rows = pool.rows();
        let at = |n: f64| {
            if stop() {
                return Err(ScenarioError::Interrupted);
            }
            let ratio = SampleRatio::new(n / model.dimension() as f64)?;
            let found = curve.curve(&[ratio], ridge, model.noise(), metric, stop)?;
            found.into_iter().next().ok_or(ScenarioError::Interrupted)
        };
        let now = at(rows as f64)?.estimate(metric).filter(|told| told.value.is_finite());
        let target = target.map(|target| {
            let grid = along(FEWEST, FURTHEST * rows as f64, POINTS);
            let curve =
                grid.into_iter().map(|n| Ok((n, at(n)?))).collect::<Result<Vec<_>, ScenarioError>>()?;
            Ok::<_, ScenarioError>((target, needed(&curve, (metric, target), &at)?))
        });
        let peak = Some(Peak::of(model, pool, stop)?);
        Ok(Some(Self { rows, metric, now, target: target.transpose()?, peak }))
    }

    /// `1500 labels: risk 0.664 ± 0.028 now`, and with a target `risk ≤ 0.6 needs about 8700 (5100–22000) labels`.
    #[must_use]
    pub fn words(&self) -> (String, Option<String>) {
        let metric = self.metric.name();
        let now = self.now.map_or_else(
            || format!("{} labels: too few to tell {metric} with all of them", self.rows),
            |told| {
                let (value, error) = (sig(told.value, 3), sig(BAND * told.standard_error, 2));
                format!("{} labels: {metric} {value} ± {error} now", self.rows)
            },
        );
        let target = self.target.map(|(target, needed)| {
            format!("{} {} {}", self.metric.wanted(), sig(target, 3), needed.words())
        });
        (now, target)
    }
}

impl Budget {
    /// The same with a target in ever shorter lines: `risk 0.664 ± 0.028 now; 0.6 needs 8700 (5100–22000)`.
    #[must_use]
    pub fn short(&self) -> Vec<String> {
        let Some(needs) = self.short_target() else { return Vec::new() };
        let now = self.now_words();
        let shorter = now.replace(" now", "");
        let least = needs.split_once(" (").map_or(needs.as_str(), |(needs, _)| needs);
        vec![format!("{now}; {needs}"), format!("{shorter}; {needs}"), format!("{shorter}; {least}")]
    }

    /// `risk 0.664 ± 0.028 now`.
    pub(super) fn now_words(&self) -> String {
        let (now, _) = self.words();
        now.split_once(": ").map_or(now.as_str(), |(_, now)| now).to_owned()
    }

    /// `0.6 needs 8700 (5100–22000)`.
    pub(super) fn short_target(&self) -> Option<String> {
        self.target.map(|(target, needed)| {
            let needs = needed.words().replace("about ", "").replace(" labels", "");
            format!("{} {needs}", sig(target, 3))
        })
    }
}

impl Needed {
    /// `needs about 900 (700–1200) labels`, or what can be said of less.
    #[must_use]
    pub fn words(&self) -> String {
        let whole = |n: Option<f64>| n.map(|n| format!("{n:.0}"));
        match (whole(self.samples), whole(self.from), whole(self.to)) {
            (Some(n), Some(from), Some(to)) => format!("needs about {n} ({from}–{to}) labels"),
            (Some(n), Some(from), None) => format!("needs about {n} ({from} or more) labels"),
            (Some(n), None, _) => format!("needs about {n} labels"),
            (None, Some(from), _) => format!("needs {from} labels at best"),
            (None, None, _) => "is never within reach".into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Reach;
    use crate::scenario::Shown;

    /// An AUC of 1 − 1/√n ± 0.02/1.64: 0.9 at n = 100, the band's ends at 1/(0.1 ± 0.02)².
    #[test]
    fn a_target_needs_what_the_curve_and_its_band_say() {
        let at = |n: f64| {
            let told = Estimate { value: 1.0 - n.sqrt().recip(), standard_error: 0.02 / BAND };
            let shown = Shown {
                standard_error: f64::NAN,
                auc: Some(told),
                accuracy: None,
                reach: Reach::Within,
                noise_is_bound: false,
                at_most: false,
            };
            Ok(RiskPoint { sample_ratio: n, risk: None, shown: Some(shown) })
        };
        let curve: Vec<(f64, RiskPoint)> =
            along(5.0, 2000.0, 30).into_iter().map(|n| (n, at(n).unwrap())).collect();
        let found = needed(&curve, (Metric::Auc, 0.9), &at).unwrap();
        assert_eq!((found.samples, found.from, found.to), (Some(100.0), Some(70.0), Some(157.0)));
        assert_eq!(found.words(), "needs about 100 (70–157) labels");
        let never = needed(&curve, (Metric::Auc, 0.985), &at).unwrap();
        assert_eq!((never.samples, never.words().as_str()), (None, "needs 817 labels at best"));
        assert_eq!(needed(&curve, (Metric::Risk, 0.5), &at).unwrap().words(), "is never within reach");
    }
}
