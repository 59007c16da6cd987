//! Accuracy of predicting the class with the highest score, with n labelled samples (section 9.4).

use faer::Mat;
use nalgebra::{DMatrix, DVectorView};

use super::leave_one_out::Fit;
use super::training::centred_by_kind;
use super::{MetricEstimate, Path, PathPoint};
use crate::data::metric::Gradient;
use crate::data::{Confusion, Metric, Pool, Prediction, Scores};
use crate::linalg::small;

/// Residual directions with less than this fraction of the largest variance count as rounding errors.
const FLOOR: f64 = 1e-9;
/// Distance between the quartiles of the standard normal distribution.
const NORMAL_QUARTILES: f64 = 1.349;

/// The class of each row if the tasks are the classes of one label file; `None` for a row of a class that is not a
/// task.
pub(super) fn classes(pool: &Pool) -> Option<Vec<Option<usize>>> {
    if pool.tasks().iter().any(|t| t.class_size.is_none()) {
        return None;
    }
    let targets = pool.targets();
    let class = |row: usize| (0..targets.ncols()).find(|&t| *targets.get(row, t) > 0.0);
    Some((0..targets.nrows()).map(class).collect())
}

/// The predictions of the rows of a class, with their positions, and the factor of each class from standardised scores
/// to shares.
struct Predicted {
    rows: Vec<(usize, Prediction)>,
    scale: Vec<f64>,
}

impl Path {
    /// Metrics of the predicted class; none unless the tasks are the classes of one file, and where the rows cannot
    /// estimate them.
    #[must_use]
    pub fn classified(&self, point: &PathPoint) -> Scores<MetricEstimate> {
        if self.classes.is_none() || !self.shows_scores(point) {
            return Scores::default();
        }
        let fit = self.fits.fit(point.at.pool_ridge);
        let Some(found) = self.predictions(point, &fit) else { return Scores::default() };
        let mut counts = Confusion::new(found.scale.len());
        found.rows.iter().for_each(|(_, prediction)| counts.add(prediction, 1.0));
        let all: Vec<(Metric, Gradient)> = Metric::of_classes()
            .filter_map(|metric| Some((metric, metric.of_predictions(&counts)?)))
            .collect();
        let mut training = self.training(point, &fit, &found, &all).into_iter();
        let mut scores = Scores::default();
        for (metric, gradient) in all {
            let mut influence = vec![0.0; self.count()];
            for (row, prediction) in &found.rows {
                influence.get_mut(*row).into_iter().for_each(|v| *v = gradient.in_weight_of(prediction));
            }
            let estimate = MetricEstimate {
                training: self.fits.by_unit(training.next().unwrap_or_default()),
                least_error: counts.least_error(),
                ..MetricEstimate::new(gradient.value, self.fits.by_unit(influence))
            };
            scores = scores.with(metric, estimate);
        }
        scores
    }

    /// The influence of each row on every metric through the fits that predict the others, one product for all metrics;
    /// none where it cannot be computed.
    fn training(
        &self,
        point: &PathPoint,
        fit: &Fit,
        found: &Predicted,
        metrics: &[(Metric, Gradient)],
    ) -> Vec<Vec<f64>> {
        let tasks = found.scale.len();
        let mut slopes = Mat::<f64>::zeros(self.count(), metrics.len() * tasks);
        for ((row, prediction), density) in found.rows.iter().zip(margin_density(&found.rows)) {
            for (i, (_, gradient)) in metrics.iter().enumerate() {
                for (class, sign) in [(prediction.class, 1.0), (prediction.rival, -1.0)] {
                    let of_class = found.scale.get(class).copied().unwrap_or(f64::NAN);
                    *slopes.get_mut(*row, i * tasks + class) +=
                        sign * gradient.gain(prediction) * density * of_class;
                }
            }
        }
        let Some(all) = self.fits.training_influence(point.at.pool_ridge, fit, slopes.as_ref()) else {
            return Vec::new();
        };
        let kinds: Option<Vec<usize>> = self
            .classes
            .as_ref()
            .map(|classes| classes.iter().map(|class| class.map_or(0, |class| class + 1)).collect());
        let of = |i: usize| {
            let mut sums = vec![0.0; self.count()];
            for t in 0..tasks {
                let column = all.col(i * tasks + t);
                sums.iter_mut().zip(column.iter()).for_each(|(sum, v)| *sum += v);
            }
            centred_by_kind(&mut sums, kinds.as_deref().unwrap_or_default());
            sums
        };
        (0..metrics.len()).map(of).collect()
    }

    fn predictions(&self, point: &PathPoint, fit: &Fit) -> Option<Predicted> {
        let classes = self.classes.as_ref()?;
        let pool = self.fits.rows.pool();
        let (scores, errors) = (self.fits.scores(fit), &fit.errors);
        let (all, count) = (self.count(), self.fits.rows.tasks());
        let rows: Vec<(usize, usize)> =
            classes.iter().enumerate().filter_map(|(row, class)| Some((row, (*class)?))).collect();
        let score =
            |row: usize, t: usize| scores.get(t).and_then(|s| s.get(row)).copied().unwrap_or(f64::NAN);
        // Mean score of each class, one column each.
        let mut means = DMatrix::<f64>::zeros(count, count);
        let mut sizes = vec![0.0_f64; count];
        for &(row, class) in &rows {
            sizes.iter_mut().skip(class).take(1).for_each(|s| *s += 1.0);
            means.column_mut(class).iter_mut().enumerate().for_each(|(t, v)| *v += score(row, t));
        }
        for (mut column, size) in means.column_iter_mut().zip(&sizes) {
            column /= size.max(1.0);
        }
        let mut residuals = DMatrix::zeros(count, rows.len());
        for (mut column, &(row, class)) in residuals.column_iter_mut().zip(&rows) {
            let of_class = means.column(class);
            column.iter_mut().zip(of_class.iter()).enumerate().for_each(|(t, (v, m))| *v = score(row, t) - m);
        }
        let sizes_of_tasks: Option<Vec<usize>> = pool.tasks().iter().map(|task| task.class_size).collect();
        let shares: Vec<f64> = sizes_of_tasks?.iter().map(|size| *size as f64 / all as f64).collect();
        let errors = DMatrix::from_fn(count, all, |t, row| *errors.get(row, t));
        let within = &residuals * residuals.transpose() / rows.len() as f64;
        let levels = &errors * errors.transpose() * (self.share(point.at.df2) / all as f64);
        let moved = transport(&within, &(&within + levels * self.scatter(point)))? * residuals;
        let scale: Vec<f64> = shares.iter().map(|share| (share * (1.0 - share)).sqrt()).collect();
        let predict = |(&(row, class), residual): (&(usize, usize), DVectorView<'_, f64>)| {
            let of_class = means.column(class);
            let scores = of_class.iter().zip(residual.iter()).zip(scale.iter().zip(&shares));
            let scores = scores.map(|((mean, rest), (scale, share))| (mean + rest) * scale + share);
            (row, Prediction::new(class, &scores.collect::<Vec<f64>>()))
        };
        let rows = rows.iter().zip(moved.column_iter()).map(predict).collect();
        Some(Predicted { rows, scale })
    }
}

/// Density of a margin of 0 where each row is, in a normal kernel: its sum over rows estimates how many predictions
/// change with a small change of scores.
fn margin_density(rows: &[(usize, Prediction)]) -> Vec<f64> {
    let margins = || rows.iter().map(|(_, prediction)| prediction.margin);
    let mut sorted: Vec<f64> = margins().filter(|m| m.is_finite()).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let count = sorted.len().max(1) as f64;
    let mean = sorted.iter().sum::<f64>() / count;
    let deviation = (sorted.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / count).sqrt();
    let quartile =
        |share: f64| sorted.get((share * (count - 1.0)).round() as usize).copied().unwrap_or(f64::NAN);
    let middle = (quartile(0.75) - quartile(0.25)) / NORMAL_QUARTILES;
    // Silverman's rule.
    let width = 1.06 * if middle > 0.0 { deviation.min(middle) } else { deviation } * count.powf(-0.2);
    let density =
        |margin: f64| (-0.5 * (margin / width).powi(2)).exp() / (width * (2.0 * std::f64::consts::PI).sqrt());
    margins().map(|margin| if width > 0.0 { density(margin) } else { 0.0 }).collect()
}

/// Optimal transport map from covariance `from` to covariance `to`: the linear map between the two with the least
/// mean squared displacement.
fn transport(from: &DMatrix<f64>, to: &DMatrix<f64>) -> Option<DMatrix<f64>> {
    let (root, inverse) = small::sqrt_and_inverse(from, FLOOR).ok()?;
    let inner = small::symmetric_sqrt(&(&root * to * &root)).ok()?;
    Some(&inverse * inner * &inverse)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::small::dense;

    #[test]
    fn the_transport_map_is_symmetric_and_maps_the_covariance() {
        let wavy = |seed: usize| DMatrix::from_fn(4, 7, |i, j| ((seed * 31 + i * 17 + j * 5) as f64).sin());
        let (a, b) = (wavy(1), wavy(2));
        let (from, to) = (&a * a.transpose(), &b * b.transpose());
        let map = transport(&from, &to).unwrap();
        assert!((&map * &from * map.transpose() - &to).amax() < 1e-8 * to.amax());
        assert!((&map - map.transpose()).amax() < 1e-9);
        // Equal covariances: the identity on their range.
        let flat = DMatrix::from_row_slice(2, 2, &[1.0, 0.0, 0.0, 0.0]);
        assert!((transport(&flat, &flat).unwrap() - &flat).amax() < 1e-12);
        assert!(dense(faer::Mat::<f64>::identity(2, 2).as_ref()).trace() > 1.0);
    }
}
