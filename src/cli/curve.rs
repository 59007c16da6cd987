//! `riskscope curve`: risk against n/p, or along any parameter, for one or more featurizations.

use std::sync::Arc;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::ScenarioArgs;
use super::format::{Document, Format};
use super::output::{OutArgs, Output, Size, note};
use super::progress::{self, Progress};
use crate::figure::quantities::Quantity;
use crate::figure::{self, Figure};
use crate::report::long::Long;
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
    /// Vary this parameter of the scenario instead of n/p: noise, ridge, task.ratio, …
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
    /// Space them evenly on a log scale
    #[arg(long)]
    pub log: bool,
    /// With --x: the n/p of the curve
    #[arg(long, value_name = "A", requires = "x", group = "point", allow_hyphen_values = true)]
    pub at: Option<f64>,
    /// With --x: the n of the curve
    #[arg(long, value_name = "N", requires = "x", group = "point", allow_hyphen_values = true)]
    pub samples: Option<f64>,
    #[arg(long, value_enum, default_value_t = Metric::Risk, hide_possible_values = true,
        help = Metric::keys() + "; of a population risk, or auc and accuracy of labels ±1")]
    pub metric: Metric,
    /// What pictures and text show: risk, bias, variance-x, variance-x-noise, or kept, the share
    /// of features that the best featurization keeps; csv and json have all
    #[arg(long, value_enum, default_value_t = QuantityChoice::Risk, hide_possible_values = true)]
    pub quantity: QuantityChoice,
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

/// The quantity shown by a picture of curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum QuantityChoice {
    Risk,
    Bias,
    VarianceX,
    VarianceXNoise,
    Kept,
}

impl QuantityChoice {
    /// The quantity; `None` for the risk.
    const fn term(self) -> Option<Quantity> {
        match self {
            Self::Risk => None,
            Self::Bias => Some(Quantity::Bias),
            Self::VarianceX => Some(Quantity::VarianceX),
            Self::VarianceXNoise => Some(Quantity::VarianceXNoise),
            Self::Kept => Some(Quantity::Kept),
        }
    }
}

impl ValueEnum for Metric {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.key()))
    }
}

/// Computes the curves and writes them in their format.
///
/// # Errors
/// One sentence naming the input and what is accepted.
pub fn run(args: &CurveArgs) -> Result<Output, ScenarioError> {
    let format = Format::chosen(args.format, &args.out)?;
    let wanted = request(args, format.detail)?;
    if !wanted.scenario.encoders().is_empty() {
        return several(args, format, &wanted);
    }
    curves::fits(&wanted)?;
    let model = Arc::new(progress::model(&wanted.scenario_of_first())?);
    let bar = Progress::new();
    let curves = curves::of_model(&model, &wanted, &|share| bar.at(share, "points"), &|| false)?;
    drop(bar);
    for warning in &curves.warnings {
        note(warning);
    }
    if args.quantity == QuantityChoice::Kept && curves.kept.is_empty() {
        return Err(ScenarioError::new(
            "--quantity kept needs a population whose best featurization is known; accepted are scenarios without [data], \
             [test] and energies below 0",
        ));
    }
    args.out.keep(format.write(CurvesDocument { curves, quantity: args.quantity.term() }, args.size)?)
}

/// Curves, and the quantity shown by a picture of them.
struct CurvesDocument {
    curves: Curves,
    quantity: Option<Quantity>,
}

impl Document for CurvesDocument {
    fn csv(self: Box<Self>) -> Result<Long, ScenarioError> {
        Ok(csv::curves(self.curves))
    }

    fn json(self: Box<Self>) -> Result<Long, ScenarioError> {
        Ok(json::curves(self.curves))
    }

    fn figure(&self) -> Result<Figure, ScenarioError> {
        Ok(match self.quantity {
            Some(quantity) => figure::quantities::figure(&self.curves, quantity),
            None => figure::risk::figure(&self.curves),
        })
    }
}

/// The curves of several encoders at equal n.
fn several(args: &CurveArgs, format: &Format, wanted: &CurvesRequest) -> Result<Output, ScenarioError> {
    let encoders = Encoders::new(&wanted.scenario, None, None, &|| false)?.anchored(&|| false)?;
    for warning in encoders.warnings() {
        note(warning);
    }
    args.out.keep(format.write(EncodersDocument { encoders, wanted }, args.size)?)
}

/// Encoders and the curves requested for each.
struct EncodersDocument<'a> {
    encoders: Encoders,
    wanted: &'a CurvesRequest,
}

impl EncodersDocument<'_> {
    fn curves(&self) -> Result<Vec<(String, Curves)>, ScenarioError> {
        let names = self.encoders.all().iter().map(|e| e.name.clone());
        Ok(names.zip(self.encoders.curves(self.wanted, &|| false)?).collect())
    }
}

impl Document for EncodersDocument<'_> {
    fn csv(self: Box<Self>) -> Result<Long, ScenarioError> {
        Ok(csv::curves_of_encoders(self.curves()?))
    }

    fn json(self: Box<Self>) -> Result<Long, ScenarioError> {
        Ok(json::curves_of_encoders(self.curves()?))
    }

    fn figure(&self) -> Result<Figure, ScenarioError> {
        let Self { encoders, wanted } = self;
        // One curve of each encoder along n is a comparison; several curves are drawn together.
        let plain = wanted.specs.iter().all(|spec| CurveSpec::named(spec.key()).is_none());
        if wanted.axis.variable != Variable::SampleRatio || wanted.specs.len() > 1 || !plain {
            return Ok(figure::encoders::several(&self.curves()?));
        }
        let along = EncoderCurves::new(encoders, wanted, &|| false)?;
        let p = encoders.model(&wanted.scenario).map_or(1, |model| model.dimension());
        Ok(figure::encoders::over(&along, &wanted.scenario.name, &wanted.axis, p))
    }
}

/// The request described by the arguments.
///
/// # Errors
/// One sentence naming the input and what is accepted.
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
    let request = AxisRequest {
        variable: args.x.as_deref().map(variable).unwrap_or_default(),
        from: args.from,
        to: args.to,
        log: args.log,
    };
    let axis = Axis::new("--x", &of_all.collect::<Vec<_>>(), &request)?;
    let metric = scored(&scenario, args.metric)?;
    Ok(CurvesRequest { scenario, specs, axis, points: args.points as usize, fixed, detail, metric })
}

/// The requested metric, if the scenario supports it.
///
/// # Errors
/// For a metric other than the risk with a source task, for which there is no formula.
pub fn scored(scenario: &Scenario, metric: Metric) -> Result<Metric, ScenarioError> {
    if scenario.data.is_none() && !Metric::OF_POPULATION.contains(&metric) {
        return Err(ScenarioError::new(format!(
            "--metric {} needs real rows: give --features and --targets",
            metric.key()
        )));
    }
    if metric != Metric::Risk && scenario.source.is_some() {
        return Err(ScenarioError::new(
            "--metric auc and accuracy have no formula with a [source]; accepted with one is --metric risk",
        ));
    }
    Ok(metric)
}

/// The variable named by `--x` or `--y`.
#[must_use]
pub fn variable(name: &str) -> Variable {
    match name {
        "n/p" | "sample_ratio" | "samples" => Variable::SampleRatio,
        key => Variable::Parameter(key.to_owned()),
    }
}

/// The scenario with the first of the requested featurizations, and all of them.
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
            // Settings that belong to another one of the kinds are dropped.
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
    let specs = all.iter().map(|(_, spec)| spec.clone().under(scenario)).collect::<Result<_, _>>()?;
    Ok((scenario.clone(), specs))
}
