//! Random division of labelled rows for one draw: n rows at random, or whole groups for grouped rows (sections 9.4a,
//! 9.9 and 9.10).

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::data::Pool;
use crate::data::anchors::{Division, Drawn};

/// Training rows of a draw and the remaining test rows; `strata` is the class of each row. The result depends only on
/// seed and draw.
pub(super) fn drawn(pool: &Pool, strata: &[usize], samples: usize, seed: u64, draw: usize) -> Division {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(((samples as u64) << 32) | draw as u64);
    Division::new(pool.rows(), strata, pool.groups(), Drawn::Rows(samples), &mut random)
}
