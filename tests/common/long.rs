//! Tests that run as long as is asked for.

use std::time::{Duration, Instant};

/// Rounds, numbered from 0, for `RISKSCOPE_MINUTES` (one, unless said); how many there were.
pub fn rounds(mut round: impl FnMut(u64)) -> u64 {
    let minutes = std::env::var("RISKSCOPE_MINUTES").ok().and_then(|m| m.parse().ok()).unwrap_or(1.0);
    let end = Instant::now() + Duration::from_secs_f64(60.0 * minutes);
    let mut number = 0;
    while Instant::now() < end {
        round(number);
        number += 1;
    }
    number
}
