//! Oracle principal component regression (section 5): only the top directions of a featurization are kept, as
//! population directions, with their own eigenvalues.

use super::numeric::{below, highest, same_share};
use super::quantity::{NoiseVariance, Ridge, RidgeChoice, SampleRatio};
use super::selection::left_risk;
use super::spectrum::{TestSums, sum};
use super::{Spectrum, risk};

/// The spectrum with only its top `share` of the directions kept, s = 0 on the others. An eigenvalue that several
/// directions have in common is cut in proportion: which of them are kept makes no difference on average.
#[must_use]
pub fn keep(spectrum: &Spectrum, share: f64) -> Spectrum {
    let mut budget = share;
    let dropped = (1.0 - spectrum.rank()).max(0.0);
    let (w, s, e) = (spectrum.weights(), spectrum.eigenvalues(), spectrum.weighted_energies());
    let mut atoms = Vec::with_capacity(w.len() + 2);
    let mut tail = (dropped, spectrum.unreachable());
    let mut parts = Vec::new();
    for ((&w, &s), &e) in w.iter().zip(s).zip(e) {
        // A share within rounding of the whole atom is the whole atom.
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
        let part = |of: &[f64]| -> Vec<f64> { of.iter().zip(&parts).map(|(v, part)| v * part).collect() };
        let energies = part(test.weighted_energies());
        let dropped = |i: usize| 1.0 - parts.get(i).copied().unwrap_or(0.0);
        let rest = sum(test.weighted_energies().iter().enumerate().map(|(i, e)| e * dropped(i)));
        TestSums { weights: part(test.weights()), energies, unreachable: test.unreachable() + rest }
    });
    Spectrum::sorted(atoms.into_iter()).with_lost(spectrum.lost()).with_test(test)
}

/// The best number of principal components at every sample ratio, at the ridge in force.
///
/// Of an eigenvalue shared by several directions either all are worth keeping or none. Among many distinct eigenvalues
/// the sizes are searched coarse to fine, except for least squares (λ = 0, k < n), where all are compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Pcr {
    raw: Spectrum,
    /// Share and dropped signal for the top i eigenvalues, i = 0..=len.
    cuts: Vec<(f64, f64)>,
    /// The same as a test covariance weighs them: Σ wρ of what is kept, Σ wρτ of what is dropped; else empty.
    tested: Vec<(f64, f64)>,
}

/// How many eigenvalues are kept, and the risk with them.
type Cut = (usize, f64);

impl Pcr {
    /// `raw` is the spectrum whose order decides which components come first: the covariates' own, F = I.
    #[must_use]
    pub fn new(raw: Spectrum) -> Self {
        let (cuts, tested) = (cuts(&raw), raw.test().map_or_else(Vec::new, cuts));
        Self { raw, cuts, tested }
    }

    /// The spectrum of the raw covariates.
    #[must_use]
    pub const fn raw(&self) -> &Spectrum {
        &self.raw
    }

    /// The share k/p of components that does best at this ridge, and its risk.
    #[must_use]
    pub fn best(&self, sample_ratio: SampleRatio, choice: RidgeChoice, noise: NoiseVariance) -> (f64, f64) {
        let (kept, risk) = self.best_cut(sample_ratio, choice, noise);
        (self.cuts.get(kept).map_or(0.0, |cut| cut.0), risk)
    }

    /// The spectrum of the best size, mean eigenvalue 1.
    #[must_use]
    pub fn spectrum(&self, sample_ratio: SampleRatio, choice: RidgeChoice, noise: NoiseVariance) -> Spectrum {
        self.cut(self.best_cut(sample_ratio, choice, noise).0).normalized()
    }

    /// The same among the sizes k < n without ridge: where tasks are isotropic, hard selection.
    #[must_use]
    pub fn least_squares(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> (f64, f64) {
        let (kept, risk) = self.least_squares_cut(sample_ratio, noise);
        (self.cuts.get(kept).map_or(0.0, |cut| cut.0), risk)
    }

    pub(crate) fn best_cut(
        &self,
        sample_ratio: SampleRatio,
        choice: RidgeChoice,
        noise: NoiseVariance,
    ) -> Cut {
        match choice {
            RidgeChoice::Fixed(ridge) => self.at_ridge(sample_ratio, ridge, noise),
            RidgeChoice::Optimal => self.tuned(sample_ratio, noise, false),
            RidgeChoice::OptimalNonNegative => self.tuned(sample_ratio, noise, true),
        }
    }

    fn least_squares_cut(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Cut {
        let (alpha, noise) = (self.raw.snapped(sample_ratio.get()), noise.get());
        // n = k is the pole, unless nothing is left to diverge.
        let fits = |&(_, &(kept, lost)): &(usize, &(f64, f64))| {
            below(kept, alpha) || (same_share(kept, alpha) && lost + noise == 0.0)
        };
        let cuts = self.cuts.iter().enumerate().filter(fits);
        let risks = cuts.map(|(i, &(kept, lost))| {
            let risk = left_risk(lost + noise, alpha, kept);
            let Some((weighed, missed)) = self.tested.get(i) else { return (i, risk) };
            // Least squares: the variance is R·Σ wρ/α.
            let variance = if *weighed == 0.0 || risk == 0.0 { 0.0 } else { risk * weighed / alpha };
            (i, noise + missed + variance)
        });
        let none = self.raw.test().unwrap_or(&self.raw).signal() + noise;
        risks.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap_or((0, none))
    }

    /// The top `kept` eigenvalues.
    fn cut(&self, kept: usize) -> Spectrum {
        let (w, s, e) = (self.raw.weights(), self.raw.eigenvalues(), self.raw.weighted_energies());
        let mut atoms: Vec<_> =
            w.iter().zip(s).zip(e).take(kept).map(|((&w, &s), &e)| (w, s, e / w)).collect();
        if let Some(&(share, lost)) = self.cuts.get(kept)
            && share < 1.0
        {
            atoms.push((1.0 - share, 0.0, lost / (1.0 - share)));
        }
        let test = self.raw.test().map(|test| {
            let top = |of: &[f64]| of.get(..kept).unwrap_or_default().to_vec();
            let rest = sum(test.weighted_energies().iter().skip(kept).copied());
            TestSums {
                weights: top(test.weights()),
                energies: top(test.weighted_energies()),
                unreachable: test.unreachable() + rest,
            }
        });
        Spectrum::sorted(atoms.into_iter()).with_lost(self.raw.lost()).with_test(test)
    }

    /// At a given ridge. Without one, k < n in closed form, and k > n where the bound of section 5 leaves hope:
    /// Σ w a = α makes Σ w a² ≥ α²/ρ, so that R ≥ (lost + σ²)/(1 − α/ρ). There is no such bound under a test covariance.
    fn at_ridge(&self, sample_ratio: SampleRatio, ridge: Ridge, noise: NoiseVariance) -> Cut {
        let alpha = self.raw.snapped(sample_ratio.get());
        let ridgeless = ridge.get() == 0.0;
        let mut best =
            if ridgeless { self.least_squares_cut(sample_ratio, noise) } else { (0, f64::INFINITY) };
        let first = if ridgeless { self.cuts.partition_point(|cut| !below(alpha, cut.0)) } else { 0 };
        let hopeless = |kept: usize, best: f64| {
            let Some(&(share, lost)) = self.cuts.get(kept) else { return true };
            ridgeless && self.tested.is_empty() && left_risk(lost + noise.get(), share, alpha) >= best
        };
        let risk = |kept: usize, best: f64| {
            if kept < first || hopeless(kept, best) {
                return f64::INFINITY;
            }
            risk::evaluate(&self.cut(kept).normalized(), sample_ratio, ridge, noise)
                .map_or(f64::INFINITY, |r| r.risk)
        };
        let last = self.cuts.len().saturating_sub(1);
        let coarse = sizes(first, last);
        let mut found: Option<usize> = None;
        for (at, &kept) in coarse.iter().enumerate().rev() {
            let value = risk(kept, best.1);
            if value < best.1 {
                (best, found) = ((kept, value), Some(at));
            }
        }
        // Between the coarse sizes: ever smaller steps from the best of them.
        let gap = found.and_then(|at| {
            let neighbour = coarse.get(at + 1).or_else(|| coarse.get(at.checked_sub(1)?))?;
            Some(neighbour.abs_diff(best.0))
        });
        let mut step = gap.unwrap_or(0) / 2;
        while step > 0 {
            let from = best.0;
            for kept in [from.saturating_sub(step), (from + step).min(last)] {
                let value = risk(kept, best.1);
                if value < best.1 {
                    best = (kept, value);
                }
            }
            if best.0 == from {
                step /= 2;
            }
        }
        best
    }

    /// At the best ridge: at one κ running sums give every size at once, so that size and κ are found in turns.
    fn tuned(&self, sample_ratio: SampleRatio, noise: NoiseVariance, non_negative: bool) -> Cut {
        let alpha = self.raw.snapped(sample_ratio.get());
        let mut best = self.least_squares_cut(sample_ratio, noise);
        let Some((largest, smallest)) = self.raw.range() else { return best };
        let at = |log: f64| self.all_sizes(alpha, noise.get(), log.exp(), non_negative);
        // Where the test covariance weighs what is fitted most, next to nothing may be worth fitting.
        let beyond = if self.tested.is_empty() { 4.0 } else { 14.0 };
        let (low, high) = (smallest.ln() - 9.0, largest.ln() + beyond);
        let step = ((high - low) / NODES).max(0.25);
        let mut start: Option<(f64, Cut)> = None;
        let mut log = low;
        while log < high {
            let cut = at(log);
            if start.is_none_or(|(_, known)| cut.1 < known.1) {
                start = Some((log, cut));
            }
            log += step;
        }
        let Some((mut log, mut cut)) = start else { return best };
        for _ in 0..4 {
            let risk = |log: f64| Some(self.one_size(alpha, noise.get(), log.exp(), cut.0, non_negative));
            let Some((to, _)) = highest(log - step, log + step, 28, risk, |r| -r, |_| false) else { break };
            let next = at(to);
            if next.1 >= cut.1 {
                break;
            }
            let settled = next.0 == cut.0;
            (log, cut) = (to, next);
            if settled {
                break;
            }
        }
        if cut.1 < best.1 {
            best = cut;
        }
        best
    }

    /// The best size at one κ.
    fn all_sizes(&self, alpha: f64, noise: f64, kappa: f64, non_negative: bool) -> Cut {
        let mut best = (0, f64::INFINITY);
        self.sizes_at(alpha, noise, kappa, non_negative, self.cuts.len(), |kept, risk| {
            if risk < best.1 {
                best = (kept, risk);
            }
        });
        best
    }

    fn one_size(&self, alpha: f64, noise: f64, kappa: f64, kept: usize, non_negative: bool) -> f64 {
        let mut risk = f64::INFINITY;
        self.sizes_at(alpha, noise, kappa, non_negative, kept, |at, value| {
            if at == kept {
                risk = value;
            }
        });
        risk
    }

    /// (Bias² + σ²)/(1 − df2/α), or the risk under the test covariance, of every size up to `most` that has an
    /// admissible ridge at this κ > 0.
    fn sizes_at(
        &self,
        alpha: f64,
        noise: f64,
        kappa: f64,
        non_negative: bool,
        most: usize,
        mut see: impl FnMut(usize, f64),
    ) {
        let (w, s, e) = (self.raw.weights(), self.raw.eigenvalues(), self.raw.weighted_energies());
        let (mut df1, mut df2, mut bias) = (0.0, 0.0, 0.0);
        let (mut variance, mut missed) = (0.0, 0.0);
        for (i, (_, lost)) in self.cuts.iter().enumerate().take(most.saturating_add(1)) {
            if i > 0
                && let (Some(w), Some(s), Some(e)) = (w.get(i - 1), s.get(i - 1), e.get(i - 1))
            {
                let a = s / (s + kappa);
                let b = kappa / (s + kappa);
                df1 += w * a;
                df2 += w * a * a;
                bias += e * b * b;
                if let Some(test) = self.raw.test()
                    && let (Some(w), Some(e)) =
                        (test.weights().get(i - 1), test.weighted_energies().get(i - 1))
                {
                    variance += w * a * a;
                    missed += e * b * b;
                }
            }
            // More components only take away: λ(κ) falls.
            if df2 >= alpha || (non_negative && df1 > alpha) {
                return;
            }
            let risk = (bias + lost + noise) / (1.0 - df2 / alpha);
            see(
                i,
                self.tested.get(i).map_or(risk, |(_, left)| noise + missed + left + risk * variance / alpha),
            );
        }
    }
}

/// Share and dropped signal for the top i eigenvalues, i = 0..=len.
fn cuts(spectrum: &Spectrum) -> Vec<(f64, f64)> {
    let (mut share, mut lost) = (0.0, spectrum.unreachable());
    let mut cuts = vec![(spectrum.rank(), lost)];
    for (w, e) in spectrum.weights().iter().zip(spectrum.weighted_energies()).rev() {
        share += w;
        lost += e;
        cuts.push((spectrum.rank() - share, lost));
    }
    if let Some(none) = cuts.last_mut() {
        none.0 = 0.0;
    }
    cuts.reverse();
    cuts
}

/// How finely κ is scanned at most.
const NODES: f64 = 120.0;

/// All sizes where they are few, else some of them, evenly spaced in the logarithm.
fn sizes(first: usize, last: usize) -> Vec<usize> {
    const ALL: usize = 64;
    const SOME: usize = 24;
    if last < first + ALL {
        return (first..=last).collect();
    }
    let (low, high) = ((first.max(1) as f64).ln(), (last as f64).ln());
    let mut sizes: Vec<usize> =
        (0..=SOME).map(|i| (low + (high - low) * i as f64 / SOME as f64).exp().round() as usize).collect();
    sizes.extend([first, last]);
    sizes.retain(|k| (first..=last).contains(k));
    sizes.sort_unstable();
    sizes.dedup();
    sizes
}

#[cfg(test)]
mod tests {
    use super::super::{TaskSpectrum, ridge};
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
                let (share, best) = pcr.least_squares(ratio(a), noise(v));
                let hard = task.hard(ratio(a), noise(v));
                assert!((best - hard.risk).abs() < 1e-12 * best, "{best} {hard:?}");
                assert!((share - hard.fraction).abs() < 1e-12, "{share} {hard:?}");
                let spectrum = keep(pcr.raw(), share);
                let direct = risk::evaluate(&spectrum, ratio(a), Ridge::ZERO, noise(v)).unwrap().risk;
                assert!((best - direct).abs() < 1e-12 * best, "{best} {direct}");
            }
        }
    }

    /// The wrong features first, and energies as they come: every size is tried one by one, at every kind of ridge.
    #[test]
    fn best_size_against_every_size() {
        let p = 60;
        let energy = |j: usize| if j % 7 == 3 { 5.0 } else { 0.1 };
        let raw: Vec<_> = (0..p).map(|j| (1.0 / (j / 2 + 1) as f64, energy(j))).collect();
        let pcr = Pcr::new(Spectrum::uniform(&raw).unwrap());
        let fixed = |l| RidgeChoice::Fixed(Ridge::new(l).unwrap());
        let choices = [0.0, 1e-3, 0.3, 10.0, -1e-4].map(fixed);
        for choice in choices.into_iter().chain([RidgeChoice::Optimal, RidgeChoice::OptimalNonNegative]) {
            for n in [5, 20, 59, 60, 90] {
                for v in [0.0, 0.05, 3.0] {
                    let a = ratio(n as f64 / p as f64);
                    let (share, best) = pcr.best(a, choice, noise(v));
                    let sizes = (0..=p).filter_map(|k| {
                        let cut = keep(pcr.raw(), k as f64 / p as f64).normalized();
                        Some((k, ridge::evaluate(&cut, a, choice, noise(v)).ok()?.risk))
                    });
                    let (k, want) = sizes.min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
                    // The turns of size and ridge stop at 1e-7 of a ridge's step.
                    assert!(
                        (best - want).abs() <= 1e-9 * want,
                        "{choice:?} n={n} σ²={v}: {best} at {}, {want} at {k}",
                        share * p as f64
                    );
                }
            }
        }
    }

    /// With any size allowed none is worse than keeping all, nor than any other in a dense sample of sizes.
    #[test]
    fn many_sizes_are_searched_well() {
        let raw: Vec<_> = (1..=700).map(|j| f64::from(j).recip()).map(|x| (x, 1e3 * x * x)).collect();
        let pcr = Pcr::new(Spectrum::uniform(&raw).unwrap());
        let fixed = |l| RidgeChoice::Fixed(Ridge::new(l).unwrap());
        for choice in [fixed(0.0), fixed(0.05), RidgeChoice::Optimal] {
            for a in [0.1, 0.5, 0.995, 1.2] {
                let best = pcr.best(ratio(a), choice, noise(0.1)).1;
                for k in (7..=700).step_by(21) {
                    let cut = keep(pcr.raw(), f64::from(k) / 700.0).normalized();
                    let other = ridge::evaluate(&cut, ratio(a), choice, noise(0.1)).unwrap().risk;
                    assert!(best <= other * (1.0 + 1e-4), "{choice:?} α={a}: {best} against {other} at {k}");
                }
            }
        }
    }
}
