//! The content of a scenario file, as plain types (section 7). The records of the parameters are in [`super::schema`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use strum::{EnumCount, IntoStaticStr, VariantNames};

use crate::data::Reading;
use crate::theory::RidgeChoice;
use crate::theory::transfer::{Fits, Nonlinearity, SourceWeight};

/// A described downstream problem. Whatever a file leaves out is as in [`Scenario::default`]: the double divergence
/// of section 4.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Its name on screen and in files.
    pub name: String,
    /// p. Measured data have their own: [`super::Model::dimension`].
    pub dimension: usize,
    /// r²; `None` where it is estimated (measured data) or part of a table.
    pub signal: Option<f64>,
    /// σ²; `None` where it is estimated. Given with measured data it is a what-if.
    pub noise: Option<f64>,
    /// λ, in units of the features scaled to a mean eigenvalue of 1 (section 7).
    pub ridge: RidgeChoice,
    /// The eigenvalues of Σ_x.
    pub covariates: Family,
    /// The ensemble of tasks.
    pub task: Task,
    /// The eigenvalues of the test covariance, in the same eigenbasis; `None`: that of the downstream samples.
    pub test: Option<Family>,
    /// F, the transform of the covariates before the fit.
    pub featurization: Featurization,
    /// Noise on the covariates, of the samples and of the test; `None`: they are seen exactly.
    pub features: Option<FeatureNoise>,
    /// The fit of the chosen featurization is drawn towards the coefficients of a source task; `None`: towards 0.
    pub source: Option<SourceTask>,
    /// The fit of the chosen featurization is an average of fits on parts of the samples; `None`: one fit on all.
    pub bagging: Option<BaggedFits>,
    /// Given instead of covariates and task.
    pub spectrum: Option<Arc<Table>>,
    /// Given instead of covariates, task and dimension.
    pub data: Option<DataSource>,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            name: "double divergence".into(),
            dimension: 1000,
            signal: Some(1.0),
            noise: Some(0.1),
            ridge: RidgeChoice::ZERO,
            covariates: Family::Isotropic,
            task: Task {
                family: Family::TwoLevel { fraction: 0.2, ratio: 1e-4 },
                alignment: Alignment::Aligned,
            },
            test: None,
            featurization: Featurization::GroundTruth,
            features: None,
            source: None,
            bagging: None,
            spectrum: None,
            data: None,
        }
    }
}

/// A spectrum of eigenvalues over p directions, up to a common factor.
#[derive(Debug, Clone, PartialEq, EnumCount, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Family {
    /// All eigenvalues are equal.
    Isotropic,
    /// Eigenvalue j is j^−exponent.
    PowerLaw {
        /// The exponent, at least 0.
        exponent: f64,
    },
    /// Eigenvalue j is e^(−j/scale).
    Exponential {
        /// Directions over which an eigenvalue falls by a factor e.
        scale: f64,
    },
    /// A fraction of the eigenvalues is 1, the others are `ratio`.
    TwoLevel {
        /// Share of the directions at 1.
        fraction: f64,
        /// The other eigenvalue.
        ratio: f64,
    },
    /// `spikes` eigenvalues are 1 + strength, the others 1.
    Spiked {
        /// Number of directions above 1.
        spikes: usize,
        /// Their eigenvalue less 1.
        strength: f64,
    },
    /// A fraction of the eigenvalues is 1, the others are 0; for tasks only.
    Sparse {
        /// Share of the directions at 1.
        fraction: f64,
    },
    /// The covariance matrix is in a file; not for the test covariance.
    File {
        /// p×p, symmetric, or its diagonal as p numbers.
        file: PathBuf,
    },
}

impl Family {
    /// The names in a scenario file.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;

    /// The families of covariates: without directions of variance 0.
    pub const COVARIATES: &'static [&'static str] =
        &["isotropic", "power-law", "exponential", "two-level", "spiked", "file"];

    /// The families of the test covariance, which is diagonal in the eigenbasis of the covariates.
    pub const TEST: &'static [&'static str] =
        &["isotropic", "power-law", "exponential", "two-level", "spiked"];

    /// The value of `test.family` that removes the test covariance: test samples are like the downstream ones.
    pub const SAME: &'static str = "downstream";

    /// Every family with its parameters at their defaults.
    pub(super) fn defaults() -> [Self; Self::COUNT] {
        [
            Self::Isotropic,
            Self::PowerLaw { exponent: 1.0 },
            Self::Exponential { scale: 100.0 },
            Self::TwoLevel { fraction: 0.2, ratio: 1e-4 },
            Self::Spiked { spikes: 10, strength: 100.0 },
            Self::Sparse { fraction: 0.1 },
            Self::File { file: PathBuf::new() },
        ]
    }

    /// The name in a scenario file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }
}

/// The task ensemble: Σ_θ up to the scale that `signal` sets.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    /// The eigenvalues of Σ_θ.
    pub family: Family,
    /// How their directions lie to those of the covariates.
    pub alignment: Alignment,
}

/// How the eigenvectors of the task covariance lie to those of the covariates.
#[derive(Debug, Clone, Copy, PartialEq, EnumCount, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Alignment {
    /// Both are in decreasing order of their eigenvalues.
    Aligned,
    /// The strongest task direction is the weakest covariate direction.
    AntiAligned,
    /// Aligned, then every direction is rotated in a random plane.
    Rotated {
        /// Degrees of rotation.
        angle: f64,
        /// Seed of the random planes.
        seed: u64,
    },
}

impl Alignment {
    /// The names in a scenario file.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;

    /// Every alignment with its parameters at their defaults.
    pub(super) const fn defaults() -> [Self; Self::COUNT] {
        [Self::Aligned, Self::AntiAligned, Self::Rotated { angle: 30.0, seed: 0 }]
    }

    /// The name in a scenario file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }
}

/// The pretrained feature transform F = BBᵀ (sections 1, 5 and 7).
#[derive(Debug, Clone, PartialEq, EnumCount, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "kebab-case")]
pub enum Featurization {
    /// F = I.
    Raw,
    /// F = Σ_θ.
    GroundTruth,
    /// F = Σ_x⁻¹.
    Whitened,
    /// Every column of real rows at unit variance.
    Standardised,
    /// Projection on the top principal components of Σ_x, unscaled.
    Pca {
        /// Number of components; `None`: the best number at each n.
        size: Option<usize>,
    },
    /// F = Σ_x^{v/2} Σ_θ^u Σ_x^{v/2}, which is Σ_θ^u Σ_x^v when they commute.
    Exponents {
        /// u.
        task: f64,
        /// v.
        covariates: f64,
    },
    /// F = Σ_θ + weight·Σ_x⁻¹.
    Mix {
        /// Weight of the covariate structure.
        weight: f64,
    },
    /// The best featurization with more features than samples (section 5).
    Soft {
        /// The sample ratio at which it is made, for use at every other; `None`: made for each n.
        at: Option<f64>,
    },
    /// The best featurization with fewer features than samples.
    Hard {
        /// The sample ratio at which it is made; `None`: each n.
        at: Option<f64>,
    },
    /// The better of soft and hard.
    Optimal {
        /// The sample ratio at which it is made; `None`: each n.
        at: Option<f64>,
    },
    /// The best featurization for the worst task.
    Minimax {
        /// The sample ratio at which it is made; `None`: each n.
        at: Option<f64>,
    },
    /// The empirical covariance of the fitted coefficients of upstream tasks.
    Learned {
        /// m, number of upstream tasks.
        tasks: usize,
        /// N, samples of each.
        samples: usize,
        /// Seed of the drawn tasks and samples.
        seed: u64,
    },
    /// Random features of the raw covariates, linear or not (section 11.1); exact, nothing is drawn.
    RandomFeatures {
        /// N, number of random features.
        features: usize,
        /// Applied to each random projection.
        nonlinearity: Nonlinearity,
        /// ζ in place of that of the nonlinearity.
        residue: Option<f64>,
    },
    /// The fitted coefficients of upstream tasks as features (section 11.2); exact, nothing is drawn.
    Pretrained {
        /// m, number of upstream tasks.
        tasks: usize,
        /// N, samples of each.
        samples: usize,
        /// λ_u of the upstream fits; 0 is the minimum norm.
        ridge: f64,
        /// σ_u² of the upstream labels; `None`: that of the downstream task.
        noise: Option<f64>,
    },
    /// The optimum made from upstream tasks in place of Σ_θ (section 11.2); exact, nothing is drawn.
    PlugIn {
        /// m, number of upstream tasks.
        tasks: usize,
        /// N, samples of each.
        samples: usize,
        /// λ_u of the upstream fits; 0 is the minimum norm.
        ridge: f64,
        /// σ_u² of the upstream labels; `None`: that of the downstream task.
        noise: Option<f64>,
    },
    /// F = BBᵀ with B (p×k) from a file.
    File {
        /// A .npy file.
        path: PathBuf,
    },
}

impl Featurization {
    /// The names in a scenario file.
    pub const NAMES: &'static [&'static str] = Self::VARIANTS;

    /// Every kind with its parameters at their defaults.
    pub(super) fn defaults() -> [Self; Self::COUNT] {
        [
            Self::Raw,
            Self::GroundTruth,
            Self::Whitened,
            Self::Standardised,
            Self::Pca { size: None },
            Self::Exponents { task: 1.0, covariates: 0.0 },
            Self::Mix { weight: 1e-4 },
            Self::Soft { at: None },
            Self::Hard { at: None },
            Self::Optimal { at: None },
            Self::Minimax { at: None },
            Self::Learned { tasks: 100, samples: 500, seed: 0 },
            Self::RandomFeatures { features: 500, nonlinearity: Nonlinearity::Linear, residue: None },
            Self::Pretrained { tasks: 500, samples: 1500, ridge: 0.0, noise: None },
            Self::PlugIn { tasks: 500, samples: 1500, ridge: 0.0, noise: None },
            Self::File { path: PathBuf::new() },
        ]
    }

    /// The name in a scenario file.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.into()
    }
}

/// A task whose ridge fit the downstream fit is drawn towards (section 11.3).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SourceTask {
    /// n_S, its samples; 0: there is no source.
    pub samples: usize,
    /// λ_S of its fit.
    pub ridge: f64,
    /// σ_S², its label noise; `None`: that of the downstream task.
    pub noise: Option<f64>,
    /// c, correlation of its coefficients with the downstream task's.
    pub correlation: f64,
    /// γ, weight on its fitted coefficients.
    pub weight: SourceWeight,
}

impl Default for SourceTask {
    fn default() -> Self {
        Self { samples: 1000, ridge: 0.0, noise: None, correlation: 0.9, weight: SourceWeight::Fixed(1.0) }
    }
}

/// Isotropic noise on the covariates, of the samples and of the test (section 11.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FeatureNoise {
    /// η, its variance, where the covariates' eigenvalues have mean 1 (a table's as given).
    pub noise: f64,
}

impl Default for FeatureNoise {
    fn default() -> Self {
        Self { noise: 0.1 }
    }
}

/// Fits on parts of the samples, averaged (section 11.4).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BaggedFits {
    /// β, share of the samples in each fit.
    pub share: f64,
    /// K, number of fits.
    pub fits: Fits,
}

impl Default for BaggedFits {
    fn default() -> Self {
        Self { share: 0.5, fits: Fits::Infinite }
    }
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

impl Table {
    /// (w, s, τ).
    pub(super) fn atoms(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        self.weights.iter().zip(&self.eigenvalues).zip(&self.energies).map(|((&w, &s), &t)| (w, s, t))
    }
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
    /// The column, in the files of both, by which their rows are joined; without one, rows belong together in order.
    pub id: Option<String>,
    /// Whether NA, None, NULL and the like are classes and not missing labels.
    pub labels_as_they_are: bool,
    /// The group of each row, where rows of a group are not independent: they are left out together (section 9.10).
    pub groups: Option<PathBuf>,
    /// A column of train and test, in the file of the features or of the targets: rows of test take no part.
    pub split_column: Option<String>,
    /// The name of a task, or "mean": the average over all.
    pub task: String,
    /// Several encoders of the same rows; empty where the features have no name.
    pub encoders: Vec<Encoder>,
}

impl DataSource {
    /// What is read of the files whatever the task and the other encoders.
    #[must_use]
    pub fn rows(&self) -> Self {
        Self { task: String::new(), encoders: Vec::new(), ..self.clone() }
    }
}

/// One of several encoders of the same rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoder {
    /// Its name beside its curve.
    pub name: String,
    /// N×p, as [`DataSource::features`].
    pub features: PathBuf,
}

impl Scenario {
    /// Whether the test covariance differs from that of the downstream samples.
    #[must_use]
    pub fn is_shifted(&self) -> bool {
        self.test.as_ref().is_some_and(|test| *test != self.covariates)
    }

    /// The features of the fit towards the source task: the scenario's where they are the same for all n, else the raw
    /// covariates.
    #[must_use]
    pub fn fitted_towards_source(&self) -> Featurization {
        if self.featurization.is_fixed() { self.featurization.clone() } else { Featurization::Raw }
    }

    /// Whether covariates and task are families.
    #[must_use]
    pub const fn is_synthetic(&self) -> bool {
        self.spectrum.is_none() && self.data.is_none()
    }

    /// Whether a covariance of covariates or tasks is in a file.
    #[must_use]
    pub const fn has_matrix(&self) -> bool {
        matches!(self.covariates, Family::File { .. }) || matches!(self.task.family, Family::File { .. })
    }

    /// Whether Σ_x and Σ_θ fail to commute, or may: Σ_θ of a file has directions of its own.
    #[must_use]
    pub fn is_rotated(&self) -> bool {
        if matches!(self.task.family, Family::File { .. }) {
            return self.is_synthetic();
        }
        let turned = match self.task.alignment {
            Alignment::Rotated { angle, .. } => angle.rem_euclid(180.0) != 0.0,
            _ => false,
        };
        self.is_synthetic()
            && turned
            && self.covariates != Family::Isotropic
            && self.task.family != Family::Isotropic
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
                id: None,
                labels_as_they_are: false,
                groups: None,
                split_column: None,
                task: "mean".into(),
                encoders: Vec::new(),
            }),
            ..Self::default()
        }
    }
}
