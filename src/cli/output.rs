//! Where results go: standard output, or a new file with `--out`.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::report::save;
use crate::scenario::ScenarioError;

/// A command's result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    Text(String),
    Bytes(Vec<u8>),
}

impl Output {
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
        }
    }
}

impl From<String> for Output {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

#[derive(Debug, Clone, Default, Args)]
pub struct OutArgs {
    /// Write to a new file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

impl OutArgs {
    /// The ending of the file's name, which chooses a format where none is given.
    #[must_use]
    pub fn ending(&self) -> Option<&str> {
        self.out.as_deref().and_then(Path::extension).and_then(std::ffi::OsStr::to_str)
    }

    /// Writes the result to the file, if there is one; what is left is for standard output.
    ///
    /// # Errors
    /// One sentence when the file exists or cannot be written, or bytes would go to a terminal.
    pub fn keep(&self, output: Output) -> Result<Output, ScenarioError> {
        match (&self.out, &output) {
            (Some(path), _) => {
                save::new_file(path, output.bytes())
                    .map_err(|why| ScenarioError::new(format!("--out: {why}")))?;
                Ok(Output::Text(String::new()))
            }
            (None, Output::Bytes(_)) if io::stdout().is_terminal() => Err(ScenarioError::new(
                "a picture in bytes would spoil the terminal; give it a file with --out FILE, or redirect it",
            )),
            (None, _) => Ok(output),
        }
    }
}

/// Writes to standard output; a closed pipe (`| head`) is no error.
///
/// # Errors
/// When it cannot be written.
pub fn print(output: &Output) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(output.bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
