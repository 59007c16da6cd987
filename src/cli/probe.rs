//! Logistic regression on random subsamples, compared with ridge regression: `simulate --evidence logistic` and
//! `eval --evidence logistic`.

use std::fmt::Write;

use clap::ValueEnum;
use serde_json::{Map, Value, json};

use super::progress::Progress;
use crate::evidence::{Logistic, Statistics};
use crate::scenario::{Metric, Model, ScenarioError};

/// The classifier fitted to random subsamples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Evidence {
    #[default]
    Ridge,
    Logistic,
}

/// The metrics of a probe that are reported.
const METRICS: [Metric; 2] = [Metric::Accuracy, Metric::Auc];

/// Fits a probe at each number of samples.
///
/// # Errors
/// Errors of [`Logistic::new`].
pub fn probes(
    model: &Model,
    samples: &[usize],
    draws: usize,
    seed: u64,
) -> Result<Vec<Logistic>, ScenarioError> {
    let made: Vec<Logistic> =
        samples.iter().map(|&n| Logistic::new(model, n, seed)).collect::<Result<_, _>>()?;
    let progress = Progress::new();
    let all = made.len() as f64;
    let mut found = Vec::with_capacity(made.len());
    for (i, mut probe) in made.into_iter().enumerate() {
        let n = probe.samples();
        let mut report = |so_far: &Statistics| {
            let words = format!("n = {n}: {} of {draws} logistic fits", so_far.draws);
            progress.at((i as f64 + so_far.draws as f64 / draws as f64) / all, &words);
        };
        report(&probe.statistics());
        probe.run(draws, &mut report, &|| false)?;
        found.push(probe);
    }
    Ok(found)
}

/// A probe as a JSON object: each metric with its standard error, and the estimate for ridge regression.
pub fn json(probe: &Logistic) -> Map<String, Value> {
    let number = |v: Option<f64>| v.and_then(serde_json::Number::from_f64).map_or(Value::Null, Value::Number);
    let mut object = Map::new();
    for metric in METRICS {
        let name = metric.json_key();
        let (found, ridge) = (probe.scores(metric), probe.ridge(metric));
        object.insert(name.clone(), number(found.map(|f| f.mean)));
        object.insert(format!("{name}_standard_error"), number(found.map(|f| f.standard_error)));
        object.insert(format!("{name}_ridge"), number(ridge.map(|r| r.value)));
        object.insert(format!("{name}_ridge_standard_error"), number(ridge.map(|r| r.standard_error)));
    }
    object.insert("c".into(), number(probe.strength()));
    object.insert("draws".into(), json!(probe.drawn()));
    object.insert("parts".into(), json!(probe.disagreement().is_some()));
    object
}

/// `simulate --evidence logistic --json`.
pub fn array(probes: &[Logistic], p: usize) -> String {
    let of = |probe: &Logistic| {
        let mut object = Map::new();
        let n = probe.samples();
        let ratio = serde_json::Number::from_f64(n as f64 / p as f64).map_or(Value::Null, Value::Number);
        object.insert("sample_ratio".into(), ratio);
        object.insert("samples".into(), json!(n));
        object.insert("evidence".into(), json!("logistic"));
        object.extend(json(probe));
        Value::Object(object)
    };
    let values: Vec<Value> = probes.iter().map(of).collect();
    // Values made of finite numbers and texts always have a text.
    serde_json::to_string_pretty(&values).unwrap_or_default() + "\n"
}

/// A table, and where probe and ridge differ.
pub fn text(probes: &[Logistic]) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{:>9}  {:<10}{:>18}{:>18}{:>12}{:>7}", "n", "", "logistic", "ridge", "C", "draws");
    for probe in probes {
        let c = probe.strength().map_or_else(|| "–".into(), |c| format!("{c:.3e}"));
        for metric in METRICS {
            let Some(found) = probe.scores(metric) else { continue };
            let with = |value: f64, error: f64| format!("{value:.4} ± {error:.4}");
            let ridge = probe.ridge(metric).map_or_else(|| "–".into(), |r| with(r.value, r.standard_error));
            let _ = writeln!(
                out,
                "{:>9}  {:<10}{:>18}{ridge:>18}{c:>12}{:>7}",
                probe.samples(),
                metric.name(),
                with(found.mean, found.standard_error),
                probe.drawn(),
            );
        }
    }
    let mut disagreement = probes.iter().filter_map(Logistic::disagreement).peekable();
    if disagreement.peek().is_none() {
        out += "logistic and ridge regression agree within 2 points or 2 standard errors\n";
    }
    disagreement.for_each(|sentence| out += &(sentence + "\n"));
    out
}
