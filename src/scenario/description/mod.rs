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
