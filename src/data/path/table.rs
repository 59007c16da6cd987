//! Leave-one-out moments of the rows as functions of the ridge, evaluated at Chebyshev nodes and interpolated to 1e-8
//! (section 9.2).

use std::sync::OnceLock;

use super::leave_one_out::{LeaveOneOut, Moments};
use super::nodes::{Nodes, Scale};
use crate::data::DataError;

/// A table has converged when its coefficients have decreased by this factor.
const CONVERGED: f64 = 1e-9;
/// Mean squares below this fraction of the largest are not interpolated: see [`Table::interpolates`].
const SMALL: f64 = 1e-4;
const MOST: usize = 300;

/// Moments at Chebyshev points of w; the first is at ℓ = ∞, the last at the smallest ℓ.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    scale: Scale,
    nodes: Nodes,
    /// One column for each moment, with one value for each node.
    columns: Vec<Vec<f64>>,
    tasks: usize,
    /// Scan for searches, made on first use.
    scan: OnceLock<Scan>,
}

/// df2 and mean squared errors at evenly spaced positions, from the smallest ℓ to ∞; every search starts from this
/// scan, for any n.
#[derive(Debug, Clone, Default)]
pub(super) struct Scan {
    pub places: Vec<f64>,
    pub df2: Vec<f64>,
    /// Mean ε² by task; the mean over tasks is last.
    squares: Vec<Vec<f64>>,
}

/// Number of positions of a scan.
const SCANNED: usize = 192;

impl Scan {
    /// Mean ε² of a task, or of the mean over tasks, at each position.
    pub fn square(&self, task: Option<usize>) -> &[f64] {
        let column = task.unwrap_or(self.squares.len().saturating_sub(1));
        self.squares.get(column).map_or(&[], Vec::as_slice)
    }
}

/// A moment stored in a table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// Mean ε² of a task; `None` is the mean over tasks.
    Square(Option<usize>),
    /// Mean (y − ŷ)².
    Residual,
    Df1,
    Df2,
}

/// Interpolation weights of the nodes at one ℓ.
pub(super) struct At(Vec<f64>);

impl Table {
    /// Evaluates the moments over the whole scale.
    ///
    /// # Errors
    /// [`DataError::Interrupted`].
    pub fn new(
        fits: &LeaveOneOut,
        scale: Scale,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, DataError> {
        // An even number of steps, so that the next finer grid contains these points.
        let mut steps = scale.steps(CONVERGED) + 4;
        let mut known: Vec<Moments> = Vec::new();
        loop {
            let nodes = scale.nodes(steps);
            let wanted =
                nodes.pool_ridges().into_iter().enumerate().filter(|(j, _)| known.is_empty() || j % 2 == 1);
            let mut found = fits.moments(&wanted.map(|p| p.1).collect::<Vec<_>>(), stop)?.into_iter();
            let mut before = known.into_iter();
            let all = (0..=steps)
                .map_while(|j| if before.len() == 0 || j % 2 == 1 { found.next() } else { before.next() });
            known = all.collect();
            let table = Self::of(fits, scale, nodes, &known);
            if table.converged() || 2 * steps > MOST {
                return Ok(table);
            }
            steps *= 2;
        }
    }

    fn of(fits: &LeaveOneOut, scale: Scale, nodes: Nodes, known: &[Moments]) -> Self {
        let mut columns: Vec<Vec<f64>> = Vec::new();
        let mut tasks = 0;
        for (pool_ridge, moments) in nodes.pool_ridges().into_iter().zip(known) {
            let at = fits.filter.at(pool_ridge);
            tasks = moments.squares.len();
            let mean = moments.squares.iter().sum::<f64>() / tasks as f64;
            columns.resize(tasks + 4, Vec::with_capacity(known.len()));
            let of_all = [mean, moments.residual, at.df1, at.df2];
            let values = moments.squares.iter().chain(&of_all);
            columns.iter_mut().zip(values).for_each(|(column, value)| column.push(*value));
        }
        Self { scale, nodes, columns, tasks, scan: OnceLock::new() }
    }

    fn column(&self, moment: Moment) -> &[f64] {
        let column = match moment {
            Moment::Square(Some(t)) => t,
            Moment::Square(None) => self.tasks,
            Moment::Residual => self.tasks + 1,
            Moment::Df1 => self.tasks + 2,
            Moment::Df2 => self.tasks + 3,
        };
        self.columns.get(column).map_or(&[], Vec::as_slice)
    }

    /// Whether the last Chebyshev coefficients of the errors are negligible.
    fn converged(&self) -> bool {
        self.columns.iter().take(self.tasks).all(|values| {
            let (least, most) = ends(values);
            self.nodes.converged(values, CONVERGED * least.max(SMALL * most))
        })
    }

    /// Interpolation weights at ℓ, shared by all moments.
    pub fn at(&self, pool_ridge: f64) -> At {
        At(self.nodes.weights(pool_ridge))
    }

    /// Interpolation weights at w.
    pub fn at_place(&self, w: f64) -> At {
        At(self.nodes.weights_at(w))
    }

    /// An interpolated moment, at least 0.
    pub fn value(&self, at: &At, moment: Moment) -> f64 {
        let column = self.column(moment);
        if column.is_empty() {
            return f64::NAN;
        }
        at.0.iter().zip(column).map(|(w, v)| w * v).sum::<f64>().max(0.0)
    }

    /// Whether a mean square is large enough to be interpolated to a relative 1e-8; the mean squares of nearly
    /// noiseless targets decrease by many orders of magnitude towards ℓ = 0.
    pub fn interpolates(&self, task: Option<usize>, square: f64) -> bool {
        square >= SMALL * ends(self.column(Moment::Square(task))).1
    }

    /// The scan from which every search starts.
    pub fn scan(&self) -> &Scan {
        self.scan.get_or_init(|| {
            let place = |i: usize| self.scale.first() * (1.0 - i as f64 / SCANNED as f64);
            let places: Vec<f64> = (0..=SCANNED).map(place).collect();
            let weights: Vec<At> = places.iter().map(|w| self.at_place(*w)).collect();
            let along = |moment| weights.iter().map(|at| self.value(at, moment)).collect::<Vec<f64>>();
            let squares = (0..self.tasks).map(Some).chain([None]).map(|task| along(Moment::Square(task)));
            Scan { squares: squares.collect(), df2: along(Moment::Df2), places }
        })
    }

    /// w of ℓ, from a negative value (the smallest ℓ) to 0 (ℓ = ∞).
    pub fn place(&self, pool_ridge: f64) -> f64 {
        self.scale.place(pool_ridge)
    }

    /// ℓ of w.
    pub fn pool_ridge(&self, w: f64) -> f64 {
        self.scale.pool_ridge(w)
    }
}

/// The smallest and the largest of some values.
fn ends(values: &[f64]) -> (f64, f64) {
    values.iter().fold((f64::INFINITY, 0.0), |(least, most), &v| (v.min(least), v.max(most)))
}
