//! The table of numbers at the crosshair: as many columns as fit completely, numbers right-aligned.

use ratatui::text::Span;

use crate::dashboard::model::state::State;
use crate::dashboard::model::view::View;
use crate::dashboard::view::fields::{Field, cut};
use crate::figure::line_styles::{self, LineStyle};
use crate::numbers::{columns as wide, left, right, shorten, sig};
use crate::scenario::Metric;
use crate::study::ReadoutRow;
use crate::study::words::intervals;
use crate::theme::Role;
use crate::theory::Risk;

/// A column: its long name, short name and symbol, and its number.
#[derive(Clone, Copy)]
pub struct Column([&'static str; 3], Number);

/// Where the number of a column comes from.
#[derive(Clone, Copy)]
enum Number {
    Of(fn(&Risk, &ReadoutRow) -> f64),
    Value(Metric),
    Error(Metric),
}

impl Column {
    const fn of(headings: [&'static str; 3], number: fn(&Risk, &ReadoutRow) -> f64) -> Self {
        Self(headings, Number::Of(number))
    }

    const fn value(metric: Metric) -> Self {
        Self(metric.headings(), Number::Value(metric))
    }

    const fn error(metric: Metric) -> Self {
        Self(["± s.e.", "± s.e.", "±"], Number::Error(metric))
    }

    fn number(&self, risk: &Risk, row: &ReadoutRow) -> f64 {
        match self.1 {
            Number::Of(number) => number(risk, row),
            Number::Value(metric) => row.value(metric).unwrap_or(f64::NAN),
            Number::Error(metric) => row.standard_error(metric).unwrap_or(f64::NAN),
        }
    }
}

const RISK: Column = Column::of(["test risk", "risk", "risk"], |r, _| r.risk);
const BIAS: Column = Column::of(["= bias²", "= bias²", "= bias²"], |r, _| r.bias);
const VARIANCE_X: Column =
    Column::of(["+ variance (samples)", "+ var (samples)", "+ V_X"], |r, _| r.variance_x);
const VARIANCE_X_NOISE: Column =
    Column::of(["+ variance (label noise)", "+ var (noise)", "+ V_X,ε"], |r, _| r.variance_x_noise);
const NOISE: Column = Column::of(["+ noise σ²", "+ σ²", "+ σ²"], |r, _| r.noise);

/// The risk and the terms that add up to it.
const SUM: [Column; 5] = [RISK, BIAS, VARIANCE_X, VARIANCE_X_NOISE, NOISE];

/// Columns for a representation that is itself random (section 11.1).
const RANDOM: [Column; 8] = [
    RISK,
    BIAS,
    Column::of(["+ variance (features)", "+ var (features)", "+ V_W"], |r, _| {
        r.representation.map_or(0.0, |t| t.variance_w)
    }),
    VARIANCE_X,
    Column::of(["+ (features, samples)", "+ (feat., samples)", "+ V_W,X"], |r, _| {
        r.representation.map_or(0.0, |t| t.variance_w_x)
    }),
    VARIANCE_X_NOISE,
    Column::of(["+ (features, label noise)", "+ (feat., noise)", "+ V_W,X,ε"], |r, _| {
        r.representation.map_or(0.0, |t| t.variance_w_x_noise)
    }),
    NOISE,
];

/// Columns under a distribution shift: the sum, then the risk without the shift.
const SHIFTED: [Column; 6] = [
    RISK,
    BIAS,
    VARIANCE_X,
    VARIANCE_X_NOISE,
    NOISE,
    Column::of(["without shift", "no shift", "no shift"], |r, _| r.unshifted),
];

/// Terms of the risk (THEORY section 3).
const DETAILS: [Column; 6] = [
    Column::of(["risk", "risk", "risk"], |r, _| r.risk),
    Column::of(["κ", "κ", "κ"], |r, _| r.kappa),
    Column::of(["df1", "df1", "df1"], |r, _| r.df1),
    Column::of(["df2", "df2", "df2"], |r, _| r.df2),
    Column::of(["ridge λ", "λ", "λ"], |r, _| r.ridge),
    Column::of(["train risk", "train", "train"], |r, _| r.train),
];

const RIDGE: Column = Column::of(["ridge λ", "ridge λ", "λ"], |r, _| r.ridge);

/// Columns for real rows: the shown metric with its standard error, then others.
fn of_rows(metric: Metric) -> Vec<Column> {
    let [risk, auc, accuracy] = [Metric::Risk, Metric::Auc, Metric::Accuracy].map(Column::value);
    let mut all = vec![Column::value(metric), Column::error(metric)];
    all.extend(match metric {
        Metric::Risk => {
            vec![auc, accuracy, RIDGE, Column::of(["noise σ²", "σ²", "σ²"], |r, _| r.noise)]
        }
        Metric::R2 => vec![risk, RIDGE],
        Metric::Accuracy => vec![auc, risk, RIDGE],
        _ => vec![accuracy, risk, RIDGE],
    });
    all
}

/// Columns for a fit on labels ±1: the scores, the squared error on the labels and its ridge.
fn of_labels(metric: Metric) -> Vec<Column> {
    let other = if metric == Metric::Auc { Metric::Accuracy } else { Metric::Auc };
    vec![
        Column::value(metric),
        Column::value(other),
        Column::of(["risk on labels", "label risk", "R'"], |_, row| {
            row.scores.map_or(f64::NAN, |scores| scores.risk_on_labels)
        }),
        Column::of(["ridge λ", "ridge λ", "λ"], |_, row| {
            row.scores.map_or(f64::NAN, |scores| scores.ridge)
        }),
    ]
}

/// The table at one width of the screen.
pub struct Table {
    /// Width of a curve's name.
    pub name: usize,
    /// Each column with its heading and width.
    pub columns: Vec<(&'static str, usize, Column)>,
}

/// Width of the relative difference from a frozen scenario.
const CHANGE: usize = 14;

/// Width of the curve sample before the name.
pub const SAMPLE: usize = 5;

/// Minimum gap between numbers.
const GAP: usize = 2;

impl Table {
    /// The table with the most columns that fit completely. The terms of a sum are shown all or not at all.
    pub fn fitting(state: &State, rows: &[&ReadoutRow], called: &[String], room: usize) -> Self {
        let reached = if state.target.is_some() { reached_width(rows) } else { 0 };
        let reached = if state.frozen.is_empty() { reached } else { reached.max(CHANGE) };
        let (all, sum) = columns(state, rows);
        let risks: Vec<(&Risk, &ReadoutRow)> =
            rows.iter().filter_map(|row| Some((row.risk.as_ref()?, *row))).collect();
        let table = |name: usize, head: usize, count: usize| {
            let one = |column: &Column| {
                let heading = column.0.get(head).copied().unwrap_or_default();
                let longest = risks.iter().map(|(risk, row)| text(column.number(risk, row)).chars().count());
                // Columns fit any usual number, so that the table does not move with the crosshair; if there is
                // little room, they fit the present numbers.
                let (least, gap) = if head < 2 { (7, GAP) } else { (0, 1) };
                let width = longest.max().unwrap_or(0).max(wide(&state.text(heading))).max(least) + gap;
                (heading, width, *column)
            };
            Self { name, columns: all.iter().take(count).map(one).collect() }
        };
        let longest = called.iter().map(|name| wide(&state.text(name))).max().unwrap_or(0).clamp(8, 24);
        // A complete name takes precedence over long headings, and these over the last column.
        let whole = if sum {
            vec![all.len(), if all.len() == RANDOM.len() { RANDOM.len() } else { SUM.len() }]
        } else {
            vec![all.len()]
        };
        let mut tries: Vec<(usize, usize, usize)> = Vec::new();
        for name in [longest, longest.min(16), longest.min(12)] {
            for count in &whole {
                tries.extend((0..3).map(|head| (name, head, *count)));
            }
        }
        let least = if sum { 1 } else { all.len() };
        tries.extend((1..=least).rev().map(|count| (longest.min(12), 2, count)));
        tries.push((8, 2, 1));
        let fits = |table: &Self| table.width() + reached <= room;
        let mut made = tries.into_iter().map(|(name, head, count)| table(name, head, count));
        made.find(fits).unwrap_or_else(|| table(8, 2, 1))
    }

    pub fn width(&self) -> usize {
        SAMPLE + self.name + self.cells()
    }

    fn cells(&self) -> usize {
        self.columns.iter().map(|c| c.1).sum()
    }

    /// Column names, right-aligned like their numbers.
    pub fn head(&self, state: &State) -> String {
        self.columns.iter().map(|(name, width, _)| right(&state.text(name), *width)).collect()
    }
}

/// Columns for the shown results, and whether the first ones form a sum.
fn columns(state: &State, rows: &[&ReadoutRow]) -> (Vec<Column>, bool) {
    let measured = rows.iter().any(|row| row.shown.is_some());
    let shown = state.shown.as_ref();
    let shifted = shown.is_some_and(|s| s.model.is_shifted());
    // The variance view is about the risk, whatever the metric of the risk view.
    let metric = match state.view {
        View::Variance => Metric::Risk,
        _ => shown.map_or(Metric::Risk, |s| s.request.metric),
    };
    let random = || rows.iter().any(|row| row.risk.is_some_and(|r| r.representation.is_some()));
    match (state.details, measured) {
        (true, _) => (DETAILS.to_vec(), false),
        (_, true) => (of_rows(metric), false),
        _ if metric.is_of_classes() => (of_labels(metric), false),
        _ if shifted => (SHIFTED.to_vec(), true),
        _ if random() => (RANDOM.to_vec(), true),
        _ => (SUM.to_vec(), true),
    }
}

/// Width of the target column.
fn reached_width(rows: &[&ReadoutRow]) -> usize {
    let widths = rows.iter().filter_map(|r| r.reached.as_ref()).map(|r| intervals(r).chars().count());
    widths.max().unwrap_or(0).clamp(8, 24) + 3
}

/// Three digits; an exact zero is written as 0.
pub fn text(value: f64) -> String {
    match value {
        v if v.is_nan() => "–".into(),
        v if v.abs() < 1e-15 => "0".into(),
        v => sig(v, 3),
    }
}

/// A name in this many columns; for a name that begins with a long number, its beginning and end.
fn short(called: &str, room: usize) -> String {
    let name = cut(called, room);
    if 2 * wide(&name) < room && wide(called) > room { shorten(called, room) } else { name }
}

/// A row with its curve sample, name and numbers, or the reason why there are none; the best row is bold.
pub fn numbers(
    state: &State,
    table: &Table,
    (row, line, best): (&ReadoutRow, LineStyle, bool),
    called: &str,
) -> Field {
    let (ink, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let bold = |style: ratatui::style::Style| if best { style.bold() } else { style };
    let style = state.theme.style(line.0);
    let name = table.name;
    let mut spans = vec![
        Span::styled(format!(" {} ", line_styles::dash_sample(line.1, state.ascii)), style),
        Span::styled(left(&short(called, name), name), bold(style)),
    ];
    match (&row.risk, &row.missing) {
        (Some(risk), _) => {
            for (_, width, column) in &table.columns {
                let number = right(&text(column.number(risk, row)), *width);
                spans.push(Span::styled(number, bold(ink)));
            }
        }
        (None, why) => {
            let why = why.as_deref().unwrap_or("no predictor here");
            let width = table.cells().saturating_sub(GAP);
            spans.push(Span::styled(format!("  {}", left(&cut(why, width), width)), dim));
        }
    }
    Field::of(0, spans)
}
