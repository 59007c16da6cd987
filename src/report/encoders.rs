//! A comparison of encoders: as a table, as JSON and as CSV.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use super::csv;
use super::long::Long;
use super::point::{number, put_estimate, put_scores, samples as whole};
use crate::numbers::{columns, count, left, right, sig};
use crate::scenario::{Metric, RiskPoint, SubsampledFits};
use crate::study::encoders::comparison::{Comparison, EncoderResult};
use crate::study::encoders::{BestEncoder, Tie};
use crate::study::words;

/// Widest table with one column for each encoder.
const WIDEST: usize = 110;

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
    let samples = found.encoders.first().map_or(&[][..], |e| e.points.as_slice()).iter().map(|(n, _)| *n);
    let samples: Vec<f64> = samples.collect();
    let best = |i: usize| {
        let best = found.best.get(i).and_then(Option::as_ref);
        best.map_or_else(|| words::TOO_FEW_LABELS.to_owned(), |best| leader(found, best))
    };
    let value = |encoder: &EncoderResult, i: usize| {
        encoder.points.get(i).map_or_else(|| "–".to_owned(), |(_, point)| cell(point))
    };
    if 8 + found.encoders.len() * (name.max(17) + 2) <= WIDEST {
        let _ = write!(out, "{:>8}", "n");
        found.encoders.iter().for_each(|encoder| out += &right(&encoder.name, name.max(17) + 2));
        out.push_str("  best\n");
        for (i, n) in samples.iter().enumerate() {
            let _ = write!(out, "{:>8}", count(*n));
            found.encoders.iter().for_each(|encoder| out += &right(&value(encoder, i), name.max(17) + 2));
            let _ = writeln!(out, "  {}", best(i));
        }
    } else {
        // One row for each encoder.
        out += &right("n", name);
        samples.iter().for_each(|n| out += &right(&count(*n), 19));
        out.push('\n');
        for encoder in &found.encoders {
            out += &left(&encoder.name, name);
            (0..samples.len()).for_each(|i| out += &right(&value(encoder, i), 19));
            out.push('\n');
        }
        for (i, n) in samples.iter().enumerate() {
            let _ = writeln!(out, "best at n = {}: {}", count(*n), best(i));
        }
    }
    for ((n, ties), best) in samples.iter().zip(&found.ties).zip(&found.best) {
        let Some(best) = best.as_ref().filter(|_| !ties.is_empty()) else { continue };
        let one = |tie: &Tie| match tie.rows {
            Some(rows) => {
                format!("{} ({} labelled rows would separate them)", name_of(found, tie.encoder), count(rows))
            }
            None => format!("{} (no difference)", name_of(found, tie.encoder)),
        };
        let all = ties.iter().map(one).collect::<Vec<_>>().join(", ");
        let _ = writeln!(out, "at n = {} {} ties with {all}", count(*n), name_of(found, best.encoder));
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
            let _ = writeln!(
                out,
                "{}  {wanted} {} {}",
                left(&encoder.name, name),
                sig(target, 3),
                needed.words()
            );
        }
    }
    if let Some(control) = &found.control {
        let _ = write!(out, "\nlabels shuffled: {}", text(control));
    }
    out
}

fn name_of(found: &Comparison, encoder: usize) -> &str {
    found.encoders.get(encoder).map_or("", |e| e.name.as_str())
}

/// The best encoder and its margin.
fn leader(found: &Comparison, best: &BestEncoder) -> String {
    if found.encoders.len() == 1 {
        return name_of(found, best.encoder).to_owned();
    }
    words::leader(name_of(found, best.encoder), best)
}

fn point(samples: f64, point: &RiskPoint) -> Value {
    let or_null = |value: Option<f64>| value.map_or(Value::Null, number);
    let shown = point.shown.as_ref();
    let mut object = Map::new();
    object.insert("samples".into(), whole(samples));
    object.insert("ridge".into(), or_null(point.risk.map(|r| r.ridge)));
    let alpha = shown.filter(|_| point.risk.is_some()).and_then(|s| s.alpha);
    object.insert("alpha".into(), or_null(alpha));
    put_estimate(&mut object, Metric::Risk, point.estimate(Metric::Risk));
    put_scores(&mut object, &shown.map(|s| s.scores).unwrap_or_default());
    object.insert("r2".into(), or_null(point.value(Metric::R2)));
    object.insert("reach".into(), shown.map_or(Value::Null, |s| s.reach.name().into()));
    object.insert("spread".into(), or_null(shown.and_then(|s| s.spread)));
    object.insert("anchored".into(), shown.is_some_and(|s| s.anchored).into());
    if let Some((least, most)) = shown.and_then(|s| s.task_rows) {
        object.insert("task_rows".into(), json!([least, most]));
    }
    Value::Object(object)
}

/// Fits on subsamples of one size: each metric with its standard error over the draws.
fn subsampled(fits: &SubsampledFits) -> Value {
    let mut value = Map::new();
    value.insert("samples".into(), whole(fits.samples));
    value.insert("draws".into(), fits.draws.into());
    fits.metrics.iter().for_each(|(metric, found)| put_estimate(&mut value, metric, Some(*found)));
    Value::Object(value)
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
            "subsampled": encoder.subsampled.iter().map(subsampled).collect::<Vec<_>>(),
        });
        if let (Some(needed), Some(object)) = (&encoder.needed, object.as_object_mut()) {
            object.insert("target_from".into(), or_null(needed.from));
            object.insert("target_to".into(), or_null(needed.to));
            object.insert("missed_from".into(), or_null(needed.missed.map(|missed| missed.from)));
            object.insert("missed_until".into(), or_null(needed.missed.and_then(|missed| missed.until)));
        }
        object
    };
    let crossings = found.curves.crossovers.iter().map(
        |c| json!({"samples": whole(c.samples), "from": name_of(found, c.from), "to": name_of(found, c.to)}),
    );
    let tie = |tie: &Tie| {
        json!({
            "encoder": name_of(found, tie.encoder),
            "difference": number(tie.margin.difference),
            "standard_error": number(tie.margin.standard_error),
            "rows": or_null(tie.rows),
        })
    };
    let best = found.best.iter().zip(&found.ties).filter_map(|(best, ties)| Some((best.as_ref()?, ties)));
    let best = best.map(|(b, ties)| {
        json!({
            "samples": whole(b.samples),
            "encoder": name_of(found, b.encoder),
            "difference": or_null(b.margin.map(|a| a.difference)),
            "standard_error": or_null(b.margin.map(|a| a.standard_error)),
            "ties": ties.iter().map(tie).collect::<Vec<_>>(),
        })
    });
    let mut value = json!({
        "metric": found.curves.metric.key(),
        "encoders": found.encoders.iter().map(encoder).collect::<Vec<_>>(),
        "crossings": crossings.collect::<Vec<_>>(),
        "best": best.collect::<Vec<_>>(),
    });
    if let (Some(control), Some(object)) = (&found.control, value.as_object_mut()) {
        object.insert("control".into(), json(control));
    }
    value
}

/// The points of every encoder as CSV, one line each.
#[must_use]
pub fn csv(found: &Comparison) -> Long {
    const COLUMNS: [&str; 17] = [
        "samples",
        "ridge",
        "risk",
        "standard_error",
        "auc",
        "auc_standard_error",
        "accuracy",
        "accuracy_standard_error",
        "reach",
        "alpha",
        "r2",
        "balanced_accuracy",
        "balanced_accuracy_standard_error",
        "macro_f1",
        "macro_f1_standard_error",
        "spread",
        "anchored",
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
