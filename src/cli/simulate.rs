//! `riskscope simulate`: fits on simulated samples, or on random subsamples of real rows, compared with the theory.

use std::fmt::Write;

use clap::{ArgGroup, Args, ValueEnum};
use serde_json::{Value, json};

use super::ScenarioArgs;
use super::encoders;
use super::output::note;
use super::probe::{self, Evidence};
use super::progress::Progress;
use crate::evidence::{self, Agreement, Compared, Covariates, Run, Statistics};
use crate::scenario::{Model, ScenarioError};
use crate::study::curves::point;

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("points").required(true).multiple(true).args(["at", "samples"])),
    after_help = "Example:
  riskscope simulate --set dimension=200 --at 0.1,0.5,2 --draws 50
  riskscope simulate --features X.npy --targets labels.txt --task games --samples 50,200"
)]
pub struct SimulateArgs {
    /// Sample ratios n/p, to the nearest whole n
    #[arg(long, value_name = "A,B", value_delimiter = ',', allow_hyphen_values = true)]
    pub at: Vec<f64>,
    /// Sample counts n
    #[arg(long, value_name = "N,M", value_delimiter = ',', allow_hyphen_values = true)]
    pub samples: Vec<f64>,
    /// Draws of samples, task and noise at each point; of rows, if the features are real
    #[arg(long, value_name = "K", default_value_t = 100, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub draws: u32,
    /// Entries of whitened covariates: gaussian or rademacher (±1) [default: gaussian]
    #[arg(long, value_enum, value_name = "KIND", hide_possible_values = true)]
    pub covariates: Option<Entries>,
    /// What is fitted on drawn rows of real data: ridge, or logistic regression at its best C [default: ridge]
    #[arg(
        long,
        value_enum,
        value_name = "KIND",
        hide_possible_values = true,
        hide_default_value = true,
        default_value_t
    )]
    pub evidence: Evidence,
    /// Random seed; results are reproducible
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// An array of objects, one a point, with every digit
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub scenario: ScenarioArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Entries {
    Gaussian,
    /// ±1
    Rademacher,
}

impl From<Entries> for Covariates {
    fn from(entries: Entries) -> Self {
        match entries {
            Entries::Gaussian => Self::Gaussian,
            Entries::Rademacher => Self::Rademacher,
        }
    }
}

/// Runs the simulation and returns its output.
///
/// # Errors
/// One sentence naming the input and what is accepted.
pub fn run(args: &SimulateArgs) -> Result<String, ScenarioError> {
    let scenario = args.scenario.resolve()?;
    encoders::note_focus(&scenario);
    let model = Model::new(&scenario, None, &|| false)?;
    let p = model.dimension();
    let counts = counts(args, p)?;
    for warning in model.warnings() {
        note(warning);
    }
    if args.covariates.is_some() && model.pool().is_some() {
        return Err(ScenarioError::new(
            "--covariates is for synthetic scenarios; rows of real data are drawn as they are",
        ));
    }
    if args.evidence == Evidence::Logistic {
        point::anchor(&model)?;
        let probes = probe::probes(&model, &counts, args.draws as usize, args.seed)?;
        return Ok(if args.json { probe::array(&probes, p) } else { probe::text(&probes) });
    }
    let covariates = args.covariates.map_or_else(Covariates::default, Covariates::from);
    let runs: Vec<Run> =
        counts.iter().map(|&n| Run::new(&model, n, args.seed, covariates)).collect::<Result<_, _>>()?;
    let poles = evidence::poles(&model)?;
    let draws = args.draws as usize;
    let all: f64 = runs.iter().map(|run| run.cost() * draws as f64).sum();
    let (mut points, mut before) = (Vec::with_capacity(runs.len()), 0.0);
    let progress = Progress::new();
    for mut run in runs {
        let (n, cost) = (run.samples(), run.cost());
        let mut report = |so_far: &Statistics| {
            let words = format!("n = {n}: {} of {draws} draws", so_far.draws);
            progress.at((before + cost * so_far.draws as f64) / all, &words);
        };
        progress.at(before / all, &format!("n = {n}"));
        run.run(draws, &mut report, &|| false)?;
        before += cost * draws as f64;
        points.push(run.compared(&poles));
    }
    drop(progress);
    Ok(if args.json { json_of(&points, p) } else { text_of(&points, p) })
}

/// n of every point, in the given order.
fn counts(args: &SimulateArgs, p: usize) -> Result<Vec<usize>, ScenarioError> {
    let whole = |n: f64| n.is_finite() && n >= 1.0 && n.fract() == 0.0;
    if let Some(bad) = args.samples.iter().find(|n| !whole(**n)) {
        return Err(ScenarioError::new(format!("--samples must be whole numbers from 1, got {bad:?}")));
    }
    let of_ratio = |alpha: &f64| (alpha * p as f64).round();
    if let Some(bad) = args.at.iter().find(|a| !whole(of_ratio(a))) {
        return Err(ScenarioError::new(format!(
            "--at must be sample ratios n/p of at least one sample (1/{p}), got {bad:?}"
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
        let _ = write!(out, "{name:>12}");
    }
    out.push('\n');
    for point in points {
        let m = &point.measured;
        let _ = write!(out, "{:>12.4}{:>12}", point.samples / p as f64, point.samples);
        for v in [m.mean, m.standard_error, m.median, point.theory] {
            // At most ten characters, so that a blank separates the columns.
            let wide = v.is_finite() && v != 0.0 && !(1e-3..1e4).contains(&v.abs());
            let text = match v {
                v if v.is_infinite() => "∞".into(),
                v if wide => format!("{v:.3e}"),
                v => format!("{v:.5}"),
            };
            let _ = write!(out, "{text:>12}");
        }
        let z = point.z().map_or_else(|| "–".into(), |z| format!("{z:+.2}"));
        let _ = writeln!(out, "{z:>12}{:>12}", m.draws);
    }
    for line in Agreement::of(points).lines() {
        let _ = writeln!(out, "{line}");
    }
    out
}
