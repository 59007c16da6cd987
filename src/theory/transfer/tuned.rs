//! Minimum of the risks of section 11 over ridges λ ≥ 0; they may have several local minima in ln κ.

use super::super::descent::{Point, crossing, local_minimum};

/// Distance of nodes in ln κ; the risk is made of sigmoids of unit width.
pub(super) const STEP: f64 = 0.25;
/// Accuracy of a minimum in ln κ.
const CLOSE: f64 = 1e-8;

/// Sums over a spectrum at nodes of κ, shared by all sample ratios, widths and noise levels.
#[derive(Debug, Clone)]
pub(super) struct Scan<S> {
    nodes: Vec<(f64, S)>,
}

/// A risk and its derivative in ln κ.
#[derive(Debug, Clone, Copy)]
pub(super) struct RiskSlope {
    pub risk: f64,
    pub slope: f64,
}

impl RiskSlope {
    fn point<S>(self, kappa: f64, sums: S) -> Point<S> {
        // At a pole the risk decreases to either side.
        let slope = if self.risk.is_finite() { self.slope } else { f64::NEG_INFINITY };
        Point { at: kappa.ln(), value: self.risk, slope, sums }
    }
}

impl<S: Copy> Scan<S> {
    /// Nodes from below the smallest scale of the spectrum to where the largest no longer matters.
    pub fn new((smallest, largest): (f64, f64), sums: impl Fn(f64) -> S) -> Self {
        let last = largest.ln() + 40.0;
        let mut nodes = Vec::new();
        let mut log = (smallest * 1e-4).ln();
        while log < last {
            let kappa = log.exp();
            nodes.push((kappa, sums(kappa)));
            // Beyond the largest scale everything is monotone, so wide steps suffice.
            log += if log < largest.ln() + 4.0 { STEP } else { 16.0 * STEP };
        }
        Self { nodes }
    }

    /// An approximate κ at which `value` (decreasing in ln κ, with its derivative) equals `level`; `None` beyond the nodes.
    pub fn near(&self, level: f64, value: impl Fn(f64, &S) -> [f64; 2]) -> Option<f64> {
        let above = self.nodes.partition_point(|(kappa, sums)| value(*kappa, sums)[0] > level);
        let (low, a) = self.nodes.get(above.checked_sub(1)?)?;
        let (high, b) = self.nodes.get(above)?;
        let width = (high / low).ln();
        let scaled = |[value, slope]: [f64; 2]| [value, slope * width];
        Some(low * (width * crossing(level, scaled(value(*low, a)), scaled(value(*high, b)))).exp())
    }

    /// κ and sums at every local minimum of the risk above the least admissible κ, whose sums are given and which may be 0.
    /// `steep` > 0 is the distance from the least κ, in ln κ, within which the risk may change direction.
    pub fn minima(
        &self,
        (least, at_least): (f64, S),
        steep: f64,
        sums: impl Fn(f64) -> S,
        risk_slope: impl Fn(f64, &S) -> RiskSlope,
    ) -> Vec<(f64, S)> {
        // Below this share of the first node no minimum is searched.
        const NOTHING: f64 = 1e-30;
        let at = |kappa: f64, sums: S| risk_slope(kappa, &sums).point(kappa, sums);
        let above = self.nodes.partition_point(|(kappa, _)| *kappa <= least * (1.0 + 1e-12));
        let Some(&(next, _)) = self.nodes.get(above) else { return Vec::new() };
        let (mut first, mut between) = (next, Vec::new());
        if least > 0.0 {
            let closer = (0..).map(|i| least * (steep * 2_f64.powi(i)).exp());
            between.extend(closer.take_while(|kappa| *kappa < next * 0.95));
            first = least;
        } else {
            // Down to a κ at which the risk decreases.
            while first > next * NOTHING && at(first, sums(first)).slope >= 0.0 {
                between.push(first);
                first *= 1e-2;
            }
            between.reverse();
            between.pop();
        }
        let between = between.into_iter().map(|kappa| (kappa, sums(kappa)));
        let mut found = Vec::new();
        let mut before = at(first, if first == least { at_least } else { sums(first) });
        for (kappa, sums_there) in between.chain(self.nodes.iter().skip(above).copied()) {
            let here = at(kappa, sums_there);
            if before.slope < 0.0 && here.slope >= 0.0 {
                let lowest = local_minimum(before, here, CLOSE, |log| at(log.exp(), sums(log.exp()))).last;
                found.push((lowest.at.exp(), lowest.sums));
            }
            before = here;
        }
        found
    }
}
