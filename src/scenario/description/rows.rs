//! Real rows: the files of features and targets, and several encoders of them (section 9).

use std::path::PathBuf;

use crate::data::Reading;

/// Real features and real tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct DataSource {
    /// N×p, in any kind of file that [`crate::data`] reads; a part of it after a colon. Of several encoders that of
    /// the one in focus.
    pub features: PathBuf,
    /// N labels, or N×T numbers.
    pub targets: PathBuf,
    /// Whether a column of whole numbers is labels or numbers.
    pub reading: Reading,
    /// The column, in the files of both, by which their rows are joined; without one, rows belong together in order.
    pub id: Option<String>,
    /// Whether NA, None, NULL and the like are classes and not missing labels.
    pub labels_as_they_are: bool,
    /// The group of each row, where rows of a group are not independent: they are left out together (section 9.10).
    pub groups: Option<PathBuf>,
    /// A column of train and test, in the file of the features or of the targets: rows of test take no part.
    pub split_column: Option<String>,
    /// The name of a task, or "mean": the average over all.
    pub task: String,
    /// Several encoders of the same rows; empty where the features have no name.
    pub encoders: Vec<Encoder>,
}

impl DataSource {
    /// What is read of the files whatever the task and the other encoders.
    #[must_use]
    pub fn rows(&self) -> Self {
        Self { task: String::new(), encoders: Vec::new(), ..self.clone() }
    }
}

/// One of several encoders of the same rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoder {
    /// Its name beside its curve.
    pub name: String,
    /// N×p, as [`DataSource::features`].
    pub features: PathBuf,
}
