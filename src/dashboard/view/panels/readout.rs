//! The numbers at the crosshair: every curve's risk and its decomposition, and where a target risk is reached.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::table::{self, SAMPLE, Table, text};
use super::{kept, measured};
use crate::chart::Dash;
use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::State;
use crate::numbers::{right, samples, sig};

use crate::dashboard::view::fields::{self, Field, cut, fit};
use crate::data::EnsembleChoice;
use crate::figure::{encoders, looks};
use crate::scenario::RiskPoint;
use crate::study::words::{self, LEFT_OUT, intervals, recommended};
use crate::study::{CurveId, Row, scaling};
use crate::theme::Role;
use crate::theory::Regime;
use crate::theory::target::Interval;

/// Lines that the readout would like to have. A measurement takes those of what is said last: beginning one moves nothing.
#[must_use]
pub fn rows(state: &State) -> u16 {
    let curves = told(state).len().max(1) + kept::count(state) + usize::from(ahead(state).is_some());
    let more = usize::from(judged(state).is_some() || state.judging().is_some()) + usize::from(state.details);
    let more = more + usize::from(state.shown.as_ref().is_some_and(|s| s.slope.is_some()));
    u16::try_from(curves + more + 4).unwrap_or(8)
}

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let Some(shown) = &state.shown else { return };
    let room = usize::from(area.width);
    let told = told(state);
    let rows: Vec<&Row> =
        told.iter().map(|(row, _)| row.as_ref()).chain(state.kept().map(|(_, kept)| &kept.row)).collect();
    let called: Vec<String> =
        told.iter().map(|(row, _)| row.name.clone()).chain(kept::names(state)).collect();
    let table = Table::fitting(state, &rows, &called, room);
    let mut lines = vec![head(state, &table, room)];
    lines.extend(told.iter().map(|(row, look)| line(state, &table, (row, *look), room)));
    lines.extend(kept::lines(state, &table, room));
    lines.extend(ahead(state).map(|line| fit(line, room)));
    // Where there is no room for all, the details were asked for.
    lines.extend(if state.details { regime(state, room) } else { None });
    lines.extend(left_out(state, &table, room));
    lines.extend(measured::lines(state, room).into_iter().map(|line| fit(line, room)));
    if let Some(slope) = &shown.slope {
        let words = format!(" {}", scaling::words(slope));
        lines.push(fit(Line::styled(words, state.theme.style(Role::Dim)), room));
    }
    lines.extend(ridges(state, room));
    frame.render_widget(Paragraph::new(lines), area);
}

/// Every row with the look of its curve: several encoders in place of the chosen curve, which is one of theirs.
fn told(state: &State) -> Vec<(Cow<'_, Row>, (Role, Dash))> {
    let Some(shown) = &state.shown else { return Vec::new() };
    let own = |row: &Row| (looks::of(row.id), looks::dash(row.id));
    let Some(rivals) = &shown.rivals else {
        return shown.rows.iter().map(|row| (Cow::Borrowed(row), own(row))).collect();
    };
    let one = |(i, (name, point)): (usize, &(String, RiskPoint))| {
        let row = Row::of_encoder(name, point);
        (Cow::Owned(row), encoders::look(i))
    };
    let beside = shown.rows.iter().filter(|row| row.id != CurveId::Chosen);
    let beside = beside.map(|row| (Cow::Borrowed(row), own(row)));
    rivals.points.iter().enumerate().map(one).chain(beside).collect()
}

/// Which of several encoders is ahead at the crosshair.
fn ahead(state: &State) -> Option<Line<'static>> {
    let words = state.shown.as_ref()?.rivals.as_ref()?.ahead()?;
    let (dim, ink) = (state.theme.style(Role::Dim), state.theme.style(Role::Text));
    Some(Line::from(vec![Span::styled(" best here: ", dim), Span::styled(words, ink)]))
}

/// One curve: its name, its numbers, and where it reaches the target.
fn line(state: &State, table: &Table, of: (&Row, (Role, Dash)), room: usize) -> Line<'static> {
    let row = of.0;
    let ink = state.theme.style(Role::Text);
    let mut all = vec![table::numbers(state, table, of, &row.name)];
    if let (Some(_), Some(reached)) = (state.target, &row.reached) {
        all.push(Field::new(1, format!("   {}", reached_words(table, reached, room)), ink));
    }
    fields::line(all, room)
}

/// Each stretch of n that reaches the target is whole, and those left out are counted.
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

/// `optimal: hard, keep 200 of 1000`.
fn regime(state: &State, room: usize) -> Option<Line<'static>> {
    let (ink, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let shown = state.shown.as_ref()?;
    let optimal = &shown.selection.as_ref()?.optimal;
    let p = shown.model.dimension() as f64;
    let (role, what) = match optimal.regime {
        Regime::Soft => {
            let mu = optimal.mu.map(|mu| format!(", μ {}", text(mu))).unwrap_or_default();
            (Role::Soft, format!("keeps all {p:.0}{mu}"))
        }
        Regime::Hard => (Role::Hard, format!("keeps {:.0} of {p:.0}", optimal.kept_fraction * p)),
        Regime::Null => (Role::Null, "keeps nothing".into()),
    };
    let all = vec![
        Field::new(0, " optimal: ", dim).and(words::regime(optimal.regime), state.theme.style(role)),
        Field::new(0, format!(", {what}"), ink),
        Field::new(1, " · risk ", dim).and(text(optimal.risk), ink),
    ];
    Some(fields::line(all, room))
}

/// What holds for a measured task not seen, once it is known.
fn judged(state: &State) -> Option<&EnsembleChoice> {
    let shown = state.shown.as_ref().filter(|shown| shown.left_out.is_some())?;
    shown.selection.as_ref()?.left_out.as_ref()
}

fn left_out(state: &State, table: &Table, room: usize) -> Option<Line<'static>> {
    let style = state.theme.style(Role::Optimal);
    let sample = looks::dash_sample(Dash::Alternating, state.ascii);
    let name = table.name;
    let Some(choice) = judged(state) else {
        let (progress, dim) = (state.judging()?.words(), state.theme.style(Role::Dim));
        let all = vec![
            Field::new(0, format!(" {sample} {:<name$}", cut(LEFT_OUT, name)), style),
            Field::new(1, "  every task is left out in turn:", dim),
            Field::new(0, format!("  {progress}"), dim),
        ];
        return Some(fields::line(all, room));
    };
    let of = state.scenario.focus().map(|name| format!(", {name}")).unwrap_or_default();
    let all = vec![
        Field::new(0, format!(" {sample} {:<name$}", cut(LEFT_OUT, name)), style)
            .and(right(&text(choice.left_out_risk), table.cell), state.theme.style(Role::Title)),
        Field::new(1, format!("  {}{of}", recommended(choice)), state.theme.style(Role::Dim)),
    ];
    Some(fields::line(all, room))
}

/// `ridge of raw: admissible λ > −0.0123 · best λ* 0.0321 with risk 0.196`.
fn ridges(state: &State, room: usize) -> Option<Line<'static>> {
    let (ink, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let shown = state.shown.as_ref()?;
    let ridges = shown.ridges?;
    let name = &shown.rows.first()?.name;
    let all = vec![
        Field::new(0, format!(" ridge of {}:", cut(name, 18)), dim),
        Field::new(1, " admissible λ > ", dim).and(text(ridges.minimum), ink),
        Field::new(0, " best λ* ", dim).and(text(ridges.best.ridge), ink),
        Field::new(0, " with risk ", dim).and(text(ridges.best.risk), ink),
    ];
    Some(fields::line(all, room))
}

/// `at n/p 0.4000   n 400` and the columns' names.
fn head(state: &State, table: &Table, room: usize) -> Line<'static> {
    let dim = state.theme.style(Role::Dim);
    let Some(shown) = &state.shown else { return Line::default() };
    let alpha = shown.request.crosshair;
    let n = samples(alpha * shown.model.dimension() as f64);
    let width = table.name + SAMPLE;
    // Under the columns' names there is only so much room; n says the same as n/p.
    // Over another number it is where that is.
    let number = shown.curves.axis.variable.key().and(state.here());
    let number = number.map(|at| format!("{} {} · ", shown.curves.axis.label, shown.curves.axis.format(at)));
    let number = number.unwrap_or_default();
    let at = [
        format!(" at {number}n/p {alpha:.4} · n {n}"),
        format!(" {number}n {n}"),
        format!(" n/p {alpha:.4} n {n}"),
    ];
    let at = at.into_iter().find(|at| at.chars().count() <= width).unwrap_or_else(|| format!(" n {n}"));
    let names: String = table.columns.iter().map(|(name, _)| right(name, table.cell)).collect();
    let mut all = vec![
        Field::new(0, format!("{at:<width$}"), state.theme.style(Role::Accent)),
        Field::new(1, names, dim),
    ];
    match state.target {
        Some(target) => all.push(Field::new(2, format!("   risk ≤ {} needs", sig(target, 3)), dim)),
        None if room > table.width() + 30 => {
            let key = state.key(Action::TypeTarget);
            all.push(Field::new(2, format!("   {key}: samples for a target"), dim));
        }
        None => {}
    }
    fields::line(all, room)
}
