//! What is compared: the scenario's own featurization and those beside it, under one rule for names and for what is
//! in-sample.

use crate::scenario::{Featurization, Model, RiskCurve, Scenario, ScenarioError};
use crate::theory::{Ridge, RidgeChoice};

/// Which curve it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CurveId {
    /// The scenario's own, or any other that was asked for by its kind.
    Chosen,
    /// F = I.
    Raw,
    /// F = I without a ridge, of real rows: where it peaks a ridge is worth the most.
    LeastSquares,
    /// F = Σ_θ.
    GroundTruth,
    /// F = Σ_x⁻¹.
    Whitened,
    /// Oracle principal component regression at the best size of each n.
    Pcr,
    /// The best representation without a ridge.
    Optimal,
    /// The Bayes linear predictor: ground truth at its best ridge.
    Floor,
}

impl CurveId {
    /// All that a chosen featurization can be compared with.
    pub const COMPARED: [Self; 6] =
        [Self::Raw, Self::GroundTruth, Self::Whitened, Self::Pcr, Self::Optimal, Self::Floor];

    /// The same for real rows: also without the ridge that their curves have by default.
    pub const OF_ROWS: [Self; 7] = [
        Self::Raw,
        Self::LeastSquares,
        Self::GroundTruth,
        Self::Whitened,
        Self::Pcr,
        Self::Optimal,
        Self::Floor,
    ];

    /// As files write it.
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
        }
    }

    /// What the curve is of; `None` for the scenario's own.
    #[must_use]
    pub const fn featurization(self) -> Option<Featurization> {
        match self {
            Self::Chosen => None,
            Self::Raw | Self::LeastSquares => Some(Featurization::Raw),
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
            Self::Raw => "F = I, the features as they are.",
            Self::LeastSquares => "F = I without a ridge: the peak at as many labels as directions (§4).",
            Self::GroundTruth => "F = Σ_θ, the tasks' true covariance (§1).",
            Self::Whitened => "F = Σ_x⁻¹.",
            Self::Pcr => {
                "Principal component regression with the best k at each n, on population directions: an oracle (§5)."
            }
            Self::Optimal => "The best ridgeless featurization at each n: soft or hard selection (§5).",
            Self::Floor => {
                "Ground truth with its best ridge, the Bayes linear predictor: nothing linear is lower (§5)."
            }
        }
    }
}

/// One of several featurizations of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Subject {
    /// Which curve it is.
    pub id: CurveId,
    /// The kind with its settings.
    pub featurization: Featurization,
}

/// The word for raw features without a ridge where kinds of featurization are listed.
pub const LEAST_SQUARES: &str = "least-squares";

/// The word for the floor where kinds of featurization are listed: ground truth at its best ridge.
pub const FLOOR: &str = "floor";

impl Subject {
    /// The scenario's own.
    #[must_use]
    pub fn chosen(scenario: &Scenario) -> Self {
        Self { id: CurveId::Chosen, featurization: scenario.featurization.clone() }
    }

    /// The scenario's own, then those compared with it that are something else.
    #[must_use]
    pub fn list(scenario: &Scenario, compared: &[CurveId]) -> Vec<Self> {
        let chosen = Self::chosen(scenario);
        let beside = |&id: &CurveId| {
            let featurization = id.featurization()?;
            let other = match id {
                CurveId::Floor => true,
                CurveId::LeastSquares => scenario.ridge != RidgeChoice::ZERO,
                _ => false,
            };
            (other || featurization != chosen.featurization).then_some(Self { id, featurization })
        };
        let beside: Vec<Self> = compared.iter().filter_map(beside).collect();
        std::iter::once(chosen).chain(beside).collect()
    }

    /// The floor, and any kind of featurization under the identity of the compared curve that it is.
    #[must_use]
    pub fn of(featurization: Featurization) -> Self {
        let same =
            |id: &&CurveId| **id != CurveId::Floor && id.featurization().as_ref() == Some(&featurization);
        let id = CurveId::COMPARED.iter().find(same).copied().unwrap_or(CurveId::Chosen);
        Self { id, featurization }
    }

    /// The floor: ground truth, whose ridge is then the best one.
    #[must_use]
    pub const fn floor() -> Self {
        Self { id: CurveId::Floor, featurization: Featurization::GroundTruth }
    }

    /// What a word stands for that is no kind of featurization, but one with a ridge of its own.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        match word {
            FLOOR => Some(Self::floor()),
            LEAST_SQUARES => Some(Self { id: CurveId::LeastSquares, featurization: Featurization::Raw }),
            _ => None,
        }
    }

    /// As tables and command lines call it.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self.id {
            CurveId::Floor => FLOOR,
            CurveId::LeastSquares => LEAST_SQUARES,
            _ => self.featurization.name(),
        }
    }

    /// The floor is the ground truth at its best ridge, least squares has none; all others take the scenario's.
    #[must_use]
    pub fn ridge(&self, model: &Model) -> RidgeChoice {
        match self.id {
            CurveId::Floor => RidgeChoice::OptimalNonNegative,
            CurveId::LeastSquares => RidgeChoice::Fixed(Ridge::ZERO),
            _ => model.ridge(),
        }
    }

    /// As people read it, with the tag of what is in-sample; raw features of real rows with their ridge.
    #[must_use]
    pub fn name(&self, model: &Model) -> String {
        let tuned = !matches!(model.ridge(), RidgeChoice::Fixed(_)) && model.pool().is_some();
        let name = match (self.id, &self.featurization) {
            (CurveId::Floor, _) => CurveId::Floor.label().to_owned(),
            (CurveId::LeastSquares, _) => CurveId::LeastSquares.label().to_owned(),
            (_, Featurization::Raw) if tuned => "raw, best λ".to_owned(),
            (_, Featurization::Optimal { at: None }) if model.is_shifted() => {
                format!("{}, {NO_SHIFT}", CurveId::Optimal.label())
            }
            (_, Featurization::Optimal { at: None }) => CurveId::Optimal.label().to_owned(),
            (_, Featurization::Pca { size: None }) => CurveId::Pcr.label().to_owned(),
            (_, kind) if model.is_shifted() && kind.is_made_without_shift() => {
                format!("{}, {NO_SHIFT}", kind.title())
            }
            (_, kind) => kind.title(),
        };
        if in_sample(model, &self.featurization) { name + ", " + IN_SAMPLE } else { name }
    }

    /// Ready to be evaluated; without a curve where the population has no such featurization.
    fn prepared(self, model: &Model) -> Prepared {
        Prepared {
            name: self.name(model),
            in_sample: in_sample(model, &self.featurization),
            ridge: self.ridge(model),
            curve: model.risk_curve(&self.featurization),
            subject: self,
        }
    }
}

/// The tag of numbers that are about the very tasks they were made from.
pub const IN_SAMPLE: &str = "in-sample";

/// The tag of what is the best for samples like the downstream ones, under a distribution shift.
pub const NO_SHIFT: &str = "no shift";

/// Whether a featurization of real data is judged on the tasks it was made from: it promises too much for new ones.
#[must_use]
pub fn in_sample(model: &Model, featurization: &Featurization) -> bool {
    model.pool().is_some() && featurization.knows_tasks()
}

/// All subjects, ready to be evaluated.
///
/// # Errors
/// Where the first of them cannot be built.
pub(super) fn prepared(model: &Model, subjects: &[Subject]) -> Result<Vec<Prepared>, ScenarioError> {
    let all: Vec<Prepared> = subjects.iter().map(|subject| subject.clone().prepared(model)).collect();
    match all.first() {
        Some(Prepared { curve: Err(why), .. }) => Err(why.clone()),
        _ => Ok(all),
    }
}

/// A subject with its curve, ready to be evaluated.
#[derive(Debug)]
pub(super) struct Prepared {
    pub subject: Subject,
    pub name: String,
    pub in_sample: bool,
    pub ridge: RidgeChoice,
    /// Or why there is none.
    pub curve: Result<RiskCurve, ScenarioError>,
}
