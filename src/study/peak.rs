//! Raw features without a ridge beside their best one, with the labels there are: whether one sits on the peak (sections 4
//! and 9.2).

use crate::data::Pool;
use crate::scenario::{Featurization, Model, ScenarioError};
use crate::theory::{Ridge, RidgeChoice, SampleRatio};

/// Where the labels there are lie to the peak, and what a ridge is worth there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Peak {
    /// N.
    pub rows: usize,
    /// Directions that the features span, r: without a ridge the risk is infinite at n = r + 1.
    pub rank: f64,
    /// What share of the risk without a ridge the best ridge saves; `None` where the labels cannot tell.
    pub saves: Option<f64>,
    /// The best ridge is below the features' mean eigenvalue.
    pub small: bool,
}

impl Peak {
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` says so.
    pub(super) fn of(
        model: &Model,
        pool: &Pool,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let (rows, p) = (pool.rows(), model.dimension());
        let curve = model.risk_curve(&Featurization::Raw)?;
        let at = |choice| {
            if stop() {
                return Err(ScenarioError::Interrupted);
            }
            Ok(curve.risk_at(SampleRatio::new(rows as f64 / p as f64)?, choice, model.noise())?.risk)
        };
        let (plain, tuned) = (at(RidgeChoice::Fixed(Ridge::ZERO))?, at(RidgeChoice::OptimalNonNegative)?);
        let saves = plain.zip(tuned).map(|(plain, tuned)| 1.0 - tuned.risk / plain.risk);
        // No more rows than features show no more directions than rows.
        let rank = if rows > p { pool.rank() } else { p } as f64;
        let small = tuned.is_some_and(|tuned| tuned.ridge < 1.0);
        Ok(Self { rows, rank, saves: saves.filter(|saves| saves.is_finite()), small })
    }

    /// `without a ridge the risk peaks at n = 385, a small one saves 38 % at n = 422`.
    #[must_use]
    pub fn words(&self) -> String {
        /// Less is not worth a word.
        const LEAST: f64 = 0.01;
        let Self { rows, rank, saves, small } = *self;
        let peak = format!("without a ridge the risk peaks at n = {:.0}", rank + 1.0);
        match saves {
            Some(saves) if saves >= LEAST => {
                let small = if small { "a small one" } else { "a ridge" };
                format!("{peak}; {small} saves {:.0} % at n = {rows}", 100.0 * saves)
            }
            Some(_) => format!("{peak}; at n = {rows} a ridge saves nothing"),
            None => format!("{peak}, of which {rows} labels are too few to estimate more"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_ridge_saves_is_said_where_it_is_known() {
        let peak = |rows, saves, small| Peak { rows, rank: 384.0, saves, small };
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
                "without a ridge the risk peaks at n = 385, of which 300 labels are too few to estimate more",
            ),
        ] {
            assert_eq!(peak.words(), words);
        }
    }
}
