//! A checked scenario with computed spectra (sections 2 and 7).

pub(in crate::scenario) mod effective_rank;
mod feature_map;
pub(in crate::scenario) mod featurizations;
pub(in crate::scenario) mod measured;
mod participation;
mod representations;
pub(in crate::scenario) mod risk_curve;
pub(in crate::scenario) mod risk_point;
pub(in crate::scenario) mod tested;
mod warnings;

use std::sync::{Arc, OnceLock};

use crate::data::Metric;
use crate::data::path::FEWEST;
use crate::data::{Ensemble, Pool, TaskChoice, Watch};
use crate::linalg::Memo;
use crate::scenario::ScenarioError;
use crate::scenario::description::Scenario;
use crate::scenario::model::featurizations::{Made, Needs};
use crate::scenario::population::paths::PathKind;
use crate::scenario::population::sampled::Sampled;
use crate::scenario::population::source::Source;
use crate::scenario::population::{Origin, Population};
use crate::theory::representation::Representation;
use crate::theory::{NoiseVariance, RidgeChoice, SoftTable, TaskSpectrum, TheoryError};

/// A scenario whose parts are checked and whose expensive parts are computed once. Cheap to clone and shared between
/// threads.
#[derive(Debug, Clone)]
pub struct Model {
    scenario: Scenario,
    noise: NoiseVariance,
    signal: f64,
    pub(super) population: Population,
    /// Shared by every model of this population and signal.
    tasks: Arc<Tasks>,
    /// The scenario's featurization; shared by every model for which it is equal.
    chosen: Arc<Memo<Result<Arc<Representation>, ScenarioError>>>,
    warnings: OnceLock<Vec<String>>,
}

/// The task spectrum of a population for one signal, computed on first use.
#[derive(Debug, Default)]
struct Tasks {
    spectrum: Memo<Result<Arc<TaskSpectrum>, ScenarioError>>,
    table: OnceLock<Arc<SoftTable>>,
}

impl Model {
    /// Checks the scenario and computes what its population needs, reusing unchanged parts of `previous`. `stop` is
    /// called between expensive steps.
    ///
    /// # Errors
    /// A scenario or file that cannot be used; [`ScenarioError::Interrupted`] if `stop` returns true.
    pub fn new(
        scenario: &Scenario,
        previous: Option<&Self>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        Self::watched(scenario, previous, &|_| !stop())
    }

    /// Makes a model and reports the finished share of the work on real rows to `watch`.
    ///
    /// # Errors
    /// Errors of [`Model::new`].
    pub fn watched(
        scenario: &Scenario,
        previous: Option<&Self>,
        watch: Watch<'_>,
    ) -> Result<Self, ScenarioError> {
        let stop = &|| !watch(1.0);
        let scenario = scenario.checked()?;
        if !watch(0.0) {
            return Err(ScenarioError::Interrupted);
        }
        let before = previous.map(|model| (&model.scenario, &model.population));
        let population = Population::new(&scenario, before, watch)?;
        Self::of_population(scenario, population, previous, stop)
    }

    /// A model of rows in memory; `scenario.data` names them, and no file is read.
    ///
    /// # Errors
    /// A scenario without `data`, a task that the pool does not have, and errors of [`Model::new`].
    pub fn of_pool(
        scenario: &Scenario,
        pool: &Arc<Pool>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let scenario = scenario.checked()?;
        let Some(data) = &scenario.data else {
            return Err(ScenarioError::new("rows in memory need a scenario with [data]"));
        };
        let population = Population::of_rows(Sampled::of_pool(pool, &data.task, stop)?);
        Self::of_population(scenario, population, None, stop)
    }

    /// The model of a checked scenario and its population.
    fn of_population(
        scenario: Scenario,
        population: Population,
        previous: Option<&Self>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let signal = scenario.signal.unwrap_or_else(|| population.signal());
        let hidden = hidden(&scenario, &population, signal);
        let noise = NoiseVariance::new(scenario.noise.unwrap_or_else(|| population.noise()) + hidden)?;
        let like = previous.filter(|before| population.is(&before.population) && before.signal == signal);
        let of = &scenario.featurization;
        let as_chosen = like.filter(|before| {
            let same_noise = before.noise == noise && before.scenario.ridge == scenario.ridge;
            before.scenario.featurization == *of && (same_noise || !of.depends_on_noise())
        });
        let model = Self {
            noise,
            signal,
            tasks: like.map(|before| Arc::clone(&before.tasks)).unwrap_or_default(),
            chosen: as_chosen.map(|before| Arc::clone(&before.chosen)).unwrap_or_default(),
            warnings: OnceLock::new(),
            population,
            scenario,
        };
        model.prepare(stop)?;
        Ok(model)
    }

    /// Constructs the scenario's featurization if that takes a file, random draws or a decomposition.
    fn prepare(&self, stop: &(dyn Fn() -> bool + Sync)) -> Result<(), ScenarioError> {
        if self.chosen.get().is_some() {
            return Ok(());
        }
        let kind = self.scenario.featurization.kind();
        if self.sampled().is_some() && !matches!(kind.path, PathKind::Nothing) {
            // A featurization that does not depend on labels is a path of the rows, cached with them.
            return self.curve_of(&self.scenario.featurization, stop).map(drop);
        }
        let closed_form =
            matches!(self.population.origin, Origin::Commuting(_)) && kind.needs == Needs::Nothing;
        let Made::Fixed(known, _) = &kind.made else { return Ok(()) };
        if kind.costly && !closed_form {
            let spectrum = known(&self.source(stop))?;
            self.chosen.get_or_compute(|| Ok(Arc::new(Representation::Fixed(spectrum))));
        }
        Ok(())
    }

    /// Population, signal and noise from which featurizations are constructed.
    pub(in crate::scenario) fn source<'a>(&'a self, stop: &'a (dyn Fn() -> bool + Sync)) -> Source<'a> {
        Source {
            population: &self.population,
            dimension: self.dimension(),
            // The energies of a table are used unscaled.
            signal: if self.scenario.spectrum.is_some() { 1.0 } else { self.signal },
            noise: self.noise.get(),
            hidden: hidden(&self.scenario, &self.population, self.signal),
            stop,
        }
    }

    /// The checked scenario.
    #[must_use]
    pub const fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Dimension p.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.population.dimension().unwrap_or(self.scenario.dimension)
    }

    /// Noise variance σ².
    #[must_use]
    pub const fn noise(&self) -> NoiseVariance {
        self.noise
    }

    /// Ridge λ, or how it is chosen.
    #[must_use]
    pub const fn ridge(&self) -> RidgeChoice {
        self.scenario.ridge
    }

    /// Signal variance r².
    #[must_use]
    pub const fn signal(&self) -> f64 {
        self.signal
    }

    /// Whether test samples have another covariance than downstream samples.
    #[must_use]
    pub fn is_shifted(&self) -> bool {
        self.scenario.is_shifted()
    }

    /// The model without a test covariance.
    ///
    /// # Errors
    /// Errors of [`Model::new`].
    pub fn unshifted(&self) -> Result<Self, ScenarioError> {
        Self::new(&Scenario { test: None, ..self.scenario.clone() }, Some(self), &|| false)
    }

    /// Unexplained variance of another task's targets, whose label noise is `given` or, without it, equals that of
    /// the downstream task. Noise on the covariates adds the same amount to both.
    ///
    /// # Errors
    /// Errors of [`NoiseVariance::new`].
    pub fn label_noise(&self, given: Option<f64>) -> Result<NoiseVariance, TheoryError> {
        let hidden = hidden(&self.scenario, &self.population, self.signal);
        given.map_or(Ok(self.noise), |noise| NoiseVariance::new(noise + hidden))
    }

    /// The measured data, if the scenario is measured.
    #[must_use]
    pub fn pool(&self) -> Option<&Pool> {
        self.sampled().map(|sampled| sampled.pool.as_ref())
    }

    /// The measured data with the estimates made from them.
    pub(in crate::scenario) fn sampled(&self) -> Option<&Sampled> {
        self.population.sampled()
    }

    /// Whether the target is the mean over several tasks of real data, some of them large enough to be held out, whose rows
    /// are in no groups; the risk of a new task is
    /// then estimated by cross-fitting over tasks ([`Model::compute_ensemble`]), on halves that would divide groups, of rows
    /// that have every target.
    #[must_use]
    pub fn is_measured_mean(&self) -> bool {
        let of = |sampled: &Sampled| {
            let complete = !sampled.pool.has_missing_targets() || sampled.pool.complete_rows() >= FEWEST;
            let several = sampled.pool.tasks().len() > 1 && !sampled.pool.ensemble_tasks().is_empty();
            sampled.task == TaskChoice::Mean && sampled.pool.groups().is_none() && complete && several
        };
        self.sampled().is_some_and(of)
    }

    /// Whether there are enough rows with every target to cross-fit over tasks.
    #[must_use]
    pub fn can_cross_fit(&self) -> bool {
        let enough =
            |sampled: &Sampled| sampled.complete().is_ok_and(|complete| complete.pool.spectral().is_ok());
        self.is_measured_mean() && self.sampled().is_some_and(enough)
    }

    /// A model of each task, for the mean over tasks that some rows lack; `None` where one fit has all rows.
    ///
    /// # Errors
    /// Errors of [`Model::new`].
    pub fn tasks_apart(&self, stop: &(dyn Fn() -> bool + Sync)) -> Result<Option<Vec<Self>>, ScenarioError> {
        let Some(tasks) = self.sampled().and_then(Sampled::tasks_apart) else { return Ok(None) };
        let model = |sampled: &Sampled| {
            Self::of_population(self.scenario.clone(), Population::of_rows(sampled.clone()), None, stop)
        };
        tasks.all().iter().map(model).collect::<Result<Vec<Self>, ScenarioError>>().map(Some)
    }

    /// The ensemble of measured tasks, if it has been computed.
    #[must_use]
    pub fn ensemble(&self) -> Option<&Arc<Ensemble>> {
        self.sampled().and_then(Sampled::ensemble)
    }

    /// Computes the ensemble of measured tasks, which takes seconds and is shared by all models of the same data.
    /// `watch` receives the finished fraction and returns whether to continue.
    ///
    /// # Errors
    /// A scenario without measured data, and errors of [`Ensemble::new`].
    pub fn compute_ensemble(&self, watch: Watch<'_>) -> Result<Arc<Ensemble>, ScenarioError> {
        match self.sampled() {
            Some(sampled) => sampled.compute_ensemble(watch),
            None => Err(ScenarioError::new(
                "an ensemble of tasks needs real features; give --features and --targets",
            )),
        }
    }

    /// Checks that a metric is defined for the targets of real rows.
    ///
    /// # Errors
    /// One sentence with the accepted metrics.
    pub fn check_metric(&self, metric: Metric) -> Result<(), ScenarioError> {
        let checked = self.pool().map_or(Ok(()), |pool| metric.check_targets(pool));
        checked.map_err(|e| ScenarioError::new(format!("--metric: {e}")))
    }

    /// The eigenvalues τ of p·Σ_x^{1/2}Σ_θΣ_x^{1/2}, from which optimal representations are built (section 5).
    ///
    /// # Errors
    /// If an energy of a table is negative.
    pub fn task_spectrum(&self) -> Result<Arc<TaskSpectrum>, ScenarioError> {
        self.tasks.spectrum.get_or_compute(|| self.source(&|| false).tasks().map(Arc::new)).clone()
    }

    /// The task spectrum with its table, for optima at many sample ratios and noises.
    ///
    /// # Errors
    /// Errors of [`Model::task_spectrum`].
    pub fn soft_table(&self) -> Result<Arc<SoftTable>, ScenarioError> {
        let task = self.task_spectrum()?;
        Ok(Arc::clone(self.tasks.table.get_or_init(|| Arc::new(SoftTable::new(task.as_ref().clone())))))
    }
}

/// Variance of the targets that is lost to noise on the covariates.
fn hidden(scenario: &Scenario, population: &Population, signal: f64) -> f64 {
    // The energies of a table are used unscaled.
    population.hidden() * if scenario.spectrum.is_some() { 1.0 } else { signal }
}
