//! Comparison at the crosshair: every frozen scenario with its difference from the current one, and the pinned n.

use ratatui::text::Line;

use super::table::{self, Table, text};
use crate::chart::numbers::right;
use crate::dashboard::model::frozen::Frozen;
use crate::dashboard::model::state::State;
use crate::dashboard::view::fields::{self, Field};
use crate::figure::line_styles;
use crate::numbers::{samples, sig};
use crate::scenario::Metric;
use crate::study::ReadoutRow;
use crate::theme::Role;

/// Number of lines that it would use.
#[must_use]
pub fn count(state: &State) -> usize {
    state.frozen.len() + usize::from(state.pin.is_some())
}

/// One row for each frozen scenario, then the pinned n.
pub fn lines(state: &State, table: &Table, room: usize) -> Vec<Line<'static>> {
    let frozen = state.frozen.iter().enumerate().filter_map(|(i, kept)| {
        let row = state.frozen_curves().find(|(name, _)| *name == kept.name).map(|(_, found)| &found.row)?;
        let called = called(state, kept);
        let mut all =
            vec![table::numbers(state, table, (row, (Role::Frozen, line_styles::frozen(i)), false), &called)];
        all.extend(change(state, row));
        Some(fields::line(all, room))
    });
    frozen.chain(pinned(state, room)).collect()
}

/// Name of each frozen scenario in the table.
pub fn names(state: &State) -> impl Iterator<Item = String> + '_ {
    state.frozen.iter().map(|kept| called(state, kept))
}

fn called(state: &State, kept: &Frozen) -> String {
    match kept.difference(&state.scenario) {
        none if none.is_empty() => kept.name.clone(),
        difference => format!("{}: {difference}", kept.name),
    }
}

/// Relative difference `now −12.3 %` of the current from the frozen scenario.
fn change(state: &State, frozen: &ReadoutRow) -> Option<Field> {
    let metric = state.shown.as_ref()?.request.metric;
    let chosen = state.shown.as_ref()?.rows.first()?;
    let (now, then) = (value(chosen, metric)?, value(frozen, metric)?);
    let words = format!("  now {}", right(&percent(now / then), 8));
    Some(Field::new(1, words, state.theme.style(Role::Text)))
}

/// The metric of a row; `None` where there is none.
pub(super) fn value(row: &ReadoutRow, metric: Metric) -> Option<f64> {
    let value = row.value(metric);
    value.filter(|value| value.is_finite() && *value > 0.0)
}

/// A ratio as a relative change, `−12.3 %`; large ones as a factor.
fn percent(ratio: f64) -> String {
    match 100.0 * (ratio - 1.0) {
        change if change.abs() >= 1000.0 => format!("×{}", sig(ratio, 3)),
        change if change.abs() < 0.05 => "±0.0 %".into(),
        change => format!("{change:+.1} %").replace('-', "−"),
    }
}

/// `pin n 300 → 600 (×2): risk 0.281 → 0.231, −17.8 %`.
fn pinned(state: &State, room: usize) -> Option<Line<'static>> {
    let shown = state.shown.as_ref()?;
    let (pin, row) = (state.pin?, shown.pinned.as_ref()?);
    let (ink, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let p = shown.model.dimension() as f64;
    let (from, to) = (pin * p, shown.request.crosshair * p);
    let metric = shown.request.metric;
    let mut all = vec![
        Field::new(0, " pin ", state.theme.style(Role::Accent))
            .and(format!("n {} → {}", samples(from), samples(to)), ink)
            .and(format!(" (×{})", sig(to / from, 3)), dim),
    ];
    let ends = value(row, metric).zip(shown.rows.first().and_then(|now| value(now, metric)));
    all.push(match ends {
        Some((then, now)) => Field::new(0, format!("   {} ", metric.name()), dim)
            .and(format!("{} → {}", text(then), text(now)), ink)
            .and(format!("   {}", percent(now / then)), state.theme.style(Role::Title)),
        None => Field::new(0, "   no risk at one of the two", dim),
    });
    Some(fields::line(all, room))
}
