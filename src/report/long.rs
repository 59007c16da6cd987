//! Streaming output: long documents are written while they are generated, so that a million points are never in
//! memory as text.

use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::scenario::ScenarioError;

/// Writes a text.
type Writing = dyn FnOnce(&mut dyn Write) -> io::Result<()>;

/// A document that is generated while it is written.
pub struct Long(Box<Writing>);

impl Long {
    pub(super) fn new(write: impl FnOnce(&mut dyn Write) -> io::Result<()> + 'static) -> Self {
        Self(Box::new(write))
    }

    /// A document as JSON, indented and with a final line break.
    pub fn json(document: impl Serialize + 'static) -> Self {
        Self::new(move |out| {
            serde_json::to_writer_pretty(&mut *out, &document)?;
            out.write_all(b"\n")
        })
    }

    /// A table as CSV.
    pub(super) fn csv(
        lines: impl FnOnce(&mut csv::Writer<&mut dyn Write>) -> csv::Result<()> + 'static,
    ) -> Self {
        Self::new(move |out| {
            let mut table = csv::Writer::from_writer(out);
            lines(&mut table).map_err(|error| match error.into_kind() {
                csv::ErrorKind::Io(error) => error,
                other => io::Error::other(format!("{other:?}")),
            })?;
            table.flush()
        })
    }

    /// Writes the document.
    ///
    /// # Errors
    /// An error of the writer.
    pub fn write(self, out: &mut dyn Write) -> io::Result<()> {
        let mut out = io::BufWriter::with_capacity(1 << 16, out);
        (self.0)(&mut out)?;
        out.flush()
    }

    /// The whole document as text.
    ///
    /// # Errors
    /// If the document cannot be serialised.
    pub fn text(self) -> Result<String, ScenarioError> {
        let mut bytes = Vec::new();
        let said =
            |why: &dyn std::fmt::Display| ScenarioError::new(format!("the table cannot be written: {why}"));
        self.write(&mut bytes).map_err(|e| said(&e))?;
        String::from_utf8(bytes).map_err(|e| said(&e))
    }
}

/// A list whose entries are generated one by one while it is written.
pub(super) struct Each<F>(pub F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
