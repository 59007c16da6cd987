//! The mean over tasks with different rows: of risks and of estimates with the influence of each row; its standard error.

use crate::data::path::{MetricEstimate, Reach};
use crate::data::{Metric, Scores};
use crate::scenario::model::risk_point::{Estimate, PathOnly, RiskPoint, RowEstimates};
use crate::scenario::population::overlap::Units;
use crate::theory::Risk;

/// The mean of the points of the tasks at one n. `joint` has the ratios of the standard error of the mean to that for tasks
/// without common rows, for the risk and for AUC.
pub(super) fn of_points(all: &[RiskPoint], joint: (Option<f64>, Option<f64>)) -> RiskPoint {
    let ratio = all.first().map_or(f64::NAN, |point| point.sample_ratio);
    let risks: Option<Vec<&Risk>> = all.iter().map(|point| point.risk.as_ref()).collect();
    let shown: Option<Vec<&RowEstimates>> = all.iter().map(|point| point.shown.as_ref()).collect();
    let Some(shown) = shown.filter(|shown| !shown.is_empty()) else { return RiskPoint::gap(ratio) };
    RiskPoint {
        sample_ratio: ratio,
        risk: risks.and_then(|all| risk(&all)),
        shown: Some(of_shown(&shown, joint)),
        scores: None,
    }
}

/// The mean of each term over the tasks; a ridge that differs between tasks is NaN.
fn risk(all: &[&Risk]) -> Option<Risk> {
    let first = all.first()?;
    let mean = |of: fn(&Risk) -> f64| mean(all.iter().map(|risk| of(risk)));
    Some(Risk {
        sample_ratio: first.sample_ratio,
        ridge: if all.iter().all(|risk| risk.ridge == first.ridge) { first.ridge } else { f64::NAN },
        kappa: mean(|risk| risk.kappa),
        df1: mean(|risk| risk.df1),
        df2: mean(|risk| risk.df2),
        bias: mean(|risk| risk.bias),
        variance_x: mean(|risk| risk.variance_x),
        variance_x_noise: mean(|risk| risk.variance_x_noise),
        noise: mean(|risk| risk.noise),
        risk: mean(|risk| risk.risk),
        unshifted: mean(|risk| risk.unshifted),
        train: mean(|risk| risk.train),
        representation: None,
        source: None,
    })
}

/// The mean of the estimates; metrics of the predicted class and the spread of one draw are not defined for it.
fn of_shown(all: &[&RowEstimates], (joint, joint_auc): (Option<f64>, Option<f64>)) -> RowEstimates {
    let count = all.len() as f64;
    let error = |of: &dyn Fn(&RowEstimates) -> f64, joint: Option<f64>| {
        let apart = all.iter().map(|shown| of(shown).powi(2)).sum::<f64>().sqrt() / count;
        joint.map_or(f64::NAN, |joint| joint * apart)
    };
    let auc = |of: &dyn Fn(&RowEstimates) -> Scores<Estimate>| {
        let each: Option<Vec<Estimate>> = all.iter().map(|shown| of(shown).at(Metric::Auc)).collect();
        each.map_or_else(Scores::default, |each| {
            let apart = each.iter().map(|auc| auc.standard_error.powi(2)).sum::<f64>().sqrt() / count;
            let standard_error = joint_auc.map_or(f64::NAN, |joint| joint * apart);
            let value = mean(each.iter().map(|auc| auc.value));
            Scores::default().with(Metric::Auc, Estimate { value, standard_error })
        })
    };
    RowEstimates {
        standard_error: error(&|shown| shown.standard_error, joint),
        scores: auc(&|shown| shown.scores),
        spread: None,
        anchored: all.iter().any(|shown| shown.anchored),
        path: PathOnly {
            risk: mean(all.iter().map(|shown| shown.path.risk)),
            standard_error: error(&|shown| shown.path.standard_error, joint),
            scores: auc(&|shown| shown.path.scores),
        },
        reach: least_reach(all),
        noise_is_bound: all.iter().any(|shown| shown.noise_is_bound),
        at_most: all.iter().any(|shown| shown.at_most),
        alpha: None,
        unit: None,
        task_rows: None,
        groups: all.iter().map(|shown| shown.groups).sum::<Option<f64>>().map(|sum| sum / count),
    }
}

/// The least reach over the tasks.
fn least_reach(all: &[&RowEstimates]) -> Reach {
    all.iter().map(|shown| shown.reach).fold(Reach::Within, |least, reach| match (least, reach) {
        (Reach::Beyond { rows: a }, Reach::Beyond { rows: b }) => Reach::Beyond { rows: a.max(b) },
        (Reach::NoFit | Reach::Beyond { .. }, _) | (Reach::Uncertain, Reach::Within) => least,
        _ => reach,
    })
}

/// The mean of estimates with the influence of each row of the file; `units` has the positions of each task's rows.
pub(super) fn of_estimates(all: &[MetricEstimate], units: &Units) -> Option<MetricEstimate> {
    let count = all.len() as f64;
    let spread = |of: fn(&MetricEstimate) -> &Vec<f64>| {
        let mut sums = vec![0.0; units.count];
        for (estimate, units) in all.iter().zip(&units.of_task) {
            for (value, &unit) in of(estimate).iter().zip(units) {
                sums.get_mut(unit).into_iter().for_each(|sum| *sum += value / count);
            }
        }
        sums
    };
    if all.iter().zip(&units.of_task).any(|(estimate, units)| estimate.influence.len() != units.len()) {
        return None;
    }
    Some(MetricEstimate {
        training: spread(|estimate| &estimate.training),
        ..MetricEstimate::new(
            mean(all.iter().map(|estimate| estimate.value)),
            spread(|estimate| &estimate.influence),
        )
    })
}

/// Ratio of the standard error of the mean to that for tasks without common rows. Rows are independent; the influence of a
/// row on the mean is the sum over its tasks, and without common rows the squares add.
pub(super) fn joint_error(all: &[MetricEstimate], units: &Units) -> Option<f64> {
    let apart = all.iter().map(|estimate| estimate.standard_error().powi(2)).sum::<f64>().sqrt();
    let joint = of_estimates(all, units)?.standard_error() * all.len() as f64;
    Some(if apart > 0.0 { joint / apart } else { 1.0 })
}

/// Linear interpolation at `place` through points of increasing place, constant beyond the ends.
pub(super) fn between(points: &[(f64, f64)], place: f64) -> Option<f64> {
    let after = points.partition_point(|point| point.0 <= place);
    let (before, next) = (after.checked_sub(1).and_then(|i| points.get(i)), points.get(after));
    match (before, next) {
        (Some(a), Some(b)) => Some(a.1 + (b.1 - a.1) * (place - a.0) / (b.0 - a.0)),
        (one, other) => one.or(other).map(|point| point.1),
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}
