//! The fit of one draw (section 11): on the features themselves, on random features of them, towards the coefficients
//! of a source task, or as an average of fits on subsamples.
//!
//! Each fit returns the errors of the predictor on coordinates of unit variance: those of the covariates, and those
//! of the nonlinear remainder of random features, which carry no signal.

use faer::{Mat, MatRef};
use rand::seq::index::sample;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::linalg::{Threads, Undecomposed, product, ridge_regression, rows_of, scale_rows};
use crate::scenario::{Model, ScenarioError};
use crate::theory::representation::Representation;
use crate::theory::transfer::{Fits, SourceWeight};
use crate::theory::{Risk, SampleRatio};

/// The kind of fit of a draw.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fitting {
    /// Ridge on the features.
    Plain,
    /// Ridge on N random features with the residue ζ, drawn for every representation. For the plug-in optimum, the
    /// whitened covariates times √c are added as features, and `added` is c, which is part of every eigenvalue.
    Random { width: usize, residue: f64, added: f64 },
    /// Ridge towards γ times the fit of a source task.
    Towards { samples: usize, ridge: f64, noise: f64, correlation: f64, weight: f64 },
    /// The average of K fits on this many samples each.
    Bagged { part: usize, fits: usize },
}

/// Maximum number of entries of a random matrix: 0.4 GB.
pub(super) const MOST_ENTRIES: usize = 50_000_000;
/// Maximum number of random features of a draw.
const MOST_FEATURES: usize = 20_000;
/// Maximum number of averaged fits of a draw.
const MOST_FITS: u32 = 1000;

impl Fitting {
    /// The fit of the scenario's featurization with `samples` samples; γ is taken from `theory`.
    pub fn of(model: &Model, samples: usize, theory: &Risk) -> Result<Self, ScenarioError> {
        let scenario = model.scenario();
        let (chosen, ratio) = (model.chosen()?, SampleRatio::new(theory.sample_ratio)?);
        let random = match chosen.as_ref() {
            Representation::Random(features) => Some((features.width(), features.residue(), 0.0)),
            Representation::PlugIn(features) => {
                features.spectrum_at(ratio, model.noise()).map(|(_, added)| (features.width(), 0.0, added))
            }
            _ => None,
        };
        if let Some((width, residue, added)) = random {
            let width = (width * model.dimension() as f64).round() as usize;
            if width > MOST_FEATURES {
                return Err(ScenarioError::new(format!(
                    "{width} features are too many to draw; accepted are at most {MOST_FEATURES}"
                )));
            }
            return Ok(Self::Random { width, residue, added });
        }
        if let Some(source) = scenario.source {
            if source.samples.saturating_mul(model.dimension()) > MOST_ENTRIES {
                return Err(ScenarioError::new(format!(
                    "source.samples {} are too many to draw with dimension {}",
                    source.samples,
                    model.dimension()
                )));
            }
            let weight = match source.weight {
                SourceWeight::Fixed(weight) => weight,
                SourceWeight::Best => {
                    let unknown = || {
                        ScenarioError::new("the best weight of [source] is unknown at this n; give a number")
                    };
                    theory.source.ok_or_else(unknown)?.best_weight
                }
            };
            let noise = model.label_noise(source.noise)?.get();
            let (samples, ridge, correlation) = (source.samples, source.ridge, source.correlation);
            return Ok(Self::Towards { samples, ridge, noise, correlation, weight });
        }
        let Some(bagging) = scenario.bagging else { return Ok(Self::Plain) };
        let part = ((bagging.share * samples as f64).round() as usize).clamp(1, samples);
        match bagging.fits {
            Fits::Count(fits) if fits <= MOST_FITS => Ok(Self::Bagged { part, fits: fits as usize }),
            Fits::Count(_) | Fits::Infinite => Err(ScenarioError::new(format!(
                "Monte Carlo averages a finite number of fits; accepted are bagging.fits from 1 to {MOST_FITS}"
            ))),
        }
    }

    /// Whether bias² and variances can be estimated separately; not for a fit towards a source task.
    pub const fn has_terms(&self) -> bool {
        !matches!(self, Self::Towards { .. })
    }
}

pub(super) fn normal(random: &mut ChaCha8Rng) -> f64 {
    StandardNormal.sample(random)
}

/// Samples of one draw: standardised covariates (n×p), the first k of which have features with lengths √s, the tasks
/// (p×2), and labels (n×3) of both tasks and of the noise alone.
pub(super) struct Drawn<'a> {
    pub samples: MatRef<'a, f64>,
    pub lengths: &'a [f64],
    pub tasks: &'a Mat<f64>,
    pub labels: &'a Mat<f64>,
    pub ridge: f64,
}

impl Drawn<'_> {
    /// Coefficients of a fit on these samples alone (k×3).
    fn plain(&self, labels: &Mat<f64>) -> Result<Mat<f64>, Undecomposed> {
        ridge_regression(self.samples.get(.., ..self.lengths.len()), self.lengths, labels, self.ridge)
    }

    /// Errors of the predictor, one row a coordinate. `representation` is the random stream of the features, `random`
    /// that of everything else.
    pub fn errors(
        &self,
        fitting: &Fitting,
        representation: &mut ChaCha8Rng,
        random: &mut ChaCha8Rng,
    ) -> Result<Mat<f64>, Undecomposed> {
        let k = self.lengths.len();
        let times = |a: MatRef<'_, f64>, b: MatRef<'_, f64>| product(a, b, Threads::One);
        let (fitted, rest) = match *fitting {
            Fitting::Plain => (self.plain(self.labels)?, None),
            Fitting::Random { width, residue, added } => {
                // Φ = XLW + √ζ G, so a sample's error has the coordinates LWβ and √ζ β.
                let scale = (width as f64).sqrt().recip();
                let mut map = Mat::from_fn(k, width, |_, _| scale * normal(representation));
                let lengths: Vec<f64> =
                    self.lengths.iter().map(|l| (l * l - added).max(0.0).sqrt()).collect();
                scale_rows(map.as_mut(), if added > 0.0 { &lengths } else { self.lengths });
                if added > 0.0 {
                    let drawn = map;
                    let beside = |i: usize, j: usize| if i == j { added.sqrt() } else { 0.0 };
                    map = Mat::from_fn(k, width + k, |i, j| match j.checked_sub(width) {
                        Some(j) => beside(i, j),
                        None => *drawn.get(i, j),
                    });
                }
                let mut features = times(self.samples.get(.., ..k), map.as_ref());
                let spread = residue.sqrt();
                if residue > 0.0 {
                    for column in features.col_iter_mut() {
                        column.iter_mut().for_each(|v| *v += spread * normal(random));
                    }
                }
                let ones = vec![1.0; map.ncols()];
                let beta = ridge_regression(features.as_ref(), &ones, self.labels, self.ridge)?;
                let along = times(map.as_ref(), beta.as_ref());
                (along, (residue > 0.0).then(|| Mat::from_fn(width, 3, |i, c| spread * beta.get(i, c))))
            }
            Fitting::Towards { samples, ridge, noise, correlation, weight } => {
                let prior = self.source((samples, ridge, noise, correlation), random)?;
                let prior = Mat::from_fn(k, 3, |i, c| weight * prior.get(i, c));
                let known = times(self.samples.get(.., ..k), prior.as_ref());
                let mut fitted = self.plain(&(self.labels - &known))?;
                fitted += &prior;
                (fitted, None)
            }
            Fitting::Bagged { part, fits } => {
                let mut total = Mat::<f64>::zeros(k, 3);
                for _ in 0..fits {
                    let rows = sample(random, self.samples.nrows(), part).into_vec();
                    let samples = rows_of(self.samples.get(.., ..k), &rows);
                    total += &ridge_regression(
                        samples.as_ref(),
                        self.lengths,
                        &rows_of(self.labels.as_ref(), &rows),
                        self.ridge,
                    )?;
                }
                let share = (fits as f64).recip();
                (Mat::from_fn(k, 3, |i, c| share * total.get(i, c)), None)
            }
        };
        let p = self.tasks.nrows();
        let beyond = rest.as_ref().map_or(0, Mat::nrows);
        Ok(Mat::from_fn(p + beyond, 3, |i, c| {
            let found = match (&rest, i.checked_sub(p)) {
                (Some(rest), Some(j)) => *rest.get(j, c),
                _ if i < k => *fitted.get(i, c),
                _ => 0.0,
            };
            if c < 2 && i < p { found - self.tasks.get(i, c) } else { found }
        }))
    }

    /// Coefficients (k×3) of the source fit for each task and for the noise alone.
    fn source(
        &self,
        (samples, ridge, noise, correlation): (usize, f64, f64, f64),
        random: &mut ChaCha8Rng,
    ) -> Result<Mat<f64>, Undecomposed> {
        let (k, p) = (self.lengths.len(), self.tasks.nrows());
        if samples == 0 {
            return Ok(Mat::zeros(k, 3));
        }
        // The source's coefficients are c times the task's plus an independent part, which is the other task of the
        // same ensemble.
        let rest = (1.0 - correlation * correlation).max(0.0).sqrt();
        let tasks =
            Mat::from_fn(p, 2, |i, c| correlation * self.tasks.get(i, c) + rest * self.tasks.get(i, 1 - c));
        let covariates = Mat::from_fn(samples, p, |_, _| normal(random));
        let explained = product(covariates.as_ref(), tasks.as_ref(), Threads::One);
        let deviation = noise.sqrt();
        let labels =
            Mat::from_fn(
                samples,
                3,
                |i, c| if c < 2 { *explained.get(i, c) } else { deviation * normal(random) },
            );
        ridge_regression(covariates.get(.., ..k), self.lengths, &labels, ridge)
    }
}
