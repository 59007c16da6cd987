//! The interactive application: an event becomes a command ([`input`]), which changes the state ([`update`]), from
//! which a frame is drawn ([`view`]); [`app`] performs the effects.
//!
//! Dependencies point down: [`app`] (terminal, threads, clipboard, files) is above [`view`] (state → frame and hit
//! map) and [`input`] ((state, event) → command). These are above [`update`] ((state, command) → effect), the only
//! code that changes the state, and all are above [`model`], which is data; [`config`] provides its initial settings.
//! Plots are drawn by [`crate::chart`] in the colours of a [`crate::theme`].

pub mod app;
pub mod config;
pub mod input;
pub mod model;
pub mod update;
pub mod view;

#[cfg(test)]
mod tests;
