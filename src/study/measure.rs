//! The measurement: fits on drawn samples (of real data, on drawn rows) at several n, the same few draws
//! everywhere before more of them anywhere, so that the whole curve is there early and sharpens.
//!
//! It keeps its runs: asked for more draws of the same scenario it goes on where it was, also after it was
//! cancelled.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Axis, Window};
use crate::evidence::{self, Compared, Covariates, Run};
use crate::scenario::{Model, Scenario, ScenarioError};
use crate::theory::ExtremumKind;

/// What to measure.
#[derive(Debug, Clone)]
pub struct Request {
    /// The checked scenario that samples are drawn from.
    pub model: Arc<Model>,
    /// Other encoders of the same rows, by name: measured at the same n.
    pub beside: Vec<(String, Arc<Model>)>,
    /// Where: [`COUNT`] sample counts over it, and its near-divergences.
    pub window: Window,
    /// Draws at every point.
    pub draws: usize,
    /// Sample counts over the window.
    pub count: usize,
}

impl PartialEq for Request {
    fn eq(&self, other: &Self) -> bool {
        let beside = |request: &Self| -> Vec<_> {
            request.beside.iter().map(|(name, model)| (name.clone(), model.scenario().clone())).collect()
        };
        self.model.scenario() == other.model.scenario()
            && beside(self) == beside(other)
            && self.window == other.window
            && self.draws == other.draws
            && self.count == other.count
    }
}

/// Sample counts over a window.
pub const COUNT: usize = 14;
/// The same where nobody asked.
pub const FEW: usize = 5;
/// Draws at each of these.
pub const FEW_DRAWS: usize = 8;
/// Draws that the first request asks for at each of them.
pub const FIRST_DRAWS: usize = 32;
/// Draws of the first round; every further round doubles them.
const FIRST_ROUND: usize = 4;
/// Share of real rows that are drawn at most.
const MOST_DRAWN: f64 = 0.9;
const SEED: u64 = 1;

/// The points so far.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The scenario that was measured.
    pub scenario: Scenario,
    /// In increasing n; only those with at least one draw.
    pub points: Vec<Compared>,
    /// The same of the other encoders, as far as they can be measured.
    pub beside: Vec<Beside>,
    /// Draws at every point once finished.
    pub draws: usize,
    /// Share of the work that is done.
    pub done: f64,
    /// Until it is finished, going by the work so far; `None` before there is any to go by.
    pub left: Option<Duration>,
    /// Why some n of the window are not measured, in one sentence.
    pub missing: Option<String>,
}

/// Points of another encoder.
#[derive(Debug, Clone)]
pub struct Beside {
    /// As the scenario calls it.
    pub name: String,
    /// p.
    pub dimension: usize,
    /// In increasing n.
    pub points: Vec<Compared>,
}

/// Runs of one scenario, kept from request to request.
struct Runs {
    scenario: Scenario,
    /// p.
    dimension: usize,
    /// In increasing n.
    runs: Vec<Run>,
    poles: Vec<f64>,
    missing: Option<String>,
}

/// Answers requests, and keeps the runs of the last one.
#[derive(Default)]
pub struct Measurement {
    /// Of the request's model, then of the others.
    kept: Vec<Runs>,
    /// Threads of its own: a draw takes long, and the curves must not wait for it.
    threads: Option<rayon::ThreadPool>,
}

impl Measurement {
    #[must_use]
    /// Without points yet.
    pub fn new() -> Self {
        Self { kept: Vec::new(), threads: rayon::ThreadPoolBuilder::new().build().ok() }
    }

    /// The points once all draws are made; `shown` sees them after every point.
    ///
    /// # Errors
    /// One sentence where nothing can be measured; [`ScenarioError::Interrupted`] once `stop` says so.
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
        let added = all.iter_mut().try_for_each(|own| own.add(request, &request.model));
        for (_, model) in &request.beside {
            let mut own = runs(model)?;
            // What cannot be measured of another encoder is not asked about.
            match own.add(request, model) {
                Err(ScenarioError::Interrupted) => return Err(ScenarioError::Interrupted),
                Ok(()) | Err(_) => all.push(own),
            }
        }
        self.kept = all;
        added?;
        let kept = &mut self.kept;
        match &self.threads {
            Some(threads) => threads.install(|| work(kept, request, stop, shown)),
            None => work(kept, request, stop, shown),
        }
    }
}

impl Runs {
    /// A run at every sample count of the window that has none, as far as there is a predictor to measure.
    fn add(&mut self, request: &Request, model: &Model) -> Result<(), ScenarioError> {
        // Of this window, not of one before.
        self.missing = None;
        for n in counts(request, model)? {
            // On a pole there is no risk to compare with.
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

/// Draws in rounds, reporting after every point.
fn work(
    all: &mut [Runs],
    request: &Request,
    stop: &(dyn Fn() -> bool + Sync),
    shown: &mut dyn FnMut(Measured),
) -> Result<Measured, ScenarioError> {
    let runs = || all.iter().flat_map(|own| &own.runs);
    let before = runs().map(|run| run.cost() * drawn(run) as f64).sum();
    let whole = runs().map(|run| run.cost() * drawn(run).max(request.draws) as f64).sum();
    let start = Instant::now();
    let rounds = std::iter::successors(Some(FIRST_ROUND), |draws| Some(draws * 2));
    for draws in rounds.take_while(|draws| *draws < request.draws).chain([request.draws]) {
        for of in 0..all.len() {
            for i in 0..all.get(of).map_or(0, |own| own.runs.len()) {
                let Some(run) = all.get_mut(of).and_then(|own| own.runs.get_mut(i)) else { continue };
                if drawn(run) >= draws {
                    continue;
                }
                run.run(draws, &mut |_| {}, stop)?;
                shown(so_far(all, request, (before, whole), start));
            }
        }
    }
    Ok(so_far(all, request, (before, whole), start))
}

fn so_far(all: &[Runs], request: &Request, (before, whole): (f64, f64), start: Instant) -> Measured {
    let runs = all.iter().flat_map(|own| &own.runs);
    let done: f64 = runs.map(|run| run.cost() * drawn(run) as f64).sum();
    let left = start.elapsed().as_secs_f64() * (whole - done) / (done - before);
    let named = request.beside.iter().zip(all.iter().skip(1));
    let beside = named.map(|((name, _), own)| Beside {
        name: name.clone(),
        dimension: own.dimension,
        points: own.points(),
    });
    Measured {
        scenario: request.model.scenario().clone(),
        points: all.first().map(Runs::points).unwrap_or_default(),
        beside: beside.collect(),
        draws: request.draws,
        done: if whole > 0.0 { done / whole } else { 1.0 },
        left: (done > before).then(|| Duration::try_from_secs_f64(left).ok()).flatten(),
        missing: all.first().and_then(|own| own.missing.clone()),
    }
}

fn drawn(run: &Run) -> usize {
    run.statistics().draws
}

/// Evenly spaced on the window's axis, and at every near-divergence of the chosen curve.
fn counts(request: &Request, model: &Model) -> Result<Vec<usize>, ScenarioError> {
    let p = model.dimension() as f64;
    // The same n of every encoder.
    let share = request.model.dimension() as f64 / p;
    let Window { from, to, log } = request.window;
    let (from, to) = (from * share, to * share);
    let curve = model.risk_curve(&model.scenario().featurization)?;
    let peaks = curve.divergences(model.ridge(), model.noise(), from, to);
    let peaks = peaks.iter().filter(|d| d.kind == ExtremumKind::Peak).map(|d| d.at);
    // Of real rows some have to be left to test on.
    let most = model.pool().map_or(to, |pool| to.min(MOST_DRAWN * pool.rows() as f64 / p));
    let window = Window { from, to: if most > from { most } else { to }, log };
    // The ends of the window are under its frame.
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
            beside: Vec::new(),
            window: Window { from: 0.05, to: 2.0, log: false },
            draws,
            count: COUNT,
        }
    }

    /// What is seen of each request in turn, its end last.
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
    fn points_come_one_by_one_and_more_draws_go_on_from_those_there() {
        let small = [("dimension", "40")];
        let all = replies(&[request(&small, 8), request(&small, 16)]);
        let first = &all[0][0];
        assert_eq!((first.points.len(), first.points[0].measured.draws), (1, FIRST_ROUND));
        let ends: Vec<&Measured> = all.iter().filter_map(|seen| seen.last()).collect();
        assert!(ends[0].points.len() >= COUNT - 1, "{}", ends[0].points.len());
        assert!(ends[0].points.iter().all(|p| p.measured.draws == 8));
        assert!(ends[1].points.iter().all(|p| p.measured.draws == 16));
        // 16 draws in one go say the same.
        let at_once = replies(&[request(&small, 16)]);
        assert_eq!(at_once[0].last().unwrap().points, ends[1].points);
        let progress: Vec<f64> = all.iter().flatten().map(|points| points.done).collect();
        assert!(progress.windows(2).all(|w| w[0] < w[1] || w[0] == 1.0), "{progress:?}");
    }

    #[test]
    fn what_cannot_be_measured_is_said_and_the_rest_is() {
        let all = replies(&[request(&[("dimension", "30"), ("featurization.kind", "soft")], 4)]);
        let end = all[0].last().unwrap();
        assert!(end.points.iter().all(|p| p.samples < 30.0), "soft selection needs n < p");
        assert!(end.missing.as_ref().unwrap().contains("soft"), "{:?}", end.missing);
    }

    #[test]
    fn a_measurement_that_was_stopped_goes_on_where_it_was() {
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
