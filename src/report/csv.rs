//! The numbers of the JSON contract as tables: a header with units, every digit, empty where JSON has `null`.

use serde_json::Value;

use super::json;
use crate::scenario::ScenarioError;
use crate::study::{Axis, Curves, Plane, words};

/// Where a column's value lies in a point's JSON, and its unit. Risks are in units of the label variance, y².
const COLUMNS: &[(&str, &str)] = &[
    ("sample_ratio", "n/p"),
    ("samples", "n"),
    ("ridge", "lambda"),
    ("kappa", "eigenvalue"),
    ("df1", "share of p"),
    ("df2", "share of p"),
    ("bias", "y^2"),
    ("variance_x", "y^2"),
    ("variance_x_noise", "y^2"),
    ("noise", "y^2"),
    ("risk", "y^2"),
    ("excess", "y^2"),
    ("train", "y^2"),
    ("diverges", ""),
    ("optimal.regime", ""),
    ("optimal.risk", "y^2"),
    ("optimal.kept_fraction", "share of p"),
    ("optimal.mu", "task energy"),
    ("optimal.soft.risk", "y^2"),
    ("optimal.soft.kappa", "eigenvalue"),
    ("optimal.soft.mu", "task energy"),
    ("optimal.hard.risk", "y^2"),
    ("optimal.hard.fraction", "share of p"),
    ("floor.risk", "y^2"),
    ("floor.ridge", "lambda"),
    ("floor.kappa", "eigenvalue"),
    ("finite_risk", "y^2"),
    ("worst_risk", "y^2"),
];

/// The same of real rows.
const SHOWN: &[(&str, &str)] =
    &[("standard_error", "y^2"), ("auc", ""), ("accuracy", ""), ("reach", ""), ("noise_is_bound", "")];

/// The curves, one line a point.
///
/// # Errors
/// None of the data's; the writer's own.
pub fn curves(curves: &Curves) -> Result<String, ScenarioError> {
    let unit = |(name, unit): (&str, &str)| {
        if unit.is_empty() { name.to_owned() } else { format!("{name} [{unit}]") }
    };
    let mut header = vec!["featurization".to_owned()];
    header.extend(curves.axis.key.clone());
    let measured = curves.curves.iter().flat_map(|c| &c.points).any(|p| p.shown.is_some());
    let columns = || COLUMNS.iter().chain(SHOWN.iter().filter(move |_| measured)).copied();
    header.extend(columns().map(unit));
    let mut lines = vec![header];
    for curve in &curves.curves {
        for (x, point) in curve.xs.iter().zip(curves.points(curve)) {
            let value = json::point(&point);
            let mut line = vec![curve.subject.key().to_owned()];
            line.extend(curves.axis.key.as_ref().map(|_| text(&json::number(*x))));
            line.extend(columns().map(|(name, _)| text(at(&value, name))));
            lines.push(line);
        }
    }
    written(&lines)
}

/// The plane, one line a cell, x fastest.
///
/// # Errors
/// As [`curves`].
pub fn plane(plane: &Plane) -> Result<String, ScenarioError> {
    let name = |axis: &Axis| match axis.name() {
        "sample_ratio" => "sample_ratio [n/p]".to_owned(),
        name @ ("noise" | "signal") => format!("{name} [y^2]"),
        name => name.to_owned(),
    };
    let mut lines = vec![vec![name(&plane.x), name(&plane.y), "regime".into(), "risk [y^2]".into()]];
    for (y, row) in plane.rows.iter().zip(plane.rows()) {
        for (x, cell) in plane.columns.iter().zip(row) {
            let regime = cell.map_or("", |c| words::regime(c.regime));
            let risk = cell.map_or(Value::Null, |c| json::number(c.risk));
            let place = [*x, *y].map(|v| text(&json::number(v)));
            lines.push(place.into_iter().chain([regime.into(), text(&risk)]).collect());
        }
    }
    written(&lines)
}

/// The value under a dotted name, `null` where there is none.
fn at<'a>(value: &'a Value, name: &str) -> &'a Value {
    name.split('.').fold(value, |value, key| value.get(key).unwrap_or(&Value::Null))
}

/// As JSON writes it, words without quotes.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(word) => word.clone(),
        other => other.to_string(),
    }
}

pub(super) fn written(lines: &[Vec<String>]) -> Result<String, ScenarioError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let said = |e: &dyn std::fmt::Display| ScenarioError::new(format!("the table cannot be written: {e}"));
    for line in lines {
        writer.write_record(line).map_err(|e| said(&e))?;
    }
    let bytes = writer.into_inner().map_err(|e| said(&e))?;
    String::from_utf8(bytes).map_err(|e| said(&e))
}
