//! The sentence above a picture, computed from the results that it shows.

use super::variance;
use crate::numbers::{samples, sig};
use crate::scenario::Metric;
use crate::study::words::{self, OptimumStatus};
use crate::study::{Analysis, Curve, CurveId, Curves, SampleSize, Variable};
use crate::theory::Risk;
use crate::theory::divergence::{Cause, Extremum, ExtremumKind};
use crate::theory::selection::Regime;

/// Maximum number of peaks named in a sentence; the others are counted.
const NAMED: usize = 2;

/// The sentence about curves in successively shorter versions; empty before there are results.
#[must_use]
pub fn of(shown: &Analysis) -> Vec<String> {
    let labels = labels(shown);
    if !labels.is_empty() {
        return labels;
    }
    match shown.request.metric {
        Metric::Risk => curves(&shown.curves),
        metric => scores(&shown.curves, metric),
    }
}

/// `Ground truth: AUC is highest at n = 1600 (0.912), lowest at n = p (0.500).`
fn scores(curves: &Curves, metric: Metric) -> Vec<String> {
    let Some(curve) = chosen(curves) else { return Vec::new() };
    if let Some(why) = &curve.missing {
        return vec![why.clone()];
    }
    let axis = &curves.axis;
    let known = curve.xs.iter().zip(&curve.points).filter_map(|(x, point)| Some((*x, point.value(metric)?)));
    let known: Vec<(f64, f64)> = known.filter(|(_, value)| value.is_finite()).collect();
    let ends =
        known.iter().min_by(|a, b| a.1.total_cmp(&b.1)).zip(known.iter().max_by(|a, b| a.1.total_cmp(&b.1)));
    let Some((least, most)) = ends else {
        return vec![format!("{}: no {} here.", capital(&curve.name), metric.name())];
    };
    let at = |x: f64| match &axis.variable {
        Variable::SampleRatio => words::place(x, curves.dimension),
        Variable::Parameter(_) => format!("{} = {}", axis.label, axis.format(x)),
    };
    let end = |word: &str, (x, value): (f64, f64)| format!("{word} at {} ({})", at(x), sig(value, 3));
    let name = format!("{}: {} is", capital(&curve.name), metric.name());
    let highest = end("highest", *most);
    vec![format!("{name} {highest}, {}.", end("lowest", *least)), format!("{name} {highest}.")]
}

/// The sentence about curves of a population.
#[must_use]
pub fn curves(curves: &Curves) -> Vec<String> {
    let Some(curve) = chosen(curves) else { return Vec::new() };
    if let Some(why) = &curve.missing {
        return vec![why.clone()];
    }
    let best = best_features(curves, curve);
    let [long, middle, short] = if curves.axis.variable.key().is_some() {
        [true, true, false].map(|named| extrema(curves, curve, named))
    } else {
        [Detail::Cause, Detail::Height, Detail::Place].map(|detail| peaks(curves, curve, detail))
    };
    let mut all: Vec<String> = Vec::new();
    for first in [&long, &middle, &short] {
        all.extend(best.iter().map(|best| format!("{first} {best}")));
    }
    // Causes take precedence over the optimal features, which are also shown above the plot.
    all.insert(usize::from(best.is_some()), long);
    all.extend([middle, short]);
    all
}

fn chosen(curves: &Curves) -> Option<&Curve> {
    curves.curves.iter().find(|c| c.spec.id == CurveId::Chosen).or(curves.curves.first())
}

/// The level of detail about each peak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Detail {
    Cause,
    Height,
    Place,
}

/// `Ground truth peaks at n = 200 (…) and n = p (…).`
fn peaks(curves: &Curves, curve: &Curve, detail: Detail) -> String {
    let name = capital(&curve.name);
    let inside = |d: &&Extremum| (curves.axis.from..=curves.axis.to).contains(&d.at);
    let all: Vec<&Extremum> = curve.divergences().filter(inside).collect();
    let mut named = all.clone();
    named.sort_by(|a, b| b.prominence.total_cmp(&a.prominence));
    named.truncate(NAMED);
    named.sort_by(|a, b| a.at.total_cmp(&b.at));
    let one = |d: &&Extremum| peak(d, curves.dimension, detail);
    let list = joined(&named.iter().map(one).collect::<Vec<_>>());
    match all.len() {
        0 => format!("{name} has no peak from n = {} to {}.", ends(curves).0, ends(curves).1),
        1 | 2 => format!("{name} peaks at {list}."),
        more => format!("{name} has {more} peaks, the highest at {list}."),
    }
}

fn ends(curves: &Curves) -> (String, String) {
    let n = |ratio: f64| samples((ratio * curves.dimension as f64).max(1.0).round());
    (n(curves.axis.from), n(curves.axis.to))
}

/// `n = 200 (200 strong directions used up, the next 10000× weaker)`; the cause only if it was verified.
fn peak(found: &Extremum, dimension: usize, detail: Detail) -> String {
    let place = words::place(found.at, dimension);
    let height = if found.kind == ExtremumKind::Pole { "infinite".to_owned() } else { sig(found.risk, 3) };
    let cause = match found.cause {
        Cause::Gap(gap) => {
            let used = (gap.used * dimension as f64).round();
            match (gap.smallest_kept, gap.next) {
                (Some(kept), Some(next)) if next > 0.0 => {
                    format!("{used:.0} strong directions used up, the next {}× weaker", sig(kept / next, 2))
                }
                _ => format!("all {used:.0} used up"),
            }
        }
        Cause::RepresentationChange => "the representation changes".into(),
        Cause::Width => "as many as features of the representation".into(),
        Cause::BaggedFit => "each bagged fit has as many samples as directions".into(),
        Cause::Unknown => height.clone(),
    };
    match detail {
        Detail::Place => place,
        Detail::Height => format!("{place} ({height})"),
        Detail::Cause => format!("{place} ({cause})"),
    }
}

/// `Raw, best λ has its least risk 0.113 at ridge λ = −0.0237 and is infinite at ….`
fn extrema(curves: &Curves, curve: &Curve, every: bool) -> String {
    let axis = &curves.axis;
    let at = |found: &Extremum| format!("{} = {}", axis.label, axis.format(found.at));
    let n = match curves.fixed {
        SampleSize::Count(n) => n,
        SampleSize::Ratio(ratio) => ratio * curves.dimension as f64,
    };
    let name = format!("{} with n = {}", capital(&curve.name), samples(n));
    let least = curve.extrema.iter().find(|found| found.kind == ExtremumKind::Minimum);
    let least = least.map(|found| {
        let end = if found.at_end { ", the end of the axis" } else { "" };
        format!("least risk {} at {}{end}", sig(found.risk, 3), at(found))
    });
    let peaks: Vec<String> = curve
        .divergences()
        .map(|found| match found.kind {
            ExtremumKind::Pole => format!("infinite at {}", at(found)),
            _ => format!("peak {} at {}", sig(found.risk, 3), at(found)),
        })
        .take(if every { NAMED } else { 0 })
        .collect();
    let parts: Vec<String> = least.into_iter().chain(peaks).collect();
    if parts.is_empty() {
        let Some(risk) = curve.points.iter().find_map(|point| point.risk.as_ref()) else {
            return format!("{name}: no risk along {}.", axis.label);
        };
        let crossing = crossing(curves, curve).map(|words| format!("; {words}")).unwrap_or_default();
        format!("{name}: risk {} at every {}{crossing}.", sig(risk.risk, 3), axis.label)
    } else {
        format!("{name}: {}.", parts.join("; "))
    }
}

/// `weights, γ = 1 lower from correlation = 0.797 on`: the first curve that crosses a curve without extrema exactly
/// once.
fn crossing(curves: &Curves, level: &Curve) -> Option<String> {
    let axis = &curves.axis;
    curves.curves.iter().filter(|other| other.spec.id != level.spec.id).find_map(|other| {
        if other.xs != level.xs {
            return None;
        }
        let over = other.points.iter().zip(&level.points).zip(&other.xs).filter_map(|((other, level), x)| {
            let difference = other.risk.as_ref()?.risk - level.risk.as_ref()?.risk;
            difference.is_finite().then_some((*x, difference))
        });
        let over: Vec<(f64, f64)> = over.collect();
        let changes = |pair: &&[(f64, f64)]| matches!(pair, [a, b] if (a.1 > 0.0) != (b.1 > 0.0));
        let mut found = over.windows(2).filter(changes);
        let (Some(&[a, b]), None) = (found.next(), found.next()) else { return None };
        let at = a.0 + (b.0 - a.0) * a.1 / (a.1 - b.1);
        let side = if b.1 < a.1 { "lower" } else { "higher" };
        Some(format!("{} {side} from {} = {} on", other.name, axis.label, sig(at, 3)))
    })
}

/// `The best features: reweight all, from n = 324 keep the top 200.`
fn best_features(curves: &Curves, chosen: &Curve) -> Option<String> {
    let optimal = |c: &&Curve| c.spec.featurization == crate::scenario::Featurization::Optimal { at: None };
    let shown = curves.curves.iter().any(|c| c.spec.id == CurveId::Optimal) || optimal(&chosen);
    let standing = OptimumStatus::of(curves.scenario.ridge);
    if !shown || standing == OptimumStatus::Tuned || curves.regimes.is_empty() {
        return None;
    }
    let what = |regime: Regime, kept: f64| match regime {
        Regime::Hard => format!("{} {:.0}", words::features(regime), kept * curves.dimension as f64),
        _ => words::features(regime).to_owned(),
    };
    let first = curves.regimes.first()?;
    // The numbers kept on a whole interval, where the intervals are known.
    let each = curves.regimes.len() == curves.transitions.len() + 1;
    let on = |i: usize, regime: Regime, kept: f64| match curves.regimes.get(i).filter(|_| each) {
        Some(interval) if interval.regime == regime && regime == Regime::Hard => {
            words::regime_interval(interval, curves.dimension)
        }
        _ => what(regime, kept),
    };
    let mut words = on(0, first.regime, first.kept.1);
    if curves.transitions.len() > NAMED {
        words = format!("they change {} times along the axis", curves.transitions.len());
    } else {
        for (i, t) in curves.transitions.iter().enumerate() {
            let at = match &curves.axis.variable {
                Variable::SampleRatio => words::place(t.at, curves.dimension),
                Variable::Parameter(_) => format!("{} = {}", curves.axis.label, curves.axis.format(t.at)),
            };
            words += &format!(", from {at} on {}", on(i + 1, t.to, t.kept_after));
        }
    }
    let ridge = if standing == OptimumStatus::Optimum { "" } else { " without a ridge" };
    Some(format!("Best features{ridge}: {words}."))
}

/// For real rows: the estimate with the labels at hand and the labels that a target needs, for the best encoder once
/// all are known, else for the one in focus.
fn labels(shown: &Analysis) -> Vec<String> {
    let of_several = shown.encoders.as_ref().and_then(|encoders| encoders.budgets.as_ref());
    let of_one = || Some(shown.budget?.summary(shown.request.scenario.focus()));
    let Some(summary) = of_several.and_then(|budgets| budgets.summary()).or_else(of_one) else {
        return Vec::new();
    };
    let (now, needs) = (summary.now(), summary.needs());
    let sentence = needs.as_ref().map_or_else(|| now.clone(), |needs| format!("{now}; {needs}"));
    let finding =
        shown.finding().filter(|_| shown.encoders.is_some() || shown.request.metric == Metric::Risk);
    let mut all: Vec<String> = finding.iter().map(|finding| format!("{sentence}; {finding}")).collect();
    all.push(sentence);
    all.extend(summary.short());
    all
}

/// The terms of the risk at the crosshair: `Ground truth at n = 200: risk 2.58 is 95 % variance (label noise), ….`
#[must_use]
pub fn terms(shown: &Analysis) -> Vec<String> {
    let Some(row) = shown.rows.first() else { return Vec::new() };
    let at = format!("{} at n = {}", capital(&row.name), samples(n(shown)));
    let Some(risk) = &row.risk else {
        return vec![format!("{at}: {}", row.missing.as_deref().unwrap_or("no risk here"))];
    };
    let mut parts = variance::terms(risk);
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    let total: f64 = parts.iter().map(|p| p.1).sum();
    if !total.is_finite() {
        let infinite: Vec<&str> = parts.iter().filter(|p| !p.1.is_finite()).map(|p| p.0).collect();
        return vec![
            format!("{at}: the risk is infinite, by {}.", infinite.join(" and ")),
            format!("{at}: the risk is infinite."),
        ];
    }
    if total == 0.0 {
        return vec![format!("{at}: risk 0.")];
    }
    let share = |(name, value): &(&str, f64)| format!("{:.0} % {name}", 100.0 * value / total);
    let list = |count: usize| parts.iter().take(count).map(share).collect::<Vec<_>>().join(", ");
    (1..=parts.len())
        .rev()
        .map(|count| format!("{at}: risk {} is {}.", sig(risk.risk, 3), list(count)))
        .collect()
}

/// The optimal features at the crosshair, and their gain.
#[must_use]
pub fn selection(shown: &Analysis) -> Vec<String> {
    let Some(found) = &shown.selection else { return Vec::new() };
    let (p, best) = (shown.model.dimension(), &found.optimal);
    let what = match best.regime {
        Regime::Soft => format!("reweight all {p} features"),
        Regime::Hard => format!("keep the top {:.0} of {p} features", best.kept_fraction * p as f64),
        Regime::Null => "use no features: predict the mean".into(),
    };
    let tag = if shown.model.pool().is_some() { ", in-sample" } else { "" };
    let short =
        format!("Best without a ridge at n = {}{tag}: {what}, risk {}", samples(n(shown)), sig(best.risk, 3));
    // The optimum is that without a distribution shift, and is compared with risks without it.
    let (shift, beside): (&str, fn(&Risk) -> f64) =
        if shown.model.is_shifted() { (" without the shift", |r| r.unshifted) } else { ("", |r| r.risk) };
    let row = shown.rows.first();
    let beside =
        row.and_then(|row| Some(format!("{short}{shift}; {} has {}.", row.name, sig(beside(&row.risk?), 3))));
    beside.into_iter().chain([format!("{short}{shift}.")]).collect()
}

/// The noise (or other y) at which the optimal features change above the crosshair of the plane.
#[must_use]
pub fn plane(shown: &Analysis) -> Vec<String> {
    let (Some(found), Some(plane)) = (&shown.selection, &shown.plane) else { return Vec::new() };
    let at = match plane.x.variable {
        Variable::SampleRatio => Some(shown.request.crosshair),
        Variable::Parameter(_) => plane.x.now,
    };
    let mut changes: Vec<(f64, Regime, Regime)> = Vec::new();
    for line in &plane.boundaries {
        for pair in line.points.windows(2) {
            let (&[a, b], Some(at)) = (pair, at) else { continue };
            if (a.0.min(b.0)..=a.0.max(b.0)).contains(&at) && a.0 != b.0 {
                let y = a.1 + (b.1 - a.1) * (at - a.0) / (b.0 - a.0);
                changes.push((y, line.between.0, line.between.1));
            }
        }
    }
    changes.sort_by(|a, b| a.0.total_cmp(&b.0));
    changes.dedup_by(|a, b| (a.0 - b.0).abs() <= 1e-6 * b.0.abs());
    // The features below and above a boundary are read from cells at some distance from it.
    let cell = |row: Option<usize>| {
        let column = plane.columns.partition_point(|x| at.is_some_and(|at| *x < at));
        let column = column.min(plane.columns.len().saturating_sub(1));
        plane.cells.get(row? * plane.columns.len() + column).copied().flatten().map(|cell| cell.regime)
    };
    let mut places: Vec<(f64, String)> = changes
        .iter()
        .map(|(y, one, other)| {
            let below = plane.rows.partition_point(|row| *row < y / APART).checked_sub(1);
            let above = plane.rows.partition_point(|row| *row < y * APART);
            let before = cell(below).unwrap_or(*one);
            let after = cell(Some(above)).filter(|after| *after != before);
            let after = after.unwrap_or(if before == *one { *other } else { *one });
            let (before, after) = (words::features(before), words::features(after));
            (*y, format!("{before} → {after} at {} = {}", plane.y.label, sig(*y, 3)))
        })
        .collect();
    // Several boundaries lie close together near the triple point.
    places.dedup_by(|b, a| (b.0 / a.0).abs() < APART);
    let n = samples(n(shown));
    let Some(now) = plane.y.now.filter(|_| !places.is_empty()) else {
        let features = words::features(found.optimal.regime);
        return vec![format!("Best features without a ridge with n = {n}: {features}.")];
    };
    let list = |kept: &[(f64, String)]| kept.iter().map(|p| p.1.as_str()).collect::<Vec<_>>().join("; ");
    let all = list(&places);
    let mut sentences =
        vec![format!("Best features without a ridge with n = {n}: {all}."), format!("With n = {n}: {all}.")];
    let away = |place: &(f64, String)| (place.0 / now).ln().abs();
    let nearest = places.iter().min_by(|a, b| away(a).total_cmp(&away(b)));
    sentences.extend(nearest.map(|nearest| format!("With n = {n}: {}.", nearest.1)));
    sentences
}

/// Changes closer than this factor are treated as one.
const APART: f64 = 1.3;

/// A summary of the covariance: for real rows the number of rows, else the number of distinct eigenvalues.
#[must_use]
pub fn spectrum(shown: &Analysis) -> Vec<String> {
    let p = shown.model.dimension();
    if let Some(pool) = shown.model.pool() {
        let classes = pool.tasks().iter().filter(|task| task.class_size.is_some()).count();
        let what = if classes == pool.tasks().len() { "classes" } else { "targets" };
        let sizes = format!("{} rows, {p} features of rank {}", pool.rows(), pool.rank());
        return vec![format!("{sizes}, {} {what}.", pool.tasks().len()), format!("{sizes}.")];
    }
    let Some(found) = &shown.spectrum else { return Vec::new() };
    // A random representation has no spectrum of its own here: that of the covariates is shown.
    let random = shown.rows.first().is_some_and(|row| row.risk.is_some_and(|r| r.representation.is_some()));
    let kind = &shown.request.scenario.featurization;
    let name = if random { "Covariates".to_owned() } else { capital(&kind.title()) };
    let distinct = match found.eigenvalues().len() {
        1 => "all eigenvalues are equal".to_owned(),
        more => format!("{more} distinct eigenvalues"),
    };
    vec![format!("{name}: {distinct}, rank {:.0} of {p}.", found.rank() * p as f64)]
}

/// n at the crosshair.
fn n(shown: &Analysis) -> f64 {
    shown.request.crosshair * shown.model.dimension() as f64
}

/// `a`, `a and b`, `a, b and c`.
fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
