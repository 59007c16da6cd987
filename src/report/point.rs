//! The reported fields of a point: one table for JSON objects and CSV columns.

use std::borrow::Cow;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::evidence::HeldOut;
use crate::scenario::{Estimate, Metric, RowEstimates, Scores};
use crate::study::{Axis, Point, words};
use crate::theory::Risk;
use crate::theory::selection::{Floor, Hard, Optimal, Soft};
use crate::theory::transfer::{LabelScores, RepresentationTerms, SourceTerms};

/// One field, by its dotted name in the JSON contract.
pub(super) struct Field {
    pub name: Cow<'static, str>,
    /// Unit in the column header; risks are in units of the label variance, y². `None` if the field is not a column.
    pub unit: Option<&'static str>,
    /// The value; `null` if there is none.
    pub value: Quantity,
}

/// Where the value of a field comes from.
pub(super) enum Quantity {
    Of(fn(&Point) -> Value),
    /// A metric of classes.
    Score(Metric),
    /// Standard error of a metric of classes.
    Error(Metric),
}

const fn field(name: &'static str, unit: &'static str, value: fn(&Point) -> Value) -> Field {
    Field { name: Cow::Borrowed(name), unit: Some(unit), value: Quantity::Of(value) }
}

impl Field {
    /// A field that is not a column.
    const fn nested(name: &'static str, value: fn(&Point) -> Value) -> Self {
        Self { name: Cow::Borrowed(name), unit: None, value: Quantity::Of(value) }
    }

    pub fn value(&self, point: &Point) -> Value {
        let score = |metric: Metric| point.shown.as_ref().and_then(|shown| shown.scores.at(metric));
        match self.value {
            Quantity::Of(value) => value(point),
            Quantity::Score(metric) => or_null(score(metric).map(|found| found.value)),
            Quantity::Error(metric) => or_null(score(metric).map(|found| found.standard_error)),
        }
    }
}

/// Fields of every point.
pub(super) static FIELDS: [Field; 30] = [
    field("sample_ratio", "n/p", |p| number(p.sample_ratio)),
    field("samples", "n", |p| samples(p.samples)),
    Field::nested("featurization", |p| p.featurization.into()),
    field("ridge", "lambda", |p| risk(p, |r| r.ridge)),
    field("kappa", "eigenvalue", |p| risk(p, |r| r.kappa)),
    field("df1", "share of p", |p| risk(p, |r| r.df1)),
    field("df2", "share of p", |p| risk(p, |r| r.df2)),
    field("bias", "y^2", |p| risk(p, |r| r.bias)),
    field("variance_x", "y^2", |p| risk(p, |r| r.variance_x)),
    field("variance_x_noise", "y^2", |p| risk(p, |r| r.variance_x_noise)),
    field("noise", "y^2", |p| risk(p, |r| r.noise)),
    field("risk", "y^2", |p| risk(p, |r| r.risk)),
    field("excess", "y^2", |p| risk(p, Risk::excess)),
    field("train", "y^2", |p| risk(p, |r| r.train)),
    field("diverges", "", |p| diverges(p).into()),
    field("optimal.regime", "", |p| {
        p.reference.optimal.as_ref().map_or(Value::Null, |o| words::regime(o.regime).into())
    }),
    field("optimal.risk", "y^2", |p| optimal(p, |o| Some(o.risk))),
    field("optimal.kept_fraction", "share of p", |p| optimal(p, |o| Some(o.kept_fraction))),
    field("optimal.mu", "task energy", |p| optimal(p, |o| o.mu)),
    field("optimal.soft.risk", "y^2", |p| soft(p, |s| s.risk)),
    field("optimal.soft.kappa", "eigenvalue", |p| soft(p, |s| s.kappa)),
    field("optimal.soft.mu", "task energy", |p| soft(p, |s| s.mu)),
    field("optimal.hard.risk", "y^2", |p| hard(p, |h| h.risk)),
    field("optimal.hard.fraction", "share of p", |p| hard(p, |h| h.fraction)),
    field("floor.risk", "y^2", |p| floor(p, |f| f.risk)),
    field("floor.ridge", "lambda", |p| floor(p, |f| f.ridge)),
    field("floor.kappa", "eigenvalue", |p| floor(p, |f| f.kappa)),
    field("finite_risk", "y^2", |p| or_null(p.population.and_then(|b| b.finite_risk))),
    Field::nested("finite_diverges", |p| {
        p.population.and_then(|b| b.finite_risk).is_some_and(f64::is_infinite).into()
    }),
    field("worst_risk", "y^2", |p| or_null(p.population.and_then(|b| b.worst_risk))),
];

/// Fields of points whose representation is itself random (section 11.1).
pub(super) static REPRESENTATION: [Field; 5] = [
    field("representation.kappa2", "eigenvalue", |p| random(p, |t| t.kappa2)),
    field("representation.bias_given", "y^2", |p| random(p, |t| t.bias_given)),
    field("representation.variance_w", "y^2", |p| random(p, |t| t.variance_w)),
    field("representation.variance_w_x", "y^2", |p| random(p, |t| t.variance_w_x)),
    field("representation.variance_w_x_noise", "y^2", |p| random(p, |t| t.variance_w_x_noise)),
];

/// Fields of points of a fit towards a source task (section 11.3).
pub(super) static SOURCE: [Field; 4] = [
    field("source.weight", "", |p| source(p, |s| s.weight)),
    field("source.best_weight", "", |p| source(p, |s| s.best_weight)),
    field("source.correlation_of_no_gain", "", |p| source(p, |s| s.correlation_of_no_gain)),
    field("source.without", "y^2", |p| source(p, |s| s.without)),
];

/// Fields of points of a fit on labels ±1 of a population (section 11.5).
pub(super) static SCORES: [Field; 4] = [
    field("auc", "", |p| scores(p, |s| s.auc)),
    field("accuracy", "", |p| scores(p, |s| s.accuracy)),
    field("risk_on_labels", "y^2", |p| scores(p, |s| s.risk_on_labels)),
    field("ridge_on_labels", "lambda", |p| scores(p, |s| s.ridge)),
];

/// Fields of points on real rows.
pub(super) static SHOWN: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let mut scores = Metric::of_classes().map(|metric| (metric.json_key(), Quantity::Score(metric)));
    let errors = Metric::of_classes().map(|metric| (metric.json_error_key(), Quantity::Error(metric)));
    let named = |(name, value)| Field { name: Cow::Owned(name), unit: Some(""), value };
    let error = field("standard_error", "y^2", |p| shown(p, |s| number(s.standard_error)));
    // Columns keep their places: metrics beyond the first two came later.
    let first: Vec<Field> = scores.by_ref().take(2).map(named).collect();
    let first = std::iter::once(error).chain(first).chain(OF_ROWS);
    first.chain(scores.map(named)).chain(OF_DRAWS).chain(errors.map(named)).collect()
});

const OF_ROWS: [Field; 7] = [
    field("reach", "", |p| shown(p, |s| s.reach.name().into())),
    field("noise_is_bound", "", |p| shown(p, |s| s.noise_is_bound.into())),
    field("r2", "", |p| risk(p, |r| 1.0 - r.risk)),
    field("rmse", "y", |p| or_null(p.rmse())),
    field("alpha", "", |p| shown(p, |s| or_null(s.alpha))),
    field("groups", "", |p| shown(p, |s| or_null(s.groups))),
    Field::nested("path", path),
];

const OF_DRAWS: [Field; 2] = [
    field("spread", "y^2", |p| shown(p, |s| or_null(s.spread))),
    field("anchored", "", |p| shown(p, |s| s.anchored.into())),
];

/// Fields of points of a scenario with a test covariance.
pub(super) static TESTED: [Field; 1] =
    [field("unshifted_risk", "y^2", |p| or_null(p.population.and_then(|b| b.unshifted)))];

/// Inserts a field at its dotted name. A group that the point lacks is `null` as a whole. The risks of a population
/// are omitted for real rows, and that of the worst task unless some featurization is minimax.
pub(super) fn put(object: &mut Map<String, Value>, field: &Field, point: &Point) {
    let reference = &point.reference;
    let there = match field.name.as_ref() {
        "finite_risk" | "finite_diverges" => point.population.is_some(),
        "worst_risk" => point.population.is_some_and(|b| b.worst_risk.is_some()),
        _ => true,
    };
    if !there {
        return;
    }
    let (mut at, mut rest) = (object, field.name.as_ref());
    while let Some((group, name)) = rest.split_once('.') {
        let absent = match group {
            "optimal" => reference.optimal.is_none(),
            "soft" => reference.optimal.is_none_or(|o| o.soft.is_none()),
            "floor" => reference.floor.is_none(),
            _ => false,
        };
        let empty = || if absent { Value::Null } else { Value::Object(Map::new()) };
        let Value::Object(inner) = at.entry(group).or_insert_with(empty) else { return };
        (at, rest) = (inner, name);
    }
    at.insert(rest.into(), field.value(point));
}

/// Risks and scores of fits on held-out rows, for the points that have them.
pub(super) fn held_out(held_out: &HeldOut) -> Value {
    let mut object = Map::new();
    object.insert("rows".into(), held_out.rows.into());
    object.insert("draws".into(), held_out.draws.into());
    put_estimate(&mut object, Metric::Risk, Some(held_out.risk));
    put_scores(&mut object, &held_out.scores);
    Value::Object(object)
}

/// Inserts a metric and its standard error.
pub(super) fn put_estimate(object: &mut Map<String, Value>, metric: Metric, found: Option<Estimate>) {
    object.insert(metric.json_key(), or_null(found.map(|found| found.value)));
    object.insert(metric.json_error_key(), or_null(found.map(|found| found.standard_error)));
}

/// Inserts every metric of classes and its standard error, `null` for those without a value.
pub(super) fn put_scores(object: &mut Map<String, Value>, scores: &Scores<Estimate>) {
    Metric::of_classes().for_each(|metric| put_estimate(object, metric, scores.at(metric)));
}

/// Risk and scores by sections 9.2 to 9.4 alone.
fn path(point: &Point) -> Value {
    let Some(shown) = &point.shown else { return Value::Null };
    let path = &shown.path;
    let risk = Estimate { value: path.risk, standard_error: path.standard_error };
    let mut object = Map::new();
    put_estimate(&mut object, Metric::Risk, Some(risk));
    put_scores(&mut object, &path.scores);
    Value::Object(object)
}

fn or_null(value: Option<f64>) -> Value {
    value.map_or(Value::Null, number)
}

fn risk(point: &Point, of: fn(&Risk) -> f64) -> Value {
    or_null(point.risk.as_ref().map(of))
}

/// Whether the risk is infinite or does not exist; a risk that the rows cannot estimate does not count as divergent.
fn diverges(point: &Point) -> bool {
    let is_unknown = point.shown.is_some_and(|shown| !shown.reach.is_estimate());
    !is_unknown && point.risk.is_none_or(|r| r.diverges())
}

fn random(point: &Point, of: fn(&RepresentationTerms) -> f64) -> Value {
    or_null(point.risk.and_then(|r| r.representation).as_ref().map(of))
}

fn source(point: &Point, of: fn(&SourceTerms) -> f64) -> Value {
    or_null(point.risk.and_then(|r| r.source).as_ref().map(of))
}

fn scores(point: &Point, of: fn(&LabelScores) -> f64) -> Value {
    or_null(point.scores.as_ref().map(of))
}

fn optimal(point: &Point, of: fn(&Optimal) -> Option<f64>) -> Value {
    or_null(point.reference.optimal.as_ref().and_then(of))
}

fn soft(point: &Point, of: fn(&Soft) -> f64) -> Value {
    or_null(point.reference.optimal.and_then(|o| o.soft).as_ref().map(of))
}

fn hard(point: &Point, of: fn(&Hard) -> f64) -> Value {
    or_null(point.reference.optimal.as_ref().map(|o| of(&o.hard)))
}

fn floor(point: &Point, of: fn(&Floor) -> f64) -> Value {
    or_null(point.reference.floor.as_ref().map(of))
}

fn shown(point: &Point, of: fn(&RowEstimates) -> Value) -> Value {
    point.shown.as_ref().map_or(Value::Null, of)
}

/// A number; `null` if it is not finite.
pub(super) fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// A value of an axis: an integer on an axis of integers.
pub(super) fn on_axis(axis: &Axis, value: f64) -> Value {
    if axis.whole { samples(value) } else { number(value) }
}

/// A number of samples: an integer if it is one.
pub(super) fn samples(value: f64) -> Value {
    let whole = value.round();
    if (value - whole).abs() <= 1e-9 * value.abs() && whole < 9e15 {
        json!(whole as u64)
    } else {
        number(value)
    }
}
