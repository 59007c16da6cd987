//! The commands without the dashboard: frames, curves, planes and lists on standard output.

#[path = "../common/command.rs"]
mod command;
mod commands;
mod curves;
mod formats;
mod frames;
mod planes;
mod targets;

use command::riskscope;
use serde_json::Value;

/// Standard output of a successful run; standard error is empty.
fn bytes(arguments: &[&str]) -> Vec<u8> {
    let output = riskscope(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{arguments:?}: {said}");
    output.stdout
}

fn text(arguments: &[&str]) -> String {
    String::from_utf8(bytes(arguments)).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_slice(&bytes(arguments)).unwrap()
}
