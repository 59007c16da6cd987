//! The numbers at the crosshair: the risk of every curve with its decomposition, and where it reaches a target.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::table::{self, SAMPLE, Table, text};
use super::{frozen, measured};
use crate::dashboard::model::state::State;
use crate::dashboard::view::fields::{self, Field, cut, fit};
use crate::data::EnsembleChoice;
use crate::figure::encoders;
use crate::figure::line_styles::{self, LineStyle};
use crate::numbers::{columns, left, right, samples, sig};
use crate::scenario::{Metric, RiskPoint};
use crate::study::curves::exponent;
use crate::study::words::{self, LEFT_OUT, intervals, recommended};
use crate::study::{CurveId, ReadoutRow};
use crate::theme::Role;
use crate::theory::Regime;
use crate::theory::target::Interval;

/// Number of lines of the readout, whether or not a measurement runs.
#[must_use]
pub fn rows(state: &State) -> u16 {
    let curves = compared(state).len().max(1) + frozen::count(state) + usize::from(ahead(state).is_some());
    let left_out = usize::from(held_out(state).is_some() || state.left_out_progress().is_some());
    let details = if state.details { 3 } else { 0 };
    let pretraining = pretraining(state, usize::MAX).len();
    u16::try_from(1 + curves + left_out + pretraining + details).unwrap_or(8)
}

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    if state.shown.is_none() || area.height == 0 {
        return;
    }
    let room = usize::from(area.width);
    let compared = compared(state);
    let rows: Vec<&ReadoutRow> = compared
        .iter()
        .map(|(row, _)| row.as_ref())
        .chain(state.frozen_curves().map(|(_, kept)| &kept.row))
        .collect();
    let called: Vec<String> =
        compared.iter().map(|(row, _)| row.name.clone()).chain(frozen::names(state)).collect();
    let table = Table::fitting(state, &rows, &called, room);
    let best = best(state, &compared);
    let mut lines = vec![head(state, &table, room)];
    let note = finite_note(state).or_else(|| ridge_note(state)).filter(|_| state.target.is_none());
    lines.extend(compared.iter().enumerate().map(|(i, (row, style))| {
        let note = note.clone().filter(|_| i == 0);
        line(state, &table, (row, *style, best == Some(i)), note, room)
    }));
    lines.extend(frozen::lines(state, &table, room));
    lines.extend(ahead(state).map(|line| fit(line, room)));
    lines.extend(left_out(state, &table, room));
    lines.extend(pretraining(state, room));
    if state.details {
        lines.extend(regime(state, room));
        lines.extend(ridges(state, room));
        lines.extend(slope(state, room));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// Index of the curve with the best value at the crosshair; the floor does not count.
fn best(state: &State, compared: &[(Cow<'_, ReadoutRow>, LineStyle)]) -> Option<usize> {
    let metric = state.shown.as_ref()?.request.metric;
    let value = |row: &ReadoutRow| frozen::value(row, metric);
    let rows = compared.iter().enumerate().filter(|(_, (row, _))| row.id != CurveId::Floor);
    let values = rows.filter_map(|(i, (row, _))| Some((i, value(row)?)));
    let sign = if metric.less_is_better() { 1.0 } else { -1.0 };
    values.min_by(|a, b| (sign * a.1).total_cmp(&(sign * b.1))).map(|(i, _)| i)
}

/// All rows with the style of their curves; with several encoders these replace the chosen curve, which belongs to
/// one of them.
fn compared(state: &State) -> Vec<(Cow<'_, ReadoutRow>, LineStyle)> {
    let Some(shown) = &state.shown else { return Vec::new() };
    let kind = &shown.request.scenario.featurization;
    let scenario = &shown.request.scenario;
    let style = |row: &ReadoutRow| {
        line_styles::under(scenario, row.id, &row.id.featurization().unwrap_or_else(|| kind.clone()))
    };
    let Some(encoders) = &shown.encoders else {
        return shown.rows.iter().map(|row| (Cow::Borrowed(row), style(row))).collect();
    };
    let one = |(i, (name, point)): (usize, &(String, RiskPoint))| {
        let row = ReadoutRow::of_encoder(name, point);
        (Cow::Owned(row), encoders::line_style(i))
    };
    let beside = shown.rows.iter().filter(|row| row.id != CurveId::Chosen);
    let beside = beside.map(|row| (Cow::Borrowed(row), style(row)));
    encoders.points.iter().enumerate().map(one).chain(beside).collect()
}

/// The best of several encoders at the crosshair.
fn ahead(state: &State) -> Option<Line<'static>> {
    let shown = state.shown.as_ref()?;
    let words = shown.encoders.as_ref()?.leader()?;
    let (dim, ink) = (state.theme.style(Role::Dim), state.theme.style(Role::Text));
    let of = match shown.request.metric {
        Metric::Risk => String::new(),
        metric => format!(" by {}", metric.name()),
    };
    Some(Line::from(vec![Span::styled(format!(" best{of} at this n: "), dim), Span::styled(words, ink)]))
}

/// One curve: its name, its numbers, where it reaches the target, or a note.
fn line(
    state: &State,
    table: &Table,
    of: (&ReadoutRow, LineStyle, bool),
    note: Option<String>,
    room: usize,
) -> Line<'static> {
    let row = of.0;
    let ink = state.theme.style(Role::Text);
    let mut all = vec![table::numbers(state, table, of, &row.name)];
    if let (Some(_), Some(reached)) = (state.target, &row.reached) {
        all.push(Field::new(1, format!("   {}", reached_words(table, reached, room)), ink));
    }
    // A note is shown completely or not at all.
    let note = note.map(|note| format!("   {note}")).filter(|note| table.width() + columns(note) <= room);
    all.extend(note.map(|note| Field::new(1, note, state.theme.style(Role::Dim))));
    fields::line(all, room)
}

/// `exactly 0.767 at p = 20`, if the expectation at this n and p differs from the asymptotic risk.
fn finite_note(state: &State) -> Option<String> {
    let shown = state.shown.as_ref().filter(|shown| shown.request.metric == Metric::Risk)?;
    let finite = shown.rows.first()?.finite_risk?;
    Some(format!("exactly {} at p = {}", text(finite), shown.model.dimension()))
}

/// `a ridge of 0.5 would give 0.371`, if the difference is large enough.
fn ridge_note(state: &State) -> Option<String> {
    /// Smaller reductions are not mentioned.
    const LEAST: f64 = 0.99;
    let shown = state.shown.as_ref().filter(|shown| shown.model.pool().is_none())?;
    if shown.request.metric != Metric::Risk {
        return None;
    }
    let (best, now) = (shown.ridges?.best, shown.rows.first()?.risk?);
    let better = best.risk < LEAST * now.risk;
    better.then(|| format!("a ridge of {} would give {}", text(best.ridge), text(best.risk)))
}

/// Intervals of n that reach the target, each shown completely, and the number of those left out.
fn reached_words(table: &Table, reached: &[Interval], room: usize) -> String {
    let parts: Vec<String> = if reached.is_empty() {
        vec![intervals(reached)]
    } else {
        reached.iter().map(|i| intervals(std::slice::from_ref(i))).collect()
    };
    let mut used = table.width() + 3;
    let mut kept = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let more = if i + 1 < parts.len() { 8 } else { 0 };
        used += part.chars().count() + 2;
        if used + more > room + 2 {
            break;
        }
        kept.push(part.as_str());
    }
    let left = parts.len() - kept.len();
    if left == 0 { kept.join(", ") } else { format!("{} +{left} more", kept.join(", ")) }
}

/// `best features without a ridge: keep the top 200 of 1000 · risk 0.386`.
fn regime(state: &State, room: usize) -> Option<Line<'static>> {
    let (ink, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let shown = state.shown.as_ref()?;
    let optimal = &shown.selection.as_ref()?.optimal;
    let p = shown.model.dimension() as f64;
    let role = line_styles::regime(optimal.regime);
    let what = match optimal.regime {
        Regime::Soft => {
            let mu = optimal.mu.map(|mu| format!(", μ {}", text(mu))).unwrap_or_default();
            format!("all {p:.0}{mu}")
        }
        Regime::Hard => format!("{:.0} of {p:.0}", optimal.kept_fraction * p),
        Regime::Null => ": predict the mean".into(),
    };
    let features = match optimal.regime {
        Regime::Soft => "reweight",
        regime => words::features(regime),
    };
    let what = if what.starts_with(':') { what } else { format!(" {what}") };
    let shift = if shown.model.is_shifted() { " or shift" } else { "" };
    let all = vec![
        Field::new(0, format!(" best features without a ridge{shift}: "), dim)
            .and(features, state.theme.style(role)),
        Field::new(0, what, ink),
        Field::new(1, " · risk ", dim).and(text(optimal.risk), ink),
    ];
    Some(fields::line(all, room))
}

/// The local exponent of the excess risk, for power laws.
fn slope(state: &State, room: usize) -> Option<Line<'static>> {
    let slope = state.shown.as_ref()?.local_exponent.as_ref()?;
    Some(fit(Line::styled(format!(" {}", exponent::words(slope)), state.theme.style(Role::Dim)), room))
}

/// The risk on held-out tasks, once it is computed.
fn held_out(state: &State) -> Option<&EnsembleChoice> {
    let shown = state.shown.as_ref().filter(|shown| shown.left_out.is_some())?;
    shown.selection.as_ref()?.left_out.as_ref()
}

fn left_out(state: &State, table: &Table, room: usize) -> Option<Line<'static>> {
    let style = state.theme.style(line_styles::LEFT_OUT.0);
    let sample = line_styles::dash_sample(line_styles::LEFT_OUT.1, state.ascii);
    let name = table.name;
    let first = table.columns.first().map_or(8, |column| column.1);
    let Some(choice) = held_out(state) else {
        let (progress, dim) = (state.left_out_progress()?.words(), state.theme.style(Role::Dim));
        let all = vec![
            Field::new(0, format!(" {sample} {:<name$}", cut(LEFT_OUT, name)), style),
            Field::new(1, "  each task held out in turn:", dim),
            Field::new(0, format!("  {progress}"), dim),
        ];
        return Some(fields::line(all, room));
    };
    let of = state.scenario.focus().map(|name| format!(", {name}")).unwrap_or_default();
    let (risk, ink) = (text(choice.left_out_risk), state.theme.style(Role::Text));
    let label = Field::new(0, format!(" {sample} {:<name$}", cut(LEFT_OUT, name)), style);
    // The first column is of the metric.
    let is_risk = state.shown.as_ref().is_some_and(|shown| shown.request.metric == Metric::Risk);
    let label =
        if is_risk { label.and(right(&risk, first), ink) } else { label.and(format!("  risk {risk}"), ink) };
    let all =
        vec![label, Field::new(1, format!("  {}{of}", recommended(choice)), state.theme.style(Role::Dim))];
    Some(fields::line(all, room))
}

/// The best split of the budget of pretrained features, and with a target the tasks and samples it needs.
fn pretraining(state: &State, room: usize) -> Vec<Line<'static>> {
    let Some(budget) = state.shown.as_ref().and_then(|shown| shown.pretraining.as_ref()) else {
        return Vec::new();
    };
    let ink = state.theme.style(Role::Text);
    let needed = budget.needed.as_ref().map(|needed| needed.words(budget.now, text));
    let words = std::iter::once(budget.words(text)).chain(needed);
    words.map(|words| fit(Line::styled(format!(" {words}"), ink), room)).collect()
}

/// `ridge of raw: best λ 0.0321, risk 0.196 · a solution exists for λ > −0.0123`.
fn ridges(state: &State, room: usize) -> Option<Line<'static>> {
    let (ink, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let shown = state.shown.as_ref()?;
    let ridges = shown.ridges?;
    let name = &shown.rows.first()?.name;
    let mut all = vec![
        Field::new(0, format!(" ridge of {}:", cut(name, 18)), dim),
        Field::new(0, " best λ ", dim).and(text(ridges.best.ridge), ink),
        Field::new(0, ", risk ", dim).and(text(ridges.best.risk), ink),
    ];
    let minimum = ridges.minimum.map(text);
    all.extend(minimum.map(|λ| Field::new(1, " · a solution exists for λ > ", dim).and(λ, ink)));
    Some(fields::line(all, room))
}

/// `at n = 400 (n/p 0.4000)` and the column names; at the right a measured point, or the target column.
fn head(state: &State, table: &Table, room: usize) -> Line<'static> {
    let dim = state.theme.style(Role::Dim);
    let Some(shown) = &state.shown else { return Line::default() };
    let alpha = shown.request.crosshair;
    let n = samples(alpha * shown.model.dimension() as f64);
    let width = table.name + SAMPLE;
    // Over a parameter, its value.
    let number = shown.curves.axis.variable.key().and(state.crosshair_position());
    let number = number.map(|at| format!("{} {}, ", shown.curves.axis.label, shown.curves.axis.format(at)));
    let number = number.unwrap_or_default();
    let at = [
        format!(" at {number}n = {n} (n/p {alpha:.4})"),
        format!(" at {number}n = {n}"),
        format!(" {number}n = {n}"),
        format!(" n = {n}"),
    ];
    let at = at.into_iter().find(|at| columns(at) < width).unwrap_or_else(|| format!(" n {n}"));
    let mut all = vec![
        Field::new(0, left(&at, width), state.theme.style(Role::Accent)),
        Field::new(1, table.head(state), dim),
    ];
    match state.target {
        Some(target) if shown.request.metric == Metric::Risk || shown.model.pool().is_none() => {
            let wanted = shown.request.metric.wanted();
            all.push(Field::new(2, format!("   {wanted} {} needs", sig(target, 3)), dim));
        }
        _ => {
            let used = all.iter().map(Field::width).sum::<usize>();
            all.extend(measured::at_crosshair(state, room.saturating_sub(used)));
        }
    }
    fields::line(all, room)
}
