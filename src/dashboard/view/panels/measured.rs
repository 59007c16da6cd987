//! The measurement: its progress, its agreement with the theory, and the point at the crosshair.

use ratatui::style::Style;

use crate::chart::numbers::sig;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::State;
use crate::dashboard::view::fields::Field;
use crate::evidence::{Agreement, Compared};
use crate::scenario::Metric;
use crate::theme::Role;

/// Largest distance of a measured point from the crosshair, as a fraction of n.
const NEAR: f64 = 0.02;

/// Progress of the measurement, or its agreement with the theory; `None` without one.
pub fn summary(state: &State) -> Option<(String, Style)> {
    let measurement = state.measurement.as_ref()?;
    let (text, near) = (state.theme.style(Role::Text), state.theme.style(Role::Near));
    let key = state.key(Action::Measure);
    let Some(measured) = &measurement.shown else {
        return (!measurement.automatic).then(|| ("measuring: the first fits are running".into(), text));
    };
    if measurement.running {
        let left = measured.left.map(|left| format!(", {} s left", left.as_secs() + 1)).unwrap_or_default();
        let done = (100.0 * measured.done).floor();
        return Some((format!("measuring: {done:.0} %{left}; {key} stops"), text));
    }
    let found = Agreement::of(&measured.points);
    if found.points == 0 {
        return Some(("no measured point can be compared with the theory".into(), text));
    }
    let more = if measured.done < 1.0 { "resumes" } else { "measures more" };
    let fits = format!("{} measured points, {} fits each", found.points, measurement.draws);
    if state.display.metric != Metric::Risk {
        return Some((format!("{fits}; {key} {more}"), text));
    }
    let difference = format!("on average {} % from the theory", sig(found.difference, 2));
    Some(match off(state, &measured.points) {
        None => (format!("{fits}: {difference}; {key} {more}"), text),
        Some(off) => (format!("{fits}: {off}; {key} {more}"), near),
    })
}

/// The points that differ from the theory, with the reason for the one nearest the crosshair.
fn off(state: &State, points: &[Compared]) -> Option<String> {
    let off: Vec<&Compared> =
        points.iter().filter(|point| point.z().is_some_and(|z| z.abs() > 3.0)).collect();
    let nearest = nearest(state, off.iter().copied())?;
    let places: Vec<String> = off.iter().map(|point| point.samples.to_string()).collect();
    Some(format!("off the theory at n = {} ({})", places.join(", "), nearest.reason()))
}

fn nearest<'a>(state: &State, points: impl Iterator<Item = &'a Compared>) -> Option<&'a Compared> {
    let n = state.crosshair * state.dimension() as f64;
    let away = |point: &Compared| (point.samples / n).ln().abs();
    points.min_by(|a, b| away(a).total_cmp(&away(b)))
}

/// The measured point at the crosshair in at most `room` columns: `● measured 2.61 ± 0.09 with n = 200`.
pub fn at_crosshair(state: &State, room: usize) -> Option<Field> {
    let measured = state.measurement.as_ref()?.shown.as_ref()?;
    let n = state.crosshair * state.dimension() as f64;
    let point = nearest(state, measured.points.iter())?;
    if (point.samples / n - 1.0).abs() > NEAR {
        return None;
    }
    let m = point.of(state.shown.as_ref()?.request.metric)?;
    let error = m.standard_error;
    let error = if error.is_finite() { format!(" ± {}", sig(error, 2)) } else { String::new() };
    let symbol = if state.ascii { "o" } else { "●" };
    let field = Field::new(2, format!("   {symbol} "), state.theme.style(Role::Evidence))
        .and(format!("measured {}{error}", sig(m.mean, 3)), state.theme.style(Role::Text));
    (field.width() <= room).then_some(field)
}
