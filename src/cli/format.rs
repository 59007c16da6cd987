//! Export formats of `curve`, `phase` and `compare`: each is a function of a document and a line in [`FORMATS`].

use clap::builder::{PossibleValuesParser, TypedValueParser};

use super::output::{OutArgs, Output, Screen, Size, pixels};
use crate::figure::{Figure, paper};
use crate::report::long::Long;
use crate::scenario::ScenarioError;
use crate::study::Detail;

/// A result that can be written in every format.
pub trait Document {
    /// The numbers as comma-separated values.
    ///
    /// # Errors
    /// One sentence if the numbers cannot be computed.
    fn csv(self: Box<Self>) -> Result<Long, ScenarioError>;

    /// The numbers as JSON.
    ///
    /// # Errors
    /// One sentence if the numbers cannot be computed.
    fn json(self: Box<Self>) -> Result<Long, ScenarioError>;

    /// The picture.
    ///
    /// # Errors
    /// One sentence if the numbers cannot be computed.
    fn figure(&self) -> Result<Figure, ScenarioError>;

    /// The text for a terminal: the picture in character cells, unless a document has other text.
    ///
    /// # Errors
    /// One sentence if the numbers cannot be computed.
    fn text(&self, size: Option<Size>) -> Result<String, ScenarioError> {
        Ok(Screen::new(size).print(&self.figure()?))
    }
}

/// Writes a document at a size in pixels, or in columns and rows.
type Write = fn(Box<dyn Document + '_>, Option<Size>) -> Result<Output, ScenarioError>;

/// An export format.
#[derive(Debug)]
pub struct Format {
    /// The value of `--format`.
    pub name: &'static str,
    /// The ending of `--out` that selects the format.
    ending: &'static str,
    /// Whether points are exact, as in a table, or denser where a curve is steep, as in a picture.
    pub detail: Detail,
    /// Number of columns and rows of a plane.
    pub cells: fn(&Screen) -> (u32, u32),
    write: Write,
}

/// Every export format.
static FORMATS: [Format; 5] = [
    Format {
        name: "csv",
        ending: "csv",
        detail: Detail::Table,
        cells: |_| (100, 100),
        write: |it, _| Ok(it.csv()?.into()),
    },
    Format {
        name: "json",
        ending: "json",
        detail: Detail::Table,
        cells: |_| (100, 100),
        write: |it, _| Ok(it.json()?.into()),
    },
    Format { name: "svg", ending: "svg", detail: Detail::Picture, cells: |_| (480, 320), write: svg },
    Format { name: "png", ending: "png", detail: Detail::Picture, cells: |_| (480, 320), write: png },
    Format {
        name: "text",
        ending: "txt",
        detail: Detail::Picture,
        cells: two_by_two,
        write: |it, size| Ok(it.text(size)?.into()),
    },
];

fn svg(document: Box<dyn Document + '_>, size: Option<Size>) -> Result<Output, ScenarioError> {
    Ok(paper::svg(&document.figure()?, pixels(size))?.into())
}

fn png(document: Box<dyn Document + '_>, size: Option<Size>) -> Result<Output, ScenarioError> {
    Ok(Output::Bytes(paper::png(&document.figure()?, pixels(size))?))
}

/// Two columns and two rows of a plane for each character cell.
fn two_by_two(screen: &Screen) -> (u32, u32) {
    (u32::from(screen.size.0) * 2, u32::from(screen.size.1) * 2)
}

impl Format {
    /// Accepts the names of the formats on the command line.
    pub fn parser() -> impl TypedValueParser<Value = &'static Self> {
        PossibleValuesParser::new(FORMATS.iter().map(|format| format.name))
            .try_map(|name| Self::named(&name).ok_or("there is no such format"))
    }

    /// Help text of `--format`.
    #[must_use]
    pub fn help() -> String {
        let [names @ .., last] = FORMATS.each_ref().map(|format| format.name);
        format!("{} or {last} [default: by the ending of --out, else text]", names.join(", "))
    }

    /// The format with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// The requested format; else that of the file's ending; else text.
    ///
    /// # Errors
    /// One sentence for an unknown ending.
    pub fn chosen(requested: Option<&'static Self>, out: &OutArgs) -> Result<&'static Self, ScenarioError> {
        out.accept(&FORMATS.each_ref().map(|format| format.ending), requested.is_some())?;
        let [.., text] = &FORMATS;
        let fits =
            |format: &&Self| out.ending().is_some_and(|ending| ending.eq_ignore_ascii_case(format.ending));
        Ok(requested.or_else(|| FORMATS.iter().find(fits)).unwrap_or(text))
    }

    /// Writes the document in this format, at a size in pixels or in columns and rows.
    ///
    /// # Errors
    /// One sentence if the numbers cannot be computed or the picture does not fit the size.
    pub fn write<'a>(
        &self,
        document: impl Document + 'a,
        size: Option<Size>,
    ) -> Result<Output, ScenarioError> {
        (self.write)(Box::new(document), size)
    }
}
