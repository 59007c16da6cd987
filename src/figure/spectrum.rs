//! The spectrum that determines the risk, by rank; with measured data also the pool and its tasks.

use super::picture::{Axis, Figure, Panel, Plot, Table, Trace, Words};
use super::range;
use crate::chart::Dash;
use crate::data::TaskChoice;
use crate::numbers::sig;
use crate::study::{Analysis, Class, Classes};
use crate::theme::Role;
use crate::theory::Spectrum;

/// The view as a figure; `None` without a spectrum.
#[must_use]
pub fn figure(shown: &Analysis) -> Option<Figure> {
    let panel = Panel::Plot(plot(shown.spectrum.as_ref()?, shown.model.dimension()));
    Some(Figure {
        words: facts(shown),
        table: tasks(shown),
        ..Figure::of(format!("{}: spectrum", shown.request.scenario.name), panel)
    })
}

/// Eigenvalues and energies by rank, under a distribution shift the test covariance's eigenvalues over the downstream
/// ones, all axes logarithmic.
#[must_use]
pub fn plot(spectrum: &Spectrum, dimension: usize) -> Plot {
    let p = dimension as f64;
    let (mut eigenvalues, mut energies, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut used = 0.0;
    let tested = spectrum.test().map_or(&[][..], Spectrum::weights);
    let atoms = spectrum.weights().iter().zip(spectrum.eigenvalues()).zip(spectrum.weighted_energies());
    for (i, ((&w, &s), &e)) in atoms.enumerate() {
        // A block of equal directions is a horizontal line from its first to its last rank.
        let (first, last) = (used + 1.0, (used + w * p).max(used + 1.0));
        for x in [first, last] {
            eigenvalues.push((x, s));
            energies.push((x, e / w));
            ratios.extend(tested.get(i).map(|weighted| (x, weighted / w)));
        }
        used += w * p;
    }
    let all = eigenvalues.iter().chain(&energies).chain(&ratios).map(|p| p.1).filter(|v| *v > 0.0);
    let high = all.clone().fold(f64::MIN_POSITIVE, f64::max);
    let low = all.fold(high, f64::min).max(high * 1e-12);
    let mut traces = vec![
        Trace::new("eigenvalue s", eigenvalues, (Role::Accent, Dash::Solid)),
        // Drawn over the eigenvalues, with which it may coincide: dashed, so that both are visible.
        Trace::new("signal τ", energies, (Role::Text, Dash::Short)),
    ];
    let shifted = !ratios.is_empty();
    if shifted {
        traces.insert(0, Trace::new("test ratio ρ", ratios, (Role::Floor, Dash::Alternating)));
    }
    Plot {
        traces,
        ..Plot::new(
            Axis::new("direction", (1.0, p.max(2.0)), true),
            Axis::new(
                if shifted { "s, τ, ρ" } else { "s, τ" },
                (range::round(low / 1.2, false), range::round(high * 1.2, true)),
                true,
            ),
        )
    }
}

/// Facts about the spectrum and the pool, with warnings.
#[must_use]
pub fn facts(shown: &Analysis) -> Vec<Words> {
    let model = &shown.model;
    let mut lines: Vec<Words> = Vec::new();
    if let Some(spectrum) = &shown.spectrum {
        let words = format!(
            "{} · {} distinct eigenvalues · rank {:.0} of {} · signal outside the features {}",
            shown.request.scenario.featurization.title(),
            spectrum.eigenvalues().len(),
            spectrum.rank() * model.dimension() as f64,
            model.dimension(),
            sig(spectrum.unreachable(), 3),
        );
        lines.push(vec![(Role::Title, "spectrum  ".into()), (Role::Text, words)]);
    }
    if let Some(pool) = model.pool() {
        let bound = match model.noise_of(TaskChoice::Mean) {
            Some((_, true)) => " · so few rows show an upper bound of the noise only",
            _ => "",
        };
        let (rows, dimension, rank) = (pool.rows(), pool.dimension(), pool.rank());
        let groups = pool
            .groups()
            .map_or(String::new(), |groups| format!(" in {} groups, left out together", groups.count()));
        let (least, most) = pool.task_rows();
        let rows = if pool.has_missing_targets() {
            format!("{least} to {most} of {rows}")
        } else {
            rows.to_string()
        };
        let words = format!("N {rows} rows{groups} · p {dimension} features · rank {rank}{bound}");
        lines.push(vec![(Role::Title, "pool      ".into()), (Role::Text, words)]);
    }
    lines.extend(model.warnings().iter().map(|warning| vec![(Role::Warning, format!("! {warning}"))]));
    lines
}

/// The classes of a pool with their label budgets; for numeric targets, the tasks with signal and noise.
#[must_use]
pub fn tasks(shown: &Analysis) -> Option<Table> {
    if let Some(classes) = &shown.classes {
        return Some(self::classes(shown, classes));
    }
    let pool = shown.model.pool()?;
    let rows = pool.tasks().iter().enumerate().map(|(t, task)| {
        let noise = shown.model.noise_of(TaskChoice::Task(t)).map_or(f64::NAN, |noise| noise.0);
        let rows = task.class_size.map_or_else(|| "–".into(), |r| r.to_string());
        let role = role(shown, &task.name);
        [task.name.clone(), rows, sig(1.0 - noise, 3), sig(noise, 3)].map(|c| (role, c)).to_vec()
    });
    Some(Table {
        head: ["task", "rows", "signal r²", "noise σ²"].map(Into::into).to_vec(),
        left: 1,
        rows: rows.collect(),
    })
}

/// The chosen task is bold.
fn role(shown: &Analysis, task: &str) -> Role {
    let chosen = shown.request.scenario.data.as_ref().is_some_and(|data| data.task == task);
    if chosen { Role::Title } else { Role::Text }
}

fn classes(shown: &Analysis, classes: &Classes) -> Table {
    let whole = |n: f64| format!("{n:.0}");
    let row = |class: &Class| {
        let (value, error) = class.now.map_or_else(
            || ("–".to_owned(), "–".to_owned()),
            |now| (sig(now.value, 3), sig(now.standard_error, 2)),
        );
        let needed = class.needed.map_or_else(
            || "–".to_owned(),
            |needed| match (needed.samples, needed.from) {
                (Some(n), _) if n <= needed.searched.0 => format!("≤ {}", whole(n)),
                (Some(n), _) => whole(n),
                (None, Some(from)) => format!("> {}", whole(from)),
                (None, None) => "out of reach".into(),
            },
        );
        let role = role(shown, &class.name);
        [class.name.clone(), class.labels.to_string(), value, error, needed].map(|c| (role, c)).to_vec()
    };
    let (metric, target) = (classes.metric.name(), sig(classes.target, 2));
    Table {
        head: vec![
            "class".into(),
            "labels".into(),
            metric.into(),
            "± s.e.".into(),
            format!("labels for {target}"),
        ],
        left: 1,
        rows: classes.all.iter().map(row).collect(),
    }
}
