//! The interactive app: key → [`action::Action`] → [`update`] → request to the engine → results → [`draw`].
//!
//! [`state::State`] is what is shown and [`update`] the only place that changes it; [`app`] is the main loop, which
//! blocks on one channel and never computes; [`keymap`] feeds keys, help
//! and footer from one table. The plots are drawn by [`crate::chart`], in the colours of a [`crate::theme`].

pub mod action;
pub mod app;
pub mod command;
pub mod config;
mod crosshair;
pub mod display;
pub mod draw;
mod entry;
pub mod explain;
pub mod hit;
pub mod keymap;
pub mod keys;
mod list;
mod mode;
pub mod palette;
pub mod panels;
pub mod plot;
pub mod pointer;
pub mod roles;
pub mod share;
pub mod state;
pub mod still;
pub mod update;
pub mod views;
