//! `riskscope simulate`: fits on drawn samples beside the theory.

use std::fmt::Write;
use std::io::{self, IsTerminal};

use clap::{ArgGroup, Args};
use serde_json::{Value, json};

use super::ScenarioArgs;
use crate::evidence::{self, Agreement, Compared, Covariates, Run};
use crate::scenario::{Model, ScenarioError};

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("points").required(true).multiple(true).args(["at", "samples"])),
    after_help = "Example:
  riskscope simulate --set dimension=200 --at 0.1,0.5,2 --draws 50"
)]
pub struct SimulateArgs {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Sample ratios n/p, to the nearest whole n
    #[arg(long, value_name = "A,B", value_delimiter = ',', allow_hyphen_values = true)]
    pub at: Vec<f64>,
    /// Sample counts n
    #[arg(long, value_name = "N,M", value_delimiter = ',', allow_hyphen_values = true)]
    pub samples: Vec<f64>,
    /// Draws of samples, task and noise at each point
    #[arg(long, value_name = "K", default_value_t = 100, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub draws: u32,
    /// The same seed gives the same digits
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// An array of objects, one a point, with every digit
    #[arg(long)]
    pub json: bool,
}

/// What `simulate` prints.
///
/// # Errors
/// One sentence naming the input and what would be accepted.
pub fn run(args: &SimulateArgs) -> Result<String, ScenarioError> {
    let model = Model::new(&args.scenario.resolve()?, None, &|| false)?;
    let p = model.dimension();
    let counts = counts(args, p)?;
    for warning in model.warnings() {
        eprintln!("riskscope: {warning}");
    }
    let runs: Vec<Run> = counts
        .iter()
        .map(|&n| Run::new(&model, n, args.seed, Covariates::Gaussian))
        .collect::<Result<_, _>>()?;
    let poles = evidence::poles(&model)?;
    let bar = io::stderr().is_terminal();
    let (draws, all) = (args.draws as usize, runs.len());
    let mut points = Vec::with_capacity(all);
    for (i, mut run) in runs.into_iter().enumerate() {
        let mut progress = |done: &crate::evidence::Statistics| {
            if bar {
                eprint!("\r\x1b[Kpoint {} of {all}: {} of {draws} draws", i + 1, done.draws);
            }
        };
        run.run(draws, &mut progress, &|| false)?;
        let samples = run.samples() as f64;
        let pole = poles.iter().copied().min_by(|a, b| (a - samples).abs().total_cmp(&(b - samples).abs()));
        points.push(Compared { samples, measured: run.statistics(), theory: run.theory().risk, pole });
    }
    if bar {
        eprint!("\r\x1b[K");
    }
    Ok(if args.json { json_of(&points, p) } else { text_of(&points, p) })
}

/// n of every point, in the order given.
fn counts(args: &SimulateArgs, p: usize) -> Result<Vec<usize>, ScenarioError> {
    let whole = |n: f64| n.is_finite() && n >= 1.0 && n.fract() == 0.0;
    if let Some(bad) = args.samples.iter().find(|n| !whole(**n)) {
        return Err(ScenarioError::new(format!("--samples must be whole numbers from 1, got {bad}")));
    }
    let of_ratio = |alpha: &f64| (alpha * p as f64).round();
    if let Some(bad) = args.at.iter().find(|a| !whole(of_ratio(a))) {
        return Err(ScenarioError::new(format!(
            "--at must be sample ratios n/p of at least one sample (1/{p}), got {bad}"
        )));
    }
    Ok(args.at.iter().map(of_ratio).chain(args.samples.iter().copied()).map(|n| n as usize).collect())
}

fn json_of(points: &[Compared], p: usize) -> String {
    let number = |v: f64| serde_json::Number::from_f64(v).map_or(Value::Null, Value::Number);
    let values: Vec<Value> = points
        .iter()
        .map(|point| {
            json!({
                "sample_ratio": number(point.samples / p as f64),
                "samples": point.samples as u64,
                "mean": number(point.measured.mean),
                "standard_error": number(point.measured.standard_error),
                "median": number(point.measured.median),
                "draws": point.measured.draws,
                "theory": number(point.theory),
                "z": point.z().map_or(Value::Null, number),
            })
        })
        .collect();
    // Values made of finite numbers always have a text.
    serde_json::to_string_pretty(&values).unwrap_or_default() + "\n"
}

fn text_of(points: &[Compared], p: usize) -> String {
    let mut out = String::new();
    for name in ["n/p", "n", "mean", "± s.e.", "median", "theory", "z", "draws"] {
        let _ = write!(out, "{name:>11}");
    }
    out.push('\n');
    for point in points {
        let m = &point.measured;
        let _ = write!(out, "{:>11.4}{:>11}", point.samples / p as f64, point.samples);
        for v in [m.mean, m.standard_error, m.median, point.theory] {
            let wide = v.is_finite() && v != 0.0 && !(1e-3..1e6).contains(&v.abs());
            let text = match v {
                v if v.is_infinite() => "∞".into(),
                v if wide => format!("{v:.3e}"),
                v => format!("{v:.5}"),
            };
            let _ = write!(out, "{text:>11}");
        }
        let z = point.z().map_or_else(|| "–".into(), |z| format!("{z:+.2}"));
        let _ = writeln!(out, "{z:>11}{:>11}", m.draws);
    }
    for line in Agreement::of(points).lines() {
        let _ = writeln!(out, "{line}");
    }
    out
}
