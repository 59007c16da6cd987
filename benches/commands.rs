//! Whole commands as processes, timed from their start to the last byte of output.

use std::process::{Command, Stdio};

use divan::Bencher;

fn main() {
    divan::main();
}

/// Runs the binary with a line of arguments that contains no quotes.
fn run(line: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_riskscope"));
    let status = command.args(line.split_whitespace()).stdout(Stdio::null()).status();
    assert!(status.is_ok_and(|status| status.success()), "{line}");
}

const LINES: [&str; 7] = [
    // The lower bound of all commands: start-up alone.
    "presets",
    // 400 points of one featurization, then of three.
    "curve --points 400 --format csv",
    "curve --points 400 --format csv --featurization raw,ground-truth,optimal",
    // The samples required by six featurizations.
    "eval --preset source-condition --target-risk 0.2",
    "eval --preset source-condition --target-risk 0.2 --ridge optimal",
    "eval --preset source-condition --target-risk 0.2 --set dimension=10000",
    "phase --preset source-condition --y task.exponent --format csv",
];

#[divan::bench(args = LINES, sample_count = 20)]
fn command(bencher: Bencher, line: &str) {
    bencher.bench_local(|| run(line));
}
