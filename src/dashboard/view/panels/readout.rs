//! The numbers at the crosshair: every curve's risk and its decomposition, and where a target risk is reached.

use std::borrow::Cow;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::measured;
use crate::chart::Dash;
use crate::chart::numbers::{right, sig};
use crate::dashboard::model::action::Action;
use crate::dashboard::model::state::State;

use crate::dashboard::view::fields::{self, Field, cut, fit};
use crate::data::EnsembleChoice;
use crate::figure::{encoders, looks};
use crate::scenario::{RiskPoint, Shown};
use crate::study::words::{self, LEFT_OUT, intervals, recommended};
use crate::study::{CurveId, Row, scaling};
use crate::theme::Role;
use crate::theory::{Regime, Risk};

type Column = (&'static str, fn(&Risk, Option<&Shown>) -> f64);

/// The risk, the terms that add up to it, and the training error.
const SUM: [Column; 6] = [
    ("risk", |r, _| r.risk),
    ("= bias²", |r, _| r.bias),
    ("+ V_X", |r, _| r.variance_x),
    ("+ V_X,ε", |r, _| r.variance_x_noise),
    ("+ σ²", |r, _| r.noise),
    ("train", |r, _| r.train),
];

/// The same under a distribution shift, with the risk on samples like the downstream ones beside it.
const SHIFTED: [Column; 6] = [
    ("test", |r, _| r.risk),
    ("= bias²", |r, _| r.bias),
    ("+ V_X", |r, _| r.variance_x),
    ("+ V_X,ε", |r, _| r.variance_x_noise),
    ("+ σ²", |r, _| r.noise),
    ("no shift", |r, _| r.unshifted),
];

/// Of these the two that say most.
const BOTH: [Column; 2] = [("test", |r, _| r.risk), ("no shift", |r, _| r.unshifted)];

/// As many terms as there is room for, which is no sum.
const TERMS: [Column; 4] = [
    ("risk", |r, _| r.risk),
    ("V_X,ε", |r, _| r.variance_x_noise),
    ("bias²", |r, _| r.bias),
    ("V_X", |r, _| r.variance_x),
];

/// What the risk is made from (THEORY section 3).
const DETAILS: [Column; 5] = [
    ("risk", |r, _| r.risk),
    ("κ", |r, _| r.kappa),
    ("df1", |r, _| r.df1),
    ("df2", |r, _| r.df2),
    ("λ", |r, _| r.ridge),
];

/// Of real rows: how sure the risk is, and what it means for classes.
const MEASURED: [Column; 6] = [
    ("risk", |r, _| r.risk),
    ("± s.e.", |_, s| s.map_or(f64::NAN, |s| s.standard_error)),
    ("AUC", |_, s| s.and_then(|s| s.auc).map_or(f64::NAN, |e| e.value)),
    ("accuracy", |_, s| s.and_then(|s| s.accuracy).map_or(f64::NAN, |e| e.value)),
    ("ridge λ", |r, _| r.ridge),
    ("σ²", |r, _| r.noise),
];

/// The columns of the table at one width of the screen.
struct Table {
    /// Columns for a curve's name and for a number.
    name: usize,
    cell: usize,
    columns: &'static [Column],
}

/// Columns before the name: a sample of the curve.
const SAMPLE: usize = 5;

impl Table {
    /// The fullest table whose numbers are all whole. The sum is there to its end or not as a sum.
    fn fitting(state: &State, room: usize) -> Self {
        let told = told(state);
        let rows: Vec<&Row> = told.iter().map(|(row, _)| row.as_ref()).collect();
        let reached = if state.target.is_some() { reached_width(&rows) } else { 0 };
        let longest = |columns: &[Column]| {
            let risks = rows.iter().filter_map(|row| Some((row.risk.as_ref()?, row.shown.as_ref())));
            let values = risks.flat_map(|(risk, shown)| {
                columns.iter().map(move |c| text(c.1(risk, shown)).chars().count())
            });
            // A column's name keeps apart from its neighbour's as its numbers do.
            let names = columns.iter().map(|(name, _)| name.chars().count());
            values.chain(names).max().unwrap_or(0) + 1
        };
        let measured = rows.iter().any(|row| row.shown.is_some());
        let shifted = state.shown.as_ref().is_some_and(|s| s.model.is_shifted());
        let (full, short): (&'static [Column], &'static [Column]) = match (state.details, measured, shifted) {
            (true, ..) => (&DETAILS, &DETAILS),
            (_, true, _) => (&MEASURED, &MEASURED),
            (_, _, true) => (&SHIFTED, &BOTH),
            _ => (&SUM, &TERMS),
        };
        let sums = if state.details || measured || shifted { vec![full] } else { vec![full, &SUM[..5]] };
        let wide = sums.into_iter().flat_map(|columns| {
            [(20, 9), (14, 8), (12, 7), (10, 7)].map(|(name, cell)| (name, cell, columns))
        });
        let narrow = (1..=short.len()).rev().map(|count| (12, 8, short.get(..count).unwrap_or(short)));
        let fits = wide.chain(narrow).map(|(name, cell, columns)| {
            let table = Self { name, cell: cell.max(longest(columns)), columns };
            (table.width() + reached <= room, table)
        });
        let least = Self { name: 8, cell: 8.max(longest(&TERMS[..1])), columns: &TERMS[..1] };
        fits.into_iter().find(|(fits, _)| *fits).map_or(least, |(_, table)| table)
    }

    const fn width(&self) -> usize {
        SAMPLE + self.name + self.cell * self.columns.len()
    }
}

/// Columns for what a target needs.
fn reached_width(rows: &[&Row]) -> usize {
    let widths = rows.iter().filter_map(|r| r.reached.as_ref()).map(|r| intervals(r).chars().count());
    widths.max().unwrap_or(0).clamp(8, 24) + 3
}

/// Three digits; nothing is 0, however it was computed.
fn text(value: f64) -> String {
    match value {
        v if v.is_nan() => "–".into(),
        v if v.abs() < 1e-15 => "0".into(),
        v => sig(v, 3),
    }
}

/// Lines that the readout would like to have.
#[must_use]
pub fn rows(state: &State) -> u16 {
    let curves = told(state).len().max(1) + usize::from(ahead(state).is_some());
    let more = usize::from(judged(state).is_some() || state.judging().is_some()) + usize::from(state.details);
    let more = more + usize::from(state.shown.as_ref().is_some_and(|s| s.slope.is_some()));
    u16::try_from(curves + more).unwrap_or(8).saturating_add(3 + measured::rows(state))
}

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let Some(shown) = &state.shown else { return };
    let room = usize::from(area.width);
    let table = Table::fitting(state, room);
    let mut lines = vec![head(state, &table, room)];
    lines.extend(told(state).iter().map(|(row, look)| line(state, &table, (row, *look), room)));
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
fn line(state: &State, table: &Table, (row, look): (&Row, (Role, Dash)), room: usize) -> Line<'static> {
    let (ink, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let style = state.theme.style(look.0);
    let name = table.name;
    let mut spans = vec![
        Span::styled(format!(" {} ", looks::dash_sample(look.1, state.ascii)), style),
        Span::styled(format!("{:<name$}", cut(&row.name, name)), style),
    ];
    match (&row.risk, &row.missing) {
        (Some(risk), _) => {
            for (i, (_, value)) in table.columns.iter().enumerate() {
                let style = if i == 0 { state.theme.style(Role::Title) } else { ink };
                spans.push(Span::styled(right(&text(value(risk, row.shown.as_ref())), table.cell), style));
            }
        }
        (None, why) => {
            let why = why.as_deref().unwrap_or("no predictor here");
            let width = table.columns.len() * table.cell;
            spans.push(Span::styled(format!("  {:<1$}", cut(why, width - 2), width - 2), dim));
        }
    }
    let mut all = vec![Field::of(0, spans)];
    if let (Some(_), Some(reached)) = (state.target, &row.reached) {
        let parts: Vec<String> = if reached.is_empty() {
            vec![intervals(reached)]
        } else {
            reached.iter().map(|i| intervals(std::slice::from_ref(i))).collect()
        };
        // Each stretch of n is whole, and those left out are counted.
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
        let words = if left == 0 { kept.join(", ") } else { format!("{} +{left} more", kept.join(", ")) };
        all.push(Field::new(1, format!("   {words}"), ink));
    }
    fields::line(all, room)
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
    let samples = sig_count(alpha * shown.model.dimension() as f64);
    let width = table.name + SAMPLE;
    // Under the columns' names there is only so much room; n says the same as n/p.
    let at = [format!(" at n/p {alpha:.4} · n {samples}"), format!(" n/p {alpha:.4} n {samples}")];
    let at = at.into_iter().find(|at| at.chars().count() <= width).unwrap_or_else(|| format!(" n {samples}"));
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

fn sig_count(n: f64) -> String {
    if (n - n.round()).abs() < 1e-6 { format!("{n:.0}") } else { format!("{n:.1}") }
}
