//! Construction of spectra from atoms, directions and counts: values are checked and equal eigenvalues merged.

use super::{NEGLIGIBLE, SAME, Shifted, Spectrum, TestSums, snap};
use crate::theory::numeric::sum;
use crate::theory::quantity::{LARGEST, TheoryError};

impl Spectrum {
    /// A spectrum from atoms (w, s, τ): share of the p directions, eigenvalue of M = Σ_x^{1/2} F Σ_x^{1/2}, and task
    /// energy p·uᵀΣ_x^{1/2}Σ_θΣ_x^{1/2}u (may be negative where it is an unbiased estimate).
    ///
    /// # Errors
    /// If there is no atom, if weights are not positive or do not sum to 1 (to 1e-6; they are then normalised), if an
    /// eigenvalue is negative, or if a number exceeds 1e100 (or all eigenvalues are below 1e-100).
    pub fn new(atoms: impl IntoIterator<Item = (f64, f64, f64)>) -> Result<Self, TheoryError> {
        Self::of(atoms.into_iter().map(|(w, s, t)| (w, s, t, 1.0)).collect(), false)
    }

    /// A spectrum with a test covariance: atoms (w, s, τ, ρ), ρ ≥ 0 the ratio of the test covariance's eigenvalue to
    /// the downstream one's.
    ///
    /// # Errors
    /// Errors of [`Spectrum::new`], and for a ratio that is negative or above 1e100.
    pub fn shifted(atoms: impl IntoIterator<Item = (f64, f64, f64, f64)>) -> Result<Self, TheoryError> {
        Self::of(atoms.into_iter().collect(), true)
    }

    fn of(mut atoms: Vec<Shifted>, test: bool) -> Result<Self, TheoryError> {
        let wrong = |what: String| Err(TheoryError::Spectrum(what));
        for &(w, s, t, ratio) in &atoms {
            if !(0.0..=LARGEST).contains(&ratio) {
                return wrong(format!(
                    "test eigenvalues must be from 0 to {LARGEST:e} times the downstream ones, got {ratio:?}"
                ));
            }
            if !(w.is_finite() && w > 0.0) {
                return wrong(format!("weights of a spectrum must be above 0, got {w:?}"));
            }
            if !(0.0..=LARGEST).contains(&s) {
                return wrong(format!(
                    "eigenvalues of a spectrum must be at least 0 and at most {LARGEST:e}, got {s:?}"
                ));
            }
            if t.is_nan() || t.abs() > LARGEST {
                return wrong(format!(
                    "energies of a spectrum must be at most {LARGEST:e} in size, got {t:?}"
                ));
            }
        }
        let total = sum(atoms.iter().map(|a| a.0));
        if atoms.is_empty() || (total - 1.0).abs() > 1e-6 {
            return wrong(format!("weights of a spectrum must sum to 1, got {total:?}"));
        }
        atoms.sort_by(|a, b| b.1.total_cmp(&a.1));
        let largest = atoms.first().map_or(0.0, |a| a.1);
        if largest > 0.0 && largest < LARGEST.recip() {
            return wrong(format!(
                "the largest eigenvalue of a spectrum must be 0 or from {:e} to {LARGEST:e}, got {largest:e}",
                LARGEST.recip()
            ));
        }
        let negligible = |s: f64| s > 0.0 && s < NEGLIGIBLE * largest;
        let lost = sum(atoms.iter().filter(|a| negligible(a.1)).map(|a| a.0)) / total;
        atoms.iter_mut().filter(|a| negligible(a.1)).for_each(|a| a.1 = 0.0);

        let mut spectrum = Self {
            weights: Vec::new(),
            eigenvalues: Vec::new(),
            energies: Vec::new(),
            rank: 0.0,
            unreachable: 0.0,
            signal: sum(atoms.iter().map(|a| a.0 * a.2)) / total,
            mean: 0.0,
            lost,
            test: None,
            cut: 0.0,
        };
        let mut sums = TestSums { weights: Vec::new(), energies: Vec::new(), unreachable: 0.0, cut: 0.0 };
        for block in atoms.chunk_by(|a, b| a.1 - b.1 <= SAME * a.1) {
            let weight = sum(block.iter().map(|a| a.0)) / total;
            let energy = sum(block.iter().map(|a| a.0 * a.2)) / total;
            let tested = sum(block.iter().map(|a| a.0 * a.2 * a.3)) / total;
            if block[0].1 > 0.0 {
                sums.weights.push(sum(block.iter().map(|a| a.0 * a.3)) / total);
                sums.energies.push(tested);
                spectrum.weights.push(weight);
                spectrum.eigenvalues.push(block[0].1);
                spectrum.energies.push(energy);
            } else {
                spectrum.unreachable = energy;
                sums.unreachable = tested;
            }
        }
        spectrum.rank = snap(sum(spectrum.weights.iter().copied()));
        spectrum.mean = spectrum.measure_mean();
        Ok(spectrum.with_test(test.then_some(sums)))
    }

    /// A spectrum from p directions (s, τ) of equal weight 1/p.
    ///
    /// # Errors
    /// Errors of [`Spectrum::new`].
    pub fn uniform(directions: &[(f64, f64)]) -> Result<Self, TheoryError> {
        Self::counted(directions.iter().map(|&(s, t)| (1, s, t)))
    }

    /// A spectrum from blocks (count, s, τ) of equal directions.
    ///
    /// # Errors
    /// Errors of [`Spectrum::new`].
    pub fn counted(
        blocks: impl IntoIterator<Item = (usize, f64, f64), IntoIter: Clone>,
    ) -> Result<Self, TheoryError> {
        Self::counts(blocks.into_iter().map(|(count, s, t)| (count, s, t, 1.0)), false)
    }

    /// A spectrum with a test covariance from blocks (count, s, τ, ρ) of equal directions.
    ///
    /// # Errors
    /// Errors of [`Spectrum::shifted`].
    pub fn counted_shifted(
        blocks: impl IntoIterator<Item = (usize, f64, f64, f64), IntoIter: Clone>,
    ) -> Result<Self, TheoryError> {
        Self::counts(blocks.into_iter(), true)
    }

    fn counts(
        blocks: impl Iterator<Item = (usize, f64, f64, f64)> + Clone,
        test: bool,
    ) -> Result<Self, TheoryError> {
        // Exact counts give exact shares: 200 of 1000 is 0.2, not a sum of 200 roundings.
        let p = blocks.clone().map(|b| b.0).sum::<usize>() as f64;
        let atoms = blocks.map(|(count, s, t, ratio)| (count as f64 / p, s, t, ratio)).collect();
        Self::of(atoms, test).map(|mut spectrum| {
            for w in &mut spectrum.weights {
                *w = (*w * p).round() / p;
            }
            spectrum.rank = (spectrum.rank * p).round() / p;
            spectrum.mean = spectrum.measure_mean();
            spectrum
        })
    }

    /// A spectrum from checked atoms (w, s, τ) sorted by decreasing s ≥ 0 with weights that sum to 1; nothing is
    /// merged.
    pub(crate) fn sorted(atoms: impl ExactSizeIterator<Item = (f64, f64, f64)>) -> Self {
        let mut spectrum = Self {
            weights: Vec::with_capacity(atoms.len()),
            eigenvalues: Vec::with_capacity(atoms.len()),
            energies: Vec::with_capacity(atoms.len()),
            rank: 0.0,
            unreachable: 0.0,
            signal: 0.0,
            mean: 0.0,
            lost: 0.0,
            test: None,
            cut: 0.0,
        };
        for (w, s, t) in atoms {
            if s > 0.0 {
                spectrum.weights.push(w);
                spectrum.eigenvalues.push(s);
                spectrum.energies.push(w * t);
            } else {
                spectrum.unreachable += w * t;
            }
        }
        spectrum.rank = snap(sum(spectrum.weights.iter().copied()));
        spectrum.signal = sum(spectrum.energies.iter().copied()) + spectrum.unreachable;
        spectrum.mean = spectrum.measure_mean();
        spectrum
    }
}
