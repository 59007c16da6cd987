//! The labels that a target value of a metric requires, for each task: as a table and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use super::point::number;
use crate::numbers::{columns, right, sig};
use crate::scenario::{Estimate, Metric};
use crate::study::labels::classes::Requirement;

/// The row of the mean over all tasks.
const MEAN: &str = "mean";

/// One task of `eval --target --json`.
#[must_use]
pub fn json(metric: Metric, target: f64, found: &Requirement) -> Value {
    let or_null = |value: Option<f64>| value.map_or(Value::Null, number);
    json!({
        "task": found.task.as_deref().unwrap_or(MEAN),
        "metric": metric.key(),
        "target": number(target),
        "labels": found.labels,
        "now": or_null(found.now.map(|now| now.value)),
        "standard_error": or_null(found.now.map(|now| now.standard_error)),
        "target_samples": or_null(found.needed.samples),
        "target_from": or_null(found.needed.from),
        "target_to": or_null(found.needed.to),
        "missed_from": or_null(found.needed.missed.map(|missed| missed.from)),
        "missed_until": or_null(found.needed.missed.and_then(|missed| missed.until)),
        "searched": number(found.needed.searched.1),
    })
}

/// The table of `eval --target`, a row a task.
#[must_use]
pub fn text(metric: Metric, target: f64, all: &[Requirement]) -> String {
    let classes = all.iter().any(|found| found.labels.is_some()) || metric.is_of_classes();
    let of = if classes { "of all classes together, " } else { "" };
    let mut out = format!("{} {}: labels {of}with a 90 % band\n", metric.wanted(), sig(target, 3));
    let name = |found: &Requirement| found.task.clone().unwrap_or_else(|| MEAN.to_owned());
    let width = all.iter().map(|found| columns(&name(found))).max().unwrap_or(0).max(4);
    let _ = writeln!(out, "{}{:>8}{:>20}  needs", right("task", width), "labels", "now ± s.e.");
    for found in all {
        let labels = found.labels.map_or_else(|| "–".to_owned(), |labels| labels.to_string());
        let now = |now: Estimate| format!("{:.4} ± {:.4}", now.value, now.standard_error);
        let now = found.now.map_or_else(|| "–".to_owned(), now);
        let _ = writeln!(out, "{}{labels:>8}{now:>20}  {}", right(&name(found), width), found.needed.words());
    }
    out
}
