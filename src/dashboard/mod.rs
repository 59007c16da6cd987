//! The interactive app: event → [`input`] → command → [`update`] → state → [`view`] → frame, with the effects of it
//! all in [`app`].
//!
//! The arrows point down: [`app`] (terminal, threads, clipboard, files) above [`view`] (state → frame and hit map) and
//! [`input`] ((state, event) → command), these above [`update`] ((state, command) → effect), the only writer, and all of
//! it above [`model`], which is data; [`config`] is what the model starts with. The plots are drawn by [`crate::chart`],
//! in the colours of a [`crate::theme`].

pub mod app;
pub mod config;
pub mod input;
pub mod model;
pub mod update;
pub mod view;

#[cfg(test)]
mod tests;
