//! Errors of a scenario's description.

use crate::data::DataError;
use crate::outside::{save, text};
use crate::theory::TheoryError;

use crate::scenario::schema::Value;

/// Why a scenario cannot be used: one plain sentence that names the input and what would be accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScenarioError {
    /// A value that a key does not take.
    #[error("{}", text::sentence(&format!("{key} accepts {accepted}, got {found}")))]
    Value {
        /// The dotted key.
        key: String,
        /// The accepted values, in words.
        accepted: String,
        /// The value, as a scenario file writes it.
        found: String,
    },
    /// A key that there is not.
    #[error("{}", text::sentence(&format!("unknown key {key:?} in {place}; known keys are {}", known.join(", "))))]
    UnknownKey {
        /// The key.
        key: String,
        /// The scenario, or one of its tables.
        place: String,
        /// The keys that there are.
        known: Vec<String>,
    },
    /// Any other input that cannot be used: the sentence.
    #[error("{0}")]
    Invalid(String),
    /// The input is good, and the machine refused: a full disk, no permission.
    #[error("{0}")]
    System(String),
    /// An error within a file or a table.
    #[error("{}", text::sentence(&format!("{subject}: {error}")))]
    Within {
        /// The file or table.
        subject: String,
        /// The error itself.
        error: Box<ScenarioError>,
    },
    /// The rows of a measured scenario.
    #[error(transparent)]
    Data(DataError),
    /// A number or spectrum that the theory cannot take.
    #[error(transparent)]
    Theory(TheoryError),
    /// The computation was interrupted by its caller.
    #[error("interrupted")]
    Interrupted,
}

impl ScenarioError {
    /// One line without control characters, whatever was in the input.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self::Invalid(text::sentence(&sentence.into()))
    }

    /// A value that a key does not take, with the accepted ones in words.
    pub(super) fn value(key: &str, accepted: &str, found: &Value) -> Self {
        let found = match found {
            // The shortest text: 1e300 has 300 digits otherwise.
            Value::Number(number) => format!("{number:?}"),
            Value::Whole(count) => count.to_string(),
            Value::Word(word) => format!("\"{}\"", text::plain(word)),
        };
        Self::written(key, accepted, found)
    }

    /// A value, as a file writes it, that a key does not take.
    pub(super) fn written(key: &str, accepted: &str, mut found: String) -> Self {
        if found.chars().count() > 60 {
            found = found.chars().take(57).chain("...".chars()).collect();
        }
        Self::Value { key: key.into(), accepted: accepted.into(), found }
    }

    /// Precedes the error with the file or table that it is in.
    #[must_use]
    pub fn about(self, subject: impl std::fmt::Display) -> Self {
        match self {
            Self::Interrupted => Self::Interrupted,
            error => Self::Within { subject: subject.to_string(), error: Box::new(error) },
        }
    }

    /// Whether the system failed rather than the input being wrong: exit code 1, not 2.
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
