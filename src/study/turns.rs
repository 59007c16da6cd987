//! Where a curve along a number of the scenario is least, and where it diverges. Along n/p the theory knows both
//! ([`crate::theory::divergence`]); a ridge, a noise or a size of representation is followed from point to point.

use crate::numbers::sig;
use crate::theory::Risk;

use super::Axis;

/// What a curve does where it turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TurnKind {
    /// Infinite.
    Pole,
    /// A maximum that is finite.
    Near,
    /// The least of the whole axis.
    Least,
}

/// A place along the axis that is worth a mark.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    /// What is there.
    pub kind: TurnKind,
    /// The axis' value.
    pub at: f64,
    /// The risk, infinite at a pole.
    pub risk: f64,
    /// The axis ends there: the curve may go on falling beyond.
    pub at_end: bool,
}

impl Turn {
    /// What stands beside its mark.
    #[must_use]
    pub fn words(&self, axis: &Axis) -> String {
        let at = format!("{} = {}", axis.label, axis.format(self.at));
        match self.kind {
            TurnKind::Pole => format!("pole {at}"),
            TurnKind::Near => format!("{} at {at}", sig(self.risk, 3)),
            TurnKind::Least => format!("least {} · at {at}", sig(self.risk, 3)),
        }
    }
}

/// Higher than the valleys beside it by less is no maximum worth a mark.
const LEAST_PEAK: f64 = 1.05;
/// A maximum so far above the points beside it is a pole: near one R grows as 1/distance or faster than 1/√distance.
const POLE: f64 = 1e4;
/// Steps of a search: more than double precision has use for.
const STEPS: usize = 90;

/// The turns of a curve in increasing order, from its points over the axis and `risk` between them.
pub(super) fn turns(
    axis: &Axis,
    xs: &[f64],
    risks: &[Option<Risk>],
    mut risk: impl FnMut(f64) -> Option<Risk>,
) -> Vec<Turn> {
    let height = |r: Option<&Risk>| r.map(|r| r.risk).filter(|r| !r.is_nan());
    let known: Vec<(f64, Option<f64>)> =
        xs.iter().copied().zip(risks.iter().map(|r| height(r.as_ref()))).collect();
    let mut at = |x: f64| height(risk(x).as_ref());
    let mut found = Vec::new();
    for pair in known.windows(2) {
        let [(left, a), (right, b)] = *pair else { continue };
        if a.is_some() != b.is_some() {
            found.extend(edge(axis, (left, right), a.is_some(), &mut at));
        }
    }
    for triple in known.windows(3) {
        let [(left, a), (middle, b), (right, c)] = *triple else { continue };
        let (Some(a), Some(c)) = (a, c) else { continue };
        // No predictor at one whole number between two that have one, as at n = k.
        let b = b.unwrap_or(f64::INFINITY);
        if b >= a && b >= c && (b > a || b > c) {
            found.extend(peak(axis, (left, middle, right), a.max(c), &mut at));
        }
    }
    found.dedup_by(|b, a| a.kind == b.kind && (a.at - b.at).abs() <= 1e-9 * a.at.abs());
    found.retain(|turn| turn.kind == TurnKind::Pole || stands_out(turn, &known));
    found.extend(least(axis, &known, &mut at));
    found.sort_by(|a, b| a.at.total_cmp(&b.at));
    found
}

/// Whether a maximum is clearly above the valleys on both of its sides.
fn stands_out(turn: &Turn, known: &[(f64, Option<f64>)]) -> bool {
    let lowest = |inside: &dyn Fn(f64) -> bool| {
        known.iter().filter(|(x, _)| inside(*x)).filter_map(|(_, r)| *r).fold(f64::INFINITY, f64::min)
    };
    let valley = lowest(&|x| x < turn.at).max(lowest(&|x| x > turn.at));
    turn.risk >= LEAST_PEAK * valley
}

/// The last value with a solution before there is none: a pole where the risk grows without bound on the way to it.
fn edge(
    axis: &Axis,
    (mut left, mut right): (f64, f64),
    known_left: bool,
    at: &mut impl FnMut(f64) -> Option<f64>,
) -> Option<Turn> {
    if axis.whole {
        return None;
    }
    for _ in 0..STEPS {
        let middle = axis.interpolate(left, right, 0.5);
        if at(middle).is_some() == known_left {
            left = middle;
        } else {
            right = middle;
        }
    }
    let last = if known_left { left } else { right };
    let away = |share: f64| {
        let inside = share * (axis.to - axis.from).min(last.abs().max(f64::MIN_POSITIVE));
        if known_left { last - inside } else { last + inside }
    };
    // As 1/√distance: ten thousand times nearer is a hundred times higher.
    let (far, near) = (at(away(1e-4))?, at(away(1e-8))?);
    let grows = near > 10.0 * far;
    grows.then_some(Turn { kind: TurnKind::Pole, at: last, risk: f64::INFINITY, at_end: false })
}

/// A maximum between three points, followed to where it is highest.
fn peak(
    axis: &Axis,
    (left, middle, right): (f64, f64, f64),
    beside: f64,
    at: &mut impl FnMut(f64) -> Option<f64>,
) -> Option<Turn> {
    // Where there is none between points that have one, it is infinite.
    let mut height = |x: f64| at(x).unwrap_or(f64::INFINITY);
    let (x, risk) = lowest(axis, (left, middle, right), &mut |x| -height(x));
    let risk = -risk;
    let kind = if risk > POLE * beside { TurnKind::Pole } else { TurnKind::Near };
    let risk = if kind == TurnKind::Pole { f64::INFINITY } else { risk };
    Some(Turn { kind, at: x, risk, at_end: false })
}

/// The least of the whole axis; `None` where the curve is flat.
fn least(axis: &Axis, known: &[(f64, Option<f64>)], at: &mut impl FnMut(f64) -> Option<f64>) -> Option<Turn> {
    let finite = || known.iter().filter_map(|(x, r)| Some((*x, (*r).filter(|r| r.is_finite())?)));
    let (place, (x, risk)) = known
        .iter()
        .enumerate()
        .filter_map(|(i, (x, r))| Some((i, (*x, (*r).filter(|r| r.is_finite())?))))
        .min_by(|(_, a), (_, b)| a.1.total_cmp(&b.1))?;
    let highest = finite().map(|p| p.1).fold(0.0, f64::max);
    if highest - risk <= 1e-6 * risk.abs() {
        return None;
    }
    let end = |x, risk| Turn { kind: TurnKind::Least, at: x, risk, at_end: true };
    let beside = |i: Option<usize>| i.and_then(|i| known.get(i)).filter(|(_, r)| r.is_some());
    let (Some((left, _)), Some((right, _))) = (beside(place.checked_sub(1)), beside(Some(place + 1))) else {
        return Some(end(x, risk));
    };
    let mut height = |x: f64| at(x).unwrap_or(f64::INFINITY);
    let (x, risk) = lowest(axis, (*left, x, *right), &mut height);
    Some(Turn { kind: TurnKind::Least, at: x, risk, at_end: false })
}

/// The lowest of `value` between three points whose middle is not above the others: whole numbers one by one where they
/// are few, else by golden section in the axis' spacing.
fn lowest(
    axis: &Axis,
    (left, middle, right): (f64, f64, f64),
    value: &mut impl FnMut(f64) -> f64,
) -> (f64, f64) {
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let mut best = (middle, value(middle));
    let (mut low, mut high) = (left, right);
    let mut inner = [1.0 - golden, golden].map(|t| axis.interpolate(low, high, t));
    let mut values = inner.map(&mut *value);
    for _ in 0..STEPS {
        if axis.whole && high - low <= 16.0 {
            break;
        }
        let [a, b] = values;
        for (x, v) in inner.into_iter().zip(values) {
            if v < best.1 {
                best = (x, v);
            }
        }
        if a <= b {
            high = inner[1];
            inner = [axis.interpolate(low, high, 1.0 - golden), inner[0]];
            values = [value(inner[0]), a];
        } else {
            low = inner[0];
            inner = [inner[1], axis.interpolate(low, high, golden)];
            values = [b, value(inner[1])];
        }
        if (high - low).abs() <= 1e-12 * high.abs().max(low.abs()) {
            break;
        }
    }
    if axis.whole {
        best = (middle, value(middle));
        let mut x = low.floor();
        while x <= high.ceil() {
            let v = value(x);
            if v < best.1 {
                best = (x, v);
            }
            x += 1.0;
        }
    }
    best
}
