//! Raw features without a ridge beside their best one, with the labels there are: whether one sits on the peak (sections 4
//! and 9.2).

use crate::data::Pool;
use crate::numbers::sig;
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

    /// `you are at n = 1.1 r, a small ridge saves 38 %`.
    #[must_use]
    pub fn words(&self) -> String {
        /// Less is not worth a word.
        const LEAST: f64 = 0.01;
        let Self { rows, rank, saves, small } = *self;
        let times = sig(rows as f64 / rank, 2);
        match saves {
            Some(saves) if saves >= LEAST => {
                let small = if small { "small " } else { "" };
                format!("you are at n = {times} r, a {small}ridge saves {:.0} %", 100.0 * saves)
            }
            Some(_) => format!("you are at n = {times} r, where a ridge saves nothing"),
            None => format!(
                "you are at n = {times} r, too few labels to tell the peak of λ = 0 at n = {:.0}",
                rank + 1.0
            ),
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
            (peak(422, Some(0.377), true), "you are at n = 1.1 r, a small ridge saves 38 %"),
            (peak(385, Some(1.0), false), "you are at n = 1.0 r, a ridge saves 100 %"),
            (peak(20_000, Some(0.004), true), "you are at n = 52 r, where a ridge saves nothing"),
            (
                peak(300, None, true),
                "you are at n = 0.78 r, too few labels to tell the peak of λ = 0 at n = 385",
            ),
        ] {
            assert_eq!(peak.words(), words);
        }
    }
}
