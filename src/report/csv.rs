//! Tables of the numbers in the JSON contract: a header with units, full precision, empty where JSON has `null`.

use std::io::Write;

use csv::Writer;
use serde_json::Value;

use super::long::Long;
use super::point::{FIELDS, Field, REPRESENTATION, SCORES, SHOWN, SOURCE, TESTED, number, on_axis};
use crate::study::{Axis, Curves, Plane, words};

/// The curves, one line a point.
#[must_use]
pub fn curves(curves: Curves) -> Long {
    Long::csv(move |table| lines_of(&[(None, &curves)], table))
}

/// Curves of several encoders; the name of the encoder is in each line.
#[must_use]
pub fn curves_of_encoders(all: Vec<(String, Curves)>) -> Long {
    Long::csv(move |table| {
        let all: Vec<_> = all.iter().map(|(name, curves)| (Some(name.as_str()), curves)).collect();
        lines_of(&all, table)
    })
}

fn lines_of(all: &[(Option<&str>, &Curves)], table: &mut Writer<&mut dyn Write>) -> csv::Result<()> {
    let Some((name, first)) = all.first() else { return Ok(()) };
    let mut header: Vec<String> = name.iter().map(|_| "encoder".to_owned()).collect();
    header.push("featurization".to_owned());
    header.extend(first.axis.variable.key().map(str::to_owned));
    let points = all.iter().flat_map(|(_, curves)| &curves.curves).flat_map(|c| &c.points);
    let measured = points.clone().any(|p| p.shown.is_some());
    let random = points.clone().any(|p| p.risk.is_some_and(|r| r.representation.is_some()));
    let scored = points.clone().any(|p| p.scores.is_some());
    let towards = points.into_iter().any(|p| p.risk.is_some_and(|r| r.source.is_some()));
    let tested = first.scenario.test.is_some();
    let fields = FIELDS
        .iter()
        .chain(SHOWN.iter().filter(|_| measured))
        .chain(TESTED.iter().filter(|_| tested))
        .chain(REPRESENTATION.iter().filter(|_| random))
        .chain(SOURCE.iter().filter(|_| towards))
        .chain(SCORES.iter().filter(|_| scored));
    let columns: Vec<(&Field, &str)> = fields.filter_map(|field| Some((field, field.unit?))).collect();
    header.extend(columns.iter().map(|(field, unit)| match *unit {
        "" => field.name.to_string(),
        unit => format!("{} [{unit}]", field.name),
    }));
    table.write_record(header)?;
    let each = all.iter().flat_map(|(name, curves)| curves.curves.iter().map(move |c| (*name, *curves, c)));
    for (name, curves, curve) in each {
        for (x, point) in curve.xs.iter().zip(curves.points(curve)) {
            name.into_iter().try_for_each(|name| table.write_field(name))?;
            table.write_field(curve.spec.key())?;
            curves
                .axis
                .variable
                .key()
                .iter()
                .try_for_each(|_| table.write_field(text(&on_axis(&curves.axis, *x))))?;
            columns.iter().try_for_each(|(field, _)| table.write_field(text(&field.value(&point))))?;
            // Ends the line.
            table.write_record(None::<&[u8]>)?;
        }
    }
    Ok(())
}

/// The plane, one line a cell, x fastest.
#[must_use]
pub fn plane(plane: Plane) -> Long {
    Long::csv(move |table| {
        let name = |axis: &Axis| match axis.name() {
            "sample_ratio" => "sample_ratio [n/p]".to_owned(),
            name @ ("noise" | "signal") => format!("{name} [y^2]"),
            name => name.to_owned(),
        };
        let head = [name(&plane.x), name(&plane.y), "regime".into(), "risk [y^2]".into()];
        let chosen = plane.fit.is_some().then(|| "chosen_risk [y^2]".to_owned());
        table.write_record(head.into_iter().chain(chosen))?;
        let mut risks = plane.fit.iter().flat_map(|fit| &fit.risk);
        for (y, row) in plane.rows.iter().zip(plane.rows()) {
            for (x, cell) in plane.columns.iter().zip(row) {
                let regime = cell.map_or("", |c| words::regime(c.regime)).to_owned();
                let risk = cell.map_or(Value::Null, |c| number(c.risk));
                let [x, y] = [(&plane.x, *x), (&plane.y, *y)].map(|(axis, v)| text(&on_axis(axis, v)));
                let chosen = risks.next().map(|&risk| text(&number(risk)));
                table.write_record([x, y, regime, text(&risk)].into_iter().chain(chosen))?;
            }
        }
        Ok(())
    })
}

/// A JSON value as the text of a cell: texts without quotes, empty for null.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(word) => word.clone(),
        other => other.to_string(),
    }
}
