//! A checked scenario, ready for the theory: the spectrum of every featurization (sections 2 and 7).

use std::sync::Arc;

use super::ScenarioError;
use super::commuting::Commuting;
use super::description::{Featurization, RidgeSetting, Scenario};
use crate::theory::{NoiseVariance, Representation, Ridge, RidgeChoice, Spectrum, TaskSpectrum, pcr};

/// A scenario whose every part is checked and whose expensive parts are computed once. Cheap to clone, and shared
/// between threads.
#[derive(Debug, Clone)]
pub struct Model {
    scenario: Scenario,
    noise: NoiseVariance,
    ridge: RidgeChoice,
    signal: f64,
    warnings: Vec<String>,
    population: Arc<Commuting>,
}

impl Model {
    /// Checks the scenario and computes what its population needs, taking over from `previous` what is unchanged.
    /// `stop` is asked between expensive steps.
    ///
    /// # Errors
    /// What is wrong with the scenario or its files; [`ScenarioError::Interrupted`] once `stop` says so.
    pub fn new(
        scenario: &Scenario,
        previous: Option<&Self>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let scenario = scenario.checked()?;
        if stop() {
            return Err(ScenarioError::Interrupted);
        }
        if scenario.data.is_some() {
            return Err(ScenarioError::new("[data] is not supported yet"));
        }
        if scenario.is_rotated() {
            return Err(ScenarioError::new("task.alignment rotated is not supported yet"));
        }
        let population = match previous {
            Some(model) if same_population(&model.scenario, &scenario) => Arc::clone(&model.population),
            _ => Arc::new(match &scenario.spectrum {
                Some(table) => Commuting::of_table(table),
                None => Commuting::of_families(&scenario)?,
            }),
        };
        let ridge = match scenario.ridge {
            RidgeSetting::Fixed(ridge) => RidgeChoice::Fixed(Ridge::new(ridge)?),
            RidgeSetting::Optimal => RidgeChoice::Optimal,
            RidgeSetting::OptimalNonNegative => RidgeChoice::OptimalNonNegative,
        };
        Ok(Self {
            noise: NoiseVariance::new(scenario.noise.unwrap_or_default())?,
            ridge,
            signal: scenario.signal.unwrap_or_else(|| population.signal()),
            warnings: population.notes.clone(),
            population,
            scenario,
        })
    }

    /// The scenario as checked.
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// p.
    #[must_use]
    pub const fn dimension(&self) -> usize {
        self.scenario.dimension
    }

    /// σ².
    #[must_use]
    pub const fn noise(&self) -> NoiseVariance {
        self.noise
    }

    #[must_use]
    pub const fn ridge(&self) -> RidgeChoice {
        self.ridge
    }

    /// r².
    #[must_use]
    pub const fn signal(&self) -> f64 {
        self.signal
    }

    /// What was rounded, clamped or is doubtful; one sentence each.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The spectrum of one featurization: s scaled to mean 1 over the p directions, except a table's raw one. Those
    /// that follow n have one where they are frozen.
    ///
    /// # Errors
    /// For those that follow n and are not frozen, and what this population cannot have.
    pub fn spectrum(&self, featurization: &Featurization) -> Result<Spectrum, ScenarioError> {
        let (population, signal) = (&self.population, self.signal_scale());
        match featurization {
            Featurization::Raw => population.raw(signal),
            Featurization::GroundTruth => population.ground_truth(signal),
            Featurization::Whitened => population.whitened(signal),
            Featurization::Pca { size: Some(size) } => {
                let share = (*size).min(self.dimension()) as f64 / self.dimension() as f64;
                Ok(pcr::keep(&population.raw(signal)?, share).normalized())
            }
            Featurization::Exponents { task, covariates } => population.exponents(*task, *covariates, signal),
            Featurization::Mix { weight } => Ok(self.task_spectrum()?.mix(*weight)),
            Featurization::Soft { at: Some(_) }
            | Featurization::Hard { at: Some(_) }
            | Featurization::Optimal { at: Some(_) }
            | Featurization::Minimax { at: Some(_) } => match self.representation(featurization)? {
                Representation::Fixed(spectrum) => Ok(spectrum),
                _ => Err(follows(featurization)),
            },
            other => Err(follows(other)),
        }
    }

    /// The eigenvalues τ of p·Σ_x^{1/2}Σ_θΣ_x^{1/2}, from which optimal representations are built (section 5).
    ///
    /// # Errors
    /// When an energy of a table is negative.
    pub fn task_spectrum(&self) -> Result<TaskSpectrum, ScenarioError> {
        self.population.task_spectrum(self.signal_scale())
    }

    /// What energies for signal 1 are multiplied by; a table's are as given.
    fn signal_scale(&self) -> f64 {
        if self.scenario.spectrum.is_some() { 1.0 } else { self.signal }
    }
}

fn follows(featurization: &Featurization) -> ScenarioError {
    ScenarioError::new(format!(
        "featurization {} follows n and has no spectrum of its own",
        featurization.name()
    ))
}

/// Whether nothing differs but noise, signal, ridge, featurization and name.
fn same_population(a: &Scenario, b: &Scenario) -> bool {
    a.dimension == b.dimension
        && a.covariates == b.covariates
        && a.task == b.task
        && a.spectrum == b.spectrum
        && a.data == b.data
}
