//! What the optimal featurization does at the crosshair: filters by feature rank, what is kept, and the ablation.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use super::regime;
use crate::chart::numbers::{right, sig};
use crate::chart::{Axis, Chart, Curve, Dash, Mark, MarkKind};
use crate::dashboard::state::State;
use crate::study::Analysis;
use crate::study::selection::{Selection, Step};
use crate::study::words::recommended;
use crate::theme::Role;
use crate::theory::Regime;

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let Some(shown) = &state.shown else { return };
    let Some(selection) = &shown.selection else {
        let words = " no selection here: the energies of this spectrum are not those of a task ensemble";
        frame.render_widget(Paragraph::new(words).style(state.theme.style(Role::Dim)), area);
        return;
    };
    let p = shown.model.dimension();
    let wide = area.width >= 84;
    let table = table(state, selection, wide);
    let facts = facts(state, shown, selection, wide);
    let tall = u16::try_from(table.len() + facts.len() + 1).unwrap_or(12).min(area.height * 2 / 3);
    let [plot, words] = Layout::vertical([Constraint::Min(0), Constraint::Length(tall)]).areas(area);
    let filter_plot = if wide && !selection.sizes.is_empty() {
        let [left, right] =
            Layout::horizontal([Constraint::Fill(3), Constraint::Fill(2)]).spacing(1).areas(plot);
        sizes(frame, state, shown, selection, right);
        left
    } else {
        plot
    };
    filters(frame, state, selection, p, filter_plot);
    let lines: Vec<Line> = facts.into_iter().chain(std::iter::once(Line::default())).chain(table).collect();
    frame.render_widget(Paragraph::new(lines), words);
}

fn filters(frame: &mut Frame, state: &State, selection: &Selection, p: usize, area: Rect) {
    let corners = |steps: &[Step]| -> Vec<(f64, f64)> {
        steps.iter().flat_map(|s| [(s.first, s.value), (s.last, s.value)]).collect()
    };
    let (chosen, truth, optimum) =
        (corners(&selection.chosen), corners(&selection.ground_truth), corners(&selection.optimum));
    let name = state.scenario.featurization.title();
    let mut curves = vec![Curve::new("ground truth", &truth, Role::GroundTruth, Dash::DashDot)];
    curves.push(Curve::new("optimal", &optimum, Role::Optimal, Dash::Long));
    if name != "ground truth" {
        curves.push(Curve::new(&name, &chosen, Role::Chosen, Dash::Solid));
    }
    let kept = selection.optimal.kept_fraction * p as f64;
    let label = format!("keep {kept:.0}");
    let marks: Vec<Mark> = if selection.optimal.regime == Regime::Hard && kept < p as f64 {
        vec![Mark { kind: MarkKind::Transition, x: kept + 0.5, y: 1.0, label: &label }]
    } else {
        Vec::new()
    };
    let chart = Chart {
        curves: &curves,
        marks: &marks,
        glyphs: state.glyphs(),
        ..Chart::new(
            Axis::log(1.0, (p as f64).max(2.0), "feature rank"),
            Axis::linear(0.0, 1.05, "filter a = s/(s+κ)"),
            &state.theme,
        )
    };
    frame.render_widget(chart, area);
}

/// The best risk with k features, against k: a peak of its own at k = n.
fn sizes(frame: &mut Frame, state: &State, shown: &Analysis, selection: &Selection, area: Rect) {
    let n = shown.request.crosshair * shown.model.dimension() as f64;
    let risks = selection.sizes.iter().map(|s| s.1).filter(|r| r.is_finite() && *r > 0.0);
    let low = risks.fold(f64::INFINITY, f64::min);
    if !low.is_finite() {
        return;
    }
    let poles = [n];
    let curves = [Curve::new("k features", &selection.sizes, Role::Optimal, Dash::Solid).with_breaks(&poles)];
    let marks = [Mark { kind: MarkKind::Pole, x: n, y: low, label: "k = n" }];
    let p = shown.model.dimension() as f64;
    let chart = Chart {
        curves: &curves,
        marks: &marks,
        glyphs: state.glyphs(),
        ..Chart::new(
            Axis::log(1.0, p.max(2.0), "size k"),
            Axis::log(low * 0.8, low * 20.0, "risk R of the best k"),
            &state.theme,
        )
    };
    frame.render_widget(chart, area);
}

fn facts(state: &State, shown: &Analysis, selection: &Selection, wide: bool) -> Vec<Line<'static>> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let title = state.theme.style(Role::Title);
    let p = shown.model.dimension() as f64;
    let alpha = shown.request.crosshair;
    let optimal = &selection.optimal;
    let (name, role) = regime(optimal.regime);
    let what = match optimal.regime {
        Regime::Hard => {
            format!("keep the top {:.0} of {p:.0} features, least squares on them", optimal.kept_fraction * p)
        }
        Regime::Soft => format!("keep all, M ∝ S + μI with μ = {}", sig(optimal.mu.unwrap_or(f64::NAN), 3)),
        Regime::Null => "no feature is worth its parameter: predict the mean".into(),
    };
    let mut lines = vec![Line::from(vec![
        Span::styled(format!(" at n/p {alpha:.4} · n {:.0}  ", alpha * p), state.theme.style(Role::Accent)),
        Span::styled(format!("{name}: "), state.theme.style(role)),
        Span::styled(what, text),
    ])];
    let other = match (optimal.regime, optimal.soft) {
        (Regime::Soft, _) => format!("hard would have {}", sig(optimal.hard.risk, 3)),
        (_, Some(soft)) => format!("soft would have {}", sig(soft.risk, 3)),
        (_, None) => "there is no soft selection at n ≥ p".into(),
    };
    lines.push(Line::from(vec![
        Span::styled(" risk ", dim),
        Span::styled(sig(optimal.risk, 3), title),
        Span::styled(format!("   {other}   floor "), dim),
        Span::styled(sig(selection.floor.risk, 3), text),
    ]));
    lines.push(Line::from(vec![
        Span::styled(" hard selection keeps task energies τ above R/α = ", dim),
        Span::styled(sig(selection.threshold, 3), text),
    ]));
    if shown.model.pool().is_some() {
        lines.push(Line::styled(" in-sample: these numbers know the tasks they are about", dim));
    }
    if shown.model.is_measured_mean() {
        lines.push(match &selection.left_out {
            Some(choice) => Line::from(vec![
                Span::styled(" tasks left out: ", dim),
                Span::styled(sig(choice.left_out_risk, 3), title),
                Span::styled(format!(" with {}", recommended(choice)), text),
                Span::styled(format!(" · raw {}", sig(choice.raw, 3)), dim),
            ]),
            None => Line::styled(" tasks left out: the ensemble is being computed", dim),
        });
    }
    if let Some(importance) = selection.importance {
        let width = if wide { 24 } else { 8 };
        let filled = (importance * f64::from(width)).round() as usize;
        let (full, empty) = if state.ascii { ("#", "-") } else { ("━", "─") };
        lines.push(Line::from(vec![
            Span::styled(" task relevance Σθ ", dim),
            Span::styled(right(&format!("{:.0} %", importance * 100.0), 5), text),
            Span::raw(" "),
            Span::styled(full.repeat(filled), state.theme.style(Role::Optimal)),
            Span::styled(empty.repeat(width as usize - filled.min(width as usize)), dim),
            Span::styled(
                format!(
                    " {} covariate structure Σx⁻¹",
                    right(&format!("{:.0} %", (1.0 - importance) * 100.0), 5)
                ),
                dim,
            ),
        ]));
    }
    lines
}

/// The ablation: what task relevance and covariate structure each do to bias and variance.
fn table(state: &State, selection: &Selection, wide: bool) -> Vec<Line<'static>> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let title = state.theme.style(Role::Title);
    let (parts, cell) = if wide { (4, 9) } else { (3, 8) };
    let formula = |f: &str| if wide { format!("{f:<18}") } else { String::new() };
    let head = ["risk", "= bias²", "+ V_X", "+ V_X,ε", "+ σ²"];
    let head: String = head.iter().take(parts + 1).map(|n| right(n, cell)).collect();
    let mut lines = vec![Line::styled(format!(" {:<20}{}{head}", "ablation", formula("F")), dim)];
    let best = selection.ablation.iter().filter_map(|a| a.risk.map(|r| r.risk)).fold(f64::INFINITY, f64::min);
    for line in &selection.ablation {
        let wins = line.risk.is_some_and(|r| r.risk <= best * (1.0 + 1e-12));
        let mark = if wins { if state.ascii { "*" } else { "★" } } else { " " };
        let style = if wins { state.theme.style(Role::Optimal) } else { text };
        let mut spans = vec![
            Span::styled(format!("{mark}{:<20}", line.name), style),
            Span::styled(formula(line.formula), dim),
        ];
        match &line.risk {
            Some(r) => {
                spans.push(Span::styled(right(&sig(r.risk, 3), cell), if wins { style } else { title }));
                for part in [r.bias, r.variance_x, r.variance_x_noise, r.noise].into_iter().take(parts) {
                    spans.push(Span::styled(right(&sig(part, 3), cell), text));
                }
            }
            None => spans.push(Span::styled("   does not exist at n ≥ p", dim)),
        }
        lines.push(Line::from(spans));
    }
    lines
}
