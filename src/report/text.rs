//! Text output: aligned columns, a header line, five significant digits.

use std::fmt::Write;

use crate::evidence::HeldOut;
use crate::numbers::{samples, sig};
use crate::scenario::{Estimate, Metric, PerClass};
use crate::study::curves::exponent;
use crate::study::words::{self, intervals, recommended};
use crate::study::{Point, TargetSamples, shift};
use crate::theory::{RidgeChoice, Risk};

const WIDTH: usize = 11;

/// The table of `eval`; for real rows with the standard error of the metric.
#[must_use]
pub fn points(points: &[Point], ridge: RidgeChoice, metric: Metric) -> String {
    let is_measured = points.iter().any(|p| p.shown.is_some());
    let mut out = if is_measured { measured(points, metric) } else { exact(points) };
    if points.iter().any(|p| p.in_sample) {
        out.push_str("risk is in-sample: its featurization was made from the same tasks\n");
    }
    let selected = points.iter().any(|p| p.reference.optimal.is_some());
    if let Some(remark) = words::optimum_remark(ridge).filter(|_| selected) {
        let _ = writeln!(out, "{remark}");
    }
    for (p, risk) in points.iter().filter_map(|p| Some((p, p.population?.unshifted?))) {
        let _ = writeln!(
            out,
            "n {}: risk {} on samples like the downstream ones",
            samples(p.samples),
            cell(risk).trim()
        );
    }
    for (p, best) in points.iter().filter_map(|p| Some((p, p.best_shown.as_ref()?))) {
        let _ = writeln!(
            out,
            "n {}: best shown under shift: {} {}; {}",
            samples(p.samples),
            best.name,
            cell(best.risk).trim(),
            shift::NO_OPTIMUM
        );
    }
    for (p, scores) in points.iter().filter_map(|p| Some((p, p.scores.as_ref()?))) {
        let _ = writeln!(
            out,
            "n {}, labels ±1: accuracy {}, AUC {}, risk on the labels {} at ridge λ {} (§11.5)",
            samples(p.samples),
            cell(scores.accuracy).trim(),
            cell(scores.auc).trim(),
            cell(scores.risk_on_labels).trim(),
            cell(scores.ridge).trim()
        );
    }
    for (p, finite) in points.iter().filter_map(|p| Some((p, p.finite_note()?))) {
        let _ = writeln!(
            out,
            "n {}: expected risk {} at p = {:.0} with Gaussian rows (exact, §8)",
            samples(p.samples),
            cell(finite).trim(),
            p.samples / p.sample_ratio
        );
    }
    for (p, slope) in points.iter().filter_map(|p| Some((p, p.local_exponent.as_ref()?))) {
        let _ = writeln!(out, "n {}: {}", samples(p.samples), exponent::words(slope));
    }
    for (p, budget) in points.iter().filter_map(|p| Some((p, p.pretraining.as_ref()?))) {
        let number = |value: f64| cell(value).trim().to_owned();
        let _ = writeln!(out, "n {}: {}", samples(p.samples), budget.words(number));
        if let Some(needed) = &budget.needed {
            let _ = writeln!(out, "n {}: {}", samples(p.samples), needed.words(budget.now, number));
        }
    }
    for (p, weights) in points.iter().filter_map(|p| Some((p, p.weights.as_ref()?))) {
        let number = |value: f64| cell(value).trim().to_owned();
        let Some(source) = weights.given.source else { continue };
        let _ = writeln!(
            out,
            "n {}: weights of the source on {} features, γ = {}: risk {}; best γ = {}: {}; without the source {}; below \
             c* = {} they raise the risk",
            samples(p.samples),
            weights.featurization,
            number(source.weight),
            number(weights.given.risk),
            number(weights.best.source.map_or(f64::NAN, |best| best.weight)),
            number(weights.best.risk),
            number(source.without),
            number(source.correlation_of_no_gain),
        );
    }
    for (p, gain) in points.iter().filter_map(|p| Some((p, p.gain.as_ref()?))) {
        let _ = writeln!(out, "n {}: {}", samples(p.samples), gain.words());
    }
    for (p, tested) in points.iter().filter_map(|p| Some((p, p.held_out.as_ref()?))) {
        out.push_str(&held_out(p, tested));
    }
    for (p, choice) in points.iter().filter_map(|p| Some((p, p.reference.left_out.as_ref()?))) {
        // A risk at κ = 0 that is determined by single rows has no estimate.
        let number = |v: f64| if v.is_finite() { format!("{v:.4}") } else { "–".to_owned() };
        let _ = writeln!(
            out,
            "tasks left out, n {}, without a ridge: risk {} with {}; raw {}, PCR-{} {}",
            samples(p.samples),
            number(choice.left_out_risk),
            recommended(choice),
            number(choice.raw),
            choice.pcr_size,
            number(choice.pcr)
        );
    }
    out
}

/// Estimates from real rows: the risk with its standard error, AUC and accuracy if they apply, the metric with its
/// standard error, and the reach.
fn measured(points: &[Point], metric: Metric) -> String {
    let mut out = String::new();
    let mut head =
        vec!["n", "risk", "± s.e.", "bias²", "V_X", "V_X,ε", "σ²", "ridge λ", "alpha", "R²", "RMSE"];
    // AUC and accuracy, and the metric with its standard error.
    let scores: Vec<Metric> = Metric::of_classes()
        .filter(|&shown| matches!(shown, Metric::Auc | Metric::Accuracy) || shown == metric)
        .collect();
    for score in &scores {
        let [heading, ..] = score.headings();
        head.push(heading);
        head.extend((*score == metric).then_some("± s.e."));
    }
    for name in &head {
        let _ = write!(out, "{name:>WIDTH$}");
    }
    out.push('\n');
    for p in points {
        let shown = p.shown.as_ref();
        let risk = |of: fn(&crate::theory::Risk) -> f64| p.risk.as_ref().map(of);
        let mut columns = vec![
            Some(whole(p.samples)),
            risk(|r| r.risk),
            shown.map(|s| s.standard_error).filter(|_| p.risk.is_some()),
            risk(|r| r.bias),
            risk(|r| r.variance_x),
            risk(|r| r.variance_x_noise),
            risk(|r| r.noise),
            risk(|r| r.ridge),
            shown.and_then(|s| s.alpha),
            risk(|r| 1.0 - r.risk),
            p.rmse(),
        ];
        for &score in &scores {
            let found = shown.and_then(|s| s.scores.at(score));
            columns.push(found.map(|found| found.value));
            columns.extend((score == metric).then(|| found.map(|found| found.standard_error)));
        }
        for value in columns {
            match value {
                Some(value) => out.push_str(&cell(value)),
                None => {
                    let _ = write!(out, "{:>WIDTH$}", "–");
                }
            }
        }
        if let Some(groups) = shown.and_then(|s| s.groups) {
            let _ = write!(out, "  {} groups", crate::numbers::sig(groups, 3));
        }
        if let Some(words) = shown.and_then(|s| s.reach.words()) {
            let _ = write!(out, "  {words}");
        }
        if shown.is_some_and(|s| s.at_most) {
            out.push_str(
                "  at most: too few labels to evaluate ridges beyond this range, which may be better",
            );
        }
        out.push('\n');
    }
    if points.iter().any(|p| p.shown.is_some_and(|s| s.alpha.is_some())) {
        out.push_str(
            "± is one standard error; ridge λ is in units of the mean eigenvalue of the rows' covariance, alpha is \
             scikit-learn's Ridge(alpha=…) on n rows of these columns\n",
        );
    }
    if points.iter().any(|p| p.shown.is_some_and(|s| s.noise_is_bound)) {
        out.push_str("σ² is an upper bound: part of it may be signal that so few labels cannot resolve\n");
    }
    if points.iter().all(|p| p.shown.is_none_or(|s| s.scores.is_empty()) && p.risk.is_some()) {
        out.push_str("AUC and accuracy need classes, with enough labels of each\n");
    }
    out
}

/// Risks and scores of fits on held-out rows, with the estimates.
fn held_out(p: &Point, tested: &HeldOut) -> String {
    let estimate = |e: Estimate| format!("{} ± {}", sig(e.value, 3), sig(e.standard_error, 2));
    let estimated = p
        .risk
        .zip(p.shown)
        .map(|(risk, shown)| Estimate { value: risk.risk, standard_error: shown.standard_error });
    let of = |name: &str, found: Option<Estimate>, before: Option<Estimate>| {
        let before = before.map_or(String::new(), |e| format!(" (estimated {})", estimate(e)));
        found.map(|found| format!("{name} {}{before}", estimate(found)))
    };
    let scores = Metric::of_classes()
        .map(|m| of(m.name(), tested.scores.at(m), p.shown.and_then(|shown| shown.scores.at(m))));
    let parts = std::iter::once(of("risk", Some(tested.risk), estimated)).chain(scores);
    let fits = if tested.draws == 1 {
        "fit of all labelled rows".to_owned()
    } else {
        format!("{} draws", tested.draws)
    };
    let parts = parts.flatten().collect::<Vec<_>>().join(", ");
    format!("n {}: on {} held-out rows ({fits}): {parts}\n", samples(p.samples), tested.rows)
}

fn exact(points: &[Point]) -> String {
    type Column = (&'static str, fn(&Risk) -> f64);
    const BIAS: Column = ("bias²", |r| r.bias);
    const VARIANCES: [Column; 2] = [("V_X", |r| r.variance_x), ("V_X,ε", |r| r.variance_x_noise)];
    let random = points.iter().any(|p| p.risk.is_some_and(|r| r.representation.is_some()));
    let towards = points.iter().any(|p| p.risk.is_some_and(|r| r.source.is_some()));
    let mut columns: Vec<Column> = vec![("risk", |r| r.risk), BIAS];
    if random {
        columns.push(("V_W", |r| r.representation.map_or(0.0, |t| t.variance_w)));
    }
    columns.extend(VARIANCES);
    if random {
        columns.push(("V_W,X", |r| r.representation.map_or(0.0, |t| t.variance_w_x)));
        columns.push(("V_W,X,ε", |r| r.representation.map_or(0.0, |t| t.variance_w_x_noise)));
    }
    columns.extend([("σ²", |r| r.noise), ("train", |r| r.train), ("ridge λ", |r| r.ridge)] as [Column; 3]);
    if towards {
        columns.push(("no source", |r| r.source.map_or(f64::NAN, |s| s.without)));
        columns.push(("best γ", |r| r.source.map_or(f64::NAN, |s| s.best_weight)));
        columns.push(("c*", |r| r.source.map_or(f64::NAN, |s| s.correlation_of_no_gain)));
    }
    let mut out = String::new();
    let names = columns.iter().map(|(name, _)| *name);
    for name in ["n/p", "n"].into_iter().chain(names).chain(["best λ = 0", "lowest"]) {
        let _ = write!(out, "{name:>WIDTH$}");
    }
    out.push_str("  best features\n");
    let missing = |out: &mut String| {
        let _ = write!(out, "{:>WIDTH$}", "–");
    };
    for p in points {
        let _ = write!(out, "{}{:>WIDTH$}", cell(p.sample_ratio), samples(p.samples));
        for (_, of) in &columns {
            match &p.risk {
                Some(risk) => out.push_str(&cell(of(risk))),
                None => missing(&mut out),
            }
        }
        match &p.reference.optimal {
            Some(o) => out.push_str(&cell(o.risk)),
            None => missing(&mut out),
        }
        match &p.reference.floor {
            Some(f) => out.push_str(&cell(f.risk)),
            None => missing(&mut out),
        }
        if let Some(o) = &p.reference.optimal {
            let _ = write!(out, "  {}", words::optimal(o, p.samples / p.sample_ratio));
        }
        out.push('\n');
    }
    out
}

/// The lines of `eval --per-class`.
#[must_use]
pub fn per_class(all: &[PerClass]) -> String {
    let mut out = String::new();
    for found in all {
        let _ = write!(
            out,
            "{} labels of each class, n {}: risk {:.4} ± {:.4} (standard deviation of one draw {:.4})",
            found.count, found.samples, found.risk.value, found.risk.standard_error, found.spread
        );
        for (metric, Estimate { value, standard_error }) in found.scores.iter() {
            let _ = write!(out, ", {} {value:.4} ± {standard_error:.4}", metric.name());
        }
        match found.fewer {
            0 => {}
            1 => out.push_str("; one class has too few labels and gives all but one"),
            fewer => {
                let _ = write!(out, "; {fewer} classes have too few labels and give all but one");
            }
        }
        out.push('\n');
    }
    out
}

/// The lines of `eval --target-risk`, and of `eval --target` for populations.
#[must_use]
pub fn reaches(metric: Metric, target: f64, reaches: &[TargetSamples]) -> String {
    let mut out = format!("{} {target} needs\n", metric.wanted());
    for r in reaches {
        let words = match r.intervals.as_slice() {
            [] if r.beyond.is_some() => {
                format!("more labels needed: {}", r.beyond.as_deref().unwrap_or_default())
            }
            [] if r.never => "never: σ² alone exceeds it".to_owned(),
            [] => format!("never, up to n = {}", r.searched),
            found => intervals(found),
        };
        let _ = writeln!(out, "  {:<24} {words}", r.name);
    }
    out
}

/// A number of samples, rounded if it is an integer up to rounding errors.
fn whole(samples: f64) -> f64 {
    let nearest = samples.round();
    if (samples - nearest).abs() <= 1e-9 * nearest { nearest } else { samples }
}

fn cell(value: f64) -> String {
    let text = if value.is_infinite() {
        (if value > 0.0 { "∞" } else { "−∞" }).to_owned()
    } else if value.is_nan() {
        "–".to_owned()
    } else if value == 0.0 {
        "0".to_owned()
    } else if (1e-3..1e6).contains(&value.abs()) {
        let places = (4 - value.abs().log10().floor() as i32).clamp(0, 7) as usize;
        let fixed = format!("{value:.places$}");
        if value.fract() == 0.0 { format!("{value:.0}") } else { fixed }
    } else {
        format!("{value:.3e}")
    };
    format!("{text:>WIDTH$}")
}
