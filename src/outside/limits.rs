//! Resource limits of the process (`ulimit`): reaching one ends a command with one sentence and exit code 1, not with a
//! core dump.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGABRT, SIGXFSZ};
use signal_hook::flag;

use super::memory;

/// Address space in bytes that the program, its threads and a small result need.
const NEEDED: u64 = 96 << 20;

/// Address space in bytes that a thread of the pool reserves: its stack, and an arena of the allocator.
const PER_THREAD: u64 = 80 << 20;

/// Turns two signals into ordinary failures. A write beyond the largest file allowed (`ulimit -f`) then fails with an
/// error that is reported like a full disk, and a failed allocation (`ulimit -v`), of which the standard library has
/// already printed the size, exits with code 1.
pub fn install() {
    // Registration fails only for signals that cannot be caught, which these are not.
    let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    let _ = flag::register_conditional_shutdown(SIGABRT, 1, Arc::new(AtomicBool::new(true)));
}

/// Starts the pool of threads: one a processor, or `RAYON_NUM_THREADS` of them up to four a processor, and fewer where the
/// address space is limited.
///
/// # Errors
/// One sentence where the limit leaves no room for any.
pub fn start_threads() -> Result<(), String> {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let asked = std::env::var("RAYON_NUM_THREADS").ok().and_then(|text| text.parse::<usize>().ok());
    let mut count = asked.filter(|&n| n > 0).map_or(processors, |n| n.min(4 * processors));
    if let Some(free) = memory::of_process() {
        let Some(spare) = free.checked_sub(NEEDED) else {
            return Err(format!(
                "the limit on address space leaves {}; at least {} are needed (raise it with ulimit -v)",
                memory::bytes(free),
                memory::bytes(NEEDED)
            ));
        };
        count = count.min(usize::try_from(spare / PER_THREAD).unwrap_or(count)).max(1);
    }
    // Building fails where a pool exists already, which serves as well.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(count).build_global();
    Ok(())
}
