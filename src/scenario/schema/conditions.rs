//! Conditions between the parameters of a scenario: tables that exclude each other, and featurizations that require a
//! common eigenbasis, directions or a small dimension.

use crate::scenario::ScenarioError;
use crate::scenario::description::{Alignment, Family, Featurization, Scenario};
use crate::scenario::model::featurizations::Needs;
use crate::scenario::population::geometry::DENSE;
use crate::scenario::population::rows_only;
use crate::scenario::schema::{Value, either};

impl Scenario {
    /// Refuses a key that a `[spectrum]` or `[data]` excludes.
    pub(super) fn has_room_for(&self, section: &str, key: &str, value: &Value) -> Result<(), ScenarioError> {
        let table = if self.data.is_some() { "data" } else { "spectrum" };
        match (section, key) {
            ("", "dimension") if self.has_matrix() => Err(self.dimension_of_matrix()),
            _ if self.is_synthetic() => Ok(()),
            ("covariates" | "task", _) => Err(exclusive(&format!("[{section}]"), table)),
            ("", "signal") => Err(exclusive("signal", table)),
            ("", "dimension") if table == "data" => Err(exclusive("dimension", table)),
            ("test", "family") if *value == Value::from(Family::SAME) => Ok(()),
            ("test", _) => Err(no_test(table)),
            _ => Ok(()),
        }
    }

    /// The error for a dimension given together with a covariance matrix from a file.
    pub(in crate::scenario) fn dimension_of_matrix(&self) -> ScenarioError {
        let key = if matches!(self.task.family, Family::File { .. }) { "task" } else { "covariates" };
        ScenarioError::new(format!(
            "dimension and {key}.file cannot both be given: p is the number of rows of the matrix"
        ))
    }

    /// Checks the conditions that involve more than one parameter.
    pub(in crate::scenario) fn consistent(&self) -> Result<(), ScenarioError> {
        let dense = |what: &str| {
            let p = self.dimension;
            // The size of a matrix is checked where its file is read.
            if p <= DENSE || self.has_matrix() {
                return Ok(());
            }
            Err(ScenarioError::new(format!(
                "{what} needs dense matrices: dimension at most {DENSE}, got {p}"
            )))
        };
        if self.test.is_some() && !self.is_synthetic() {
            return Err(no_test(if self.data.is_some() { "data" } else { "spectrum" }));
        }
        self.feature_noise_is_possible()?;
        self.fit_is_possible()?;
        if self.data.is_some() {
            return Ok(());
        }
        let needs = self.featurization.needs();
        if needs == Needs::Rows {
            return Err(rows_only());
        }
        if self.spectrum.is_some() {
            return if needs.are_met_by(self) {
                Ok(())
            } else {
                Err(ScenarioError::new(format!(
                    "featurization.kind {} needs directions, which a [spectrum] does not have; \
                     describe [covariates] and [task] instead",
                    self.featurization.name()
                )))
            };
        }
        let has_directions = matches!(self.task.family, Family::File { .. });
        if has_directions && self.task.alignment != Alignment::Aligned {
            return Err(ScenarioError::new(format!(
                "task.alignment {} and task.file cannot both be given: a matrix has its own directions; accepted is aligned",
                self.task.alignment.name()
            )));
        }
        if matches!(self.task.alignment, Alignment::Rotated { .. }) {
            dense("task.alignment rotated")?;
        }
        if self.test.is_some() && matches!(needs, Needs::Unshifted | Needs::SharedEigenbasis) {
            return Err(ScenarioError::new(format!(
                "featurization.kind {} has no formula under a [test] covariance; accepted are {}",
                self.featurization.name(),
                Needs::in_the_eigenbasis()
            )));
        }
        if self.test.is_some() && !self.shares_eigenbasis() {
            let (what, accepted) = match self.task.alignment {
                _ if has_directions => {
                    ("task.file".to_owned(), "families of tasks, aligned and anti-aligned".to_owned())
                }
                Alignment::Rotated { .. } => {
                    ("task.alignment rotated".to_owned(), "aligned and anti-aligned".to_owned())
                }
                _ => {
                    (format!("featurization.kind {}", self.featurization.name()), Needs::in_the_eigenbasis())
                }
            };
            return Err(ScenarioError::new(format!(
                "[test] is a covariance in the eigenbasis of covariates, task and featurization, and {what} has another; \
                 accepted are {accepted}"
            )));
        }
        if self.is_rotated() && needs == Needs::SharedEigenbasis {
            return Err(ScenarioError::new(
                "featurization.kind pretrained needs covariates and tasks with a common eigenbasis; accepted with \
                 task.alignment rotated and with task.file is featurization.kind learned, which draws upstream tasks at random",
            ));
        }
        match needs {
            Needs::Families => dense(&format!("featurization.kind {}", self.featurization.name())),
            Needs::Nothing | Needs::Rows | Needs::Directions | Needs::Unshifted | Needs::SharedEigenbasis => {
                Ok(())
            }
        }
    }

    /// Checks that there is a formula for noise on the covariates of this scenario.
    fn feature_noise_is_possible(&self) -> Result<(), ScenarioError> {
        let excluded = match (self.features, &self.data, &self.test) {
            (None, ..) => return Ok(()),
            (Some(_), Some(_), _) => "[data]: noise cannot be added to real features",
            (Some(_), None, Some(_)) => "[test]: there is no formula under a test covariance",
            (Some(_), None, None) if self.is_rotated() => {
                return Err(ScenarioError::new(
                    "[features] noise needs covariates and tasks with a common eigenbasis; accepted are families of tasks \
                     with task.alignment aligned and anti-aligned",
                ));
            }
            (Some(_), None, None) => return Ok(()),
        };
        Err(ScenarioError::new(format!("[features] noise cannot be given with {excluded}")))
    }

    /// Checks that the chosen featurization can be fitted with `[source]` and `[bagging]`.
    fn fit_is_possible(&self) -> Result<(), ScenarioError> {
        let table = match (self.source, self.bagging) {
            (None, None) => return Ok(()),
            (Some(_), Some(_)) => {
                return Err(ScenarioError::new(
                    "[source] and [bagging] cannot both be given; accepted is one of them",
                ));
            }
            (Some(_), None) => "[source]",
            (None, Some(_)) => "[bagging]",
        };
        if self.data.is_some() {
            return Err(ScenarioError::new(format!(
                "{table} and [data] cannot both be given: {table} needs a population"
            )));
        }
        if self.test.is_some() {
            return Err(ScenarioError::new(format!(
                "{table} and [test] cannot both be given: {table} has no formula under a test covariance"
            )));
        }
        // Random features are compared with the source's coefficients, which are those of raw covariates.
        let compared = self.source.is_some() && self.featurization.is_random();
        if !self.featurization.is_fixed() && !compared {
            let mut accepted = Featurization::fixed_kinds();
            if self.source.is_some() {
                accepted.extend(Featurization::random_kinds());
            }
            return Err(ScenarioError::new(format!(
                "{table} needs a featurization that is the same for all n, and {} is not; accepted are {}",
                self.featurization.name(),
                either(&accepted)
            )));
        }
        Ok(())
    }

    /// Whether covariates, task and featurization share an eigenbasis, which a test covariance requires.
    #[must_use]
    pub fn shares_eigenbasis(&self) -> bool {
        let turned = matches!(self.task.alignment, Alignment::Rotated { angle, .. } if angle != 0.0)
            || matches!(self.task.family, Family::File { .. });
        self.is_synthetic() && !turned && self.featurization.needs() == Needs::Nothing
    }
}

/// The error for a key given together with a table that excludes it.
pub(in crate::scenario) fn exclusive(key: &str, table: &str) -> ScenarioError {
    ScenarioError::new(format!(
        "{key} and [{table}] cannot both be given: [{table}] already determines covariates and task"
    ))
}

/// The error for a test covariance together with a table without an eigenbasis.
pub(in crate::scenario) fn no_test(table: &str) -> ScenarioError {
    ScenarioError::new(format!(
        "[test] and [{table}] cannot both be given: a test covariance has the eigenbasis of covariates and tasks, which [{table}] does not describe; describe [covariates] and [task] instead"
    ))
}
