//! Tests whose running time is set by an environment variable.

use std::time::{Duration, Instant};

/// Runs rounds, numbered from 0, for `RISKSCOPE_MINUTES` (default 1); returns how many were run.
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
