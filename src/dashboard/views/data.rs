//! The spectrum that the risk is made of; with measured data also the pool and its tasks.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::chart::numbers::{right, sig};
use crate::chart::{Axis, Chart, Curve, Dash};
use crate::dashboard::panels::cut;
use crate::dashboard::state::State;
use crate::data::TaskChoice;
use crate::study::Analysis;
use crate::theme::Role;
use crate::theory::Spectrum;

pub fn draw(frame: &mut Frame, state: &State, area: Rect) {
    let Some(shown) = &state.shown else { return };
    let tasks = tasks(state, shown);
    let mut facts = facts(state, shown);
    let beside = !tasks.is_empty() && area.width >= 80;
    if !beside {
        facts.extend(tasks.iter().cloned());
    }
    // A long line may take a second one.
    let tall = u16::try_from(facts.len() + 1).unwrap_or(u16::MAX).min(area.height / 2);
    let [mut plot, words] = Layout::vertical([Constraint::Min(0), Constraint::Length(tall)]).areas(area);
    if beside {
        let [left, right] = Layout::horizontal([Constraint::Min(0), Constraint::Length(44)]).areas(plot);
        frame.render_widget(Paragraph::new(tasks), right);
        plot = left;
    }
    if let Some(spectrum) = &shown.spectrum {
        spectrum_chart(frame, state, spectrum, shown.model.dimension(), plot);
    }
    frame.render_widget(Paragraph::new(facts).wrap(Wrap { trim: false }), words);
}

/// Eigenvalues and energies by rank, both axes logarithmic.
fn spectrum_chart(frame: &mut Frame, state: &State, spectrum: &Spectrum, dimension: usize, area: Rect) {
    let p = dimension as f64;
    let (mut eigenvalues, mut energies) = (Vec::new(), Vec::new());
    let mut used = 0.0;
    let atoms = spectrum.weights().iter().zip(spectrum.eigenvalues()).zip(spectrum.weighted_energies());
    for ((&w, &s), &e) in atoms {
        // A block of equal directions is a level from its first to its last.
        let (first, last) = (used + 1.0, (used + w * p).max(used + 1.0));
        for x in [first, last] {
            eigenvalues.push((x, s));
            energies.push((x, e / w));
        }
        used += w * p;
    }
    let positive =
        |points: &[(f64, f64)]| points.iter().map(|p| p.1).filter(|v| *v > 0.0).collect::<Vec<_>>();
    let all: Vec<f64> = positive(&eigenvalues).into_iter().chain(positive(&energies)).collect();
    let high = all.iter().fold(f64::MIN_POSITIVE, |a, &b| a.max(b));
    let low = all.iter().fold(high, |a, &b| a.min(b)).max(high * 1e-12);
    let energy = state.text("energy τ");
    let curves = [
        Curve::new(&energy, &energies, Role::Optimal, Dash::Dotted),
        Curve::new("eigenvalue s", &eigenvalues, Role::Chosen, Dash::Solid),
    ];
    let chart = Chart {
        curves: &curves,
        glyphs: state.glyphs(),
        ..Chart::new(
            Axis::log(1.0, p.max(2.0), "direction"),
            Axis::log(low / 1.5, high * 1.5, "s, τ"),
            &state.theme,
        )
    };
    frame.render_widget(chart, area);
}

fn facts(state: &State, shown: &Analysis) -> Vec<Line<'static>> {
    let text = state.theme.style(Role::Text);
    let title = state.theme.style(Role::Title);
    let model = &shown.model;
    let mut lines = Vec::new();
    if let Some(spectrum) = &shown.spectrum {
        let p = model.dimension() as f64;
        lines.push(Line::from(vec![
            Span::styled(" spectrum  ", title),
            Span::styled(
                format!(
                    "{} · {} distinct eigenvalues · rank {:.0} of {} · unreachable signal {}",
                    state.scenario.featurization.title(),
                    spectrum.eigenvalues().len(),
                    spectrum.rank() * p,
                    model.dimension(),
                    sig(spectrum.unreachable(), 3),
                ),
                text,
            ),
        ]));
    }
    if let Some(pool) = model.pool() {
        lines.push(Line::from(vec![
            Span::styled(" pool      ", title),
            Span::styled(
                format!(
                    "N {} rows · p {} features · rank {}{}",
                    pool.rows(),
                    pool.dimension(),
                    pool.rank(),
                    match model.noise_of(TaskChoice::Mean) {
                        Some((_, true)) => " · so few rows show an upper bound of the noise only",
                        _ => "",
                    }
                ),
                text,
            ),
        ]));
    }
    for warning in model.warnings() {
        lines.push(Line::styled(format!(" ! {warning}"), state.theme.style(Role::Warning)));
    }
    lines
}

/// The tasks of a pool, with what they hold.
fn tasks(state: &State, shown: &Analysis) -> Vec<Line<'static>> {
    let (text, dim) = (state.theme.style(Role::Text), state.theme.style(Role::Dim));
    let mut lines = Vec::new();
    if let Some(pool) = shown.model.pool() {
        lines.push(Line::styled(
            format!(" {:<16}{}{}{}", "task", right("rows", 6), right("signal r²", 10), right("noise σ²", 10)),
            dim,
        ));
        for (t, task) in pool.tasks().iter().enumerate() {
            let noise = shown.model.noise_of(TaskChoice::Task(t)).map_or(f64::NAN, |noise| noise.0);
            let rows = task.class_size.map_or_else(|| "–".into(), |r| r.to_string());
            let here = shown.request.scenario.data.as_ref().is_some_and(|d| d.task == task.name);
            lines.push(Line::styled(
                format!(
                    " {:<16}{}{}{}",
                    cut(&task.name, 15),
                    right(&rows, 6),
                    right(&sig(1.0 - noise, 3), 10),
                    right(&sig(noise, 3), 10)
                ),
                if here { state.theme.style(Role::Chosen) } else { text },
            ));
        }
    }
    lines
}
