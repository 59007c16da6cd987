//! Centring of features, and scaling of targets to unit variance.

use faer::{ColMut, ColRef, Mat, MatRef};

use super::decomposition::RANK;
use crate::data::error::{DataError, quoted};
use crate::data::features::Columns;
use crate::data::targets::Targets;

/// Targets centred and scaled to unit variance, with their means and standard deviations (divisor N) before, each over the
/// rows that have it.
pub(super) struct Standardized {
    /// N×T; NaN where a row lacks a target.
    pub values: Mat<f64>,
    pub means: Vec<f64>,
    pub deviations: Vec<f64>,
}

impl Standardized {
    /// Standardises the targets.
    ///
    /// # Errors
    /// [`DataError::Input`] for a target whose standard deviation is at most 1e-14 of its largest absolute value.
    pub fn new(targets: &Targets) -> Result<Self, DataError> {
        let mut values = targets.values.clone();
        let mut means = Vec::with_capacity(values.ncols());
        let mut deviations = Vec::with_capacity(values.ncols());
        for (mut column, name) in values.col_iter_mut().zip(&targets.names) {
            let present = |of: fn(f64) -> f64, column: ColRef<'_, f64>| {
                let values = || column.iter().filter(|v| !v.is_nan());
                values().map(|v| of(*v)).sum::<f64>() / values().count() as f64
            };
            let largest = column.as_ref().iter().fold(0.0_f64, |m, v| m.max(v.abs()));
            let mean = present(|v| v, column.as_ref());
            column.as_mut().iter_mut().for_each(|v| *v -= mean);
            means.push(mean);
            let deviation = present(|v| v * v, column.as_ref()).sqrt();
            if deviation.is_nan() || deviation <= 1e-14 * largest {
                return Err(DataError::input(
                    &targets.input,
                    format!("target {} varies by no more than rounding errors", quoted(name)),
                ));
            }
            column.iter_mut().for_each(|v| *v /= deviation);
            deviations.push(deviation);
        }
        Ok(Self { values, means, deviations })
    }
}

/// Subtracts the mean of a column and returns it.
pub(super) fn centre(column: ColMut<'_, f64>) -> f64 {
    let mean = column.as_ref().iter().sum::<f64>() / column.nrows() as f64;
    column.iter_mut().for_each(|v| *v -= mean);
    mean
}

/// The column above this multiple of the median column is on another scale, not one of many embeddings' dimensions.
const ANOTHER_SCALE: f64 = 1e3;

/// A note on columns whose variance, relative to the largest, is below what counts in the rank: in the raw features they
/// are lost. Dead dimensions of an embedding, which vary by rounding, are not mentioned: columns are if they have two values,
/// or if the largest is far above the median. `scales` has the length of each centred column.
pub(super) fn unresolved(
    features: MatRef<'_, f64>,
    scales: &[f64],
    columns: &Columns,
    names: Option<&[String]>,
) -> Option<String> {
    let mut sorted = scales.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (largest, median) = (*sorted.last()?, *sorted.get(sorted.len() / 2)?);
    let is_lost = |(j, scale): (usize, &f64)| {
        let small = scale * scale < RANK * largest * largest;
        (small && (largest > ANOTHER_SCALE * median || is_indicator(features.col(j)))).then_some(j)
    };
    let lost: Vec<usize> = scales.iter().enumerate().filter_map(is_lost).collect();
    let name = |j: usize| {
        let at = columns.kept.get(j).copied().unwrap_or(j);
        names
            .and_then(|names| names.get(at))
            .map_or_else(|| format!("column {}", at + 1), |name| quoted(name))
    };
    let largest = scales.iter().position(|s| *s == largest)?;
    let first = name(*lost.first()?);
    let (which, vary) = match lost.len() {
        1 => (first, "varies"),
        count => (format!("{count} columns, the first {first},"), "vary"),
    };
    Some(format!(
        "{which} {vary} less than 1e-5 as much as {} and cannot be told from a constant in the raw features; standardised \
         ones keep them (--featurization standardised)",
        name(largest)
    ))
}

/// Whether all rows but one or two have the same value.
pub(super) fn is_rare(column: ColRef<'_, f64>) -> bool {
    // That value occurs among the first three rows, and in all rows but at most two.
    let usual = |usual: &f64| column.iter().filter(|value| *value != usual).take(3).count() <= 2;
    column.nrows() > 6 && column.iter().take(3).any(usual)
}

/// Whether a column has only two values, like an indicator of a category.
pub(super) fn is_indicator(column: ColRef<'_, f64>) -> bool {
    let first = column.iter().next();
    let second = column.iter().find(|value| Some(*value) != first);
    column.iter().all(|value| Some(value) == first || Some(value) == second)
}
