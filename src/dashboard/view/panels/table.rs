//! The table of numbers at the crosshair: as many columns as fit whole, and a row of it.

use ratatui::text::Span;

use crate::chart::Dash;
use crate::dashboard::model::state::State;
use crate::dashboard::view::fields::{Field, cut};
use crate::figure::looks;
use crate::numbers::{columns as wide, left, right, sig};
use crate::scenario::Shown;
use crate::study::Row;
use crate::study::words::intervals;
use crate::theme::Role;
use crate::theory::Risk;

type Column = (&'static str, fn(&Risk, Option<&Shown>) -> f64);

const BIAS: Column = ("= bias²", |r, _| r.bias);
const VARIANCE_X: Column = ("+ V_X", |r, _| r.variance_x);
const VARIANCE_X_NOISE: Column = ("+ V_X,ε", |r, _| r.variance_x_noise);
const NOISE: Column = ("+ σ²", |r, _| r.noise);

/// The risk, the terms that add up to it, and the training error.
const SUM: [Column; 6] =
    [("risk", |r, _| r.risk), BIAS, VARIANCE_X, VARIANCE_X_NOISE, NOISE, ("train", |r, _| r.train)];

/// The same under a distribution shift, with the risk on samples like the downstream ones beside it.
const SHIFTED: [Column; 6] =
    [("test", |r, _| r.risk), BIAS, VARIANCE_X, VARIANCE_X_NOISE, NOISE, ("no shift", |r, _| r.unshifted)];

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
pub struct Table {
    /// Columns for a curve's name and for a number.
    pub name: usize,
    pub cell: usize,
    pub columns: &'static [Column],
}

/// Columns for how far now is from what is frozen.
const CHANGE: usize = 14;

/// Columns before the name: a sample of the curve.
pub const SAMPLE: usize = 5;

impl Table {
    /// The fullest table whose numbers are all whole. The sum is there to its end or not as a sum.
    pub fn fitting(state: &State, rows: &[&Row], called: &[String], room: usize) -> Self {
        let reached = if state.target.is_some() { reached_width(rows) } else { 0 };
        let reached = if state.frozen.is_empty() { reached } else { reached.max(CHANGE) };
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
        // A name is worth more than the last column; two numbers are worth more than the end of a name.
        let name = called.iter().map(|name| wide(&state.text(name))).max().unwrap_or(0).clamp(8, 20);
        let wide = [(20, 9), (name, 9), (name, 8), (14, 8), (12, 7), (10, 7)].into_iter();
        let wide = wide.flat_map(|(name, cell)| sums.iter().map(move |columns| (name, cell, *columns)));
        let narrow = |name, least: usize| {
            let counts = (least..=short.len()).rev();
            counts.map(move |count| (name, 8, short.get(..count).unwrap_or(short)))
        };
        let narrow = narrow(name, 2).chain(narrow(12, 1));
        let fits = wide.chain(narrow).map(|(name, cell, columns)| {
            let table = Self { name, cell: cell.max(longest(columns)), columns };
            (table.width() + reached <= room, table)
        });
        let least = Self { name: 8, cell: 8.max(longest(&TERMS[..1])), columns: &TERMS[..1] };
        fits.into_iter().find(|(fits, _)| *fits).map_or(least, |(_, table)| table)
    }

    pub const fn width(&self) -> usize {
        SAMPLE + self.name + self.cell * self.columns.len()
    }
}

/// Columns for what a target needs.
fn reached_width(rows: &[&Row]) -> usize {
    let widths = rows.iter().filter_map(|r| r.reached.as_ref()).map(|r| intervals(r).chars().count());
    widths.max().unwrap_or(0).clamp(8, 24) + 3
}

/// Three digits; nothing is 0, however it was computed.
pub fn text(value: f64) -> String {
    match value {
        v if v.is_nan() => "–".into(),
        v if v.abs() < 1e-15 => "0".into(),
        v => sig(v, 3),
    }
}

/// A row's sample of its curve, name and numbers, or why there are none.
pub fn numbers(state: &State, table: &Table, (row, look): (&Row, (Role, Dash)), called: &str) -> Field {
    let (ink, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let style = state.theme.style(look.0);
    let name = table.name;
    let mut spans = vec![
        Span::styled(format!(" {} ", looks::dash_sample(look.1, state.ascii)), style),
        Span::styled(left(&cut(called, name), name), style),
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
            spans.push(Span::styled(format!("  {}", left(&cut(why, width - 2), width - 2)), dim));
        }
    }
    Field::of(0, spans)
}
