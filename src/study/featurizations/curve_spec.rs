//! A curve to compute: its featurization, the rule for its ridge, and its name.

use super::curve_id::{BEST_WEIGHTS, CurveId, FLOOR, LEAST_SQUARES, WEIGHTS};
use crate::numbers::plain;
use crate::scenario::{Featurization, Model, Scenario, ScenarioError, SourceTask};
use crate::theory::transfer::SourceWeight;
use crate::theory::{Ridge, RidgeChoice};

/// One curve to compute: a featurization and the rule for its ridge.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveSpec {
    /// Identity of the curve.
    pub id: CurveId,
    /// The featurization with its settings.
    pub featurization: Featurization,
}

impl CurveSpec {
    /// The scenario's featurization.
    #[must_use]
    pub fn chosen(scenario: &Scenario) -> Self {
        Self { id: CurveId::Chosen, featurization: scenario.featurization.clone() }
    }

    /// The scenario's featurization, then each of `compared` that differs from it.
    #[must_use]
    pub fn list(scenario: &Scenario, compared: &[CurveId]) -> Vec<Self> {
        let chosen = Self::chosen(scenario);
        let beside = |&id: &CurveId| {
            let featurization = match id {
                CurveId::Weights | CurveId::BestWeights => scenario.fitted_towards_source(),
                _ => id.featurization()?,
            };
            let other = match id {
                CurveId::Floor => true,
                // The scenario's curve is that of the weights unless its features are random.
                CurveId::Weights => scenario.source.is_some() && featurization != chosen.featurization,
                CurveId::BestWeights => {
                    let now = scenario.source.map(|source| source.weight);
                    let chosen = now == Some(SourceWeight::Best) && featurization == chosen.featurization;
                    return (now.is_some() && !chosen).then_some(Self { id, featurization });
                }
                CurveId::LeastSquares => scenario.ridge != RidgeChoice::ZERO,
                // Beside a fit of another kind the plain fit of the features is another curve.
                _ => scenario.source.is_some() || scenario.bagging.is_some(),
            };
            (other || featurization != chosen.featurization).then_some(Self { id, featurization })
        };
        let beside: Vec<Self> = compared.iter().filter_map(beside).collect();
        std::iter::once(chosen).chain(beside).collect()
    }

    /// A featurization, with the identity of the compared curve that it equals.
    #[must_use]
    pub fn of(featurization: Featurization) -> Self {
        let same =
            |id: &&CurveId| **id != CurveId::Floor && id.featurization().as_ref() == Some(&featurization);
        let id = CurveId::COMPARED.iter().find(same).copied().unwrap_or(CurveId::Chosen);
        Self { id, featurization }
    }

    /// The floor: ground truth at its best ridge.
    #[must_use]
    pub const fn floor() -> Self {
        Self { id: CurveId::Floor, featurization: Featurization::GroundTruth }
    }

    /// The curve behind a name that is no kind of featurization: `floor`, `least-squares`, `weights` or `best-weights`;
    /// `None` for any other name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        let id = match word {
            FLOOR => return Some(Self::floor()),
            LEAST_SQUARES => CurveId::LeastSquares,
            WEIGHTS => CurveId::Weights,
            BEST_WEIGHTS => CurveId::BestWeights,
            _ => return None,
        };
        Some(Self { id, featurization: Featurization::Raw })
    }

    /// The curve as the scenario has it: the fit towards a source task is on the scenario's features where those are the
    /// same for all n.
    ///
    /// # Errors
    /// The fit towards a source task of a scenario without one.
    pub fn under(self, scenario: &Scenario) -> Result<Self, ScenarioError> {
        match self.id {
            CurveId::Weights | CurveId::BestWeights if scenario.source.is_none() => Err(ScenarioError::new(
                format!("--featurization {} needs a source task; give --set source.samples=N", self.key()),
            )),
            CurveId::Weights | CurveId::BestWeights => {
                Ok(Self { featurization: scenario.fitted_towards_source(), ..self })
            }
            _ => Ok(self),
        }
    }

    /// The source task of this curve's fit.
    #[must_use]
    pub fn source(&self, scenario: &Scenario) -> Option<SourceTask> {
        match self.id {
            CurveId::Chosen | CurveId::Weights => scenario.source,
            CurveId::BestWeights => {
                scenario.source.map(|source| SourceTask { weight: SourceWeight::Best, ..source })
            }
            _ => None,
        }
    }

    /// Name in tables and on the command line.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self.id {
            CurveId::Floor => FLOOR,
            CurveId::LeastSquares => LEAST_SQUARES,
            CurveId::Weights => WEIGHTS,
            CurveId::BestWeights => BEST_WEIGHTS,
            _ => self.featurization.name(),
        }
    }

    /// The ridge: the best one for the floor, none for least squares, else the scenario's.
    #[must_use]
    pub fn ridge(&self, model: &Model) -> RidgeChoice {
        match self.id {
            CurveId::Floor => RidgeChoice::OptimalNonNegative,
            CurveId::LeastSquares => RidgeChoice::Fixed(Ridge::ZERO),
            _ => model.ridge(),
        }
    }

    /// Name for the reader, tagged where the risk is in-sample or ignores a distribution shift; raw features of real
    /// rows name their ridge.
    #[must_use]
    pub fn name(&self, model: &Model) -> String {
        let tuned = !matches!(model.ridge(), RidgeChoice::Fixed(_)) && model.pool().is_some();
        let name = match (self.id, &self.featurization) {
            (CurveId::Floor, _) => CurveId::Floor.label().to_owned(),
            (CurveId::LeastSquares, _) => CurveId::LeastSquares.label().to_owned(),
            (CurveId::Weights | CurveId::BestWeights, of) => {
                let weight = match self.source(model.scenario()).map(|source| source.weight) {
                    Some(SourceWeight::Fixed(weight)) => format!("γ = {}", plain(weight)),
                    _ => "best γ".to_owned(),
                };
                match of {
                    Featurization::Raw => format!("weights, {weight}"),
                    of => format!("weights on {}, {weight}", of.title()),
                }
            }
            (_, Featurization::Raw) if tuned => "raw, best λ".to_owned(),
            (_, Featurization::Optimal { at: None }) if model.is_shifted() => {
                format!("{}, {NO_SHIFT}", CurveId::Optimal.label())
            }
            // Made for λ = 0, whatever the ridge of its fit.
            (_, Featurization::Optimal { at: None }) if model.ridge() != RidgeChoice::ZERO => {
                "best for λ = 0".to_owned()
            }
            (_, Featurization::Optimal { at: None }) => CurveId::Optimal.label().to_owned(),
            (_, Featurization::Pca { size: None }) => CurveId::Pcr.label().to_owned(),
            (_, kind) if model.is_shifted() && kind.is_made_without_shift() => {
                format!("{}, {NO_SHIFT}", kind.title())
            }
            (_, kind) => kind.title(),
        };
        let name = match (self.id, model.scenario()) {
            (CurveId::Chosen, scenario @ Scenario { source: Some(_), .. })
                if scenario.featurization == scenario.fitted_towards_source() =>
            {
                name + ", towards a source"
            }
            (CurveId::Chosen, Scenario { bagging: Some(_), .. }) => name + ", bagged",
            _ => name,
        };
        if in_sample(model, &self.featurization) { name + ", " + IN_SAMPLE } else { name }
    }
}

/// Tag of risks on the tasks that the featurization was made from.
pub const IN_SAMPLE: &str = "in-sample";

/// Tag of featurizations that are optimal without the distribution shift only.
pub const NO_SHIFT: &str = "no shift";

/// Whether the risk of a featurization of real rows is on the tasks that it was made from, hence too low for new tasks.
#[must_use]
pub fn in_sample(model: &Model, featurization: &Featurization) -> bool {
    model.pool().is_some() && featurization.depends_on_tasks()
}
