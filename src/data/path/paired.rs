//! A metric with what every row adds to it, and two of them compared: errors are paired by row (section 9.5).

use super::{Path, PathPoint};
use crate::data::TaskChoice;

/// A metric estimated from labelled rows, with the influence of each row.
#[derive(Debug, Clone, PartialEq)]
pub struct MetricEstimate {
    /// The metric over the rows at hand.
    pub value: f64,
    /// By row, of sum 0: the metric's deviation is the sum of what the rows there are add to it.
    pub influence: Vec<f64>,
}

/// One metric less another of the same rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// Mean over the rows; below 0 where the first is better.
    pub difference: f64,
    /// Standard error of that mean.
    pub standard_error: f64,
}

impl MetricEstimate {
    /// Standard error of `value`: the root of the sum of squared influences.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        root_sum(self.influence.iter().copied())
    }

    /// This less `other`; `None` where they are not of the same rows.
    #[must_use]
    pub fn less(&self, other: &Self) -> Option<Difference> {
        let pairs = self.influence.iter().zip(&other.influence);
        (self.influence.len() == other.influence.len()).then(|| Difference {
            difference: self.value - other.value,
            standard_error: root_sum(pairs.map(|(a, b)| a - b)),
        })
    }

    /// The mean over several tasks of the same rows; `None` of none.
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
    /// The risk at a point with the influence of each row: through its residual, and through the fits that predict the
    /// other rows (section 9.2). `None` beyond reach and at a pole.
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
