//! Checks, before a file's numbers are read, that memory suffices for them.

use super::super::error::DataError;
use crate::outside::memory;

/// How a reader allocates its numbers.
#[derive(Debug, Clone, Copy)]
pub(in crate::data) enum Reads {
    /// Directly into memory of their size, without a second copy.
    Straight,
    /// Into growing memory or from parts: up to twice their size.
    Gathered,
}

/// Checks that memory suffices for `count` numbers and a quarter more for processing the rows.
///
/// # Errors
/// One sentence that names the file, the memory needed and the memory available.
pub(in crate::data) fn fits(name: &str, count: u64, reads: Reads) -> Result<(), DataError> {
    let each = match reads {
        Reads::Straight => 8 + 2,
        Reads::Gathered => 16,
    };
    memory::fits(count.saturating_mul(each)).map_err(|why| {
        DataError::input(
            name,
            format!("holds {count} numbers, which {why}; accepted are fewer rows or columns"),
        )
    })
}

/// Maximum number of cells of a sparse matrix per stored number, beyond which its shape is taken for a mistake or
/// damage; hashed words with a million columns have about ten thousand.
const MOST_ZEROS: u64 = 1 << 16;

/// Checks that the dense form of a sparse matrix with `written` stored numbers is not nearly all zeros and fits in
/// memory. `what` names the matrix within the file and ends in a space.
///
/// # Errors
/// One sentence that names the file, the shape and what is accepted.
pub(in crate::data) fn dense_fits(
    name: &str,
    what: &str,
    (rows, columns): (u64, u64),
    written: usize,
    reads: Reads,
) -> Result<(), DataError> {
    let cells = rows.saturating_mul(columns);
    if cells > MOST_ZEROS.saturating_mul(written as u64 + 1) {
        let problem = format!("{what}is {rows}×{columns} with {written} numbers; accepted are fewer columns");
        return Err(DataError::input(name, problem));
    }
    fits(name, cells, reads)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_sparse_matrix_is_rejected_by_its_shape() {
        let of = |columns, written| dense_fits("x.svm", "", (24, columns), written, Reads::Gathered);
        assert!(of(1 << 20, 24 * 30).is_ok());
        let text = of(3_333_333, 150).unwrap_err().to_string();
        assert!(text.contains("24×3333333 with 150 numbers") && text.contains("accepted"), "{text}");
    }

    #[test]
    fn too_large_a_file_is_rejected_by_name() {
        assert!(fits("x.npy", 1000, Reads::Gathered).is_ok());
        let text = fits("x.npy", 1 << 50, Reads::Straight).unwrap_err().to_string();
        assert!(text.starts_with("x.npy: holds 1125899906842624 numbers") && text.contains("GB"), "{text}");
    }
}
