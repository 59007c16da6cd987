//! `riskscope curve`: risk against n/p, or along any parameter, for one or more featurizations.

use clap::{Args, ValueEnum};

use super::ScenarioArgs;
use super::output::{OutArgs, Output, Screen, Size, note, pixels};
use crate::figure::{self, Figure, paper};
use crate::report::{csv, json};
use crate::scenario::{Metric, Scenario, ScenarioError, presets};
use crate::study::axis::numbers;
use crate::study::encoders::Encoders;
use crate::study::encoders::curves::EncoderCurves;
use crate::study::{
    Axis, AxisRequest, CurveSpec, Curves, CurvesRequest, Detail, SampleSize, Variable, curves,
};

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
    /// Of real labels: risk, auc or accuracy
    #[arg(long, value_enum, default_value_t = AskedMetric::Risk, hide_possible_values = true)]
    pub metric: AskedMetric,
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

/// What is told along a curve of real labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AskedMetric {
    Risk,
    Auc,
    Accuracy,
}

impl From<AskedMetric> for Metric {
    fn from(asked: AskedMetric) -> Self {
        match asked {
            AskedMetric::Risk => Self::Risk,
            AskedMetric::Auc => Self::Auc,
            AskedMetric::Accuracy => Self::Accuracy,
        }
    }
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
    ///
    /// # Errors
    /// One sentence for an ending of which no format is known.
    pub fn chosen(asked: Option<Self>, out: &OutArgs) -> Result<Self, ScenarioError> {
        out.accept(&["csv", "json", "svg", "png", "txt"], asked.is_some())?;
        let by_ending = || Self::from_str(out.ending()?, true).ok();
        Ok(asked.or_else(by_ending).unwrap_or(Self::Text))
    }

    /// Whether it is looked at: points close in on what is steep.
    const fn detail(self) -> Detail {
        match self {
            Self::Svg | Self::Png | Self::Text => Detail::Picture,
            Self::Csv | Self::Json => Detail::Table,
        }
    }
}

/// The curves in their format.
///
/// # Errors
/// One sentence naming the input and what would be accepted.
pub fn run(args: &CurveArgs) -> Result<Output, ScenarioError> {
    let format = Format::chosen(args.format, &args.out)?;
    let wanted = request(args, format.detail())?;
    if !wanted.scenario.encoders().is_empty() {
        return several(args, format, &wanted);
    }
    let curves = curves::curves(&wanted, &|| false)?;
    for warning in &curves.warnings {
        note(warning);
    }
    args.out.keep(match format {
        Format::Csv => csv::curves(curves).into(),
        Format::Json => json::curves(curves).into(),
        Format::Text => Screen::new(args.size).print(&figure::risk::figure(&curves)).into(),
        Format::Svg => paper::svg(&figure::risk::figure(&curves), pixels(args.size))?.into(),
        Format::Png => Output::Bytes(paper::png(&figure::risk::figure(&curves), pixels(args.size))?),
    })
}

/// The same of several encoders at the same n.
fn several(args: &CurveArgs, format: Format, wanted: &CurvesRequest) -> Result<Output, ScenarioError> {
    let encoders = Encoders::new(&wanted.scenario, None, None, &|| false)?;
    for warning in encoders.warnings() {
        note(warning);
    }
    let curves = || -> Result<Vec<(String, Curves)>, ScenarioError> {
        let names = encoders.all().iter().map(|e| e.name.clone());
        Ok(names.zip(encoders.curves(wanted, &|| false)?).collect())
    };
    let figure = || -> Result<Figure, ScenarioError> {
        // One curve each along n is compared; others only stand beside each other.
        let plain = wanted.specs.iter().all(|spec| CurveSpec::named(spec.key()).is_none());
        if wanted.axis.variable != Variable::SampleRatio || wanted.specs.len() > 1 || !plain {
            return Ok(figure::encoders::several(&curves()?));
        }
        let along = EncoderCurves::new(&encoders, wanted, &|| false)?;
        let p = encoders.model(&wanted.scenario).map_or(1, |model| model.dimension());
        Ok(figure::encoders::over(&along, &wanted.scenario.name, &wanted.axis, p))
    };
    args.out.keep(match format {
        Format::Csv => csv::curves_of_encoders(curves()?).into(),
        Format::Json => json::curves_of_encoders(curves()?).into(),
        Format::Text => Screen::new(args.size).print(&figure()?).into(),
        Format::Svg => paper::svg(&figure()?, pixels(args.size))?.into(),
        Format::Png => Output::Bytes(paper::png(&figure()?, pixels(args.size))?),
    })
}

/// What is asked for.
///
/// # Errors
/// One sentence naming the input and what would be accepted.
pub fn request(args: &CurveArgs, detail: Detail) -> Result<CurvesRequest, ScenarioError> {
    let (scenario, specs) = specs(&args.scenario)?;
    let positive = |name: &str, value: f64| match value {
        v if v.is_finite() && v > 0.0 => Ok(v),
        v => Err(ScenarioError::new(format!("{name} must be a number above 0, got {v:?}"))),
    };
    let fixed = match (args.at, args.samples) {
        (Some(at), _) => SampleSize::Ratio(positive("--at", at)?),
        (_, Some(n)) => SampleSize::Count(positive("--samples", n)?),
        _ => {
            let preset = presets::all().iter().find(|p| p.title == scenario.name);
            SampleSize::Ratio(preset.map_or(0.5, |p| p.at))
        }
    };
    let of_all = specs.iter().flat_map(|spec| {
        numbers(&Scenario { featurization: spec.featurization.clone(), ..scenario.clone() })
    });
    let asked = AxisRequest {
        variable: args.x.as_deref().map(variable).unwrap_or_default(),
        from: args.from,
        to: args.to,
        log: args.log,
    };
    let axis = Axis::new("--x", &of_all.collect::<Vec<_>>(), &asked)?;
    let metric = Metric::from(args.metric);
    if metric != Metric::Risk && scenario.data.is_none() {
        return Err(ScenarioError::new("--metric requires real labels: give --features and --targets"));
    }
    Ok(CurvesRequest { scenario, specs, axis, points: args.points as usize, fixed, detail, metric })
}

/// The variable that `--x` and `--y` name.
#[must_use]
pub fn variable(name: &str) -> Variable {
    match name {
        "n/p" | "sample_ratio" | "samples" => Variable::SampleRatio,
        key => Variable::Parameter(key.to_owned()),
    }
}

/// The scenario with the first of the featurizations asked for, and all of them.
fn specs(args: &ScenarioArgs) -> Result<(Scenario, Vec<CurveSpec>), ScenarioError> {
    let Some(kinds) = &args.featurization else {
        let scenario = args.resolve()?;
        let chosen = CurveSpec::chosen(&scenario);
        return Ok((scenario, vec![chosen]));
    };
    let of = |kind: &str, shared: bool| {
        let mut one = args.clone();
        let named = CurveSpec::named(kind);
        one.featurization = named.is_none().then(|| kind.into());
        if shared {
            // What only another of the kinds has.
            one.set.retain(|set| !set.trim_start().starts_with("featurization."));
        }
        let scenario = one.resolve()?;
        let spec = named.unwrap_or_else(|| CurveSpec::of(scenario.featurization.clone()));
        Ok::<_, ScenarioError>((scenario, spec))
    };
    let kinds: Vec<&str> = kinds.split(',').map(str::trim).collect();
    let exact: Vec<_> = kinds.iter().map(|kind| of(kind, false)).collect();
    let some = exact.iter().any(Result::is_ok);
    let each = kinds.iter().zip(exact);
    let all = each.map(|(kind, exact)| if some { exact.or_else(|_| of(kind, true)) } else { exact });
    let all: Vec<(Scenario, CurveSpec)> = all.collect::<Result<_, _>>()?;
    let first = all.iter().find(|(_, spec)| CurveSpec::named(spec.key()).is_none()).or(all.first());
    let Some((scenario, _)) = first else { return Err(ScenarioError::new("--featurization names nothing")) };
    Ok((scenario.clone(), all.into_iter().map(|(_, spec)| spec).collect()))
}
