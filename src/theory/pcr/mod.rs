//! Oracle principal component regression (section 5): the top directions of a featurization, taken from the
//! population covariance, keep their eigenvalues; the others are dropped.

mod at_ridge;
mod cuts;
mod nearby;
mod shifted;
mod table;
#[cfg(test)]
mod tests;
mod tuned;

use std::sync::{Arc, OnceLock};

use super::Spectrum;
use super::numeric::sum;
use super::quantity::{NoiseVariance, RidgeChoice, SampleRatio};
use super::risk::Risk;
use super::spectrum::TestSums;
use cuts::{Best, Cuts};
use table::Table;
use tuned::Scan;

/// The spectrum with only its top `share` of the directions kept, s = 0 on the others. Of an eigenvalue that several
/// directions have in common a random subspace is kept: the mean over all of them (section 11.6). With k the kept and φ the
/// dropped share, T = Σ wτ, A = Σ wρτ and ρ̄ the mean ρ over that eigenvalue, the projector P has E P = k and
/// E PρP = k²ρ + kφρ̄, so that the test bias is (1−a)²(k²A + kφρ̄T) + 2(1−a)·kφ(A − ρ̄T) + φ²A + kφρ̄T.
#[must_use]
pub fn keep(spectrum: &Spectrum, share: f64) -> Spectrum {
    let mut budget = share;
    let dropped = (1.0 - spectrum.rank()).max(0.0);
    let (w, s, e) = (spectrum.weights(), spectrum.eigenvalues(), spectrum.weighted_energies());
    let mut atoms = Vec::with_capacity(w.len() + 2);
    let mut tail = (dropped, spectrum.unreachable());
    let mut parts = Vec::new();
    for ((&w, &s), &e) in w.iter().zip(s).zip(e) {
        // A share within rounding of the whole atom counts as the whole atom.
        let kept = if budget >= w * (1.0 - 1e-9) { w } else { budget.max(0.0) };
        budget -= kept;
        if kept > 1e-12 * w {
            atoms.push((kept, s, e / w));
            parts.push(kept / w);
        }
        tail = (tail.0 + (w - kept), tail.1 + e * ((w - kept) / w));
    }
    if tail.0 > 0.0 {
        atoms.push((tail.0, 0.0, tail.1 / tail.0));
    }
    let test = spectrum.test().map(|test| {
        let (weights, energies) = (test.weights(), test.weighted_energies());
        let mut sums = TestSums {
            weights: weights.iter().zip(&parts).map(|(v, part)| v * part).collect(),
            energies: Vec::with_capacity(parts.len()),
            unreachable: test.unreachable() + sum(energies.iter().skip(parts.len()).copied()),
            cut: 0.0,
        };
        let plain = w.iter().zip(e);
        for (((weight, tested), (w, energy)), part) in weights.iter().zip(energies).zip(plain).zip(&parts) {
            // ρ̄T: the weighted energy if ρ and τ were uncorrelated.
            let (left, unrelated) = (1.0 - part, weight / w * energy);
            let both = part * left * unrelated;
            sums.energies.push(part * part * tested + both);
            sums.unreachable += left * left * tested + both;
            sums.cut += part * left * (tested - unrelated);
        }
        sums
    });
    Spectrum::sorted(atoms.into_iter()).with_lost(spectrum.lost()).with_test(test)
}

/// The best number of principal components at every sample ratio for a given ridge. Directions that share an
/// eigenvalue are kept or dropped together.
#[derive(Debug, Clone)]
pub struct Pcr {
    cuts: Cuts,
    /// Table of sums, made when it is first needed.
    table: OnceLock<Arc<Table>>,
    /// Sums for searches for the best ridge, made when they are first needed.
    scan: OnceLock<Option<Arc<Scan>>>,
}

impl PartialEq for Pcr {
    fn eq(&self, other: &Self) -> bool {
        self.cuts == other.cuts
    }
}

impl Pcr {
    /// Orders the components by the eigenvalues of `raw`, the spectrum of the covariates (F = I).
    #[must_use]
    pub fn new(raw: Spectrum) -> Self {
        Self { cuts: Cuts::new(raw), table: OnceLock::new(), scan: OnceLock::new() }
    }

    /// The spectrum of the raw covariates.
    #[must_use]
    pub const fn raw(&self) -> &Spectrum {
        self.cuts.raw()
    }

    /// The best share k/p of components at this ridge, and its risk.
    #[must_use]
    pub fn best(&self, sample_ratio: SampleRatio, choice: RidgeChoice, noise: NoiseVariance) -> (f64, f64) {
        self.share_of(self.best_cut(sample_ratio, choice, noise))
    }

    /// The spectrum of the best size, mean eigenvalue 1.
    #[must_use]
    pub fn spectrum(&self, sample_ratio: SampleRatio, choice: RidgeChoice, noise: NoiseVariance) -> Spectrum {
        self.cuts.spectrum(self.best_cut(sample_ratio, choice, noise).kept).normalized()
    }

    /// The best number of components below n at λ = 0, as a share of p, and its risk. For isotropic tasks this is
    /// hard selection.
    #[must_use]
    pub fn least_squares(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> (f64, f64) {
        self.share_of(self.cuts.least_squares(self.raw().snapped(sample_ratio.get()), noise.get()))
    }

    fn share_of(&self, best: Best) -> (f64, f64) {
        (self.cuts.size(best.kept).share, best.risk)
    }

    pub(crate) fn best_cut(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Best {
        let alpha = self.raw().snapped(sample_ratio.get());
        match choice {
            RidgeChoice::Fixed(ridge) => {
                let table = || self.table.get_or_init(|| Arc::new(Table::new(&self.cuts))).as_ref();
                at_ridge::best(&self.cuts, table, sample_ratio, ridge, noise)
            }
            RidgeChoice::Optimal | RidgeChoice::OptimalNonNegative => {
                let (noise, non_negative) = (noise.get(), choice == RidgeChoice::OptimalNonNegative);
                match self.scan() {
                    Some(scan) => tuned::best(&self.cuts, scan, (alpha, noise), non_negative).0,
                    None => shifted::best(&self.cuts, alpha, noise, non_negative),
                }
            }
        }
    }

    fn scan(&self) -> Option<&Scan> {
        self.scan.get_or_init(|| Scan::new(&self.cuts).map(Arc::new)).as_deref()
    }

    /// The risk of the best size at its best ridge; `None` for other choices of the ridge, under a test covariance, and with
    /// energies below 0.
    #[must_use]
    pub fn tuned(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Option<Risk> {
        let non_negative = match choice {
            RidgeChoice::Fixed(_) => return None,
            RidgeChoice::Optimal => false,
            RidgeChoice::OptimalNonNegative => true,
        };
        let at = (self.raw().snapped(sample_ratio.get()), noise.get());
        Some(tuned::best(&self.cuts, self.scan()?, at, non_negative).1)
    }
}
