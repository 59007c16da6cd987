//! How good a fit is with the labels at hand, and how many labels a target needs (section 9.2).

pub mod classes;
pub mod needed;
pub mod peak;
pub mod summary;
pub mod target;

use crate::scenario::{BAND, Estimate, Metric, Model, RiskCurve, RiskPoint, ScenarioError};
use crate::study::labels::needed::LabelsNeeded;
use crate::study::labels::peak::InterpolationPeak;
use crate::study::labels::summary::{Named, Summary};
use crate::theory::numeric::least_whole;
use crate::theory::{RidgeChoice, SampleRatio};

/// The labels at hand, the estimate with all of them, and the labels that a target needs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelBudget {
    /// Number of labelled rows N.
    pub rows: usize,
    /// The metric that is estimated.
    pub metric: Metric,
    /// The estimate with all labels at hand; `None` where they are too few.
    pub now: Option<Estimate>,
    /// The value of the metric to be reached, and the labels it needs.
    pub target: Option<(f64, LabelsNeeded)>,
    /// The peak of raw features without a ridge.
    pub peak: Option<InterpolationPeak>,
    /// The groups that the rows are in; `None` where each row is by itself.
    pub groups: Option<TwiceTheGroups>,
}

/// Groups of rows that are left out together, and the estimate with twice as many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwiceTheGroups {
    /// Number of groups at hand.
    pub count: usize,
    /// The estimate with twice as many groups of the same size; `None` where these are too few.
    pub estimate: Option<Estimate>,
}

/// Points of the curve between which a target is searched.
const POINTS: usize = 40;
/// The fewest labels considered.
pub(in crate::study) const FEWEST: f64 = 10.0;
/// A target is searched up to this multiple of the rows.
pub(in crate::study) const FURTHEST: f64 = 20.0;

/// `count` numbers of labels, evenly spaced in the logarithm.
fn spaced(from: f64, to: f64, count: usize) -> impl Iterator<Item = f64> {
    let steps = (to / from).ln();
    (0..count).map(move |i| from * (steps * i as f64 / (count - 1).max(1) as f64).exp())
}

/// The smallest n at which a metric, and either end of its band, reaches a target, between the points of a curve over n.
///
/// # Errors
/// An error of `at`.
fn needed(
    curve: &[(f64, RiskPoint)],
    (metric, target): (Metric, f64),
    at: &dyn Fn(f64) -> Result<RiskPoint, ScenarioError>,
) -> Result<LabelsNeeded, ScenarioError> {
    let less = metric.less_is_better();
    let first = |side: f64| {
        let value = |estimate: Estimate| estimate.value + side * BAND * estimate.standard_error;
        let reached = |point: &RiskPoint| {
            let value = point.estimate(metric).map(value);
            value.is_some_and(|value| if less { value <= target } else { value >= target })
        };
        let mut before = None;
        for (n, point) in curve {
            match (reached(point), before) {
                (true, None) => return Ok(Some(n.ceil())),
                (true, Some(low)) => {
                    return least_whole((low, *n), |n| Ok(reached(&at(n)?))).map(Some);
                }
                (false, _) => before = Some(*n),
            }
        }
        Ok::<_, ScenarioError>(None)
    };
    let better = if less { -1.0 } else { 1.0 };
    let searched = curve.last().map_or(0.0, |(n, _)| n.round());
    Ok(LabelsNeeded { samples: first(0.0)?, from: first(better)?, to: first(-better)?, searched })
}

impl LabelBudget {
    /// The budget of a curve of real rows; `None` for a risk that is known exactly.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true.
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
        let now = at(rows as f64)?.estimate(metric).filter(|estimate| estimate.value.is_finite());
        let finite = |estimate: &Estimate| estimate.value.is_finite();
        let groups = pool.groups().map(|groups| {
            let estimate = at(2.0 * rows as f64)?.estimate(metric).filter(finite);
            Ok::<_, ScenarioError>(TwiceTheGroups { count: groups.count(), estimate })
        });
        let target = target.map(|target| {
            let grid = spaced(FEWEST, FURTHEST * rows as f64, POINTS);
            let curve = grid.map(|n| Ok((n, at(n)?))).collect::<Result<Vec<_>, ScenarioError>>()?;
            Ok::<_, ScenarioError>((target, needed(&curve, (metric, target), &at)?))
        });
        let peak = Some(InterpolationPeak::of(model, pool, stop)?);
        Ok(Some(Self { rows, metric, now, target: target.transpose()?, peak, groups: groups.transpose()? }))
    }

    /// The budget for the reader, of the encoder with this name where there are several.
    #[must_use]
    pub fn summary<'a>(&self, encoder: Option<&'a str>) -> Summary<'a> {
        Summary {
            rows: self.rows,
            metric: self.metric,
            now: self.now,
            best: encoder.map(|name| Named { name, is_close: false }),
            target: self.target,
            fewest: encoder,
            groups: self.groups,
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
            let auc = Estimate { value: 1.0 - n.sqrt().recip(), standard_error: 0.02 / BAND };
            let shown = Shown {
                standard_error: f64::NAN,
                auc: Some(auc),
                accuracy: None,
                balanced_accuracy: None,
                macro_f1: None,
                spread: None,
                anchored: false,
                path: crate::scenario::PathOnly {
                    risk: f64::NAN,
                    standard_error: f64::NAN,
                    auc: Some(auc),
                    accuracy: None,
                },
                reach: Reach::Within,
                noise_is_bound: false,
                at_most: false,
                alpha: None,
                unit: None,
                groups: None,
            };
            Ok(RiskPoint { sample_ratio: n, risk: None, shown: Some(shown), scores: None })
        };
        let curve: Vec<(f64, RiskPoint)> = spaced(5.0, 2000.0, 30).map(|n| (n, at(n).unwrap())).collect();
        let found = needed(&curve, (Metric::Auc, 0.9), &at).unwrap();
        assert_eq!((found.samples, found.from, found.to), (Some(100.0), Some(70.0), Some(157.0)));
        // Only the better end of the band gets there, or nothing does.
        let band = needed(&curve, (Metric::Auc, 0.985), &at).unwrap();
        assert_eq!((band.samples, band.from, band.to), (None, Some(817.0), None));
        let never = needed(&curve, (Metric::Risk, 0.5), &at).unwrap();
        assert_eq!((never.samples, never.from, never.searched), (None, None, 2000.0));
    }
}
