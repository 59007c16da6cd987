//! riskscope: the exact downstream risk of transfer learning with a linear model on pretrained features.
//!
//! The rooms, from the ground up: [`theory`] is pure mathematics; [`scenario`] turns what a user describes
//! into checked spectra. Arrows point down only.

pub mod dashboard;
pub mod engine;
pub mod scenario;
pub mod theory;
