//! Anchors (section 9.4a): within the rows everything can be seen, so that fits on drawn rows at a few n correct what the
//! leave-one-out path says of classes there, check its risk, and tell what a single draw varies by.
//!
//! AUC and accuracy at n ≤ N are the formula plus a monotone interpolant, in ln n, of what drawn fits are above it, of AUC
//! beyond chance; at N the formula is the leave-one-out value itself. The risk stays the path's, unless draws part from it by more than three
//! standard errors and 10 %, or rows are in groups: the path holds n independent rows, and n rows of few groups tell less
//! (pieces of photographs, 8 groups of 6: the path said 0.83 of what fits on other groups have).

mod division;
mod draws;
mod interpolant;
mod scores;

use std::sync::{Arc, OnceLock};

use rayon::prelude::*;

use super::path::{Path, PathPoint, normal, quantile};
use super::{DataError, Groups, Pool, TaskChoice};
use crate::theory::TheoryError;
pub use division::{Division, Drawn};
use draws::Fit;
use interpolant::Interpolant;
pub use scores::{Scoring, Tested, Worth};

/// Numbers of rows that are drawn.
const COUNT: usize = 6;
/// Draws at each; of fewer rows than [`FEW`] more in proportion, as each is tested on few rows; and of rows in groups, where
/// draws always rule and differ more among themselves.
const DRAWS: usize = 12;
const FEW: usize = 100;
const DRAWS_OF_GROUPS: usize = 48;
/// The fewest rows that are drawn, and the largest share of all.
const FEWEST: f64 = 10.0;
const LARGEST: f64 = 0.8;
/// Places around the interpolation peak, as multiples of the rank, that are drawn too with almost no ridge on rows that are
/// far from Gaussian, with this number of draws at every place.
const AT_PEAK: [f64; 11] = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0, 2.5];
const DRAWS_AT_PEAK: usize = 24;
/// Ridges below this are almost none.
const SMALL: f64 = 1e-3;
/// Multiplications that all draws at one n may take.
const BUDGET: f64 = 3e9;
/// Draws rule over the path's risk where they part from it by more than this, in standard errors and as a share.
const ERRORS: f64 = 3.0;
const SHARE: f64 = 0.1;
/// Standard errors of drawn AUC within which its distance to the formula is chance: it is shrunk by the square of their share
/// of it. Draws of a class of 24 rows are tested on five of them, at every n on the same: over 8 samples of 300 texts AUC at
/// n = 240 was off by 0.043 with the whole distance, by 0.037 without, and of ten digits by 0.0052 and 0.0030. The formula of
/// accuracy is further from fits (0.09 at n = 30), so that its distance counts whole.
const CHANCE: f64 = 2.0;
/// Beyond N the shape of the formula holds where its distance to the draws moved by less from 0.2 N on.
const MOVED: f64 = 0.03;
const SHAPE: f64 = 0.2;

/// A quantity of classes that draws correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Score {
    /// Area under the ROC curve.
    Auc,
    /// Share of rows whose class has the highest score.
    Accuracy,
    /// Mean over the classes of the share of their rows that are found.
    BalancedAccuracy,
    /// Mean over the classes of F1.
    MacroF1,
}

/// Where and how a featurization of rows is fitted with n of them, by task.
pub type At<'a> = &'a (dyn Fn(f64, TaskChoice) -> Result<(Arc<Path>, PathPoint), TheoryError> + Sync);

/// Where one task is fitted; `None` where the path has no number.
type Place = Option<(Arc<Path>, PathPoint)>;

/// Fits on drawn rows at one n.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// n.
    pub samples: f64,
    /// What each draw is worth.
    pub draws: Vec<Worth>,
    /// The estimate of the path.
    point: PathPoint,
    path: Arc<Path>,
    /// Whether rows are in groups.
    grouped: bool,
    /// What formulas say of accuracy, balanced accuracy and macro-F1.
    classified: Option<[f64; 3]>,
}

/// What draws are above a formula along ln n, and its standard error; `None` without draws.
type Correction = Option<(Interpolant, Interpolant)>;

/// Drawn fits along n, beside one featurization, ridge and task.
#[derive(Debug, Clone)]
pub struct Anchors {
    rows: f64,
    all: Vec<Anchor>,
    /// ln(drawn/path) of the risk where draws rule, else 0, and its standard error.
    risk: (Interpolant, Interpolant),
    /// ln of the risk at the anchors, drawn where draws rule, else the path's: between them where the path has another peak
    /// than the rows.
    peak: Option<Interpolant>,
    /// ln of the standard deviation of one draw's risk.
    spread: Interpolant,
    task: TaskChoice,
    /// By score of classes of one file, what draws are above the formula, and its standard error.
    scores: [Correction; 3],
    /// AUC; made when it is first asked for, as leaving out pairs takes longer than the draws.
    auc: Arc<OnceLock<Correction>>,
    /// Φ⁻¹ of accuracy at N and its slope in ln n, where the formula's shape did not meet the draws.
    line: Option<(f64, f64)>,
}

/// A corrected quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    /// What is told.
    pub value: f64,
    /// The standard error that draws add.
    pub standard_error: f64,
    /// Whether draws changed it.
    pub anchored: bool,
}

impl Score {
    /// Scores of the class that is chosen, in the order of [`Anchor::classified`].
    const OF_CHOICE: [Self; 3] = [Self::Accuracy, Self::BalancedAccuracy, Self::MacroF1];

    fn of(self, worth: &Worth) -> Option<f64> {
        match self {
            Self::Auc => worth.auc,
            Self::Accuracy => worth.accuracy,
            Self::BalancedAccuracy => worth.balanced_accuracy,
            Self::MacroF1 => worth.macro_f1,
        }
    }
}

impl Anchor {
    /// Mean and standard error over the draws of something they all have.
    fn mean(&self, of: impl Fn(&Worth) -> Option<f64>) -> Option<(f64, f64)> {
        let values: Vec<f64> = self.draws.iter().map(of).collect::<Option<_>>()?;
        let (mean, deviation) = moments(&values);
        Some((mean, deviation / (values.len() as f64).sqrt()))
    }

    /// ln(drawn/path) where draws rule over the path's risk.
    fn risk_ratio(&self) -> Option<f64> {
        let (mean, error) = self.mean(|w| Some(w.risk))?;
        let known = mean > 0.0 && mean.is_finite();
        let ratio = known.then(|| (mean / self.point.risk).ln());
        if self.grouped {
            return ratio;
        }
        let apart = mean / self.point.risk - 1.0;
        let above = |factor: f64| self.draws.iter().filter(|w| w.risk > factor * self.point.risk).count();
        // Draws without a mean (heavy tails) speak by their number.
        let (more, fewer) = (above(1.0 + SHARE), self.draws.len() - above(1.0 - SHARE));
        let one_sided = more.max(fewer) + 1 >= self.draws.len();
        let rules = apart.abs() > SHARE && ((mean - self.point.risk).abs() > ERRORS * error || one_sided);
        ratio.filter(|_| rules)
    }
}

impl Anchors {
    /// Draws rows at a few n ≤ 0.8 N for every task, in their order: the same rows whatever is fitted on them and however
    /// many threads there are.
    ///
    /// # Errors
    /// [`DataError::Interrupted`] once `stop` says so; draws that cannot be fitted.
    pub fn all_of(
        at: At<'_>,
        pool: &Pool,
        tasks: &[TaskChoice],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Vec<Self>, DataError> {
        let count = pool.rows() as f64;
        // A point whose number the path cannot tell is no anchor.
        let known =
            |n: f64, task| at(n, task).ok().filter(|(_, point)| point.risk.is_finite() && point.risk > 0.0);
        let ends: Vec<Place> = tasks.iter().map(|&task| known(count, task)).collect();
        let rank =
            ends.iter().flatten().map(|(path, _)| path.rank()).max().unwrap_or_else(|| pool.rank()) as f64;
        let scorings: Vec<Scoring> = tasks.iter().map(|&task| Scoring::new(pool, task)).collect();
        let largest = pool.groups().map_or(1, Groups::largest) as f64;
        let grouped = pool.groups().is_some_and(|groups| groups.count() < pool.rows());
        let most = (LARGEST * count).floor().min(count - largest);
        let has_other_peak = tasks
            .iter()
            .filter_map(|&task| at(FEWEST.min(most), task).ok())
            .any(|(path, point)| point.ridge.abs() < SMALL && path.has_other_peak());
        let of_few = DRAWS * FEW.div_ceil(pool.rows());
        let draws = match (grouped, has_other_peak) {
            (true, _) => DRAWS_OF_GROUPS,
            (false, true) => DRAWS_AT_PEAK.max(of_few),
            (false, false) => of_few,
        };
        let mut places = samples(most, rank, draws);
        if has_other_peak {
            let last = places.last().copied().unwrap_or(0.0);
            places.extend(
                AT_PEAK
                    .map(|share| (share * rank).round())
                    .into_iter()
                    .filter(|n| (FEWEST..=last).contains(n)),
            );
            places.sort_by(f64::total_cmp);
            places.dedup();
        }
        // By place and task.
        let points: Vec<Vec<Place>> =
            places.iter().map(|&n| tasks.iter().map(|&task| known(n, task)).collect()).collect();
        let jobs: Vec<(usize, usize)> =
            (0..places.len()).flat_map(|place| (0..draws).map(move |draw| (place, draw))).collect();
        let one = |&(place, number): &(usize, usize)| match (places.get(place), points.get(place)) {
            (Some(n), Some(points)) => {
                draws::draw(&fits_of(points, tasks, &scorings), Drawn::Rows(*n as usize), number, stop)
            }
            _ => Ok(Vec::new()),
        };
        let drawn = jobs.par_iter().map(one).collect::<Result<Vec<Vec<Worth>>, DataError>>()?;
        let mut all: Vec<Vec<Anchor>> = tasks.iter().map(|_| Vec::new()).collect();
        for ((n, points), drawn) in places.iter().zip(&points).zip(drawn.chunks(draws)) {
            let mut order = 0;
            for ((anchors, point), &task) in all.iter_mut().zip(points).zip(tasks) {
                let Some((path, point)) = point else { continue };
                let draws = drawn.iter().filter_map(|worths| worths.get(order).copied()).collect();
                order += 1;
                let classified = formulas(path, point, task);
                anchors.push(Anchor {
                    samples: *n,
                    draws,
                    point: *point,
                    path: Arc::clone(path),
                    grouped,
                    classified,
                });
            }
        }
        let made = |((anchors, end), &task): ((Vec<Anchor>, &Place), &TaskChoice)| {
            let whole = end.as_ref().filter(|(_, point)| point.samples == count);
            let accuracy = whole.and_then(|(path, point)| formulas(path, point, task)?.first().copied());
            Self::of((count, task), anchors, accuracy, has_other_peak)
        };
        Ok(all.into_iter().zip(&ends).zip(tasks).map(made).collect())
    }

    fn of(
        (rows, task): (f64, TaskChoice),
        all: Vec<Anchor>,
        accuracy_at_rows: Option<f64>,
        has_other_peak: bool,
    ) -> Self {
        let end = |points| ending(points, rows);
        let ratios = all.iter().map(|anchor| (anchor.samples.ln(), anchor.risk_ratio().unwrap_or(0.0)));
        let errors = all.iter().map(|anchor| {
            let error = anchor.risk_ratio().and_then(|_| anchor.mean(|w| Some(w.risk)));
            (anchor.samples.ln(), error.map_or(0.0, |(mean, error)| error / mean))
        });
        let risk = (end(ratios.collect()), end(errors.collect()));
        let peak = has_other_peak.then(|| {
            let told = |anchor: &Anchor| anchor.point.risk.ln() + anchor.risk_ratio().unwrap_or(0.0);
            Interpolant::new(
                &all.iter().map(|anchor| (anchor.samples.ln(), told(anchor))).collect::<Vec<_>>(),
            )
        });
        let deviations = all.iter().filter_map(|anchor| {
            let (_, deviation) = moments(&anchor.draws.iter().map(|w| w.risk).collect::<Vec<_>>());
            (deviation > 0.0).then(|| (anchor.samples.ln(), deviation.ln()))
        });
        let spread = Interpolant::new(&deviations.collect::<Vec<_>>());
        let scores = [0, 1, 2].map(|i: usize| {
            let score = *Score::OF_CHOICE.get(i)?;
            correction(&all, rows, score, |anchor| anchor.classified?.get(i).copied())
        });
        let line = accuracy_at_rows.and_then(|last| Self::line(rows, &all, scores.first()?, last));
        Self { rows, task, all, risk, peak, spread, scores, auc: Arc::default(), line }
    }

    /// Where the distance of formula and draws moves between 0.2 N and N: Φ⁻¹(accuracy) as a line in ln n through N.
    fn line(rows: f64, all: &[Anchor], accuracy: &Correction, last: f64) -> Option<(f64, f64)> {
        let (differences, errors) = accuracy.as_ref()?;
        let from = (SHAPE * rows).ln();
        let later: Vec<(f64, f64)> = all
            .iter()
            .filter(|anchor| anchor.samples.ln() >= from - 1e-9)
            .filter_map(|anchor| Some((anchor.samples.ln(), anchor.mean(|w| w.accuracy)?.0)))
            .collect();
        let moved = differences.at(from)?.abs();
        if later.is_empty() || moved <= MOVED || moved <= ERRORS * errors.at(from)? {
            return None;
        }
        let inside = |value: f64| value.clamp(1e-6, 1.0 - 1e-6);
        let end = quantile(inside(last));
        let (mut along, mut square) = (0.0, 0.0);
        for (place, value) in later {
            let x = place - rows.ln();
            along += x * (quantile(inside(value)) - end);
            square += x * x;
        }
        Some((end, along / square))
    }

    /// The anchors themselves, by increasing n.
    #[must_use]
    pub fn all(&self) -> &[Anchor] {
        &self.all
    }

    /// The risk with n rows where the path says `risk`.
    #[must_use]
    pub fn risk(&self, samples: f64, risk: f64) -> Corrected {
        let (ratios, errors) = &self.risk;
        let ratio = ratios.at(samples.ln()).filter(|_| samples < self.rows).unwrap_or(0.0);
        let last = self.all.last().map_or(0.0, |anchor| anchor.samples);
        let at_peak = self.peak.as_ref().filter(|_| ratio != 0.0 && samples <= last);
        let value = match at_peak.and_then(|peak| peak.at(samples.ln())) {
            Some(told) => told.exp(),
            None => risk * ratio.exp(),
        };
        let error = if ratio == 0.0 { 0.0 } else { errors.at(samples.ln()).unwrap_or(0.0) };
        Corrected { value, standard_error: value * error, anchored: ratio != 0.0 }
    }

    /// AUC or accuracy with n rows where the formula says `value`.
    #[must_use]
    pub fn score(&self, score: Score, samples: f64, value: f64) -> Corrected {
        let same = Corrected { value, standard_error: 0.0, anchored: false };
        let place = samples.ln();
        if samples > self.rows {
            let Some((end, slope)) = self.line.filter(|_| score == Score::Accuracy) else { return same };
            // The range between both.
            let along = normal(end + slope * (place - self.rows.ln()));
            let half = 0.5 * (along - value).abs();
            return Corrected { value: 0.5 * (along + value), standard_error: half, anchored: true };
        }
        let of_choice = Score::OF_CHOICE.iter().position(|other| *other == score);
        let correction = match of_choice.and_then(|i| self.scores.get(i)) {
            Some(correction) => correction,
            None => self.auc(),
        };
        let Some((differences, errors)) = correction else { return same };
        match (differences.at(place), errors.at(place)) {
            (Some(difference), Some(standard_error)) if difference != 0.0 => {
                Corrected { value: (value + difference).clamp(0.0, 1.0), standard_error, anchored: true }
            }
            _ => same,
        }
    }

    /// The correction of AUC. Computed without a lock, because leaving out pairs is itself divided among threads.
    fn auc(&self) -> &Correction {
        if let Some(known) = self.auc.get() {
            return known;
        }
        let formula = |anchor: &Anchor| Some(anchor.path.auc_along(&anchor.point, self.task)?.value);
        let found = correction(&self.all, self.rows, Score::Auc, formula);
        self.auc.get_or_init(|| found)
    }

    /// The standard deviation of the risk of one draw of n rows; `None` beyond what is drawn.
    #[must_use]
    pub fn spread(&self, samples: f64) -> Option<f64> {
        let last = self.all.last()?.samples;
        self.spread.at(samples.ln()).filter(|_| samples <= last).map(f64::exp)
    }

    /// What to know beyond the numbers, in one sentence each.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let ruled: Vec<f64> = self
            .all
            .iter()
            .filter(|anchor| anchor.risk_ratio().is_some())
            .map(|anchor| anchor.samples)
            .collect();
        let mut notes = Vec::new();
        if let (Some(first), Some(last)) = (ruled.first(), ruled.last()) {
            let place = if first == last { format!("n = {first}") } else { format!("n = {first} to {last}") };
            notes.push(if self.all.iter().any(|anchor| anchor.grouped) {
                format!("at {place} the risk is that of fits on rows of drawn groups: rows of few groups tell less than as many independent rows")
            } else {
                format!(
                    "at {place} the risk of fits on drawn rows differs from the leave-one-out path by more than 10 % and 3 \
                     standard errors, and replaces it there"
                )
            });
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

/// Fits of the tasks that have a point.
fn fits_of<'a>(points: &'a [Place], tasks: &[TaskChoice], scorings: &'a [Scoring]) -> Vec<Fit<'a>> {
    let fit = |((point, &task), scoring): ((&'a Place, &TaskChoice), &'a Scoring)| {
        let (path, point) = point.as_ref()?;
        Some(Fit { path, task, ridge: point.ridge, scoring })
    };
    points.iter().zip(tasks).zip(scorings).filter_map(fit).collect()
}

/// What formulas say of accuracy, balanced accuracy and macro-F1 of all classes.
fn formulas(path: &Path, point: &PathPoint, task: TaskChoice) -> Option<[f64; 3]> {
    let found = if task == TaskChoice::Mean { path.classified(point)? } else { return None };
    Some([found.accuracy.value, found.balanced_accuracy.value, found.macro_f1.value])
}

/// What draws are above a formula, which is the leave-one-out value itself at N.
fn correction(
    all: &[Anchor],
    rows: f64,
    score: Score,
    formula: impl Fn(&Anchor) -> Option<f64>,
) -> Correction {
    let of = |anchor: &Anchor| {
        let (mean, error) = anchor.mean(|worth| score.of(worth))?;
        let difference = mean - formula(anchor)?;
        let share = match score {
            Score::Auc => (1.0 - (CHANCE * error / difference).powi(2)).max(0.0),
            Score::Accuracy | Score::BalancedAccuracy | Score::MacroF1 => 1.0,
        };
        Some((anchor.samples.ln(), share * difference, share * error))
    };
    let points: Vec<(f64, f64, f64)> = all.iter().filter_map(of).collect();
    let differences = points.iter().map(|p| (p.0, p.1)).collect();
    let errors = points.iter().map(|p| (p.0, p.2)).collect();
    (!points.is_empty()).then(|| (ending(differences, rows), ending(errors, rows)))
}

/// Through points along ln n, 0 at N.
fn ending(mut points: Vec<(f64, f64)>, rows: f64) -> Interpolant {
    if !points.is_empty() {
        points.push((rows.ln(), 0.0));
    }
    Interpolant::new(&points)
}

/// Numbers of rows to draw: evenly spaced in ln n, up to `most` or as the budget allows.
fn samples(most: f64, rank: f64, draws: usize) -> Vec<f64> {
    let cost = |n: f64| draws as f64 * n.max(rank) * n.min(rank) * (n.min(rank) + 1.0);
    let shorter = (0..200).map(|i| (most * 0.95_f64.powi(i)).floor());
    let last = shorter.filter(|n| cost(*n) <= BUDGET).fold(0.0, f64::max).max(FEWEST.min(most));
    let first = FEWEST.min(0.5 * most).floor().max(2.0);
    let step = (last / first).powf(1.0 / (COUNT - 1) as f64);
    let mut all: Vec<f64> = (0..COUNT).map(|i| (first * step.powi(i as i32)).round()).collect();
    all.retain(|n| *n >= 2.0 && *n <= most);
    all.dedup();
    all
}

/// Mean and standard deviation.
fn moments(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let square = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    (mean, (square / (count - 1.0)).sqrt())
}

/// Draws of so many rows of each class.
#[derive(Debug, Clone)]
pub struct DrawsPerClass {
    /// n: the rows of all classes.
    pub samples: usize,
    /// Classes with no more rows than that, which give all but one.
    pub fewer: usize,
    /// What each draw is worth.
    pub worths: Vec<Worth>,
}

/// Draws so many rows of each class.
///
/// # Errors
/// Errors of [`Anchors::all_of`]; [`DataError::Input`] without classes of one label file.
pub fn per_class(
    at: At<'_>,
    pool: &Pool,
    task: TaskChoice,
    count: usize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<DrawsPerClass, DataError> {
    let scoring = Scoring::new(pool, task);
    let (rows, tested) = draws::per_class_rows(pool, scoring.strata(), count);
    let refused = |problem: String| DataError::input("labels per class", problem);
    if scoring.strata().is_empty() {
        return Err(refused("need targets that are the classes of one label file".into()));
    }
    if rows < 2 || tested < 2 {
        let problem =
            format!("make {rows} of {} rows and leave {tested} to test on; accepted are fewer", pool.rows());
        return Err(refused(problem));
    }
    let Some((path, point)) = at(rows as f64, task).ok().filter(|(_, point)| !point.ridge.is_nan()) else {
        return Err(refused(format!("make {rows} rows, for which there is no ridge; accepted are others")));
    };
    let fit = Fit { path: &path, task, ridge: point.ridge, scoring: &scoring };
    let one = |draw| draws::draw(&[fit], Drawn::PerClass(count), draw, stop);
    let drawn = (0..2 * DRAWS).into_par_iter().map(one).collect::<Result<Vec<Vec<Worth>>, DataError>>()?;
    let strata = scoring.strata();
    let last = strata.iter().copied().max().unwrap_or(0);
    let size = |class: usize| strata.iter().filter(|of| **of == class).count();
    let fewer = (1..=last).filter(|class| (1..=count).contains(&size(*class))).count();
    Ok(DrawsPerClass { samples: rows, fewer, worths: drawn.concat() })
}
