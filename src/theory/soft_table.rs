//! Optimal selection at many (α, σ²) from one table (section 5): soft selection depends only on m(q) = Σ w/(τ+q),
//! since α = 1 − (q−μ)m(q) and R_soft = αq with q = κ + μ.

use std::sync::OnceLock;

use super::Spectrum;
use super::fixed_point::{Sums, step};
use super::numeric::first_not;
use super::quantity::{NoiseVariance, SampleRatio};
use super::risk::{self, Risk};
use super::selection::{Optimal, Soft, TaskSpectrum};
use super::vector::total;

/// A task spectrum with a table of m(q). The table only provides the start of each solve; exact sums complete it.
#[derive(Debug, Clone)]
pub struct SoftTable {
    task: TaskSpectrum,
    /// The directions with τ > 0, and the share of the others.
    positive: Spectrum,
    silent: f64,
    /// ln q of the first node; nodes are [`STEP`] apart.
    first: f64,
    /// Nodes, each computed when a solve first needs it.
    nodes: Vec<OnceLock<Node>>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    /// ln m. `slope` is its derivative in ln q.
    log: f64,
    slope: f64,
}

/// Distance of nodes in ln q. ln m is made of sigmoids of unit width, so cubic pieces of this width are accurate to
/// 1e-6.
const STEP: f64 = 0.125;

impl SoftTable {
    /// Prepares the table for this task spectrum.
    #[must_use]
    pub fn new(task: TaskSpectrum) -> Self {
        let positive = task.ground_truth();
        let silent = (task.reach() - task.rank()).max(0.0);
        let (mut first, mut nodes) = (0.0, Vec::new());
        if let Some((largest, smallest)) = positive.range() {
            first = smallest.max(1e-10 * largest).ln() - 6.0;
            let steps = ((largest.ln() + 8.0 - first) / STEP).ceil() as usize;
            nodes.resize_with(steps + 1, OnceLock::new);
        }
        Self { task, positive, silent, first, nodes }
    }

    fn node(&self, i: usize) -> Option<Node> {
        let node = || {
            let q = (self.first + STEP * i as f64).exp();
            let [m, square] = total!(&self.positive, 0.0, q, [], 2, |w, _, _, r| [w * r, w * r * r]);
            let (m, square) = (m + self.silent / q, square + self.silent / (q * q));
            Node { log: m.ln(), slope: -q * square / m }
        };
        self.nodes.get(i).map(|known| *known.get_or_init(node))
    }

    /// The task spectrum of the table.
    #[must_use]
    pub const fn task(&self) -> &TaskSpectrum {
        &self.task
    }

    /// The optimal selection, as precise as [`TaskSpectrum::optimal`].
    #[must_use]
    pub fn optimal(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Optimal {
        self.task.choose(sample_ratio, noise, self.soft(sample_ratio, noise))
    }

    /// Soft selection, as precise as [`TaskSpectrum::soft`].
    #[must_use]
    pub fn soft(&self, sample_ratio: SampleRatio, noise: NoiseVariance) -> Option<Soft> {
        let alpha = self.task.snapped(sample_ratio.get());
        let mu = self.task.soft_mu(sample_ratio, noise)?;
        let polished = self.start(alpha, mu).and_then(|kappa| self.polish(alpha, mu, kappa));
        polished
            .map(|kappa| Soft { risk: alpha * (kappa + mu), kappa: kappa / self.task.mean(mu), mu })
            .or_else(|| self.task.soft(sample_ratio, noise))
    }

    /// The decomposed risk of soft selection at one sample ratio; κ in units of the mean eigenvalue.
    pub(crate) fn risk(&self, sample_ratio: SampleRatio, noise: NoiseVariance, soft: &Soft) -> Risk {
        let mean = self.task.mean(soft.mu);
        let (mu, kappa) = (soft.mu, soft.kappa * mean);
        let q = kappa + mu;
        let [df1, df2, gap, unused, bias] = total!(&self.positive, 0.0, q, [mu, kappa], 5, |w, s, e, r| {
            let (a, b) = ((s + mu) * r, r * kappa);
            [w * a, w * a * a, w * a * b, w * b, e * b * b]
        });
        // Without energy the eigenvalue is μ, and there is no bias.
        let (a, b) = (mu / q, kappa / q);
        let w = if mu > 0.0 { self.silent } else { 0.0 };
        let sums = Sums {
            df1: df1 + w * a,
            df2: df2 + w * a * a,
            gap: gap + w * a * b,
            unused: unused + w * b,
            bias,
        };
        risk::from_sums(&sums, sample_ratio.get(), 0.0, noise.get(), soft.kappa)
    }

    /// Approximate κ from the table.
    fn start(&self, alpha: f64, mu: f64) -> Option<f64> {
        let reach = self.task.reach();
        let target = (reach - alpha).ln();
        // (q − μ)m(q) increases with q and is negative for q < μ.
        let value = |q: f64, log: f64| if q > mu { (q - mu).ln() + log - target } else { f64::NEG_INFINITY };
        let place = |i: usize| self.first + STEP * i as f64;
        let before = |i: usize| self.node(i).is_some_and(|node| value(place(i).exp(), node.log) < 0.0);
        let low = first_not(0, self.nodes.len(), before);
        if low == self.nodes.len() {
            // Far above all energies m(q) ≈ ρ/(q + r²/ρ), ρ the share in reach.
            let q = (reach * mu + (reach - alpha) * self.task.signal() / reach) / alpha;
            return (q > mu).then_some(q - mu);
        }
        let left = low.checked_sub(1)?;
        let (a, b) = (self.node(left)?, self.node(low)?);
        // Inside the cell, in v = ln(q − μ): bisection makes it safe, and near-linearity makes it fast.
        let mut v_low = (place(left).exp() - mu).max(1e-18 * mu).max(f64::MIN_POSITIVE).ln();
        let mut v_high = (place(low).exp() - mu).ln();
        let mut v = 0.5 * (v_low + v_high);
        for _ in 0..24 {
            let kappa = v.exp();
            let q = kappa + mu;
            let t = (q.ln() - place(left)) / STEP;
            let (log, slope) = cubic(a, b, t);
            let f = v + log - target;
            if f > 0.0 {
                v_high = v
            } else {
                v_low = v
            }
            let next = v - f / (1.0 + slope * kappa / q);
            let next = if next > v_low && next < v_high { next } else { 0.5 * (v_low + v_high) };
            let moved = (next - v).abs();
            v = next;
            if moved < 1e-5 {
                break;
            }
        }
        Some(v.exp())
    }

    /// Exact iterations from a start; `None` if they do not converge quickly.
    fn polish(&self, alpha: f64, mu: f64, mut kappa: f64) -> Option<f64> {
        for _ in 0..3 {
            let q = kappa + mu;
            let [df1, unused, gap, bend] = total!(&self.positive, 0.0, q, [mu, kappa], 4, |w, s, _, r| {
                let (a, b) = ((s + mu) * r, r * kappa);
                let ab = w * a * b;
                [w * a, w * b, ab, ab * (b - a)]
            });
            let (a, b) = (mu / q, kappa / q);
            let ab = self.silent * a * b;
            let sums = [df1 + self.silent * a, unused + self.silent * b, gap + ab, bend + ab * (b - a)];
            let (_, move_by) = step(alpha, self.task.reach(), 0.0, sums);
            if !move_by.is_finite() || move_by.abs() > 0.5 {
                return None;
            }
            kappa *= move_by.exp();
            if move_by.abs() < 1e-6 {
                return Some(kappa);
            }
        }
        None
    }
}

/// Hermite cubic between two nodes, t from 0 to 1: value, and derivative in ln q.
fn cubic(a: Node, b: Node, t: f64) -> (f64, f64) {
    let rise = b.log - a.log;
    let (m0, m1) = (a.slope * STEP, b.slope * STEP);
    let (c2, c3) = (3.0 * rise - 2.0 * m0 - m1, m0 + m1 - 2.0 * rise);
    (a.log + t * (m0 + t * (c2 + t * c3)), (m0 + t * (2.0 * c2 + 3.0 * t * c3)) / STEP)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_equals_direct_evaluation_bitwise() {
        let power = |p: u32, a: f64| -> Vec<f64> { (1..=p).map(|j| f64::from(j).powf(-a)).collect() };
        let mut sparse = power(100, 1.0);
        sparse.extend([0.0; 50]);
        for energies in
            [power(300, 1.0), power(200, 6.0), sparse, vec![1.0; 5], vec![0.0; 3], vec![3.0, 1e-9]]
        {
            let task = TaskSpectrum::uniform(&energies).unwrap();
            let table = SoftTable::new(task.clone());
            for a in [1e-4, 0.03, 0.2, 0.5, 0.66, 0.9, 0.999, 1.0 - 1e-9, 1.0, 2.0] {
                for v in [0.0, 1e-12, 1e-6, 1e-3, 0.1, 2.0, 1e3] {
                    let (ratio, noise) = (SampleRatio::new(a).unwrap(), NoiseVariance::new(v).unwrap());
                    let (got, want) = (table.optimal(ratio, noise), task.optimal(ratio, noise));
                    assert_eq!(got.regime, want.regime);
                    let close = |x: f64, y: f64| (x - y).abs() <= 1e-11 * y.abs();
                    let (Some(x), Some(y)) = (got.soft, want.soft) else {
                        assert_eq!(got, want);
                        continue;
                    };
                    assert!(close(x.risk, y.risk) && close(x.kappa, y.kappa), "α={a} σ²={v}: {x:?} {y:?}");
                }
            }
        }
    }
}
