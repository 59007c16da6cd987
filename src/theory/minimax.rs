//! The minimax featurization of section 5, optimal for the worst task on the sphere ‖Σ_θ^{-1/2}θ‖² = p, where Bias²
//! becomes max_j τ_j(1 − a_j)².

use super::numeric::{below, first_not, root};
use super::quantity::{NoiseVariance, SampleRatio};
use super::selection::{Regime, TaskSpectrum, left_risk};
use super::task::running;
use super::{Risk, Spectrum};

/// A minimax featurization at one sample ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Minimax {
    /// Soft, hard or null.
    pub regime: Regime,
    /// Risk of the worst task.
    pub risk: f64,
    /// Bias² of the worst task, which is the level c of the water-filling.
    pub level: f64,
    /// The common floor h of the filter in the soft regime; 0 otherwise.
    pub floor: f64,
    /// Number of atoms kept (hard), or filtered above the common floor (soft).
    pub atoms: usize,
}

/// A task spectrum prepared for minimax selection.
#[derive(Debug, Clone, PartialEq)]
pub struct MinimaxSelection {
    task: TaskSpectrum,
    /// Σ w/√τ and Σ w/τ over the top i atoms.
    inverse_roots: Vec<f64>,
    inverses: Vec<f64>,
    /// Candidate numbers of kept atoms, increasing: the vertices of the lower convex hull of the points (ρ, τ_next)
    /// over all numbers of atoms.
    hull: Vec<usize>,
}

impl MinimaxSelection {
    /// Prepares minimax selection for this task spectrum.
    #[must_use]
    pub fn new(task: TaskSpectrum) -> Self {
        let atoms: Vec<(f64, f64)> =
            task.weights().iter().copied().zip(task.energies().iter().copied()).collect();
        let positive = atoms.iter().take_while(|a| a.1 > 0.0).count();
        let (atoms, _) = atoms.split_at(positive);
        let inverse_roots = running(atoms, |(w, t)| w / t.sqrt());
        let inverses = running(atoms, |(w, t)| w / t);
        let hull = lower_hull(task.kept(), |atoms| task.next_energy(atoms));
        Self { task, inverse_roots, inverses, hull }
    }

    /// The task spectrum from which features are selected.
    #[must_use]
    pub const fn task(&self) -> &TaskSpectrum {
        &self.task
    }

    /// The better of hard and soft selection for the worst task.
    #[must_use]
    pub fn best(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Minimax {
        let hard = self.hard(sample_ratio, noise);
        match self.soft(sample_ratio, noise) {
            Some(soft) if soft.risk < hard.risk => soft,
            _ => hard,
        }
    }

    /// Least squares on the top features: minimises (τ_next + σ²)/(1 − ρ/α) over ρ < α.
    ///
    /// The objective is α times the slope of the line from (α, −σ²) to (ρ, τ_next), so the minimum is where this line
    /// is tangent to the lower convex hull of all points. Points with ρ ≥ α cannot lie below it, since the line is
    /// below 0 there. Along the vertices of the hull the slope first decreases, then increases.
    #[must_use]
    pub fn hard(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Minimax {
        let alpha = sample_ratio.get();
        // Without noise, keeping everything has risk 0 at α = rank too, where the objective is 0/0.
        let all = self.inverses.len() - 1;
        if noise.get() == 0.0 && all > 0 && self.task.kept().get(all).is_some_and(|&rank| !below(alpha, rank))
        {
            return Minimax { regime: Regime::Hard, risk: 0.0, level: 0.0, floor: 0.0, atoms: all };
        }
        let at = |atoms: usize| {
            let kept = self.task.kept().get(atoms).copied().unwrap_or(f64::NAN);
            let level = self.task.next_energy(atoms);
            let regime = if atoms > 0 { Regime::Hard } else { Regime::Null };
            Minimax { regime, risk: left_risk(level + noise.get(), alpha, kept), level, floor: 0.0, atoms }
        };
        let fits = |atoms: usize| self.task.kept().get(atoms).is_some_and(|&kept| below(kept, alpha));
        let falls = |i: usize| match (self.hull.get(i), self.hull.get(i + 1)) {
            (Some(&here), Some(&next)) => fits(next) && at(next).risk < at(here).risk,
            _ => false,
        };
        let best = first_not(0, self.hull.len().saturating_sub(1), falls);
        at(self.hull.get(best).copied().filter(|&atoms| fits(atoms)).unwrap_or(0))
    }

    /// Water-filling for α < 1: for a level c = t² the filter is a = 1 − t/√τ where that is above a common floor h,
    /// and h elsewhere, with Σ w a = α. (c + σ²)/(1 − Σ w a²/α) is quasi-convex in t, as a ratio of a convex and a
    /// concave function. Its slope is explicit between the values of t at which an atom reaches the floor.
    #[must_use]
    pub fn soft(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Option<Minimax> {
        let (alpha, noise) = (sample_ratio.get(), noise.get());
        let largest = *self.task.energies().first()?;
        let reach = self.task.reach();
        if alpha >= reach || largest == 0.0 {
            return None;
        }
        // From a floor of 0 to one common filter a = α (divided by the share of directions in reach).
        let high = largest.sqrt() * (1.0 - alpha / reach);
        let low = self.least(alpha);
        let slope = |t: f64| {
            let w = self.water(t, alpha);
            2.0 * t * (alpha - w.df2) + (t * t + noise) * w.df2_slope
        };
        let t = if low >= high || slope(high) <= 0.0 {
            high
        } else if slope(low) >= 0.0 {
            low
        } else {
            root(low, high, 1e-15, slope)?
        };
        let water = self.water(t, alpha);
        if water.df2.is_nan() || water.df2 >= alpha {
            return None;
        }
        let level = t * t;
        let risk = left_risk(level + noise, alpha, water.df2);
        Some(Minimax { regime: Regime::Soft, risk, level, floor: water.floor, atoms: water.atoms })
    }

    /// The smallest t, at which the floor is 0.
    fn least(&self, alpha: f64) -> f64 {
        if self.task.rank() <= alpha {
            return 0.0;
        }
        let fits = |atoms: usize| {
            // At t = √τ_atoms the filter of that atom reaches 0.
            let t = self.task.next_energy(atoms).sqrt();
            let (kept, inverse) = self.prefix(atoms);
            kept - t * inverse >= alpha
        };
        // Atoms with τ > t²: the first number of atoms whose filters sum to α.
        let count = self.inverse_roots.len() - 1;
        let low = first_not(1, count, |i| !fits(i));
        let (kept, inverse) = self.prefix(low);
        ((kept - alpha) / inverse).max(0.0)
    }

    /// Σ w and Σ w/√τ of the top atoms.
    fn prefix(&self, atoms: usize) -> (f64, f64) {
        let at = |sums: &[f64]| sums.get(atoms).copied().unwrap_or(f64::NAN);
        (at(self.task.kept()), at(&self.inverse_roots))
    }

    fn water(&self, t: f64, alpha: f64) -> FilterLevel {
        let reach = self.task.reach();
        let floor = |atoms: usize| {
            let (kept, inverse) = self.prefix(atoms);
            if kept < reach { ((alpha - kept) + t * inverse) / (reach - kept) } else { f64::NEG_INFINITY }
        };
        let above = |i: usize| {
            let root = self.task.next_energy(i).sqrt();
            root > t && 1.0 - t / root > floor(i)
        };
        let low = first_not(0, self.inverse_roots.len() - 1, above);
        let (kept, inverse) = self.prefix(low);
        let squares = self.inverses.get(low).copied().unwrap_or(f64::NAN);
        let h = if kept < reach { floor(low).max(0.0) } else { 0.0 };
        FilterLevel {
            atoms: low,
            floor: h,
            df2: kept - 2.0 * t * inverse + t * t * squares + h * h * (reach - kept),
            df2_slope: 2.0 * (t * squares - inverse + h * inverse),
        }
    }

    /// Risk of the worst task at any ridge, from the spectrum of a choice and its average risk: (max τ(1−a)² + σ²)/D.
    pub(crate) fn worst_risk(&self, choice: &Minimax, spectrum: &Spectrum, average: &Risk) -> f64 {
        let left = |s: f64| (average.kappa / (s + average.kappa)).powi(2);
        let energies = self.task.energies();
        let worst = if choice.regime == Regime::Soft {
            let atoms = spectrum.eigenvalues().iter().zip(energies);
            atoms.map(|(&s, &t)| t * left(s)).fold(0.0, f64::max)
        } else {
            // Kept features share one eigenvalue; of the dropped ones the strongest gives the worst task.
            let kept = spectrum.eigenvalues().first().zip(energies.first());
            let next = self.task.next_energy(choice.atoms);
            kept.map_or(0.0, |(&s, &t)| if average.kappa == 0.0 { 0.0 } else { t * left(s) }).max(next)
        };
        let total = average.bias + average.noise;
        if worst == average.bias || total == 0.0 {
            return average.risk;
        }
        (worst + average.noise) * (average.risk / total)
    }

    /// The spectrum of a choice returned by [`MinimaxSelection::best`], mean eigenvalue 1.
    #[must_use]
    pub fn spectrum(&self, choice: &Minimax) -> Spectrum {
        if choice.regime != Regime::Soft {
            return self.task.top(choice.atoms);
        }
        let t = choice.level.sqrt();
        self.task
            .featurize(|i, energy| {
                // s = a/(1 − a) at κ = 1.
                if i < choice.atoms { (energy.sqrt() - t) / t } else { choice.floor / (1.0 - choice.floor) }
            })
            .normalized()
    }
}

/// Indices of the points (x, y(i)) on their lower convex hull; x increases.
fn lower_hull(x: &[f64], y: impl Fn(usize) -> f64) -> Vec<usize> {
    let at = |i: usize| (x.get(i).copied().unwrap_or(f64::NAN), y(i));
    let mut hull: Vec<usize> = Vec::new();
    for i in 0..x.len() {
        let new = at(i);
        while let [.., before, last] = *hull.as_slice() {
            let ((x0, y0), (x1, y1)) = (at(before), at(last));
            // Remove the last point if it is on or above the line from its predecessor to the new point.
            if (y1 - y0) * (new.0 - x0) < (new.1 - y0) * (x1 - x0) {
                break;
            }
            hull.pop();
        }
        hull.push(i);
    }
    hull
}

/// The filter at one level.
struct FilterLevel {
    atoms: usize,
    floor: f64,
    /// Σ w a².
    df2: f64,
    df2_slope: f64,
}

#[cfg(test)]
mod tests {
    use super::super::{Ridge, fixed_point, risk};
    use super::*;

    fn ratio(a: f64) -> SampleRatio {
        SampleRatio::new(a).unwrap()
    }

    fn noise(v: f64) -> NoiseVariance {
        NoiseVariance::new(v).unwrap()
    }

    /// Optimal number of kept atoms compared with all numbers, on spectra of many shapes.
    #[test]
    fn hard_selection_is_the_best_number_of_atoms() {
        let mut state = 7_u64;
        let mut uniform = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        for case in 0..300 {
            let count = 1 + (20.0 * uniform()) as usize;
            let mut energies: Vec<f64> = (0..count).map(|_| (6.0 * uniform() - 3.0).exp()).collect();
            energies.sort_by(|a, b| b.total_cmp(a));
            if case % 3 == 0 {
                energies.push(0.0);
            }
            let weight = 1.0 / energies.len() as f64;
            let task = TaskSpectrum::new(energies.iter().map(|t| (weight, *t))).unwrap();
            let selection = MinimaxSelection::new(task.clone());
            for _ in 0..8 {
                let (a, v) = (0.02 + 1.5 * uniform(), if uniform() < 0.2 { 0.0 } else { uniform() });
                let all = task.kept().iter().enumerate().filter(|(_, kept)| **kept < a - 1e-9);
                let risks = all.map(|(i, kept)| {
                    let next = task.energies().get(i).copied().unwrap_or(0.0);
                    (next + v) / (1.0 - kept / a)
                });
                let least = risks.fold(f64::INFINITY, f64::min);
                let got = selection.hard(ratio(a), noise(v)).risk;
                assert!((got - least).abs() <= 1e-12 * least, "{got} {least}: {energies:?} {a} {v}");
            }
        }
    }

    /// Risk of the worst task for any ridgeless featurization, from its spectrum.
    fn worst(spectrum: &Spectrum, a: f64, v: f64) -> f64 {
        let kappa = fixed_point::solve(spectrum, a, 0.0, None);
        let sums = fixed_point::sums(spectrum, kappa);
        let filtered =
            spectrum.weights().iter().zip(spectrum.eigenvalues()).zip(spectrum.weighted_energies());
        let bias = filtered.map(|((w, s), e)| e / w * (kappa / (s + kappa)).powi(2)).fold(0.0, f64::max);
        let unreached =
            if spectrum.rank() < 1.0 { spectrum.unreachable() / (1.0 - spectrum.rank()) } else { 0.0 };
        (bias.max(unreached) + v) / (1.0 - sums.df2 / a)
    }

    #[test]
    fn the_spectrum_has_the_worst_risk() {
        let energies: Vec<f64> = (1..=80).map(|j| 8.0 / f64::from(j).powf(1.3)).collect();
        let selection = MinimaxSelection::new(TaskSpectrum::uniform(&energies).unwrap());
        let mut regimes = Vec::new();
        for a in [0.05, 0.2, 0.5, 0.8, 0.99, 1.4] {
            for v in [1e-6, 1e-3, 0.1, 30.0] {
                let best = selection.best(ratio(a), noise(v));
                regimes.push(best.regime);
                let spectrum = selection.spectrum(&best);
                let average = risk::evaluate(&spectrum, ratio(a), Ridge::ZERO, noise(v)).unwrap();
                let expected = selection.worst_risk(&best, &spectrum, &average);
                assert!((expected - best.risk).abs() < 1e-8 * best.risk, "α={a} σ²={v}: {expected} {best:?}");
                if best.regime == Regime::Soft {
                    let spectrum = selection.spectrum(&best);
                    let got = worst(&spectrum, a, v);
                    assert!((got - best.risk).abs() < 1e-8 * best.risk, "α={a} σ²={v}: {got} {best:?}");
                    let average = risk::evaluate(&spectrum, ratio(a), Ridge::ZERO, noise(v)).unwrap().risk;
                    assert!(average <= best.risk * (1.0 + 1e-12), "{average} {best:?}");
                }
            }
        }
        assert!([Regime::Soft, Regime::Hard].iter().all(|r| regimes.contains(r)), "{regimes:?}");
        let flat = MinimaxSelection::new(TaskSpectrum::new([(1.0, 1.0)]).unwrap());
        assert_eq!(flat.best(ratio(0.9), noise(1.0)).regime, Regime::Null);
    }

    /// Soft selection compared with all filters of three atoms on a fine lattice, at Σ w a = α.
    #[test]
    fn soft_against_brute_force() {
        let (w, t) = ([0.2, 0.3, 0.5], [4.0, 1.0, 0.2]);
        let selection = MinimaxSelection::new(TaskSpectrum::new(w.into_iter().zip(t)).unwrap());
        for (a, v) in [(0.3, 0.1), (0.6, 0.02), (0.85, 0.01), (0.1, 1.0)] {
            let soft = selection.soft(ratio(a), noise(v)).unwrap();
            let steps = 400;
            let mut best = f64::INFINITY;
            for i in 0..steps {
                for j in 0..steps {
                    let (x, y) = (i as f64 / steps as f64, j as f64 / steps as f64);
                    let z = (a - w[0] * x - w[1] * y) / w[2];
                    if !(0.0..1.0).contains(&z) {
                        continue;
                    }
                    let filter = [x, y, z];
                    let bias = (0..3).map(|k| t[k] * (1.0 - filter[k]).powi(2)).fold(0.0, f64::max);
                    let df2: f64 = (0..3).map(|k| w[k] * filter[k] * filter[k]).sum();
                    best = best.min((bias + v) / (1.0 - df2 / a));
                }
            }
            assert!(soft.risk <= best * (1.0 + 1e-12), "α={a}: {soft:?} {best}");
            assert!(best < soft.risk * 1.01, "α={a}: {soft:?} {best}");
        }
    }

    /// Without noise least squares on all directions has risk 0 for every task, at α = rank as above it.
    #[test]
    fn without_noise_all_directions_have_no_risk_from_the_rank_on() {
        for energies in [vec![1.0], vec![1.7, 0.3], vec![2.0, 1.0, 0.5, 0.0]] {
            let weight = 1.0 / energies.len() as f64;
            let task = TaskSpectrum::new(energies.iter().map(|t| (weight, *t))).unwrap();
            let (selection, rank) = (MinimaxSelection::new(task.clone()), task.rank());
            for alpha in [rank, rank + 1e-3, 3.0] {
                let best = selection.best(ratio(alpha), noise(0.0));
                assert_eq!((best.risk, best.regime), (0.0, Regime::Hard), "{energies:?} {alpha}");
            }
            assert!(selection.best(ratio(rank - 1e-3), noise(0.0)).risk > 0.0);
            assert!(selection.best(ratio(rank), noise(1e-3)).risk > 1e-3);
        }
    }
}
