//! Statistics of independent draws of a risk: the mean with its standard error, and the median, which is robust near
//! a pole, where the distribution over draws is heavy-tailed (section 8).

use rayon::prelude::*;

use crate::scenario::ScenarioError;

/// Statistics of a risk over draws; NaN without draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Statistics {
    /// Number of draws.
    pub draws: usize,
    /// Mean risk, including the noise.
    pub mean: f64,
    /// Standard error of the mean; NaN below two draws.
    pub standard_error: f64,
    /// Median risk.
    pub median: f64,
    /// The decomposition, from two draws on.
    pub terms: Option<Terms>,
}

/// Unbiased estimates of the terms of the decomposition (section 3); small ones may be negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Terms {
    /// Bias².
    pub bias: f64,
    /// V_X.
    pub variance_x: f64,
    /// V_{X,ε}.
    pub variance_x_noise: f64,
    /// Terms of a random representation (section 11.1).
    pub representation: Option<RepresentationTerms>,
}

/// Unbiased estimates of the variances caused by a random representation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RepresentationTerms {
    /// V_W.
    pub variance_w: f64,
    /// V_{W,X}.
    pub variance_w_x: f64,
    /// V_{W,X,ε}.
    pub variance_w_x_noise: f64,
}

impl Statistics {
    /// Statistics of risks, bitwise reproducible if their order is.
    #[must_use]
    pub fn of(risks: &[f64]) -> Self {
        let draws = risks.len();
        let average = mean(risks);
        let squares = risks.iter().map(|r| (r - average).powi(2)).sum::<f64>();
        let standard_error =
            if draws < 2 { f64::NAN } else { (squares / (draws - 1) as f64 / draws as f64).sqrt() };
        let mut sorted = risks.to_vec();
        sorted.sort_by(f64::total_cmp);
        let at = |i: usize| sorted.get(i).copied().unwrap_or(f64::NAN);
        let median = 0.5 * (at(draws / 2) + at(draws.saturating_sub(1) / 2));
        Self { draws, mean: average, standard_error, median, terms: None }
    }

    /// Standard errors by which the mean exceeds `theory`; `None` where it is undefined.
    #[must_use]
    pub fn z(&self, theory: f64) -> Option<f64> {
        let z = (self.mean - theory) / self.standard_error;
        z.is_finite().then_some(z)
    }
}

/// Whether to report the draws so far: at the end, and whenever there are a sixteenth more than at the last report. A
/// report processes all draws, so reporting every batch would take quadratic time.
pub(super) const fn is_report_due(drawn: usize, reported: usize, requested: usize) -> bool {
    drawn >= requested || drawn >= reported + reported / 16
}

/// Continues a run of independent draws, stored in `found`, until there are `draws`, in batches of `size` counted
/// from the first draw, so that results and reports do not depend on how the run is divided.
///
/// # Errors
/// The first error of a draw; finished batches are kept.
pub(super) fn in_batches<R: Sync, T: Send>(
    run: &mut R,
    (draws, size): (usize, usize),
    found: fn(&mut R) -> &mut Vec<T>,
    one: impl Fn(&R, usize) -> Result<T, ScenarioError> + Sync,
    mut report: impl FnMut(&R),
) -> Result<(), ScenarioError> {
    let mut reported = found(run).len();
    loop {
        let first = found(run).len();
        if first >= draws {
            return Ok(());
        }
        let end = draws.min((first / size + 1) * size);
        let shared = &*run;
        let batch: Vec<T> =
            (first..end).into_par_iter().map(|draw| one(shared, draw)).collect::<Result<_, _>>()?;
        found(run).extend(batch);
        if is_report_due(end, reported, draws) {
            reported = end;
            report(run);
        }
    }
}

/// The mean; NaN without values.
pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: deviations 3, 1, 1, 5 from the mean 5 have the variance 36/3 = 12, and the mean of four a standard error
    /// of √3.
    #[test]
    fn statistics_of_four_draws() {
        let statistics = Statistics::of(&[2.0, 4.0, 4.0, 10.0]);
        assert_eq!((statistics.draws, statistics.mean, statistics.median), (4, 5.0, 4.0));
        assert!((statistics.standard_error - 3f64.sqrt()).abs() < 1e-15, "{statistics:?}");
        assert!((statistics.z(2.0).unwrap() - 3f64.sqrt()).abs() < 1e-15, "{statistics:?}");
        let one = Statistics::of(&[2.0]);
        assert!(one.standard_error.is_nan() && one.z(1.0).is_none() && Statistics::of(&[]).mean.is_nan());
    }
}
