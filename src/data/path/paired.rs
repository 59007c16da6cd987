//! Metrics with the influence of every row, and differences between two metrics on the same rows, paired by row
//! (section 9.5).

use super::{Path, PathPoint};
use crate::data::TaskChoice;

/// A metric estimated from labelled rows, with the influence of each row.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricEstimate {
    /// The metric over the given rows.
    pub value: f64,
    /// Influence of each row, with sum 0: the deviation of the estimate is the sum of the influences.
    pub influence: Vec<f64>,
    /// Influence of each row through the fits that predict the other rows, with sum 0, where `influence` is that of
    /// its own prediction alone; empty if `influence` has both.
    pub training: Vec<f64>,
    /// The least standard error: that of a metric at its end, where no row has an influence.
    pub least_error: f64,
}

/// Difference of a metric between two fits on the same rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The difference; negative if the first risk is lower.
    pub difference: f64,
    /// Standard error of the difference.
    pub standard_error: f64,
}

impl MetricEstimate {
    /// An estimate whose `influence` is complete.
    #[must_use]
    pub const fn new(value: f64, influence: Vec<f64>) -> Self {
        Self { value, influence, training: Vec::new(), least_error: 0.0 }
    }

    /// Standard error of `value`.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        root(self.influence.iter().copied(), self.training.iter().copied()).max(self.least_error)
    }

    /// Standard error of `value` for fits that are taken as given.
    #[must_use]
    pub fn error_of_given_fits(&self) -> f64 {
        root(self.influence.iter().copied(), std::iter::empty())
    }

    /// The estimate of a linear function of the metric with this slope, at `value`.
    #[must_use]
    pub fn with_slope(self, value: f64, slope: f64) -> Self {
        let times = |all: Vec<f64>| all.into_iter().map(|row| row * slope).collect();
        Self {
            value,
            influence: times(self.influence),
            training: times(self.training),
            least_error: self.least_error * slope.abs(),
        }
    }

    /// This estimate minus `other`; `None` if they are not of the same rows.
    #[must_use]
    pub fn less(&self, other: &Self) -> Option<Difference> {
        let pairs = self.influence.iter().zip(&other.influence);
        let training = self.training.iter().zip(&other.training);
        (self.influence.len() == other.influence.len()).then(|| Difference {
            difference: self.value - other.value,
            standard_error: root(pairs.map(|(a, b)| a - b), training.map(|(a, b)| a - b)),
        })
    }

    /// The mean over several tasks on the same rows; `None` if there are none.
    #[must_use]
    pub fn mean(all: &[Self]) -> Option<Self> {
        let (first, count) = (all.first()?, all.len() as f64);
        let mean = |of: fn(&Self) -> &Vec<f64>| {
            let mut sums = vec![0.0; of(first).len()];
            for estimate in all {
                sums.iter_mut().zip(of(estimate)).for_each(|(sum, row)| *sum += row / count);
            }
            sums
        };
        Some(Self {
            value: all.iter().map(|t| t.value).sum::<f64>() / count,
            influence: mean(|estimate| &estimate.influence),
            training: mean(|estimate| &estimate.training),
            least_error: all.iter().map(|t| t.least_error.powi(2)).sum::<f64>().sqrt() / count,
        })
    }
}

/// √(Σ s² + 2 (Σ s t)₊) for influences s of the rows' own predictions and t through the fits of other rows. Σ (s + t)²
/// would count twice what is random in each pair of a predicted and a training row.
fn root(own: impl Iterator<Item = f64> + Clone, training: impl Iterator<Item = f64>) -> f64 {
    let both: f64 = own.clone().zip(training).map(|(s, t)| s * t).sum();
    (own.map(|s| s * s).sum::<f64>() + 2.0 * both.max(0.0)).sqrt()
}

impl Path {
    /// The risk at a point with the influence of each row, through its residual and through the fits that predict the
    /// other rows (section 9.2); `None` where it cannot be estimated and at a pole.
    #[must_use]
    pub fn risk(&self, point: &PathPoint, task: TaskChoice) -> Option<MetricEstimate> {
        if !point.risk.is_finite() {
            return None;
        }
        let influence = self.deviation.influence(&self.fits, &self.scale, point.at.pool_ridge);
        let tasks = match task {
            TaskChoice::Task(t) => t..t + 1,
            TaskChoice::Mean => 0..influence.squares.len(),
        };
        let (square, values) = influence.over(tasks);
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let unit = if square > 0.0 { self.few() * point.risk / square / count } else { 0.0 };
        Some(MetricEstimate::new(point.risk, values.iter().map(|v| (v - mean) * unit).collect()))
    }
}
