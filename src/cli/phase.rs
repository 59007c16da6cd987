//! `riskscope phase`: the optimal featurization's regimes over two axes, or the risk of the chosen fit if an axis is
//! one of its parameters.

use clap::Args;

use super::ScenarioArgs;
use super::curve::variable;
use super::encoders;
use super::format::{Document, Format};
use super::output::{OutArgs, Output, Screen, Size, note};
use super::progress::{self, Progress};
use crate::figure::{self, Figure};
use crate::outside::text;
use crate::report::long::Long;
use crate::report::{csv, json};
use crate::scenario::ScenarioError;
use crate::study::{AxisRequest, Plane, PlaneRequest, SampleSize, Variable, plane};

#[derive(Debug, Args)]
#[command(after_help = "Example:
  riskscope phase --preset hard-to-soft-transition --y task.ratio --format png --out phase.png")]
pub struct PhaseArgs {
    /// Horizontal axis: n/p, or a parameter as for --y
    #[arg(long, value_name = "KEY", default_value = "n/p")]
    pub x: String,
    /// Vertical axis: noise, signal, a parameter of task or covariates; or of the fit, whose risk is then shown:
    /// featurization.tasks, source.correlation, ridge, …
    #[arg(long, value_name = "KEY", default_value = "noise")]
    pub y: String,
    /// Ends of the horizontal axis
    #[arg(long, value_name = "A", allow_hyphen_values = true)]
    pub from: Option<f64>,
    #[arg(long, value_name = "B", allow_hyphen_values = true)]
    pub to: Option<f64>,
    /// Ends of the vertical axis
    #[arg(long, value_name = "A", allow_hyphen_values = true)]
    pub y_from: Option<f64>,
    #[arg(long, value_name = "B", allow_hyphen_values = true)]
    pub y_to: Option<f64>,
    /// Space n/p evenly on a log scale
    #[arg(long)]
    pub log: bool,
    /// Columns [default: 100, as many as text needs]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(2..=4000))]
    pub columns: Option<u32>,
    /// Rows [default: 100, as many as text needs]
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(2..=4000))]
    pub rows: Option<u32>,
    /// n/p if neither axis is n/p
    #[arg(long, value_name = "A", conflicts_with = "samples", allow_hyphen_values = true)]
    pub at: Option<f64>,
    /// n if neither axis is n/p
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub samples: Option<f64>,
    #[arg(long, value_name = "FORMAT", value_parser = Format::parser(), hide_possible_values = true, help = Format::help())]
    pub format: Option<&'static Format>,
    #[command(flatten)]
    pub out: OutArgs,
    /// Pixels of svg and png, columns and rows of text
    #[arg(long, value_name = "WxH")]
    pub size: Option<Size>,
    #[command(flatten)]
    pub scenario: ScenarioArgs,
}

/// Computes the plane and writes it in its format.
///
/// # Errors
/// One sentence naming the input and what is accepted.
pub fn run(args: &PhaseArgs) -> Result<Output, ScenarioError> {
    let scenario = args.scenario.resolve()?;
    encoders::note_focus(&scenario);
    let (x, y) = (variable(&args.x), variable(&args.y));
    if x == y {
        return Err(ScenarioError::new(format!(
            "--x and --y are both {}; a plane needs two different numbers",
            text::plain(&args.x)
        )));
    }
    let fixed = match (args.at, args.samples) {
        (Some(v), _) | (_, Some(v)) if !(v.is_finite() && v > 0.0) => {
            return Err(ScenarioError::new(format!("--at and --samples must be numbers above 0, got {v:?}")));
        }
        (Some(at), _) => SampleSize::Ratio(at),
        (None, Some(n)) => SampleSize::Count(n),
        (None, None) if x.key().is_some() && y.key().is_some() => {
            return Err(ScenarioError::new(format!(
                "a plane over {} and {} needs the n it is taken at: give --at A or --samples N",
                args.x, args.y
            )));
        }
        (None, None) => SampleSize::Ratio(1.0),
    };
    let format = Format::chosen(args.format, &args.out)?;
    let (columns, rows) = (format.cells)(&Screen::new(args.size));
    let count = |requested: Option<u32>, default: u32| requested.unwrap_or(default).max(2) as usize;
    let (columns, rows) = (count(args.columns, columns), count(args.rows, rows));
    let (log_x, log_y) = (args.log && x == Variable::SampleRatio, args.log && y == Variable::SampleRatio);
    let request = PlaneRequest {
        x: AxisRequest { variable: x, from: args.from, to: args.to, log: log_x },
        y: AxisRequest { variable: y, from: args.y_from, to: args.y_to, log: log_y },
        columns,
        rows,
        fixed,
        gain: false,
    };
    plane::fits(&request)?;
    let model = progress::model(&scenario)?;
    let bar = Progress::new();
    // The cells come in passes over ever more of the rows: every 8th, 4th, 2nd, all.
    let mut shares = [0.125, 0.25, 0.5, 1.0].into_iter();
    let mut pass = |_| shares.next().into_iter().for_each(|share| bar.at(share, "rows of the plane"));
    let plane = plane::of_model(&model, &request, &|| false, &mut pass)?;
    drop(bar);
    for warning in &plane.warnings {
        note(warning);
    }
    args.out.keep(format.write(plane, args.size)?)
}

impl Document for Plane {
    fn csv(self: Box<Self>) -> Result<Long, ScenarioError> {
        Ok(csv::plane(*self))
    }

    fn json(self: Box<Self>) -> Result<Long, ScenarioError> {
        Ok(json::plane(*self))
    }

    fn figure(&self) -> Result<Figure, ScenarioError> {
        Ok(figure::phase::figure(self))
    }
}
