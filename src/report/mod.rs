//! Headless output of the study's results: JSON (a contract: keys do not change), CSV, text, command lines, files.

pub mod cells;
pub mod command;
pub mod csv;
pub mod encoders;
pub mod expected;
pub mod json;
pub mod pretraining;
pub mod text;
