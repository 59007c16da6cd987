//! `riskscope curve`: risk against n/p, or along any parameter, for one or more featurizations.

use clap::{Args, ValueEnum};

use super::ScenarioArgs;
use super::output::{OutArgs, Output, Screen, Size, pixels};
use crate::dashboard::plot;
use crate::report::curve::{Along, Curves, Fixed, numbers};
use crate::report::{self, csv, json};
use crate::scenario::parameter::Kind;
use crate::scenario::{Scenario, ScenarioError, presets};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  riskscope curve --featurization raw,ground-truth,optimal --format svg --out curve.svg
  riskscope curve --x noise --samples 300 --format csv")]
pub struct CurveArgs {
    /// Vary this number of the scenario instead of n/p: noise, ridge, task.ratio, …
    #[arg(long, value_name = "KEY", requires = "point")]
    pub x: Option<String>,
    /// Where the axis starts
    #[arg(long, value_name = "A", allow_hyphen_values = true)]
    pub from: Option<f64>,
    /// Where it ends
    #[arg(long, value_name = "B", allow_hyphen_values = true)]
    pub to: Option<f64>,
    /// Points, both ends included
    #[arg(long, value_name = "K", default_value_t = 400, value_parser = clap::value_parser!(u32).range(2..=1_000_000))]
    pub points: u32,
    /// Space them evenly in the logarithm
    #[arg(long)]
    pub log: bool,
    /// With --x: the n/p it is taken at
    #[arg(long, value_name = "A", requires = "x", group = "point", allow_hyphen_values = true)]
    pub at: Option<f64>,
    /// With --x: the n it is taken at
    #[arg(long, value_name = "N", requires = "x", group = "point", allow_hyphen_values = true)]
    pub samples: Option<f64>,
    /// csv, json, svg, png or text [default: by the ending of --out, else text]
    #[arg(long, value_enum, hide_possible_values = true)]
    pub format: Option<Format>,
    #[command(flatten)]
    pub out: OutArgs,
    /// Pixels of svg and png, columns and rows of text
    #[arg(long, value_name = "WxH")]
    pub size: Option<Size>,
    #[command(flatten)]
    pub scenario: ScenarioArgs,
}

/// What curves and planes are printed as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Csv,
    Json,
    Svg,
    Png,
    Text,
}

impl Format {
    /// The one asked for, or the one a file's ending means.
    #[must_use]
    pub fn chosen(asked: Option<Self>, out: &OutArgs) -> Self {
        let by_ending = || Self::from_str(out.ending()?, true).ok();
        asked.or_else(by_ending).unwrap_or(Self::Text)
    }

    /// Whether it is looked at: points close in on what is steep.
    const fn is_picture(self) -> bool {
        matches!(self, Self::Svg | Self::Png | Self::Text)
    }
}

/// The curves in their format.
///
/// # Errors
/// One sentence naming the input and what would be accepted.
pub fn run(args: &CurveArgs) -> Result<Output, ScenarioError> {
    let scenarios = scenarios(&args.scenario)?;
    let format = Format::chosen(args.format, &args.out);
    let curves = Curves::new(&scenarios, along(args, &scenarios)?, format.is_picture())?;
    for warning in &curves.warnings {
        eprintln!("riskscope: {warning}");
    }
    args.out.keep(match format {
        Format::Csv => csv::curves(&curves)?.into(),
        Format::Json => json::pretty(&json::curves(&curves)).into(),
        Format::Text => {
            let screen = Screen::new(args.size);
            screen.print(&plot::curves(&curves, screen.size, &screen.theme, screen.glyphs)).into()
        }
        Format::Svg => report::plot::curves_svg(&curves, pixels(args.size))?.into(),
        Format::Png => Output::Bytes(report::plot::curves_png(&curves, pixels(args.size))?),
    })
}

/// The scenario once for each featurization asked for.
fn scenarios(args: &ScenarioArgs) -> Result<Vec<Scenario>, ScenarioError> {
    let Some(kinds) = &args.featurization else { return Ok(vec![args.resolve()?]) };
    let of = |kind: &str, shared: bool| {
        let mut one = args.clone();
        one.featurization = Some(kind.into());
        if shared {
            // What only another of the kinds has.
            one.set.retain(|set| !set.trim_start().starts_with("featurization."));
        }
        one.resolve()
    };
    let kinds: Vec<&str> = kinds.split(',').map(str::trim).collect();
    let exact: Vec<_> = kinds.iter().map(|kind| of(kind, false)).collect();
    let some = exact.iter().any(Result::is_ok);
    let each = kinds.iter().zip(exact);
    each.map(|(kind, exact)| if some { exact.or_else(|_| of(kind, true)) } else { exact }).collect()
}

fn along(args: &CurveArgs, scenarios: &[Scenario]) -> Result<Along, ScenarioError> {
    let positive = |name: &str, value: f64| match value {
        v if v.is_finite() && v > 0.0 => Ok(v),
        v => Err(ScenarioError::new(format!("{name} must be a number above 0, got {v}"))),
    };
    let fixed = match (args.at, args.samples, scenarios.first()) {
        (Some(at), ..) => Fixed::Ratio(positive("--at", at)?),
        (_, Some(n), _) => Fixed::Samples(positive("--samples", n)?),
        (.., first) => {
            let preset = presets::all().iter().find(|p| Some(p.title) == first.map(|s| s.name.as_str()));
            Fixed::Ratio(preset.map_or(0.5, |p| p.at))
        }
    };
    let key = args.x.clone().filter(|key| !matches!(key.as_str(), "n/p" | "sample_ratio" | "samples"));
    let slider = key.as_deref().and_then(|key| {
        let found = scenarios.iter().flat_map(numbers).find(|p| p.key == key)?;
        let Kind::Number { min, max, scale, .. } = found.kind else { return None };
        Some((min, max, scale.is_log()))
    });
    let (least, most, log) = slider.unwrap_or((0.02, 1.6, false));
    let (from, to) = (args.from.unwrap_or(least), args.to.unwrap_or(most));
    // Without being asked, only a range that a logarithm can show.
    let log = args.log || (log && from > 0.0);
    if key.is_none() || log {
        positive("--from", from)?;
    }
    if !(from.is_finite() && to.is_finite() && to > from) {
        return Err(ScenarioError::new(format!("--to must be a number above --from, got {from} to {to}")));
    }
    Ok(Along { key, from, to, points: args.points as usize, log, fixed })
}
