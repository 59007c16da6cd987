//! The effective rank of S = Σ_x^{1/2}Σ_θΣ_x^{1/2}, (tr S)²/tr S² in directions (section 5), as a parameter of the
//! scenario: setting it solves for the shape parameter of the task family (for isotropic tasks: of the covariates).

mod slider;

use crate::scenario::description::{Alignment, Family, Scenario};
use crate::scenario::error::ScenarioError;
use crate::scenario::model::participation::Participation;
use crate::scenario::schema::parameter::{Group, Kind, Parameter};
use crate::scenario::schema::{Described, Range, Scale, Value};
use slider::{Branch, Slider, is_sparse, shape};

/// The key of the effective rank.
pub const EFFECTIVE_RANK: &str = "effective-rank";

impl Scenario {
    /// Effective rank (tr S)²/tr S² in directions. `None` for a `[spectrum]`, for measured data, for rotated tasks,
    /// for matrices from files, and with noise on the covariates.
    #[must_use]
    pub fn effective_rank(&self) -> Option<f64> {
        if !self.is_synthetic() || self.is_rotated() || self.has_matrix() || self.features.is_some() {
            return None;
        }
        let (task, reversed) = (&self.task.family, self.task.alignment == Alignment::AntiAligned);
        let rank = Participation::new(task, &self.covariates, self.dimension, reversed).of(task);
        Some(rank).filter(|rank| rank.is_finite())
    }

    /// Key of the parameter that is solved for a given effective rank: the shape of the task family or, for isotropic
    /// tasks, of the covariates. `None` if neither has one or [`Scenario::effective_rank`] is `None`.
    #[must_use]
    pub fn solved_for_rank(&self) -> Option<String> {
        self.solved().map(|(key, _)| key)
    }

    fn solved(&self) -> Option<(String, &'static Range)> {
        let solved = |section: &str, mut family: Family| {
            let (key, _) = shape(&mut family)?;
            let record =
                family.values().into_iter().map(|(record, _)| record).find(|record| record.key == key)?;
            Some((format!("{section}.{key}"), record.range()?))
        };
        let known = self.is_synthetic() && !self.is_rotated() && !self.has_matrix();
        let of_task = || solved("task", self.task.family.clone());
        known.then(|| of_task().or_else(|| solved("covariates", self.covariates.clone()))).flatten()
    }

    /// The effective rank as a parameter. Its range is that over the slider of the solved parameter on which the
    /// effective rank is monotone, around the present value.
    #[must_use]
    pub fn rank_parameter(&self) -> Option<Parameter> {
        let now = self.effective_rank()?;
        let Branch { ranks: (min, max), .. } = Slider::of(self)?.branch()?;
        // An integer if a number of directions is solved for.
        let whole = is_sparse(&self.task.family) && self.covariates == Family::Isotropic;
        let scale = if whole { Scale::LogInteger } else { Scale::Log };
        (max > min * (1.0 + 1e-9)).then(|| Parameter {
            key: EFFECTIVE_RANK.into(),
            label: "effective rank",
            group: Group::Task,
            kind: Kind::Number { min, max, scale, step: 0.1, zero: false, words: &[] },
            value: Value::Number(now),
            default: Value::Number(now),
            about: "(tr S)²/tr S², in directions; setting it solves for the family's shape parameter (§5)",
        })
    }

    /// Sets the effective rank by solving for the shape parameter, within the interval around its present value on
    /// which the effective rank is monotone.
    ///
    /// # Errors
    /// A scenario without such a parameter, or an effective rank outside the reachable range, which is stated.
    pub fn set_effective_rank(&mut self, rank: f64) -> Result<(), ScenarioError> {
        let none = || {
            ScenarioError::new(
                "effective-rank needs covariates and task of families, aligned or anti-aligned, one of them not isotropic",
            )
        };
        let (key, _) = self.solved().ok_or_else(none)?;
        let mut slider = Slider::of(self).ok_or_else(none)?;
        let Some(found) = slider.solve(rank) else {
            let Some(Branch { ranks: (min, max), folds, .. }) = slider.branch() else { return Err(none()) };
            let fold = if folds { ", where it stops being monotone" } else { "" };
            return Err(ScenarioError::new(format!(
                "effective-rank {rank} is not reached by {key}; accepted are numbers from {min:.4} to {max:.4}{fold}"
            )));
        };
        *self = self.with(&key, found)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
