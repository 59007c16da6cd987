//! Entry point of the binary; all code is in the library, so that it can be tested.

use std::process::ExitCode;

fn main() -> ExitCode {
    riskscope::run()
}
