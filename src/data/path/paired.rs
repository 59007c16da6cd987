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
    /// Standard error of `value`: the root of the sum of squared influences.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        root_sum(self.influence.iter().copied())
    }

    /// This estimate minus `other`; `None` if they are not of the same rows.
    #[must_use]
    pub fn less(&self, other: &Self) -> Option<Difference> {
        let pairs = self.influence.iter().zip(&other.influence);
        (self.influence.len() == other.influence.len()).then(|| Difference {
            difference: self.value - other.value,
            standard_error: root_sum(pairs.map(|(a, b)| a - b)),
        })
    }

    /// The mean over several tasks on the same rows; `None` if there are none.
    #[must_use]
    pub fn mean(all: &[Self]) -> Option<Self> {
        let (first, count) = (all.first()?, all.len() as f64);
        let mut influence = vec![0.0; first.influence.len()];
        for estimate in all {
            influence.iter_mut().zip(&estimate.influence).for_each(|(sum, row)| *sum += row / count);
        }
        Some(Self { value: all.iter().map(|t| t.value).sum::<f64>() / count, influence })
    }
}

fn root_sum(values: impl Iterator<Item = f64>) -> f64 {
    values.map(|v| v * v).sum::<f64>().sqrt()
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
        Some(MetricEstimate {
            value: point.risk,
            influence: values.iter().map(|v| (v - mean) * unit).collect(),
        })
    }
}
