//! Two paths of the same rows and labels compared: errors are paired by row (section 9.5).

use super::{Path, PathPoint};
use crate::data::TaskChoice;

/// The risk of one path less that of another at the same n.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    pub difference: f64,
    pub standard_error: f64,
}

/// The first path's risk less the second's, each at its point. `None` where one is beyond reach, or the rows are not the
/// same ones.
#[must_use]
pub fn difference(
    first: (&Path, &PathPoint),
    second: (&Path, &PathPoint),
    task: TaskChoice,
) -> Option<Difference> {
    let (a, b) = (first.0.losses(first.1, task)?, second.0.losses(second.1, task)?);
    if a.len() != b.len() || a.len() < 2 {
        return None;
    }
    let count = a.len() as f64;
    let apart: Vec<f64> = a.iter().zip(&b).map(|(a, b)| a - b).collect();
    let mean = apart.iter().sum::<f64>() / count;
    let variance = apart.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / count;
    Some(Difference { difference: mean, standard_error: (variance / count).sqrt() })
}

impl Path {
    /// What each row adds to the risk at a point: ε²·f, of mean R. `None` beyond reach and at a pole.
    #[must_use]
    pub fn losses(&self, point: &PathPoint, task: TaskChoice) -> Option<Vec<f64>> {
        if !point.risk.is_finite() {
            return None;
        }
        let errors = self.errors(&point.at);
        let of_row = |row: usize| match task {
            TaskChoice::Task(t) => errors.get(row, t).powi(2),
            TaskChoice::Mean => {
                errors.row(row).iter().map(|e| e * e).sum::<f64>() / errors.ncols().max(1) as f64
            }
        };
        let mut losses: Vec<f64> = (0..errors.nrows()).map(of_row).collect();
        let mean = losses.iter().sum::<f64>() / losses.len() as f64;
        losses.iter_mut().for_each(|loss| *loss *= point.risk / mean);
        Some(losses)
    }
}
