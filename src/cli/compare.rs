//! `riskscope compare`: several encoders of the same labelled rows, along the number of labels.

use std::path::PathBuf;

use clap::Args;

use super::ReadingArgs;
use super::encoders::Named;
use super::format::{Document, Format};
use super::output::{OutArgs, Output, Screen, Size, note};
use crate::figure::{self, Figure};
use crate::report::encoders as report;
use crate::report::long::Long;
use crate::scenario::{Encoder, Metric, Scenario, ScenarioError};
use crate::study::encoders::comparison::{Comparison, Request, compare};

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
    /// Group of each row (patient, speaker): its rows are left out together
    #[arg(long, value_name = "FILE")]
    pub groups: Option<PathBuf>,
    /// One task of the targets, or the mean over all
    #[arg(long, value_name = "NAME|mean")]
    pub task: Option<String>,
    #[arg(long, value_enum, default_value_t = Metric::Risk, hide_possible_values = true, help = Metric::keys())]
    pub metric: Metric,
    /// Numbers of labels n [default: an eighth of the rows to four times as many]
    #[arg(long, value_name = "N,M", value_delimiter = ',', allow_hyphen_values = true)]
    pub samples: Vec<f64>,
    /// Also report the labels needed for this value of the metric
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub target: Option<f64>,
    /// raw, whitened, pca, exponents
    #[arg(long, value_name = "KIND")]
    pub featurization: Option<String>,
    /// A number, optimal or optimal-nonnegative
    #[arg(long, value_name = "L", default_value = "optimal-nonnegative", allow_hyphen_values = true)]
    pub ridge: String,
    /// Also the same rows with their labels shuffled, where nothing can be learned
    #[arg(long)]
    pub control: bool,
    /// An object with every digit
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    #[arg(long, value_name = "FORMAT", value_parser = Format::parser(), hide_possible_values = true, help = Format::help())]
    pub format: Option<&'static Format>,
    #[command(flatten)]
    pub out: OutArgs,
    /// Pixels of svg and png
    #[arg(long, value_name = "WxH")]
    pub size: Option<Size>,
}

/// Runs the comparison.
///
/// # Errors
/// One sentence naming the input and what is accepted.
pub fn run(args: &CompareArgs) -> Result<Output, ScenarioError> {
    let requested = if args.json { Format::named("json") } else { args.format };
    let format = Format::chosen(requested, &args.out)?;
    if args.control && !["text", "json"].contains(&format.name) {
        return Err(ScenarioError::new(format!(
            "--control has no place in {}; accepted is it with --format text or json",
            format.name
        )));
    }
    let request = request(args)?;
    let mut found = compare(&request, &|| false)?;
    for warning in &found.warnings {
        note(warning);
    }
    if let (true, Some(shuffled)) = (args.control, request.with_shuffled_labels()) {
        found.control = Some(Box::new(compare(&shuffled, &|| false)?));
    }
    args.out.keep(format.write(found, args.size)?)
}

impl Document for Comparison {
    fn csv(self: Box<Self>) -> Result<Long, ScenarioError> {
        Ok(report::csv(&self))
    }

    fn json(self: Box<Self>) -> Result<Long, ScenarioError> {
        Ok(Long::json(report::json(&self)))
    }

    fn figure(&self) -> Result<Figure, ScenarioError> {
        Ok(figure::encoders::figure(&self.curves))
    }

    /// The comparison as a table; as a picture if a size is given.
    fn text(&self, size: Option<Size>) -> Result<String, ScenarioError> {
        Ok(if size.is_some() { Screen::new(size).print(&self.figure()?) } else { report::text(self) })
    }
}

fn request(args: &CompareArgs) -> Result<Request, ScenarioError> {
    let encoders: Vec<Encoder> = args.features.iter().map(|named| named.0.clone()).collect();
    Encoder::check_all(&encoders).map_err(|e| e.about("--features"))?;
    if let Some(bad) = args.samples.iter().find(|n| !(n.is_finite() && **n >= 2.0 && **n <= 1e9)) {
        return Err(ScenarioError::new(format!("--samples must be numbers from 2 to 1e9, got {bad:?}")));
    }
    let metric = args.metric;
    if let Some((target, Err(accepted))) = args.target.map(|target| (target, metric.check_target(target))) {
        return Err(ScenarioError::new(format!(
            "--target of {} must be a number {accepted}, got {target:?}",
            metric.name()
        )));
    }
    let mut scenario = Scenario::of_encoders(&encoders, &args.targets);
    scenario.data.iter_mut().for_each(|data| {
        data.reading = args.reading.reading();
        data.id.clone_from(&args.reading.id);
        data.labels_as_they_are = args.reading.labels_as_they_are;
        data.split_column.clone_from(&args.reading.split_column);
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
    if scenario.featurization.depends_on_tasks() {
        return Err(ScenarioError::new(format!(
            "--featurization {} uses the tasks that its risk would be measured on; accepted are raw, whitened, pca and exponents",
            scenario.featurization.name()
        )));
    }
    Ok(Request { scenario, metric, samples: args.samples.clone(), target: args.target })
}
