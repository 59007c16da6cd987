//! The optimal featurization at the crosshair: filters by feature rank, the risk of every size, the kept features, and
//! the ablation.

use super::line_styles;
use super::picture::{Axis, Figure, Mark, Panel, Plot, Table, Trace, Words};
use crate::chart::{Dash, MarkKind};
use crate::numbers::{right, sig};
use crate::study::selection::{Selection, Step};
use crate::study::{Analysis, CurveId, words};
use crate::theme::Role;
use crate::theory::Regime;

/// Columns of the bar between task relevance and covariate structure.
const BAR: usize = 18;

/// The view as a figure, with logarithmic ranks and sizes if `log`; `None` without a task spectrum.
#[must_use]
pub fn figure(shown: &Analysis, log: bool) -> Option<Figure> {
    let selection = shown.selection.as_ref()?;
    let mut panels = vec![(3, Panel::Plot(filters(shown, selection, log)))];
    panels.extend(sizes(shown, selection, log).map(|plot| (2, Panel::Plot(plot))));
    Some(Figure {
        title: format!("{}: selection at n = {:.0}", shown.request.scenario.name, samples(shown)),
        panels,
        words: facts(shown, selection, BAR),
        table: Some(ablation(selection)),
    })
}

fn samples(shown: &Analysis) -> f64 {
    shown.request.crosshair * shown.model.dimension() as f64
}

/// The filters a = s/(s + κ) by feature rank.
#[must_use]
pub fn filters(shown: &Analysis, selection: &Selection, log: bool) -> Plot {
    let p = shown.model.dimension() as f64;
    let trace = |name: &str, steps: &[Step], style| {
        let points = steps.iter().flat_map(|s| [(s.first, s.value), (s.last, s.value)]);
        Trace::new(name, points.collect(), style)
    };
    let name = shown.request.scenario.featurization.title();
    let mut traces = vec![
        trace("ground truth", &selection.ground_truth, line_styles::compared(CurveId::GroundTruth)),
        trace("best, no ridge", &selection.optimum, line_styles::compared(CurveId::Optimal)),
    ];
    if name != "ground truth" {
        let style = line_styles::of(CurveId::Chosen, &shown.request.scenario.featurization);
        traces.push(trace(&name, &selection.chosen, style));
    }
    let kept = selection.optimal.kept_fraction * p;
    let mut marks = Vec::new();
    if selection.optimal.regime == Regime::Hard && kept < p {
        let label = format!("keep {kept:.0}");
        marks.push(Mark { kind: MarkKind::Transition, x: kept + 0.5, y: 1.0, label });
    }
    let x = Axis::new("feature rank", (1.0, p.max(2.0)), log);
    Plot { traces, marks, ..Plot::new(x, Axis::new("share kept a", (0.0, 1.0), false)) }
}

/// The best risk with k features, against k, with its pole at k = n. `None` unless it was requested.
#[must_use]
pub fn sizes(shown: &Analysis, selection: &Selection, log: bool) -> Option<Plot> {
    let n = samples(shown);
    let risks = selection.sizes.iter().map(|s| s.1).filter(|r| r.is_finite() && *r > 0.0);
    let low = risks.fold(f64::INFINITY, f64::min);
    if !low.is_finite() {
        return None;
    }
    let points = selection.sizes.clone();
    let trace = Trace { poles: vec![n], ..Trace::new("k features", points, (Role::Optimal, Dash::Solid)) };
    let x = Axis::new("size k", (1.0, (shown.model.dimension() as f64).max(2.0)), log);
    let window = super::range::Window { from: x.from, to: x.to, log };
    let traces = vec![trace];
    let ends = super::range::of(&traces, window, std::iter::empty(), (crate::chart::Scale::Log, false));
    let marks = vec![Mark { kind: MarkKind::Pole, x: n, y: low, label: "k = n".into() }];
    Some(Plot { traces, marks, ..Plot::new(x, Axis::new("risk R of the best k", ends, true)) })
}

/// Facts: the kept features, the risk, and the shares of tasks and covariates; the bar has `bar` columns.
#[must_use]
pub fn facts(shown: &Analysis, selection: &Selection, bar: usize) -> Vec<Words> {
    let (text, dim, title) = (Role::Text, Role::Dim, Role::Title);
    let p = shown.model.dimension() as f64;
    let alpha = shown.request.crosshair;
    let optimal = &selection.optimal;
    let what = match optimal.regime {
        Regime::Hard => {
            format!("keep the top {:.0} of {p:.0}, least squares on them", optimal.kept_fraction * p)
        }
        Regime::Soft => {
            format!("reweight all {p:.0}, M ∝ S + μI, μ = {}", sig(optimal.mu.unwrap_or(f64::NAN), 3))
        }
        Regime::Null => "use no features: predict the mean".into(),
    };
    let mut lines: Vec<Words> = vec![vec![
        (Role::Accent, format!("at n = {:.0} (n/p {alpha:.4})  ", alpha * p)),
        (dim, "best features: ".into()),
        (line_styles::regime(optimal.regime), what),
    ]];
    let other = match (optimal.regime, optimal.soft) {
        (Regime::Soft, _) if optimal.hard.atoms == 0 => {
            format!("no number of top features helps ({})", sig(optimal.hard.risk, 3))
        }
        (Regime::Soft, _) => format!("keeping the top ones would give {}", sig(optimal.hard.risk, 3)),
        (_, Some(soft)) => format!("reweighting all would give {}", sig(soft.risk, 3)),
        (_, None) => "reweighting all needs n < p".into(),
    };
    lines.push(vec![
        (dim, "risk ".into()),
        (title, sig(optimal.risk, 3)),
        (dim, format!("   {other}   with a ridge, at best ")),
        (text, sig(selection.floor.risk, 3)),
    ]);
    lines.push(vec![
        (dim, "worth keeping: τ above risk/(n/p) = ".into()),
        (text, sig(selection.threshold, 3)),
        (dim, "   effective rank of the task ".into()),
        (text, format!("{:.0}", selection.effective_rank)),
        (dim, format!(" of {p:.0}")),
    ]);
    if shown.model.is_shifted() {
        let words = "selection is that without distribution shift; the ablation's risks are those of the test samples";
        lines.push(vec![(dim, words.into())]);
    }
    if shown.model.pool().is_some() {
        lines.push(vec![(dim, "in-sample: computed from the same tasks, too low for new ones".into())]);
    }
    if shown.model.is_measured_mean() {
        lines.push(match &selection.left_out {
            Some(choice) => vec![
                (dim, "held-out tasks: ".into()),
                (title, sig(choice.left_out_risk, 3)),
                (text, format!(" with {}", words::recommended(choice))),
                (dim, format!(" · raw {}", sig(choice.raw, 3))),
            ],
            None => vec![(dim, "held-out tasks: the ensemble is being computed".into())],
        });
    }
    if let Some(importance) = selection.importance {
        let filled = ((importance * bar as f64).round() as usize).min(bar);
        let percent = |share: f64| right(&format!("{:.0} %", share * 100.0), 5);
        lines.push(vec![
            (dim, "best features follow the task ".into()),
            (text, format!("{} ", percent(importance))),
            (Role::Optimal, "━".repeat(filled)),
            (dim, "─".repeat(bar - filled)),
            (dim, format!(" {} the covariance Σ_x⁻¹", percent(1.0 - importance))),
        ]);
    }
    if let Some(gain) = selection.gain() {
        lines.push(vec![(dim, gain.words())]);
    }
    lines
}

/// Effects of task relevance and of covariate structure on bias and variance; the best line is starred.
#[must_use]
pub fn ablation(selection: &Selection) -> Table {
    let best = selection.ablation.iter().filter_map(|a| a.risk.map(|r| r.risk)).fold(f64::INFINITY, f64::min);
    let row = |line: &crate::study::selection::Ablation| {
        let wins = line.risk.is_some_and(|r| r.risk <= best * (1.0 + 1e-12));
        // Only the best row is bold.
        let role = if wins { Role::Title } else { Role::Text };
        let name = format!("{} {}", if wins { "★" } else { " " }, line.name);
        let mut cells = vec![(role, name), (Role::Dim, line.formula.to_owned())];
        match &line.risk {
            Some(r) => {
                let parts = [r.risk, r.bias, r.variance_x, r.variance_x_noise, r.noise];
                cells.extend(parts.map(|part| (role, sig(part, 3))));
            }
            None => cells.push((Role::Dim, "none".into())),
        }
        cells
    };
    Table {
        head: ["  features", "F", "risk", "= bias²", "+ V_X", "+ V_X,ε", "+ σ²"].map(Into::into).to_vec(),
        left: 2,
        rows: selection.ablation.iter().map(row).collect(),
    }
}
