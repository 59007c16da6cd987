//! riskscope: the asymptotically exact downstream risk of transfer learning with a linear model on pretrained features.
//!
//! The rooms, from the ground up: [`numbers`] writes numbers; [`linalg`] is matrices; [`theory`] is pure mathematics; [`data`] reads real rows and targets; [`scenario`]
//! turns what a user describes into checked populations; [`evidence`] fits on drawn samples; [`study`] answers a request
//! with curves, planes and readouts; [`engine`] computes in the background, newest request first; [`chart`], [`theme`] and
//! [`terminal`] draw; [`report`] prints results without a screen; [`dashboard`] is the interactive app; [`cli`] the command
//! line. Arrows point down only.

pub mod chart;
pub mod cli;
pub mod dashboard;
pub mod data;
pub mod engine;
pub mod evidence;
pub mod linalg;
pub mod numbers;
pub mod outside;
pub mod report;
pub mod scenario;
pub mod study;
pub mod terminal;
pub mod theme;
pub mod theory;
