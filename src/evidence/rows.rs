//! Which labelled rows a draw takes: n at random, or whole groups where rows are in groups (sections 9.9 and 9.10).

use rand::SeedableRng;
use rand::seq::index;
use rand_chacha::ChaCha8Rng;

use crate::data::Pool;

/// The rows drawn, and whether each row of the pool is left to test on. Of rows in groups whole groups are drawn, the last in
/// part, and no row of them is left. One seed and draw give the same rows whatever was drawn before.
pub(super) fn drawn(pool: &Pool, samples: usize, seed: u64, draw: usize) -> (Vec<usize>, Vec<bool>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(((samples as u64) << 32) | draw as u64);
    let mut left = vec![true; pool.rows()];
    let mut drawn = match pool.groups() {
        None => index::sample(&mut random, pool.rows(), samples).into_vec(),
        Some(groups) => {
            let order = index::sample(&mut random, groups.count(), groups.count());
            let mut drawn: Vec<usize> = Vec::new();
            for members in order.iter().filter_map(|group| groups.members().get(group)) {
                if drawn.len() >= samples {
                    break;
                }
                drawn.extend(members);
            }
            drawn
        }
    };
    for &row in &drawn {
        left.get_mut(row).into_iter().for_each(|l| *l = false);
    }
    drawn.truncate(samples);
    (drawn, left)
}
