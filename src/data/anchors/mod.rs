//! Anchors (section 9.4a): fits on random subsamples at a few n ≤ 0.8 N. They correct the classification metrics of
//! the leave-one-out path, check its risk, and measure the spread of the risk of a single draw.
//!
//! AUC and accuracy at n ≤ N are the formula plus a monotone interpolant, in ln n, of the difference between
//! subsampled fits and formula (for AUC the part of it beyond chance); at N the formula is the leave-one-out value
//! itself. The risk of the path is kept unless subsampled fits differ by more than three standard errors and 10 %, or
//! rows are grouped: the path treats n rows as independent, and n rows of few groups carry less information (pieces
//! of photographs, 8 groups of 6: the path gave 0.83 of the risk of fits on other groups).

mod anchor;
mod correction;
mod division;
mod draws;
mod interpolant;
mod per_class;
mod plan;
mod retuned;
mod rounds;
mod scores;

use std::sync::{Arc, OnceLock};

use super::path::{Path, PathPoint, normal};
use super::{DataError, Metric, Pool, Scores, TaskChoice};
use crate::theory::RidgeChoice;
use anchor::formulas;
pub use anchor::{Anchor, At};
use correction::{Correction, correction, ending, line};
pub use division::{Division, Drawn};
use interpolant::Interpolant;
pub use per_class::{DrawsPerClass, per_class};
use plan::Plan;
use rounds::Rounds;
pub use scores::{FitMetrics, Scoring, TestSample, deviation_of_draws};

/// Ridges below this count as nearly zero.
const SMALL: f64 = 1e-3;

/// The path and point of one task; `None` where the path has no estimate.
type TaskPoint = Option<(Arc<Path>, PathPoint)>;

/// Subsampled fits along n for one featurization, ridge and task.
#[derive(Debug, Clone)]
pub struct Anchors {
    rows: f64,
    all: Vec<Anchor>,
    /// ln(subsampled/leave-one-out risk) where subsampled fits replace the estimate, else 0; and its standard error.
    risk: (Interpolant, Interpolant),
    /// ln of the risk at the anchors (subsampled where that replaces the estimate), interpolated directly where the
    /// interpolation peak of the rows differs from that of the path.
    peak: Option<Interpolant>,
    /// ln nλ of a tuned ridge along ln n, where subsampled fits selected it instead of the leave-one-out path.
    ridge: Option<Interpolant>,
    /// ln of the standard deviation of the risk of one draw.
    spread: Interpolant,
    task: TaskChoice,
    /// Difference between draws and formula for the metrics of the predicted class.
    scores: Scores<Correction>,
    /// The difference for AUC, computed on first request because leave-pair-out takes longer than the draws.
    auc: Arc<OnceLock<Option<Correction>>>,
    /// Φ⁻¹ of accuracy at N and its slope in ln n, where the shape of the formula disagrees with the draws.
    line: Option<(f64, f64)>,
}

/// A metric after correction by subsampled fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    /// The corrected value.
    pub value: f64,
    /// Standard error added by the draws.
    pub standard_error: f64,
    /// Whether subsampled fits changed the value.
    pub anchored: bool,
}

impl Anchors {
    /// Draws rows at a few n ≤ 0.8 N for every task, in order: the same rows for every featurization and any number
    /// of threads.
    ///
    /// # Errors
    /// [`DataError::Interrupted`] once `stop` returns true; draws that cannot be fitted.
    pub fn all_of(
        at: At<'_>,
        choice: RidgeChoice,
        pool: &Pool,
        tasks: &[TaskChoice],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Self>, DataError> {
        let count = pool.rows() as f64;
        // A point without an estimate of the path is not used.
        let known =
            |n: f64, task| at(n, task).ok().filter(|(_, point)| point.risk.is_finite() && point.risk > 0.0);
        let ends: Vec<TaskPoint> = tasks.iter().map(|&task| known(count, task)).collect();
        let rank =
            ends.iter().flatten().map(|(path, _)| path.rank()).max().unwrap_or_else(|| pool.rank()) as f64;
        let scored: Vec<(TaskChoice, Scoring)> =
            tasks.iter().map(|&task| (task, Scoring::with_classes(pool, task))).collect();
        let has_other_peak = tasks
            .iter()
            .filter_map(|&task| at(plan::fewest(pool), task).ok())
            .any(|(path, point)| point.ridge.abs() < SMALL && path.has_other_peak());
        let plan = Plan::new(pool, rank, has_other_peak);
        // By sample size and task.
        let points: Vec<Vec<TaskPoint>> =
            plan.places.iter().map(|&n| tasks.iter().map(|&task| known(n, task)).collect()).collect();
        let drawn = Rounds::new(&plan, &points, &scored, stop)?;
        let mut all: Vec<Vec<Anchor>> = tasks.iter().map(|_| Vec::new()).collect();
        for (place, (n, points)) in plan.places.iter().zip(&points).enumerate() {
            for ((anchors, point), draws) in all.iter_mut().zip(points).zip(drawn.at(place)) {
                let Some((path, point)) = point else { continue };
                anchors.push(Anchor {
                    samples: *n,
                    draws: draws.clone(),
                    point: *point,
                    path: Arc::clone(path),
                    grouped: plan.is_grouped,
                    formulas: formulas(path, point),
                });
            }
        }
        let mut made = Vec::with_capacity(tasks.len());
        for ((mut anchors, end), (task, scoring)) in all.into_iter().zip(&ends).zip(&scored) {
            let task = *task;
            let whole = end.as_ref().filter(|(_, point)| point.samples == count);
            let accuracy = whole.and_then(|(path, point)| formulas(path, point).at(Metric::Accuracy));
            let is_tuned = !matches!(choice, RidgeChoice::Fixed(_));
            let is_retuned = is_tuned && retuned::all(&mut anchors, task, scoring, stop)?;
            let points =
                || anchors.iter().map(|anchor| &anchor.point).chain(end.as_ref().map(|(_, point)| point));
            let ridge = is_retuned.then(|| retuned::along(points()));
            made.push(Self { ridge, ..Self::of((count, task), anchors, accuracy, has_other_peak) });
        }
        Ok(made)
    }

    fn of(
        (rows, task): (f64, TaskChoice),
        all: Vec<Anchor>,
        accuracy_at_rows: Option<f64>,
        has_other_peak: bool,
    ) -> Self {
        let end = |points| ending(points, rows);
        // ln n, ln(subsampled/leave-one-out risk), and its standard error: where subsampled fits replace the estimate, and
        // shrunk by what chance explains at the other sizes of such a curve.
        let is_replaced = all.iter().any(Anchor::replaces_path);
        let ruled = |anchor: &Anchor| {
            let (ratio, error) =
                anchor.risk_ratio().filter(|_| is_replaced).map_or((0.0, 0.0), |(ratio, error)| {
                    let share =
                        if anchor.replaces_path() { 1.0 } else { correction::beyond_chance(ratio, error) };
                    (share * ratio, share * error)
                });
            (anchor.samples.ln(), ratio, error)
        };
        let ruled: Vec<(f64, f64, f64)> = all.iter().map(ruled).collect();
        let risk = (
            end(ruled.iter().map(|r| (r.0, r.1)).collect()),
            end(ruled.iter().map(|r| (r.0, r.2)).collect()),
        );
        let peak = has_other_peak.then(|| {
            let risks = all.iter().zip(&ruled).map(|(anchor, r)| (r.0, anchor.point.risk.ln() + r.1));
            Interpolant::new(&risks.collect::<Vec<_>>())
        });
        let deviations = all.iter().filter_map(|anchor| {
            let deviation = deviation_of_draws(&anchor.draws);
            (deviation > 0.0).then(|| (anchor.samples.ln(), deviation.ln()))
        });
        let spread = Interpolant::new(&deviations.collect::<Vec<_>>());
        let scores =
            Scores::new(|metric| correction(&all, rows, metric, |anchor| anchor.formulas.at(metric)));
        let line = accuracy_at_rows.and_then(|last| line(rows, &all, &scores, last));
        Self { rows, task, all, risk, peak, ridge: None, spread, scores, auc: Arc::default(), line }
    }

    /// The anchors by increasing n.
    #[must_use]
    pub fn all(&self) -> &[Anchor] {
        &self.all
    }

    /// The risk at n rows, given the leave-one-out estimate `risk`.
    #[must_use]
    pub fn risk(&self, samples: f64, risk: f64) -> Corrected {
        let same = Corrected { value: risk, standard_error: 0.0, anchored: false };
        let (place, (ratios, errors)) = (samples.ln(), &self.risk);
        let (Some(ratio), Some(error)) = (ratios.at(place), errors.at(place)) else { return same };
        if ratio == 0.0 || samples >= self.rows {
            return same;
        }
        let is_drawn = self.all.last().is_some_and(|anchor| samples <= anchor.samples);
        let at_peak = self.peak.as_ref().filter(|_| is_drawn).and_then(|peak| peak.at(place));
        let value = at_peak.map_or_else(|| risk * ratio.exp(), f64::exp);
        Corrected { value, standard_error: value * error, anchored: true }
    }

    /// The tuned ridge λ at n < N rows where subsampled fits selected it; `None` where the leave-one-out path does.
    #[must_use]
    pub fn ridge(&self, samples: f64) -> Option<f64> {
        retuned::ridge_at(self.ridge.as_ref().filter(|_| samples < self.rows)?, samples)
    }

    /// A metric of classes at n rows, given the formula's `value`.
    #[must_use]
    pub fn score(&self, metric: Metric, samples: f64, value: f64) -> Corrected {
        let same = Corrected { value, standard_error: 0.0, anchored: false };
        let place = samples.ln();
        if samples > self.rows {
            let Some((end, slope)) = self.line.filter(|_| metric == Metric::Accuracy) else { return same };
            // The interval between the formula and the line.
            let along = normal(end + slope * (place - self.rows.ln()));
            let half = 0.5 * (along - value).abs();
            return Corrected { value: 0.5 * (along + value), standard_error: half, anchored: true };
        }
        let correction = if metric.is_of_predicted_class() { self.scores.get(metric) } else { self.auc() };
        let Some((differences, errors)) = correction else { return same };
        match (differences.at(place), errors.at(place)) {
            (Some(difference), Some(standard_error)) if difference != 0.0 => {
                Corrected { value: metric.clamped(value + difference), standard_error, anchored: true }
            }
            _ => same,
        }
    }

    /// The correction of AUC. Computed without a lock, because leaving out pairs is itself divided among threads.
    fn auc(&self) -> Option<&Correction> {
        if let Some(known) = self.auc.get() {
            return known.as_ref();
        }
        let formula = |anchor: &Anchor| Some(anchor.path.auc_along(&anchor.point, self.task)?.value);
        let found = correction(&self.all, self.rows, Metric::Auc, formula);
        self.auc.get_or_init(|| found).as_ref()
    }

    /// Standard deviation of the risk of one draw of n rows; `None` beyond the largest n drawn.
    #[must_use]
    pub fn spread(&self, samples: f64) -> Option<f64> {
        let last = self.all.last()?.samples;
        self.spread.at(samples.ln()).filter(|_| samples <= last).map(f64::exp)
    }

    /// Notes for the user about the corrections, one sentence each.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let ruled: Vec<f64> =
            self.all.iter().filter(|anchor| anchor.replaces_path()).map(|anchor| anchor.samples).collect();
        let mut notes = Vec::new();
        if let (Some(first), Some(last)) = (ruled.first(), ruled.last()) {
            let place = if first == last { format!("n = {first}") } else { format!("n = {first} to {last}") };
            notes.push(if self.all.iter().any(|anchor| anchor.grouped) {
                format!("at {place} the risk is that of fits on rows of drawn groups: n rows of few groups carry less information than n independent rows")
            } else {
                format!(
                    "at {place} the risk of fits on drawn rows differs from the leave-one-out path by more than 10 % and 3 \
                     standard errors, and replaces it there"
                )
            });
        }
        if self.ridge.is_some() {
            notes.push(
                "the tuned ridge below these rows is the one with the lowest risk of fits on drawn rows: the leave-one-out \
                 path alone would choose another"
                    .into(),
            );
        }
        if self.line.is_some() {
            notes.push(
                "accuracy of fits on drawn rows changes with n otherwise than its formula (few labels of each class, or few \
                 groups): beyond these rows it is the middle of two extrapolations, its standard error half of their distance"
                    .into(),
            );
        }
        notes
    }
}
