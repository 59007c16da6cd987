//! The state of the dashboard and the types of commands: data and queries only; nothing here draws or changes the
//! state.

pub mod action;
mod axes;
pub mod command;
pub mod display;
pub mod edit;
pub mod find;
pub mod frozen;
pub mod history;
pub mod hit;
pub mod item;
pub mod keymap;
pub mod keys;
pub mod lists;
pub mod measurement;
pub mod mode;
pub mod row;
pub mod settings;
pub mod state;
pub mod view;
mod x_axis;
