//! The best number of components at its optimal ridge: running sums give every size at one κ, so size and κ are
//! improved alternately (sections 5 and 6).

use super::cuts::{Best, Cuts};
use crate::theory::descent::{Point, local_minimum};
use crate::theory::fixed_point::Sums;
use crate::theory::numeric::root;
use crate::theory::risk::{self, Risk};
use crate::theory::vector::{Atoms, total};

/// Largest number of scanned κ.
const NODES: f64 = 120.0;
/// Number of neighbouring sizes that are excluded together, and the maximum number of such blocks.
const BLOCK: usize = 32;
const MOST_BLOCKS: usize = 4096;
/// Maximum number of alternations between size and κ.
const ALTERNATIONS: usize = 40;
/// Accuracy of a minimum in ln κ.
const CLOSE: f64 = 1e-8;

/// df1, df2 and Bias² (with the energy of dropped components) of the first size of each block, at one κ.
#[derive(Debug)]
struct Blocks {
    kappa: f64,
    starts: Vec<[f64; 3]>,
    /// Bias² of every component.
    last: f64,
}

/// Sums at every scanned κ, shared by all sample ratios and noise levels.
#[derive(Debug)]
pub(super) struct Scan {
    block: usize,
    /// Spacing of the nodes in ln κ.
    step: f64,
    nodes: Vec<Blocks>,
}

/// The best size, and its κ.
#[derive(Debug, Clone, Copy)]
struct Found {
    best: Best,
    kappa: f64,
}

impl Scan {
    /// The sums; `None` without components, under a test covariance, and with energies below 0.
    pub fn new(cuts: &Cuts) -> Option<Self> {
        let (largest, smallest) = cuts.raw().range()?;
        let negative = cuts.raw().weighted_energies().iter().any(|e| *e < 0.0);
        if negative || cuts.is_shifted() {
            return None;
        }
        let (low, high) = (smallest.ln() - 9.0, largest.ln() + 4.0);
        let step = ((high - low) / NODES).max(0.25);
        let block = cuts.sizes().len().div_ceil(MOST_BLOCKS).max(BLOCK);
        let count = ((high - low) / step).ceil() as usize;
        let node = |i: usize| Blocks::new(cuts, block, (low + step * i as f64).exp());
        Some(Self { block, step, nodes: (0..count).map(node).collect() })
    }
}

impl Blocks {
    fn new(cuts: &Cuts, block: usize, kappa: f64) -> Self {
        let (atoms, sizes) = (Atoms::from(cuts.raw()), cuts.sizes().len());
        let mut starts = Vec::with_capacity(sizes.div_ceil(block));
        let mut sums = [0.0; 3];
        for first in (0..sizes).step_by(block) {
            let [df1, df2, bias] = sums;
            starts.push([df1, df2, bias + cuts.size(first).lost]);
            let last = (first + block).min(sizes - 1);
            let more = total!(atoms.among(first..last), 0.0, kappa, [kappa], 3, |w, s, e, r| {
                let (a, b) = (s * r, r * kappa);
                let wa = w * a;
                [wa, wa * a, e * b * b]
            });
            sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        Self { kappa, starts, last: sums[2] + cuts.size(sizes - 1).lost }
    }
}

/// The best size at the best ridge of either sign, or of at least 0, with the risk; `None` where nothing is scanned.
pub(super) fn best(cuts: &Cuts, scan: &Scan, (alpha, noise): (f64, f64), non_negative: bool) -> (Best, Risk) {
    let search = Search { cuts, block: scan.block, alpha, noise, non_negative };
    let least_squares = Found { best: cuts.least_squares(alpha, noise), kappa: 0.0 };
    let mut start: Option<Found> = None;
    let below = |start: Option<Found>| start.map_or(f64::INFINITY, |found| found.best.risk);
    // The first sizes of the blocks, then every size of the blocks that may have a better one.
    for node in &scan.nodes {
        start = search.best_start(node, below(start)).or(start);
    }
    for node in &scan.nodes {
        start = search.better_than(node, below(start)).or(start);
    }
    let Some(mut found) = start else { return (least_squares.best, search.risk(least_squares)) };
    for _ in 0..ALTERNATIONS {
        let (low, high) = (found.kappa * (-scan.step).exp(), found.kappa * scan.step.exp());
        let kappa = search.best_ridge(found.best.kept, (low, high));
        let at = search.sums(found.best.kept, kappa).0;
        found = Found { best: Best { risk: search.objective(at.df2, at.bias), ..found.best }, kappa };
        match search.better_than(&Blocks::new(cuts, scan.block, kappa), found.best.risk) {
            Some(next) if next.best.kept != found.best.kept => found = next,
            _ => break,
        }
    }
    if found.best.risk < least_squares.best.risk {
        (found.best, search.risk(found))
    } else {
        (least_squares.best, search.risk(least_squares))
    }
}

struct Search<'a> {
    cuts: &'a Cuts,
    block: usize,
    alpha: f64,
    noise: f64,
    non_negative: bool,
}

impl Search<'_> {
    /// (Bias² + σ²)/(1 − df2/α).
    fn objective(&self, df2: f64, bias: f64) -> f64 {
        (bias + self.noise) / (1.0 - df2 / self.alpha)
    }

    /// Whether there is an admissible ridge: λ(κ) falls as components are added.
    fn fits(&self, df1: f64, df2: f64) -> bool {
        df2 < self.alpha && !(self.non_negative && df1 > self.alpha)
    }

    /// The best of the first sizes of the blocks, if its risk is below `least`.
    fn best_start(&self, node: &Blocks, least: f64) -> Option<Found> {
        let mut best = Best { kept: 0, risk: least };
        for (i, &[df1, df2, bias]) in node.starts.iter().enumerate() {
            if !self.fits(df1, df2) {
                break;
            }
            best = best.or(Best { kept: i * self.block, risk: self.objective(df2, bias) });
        }
        (best.risk < least).then_some(Found { best, kappa: node.kappa })
    }

    /// The best size at one κ, if its risk is below `least`.
    fn better_than(&self, node: &Blocks, least: f64) -> Option<Found> {
        let mut best = Best { kept: 0, risk: least };
        for (i, &[df1, df2, bias]) in node.starts.iter().enumerate() {
            if !self.fits(df1, df2) {
                break;
            }
            // With every component df2 rises and the bias falls: up to rounding no size of the block has less than this.
            let after = node.starts.get(i + 1).map_or(node.last, |[_, _, bias]| *bias);
            if self.objective(df2, after) <= best.risk * (1.0 + 1e-12) {
                best = self.best_of(node.kappa, i * self.block, [df1, df2, bias], best);
            }
        }
        (best.risk < least).then_some(Found { best, kappa: node.kappa })
    }

    /// The best size of a block, from the sums of its first one, or `best` if that is lower.
    fn best_of(&self, kappa: f64, first: usize, [df1, df2, bias]: [f64; 3], best: Best) -> Best {
        let (raw, sizes) = (self.cuts.raw(), self.cuts.sizes());
        let Atoms { weights, eigenvalues, energies } =
            Atoms::from(raw).among(first..(first + self.block).min(sizes.len() - 1));
        let (mut df1, mut df2, mut fitted) = (df1, df2, bias - self.cuts.size(first).lost);
        let mut best = best.or(Best { kept: first, risk: self.objective(df2, bias) });
        for (i, ((w, s), e)) in weights.iter().zip(eigenvalues).zip(energies).enumerate() {
            let r = (s + kappa).recip();
            let (a, b) = (s * r, kappa * r);
            df1 += w * a;
            df2 += w * a * a;
            fitted += e * b * b;
            if !self.fits(df1, df2) {
                break;
            }
            let kept = first + i + 1;
            best = best.or(Best { kept, risk: self.objective(df2, fitted + self.cuts.size(kept).lost) });
        }
        best
    }

    /// The sums of a size at κ > 0, with the derivatives of df2 and Bias² in ln κ.
    fn sums(&self, kept: usize, kappa: f64) -> (Sums, [f64; 2]) {
        let atoms = Atoms::from(self.cuts.raw()).among(0..kept);
        let [df1, df2, gap, unused, bias, fall, rise] =
            total!(atoms, 0.0, kappa, [kappa], 7, |w, s, e, r| {
                let (a, b) = (s * r, r * kappa);
                let (wa, ebb) = (w * a, e * b * b);
                let wab = wa * b;
                [wa, wa * a, wab, w * b, ebb, wab * a, ebb * a]
            });
        let bias = bias + self.cuts.size(kept).lost;
        (Sums { df1, df2, gap, unused, bias }, [-2.0 * fall, 2.0 * rise])
    }

    /// κ of the best ridge of a size between two values; `low` may have no admissible ridge.
    fn best_ridge(&self, kept: usize, (low, high): (f64, f64)) -> f64 {
        let point = |log: f64| {
            let (Sums { df2, bias, .. }, [df2_slope, bias_slope]) = self.sums(kept, log.exp());
            let margin = self.alpha - df2;
            if margin <= 0.0 {
                return Point { at: log, value: f64::INFINITY, slope: f64::NEG_INFINITY, sums: () };
            }
            let inflated = (bias + self.noise) / margin;
            let slope = (bias_slope + inflated * df2_slope) / margin;
            Point { at: log, value: inflated, slope, sums: () }
        };
        let (mut from, to) = (low.ln(), high.ln());
        let ridge = |log: f64| self.alpha - self.sums(kept, log.exp()).0.df1;
        if self.non_negative && ridge(from) < 0.0 {
            from = root(from, to, 1e-15, ridge).unwrap_or(to);
        }
        let (from, to) = (point(from), point(to));
        match (from.slope < 0.0, to.slope >= 0.0) {
            (true, true) => local_minimum(from, to, CLOSE, point).at.exp(),
            (true, false) => high,
            _ => from.at.exp(),
        }
    }

    /// The risk of a size at κ, both in units of its mean eigenvalue.
    fn risk(&self, Found { best: Best { kept, .. }, kappa }: Found) -> Risk {
        let Self { cuts, alpha, noise, .. } = *self;
        let size = cuts.size(kept);
        if kept == 0 {
            return crate::theory::ridge::infinite(cuts.raw(), alpha, noise);
        }
        let sums = if kappa > 0.0 {
            self.sums(kept, kappa).0
        } else {
            Sums { df1: size.share, df2: size.share, gap: 0.0, unused: 0.0, bias: size.lost }
        };
        let mut unfitted =
            if 2.0 * sums.df1 > size.share { (alpha - size.share) + sums.unused } else { alpha - sums.df1 };
        if self.non_negative {
            unfitted = unfitted.max(0.0);
        }
        let risk = risk::from_sums(&sums, alpha, kappa * unfitted / alpha, noise, kappa);
        Risk { ridge: risk.ridge / size.mean, kappa: kappa / size.mean, ..risk }
    }
}
