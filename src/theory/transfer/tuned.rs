//! Minimum of the risks of section 11 over ridges λ ≥ 0; they may have several local minima in ln κ.

use super::super::Risk;
use super::super::numeric::valley;

/// Distance of nodes in ln κ; the risk is made of sigmoids of unit width.
const STEP: f64 = 0.25;

/// Sums over a spectrum at nodes of κ, shared by all sample ratios, widths and noise levels.
#[derive(Debug, Clone)]
pub(super) struct Scan<S> {
    nodes: Vec<(f64, S)>,
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

    /// The minimum over κ ≥ `lowest`, with each local minimum between nodes refined. `ends` are further candidates
    /// (the ridgeless fit and the prediction of the mean).
    pub fn least(
        &self,
        lowest: f64,
        ends: impl IntoIterator<Item = Risk>,
        sums: impl Fn(f64) -> S,
        risk: impl Fn(f64, S) -> Risk,
    ) -> Option<Risk> {
        let at = |kappa: f64| risk(kappa, sums(kappa));
        const PROBE: f64 = 1e-3;
        let first = (lowest > 0.0).then(|| (lowest, at(lowest)));
        let above = self.nodes.iter().filter(|(kappa, _)| *kappa > lowest * (1.0 + 1e-12));
        let known: Vec<(f64, Risk)> =
            first.into_iter().chain(above.map(|&(kappa, sums)| (kappa, risk(kappa, sums)))).collect();
        let mut best: Option<Risk> = None;
        let mut consider = |risk: Risk| {
            if best.is_none_or(|least| risk.risk < least.risk) {
                best = Some(risk);
            }
        };
        ends.into_iter().for_each(&mut consider);
        // A minimum between the lowest κ and the next node: the risk decreases from the lowest on.
        if let (Some((lowest, ridgeless)), Some(&(high, right))) = (first, known.get(1)) {
            let (low, span) = (lowest.ln(), (high / lowest).ln());
            let place = low + PROBE * span;
            let beside = at(place.exp());
            if beside.risk < ridgeless.risk && beside.risk <= right.risk {
                consider(valley((low, place, high.ln()), |log| at(log.exp()), |risk| risk.risk).1);
            }
        }
        for window in known.windows(3) {
            let &[(low, left), (place, middle), (high, right)] = window else { continue };
            if middle.risk <= left.risk && middle.risk <= right.risk {
                let bracket = (low.ln(), place.ln(), high.ln());
                consider(valley(bracket, |log| at(log.exp()), |risk| risk.risk).1);
            }
        }
        known.first().into_iter().chain(known.last()).for_each(|(_, risk)| consider(*risk));
        best
    }
}
