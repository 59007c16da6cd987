//! The standard error of the risk along the ridge, evaluated at a few ridges and interpolated (section 9.2).

use super::influence::Correction;
use super::leave_one_out::LeaveOneOut;
use super::nodes::{Nodes, Scale};

/// Relative error of the interpolation.
const CONVERGED: f64 = 1e-7;
/// Values below this share of the largest count as so large.
const SMALL: f64 = 1e-4;
/// Relative error of the interpolation where more work than [`WORK`] would be needed for it.
const ROUGH: f64 = 1e-3;
/// Multiplications for all ridges up to which the interpolation is refined.
const WORK: usize = 4_000_000_000;
const MOST: usize = 130;

/// The variance over rows of the influence on mean ε², at Chebyshev points.
#[derive(Debug, Default)]
pub(super) struct Deviation {
    nodes: Nodes,
    /// By task, the mean over tasks last.
    columns: Vec<Vec<f64>>,
}

impl Deviation {
    pub fn new(fits: &LeaveOneOut, scale: &Scale, correction: &Correction) -> Self {
        let work = fits.count().saturating_mul(fits.range.len()).saturating_mul(3 * fits.rows.tasks());
        let mut steps = scale.steps(ROUGH);
        let mut known: Vec<Vec<f64>> = Vec::new();
        loop {
            let nodes = scale.nodes(steps);
            let mut before = known.into_iter();
            let all = nodes.owns().into_iter().enumerate().map(|(j, own)| {
                let kept = if j % 2 == 0 { before.next() } else { None };
                kept.unwrap_or_else(|| variances(fits, own, scale, correction))
            });
            known = all.collect();
            let count = known.first().map_or(0, Vec::len);
            let column = |t: usize| known.iter().filter_map(|values| values.get(t).copied()).collect();
            let columns: Vec<Vec<f64>> = (0..count).map(column).collect();
            let more = work.saturating_mul(2 * steps) <= WORK && 2 * steps <= MOST;
            if !more || columns.iter().all(|values| converged(&nodes, values)) {
                return Self { nodes, columns };
            }
            steps *= 2;
        }
    }

    /// sd over rows of the influence on mean ε² at ℓ, of one task or the mean over all.
    pub fn at(&self, own: f64, task: Option<usize>) -> f64 {
        let column = task.unwrap_or(self.columns.len().saturating_sub(1));
        let values = self.columns.get(column).map_or(&[][..], Vec::as_slice);
        let variance = self.nodes.weights(own).iter().zip(values).map(|(w, v)| w * v).sum::<f64>();
        variance.max(0.0).sqrt()
    }
}

fn converged(nodes: &Nodes, values: &[f64]) -> bool {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    nodes.converged(values, CONVERGED * least.max(SMALL * most))
}

/// Variance over rows of the influence, by task, of the mean over tasks last.
fn variances(fits: &LeaveOneOut, own: f64, scale: &Scale, correction: &Correction) -> Vec<f64> {
    let influence = fits.influence(own, scale, correction);
    let tasks = influence.squares.len();
    let all = (0..tasks).map(|t| t..t + 1).chain(std::iter::once(0..tasks));
    all.map(|tasks| variance(&influence.over(tasks).1)).collect()
}

/// With the divisor N.
fn variance(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count
}
