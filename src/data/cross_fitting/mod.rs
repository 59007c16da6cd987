//! Cross-fitting (section 9.8): on one half of the rows, without those of the held-out class, the covariance of the
//! other tasks, the covariance of the features and every representation computed from them; on the other half the
//! leave-one-out path of the rows in that representation gives the risk of the held-out task. Twice, with the halves
//! exchanged.
//!
//! Ridge paths for every η come from one eigendecomposition an exponent ([`kernel`]), least squares for every size from
//! one triangular factor ([`nested`]); unequal leverages are corrected for by a sample of the rows. Numbers of samples
//! enter last, at no cost.

mod halves;
mod kernel;
mod moments;
mod nested;
mod tasks;

use std::sync::atomic::{AtomicUsize, Ordering};

use faer::{ColRef, Mat, MatRef};
use rayon::prelude::*;

use super::error::DataError;
use super::pool::{Pool, Watch};
use super::shrunk::{Shares, Shrinkage};
use crate::linalg::{Threads, eigen, orthonormal, product, scale_columns, scale_rows, semidefinite};
use halves::halves;
use kernel::{Kernel, Profile, SampledRows, Target, Update};
use moments::{Centred, Moments, Rows};
use nested::{Sample, nested};
pub(super) use tasks::Tasks;

/// Divisions into halves.
const DIVISIONS: u64 = 2;
/// Rows of a half in the sample that measures how unequal leverages are.
const SAMPLE: usize = 1024;
/// Most directions of a shrunk covariance that are selected from: beyond these only principal components are
/// candidates.
const SELECTED: usize = 256;
/// Operations that decompositions may take: the larger the features, the more classes share one prior.
const WORK: f64 = 4.2e9;
/// Classes whose rows are left out of one prior together, at least so few sets of them.
const FEWEST_SETS: usize = 3;
/// And at most so many.
const MOST_SETS: usize = 6;
/// The exponent that the prior of selected directions has.
const SELECTION_EXPONENT: f64 = 0.5;

/// The candidate representations.
#[derive(Debug, Clone)]
pub(super) struct Candidates {
    pub etas: Vec<f64>,
    pub exponents: Vec<f64>,
}

impl Candidates {
    /// The shrinkages whose leading directions are tried, beside the principal components (η = 1).
    pub fn selections(&self) -> Vec<Shrinkage> {
        let etas = self.etas.iter().filter(|eta| [0.0, 0.3, 0.7].contains(*eta));
        etas.map(|&eta| Shrinkage { eta, exponent: SELECTION_EXPONENT }).collect()
    }
}

/// One held-out task on one half of the rows.
#[derive(Debug, Clone)]
pub(super) struct HeldOut {
    /// Position among the held-out tasks.
    pub task: usize,
    /// Rows of the half.
    rows: f64,
    /// r.
    rank: usize,
    /// By exponent and η; `None` where the other tasks could not be estimated.
    priors: Vec<Vec<Option<Profile>>>,
    raw: Profile,
    /// Mean squared errors by number of principal components.
    components: Vec<f64>,
    /// By selection and size.
    selected: Vec<Vec<f64>>,
}

/// Share of a half's degrees of freedom that a number to trust takes at most.
const TRUSTED: f64 = 0.75;

impl HeldOut {
    /// Risk with n labels and the prior of a shrinkage at its best ridge λ ≥ 0.
    pub fn prior(&self, exponent: usize, eta: usize, samples: f64) -> Option<f64> {
        let profile = self.priors.get(exponent)?.get(eta)?.as_ref()?;
        Some(profile.tuned(samples, self.rows, TRUSTED * (self.rows - 1.0)))
    }

    /// Risk with n labels and the features as they are, at the best ridge λ ≥ 0.
    pub fn raw_tuned(&self, samples: f64) -> f64 {
        self.raw.tuned(samples, self.rows, TRUSTED * (self.rows - 1.0))
    }

    /// Risk with n labels and the features as they are, by (minimum-norm) least squares; NaN beyond reach.
    pub fn raw(&self, samples: f64) -> f64 {
        let rank = self.rank as f64;
        if samples - 1.0 < rank {
            return self.raw.ridgeless(samples, self.rows);
        }
        self.components
            .get(self.rank)
            .map_or(f64::NAN, |square| nested::risk(*square, self.rank, samples, self.rows))
    }

    /// Risks of least squares with n labels by size: principal components, or the leading directions of a selection.
    pub fn least_squares(&self, selection: Option<usize>, samples: f64) -> impl Iterator<Item = f64> + '_ {
        let squares = match selection {
            None => Some(&self.components),
            Some(i) => self.selected.get(i),
        };
        let of = move |(size, square): (usize, &f64)| nested::risk(*square, size, samples, self.rows);
        squares.into_iter().flatten().enumerate().map(of)
    }
}

/// Holds every task out, on every half.
///
/// # Errors
/// [`DataError::Interrupted`] once `watch` returns false; matrices that cannot be decomposed.
pub(super) fn cross_fit(
    pool: &Pool,
    tasks: &Tasks,
    candidates: &Candidates,
    watch: Watch<'_>,
) -> Result<Vec<HeldOut>, DataError> {
    let rows = Rows::new(pool);
    let sets = tasks.sets(number_of_sets(tasks, rows.rank()));
    let done = AtomicUsize::new(0);
    let all = 2 * DIVISIONS as usize * (sets.len() + 1);
    let step = || {
        let share = done.fetch_add(1, Ordering::Relaxed) as f64 / all as f64;
        if watch(share) { Ok(()) } else { Err(DataError::Interrupted) }
    };
    let mut found = Vec::new();
    for seed in 0..DIVISIONS {
        step()?;
        let parts = halves(tasks.strata(), seed + 1);
        let [first, second] = parts.clone().map(|part| Moments::of(&rows, &part, Threads::All));
        step()?;
        let moments = [first, second];
        let tested: Vec<Tested> = parts
            .par_iter()
            .zip(&moments)
            .map(|(part, moments)| Tested::new(&rows, part, moments))
            .collect::<Result<_, _>>()?;
        let jobs: Vec<(usize, &Vec<usize>)> =
            (0..2).flat_map(|fit| sets.iter().map(move |set| (fit, set))).collect();
        let of = |&(fit, set): &(usize, &Vec<usize>)| {
            step()?;
            let (Some(part), Some(sums), Some(tested)) =
                (parts.get(fit), moments.get(fit), tested.get(1 - fit))
            else {
                return Ok(Vec::new());
            };
            Fit { rows: &rows, part, sums, tasks, candidates }.hold_out(set, tested)
        };
        let each = jobs.par_iter().map(of).collect::<Result<Vec<_>, DataError>>()?;
        found.extend(each.into_iter().flatten());
    }
    Ok(found)
}

fn number_of_sets(tasks: &Tasks, rank: usize) -> usize {
    let cost = (rank as f64).powi(3) * 2.0 * DIVISIONS as f64;
    ((WORK / cost) as usize).clamp(FEWEST_SETS, MOST_SETS).min(tasks.held_out().len())
}

/// The half that gives the risk.
struct Tested {
    rows: f64,
    moments: Centred,
    /// Some of its rows: centred features, and centred targets.
    sample: (Mat<f64>, Mat<f64>),
    /// The features as they are.
    raw: Kernel,
}

impl Tested {
    fn new(rows: &Rows<'_>, part: &[usize], sums: &Moments) -> Result<Self, DataError> {
        let moments = sums.centred();
        let raw = Kernel::new(moments.gram.as_ref(), None)?;
        let count = part.len().min(SAMPLE);
        let some: Vec<usize> = (0..count).filter_map(|i| part.get(i * part.len() / count).copied()).collect();
        let centred = |mut m: Mat<f64>, means: Vec<f64>| {
            m.col_iter_mut().zip(means).for_each(|(column, mean)| column.iter_mut().for_each(|v| *v -= mean));
            m
        };
        let features = centred(rows.features(&some), sums.means());
        let targets = centred(rows.targets(&some), sums.target_means());
        Ok(Self { rows: sums.count, moments, sample: (features, targets), raw })
    }

    fn target(&self, kernel: &Kernel, cross: MatRef<'_, f64>, task: usize) -> Target {
        let along = kernel.along(cross.get(.., task..task + 1));
        let square = self.moments.squares.get(task).copied().unwrap_or(f64::NAN);
        Target { square, along: along.col(0).iter().copied().collect() }
    }
}

/// The half that representations are made on.
struct Fit<'a> {
    rows: &'a Rows<'a>,
    part: &'a [usize],
    sums: &'a Moments,
    tasks: &'a Tasks,
    candidates: &'a Candidates,
}

/// Σ̂ of the rows that belong to no held-out class, and the other half along its eigenvectors V.
struct Prior {
    /// Decreasing; in units of the pool's largest.
    eigenvalues: Vec<f64>,
    vectors: Mat<f64>,
    /// VᵀXᵀXV and VᵀXᵀY.
    gram: Mat<f64>,
    cross: Mat<f64>,
    /// The sample's features.
    sample: Mat<f64>,
    /// By exponent.
    kernels: Vec<(f64, Power)>,
}

/// Σ̂^v of a prior.
struct Power {
    /// tr Σ̂^{1+v}.
    trace: f64,
    /// `None`: the features as they are.
    kernel: Option<Kernel>,
    /// The sample's rows along the kernel's eigenvectors.
    sampled: SampledRows,
}

/// The other tasks, estimated on one half.
struct Upstream {
    /// C, r×K: Σ̂_θ = CCᵀ.
    factor: Mat<f64>,
    /// tr Ŝ₊.
    total: f64,
}

impl Fit<'_> {
    /// Every task of a set, all of whose classes' rows are left out of the prior.
    fn hold_out(&self, set: &[usize], tested: &Tested) -> Result<Vec<HeldOut>, DataError> {
        let held_out: Vec<Option<Moments>> = set
            .iter()
            .map(|&task| {
                let members = self.tasks.members(task)?;
                let mut here: Vec<usize> =
                    self.part.iter().copied().filter(|row| members.contains(row)).collect();
                here.sort_unstable();
                Some(Moments::of(self.rows, &here, Threads::One))
            })
            .collect();
        let mut others = self.sums.clone();
        held_out.iter().flatten().for_each(|class| others = others.without(class));
        let prior = self.prior(&others, tested)?;
        drop(others);
        let held_out = set.par_iter().zip(&held_out).map(|(&task, held_out)| {
            let remaining =
                held_out.as_ref().map_or_else(|| self.sums.clone(), |class| self.sums.without(class));
            let upstream = self.upstream(&remaining, task)?;
            self.evaluate(task, &prior, upstream.as_ref(), tested)
        });
        held_out.collect()
    }

    fn prior(&self, others: &Moments, tested: &Tested) -> Result<Prior, DataError> {
        let covariance = others.centred().gram;
        let found = eigen(covariance.as_ref(), Threads::One)?;
        drop(covariance);
        let eigenvalues: Vec<f64> = found.values.iter().map(|e| (e / others.count).max(0.0)).collect();
        let vectors = found.vectors;
        let half = product(tested.moments.gram.as_ref(), vectors.as_ref(), Threads::One);
        let gram = product(vectors.transpose(), half.as_ref(), Threads::One);
        let cross = product(vectors.transpose(), tested.moments.cross.as_ref(), Threads::One);
        let sample = product(tested.sample.0.as_ref(), vectors.as_ref(), Threads::One);
        let power = |&exponent: &f64| {
            let trace = eigenvalues.iter().map(|e| e.powf(1.0 + exponent)).sum();
            if exponent == 0.0 {
                let sampled = tested.raw.sampled(tested.sample.0.as_ref());
                return Ok((exponent, Power { trace, kernel: None, sampled }));
            }
            let roots: Vec<f64> =
                eigenvalues.iter().map(|e| if *e > 0.0 { e.powf(0.5 * exponent) } else { 0.0 }).collect();
            let kernel = Kernel::new(gram.as_ref(), Some(&roots))?;
            let sampled = kernel.sampled(sample.as_ref());
            Ok((exponent, Power { trace, kernel: Some(kernel), sampled }))
        };
        let kernels = self.candidates.exponents.iter().map(power).collect::<Result<_, DataError>>()?;
        Ok(Prior { eigenvalues, vectors, gram, cross, sample, kernels })
    }

    /// Least squares of the other tasks on rows that do not belong to the held-out class; `None` where there are no
    /// other tasks, or too few rows.
    fn upstream(&self, remaining: &Moments, task: usize) -> Result<Option<Upstream>, DataError> {
        let others: Vec<usize> = self.tasks.others(task).collect();
        let (rank, count) = (self.rows.rank(), remaining.count);
        if others.is_empty()
            || count <= rank as f64 + 1.0
            || self.candidates.etas.iter().all(|eta| *eta == 1.0)
        {
            return Ok(None);
        }
        let Centred { gram, cross, squares } = remaining.centred();
        let mut moments = Mat::zeros(rank, others.len());
        for (column, &t) in moments.col_iter_mut().zip(&others) {
            let deviation = (squares.get(t).copied().unwrap_or(f64::NAN) / count).sqrt();
            if deviation != 0.0 {
                column.iter_mut().zip(cross.col(t).iter()).for_each(|(to, from)| *to = from / deviation);
            }
        }
        let beta = semidefinite(gram, moments.clone())?;
        let explained = product(moments.transpose(), beta.as_ref(), Threads::One);
        let explained = faer::Scale(count.recip()) * explained;
        let Shares { weights, total } = Shares::new(explained.as_ref(), rank, count)?;
        Ok((weights.ncols() > 0)
            .then(|| Upstream { factor: product(beta.as_ref(), weights.as_ref(), Threads::One), total }))
    }

    fn evaluate(
        &self,
        task: usize,
        prior: &Prior,
        upstream: Option<&Upstream>,
        tested: &Tested,
    ) -> Result<HeldOut, DataError> {
        let column = self.tasks.column(task);
        let rows = tested.rows;
        let etas = &self.candidates.etas;
        // Z = XC by its moments with the half's rows, in both coordinates.
        let seen = upstream.map(|up| {
            let moments = product(tested.moments.gram.as_ref(), up.factor.as_ref(), Threads::One);
            let turned = product(prior.vectors.transpose(), moments.as_ref(), Threads::One);
            let square = product(up.factor.transpose(), moments.as_ref(), Threads::One);
            let cross = tested.moments.cross.get(.., column..column + 1);
            let target = product(up.factor.transpose(), cross, Threads::One);
            (moments, turned, square, target.col(0).iter().copied().collect::<Vec<f64>>())
        });
        let wanted: Vec<f64> = tested.sample.1.col(column).iter().copied().collect();
        let mut priors = Vec::with_capacity(prior.kernels.len());
        let mut raw = None;
        for (exponent, power) in &prior.kernels {
            let (kernel, cross) = match &power.kernel {
                Some(kernel) => (kernel, prior.cross.as_ref()),
                None => (&tested.raw, tested.moments.cross.as_ref()),
            };
            let target = tested.target(kernel, cross, column);
            let plain = kernel.profile(&target, rows);
            let ratios = power.sampled.leverage_ratio(&target, &wanted, rows);
            let mut profiles: Vec<Option<Profile>> = match (&seen, upstream) {
                (Some((moments, turned, square, along)), Some(up)) => {
                    let moments = if power.kernel.is_some() { turned } else { moments };
                    let update = Update {
                        along: kernel.along(moments.as_ref()),
                        square: square.clone(),
                        target: along.clone(),
                    };
                    // K/(η a) = X Σ̂^v Xᵀ + weight·ZZᵀ, a = tr(Ŝ₊)/tr(Σ̂^{1+v}).
                    let mixed = etas.iter().filter(|eta| **eta > 0.0 && **eta < 1.0);
                    let weights: Vec<f64> =
                        mixed.map(|eta| (1.0 - eta) / eta * power.trace / up.total).collect();
                    let mut mixed = kernel.updated(&target, &update, &weights, rows).into_iter();
                    let tasks_alone = Kernel::new(square.as_ref(), None)?;
                    let alone = Target {
                        square: target.square,
                        along: {
                            let cross = ColRef::from_slice(along).as_mat();
                            tasks_alone.along(cross).col(0).iter().copied().collect()
                        },
                    };
                    let alone = tasks_alone.profile(&alone, rows);
                    etas.iter()
                        .map(|&eta| match eta {
                            0.0 => Some(alone.clone()),
                            1.0 => Some(plain.clone()),
                            _ => mixed.next(),
                        })
                        .collect()
                }
                _ => etas.iter().map(|&eta| (eta == 1.0).then(|| plain.clone())).collect(),
            };
            profiles.iter_mut().flatten().for_each(|profile| profile.correct(&plain.df1, &ratios));
            if *exponent == 0.0 {
                let mut plain = plain.clone();
                plain.correct(&plain.df1.clone(), &ratios);
                raw = Some(plain);
            }
            priors.push(profiles);
        }
        let raw = match raw {
            Some(raw) => raw,
            None => {
                let target = tested.target(&tested.raw, tested.moments.cross.as_ref(), column);
                tested.raw.profile(&target, rows)
            }
        };
        let components = prior.least_squares(None, tested, column)?;
        let selected = match upstream {
            Some(up) => self
                .candidates
                .selections()
                .into_iter()
                .map(|shrinkage| {
                    let directions = prior.leading(up, shrinkage)?;
                    prior.least_squares(Some(directions.as_ref()), tested, column)
                })
                .collect::<Result<_, DataError>>()?,
            None => Vec::new(),
        };
        Ok(HeldOut { task, rows, rank: self.rows.rank(), priors, raw, components, selected })
    }
}

impl Prior {
    /// How many directions have a variance.
    fn rank(&self) -> usize {
        let largest = self.eigenvalues.first().copied().unwrap_or(0.0);
        self.eigenvalues.iter().take_while(|e| **e > 1e-10 * largest).count()
    }

    /// Σ̂^{-1/2}W of the leading eigenvectors W of S_{η,v}, along Σ̂'s eigenvectors.
    fn leading(&self, up: &Upstream, shrinkage: Shrinkage) -> Result<Mat<f64>, DataError> {
        let rank = self.rank();
        let roots: Vec<f64> = self.eigenvalues.iter().take(rank).map(|e| e.sqrt()).collect();
        let mut factor = product(self.vectors.transpose(), up.factor.as_ref(), Threads::One);
        factor.truncate(rank, factor.ncols());
        scale_rows(factor.as_mut(), &roots);
        let terms = factor.ncols();
        let diagonal = shrinkage.prior(self.eigenvalues.get(..rank).unwrap_or(&[]), up.total);
        // The leading principal components, and what the tasks' directions add to them.
        let head = if shrinkage.eta == 0.0 { 0 } else { rank.min(SELECTED) };
        let tail = orthonormal(factor.get(head.., ..).to_owned(), Threads::One)?;
        let tail = if head == rank { Mat::zeros(0, 0) } else { tail };
        let size = head + tail.ncols();
        let basis = Mat::from_fn(rank, size, |i, j| match (i.checked_sub(head), j.checked_sub(head)) {
            (Some(i), Some(j)) => *tail.get(i, j),
            (None, None) if i == j => 1.0,
            _ => 0.0,
        });
        let along = product(basis.transpose(), factor.as_ref(), Threads::One);
        let mut weighted = basis.clone();
        scale_rows(weighted.as_mut(), &diagonal);
        let mut s = product(basis.transpose(), weighted.as_ref(), Threads::One);
        s += faer::Scale(1.0 - shrinkage.eta) * product(along.as_ref(), along.transpose(), Threads::One);
        let found = eigen(s.as_ref(), Threads::One)?;
        let kept = if head == 0 { terms.min(size) } else { size.min(SELECTED) };
        let mut directions = product(basis.as_ref(), found.vectors.get(.., ..kept), Threads::One);
        scale_rows(directions.as_mut(), &roots.iter().map(|root| root.recip()).collect::<Vec<_>>());
        Ok(directions)
    }

    /// Errors of least squares by size: on the leading principal components, or on `directions` along them.
    fn least_squares(
        &self,
        directions: Option<MatRef<'_, f64>>,
        tested: &Tested,
        column: usize,
    ) -> Result<Vec<f64>, DataError> {
        let rank = self.rank();
        let (gram, cross, sample) = (
            self.gram.get(..rank, ..rank),
            self.cross.get(..rank, column..column + 1),
            self.sample.get(.., ..rank),
        );
        let (gram, cross, sample) = match directions {
            None => {
                let mut sample = sample.to_owned();
                let mut gram = gram.to_owned();
                let mut cross = cross.to_owned();
                let lengths: Vec<f64> =
                    self.eigenvalues.iter().take(rank).map(|e| e.sqrt().recip()).collect();
                scale_columns(sample.as_mut(), &lengths);
                scale_rows(gram.as_mut(), &lengths);
                scale_columns(gram.as_mut(), &lengths);
                scale_rows(cross.as_mut(), &lengths);
                (gram, cross, sample)
            }
            Some(b) => {
                let half = product(gram, b, Threads::One);
                (
                    product(b.transpose(), half.as_ref(), Threads::One),
                    product(b.transpose(), cross, Threads::One),
                    product(sample, b, Threads::One),
                )
            }
        };
        let square = tested.moments.squares.get(column).copied().unwrap_or(f64::NAN);
        let sample =
            Sample { features: sample.as_ref(), targets: tested.sample.1.get(.., column..column + 1) };
        let found = nested(gram, &cross, &[square], &sample, tested.rows)?;
        Ok(found.into_iter().next().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests;
