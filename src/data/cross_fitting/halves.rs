//! Random halves of the rows for cross-fitting: seeded, every class divided evenly (section 9.8).

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Positions of the rows in the two halves. `strata` has the class of each row; the halves of a class differ in size
/// by at most one row.
pub(super) fn halves(strata: &[usize], seed: u64) -> [Vec<usize>; 2] {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut order: Vec<(usize, u64, usize)> =
        strata.iter().enumerate().map(|(row, &stratum)| (stratum, random.random(), row)).collect();
    order.sort_unstable();
    let mut halves = [Vec::new(), Vec::new()];
    let [first, second] = &mut halves;
    for (i, (_, _, row)) in order.into_iter().enumerate() {
        if i % 2 == 0 { first.push(row) } else { second.push(row) }
    }
    halves
}

#[cfg(test)]
mod tests {
    use super::halves;

    #[test]
    fn every_row_is_in_one_half_and_classes_are_divided_evenly() {
        let strata: Vec<usize> = (0..101).map(|i| i % 3).collect();
        let [a, b] = halves(&strata, 1);
        let mut all: Vec<usize> = a.iter().chain(&b).copied().collect();
        all.sort_unstable();
        assert_eq!(all, (0..101).collect::<Vec<_>>());
        for class in 0..3 {
            let count = |half: &[usize]| half.iter().filter(|&&row| strata[row] == class).count();
            assert!(count(&a).abs_diff(count(&b)) <= 1);
        }
        assert_eq!(halves(&strata, 1), [a.clone(), b]);
        assert_ne!(halves(&strata, 2)[0], a, "another seed divides otherwise");
    }
}
