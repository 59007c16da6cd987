//! The featurizations with a curve: that of the scenario and those compared with it, with their names, ridges and
//! whether their risk is in-sample.

use std::sync::Arc;

use crate::numbers::plain;
use crate::scenario::{Featurization, Model, RiskCurve, Scenario, ScenarioError, SourceTask};
use crate::theory::transfer::SourceWeight;
use crate::theory::{Ridge, RidgeChoice, SampleRatio};

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
            Self::Weights => "The fit towards γ times the coefficients of the source task (§11.3).",
            Self::BestWeights => {
                "The fit towards the source task with the γ of least risk at each n (§11.3)."
            }
        }
    }
}

/// One curve to compute: a featurization and the rule for its ridge.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveSpec {
    /// Identity of the curve.
    pub id: CurveId,
    /// The featurization with its settings.
    pub featurization: Featurization,
}

/// Name of raw features without a ridge among the kinds of featurization.
pub const LEAST_SQUARES: &str = "least-squares";

/// Name of the floor, ground truth at its best ridge, among the kinds of featurization.
pub const FLOOR: &str = "floor";

/// Name of the fit towards the source task among the kinds of featurization.
pub const WEIGHTS: &str = "weights";

/// Name of the fit towards the source task with its best weight among the kinds of featurization.
pub const BEST_WEIGHTS: &str = "best-weights";

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
    model.pool().is_some() && featurization.knows_tasks()
}

/// A curve under one model: its risk as a function of the sample ratio. The curves of the scenario, of compared
/// featurizations, frozen ones and those of other encoders are all of this type.
#[derive(Debug, Clone)]
pub(in crate::study) struct PreparedCurve {
    pub model: Arc<Model>,
    pub spec: CurveSpec,
    pub name: String,
    pub in_sample: bool,
    pub ridge: RidgeChoice,
    /// The risk, or the reason why the population has no such featurization.
    pub risk: Result<RiskCurve, ScenarioError>,
}

impl PreparedCurve {
    /// The curve of a featurization under a model.
    pub fn new(model: &Arc<Model>, spec: CurveSpec) -> Self {
        Self {
            name: spec.name(model),
            in_sample: in_sample(model, &spec.featurization),
            ridge: spec.ridge(model),
            risk: match spec.id {
                CurveId::Chosen => model.risk_curve(&spec.featurization),
                CurveId::Weights | CurveId::BestWeights => match spec.source(model.scenario()) {
                    Some(source) => model.towards(&spec.featurization, source),
                    None => model.plain_curve(&spec.featurization),
                },
                _ => model.plain_curve(&spec.featurization),
            },
            model: Arc::clone(model),
            spec,
        }
    }

    /// All curves under a model.
    ///
    /// # Errors
    /// A first featurization that the population does not have.
    pub fn all(model: &Arc<Model>, specs: &[CurveSpec]) -> Result<Vec<Self>, ScenarioError> {
        let all: Vec<Self> = specs.iter().map(|spec| Self::new(model, spec.clone())).collect();
        match all.first() {
            Some(Self { risk: Err(why), .. }) => Err(why.clone()),
            _ => Ok(all),
        }
    }

    /// n/p of `samples` labels.
    ///
    /// # Errors
    /// A number of labels that is not positive.
    pub fn ratio(&self, samples: f64) -> Result<SampleRatio, ScenarioError> {
        Ok(SampleRatio::new(samples / self.model.dimension() as f64)?)
    }

    /// The risk as a function of the sample ratio.
    ///
    /// # Errors
    /// The reason why the population has no such featurization.
    pub fn risk(&self) -> Result<&RiskCurve, ScenarioError> {
        self.risk.as_ref().map_err(Clone::clone)
    }
}

/// Draws real rows at a few n of every curve, whose fits correct it from then on (section 9.4a). Labels with another noise
/// than theirs cannot be drawn.
///
/// # Errors
/// [`ScenarioError::Interrupted`] once `stop` returns true; draws that cannot be fitted.
pub(in crate::study) fn anchor(
    curves: &[PreparedCurve],
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<(), ScenarioError> {
    for PreparedCurve { model, ridge, risk, .. } in curves {
        if let (Ok(curve), None) = (risk, model.scenario().noise) {
            curve.anchor(*ridge, stop)?;
        }
    }
    Ok(())
}

/// Sentences about the rows that were drawn, each with the name of its curve.
pub(in crate::study) fn notes(curves: &[PreparedCurve]) -> impl Iterator<Item = String> {
    curves.iter().flat_map(|PreparedCurve { name, model, ridge, risk, .. }| {
        let drawn = risk.as_ref().ok().filter(|_| model.scenario().noise.is_none());
        let found = drawn.map(|curve| curve.notes(*ridge)).unwrap_or_default();
        found.into_iter().map(move |note| format!("{name}: {note}"))
    })
}

/// Whether rows of every curve have been drawn.
pub(in crate::study) fn is_anchored(curves: &[PreparedCurve]) -> bool {
    curves.iter().all(|curve| {
        let anchored = curve.risk.as_ref().map_or(true, |risk| risk.is_anchored(curve.ridge));
        anchored || curve.model.scenario().noise.is_some()
    })
}
