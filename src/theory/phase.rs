//! The phase plane of the optimal featurization: its regime and risk over the sample ratio and a second parameter
//! (section 5).

use std::sync::Arc;

use rayon::prelude::*;

use super::quantity::{NoiseVariance, SampleRatio, TheoryError};
use super::selection::Regime;
use super::soft_table::SoftTable;

/// The optimum at one point of the plane.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Soft, hard or null.
    pub regime: Regime,
    /// R of the optimum there, noise included.
    pub risk: f64,
    /// Share of the directions kept.
    pub kept_fraction: f64,
}

/// Regimes and risks over a grid. Rows follow the second parameter, columns the sample ratio.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    /// The sample ratios, increasing.
    pub columns: Vec<SampleRatio>,
    /// Values of the second parameter.
    pub rows: Vec<f64>,
    /// Cells row by row; `None` where the second parameter's value is invalid.
    pub cells: Vec<Option<Cell>>,
}

impl Plane {
    /// The cell in a row and column; `None` outside the plane.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> Option<Cell> {
        if column >= self.columns.len() {
            return None;
        }
        self.cells.get(row * self.columns.len() + column).copied().flatten()
    }
}

/// The task (with its table, shared between rows with equal tasks) and the noise σ² of one row of the plane.
pub type Row = (Arc<SoftTable>, NoiseVariance);

/// The plane over α and any second parameter: `row` returns the task spectrum and the noise at each value of it, or
/// `None`. Passes are in the order of [`filled`]; `shown` is called after each pass.
///
/// # Errors
/// [`TheoryError::Interrupted`] once `stop` returns true; `stop` is called before every row.
pub fn over(
    columns: &[SampleRatio],
    rows: &[f64],
    row: impl Fn(f64) -> Option<Row> + Sync,
    stop: &(dyn Fn() -> bool + Sync),
    shown: &mut dyn FnMut(&Plane),
) -> Result<Plane, TheoryError> {
    let plane = |cells| Plane { columns: columns.to_vec(), rows: rows.to_vec(), cells };
    let one = |i: usize| {
        if stop() {
            return Err(TheoryError::Interrupted);
        }
        cells(columns, rows.get(i).and_then(|value| row(*value)), stop)
    };
    let cells = filled(rows.len(), one, &mut |cells| shown(&plane(cells)))?;
    Ok(plane(cells))
}

/// Computes rows in parallel, coarse to fine (every 8th first). After each pass `shown` receives all rows, missing
/// ones copied from their nearest finished neighbour.
///
/// # Errors
/// The first error of a row.
pub fn filled<T: Clone + Send, E: Send>(
    rows: usize,
    row: impl Fn(usize) -> Result<Vec<T>, E> + Sync,
    shown: &mut dyn FnMut(Vec<T>),
) -> Result<Vec<T>, E> {
    let mut done: Vec<Option<Vec<T>>> = vec![None; rows];
    for stride in [8_usize, 4, 2, 1] {
        let missing: Vec<usize> =
            (0..rows).step_by(stride).filter(|i| done.get(*i).is_some_and(Option::is_none)).collect();
        let fresh: Result<Vec<_>, E> = missing.into_par_iter().map(|i| Ok((i, row(i)?))).collect();
        for (i, cells) in fresh? {
            if let Some(slot) = done.get_mut(i) {
                *slot = Some(cells);
            }
        }
        shown(assembled(&done));
    }
    Ok(assembled(&done))
}

fn cells(
    columns: &[SampleRatio],
    row: Option<Row>,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Option<Cell>>, TheoryError> {
    let Some((table, noise)) = row else {
        return Ok(vec![None; columns.len()]);
    };
    let mut poll = super::sweep::Poll::new(stop);
    let cell = |&ratio: &SampleRatio| {
        poll.check()?;
        let o = table.optimal(ratio, noise);
        Ok(Some(Cell { regime: o.regime, risk: o.risk, kept_fraction: o.kept_fraction }))
    };
    columns.iter().map(cell).collect()
}

fn assembled<T: Clone>(done: &[Option<Vec<T>>]) -> Vec<T> {
    let finished: Vec<(usize, &Vec<T>)> =
        done.iter().enumerate().filter_map(|(i, row)| Some((i, row.as_ref()?))).collect();
    let nearest =
        |i: usize| finished.iter().min_by_key(|(j, _)| j.abs_diff(i)).map(|(_, row)| row.as_slice());
    (0..done.len()).filter_map(nearest).flatten().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::super::sweep::{self, Spacing};
    use super::super::{TaskSpectrum, transition};
    use super::*;

    fn table(p: u32) -> Arc<SoftTable> {
        let energies: Vec<f64> = (1..=p).map(|j| 1.0 / f64::from(j)).collect();
        let mean = energies.iter().sum::<f64>() / f64::from(p);
        let energies: Vec<f64> = energies.iter().map(|t| t / mean).collect();
        Arc::new(SoftTable::new(TaskSpectrum::uniform(&energies).unwrap()))
    }

    fn noises(count: u32) -> Vec<NoiseVariance> {
        (0..count)
            .map(|i| NoiseVariance::new(0.01 * 10_f64.powf(f64::from(i) * 4.5 / f64::from(count))).unwrap())
            .collect()
    }

    #[test]
    fn agrees_with_a_brute_force_scan() {
        let table = table(150);
        let columns = sweep::grid(0.01, 1.2, 40, Spacing::Linear).unwrap();
        let noises = noises(30);
        let rows: Vec<f64> = noises.iter().map(|noise| noise.get()).collect();
        let row = |noise| Some((Arc::clone(&table), NoiseVariance::new(noise).ok()?));
        let plane = over(&columns, &rows, row, &|| false, &mut |_| {}).unwrap();
        let mut seen = Vec::new();
        for (i, &noise) in noises.iter().enumerate() {
            for (j, &ratio) in columns.iter().enumerate() {
                let (cell, want) = (plane.cell(i, j).unwrap(), table.task().optimal(ratio, noise));
                assert_eq!(cell.regime, want.regime);
                assert!((cell.risk - want.risk).abs() < 1e-11 * want.risk);
                seen.push(cell.regime);
            }
        }
        assert!([Regime::Soft, Regime::Hard, Regime::Null].iter().all(|r| seen.contains(r)));
        assert_eq!(plane.cell(30, 0), None);
        assert_eq!(plane.cell(0, 40), None);
        // Below the triple point soft selection changes to hard selection, never to the null regime.
        let (_, triple) = transition::triple_point(table.task()).unwrap();
        for (i, noise) in noises.iter().enumerate() {
            let null = (0..40).any(|j| plane.cell(i, j).unwrap().regime == Regime::Null);
            assert!(!null || noise.get() > triple.get(), "{noise} {triple}");
        }
    }

    #[test]
    fn fills_coarse_to_fine_and_can_be_stopped() {
        let table = table(60);
        let columns = sweep::grid(0.05, 1.0, 9, Spacing::Log).unwrap();
        let rows: Vec<f64> = (0..17).map(f64::from).collect();
        let row = |y: f64| (y != 3.0).then(|| (Arc::clone(&table), NoiseVariance::new(0.1 * y).unwrap()));
        let mut passes = Vec::new();
        let plane = over(&columns, &rows, row, &|| false, &mut |p| passes.push(p.clone())).unwrap();
        assert_eq!((passes.len(), passes[3].clone()), (4, plane.clone()));
        assert_eq!(passes[0].cell(8, 4), plane.cell(8, 4));
        assert_eq!(passes[0].cell(9, 4), plane.cell(8, 4));
        assert_eq!(plane.cell(3, 0), None);
        assert_eq!(over(&columns, &rows, row, &|| true, &mut |_| {}), Err(TheoryError::Interrupted));
    }
}
