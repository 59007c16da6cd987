//! Positive part of energy estimates with the total preserved (sections 9.7 and 9.8).

/// (vᵢ − c)₊ with the c ≥ 0 that makes the sum `total`; all zero if the total is not positive.
///
/// `values` are unbiased estimates of energies that cannot be negative; dropping only the negative ones would inflate
/// the total.
pub(super) fn positive_part(values: &[f64], total: f64) -> Vec<f64> {
    if total.is_nan() || total <= 0.0 {
        return vec![0.0; values.len()];
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    // With the m largest kept, c = (their sum − total)/m; m is right when the next one is at most c.
    let (mut sum, mut level) = (0.0, 0.0_f64);
    for (m, &value) in sorted.iter().enumerate() {
        if m > 0 && value <= level {
            break;
        }
        sum += value;
        level = (sum - total) / (m as f64 + 1.0);
    }
    let level = level.max(0.0);
    values.iter().map(|v| (v - level).max(0.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::positive_part;

    #[test]
    fn positive_part_preserves_the_total() {
        let part = positive_part(&[5.0, -1.0, 2.0, -2.0, 0.5], 4.5);
        assert_eq!(part, [3.75, 0.0, 0.75, 0.0, 0.0]);
        assert_eq!(positive_part(&[1.0, 2.0], 3.0), [1.0, 2.0], "nothing negative: nothing changes");
        assert_eq!(positive_part(&[1.0, -2.0], -1.0), [0.0, 0.0]);
        assert_eq!(positive_part(&[], 1.0), [0.0; 0]);
    }
}
