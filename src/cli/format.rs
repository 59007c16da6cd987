//! The formats of curves, planes and comparisons. A new format is its line in [`FORMATS`], and the function that writes it.

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::output::{OutArgs, Output, Screen, Size, pixels};
use crate::figure::{Figure, paper};
use crate::scenario::ScenarioError;

/// A result that every format can write.
pub trait Document {
    /// Its table, with a header line.
    ///
    /// # Errors
    /// What cannot be computed.
    fn csv(self: Box<Self>) -> Result<Output, ScenarioError>;

    /// Its table as JSON.
    ///
    /// # Errors
    /// What cannot be computed.
    fn json(self: Box<Self>) -> Result<Output, ScenarioError>;

    /// Its picture.
    ///
    /// # Errors
    /// What cannot be computed.
    fn figure(&self) -> Result<Figure, ScenarioError>;

    /// Its picture in the terminal's cells, or a table of words.
    ///
    /// # Errors
    /// What cannot be computed.
    fn text(&self, size: Option<Size>) -> Result<String, ScenarioError> {
        Ok(Screen::new(size).print(&self.figure()?))
    }
}

/// One format.
#[derive(Debug)]
pub struct Format {
    /// The name that `--format` takes.
    pub name: &'static str,
    /// The ending of a file's name that chooses it.
    ending: &'static str,
    /// A picture: points close in on poles.
    pub is_picture: bool,
    /// Columns and rows of a plane where none are given.
    pub cells: fn(&Screen) -> (u32, u32),
    write: fn(Box<dyn Document + '_>, Option<Size>) -> Result<Output, ScenarioError>,
}

const TABLE: (u32, u32) = (100, 100);
const PICTURE: (u32, u32) = (480, 320);

static FORMATS: [&Format; 5] = [
    &Format { name: "csv", ending: "csv", is_picture: false, cells: |_| TABLE, write: |of, _| of.csv() },
    &Format { name: "json", ending: "json", is_picture: false, cells: |_| TABLE, write: |of, _| of.json() },
    &Format { name: "svg", ending: "svg", is_picture: true, cells: |_| PICTURE, write: svg },
    &Format { name: "png", ending: "png", is_picture: true, cells: |_| PICTURE, write: png },
    &TEXT,
];

/// The default.
static TEXT: Format = Format {
    name: "text",
    ending: "txt",
    is_picture: true,
    cells: |screen| (u32::from(screen.size.0) * 2, u32::from(screen.size.1) * 2),
    write: |of, size| Ok(of.text(size)?.into()),
};

fn svg(of: Box<dyn Document + '_>, size: Option<Size>) -> Result<Output, ScenarioError> {
    Ok(paper::svg(&of.figure()?, pixels(size))?.into())
}

fn png(of: Box<dyn Document + '_>, size: Option<Size>) -> Result<Output, ScenarioError> {
    Ok(Output::Bytes(paper::png(&of.figure()?, pixels(size))?))
}

impl Format {
    /// Accepts the names of the formats.
    pub fn parser() -> impl TypedValueParser<Value = &'static Self> {
        let names = PossibleValuesParser::new(FORMATS.iter().map(|format| format.name));
        names.try_map(|name| Self::named(&name).ok_or("there is no such format"))
    }

    /// The help of `--format`: the names and the default.
    pub fn help() -> String {
        let [first @ .., last] = FORMATS.map(|format| format.name);
        format!("{} or {last} [default: by the ending of --out, else text]", first.join(", "))
    }

    /// The format of that name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.into_iter().find(|format| format.name == name)
    }

    /// The requested format, or the one that the ending of the file's name chooses, or text.
    ///
    /// # Errors
    /// One sentence for an ending that chooses no format.
    pub fn chosen(requested: Option<&'static Self>, out: &OutArgs) -> Result<&'static Self, ScenarioError> {
        let endings = FORMATS.map(|format| format.ending);
        out.accept(&endings, requested.is_some())?;
        let by_ending = out.ending().and_then(|ending| {
            FORMATS.into_iter().find(|format| format.ending.eq_ignore_ascii_case(ending))
        });
        Ok(requested.or(by_ending).unwrap_or(&TEXT))
    }

    /// Writes a result; `size` is that of a picture.
    ///
    /// # Errors
    /// What cannot be computed or drawn.
    pub fn write(&self, document: impl Document, size: Option<Size>) -> Result<Output, ScenarioError> {
        (self.write)(Box::new(document), size)
    }
}
