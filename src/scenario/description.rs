//! What a user describes: the scenario file's contents as types (section 7), and their defaults.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::data::Reading;

use super::number::{self, Number, plain};

/// A described downstream problem. Whatever a file leaves out is as in [`Scenario::default`], double divergence.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    pub name: String,
    /// p. Measured data bring their own, [`super::Model::dimension`].
    pub dimension: usize,
    /// r²; `None` where it is estimated (measured data) or part of a table.
    pub signal: Option<f64>,
    /// σ²; `None` where it is estimated. Given with measured data it is a what-if.
    pub noise: Option<f64>,
    pub ridge: RidgeSetting,
    pub covariates: Family,
    pub task: Task,
    pub featurization: Featurization,
    /// Instead of covariates and task.
    pub spectrum: Option<Table>,
    /// Instead of covariates, task and dimension.
    pub data: Option<DataSource>,
}

/// A spectrum of eigenvalues over p directions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Family {
    Isotropic,
    /// j^−exponent.
    PowerLaw {
        exponent: f64,
    },
    /// e^(−j/scale).
    Exponential {
        scale: f64,
    },
    /// A fraction at 1, the rest at `ratio`.
    TwoLevel {
        fraction: f64,
        ratio: f64,
    },
    /// `spikes` directions at 1 + strength, the rest at 1.
    Spiked {
        spikes: usize,
        strength: f64,
    },
    /// A fraction at 1, the rest at 0; for tasks only.
    Sparse {
        fraction: f64,
    },
}

/// The task ensemble: Σ_θ up to the scale that `signal` sets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Task {
    pub family: Family,
    pub alignment: Alignment,
}

/// How the task's directions lie to the covariates'.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Alignment {
    /// The first task direction is the first covariate direction.
    Aligned,
    /// The order reversed: the strongest task direction is the weakest covariate direction.
    AntiAligned,
    /// Aligned, then every direction turned by this many degrees in a random plane.
    Rotated { angle: f64, seed: u64 },
}

/// The pretrained feature transform F = BBᵀ.
#[derive(Debug, Clone, PartialEq)]
pub enum Featurization {
    /// F = I.
    Raw,
    /// F = Σ_θ.
    GroundTruth,
    /// F = Σ_x⁻¹.
    Whitened,
    /// The top principal components of Σ_x, unscaled; `None`: the best size at each n.
    Pca { size: Option<usize> },
    /// F = Σ_x^{v/2} Σ_θ^u Σ_x^{v/2}, which is Σ_θ^u Σ_x^v when they commute.
    Exponents { task: f64, covariates: f64 },
    /// F = Σ_θ + weight·Σ_x⁻¹.
    Mix { weight: f64 },
    /// The best featurization with more features than samples (section 5). `at`: frozen at that sample ratio.
    Soft { at: Option<f64> },
    /// The best featurization with fewer features than samples.
    Hard { at: Option<f64> },
    /// The better of soft and hard.
    Optimal { at: Option<f64> },
    /// The best against the worst task.
    Minimax { at: Option<f64> },
    /// The empirical covariance of `tasks` upstream tasks, each fitted on `samples` samples.
    Learned { tasks: usize, samples: usize, seed: u64 },
    /// F = BBᵀ with B (p×k) from a .npy file.
    File { path: PathBuf },
}

/// How the downstream ridge is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RidgeSetting {
    Fixed(f64),
    Optimal,
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
    /// N×p, in any kind of file that [`crate::data`] reads; a part of it after a colon.
    pub features: PathBuf,
    /// N labels, or N×T numbers.
    pub targets: PathBuf,
    /// Whether a column of whole numbers is labels or numbers.
    pub reading: Reading,
    /// The name of a task, or "mean": the average over all.
    pub task: String,
}

impl Default for Scenario {
    /// The double divergence of section 4.
    fn default() -> Self {
        Self {
            name: "double divergence".into(),
            dimension: 1000,
            signal: Some(number::SIGNAL.default),
            noise: Some(number::NOISE.default),
            ridge: RidgeSetting::Fixed(0.0),
            covariates: Family::Isotropic,
            task: Task::default(),
            featurization: Featurization::GroundTruth,
            spectrum: None,
            data: None,
        }
    }
}

impl Default for Task {
    fn default() -> Self {
        Self { family: Family::TwoLevel { fraction: 0.2, ratio: 1e-4 }, alignment: Alignment::Aligned }
    }
}

impl Scenario {
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

impl fmt::Display for RidgeSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixed(ridge) => f.write_str(&plain(*ridge)),
            Self::Optimal => f.write_str("optimal"),
            Self::OptimalNonNegative => f.write_str("optimal-nonnegative"),
        }
    }
}

/// One setting of a family, an alignment or a kind of featurization, beside its name.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Setting {
    Number(&'static Number, f64),
    /// May be left out; the word says what that means.
    Optional(&'static Number, Option<f64>, &'static str),
    Path(&'static str, PathBuf),
}

impl Family {
    pub const NAMES: [&'static str; 6] =
        ["isotropic", "power-law", "exponential", "two-level", "spiked", "sparse"];

    /// The name in a scenario file.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Isotropic => "isotropic",
            Self::PowerLaw { .. } => "power-law",
            Self::Exponential { .. } => "exponential",
            Self::TwoLevel { .. } => "two-level",
            Self::Spiked { .. } => "spiked",
            Self::Sparse { .. } => "sparse",
        }
    }

    pub(super) fn settings(&self) -> Vec<Setting> {
        use Setting::Number;
        match *self {
            Self::Isotropic => vec![],
            Self::PowerLaw { exponent } => vec![Number(&number::EXPONENT, exponent)],
            Self::Exponential { scale } => vec![Number(&number::DECAY, scale)],
            Self::TwoLevel { fraction, ratio } => {
                vec![Number(&number::FRACTION, fraction), Number(&number::RATIO, ratio)]
            }
            Self::Spiked { spikes, strength } => {
                vec![Number(&number::SPIKES, spikes as f64), Number(&number::STRENGTH, strength)]
            }
            Self::Sparse { fraction } => vec![Number(&number::RELEVANT, fraction)],
        }
    }
}

impl Alignment {
    pub const NAMES: [&'static str; 3] = ["aligned", "anti-aligned", "rotated"];

    /// The name in a scenario file.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Aligned => "aligned",
            Self::AntiAligned => "anti-aligned",
            Self::Rotated { .. } => "rotated",
        }
    }

    pub(super) fn settings(&self) -> Vec<Setting> {
        match *self {
            Self::Aligned | Self::AntiAligned => vec![],
            Self::Rotated { angle, seed } => vec![
                Setting::Number(&number::ANGLE, angle),
                Setting::Number(&number::ROTATION_SEED, seed as f64),
            ],
        }
    }
}

impl Featurization {
    pub const NAMES: [&'static str; 12] = [
        "raw",
        "ground-truth",
        "whitened",
        "pca",
        "exponents",
        "mix",
        "soft",
        "hard",
        "optimal",
        "minimax",
        "learned",
        "file",
    ];

    /// The name in a scenario file.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::GroundTruth => "ground-truth",
            Self::Whitened => "whitened",
            Self::Pca { .. } => "pca",
            Self::Exponents { .. } => "exponents",
            Self::Mix { .. } => "mix",
            Self::Soft { .. } => "soft",
            Self::Hard { .. } => "hard",
            Self::Optimal { .. } => "optimal",
            Self::Minimax { .. } => "minimax",
            Self::Learned { .. } => "learned",
            Self::File { .. } => "file",
        }
    }

    /// The name for people, with what tells two of a kind apart.
    #[must_use]
    pub fn title(&self) -> String {
        let frozen = |name: &str, at: &Option<f64>| match at {
            Some(at) => format!("{name} at α={}", plain(*at)),
            None => name.into(),
        };
        match self {
            Self::Raw => "raw".into(),
            Self::GroundTruth => "ground truth".into(),
            Self::Whitened => "whitened".into(),
            Self::Pca { size: Some(size) } => format!("oracle PCR-{size}"),
            Self::Pca { size: None } => "oracle PCR".into(),
            Self::Exponents { task, covariates } => {
                format!("exponents ({}, {})", plain(*task), plain(*covariates))
            }
            Self::Mix { weight } => format!("mix {}", plain(*weight)),
            Self::Soft { at } => frozen("soft", at),
            Self::Hard { at } => frozen("hard", at),
            Self::Optimal { at } => frozen("optimal", at),
            Self::Minimax { at } => frozen("minimax", at),
            Self::Learned { tasks, samples, .. } => format!("learned {tasks}×{samples}"),
            Self::File { path } => {
                path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
            }
        }
    }

    pub(super) fn settings(&self) -> Vec<Setting> {
        use Setting::{Number, Optional};
        match self {
            Self::Raw | Self::GroundTruth | Self::Whitened => vec![],
            Self::Pca { size } => vec![Optional(&number::SIZE, size.map(|k| k as f64), "best")],
            Self::Exponents { task, covariates } => {
                vec![Number(&number::TASK_EXPONENT, *task), Number(&number::COVARIATE_EXPONENT, *covariates)]
            }
            Self::Mix { weight } => vec![Number(&number::WEIGHT, *weight)],
            Self::Soft { at } | Self::Hard { at } | Self::Optimal { at } | Self::Minimax { at } => {
                vec![Optional(&number::AT, *at, "each")]
            }
            Self::Learned { tasks, samples, seed } => vec![
                Number(&number::TASKS, *tasks as f64),
                Number(&number::SAMPLES, *samples as f64),
                Number(&number::LEARNING_SEED, *seed as f64),
            ],
            Self::File { path } => vec![Setting::Path("path", path.clone())],
        }
    }
}
