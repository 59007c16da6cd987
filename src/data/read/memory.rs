//! Whether the machine has the memory that a file's numbers will take, before they are read.

use super::super::error::DataError;
use crate::outside::memory;

/// Copies of the numbers that the program holds at its most: the rows as read, the rows centred, their product.
const COPIES: u64 = 3;

/// Refuses `count` numbers that would not fit.
///
/// # Errors
/// One sentence that names the file, what is needed and what there is.
pub(super) fn fits(name: &str, count: u64) -> Result<(), DataError> {
    memory::fits(count.saturating_mul(8 * COPIES)).map_err(|why| {
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
        assert!(fits("x.npy", 1000).is_ok());
        let text = fits("x.npy", 1 << 50).unwrap_err().to_string();
        assert!(text.starts_with("x.npy: holds 1125899906842624 numbers") && text.contains("GB"), "{text}");
    }
}
