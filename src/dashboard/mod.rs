//! The interactive app: event → [`input`] → command → [`update`] → state → [`view`] → frame, with the effects of it
//! all in [`app`].
//!
//! The arrows point down: [`app`] (terminal, threads, clipboard, files) above [`view`] (state → frame and hit map) and
//! [`input`] ((state, event) → command), these above [`update`] ((state, command) → effect), the only writer, and all of
//! it above [`model`], which is data. The plots are drawn by [`crate::chart`], in the colours of a [`crate::theme`].

pub mod app;
pub mod command_line;
pub mod config;
pub mod input;
mod jobs;
pub mod model;
pub mod share;
pub mod still;
pub mod update;
pub mod view;
pub mod views;

pub use model::{hit, state};
pub use view::panels;
