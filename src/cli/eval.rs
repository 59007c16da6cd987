//! `riskscope eval`: numbers at given points, without the dashboard.

use clap::{ArgGroup, Args};

use super::ScenarioArgs;
use super::output::note;
use super::progress::Progress;
use crate::evidence::Pretraining;
use crate::report::{json, pretraining, text};
use crate::scenario::{Model, ScenarioError, number};
use crate::study::{CurveId, Subject, point, reach};
use crate::theory::SampleRatio;

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("points").required(true).multiple(true).args(["at", "samples", "target_risk"])),
    after_help = "Example:
  riskscope eval --preset double-divergence --samples 200,400 --json"
)]
pub struct EvalArgs {
    /// Sample ratios n/p
    #[arg(long, value_name = "A,B", value_delimiter = ',', allow_hyphen_values = true)]
    pub at: Vec<f64>,
    /// Sample counts n
    #[arg(long, value_name = "N,M", value_delimiter = ',', allow_hyphen_values = true)]
    pub samples: Vec<f64>,
    /// Samples needed for this risk, for the featurization and those it is compared with
    #[arg(long, value_name = "R", conflicts_with_all = ["at", "samples"], allow_hyphen_values = true)]
    pub target_risk: Option<f64>,
    /// The risk of learned features over numbers of upstream tasks, and from how many on they beat raw ones
    #[arg(
        long,
        value_name = "M,N",
        value_delimiter = ',',
        conflicts_with = "target_risk",
        allow_hyphen_values = true
    )]
    pub upstream_tasks: Vec<f64>,
    /// An array of objects, one a point, with every digit
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub scenario: ScenarioArgs,
}

/// What `eval` prints.
///
/// # Errors
/// One sentence naming the input and what would be accepted.
pub fn run(args: &EvalArgs) -> Result<String, ScenarioError> {
    let scenario = args.scenario.resolve()?;
    if let Some(bad) = args.samples.iter().find(|n| !(n.is_finite() && **n > 0.0)) {
        return Err(ScenarioError::new(format!("--samples must be numbers above 0, got {bad}")));
    }
    if let Some(bad) = args.at.iter().find(|a| !(a.is_finite() && **a > 0.0)) {
        return Err(ScenarioError::new(format!("--at must be sample ratios n/p above 0, got {bad}")));
    }
    let model = Model::new(&scenario, None, &|| false)?;
    if let Some(risk) = args.target_risk {
        if !(risk.is_finite() && risk > 0.0) {
            return Err(ScenarioError::new(format!("--target-risk must be a number above 0, got {risk}")));
        }
        let reaches = reach::reach(&model, &Subject::list(&scenario, &CurveId::COMPARED), risk, &|| false)?;
        return Ok(if args.json {
            json::pretty(&reaches.iter().map(json::reach).collect())
        } else {
            text::reaches(risk, &reaches)
        });
    }
    let p = model.dimension() as f64;
    let ratios = args.at.iter().copied().chain(args.samples.iter().map(|n| n / p));
    let ratios = ratios.map(SampleRatio::new).collect::<Result<Vec<_>, _>>()?;
    if !args.upstream_tasks.is_empty() {
        return upstream(args, &model, &ratios);
    }
    let points = point::points(&model, &ratios)?;
    for warning in model.warnings() {
        note(warning);
    }
    Ok(if args.json {
        json::pretty(&points.iter().map(json::point).collect())
    } else {
        text::points(&points, model.ridge())
    })
}

fn upstream(args: &EvalArgs, model: &Model, ratios: &[SampleRatio]) -> Result<String, ScenarioError> {
    let most = number::TASKS.most;
    let whole = |m: f64| m.fract() == 0.0 && (1.0..=most).contains(&m);
    if let Some(bad) = args.upstream_tasks.iter().find(|m| !whole(**m)) {
        return Err(ScenarioError::new(format!(
            "--upstream-tasks must be whole numbers from 1 to {most}, got {bad}"
        )));
    }
    let tasks: Vec<usize> = args.upstream_tasks.iter().map(|m| *m as usize).collect();
    let progress = Progress::new();
    let mut swept = Vec::with_capacity(ratios.len());
    for (i, &ratio) in ratios.iter().enumerate() {
        let mut report =
            |done: f64| progress.at((i as f64 + done) / ratios.len() as f64, "learning from upstream tasks");
        swept.push(Pretraining::new(model, ratio, &tasks, &mut report, &|| false)?);
    }
    drop(progress);
    let p = model.dimension();
    Ok(if args.json {
        json::pretty(&swept.iter().map(|s| pretraining::json(s, p)).collect())
    } else {
        swept.iter().map(|s| pretraining::text(s, p)).collect()
    })
}
