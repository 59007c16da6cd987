//! Whether the machine has the memory that a file's numbers will take, before they are read.

use super::super::error::DataError;
use crate::outside::memory;

/// How a reader comes by its numbers.
#[derive(Debug, Clone, Copy)]
pub(in crate::data) enum Reads {
    /// Into memory of their size: there is never a second copy of them.
    Straight,
    /// Into memory that grows or is gathered from parts: twice their size at its most.
    Gathered,
}

/// Refuses `count` numbers that would not fit, with a quarter of them for what is done with the rows.
///
/// # Errors
/// One sentence that names the file, what is needed and what there is.
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

/// Cells of a sparse matrix for each number that is written, beyond which its shape is a mistake or damage: features of
/// hashed words with a million columns have some ten thousand.
const MOST_ZEROS: u64 = 1 << 16;

/// Refuses the dense form of a sparse matrix of `written` numbers that would be nearly all zeros, or would not fit; `what`
/// names the matrix within the file, and ends in a space.
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
    fn a_matrix_of_next_to_nothing_but_zeros_is_refused_by_its_shape() {
        let of = |columns, written| dense_fits("x.svm", "", (24, columns), written, Reads::Gathered);
        assert!(of(1 << 20, 24 * 30).is_ok());
        let text = of(3_333_333, 150).unwrap_err().to_string();
        assert!(text.contains("24×3333333 with 150 numbers") && text.contains("accepted"), "{text}");
    }

    #[test]
    fn more_than_any_machine_has_is_refused_by_the_file_s_name() {
        assert!(fits("x.npy", 1000, Reads::Gathered).is_ok());
        let text = fits("x.npy", 1 << 50, Reads::Straight).unwrap_err().to_string();
        assert!(text.starts_with("x.npy: holds 1125899906842624 numbers") && text.contains("GB"), "{text}");
    }
}
