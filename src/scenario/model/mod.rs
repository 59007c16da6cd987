//! A checked scenario, ready for the theory (sections 2 and 7).

pub(in crate::scenario) mod effective_rank;
mod feature_map;
pub(in crate::scenario) mod featurizations;
pub(in crate::scenario) mod measured;
mod participation;
pub(in crate::scenario) mod risk_curve;
pub(in crate::scenario) mod risk_point;
pub(in crate::scenario) mod tested;

use std::sync::{Arc, OnceLock};

use crate::data::{Ensemble, Pool, TaskChoice, Watch};
use crate::linalg::Memo;
use crate::scenario::ScenarioError;
use crate::scenario::description::{Alignment, Featurization, Scenario, SourceTask};
use crate::scenario::model::featurizations::{Made, Needs};
use crate::scenario::model::risk_point::Metric;
use crate::scenario::population::sampled::{Sampled, Shown};
use crate::scenario::population::source::Source;
use crate::scenario::population::{Origin, Population, synthetic_only};
use crate::theory::representation::Representation;
use crate::theory::transfer::{Bagging, Pretraining, SourceFit, TowardsSource};
use crate::theory::{
    Correlation, NoiseVariance, Ridge, RidgeChoice, SampleRatio, Share, SoftTable, Spectrum, TaskSpectrum,
    TheoryError,
};

/// A scenario whose every part is checked and whose expensive parts are computed once. Cheap to clone, and shared
/// between threads.
#[derive(Debug, Clone)]
pub struct Model {
    scenario: Scenario,
    noise: NoiseVariance,
    signal: f64,
    pub(super) population: Population,
    /// Shared by every model of this population and signal.
    tasks: Arc<Tasks>,
    /// The scenario's featurization; shared by every model with equal inputs of it.
    chosen: Arc<Memo<Result<Arc<Representation>, ScenarioError>>>,
    warnings: OnceLock<Vec<String>>,
}

/// The task spectrum of a population at one signal, computed at its first use.
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
    /// A scenario or file that cannot be used; [`ScenarioError::Interrupted`] when `stop` returns true.
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
    /// Those of [`Model::new`].
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

    /// A model of rows in memory: `scenario.data` names them, and no file is read.
    ///
    /// # Errors
    /// A scenario without `data`, a task that the pool does not have, and as [`Model::new`].
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
            before.scenario.featurization == *of && (same_noise || !of.sees_noise())
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

    /// A warning about a parameter that has no effect, or less than requested.
    fn remarks(&self) -> Option<String> {
        let (scenario, p) = (&self.scenario, self.dimension());
        if let (Featurization::Pca { size: Some(size) }, None) = (&scenario.featurization, &scenario.data)
            && *size > p
        {
            return Some(format!("featurization.size {size} is more than the {p} directions: all are kept"));
        }
        let turned = matches!(scenario.task.alignment, Alignment::Rotated { angle, .. } if angle != 0.0);
        (scenario.is_synthetic() && turned && !scenario.is_rotated()).then(|| {
            "task.alignment rotated has no effect: isotropic covariates or tasks look the same from every side".into()
        })
    }

    /// Warnings of directions of the chosen featurization and of the task that are below a float's range.
    fn lost(&self) -> Vec<String> {
        let Origin::Commuting(_) = &self.population.origin else { return Vec::new() };
        let chosen = &self.scenario.featurization;
        let lost = self.shared_representation(chosen).map_or(0.0, |representation| representation.lost());
        let task = self.task_spectrum().map_or(0.0, |task| task.lost());
        // For raw features the note of the covariates covers it.
        let lost = if *chosen == Featurization::Raw { 0.0 } else { lost };
        let (p, silent) = (self.dimension() as f64, task * self.dimension() as f64);
        let task = (silent > 0.5).then(|| {
            format!(
                "task spectrum: {silent:.0} of {p} energies are so small beside the largest that floats do not tell them \
                 from 0, and count as 0 for what is optimal"
            )
        });
        self.lost_directions(&chosen.title(), lost).into_iter().chain(task).collect()
    }

    /// One sentence where a `share` of the directions of `what` is below the range of f64 and counts as 0, which moves
    /// poles.
    #[must_use]
    pub fn lost_directions(&self, what: &str, share: f64) -> Option<String> {
        let (p, lost) = (self.dimension() as f64, share * self.dimension() as f64);
        (lost > 0.5 && self.pool().is_none()).then(|| {
            format!(
                "{what}: {lost:.0} of {p} directions are so small beside the largest that floats do not tell them \
                 from 0, and count as 0; with exact numbers its poles would lie further right"
            )
        })
    }

    /// Makes the scenario's featurization where that takes a file, draws or a decomposition.
    fn prepare(&self, stop: &(dyn Fn() -> bool + Sync)) -> Result<(), ScenarioError> {
        if self.chosen.get().is_some() {
            return Ok(());
        }
        let kind = self.scenario.featurization.kind();
        if self.sampled().is_some() && !matches!(kind.path, Shown::Nothing) {
            // A featurization made without labels is a path of the rows, remembered with them.
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

    /// The population, signal and noise that featurizations are made from.
    pub(in crate::scenario) fn source<'a>(&'a self, stop: &'a (dyn Fn() -> bool + Sync)) -> Source<'a> {
        Source {
            population: &self.population,
            dimension: self.dimension(),
            // A table's energies are as given.
            signal: if self.scenario.spectrum.is_some() { 1.0 } else { self.signal },
            noise: self.noise.get(),
            hidden: hidden(&self.scenario, &self.population, self.signal),
            stop,
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
        self.population.dimension().unwrap_or(self.scenario.dimension)
    }

    /// σ².
    #[must_use]
    pub const fn noise(&self) -> NoiseVariance {
        self.noise
    }

    /// λ, or how it is chosen.
    #[must_use]
    pub const fn ridge(&self) -> RidgeChoice {
        self.scenario.ridge
    }

    /// r².
    #[must_use]
    pub const fn signal(&self) -> f64 {
        self.signal
    }

    /// Whether test samples have another covariance than downstream samples.
    #[must_use]
    pub fn is_shifted(&self) -> bool {
        self.scenario.is_shifted()
    }

    /// The model without distribution shift: the test covariance is that of the downstream samples.
    ///
    /// # Errors
    /// Those of [`Model::new`].
    pub fn unshifted(&self) -> Result<Self, ScenarioError> {
        Self::new(&Scenario { test: None, ..self.scenario.clone() }, Some(self), &|| false)
    }

    /// Variance of the targets of another task that the covariates do not explain, where its label noise is `given`; that
    /// of the downstream task where it is not. Noise on the covariates hides the same of both.
    ///
    /// # Errors
    /// Those of [`NoiseVariance::new`].
    pub fn label_noise(&self, given: Option<f64>) -> Result<NoiseVariance, TheoryError> {
        let hidden = hidden(&self.scenario, &self.population, self.signal);
        given.map_or(Ok(self.noise), |noise| NoiseVariance::new(noise + hidden))
    }

    /// The measured data behind the model, if it is measured.
    #[must_use]
    pub fn pool(&self) -> Option<&Pool> {
        self.sampled().map(|sampled| sampled.pool.as_ref())
    }

    /// The measured data with the estimates made from them.
    pub(in crate::scenario) fn sampled(&self) -> Option<&Sampled> {
        self.population.sampled()
    }

    /// Whether the target is the mean over the tasks of real data whose rows are in no groups; the risk of a new task is
    /// then estimated by cross-fitting over tasks ([`Model::compute_ensemble`]), on halves that would divide groups.
    #[must_use]
    pub fn is_measured_mean(&self) -> bool {
        let of = |sampled: &Sampled| sampled.task == TaskChoice::Mean && sampled.pool.groups().is_none();
        self.sampled().is_some_and(of)
    }

    /// The ensemble of measured tasks, if it has been computed.
    #[must_use]
    pub fn ensemble(&self) -> Option<&Arc<Ensemble>> {
        self.sampled().and_then(Sampled::ensemble)
    }

    /// Computes the ensemble of measured tasks, which takes seconds and is shared by all models of the same data.
    /// `watch` receives the finished share and returns whether to continue.
    ///
    /// # Errors
    /// A scenario without measured data, and those of [`Ensemble::new`].
    pub fn compute_ensemble(&self, watch: Watch<'_>) -> Result<Arc<Ensemble>, ScenarioError> {
        match self.sampled() {
            Some(sampled) => sampled.compute_ensemble(watch),
            None => Err(ScenarioError::new(
                "an ensemble of tasks needs real features; give --features and --targets",
            )),
        }
    }

    /// Warnings about rounded, clamped or doubtful numbers; one sentence each.
    #[must_use]
    pub fn warnings(&self) -> &[String] {
        self.warnings.get_or_init(|| {
            let notes = self.population.notes().iter().cloned();
            notes.chain(self.remarks()).chain(self.of_scale()).chain(self.lost()).collect()
        })
    }

    /// Checks that a metric is defined for the targets of real rows.
    ///
    /// # Errors
    /// One sentence with the metrics that are accepted.
    pub fn check_metric(&self, metric: Metric) -> Result<(), ScenarioError> {
        let checked = self.pool().map_or(Ok(()), |pool| metric.check_targets(pool));
        checked.map_err(|e| ScenarioError::new(format!("--metric: {e}")))
    }

    /// A warning about columns of real rows of different scale, or about what is not told of standardised ones.
    fn of_scale(&self) -> Option<String> {
        match self.scenario.featurization {
            Featurization::Standardised if self.is_measured_mean() => Some(
                "risks of tasks left out, and representations made from the tasks, are of the columns as they are".into(),
            ),
            Featurization::Standardised | Featurization::Whitened => None,
            _ => self.population.sampled()?.dominant_direction(),
        }
    }

    /// The spectrum of one featurization: s scaled to mean 1 over the p directions, except for raw features of a
    /// `[spectrum]`. A featurization that depends on n has one where it is made at a fixed sample ratio.
    ///
    /// # Errors
    /// A featurization that depends on n, or that this population cannot have.
    pub fn spectrum(&self, featurization: &Featurization) -> Result<Spectrum, ScenarioError> {
        match self.representation(featurization)? {
            Representation::Fixed(spectrum) => Ok(spectrum),
            Representation::Random(features) => Ok(features.spectrum().clone()),
            _ => Err(ScenarioError::new(format!(
                "featurization {} depends on n and has no single spectrum",
                featurization.name()
            ))),
        }
    }

    /// The featurization for every sample ratio.
    ///
    /// # Errors
    /// A featurization that the population cannot have, or that does not exist at the sample ratio where it is made.
    pub fn representation(&self, featurization: &Featurization) -> Result<Representation, ScenarioError> {
        self.shared_representation(featurization).map(Arc::unwrap_or_clone)
    }

    /// The featurization for every sample ratio; that of the scenario is made once.
    pub(in crate::scenario) fn shared_representation(
        &self,
        featurization: &Featurization,
    ) -> Result<Arc<Representation>, ScenarioError> {
        let make = || self.make(featurization).map(Arc::new);
        if *featurization == self.scenario.featurization {
            self.chosen.get_or_compute(make).clone()
        } else {
            make()
        }
    }

    fn make(&self, featurization: &Featurization) -> Result<Representation, ScenarioError> {
        let kind = featurization.kind();
        let shifted = matches!(&self.population.origin, Origin::Commuting(p) if p.is_shifted());
        if shifted && kind.needs != Needs::Nothing {
            return Err(ScenarioError::new(format!(
                "featurization {} has an eigenbasis of its own, and [test] is known in the covariates' alone; accepted \
                 are {}",
                featurization.name(),
                Needs::in_the_eigenbasis()
            )));
        }
        let source = self.source(&|| false);
        let (make, at) = match kind.made {
            Made::Fixed(known, _) => return Ok(Representation::Fixed(known(&source)?)),
            Made::Random(_) if self.sampled().is_some() => return Err(synthetic_only()),
            Made::Random(made) => return made(&source),
            Made::Following(make, at) => (make, at),
        };
        let following = make(&source)?;
        let Some(at) = at else { return Ok(following) };
        match following.spectrum_at(SampleRatio::new(at)?, self.scenario.ridge, self.noise) {
            Some(spectrum) => Ok(Representation::Fixed(spectrum.into_owned())),
            None => Err(nowhere(at)),
        }
    }

    /// Covariates and tasks from which features are pretrained (section 11.2).
    ///
    /// # Errors
    /// Where the covariates and tasks have no common eigenbasis, and for real rows.
    pub fn pretraining(&self) -> Result<Pretraining, ScenarioError> {
        self.source(&|| false).pretraining()
    }

    /// The chosen featurization, with the fit of `[source]` and `[bagging]`.
    ///
    /// # Errors
    /// Those of [`Model::representation`].
    pub fn chosen(&self) -> Result<Arc<Representation>, ScenarioError> {
        let representation = self.shared_representation(&self.scenario.featurization)?;
        let (source, bagging) = (self.scenario.source, self.scenario.bagging);
        if source.is_none() && bagging.is_none() {
            return Ok(representation);
        }
        let Representation::Fixed(spectrum) = representation.as_ref() else { return Ok(representation) };
        let spectrum = spectrum.clone();
        if let Some(source) = source {
            return Ok(Arc::new(self.towards_source(spectrum, source)?));
        }
        let fixed = Representation::Fixed(spectrum);
        let Some(bagging) = bagging else { return Ok(Arc::new(fixed)) };
        let bagging = Bagging::new(Share::new(bagging.share)?, bagging.fits)?;
        Ok(Arc::new(Representation::Bagged(Box::new(fixed), bagging)))
    }

    /// The fit on features of this spectrum towards the coefficients of a source task.
    pub(in crate::scenario) fn towards_source(
        &self,
        spectrum: Spectrum,
        source: SourceTask,
    ) -> Result<Representation, ScenarioError> {
        let noise = self.label_noise(source.noise)?;
        let fit = match source.samples {
            0 => None,
            n => Some(SourceFit {
                samples: SampleRatio::new(n as f64 / self.dimension() as f64)?,
                ridge: Ridge::new(source.ridge)?,
                noise,
            }),
        };
        let correlation = Correlation::new(source.correlation)?;
        let towards = TowardsSource::new(spectrum, fit, correlation, source.weight)?;
        Ok(Representation::Towards(Box::new(towards)))
    }

    /// The eigenvalues τ of p·Σ_x^{1/2}Σ_θΣ_x^{1/2}, from which optimal representations are built (section 5).
    ///
    /// # Errors
    /// When an energy of a table is negative.
    pub fn task_spectrum(&self) -> Result<Arc<TaskSpectrum>, ScenarioError> {
        self.tasks.spectrum.get_or_compute(|| self.source(&|| false).tasks().map(Arc::new)).clone()
    }

    /// The task spectrum with its table, for optima at many sample ratios and noises.
    ///
    /// # Errors
    /// Those of [`Model::task_spectrum`].
    pub fn soft_table(&self) -> Result<Arc<SoftTable>, ScenarioError> {
        let task = self.task_spectrum()?;
        Ok(Arc::clone(self.tasks.table.get_or_init(|| Arc::new(SoftTable::new(task.as_ref().clone())))))
    }
}

/// Variance of the targets that noise on the covariates hides.
fn hidden(scenario: &Scenario, population: &Population, signal: f64) -> f64 {
    // A table's energies are as given.
    population.hidden() * if scenario.spectrum.is_some() { 1.0 } else { signal }
}

pub(in crate::scenario) fn nowhere(at: f64) -> ScenarioError {
    ScenarioError::new(format!("featurization.at = {at}: soft selection exists only below n/p = 1"))
}
