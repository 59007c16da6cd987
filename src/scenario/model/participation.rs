//! The effective rank (tr S)²/tr S² (section 5) for many shapes of one family and a fixed second family, with the
//! fixed parts computed once.

use crate::scenario::description::Family;
use crate::scenario::population::families::{log_sum, spectrum};

/// The effective rank as a function of one of the two families of a population.
#[derive(Debug)]
pub(super) struct Participation {
    dimension: usize,
    /// ln of the fixed family's eigenvalues, in the order of the varied family's.
    kept: Vec<f64>,
    /// ln j for each direction j.
    logs: Vec<f64>,
    /// ln of Σe and Σe² over the first j of the fixed eigenvalues e, for j = 0 … p, and over those from j on. Empty
    /// for varied families without blocks of equal eigenvalues.
    leading: Vec<(f64, f64)>,
    trailing: Vec<(f64, f64)>,
}

impl Participation {
    /// For shapes of the family of `varied` over p directions; the order of one family is reversed if `reversed`.
    pub fn new(varied: &Family, kept: &Family, p: usize, reversed: bool) -> Self {
        let runs = spectrum(kept, p, "", &mut Vec::new());
        let mut kept: Vec<f64> =
            runs.iter().flat_map(|run| std::iter::repeat_n(run.log, run.count)).collect();
        if reversed {
            kept.reverse();
        }
        let is_smooth = matches!(varied, Family::PowerLaw { .. } | Family::Exponential { .. });
        let plus = |sums: &mut (f64, f64), log: f64| {
            let add = |a: f64, b: f64| log_sum([(1.0, a), (1.0, b)].into_iter());
            *sums = (add(sums.0, log), add(sums.1, 2.0 * log));
            Some(*sums)
        };
        let nothing = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        let sums = |logs: &mut dyn Iterator<Item = f64>| -> Vec<(f64, f64)> {
            std::iter::once(nothing).chain(logs.scan(nothing, plus)).collect()
        };
        let (mut leading, mut trailing) = (Vec::new(), Vec::new());
        if !is_smooth {
            leading = sums(&mut kept.iter().copied());
            trailing = sums(&mut kept.iter().rev().copied());
            trailing.reverse();
        }
        let logs = if is_smooth { (1..=p).map(|j| (j as f64).ln()).collect() } else { Vec::new() };
        Self { dimension: p, kept, logs, leading, trailing }
    }

    /// Dimension p.
    pub const fn dimension(&self) -> usize {
        self.dimension
    }

    /// Whether the fixed family's eigenvalues never increase in the order of the varied family's.
    pub fn kept_decreases(&self) -> bool {
        self.kept.is_sorted_by(|a, b| a >= b)
    }

    /// Effective rank (tr S)²/tr S², in directions.
    pub fn of(&self, varied: &Family) -> f64 {
        match *varied {
            Family::PowerLaw { exponent } => {
                self.smooth(self.kept.iter().zip(&self.logs).map(|(e, log)| e - exponent * log))
            }
            Family::Exponential { scale } => {
                self.smooth(self.kept.iter().enumerate().map(|(i, e)| e - (i + 1) as f64 / scale))
            }
            _ => {
                let runs = spectrum(varied, self.dimension, "", &mut Vec::new());
                let (Some(first), count) = (runs.first(), runs.first().map_or(0, |run| run.count)) else {
                    return f64::NAN;
                };
                let rest = runs.get(1).map_or(f64::NEG_INFINITY, |run| run.log);
                let (Some(head), Some(tail)) = (self.leading.get(count), self.trailing.get(count)) else {
                    return f64::NAN;
                };
                let total = |times: f64, head: f64, tail: f64| {
                    let both = [(1.0, times * first.log + head), (1.0, times * rest + tail)];
                    log_sum(both.into_iter().filter(|(_, log)| *log > f64::NEG_INFINITY))
                };
                (2.0 * total(1.0, head.0, tail.0) - total(2.0, head.1, tail.1)).exp()
            }
        }
    }

    fn smooth(&self, logs: impl Iterator<Item = f64> + Clone) -> f64 {
        let top = logs.clone().fold(f64::NEG_INFINITY, f64::max);
        let (sum, squares) = logs.fold((0.0, 0.0), |(sum, squares), log| {
            let energy = (log - top).exp();
            (sum + energy, squares + energy * energy)
        });
        sum * sum / squares
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::description::{Alignment, Scenario, Task};
    use crate::scenario::model::Model;

    /// Every pair of families, in either order and either one varied, against the eigenvalues of the task spectrum.
    #[test]
    fn the_participation_ratio_equals_the_effective_rank() {
        let families = [
            Family::Isotropic,
            Family::PowerLaw { exponent: 1.3 },
            Family::Exponential { scale: 4.0 },
            Family::TwoLevel { fraction: 0.2, ratio: 0.01 },
            Family::Spiked { spikes: 3, strength: 25.0 },
            Family::Sparse { fraction: 0.3 },
        ];
        for covariates in families.iter().filter(|f| !matches!(f, Family::Sparse { .. })) {
            for family in &families {
                for alignment in [Alignment::Aligned, Alignment::AntiAligned] {
                    let task = Task { family: family.clone(), alignment };
                    let scenario = Scenario {
                        dimension: 150,
                        covariates: covariates.clone(),
                        task,
                        ..Scenario::default()
                    };
                    let model = Model::new(&scenario, None, &|| false).unwrap();
                    let expected = 150.0 * model.task_spectrum().unwrap().effective_rank();
                    let reversed = alignment == Alignment::AntiAligned;
                    for (varied, kept) in
                        [(family.clone(), covariates.clone()), (covariates.clone(), family.clone())]
                    {
                        let got = Participation::new(&varied, &kept, 150, reversed).of(&varied);
                        let off = (got / expected - 1.0).abs();
                        assert!(off < 1e-11, "{covariates:?} {family:?} {alignment:?}: {got} for {expected}");
                    }
                }
            }
        }
    }
}
