//! Whether the machine has the memory that a file's numbers will take, before they are read.

use super::super::error::DataError;

/// Copies of the numbers that the program holds at its most: the rows as read, the rows centred, their product.
const COPIES: u64 = 3;

/// Refuses `count` numbers that would not fit.
///
/// # Errors
/// One sentence that names the file, what is needed and what there is.
pub(super) fn fits(name: &str, count: u64) -> Result<(), DataError> {
    let needed = count.saturating_mul(8 * COPIES);
    match available() {
        Some(there) if needed > there => Err(DataError::input(
            name,
            format!(
                "holds {count} numbers, which take {} of memory to work with; {} are free (take fewer rows or columns)",
                bytes(needed),
                bytes(there)
            ),
        )),
        _ => Ok(()),
    }
}

/// "6.6 GB".
pub(super) fn bytes(count: u64) -> String {
    match count as f64 {
        n if n < 1e6 => format!("{:.0} kB", n / 1e3),
        n if n < 1e9 => format!("{:.0} MB", n / 1e6),
        n => format!("{:.1} GB", n / 1e9),
    }
}

/// What the kernel, the control group and the process' own limit leave, where they say so.
fn available() -> Option<u64> {
    [of_machine(), of_group(), of_process()].into_iter().flatten().min()
}

fn field(path: &str, key: &str) -> Option<u64> {
    let text = std::fs::read_to_string(path).ok()?;
    text.lines().find_map(|l| l.strip_prefix(key)?.split_whitespace().next()?.parse().ok())
}

fn of_machine() -> Option<u64> {
    field("/proc/meminfo", "MemAvailable:").map(|kilobytes| kilobytes.saturating_mul(1024))
}

fn of_group() -> Option<u64> {
    let number = |path: &str| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let limit = number("/sys/fs/cgroup/memory.max")?;
    Some(limit.saturating_sub(number("/sys/fs/cgroup/memory.current")?))
}

/// `ulimit -v`, less what is taken.
fn of_process() -> Option<u64> {
    let limit = field("/proc/self/limits", "Max address space")?;
    let taken = field("/proc/self/status", "VmSize:")?.saturating_mul(1024);
    Some(limit.saturating_sub(taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_any_machine_has_is_refused_with_both_sizes() {
        assert!(fits("x.npy", 1000).is_ok());
        let text = fits("x.npy", 1 << 50).unwrap_err().to_string();
        assert!(text.starts_with("x.npy: holds 1125899906842624 numbers") && text.contains("GB"), "{text}");
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!([bytes(400_000), bytes(61_000_000), bytes(6_600_000_000)], ["400 kB", "61 MB", "6.6 GB"]);
    }
}
