//! A lazily computed, cached value that can be requested safely inside parallel loops.

use std::sync::OnceLock;

/// A value computed on first request and then kept.
///
/// No lock is held during the computation. `OnceLock::get_or_init` would hold one: while a computation waits for its
/// own parallel work, the same thread may pick up another iteration of the surrounding parallel loop, which would
/// request the value again and deadlock. Threads that request the value at the same time may compute it twice; all of
/// them receive the first result.
#[derive(Debug)]
pub struct Memo<T>(OnceLock<T>);

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> From<T> for Memo<T> {
    fn from(value: T) -> Self {
        Self(OnceLock::from(value))
    }
}

impl<T> Memo<T> {
    /// The value if it has been computed, else `None`.
    pub fn get(&self) -> Option<&T> {
        self.0.get()
    }

    /// The value, computed by `compute` on the first request.
    pub fn get_or_compute(&self, compute: impl FnOnce() -> T) -> &T {
        if let Some(known) = self.0.get() {
            return known;
        }
        let value = compute();
        self.0.get_or_init(|| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rayon::prelude::*;

    /// Every iteration requests the value, whose computation is itself parallel, on more threads than this machine
    /// has.
    #[test]
    fn parallel_loops_whose_iterations_share_a_parallel_computation_end() {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(8).build().unwrap();
        for _ in 0..50 {
            let memo: Memo<u64> = Memo::default();
            let parallel = || (0..64_u64).into_par_iter().map(|i| i * i).sum();
            let total: u64 =
                pool.install(|| (0..256).into_par_iter().map(|_| *memo.get_or_compute(parallel)).sum());
            assert_eq!(total, 256 * (63 * 64 * 127 / 6));
        }
    }
}
