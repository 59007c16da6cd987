//! Subsampled fits at every sample size of a plan: a first round for every task, then more draws for the tasks whose risk
//! varies much between draws.

use rayon::prelude::*;

use super::TaskPoint;
use super::division::Drawn;
use super::draws::{self, Fit};
use super::plan::Plan;
use super::scores::{FitMetrics, Scoring};
use crate::data::{DataError, TaskChoice};

/// Test scores of all draws, by sample size, task and draw.
pub(super) struct Rounds<'a> {
    plan: &'a Plan,
    /// By n and task.
    points: &'a [Vec<TaskPoint>],
    tasks: &'a [(TaskChoice, Scoring)],
    metrics: Vec<Vec<Vec<FitMetrics>>>,
    /// Squared leave-one-out errors of the rows, by n and task.
    squares: Vec<Vec<Vec<f64>>>,
}

/// One draw of rows and the tasks fitted on it, as indices.
struct Draw {
    place: usize,
    number: usize,
    tasks: Vec<usize>,
}

impl<'a> Rounds<'a> {
    /// Draws and fits in parallel. The draws of a task do not depend on the other tasks; a task without a point at a sample
    /// size has no draws there.
    ///
    /// # Errors
    /// [`DataError::Interrupted`] once `stop` returns true; draws that cannot be fitted.
    pub fn new(
        plan: &'a Plan,
        points: &'a [Vec<TaskPoint>],
        tasks: &'a [(TaskChoice, Scoring)],
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, DataError> {
        let squares = points.iter().map(|points| {
            let of = |(point, (task, _)): (&TaskPoint, &(TaskChoice, Scoring))| match point {
                Some((path, point)) if !stop() => draws::squares(path, point, *task),
                _ => Vec::new(),
            };
            points.iter().zip(tasks).map(of).collect()
        });
        let metrics = vec![vec![Vec::new(); tasks.len()]; points.len()];
        let mut rounds = Self { plan, points, tasks, metrics, squares: squares.collect() };
        rounds.draw(|_, _| plan.draws, stop)?;
        rounds.draw(|n, first| plan.draws_for(n, first), stop)?;
        Ok(rounds)
    }

    /// Draws by task at one sample size, given its index.
    pub fn at(&self, place: usize) -> &[Vec<FitMetrics>] {
        self.metrics.get(place).map_or(&[], Vec::as_slice)
    }

    /// Draws until each task has `count(n, draws so far)` draws.
    fn draw(
        &mut self,
        count: impl Fn(f64, &[FitMetrics]) -> usize,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), DataError> {
        let mut draws = Vec::new();
        for (place, ((&n, points), metrics)) in
            self.plan.places.iter().zip(self.points).zip(&self.metrics).enumerate()
        {
            let missing = metrics.iter().zip(points).map(|(drawn, point)| {
                let most = point.as_ref().map_or(0, |_| count(n, drawn));
                drawn.len()..most
            });
            let missing: Vec<_> = missing.collect();
            for number in 0..missing.iter().map(|range| range.end).max().unwrap_or(0) {
                let tasks = (0..).zip(&missing).filter(|(_, range)| range.contains(&number));
                let tasks: Vec<usize> = tasks.map(|(task, _)| task).collect();
                if !tasks.is_empty() {
                    draws.push(Draw { place, number, tasks });
                }
            }
        }
        let drawn =
            draws.par_iter().map(|draw| self.drawn(draw, stop)).collect::<Result<Vec<_>, DataError>>()?;
        for (draw, metrics) in draws.into_iter().zip(drawn) {
            for (task, metrics) in draw.tasks.into_iter().zip(metrics) {
                if let Some(all) = self.metrics.get_mut(draw.place).and_then(|place| place.get_mut(task)) {
                    all.push(metrics);
                }
            }
        }
        Ok(())
    }

    fn drawn(&self, draw: &Draw, stop: &(dyn Fn() -> bool + Sync)) -> Result<Vec<FitMetrics>, DataError> {
        let of_place = (self.plan.places.get(draw.place), self.points.get(draw.place));
        let ((Some(n), Some(points)), Some(squares)) = (of_place, self.squares.get(draw.place)) else {
            return Ok(Vec::new());
        };
        let fits = draw.tasks.iter().filter_map(|&task| {
            let squares = squares.get(task)?;
            let ((path, point), (task, scoring)) = (points.get(task)?.as_ref()?, self.tasks.get(task)?);
            Some(Fit { path, task: *task, ridge: point.ridge, scoring, squares })
        });
        draws::draw(&fits.collect::<Vec<_>>(), Drawn::Rows(*n as usize), draw.number, stop)
    }
}
