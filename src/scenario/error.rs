//! Errors of a scenario's description.

use crate::data::DataError;
use crate::outside::{save, text};
use crate::theory::TheoryError;

use crate::scenario::schema::Value;

/// Why a scenario cannot be used: one sentence that names the input and what is accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScenarioError {
    /// A value that a key does not accept.
    #[error("{}", text::sentence(&format!("{key} accepts {accepted}, got {found}")))]
    Value {
        /// The dotted key.
        key: String,
        /// The accepted values, in words.
        accepted: String,
        /// The value, as a scenario file writes it.
        found: String,
    },
    /// A key that does not exist.
    #[error("{}", text::sentence(&format!("unknown key {key:?} in {place}; known keys are {}", known.join(", "))))]
    UnknownKey {
        /// The key.
        key: String,
        /// The place of the key: the scenario, or one of its tables.
        place: String,
        /// The keys that exist there.
        known: Vec<String>,
    },
    /// Any other invalid input; the reason in one sentence.
    #[error("{0}")]
    Invalid(String),
    /// The machine refused (a full disk, no permission); the input is valid.
    #[error("{0}")]
    System(String),
    /// An error inside a file or a table.
    #[error("{}", text::sentence(&format!("{subject}: {error}")))]
    Within {
        /// The file or table.
        subject: String,
        /// The error itself.
        error: Box<ScenarioError>,
    },
    /// An error of the rows of a measured scenario.
    #[error(transparent)]
    Data(DataError),
    /// A number or spectrum that the theory does not accept.
    #[error(transparent)]
    Theory(TheoryError),
    /// The caller interrupted the computation.
    #[error("interrupted")]
    Interrupted,
}

impl ScenarioError {
    /// An error with one line of text; control characters of the input are escaped.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self::Invalid(text::sentence(&sentence.into()))
    }

    /// A value that a key does not accept, with the accepted values in words.
    pub(super) fn value(key: &str, accepted: &str, found: &Value) -> Self {
        let found = match found {
            // The shortest representation; otherwise 1e300 would have 300 digits.
            Value::Number(number) => format!("{number:?}"),
            Value::Whole(count) => count.to_string(),
            Value::Word(word) => format!("\"{}\"", text::plain(word)),
        };
        Self::written(key, accepted, found)
    }

    /// A value, as written in a file, that a key does not accept.
    pub(super) fn written(key: &str, accepted: &str, mut found: String) -> Self {
        if found.chars().count() > 60 {
            found = found.chars().take(57).chain("...".chars()).collect();
        }
        Self::Value { key: key.into(), accepted: accepted.into(), found }
    }

    /// Adds the file or table in which the error occurred.
    #[must_use]
    pub fn about(self, subject: impl std::fmt::Display) -> Self {
        match self {
            Self::Interrupted => Self::Interrupted,
            error => Self::Within { subject: subject.to_string(), error: Box::new(error) },
        }
    }

    /// Whether the system failed, not the input: exit code 1, not 2.
    #[must_use]
    pub fn is_of_the_machine(&self) -> bool {
        match self {
            Self::System(_) => true,
            Self::Within { error, .. } => error.is_of_the_machine(),
            _ => false,
        }
    }
}

impl From<save::Error> for ScenarioError {
    fn from(error: save::Error) -> Self {
        match error {
            save::Error::Name(sentence) => Self::new(sentence),
            save::Error::System(sentence) => Self::System(text::sentence(&sentence)),
        }
    }
}

impl From<TheoryError> for ScenarioError {
    fn from(error: TheoryError) -> Self {
        match error {
            TheoryError::Interrupted => Self::Interrupted,
            other => Self::Theory(other),
        }
    }
}

impl From<DataError> for ScenarioError {
    fn from(error: DataError) -> Self {
        match error {
            DataError::Interrupted => Self::Interrupted,
            other => Self::Data(other),
        }
    }
}
