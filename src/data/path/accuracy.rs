//! Accuracy of predicting the class with the highest score, with n labelled samples (section 9.4).

use faer::Mat;
use nalgebra::DMatrix;

use super::leave_one_out::Fit;
use super::training::centred_by_kind;
use super::{MetricEstimate, Path, PathPoint};
use crate::data::Pool;
use crate::linalg::small;

/// Residual directions with less than this fraction of the largest variance count as rounding errors.
const FLOOR: f64 = 1e-9;
/// Score differences below this are ties.
const TIE: f64 = 1e-12;
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

/// Metrics of predicting the class with the highest score.
#[derive(Debug, Clone, PartialEq)]
pub struct Classified {
    /// Share of rows whose class is predicted correctly.
    pub accuracy: MetricEstimate,
    /// Mean over the classes of their recall.
    pub balanced_accuracy: MetricEstimate,
    /// Mean over the classes of F1, the harmonic mean of precision and recall; 0 for a class never predicted
    /// correctly.
    pub macro_f1: MetricEstimate,
}

impl Classified {
    fn each(&mut self) -> [&mut MetricEstimate; 3] {
        [&mut self.accuracy, &mut self.balanced_accuracy, &mut self.macro_f1]
    }
}

impl Path {
    /// Share of rows whose class has the highest score; `None` unless the tasks are the classes of one file, and
    /// where the rows cannot estimate it.
    #[must_use]
    pub fn accuracy(&self, point: &PathPoint) -> Option<MetricEstimate> {
        self.classified(point).map(|classified| classified.accuracy)
    }

    /// Accuracy, balanced accuracy and macro-F1; `None` unless the tasks are the classes of one file, and where the
    /// rows cannot estimate them.
    #[must_use]
    pub fn classified(&self, point: &PathPoint) -> Option<Classified> {
        let classes = self.classes.as_ref().filter(|_| self.shows_scores(point))?;
        let pool = self.fits.rows.pool();
        let fit = self.fits.fit(point.at.pool_ridge);
        let (scores, errors) = (self.fits.scores(&fit), &fit.errors);
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
        let mut found = ConfusionCounts::new(all, sizes);
        let scale: Vec<f64> = shares.iter().map(|share| (share * (1.0 - share)).sqrt()).collect();
        for (&(row, class), residual) in rows.iter().zip(moved.column_iter()) {
            let of_class = means.column(class);
            let scores = of_class.iter().zip(residual.iter()).zip(scale.iter().zip(&shares));
            let scores = scores.map(|((mean, rest), (scale, share))| (mean + rest) * scale + share);
            found.add(row, class, &scores.collect::<Vec<f64>>());
        }
        let mut classified = found.classified();
        self.add_training(point, &fit, &found, &scale, &mut classified);
        for metric in classified.each() {
            metric.influence = self.fits.by_unit(std::mem::take(&mut metric.influence));
            metric.training = self.fits.by_unit(std::mem::take(&mut metric.training));
        }
        Some(classified)
    }

    /// Adds the influence of each row through the fits that predict the others, one product for all metrics.
    fn add_training(
        &self,
        point: &PathPoint,
        fit: &Fit,
        counts: &ConfusionCounts,
        scale: &[f64],
        classified: &mut Classified,
    ) {
        let tasks = scale.len();
        let density = counts.margin_density();
        let mut slopes = Mat::<f64>::zeros(self.count(), 3 * tasks);
        for (row, density) in counts.rows.iter().zip(&density) {
            for (metric, gain) in counts.gains(row).into_iter().enumerate() {
                for (class, sign) in [(row.class, 1.0), (row.rival, -1.0)] {
                    let of_class = scale.get(class).copied().unwrap_or(f64::NAN);
                    *slopes.get_mut(row.row, metric * tasks + class) += sign * gain * density * of_class;
                }
            }
        }
        let Some(all) = self.fits.training_influence(point.at.pool_ridge, fit, slopes.as_ref()) else {
            return;
        };
        let kinds: Option<Vec<usize>> = self
            .classes
            .as_ref()
            .map(|classes| classes.iter().map(|class| class.map_or(0, |class| class + 1)).collect());
        for (i, metric) in classified.each().into_iter().enumerate() {
            let mut sums = vec![0.0; self.count()];
            for t in 0..tasks {
                let column = all.col(i * tasks + t);
                sums.iter_mut().zip(column.iter()).for_each(|(sum, v)| *sum += v);
            }
            centred_by_kind(&mut sums, kinds.as_deref().unwrap_or_default());
            metric.training = sums;
        }
    }
}

/// Confusion counts of predicting the class with the highest score.
struct ConfusionCounts {
    /// Number of all rows.
    all: usize,
    /// Number of rows of each class.
    sizes: Vec<f64>,
    /// Number of correctly predicted rows of each class.
    correct: Vec<f64>,
    /// Number of rows predicted as each class.
    predicted: Vec<f64>,
    rows: Vec<RowPrediction>,
}

/// The prediction of one row.
struct RowPrediction {
    /// Position of the row.
    row: usize,
    /// Its class.
    class: usize,
    /// The class with the highest score among the others.
    rival: usize,
    /// The score of its class less that of the rival.
    margin: f64,
    /// Its share of correct prediction: 1, 0, or between them for tied scores.
    correct: f64,
    /// The predicted classes with their shares.
    predicted: Vec<(usize, f64)>,
}

impl ConfusionCounts {
    fn new(all: usize, sizes: Vec<f64>) -> Self {
        let zeros = vec![0.0; sizes.len()];
        Self { all, sizes, correct: zeros.clone(), predicted: zeros, rows: Vec::new() }
    }

    fn add(&mut self, row: usize, class: usize, scores: &[f64]) {
        let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let tied = scores.iter().enumerate().filter(|(_, score)| highest - **score <= TIE);
        let tied: Vec<usize> = tied.map(|(t, _)| t).collect();
        let part = (tied.len().max(1) as f64).recip();
        let correct = if tied.contains(&class) { part } else { 0.0 };
        add(&mut self.correct, class, correct);
        tied.iter().for_each(|&t| add(&mut self.predicted, t, part));
        let others = scores.iter().copied().enumerate().filter(|(t, _)| *t != class);
        let (rival, most) = others
            .fold((class, f64::NEG_INFINITY), |most, other| if other.1 > most.1 { other } else { most });
        let margin = scores.get(class).copied().unwrap_or(f64::NAN) - most;
        let predicted = tied.into_iter().map(|t| (t, part)).collect();
        self.rows.push(RowPrediction { row, class, rival, margin, correct, predicted });
    }

    /// F1 of a class.
    fn f1(&self, class: usize) -> f64 {
        2.0 * at(&self.correct, class) / self.both(class)
    }

    /// Rows of a class and rows predicted as it, added.
    fn both(&self, class: usize) -> f64 {
        (at(&self.sizes, class) + at(&self.predicted, class)).max(1.0)
    }

    /// Number of classes with rows.
    fn count(&self) -> f64 {
        self.sizes.iter().filter(|size| **size > 0.0).count().max(1) as f64
    }

    /// Change of accuracy, balanced accuracy and macro-F1 if the prediction of a row changes from its rival to its class.
    fn gains(&self, row: &RowPrediction) -> [f64; 3] {
        let (class, rival, count) = (row.class, row.rival, self.count());
        let of_class = (2.0 - self.f1(class)) / self.both(class);
        [
            (self.rows.len().max(1) as f64).recip(),
            (count * at(&self.sizes, class).max(1.0)).recip(),
            (of_class + self.f1(rival) / self.both(rival)) / count,
        ]
    }

    /// Density of a margin of 0 where each row is, in a normal kernel: its sum over rows estimates how many
    /// predictions change with a small change of scores.
    fn margin_density(&self) -> Vec<f64> {
        let mut sorted: Vec<f64> = self.rows.iter().map(|row| row.margin).filter(|m| m.is_finite()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let count = sorted.len().max(1) as f64;
        let mean = sorted.iter().sum::<f64>() / count;
        let deviation = (sorted.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / count).sqrt();
        let quartile = |share: f64| at(&sorted, (share * (count - 1.0)).round() as usize);
        let middle = (quartile(0.75) - quartile(0.25)) / NORMAL_QUARTILES;
        // Silverman's rule.
        let width = 1.06 * if middle > 0.0 { deviation.min(middle) } else { deviation } * count.powf(-0.2);
        let density = |margin: f64| {
            (-0.5 * (margin / width).powi(2)).exp() / (width * (2.0 * std::f64::consts::PI).sqrt())
        };
        self.rows.iter().map(|row| if width > 0.0 { density(row.margin) } else { 0.0 }).collect()
    }

    /// Each metric with its derivative with respect to the weight of every row.
    fn classified(&self) -> Classified {
        let count = self.count();
        let sum = self.rows.len().max(1) as f64;
        let recall = |class: usize| at(&self.correct, class) / at(&self.sizes, class).max(1.0);
        let mean = |of: &dyn Fn(usize) -> f64| (0..self.sizes.len()).map(of).sum::<f64>() / count;
        let accuracy = self.correct.iter().sum::<f64>() / sum;
        // Of all rows predicted correctly, or none: the rule of succession.
        let least = if accuracy > 0.0 && accuracy < 1.0 {
            0.0
        } else {
            (sum + 1.0).sqrt() / (sum + 2.0) / sum.sqrt()
        };
        let with_influence = |value: f64, of: &dyn Fn(&RowPrediction) -> f64| {
            let mut influence = vec![0.0; self.all];
            self.rows.iter().for_each(|row| add(&mut influence, row.row, of(row)));
            MetricEstimate { least_error: least, ..MetricEstimate::new(value, influence) }
        };
        Classified {
            accuracy: with_influence(accuracy, &|row| (row.correct - accuracy) / sum),
            balanced_accuracy: with_influence(mean(&recall), &|row| {
                (row.correct - recall(row.class)) / (count * at(&self.sizes, row.class).max(1.0))
            }),
            macro_f1: with_influence(mean(&|class| self.f1(class)), &|row| {
                // F1 = 2 r/(n + t): a row contributes to r and n of its class, and to t of its predicted classes.
                let of_predicted =
                    row.predicted.iter().map(|(t, part)| self.f1(*t) / self.both(*t) * part).sum::<f64>();
                ((2.0 * row.correct - self.f1(row.class)) / self.both(row.class) - of_predicted) / count
            }),
        }
    }
}

fn at(all: &[f64], index: usize) -> f64 {
    all.get(index).copied().unwrap_or(f64::NAN)
}

fn add(all: &mut [f64], at: usize, value: f64) {
    all.iter_mut().skip(at).take(1).for_each(|v| *v += value);
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

    /// Counts by hand; the influence of a row is the difference quotient in its weight.
    #[test]
    fn macro_f1_and_balanced_accuracy_equal_the_confusion_matrix() {
        // (class, predicted class): recalls 3 of 4, 1 of 2, 0 of 1.
        let pairs = [(0, 0), (0, 0), (0, 0), (0, 1), (1, 1), (1, 0), (2, 0)];
        let of = |weights: [usize; 7]| {
            let rows: Vec<(usize, usize)> = pairs
                .iter()
                .zip(weights)
                .flat_map(|(pair, count)| std::iter::repeat_n(*pair, count))
                .collect();
            let mut sizes = vec![0.0; 3];
            rows.iter().for_each(|(class, _)| sizes[*class] += 1.0);
            let mut found = ConfusionCounts::new(rows.len(), sizes);
            for (row, (class, predicted)) in rows.iter().enumerate() {
                let scores: Vec<f64> = (0..3).map(|t| f64::from(u8::from(t == *predicted))).collect();
                found.add(row, *class, &scores);
            }
            found.classified()
        };
        let once = of([1; 7]);
        assert!((once.accuracy.value - 4.0 / 7.0).abs() < 1e-12);
        assert!((once.balanced_accuracy.value - (0.75 + 0.5) / 3.0).abs() < 1e-12);
        assert!((once.macro_f1.value - (2.0 / 3.0 + 0.5) / 3.0).abs() < 1e-12);
        for metric in [&once.accuracy, &once.balanced_accuracy, &once.macro_f1] {
            assert!(metric.influence.iter().sum::<f64>().abs() < 1e-12, "{metric:?}");
        }
        // Every row a thousand times, one of them ten times more.
        for row in 0..7 {
            let mut weights = [1000; 7];
            weights[row] += 10;
            let more = of(weights);
            let quotients = [
                (more.balanced_accuracy.value - once.balanced_accuracy.value, &once.balanced_accuracy),
                (more.macro_f1.value - once.macro_f1.value, &once.macro_f1),
            ];
            for (quotient, metric) in quotients {
                assert!(
                    (quotient / 0.01 - metric.influence[row]).abs() < 3e-3,
                    "{row}: {quotient} {metric:?}"
                );
            }
        }
    }

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
