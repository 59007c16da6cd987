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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_any_machine_has_is_refused_by_the_file_s_name() {
        assert!(fits("x.npy", 1000, Reads::Gathered).is_ok());
        let text = fits("x.npy", 1 << 50, Reads::Straight).unwrap_err().to_string();
        assert!(text.starts_with("x.npy: holds 1125899906842624 numbers") && text.contains("GB"), "{text}");
    }
}
