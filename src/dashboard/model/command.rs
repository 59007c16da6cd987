//! Commands, which change the state, and effects outside it: the types exchanged between input, update and app.

use std::path::PathBuf;
use std::time::Instant;

use super::action::Action;
use super::edit::Edit;
use super::hit::{Drag, Drawn, Spot};
use super::item::{Item, Target};
use crate::engine::{Generation, Outcome, Reply};
use crate::study::measurement::Measured;
use crate::study::{Analysis, Progress};

/// A change of the state, carried out only by [`crate::dashboard::update`].
#[derive(Debug)]
pub enum Command {
    Act(Action),
    /// A letter of another keyboard layout, without an action.
    Foreign(char),
    /// Focuses the parameter with this index.
    Focus(usize),
    /// Focuses the parameter with this index and steps it.
    StepAt {
        index: usize,
        steps: i32,
    },
    /// A button was pressed on an object that can be dragged.
    Hold {
        drag: Drag,
        spot: Spot,
    },
    Pull(Spot),
    Release,
    /// Moves the crosshair to this position of the x axis.
    Place(f64),
    /// Zooms the x axis around a position, to which the crosshair moves.
    ZoomAt {
        x: f64,
        factor: f64,
    },
    /// Edits the line of text.
    Edit(Edit),
    Paste(String),
    /// Recalls the entry that many steps back in the prompt's history.
    Recall(isize),
    /// Moves the selection of the open list, or scrolls the help, by that many lines.
    Move(isize),
    /// Accepts the typed text or the selected line.
    Accept,
    /// Chooses the line with this index.
    Choose(usize),
    /// Searches the help.
    Search,
    /// Closes what is open without accepting it.
    Close,
    Quit,
    /// The result of drawing a frame.
    Drawn(Drawn),
    /// The terminal's background is known.
    Background {
        light: bool,
    },
    Spin,
    /// A request of this generation was submitted at this time.
    Asked(Generation, Instant),
    Replied(Box<Reply<Analysis>>),
    /// A measurement of this generation was submitted.
    Measuring(Generation),
    Measured(Box<Reply<Measured>>),
    /// Progress of computing the ensemble of the shown model's tasks.
    Learning(Progress),
    /// The ensemble of the shown model's tasks is computed.
    Learned,
    /// Text was sent to the terminal's clipboard; `known` if this terminal is known to support it.
    Copied {
        item: Item,
        text: String,
        known: bool,
    },
    /// A file exists, and the user has not confirmed replacing it.
    Taken(Target),
    Written(Outcome<PathBuf>),
    /// An effect failed; one sentence.
    Failed(String),
}

/// An effect that only the app can carry out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    Quit,
    /// Quits and prints the readout in the shell.
    QuitTelling,
    Suspend,
    Redraw,
    Mouse(bool),
    /// Copies an item to the terminal's clipboard.
    Copy(Item),
    Write(Target),
    /// The scenario of the command line cannot be computed; one sentence.
    GiveUp(String),
}
