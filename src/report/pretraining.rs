//! `eval --upstream-tasks`: how many upstream tasks learned features need, as text and as JSON.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::evidence::Pretraining;
use crate::theory::Risk;

/// The sweep as text: its points, raw features and ground truth, and where learned features become better.
#[must_use]
pub fn text(swept: &Pretraining, dimension: usize) -> String {
    let ratio = swept.raw.sample_ratio;
    let mut out =
        format!("n/p {ratio}, n {}: risk of features learned from upstream tasks\n", n(ratio, dimension));
    for (tasks, risk) in &swept.points {
        let better = if risk.risk < swept.raw.risk { "  better than raw" } else { "" };
        let _ = writeln!(out, "  {tasks:>6} tasks   {}{better}", shown(risk));
    }
    let _ = writeln!(out, "  raw            {}", shown(&swept.raw));
    let _ = writeln!(out, "  ground truth   {}", shown(&swept.ground_truth));
    for crossing in &swept.crossings {
        let word = if crossing.better { "better" } else { "worse" };
        let _ = writeln!(out, "{word} than raw from {} tasks on", crossing.tasks);
    }
    if swept.crossings.is_empty() {
        let word = if swept.enough().is_some() { "better" } else { "no better" };
        let _ = writeln!(out, "{word} than raw at every requested number of tasks");
    }
    out
}

#[must_use]
pub fn json(swept: &Pretraining, dimension: usize) -> Value {
    let number = |v: f64| serde_json::Number::from_f64(v).map_or(Value::Null, Value::Number);
    let ratio = swept.raw.sample_ratio;
    let points: Vec<Value> =
        swept.points.iter().map(|(m, r)| json!({ "tasks": m, "risk": number(r.risk) })).collect();
    let crossings: Vec<Value> =
        swept.crossings.iter().map(|c| json!({ "tasks": c.tasks, "better": c.better })).collect();
    json!({
        "sample_ratio": number(ratio),
        "samples": number(n(ratio, dimension)),
        "raw": number(swept.raw.risk),
        "ground_truth": number(swept.ground_truth.risk),
        "points": points,
        "crossings": crossings,
        "enough": swept.enough(),
    })
}

/// n from n/p, without rounding errors.
fn n(ratio: f64, dimension: usize) -> f64 {
    let n = ratio * dimension as f64;
    if (n - n.round()).abs() < 1e-9 * n { n.round() } else { n }
}

fn shown(risk: &Risk) -> String {
    match risk.risk {
        r if r.is_infinite() => format!("{:>10}", "∞"),
        r if r >= 1e4 => format!("{r:>10.3e}"),
        r => format!("{r:>10.5}"),
    }
}
