//! Commands as processes, from their start to their last byte: what a script waits for.

use std::process::{Command, Stdio};

use divan::Bencher;

fn main() {
    divan::main();
}

/// A line of arguments without quotes.
fn run(line: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_riskscope"));
    let status = command.args(line.split_whitespace()).stdout(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{line}");
}

const LINES: [&str; 7] = [
    // The floor of all of them.
    "presets",
    // 400 points of one featurization, then of three.
    "curve --points 400 --format csv",
    "curve --points 400 --format csv --featurization raw,ground-truth,optimal",
    // All samples needed, of six featurizations.
    "eval --preset source-condition --target-risk 0.2",
    "eval --preset source-condition --target-risk 0.2 --ridge optimal",
    "eval --preset source-condition --target-risk 0.2 --set dimension=10000",
    "phase --preset source-condition --y task.exponent --format csv",
];

#[divan::bench(args = LINES, sample_count = 20)]
fn command(bencher: Bencher, line: &str) {
    bencher.bench_local(|| run(line));
}
