//! Output of results: to standard output, or to a new file with `--out`.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::Args;

use crate::chart::Glyphs;
use crate::figure::cells::{self, Pen};
use crate::figure::{Figure, paper};
use crate::outside::{save, text};
use crate::report::cells::Grid;
use crate::report::long::Long;
use crate::scenario::ScenarioError;
use crate::theme::{Depth, Theme};

/// A command's result.
pub enum Output {
    Text(String),
    Bytes(Vec<u8>),
    Long(Long),
}

impl Output {
    pub(super) fn write(self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Text(text) => out.write_all(text.as_bytes()),
            Self::Bytes(bytes) => out.write_all(&bytes),
            Self::Long(long) => long.write(out),
        }
    }
}

impl From<Long> for Output {
    fn from(long: Long) -> Self {
        Self::Long(long)
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
    /// The ending of the file name, which selects a format if none is given.
    #[must_use]
    pub fn ending(&self) -> Option<&str> {
        self.out.as_deref().and_then(Path::extension).and_then(std::ffi::OsStr::to_str)
    }

    /// Refuses a misleading file name: without `--format` an unknown ending, and always the ending of another kind of
    /// file.
    ///
    /// # Errors
    /// One sentence with the endings `known`.
    pub fn accept(&self, known: &[&str], format_given: bool) -> Result<(), ScenarioError> {
        const OTHERS: [&str; 11] =
            ["pdf", "eps", "ps", "jpg", "jpeg", "gif", "webp", "tiff", "html", "xlsx", "parquet"];
        let Some(ending) = self.ending().map(str::to_lowercase) else { return Ok(()) };
        if known.contains(&ending.as_str()) || (format_given && !OTHERS.contains(&ending.as_str())) {
            return Ok(());
        }
        let endings = known.iter().map(|e| format!(".{e}")).collect::<Vec<_>>().join(", ");
        Err(ScenarioError::new(format!(
            "--out: nothing is written as .{ending}; accepted are names that end in {endings}, or --format"
        )))
    }

    /// Writes the result to the file, if one is given; otherwise returns it for standard output.
    ///
    /// # Errors
    /// One sentence if the file exists or cannot be written, or if binary data would go to a terminal.
    pub fn keep(&self, output: Output) -> Result<Output, ScenarioError> {
        match (&self.out, &output) {
            (Some(path), _) => {
                save::new_file(path, |out| output.write(out))
                    .map_err(|why| ScenarioError::from(why).about("--out"))?;
                Ok(Output::Text(String::new()))
            }
            (None, Output::Bytes(_)) if io::stdout().is_terminal() => Err(ScenarioError::new(
                "binary output is not written to a terminal; use --out FILE or redirect it",
            )),
            (None, _) => Ok(output),
        }
    }
}

/// Width and height, as `WxH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    pub width: u16,
    pub height: u16,
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once(['x', '×']).map(|(w, h)| (w.trim().parse(), h.trim().parse()));
        match parts {
            Some((Ok(width @ 1..=10_000), Ok(height @ 1..=10_000))) => Ok(Self { width, height }),
            _ => Err("accepted are width and height from 1 to 10000, such as 900x600".into()),
        }
    }
}

/// The size of a figure: the requested one, or the default.
#[must_use]
pub fn pixels(size: Option<Size>) -> (u16, u16) {
    size.map_or(paper::SIZE, |size| (size.width, size.height))
}

/// The terminal for text output, or a substitute for it.
#[derive(Debug, Clone)]
pub struct Screen {
    /// Columns and rows.
    pub size: (u16, u16),
    pub theme: Theme,
    pub glyphs: Glyphs,
}

impl Screen {
    /// A screen of the requested size, or of the terminal's; coloured only on a terminal, with its sixteen colours,
    /// which fit any background.
    #[must_use]
    pub fn new(size: Option<Size>) -> Self {
        let terminal = io::stdout().is_terminal();
        let variable = |name: &str| std::env::var(name).ok();
        let depth = if terminal { Depth::detect(variable) } else { Depth::None };
        // The last row is left for the prompt.
        let seen = if terminal { crossterm::terminal::size().ok() } else { None };
        let size = match (size, seen) {
            (Some(size), _) => (size.width.min(1000), size.height.min(1000)),
            (None, Some((columns, rows))) => (columns.clamp(20, 1000), rows.saturating_sub(1).clamp(8, 60)),
            (None, None) => (columns(variable("COLUMNS")), 30),
        };
        let theme = Theme::built_in("plain16", depth).unwrap_or_else(|_| Theme::new(depth));
        Self { size, theme, glyphs: Glyphs::Braille }
    }

    /// Draws a picture in terminal cells.
    #[must_use]
    pub fn print(&self, figure: &Figure) -> String {
        let pen = Pen { theme: &self.theme, glyphs: self.glyphs };
        let grid = Grid::from(&cells::buffer(figure, self.size, pen));
        if self.theme.depth() == Depth::None { grid.to_text() } else { grid.to_ansi() }
    }
}

/// Width of text for a pipe or a file: `COLUMNS` if it is a number, else 100.
fn columns(variable: Option<String>) -> u16 {
    variable.and_then(|text| text.parse::<u16>().ok()).filter(|n| *n > 0).map_or(100, |n| n.clamp(20, 1000))
}

/// Writes to standard output; a closed pipe (`| head`) is not an error.
///
/// # Errors
/// If it cannot be written.
pub fn print(output: Output) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match output.write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Prints one sanitised sentence to standard error; errors of a closed standard error are ignored.
pub fn note(sentence: impl Display) {
    let _ = writeln!(io::stderr(), "riskscope: {}", text::sentence(&sentence.to_string()));
}
