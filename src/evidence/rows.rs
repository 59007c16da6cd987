//! Which labelled rows a draw takes: n at random, or whole groups where rows are in groups (sections 9.4a, 9.9 and 9.10).

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::data::Pool;
use crate::data::anchors::{Division, Drawn};

/// The rows drawn and the rows left to test on; `strata` is the class of each row. One seed and draw give the same rows
/// whatever was drawn before.
pub(super) fn drawn(pool: &Pool, strata: &[usize], samples: usize, seed: u64, draw: usize) -> Division {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(((samples as u64) << 32) | draw as u64);
    Division::new(pool.rows(), strata, pool.groups(), Drawn::Rows(samples), &mut random)
}
