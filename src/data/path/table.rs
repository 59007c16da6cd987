//! The rows' leave-one-out moments as functions of the ridge, evaluated once and interpolated to 1e-8 (section 9.2).
//!
//! As functions of ln ℓ they are analytic in the strip |Im| < π: their singularities lie where −ℓ is an eigenvalue, or
//! where a leverage reaches 1. w = ln((ℓ+a)/(ℓ+b)), a below and b above all eigenvalues, maps 0 ≤ ℓ ≤ ∞ to a finite
//! interval and keeps the strip, so that a polynomial in w through Chebyshev points converges geometrically at a rate
//! that the interval's length alone decides.

use std::f64::consts::PI;
use std::ops::Range;
use std::sync::OnceLock;

use super::filter::Filter;
use super::rows::{Moments, Rows};
use crate::data::DataError;

/// Coefficients of a converged table have fallen by this.
const CONVERGED: f64 = 1e-9;
const MOST: usize = 300;

/// Moments at Chebyshev points of w; the first is at ℓ = ∞, the last at the least ℓ.
#[derive(Debug, Clone, Default)]
pub(super) struct Table {
    scale: Scale,
    places: Vec<f64>,
    /// By column, one value for each place.
    columns: Vec<Vec<f64>>,
    tasks: usize,
    /// Made when a search first asks for it.
    scan: OnceLock<Scan>,
}

/// df2 and mean squared errors at evenly spaced places, from the least ℓ to ∞: every search begins with a look at these,
/// whatever n is.
#[derive(Debug, Clone, Default)]
pub(super) struct Scan {
    pub places: Vec<f64>,
    pub df2: Vec<f64>,
    /// By task, the mean over tasks last.
    squares: Vec<Vec<f64>>,
}

/// Places of a scan.
const SCANNED: usize = 192;

impl Scan {
    /// Mean ε² of a task at each place; of the mean over tasks.
    pub fn square(&self, task: Option<usize>) -> &[f64] {
        let column = task.unwrap_or(self.squares.len().saturating_sub(1));
        self.squares.get(column).map_or(&[], Vec::as_slice)
    }
}

/// Which column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Moment {
    /// Mean ε² of a task; of the mean over tasks.
    Square(Option<usize>),
    /// Mean ε⁴ of a task; the mean over rows of (mean ε² over tasks)².
    Fourth(Option<usize>),
    /// Mean (y − ŷ)².
    Residual,
    Df1,
    Df2,
}

/// The map between ℓ and w.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scale {
    below: f64,
    above: f64,
    /// w at the least ℓ; 0 is ℓ = ∞.
    first: f64,
    least: f64,
    /// What stands for ℓ = 0 where some row alone holds a direction: its error is a limit there.
    floor: f64,
}

/// Weights of the places at one ℓ.
pub(super) struct At(Vec<f64>);

impl Table {
    /// Over all of a scale.
    ///
    /// # Errors
    /// [`DataError::Interrupted`].
    pub fn new(
        rows: &Rows,
        range: &Range<usize>,
        filter: &Filter,
        scale: Scale,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, DataError> {
        let half = PI / (0.5 * -scale.first);
        let rate = (half + half.hypot(1.0)).ln();
        // Even steps: the next finer grid has these points among its own.
        let mut steps = (-(CONVERGED.ln()) / rate).ceil().clamp(8.0, 200.0) as usize + 4;
        let mut known: Vec<(f64, Moments)> = Vec::new();
        loop {
            let places: Vec<f64> = (0..=steps)
                .map(|j| 0.5 * scale.first * (1.0 - (PI * j as f64 / steps as f64).cos()))
                .collect();
            let wanted: Vec<f64> = places
                .iter()
                .copied()
                .enumerate()
                .filter(|(j, _)| known.is_empty() || j % 2 == 1)
                .map(|p| p.1)
                .collect();
            let owns: Vec<f64> = wanted.iter().map(|&w| scale.own(w)).collect();
            let found = rows.moments(range, filter, &owns, stop)?;
            known.extend(wanted.into_iter().zip(found));
            known.sort_by(|a, b| b.0.total_cmp(&a.0));
            let table = Self::of(scale, &known, filter);
            if table.converged() || 2 * steps > MOST {
                return Ok(table);
            }
            steps *= 2;
        }
    }

    fn of(scale: Scale, known: &[(f64, Moments)], filter: &Filter) -> Self {
        let mut columns: Vec<Vec<f64>> = Vec::new();
        let mut tasks = 0;
        for (w, moments) in known {
            let at = filter.at(if *w == scale.first { scale.least } else { scale.own(*w) });
            tasks = moments.squares.len();
            let mean = moments.squares.iter().sum::<f64>() / tasks as f64;
            columns.resize(2 * tasks + 5, Vec::with_capacity(known.len()));
            let of_all = [mean, moments.shared, moments.residual, at.df1, at.df2];
            let values = moments.squares.iter().chain(&moments.fourth).chain(&of_all);
            columns.iter_mut().zip(values).for_each(|(column, value)| column.push(*value));
        }
        let places = known.iter().map(|k| k.0).collect();
        Self { scale, places, columns, tasks, scan: OnceLock::new() }
    }

    fn column(&self, moment: Moment) -> &[f64] {
        let column = match moment {
            Moment::Square(Some(t)) => t,
            Moment::Fourth(Some(t)) => self.tasks + t,
            Moment::Square(None) => 2 * self.tasks,
            Moment::Fourth(None) => 2 * self.tasks + 1,
            Moment::Residual => 2 * self.tasks + 2,
            Moment::Df1 => 2 * self.tasks + 3,
            Moment::Df2 => 2 * self.tasks + 4,
        };
        self.columns.get(column).map_or(&[], Vec::as_slice)
    }

    /// Whether the last Chebyshev coefficients of the errors are below what matters.
    fn converged(&self) -> bool {
        let steps = self.places.len().saturating_sub(1).max(1);
        let of_tasks = self.columns.iter().take(2 * self.tasks).map(Vec::as_slice);
        of_tasks.chain([self.column(Moment::Fourth(None))]).all(|samples| {
            let least = samples.iter().fold(f64::INFINITY, |m, &v| m.min(v));
            let coefficient = |k: usize| {
                let term = |(j, v): (usize, &f64)| {
                    let end = if j == 0 || j == steps { 0.5 } else { 1.0 };
                    end * v * (PI * (j * k) as f64 / steps as f64).cos()
                };
                samples.iter().enumerate().map(term).sum::<f64>().abs() * 2.0 / steps as f64
            };
            (steps.saturating_sub(3)..steps).all(|k| coefficient(k) <= CONVERGED * least)
        })
    }

    /// The weights at ℓ, from which every moment is read.
    pub fn at(&self, own: f64) -> At {
        self.at_place(self.scale.place(own))
    }

    /// The same at w.
    pub fn at_place(&self, w: f64) -> At {
        let last = self.places.len().saturating_sub(1);
        if let Some(hit) = self.places.iter().position(|p| *p == w) {
            let mut weights = vec![0.0; self.places.len()];
            weights.iter_mut().skip(hit).take(1).for_each(|v| *v = 1.0);
            return At(weights);
        }
        let mut total = 0.0;
        let mut weights: Vec<f64> = self
            .places
            .iter()
            .enumerate()
            .map(|(j, place)| {
                let sign = if j % 2 == 0 { 1.0 } else { -1.0 };
                let end = if j == 0 || j == last { 0.5 } else { 1.0 };
                let weight = sign * end / (w - place);
                total += weight;
                weight
            })
            .collect();
        weights.iter_mut().for_each(|v| *v /= total);
        At(weights)
    }

    pub fn value(&self, at: &At, moment: Moment) -> f64 {
        at.0.iter().zip(self.column(moment)).map(|(w, v)| w * v).sum()
    }

    /// What every search begins with.
    pub fn scan(&self) -> &Scan {
        self.scan.get_or_init(|| {
            let place = |i: usize| self.scale.first * (1.0 - i as f64 / SCANNED as f64);
            let places: Vec<f64> = (0..=SCANNED).map(place).collect();
            let weights: Vec<At> = places.iter().map(|w| self.at_place(*w)).collect();
            let along = |moment| weights.iter().map(|at| self.value(at, moment)).collect::<Vec<f64>>();
            let squares = (0..self.tasks).map(Some).chain([None]).map(|task| along(Moment::Square(task)));
            Scan { squares: squares.collect(), df2: along(Moment::Df2), places }
        })
    }

    /// w of ℓ, from below 0 (the least ℓ) to 0 (ℓ = ∞).
    pub fn place(&self, own: f64) -> f64 {
        self.scale.place(own)
    }

    /// ℓ of w.
    pub fn own(&self, w: f64) -> f64 {
        if w <= self.scale.first { self.scale.least } else { self.scale.own(w) }
    }
}

impl Scale {
    /// From the least ℓ on.
    pub fn new(rows: &Rows, range: &Range<usize>, filter: &Filter, least: f64) -> Self {
        let (lowest, highest) = filter.range();
        let above = 2.0 * highest;
        let (below, floor) = if least > 0.0 {
            (0.0, 0.0)
        } else {
            // A leverage close to 1 reaches it at −ℓ ≈ (1 − h) e.
            let most = rows.leverages(range).iter().fold(0.0_f64, |m, &h| m.max(h));
            let free = (1.0 - most - (rows.count() as f64).recip()).max(0.0);
            let floor = if free < 1e-8 { 1e-5 * lowest } else { 0.0 };
            (0.5 * lowest * free.clamp(1e-6, 1.0), floor)
        };
        let mut scale = Self { below, above, first: 0.0, least, floor };
        scale.first = scale.raw(least);
        scale
    }

    /// ℓ to evaluate errors at: where a row alone holds a direction its error at ℓ = 0 is a limit.
    pub fn safe(&self, own: f64) -> f64 {
        own.max(self.floor)
    }

    fn raw(&self, own: f64) -> f64 {
        if own.is_infinite() {
            0.0
        } else if own > 0.5 * self.above {
            (-(self.above - self.below) / (own + self.above)).ln_1p()
        } else {
            ((own + self.below) / (own + self.above)).ln()
        }
    }

    fn place(&self, own: f64) -> f64 {
        self.raw(own).clamp(self.first, 0.0)
    }

    fn own(&self, w: f64) -> f64 {
        if w >= 0.0 {
            return f64::INFINITY;
        }
        let own = (w.exp() * self.above - self.below) / -w.exp_m1();
        own.max(self.least).max(self.floor)
    }
}
