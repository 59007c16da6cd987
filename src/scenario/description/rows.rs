//! Real rows: the files of features and targets, and several encoders of them (section 9).

use std::path::PathBuf;

use crate::data::Reading;

/// Files of real features and real tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSource {
    /// File of the N×p features, of any kind that [`crate::data`] reads, with an optional part after a colon. With
    /// several encoders, that of the encoder in focus.
    pub features: PathBuf,
    /// File of N labels, or N×T numbers.
    pub targets: PathBuf,
    /// Whether a column of whole numbers is labels or numbers.
    pub reading: Reading,
    /// Column in both files by which rows are joined; without it, rows correspond by position.
    pub id: Option<String>,
    /// Whether NA, None, NULL and the like are classes, not missing labels.
    pub labels_as_they_are: bool,
    /// File with the group of each row, if rows of a group are dependent; they are left out together (section 9.10).
    pub groups: Option<PathBuf>,
    /// Column of train and test, in the file of the features or of the targets; test rows are excluded.
    pub split_column: Option<String>,
    /// Whether the labels are shuffled, as a control in which the features predict nothing.
    pub control: bool,
    /// Name of a task, or "mean" for the average over all tasks.
    pub task: String,
    /// Several encoders of the same rows; empty if the features are not named.
    pub encoders: Vec<Encoder>,
}

impl DataSource {
    /// The part of the description that determines which rows are read, without task and other encoders.
    #[must_use]
    pub fn rows(&self) -> Self {
        Self { task: String::new(), encoders: Vec::new(), ..self.clone() }
    }
}

/// One of several encoders of the same rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoder {
    /// Name shown next to its curve.
    pub name: String,
    /// File of its N×p features, as [`DataSource::features`].
    pub features: PathBuf,
}
