//! The kinds of featurization and their settings (sections 1, 5 and 7).

use std::path::PathBuf;

use super::number;
use super::setting::choices;

choices! {
    /// The pretrained feature transform F = BBᵀ.
    #[derive(Debug, Clone, PartialEq)]
    pub enum Featurization {
        /// F = I.
        Raw "raw",
        /// F = Σ_θ.
        GroundTruth "ground-truth",
        /// F = Σ_x⁻¹.
        Whitened "whitened",
        /// The top principal components of Σ_x, unscaled; `None`: the best size at each n.
        Pca "pca" { size: Option<usize> = number::SIZE },
        /// F = Σ_x^{v/2} Σ_θ^u Σ_x^{v/2}, which is Σ_θ^u Σ_x^v when they commute.
        Exponents "exponents" { task: f64 = number::TASK_EXPONENT, covariates: f64 = number::COVARIATE_EXPONENT },
        /// F = Σ_θ + weight·Σ_x⁻¹.
        Mix "mix" { weight: f64 = number::WEIGHT },
        /// The best featurization with more features than samples (section 5). `at`: frozen at that sample ratio.
        Soft "soft" { at: Option<f64> = number::AT },
        /// The best featurization with fewer features than samples.
        Hard "hard" { at: Option<f64> = number::AT },
        /// The better of soft and hard.
        Optimal "optimal" { at: Option<f64> = number::AT },
        /// The best against the worst task.
        Minimax "minimax" { at: Option<f64> = number::AT },
        /// The empirical covariance of `tasks` upstream tasks, each fitted on `samples` samples.
        Learned "learned" { tasks: usize = number::TASKS, samples: usize = number::SAMPLES, seed: u64 = number::LEARNING_SEED },
        /// F = BBᵀ with B (p×k) from a .npy file.
        File "file" { path: PathBuf = number::MATRIX },
    }
}
