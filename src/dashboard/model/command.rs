//! Commands that change the state, and their effects outside it: the types between input, update and app.

use std::path::PathBuf;
use std::time::Instant;

use super::action::Action;
use super::edit::Edit;
use super::hit::{Drag, Drawn, Spot};
use super::item::{Item, Target};
use crate::engine::{Generation, Outcome, Reply};
use crate::study::measurement::Measured;
use crate::study::{Analysis, Progress};

/// A change of the state. [`crate::dashboard::update`] alone carries it out.
#[derive(Debug)]
pub enum Command {
    Act(Action),
    /// A letter of another keyboard layout, which no action has.
    Foreign(char),
    /// Focuses the parameter of this place.
    Focus(usize),
    /// Focuses it and steps it.
    StepAt {
        index: usize,
        steps: i32,
    },
    /// A button was pressed on something that moves with the pointer.
    Hold {
        drag: Drag,
        spot: Spot,
    },
    Pull(Spot),
    Release,
    /// The crosshair to this place of the x axis.
    Place(f64),
    /// Zooms the x axis around a place, to which the crosshair moves.
    ZoomAt {
        x: f64,
        factor: f64,
    },
    /// Changes the line that is being typed.
    Edit(Edit),
    Paste(String),
    /// So many entries back in what was typed before.
    Recall(isize),
    /// The selection of the open list, or the help, by so many lines.
    Move(isize),
    /// Takes what was typed, or the selected line.
    Accept,
    /// Takes the line of this place.
    Choose(usize),
    /// Searches the help.
    Search,
    /// Closes what is open, without taking it.
    Close,
    Quit,
    /// The result of drawing a frame.
    Drawn(Drawn),
    /// The terminal's background is known.
    Background {
        light: bool,
    },
    Spin,
    /// A request of this generation is under way, since then.
    Asked(Generation, Instant),
    Replied(Box<Reply<Analysis>>),
    /// A measurement of this generation is under way, or none is.
    Measuring(Generation),
    Measured(Box<Reply<Measured>>),
    /// The ensemble of the shown model's tasks is being computed.
    Learning(Progress),
    /// The command has been sent.
    Learned,
    /// Text was sent to the terminal's clipboard; whether this terminal is known to take it.
    Copied {
        item: Item,
        text: String,
        known: bool,
    },
    /// A file exists, and the user has not confirmed to replace it.
    Taken(Target),
    Written(Outcome<PathBuf>),
    /// Something outside failed: one sentence.
    Failed(String),
}

/// An effect that only the app can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    Quit,
    /// Quits and prints the readout on the shell.
    QuitTelling,
    Suspend,
    Redraw,
    Mouse(bool),
    /// To the terminal's clipboard.
    Copy(Item),
    Write(Target),
    /// The scenario of the command line cannot be computed: one sentence.
    GiveUp(String),
}
