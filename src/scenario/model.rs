//! A checked scenario, ready for the theory: the spectrum of every featurization (sections 2 and 7).

use std::sync::Arc;

use super::ScenarioError;
use super::commuting::Commuting;
use super::description::{Featurization, RidgeSetting, Scenario};
use super::measured::Pool;
use super::sampled::Sampled;
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
    population: Population,
}

/// Where a model's spectra come from.
#[derive(Debug, Clone)]
enum Population {
    /// Covariates and task share their eigenvectors: families, or an explicit table.
    Commuting(Arc<Commuting>),
    /// Real features and targets.
    Sampled(Arc<Sampled>),
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
        if scenario.is_rotated() {
            return Err(ScenarioError::new("task.alignment rotated is not supported yet"));
        }
        let population = match previous {
            Some(model) if same_population(&model.scenario, &scenario) => model.population.clone(),
            _ => Population::new(&scenario, previous, stop)?,
        };
        let ridge = match scenario.ridge {
            RidgeSetting::Fixed(ridge) => RidgeChoice::Fixed(Ridge::new(ridge)?),
            RidgeSetting::Optimal => RidgeChoice::Optimal,
            RidgeSetting::OptimalNonNegative => RidgeChoice::OptimalNonNegative,
        };
        let (noise, signal, warnings) = match &population {
            Population::Commuting(p) => (0.0, p.signal(), p.notes.clone()),
            // An estimate below 0 is rounding: features that explain everything.
            Population::Sampled(s) => (s.noise().max(0.0), s.signal(), s.pool.warnings().to_vec()),
        };
        Ok(Self {
            noise: NoiseVariance::new(scenario.noise.unwrap_or(noise))?,
            ridge,
            signal: scenario.signal.unwrap_or(signal),
            warnings,
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
    pub fn dimension(&self) -> usize {
        match &self.population {
            Population::Commuting(_) => self.scenario.dimension,
            Population::Sampled(sampled) => sampled.pool.dimension(),
        }
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

    /// The measured data behind the model, if it is measured.
    #[must_use]
    pub fn pool(&self) -> Option<&Pool> {
        match &self.population {
            Population::Sampled(sampled) => Some(&sampled.pool),
            Population::Commuting(_) => None,
        }
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
        let signal = self.signal_scale();
        let population = match &self.population {
            Population::Commuting(population) => population,
            Population::Sampled(sampled) => {
                return match sampled.spectrum(featurization, None)? {
                    Some(spectrum) => Ok(spectrum),
                    None => self.frozen(featurization),
                };
            }
        };
        match featurization {
            Featurization::Raw => population.raw(signal),
            Featurization::GroundTruth => population.ground_truth(signal),
            Featurization::Whitened => population.whitened(signal),
            Featurization::Pca { size: Some(size) } => {
                let share = (*size).min(self.dimension()) as f64 / self.dimension() as f64;
                Ok(pcr::keep(&population.raw(signal)?, share).normalized())
            }
            Featurization::Exponents { task, covariates } => population.exponents(*task, *covariates, signal),
            Featurization::Mix { weight } => Ok(self.task_spectrum()?.mix(*weight * self.dimension() as f64)),
            other => self.frozen(other),
        }
    }

    /// The spectrum of a featurization that follows n, where it is frozen.
    fn frozen(&self, featurization: &Featurization) -> Result<Spectrum, ScenarioError> {
        match featurization {
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
        match &self.population {
            Population::Commuting(population) => population.task_spectrum(self.signal_scale()),
            Population::Sampled(sampled) => sampled.task_spectrum(),
        }
    }

    /// What energies for signal 1 are multiplied by; a table's are as given.
    fn signal_scale(&self) -> f64 {
        if self.scenario.spectrum.is_some() { 1.0 } else { self.signal }
    }
}

impl Population {
    fn new(
        scenario: &Scenario,
        previous: Option<&Model>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        if let Some(data) = &scenario.data {
            let before = previous.and_then(|m| match (&m.scenario.data, &m.population) {
                (Some(data), Self::Sampled(sampled)) => Some((data, sampled.as_ref())),
                _ => None,
            });
            return Ok(Self::Sampled(Arc::new(Sampled::new(data, before, stop)?)));
        }
        Ok(Self::Commuting(Arc::new(match &scenario.spectrum {
            Some(table) => Commuting::of_table(table),
            None => Commuting::of_families(scenario)?,
        })))
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
