//! What is open on screen, and with it what the keys speak to.

use super::action::Action;
use super::share::{Item, Way};
use crate::theme::Theme;

/// What fills the right-hand side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    Risk,
    Variance,
    Selection,
    Phase,
    Data,
}

impl View {
    pub const ALL: [Self; 5] = [Self::Risk, Self::Variance, Self::Selection, Self::Phase, Self::Data];

    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::Risk => Action::ViewRisk,
            Self::Variance => Action::ViewVariance,
            Self::Selection => Action::ViewSelection,
            Self::Phase => Action::ViewPhase,
            Self::Data => Action::ViewData,
        }
    }

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Risk => "risk",
            Self::Variance => "variance",
            Self::Selection => "selection",
            Self::Phase => "phase",
            Self::Data => "data",
        }
    }
}

/// What is being typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// A value for the parameter of this key.
    Parameter { key: String, label: String },
    /// The crosshair's sample count.
    Samples,
    /// A target risk.
    Target,
    /// A file to save the scenario to; one that is there already, once the user was asked.
    Save { overwrite: bool },
    /// A file to export to, likewise.
    Export { item: Item, overwrite: bool },
}

/// What the keys speak to.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    Normal,
    Typing {
        entry: Entry,
        text: String,
        refused: Option<String>,
    },
    Presets {
        selected: usize,
    },
    /// What can be copied or exported.
    Share {
        way: Way,
        selected: usize,
    },
    /// What the theme was before the list was opened.
    Themes {
        selected: usize,
        before: Box<Theme>,
    },
    Commands {
        text: String,
        selected: usize,
    },
    Help {
        scroll: u16,
    },
}
