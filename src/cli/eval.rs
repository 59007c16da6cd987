//! `riskscope eval`: the risk and its terms at given points.

use std::path::{Path, PathBuf};

use clap::{ArgGroup, Args};
use serde_json::Value;

use super::ScenarioArgs;
use super::curve::scored;
use super::output::note;
use super::probe::{self, Evidence};
use super::progress::{self, Progress};
use crate::data::{Files, Part, Split, TestRows};
use crate::evidence::{HeldOut, Pretraining};
use crate::report::{control, json, pretraining, requirement, text};
use crate::scenario::{Featurization, Metric, Model, ScenarioError, records};
use crate::study::curves::point;
use crate::study::encoders::Encoders;
use crate::study::labels::LabelBudget;
use crate::study::labels::classes::{Requirement, requirements};
use crate::study::labels::target::target_samples;
use crate::study::{CurveId, CurveSpec, Point};
use crate::theory::SampleRatio;

#[derive(Debug, Args)]
#[command(
    override_usage = "riskscope eval [OPTIONS] <--at A,B|--samples N,M|--per-class K,L|--target-risk R|--target V>",
    group(ArgGroup::new("points").required(true).multiple(true).args(["at", "samples", "per_class", "target_risk", "target"])),
    after_help = "Example:
  riskscope eval --preset double-divergence --samples 200,400 --json"
)]
pub struct EvalArgs {
    /// Sample ratios n/p (of several encoders: of the one in focus)
    #[arg(long, value_name = "A,B", value_delimiter = ',', allow_hyphen_values = true)]
    pub at: Vec<f64>,
    /// Sample counts n
    #[arg(long, value_name = "N,M", value_delimiter = ',', allow_hyphen_values = true)]
    pub samples: Vec<f64>,
    /// Labels of each class, drawn from real rows
    #[arg(long, value_name = "K,L", value_delimiter = ',', conflicts_with = "target_risk", value_parser = clap::value_parser!(u32).range(1..))]
    pub per_class: Vec<u32>,
    /// Samples needed for this risk; of pretrained features, with --at or --samples, also upstream tasks
    #[arg(long, value_name = "R", allow_hyphen_values = true)]
    pub target_risk: Option<f64>,
    /// Labels needed for this value of --metric, for all targets and for each
    #[arg(long, value_name = "V", conflicts_with_all = ["at", "samples", "per_class", "target_risk", "upstream_tasks", "evidence"], allow_hyphen_values = true)]
    pub target: Option<f64>,
    #[arg(long, value_enum, default_value_t = Metric::Risk, hide_possible_values = true, help = Metric::keys())]
    pub metric: Metric,
    /// Risk of learned features over numbers of upstream tasks
    #[arg(
        long,
        value_name = "M,N",
        value_delimiter = ',',
        conflicts_with = "target_risk",
        allow_hyphen_values = true
    )]
    pub upstream_tasks: Vec<f64>,
    /// Held-out rows to test fits on (several encoders: each as NAME=FILE); --split-column COLUMN
    /// takes them from the files above, by its words train and test
    #[arg(long, value_name = "FILE", requires = "test_targets", conflicts_with_all = ["target_risk", "upstream_tasks", "split_column"])]
    pub test_features: Vec<PathBuf>,
    /// The labels or targets of those rows
    #[arg(long, value_name = "FILE", requires = "test_features")]
    pub test_targets: Option<PathBuf>,
    /// logistic: also logistic regression on drawn rows [default: ridge]
    #[arg(
        long,
        value_enum,
        value_name = "KIND",
        conflicts_with_all = ["target_risk", "upstream_tasks"],
        hide_possible_values = true,
        hide_default_value = true,
        default_value_t
    )]
    pub evidence: Evidence,
    /// Also the same rows with their labels shuffled, where nothing can be learned
    #[arg(long, requires = "targets", conflicts_with_all = ["target_risk", "target", "upstream_tasks", "per_class"])]
    pub control: bool,
    /// An array of objects, one a point, with every digit
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub scenario: ScenarioArgs,
}

/// Computes the points and returns the output.
///
/// # Errors
/// One sentence naming the input and what is accepted.
pub fn run(args: &EvalArgs) -> Result<String, ScenarioError> {
    let scenario = args.scenario.resolve()?;
    if let Some(bad) = args.samples.iter().find(|n| !(n.is_finite() && **n > 0.0)) {
        return Err(ScenarioError::new(format!("--samples must be numbers above 0, got {bad}")));
    }
    if let Some(bad) = args.at.iter().find(|a| !(a.is_finite() && **a > 0.0)) {
        return Err(ScenarioError::new(format!("--at must be sample ratios n/p above 0, got {bad:?}")));
    }
    if let Some(risk) = args.target_risk.filter(|risk| !(risk.is_finite() && *risk > 0.0)) {
        return Err(ScenarioError::new(format!("--target-risk must be a number above 0, got {risk:?}")));
    }
    let metric = args.metric;
    if let Some((target, Err(accepted))) = args.target.map(|target| (target, metric.check_target(target))) {
        return Err(ScenarioError::new(format!(
            "--target of {} must be a number {accepted}, got {target:?}",
            metric.name()
        )));
    }
    if scenario.encoders().is_empty() {
        let model = progress::model(&scenario)?;
        let found = one(args, &model, model.dimension() as f64)?;
        for warning in model.warnings() {
            note(warning);
        }
        return Ok(match found {
            Evaluated::Text(text) => text,
            Evaluated::Json(values) => json::pretty(&values.into()),
        });
    }
    let encoders = Encoders::new(&scenario, None, None, &|| false)?;
    let focus = encoders.model(&scenario).map_or(1, |model| model.dimension()) as f64;
    let (mut text, mut values) = (Vec::new(), Vec::new());
    for encoder in encoders.all() {
        match one(args, encoder.model(), focus)? {
            Evaluated::Text(block) => text.push(format!("{}\n{block}", encoder.name)),
            Evaluated::Json(all) => {
                values.extend(all.into_iter().map(|value| json::of_encoder(&encoder.name, value)))
            }
        }
    }
    for warning in encoders.warnings() {
        note(warning);
    }
    Ok(if args.json { json::pretty(&values.into()) } else { text.join("\n") })
}

/// Number of fits of a logistic probe at each n.
const PROBES: usize = 12;

enum Evaluated {
    Text(String),
    Json(Vec<Value>),
}

/// The results of one model at the n/p of the model in focus, whose dimension is `focus`.
fn one(args: &EvalArgs, model: &Model, focus: f64) -> Result<Evaluated, ScenarioError> {
    let upstream_target = !(args.at.is_empty() && args.samples.is_empty());
    if upstream_target
        && args.target_risk.is_some()
        && !matches!(model.scenario().featurization, Featurization::Pretrained { .. })
    {
        return Err(ScenarioError::new(
            "--target-risk with --at or --samples is of pretrained features; accepted for others is --target-risk alone",
        ));
    }
    let of_risk = args.target_risk.filter(|_| !upstream_target).map(|risk| (Metric::Risk, risk));
    let of_population = args.target.filter(|_| model.pool().is_none()).map(|target| (args.metric, target));
    if let Some((metric, target)) = of_risk.or(of_population) {
        scored(model.scenario(), metric)?;
        let specs = CurveSpec::list(model.scenario(), &CurveId::COMPARED);
        let reaches = target_samples(model, &specs, (metric, target), &|| false)?;
        return Ok(if args.json {
            Evaluated::Json(reaches.iter().map(json::reach).collect())
        } else {
            Evaluated::Text(text::reaches(metric, target, &reaches))
        });
    }
    if let Some(target) = args.target {
        let metric = args.metric;
        let found = requirements(model, metric, target, &mut |sentence| note(&sentence), &|| false)?;
        return Ok(if args.json {
            let of = |one: &Requirement| requirement::json(metric, target, one);
            Evaluated::Json(found.iter().map(of).collect())
        } else {
            Evaluated::Text(requirement::text(metric, target, &found))
        });
    }
    let p = model.dimension() as f64;
    let at = args.at.iter().map(|at| if p == focus { *at } else { at * focus / p });
    let ratios = at.chain(args.samples.iter().map(|n| n / p));
    let ratios = ratios.map(SampleRatio::new).collect::<Result<Vec<_>, _>>()?;
    if !args.upstream_tasks.is_empty() {
        return upstream(args, model, &ratios);
    }
    for sentence in point::anchor(model)? {
        note(&sentence);
    }
    let metric = scored(model.scenario(), args.metric)?;
    model.check_metric(metric)?;
    let mut points = point::points(model, &ratios, metric, args.target_risk)?;
    if let Some(test) = test_rows(args, model)? {
        for (point, &ratio) in points.iter_mut().zip(&ratios) {
            point.held_out = HeldOut::new(model, &test, ratio, &|| false)?;
        }
    }
    let probes = match args.evidence {
        Evidence::Ridge => Vec::new(),
        Evidence::Logistic => {
            let whole = |p: &Point| (p.samples.round() as usize).max(1);
            probe::probes(model, &points.iter().map(whole).collect::<Vec<_>>(), PROBES, 1)?
        }
    };
    let shuffled = if args.control { shuffled(model, &ratios, metric)? } else { Vec::new() };
    let curve = model.risk_curve(&model.scenario().featurization)?;
    let drawn = |count: &u32| curve.per_class(model.ridge(), model.noise(), *count as usize, &|| false);
    let per_class = args.per_class.iter().map(drawn).collect::<Result<Vec<_>, _>>()?;
    Ok(if args.json {
        let mut values: Vec<Value> = points.iter().map(json::point).collect();
        for (value, probe) in values.iter_mut().filter_map(Value::as_object_mut).zip(&probes) {
            value.insert("logistic".into(), Value::Object(probe::json(probe)));
        }
        for (value, point) in values.iter_mut().filter_map(Value::as_object_mut).zip(&shuffled) {
            value.insert("control".into(), control::json(point));
        }
        values.extend(per_class.iter().map(json::per_class));
        Evaluated::Json(values)
    } else if points.is_empty() {
        Evaluated::Text(text::per_class(&per_class))
    } else {
        let probed = if probes.is_empty() { String::new() } else { probe::text(&probes) };
        let points = text::points(&points, model.ridge(), metric);
        let control = match shuffled.as_slice() {
            [] => String::new(),
            _ => format!("\nlabels shuffled\n{}", text::points(&shuffled, model.ridge(), metric)),
        };
        Evaluated::Text(points + &control + &probed + &text::per_class(&per_class) + &groups(model)?)
    })
}

/// Points of the same rows with shuffled labels.
fn shuffled(model: &Model, ratios: &[SampleRatio], metric: Metric) -> Result<Vec<Point>, ScenarioError> {
    let Some(shuffled) = model.scenario().with_shuffled_labels() else { return Ok(Vec::new()) };
    let shuffled = Model::new(&shuffled, Some(model), &|| false)?;
    // Notes about the rows are those of the original labels.
    point::anchor(&shuffled)?;
    point::points(&shuffled, ratios, metric, None)
}

/// A line with the risk for the present number of groups and for twice as many; empty without groups.
fn groups(model: &Model) -> Result<String, ScenarioError> {
    if model.pool().is_none_or(|pool| pool.groups().is_none()) {
        return Ok(String::new());
    }
    let curve = model.risk_curve(&model.scenario().featurization)?;
    let budget = LabelBudget::of((model, &curve, model.ridge()), Metric::Risk, None, &|| false)?;
    Ok(budget.map_or(String::new(), |budget| budget.summary(None).now() + "\n"))
}

/// Test rows for a model's fits; `None` if there are none.
fn test_rows(args: &EvalArgs, model: &Model) -> Result<Option<TestRows>, ScenarioError> {
    let (Some(data), Some(pool)) = (&model.scenario().data, model.pool()) else {
        return match args.test_targets {
            None => Ok(None),
            Some(_) => {
                Err(ScenarioError::new("--test-features needs labelled rows; give --features and --targets"))
            }
        };
    };
    let files = Files {
        reading: data.reading,
        id: data.id.as_deref(),
        labels_as_they_are: data.labels_as_they_are,
        ..Files::new(&data.features, &data.targets)
    };
    let read = |files: &Files<'_>| {
        let test = pool.test_rows(files)?;
        // Both parts of a split are in one file, so its notes are printed once.
        test.notes().iter().filter(|said| !pool.warnings().contains(said)).for_each(note);
        Ok(Some(test))
    };
    let Some(targets) = &args.test_targets else {
        let Some(column) = data.split_column.as_deref() else { return Ok(None) };
        return read(&Files { split: Some(Split { column, part: Part::Test }), ..files });
    };
    let features = match (model.scenario().focus(), args.test_features.as_slice()) {
        (None, [only]) => only.clone(),
        (None, _) => {
            return Err(ScenarioError::new(
                "--test-features is given twice; accepted is one, as --features is",
            ));
        }
        (Some(name), several) => {
            let named = several.iter().filter_map(|path| path.to_str()?.split_once('='));
            let of =
                named.filter(|(encoder, _)| *encoder == name).map(|(_, file)| PathBuf::from(file)).next();
            of.ok_or_else(|| {
                ScenarioError::new(format!(
                    "--test-features has none of encoder {name}; accepted is {name}=FILE"
                ))
            })?
        }
    };
    let same = |a: &Path, b: &Path| {
        a == b || std::fs::canonicalize(a).ok().is_some_and(|a| Some(a) == std::fs::canonicalize(b).ok())
    };
    if same(&features, &data.features) {
        return Err(ScenarioError::new(
            "--test-features is the file of the labelled rows; accepted are held-out rows",
        ));
    }
    read(&Files { features: &features, targets, ..files })
}

fn upstream(args: &EvalArgs, model: &Model, ratios: &[SampleRatio]) -> Result<Evaluated, ScenarioError> {
    let most = records::MOST_TASKS;
    let whole = |m: f64| m.fract() == 0.0 && (1.0..=most).contains(&m);
    if let Some(bad) = args.upstream_tasks.iter().find(|m| !whole(**m)) {
        return Err(ScenarioError::new(format!(
            "--upstream-tasks must be whole numbers from 1 to {most}, got {bad:?}"
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
        Evaluated::Json(swept.iter().map(|s| pretraining::json(s, p)).collect())
    } else {
        Evaluated::Text(swept.iter().map(|s| pretraining::text(s, p)).collect())
    })
}
