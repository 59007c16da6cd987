//! Performance with the given labels, and the number of labels that a target requires (section 9.2).

pub mod classes;
pub mod needed;
pub mod peak;
pub mod summary;
pub mod target;

use crate::scenario::{Estimate, Metric, Model, RiskCurve, ScenarioError};
use crate::study::labels::needed::LabelsNeeded;
use crate::study::labels::peak::InterpolationPeak;
use crate::study::labels::summary::{NamedEncoder, Summary};
use crate::theory::{RidgeChoice, SampleRatio};

/// The given labels, the estimate with all of them, and the labels that a target requires.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LabelBudget {
    /// Number of labelled rows N; for tasks with different rows the fewest.
    pub rows: usize,
    /// The most rows of a task.
    pub most: usize,
    /// The metric that is estimated.
    pub metric: Metric,
    /// The estimate with all labels; `None` if they are too few.
    pub now: Option<Estimate>,
    /// The target value of the metric, and the labels that it requires.
    pub target: Option<(f64, LabelsNeeded)>,
    /// The interpolation peak of raw features without a ridge.
    pub peak: Option<InterpolationPeak>,
    /// Groups of the rows; `None` for independent rows.
    pub groups: Option<TwiceTheGroups>,
}

/// Groups of rows that are left out together, and the estimate with twice as many.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwiceTheGroups {
    /// Number of groups.
    pub count: usize,
    /// The estimate with twice as many groups of equal size; `None` if these are too few.
    pub estimate: Option<Estimate>,
}

/// Number of points of the curve between which a target is searched.
const POINTS: usize = 40;
/// The least number of labels.
pub(in crate::study) const FEWEST: f64 = 10.0;
/// A target is searched up to this multiple of the number of rows.
pub(in crate::study) const FURTHEST: f64 = 20.0;

/// Numbers of labels between which a target is searched: evenly spaced in the logarithm up to [`FURTHEST`] times the
/// rows, and at the peak of a small ridge at n = rank, which may be narrower than their spacing.
fn grid(rows: f64, rank: f64) -> Vec<f64> {
    /// Positions at the peak as multiples of the rank.
    const AT_PEAK: [f64; 5] = [0.9, 0.97, 1.0, 1.03, 1.1];
    let (from, to) = (FEWEST, (FURTHEST * rows).max(FEWEST));
    let step = (to / from).ln() / (POINTS - 1) as f64;
    let spaced = (0..POINTS).map(|i| from * (step * i as f64).exp());
    let at_peak = AT_PEAK.map(|share| (share * rank).round()).into_iter().filter(|n| *n > from && *n < to);
    let mut all: Vec<f64> = spaced.chain(at_peak).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

impl LabelBudget {
    /// The label budget for a curve of real rows; `None` for a risk that is known exactly.
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
        let (rows, most) = pool.task_rows();
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
            let curve = grid(rows as f64, pool.rank() as f64)
                .into_iter()
                .map(|n| Ok((n, at(n)?)))
                .collect::<Result<Vec<_>, ScenarioError>>()?;
            Ok::<_, ScenarioError>((target, LabelsNeeded::of(&curve, (metric, target), &at)?))
        });
        let peak = Some(InterpolationPeak::of(model, pool, stop)?);
        Ok(Some(Self {
            rows,
            most,
            metric,
            now,
            target: target.transpose()?,
            peak,
            groups: groups.transpose()?,
        }))
    }

    /// The budget for display, with the name of its encoder if there are several.
    #[must_use]
    pub fn summary<'a>(&self, encoder: Option<&'a str>) -> Summary<'a> {
        Summary {
            rows: self.rows,
            most: self.most,
            metric: self.metric,
            now: self.now,
            best: encoder.map(|name| NamedEncoder { name, is_close: false }),
            target: self.target,
            fewest: encoder,
            groups: self.groups,
        }
    }
}
