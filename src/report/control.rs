//! The control of `eval --control` in JSON: metrics of the rows with shuffled labels.

use serde_json::{Map, Value};

use super::json;
use crate::study::Point;

const KEYS: [&str; 10] = [
    "risk",
    "standard_error",
    "auc",
    "auc_standard_error",
    "accuracy",
    "accuracy_standard_error",
    "balanced_accuracy",
    "balanced_accuracy_standard_error",
    "macro_f1",
    "macro_f1_standard_error",
];

/// Risk and metrics of a point with shuffled labels, each under its name in `eval --json`.
#[must_use]
pub fn json(point: &Point) -> Value {
    let all = json::point(point);
    let kept = KEYS.into_iter().filter_map(|key| Some((key.to_owned(), all.get(key)?.clone())));
    Value::Object(kept.collect::<Map<_, _>>())
}
