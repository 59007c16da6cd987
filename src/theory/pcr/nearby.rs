//! Risks of numbers of components next to one whose fixed point is known, to second order in the shift of ln κ, which
//! is small (section 3).

use std::ops::RangeInclusive;

use super::cuts::{Best, Cuts};
use super::table::At;
use crate::theory::vector::{Atoms, total};

/// Largest shift of ln κ for which the expansion is used.
const FAR: f64 = 0.5;

/// The number of components in `range` with the least risk, from the sums at the nonzero κ of one of them.
pub(super) fn least(cuts: &Cuts, at: At, kappa: f64, range: RangeInclusive<usize>) -> Option<Best> {
    let atoms: Atoms = cuts.raw().into();
    let test = cuts.raw().test().map(Atoms::from);
    let (first, last) = range.into_inner();
    let mut sums = plain_sums(atoms.among(0..first), kappa);
    let mut tested = test.map(|test| test_sums(test.among(0..first), kappa));
    let mut best: Option<Best> = None;
    for kept in first..=last {
        if kept > first {
            let next = kept - 1..kept;
            add(&mut sums, plain_sums(atoms.among(next.clone()), kappa));
            if let (Some(sums), Some(test)) = (&mut tested, test) {
                add(sums, test_sums(test.among(next), kappa));
            }
        }
        let size = cuts.sizes().get(kept)?;
        let pull = at.lambda * size.mean / kappa;
        let [df1, gap, gap1, gap2, bias, bias1, bias2] = sums;
        let value = df1 - at.alpha * (1.0 - pull);
        let (slope, bend) = (-gap - at.alpha * pull, at.alpha * pull - gap1);
        let newton = -value / slope;
        let shift = newton * (1.0 - 0.5 * newton * bend / slope);
        let moved = |v: f64, first: f64, second: f64| v + shift * (first + 0.5 * shift * second);
        let margin = moved(pull, -pull, pull) + moved(gap, gap1, gap2) / at.alpha;
        let risk = (moved(bias, bias1, bias2) + size.lost + at.noise) / margin;
        let risk = match (&tested, cuts.tested(kept)) {
            (Some([df2, df21, df22, bias, bias1, bias2]), Some(test)) => {
                let missed = moved(*bias, *bias1, *bias2) + test.missed;
                at.noise + missed + risk * moved(*df2, *df21, *df22) / at.alpha
            }
            _ => risk,
        };
        let known = best.map_or(f64::INFINITY, |best| best.risk);
        if shift.abs() < FAR && margin > 0.0 && risk < known {
            best = Some(Best { kept, risk });
        }
    }
    best
}

/// Σ w a; Σ w ab, which is df1 − df2, and Σ w τ b², each with two derivatives in ln κ, where a′ = −ab and b′ = ab.
fn plain_sums(atoms: Atoms, kappa: f64) -> [f64; 7] {
    total!(atoms, 0.0, kappa, [kappa], 7, |w, s, e, r| {
        let (a, b) = (s * r, r * kappa);
        let (wa, ab, ebb) = (w * a, a * b, e * b * b);
        let (wab, tilt) = (wa * b, a - b);
        [
            wa,
            wab,
            wab * tilt,
            wab * (tilt * tilt - ab * 2.0),
            ebb,
            ebb * a * 2.0,
            ebb * a * (a * 2.0 - b) * 2.0,
        ]
    })
}

/// Σ wρ a² and Σ wρτ b², each with two derivatives in ln κ.
fn test_sums(atoms: Atoms, kappa: f64) -> [f64; 6] {
    total!(atoms, 0.0, kappa, [kappa], 6, |w, s, e, r| {
        let (a, b) = (s * r, r * kappa);
        let (waa, ebb) = (w * a * a, e * b * b);
        [
            waa,
            waa * b * -2.0,
            waa * b * (b * 2.0 - a) * 2.0,
            ebb,
            ebb * a * 2.0,
            ebb * a * (a * 2.0 - b) * 2.0,
        ]
    })
}

fn add<const N: usize>(sums: &mut [f64; N], more: [f64; N]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
}
