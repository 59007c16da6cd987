//! Checks before work begins that the memory it needs is available.

/// Checks that `needed` bytes of memory are available.
///
/// # Errors
/// A predicate with both sizes, to be appended to its subject: "take 6.6 GB of memory, and 2.0 GB are free".
pub fn fits(needed: u64) -> Result<(), String> {
    match available() {
        Some(there) if needed > there => {
            Err(format!("take {} of memory, and {} are free", bytes(needed), bytes(there)))
        }
        _ => Ok(()),
    }
}

/// A size with its unit: "400 kB", "61 MB", "6.6 GB".
pub fn bytes(count: u64) -> String {
    match count as f64 {
        n if n < 1e6 => format!("{:.0} kB", n / 1e3),
        n if n < 1e9 => format!("{:.0} MB", n / 1e6),
        n => format!("{:.1} GB", n / 1e9),
    }
}

/// Available memory in bytes: the least of what the kernel, the control group and the process limit allow, as far as
/// they are known.
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

/// Bytes of address space that `ulimit -v` leaves; `None` without such a limit.
pub fn of_process() -> Option<u64> {
    let limit = field("/proc/self/limits", "Max address space")?;
    let taken = field("/proc/self/status", "VmSize:")?.saturating_mul(1024);
    Some(limit.saturating_sub(taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_large_a_request_is_rejected_with_both_sizes() {
        assert_eq!(fits(1000), Ok(()));
        let refused = fits(1 << 60).unwrap_err();
        assert!(refused.starts_with("take 1152921504.6 GB of memory, and "), "{refused}");
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!([bytes(400_000), bytes(61_000_000), bytes(6_600_000_000)], ["400 kB", "61 MB", "6.6 GB"]);
    }
}
