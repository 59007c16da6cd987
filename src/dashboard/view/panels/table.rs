//! The table of numbers at the crosshair: as many columns as fit completely, numbers right-aligned.

use ratatui::text::Span;

use crate::dashboard::model::state::State;
use crate::dashboard::model::view::View;
use crate::dashboard::view::fields::{Field, cut};
use crate::figure::looks::{self, Look};
use crate::numbers::{columns as wide, left, right, shorten, sig};
use crate::scenario::{Metric, RowEstimates};
use crate::study::ReadoutRow;
use crate::study::words::intervals;
use crate::theme::Role;
use crate::theory::Risk;

/// A column: its long name, short name and symbol, and its number.
type Column = ([&'static str; 3], fn(&Risk, &ReadoutRow) -> f64);

const RISK: Column = (["test risk", "risk", "risk"], |r, _| r.risk);
const BIAS: Column = (["= bias²", "= bias²", "= bias²"], |r, _| r.bias);
const VARIANCE_X: Column = (["+ variance (samples)", "+ var (samples)", "+ V_X"], |r, _| r.variance_x);
const VARIANCE_X_NOISE: Column =
    (["+ variance (label noise)", "+ var (noise)", "+ V_X,ε"], |r, _| r.variance_x_noise);
const NOISE: Column = (["+ noise σ²", "+ σ²", "+ σ²"], |r, _| r.noise);

/// The risk and the terms that add up to it.
const SUM: [Column; 5] = [RISK, BIAS, VARIANCE_X, VARIANCE_X_NOISE, NOISE];

/// Columns for a representation that is itself random (section 11.1).
const RANDOM: [Column; 8] = [
    RISK,
    BIAS,
    (["+ variance (features)", "+ var (features)", "+ V_W"], |r, _| {
        r.representation.map_or(0.0, |t| t.variance_w)
    }),
    VARIANCE_X,
    (["+ (features, samples)", "+ (feat., samples)", "+ V_W,X"], |r, _| {
        r.representation.map_or(0.0, |t| t.variance_w_x)
    }),
    VARIANCE_X_NOISE,
    (["+ (features, label noise)", "+ (feat., noise)", "+ V_W,X,ε"], |r, _| {
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
    (["without shift", "no shift", "no shift"], |r, _| r.unshifted),
];

/// Terms of the risk (THEORY section 3).
const DETAILS: [Column; 6] = [
    (["risk", "risk", "risk"], |r, _| r.risk),
    (["κ", "κ", "κ"], |r, _| r.kappa),
    (["df1", "df1", "df1"], |r, _| r.df1),
    (["df2", "df2", "df2"], |r, _| r.df2),
    (["ridge λ", "λ", "λ"], |r, _| r.ridge),
    (["train risk", "train", "train"], |r, _| r.train),
];

const ROWS_RISK: Column = (["risk", "risk", "risk"], |r, _| r.risk);
const AUC: Column = (["AUC", "AUC", "AUC"], |_, row| value(row, Metric::Auc));
const ACCURACY: Column = (["accuracy", "accuracy", "acc."], |_, row| value(row, Metric::Accuracy));
const RIDGE: Column = (["ridge λ", "ridge λ", "λ"], |r, _| r.ridge);
/// Standard error column.
const RISK_ERROR: Column = (["± s.e.", "± s.e.", "±"], |_, row| error(row, |s| Some(s.standard_error)));
const AUC_ERROR: Column =
    (["± s.e.", "± s.e.", "±"], |_, row| error(row, |s| s.auc.map(|e| e.standard_error)));
const ACCURACY_ERROR: Column =
    (["± s.e.", "± s.e.", "±"], |_, row| error(row, |s| s.accuracy.map(|e| e.standard_error)));

/// Columns for real rows: the shown metric with its interval, then the others.
const OF_RISK: [Column; 6] =
    [ROWS_RISK, RISK_ERROR, AUC, ACCURACY, RIDGE, (["noise σ²", "σ²", "σ²"], |r, _| r.noise)];
const OF_AUC: [Column; 5] = [AUC, AUC_ERROR, ACCURACY, ROWS_RISK, RIDGE];
const OF_ACCURACY: [Column; 5] = [ACCURACY, ACCURACY_ERROR, AUC, ROWS_RISK, RIDGE];
const OF_R2: [Column; 4] = [(["R²", "R²", "R²"], |r, _| 1.0 - r.risk), RISK_ERROR, ROWS_RISK, RIDGE];
const OF_BALANCED_ACCURACY: [Column; 5] = [
    (["balanced", "bal. acc.", "bal."], |_, row| value(row, Metric::BalancedAccuracy)),
    (["± s.e.", "± s.e.", "±"], |_, row| error(row, |s| s.balanced_accuracy.map(|e| e.standard_error))),
    ACCURACY,
    ROWS_RISK,
    RIDGE,
];
const OF_MACRO_F1: [Column; 5] = [
    (["macro-F1", "macro-F1", "F1"], |_, row| value(row, Metric::MacroF1)),
    (["± s.e.", "± s.e.", "±"], |_, row| error(row, |s| s.macro_f1.map(|e| e.standard_error))),
    ACCURACY,
    ROWS_RISK,
    RIDGE,
];

/// Columns for a fit on labels ±1: the scores, the squared error on the labels and its ridge.
const LABEL_RISK: Column = (["risk on labels", "label risk", "R'"], |_, row| {
    row.scores.map_or(f64::NAN, |scores| scores.risk_on_labels)
});
const LABEL_RIDGE: Column =
    (["ridge λ", "ridge λ", "λ"], |_, row| row.scores.map_or(f64::NAN, |scores| scores.ridge));
const SCORED_AUC: [Column; 4] = [AUC, ACCURACY, LABEL_RISK, LABEL_RIDGE];
const SCORED_ACCURACY: [Column; 4] = [ACCURACY, AUC, LABEL_RISK, LABEL_RIDGE];

fn value(row: &ReadoutRow, metric: Metric) -> f64 {
    row.value(metric).unwrap_or(f64::NAN)
}

fn error(row: &ReadoutRow, of: fn(&RowEstimates) -> Option<f64>) -> f64 {
    row.shown.as_ref().and_then(of).unwrap_or(f64::NAN)
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
                let longest = risks.iter().map(|(risk, row)| text(column.1(risk, row)).chars().count());
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
fn columns(state: &State, rows: &[&ReadoutRow]) -> (&'static [Column], bool) {
    let measured = rows.iter().any(|row| row.shown.is_some());
    let shown = state.shown.as_ref();
    let shifted = shown.is_some_and(|s| s.model.is_shifted());
    // The variance view is about the risk, whatever the metric of the risk view.
    let metric = match state.view {
        View::Variance => Metric::Risk,
        _ => shown.map_or(Metric::Risk, |s| s.request.metric),
    };
    match (state.details, measured, shifted) {
        (true, ..) => (&DETAILS, false),
        (_, true, _) => match metric {
            Metric::Risk => (&OF_RISK, false),
            Metric::Auc => (&OF_AUC, false),
            Metric::Accuracy => (&OF_ACCURACY, false),
            Metric::R2 => (&OF_R2, false),
            Metric::BalancedAccuracy => (&OF_BALANCED_ACCURACY, false),
            Metric::MacroF1 => (&OF_MACRO_F1, false),
        },
        _ if metric == Metric::Auc => (&SCORED_AUC, false),
        _ if metric == Metric::Accuracy => (&SCORED_ACCURACY, false),
        (_, _, true) => (&SHIFTED, true),
        _ if rows.iter().any(|row| row.risk.is_some_and(|r| r.representation.is_some())) => (&RANDOM, true),
        _ => (&SUM, true),
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
    (row, look, best): (&ReadoutRow, Look, bool),
    called: &str,
) -> Field {
    let (ink, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let bold = |style: ratatui::style::Style| if best { style.bold() } else { style };
    let style = state.theme.style(look.0);
    let name = table.name;
    let mut spans = vec![
        Span::styled(format!(" {} ", looks::dash_sample(look.1, state.ascii)), style),
        Span::styled(left(&short(called, name), name), bold(style)),
    ];
    match (&row.risk, &row.missing) {
        (Some(risk), _) => {
            for (_, width, column) in &table.columns {
                let number = right(&text(column.1(risk, row)), *width);
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
