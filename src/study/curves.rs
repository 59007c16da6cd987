//! Curves over the window with their divergences and regimes, and the exact numbers at the crosshair.

use std::time::Instant;

use super::{Curve, Curves, Plan, Regimes, Request, Row, Window};
use crate::engine::Ended;
use crate::scenario::{Model, ScenarioError};
use crate::theory::sweep::{self, Spacing};
use crate::theory::target::{self, Interval};
use crate::theory::{SampleRatio, SoftTable, transition};

/// The curves of all plans at `count` sample ratios, and more of them around poles and maxima.
pub(super) fn draw(
    request: &Request,
    model: &Model,
    plans: &[Plan],
    count: usize,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Curves, Ended> {
    let start = Instant::now();
    let Window { from, to, log } = request.window;
    let grid = sweep::grid(from, to, count, if log { Spacing::Log } else { Spacing::Linear })?;
    let mut curves = Vec::with_capacity(plans.len());
    for plan in plans {
        let mut curve = Curve {
            id: plan.id,
            name: plan.name.clone(),
            ratios: Vec::new(),
            points: Vec::new(),
            divergences: Vec::new(),
            missing: None,
        };
        match &plan.representation {
            Err(why) => curve.missing = Some(why.clone()),
            Ok(representation) => {
                let choice = plan.ridge(model);
                curve.divergences = representation.divergences(choice, model.noise(), from, to);
                let peaks: Vec<f64> = curve.divergences.iter().map(|d| d.sample_ratio).collect();
                let ratios = sweep::around_poles(&grid, &peaks);
                curve.points = representation.curve(&ratios, choice, model.noise(), stop)?;
                curve.ratios = ratios.into_iter().map(SampleRatio::get).collect();
            }
        }
        curves.push(curve);
    }
    Ok(Curves { curves, regimes: regimes(request, model, stop)?, elapsed: start.elapsed() })
}

fn regimes(
    request: &Request,
    model: &Model,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<Regimes>, Ended> {
    let Ok(task) = model.task_spectrum() else { return Ok(None) };
    let Window { from, to, .. } = request.window;
    let table = SoftTable::new(task);
    let at = |ratio: f64| Ok::<_, Ended>(table.optimal(SampleRatio::new(ratio)?, model.noise()));
    let transitions = transition::transitions(&table, model.noise(), from, to, stop)?;
    Ok(Some(Regimes { first: at(from)?, transitions, last: at(to)? }))
}

/// What the optimal representation costs on tasks left out of its estimate, along the window.
pub(super) fn left_out(
    request: &Request,
    model: &Model,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<(f64, f64)>, Ended> {
    const POINTS: usize = 60;
    let Some(ensemble) = model.ensemble() else { return Ok(Vec::new()) };
    let Window { from, to, log } = request.window;
    let grid = sweep::grid(from, to, POINTS, if log { Spacing::Log } else { Spacing::Linear })?;
    let mut curve = Vec::with_capacity(POINTS);
    for ratio in grid {
        if stop() {
            return Err(Ended::Interrupted);
        }
        let choice = ensemble.best(ratio.get() * model.dimension() as f64).map_err(ScenarioError::from)?;
        curve.push((ratio.get(), choice.left_out_risk));
    }
    Ok(curve)
}

/// The exact numbers at the crosshair.
pub(super) fn readout(request: &Request, model: &Model, plans: &[Plan]) -> Vec<Row> {
    plans
        .iter()
        .map(|plan| {
            let at = SampleRatio::new(request.crosshair);
            let risk = plan.representation.clone().and_then(|representation| {
                let at = at.clone().map_err(|e| e.to_string())?;
                representation.evaluate(at, plan.ridge(model), model.noise()).map_err(|e| e.to_string())
            });
            let (risk, missing) = match risk {
                Ok(Some(risk)) => (Some(risk), None),
                Ok(None) => (None, Some("does not exist at this n/p".into())),
                Err(why) => (None, Some(why)),
            };
            Row { id: plan.id, name: plan.name.clone(), risk, missing, reached: None }
        })
        .collect()
}

/// Where one curve reaches the target risk; `None` where there is no curve.
pub(super) fn reached(
    plan: &Plan,
    model: &Model,
    target: f64,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Option<Vec<Interval>>, Ended> {
    let Ok(representation) = &plan.representation else { return Ok(None) };
    let p = model.dimension();
    let ratio = |n: u64| SampleRatio::new(n as f64 / p as f64);
    let grid = target::search_grid(p);
    let ratios = grid.iter().map(|&n| ratio(n)).collect::<Result<Vec<_>, _>>()?;
    let choice = plan.ridge(model);
    let points = representation.curve(&ratios, choice, model.noise(), stop)?;
    let risks: Vec<Option<f64>> = points.into_iter().map(|p| p.map(|r| r.risk)).collect();
    let risk = |n: u64| representation.evaluate(ratio(n).ok()?, choice, model.noise()).ok()?.map(|r| r.risk);
    Ok(Some(target::reach(&grid, &risks, target, risk)))
}
