//! riskscope: the exact downstream risk of transfer learning with a linear model on pretrained features.
//!
//! The rooms, from the ground up: [`theory`] is pure mathematics; [`scenario`] turns what a user describes into
//! checked spectra; [`evidence`] fits on drawn samples; [`engine`] computes in the background, newest request first; [`report`] prints results without a
//! screen; [`dashboard`] is the interactive app; [`cli`] the command line. Arrows point down only: a room uses rooms
//! named before it.

pub mod cli;
pub mod dashboard;
pub mod engine;
pub mod evidence;
pub mod report;
pub mod scenario;
pub mod theory;
