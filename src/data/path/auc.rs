//! AUC of a task with n labelled samples, from the rows' leave-one-out scores (section 9.3).

use super::{Path, PathPoint};
use crate::data::TaskChoice;

impl Path {
    /// Of one task, or the mean over those that have two values. `None` where there is none (a numeric target), or the
    /// rows cannot tell.
    #[must_use]
    pub fn auc(&self, point: &PathPoint, task: TaskChoice) -> Option<f64> {
        if !self.shows_scores(point) {
            return None;
        }
        let pool = self.rows.pool();
        let chosen: Vec<usize> = match task {
            TaskChoice::Task(t) => vec![t],
            TaskChoice::Mean => (0..pool.tasks().len()).collect(),
        };
        let errors = self.errors(&point.at);
        let scatter = self.scatter(point);
        let share = self.share(point.at.df2);
        let of = |t: usize| {
            let wanted: Vec<f64> = pool.targets().get(.., t).iter().copied().collect();
            let error: Vec<f64> = errors.get(.., t).iter().copied().collect();
            let square = error.iter().map(|e| e * e).sum::<f64>() / error.len() as f64;
            let scores: Vec<f64> = wanted.iter().zip(&error).map(|(y, e)| y - e).collect();
            let positive = positives(&wanted)?;
            Some(moved(&scores, &positive, square * share * scatter))
        };
        let all: Vec<f64> = chosen.into_iter().map(of).collect::<Option<_>>()?;
        (!all.is_empty()).then(|| all.iter().sum::<f64>() / all.len() as f64)
    }
}

/// Which rows have the larger of two values; `None` with more of them.
fn positives(wanted: &[f64]) -> Option<Vec<bool>> {
    let least = wanted.iter().fold(f64::INFINITY, |m, &v| m.min(v));
    let most = wanted.iter().fold(f64::NEG_INFINITY, |m, &v| m.max(v));
    wanted.iter().map(|&v| if v == most { Some(true) } else { (v == least).then_some(false) }).collect()
}

/// The scores' AUC once each score scatters by `more` variance than it does.
fn moved(scores: &[f64], positive: &[bool], more: f64) -> f64 {
    let variance = |of: bool| {
        let some: Vec<f64> =
            scores.iter().zip(positive).filter(|(_, p)| **p == of).map(|(s, _)| *s).collect();
        let mean = some.iter().sum::<f64>() / some.len() as f64;
        some.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / some.len() as f64
    };
    let within = variance(true) + variance(false);
    let a = area(scores, positive);
    if within <= 0.0 {
        return a;
    }
    normal(quantile(a) * (within / (within + 2.0 * more).max(within / 20.0)).sqrt())
}

/// The area under the ROC curve, ties half, at least half a pair away from 0 and 1.
fn area(scores: &[f64], positive: &[bool]) -> f64 {
    let mut order: Vec<(f64, bool)> = scores.iter().copied().zip(positive.iter().copied()).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let ones = positive.iter().filter(|p| **p).count() as f64;
    let pairs = ones * (positive.len() as f64 - ones);
    let (mut below, mut won) = (0.0, 0.0);
    for tied in order.chunk_by(|a, b| a.0 == b.0) {
        let up = tied.iter().filter(|t| t.1).count() as f64;
        let down = tied.len() as f64 - up;
        won += up * (below + 0.5 * down);
        below += down;
    }
    let least = 0.5 / pairs;
    (won / pairs).clamp(least, 1.0 - least)
}

/// Φ.
fn normal(z: f64) -> f64 {
    0.5 * erfc(-z / std::f64::consts::SQRT_2)
}

/// Φ⁻¹ of a number strictly between 0 and 1, by Newton on ln Φ from a logistic start.
fn quantile(a: f64) -> f64 {
    if a > 0.5 {
        return -quantile(1.0 - a);
    }
    let mut z = (a / (1.0 - a)).ln() / 1.702;
    for _ in 0..60 {
        let below = normal(z);
        let density = (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let step = (below.ln() - a.ln()) * below / density;
        z -= step;
        if step.abs() <= 1e-15 * z.abs().max(1.0) {
            break;
        }
    }
    z
}

/// The complementary error function to 1e-15: a series near 0, a continued fraction beyond.
fn erfc(x: f64) -> f64 {
    const ROOT: f64 = 1.772_453_850_905_516;
    if x < 0.0 {
        return 2.0 - erfc(-x);
    }
    if x < 2.0 {
        let (mut term, mut sum, mut k) = (x, x, 0.0);
        while f64::abs(term) > 1e-18 * f64::abs(sum) && k < 200.0 {
            k += 1.0;
            term *= -x * x / k;
            sum += term / (2.0 * k + 1.0);
        }
        return 1.0 - 2.0 / ROOT * sum;
    }
    let mut tail = 0.0;
    for k in (1..=120).rev() {
        tail = 0.5 * f64::from(k) / (x + tail);
    }
    (-x * x).exp() / (ROOT * (x + tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_distribution_and_its_quantiles() {
        // Abramowitz and Stegun, table 26.1.
        for (z, want) in [
            (0.0, 0.5),
            (1.0, 0.841_344_746_068_543),
            (2.5, 0.993_790_334_674_224),
            (3.5, 0.999_767_370_920_964),
        ] {
            assert!((normal(z) - want).abs() < 1e-14, "{z}: {}", normal(z));
            assert!((normal(-z) - (1.0 - want)).abs() < 1e-14);
        }
        for a in [1e-9, 1e-3, 0.2, 0.5, 0.7, 0.999] {
            assert!((normal(quantile(a)) / a - 1.0).abs() < 1e-12, "{a}");
        }
    }

    #[test]
    fn areas_count_pairs_and_ties_half() {
        let positive = [true, false, true, false];
        assert_eq!(area(&[0.9, 0.1, 0.5, 0.5], &positive), 0.875);
        assert_eq!(area(&[1.0, 0.0, 1.0, 0.0], &positive), 1.0 - 0.125);
    }

    /// Gaussian scores, two apart, variance 1 each: AUC Φ(2/√2); with 3 more each Φ(2/√8).
    #[test]
    fn more_scatter_moves_the_area_as_for_normal_scores() {
        let count = 4000;
        let scores: Vec<f64> = (0..count)
            .map(|i| quantile((f64::from(i / 2) + 0.5) / f64::from(count / 2)) + f64::from(i % 2) * 2.0)
            .collect();
        let positive: Vec<bool> = (0..count).map(|i| i % 2 == 1).collect();
        assert!((moved(&scores, &positive, 0.0) - normal(2.0_f64.sqrt())).abs() < 1e-3);
        assert!((moved(&scores, &positive, 3.0) - normal(2.0 / 8.0_f64.sqrt())).abs() < 1e-3);
        assert_eq!(positives(&[1.0, 2.0, 3.0]), None);
    }
}
