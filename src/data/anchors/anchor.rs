//! Fits on random subsamples of n rows, together with the leave-one-out estimate at that n (section 9.4a).

use std::sync::Arc;

use super::scores::FitMetrics;
use crate::data::path::{Path, PathPoint};
use crate::data::{Scores, TaskChoice};
use crate::theory::TheoryError;

/// Subsampled fits replace the leave-one-out risk where they differ from it by more than this many standard errors
/// and by more than the fraction below.
pub(super) const ERRORS: f64 = 3.0;
const SHARE: f64 = 0.1;

/// Evaluates a featurization with n labelled rows for a task: the path it uses and the point on it.
pub type At<'a> = &'a (dyn Fn(f64, TaskChoice) -> Result<(Arc<Path>, PathPoint), TheoryError> + Sync);

/// Fits on random subsamples of one size n.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// Sample size n.
    pub samples: f64,
    /// Metrics of each draw.
    pub draws: Vec<FitMetrics>,
    /// The leave-one-out estimate at n.
    pub(super) point: PathPoint,
    pub(super) path: Arc<Path>,
    /// Whether rows are in groups.
    pub(super) grouped: bool,
    /// Metrics of the predicted class by their formula (section 9.4).
    pub(super) formulas: Scores<f64>,
}

impl Anchor {
    /// Mean and standard error over the draws of a value that every draw has; `None` if some draw lacks it.
    #[must_use]
    pub fn mean(&self, of: impl Fn(&FitMetrics) -> Option<f64>) -> Option<(f64, f64)> {
        let values: Vec<f64> = self.draws.iter().map(of).collect::<Option<_>>()?;
        let (mean, deviation) = moments(&values);
        Some((mean, deviation / (values.len() as f64).sqrt()))
    }

    /// ln(subsampled risk / leave-one-out risk), and its standard error.
    pub(super) fn risk_ratio(&self) -> Option<(f64, f64)> {
        let (mean, error) = self.mean(|w| Some(w.risk))?;
        (mean > 0.0 && mean.is_finite()).then(|| ((mean / self.point.risk).ln(), error / mean))
    }

    /// Whether the risk of subsampled fits replaces the leave-one-out estimate.
    pub(super) fn replaces_path(&self) -> bool {
        self.risk_ratio().is_some() && (self.grouped || self.differs())
    }

    /// Whether subsampled fits differ from the leave-one-out risk by more than 10 % and three standard errors.
    pub(super) fn differs(&self) -> bool {
        let Some((mean, error)) = self.mean(|w| Some(w.risk)) else { return false };
        let apart = mean / self.point.risk - 1.0;
        let above = |factor: f64| self.draws.iter().filter(|w| w.risk > factor * self.point.risk).count();
        // Without a finite mean (heavy tails) the number of draws on one side decides.
        let (more, fewer) = (above(1.0 + SHARE), self.draws.len() - above(1.0 - SHARE));
        let one_sided = more.max(fewer) + 1 >= self.draws.len();
        apart.abs() > SHARE && ((mean - self.point.risk).abs() > ERRORS * error || one_sided)
    }
}

/// Metrics of the predicted class by their formula; none unless the targets are the classes of one file.
pub(super) fn formulas(path: &Path, point: &PathPoint) -> Scores<f64> {
    let found = path.classified(point);
    Scores::new(|metric| Some(found.get(metric)?.value))
}

/// Mean and standard deviation.
pub(super) fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let square = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    (mean, (square / (count - 1.0)).sqrt())
}
