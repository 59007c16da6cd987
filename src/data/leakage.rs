//! Leakage checks: feature columns that number the rows or equal the target, and repeated rows (section 9.6).

use std::collections::HashMap;

use faer::{ColRef, MatRef};

use super::error::quoted;
use super::features::Features;
use super::targets::Targets;

/// One sentence for each column that should not be a feature.
pub(super) fn leakage(features: &Features, targets: &Targets) -> Vec<String> {
    let mut found = Vec::new();
    let classes = targets.sizes.is_some().then(|| classes(targets.values.as_ref()));
    for (at, column) in features.values().col_iter().enumerate() {
        let said = || format!("{}: {}", features.input, features.name(at));
        if numbers_the_rows(column) {
            found.push(format!("{} counts the rows: leave it out", said()));
        }
        let copied =
            targets.values.col_iter().zip(&targets.names).filter(|(target, _)| equal(column, *target));
        let copies: Vec<_> = copied.map(|(_, name)| quoted(name)).collect();
        if let Some(name) = copies.first() {
            found.push(format!(
                "{} is the target {name}: leave it out, otherwise these risks do not apply to rows without it",
                said()
            ));
        } else if classes.as_ref().is_some_and(|classes| one_to_one(column, classes)) {
            found.push(format!(
                "{} has one value for each class, as the label has: leave it out, or no risk given here holds for rows \
                 without it",
                said()
            ));
        }
    }
    found
}

/// Whether a column enumerates the rows, in any order, or increases from row to row in small integer steps.
fn numbers_the_rows(column: ColRef<'_, f64>) -> bool {
    let rows = column.nrows();
    if rows < 3 || column.iter().any(|v| v.fract() != 0.0) {
        return false;
    }
    let (low, high) =
        column.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), &v| (l.min(v), h.max(v)));
    let range = high - low;
    let mut pairs = column.iter().zip(column.iter().skip(1));
    if rows >= 10 && range < 20.0 * rows as f64 && pairs.all(|(a, b)| a < b) {
        return true;
    }
    if range != rows as f64 - 1.0 || !(low == 0.0 || low == 1.0) {
        return false;
    }
    let mut seen = vec![false; rows];
    column.iter().all(|v| seen.get_mut((v - low) as usize).is_some_and(|s| !std::mem::replace(s, true)))
}

/// Whether two columns are equal in double or in single precision.
fn equal(a: ColRef<'_, f64>, b: ColRef<'_, f64>) -> bool {
    a.iter().zip(b.iter()).all(|(&a, &b)| a == b || a == f64::from(b as f32))
}

/// The class of each row; rows without a class share one.
fn classes(targets: MatRef<'_, f64>) -> Vec<usize> {
    let tasks = targets.ncols();
    let class = |i: usize| (0..tasks).find(|&t| *targets.get(i, t) > 0.0).unwrap_or(tasks);
    (0..targets.nrows()).map(class).collect()
}

/// Whether values and classes correspond one to one.
fn one_to_one(column: ColRef<'_, f64>, classes: &[usize]) -> bool {
    let (mut of_value, mut of_class) = (HashMap::new(), HashMap::new());
    column.iter().zip(classes).all(|(v, &class)| {
        *of_value.entry(v.to_bits()).or_insert(class) == class
            && *of_class.entry(class).or_insert(v.to_bits()) == v.to_bits()
    })
}

/// Number of rows that equal an earlier row in every feature.
pub(super) fn repeated(features: MatRef<'_, f64>) -> usize {
    // Hashed column by column, in memory order; rows with equal hashes are then compared.
    let mut hashes = vec![0_u64; features.nrows()];
    for column in features.col_iter() {
        for (hash, v) in hashes.iter_mut().zip(column.iter()) {
            *hash = (hash.rotate_left(5) ^ v.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }
    let mut seen: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut repeated = 0;
    for (row, hash) in hashes.into_iter().enumerate() {
        let alike = seen.entry(hash).or_default();
        let same = |other: &usize| features.row(*other).iter().eq(features.row(row).iter());
        if alike.iter().any(same) { repeated += 1 } else { alike.push(row) }
    }
    repeated
}
