//! The curves that a featurization can be compared with, and their names.

use crate::scenario::Featurization;

/// Name of raw features without a ridge among the kinds of featurization.
pub const LEAST_SQUARES: &str = "least-squares";

/// Name of the floor, ground truth at its best ridge, among the kinds of featurization.
pub const FLOOR: &str = "floor";

/// Name of the fit towards the source task among the kinds of featurization.
pub const WEIGHTS: &str = "weights";

/// Name of the fit towards the source task with its best weight among the kinds of featurization.
pub const BEST_WEIGHTS: &str = "best-weights";

/// Identity of a curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CurveId {
    /// The scenario's featurization, or another one requested by kind.
    Chosen,
    /// F = I.
    Raw,
    /// F = I without a ridge, for real rows.
    LeastSquares,
    /// F = Σ_θ.
    GroundTruth,
    /// F = Σ_x⁻¹.
    Whitened,
    /// Principal component regression with the best number of components at each n.
    Pcr,
    /// The best representation without a ridge.
    Optimal,
    /// The Bayes linear predictor: ground truth at its best ridge.
    Floor,
    /// The fit towards the coefficients of the scenario's source task.
    Weights,
    /// The fit towards them with the weight γ of least risk at each n.
    BestWeights,
}

impl CurveId {
    /// The curves that a scenario's featurization can be compared with.
    pub const COMPARED: [Self; 6] =
        [Self::Raw, Self::GroundTruth, Self::Whitened, Self::Pcr, Self::Optimal, Self::Floor];

    /// The curves that a featurization of real rows can be compared with: [`Self::COMPARED`] and least squares, as curves
    /// of real rows have a tuned ridge by default.
    pub const OF_ROWS: [Self; 7] = [
        Self::Raw,
        Self::LeastSquares,
        Self::GroundTruth,
        Self::Whitened,
        Self::Pcr,
        Self::Optimal,
        Self::Floor,
    ];

    /// The curves that a scenario with a source task can be compared with.
    pub const OF_SOURCE: [Self; 8] = [
        Self::Raw,
        Self::GroundTruth,
        Self::Whitened,
        Self::Pcr,
        Self::Optimal,
        Self::Floor,
        Self::Weights,
        Self::BestWeights,
    ];

    /// Every curve that a scenario can be compared with.
    pub const ALL: [Self; 9] = [
        Self::Raw,
        Self::LeastSquares,
        Self::GroundTruth,
        Self::Whitened,
        Self::Pcr,
        Self::Optimal,
        Self::Floor,
        Self::Weights,
        Self::BestWeights,
    ];

    /// Name in files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Raw => "raw",
            Self::LeastSquares => LEAST_SQUARES,
            Self::GroundTruth => "ground truth",
            Self::Whitened => "whitened",
            Self::Pcr => "oracle PCR",
            Self::Optimal => "optimal",
            Self::Floor => "floor",
            Self::Weights => WEIGHTS,
            Self::BestWeights => BEST_WEIGHTS,
        }
    }

    /// Name for the reader.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Chosen => "chosen",
            Self::Raw => "raw",
            Self::LeastSquares => "raw, λ = 0",
            Self::GroundTruth => "ground truth",
            Self::Whitened => "whitened",
            Self::Pcr => "best PCR",
            Self::Optimal => "best, no ridge",
            Self::Floor => "best possible",
            Self::Weights => "weights, γ",
            Self::BestWeights => "weights, best γ",
        }
    }

    /// The featurization; `None` for that of the scenario.
    #[must_use]
    pub const fn featurization(self) -> Option<Featurization> {
        match self {
            Self::Chosen => None,
            Self::Raw | Self::LeastSquares | Self::Weights | Self::BestWeights => Some(Featurization::Raw),
            Self::GroundTruth | Self::Floor => Some(Featurization::GroundTruth),
            Self::Whitened => Some(Featurization::Whitened),
            Self::Pcr => Some(Featurization::Pca { size: None }),
            Self::Optimal => Some(Featurization::Optimal { at: None }),
        }
    }

    /// One line of help.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Chosen => "The scenario's own featurization.",
            Self::Raw => "F = I, the unchanged features.",
            Self::LeastSquares => "F = I without a ridge: the peak at as many labels as directions (§4).",
            Self::GroundTruth => "F = Σ_θ, the tasks' true covariance (§1).",
            Self::Whitened => "F = Σ_x⁻¹.",
            Self::Pcr => {
                "Principal component regression with the best k at each n, on population directions: an oracle (§5)."
            }
            Self::Optimal => "The best ridgeless featurization at each n: soft or hard selection (§5).",
            Self::Floor => {
                "Ground truth with its best ridge, the Bayes linear predictor: the least linear risk (§5)."
            }
            Self::Weights => "The fit towards γ times the coefficients of the source task (§11.3).",
            Self::BestWeights => {
                "The fit towards the source task with the γ of least risk at each n (§11.3)."
            }
        }
    }
}
