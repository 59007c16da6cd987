//! Which representation suits the ensemble of measured tasks, judged by tasks left out of its estimate (section 9.8).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::error::DataError;
use super::fold::{Fold, LeftOut};
use super::judged::{ratio, ridgeless, variance};
use super::left_out::{self, Classes};
use super::pool::{Pool, TaskChoice, Watch};
use super::shrunk::{Shrinkage, spectrum};
use crate::theory::selection::Regime;
use crate::theory::{NoiseVariance, Pcr, finite};

/// The shrinkages to try: every η with every exponent.
#[derive(Debug, Clone, PartialEq)]
pub struct Grid {
    /// The η of the grid: the prior's share of the estimate, 0 to 1.
    pub etas: Vec<f64>,
    /// The exponents v of the prior Σ̂^{1+v}.
    pub exponents: Vec<f64>,
}

impl Default for Grid {
    fn default() -> Self {
        Self { etas: vec![0.0, 0.1, 0.3, 0.5, 0.7, 0.85, 1.0], exponents: vec![0.0, 0.5, 1.0, 1.5] }
    }
}

impl Grid {
    /// The same in increasing order, or its exponents at η = 1 alone.
    fn checked(&self, only_prior: bool) -> Result<Self, DataError> {
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
        let mut grid = if only_prior { Self { etas: vec![1.0], ..self.clone() } } else { self.clone() };
        grid.etas.sort_by(f64::total_cmp);
        grid.exponents.sort_by(f64::total_cmp);
        Ok(grid)
    }

    fn at(&self, (i, j): Candidate) -> Shrinkage {
        let of = |values: &[f64], i: usize| values.get(i).copied().unwrap_or(1.0);
        Shrinkage { eta: of(&self.etas, i), exponent: of(&self.exponents, j) }
    }
}

/// Tasks that are judged one by one, at most: more would take long and change the mean little.
const MOST_JUDGED: usize = 24;

/// A start further above the least risk so far leads nowhere lower.
const PROMISING: f64 = 1.2;
/// With at most this many directions the whole grid is looked at.
const SMALL: usize = 128;
/// A step downhill that brings less is the last.
const LOWER: f64 = 0.999;

/// Every task left out of the others, and what their shrinkages came to so far.
#[derive(Debug)]
pub struct Ensemble {
    grid: Grid,
    eigenvalues: Vec<f64>,
    rows: usize,
    folds: Vec<LeftOut>,
    /// Positions in the pool of the tasks that are judged.
    tasks: Vec<usize>,
    pcr: Pcr,
    noise: NoiseVariance,
    /// Decompositions by shrinkage and size of the head. A finer one would do as well, but then the digits would follow
    /// what was asked before.
    known: Mutex<HashMap<(Candidate, usize), Folds>>,
}

/// Every task's fold.
type Folds = Arc<Vec<Fold>>;

/// A shrinkage by its positions in the grid.
type Candidate = (usize, usize);

/// The least mean, where it is, and every task's part in it.
type Found<T> = (f64, Candidate, Vec<T>);

/// The best shrinkage for a number of samples, and what it is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct EnsembleChoice {
    /// n, the number of labels it is best for.
    pub samples: f64,
    /// The shrinkage with the least left-out risk.
    pub shrinkage: Shrinkage,
    /// Mean risk over the tasks, each left out of the estimate behind its representation; ridge 0, and an intercept where
    /// directions are selected, for which it is exact at this n (section 8).
    pub left_out_risk: f64,
    /// Position in the pool and left-out risk of each task.
    pub tasks: Vec<(usize, f64)>,
    /// How many of the representations are soft, hard and null.
    pub soft: usize,
    /// Of hard selection.
    pub hard: usize,
    /// That predict the mean.
    pub null: usize,
    /// Mean number of directions kept.
    pub kept: f64,
    /// Mean risk of the raw features; infinite at n = rank.
    pub raw: f64,
    /// Mean risk, at this n, and size of the best principal component regression, one size for all tasks: the size is chosen by
    /// these very tasks, so a little of this is hindsight.
    pub pcr: f64,
    /// The size of the one above: directions of Σ̂ kept.
    pub pcr_size: usize,
}

/// The best shrinkage for those who tune a ridge downstream, and what it is worth.
#[derive(Debug, Clone, PartialEq)]
pub struct PriorChoice {
    /// The shrinkage with the least left-out risk.
    pub shrinkage: Shrinkage,
    /// Mean risk over the tasks, each left out of the estimate behind its prior, each at its own best ridge λ ≥ 0.
    pub left_out_risk: f64,
    /// Position in the pool and left-out risk of each task.
    pub tasks: Vec<(usize, f64)>,
}

impl Ensemble {
    /// Estimates every task's others. With fewer than three tasks, or classes without which too few rows are left, only
    /// η = 1 is tried; a single task then sets its own scale of signal and noise. Of very many tasks some are judged,
    /// by estimates from all others.
    ///
    /// # Errors
    /// [`DataError::Input`] for a bad grid or without a task of at least 20 rows; [`DataError::Interrupted`].
    pub fn new(pool: &Pool, grid: &Grid, watch: Watch<'_>) -> Result<Self, DataError> {
        pool.spectral()?;
        let all = pool.ensemble_tasks();
        if all.is_empty() {
            return Err(DataError::input(
                "ensemble of tasks",
                "every class has fewer than 20 rows; accepted are targets with a class of at least 20",
            ));
        }
        let judged = all.len().min(MOST_JUDGED);
        let tasks: Vec<usize> =
            (0..judged).filter_map(|i| all.get(i * all.len() / judged)).copied().collect();
        let classes = Classes::find(pool, &all);
        let mixed = classes.is_some_and(|c| !c.can_be_left_out(pool, &tasks));
        let grid = grid.checked(all.len() < 3 || mixed)?;
        let estimates = left_out::estimates(pool, &all, &tasks, watch)?;
        let folds = tasks.iter().zip(estimates).map(|(&t, others)| LeftOut {
            others,
            coefficients: pool.coefficients().col(t).iter().copied().collect(),
            noise: pool.noise(TaskChoice::Task(t)),
        });
        let folds: Vec<LeftOut> = folds.collect();

        let count = tasks.len() as f64;
        let mut averaged = vec![0.0; pool.rank()];
        for &t in &tasks {
            let energies = pool.principal_energies(TaskChoice::Task(t));
            averaged.iter_mut().zip(&energies).for_each(|(sum, e)| *sum += e / count);
        }
        let raw = spectrum(pool.eigenvalues(), &averaged)?;
        let noise = variance(folds.iter().map(|f| f.noise).sum::<f64>() / count)?;
        let eigenvalues = pool.eigenvalues().to_vec();
        let rows = pool.rows();
        Ok(Self { grid, eigenvalues, rows, folds, tasks, pcr: Pcr::new(raw), noise, known: Mutex::default() })
    }

    /// The shrinkage with the lowest left-out risk at `samples`, compared with raw features and principal components.
    /// `watch` hears of every shrinkage.
    ///
    /// # Errors
    /// [`DataError::Input`] when `samples` is not a finite number above 0; [`DataError::Interrupted`].
    pub fn best(&self, samples: f64, watch: Watch<'_>) -> Result<EnsembleChoice, DataError> {
        let rank = self.eigenvalues.len();
        let ratio = ratio(samples, rank)?;
        let (shrinkage, judged) = self.search(samples, watch, &|fold| fold.judge(ratio), &|j| j.risk)?;
        let count = |regime: Regime| judged.iter().filter(|j| j.regime == regime).count();
        let (share, pcr) = self.pcr.least_squares(ratio, self.noise);
        let size = (share * rank as f64).round();
        Ok(EnsembleChoice {
            samples,
            shrinkage,
            left_out_risk: mean(judged.iter().map(|j| j.told)),
            tasks: self.tasks.iter().copied().zip(judged.iter().map(|j| j.told)).collect(),
            soft: count(Regime::Soft),
            hard: count(Regime::Hard),
            null: count(Regime::Null),
            kept: mean(judged.iter().map(|j| j.kept as f64)),
            raw: ridgeless(self.pcr.raw(), ratio, self.noise)?,
            pcr: pcr * (1.0 - size / samples) * finite::with_intercept(samples, size),
            pcr_size: size as usize,
        })
    }

    /// The shrinkage whose prior F = S_{η,v} has the lowest left-out risk at `samples` with a tuned ridge.
    ///
    /// # Errors
    /// As [`Ensemble::best`].
    pub fn best_prior(&self, samples: f64, watch: Watch<'_>) -> Result<PriorChoice, DataError> {
        let ratio = ratio(samples, self.eigenvalues.len())?;
        let (shrinkage, risks) = self.search(samples, watch, &|fold| fold.tuned(ratio), &|risk| *risk)?;
        let left_out_risk = mean(risks.iter().copied());
        Ok(PriorChoice { shrinkage, left_out_risk, tasks: self.tasks.iter().copied().zip(risks).collect() })
    }

    /// Whether tasks are judged by estimates that do not know them: not with a single one.
    #[must_use]
    pub fn leaves_out(&self) -> bool {
        self.tasks.len() > 1
    }

    /// The least mean of `risk` over the grid: all of it where that is cheap; else, since it is smooth in both, every exponent of the largest η, then downhill
    /// from the best of them and from the middle of the grid.
    fn search<T: Send>(
        &self,
        samples: f64,
        watch: Watch<'_>,
        judge: &(dyn Fn(&Fold) -> Result<T, DataError> + Sync),
        risk: &dyn Fn(&T) -> f64,
    ) -> Result<(Shrinkage, Vec<T>), DataError> {
        let Grid { etas, exponents } = &self.grid;
        let last = etas.len() - 1;
        let mut seen: HashMap<Candidate, f64> = HashMap::new();
        let mut best: Option<Found<T>> = None;
        let mut look = |(i, j): Candidate, best: &mut Option<Found<T>>| {
            // At η = 0 the exponent makes no difference.
            let at = if etas.get(i) == Some(&0.0) { (i, 0) } else { (i, j) };
            if let Some(&known) = seen.get(&at) {
                return Ok(known);
            }
            // How many are looked at follows from what is found: ten as a rule.
            if !watch(1.0 - 0.8_f64.powi(seen.len() as i32)) {
                return Err(DataError::Interrupted);
            }
            // At η = 1 nothing is compressed; what is best there tells how fine the others must be.
            let level = best.as_ref().map_or(0.0, |b| b.0) / samples;
            let folds = self.folds(at, level, watch)?;
            let judged = folds.par_iter().map(judge).collect::<Result<Vec<T>, DataError>>()?;
            let found = mean(judged.iter().map(risk));
            seen.insert(at, found);
            if best.as_ref().is_none_or(|b| found < b.0) {
                *best = Some((found, at, judged));
            }
            Ok::<_, DataError>(found)
        };
        for j in 0..exponents.len() {
            look((last, j), &mut best)?;
        }
        // Small decompositions cost nothing: the whole grid.
        if self.eigenvalues.len() <= SMALL {
            for candidate in (0..last).flat_map(|i| (0..exponents.len()).map(move |j| (i, j))) {
                look(candidate, &mut best)?;
            }
        }
        let column = best.as_ref().map_or(0, |b| b.1.1);
        for start in [(last, column), (last / 2, column)] {
            let far =
                |found: f64, best: &Option<Found<T>>| best.as_ref().is_some_and(|b| found > PROMISING * b.0);
            // What is dear is looked at in the best column only, and from above only.
            let dear = |at: Candidate, best: &Option<Found<T>>| {
                let level = best.as_ref().map_or(0.0, |b| b.0) / samples;
                self.head(at, level) == self.eigenvalues.len() && (at.1 != column || start.0 != last)
            };
            if dear(start, &best) {
                continue;
            }
            let mut here = (look(start, &mut best)?, start);
            while !far(here.0, &best) {
                let (from, (i, j)) = here;
                let down = (i.saturating_sub(1), j);
                let up = ((i + 1).min(last), j);
                let right = (i, (j + 1).min(exponents.len() - 1));
                for next in [down, up, (i, j.saturating_sub(1)), right] {
                    if dear(next, &best) {
                        continue;
                    }
                    let found = look(next, &mut best)?;
                    if found < here.0 {
                        here = (found, next);
                    }
                }
                if here.0 > LOWER * from {
                    break;
                }
            }
        }
        let (_, at, judged) = best.ok_or_else(|| DataError::input("shrinkage grid", "is empty"))?;
        Ok((self.grid.at(at), judged))
    }

    /// How many principal components are resolved one by one.
    fn head(&self, at: Candidate, level: f64) -> usize {
        let of = |f: &LeftOut| f.head(&self.eigenvalues, self.grid.at(at), level);
        self.folds.iter().map(of).max().unwrap_or(0)
    }

    /// Every task's fold, decomposed as finely as energies of `level` need.
    fn folds(&self, at: Candidate, level: f64, watch: Watch<'_>) -> Result<Folds, DataError> {
        let (shrinkage, head) = (self.grid.at(at), self.head(at, level));
        let locked = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = locked().get(&(at, head)) {
            return Ok(Arc::clone(known));
        }
        let folds = self.folds.par_iter().map(|f| {
            if !watch(0.0) {
                return Err(DataError::Interrupted);
            }
            f.fold(&self.eigenvalues, self.rows, shrinkage, head)
        });
        let folds = Arc::new(folds.collect::<Result<Vec<_>, DataError>>()?);
        locked().insert((at, head), Arc::clone(&folds));
        Ok(folds)
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}
