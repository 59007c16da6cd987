//! Runs the binary without a terminal, and checks that it rejects bad input.

use assert_cmd::Command;

/// `riskscope` with these arguments, in the repository, without the caller's terminal settings.
pub fn riskscope(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_riskscope"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    for gone in ["NO_COLOR", "COLORTERM", "COLUMNS", "LINES", "RUST_BACKTRACE", "RUST_LIB_BACKTRACE"] {
        command.env_remove(gone);
    }
    command
}

/// Checks for one sentence on standard error that contains every given word, exit code 2 and no standard output.
pub fn refused(arguments: &[&str], words: &[&str]) {
    let output = riskscope(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert_eq!(said.trim_end().lines().count(), 1, "{arguments:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{arguments:?}: {said:?} does not name {word:?}");
    }
}
