//! What is no feature and no row of its own: row numbers, the target itself, and copies (section 9.6).

use std::collections::HashMap;

use faer::{ColRef, MatRef};

use super::error::quoted;

/// One sentence for each suspicious column, by its number in the file (`columns`: the positions of those left).
pub(super) fn suspects(
    input: &str,
    features: MatRef<'_, f64>,
    columns: &[usize],
    targets: (MatRef<'_, f64>, &[String]),
) -> Vec<String> {
    let mut found = Vec::new();
    for (column, &at) in features.col_iter().zip(columns) {
        if counts(column) {
            found.push(format!("{input}: column {} counts the rows: leave it out", at + 1));
        }
        for (target, name) in targets.0.col_iter().zip(targets.1) {
            if same(column, target) {
                found.push(format!(
                    "{input}: column {} is the target {}: no fit is needed, and no risk told here holds without it",
                    at + 1,
                    quoted(name)
                ));
            }
        }
    }
    found
}

/// 0, 1, 2, … or 1, 2, 3, …
fn counts(column: ColRef<'_, f64>) -> bool {
    let first = column.iter().next().copied().unwrap_or(f64::NAN);
    (first == 0.0 || first == 1.0)
        && column.nrows() > 2
        && column.iter().enumerate().all(|(i, &v)| v == first + i as f64)
}

/// The same numbers; as single precision keeps them, too.
fn same(a: ColRef<'_, f64>, b: ColRef<'_, f64>) -> bool {
    a.iter().zip(b.iter()).all(|(&a, &b)| a == b || a == f64::from(b as f32))
}

/// How many rows repeat an earlier one, feature by feature.
pub(super) fn repeated(features: MatRef<'_, f64>) -> usize {
    // Column by column, as the numbers lie; rows with the same hash are then compared.
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
