//! The measurement's job: fits on drawn samples (of real data, on drawn rows) at several n, the same few draws
//! everywhere before more of them anywhere, so that the whole curve is there early and sharpens.
//!
//! The job keeps its runs: asked for more draws of the same scenario it goes on where it was, also after it was
//! cancelled.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Window;
use super::{Ended, Ticket};
use crate::evidence::{self, Compared, Covariates, Run};
use crate::scenario::{Model, Scenario, ScenarioError};
use crate::theory::DivergenceKind;
use crate::theory::sweep::{self, Spacing};

/// What to measure.
#[derive(Debug, Clone)]
pub struct Request {
    pub model: Arc<Model>,
    /// Where: [`COUNT`] sample counts over it, and its near-divergences.
    pub window: Window,
    /// Draws at every point.
    pub draws: usize,
}

impl PartialEq for Request {
    fn eq(&self, other: &Self) -> bool {
        self.model.scenario() == other.model.scenario()
            && self.window == other.window
            && self.draws == other.draws
    }
}

/// Sample counts over a window.
pub const COUNT: usize = 14;
/// Draws that the first request asks for at each of them.
pub const FIRST_DRAWS: usize = 32;
/// Draws of the first round; every further round doubles them.
const FIRST_ROUND: usize = 4;
const SEED: u64 = 1;

/// The points so far.
#[derive(Debug, Clone)]
pub struct Measured {
    pub scenario: Scenario,
    /// In increasing n; only those with at least one draw.
    pub points: Vec<Compared>,
    /// Draws at every point once finished.
    pub draws: usize,
    /// Share of the work that is done.
    pub done: f64,
    /// Until it is finished, going by the work so far; `None` before there is any to go by.
    pub left: Option<Duration>,
    /// Why some n of the window are not measured, in one sentence.
    pub missing: Option<String>,
}

/// Runs of one scenario, kept from request to request.
struct Runs {
    scenario: Scenario,
    /// In increasing n.
    runs: Vec<Run>,
    poles: Vec<f64>,
    missing: Option<String>,
}

/// The job of the measuring worker.
pub fn job() -> impl FnMut(Request, &Ticket<'_, Measured>) -> Result<Measured, Ended> {
    let mut kept: Option<Runs> = None;
    // Threads of its own: a draw takes long, and the curves must not wait for it.
    let threads = rayon::ThreadPoolBuilder::new().build().ok();
    move |request, ticket| {
        let scenario = request.model.scenario();
        let mut runs = match kept.take().filter(|known| known.scenario == *scenario) {
            Some(known) => known,
            None => Runs {
                scenario: scenario.clone(),
                runs: Vec::new(),
                poles: evidence::poles(&request.model)?,
                missing: None,
            },
        };
        let runs = kept.insert({
            runs.add(&request)?;
            runs
        });
        match &threads {
            Some(threads) => threads.install(|| runs.work(&request, ticket)),
            None => runs.work(&request, ticket),
        }
    }
}

impl Runs {
    /// A run at every sample count of the window that has none, as far as there is a predictor to measure.
    fn add(&mut self, request: &Request) -> Result<(), Ended> {
        // Of this window, not of one before.
        self.missing = None;
        for n in counts(request)? {
            // On a pole there is no risk to compare with.
            let pole = self.poles.iter().any(|pole| (pole - n as f64).abs() < 0.5);
            if pole || self.runs.iter().any(|run| run.samples() == n) {
                continue;
            }
            match Run::new(&request.model, n, SEED, Covariates::Gaussian) {
                Ok(run) => self.runs.push(run),
                Err(ScenarioError::Interrupted) => return Err(Ended::Interrupted),
                Err(why) => self.missing = Some(why.to_string()),
            }
        }
        self.runs.sort_by_key(Run::samples);
        match (&self.missing, self.runs.is_empty()) {
            (Some(why), true) => Err(Ended::Failed(why.clone())),
            _ => Ok(()),
        }
    }

    /// Draws in rounds, reporting after every point.
    fn work(&mut self, request: &Request, ticket: &Ticket<'_, Measured>) -> Result<Measured, Ended> {
        let before = self.runs.iter().map(|run| run.cost() * drawn(run) as f64).sum();
        let all = self.runs.iter().map(|run| run.cost() * drawn(run).max(request.draws) as f64).sum();
        let start = Instant::now();
        let rounds = std::iter::successors(Some(FIRST_ROUND), |draws| Some(draws * 2));
        for draws in rounds.take_while(|draws| *draws < request.draws).chain([request.draws]) {
            for i in 0..self.runs.len() {
                let Some(run) = self.runs.get_mut(i) else { continue };
                if drawn(run) >= draws {
                    continue;
                }
                run.run(draws, &mut |_| {}, &|| ticket.stop())?;
                ticket.partial(self.shown(request, (before, all), start));
            }
        }
        Ok(self.shown(request, (before, all), start))
    }

    fn shown(&self, request: &Request, (before, all): (f64, f64), start: Instant) -> Measured {
        let done: f64 = self.runs.iter().map(|run| run.cost() * drawn(run) as f64).sum();
        let left = start.elapsed().as_secs_f64() * (all - done) / (done - before);
        let points = self.runs.iter().filter(|run| drawn(run) > 0).map(|run| run.compared(&self.poles));
        Measured {
            scenario: self.scenario.clone(),
            points: points.collect(),
            draws: request.draws,
            done: if all > 0.0 { done / all } else { 1.0 },
            left: (done > before).then(|| Duration::try_from_secs_f64(left).ok()).flatten(),
            missing: self.missing.clone(),
        }
    }
}

fn drawn(run: &Run) -> usize {
    run.statistics().draws
}

/// Evenly spaced on the window's axis, and at every near-divergence of the chosen curve.
fn counts(request: &Request) -> Result<Vec<usize>, Ended> {
    let Window { from, to, log } = request.window;
    let (model, spacing) = (&request.model, if log { Spacing::Log } else { Spacing::Linear });
    let p = model.dimension() as f64;
    let representation = model.representation(&model.scenario().featurization)?;
    let peaks = representation.divergences(model.ridge(), model.noise(), from, to);
    let peaks = peaks.iter().filter(|d| d.kind == DivergenceKind::Near).map(|d| d.sample_ratio);
    // The ends of the window are under its frame.
    let inner = sweep::grid(from, to, COUNT + 2, spacing)?;
    let inner = inner.iter().skip(1).take(COUNT).map(|ratio| ratio.get());
    let mut all: Vec<usize> =
        inner.chain(peaks).map(|ratio| (ratio * p).round() as usize).filter(|n| *n > 0).collect();
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Outcome, Worker};
    use std::sync::mpsc::channel;

    fn request(settings: &[(&str, &str)], draws: usize) -> Request {
        let mut scenario = Scenario::default();
        for (key, value) in settings {
            scenario.set(key, value).unwrap();
        }
        let model = Arc::new(Model::new(&scenario, None, &|| false).unwrap());
        Request { model, window: Window { from: 0.05, to: 2.0, log: false }, draws }
    }

    /// All replies until the last of the newest request.
    fn replies(requests: Vec<Request>) -> Vec<Outcome<Measured>> {
        let (send, receive) = channel();
        let worker = Worker::spawn("test", job, move |reply| drop(send.send(reply))).unwrap();
        let mut all = Vec::new();
        for request in requests {
            let generation = worker.submit(request);
            loop {
                let reply = receive.recv_timeout(Duration::from_secs(60)).unwrap();
                assert_eq!(reply.generation, generation);
                let last = !matches!(reply.outcome, Outcome::Partial(_));
                all.push(reply.outcome);
                if last {
                    break;
                }
            }
        }
        all
    }

    #[test]
    fn points_come_one_by_one_and_more_draws_go_on_from_those_there() {
        let small = [("dimension", "40")];
        let all = replies(vec![request(&small, 8), request(&small, 16)]);
        let points = |outcome: &Outcome<Measured>| match outcome {
            Outcome::Partial(m) | Outcome::Done(m) => m.clone(),
            other => panic!("{other:?}"),
        };
        let first = points(&all[0]);
        assert_eq!((first.points.len(), first.points[0].measured.draws), (1, FIRST_ROUND));
        let ends: Vec<Measured> = all.iter().filter(|o| matches!(o, Outcome::Done(_))).map(points).collect();
        assert!(ends[0].points.len() >= COUNT - 1, "{}", ends[0].points.len());
        assert!(ends[0].points.iter().all(|p| p.measured.draws == 8));
        assert!(ends[1].points.iter().all(|p| p.measured.draws == 16));
        // 16 draws in one go say the same.
        let at_once = replies(vec![request(&small, 16)]);
        let at_once = points(at_once.last().unwrap());
        assert_eq!(at_once.points, ends[1].points);
        let progress: Vec<f64> = all.iter().map(|o| points(o).done).collect();
        assert!(progress.windows(2).all(|w| w[0] < w[1] || w[0] == 1.0), "{progress:?}");
    }

    #[test]
    fn what_cannot_be_measured_is_said_and_the_rest_is() {
        let all = replies(vec![request(&[("dimension", "30"), ("featurization.kind", "soft")], 4)]);
        let Some(Outcome::Done(end)) = all.last() else { panic!("{all:?}") };
        assert!(end.points.iter().all(|p| p.samples < 30.0), "soft selection needs n < p");
        assert!(end.missing.as_ref().unwrap().contains("soft"), "{:?}", end.missing);
    }
}
