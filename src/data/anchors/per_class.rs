//! Draws with a fixed number of rows of each class (section 9.4a).

use rayon::prelude::*;

use super::anchor::At;
use super::division::Drawn;
use super::draws::{self, Fit};
use super::scores::{FitMetrics, Scoring};
use crate::data::{DataError, Pool, TaskChoice};

/// Number of draws.
const DRAWS: usize = 24;

/// Draws with a fixed number of rows of each class.
#[derive(Debug, Clone)]
pub struct DrawsPerClass {
    /// Sample size n: the rows of all classes together.
    pub samples: usize,
    /// Number of classes with too few rows, which contribute all rows but one.
    pub fewer: usize,
    /// Metrics of each draw.
    pub metrics: Vec<FitMetrics>,
}

/// Draws `count` rows of each class and fits them.
///
/// # Errors
/// [`DataError::Interrupted`] once `stop` returns true; draws that cannot be fitted; [`DataError::Input`] unless the
/// targets are the classes of one label file.
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
    let squares = draws::squares(&path, &point, task);
    let fit = Fit { path: &path, task, ridge: point.ridge, scoring: &scoring, squares: &squares };
    let one = |draw| draws::draw(&[fit], Drawn::PerClass(count), draw, stop);
    let drawn = (0..DRAWS).into_par_iter().map(one).collect::<Result<Vec<Vec<FitMetrics>>, DataError>>()?;
    let strata = scoring.strata();
    let last = strata.iter().copied().max().unwrap_or(0);
    let size = |class: usize| strata.iter().filter(|of| **of == class).count();
    let fewer = (1..=last).filter(|class| (1..=count).contains(&size(*class))).count();
    Ok(DrawsPerClass { samples: rows, fewer, metrics: drawn.concat() })
}
