//! Statistics of the cells of a text column, and the type inferred from them.

use std::collections::HashMap;

use super::super::error::{DataError, quoted};
use super::row::Cell;
use super::table::Kind;
use super::{Role, Source, cell, python};

/// Statistics of the cells of a column.
#[derive(Debug, Default)]
pub(super) struct Profile {
    /// Number of cells that are not missing.
    pub filled: usize,
    /// Whether some cell is not blank.
    pub written: bool,
    numbers: usize,
    booleans: usize,
    lists: usize,
    /// Cells with several numbers without brackets.
    bare: usize,
    dates: usize,
    /// Cells with a decimal comma, and an example.
    commas: usize,
    comma: Option<String>,
    /// Number of occurrences of each text, while there are few.
    pub seen: HashMap<String, usize>,
}

impl Profile {
    const MOST_TEXTS: usize = 1 << 16;

    pub fn add(&mut self, cell: Cell<'_>) {
        self.written |= !cell.bytes.trim_ascii().is_empty();
        if cell.is_missing() {
            return;
        }
        self.filled += 1;
        if cell.number().is_some() {
            self.numbers += 1;
            return;
        }
        let text = cell.text();
        if cell::boolean(&text).is_some() {
            self.booleans += 1;
        } else if cell::is_list(&text) {
            self.lists += 1;
            return;
        } else if cell::date(&text) {
            self.dates += 1;
        } else if cell::is_bare_list(&text) {
            self.bare += 1;
        } else if text.contains(',') && cell::number(&text.replacen(',', ".", 1)).is_some() {
            self.commas += 1;
            self.comma.get_or_insert_with(|| text.clone());
        }
        if self.seen.len() < Self::MOST_TEXTS {
            *self.seen.entry(text.trim().to_owned()).or_default() += 1;
        }
    }

    /// Whether at least half of the cells are numbers, lists, dates or booleans.
    pub fn is_typed(&self) -> bool {
        let most = self.numbers.max(self.lists).max(self.bare).max(self.dates).max(self.booleans);
        self.filled > 0 && 2 * most >= self.filled
    }

    /// Whether a cell is of the type of the column.
    pub fn fits(&self, cell: Cell<'_>) -> bool {
        let text = cell.text();
        (self.numbers > 0 && cell.number().is_some())
            || (self.lists > 0 && cell::is_list(&text))
            || (self.bare > 0 && cell::is_bare_list(&text))
            || (self.dates > 0 && cell::date(&text))
            || (self.booleans > 0 && cell::boolean(&text).is_some())
    }

    /// Whether texts repeat in at least half of the cells.
    pub fn repeats(&self) -> bool {
        let again: usize = self.seen.values().filter(|&&count| count > 1).sum();
        self.filled > 1 && 2 * again >= self.filled
    }

    /// Whether the column holds single numbers and nothing else.
    pub fn is_numbers(&self) -> bool {
        self.filled > 0 && self.numbers == self.filled
    }

    /// The inferred type. With `beside_numbers` (another column has numbers) several numbers in a cell without square
    /// brackets are text unless the column is requested.
    pub fn kind(&self, source: &Source, beside_numbers: bool) -> Result<Kind, DataError> {
        let features = matches!(source.role, Role::Features | Role::Matrix);
        if features && source.part.is_none() && self.commas > 0 && 2 * self.commas >= self.filled {
            let found = quoted(self.comma.as_deref().unwrap_or_default());
            let line = python::line(python::DECIMAL_COMMAS, &source.name);
            let problem =
                format!("holds {found}; accepted are numbers with a decimal point, in Python: {line}");
            return Err(DataError::input(&source.name, problem));
        }
        Ok(match self {
            _ if self.filled == 0 => Kind::Unread("holds no value".into()),
            _ if self.lists > 0 && 2 * self.lists >= self.filled => Kind::Vector,
            _ if features && self.bare == self.filled && (!beside_numbers || source.part.is_some()) => {
                Kind::Vector
            }
            _ if self.dates == self.filled => {
                Kind::Unread("holds dates; accepted are numbers and labels".into())
            }
            _ if self.is_numbers() => Kind::Number,
            _ if features && self.booleans + self.numbers == self.filled => Kind::Number,
            // A single boolean column is read as labels; several are targets of 0 and 1.
            _ if source.role == Role::Targets && self.booleans == self.filled => Kind::Number,
            _ if features && 2 * self.numbers >= self.filled => Kind::Number,
            _ => Kind::Text,
        })
    }
}
