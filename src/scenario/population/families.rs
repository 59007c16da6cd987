//! Eigenvalues of the families (section 7), as logarithms: they do not underflow, and powers are exact.

use crate::scenario::description::Family;

/// `count` consecutive directions with the same ln eigenvalue.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::scenario) struct Run {
    pub count: usize,
    pub log: f64,
}

/// The eigenvalues of a family over `p` directions in order j = 1 … p, unscaled. Notes about rounded numbers are
/// added to `notes`, with `subject` as their name.
pub(in crate::scenario) fn spectrum(
    family: &Family,
    p: usize,
    subject: &str,
    notes: &mut Vec<String>,
) -> Vec<Run> {
    let mut leading = |fraction: f64| {
        let exact = fraction * p as f64;
        // At least one direction, and all of them only for a fraction of 1.
        let most = if fraction < 1.0 { p.saturating_sub(1).max(1) } else { p };
        let count = (exact.round() as usize).clamp(1, most);
        if (exact - count as f64).abs() > 1e-9 * exact.max(1.0) {
            let plural = if count == 1 { "direction" } else { "directions" };
            notes.push(format!(
                "{subject}.fraction {fraction} of {p} directions is taken as {count} {plural}"
            ));
        }
        count
    };
    let blocks = |count: usize, first: f64, rest: f64| {
        let runs = [Run { count, log: first }, Run { count: p - count, log: rest }];
        runs.into_iter().filter(|r| r.count > 0).collect()
    };
    match *family {
        // These eigenvalues are read from the file.
        Family::File { .. } => Vec::new(),
        Family::Isotropic => blocks(p, 0.0, 0.0),
        Family::PowerLaw { exponent: 0.0 } => blocks(p, 0.0, 0.0),
        Family::PowerLaw { exponent } => {
            (1..=p).map(|j| Run { count: 1, log: -exponent * (j as f64).ln() }).collect()
        }
        Family::Exponential { scale } => {
            (1..=p).map(|j| Run { count: 1, log: -(j as f64) / scale }).collect()
        }
        Family::TwoLevel { fraction, ratio } => blocks(leading(fraction), 0.0, ratio.ln()),
        Family::Sparse { fraction } => blocks(leading(fraction), 0.0, f64::NEG_INFINITY),
        Family::Spiked { spikes, strength } => {
            if spikes > p {
                notes.push(format!(
                    "{subject}.spikes {spikes} is more than the {p} directions: all are spikes"
                ));
            }
            blocks(spikes.min(p), strength.ln_1p(), 0.0)
        }
    }
}

/// Joins values given by runs with another spectrum over the same directions: (count, value, ln eigenvalue).
pub(in crate::scenario) fn zip<T: Copy>(
    known: impl IntoIterator<Item = (usize, T)>,
    other: impl IntoIterator<Item = Run>,
) -> Vec<(usize, T, f64)> {
    let mut joined = Vec::new();
    let (mut left, mut right) = (known.into_iter(), other.into_iter());
    let (mut a, mut b) = (left.next(), right.next());
    while let (Some(first), Some(second)) = (&mut a, &mut b) {
        let count = first.0.min(second.count);
        joined.push((count, first.1, second.log));
        first.0 -= count;
        second.count -= count;
        if first.0 == 0 {
            a = left.next();
        }
        if second.count == 0 {
            b = right.next();
        }
    }
    joined
}

/// ln Σ count·eˡ.
pub(in crate::scenario) fn log_sum(terms: impl Iterator<Item = (f64, f64)> + Clone) -> f64 {
    let top = terms.clone().map(|(_, log)| log).fold(f64::NEG_INFINITY, f64::max);
    if top == f64::NEG_INFINITY {
        return top;
    }
    top + crate::theory::numeric::sum(terms.map(|(count, log)| count * (log - top).exp())).ln()
}
