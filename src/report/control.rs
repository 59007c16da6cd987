//! The control of `eval --control` in JSON: metrics of the rows with shuffled labels.

use serde_json::{Map, Value};

use super::point::{put_estimate, put_scores};
use crate::scenario::{Estimate, Metric};
use crate::study::Point;

/// Risk and metrics of a point with shuffled labels, each under its name in `eval --json`.
#[must_use]
pub fn json(point: &Point) -> Value {
    let mut object = Map::new();
    let risk = point.risk.zip(point.shown);
    let risk = risk.map(|(risk, shown)| Estimate { value: risk.risk, standard_error: shown.standard_error });
    put_estimate(&mut object, Metric::Risk, risk);
    put_scores(&mut object, &point.shown.map(|shown| shown.scores).unwrap_or_default());
    Value::Object(object)
}
