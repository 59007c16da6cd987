//! What a user describes: the scenario file's contents as types (section 7), and their defaults.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::data::Reading;

pub use super::families::Family;
pub use super::featurization::Featurization;
use super::number;
use super::setting::{choices, described};
use super::value::{Held, Value, plain};

described! {
    /// A described downstream problem. Whatever a file leaves out is as in [`Scenario::default`]: the double divergence
    /// of section 4.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Scenario {
        /// What it is called on screen and in files.
        pub name: String = "double divergence".into();
        /// p. Measured data bring their own, [`super::Model::dimension`].
        pub dimension: usize = number::DIMENSION.default as usize, is number::DIMENSION;
        /// r²; `None` where it is estimated (measured data) or part of a table.
        pub signal: Option<f64> = Some(number::SIGNAL.default), is number::SIGNAL;
        /// σ²; `None` where it is estimated. Given with measured data it is a what-if.
        pub noise: Option<f64> = Some(number::NOISE.default), is number::NOISE;
        /// λ, in units of the features scaled to a mean eigenvalue of 1 (section 7).
        pub ridge: RidgeSetting = RidgeSetting::Fixed(number::RIDGE.default), is number::RIDGE;
        /// The eigenvalues of Σ_x.
        pub covariates: Family = Family::Isotropic;
        /// The ensemble of tasks.
        pub task: Task = Task::default();
        /// The eigenvalues of the test covariance, in the same eigenbasis; `None`: test samples are like the downstream
        /// ones.
        pub test: Option<Family> = None;
        /// F, what is done to the covariates before the fit.
        pub featurization: Featurization = Featurization::GroundTruth;
        /// Instead of covariates and task.
        pub spectrum: Option<Table> = None;
        /// Instead of covariates, task and dimension.
        pub data: Option<DataSource> = None;
    }
}

/// The task ensemble: Σ_θ up to the scale that `signal` sets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Task {
    /// The eigenvalues of Σ_θ.
    pub family: Family,
    /// How their directions lie to those of the covariates.
    pub alignment: Alignment,
}

choices! {
    /// How the task's directions lie to the covariates'.
    #[derive(Debug, Clone, Copy, PartialEq)]
    pub enum Alignment {
        /// The first task direction is the first covariate direction.
        Aligned "aligned",
        /// The order reversed: the strongest task direction is the weakest covariate direction.
        AntiAligned "anti-aligned",
        /// Aligned, then every direction turned by this many degrees in a random plane.
        Rotated "rotated" { angle: f64 = number::ANGLE, seed: u64 = number::ROTATION_SEED },
    }
}

/// How the downstream ridge is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RidgeSetting {
    /// This λ, at every n.
    Fixed(f64),
    /// The minimiser of the risk at each n, of either sign (section 6).
    Optimal,
    /// The minimiser among λ ≥ 0.
    OptimalNonNegative,
}

/// A spectrum given atom by atom, used exactly as given.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Shares of the p directions; they sum to 1.
    pub weights: Vec<f64>,
    /// s, of the raw covariates.
    pub eigenvalues: Vec<f64>,
    /// τ.
    pub energies: Vec<f64>,
}

/// Real features and real tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSource {
    /// N×p, in any kind of file that [`crate::data`] reads; a part of it after a colon. Of several encoders that of
    /// the one in focus.
    pub features: PathBuf,
    /// N labels, or N×T numbers.
    pub targets: PathBuf,
    /// Whether a column of whole numbers is labels or numbers.
    pub reading: Reading,
    /// The name of a task, or "mean": the average over all.
    pub task: String,
    /// Several encoders of the same rows; none where the features have no name.
    pub encoders: Vec<Encoder>,
}

/// One of several encoders of the same rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoder {
    /// What it is called beside its curve.
    pub name: String,
    /// N×p, as [`DataSource::features`].
    pub features: PathBuf,
}

impl Default for Task {
    fn default() -> Self {
        Self { family: Family::TwoLevel { fraction: 0.2, ratio: 1e-4 }, alignment: Alignment::Aligned }
    }
}

impl Scenario {
    /// Whether the test covariance is another one than the downstream samples'.
    #[must_use]
    pub fn is_shifted(&self) -> bool {
        self.test.is_some_and(|test| test != self.covariates)
    }

    /// A scenario of real features and targets: the mean over all tasks, raw features.
    #[must_use]
    pub fn measured(features: impl AsRef<Path>, targets: impl AsRef<Path>) -> Self {
        let (features, targets) = (features.as_ref(), targets.as_ref());
        let name =
            features.file_stem().map_or_else(|| "measured".into(), |s| s.to_string_lossy().into_owned());
        Self {
            name,
            signal: None,
            noise: None,
            featurization: Featurization::Raw,
            data: Some(DataSource {
                features: features.into(),
                targets: targets.into(),
                reading: Reading::Auto,
                task: "mean".into(),
                encoders: Vec::new(),
            }),
            ..Self::default()
        }
    }
}

impl Table {
    /// (w, s, τ).
    pub(super) fn atoms(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        self.weights.iter().zip(&self.eigenvalues).zip(&self.energies).map(|((&w, &s), &t)| (w, s, t))
    }
}

impl Held for RidgeSetting {
    fn value(&self) -> Option<Value> {
        Some(match self {
            Self::Fixed(ridge) => Value::Number(*ridge),
            word => Value::Word(word.to_string()),
        })
    }

    fn put(&mut self, value: Option<Value>) {
        match value {
            Some(Value::Number(ridge)) => *self = Self::Fixed(ridge),
            Some(Value::Word(word)) if word == "optimal" => *self = Self::Optimal,
            Some(Value::Word(_)) => *self = Self::OptimalNonNegative,
            None => {}
        }
    }
}

impl fmt::Display for RidgeSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(ridge) => f.write_str(&plain(*ridge)),
            Self::Optimal => f.write_str("optimal"),
            Self::OptimalNonNegative => f.write_str("optimal-nonnegative"),
        }
    }
}
