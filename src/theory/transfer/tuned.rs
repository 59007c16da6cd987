//! Least risk over the ridges λ ≥ 0 for the risks of section 11, which may have several minima in ln κ.

use super::super::Risk;

/// Nodes of the scan are this far apart in ln κ; the risk is made of sigmoids of unit width.
const STEP: f64 = 0.25;

/// The least risk over κ ≥ `lowest`, up to where the spectrum, `largest` its largest scale, no longer matters: a scan of
/// the objective `at` in ln κ, and a golden section in each of its valleys. `ends` are candidates beside the scan (the
/// ridgeless fit, and the prediction of the mean).
pub(super) fn least(
    lowest: f64,
    (smallest, largest): (f64, f64),
    ends: impl IntoIterator<Item = Risk>,
    at: impl Fn(f64) -> Risk,
) -> Option<Risk> {
    const GOLDEN_STEPS: usize = 40;
    let first = lowest.max(smallest * 1e-4).ln();
    let last = (largest.ln() + 40.0).max(first + 1.0);
    // Beyond the largest scale everything is monotone: wide steps are enough.
    let mut places = vec![];
    let mut log = first;
    while log < last {
        places.push(log);
        log += if log < largest.ln() + 4.0 { STEP } else { 4.0 * STEP };
    }
    let scanned: Vec<(f64, Risk)> = places.into_iter().map(|log| (log, at(log.exp()))).collect();
    let mut best: Option<Risk> = None;
    let mut consider = |risk: Risk| {
        if best.is_none_or(|least| risk.risk < least.risk) {
            best = Some(risk);
        }
    };
    ends.into_iter().for_each(&mut consider);
    for window in scanned.windows(3) {
        let &[(low, left), (_, middle), (high, right)] = window else { continue };
        if middle.risk <= left.risk && middle.risk <= right.risk {
            let found = super::super::numeric::highest(
                low,
                high,
                GOLDEN_STEPS,
                |log| Some(at(log.exp())),
                |risk: Risk| -risk.risk,
                |_| false,
            );
            if let Some((_, risk)) = found {
                consider(risk);
            }
        }
    }
    scanned.first().into_iter().chain(scanned.last()).for_each(|(_, risk)| consider(*risk));
    best
}
