//! Flags: every divergence of the chosen curve, with n/p, n, strength or height, and cause; along a parameter also
//! the minimum.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;

use crate::chart::numbers::right;
use crate::dashboard::model::hit::{Hits, Target};
use crate::dashboard::model::state::State;
use crate::dashboard::view::fields::{self, Field};
use crate::figure::risk;
use crate::numbers::sig;
use crate::scenario::Metric;
use crate::study::encoders::curves::Crossover;
use crate::study::{BestShown, CurveId, EncoderSummary, Variable, shift, words};
use crate::theme::Role;
use crate::theory::divergence::{Extremum, ExtremumKind};
use crate::theory::transition::Transition;

/// Number of lines that the flags would use.
#[must_use]
pub fn rows(state: &State) -> u16 {
    // One line states that there are no divergences.
    let none = usize::from(crossovers(state).is_empty());
    let found = extrema(state).count().max(none);
    let standing = usize::from(words::optimum_status(state.scenario.ridge).is_some() && known(state));
    let flags = found
        + transitions(state).len()
        + crossovers(state).len()
        + standing
        + usize::from(shifted(state).is_some());
    u16::try_from(flags.clamp(1, 5)).unwrap_or(1)
}

/// Draws the flags with a click target each, and the number of those without a line.
pub fn draw(frame: &mut Frame, state: &State, area: Rect, hits: &mut Hits) {
    if state.curve(CurveId::Chosen).is_none() {
        return;
    }
    let p = state.dimension();
    let dim = state.theme.style(Role::Dim);
    let height = usize::from(area.height).max(1);
    // The strongest are kept if there is not room for all.
    let all: Vec<&Extremum> = extrema(state).collect();
    let (count, none) = (all.len(), all.is_empty() && crossovers(state).is_empty());
    let mut order = all;
    if order.len() > height {
        let weight = |found: &Extremum| match found.kind {
            ExtremumKind::Minimum => f64::INFINITY,
            ExtremumKind::Pole | ExtremumKind::Peak => found.prominence,
        };
        order.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        order.truncate(height);
        order.sort_by(|a, b| a.at.total_cmp(&b.at));
    }
    let mut flags: Vec<(f64, Vec<Field>)> =
        order.into_iter().map(|found| (found.at, extremum(state, found, p))).collect();
    if none {
        let over = match state.x_parameter() {
            Some((_, axis)) => axis.label,
            None if state.display.counts_samples(&state.scenario) => "n",
            None => "n/p",
        };
        flags.push((f64::NAN, vec![Field::new(0, format!(" no peak in this range of {over}"), dim)]));
    }
    let word = words::optimum_status(state.scenario.ridge).filter(|_| height > flags.len() && known(state));
    if let Some(word) = word {
        flags.push((f64::NAN, vec![Field::new(0, format!(" {word}"), dim)]));
    }
    let best = shifted(state).filter(|_| height > flags.len());
    flags.extend(best.map(|fields| (f64::NAN, fields)));
    let crossing = crossovers(state).iter().map(|c| (c.samples / p as f64, crossover(state, c, p)));
    flags.extend(crossing.take(height.saturating_sub(flags.len())));
    let changes = transitions(state).iter().map(|t| (t.at, transition(state, t, p)));
    flags.extend(changes.take(height.saturating_sub(flags.len())));
    let all = count + transitions(state).len() + crossovers(state).len() + usize::from(none);
    let listed = flags.iter().filter(|(at, _)| at.is_finite()).count() + usize::from(none);
    let left = all.saturating_sub(listed);
    if let Some((_, last)) = flags.last_mut().filter(|_| left > 0) {
        last.push(Field::new(0, format!("  +{left} more"), state.theme.style(Role::Accent)));
    }
    let room = usize::from(area.width);
    for ((at, fields), row) in flags.into_iter().zip(area.rows()) {
        if at.is_finite() {
            hits.add(row, Target::Place(at));
        }
        frame.render_widget(Paragraph::new(fields::line(fields, room)), row);
    }
}

/// Peaks and poles of the risk; none for other metrics.
fn extrema(state: &State) -> impl Iterator<Item = &Extremum> {
    let risk = state.display.metric == Metric::Risk;
    state.flagged().filter(move |_| risk).flat_map(|c| &c.extrema)
}

/// The symbol and position of a flag, in columns common to all flags.
fn place(state: &State, (symbol, name, role): (char, &str, Role), at: f64, p: usize) -> Vec<Field> {
    let text = state.theme.style(Role::Text);
    vec![
        Field::new(0, format!(" {symbol} {name:<6}"), state.theme.style(role)),
        Field::new(1, format!("n/p {}", right(&format!("{at:.4}"), 7)), text),
        Field::new(0, format!("  n {:>6}", format!("{:.0}", at * p as f64)), text),
    ]
}

/// `▲ peak n/p 0.2000 n 200  R = 2.58, 9.9× the adjacent minimum`, and over a parameter `▽ min ridge λ = 0.0321  risk
/// 0.196`.
fn extremum(state: &State, found: &Extremum, p: usize) -> Vec<Field> {
    let kind = risk::mark_kind(found.kind);
    let name = match found.kind {
        ExtremumKind::Pole => "inf.",
        ExtremumKind::Peak => "peak",
        ExtremumKind::Minimum => "min",
    };
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let symbol = kind.symbol(state.glyphs());
    if let Some((_, axis)) = state.x_parameter() {
        let mut fields = vec![
            Field::new(0, format!(" {symbol} {name:<6}"), state.theme.style(kind.role())),
            Field::new(0, format!("{} = {}", axis.label, axis.format(found.at)), text),
        ];
        if found.risk.is_finite() {
            fields.push(Field::new(0, format!("  risk {}", sig(found.risk, 3)), text));
        }
        if found.at_end {
            fields.push(Field::new(1, "  at the end of the axis", dim));
        }
        return fields;
    }
    let mut fields = place(state, (symbol, name, kind.role()), found.at, p);
    fields.push(Field::new(0, format!("  {:<38}", words::size(found)), text));
    // The number of directions comes first; how weak the next ones are is dropped first.
    for (i, part) in words::cause(found, p).unwrap_or_default().split_inclusive(',').enumerate() {
        fields.push(Field::new(if i == 0 { 2 } else { 3 }, part.to_owned(), dim));
    }
    fields
}

/// The summary under a distribution shift: the best of the featurizations shown, and that no optimum is known.
fn shifted(state: &State) -> Option<Vec<Field>> {
    let shown = state.shown.as_ref().filter(|s| s.model.is_shifted())?;
    let rows = shown.rows.iter().filter_map(|row| Some((row.id, row.name.as_str(), row.risk.as_ref()?.risk)));
    let dim = state.theme.style(Role::Dim);
    let best = BestShown::of(rows).map(|best| {
        let words = format!(" best curve shown: {} {}", best.name, sig(best.risk, 3));
        Field::new(0, words, state.theme.style(Role::Text))
    });
    let word = Field::new(1, format!(" · {}", shift::NO_OPTIMUM), dim);
    Some(best.into_iter().chain([word]).collect())
}

/// Whether the optimum is known; it is not for real rows.
fn known(state: &State) -> bool {
    state.shown.as_ref().is_some_and(|s| !s.curves.regimes.is_empty())
}

/// Transitions of the optimum's regime; empty with a tuned ridge.
fn transitions(state: &State) -> &[Transition] {
    if words::OptimumStatus::of(state.scenario.ridge) == words::OptimumStatus::Tuned {
        return &[];
    }
    state.shown.as_ref().map_or(&[], |s| s.curves.transitions.as_slice())
}

/// Crossovers of several encoders, along n.
fn crossovers(state: &State) -> &[Crossover] {
    encoders(state).map_or(&[], |encoders| encoders.curves.crossovers.as_slice())
}

fn encoders(state: &State) -> Option<&EncoderSummary> {
    let shown = state.shown.as_ref().filter(|s| s.curves.axis.variable == Variable::SampleRatio)?;
    shown.encoders.as_ref()
}

/// `× cross n/p 0.7318 n 281  minilm is better from here on, reduced below`.
fn crossover(state: &State, c: &Crossover, p: usize) -> Vec<Field> {
    let sign = (if state.ascii { 'x' } else { '×' }, "cross", Role::Transition);
    let mut fields = place(state, sign, c.samples / p as f64, p);
    if let Some((to, from)) = encoders(state).and_then(|encoders| encoders.names(c)) {
        let words = format!("  {to} is better from here on, {from} below");
        fields.push(Field::new(0, words, state.theme.style(Role::Text)));
    }
    fields
}

/// `⇄ soft → hard at n/p 0.3242 n 324: keep 200 of 1000`.
fn transition(state: &State, t: &Transition, p: usize) -> Vec<Field> {
    let sign = (if state.ascii { '>' } else { '⇄' }, "best", Role::Transition);
    let mut fields = match state.x_parameter() {
        Some((_, axis)) => vec![
            Field::new(0, format!(" {} {:<6}", sign.0, sign.1), state.theme.style(sign.2)),
            Field::new(0, format!("{} = {}", axis.label, axis.format(t.at)), state.theme.style(Role::Text)),
        ],
        None => place(state, sign, t.at, p),
    };
    fields.push(Field::new(0, format!("  {}", words::change(t, p)), state.theme.style(Role::Text)));
    fields
}
