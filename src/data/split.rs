//! A column of the words train and test, which divides rows into training rows and held-out test rows.

use super::error::{DataError, listed, quoted};

/// A split column, and the part of the rows that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split<'a> {
    /// Name of the column, in the feature file or the target file.
    pub column: &'a str,
    /// The part that is read.
    pub part: Part,
}

/// Part of a train/test split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Training rows.
    Train,
    /// Held-out test rows.
    Test,
}

impl Part {
    fn of(word: &str) -> Option<Self> {
        match word.to_lowercase().as_str() {
            "train" | "training" => Some(Self::Train),
            "test" | "testing" => Some(Self::Test),
            _ => None,
        }
    }
}

/// Whether every value is train or test, and both occur.
pub(super) fn is_split(words: &[Option<String>]) -> bool {
    let parts: Option<Vec<Part>> = words.iter().map(|word| Part::of(word.as_deref()?)).collect();
    parts.is_some_and(|parts| [Part::Train, Part::Test].iter().all(|part| parts.contains(part)))
}

impl Split<'_> {
    /// Positions of the rows of this part, and for training rows a note on the split; `words` has the split column.
    ///
    /// # Errors
    /// One sentence about the file `name` if either part is empty.
    pub(super) fn rows(
        self,
        words: &[Option<String>],
        name: &str,
    ) -> Result<(Vec<usize>, Option<String>), DataError> {
        let column = quoted(self.column);
        let parts: Vec<Option<Part>> = words.iter().map(|word| Part::of(word.as_deref()?)).collect();
        let count = |part: Part| parts.iter().filter(|found| **found == Some(part)).count();
        let (train, test) = (count(Part::Train), count(Part::Test));
        let mut others: Vec<&str> = Vec::new();
        for (word, _) in words.iter().zip(&parts).filter(|(_, part)| part.is_none()) {
            let word = word.as_deref().unwrap_or_default();
            if !others.contains(&word) {
                others.push(word);
            }
        }
        if train == 0 || test == 0 {
            let problem = format!(
                "column {column} has {train} rows of train and {test} of test; accepted are some of each{}",
                if others.is_empty() {
                    String::new()
                } else {
                    format!(" (it also holds {})", listed(others.iter().copied()))
                }
            );
            return Err(DataError::input(name, problem));
        }
        let mut note =
            format!("{name}: by column {column} {train} rows are fitted and {test} are left to test on");
        let left = parts.len() - train - test;
        if left > 0 {
            note.push_str(&format!(
                "; {left} of {} are neither and are left out",
                listed(others.iter().copied())
            ));
        }
        let rows = parts.iter().enumerate().filter(|(_, part)| **part == Some(self.part));
        Ok((rows.map(|(row, _)| row).collect(), (self.part == Part::Train).then_some(note)))
    }
}
