//! JSON results. The keys are a contract. Numbers that are not finite are `null`, with `diverges: true`.

use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use super::long::{Each, Long};
use super::point::{
    FIELDS, REPRESENTATION, SCORES, SHOWN, SOURCE, TESTED, held_out, number, on_axis, put, put_estimate,
    put_scores, samples,
};
use crate::data::EnsembleChoice;
use crate::scenario::{Metric, PerClass};
use crate::study::curves::point::Weights;
use crate::study::featurizations::IN_SAMPLE;
use crate::study::plane::FitLine;
use crate::study::pretraining::{PretrainingBudget, Split};
use crate::study::{Axis, Curve, Curves, Plane, Point, TargetSamples, Variable, words};
use crate::theory::Extremum;
use crate::theory::phase::Cell;
use crate::theory::target::Interval;
use crate::theory::transfer::SourceTerms;
use crate::theory::transition::Transition;

/// A document, indented and with a final line break.
#[must_use]
pub fn pretty(value: &Value) -> String {
    // Values made of finite numbers and strings always have a text.
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// One point of `eval --json`.
#[must_use]
pub fn point(point: &Point) -> Value {
    let mut object = Map::new();
    FIELDS.iter().for_each(|field| put(&mut object, field, point));
    // Only for real rows.
    if let Some(shown) = &point.shown {
        SHOWN.iter().for_each(|field| put(&mut object, field, point));
        if let Some(tested) = &point.held_out {
            object.insert("held_out".into(), held_out(tested));
        }
        // Beyond the contract.
        if let Some((least, most)) = shown.task_rows {
            object.insert("task_rows".into(), json!([least, most]));
        }
        if shown.at_most {
            object.insert("at_most".into(), json!(true));
        }
        if let crate::scenario::Reach::Beyond { rows } = shown.reach {
            object.insert("rows_needed".into(), number(rows));
        }
    }
    // Beyond the contract: with a test covariance, `risk` is that of test samples.
    if point.population.is_some_and(|risks| risks.unshifted.is_some()) {
        TESTED.iter().for_each(|field| put(&mut object, field, point));
    }
    if point.risk.is_some_and(|risk| risk.representation.is_some()) {
        REPRESENTATION.iter().for_each(|field| put(&mut object, field, point));
    }
    if point.risk.is_some_and(|risk| risk.source.is_some()) {
        SOURCE.iter().for_each(|field| put(&mut object, field, point));
    }
    if point.scores.is_some() {
        SCORES.iter().for_each(|field| put(&mut object, field, point));
    }
    if let Some(best) = &point.best_shown {
        object.insert("best_shown".into(), json!({ "featurization": best.name, "risk": number(best.risk) }));
    }
    if let Some(slope) = &point.local_exponent {
        let regime = slope.regime_name();
        let theory = slope.regime.map_or(Value::Null, |(_, exponent)| number(exponent));
        let exponent = json!({ "local": number(slope.local), "regime": regime, "theory": theory });
        object.insert("exponent".into(), exponent);
    }
    if let Some(budget) = &point.pretraining {
        object.insert("pretraining".into(), pretraining(budget));
    }
    if let Some(weights) = &point.weights {
        object.insert("weights".into(), of_source(weights));
    }
    if let Some(gain) = &point.gain {
        let [whole, task, structure] = [gain.whole, gain.task, gain.structure].map(number);
        let alone = json!({ "task": number(gain.alone.0), "structure": number(gain.alone.1) });
        let shares = json!({ "gain": whole, "task": task, "structure": structure, "alone": alone });
        object.insert("ablation".into(), shares);
    }
    // Beyond the contract, for measured data only.
    if point.in_sample {
        object.insert("estimate".into(), json!(IN_SAMPLE));
    }
    if let Some(choice) = &point.reference.left_out {
        object.insert("left_out".into(), left_out(choice));
    }
    Value::Object(object)
}

/// Fits towards the coefficients of a source task.
fn of_source(weights: &Weights) -> Value {
    let of = |value: fn(&SourceTerms) -> f64| {
        weights.given.source.as_ref().map_or(Value::Null, |terms| number(value(terms)))
    };
    json!({
        "featurization": weights.featurization,
        "weight": of(|terms| terms.weight),
        "risk": number(weights.given.risk),
        "best_weight": weights.best.source.map_or(Value::Null, |terms| number(terms.weight)),
        "best_risk": number(weights.best.risk),
        "without": of(|terms| terms.without),
        "correlation_of_no_gain": of(|terms| terms.correlation_of_no_gain),
    })
}

/// A point with a fixed number of labels of each class.
#[must_use]
pub fn per_class(found: &PerClass) -> Value {
    let mut object = Map::new();
    object.insert("samples".into(), found.samples.into());
    object.insert("per_class".into(), found.count.into());
    object.insert("classes_with_fewer".into(), found.fewer.into());
    put_estimate(&mut object, Metric::Risk, Some(found.risk));
    put_scores(&mut object, &found.scores);
    object.insert("spread".into(), number(found.spread));
    object.insert("anchored".into(), true.into());
    object.insert("draws".into(), found.draws.into());
    Value::Object(object)
}

/// A point of one of several encoders, with the encoder's name first.
#[must_use]
pub fn of_encoder(name: &str, value: Value) -> Value {
    let mut object = Map::new();
    object.insert("encoder".into(), json!(name));
    if let Value::Object(fields) = value {
        object.extend(fields);
    }
    Value::Object(object)
}

fn left_out(choice: &EnsembleChoice) -> Value {
    json!({
        "risk": number(choice.left_out_risk),
        "eta": choice.shrinkage.eta,
        "exponent": choice.shrinkage.exponent,
        "standard_error": number(choice.standard_error),
        // One size for all tasks; soft selection is not cross-fitted.
        "regimes": {
            "soft": 0,
            "hard": if choice.kept > 0 { choice.tasks.len() } else { 0 },
            "null": if choice.kept > 0 { 0 } else { choice.tasks.len() },
        },
        "kept": choice.kept,
        "raw": number(choice.raw),
        "best_pca": number(choice.pcr),
        "best_pca_size": choice.pcr_size,
        "recommended": words::recommended(choice),
    })
}

/// `curve --format json`. Along a parameter, `x` has its name and values, and transitions have its values.
#[must_use]
pub fn curves(curves: Curves) -> Long {
    Long::json(Document(vec![(None, curves)]))
}

/// `curve --format json` for several encoders.
#[must_use]
pub fn curves_of_encoders(all: Vec<(String, Curves)>) -> Long {
    Long::json(Document(all.into_iter().map(|(name, curves)| (Some(name), curves)).collect()))
}

/// Curves, of encoders by their names.
struct Document(Vec<(Option<String>, Curves)>);

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let Some((_, first)) = self.0.first() else { return map.end() };
        // A scenario's tables are TOML, which JSON can hold.
        map.serialize_entry("scenario", &serde_json::to_value(&first.scenario).map_err(S::Error::custom)?)?;
        if let (Some(key), Some(curve)) = (first.axis.variable.key(), first.curves.first()) {
            let values: Vec<Value> = curve.xs.iter().map(|&x| on_axis(&first.axis, x)).collect();
            map.serialize_entry("x", &json!({ "name": key, "values": values }))?;
        }
        let each = || {
            let of = |(name, curves)| move |curve| OneCurve { name, curves, curve };
            self.0
                .iter()
                .flat_map(move |(name, curves)| curves.curves.iter().map(of((name.as_deref(), curves))))
        };
        map.serialize_entry("curves", &Each(each))?;
        map.serialize_entry("transitions", &transitions(first))?;
        map.end()
    }
}

/// One curve of a document.
struct OneCurve<'a> {
    name: Option<&'a str>,
    curves: &'a Curves,
    curve: &'a Curve,
}

impl Serialize for OneCurve<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { name, curves, curve } = *self;
        let mut map = serializer.serialize_map(None)?;
        if let Some(name) = name {
            map.serialize_entry("encoder", name)?;
        }
        map.serialize_entry("featurization", curve.spec.key())?;
        map.serialize_entry("points", &Each(|| curves.points(curve).map(|p| point(&p))))?;
        let divergences: Vec<Value> = curve.divergences().map(|found| divergence(found, curves)).collect();
        map.serialize_entry("divergences", &divergences)?;
        map.end()
    }
}

fn transitions(curves: &Curves) -> Vec<Value> {
    let of = |t: &Transition| {
        let ratio = curves.ratio_at(t.at);
        let mut object = json!({
            "sample_ratio": number(ratio),
            "samples": samples(ratio * curves.dimension_at(t.at)),
            "from": words::regime(t.from),
            "to": words::regime(t.to),
        });
        if let (Some(key), Some(object)) = (curves.axis.variable.key(), object.as_object_mut()) {
            object.insert(key.into(), on_axis(&curves.axis, t.at));
        }
        object
    };
    curves.transitions.iter().map(of).collect()
}

/// `phase --format json`.
#[must_use]
pub fn plane(plane: Plane) -> Long {
    Long::json(WholePlane(plane))
}

/// A plane as a document.
struct WholePlane(Plane);

impl Serialize for WholePlane {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(plane) = self;
        let axis = |axis: &Axis, values: &[f64]| {
            let values: Vec<Value> = values.iter().map(|&v| on_axis(axis, v)).collect();
            json!({ "name": axis.name(), "values": values })
        };
        let boundaries: Vec<Value> = plane
            .boundaries
            .iter()
            .map(|line| {
                json!({
                    "between": [words::regime(line.between.0), words::regime(line.between.1)],
                    "points": line.points.iter().map(|&(x, y)| [number(x), number(y)]).collect::<Vec<_>>(),
                })
            })
            .collect();
        let rows = |of: fn(&Cell) -> Value| {
            let one = move |cell: &Option<Cell>| cell.as_ref().map_or(Value::Null, of);
            Each(move || plane.rows().map(move |row| row.iter().map(one).collect::<Vec<_>>()))
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("x", &axis(&plane.x, &plane.columns))?;
        map.serialize_entry("y", &axis(&plane.y, &plane.rows))?;
        map.serialize_entry("regime", &rows(|cell| words::regime(cell.regime).into()))?;
        map.serialize_entry("risk", &rows(|cell| number(cell.risk)))?;
        if let Some(fit) = &plane.fit {
            let row = |row: &[f64]| row.iter().map(|&risk| number(risk)).collect::<Vec<_>>();
            let across = plane.columns.len().max(1);
            map.serialize_entry("chosen_risk", &Each(|| fit.risk.chunks(across).map(row)))?;
            map.serialize_entry("lines", &fit.lines.iter().map(fit_line).collect::<Vec<_>>())?;
            if let Some(split) = &fit.best_split {
                map.serialize_entry("best_split", &best_split(split))?;
            }
        }
        map.serialize_entry("boundaries", &boundaries)?;
        map.serialize_entry("triple_point", &plane.triple.map(|at| triple(plane, at)))?;
        map.end()
    }
}

/// A line of the fit.
fn fit_line(line: &FitLine) -> Value {
    let points: Vec<_> = line.points.iter().map(|&(x, y)| [number(x), number(y)]).collect();
    json!({ "kind": line.kind.name(), "points": points })
}

/// The best m and N of a budget.
fn best_split(split: &Split) -> Value {
    json!({ "tasks": samples(split.tasks), "samples": samples(split.samples), "risk": number(split.risk) })
}

/// The pretraining budget of one point, its best split, and what a target risk needs.
fn pretraining(budget: &PretrainingBudget) -> Value {
    let mut object = json!({
        "budget": samples(budget.now.0 * budget.now.1),
        "best_split": best_split(&budget.best),
    });
    if let (Some(needed), Some(object)) = (&budget.needed, object.as_object_mut()) {
        let needed_json = json!({
            "risk": number(needed.target),
            "tasks": intervals(&needed.tasks),
            "samples": intervals(&needed.samples),
        });
        object.insert("needed".into(), needed_json);
    }
    object
}

fn intervals(intervals: &[Interval]) -> Vec<Value> {
    intervals.iter().map(|i| json!({ "first": i.first, "last": i.last })).collect()
}

/// Keyed by the axes' names, with n if one of them is n/p.
fn triple(plane: &Plane, (x, y): (f64, f64)) -> Value {
    let mut object = Map::new();
    for (axis, value) in [(&plane.x, x), (&plane.y, y)] {
        object.insert(axis.name().into(), on_axis(axis, value));
        if axis.variable == Variable::SampleRatio {
            object.insert("samples".into(), samples(value * plane.dimension as f64));
        }
    }
    Value::Object(object)
}

/// A pole or peak of a curve, at a sample ratio or at a value of the parameter on the axis.
fn divergence(found: &Extremum, curves: &Curves) -> Value {
    let at = match curves.axis.variable {
        Variable::SampleRatio => "sample_ratio",
        Variable::Parameter(_) => "value",
    };
    json!({
        "kind": words::kind(found.kind),
        at: on_axis(&curves.axis, found.at),
        "samples": samples(curves.ratio_at(found.at) * curves.dimension_at(found.at)),
        "risk": number(found.risk),
        "strength": found.strength.map_or(Value::Null, number),
    })
}

/// One featurization of `eval --target-risk --json`.
#[must_use]
pub fn reach(reach: &TargetSamples) -> Value {
    json!({
        "featurization": reach.name,
        "samples": reach.intervals.first().map(|i| i.first),
        "intervals": intervals(&reach.intervals),
        "searched": reach.searched,
    })
}

/// One preset of `presets --json`.
#[must_use]
pub fn preset(preset: &crate::scenario::presets::Preset) -> Value {
    json!({
        "name": preset.name,
        "title": preset.title,
        "group": preset.group.name(),
        "reference": preset.reference,
        "look": preset.look,
        "sample_ratio": number(preset.at),
        "reproduces": preset.value.map(|v| json!({
            "quantity": v.quantity.name(),
            "sample_ratio": number(v.at),
            "value": number(v.value),
            "relative_tolerance": number(v.tolerance),
        })),
    })
}
