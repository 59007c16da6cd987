//! Which representation suits the ensemble of measured tasks, judged by tasks left out of its estimate (section 9,
//! point 6).

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use super::error::DataError;
use super::pool::{Pool, TaskChoice, Watch};
use super::shrunk::{Ensembled, Selected, Shrinkage, spectrum};
use crate::theory::selection::Regime;
use crate::theory::{
    NoiseVariance, Pcr, Ridge, RidgeChoice, SampleRatio, Spectrum, TaskSpectrum, ridge, risk,
};

/// The shrinkages to try: every η with every exponent.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    pub etas: Vec<f64>,
    pub exponents: Vec<f64>,
}

impl Default for Grid {
    fn default() -> Self {
        Self { etas: vec![0.0, 0.1, 0.3, 0.5, 0.7, 0.85, 1.0], exponents: vec![0.0, 0.5, 1.0, 1.5] }
    }
}

impl Grid {
    /// Distinct candidates: at η = 0 the exponent makes no difference.
    fn candidates(&self, only_prior: bool) -> Result<Vec<Shrinkage>, DataError> {
        let bad = |problem: String| Err(DataError::input("shrinkage grid", problem));
        if self.etas.is_empty() || self.exponents.is_empty() {
            return bad("is empty; accepted are some η and some exponents".into());
        }
        if let Some(eta) = self.etas.iter().find(|e| !(0.0..=1.0).contains(*e)) {
            return bad(format!("holds η = {eta}; accepted are 0 to 1"));
        }
        if let Some(v) = self.exponents.iter().find(|v| !(-4.0..=4.0).contains(*v)) {
            return bad(format!("holds the exponent {v}; accepted are −4 to 4"));
        }
        let etas = if only_prior { &[1.0][..] } else { &self.etas };
        let all = etas.iter().flat_map(|&eta| {
            let count = if eta == 0.0 { 1 } else { self.exponents.len() };
            self.exponents.iter().take(count).map(move |&exponent| Shrinkage { eta, exponent })
        });
        Ok(all.collect())
    }
}

/// One task left out of one shrunk estimate: all that any number of samples needs.
#[derive(Debug, Clone)]
struct Fold {
    task: TaskSpectrum,
    /// Eigenvalues of S_{η,v} from the other tasks.
    energies: Vec<f64>,
    /// σ̄² of the other tasks: what selection goes by.
    selection_noise: NoiseVariance,
    /// The left-out task's energies along those eigenvectors, signs kept.
    left_out: Vec<f64>,
    /// Its own σ̂².
    noise: NoiseVariance,
}

/// The decompositions of every shrinkage with every task left out; they do not depend on the number of samples.
#[derive(Debug, Clone)]
pub struct Ensemble {
    candidates: Vec<(Shrinkage, Vec<Fold>)>,
    /// Positions in the pool of the tasks that speak for the ensemble.
    tasks: Vec<usize>,
    rank: usize,
    pcr: Pcr,
    noise: NoiseVariance,
}

/// The best shrinkage for a number of samples, and what it is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct EnsembleChoice {
    pub samples: f64,
    pub shrinkage: Shrinkage,
    /// Mean risk over the tasks, each left out of the estimate behind its representation; ridge 0.
    pub left_out_risk: f64,
    /// Position in the pool and left-out risk of each task.
    pub tasks: Vec<(usize, f64)>,
    /// How many of the representations are soft, hard and null.
    pub soft: usize,
    pub hard: usize,
    pub null: usize,
    /// Mean number of directions kept.
    pub kept: f64,
    /// Mean risk of the raw features; infinite at n = rank.
    pub raw: f64,
    /// Mean risk and size of the best principal component regression, one size for all tasks: the size is chosen by
    /// these very tasks, so a little of this is hindsight.
    pub pcr: f64,
    pub pcr_size: usize,
}

/// The best shrinkage for those who tune a ridge downstream, and what it is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct PriorChoice {
    pub shrinkage: Shrinkage,
    /// Mean risk over the tasks, each left out of the estimate behind its prior, each at its own best ridge λ ≥ 0.
    pub left_out_risk: f64,
    /// Position in the pool and left-out risk of each task.
    pub tasks: Vec<(usize, f64)>,
}

impl Ensemble {
    /// Decomposes every shrinkage of the grid with every task left out, in parallel; seconds for hundreds of features.
    /// With fewer than three tasks only η = 1 is tried; a single task then sets its own scale of signal and noise.
    ///
    /// # Errors
    /// [`DataError::Input`] for a bad grid or without a task of at least 20 rows; [`DataError::Interrupted`].
    pub fn new(pool: &Pool, grid: &Grid, watch: Watch<'_>) -> Result<Self, DataError> {
        let tasks = pool.ensemble_tasks();
        if tasks.is_empty() {
            return Err(DataError::input(
                "ensemble of tasks",
                "every class has fewer than 20 rows; accepted are targets with a class of at least 20",
            ));
        }
        let shrinkages = grid.candidates(tasks.len() < 3)?;
        let others = |left_out: usize| match tasks.len() {
            1 => tasks.clone(),
            _ => tasks.iter().copied().filter(|&t| t != left_out).collect(),
        };
        let (done, all) = (AtomicUsize::new(0), tasks.len() * (shrinkages.len() + 1));
        let step = || {
            let share = done.fetch_add(1, Ordering::Relaxed) as f64 / all as f64;
            if watch(share) { Ok(()) } else { Err(DataError::Interrupted) }
        };
        let estimates = tasks
            .par_iter()
            .map(|&t| step().and_then(|()| Ensembled::new(pool, &others(t))))
            .collect::<Result<Vec<_>, _>>()?;
        let jobs: Vec<_> =
            shrinkages.iter().flat_map(|s| tasks.iter().zip(&estimates).map(move |e| (*s, e))).collect();
        let folds = jobs
            .into_par_iter()
            .map(|(shrinkage, (&t, estimate))| {
                step()?;
                let shrunk = estimate.shrink(pool, shrinkage)?;
                Ok(Fold {
                    left_out: pool.rotated_energies(shrunk.rotation.as_ref(), TaskChoice::Task(t)),
                    task: shrunk.task,
                    energies: shrunk.energies,
                    selection_noise: variance(estimate.noise)?,
                    noise: variance(pool.noise(TaskChoice::Task(t)))?,
                })
            })
            .collect::<Result<Vec<_>, DataError>>()?;
        let candidates =
            shrinkages.into_iter().zip(folds.chunks(tasks.len()).map(<[Fold]>::to_vec)).collect();

        let mean = |of: &dyn Fn(usize) -> f64| tasks.iter().map(|&t| of(t)).sum::<f64>() / tasks.len() as f64;
        let energies: Vec<Vec<f64>> =
            tasks.iter().map(|&t| pool.principal_energies(TaskChoice::Task(t))).collect();
        let averaged: Vec<f64> = (0..pool.rank())
            .map(|i| energies.iter().filter_map(|e| e.get(i)).sum::<f64>() / energies.len() as f64)
            .collect();
        let raw = spectrum(pool.eigenvalues(), &averaged)?;
        let noise = variance(mean(&|t| pool.noise(TaskChoice::Task(t))))?;
        Ok(Self { candidates, rank: pool.rank(), pcr: Pcr::new(raw), noise, tasks })
    }

    /// The shrinkage with the lowest left-out risk at `samples`, compared with raw features and principal components.
    ///
    /// # Errors
    /// [`DataError::Input`] when `samples` is not a finite number above 0.
    pub fn best(&self, samples: f64) -> Result<EnsembleChoice, DataError> {
        let ratio = ratio(samples, self.rank)?;
        let mut best: Option<(Shrinkage, Vec<Judged>, f64)> = None;
        for (shrinkage, folds) in &self.candidates {
            let risks =
                folds.iter().map(|f| f.judge(self.rank, ratio)).collect::<Result<Vec<_>, DataError>>()?;
            let mean = risks.iter().map(|r| r.risk).sum::<f64>() / risks.len() as f64;
            if best.as_ref().is_none_or(|b| mean < b.2) {
                best = Some((*shrinkage, risks, mean));
            }
        }
        let (shrinkage, risks, left_out_risk) =
            best.ok_or_else(|| DataError::input("shrinkage grid", "is empty"))?;
        let count = |regime: Regime| risks.iter().filter(|r| r.regime == regime).count();
        let (share, pcr) = self.pcr.best(ratio, self.noise);
        Ok(EnsembleChoice {
            samples,
            shrinkage,
            left_out_risk,
            tasks: self.tasks.iter().copied().zip(risks.iter().map(|r| r.risk)).collect(),
            soft: count(Regime::Soft),
            hard: count(Regime::Hard),
            null: count(Regime::Null),
            kept: risks.iter().map(|r| r.kept as f64).sum::<f64>() / risks.len() as f64,
            raw: ridgeless(self.pcr.raw(), ratio, self.noise)?,
            pcr,
            pcr_size: (share * self.rank as f64).round() as usize,
        })
    }
}

impl Ensemble {
    /// The shrinkage whose prior F = S_{η,v} has the lowest left-out risk at `samples` with a tuned ridge.
    ///
    /// # Errors
    /// As [`Ensemble::best`].
    pub fn best_prior(&self, samples: f64) -> Result<PriorChoice, DataError> {
        let ratio = ratio(samples, self.rank)?;
        let judged = self.candidates.par_iter().map(|(shrinkage, folds)| {
            let risks = folds.iter().map(|f| f.tuned(ratio)).collect::<Result<Vec<_>, DataError>>()?;
            let left_out_risk = risks.iter().sum::<f64>() / risks.len() as f64;
            let tasks = self.tasks.iter().copied().zip(risks).collect();
            Ok(PriorChoice { shrinkage: *shrinkage, left_out_risk, tasks })
        });
        let judged = judged.collect::<Result<Vec<_>, DataError>>()?;
        let best = judged.into_iter().min_by(|a, b| a.left_out_risk.total_cmp(&b.left_out_risk));
        best.ok_or_else(|| DataError::input("shrinkage grid", "is empty"))
    }

    /// Whether tasks are judged by estimates that do not know them: not with a single one.
    #[must_use]
    pub fn leaves_out(&self) -> bool {
        self.tasks.len() > 1
    }
}

/// What was selected without a task, and the risk that task has with it.
#[derive(Debug, Clone, Copy)]
struct Judged {
    regime: Regime,
    kept: usize,
    risk: f64,
}

impl Fold {
    fn judge(&self, rank: usize, ratio: SampleRatio) -> Result<Judged, DataError> {
        let selected = Selected::new(&self.task, rank, ratio, self.selection_noise);
        let spectrum = spectrum(&selected.eigenvalues(&self.energies), &self.left_out)?;
        let risk = ridgeless(&spectrum, ratio, self.noise)?;
        Ok(Judged { regime: selected.regime, kept: selected.kept, risk })
    }

    /// The left-out task's risk with the others' covariance as its prior.
    fn tuned(&self, ratio: SampleRatio) -> Result<f64, DataError> {
        tuned(&spectrum(&self.energies, &self.left_out)?, ratio, self.noise)
    }
}

pub(super) fn ridgeless(
    spectrum: &Spectrum,
    ratio: SampleRatio,
    noise: NoiseVariance,
) -> Result<f64, DataError> {
    risk::evaluate(spectrum, ratio, Ridge::ZERO, noise)
        .map(|r| r.risk)
        .map_err(|e| DataError::input("ensemble", e.to_string()))
}

/// At the best ridge λ ≥ 0.
pub(super) fn tuned(spectrum: &Spectrum, ratio: SampleRatio, noise: NoiseVariance) -> Result<f64, DataError> {
    ridge::evaluate(spectrum, ratio, RidgeChoice::OptimalNonNegative, noise)
        .map(|r| r.risk)
        .map_err(|e| DataError::input("ensemble", e.to_string()))
}

/// n/r: the sample ratio of the problem in the r directions that the features span.
pub(super) fn ratio(samples: f64, rank: usize) -> Result<SampleRatio, DataError> {
    SampleRatio::new(samples / rank as f64).map_err(|_| {
        DataError::input("samples", format!("there are {samples}; accepted are finite numbers above 0"))
    })
}

pub(super) fn variance(noise: f64) -> Result<NoiseVariance, DataError> {
    NoiseVariance::new(noise).map_err(|e| DataError::input("measured noise", e.to_string()))
}
