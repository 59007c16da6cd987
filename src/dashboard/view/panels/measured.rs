//! The measurement beside the theory: how far it is, how far the two are apart, and the point nearest the crosshair.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::chart::numbers::sig;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::{Measurement, State};
use crate::dashboard::view::fields::cut;
use crate::evidence::{Agreement, Compared};
use crate::study::measure::Measured;
use crate::theme::Role;

/// Progress or agreement, the point nearest the crosshair, and the first of the points that are off.
pub fn lines(state: &State, room: usize) -> Vec<Line<'static>> {
    let Some(measurement) = &state.measurement else { return Vec::new() };
    let dim = state.theme.style(Role::Dim);
    let Some(measured) = &measurement.shown else {
        return vec![Line::styled(" measuring: the first fits are under way", dim)];
    };
    let agreement = Agreement::of(&measured.points);
    let mut lines = vec![if measurement.running {
        progress(state, measured, room)
    } else {
        summary(state, measurement, measured, &agreement, room)
    }];
    lines.extend(nearest(state, measured));
    lines.extend(off(state, measured, room));
    lines
}

/// Every point that is off, with the reason of the one nearest the crosshair.
fn off(state: &State, measured: &Measured, room: usize) -> Option<Line<'static>> {
    let off: Vec<(&Compared, f64)> = measured
        .points
        .iter()
        .filter_map(|point| Some((point, point.z()?)))
        .filter(|(_, z)| z.abs() > 3.0)
        .collect();
    let n = state.crosshair * state.dimension() as f64;
    let away = |point: &Compared| (point.samples / n).ln().abs();
    let (nearest, _) = off.iter().min_by(|(a, _), (b, _)| away(a).total_cmp(&away(b)))?;
    let named: Vec<String> = off.iter().map(|(point, z)| format!("n {} ({z:+.1})", point.samples)).collect();
    let words = format!(" off: {} · {}", named.join(", "), nearest.reason());
    Some(Line::styled(cut(&words, room), state.theme.style(Role::Near)))
}

fn dot(state: &State) -> Span<'static> {
    let symbol = if state.ascii { "o" } else { "●" };
    Span::styled(format!(" {symbol} "), state.theme.style(Role::Evidence))
}

/// A bar, the share done, the time left.
fn progress(state: &State, measured: &Measured, room: usize) -> Line<'static> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let wide = if room >= 80 { 24 } else { 12 };
    let full = ((measured.done * wide as f64).round() as usize).min(wide);
    let (filled, track) = if state.ascii { ("=", "-") } else { ("━", "─") };
    let left = measured.left.map_or_else(|| "–".into(), |left| format!("{} s", left.as_secs() + 1));
    Line::from(vec![
        dot(state),
        Span::styled("measuring ", dim),
        Span::styled(filled.repeat(full), state.theme.style(Role::Accent)),
        Span::styled(track.repeat(wide - full), dim),
        Span::styled(format!("{:>4.0} %", (100.0 * measured.done).floor()), text),
        Span::styled(format!("{left:>7} left   {} stops", state.key(Action::Measure)), dim),
    ])
}

fn summary(
    state: &State,
    measurement: &Measurement,
    measured: &Measured,
    agreement: &Agreement,
    room: usize,
) -> Line<'static> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let goes_on = if measured.done < 1.0 { "goes on" } else { "more" };
    if agreement.points == 0 {
        return Line::styled(" no measured point can be compared with the theory", dim);
    }
    Line::from(vec![
        dot(state),
        Span::styled(format!("measured × {}: ", measurement.draws), dim),
        Span::styled(if room >= 80 { "off by " } else { "" }, dim),
        Span::styled(format!("{} %", sig(agreement.difference, 2)), text),
        Span::styled(", ", dim),
        Span::styled(format!("{:.1} s.e.", agreement.spread), text),
        Span::styled(" rms, ", dim),
        Span::styled(format!("{} of {}", agreement.off.len(), agreement.points), text),
        Span::styled(format!(" beyond 3 s.e.   {} {goes_on}", state.key(Action::Measure)), dim),
    ])
}

/// The measured point nearest the crosshair.
fn nearest(state: &State, measured: &Measured) -> Option<Line<'static>> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let n = state.crosshair * state.dimension() as f64;
    let away = |point: &Compared| (point.samples / n).ln().abs();
    let point = measured.points.iter().min_by(|a, b| away(a).total_cmp(&away(b)))?;
    let m = &point.measured;
    let fact = |spans: &mut Vec<Span<'static>>, name: &'static str, value: String, style: Style| {
        spans.push(Span::styled(name, dim));
        spans.push(Span::styled(value, style));
    };
    let mut spans = vec![dot(state)];
    fact(&mut spans, "n ", format!("{:<6}", point.samples), text);
    let plus_minus = if state.ascii { "+-" } else { "±" };
    let error = if m.standard_error.is_finite() { sig(m.standard_error, 2) } else { "–".into() };
    fact(&mut spans, "mean ", format!("{:>5} {plus_minus} {error:<7}", sig(m.mean, 3)), text);
    fact(&mut spans, " median ", format!("{:<7}", sig(m.median, 3)), text);
    fact(&mut spans, " theory ", format!("{:<7}", sig(point.theory, 3)), text);
    let z = point.z();
    let far = z.is_some_and(|z| z.abs() > 3.0);
    let style = if far { state.theme.style(Role::Near) } else { text };
    fact(&mut spans, " z ", z.map_or_else(|| "–".into(), |z| format!("{z:+.1}")), style);
    fact(&mut spans, "  draws ", m.draws.to_string(), text);
    Some(Line::from(spans))
}
