//! `riskscope eval`: numbers at given points, without the dashboard.

use clap::{ArgGroup, Args};

use super::ScenarioArgs;
use crate::report::{self, json, text};
use crate::scenario::{Model, ScenarioError};
use crate::theory::SampleRatio;

#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("points").required(true).multiple(true).args(["at", "samples", "target_risk"])),
    after_help = "Example:
  riskscope eval --preset double-divergence --samples 200,400 --json"
)]
pub struct EvalArgs {
    #[command(flatten)]
    pub scenario: ScenarioArgs,
    /// Sample ratios n/p
    #[arg(long, value_name = "A,B", value_delimiter = ',', allow_hyphen_values = true)]
    pub at: Vec<f64>,
    /// Sample counts n
    #[arg(long, value_name = "N,M", value_delimiter = ',', allow_hyphen_values = true)]
    pub samples: Vec<f64>,
    /// Samples needed for this risk, for the featurization and those it is compared with
    #[arg(long, value_name = "R", conflicts_with_all = ["at", "samples"], allow_hyphen_values = true)]
    pub target_risk: Option<f64>,
    /// An array of objects, one a point, with every digit
    #[arg(long)]
    pub json: bool,
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
        let reaches = report::reach(&model, risk)?;
        return Ok(if args.json {
            json::pretty(&reaches.iter().map(json::reach).collect())
        } else {
            text::reaches(risk, &reaches)
        });
    }
    let p = model.dimension() as f64;
    let ratios = args.at.iter().copied().chain(args.samples.iter().map(|n| n / p));
    let ratios = ratios.map(SampleRatio::new).collect::<Result<Vec<_>, _>>()?;
    let points = report::evaluate(&model, &ratios)?;
    for warning in model.warnings() {
        eprintln!("riskscope: {warning}");
    }
    Ok(if args.json {
        json::pretty(&points.iter().map(json::point).collect())
    } else {
        text::points(&points)
    })
}
