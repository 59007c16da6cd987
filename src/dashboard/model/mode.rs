//! The open panel, which receives the keys.

use super::edit::Line;
use super::history::Snapshot;
use super::item::{Destination, Item};
use super::measurement::Measurement;
use crate::theme::Theme;

/// The subject of a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A value for the parameter with this key.
    Parameter { key: String, label: String },
    /// The crosshair's sample count.
    Samples,
    /// The crosshair's position on the axis of the parameter with this key.
    Place { key: String, label: &'static str },
    /// A target risk.
    Target,
    /// Name of the frozen scenario with this index.
    Name(usize),
    /// File name for an item; an existing file is replaced once the user has confirmed.
    File { item: Item, overwrite: bool },
}

impl Entry {
    /// Key of the prompt's history.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::Parameter { key, .. } => key,
            Self::Samples => "samples",
            Self::Place { key, .. } => key,
            Self::Target => "target",
            Self::Name(_) => "name",
            Self::File { .. } => "file",
        }
    }
}

/// A value being typed, and why the last one was refused.
#[derive(Debug, Clone)]
pub struct Prompt {
    pub entry: Entry,
    pub line: Line,
    pub refused: Option<String>,
}

/// The state to restore when a preview of other scenarios ends.
#[derive(Debug, Clone)]
pub struct BeforePreview {
    pub now: Snapshot,
    pub origin: Snapshot,
    pub focus: usize,
    pub crosshair: f64,
    pub target: Option<f64>,
    pub pin: Option<f64>,
    pub measurement: Option<Measurement>,
}

/// The subject of an open list.
#[derive(Debug, Clone)]
pub enum List {
    /// Every action, preset, parameter and theme.
    Commands,
    /// The presets, with the state to restore.
    Presets { before: Box<BeforePreview> },
    /// The presets of papers, with the state to restore.
    Papers { before: Box<BeforePreview> },
    /// The themes, with the theme to restore.
    Themes { before: Box<Theme> },
    /// Items to copy or export.
    Share(Destination),
    /// Frozen curves.
    Frozen,
    /// Settings of the view's axes.
    Axes,
    /// The choices of the parameter with this key.
    Values { key: String, label: String },
}

/// An open list: the lines that match the typed text, and the selected one.
#[derive(Debug, Clone)]
pub struct Listing {
    pub list: List,
    pub line: Line,
    pub selected: usize,
}

/// The open help: its scroll position and search text.
#[derive(Debug, Clone, Default)]
pub struct Help {
    pub scroll: u16,
    pub search: Option<Line>,
    /// Index of the search result that Enter runs.
    pub selected: usize,
}

/// The open panel, which receives the keys.
#[derive(Debug, Clone)]
pub enum Mode {
    Normal,
    Prompt(Prompt),
    List(Listing),
    Help(Help),
}

impl Mode {
    /// Nothing is open.
    #[must_use]
    pub const fn is_normal(&self) -> bool {
        matches!(self, Self::Normal)
    }
}
