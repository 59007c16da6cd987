//! The numbers of the JSON contract as tables: a header with units, every digit, empty where JSON has `null`.

use serde_json::Value;

use super::point::{FIELDS, Field, SHOWN, TESTED, number};
use crate::scenario::ScenarioError;
use crate::study::{Axis, Curves, Plane, words};

/// The curves, one line a point.
///
/// # Errors
/// None of the data's; the writer's own.
pub fn curves(curves: &Curves) -> Result<String, ScenarioError> {
    lines_of(&[(None, curves)])
}

/// The same of several encoders, each line with the name of its own.
///
/// # Errors
/// As [`curves`].
pub fn curves_of_encoders(all: &[(String, Curves)]) -> Result<String, ScenarioError> {
    lines_of(&all.iter().map(|(name, curves)| (Some(name.as_str()), curves)).collect::<Vec<_>>())
}

fn lines_of(all: &[(Option<&str>, &Curves)]) -> Result<String, ScenarioError> {
    let Some((name, first)) = all.first() else { return Ok(String::new()) };
    let mut header: Vec<String> = name.iter().map(|_| "encoder".to_owned()).collect();
    header.push("featurization".to_owned());
    header.extend(first.axis.key.clone());
    let points = all.iter().flat_map(|(_, curves)| &curves.curves).flat_map(|c| &c.points);
    let measured = points.into_iter().any(|p| p.shown.is_some());
    let tested = first.scenario.test.is_some();
    let fields =
        FIELDS.iter().chain(SHOWN.iter().filter(|_| measured)).chain(TESTED.iter().filter(|_| tested));
    let columns: Vec<(&Field, &str)> = fields.filter_map(|field| Some((field, field.unit?))).collect();
    header.extend(columns.iter().map(|(field, unit)| match *unit {
        "" => field.name.to_owned(),
        unit => format!("{} [{unit}]", field.name),
    }));
    let mut lines = vec![header];
    let each = all.iter().flat_map(|(name, curves)| curves.curves.iter().map(move |c| (*name, *curves, c)));
    for (name, curves, curve) in each {
        for (x, point) in curve.xs.iter().zip(curves.points(curve)) {
            let mut line: Vec<String> = name.into_iter().map(str::to_owned).collect();
            line.push(curve.subject.key().to_owned());
            line.extend(curves.axis.key.as_ref().map(|_| text(&number(*x))));
            line.extend(columns.iter().map(|(field, _)| text(&(field.value)(&point))));
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
            let risk = cell.map_or(Value::Null, |c| number(c.risk));
            let place = [*x, *y].map(|v| text(&number(v)));
            lines.push(place.into_iter().chain([regime.into(), text(&risk)]).collect());
        }
    }
    written(&lines)
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
