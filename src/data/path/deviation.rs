//! The standard error of the risk along the ridge (section 9.2): interpolated between a few ridges for curves with
//! many points, or computed at each requested ridge.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::influence::{Correction, Influence};
use super::leave_one_out::LeaveOneOut;
use super::nodes::{Nodes, Scale};
use crate::linalg::Memo;

/// Target relative error of the interpolation.
const CONVERGED: f64 = 1e-7;
/// Values below this fraction of the largest are treated as this large in relative errors.
const SMALL: f64 = 1e-4;
/// Target relative error if [`CONVERGED`] would take more than [`WORK`].
const ROUGH: f64 = 1e-3;
/// Maximum number of multiplications for all ridges while refining the interpolation.
const WORK: usize = 4_000_000_000;
const MOST: usize = 130;

/// How the influence of rows, and its standard deviation over rows, is obtained at a ridge.
#[derive(Debug)]
pub(super) enum Deviations {
    /// Interpolated, for paths evaluated at many ridges.
    Interpolated { correction: Correction, table: Memo<Deviation> },
    /// Computed at each ridge and cached by the bits of ℓ, for paths evaluated at a few ridges.
    Direct(Mutex<HashMap<u64, Arc<[f64]>>>),
}

impl Deviations {
    pub fn interpolated() -> Self {
        Self::Interpolated { correction: Correction::default(), table: Memo::default() }
    }

    pub fn direct() -> Self {
        Self::Direct(Mutex::default())
    }

    /// Standard deviation over rows of the influence on mean ε² at ℓ, for one task or the mean over all.
    pub fn at(&self, fits: &LeaveOneOut, scale: &Scale, pool_ridge: f64, task: Option<usize>) -> f64 {
        let known = match self {
            Self::Interpolated { correction, table } => {
                return table.get_or_compute(|| Deviation::new(fits, scale, correction)).at(pool_ridge, task);
            }
            Self::Direct(known) => known,
        };
        let lock = || known.lock().unwrap_or_else(PoisonError::into_inner);
        let before = lock().get(&pool_ridge.to_bits()).cloned();
        // The lock is not held here: this is parallel work, and the thread may meanwhile be given another point of
        // the curve.
        let values = before.unwrap_or_else(|| {
            let values: Arc<[f64]> = variances(&self.influence(fits, scale, pool_ridge)).into();
            lock().insert(pool_ridge.to_bits(), Arc::clone(&values));
            values
        });
        let column = task.unwrap_or(values.len().saturating_sub(1));
        values.get(column).copied().unwrap_or(f64::NAN).sqrt()
    }

    /// The influence of each row at ℓ.
    pub fn influence(&self, fits: &LeaveOneOut, scale: &Scale, pool_ridge: f64) -> Influence {
        match self {
            Self::Interpolated { correction, .. } => fits.influence(pool_ridge, Some((scale, correction))),
            Self::Direct(_) => fits.influence(pool_ridge, None),
        }
    }
}

/// Variance over rows of the influence on mean ε² at Chebyshev points.
#[derive(Debug, Default)]
pub(super) struct Deviation {
    nodes: Nodes,
    /// Values by task; the last column is for the mean over tasks.
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
            let all = nodes.pool_ridges().into_iter().enumerate().map(|(j, pool_ridge)| {
                let kept = if j % 2 == 0 { before.next() } else { None };
                kept.unwrap_or_else(|| variances(&fits.influence(pool_ridge, Some((scale, correction)))))
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

    /// Standard deviation over rows of the influence on mean ε² at ℓ, for one task or the mean over all.
    pub fn at(&self, pool_ridge: f64, task: Option<usize>) -> f64 {
        let column = task.unwrap_or(self.columns.len().saturating_sub(1));
        let Some(values) = self.columns.get(column) else { return f64::NAN };
        let variance = self.nodes.weights(pool_ridge).iter().zip(values).map(|(w, v)| w * v).sum::<f64>();
        variance.max(0.0).sqrt()
    }
}

fn converged(nodes: &Nodes, values: &[f64]) -> bool {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let most = values.iter().copied().fold(0.0, f64::max);
    nodes.converged(values, CONVERGED * least.max(SMALL * most))
}

/// Variance over rows of the influence, for each task and last for the mean over tasks.
fn variances(influence: &Influence) -> Vec<f64> {
    let tasks = influence.squares.len();
    let all = (0..tasks).map(|t| t..t + 1).chain(std::iter::once(0..tasks));
    all.map(|tasks| variance(&influence.over(tasks).1)).collect()
}

/// Population variance (divisor N).
fn variance(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count
}
