//! AUC of a task with n labelled samples, by leave-pair-out (section 9.3).

use faer::Mat;

use super::leave_one_out::Fit;
use super::pairs::{Placements, placements};
use super::training::centred_by_kind;
use super::{MetricEstimate, Path, PathPoint};
use crate::data::TaskChoice;

impl Path {
    /// AUC of one task, or the mean over all tasks with two values; `None` for a numeric target, or where the rows
    /// cannot estimate it.
    #[must_use]
    pub fn auc(&self, point: &PathPoint, task: TaskChoice) -> Option<MetricEstimate> {
        self.area(point, task, &|fit, positive| self.fits.placements(point.at.pool_ridge, fit, positive))
    }

    /// [`Path::auc`] for many points of a curve: with many rows the effect of leave-pair-out is interpolated.
    #[must_use]
    pub fn auc_along(&self, point: &PathPoint, task: TaskChoice) -> Option<MetricEstimate> {
        let table = (&self.scale, &self.pairs);
        self.area(point, task, &|fit, positive| {
            self.fits.placements_along(point.at.pool_ridge, fit, positive, table)
        })
    }

    fn area(
        &self,
        point: &PathPoint,
        task: TaskChoice,
        places: &dyn Fn(&Fit, &[Vec<bool>]) -> Placements,
    ) -> Option<MetricEstimate> {
        if !self.shows_scores(point) {
            return None;
        }
        let targets = self.fits.rows.pool().targets();
        let column = |t: usize| targets.get(.., t).iter().copied().collect::<Vec<f64>>();
        let positive: Vec<Vec<bool>> =
            (0..targets.ncols()).map(|t| positives(&column(t))).collect::<Option<_>>()?;
        let chosen = match task {
            TaskChoice::Task(t) => t..t + 1,
            TaskChoice::Mean => 0..targets.ncols(),
        };
        let fit = self.fits.fit(point.at.pool_ridge);
        let (scatter, share) = (self.scatter(point), self.share(point.at.df2));
        let all = places(&fit, &positive);
        let areas: Vec<MetricEstimate> =
            all.iter().zip(&positive).map(|(places, positive)| area_of(places, positive)).collect();
        let scores = self.fits.scores(&fit);
        let of_task = scores.iter().zip(&areas).zip(&positive);
        let slopes: Vec<Vec<f64>> =
            of_task.map(|((scores, area), positive)| slopes(scores, area.value, positive)).collect();
        let slopes = Mat::from_fn(self.count(), slopes.len(), |i, t| {
            slopes.get(t).and_then(|of| of.get(i)).copied().unwrap_or(f64::NAN)
        });
        let training = self.fits.training_influence(point.at.pool_ridge, &fit, slopes.as_ref());
        let of = |t: usize| {
            let errors = fit.errors.col(t);
            let square = errors.iter().map(|e| e * e).sum::<f64>() / errors.nrows() as f64;
            let scores: Vec<f64> = column(t).iter().zip(errors.iter()).map(|(y, e)| y - e).collect();
            let (area, positive) = (areas.get(t)?, positive.get(t)?);
            let least_error = least_error(area.value, positive);
            let mut area = MetricEstimate { least_error, ..inside(area.clone(), positive) };
            if let Some(training) = &training {
                area.training = training.col(t).iter().copied().collect();
                let kinds: Vec<usize> = positive.iter().map(|of| usize::from(*of)).collect();
                centred_by_kind(&mut area.training, &kinds);
            }
            area.influence = self.fits.by_unit(area.influence);
            area.training = self.fits.by_unit(area.training);
            Some(moved(area, within(&scores, positive), square * share * scatter))
        };
        MetricEstimate::mean(&chosen.map(of).collect::<Option<Vec<MetricEstimate>>>()?)
    }
}

/// Derivatives of AUC with respect to the scores, for normal scores of each kind: AUC = Φ(z), z = (m₁ − m₀)/√(v₁ + v₀)
/// with the means and variances of the scores of both kinds.
fn slopes(scores: &[f64], area: f64, positive: &[bool]) -> Vec<f64> {
    let moments = |of: bool| {
        let some = scores.iter().zip(positive).filter(|(_, p)| **p == of).map(|(s, _)| *s);
        let count = some.clone().count() as f64;
        let mean = some.clone().sum::<f64>() / count;
        (count, mean, some.map(|s| (s - mean) * (s - mean)).sum::<f64>() / count)
    };
    let (one, zero) = (moments(true), moments(false));
    let square = one.2 + zero.2;
    if square <= 0.0 {
        return vec![0.0; scores.len()];
    }
    let z = (one.1 - zero.1) / square.sqrt();
    let least = 0.5 / (one.0 * zero.0);
    let at = quantile(area.clamp(least, 1.0 - least));
    let density = (-0.5 * at * at).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let slope = |(score, of): (&f64, &bool)| {
        let ((count, mean, _), sign) = if *of { (one, 1.0) } else { (zero, -1.0) };
        density * (sign / square.sqrt() - z * (score - mean) / square) / count
    };
    scores.iter().zip(positive).map(slope).collect()
}

/// Which rows have the larger of two values; `None` if there are more than two.
fn positives(wanted: &[f64]) -> Option<Vec<bool>> {
    let least = wanted.iter().fold(f64::INFINITY, |m, &v| m.min(v));
    let most = wanted.iter().fold(f64::NEG_INFINITY, |m, &v| m.max(v));
    wanted.iter().map(|&v| if v == most { Some(true) } else { (v == least).then_some(false) }).collect()
}

/// Sum of the score variances within the two kinds of rows.
fn within(scores: &[f64], positive: &[bool]) -> f64 {
    let variance = |of: bool| {
        let some: Vec<f64> =
            scores.iter().zip(positive).filter(|(_, p)| **p == of).map(|(s, _)| *s).collect();
        let mean = some.iter().sum::<f64>() / some.len() as f64;
        some.iter().map(|s| (s - mean) * (s - mean)).sum::<f64>() / some.len() as f64
    };
    variance(true) + variance(false)
}

/// AUC after additional score variance `more`, where `within` is the sum of the current variances of both kinds.
fn moved(area: MetricEstimate, within: f64, more: f64) -> MetricEstimate {
    if within <= 0.0 {
        return area;
    }
    let shrink = (within / (within + 2.0 * more).max(within / 20.0)).sqrt();
    let z = quantile(area.value);
    // More labels never move an area below 1/2 further down: such an area is noise of uninformative features.
    let shrink = if z < 0.0 { shrink.min(1.0) } else { shrink };
    let slope = shrink * (0.5 * z * z * (1.0 - shrink * shrink)).exp();
    area.with_slope(normal(z * shrink), slope)
}

/// Area under the ROC curve, ties counting half; `None` without rows of both kinds.
#[must_use]
pub fn area(scores: &[f64], positive: &[bool]) -> Option<f64> {
    area_with_influence(scores, positive).map(|area| area.value)
}

/// Area under the ROC curve with the influence of every row; `None` without rows of both kinds.
#[must_use]
pub fn area_with_influence(scores: &[f64], positive: &[bool]) -> Option<MetricEstimate> {
    let both = positive.contains(&true) && positive.contains(&false);
    both.then(|| area_of(&placements(scores, positive), positive))
}

/// The mean placement; the influence of a row is its placement less that mean (DeLong et al. 1988).
fn area_of(places: &[f64], positive: &[bool]) -> MetricEstimate {
    let ones = positive.iter().filter(|p| **p).count() as f64;
    let zeros = positive.len() as f64 - ones;
    let area = places.iter().zip(positive).filter(|(_, of)| **of).map(|(p, _)| p).sum::<f64>() / ones;
    let influence = places.iter().zip(positive).map(|(p, &of)| (p - area) / if of { ones } else { zeros });
    MetricEstimate::new(area, influence.collect())
}

/// Standard error of an area of 0 or 1, in which every row has the same placement: that of Hanley and McNeil (1982)
/// at the area which the rule of succession gives for the smaller kind; 0 for other areas.
fn least_error(area: f64, positive: &[bool]) -> f64 {
    if area > 0.0 && area < 1.0 {
        return 0.0;
    }
    let ones = positive.iter().filter(|of| **of).count() as f64;
    let zeros = positive.len() as f64 - ones;
    let a = 1.0 - 0.5 / (ones.min(zeros) + 1.0);
    let (of_ones, of_zeros) = (a / (2.0 - a) - a * a, 2.0 * a * a / (1.0 + a) - a * a);
    ((a * (1.0 - a) + (ones - 1.0) * of_ones + (zeros - 1.0) * of_zeros) / (ones * zeros)).sqrt()
}

/// The area clipped to at least half a pair from 0 and 1, so that Φ⁻¹ of it is finite.
fn inside(area: MetricEstimate, positive: &[bool]) -> MetricEstimate {
    let ones = positive.iter().filter(|p| **p).count() as f64;
    let least = 0.5 / (ones * (positive.len() as f64 - ones));
    MetricEstimate { value: area.value.clamp(least, 1.0 - least), ..area }
}

/// Standard normal distribution function Φ.
pub(in crate::data) fn normal(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// Inverse Φ⁻¹ of the standard normal distribution function, for arguments strictly between 0 and 1.
pub(in crate::data) fn quantile(a: f64) -> f64 {
    -std::f64::consts::SQRT_2 * statrs::function::erf::erfc_inv(2.0 * a)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use rand_distr::StandardNormal;

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
        assert_eq!(area(&[0.9, 0.1, 0.5, 0.5], &positive), Some(0.875));
        assert_eq!(area(&[1.0, 0.0, 1.0, 0.0], &positive), Some(1.0), "rows tested, few as they are");
        assert_eq!(area(&[1.0, 0.0], &[true, true]), None);
    }

    /// Gaussian scores, two apart, variance 1 each: AUC Φ(2/√2); with additional variance 3 each Φ(2/√8).
    #[test]
    fn additional_variance_changes_auc_as_for_normal_scores() {
        let count = 4000;
        let scores: Vec<f64> = (0..count)
            .map(|i| quantile((f64::from(i / 2) + 0.5) / f64::from(count / 2)) + f64::from(i % 2) * 2.0)
            .collect();
        let positive: Vec<bool> = (0..count).map(|i| i % 2 == 1).collect();
        let moved = |more: f64| {
            moved(area_of(&placements(&scores, &positive), &positive), within(&scores, &positive), more)
        };
        assert!((moved(0.0).value - normal(2.0_f64.sqrt())).abs() < 1e-3);
        assert!((moved(3.0).value - normal(2.0 / 8.0_f64.sqrt())).abs() < 1e-3);
        assert_eq!(positives(&[1.0, 2.0, 3.0]), None);
    }

    /// An area of 0.4 is noise: it moves to 1/2 with more score variance, and not further below with less.
    #[test]
    fn an_area_below_a_half_does_not_fall_with_more_labels() {
        let area = || MetricEstimate::new(0.4, vec![0.1, -0.1]);
        assert_eq!(moved(area(), 2.0, -0.9).value, 0.4);
        assert!((0.4..0.5).contains(&moved(area(), 2.0, 3.0).value));
        let above = MetricEstimate { value: 0.6, ..area() };
        assert!(moved(above, 2.0, -0.9).value > 0.6);
    }

    /// Estimated standard errors compared with the variation between fresh samples of scores.
    #[test]
    fn standard_errors_match_the_spread_of_fresh_scores() {
        let (count, samples) = (80_u32, 400_u32);
        let mut random = ChaCha8Rng::seed_from_u64(5);
        for more in [0.0, 2.0] {
            let (mut areas, mut estimated) = (Vec::new(), 0.0);
            for _ in 0..samples {
                let positive: Vec<bool> = (0..count).map(|i| i % 4 == 0).collect();
                let scores: Vec<f64> = positive
                    .iter()
                    .map(|&of| random.sample::<f64, _>(StandardNormal) + if of { 1.2 } else { 0.0 })
                    .collect();
                let area = area_of(&placements(&scores, &positive), &positive);
                let found = moved(area, within(&scores, &positive), more);
                estimated += found.standard_error() / f64::from(samples);
                areas.push(found.value);
            }
            let mean = areas.iter().sum::<f64>() / areas.len() as f64;
            let spread = (areas.iter().map(|a| (a - mean).powi(2)).sum::<f64>() / areas.len() as f64).sqrt();
            // The variances on which a moved area depends vary as well.
            assert!((estimated / spread - 1.0).abs() < 0.15, "{more}: estimated {estimated}, seen {spread}");
        }
    }
}
