//! Resource limits of the process (`ulimit`): a command that reaches one ends with one sentence and exit code 1, not
//! with a core dump.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use signal_hook::consts::{SIGABRT, SIGXFSZ};
use signal_hook::flag;

use super::memory;

/// Bytes of address space that the program, its threads and a small result require.
const NEEDED: u64 = 96 << 20;

/// Bytes of address space that a pool thread reserves for its stack and an allocator arena.
const PER_THREAD: u64 = 80 << 20;

/// Turns two signals into ordinary failures. A write beyond the file size limit (`ulimit -f`) returns an error,
/// reported like a full disk. A failed allocation (`ulimit -v`), whose size the standard library has already printed,
/// exits with code 1.
pub fn install() {
    // Registration fails only for signals that cannot be caught, which these can.
    let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    let _ = flag::register_conditional_shutdown(SIGABRT, 1, Arc::new(AtomicBool::new(true)));
}

/// Starts the thread pool with one thread per processor, or with `RAYON_NUM_THREADS` threads up to four per
/// processor; fewer where the address space is limited.
///
/// # Errors
/// One sentence if the limit leaves no room for any thread.
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
    // Building fails only if a pool already exists, which is then used.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(count).build_global();
    Ok(())
}
