//! Monte Carlo fits at several n, on simulated samples or on random subsamples of real rows. Rounds of draws cover
//! all n before more draws are made at any, so that the whole curve is available early.
//!
//! Runs are kept: a request for more draws of the same scenario resumes them, also after a cancelled one.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::evidence::{self, Compared, Covariates, Run};
use crate::scenario::{Model, Scenario, ScenarioError};
use crate::study::probes::{Probe, Probes};
use crate::study::{Axis, Window};
use crate::theory::ExtremumKind;

/// Fits to make.
#[derive(Debug, Clone)]
pub struct Request {
    /// The model from which samples are drawn.
    pub model: Arc<Model>,
    /// Names and models of other encoders of the same rows, fitted at the same n.
    pub encoders: Vec<(String, Arc<Model>)>,
    /// The range of n/p: `count` sample counts over it, and the curve's peaks.
    pub window: Window,
    /// Draws at every point.
    pub draws: usize,
    /// Sample counts over the window.
    pub count: usize,
    /// Whether logistic regression is fitted too, at a few of the sample counts.
    pub logistic: bool,
}

impl PartialEq for Request {
    fn eq(&self, other: &Self) -> bool {
        let encoders = |request: &Self| -> Vec<_> {
            request.encoders.iter().map(|(name, model)| (name.clone(), model.scenario().clone())).collect()
        };
        self.model.scenario() == other.model.scenario()
            && encoders(self) == encoders(other)
            && self.window == other.window
            && self.draws == other.draws
            && self.count == other.count
            && self.logistic == other.logistic
    }
}

/// Default number of sample counts.
pub const COUNT: usize = 14;
/// Number of sample counts of a measurement that starts automatically.
pub const FEW: usize = 5;
/// Draws at each sample count of a measurement that starts automatically.
pub const FEW_DRAWS: usize = 8;
/// Default number of draws at each sample count.
pub const FIRST_DRAWS: usize = 32;
/// Draws of the first round; each further round doubles them.
const FIRST_ROUND: usize = 4;
/// Largest fraction of the real rows in a draw.
const MOST_DRAWN: f64 = 0.9;
const SEED: u64 = 1;
/// Smallest number of rows for logistic regression.
const FEWEST: usize = 10;

/// The points measured so far.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The scenario.
    pub scenario: Scenario,
    /// Points with at least one draw, by increasing n.
    pub points: Vec<Compared>,
    /// Logistic regression, if requested.
    pub logistic: Vec<Probe>,
    /// Points of the other encoders that can be measured.
    pub encoders: Vec<EncoderPoints>,
    /// Draws at every point when finished.
    pub draws: usize,
    /// Share of the work that is done.
    pub done: f64,
    /// Estimated time left; `None` before any work is done.
    pub left: Option<Duration>,
    /// Why some n of the range are not measured, in one sentence.
    pub missing: Option<String>,
}

/// Points of another encoder.
#[derive(Debug, Clone)]
pub struct EncoderPoints {
    /// Name in the scenario.
    pub name: String,
    /// Number of features p.
    pub dimension: usize,
    /// Points by increasing n.
    pub points: Vec<Compared>,
}

/// The runs of one scenario.
struct Runs {
    scenario: Scenario,
    dimension: usize,
    /// By increasing n.
    runs: Vec<Run>,
    poles: Vec<f64>,
    missing: Option<String>,
}

/// Answers requests, and keeps the runs of the last one.
#[derive(Default)]
pub struct Measurement {
    /// Runs of the request's model, then of the other encoders.
    kept: Vec<Runs>,
    probes: Probes,
    /// Separate threads, as draws take long and curves must not wait for them.
    threads: Option<rayon::ThreadPool>,
}

impl Measurement {
    /// A measurement without runs.
    #[must_use]
    pub fn new() -> Self {
        Self {
            kept: Vec::new(),
            probes: Probes::default(),
            threads: rayon::ThreadPoolBuilder::new().build().ok(),
        }
    }

    /// The points when all draws are made; `shown` receives the points so far after each one.
    ///
    /// # Errors
    /// One sentence where nothing can be measured; [`ScenarioError::Interrupted`] once `stop` returns true.
    pub fn answer(
        &mut self,
        request: &Request,
        stop: &(dyn Fn() -> bool + Sync),
        shown: &mut (dyn FnMut(Measured) + Send),
    ) -> Result<Measured, ScenarioError> {
        let mut known = std::mem::take(&mut self.kept);
        let mut runs = |model: &Arc<Model>| -> Result<Runs, ScenarioError> {
            let scenario = model.scenario();
            Ok(match known.iter().position(|known| known.scenario == *scenario) {
                Some(at) => known.swap_remove(at),
                None => Runs {
                    scenario: scenario.clone(),
                    dimension: model.dimension(),
                    runs: Vec::new(),
                    poles: evidence::poles(model)?,
                    missing: None,
                },
            })
        };
        let mut all = vec![runs(&request.model)?];
        let added = all.iter_mut().try_for_each(|runs: &mut Runs| runs.add(request, &request.model));
        for (_, model) in &request.encoders {
            let mut other = runs(model)?;
            // An encoder that cannot be measured is left out.
            match other.add(request, model) {
                Err(ScenarioError::Interrupted) => return Err(ScenarioError::Interrupted),
                Ok(()) | Err(_) => all.push(other),
            }
        }
        self.kept = all;
        added?;
        let (kept, probes) = (&mut self.kept, &mut self.probes);
        let mut all = || {
            let end = work(kept, request, stop, shown)?;
            if !request.logistic {
                return Ok(end);
            }
            let counts = few(&counts(request, &request.model)?);
            let mut so_far = |logistic: Vec<Probe>| {
                let done = logistic.len() as f64 / counts.len() as f64;
                shown(Measured { done: done.min(1.0 - f64::EPSILON), left: None, logistic, ..end.clone() });
            };
            let logistic = probes.fit(&request.model, &counts, stop, &mut so_far)?;
            Ok(Measured { logistic, ..end })
        };
        match &self.threads {
            Some(threads) => threads.install(all),
            None => all(),
        }
    }
}

impl Runs {
    /// Adds a run at every sample count of the range that has none and has a predictor.
    ///
    /// # Errors
    /// One sentence where no n has a predictor; [`ScenarioError::Interrupted`] once `stop` returns true.
    fn add(&mut self, request: &Request, model: &Model) -> Result<(), ScenarioError> {
        self.missing = None;
        for n in counts(request, model)? {
            // At a pole there is no finite risk to compare with.
            let pole = self.poles.iter().any(|pole| (pole - n as f64).abs() < 0.5);
            if pole || self.runs.iter().any(|run| run.samples() == n) {
                continue;
            }
            match Run::new(model, n, SEED, Covariates::Gaussian) {
                Ok(run) => self.runs.push(run),
                Err(ScenarioError::Interrupted) => return Err(ScenarioError::Interrupted),
                Err(why) => self.missing = Some(why.to_string()),
            }
        }
        self.runs.sort_by_key(Run::samples);
        match (&self.missing, self.runs.is_empty()) {
            (Some(why), true) => Err(ScenarioError::new(why.clone())),
            _ => Ok(()),
        }
    }

    fn points(&self) -> Vec<Compared> {
        let runs = self.runs.iter().filter(|run| drawn(run) > 0);
        runs.map(|run| run.compared(&self.poles)).collect()
    }
}

/// Draws in rounds and reports after every point.
///
/// # Errors
/// [`ScenarioError::Interrupted`] once `stop` returns true.
fn work(
    all: &mut [Runs],
    request: &Request,
    stop: &(dyn Fn() -> bool + Sync),
    shown: &mut dyn FnMut(Measured),
) -> Result<Measured, ScenarioError> {
    let runs = || all.iter().flat_map(|encoder| &encoder.runs);
    let before = runs().map(|run| run.cost() * drawn(run) as f64).sum();
    let whole = runs().map(|run| run.cost() * drawn(run).max(request.draws) as f64).sum();
    let start = Instant::now();
    let rounds = std::iter::successors(Some(FIRST_ROUND), |draws| Some(draws * 2));
    for draws in rounds.take_while(|draws| *draws < request.draws).chain([request.draws]) {
        while let Some(run) =
            all.iter_mut().flat_map(|encoder| &mut encoder.runs).find(|run| drawn(run) < draws)
        {
            run.run(draws, &mut |_| {}, stop)?;
            shown(so_far(all, request, (before, whole), start));
        }
    }
    Ok(so_far(all, request, (before, whole), start))
}

fn so_far(all: &[Runs], request: &Request, (before, whole): (f64, f64), start: Instant) -> Measured {
    let runs = all.iter().flat_map(|encoder| &encoder.runs);
    let done: f64 = runs.map(|run| run.cost() * drawn(run) as f64).sum();
    let left = start.elapsed().as_secs_f64() * (whole - done) / (done - before);
    let named = request.encoders.iter().zip(all.iter().skip(1));
    let encoders = named.map(|((name, _), encoder)| EncoderPoints {
        name: name.clone(),
        dimension: encoder.dimension,
        points: encoder.points(),
    });
    Measured {
        scenario: request.model.scenario().clone(),
        points: all.first().map(Runs::points).unwrap_or_default(),
        logistic: Vec::new(),
        encoders: encoders.collect(),
        draws: request.draws,
        done: if whole > 0.0 { done / whole } else { 1.0 },
        left: (done > before).then(|| Duration::try_from_secs_f64(left).ok()).flatten(),
        missing: all.first().and_then(|encoder| encoder.missing.clone()),
    }
}

fn drawn(run: &Run) -> usize {
    run.statistics().draws
}

/// At most [`FEW`] of the sample counts, evenly spread, without those of fewer than [`FEWEST`] rows.
fn few(counts: &[usize]) -> Vec<usize> {
    let counts: Vec<usize> = counts.iter().copied().filter(|n| *n >= FEWEST).collect();
    let step = counts.len().div_ceil(FEW).max(1);
    counts.into_iter().rev().step_by(step).collect::<Vec<_>>().into_iter().rev().collect()
}

/// Sample counts evenly spaced over the range, and at every peak of the chosen curve.
///
/// # Errors
/// A featurization that cannot be built.
fn counts(request: &Request, model: &Model) -> Result<Vec<usize>, ScenarioError> {
    let p = model.dimension() as f64;
    // All encoders are measured at the same n.
    let share = request.model.dimension() as f64 / p;
    let Window { from, to, log } = request.window;
    let (from, to) = (from * share, to * share);
    let curve = model.risk_curve(&model.scenario().featurization)?;
    let peaks = curve.divergences(model.ridge(), model.noise(), from, to)?;
    let peaks = peaks.iter().filter(|d| d.kind == ExtremumKind::Peak).map(|d| d.at);
    // Some real rows are left for testing.
    let most = model.pool().map_or(to, |pool| to.min(MOST_DRAWN * pool.task_rows().0 as f64 / p));
    let window = Window { from, to: if most > from { most } else { to }, log };
    // The ends of the range are hidden by the frame of the plot.
    let inner = Axis::from(window).values(request.count + 2).into_iter().skip(1).take(request.count);
    let mut all: Vec<usize> =
        inner.chain(peaks).map(|ratio| (ratio * p).round() as usize).filter(|n| *n > 0).collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

    fn request(settings: &[(&str, &str)], draws: usize) -> Request {
        let mut scenario = Scenario::default();
        for (key, value) in settings {
            scenario.set(key, value).unwrap();
        }
        let model = Arc::new(Model::new(&scenario, None, &|| false).unwrap());
        Request {
            model,
            encoders: Vec::new(),
            window: Window { from: 0.05, to: 2.0, log: false },
            draws,
            count: COUNT,
            logistic: false,
        }
    }

    /// All partial results of each request in turn, the final one last.
    fn replies(requests: &[Request]) -> Vec<Vec<Measured>> {
        let mut measurement = Measurement::new();
        let answer = |request: &Request| {
            let mut seen = Vec::new();
            let end = measurement.answer(request, &|| false, &mut |points| seen.push(points)).unwrap();
            seen.push(end);
            seen
        };
        requests.iter().map(answer).collect()
    }

    #[test]
    fn points_arrive_one_by_one_and_draws_accumulate() {
        let small = [("dimension", "40")];
        let all = replies(&[request(&small, 8), request(&small, 16)]);
        let first = &all[0][0];
        assert_eq!((first.points.len(), first.points[0].measured.draws), (1, FIRST_ROUND));
        let ends: Vec<&Measured> = all.iter().filter_map(|seen| seen.last()).collect();
        assert!(ends[0].points.len() >= COUNT - 1, "{}", ends[0].points.len());
        assert!(ends[0].points.iter().all(|p| p.measured.draws == 8));
        assert!(ends[1].points.iter().all(|p| p.measured.draws == 16));
        // 16 draws at once give the same numbers.
        let at_once = replies(&[request(&small, 16)]);
        assert_eq!(at_once[0].last().unwrap().points, ends[1].points);
        let progress: Vec<f64> = all.iter().flatten().map(|points| points.done).collect();
        assert!(progress.windows(2).all(|w| w[0] < w[1] || w[0] == 1.0), "{progress:?}");
    }

    #[test]
    fn failed_points_are_reported_and_others_measured() {
        let all = replies(&[request(&[("dimension", "30"), ("featurization.kind", "soft")], 4)]);
        let end = all[0].last().unwrap();
        assert!(end.points.iter().all(|p| p.samples < 30.0), "soft selection needs n < p");
        assert!(end.missing.as_ref().unwrap().contains("soft"), "{:?}", end.missing);
    }

    #[test]
    fn a_stopped_measurement_resumes() {
        let wanted = request(&[("dimension", "40")], 8);
        let mut measurement = Measurement::new();
        let seen = AtomicUsize::new(0);
        let stop = || seen.load(Relaxed) >= 3;
        let mut count = |_| _ = seen.fetch_add(1, Relaxed);
        assert_eq!(
            measurement.answer(&wanted, &stop, &mut count).map(|m| m.points).unwrap_err(),
            ScenarioError::Interrupted
        );
        let mut first = None;
        let end = measurement.answer(&wanted, &|| false, &mut |m| _ = first.get_or_insert(m.points)).unwrap();
        assert!(first.unwrap().len() >= 4, "those there are still there");
        assert_eq!(end.points, replies(&[wanted])[0].last().unwrap().points);
    }
}
