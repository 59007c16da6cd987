//! Approximate risks of many numbers of components at once, at a given ridge λ ≥ 0, to propose candidates.
//!
//! For the top k components at one κ the sums of section 3 depend on neither α nor σ² nor λ. They are computed once
//! for some sizes on a grid of ln κ; the fixed point of each size at any α then takes one interpolation. The table
//! only proposes sizes: exact sums decide.

use super::cuts::{Best, Cuts, Size};
use crate::theory::selection::left_risk;
use crate::theory::vector::{Atoms, total};

/// Step of the grid in ln κ. The sums are made of sigmoids of unit width in ln κ, so cubic pieces of a quarter are
/// accurate to 1e-5.
const STEP: f64 = 0.25;
/// Number of e-folds beyond the outermost eigenvalues, since n differs from k by at least 1 in p.
const MARGIN: f64 = 10.0;
/// Ratio of neighbouring sizes, once they differ by more than 1.
const GROWTH: f64 = 1.036;

/// Sums over the top eigenvalues of some sizes.
#[derive(Debug, Clone)]
pub(super) struct Table {
    sizes: Vec<usize>,
    /// κ of the nodes, increasing.
    kappas: Vec<f64>,
    /// The sums of the first size at every κ, then those of the next size.
    plain: Vec<Sums>,
    /// The sums weighted by a test covariance, in the order of the plain ones; empty without one.
    test: Vec<Sums>,
}

/// Sums with the filters a = s/(s+κ) and b = 1 − a.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    /// Σ w a.
    df1: f64,
    /// Σ w a b = −d df1/d ln κ = df1 − df2.
    gap: f64,
    /// Σ w a² b; the derivative of the gap is 2 Σ w a²b − Σ w ab.
    fall: f64,
    /// Σ w τ b².
    bias: f64,
    /// Σ w τ a b²; the derivative of the bias is twice this.
    rise: f64,
}

/// The arguments α, λ ≥ 0 and σ².
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub alpha: f64,
    pub lambda: f64,
    pub noise: f64,
}

impl Table {
    pub(super) fn new(cuts: &Cuts) -> Self {
        let raw = cuts.raw();
        let sizes = spread(raw.weights().len());
        let mut kappas = Vec::new();
        if let Some((largest, smallest)) = raw.range() {
            let (low, high) = (smallest.ln() - MARGIN, largest.ln() + MARGIN);
            let steps = ((high - low) / STEP).ceil() as usize;
            kappas.extend((0..=steps).map(|i| (low + STEP * i as f64).exp()));
        }
        let of = |atoms: Atoms| {
            let mut all = vec![Sums::default(); sizes.len() * kappas.len()];
            for (i, &kappa) in kappas.iter().enumerate() {
                let (mut sums, mut from) = (Sums::default(), 0);
                for (size, &to) in sizes.iter().enumerate() {
                    sums.add(atoms.among(from..to), kappa);
                    from = to;
                    if let Some(at) = all.get_mut(size * kappas.len() + i) {
                        *at = sums;
                    }
                }
            }
            all
        };
        let plain = of(raw.into());
        let test = raw.test().map_or_else(Vec::new, |test| of(test.into()));
        Self { sizes, kappas, plain, test }
    }

    /// Risks of the sizes from `first` on, increasing; ∞ where the grid does not contain the fixed point.
    pub(super) fn risks(&self, cuts: &Cuts, at: At, first: usize) -> Vec<Best> {
        let start = self.sizes.partition_point(|size| *size < first);
        // More components have a larger κ.
        let mut node = 0;
        let risk = |(i, &kept): (usize, &usize)| {
            let (size, plain) = (cuts.sizes().get(kept)?, self.row(&self.plain, i));
            let place = self.place(plain, size, at, &mut node);
            let risk = self.risk(plain, size, at, place);
            let tested = cuts.tested(kept).map(|tested| {
                let test = self.row(&self.test, i);
                at.noise
                    + tested.missed
                    + place.of(test, Sums::bias)
                    + risk * place.of(test, Sums::df2) / at.alpha
            });
            Some(Best { kept, risk: tested.unwrap_or(risk) })
        };
        self.sizes.iter().enumerate().skip(start).filter_map(risk).collect()
    }

    /// The sums of one size at all nodes.
    fn row<'a>(&self, all: &'a [Sums], size: usize) -> &'a [Sums] {
        let nodes = self.kappas.len();
        all.get(size * nodes..(size + 1) * nodes).unwrap_or_default()
    }

    /// Solves df1 + αλ/κ = α on the grid, λ in units of the mean eigenvalue of this size; the search starts at
    /// `node`.
    fn place(&self, plain: &[Sums], size: &Size, at: At, node: &mut usize) -> Place {
        let pull = at.alpha * at.lambda * size.mean;
        let side = |i: usize| {
            let (sums, kappa) = plain.get(i).zip(self.kappas.get(i))?;
            Some([sums.df1 + pull / kappa, -sums.gap - pull / kappa])
        };
        while side(*node).is_some_and(|[value, _]| value > at.alpha) {
            *node += 1;
        }
        let Some(left) = node.checked_sub(1) else { return Place::Below };
        let (Some(a), Some(b)) = (side(left), side(*node)) else { return Place::Above };
        let mut t = (a[0] - at.alpha) / (a[0] - b[0]);
        for _ in 0..3 {
            let [value, slope] = cubic(a, b, t);
            t = (t - (value - at.alpha) / slope).clamp(0.0, 1.0);
        }
        Place::Between { left, t }
    }

    /// R = (Bias² + σ²)/D of section 3 with D = λ/κ + Σ w ab/α.
    fn risk(&self, plain: &[Sums], size: &Size, at: At, place: Place) -> f64 {
        let left = size.lost + at.noise;
        match place {
            Place::Below if size.share < at.alpha => left_risk(left, at.alpha, size.share),
            Place::Below => f64::INFINITY,
            Place::Above => left + place.of(plain, Sums::bias),
            Place::Between { left: node, t } => {
                let kappa = self.kappas.get(node).map_or(f64::NAN, |kappa| kappa * (STEP * t).exp());
                let slope = at.lambda * size.mean / kappa + place.of(plain, Sums::gap) / at.alpha;
                (left + place.of(plain, Sums::bias)) / slope
            }
        }
    }
}

/// Position of a fixed point relative to the grid.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Left of the first node.
    Below,
    /// Right of the last.
    Above,
    /// At the fraction t between this node and the next.
    Between { left: usize, t: f64 },
}

impl Place {
    /// A sum interpolated at this position.
    fn of(self, row: &[Sums], sum: impl Fn(&Sums) -> [f64; 2]) -> f64 {
        let node = |i: usize| row.get(i).map_or([f64::NAN; 2], &sum);
        match self {
            Self::Below => node(0)[0],
            Self::Above => node(row.len().saturating_sub(1))[0],
            Self::Between { left, t } => cubic(node(left), node(left + 1), t)[0],
        }
    }
}

/// Each sum with its derivative in ln κ.
impl Sums {
    fn df2(&self) -> [f64; 2] {
        [self.df1 - self.gap, -2.0 * self.fall]
    }

    fn gap(&self) -> [f64; 2] {
        [self.gap, 2.0 * self.fall - self.gap]
    }

    fn bias(&self) -> [f64; 2] {
        [self.bias, 2.0 * self.rise]
    }

    fn add(&mut self, atoms: Atoms, kappa: f64) {
        let [df1, gap, fall, bias, rise] = total!(atoms, 0.0, kappa, [kappa], 5, |w, s, e, r| {
            let (a, b) = (s * r, r * kappa);
            let (wa, bb) = (w * a, b * b);
            [wa, wa * b, wa * a * b, e * bb, e * bb * a]
        });
        self.df1 += df1;
        self.gap += gap;
        self.fall += fall;
        self.bias += bias;
        self.rise += rise;
    }
}

/// Hermite cubic between two nodes with given value and derivative in ln κ, t from 0 to 1: the value, and the
/// derivative in t.
fn cubic(a: [f64; 2], b: [f64; 2], t: f64) -> [f64; 2] {
    let rise = b[0] - a[0];
    let (m0, m1) = (a[1] * STEP, b[1] * STEP);
    let (c2, c3) = (3.0 * rise - 2.0 * m0 - m1, m0 + m1 - 2.0 * rise);
    [a[0] + t * (m0 + t * (c2 + t * c3)), m0 + t * (2.0 * c2 + 3.0 * t * c3)]
}

/// All sizes up to `last` where they are few, then sizes evenly spaced in the logarithm.
fn spread(last: usize) -> Vec<usize> {
    let grow = |kept: &usize| {
        let next = (kept + 1).max((*kept as f64 * GROWTH) as usize).min(last);
        (*kept < last).then_some(next)
    };
    std::iter::successors(Some(1), grow).filter(|kept| *kept <= last).collect()
}
