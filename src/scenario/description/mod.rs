//! The content of a scenario file, as plain types (section 7). The records of the parameters are in [`super::schema`].

mod family;
mod featurization;
mod rows;
mod table;
mod transfer;

use std::path::Path;
use std::sync::Arc;

use crate::data::Reading;
use crate::theory::RidgeChoice;

pub use family::{Alignment, Family, Task};
pub use featurization::Featurization;
pub use rows::{DataSource, Encoder};
pub use table::Table;
pub use transfer::{BaggedFits, FeatureNoise, SourceTask};

/// Description of a downstream problem. Values that a file leaves out are those of [`Scenario::default`], the double
/// divergence of section 4.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Its name on screen and in files.
    pub name: String,
    /// Dimension p. Measured data determine their own: [`super::Model::dimension`].
    pub dimension: usize,
    /// Signal r²; `None` if it is estimated (measured data) or given by a `[spectrum]` table.
    pub signal: Option<f64>,
    /// Noise σ²; `None` if it is estimated. With measured data, a given value is a what-if.
    pub noise: Option<f64>,
    /// Ridge λ, in units of the features scaled to a mean eigenvalue of 1 (section 7).
    pub ridge: RidgeChoice,
    /// The eigenvalues of Σ_x.
    pub covariates: Family,
    /// The ensemble of tasks.
    pub task: Task,
    /// Eigenvalues of the test covariance, in the same eigenbasis; `None` for the downstream covariance.
    pub test: Option<Family>,
    /// The featurization F, applied to the covariates before the fit.
    pub featurization: Featurization,
    /// Noise on the covariates of training and test samples; `None` for noiseless covariates.
    pub features: Option<FeatureNoise>,
    /// Source task towards whose coefficients the fit of the chosen featurization is regularised; `None` for an
    /// ordinary ridge.
    pub source: Option<SourceTask>,
    /// Bagging of the fit of the chosen featurization; `None` for one fit on all samples.
    pub bagging: Option<BaggedFits>,
    /// A spectrum given in place of covariates and task.
    pub spectrum: Option<Arc<Table>>,
    /// Real rows given in place of covariates, task and dimension.
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

impl Scenario {
    /// Whether the test covariance differs from that of the downstream samples.
    #[must_use]
    pub fn is_shifted(&self) -> bool {
        self.test.as_ref().is_some_and(|test| *test != self.covariates)
    }

    /// The featurization of the fit towards the source task: the scenario's if it is the same for all n, else the raw
    /// covariates.
    #[must_use]
    pub fn fitted_towards_source(&self) -> Featurization {
        if self.featurization.is_fixed() { self.featurization.clone() } else { Featurization::Raw }
    }

    /// Whether covariates and task are given by families.
    #[must_use]
    pub const fn is_synthetic(&self) -> bool {
        self.spectrum.is_none() && self.data.is_none()
    }

    /// Whether a covariance of covariates or tasks is read from a file.
    #[must_use]
    pub const fn has_matrix(&self) -> bool {
        matches!(self.covariates, Family::File { .. }) || matches!(self.task.family, Family::File { .. })
    }

    /// Whether Σ_x and Σ_θ do not commute, or may not: Σ_θ from a file has its own eigenvectors.
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

    /// A scenario of real features and targets with raw features, for the mean over all tasks.
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
                control: false,
                task: "mean".into(),
                encoders: Vec::new(),
            }),
            ..Self::default()
        }
    }
}
