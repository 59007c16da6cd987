//! Encoders side by side along n: each with its band, crossings, and the best one along the axis.

use super::picture::{Axis, Band, Figure, Mark, Panel, Plot, Trace};
use super::range::{self, Window};
use super::risk;
use crate::chart::{Dash, MarkKind, Scale};
use crate::scenario::{Estimate, Metric, RiskPoint};
use crate::study::encoders::Comparison;
use crate::study::words;
use crate::theme::Role;

/// Colours of encoders, in their order; dashes keep apart what colours do not.
const ROLES: [Role; 7] =
    [Role::Chosen, Role::Raw, Role::Pcr, Role::Optimal, Role::Whitened, Role::GroundTruth, Role::Floor];

/// The words for where nobody is clearly ahead.
const CLOSE: &str = "too close to call";

/// The comparison as a picture.
#[must_use]
pub fn figure(found: &Comparison) -> Figure {
    let metric = found.metric;
    let looks = || ROLES.iter().copied().cycle().zip(Dash::ALL.iter().copied().cycle());
    let traces = found.encoders.iter().zip(looks()).map(|(encoder, look)| {
        let value = |point: &RiskPoint| point.value(metric).unwrap_or(f64::NAN);
        let band = |point: &RiskPoint| point.estimate(metric).map_or((f64::NAN, f64::NAN), Estimate::band);
        Trace {
            band: encoder.curve.iter().map(|(_, point)| band(point)).collect(),
            ..Trace::new(
                encoder.name.as_str(),
                encoder.curve.iter().map(|(n, p)| (*n, value(p))).collect(),
                look,
            )
        }
    });
    let traces: Vec<Trace> = traces.collect();
    let seen =
        |trace: &Trace| trace.points.iter().filter(|p| p.1.is_finite()).map(|p| p.0).fold(0.0, f64::max);
    let first =
        found.encoders.iter().flat_map(|e| e.curve.first()).map(|p| p.0).fold(f64::INFINITY, f64::min);
    let last = traces.iter().map(seen).fold(2.0 * first, f64::max);
    let window = Window { from: first, to: last, log: true };
    let ends = match metric {
        Metric::Risk => range::of(&traces, window, std::iter::empty(), (Scale::Log, false)),
        Metric::Auc | Metric::Accuracy => range::share(&traces, window),
    };
    let mut marks: Vec<Mark> = Vec::new();
    for crossing in &found.crossings {
        let name = found.encoders.get(crossing.to).map_or("", |e| e.name.as_str());
        // The mark beside it says that curves cross.
        let label = format!("n = {:.0} · {name}", crossing.samples);
        marks.push(Mark { kind: MarkKind::Transition, x: crossing.samples, y: ends.1, label });
    }
    for trace in &traces {
        let end = trace.points.iter().rfind(|p| p.1.is_finite()).filter(|p| p.0 < 0.99 * last);
        marks.extend(end.map(|&(x, y)| Mark { kind: MarkKind::End, x, y, label: words::MORE_LABELS.into() }));
    }
    let bands = found.stretches.iter().map(|&(from, to, ahead)| {
        let winner = ahead.and_then(|i| Some((found.encoders.get(i)?, looks().nth(i)?)));
        match winner {
            Some((encoder, (role, _))) => Band { from, to, name: encoder.name.clone(), role },
            None => Band { from, to, name: CLOSE.into(), role: Role::Dim },
        }
    });
    let bands = bands.collect();
    let x = Axis { full: "labelled rows n".into(), ..Axis::new("n", (first, last), true) };
    let y = Axis::new(risk::axis(metric), ends, metric == Metric::Risk);
    let title = format!("{} with n of labels like these {} rows", metric.name(), found.rows);
    Figure::of(title, Panel::Plot(Plot { traces, bands, marks, ..Plot::new(x, y) }))
}
