//! Chebyshev interpolation along the ridge (section 9.2).
//!
//! As functions of ln ℓ the moments of the rows are analytic in the strip |Im| < π: their singularities are where −ℓ
//! is an eigenvalue, or where a leverage reaches 1. w = ln((ℓ+a)/(ℓ+b)), with a below and b above all eigenvalues,
//! maps 0 ≤ ℓ ≤ ∞ to a finite interval and preserves the strip, so that a polynomial in w through Chebyshev points
//! converges geometrically, at a rate that depends only on the length of the interval.

use std::f64::consts::PI;

use super::filter::Filter;

/// The map between ℓ and w.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Scale {
    below: f64,
    above: f64,
    /// w at the smallest ℓ; w = 0 is ℓ = ∞.
    first: f64,
    least: f64,
}

impl Scale {
    /// A scale from the smallest ℓ on; `free` is the smallest 1 − h_i at ℓ = 0.
    pub fn new(filter: &Filter, least: f64, free: f64) -> Self {
        let (lowest, highest) = filter.range();
        // A leverage close to 1 reaches 1 at −ℓ ≈ (1 − h) e.
        let below = if least > 0.0 { 0.0 } else { 0.5 * lowest * free.clamp(1e-7, 1.0) };
        let mut scale = Self { below, above: 2.0 * highest, first: 0.0, least };
        scale.first = scale.raw(least);
        scale
    }

    /// w at the least ℓ.
    pub const fn first(&self) -> f64 {
        self.first
    }

    fn raw(&self, pool_ridge: f64) -> f64 {
        if pool_ridge.is_infinite() {
            0.0
        } else if pool_ridge > 0.5 * self.above {
            (-(self.above - self.below) / (pool_ridge + self.above)).ln_1p()
        } else {
            ((pool_ridge + self.below) / (pool_ridge + self.above)).ln()
        }
    }

    /// w of ℓ, from a negative value (the smallest ℓ) to 0 (ℓ = ∞).
    pub fn place(&self, pool_ridge: f64) -> f64 {
        self.raw(pool_ridge).clamp(self.first, 0.0)
    }

    /// ℓ of w.
    pub fn pool_ridge(&self, w: f64) -> f64 {
        if w >= 0.0 {
            return f64::INFINITY;
        }
        if w <= self.first {
            return self.least;
        }
        let pool_ridge = (w.exp() * self.above - self.below) / -w.exp_m1();
        pool_ridge.max(self.least)
    }

    /// Chebyshev points of w from ℓ = ∞ to the smallest ℓ, one more than `steps`.
    pub fn nodes(&self, steps: usize) -> Nodes {
        let place = |j: usize| 0.5 * self.first * (1.0 - (PI * j as f64 / steps as f64).cos());
        Nodes { scale: *self, places: (0..=steps).map(place).collect() }
    }

    /// Number of steps after which interpolation of a function analytic in the strip has this relative error.
    pub fn steps(&self, error: f64) -> usize {
        let half = PI / (0.5 * -self.first);
        let rate = (half + half.hypot(1.0)).ln();
        (-(error.ln()) / rate).ceil().clamp(8.0, 200.0) as usize
    }
}

/// Chebyshev points along w, the first at ℓ = ∞, the last at the least ℓ.
#[derive(Debug, Clone, Default)]
pub(super) struct Nodes {
    scale: Scale,
    places: Vec<f64>,
}

impl Nodes {
    /// The ridge ℓ at each node.
    pub fn pool_ridges(&self) -> Vec<f64> {
        self.places.iter().map(|w| self.scale.pool_ridge(*w)).collect()
    }

    /// Weights of the values at the nodes in the interpolated value at ℓ.
    pub fn weights(&self, pool_ridge: f64) -> Vec<f64> {
        self.weights_at(self.scale.place(pool_ridge))
    }

    /// Weights of the values at the nodes in the interpolated value at w.
    pub fn weights_at(&self, w: f64) -> Vec<f64> {
        let last = self.places.len().saturating_sub(1);
        if let Some(hit) = self.places.iter().position(|p| *p == w) {
            let mut weights = vec![0.0; self.places.len()];
            weights.iter_mut().skip(hit).take(1).for_each(|v| *v = 1.0);
            return weights;
        }
        let mut total = 0.0;
        let of = |(j, place): (usize, &f64)| {
            let sign = if j % 2 == 0 { 1.0 } else { -1.0 };
            let end = if j == 0 || j == last { 0.5 } else { 1.0 };
            let weight = sign * end / (w - place);
            total += weight;
            weight
        };
        let mut weights: Vec<f64> = self.places.iter().enumerate().map(of).collect();
        weights.iter_mut().for_each(|v| *v /= total);
        weights
    }

    /// Whether the last Chebyshev coefficients of these values at the nodes are at most `error`.
    pub fn converged(&self, values: &[f64], error: f64) -> bool {
        let steps = self.places.len().saturating_sub(1).max(1);
        let coefficient = |k: usize| {
            let term = |(j, v): (usize, &f64)| {
                let end = if j == 0 || j == steps { 0.5 } else { 1.0 };
                end * v * (PI * (j * k) as f64 / steps as f64).cos()
            };
            values.iter().enumerate().map(term).sum::<f64>().abs() * 2.0 / steps as f64
        };
        (steps.saturating_sub(3)..steps).all(|k| coefficient(k) <= error)
    }
}
