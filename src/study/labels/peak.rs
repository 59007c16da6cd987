//! The interpolation peak of raw features without a ridge, and how much a ridge lowers the risk with the labels at hand
//! (sections 4 and 9.2).

use crate::data::Pool;
use crate::scenario::{Featurization, Model, ScenarioError};
use crate::theory::{Ridge, RidgeChoice, SampleRatio};

/// The number of labels against the interpolation peak of raw features.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InterpolationPeak {
    /// Number of labelled rows N.
    pub rows: usize,
    /// Dimension r of the span of the features: without a ridge the risk is infinite at n = r + 1.
    pub rank: f64,
    /// Share by which the best ridge lowers the risk of no ridge; `None` where the labels are too few to estimate it.
    pub reduction: Option<f64>,
    /// The best ridge is below the features' mean eigenvalue.
    pub small: bool,
}

impl InterpolationPeak {
    /// The peak of the raw features of a model of real rows.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true.
    pub(in crate::study) fn of(
        model: &Model,
        pool: &Pool,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let (rows, p) = (pool.task_rows().0, model.dimension());
        let curve = model.risk_curve(&Featurization::Raw)?;
        let at = |choice| {
            if stop() {
                return Err(ScenarioError::Interrupted);
            }
            Ok(curve.risk_at(SampleRatio::new(rows as f64 / p as f64)?, choice, model.noise())?.risk)
        };
        let (plain, tuned) = (at(RidgeChoice::Fixed(Ridge::ZERO))?, at(RidgeChoice::OptimalNonNegative)?);
        let reduction = plain.zip(tuned).map(|(plain, tuned)| 1.0 - tuned.risk / plain.risk);
        // If there are no more rows than features, the rows do not determine the rank.
        let rank = if rows > p { pool.rank() } else { p } as f64;
        let small = tuned.is_some_and(|tuned| tuned.ridge < 1.0);
        Ok(Self { rows, rank, reduction: reduction.filter(|share| share.is_finite()), small })
    }

    /// `without a ridge the risk peaks at n = 385; a small one saves 38 % at n = 422`.
    #[must_use]
    pub fn words(&self) -> String {
        /// Smaller reductions are not mentioned.
        const LEAST: f64 = 0.01;
        let Self { rows, rank, reduction, small } = *self;
        let peak = format!("without a ridge the risk peaks at n = {:.0}", rank + 1.0);
        match reduction {
            Some(share) if share >= LEAST => {
                let ridge = if small { "a small one" } else { "a ridge" };
                format!("{peak}; {ridge} saves {:.0} % at n = {rows}", 100.0 * share)
            }
            Some(_) => format!("{peak}; at n = {rows} a ridge saves nothing"),
            None => format!("{peak}; {rows} labels are too few to estimate its height"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reduction_is_given_where_it_is_known() {
        let peak = |rows, reduction, small| InterpolationPeak { rows, rank: 384.0, reduction, small };
        for (peak, words) in [
            (
                peak(422, Some(0.377), true),
                "without a ridge the risk peaks at n = 385; a small one saves 38 % at n = 422",
            ),
            (
                peak(385, Some(1.0), false),
                "without a ridge the risk peaks at n = 385; a ridge saves 100 % at n = 385",
            ),
            (
                peak(20_000, Some(0.004), true),
                "without a ridge the risk peaks at n = 385; at n = 20000 a ridge saves nothing",
            ),
            (
                peak(300, None, true),
                "without a ridge the risk peaks at n = 385; 300 labels are too few to estimate its height",
            ),
        ] {
            assert_eq!(peak.words(), words);
        }
    }
}
