//! The population of a scenario, from which its spectra are computed (sections 2 and 7; real rows: section 9); shared
//! by all models of it.

pub(in crate::scenario) mod anchored;
pub(in crate::scenario) mod commuting;
pub(in crate::scenario) mod families;
pub(in crate::scenario) mod geometry;
pub(in crate::scenario) mod given;
pub(in crate::scenario) mod learned;
pub(in crate::scenario) mod matrix;
pub(in crate::scenario) mod overlap;
pub(in crate::scenario) mod paths;
pub(in crate::scenario) mod rotated;
pub(in crate::scenario) mod sampled;
pub(in crate::scenario) mod source;

use std::sync::{Arc, Mutex, PoisonError};

use crate::data::Watch;
use crate::scenario::ScenarioError;
use crate::scenario::description::{Alignment, Family, Scenario};
use crate::scenario::population::commuting::Commuting;
use crate::scenario::population::geometry::Geometry;
use crate::scenario::population::learned::Draws;
use crate::scenario::population::rotated::Rotated;
use crate::scenario::population::sampled::Sampled;

/// Covariates and tasks of a scenario. Cheap to clone.
#[derive(Debug, Clone)]
pub(in crate::scenario) struct Population {
    pub origin: Origin,
    /// The upstream tasks drawn last.
    draws: Arc<Mutex<Option<Arc<Draws>>>>,
}

/// Representation of covariates and tasks.
#[derive(Debug, Clone)]
pub(in crate::scenario) enum Origin {
    /// Common eigenvectors: families, or an explicit table.
    Commuting(Arc<Commuting>),
    /// Σ_x and Σ_θ that do not commute.
    Rotated(Arc<Rotated>),
    /// Real features and targets.
    Sampled(Arc<Sampled>),
}

impl Population {
    /// Constructs the population, reusing unchanged parts of `previous`.
    pub fn new(
        scenario: &Scenario,
        previous: Option<(&Scenario, &Self)>,
        watch: Watch<'_>,
    ) -> Result<Self, ScenarioError> {
        if let Some((_, population)) = previous.filter(|(before, _)| is_same(before, scenario)) {
            return Ok(population.clone());
        }
        let origin = Origin::new(scenario, previous.map(|(s, p)| (s, &p.origin)), watch)?;
        Ok(Self { origin, draws: Arc::default() })
    }

    /// Real features and targets that are in memory.
    pub fn of_rows(sampled: Sampled) -> Self {
        Self { origin: Origin::Sampled(Arc::new(sampled)), draws: Arc::default() }
    }

    /// Whether both share the same data in memory.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.draws, &other.draws)
    }

    /// Dimension p of rows or matrices from files; `None` if the scenario gives it.
    pub fn dimension(&self) -> Option<usize> {
        match &self.origin {
            Origin::Commuting(p) => Some(p.directions_counted()).filter(|p| *p > 0),
            Origin::Rotated(p) => Some(p.geometry.p()),
            Origin::Sampled(s) => Some(s.pool.dimension()),
        }
    }

    /// Signal r², if the scenario does not give it.
    pub fn signal(&self) -> f64 {
        match &self.origin {
            Origin::Commuting(p) => p.signal(),
            Origin::Rotated(_) => 1.0,
            Origin::Sampled(s) => 1.0 - s.noise().0,
        }
    }

    /// Noise σ², if the scenario does not give it.
    pub fn noise(&self) -> f64 {
        match &self.origin {
            // A negative estimate is a rounding error of features that explain everything.
            Origin::Sampled(s) => s.noise().0.max(0.0),
            Origin::Commuting(_) | Origin::Rotated(_) => 0.0,
        }
    }

    /// Variance of the targets lost to noise on the covariates, for signal 1 (unscaled for a table).
    pub fn hidden(&self) -> f64 {
        match &self.origin {
            Origin::Commuting(p) => p.hidden(),
            Origin::Rotated(_) | Origin::Sampled(_) => 0.0,
        }
    }

    /// Warnings about rounded or doubtful numbers.
    pub fn notes(&self) -> &[String] {
        match &self.origin {
            Origin::Commuting(p) => &p.notes,
            Origin::Rotated(p) => &p.notes,
            Origin::Sampled(s) => s.warnings(),
        }
    }

    pub fn sampled(&self) -> Option<&Sampled> {
        match &self.origin {
            Origin::Sampled(sampled) => Some(sampled),
            Origin::Commuting(_) | Origin::Rotated(_) => None,
        }
    }

    /// The directions of a synthetic population.
    pub fn with_geometry<T>(
        &self,
        use_it: impl FnOnce(&Geometry) -> Result<T, ScenarioError>,
    ) -> Result<T, ScenarioError> {
        match &self.origin {
            Origin::Commuting(population) => {
                let directions: Vec<_> =
                    population.directions().into_iter().map(|(x, _, energy)| (x, energy)).collect();
                use_it(&Geometry::commuting(&directions))
            }
            Origin::Rotated(population) => use_it(&population.geometry),
            Origin::Sampled(_) => Err(synthetic_only()),
        }
    }

    /// At least `tasks` fitted upstream tasks, continuing from those drawn before.
    pub fn draws(
        &self,
        (tasks, samples, seed): (usize, usize, u64),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Arc<Draws>, ScenarioError> {
        let last = || self.draws.lock().unwrap_or_else(PoisonError::into_inner);
        let known = last().clone();
        if let Some(known) = known.as_ref().filter(|known| known.reaches(tasks, samples, seed)) {
            return Ok(Arc::clone(known));
        }
        let drawn = self
            .with_geometry(|geometry| Draws::new(geometry, (tasks, samples, seed), known.as_deref(), stop))?;
        let drawn = Arc::new(drawn);
        *last() = Some(Arc::clone(&drawn));
        Ok(drawn)
    }
}

impl Origin {
    fn new(
        scenario: &Scenario,
        previous: Option<(&Scenario, &Self)>,
        watch: Watch<'_>,
    ) -> Result<Self, ScenarioError> {
        if let Some(data) = &scenario.data {
            let before = previous.and_then(|(before, origin)| match (&before.data, origin) {
                (Some(data), Self::Sampled(sampled)) => Some((data, sampled.as_ref())),
                _ => None,
            });
            return Ok(Self::Sampled(Arc::new(Sampled::new(data, before, watch)?)));
        }
        let noise = scenario.features.map_or(0.0, |features| features.noise);
        if let Some(table) = &scenario.spectrum {
            table.check()?;
            return Ok(Self::Commuting(Arc::new(Commuting::of_table(table).with_feature_noise(noise))));
        }
        if let Family::File { file } = &scenario.task.family {
            return Ok(Self::Rotated(Arc::new(Rotated::of_file(scenario, file)?)));
        }
        let aligned = Commuting::of_families(scenario)?;
        match scenario.task.alignment {
            Alignment::Rotated { angle, seed } if scenario.is_rotated() => {
                let before = previous.and_then(|(_, origin)| match origin {
                    Self::Rotated(rotated) => Some(rotated.as_ref()),
                    _ => None,
                });
                Ok(Self::Rotated(Arc::new(Rotated::new(aligned, angle, seed, before, &|| !watch(0.0))?)))
            }
            _ => Ok(Self::Commuting(Arc::new(aligned.with_feature_noise(noise)))),
        }
    }
}

/// The error for a kind that needs columns of real rows.
pub(in crate::scenario) fn rows_only() -> ScenarioError {
    ScenarioError::new(
        "featurization.kind standardised is of columns of real rows: give --features and --targets; accepted for a \
         population is whitened",
    )
}

pub(in crate::scenario) fn synthetic_only() -> ScenarioError {
    ScenarioError::new(
        "featurizations learned, random-features, pretrained and plug-in need a synthetic population; accepted with measured \
         data are the other kinds",
    )
}

/// Whether covariates, tasks, test covariance and data are equal.
fn is_same(a: &Scenario, b: &Scenario) -> bool {
    // Rows and matrices from files have their own dimension; the scenario's number is not used.
    (a.dimension == b.dimension || a.has_matrix() || a.data.is_some())
        && a.covariates == b.covariates
        && a.task == b.task
        && a.test == b.test
        && match (&a.spectrum, &b.spectrum) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b) || a == b,
            (a, b) => a.is_none() && b.is_none(),
        }
        && a.features == b.features
        && a.data == b.data
}
