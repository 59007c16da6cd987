//! One task left out of one shrunk estimate: the spectrum that decides what is selected, and the left-out task along it
//! (section 9.8).
//!
//! S_{η,v} is diagonal but for as many terms as there are other tasks. Eigenvalues far above the diagonal's tail do not
//! feel how that tail is spread, so the tail is represented by the few directions in which the terms and the left-out
//! task live; the rest of it stays where it is and carries none of either. The error is second order in
//! (largest entry of the tail)/(level of the selection), kept below [`TAIL`]; where the tail is needed, nothing is cut.

use faer::Mat;

use super::error::DataError;
use super::judged::{ridgeless, tuned};
use super::shrunk::{Ensembled, Selected, Shrinkage, spectrum, task_spectrum};
use crate::linalg::{self, Threads};
use crate::theory::selection::Regime;
use crate::theory::{NoiseVariance, SampleRatio, TaskSpectrum, finite};

/// Entries of the diagonal below this share of R/n, the energy that pays for its parameter, are its tail: R is then off
/// by some 1e-4 of itself.
const TAIL: f64 = 0.4;
/// Heads are multiples of this, so that one serves a range of numbers of samples.
const STEP: usize = 32;
/// No head is shorter.
const LEAST: usize = 64;

/// All that any number of samples needs.
#[derive(Debug, Clone)]
pub(super) struct Fold {
    task: TaskSpectrum,
    /// Eigenvalues of S_{η,v} from the other tasks, decreasing.
    energies: Vec<f64>,
    /// σ̄² of the other tasks: what selection goes by.
    selection_noise: NoiseVariance,
    /// The left-out task's energies along those eigenvectors, signs kept.
    left_out: Vec<f64>,
    /// Its own σ̂².
    noise: NoiseVariance,
}

/// The task left out, as all rows see it.
#[derive(Debug, Clone)]
pub(super) struct LeftOut {
    pub others: Ensembled,
    /// z, its whitened coefficients.
    pub coefficients: Vec<f64>,
    pub noise: f64,
}

/// What was selected without a task, and the risk that task has with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged {
    pub regime: Regime,
    pub kept: usize,
    /// Of the asymptotics, which representations are chosen by.
    pub risk: f64,
    /// At this n, as far as it is known exactly: of least squares on the directions kept (section 8), with an intercept.
    pub told: f64,
}

impl LeftOut {
    /// How many entries of the diagonal are resolved one by one where an energy of `level` = R/n pays for its parameter.
    pub fn head(&self, eigenvalues: &[f64], shrinkage: Shrinkage, level: f64) -> usize {
        let rank = eigenvalues.len();
        if shrinkage.eta == 0.0 || shrinkage.eta == 1.0 {
            return 0;
        }
        let prior = shrinkage.prior(eigenvalues, self.others.total);
        let head = prior.iter().filter(|&&d| d >= TAIL * level).count();
        let head = head.next_multiple_of(STEP).max(LEAST);
        // Little would be saved.
        if head + 2 * self.others.factor.ncols() + STEP >= rank { rank } else { head }
    }

    /// S_{η,v} and the task along it.
    ///
    /// # Errors
    /// Matrices that cannot be decomposed.
    pub fn fold(
        &self,
        eigenvalues: &[f64],
        rows: usize,
        shrinkage: Shrinkage,
        head: usize,
    ) -> Result<Fold, DataError> {
        let prior = shrinkage.prior(eigenvalues, self.others.total);
        // (energy, z² along it)
        let mut directions: Vec<(f64, f64)> = if shrinkage.eta == 1.0 {
            prior.iter().copied().zip(self.coefficients.iter().map(|z| z * z)).collect()
        } else {
            self.decomposed(&prior, 1.0 - shrinkage.eta, head)?
        };
        directions.sort_by(|a, b| b.0.total_cmp(&a.0));
        let energies: Vec<f64> = directions.iter().map(|d| d.0.max(0.0)).collect();
        let correction = self.noise / rows as f64;
        let variance = super::judged::variance;
        Ok(Fold {
            task: task_spectrum(&energies)?,
            energies,
            selection_noise: variance(self.others.noise)?,
            left_out: directions.iter().map(|d| d.1 - correction).collect(),
            noise: variance(self.noise)?,
        })
    }

    /// Eigenvalues of diag(prior) + share·UUᵀ and z² along their eigenvectors, with the prior's tail after `head`
    /// compressed.
    fn decomposed(&self, prior: &[f64], share: f64, head: usize) -> Result<Vec<(f64, f64)>, DataError> {
        let (rank, terms) = (prior.len(), self.others.factor.ncols());
        let z = |i: usize| self.coefficients.get(i).copied().unwrap_or(0.0);
        let entry = |i: usize| prior.get(i).copied().unwrap_or(0.0);
        let joined = |i: usize, j: usize| {
            if j < terms { *self.others.factor.get(i, j) } else { z(i) }
        };
        let size = (head + terms + 1).min(rank);
        // Columns: the terms and z, as seen from the head's directions and those that stand for the tail.
        let (seen, mut s, inert) =
            if size == rank {
                let diagonal = Mat::from_fn(rank, rank, |i, j| if i == j { entry(i) } else { 0.0 });
                (Mat::from_fn(rank, terms + 1, joined), diagonal, Vec::new())
            } else {
                let tail = Mat::from_fn(rank - head, terms + 1, |i, j| joined(head + i, j));
                let basis = linalg::orthonormal(tail.clone(), Threads::One)?;
                let along = linalg::product(basis.transpose(), tail.as_ref(), Threads::One);
                let seen = Mat::from_fn(size, terms + 1, |i, j| {
                    if i < head { joined(i, j) } else { *along.get(i - head, j) }
                });
                let mut scaled = basis.clone();
                linalg::scale_rows(scaled.as_mut(), prior.get(head..).unwrap_or(&[]));
                let middle = linalg::product(basis.transpose(), scaled.as_ref(), Threads::One);
                let s = Mat::from_fn(size, size, |i, j| match (i.checked_sub(head), j.checked_sub(head)) {
                    (Some(i), Some(j)) => *middle.get(i, j),
                    _ if i == j => entry(i),
                    _ => 0.0,
                });
                let represented: f64 = middle.diagonal().column_vector().iter().sum();
                (seen, s, inert(prior.get(head..).unwrap_or(&[]), terms + 1, represented))
            };
        let (u, z) = (seen.subcols(0, terms), seen.col(terms));
        s += faer::Scale(share) * linalg::product(u, u.transpose(), Threads::One);
        let found = linalg::eigen(s.as_ref(), Threads::One)?;
        let along = found.vectors.transpose() * z;
        let felt = found.values.iter().zip(along.iter()).map(|(&e, z)| (e, z * z));
        Ok(felt.chain(inert.into_iter().map(|e| (e, 0.0))).collect())
    }
}

/// The tail without the directions that stand for it: evenly taken, and what is left of its sum.
fn inert(tail: &[f64], without: usize, represented: f64) -> Vec<f64> {
    let count = tail.len().saturating_sub(without);
    let step = tail.len().saturating_sub(1) as f64 / count.saturating_sub(1).max(1) as f64;
    let mut kept: Vec<f64> =
        (0..count).filter_map(|i| tail.get((i as f64 * step).round() as usize)).copied().collect();
    let (all, sum) = (tail.iter().sum::<f64>(), kept.iter().sum::<f64>());
    let scale = if sum > 0.0 { ((all - represented) / sum).max(0.0) } else { 0.0 };
    kept.iter_mut().for_each(|e| *e *= scale);
    kept
}

impl Fold {
    /// By least squares on what is selected.
    pub fn judge(&self, ratio: SampleRatio) -> Result<Judged, DataError> {
        let selected = Selected::new(&self.task, self.energies.len(), ratio, self.selection_noise);
        let spectrum = spectrum(&selected.eigenvalues(&self.energies), &self.left_out)?;
        let risk = ridgeless(&spectrum, ratio, self.noise)?;
        let (n, kept) = (ratio.get() * self.energies.len() as f64, selected.kept as f64);
        let told = match selected.regime {
            Regime::Soft => risk,
            Regime::Hard | Regime::Null => risk * (1.0 - kept / n) * finite::with_intercept(n, kept),
        };
        Ok(Judged { regime: selected.regime, kept: selected.kept, risk, told })
    }

    /// The left-out task's risk with the others' covariance as its prior, at its best ridge λ ≥ 0.
    pub fn tuned(&self, ratio: SampleRatio) -> Result<f64, DataError> {
        tuned(&spectrum(&self.energies, &self.left_out)?, ratio, self.noise)
    }
}
