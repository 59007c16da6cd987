//! Oracle principal component regression (section 5): only the top directions of a featurization are kept, as
//! population directions, with their own eigenvalues.

use super::Spectrum;
use super::quantity::{NoiseVariance, SampleRatio};
use super::selection::left_risk;

/// The spectrum with only its top `share` of the directions kept, s = 0 on the others. An eigenvalue that several
/// directions have in common is cut in proportion: which of them are kept makes no difference on average.
#[must_use]
pub fn keep(spectrum: &Spectrum, share: f64) -> Spectrum {
    let mut budget = share;
    let dropped = (1.0 - spectrum.rank()).max(0.0);
    let (w, s, e) = (spectrum.weights(), spectrum.eigenvalues(), spectrum.weighted_energies());
    let mut atoms = Vec::with_capacity(w.len() + 2);
    let mut tail = (dropped, spectrum.unreachable());
    for ((&w, &s), &e) in w.iter().zip(s).zip(e) {
        // A share within rounding of the whole atom is the whole atom.
        let kept = if budget >= w * (1.0 - 1e-9) { w } else { budget.max(0.0) };
        budget -= kept;
        if kept > 1e-12 * w {
            atoms.push((kept, s, e / w));
        }
        tail = (tail.0 + (w - kept), tail.1 + e * ((w - kept) / w));
    }
    if tail.0 > 0.0 {
        atoms.push((tail.0, 0.0, tail.1 / tail.0));
    }
    Spectrum::sorted(atoms.into_iter())
}

/// The best number of principal components at every sample ratio.
///
/// Of an eigenvalue shared by several directions either all are worth keeping or none: the risk is monotone in between.
#[derive(Debug, Clone, PartialEq)]
pub struct Pcr {
    raw: Spectrum,
    /// Share and dropped signal for the top i eigenvalues, i = 0..=len.
    cuts: Vec<(f64, f64)>,
}

impl Pcr {
    /// `raw` is the spectrum whose order decides which components come first: the covariates' own, F = I.
    #[must_use]
    pub fn new(raw: Spectrum) -> Self {
        let (mut share, mut lost) = (0.0, raw.unreachable());
        let mut cuts = vec![(raw.rank(), lost)];
        for (w, e) in raw.weights().iter().zip(raw.weighted_energies()).rev() {
            share += w;
            lost += e;
            cuts.push((raw.rank() - share, lost));
        }
        if let Some(none) = cuts.last_mut() {
            none.0 = 0.0;
        }
        cuts.reverse();
        Self { raw, cuts }
    }

    /// The spectrum of the raw covariates.
    #[must_use]
    pub const fn raw(&self) -> &Spectrum {
        &self.raw
    }

    /// The share k/p < α of components that least squares does best with, and its risk.
    #[must_use]
    pub fn best(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> (f64, f64) {
        let alpha = sample_ratio.get();
        let risk = |&(kept, lost): &(f64, f64)| (kept, left_risk(lost + noise.get(), alpha, kept));
        // A share that equals α up to rounding is the pole.
        let fits = |&&(kept, _): &&(f64, f64)| kept < alpha * (1.0 - 1e-12);
        let best = self.cuts.iter().take_while(fits).map(risk).min_by(|a, b| a.1.total_cmp(&b.1));
        best.unwrap_or((0.0, self.raw.signal() + noise.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Ridge, TaskSpectrum, risk};
    use super::*;

    fn ratio(a: f64) -> SampleRatio {
        SampleRatio::new(a).unwrap()
    }

    fn noise(v: f64) -> NoiseVariance {
        NoiseVariance::new(v).unwrap()
    }

    #[test]
    fn isotropic_tasks_make_it_hard_selection() {
        let x: Vec<f64> = (1..=300).map(|j| f64::from(j).powf(-1.2)).collect();
        let pcr = Pcr::new(Spectrum::uniform(&x.iter().map(|&x| (x, x)).collect::<Vec<_>>()).unwrap());
        let task = TaskSpectrum::uniform(&x).unwrap();
        for a in [0.01, 0.3, 0.9, 1.0, 1.5] {
            for v in [1e-4, 0.02, 1.0] {
                let (share, best) = pcr.best(ratio(a), noise(v));
                let hard = task.hard(ratio(a), noise(v));
                assert!((best - hard.risk).abs() < 1e-12 * best, "{best} {hard:?}");
                assert!((share - hard.fraction).abs() < 1e-12, "{share} {hard:?}");
                let spectrum = keep(pcr.raw(), share);
                let direct = risk::evaluate(&spectrum, ratio(a), Ridge::ZERO, noise(v)).unwrap().risk;
                assert!((best - direct).abs() < 1e-12 * best, "{best} {direct}");
            }
        }
    }

    /// The wrong features first: every size below n is tried one by one.
    #[test]
    fn best_size_against_every_size() {
        let p = 60;
        let energy = |j: usize| if j % 7 == 3 { 5.0 } else { 0.1 };
        let raw: Vec<_> = (0..p).map(|j| (1.0 / (j / 2 + 1) as f64, energy(j))).collect();
        let pcr = Pcr::new(Spectrum::uniform(&raw).unwrap());
        for n in [5, 20, 59, 60, 90] {
            let a = ratio(n as f64 / p as f64);
            let (share, best) = pcr.best(a, noise(0.05));
            let sizes = (0..=p.min(n - 1)).map(|k| {
                let cut = keep(pcr.raw(), k as f64 / p as f64);
                (k, risk::evaluate(&cut, a, Ridge::ZERO, noise(0.05)).unwrap().risk)
            });
            let (k, want) = sizes.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            assert!((best - want).abs() < 1e-12 * want, "n={n}: {best} at {share}, {want} at {k}");
        }
    }
}
