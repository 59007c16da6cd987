//! riskscope: the asymptotically exact downstream risk of transfer learning with a linear model on pretrained features.
//!
//! Given pretrained features and downstream tasks: the test risk for every number of labelled samples, where it
//! diverges, and which representation is best. The program `riskscope` shows it in a terminal; all of its computations
//! are in this library.
//!
//! # A spectrum and its curve
//!
//! All that the risk depends on is a [`theory::Spectrum`]: eigenvalues of the featurized covariates, and how much of the
//! task lies along each. Isotropic features at λ = 0 have the risk (1 − α) + σ²/(1 − α) below n = p and a pole there:
//!
//! ```
//! use riskscope::theory::{NoiseVariance, Ridge, RidgeChoice, SampleRatio, Spectrum, sweep};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // One (eigenvalue, task energy) a direction; all alike here.
//! let spectrum = Spectrum::uniform(&[(1.0, 1.0); 100])?;
//! let ridgeless = RidgeChoice::Fixed(Ridge::new(0.0)?);
//! let ratios = [0.5, 1.0, 2.0].map(SampleRatio::new).into_iter().collect::<Result<Vec<_>, _>>()?;
//! let curve = sweep::curve(&spectrum, &ratios, ridgeless, NoiseVariance::new(0.1)?, &|| false)?;
//!
//! let risk = |i: usize| curve[i].as_ref().map(|point| point.risk);
//! assert!((risk(0).unwrap() - 0.7).abs() < 1e-12);
//! assert_eq!(risk(1), Some(f64::INFINITY));
//! assert!((risk(2).unwrap() - 0.2).abs() < 1e-12);
//! # Ok(())
//! # }
//! ```
//!
//! # Rows and what they promise
//!
//! Real rows enter as [`ndarray`] arrays (or from files, [`data::load_features`]); a [`data::Pool`] is what all of them
//! say about covariates and tasks, and a [`data::Featurizer`] makes the spectrum of one way to look at them:
//!
//! ```
//! use ndarray::Array2;
//! use riskscope::data::{Features, Featurizer, Pool, Targets, TaskChoice};
//! use riskscope::theory::{NoiseVariance, RidgeChoice, SampleRatio, ridge};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // 400 rows of 20 features, and a target that follows one of them but for a little noise.
//! let wave = |i: usize, j: usize| ((i * i + 31 * j * i + 7 * j + 1) as f64 * 0.618).sin();
//! let rows = Array2::from_shape_fn((400, 20), |(i, j)| wave(i, j));
//! let target = Array2::from_shape_fn((400, 1), |(i, _)| wave(i, 3) + 0.3 * wave(i, 40));
//! let features = Features::from_array("rows", rows.view())?;
//! let pool = Pool::new(features, Targets::from_array("target", target.view())?, &|_| true)?;
//!
//! let spectrum = Featurizer::raw(&pool).spectrum(&pool, TaskChoice::Task(0))?;
//! let noise = NoiseVariance::new(pool.noise(TaskChoice::Task(0)))?;
//! let promised = |samples: f64| {
//!     let ratio = SampleRatio::new(samples / pool.dimension() as f64)?;
//!     ridge::evaluate(&spectrum, ratio, RidgeChoice::OptimalNonNegative, noise).map(|risk| risk.risk)
//! };
//! // Risk 1 is that of predicting the mean; more labels help, down to the noise.
//! let (few, many) = (promised(10.0)?, promised(200.0)?);
//! assert!(noise.get() < many && many < few && few < 1.0, "{few} {many}");
//! # Ok(())
//! # }
//! ```
//!
//! # The house
//!
//! From the ground up; arrows between rooms point down only. `linalg` is matrices; `outside` is what comes in and
//! leaves; [`theory`] is pure mathematics; [`data`] reads real rows and targets; [`scenario`] turns what a user describes
//! into checked populations; [`evidence`] fits on drawn samples; [`study`] answers a request with curves,
//! planes and readouts; `engine` computes in the background, newest request first; [`theme`], `chart` and `terminal` draw;
//! `figure` describes every picture once, for cells, svg and png; [`report`] prints results without a screen; `dashboard` is
//! the interactive app; `cli` the command line, and [`run`] the whole program. What has no link is not for other crates.
//!
//! The formulas are in THEORY.md, whose sections comments cite; ARCHITECTURE.md says how to add things.

mod chart;
mod cli;
mod dashboard;
pub mod data;
mod engine;
pub mod evidence;
mod figure;
mod linalg;
mod numbers;
mod outside;
pub mod report;
pub mod scenario;
pub mod study;
mod terminal;
pub mod theme;
pub mod theory;

pub use cli::start::{answer, run, run_with};
