//! A checked scenario, ready for the theory: the spectrum of every featurization (sections 2 and 7).

use std::path::Path;
use std::sync::Arc;

use faer::Mat;

use super::ScenarioError;
use super::commuting::Commuting;
use super::description::{Alignment, RidgeSetting, Scenario};
use super::featurization::Featurization;
use super::file::DENSE;
use super::geometry::Geometry;
use super::learned::Draws;
use super::rotated::Rotated;
use super::sampled::Sampled;
use crate::data::{Ensemble, Pool, TaskChoice, load_matrix};
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
    /// The upstream tasks of a learned featurization.
    draws: Option<Arc<Draws>>,
    /// The spectrum of the scenario's own featurization where it takes a file, draws or a decomposition.
    prepared: Option<Arc<Spectrum>>,
}

/// Where a model's spectra come from.
#[derive(Debug, Clone)]
enum Population {
    /// Covariates and task share their eigenvectors: families, or an explicit table.
    Commuting(Arc<Commuting>),
    /// The tasks are turned against the covariates.
    Rotated(Arc<Rotated>),
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
            Population::Rotated(p) => (0.0, 1.0, p.notes.clone()),
            // An estimate below 0 is rounding: features that explain everything.
            Population::Sampled(s) => (s.noise().max(0.0), s.signal(), s.pool.warnings().to_vec()),
        };
        let mut warnings = warnings;
        warnings.extend(remarks(&scenario));
        let mut model = Self {
            noise: NoiseVariance::new(scenario.noise.unwrap_or(noise))?,
            ridge,
            signal: scenario.signal.unwrap_or(signal),
            warnings,
            population,
            scenario,
            draws: None,
            prepared: None,
        };
        model.prepare(previous, stop)?;
        Ok(model)
    }

    /// Computes the spectrum of the scenario's own featurization where that is expensive.
    fn prepare(
        &mut self,
        previous: Option<&Self>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        let previous = previous.filter(|before| same_population(&before.scenario, &self.scenario));
        self.draws = previous.and_then(|before| before.draws.clone());
        let chosen = self.scenario.featurization.clone();
        match (&chosen, &self.population) {
            (Featurization::Learned { .. } | Featurization::File { .. }, _)
            | (Featurization::Exponents { .. }, Population::Rotated(_)) => {}
            (Featurization::GroundTruth | Featurization::Exponents { .. }, Population::Sampled(_)) => {}
            _ => return Ok(()),
        }
        let same = |before: &&Self| {
            let noise = before.noise == self.noise || !matches!(chosen, Featurization::Learned { .. });
            noise && before.signal == self.signal && before.scenario.featurization == chosen
        };
        if let Some(before) = previous.filter(same).and_then(|before| before.prepared.clone()) {
            self.prepared = Some(before);
            return Ok(());
        }
        if let Featurization::Learned { tasks, samples, seed } = chosen {
            let enough = self.draws.as_ref().is_some_and(|d| d.reaches(tasks, samples, seed));
            if !enough {
                self.draws = Some(Arc::new(self.draw(tasks, samples, seed, stop)?));
            }
        }
        self.prepared = Some(Arc::new(self.spectrum(&chosen)?));
        Ok(())
    }

    fn draw(
        &self,
        tasks: usize,
        samples: usize,
        seed: u64,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Draws, ScenarioError> {
        let known = self.draws.as_deref();
        self.with_geometry(|geometry| Draws::new(geometry, (tasks, samples, seed), known, stop))
    }

    /// The directions of a synthetic population.
    fn with_geometry<T>(
        &self,
        use_it: impl FnOnce(&Geometry) -> Result<T, ScenarioError>,
    ) -> Result<T, ScenarioError> {
        match &self.population {
            Population::Commuting(population) => {
                let directions: Vec<_> =
                    population.directions().into_iter().map(|(x, _, energy)| (x, energy)).collect();
                use_it(&Geometry::commuting(&directions))
            }
            Population::Rotated(population) => use_it(&population.geometry),
            Population::Sampled(_) => Err(ScenarioError::new(
                "featurization learned needs a synthetic population; accepted with measured data are the other kinds",
            )),
        }
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
            Population::Commuting(_) | Population::Rotated(_) => self.scenario.dimension,
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
        self.sampled().map(|sampled| sampled.pool.as_ref())
    }

    /// The same with what is estimated from it.
    pub(super) fn sampled(&self) -> Option<&Sampled> {
        match &self.population {
            Population::Sampled(sampled) => Some(sampled),
            Population::Commuting(_) | Population::Rotated(_) => None,
        }
    }

    /// Whether this is the mean over the tasks of real data: what holds for a task not seen is then judged by leaving
    /// tasks out ([`Model::compute_ensemble`]).
    #[must_use]
    pub fn is_measured_mean(&self) -> bool {
        self.sampled().is_some_and(|sampled| sampled.task == TaskChoice::Mean)
    }

    /// The ensemble of measured tasks, if it has been computed.
    #[must_use]
    pub fn ensemble(&self) -> Option<&Arc<Ensemble>> {
        self.sampled().and_then(Sampled::ensemble)
    }

    /// Computes the ensemble of measured tasks, which takes seconds; every model of the same data then has it.
    ///
    /// # Errors
    /// Without measured data, and as [`Ensemble::new`].
    pub fn compute_ensemble(&self, stop: &(dyn Fn() -> bool + Sync)) -> Result<Arc<Ensemble>, ScenarioError> {
        match &self.population {
            Population::Sampled(sampled) => sampled.compute_ensemble(stop),
            _ => Err(ScenarioError::new(
                "an ensemble of tasks needs real features; give --features and --targets",
            )),
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
        if let Some(prepared) = &self.prepared
            && *featurization == self.scenario.featurization
        {
            return Ok(prepared.as_ref().clone());
        }
        let signal = self.signal_scale();
        match featurization {
            Featurization::Pca { size: Some(size) } => {
                let share = (*size).min(self.dimension()) as f64 / self.dimension() as f64;
                return Ok(pcr::keep(&self.spectrum(&Featurization::Raw)?, share).normalized());
            }
            Featurization::Learned { tasks, samples, seed } => {
                return self.learned(*tasks, *samples, *seed);
            }
            Featurization::File { path } => return self.of_file(path),
            _ => {}
        }
        let found = match (&self.population, featurization) {
            (Population::Sampled(sampled), f) => sampled.spectrum(f, None)?,
            (_, Featurization::Mix { weight }) => {
                Some(self.task_spectrum()?.mix(*weight * self.dimension() as f64))
            }
            (Population::Commuting(p), f) => p.spectrum(f, signal)?,
            (Population::Rotated(p), f) => p.spectrum(f, signal)?,
        };
        match found {
            Some(spectrum) => Ok(spectrum),
            None => self.frozen(featurization),
        }
    }

    fn learned(&self, tasks: usize, samples: usize, seed: u64) -> Result<Spectrum, ScenarioError> {
        let known = self.draws.as_deref().filter(|d| d.reaches(tasks, samples, seed));
        let factor = match known {
            Some(draws) => draws.factor(tasks, self.signal, self.noise.get()),
            None => self.draw(tasks, samples, seed, &|| false)?.factor(tasks, self.signal, self.noise.get()),
        };
        self.with_geometry(|geometry| Ok(geometry.of_factor(factor.as_ref(), self.signal)?.normalized()))
    }

    /// F = BBᵀ, B read from a file.
    fn of_file(&self, path: &Path) -> Result<Spectrum, ScenarioError> {
        let mut b = self.factor(path)?;
        if let Population::Sampled(sampled) = &self.population {
            let file = Featurization::File { path: path.into() };
            return sampled.spectrum(&file, Some(b.as_ref()))?.ok_or_else(|| follows(&file));
        }
        self.with_geometry(|geometry| {
            crate::linalg::scale_rows(b.as_mut(), &geometry.x.iter().map(|x| x.sqrt()).collect::<Vec<_>>());
            geometry.of_factor(b.as_ref(), self.signal)
        })
    }

    /// B with one row for each dimension.
    pub(super) fn factor(&self, path: &Path) -> Result<Mat<f64>, ScenarioError> {
        if path.as_os_str().is_empty() {
            return Err(ScenarioError::new("featurization.path is missing: a .npy file of the p×k matrix B"));
        }
        let b = match self.pool() {
            // A row for every column of the features' file: those of columns left out do not matter.
            Some(pool) => pool.columns().narrow(load_matrix(path)?),
            None => load_matrix(path)?,
        };
        let (p, rows, columns) = (self.dimension(), b.nrows(), b.ncols());
        if rows != p {
            return Err(ScenarioError::new(format!(
                "featurization.path {}: B is {rows}×{columns} but there are {p} covariate dimensions; accepted is one \
                 row for each",
                path.display()
            )));
        }
        if rows.min(columns) > DENSE {
            return Err(ScenarioError::new(format!(
                "featurization.path {}: B is {rows}×{columns}; accepted are at most {DENSE} rows or columns",
                path.display()
            )));
        }
        Ok(b)
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
            Population::Rotated(population) => population.task_spectrum(self.signal),
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
        if let Some(table) = &scenario.spectrum {
            return Ok(Self::Commuting(Arc::new(Commuting::of_table(table))));
        }
        let aligned = Commuting::of_families(scenario)?;
        match scenario.task.alignment {
            Alignment::Rotated { angle, seed } if scenario.is_rotated() => {
                let before = previous.and_then(|m| match &m.population {
                    Self::Rotated(rotated) => Some(rotated.as_ref()),
                    _ => None,
                });
                Ok(Self::Rotated(Arc::new(Rotated::new(aligned, angle, seed, before, stop)?)))
            }
            _ => Ok(Self::Commuting(Arc::new(aligned))),
        }
    }
}

/// What has no effect, or less than asked for.
fn remarks(scenario: &Scenario) -> Option<String> {
    if let (Featurization::Pca { size: Some(size) }, None) = (&scenario.featurization, &scenario.data)
        && *size > scenario.dimension
    {
        let p = scenario.dimension;
        return Some(format!("featurization.size {size} is more than the {p} directions: all are kept"));
    }
    let turned = matches!(scenario.task.alignment, Alignment::Rotated { angle, .. } if angle != 0.0);
    (scenario.is_synthetic() && turned && !scenario.is_rotated()).then(|| {
        "task.alignment rotated has no effect: isotropic covariates or tasks look the same from every side".into()
    })
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
