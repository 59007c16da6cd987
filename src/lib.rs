//! riskscope: the asymptotically exact downstream risk of transfer learning with a linear model on pretrained features.
//!
//! Given pretrained features and downstream tasks: the test risk for every number of labelled samples, where it
//! diverges, and which representation is best. The program `riskscope` shows it in a terminal; all of its computations
//! are in this library.
//!
//! # A spectrum and its curve
//!
//! The risk depends only on a [`theory::Spectrum`]: the eigenvalues of the featurized covariates, and the energy of the
//! task along each eigenvector. Isotropic features at λ = 0 have risk (1 − α) + σ²/(1 − α) below n = p and a pole there:
//!
//! ```
//! use riskscope::theory::{NoiseVariance, Ridge, RidgeChoice, SampleRatio, Spectrum, sweep};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // (eigenvalue, task energy) of each direction, all equal.
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
//! # Real rows
//!
//! Real rows are given as [`ndarray`] arrays or files ([`data::load_features`]). A [`data::Pool`] has the covariance and
//! the tasks of all rows, and a [`data::Featurizer`] gives the spectrum of a featurization:
//!
//! ```
//! use ndarray::Array2;
//! use riskscope::data::{Features, Featurizer, Pool, Targets, TaskChoice};
//! use riskscope::theory::{NoiseVariance, RidgeChoice, SampleRatio, ridge};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // 400 rows of 20 features, and a target that depends on one of them, with noise.
//! let wave = |i: usize, j: usize| ((i * i + 31 * j * i + 7 * j + 1) as f64 * 0.618).sin();
//! let rows = Array2::from_shape_fn((400, 20), |(i, j)| wave(i, j));
//! let target = Array2::from_shape_fn((400, 1), |(i, _)| wave(i, 3) + 0.3 * wave(i, 40));
//! let features = Features::from_array("rows", rows.view())?;
//! let pool = Pool::new(features, Targets::from_array("target", target.view())?, &|_| true)?;
//!
//! let spectrum = Featurizer::raw(&pool).spectrum(&pool, TaskChoice::Task(0))?;
//! let noise = NoiseVariance::new(pool.noise(TaskChoice::Task(0)))?;
//! let risk = |samples: f64| {
//!     let ratio = SampleRatio::new(samples / pool.dimension() as f64)?;
//!     ridge::evaluate(&spectrum, ratio, RidgeChoice::OptimalNonNegative, noise).map(|risk| risk.risk)
//! };
//! // Predicting the mean has risk 1; more labels lower the risk towards the noise variance.
//! let (few, many) = (risk(10.0)?, risk(200.0)?);
//! assert!(noise.get() < many && many < few && few < 1.0, "{few} {many}");
//! # Ok(())
//! # }
//! ```
//!
//! # Modules
//!
//! Listed from the bottom up; each uses only those before it. `outside` reads and saves files, `linalg` has matrix
//! products and decompositions, [`theory`] the formulas on spectra; [`data`] reads real rows and targets and estimates
//! risks from them; [`scenario`] describes populations and checks them; [`evidence`] fits drawn samples; [`study`]
//! answers a request with curves, planes and readouts; `engine` runs requests on a worker thread; [`theme`], `chart` and
//! `terminal` draw; `figure` describes pictures for cells, svg and png; [`report`] writes results without a screen;
//! `dashboard` is the interactive program, `cli` the command line, and [`run`] the whole program. Modules without a link
//! are private.
//!
//! The formulas are in THEORY.md, whose sections the comments cite; ARCHITECTURE.md has recipes for extensions.

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
