//! A comparison of encoders: as a table, as JSON and as CSV.

use std::fmt::Write;

use serde_json::{Value, json};

use super::csv;
use super::long::Long;
use super::point::{number, samples as whole};
use crate::numbers::{columns, count, right, sig};
use crate::scenario::{Metric, RiskPoint};
use crate::study::encoders::BestEncoder;
use crate::study::encoders::comparison::{Comparison, EncoderResult};
use crate::study::words;

/// Name of a metric in JSON and on the command line.
const fn key(metric: Metric) -> &'static str {
    match metric {
        Metric::Risk => "risk",
        Metric::Auc => "auc",
        Metric::Accuracy => "accuracy",
    }
}

/// The comparison as a table, with the crossovers and the labels that the target needs.
#[must_use]
pub fn text(found: &Comparison) -> String {
    let curves = &found.curves;
    let metric = curves.metric.name();
    let mut out =
        format!("{metric} with n of labels like these {} rows, ± one standard error\n", curves.rows);
    let name = found.encoders.iter().map(|e| columns(&e.name)).max().unwrap_or(0).max(8);
    let cell = |point: &RiskPoint| {
        point
            .estimate(curves.metric)
            .filter(|e| e.value.is_finite())
            .map_or_else(|| "–".to_owned(), |e| format!("{:.4} ± {:.4}", e.value, e.standard_error))
    };
    let _ = write!(out, "{:>8}", "n");
    for encoder in &found.encoders {
        out.push_str(&right(&encoder.name, name.max(17) + 2));
    }
    out.push_str("  best\n");
    for (i, best) in found.best.iter().enumerate() {
        let n = found.encoders.first().and_then(|e| e.points.get(i)).map_or(f64::NAN, |p| p.0);
        let _ = write!(out, "{:>8}", count(n));
        for encoder in &found.encoders {
            let text = encoder.points.get(i).map_or_else(|| "–".into(), |(_, point)| cell(point));
            out.push_str(&right(&text, name.max(17) + 2));
        }
        let _ = writeln!(
            out,
            "  {}",
            best.as_ref().map_or_else(|| words::TOO_FEW_LABELS.to_owned(), |b| leader(found, b))
        );
    }
    for crossing in &curves.crossovers {
        let _ = writeln!(
            out,
            "× crossover at n = {:.0}: {} is better than {} from there on",
            crossing.samples,
            name_of(found, crossing.to),
            name_of(found, crossing.from)
        );
    }
    if let Some(target) = found.target {
        for encoder in &found.encoders {
            let Some(needed) = &encoder.needed else { continue };
            let wanted = curves.metric.wanted();
            let _ = writeln!(out, "{:<name$}  {wanted} {} {}", encoder.name, sig(target, 3), needed.words());
        }
    }
    out
}

fn name_of(found: &Comparison, encoder: usize) -> &str {
    found.encoders.get(encoder).map_or("", |e| e.name.as_str())
}

/// The best encoder and its margin.
fn leader(found: &Comparison, best: &BestEncoder) -> String {
    words::leader(name_of(found, best.encoder), best)
}

fn point(samples: f64, point: &RiskPoint) -> Value {
    let or_null = |value: Option<f64>| value.map_or(Value::Null, number);
    let shown = point.shown.as_ref();
    json!({
        "samples": whole(samples),
        "ridge": or_null(point.risk.map(|r| r.ridge)),
        "alpha": or_null(shown.filter(|_| point.risk.is_some()).and_then(|s| s.alpha)),
        "risk": or_null(point.risk.map(|r| r.risk)),
        "standard_error": or_null(shown.filter(|_| point.risk.is_some()).map(|s| s.standard_error)),
        "auc": or_null(shown.and_then(|s| s.auc).map(|e| e.value)),
        "auc_standard_error": or_null(shown.and_then(|s| s.auc).map(|e| e.standard_error)),
        "accuracy": or_null(shown.and_then(|s| s.accuracy).map(|e| e.value)),
        "accuracy_standard_error": or_null(shown.and_then(|s| s.accuracy).map(|e| e.standard_error)),
        "reach": shown.map_or(Value::Null, |s| json!(s.reach.name())),
    })
}

/// The comparison as JSON.
#[must_use]
pub fn json(found: &Comparison) -> Value {
    let or_null = |n: Option<f64>| n.map_or(Value::Null, number);
    let encoder = |encoder: &EncoderResult| {
        let mut object = json!({
            "name": encoder.name,
            "rows": found.curves.rows,
            "dimension": encoder.dimension,
            "points": encoder.points.iter().map(|(n, p)| point(*n, p)).collect::<Vec<_>>(),
            "target_samples": or_null(encoder.needed.and_then(|n| n.samples)),
        });
        if let (Some(needed), Some(object)) = (&encoder.needed, object.as_object_mut()) {
            object.insert("target_from".into(), or_null(needed.from));
            object.insert("target_to".into(), or_null(needed.to));
        }
        object
    };
    let crossings = found.curves.crossovers.iter().map(
        |c| json!({"samples": whole(c.samples), "from": name_of(found, c.from), "to": name_of(found, c.to)}),
    );
    let best = found.best.iter().flatten().map(|b| {
        json!({
            "samples": whole(b.samples),
            "encoder": name_of(found, b.encoder),
            "difference": or_null(b.margin.map(|a| a.difference)),
            "standard_error": or_null(b.margin.map(|a| a.standard_error)),
        })
    });
    json!({
        "metric": key(found.curves.metric),
        "encoders": found.encoders.iter().map(encoder).collect::<Vec<_>>(),
        "crossings": crossings.collect::<Vec<_>>(),
        "best": best.collect::<Vec<_>>(),
    })
}

/// The points of every encoder as CSV, one line each.
#[must_use]
pub fn csv(found: &Comparison) -> Long {
    const COLUMNS: [&str; 9] = [
        "samples",
        "ridge",
        "risk",
        "standard_error",
        "auc",
        "auc_standard_error",
        "accuracy",
        "accuracy_standard_error",
        "reach",
    ];
    let mut lines = vec![std::iter::once("encoder").chain(COLUMNS).map(String::from).collect::<Vec<_>>()];
    for encoder in &found.encoders {
        for (n, risk) in &encoder.points {
            let value = point(*n, risk);
            let cell = |name: &str| value.get(name).map_or_else(String::new, csv::text);
            lines.push(std::iter::once(encoder.name.clone()).chain(COLUMNS.map(cell)).collect());
        }
    }
    Long::csv(move |table| lines.iter().try_for_each(|line| table.write_record(line)))
}
