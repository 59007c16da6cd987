//! `riskscope compare`: several encoders of the same labelled rows, along the number of labels.

use std::path::PathBuf;

use clap::Args;

use super::ReadingArgs;
use super::curve::{AskedMetric, Format};
use super::encoders::{self, Named};
use super::output::{OutArgs, Output, Screen, Size, note, pixels};
use crate::figure::{self, paper};
use crate::report::{encoders as report, json};
use crate::scenario::{Metric, Scenario, ScenarioError};
use crate::study::encoders::comparison::{Request, compare};

#[derive(Debug, Args)]
#[command(after_help = "Example:
  riskscope compare --features minilm=a.npy --features e5=b.parquet:embedding --targets y.txt --target 0.9 --metric auc")]
pub struct CompareArgs {
    /// An encoder's features of the same rows (repeat it): .npy, .csv, .parquet, …; a part after a colon
    #[arg(long, value_name = "NAME=FILE", required = true)]
    pub features: Vec<Named>,
    /// Labels of the rows (one a line) or numeric targets (N×T)
    #[arg(long, value_name = "FILE")]
    pub targets: PathBuf,
    #[command(flatten)]
    pub reading: ReadingArgs,
    /// The group of each row (patient, speaker, day): rows of a group are left out together; a part after a colon
    #[arg(long, value_name = "FILE")]
    pub groups: Option<PathBuf>,
    /// One task of the targets, or the mean over all
    #[arg(long, value_name = "NAME|mean")]
    pub task: Option<String>,
    /// risk, auc or accuracy
    #[arg(long, value_enum, default_value_t = AskedMetric::Risk, hide_possible_values = true)]
    pub metric: AskedMetric,
    /// Numbers of labels n [default: an eighth of the rows to four times as many]
    #[arg(long, value_name = "N,M", value_delimiter = ',', allow_hyphen_values = true)]
    pub samples: Vec<f64>,
    /// The metric's value to tell how many labels it needs
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub target: Option<f64>,
    /// raw, whitened, pca, exponents
    #[arg(long, value_name = "KIND")]
    pub featurization: Option<String>,
    /// A number, optimal or optimal-nonnegative
    #[arg(long, value_name = "L", default_value = "optimal-nonnegative", allow_hyphen_values = true)]
    pub ridge: String,
    /// An object with every digit
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// csv, json, svg, png or text [default: by the ending of --out, else text]
    #[arg(long, value_enum, hide_possible_values = true)]
    pub format: Option<Format>,
    #[command(flatten)]
    pub out: OutArgs,
    /// Pixels of svg and png
    #[arg(long, value_name = "WxH")]
    pub size: Option<Size>,
}

/// The encoders side by side.
///
/// # Errors
/// One sentence naming the input and what would be accepted.
pub fn run(args: &CompareArgs) -> Result<Output, ScenarioError> {
    let format = if args.json { Format::Json } else { Format::chosen(args.format, &args.out)? };
    let found = compare(&request(args)?, &|| false)?;
    for warning in &found.warnings {
        note(warning);
    }
    args.out.keep(match format {
        Format::Csv => report::csv(&found).into(),
        Format::Json => json::pretty(&report::json(&found)).into(),
        Format::Text if args.size.is_some() => {
            Screen::new(args.size).print(&figure::encoders::figure(&found.curves)).into()
        }
        Format::Text => report::text(&found).into(),
        Format::Svg => paper::svg(&figure::encoders::figure(&found.curves), pixels(args.size))?.into(),
        Format::Png => {
            Output::Bytes(paper::png(&figure::encoders::figure(&found.curves), pixels(args.size))?)
        }
    })
}

fn request(args: &CompareArgs) -> Result<Request, ScenarioError> {
    let encoders = encoders::checked(args.features.iter().cloned())?;
    if let Some(bad) = args.samples.iter().find(|n| !(n.is_finite() && **n >= 2.0 && **n <= 1e9)) {
        return Err(ScenarioError::new(format!("--samples must be numbers from 2 to 1e9, got {bad:?}")));
    }
    let metric = Metric::from(args.metric);
    if let Some(target) = args.target {
        let (name, most) = (metric.name(), if metric == Metric::Risk { f64::MAX } else { 1.0 });
        if !(target > 0.0 && target <= most) {
            let accepted = if metric == Metric::Risk { "above 0" } else { "from 0 to 1" };
            return Err(ScenarioError::new(format!(
                "--target of {name} must be a number {accepted}, got {target:?}"
            )));
        }
    }
    let mut scenario = Scenario::of_encoders(&encoders, &args.targets);
    scenario.data.iter_mut().for_each(|data| {
        data.reading = args.reading.reading();
        data.id.clone_from(&args.reading.id);
        data.labels_as_they_are = args.reading.labels_as_they_are;
    });
    let groups = args.groups.as_ref().map(|groups| groups.to_string_lossy().into_owned());
    let settings = [
        ("data.groups", groups.as_deref()),
        ("data.task", args.task.as_deref()),
        ("featurization.kind", args.featurization.as_deref()),
        ("ridge", Some(args.ridge.as_str())),
    ];
    for (key, value) in settings {
        if let Some(value) = value {
            scenario.set(key, value)?;
        }
    }
    if scenario.featurization.knows_tasks() {
        return Err(ScenarioError::new(format!(
            "--featurization {} uses the tasks that its risk would be measured on; accepted are raw, whitened, pca and exponents",
            scenario.featurization.name()
        )));
    }
    Ok(Request { scenario, metric, samples: args.samples.clone(), target: args.target })
}
