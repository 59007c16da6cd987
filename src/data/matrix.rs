//! Columns of a file combined into one matrix.

use faer::Mat;

use super::error::DataError;
use super::read::{Array, Data, Table, packed_vectors};

/// Numeric columns concatenated.
pub(super) fn side_by_side(columns: Vec<Data>, name: &str) -> Result<Vec<f64>, DataError> {
    let mut all = Vec::new();
    for column in columns {
        match column {
            Data::Numbers { values, .. } => all.extend(values),
            _ => {
                return Err(DataError::input(
                    name,
                    "holds text or lists beside numbers; accepted is one number a row in every column",
                ));
            }
        }
    }
    Ok(all)
}

/// The table as a matrix, with notes on how it was read; `axes` names its two axes in messages.
pub(super) fn matrix(table: Table, axes: &str) -> Result<(Mat<f64>, Vec<String>), DataError> {
    let Table { name, names, mut columns, slice, is_array, .. } = table;
    if columns.len() > 1 {
        let (rows, width) = (columns.first().map_or(0, Data::rows), columns.len());
        return Ok((shaped(side_by_side(columns, &name)?, rows, width, true), Vec::new()));
    }
    match columns.pop() {
        Some(Data::Array(array)) => {
            let (array, notes) = flattened(array, slice, &name, axes)?;
            let (rows, width) =
                (array.shape.first().copied().unwrap_or(0), array.shape.get(1).copied().unwrap_or(0));
            Ok((shaped(array.values, rows, width, array.fortran), notes))
        }
        Some(Data::Numbers { .. }) if is_array => {
            Err(DataError::input(name, format!("has one axis; accepted are two: {axes}")))
        }
        Some(Data::Numbers { values, .. }) => {
            let rows = values.len();
            Ok((shaped(values, rows, 1, false), Vec::new()))
        }
        Some(Data::Text(texts)) => {
            let column = names.first().map_or("", String::as_str);
            let packed = packed_vectors(&name, column, &texts);
            Err(DataError::input(
                name,
                packed.as_deref().unwrap_or("holds text; accepted are rows of numbers"),
            ))
        }
        None => Err(DataError::input(name, "holds no rows")),
    }
}

/// A two-axis array: one slice along the second of three axes, or axes of length 1 removed.
pub(super) fn flattened(
    array: Array,
    slice: Option<usize>,
    name: &str,
    axes: &str,
) -> Result<(Array, Vec<String>), DataError> {
    let bad = |problem: String| Err(DataError::input(name, problem));
    let shape = array.shape.clone();
    let written = shape.iter().map(ToString::to_string).collect::<Vec<_>>().join("×");
    match (shape.as_slice(), slice) {
        ([_, _], None) => Ok((array, Vec::new())),
        (&[_, layers, _], Some(layer)) if layer < layers => Ok((array.slice(layer), Vec::new())),
        (&[_, layers, _], Some(layer)) => bad(format!(
            "has no slice {layer} along its second axis; its shape is {written}, accepted are 0 to {}",
            layers.saturating_sub(1)
        )),
        (_, Some(_)) => {
            bad(format!("has no slices: its shape is {written}; accepted are three axes (N×L×p)"))
        }
        ([rows, ones @ .., width], None) if !ones.is_empty() && ones.iter().all(|&d| d == 1) => {
            let width = *width;
            let note = format!("{name}: shape {written} is read as {rows}×{width}");
            let array = array.row_major();
            Ok((Array { shape: vec![*rows, width], ..array }, vec![note]))
        }
        (&[_, layers, _], None) => bad(format!(
            "has 3 axes ({written}); accepted are two: {axes}; {name}:0 to {name}:{} takes a slice along the second axis",
            layers.saturating_sub(1)
        )),
        ([_], None) => bad(format!("has one axis ({written}); accepted are two: {axes}")),
        _ => bad(format!("has {} axes ({written}); accepted are two: {axes}", shape.len())),
    }
}

/// Numbers in file order as a matrix. Source memory is released during the copy, so that there are never two copies.
pub(super) fn shaped(mut values: Vec<f64>, rows: usize, columns: usize, fortran: bool) -> Mat<f64> {
    const PARTS: usize = 32;
    let mut matrix = Mat::with_capacity(rows, columns);
    // Copies from the end, where memory can be released, so the order is backwards and reversed afterwards.
    let all = if fortran { columns } else { rows };
    let step = all.div_ceil(PARTS).max(1);
    let mut taken = 0;
    while taken < all {
        taken = (taken + step).min(all);
        let at = |i: usize| values.get(i).copied().unwrap_or(f64::NAN);
        if fortran {
            matrix.resize_with(rows, taken, |i, j| at((columns - 1 - j) * rows + i));
        } else {
            matrix.resize_with(taken, columns, |i, j| at((rows - 1 - i) * columns + j));
        }
        values.truncate((all - taken) * if fortran { rows } else { columns });
        values.shrink_to_fit();
    }
    if fortran {
        for j in 0..columns / 2 {
            faer::perm::swap_cols_idx(matrix.as_mut(), j, columns - 1 - j);
        }
    } else {
        (0..columns).for_each(|j| matrix.col_as_slice_mut(j).reverse());
    }
    matrix
}
