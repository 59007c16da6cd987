//! Poles, peaks and the minimum of a curve over a parameter, by following the risk between its points. Over n/p the
//! theory finds poles and peaks ([`crate::theory::divergence`]).

use crate::study::Axis;
use crate::theory::Risk;
use crate::theory::divergence::{Cause, Extremum, ExtremumKind};
use crate::theory::numeric::{bisect, lowest};

/// Peaks less than this factor above an adjacent minimum are left out.
const LEAST_PROMINENCE: f64 = 1.05;
/// A maximum this much higher than its neighbouring points is a pole: near one R grows as 1/distance or 1/√distance.
const POLE: f64 = 1e4;
/// Bisections of an interval, enough for double precision.
const STEPS: usize = 90;
/// Intervals of whole numbers this wide are searched one number at a time.
const FEW: f64 = 16.0;

/// A point of the curve: the parameter and the risk, where there is one.
type Point = (f64, Option<f64>);

/// Poles and prominent peaks by increasing parameter, from the curve's points and `risk` between them.
pub(in crate::study) fn divergences(
    axis: &Axis,
    (xs, risks): (&[f64], &[Option<Risk>]),
    risk: &dyn Fn(f64) -> Option<Risk>,
) -> Vec<Extremum> {
    let known: Vec<Point> = xs.iter().copied().zip(risks.iter().map(|r| height(r.as_ref()))).collect();
    let at = |x: f64| height(risk(x).as_ref());
    let mut found = Vec::new();
    for pair in known.windows(2) {
        let [(left, a), (right, b)] = *pair else { continue };
        if a.is_some() != b.is_some() {
            found.extend(edge(axis, (left, right), a.is_some(), &at));
        }
    }
    for triple in plateaus(&known).windows(3) {
        let [a, b, c] = triple else { continue };
        let (Some(before), Some(after)) = (a.risk, c.risk) else { continue };
        // One point without a predictor between two that have one is infinite, as PCA is at n = k.
        let top = b.risk.unwrap_or(f64::INFINITY);
        if top > before && top > after {
            let places = (a.ends.1, 0.5 * (b.ends.0 + b.ends.1), c.ends.0);
            found.extend(maximum(axis, places, before.max(after), &known, &at));
        }
    }
    found.sort_by(|a, b| a.at.total_cmp(&b.at));
    found.dedup_by(|b, a| a.kind == b.kind && (a.at - b.at).abs() <= 1e-9 * a.at.abs());
    found
}

/// Consecutive points of equal risk, as a parameter gives them that stands for a whole number of directions.
struct Plateau {
    /// Parameter of its first and last point.
    ends: (f64, f64),
    risk: Option<f64>,
}

fn plateaus(points: &[Point]) -> Vec<Plateau> {
    let mut all: Vec<Plateau> = Vec::new();
    for &(x, risk) in points {
        let same = |a: f64, b: f64| (a - b).abs() <= 1e-12 * a.abs();
        match (all.last_mut(), risk) {
            (Some(Plateau { ends, risk: Some(known) }), Some(risk)) if same(*known, risk) => ends.1 = x,
            _ => all.push(Plateau { ends: (x, x), risk }),
        }
    }
    all
}

/// The minimum over the whole axis; `None` where the curve is flat or has no risk.
pub(in crate::study) fn minimum(
    axis: &Axis,
    (xs, risks): (&[f64], &[Option<Risk>]),
    risk: &dyn Fn(f64) -> Option<Risk>,
) -> Option<Extremum> {
    let finite: Vec<Option<f64>> =
        risks.iter().map(|r| height(r.as_ref()).filter(|risk| risk.is_finite())).collect();
    let known = || finite.iter().enumerate().filter_map(|(i, risk)| Some((i, (*risk)?)));
    let (place, least) = known().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let highest = known().map(|(_, risk)| risk).fold(0.0, f64::max);
    if highest - least <= 1e-6 * least.abs() {
        return None;
    }
    let x =
        |i: Option<usize>| i.filter(|i| risks.get(*i).is_some_and(Option::is_some)).and_then(|i| xs.get(i));
    let middle = *xs.get(place)?;
    let at = |x: f64| height(risk(x).as_ref()).unwrap_or(f64::INFINITY);
    let (found, at_end) = match (x(place.checked_sub(1)), x(Some(place + 1))) {
        (Some(&left), Some(&right)) => (search(axis, (left, middle, right), &at), false),
        _ => ((middle, least), true),
    };
    let (at, risk) = found;
    Some(Extremum {
        kind: ExtremumKind::Minimum,
        at,
        risk,
        strength: None,
        ratio: 1.0,
        prominence: 1.0,
        cause: Cause::Unknown,
        at_end,
    })
}

fn height(risk: Option<&Risk>) -> Option<f64> {
    risk.map(|r| r.risk).filter(|risk| !risk.is_nan())
}

/// An extremum at `at`: infinite, or `risk` over the smallest risks to its left and right.
fn extremum(at: f64, risk: Option<f64>, known: &[Point]) -> Extremum {
    let over = |minimum: f64, risk: f64| if minimum > 0.0 { risk / minimum } else { f64::INFINITY };
    let side = |inside: &dyn Fn(f64) -> bool| {
        known.iter().filter(|(x, _)| inside(*x)).filter_map(|(_, risk)| *risk).fold(f64::INFINITY, f64::min)
    };
    let (left, right) = (side(&|x| x < at), side(&|x| x > at));
    let (ratio, prominence) = risk.map_or((f64::INFINITY, f64::INFINITY), |risk| {
        (over(left.min(right), risk), over(left.max(right), risk))
    });
    Extremum {
        kind: if risk.is_some() { ExtremumKind::Peak } else { ExtremumKind::Pole },
        at,
        risk: risk.unwrap_or(f64::INFINITY),
        strength: None,
        ratio,
        prominence,
        cause: Cause::Unknown,
        at_end: false,
    }
}

/// A pole at the last parameter with a risk before there is none, if the risk grows without bound on the way to it.
fn edge(
    axis: &Axis,
    (left, right): (f64, f64),
    known_left: bool,
    at: &dyn Fn(f64) -> Option<f64>,
) -> Option<Extremum> {
    if axis.whole {
        return None;
    }
    let place = |share: f64| axis.interpolate(left, right, share);
    let (before, after) = bisect((0.0, 1.0), STEPS, |share| at(place(share)).is_some() == known_left);
    let last = place(if known_left { before } else { after });
    let away = |share: f64| {
        let inside = share * (axis.to - axis.from).min(last.abs().max(f64::MIN_POSITIVE));
        if known_left { last - inside } else { last + inside }
    };
    // The risk grows as 1/√distance: at a ten-thousandth of the distance it is a hundred times higher.
    let (far, near) = (at(away(1e-4))?, at(away(1e-8))?);
    (near > 10.0 * far).then(|| extremum(last, None, &[]))
}

/// The maximum around three points of which the middle one is highest, if it is a pole or a prominent peak.
fn maximum(
    axis: &Axis,
    places: (f64, f64, f64),
    beside: f64,
    known: &[Point],
    at: &dyn Fn(f64) -> Option<f64>,
) -> Option<Extremum> {
    let (x, lowest) = search(axis, places, &|x| -at(x).unwrap_or(f64::INFINITY));
    let risk = Some(-lowest).filter(|risk| *risk <= POLE * beside);
    Some(extremum(x, risk, known)).filter(|found| found.prominence >= LEAST_PROMINENCE)
}

/// The smallest of `value` between three points of which the middle one is lowest: golden section in the axis' spacing,
/// and one by one through the last few whole numbers.
fn search(axis: &Axis, (left, middle, right): (f64, f64, f64), value: &dyn Fn(f64) -> f64) -> (f64, f64) {
    let log = axis.log && left > 0.0;
    let (place, back) = if log {
        (f64::ln as fn(f64) -> f64, f64::exp as fn(f64) -> f64)
    } else {
        ((|x| x) as fn(f64) -> f64, (|x| x) as fn(f64) -> f64)
    };
    let mut best = (middle, value(middle));
    let mut take = |x: f64, v: f64| {
        if v < best.1 {
            best = (x, v);
        }
    };
    if !axis.whole {
        let (u, v) = lowest((place(left), place(right)), 0.0, |u| value(back(u)));
        take(back(u), v);
        return best;
    }
    let (mut low, mut high) = (left, right);
    if right - left > FEW {
        let width = if log { (1.0 + FEW / right).ln() } else { FEW };
        let (u, _) = lowest((place(left), place(right)), width, |u| value(back(u).round()));
        (low, high) = ((back(u) - FEW).max(left), (back(u) + FEW).min(right));
    }
    let mut x = low.floor();
    while x <= high.ceil() {
        take(x, value(x));
        x += 1.0;
    }
    best
}
