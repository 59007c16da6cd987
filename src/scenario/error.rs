//! What can be wrong with a described scenario.

use crate::outside::{save, text};
use crate::theory::TheoryError;

/// Why a scenario cannot be used: one plain sentence that names the input and what would be accepted.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ScenarioError {
    /// A value, key or file that cannot be used: the sentence.
    #[error("{0}")]
    Invalid(String),
    /// What was given is good, and the machine refused: a full disk, no permission.
    #[error("{0}")]
    System(String),
    /// The caller asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl ScenarioError {
    /// One line without control characters, whatever was in the input.
    pub fn new(sentence: impl Into<String>) -> Self {
        Self::Invalid(text::sentence(&sentence.into()))
    }

    /// The same sentence, preceded by what it is about.
    #[must_use]
    pub fn about(self, subject: impl std::fmt::Display) -> Self {
        match self {
            Self::Invalid(sentence) => Self::new(format!("{subject}: {sentence}")),
            Self::System(sentence) => Self::System(text::sentence(&format!("{subject}: {sentence}"))),
            Self::Interrupted => Self::Interrupted,
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
            other => Self::Invalid(other.to_string()),
        }
    }
}
