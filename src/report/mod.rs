//! Results without the dashboard: JSON (a contract: keys do not change), CSV, text, command lines.

pub mod arrays;
pub mod cells;
pub(crate) mod command;
pub(crate) mod control;
pub(crate) mod csv;
pub(crate) mod encoders;
pub(crate) mod expected;
pub(crate) mod json;
pub(crate) mod long;
mod point;
pub(crate) mod pretraining;
pub(crate) mod requirement;
pub(crate) mod text;
