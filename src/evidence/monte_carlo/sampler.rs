//! Draws at one number of samples: errors of the fits on the population, in pairs that share tasks.

use std::ops::Range;

use faer::Mat;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::evidence::draw::{Drawn, Fitting, normal};
use crate::evidence::isotropic::{IsotropicTail, TailErrors};
use crate::evidence::shared_eigenvalue::Rotation;
use crate::linalg::{Threads, product};
use crate::scenario::ScenarioError;

/// The distribution of each entry of Σ_x^{-1/2}x.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Covariates {
    #[default]
    /// Independent standard normal entries.
    Gaussian,
    /// Independent entries ±1.
    Rademacher,
}

/// The requested draws of a pair, an estimate of Bias², and estimates from shared features or samples.
pub(super) type Pair = (Vec<Trial>, Option<f64>, Option<Shared>);

/// Mean products of the errors of two draws of a pair.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shared {
    /// With common features and different samples: estimates bias² + V_W.
    pub features: f64,
    /// With common samples and different features: estimates bias² + V_X.
    pub samples: f64,
    /// Product of the errors from label noise alone, with common samples and different features: estimates V_{X,ε}.
    pub noise: f64,
}

/// Excess risk of one draw, and the parts caused by signal and noise alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Trial {
    pub excess: f64,
    pub signal: f64,
    pub noise: f64,
}

/// Errors of one draw for both tasks and for the noise alone (three columns).
struct Errors {
    coordinates: Mat<f64>,
    /// Errors in the isotropic tail, which are then not part of `coordinates`.
    tail: Option<TailErrors>,
}

/// Draws samples, tasks and noise of one population at one n, and fits the predictor to them.
#[derive(Debug, Clone)]
pub(super) struct Sampler {
    pub samples: usize,
    pub seed: u64,
    pub covariates: Covariates,
    /// Noise variance σ².
    pub noise: f64,
    pub ridge: f64,
    /// √s of the directions with features.
    pub lengths: Vec<f64>,
    /// Standard deviations of Σ_x^{1/2}θ along all p directions.
    pub task: Vec<f64>,
    /// ρ along the p directions (without those in `tail`, if there is one); empty without a test covariance.
    pub test: Vec<f64>,
    /// Range of the directions of a cut eigenvalue, of which a random subspace is kept.
    pub cut: Option<Range<usize>>,
    pub fitting: Fitting,
    pub tail: Option<IsotropicTail>,
}

impl Sampler {
    /// The requested draws of a pair, and an estimate of Bias² if both are requested. Draws are independent, but each
    /// set of samples is used to fit both tasks: for one task, the mean product of the errors from two independent
    /// sets of samples is Bias².
    pub fn pair(
        &self,
        pair: usize,
        wanted: Range<usize>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Pair, ScenarioError> {
        let mut tasks = Mat::zeros(self.task.len(), 2);
        for (c, column) in tasks.col_iter_mut().enumerate() {
            let mut random = self.stream(2 * pair + c, true);
            column.iter_mut().zip(&self.task).for_each(|(v, deviation)| *v = deviation * normal(&mut random));
        }
        // The subspace is part of the representation: both draws of a pair share it.
        let rotation = self.cut.as_ref().map(|cut| {
            let mut random = ChaCha8Rng::seed_from_u64(self.seed ^ SUBSPACE);
            random.set_stream(((self.samples as u64) << 32) | pair as u64);
            Rotation::drawn(cut, &mut random)
        });
        rotation.iter().for_each(|rotation| rotation.transposed(&mut tasks));
        let mut errors = Vec::with_capacity(2);
        let mut trials = Vec::with_capacity(2);
        for draw in wanted {
            if stop() {
                return Err(ScenarioError::Interrupted);
            }
            let mut error = self.errors(draw, draw, &tasks)?;
            rotation.iter().for_each(|rotation| rotation.forward(&mut error.coordinates));
            trials.push(self.trial(&error, draw % 2));
            errors.push(error);
        }
        let bias = match errors.as_slice() {
            [a, b] => Some((0..2).map(|c| self.between(a, b, c)).sum::<f64>() / 2.0),
            _ => None,
        };
        let shared = match (errors.as_slice(), &self.fitting) {
            ([a, b], Fitting::Random { .. }) => {
                // Features of one draw with the samples of the other.
                let (first, second) = (2 * pair, 2 * pair + 1);
                let (ab, ba) = (self.errors(first, second, &tasks)?, self.errors(second, first, &tasks)?);
                let both = |x: &Errors, y: &Errors| (0..2).map(|c| self.between(x, y, c)).sum::<f64>() / 2.0;
                Some(Shared {
                    features: f64::midpoint(both(a, &ab), both(b, &ba)),
                    samples: f64::midpoint(both(a, &ba), both(b, &ab)),
                    noise: f64::midpoint(self.between(a, &ba, 2), self.between(b, &ab, 2)),
                })
            }
            _ => None,
        };
        Ok((trials, bias, shared))
    }

    /// Errors Lβ̂ − Σ_x^{1/2}θ with the features and the samples of two draws (p×3, with more rows for the nonlinear
    /// remainder): for noiseless labels of both tasks, and for noise alone. The fit is linear in the labels.
    fn errors(&self, features: usize, draw: usize, tasks: &Mat<f64>) -> Result<Errors, ScenarioError> {
        let (n, p) = (self.samples, self.task.len());
        let mut random = self.stream(draw, false);
        let unfitted = || ScenarioError::new(format!("draw {draw} could not be fitted"));
        if let Some(tail) = &self.tail {
            let (coordinates, tail) =
                tail.errors(tasks, self.noise.sqrt(), &mut random).ok_or_else(unfitted)?;
            return Ok(Errors { coordinates, tail: Some(tail) });
        }
        let mut samples = Mat::zeros(n, p);
        for column in samples.col_iter_mut() {
            match self.covariates {
                Covariates::Gaussian => column.iter_mut().for_each(|v| *v = normal(&mut random)),
                Covariates::Rademacher => {
                    column.iter_mut().for_each(|v| *v = if random.random::<bool>() { 1.0 } else { -1.0 });
                }
            }
        }
        let explained = product(samples.as_ref(), tasks.as_ref(), Threads::One);
        let mut labels = Mat::zeros(n, 3);
        labels.get_mut(.., ..2).copy_from(&explained);
        let deviation = self.noise.sqrt();
        labels.col_mut(2).iter_mut().for_each(|v| *v = deviation * normal(&mut random));
        let drawn = Drawn {
            samples: samples.as_ref(),
            lengths: &self.lengths,
            tasks,
            labels: &labels,
            ridge: self.ridge,
        };
        let mut representation = ChaCha8Rng::seed_from_u64(self.seed ^ REPRESENTATION);
        representation.set_stream(((self.samples as u64) << 32) | features as u64);
        // The nonlinear remainder depends on features and samples together.
        let mut both = ChaCha8Rng::seed_from_u64(self.seed ^ BOTH);
        both.set_stream(((features as u64) << 32) | draw as u64);
        let coordinates =
            drawn.errors(&self.fitting, &mut representation, &mut both).map_err(|_| unfitted())?;
        Ok(Errors { coordinates, tail: None })
    }

    /// The trial from the errors of a draw, whose task has the index `task`.
    fn trial(&self, errors: &Errors, task: usize) -> Trial {
        let dot = |i: usize, j: usize| {
            let in_tail = errors.tail.as_ref().map_or(0.0, |tail| tail.within(i, j));
            self.dot(&errors.coordinates, i, &errors.coordinates, j) + in_tail
        };
        let (signal, noise) = (dot(task, task), dot(2, 2));
        Trial { excess: signal + noise + 2.0 * dot(task, 2), signal, noise }
    }

    /// Inner product of the errors of one column in two draws, or in the tail a product with the same mean.
    fn between(&self, a: &Errors, b: &Errors, column: usize) -> f64 {
        let in_tail = match (&a.tail, &b.tail) {
            (Some(a), Some(b)) => a.between(b, column),
            _ => 0.0,
        };
        self.dot(&a.coordinates, column, &b.coordinates, column) + in_tail
    }

    /// Inner product of two columns of errors, weighted by the test covariance.
    fn dot(&self, a: &Mat<f64>, i: usize, b: &Mat<f64>, j: usize) -> f64 {
        let products = a.col(i).iter().zip(b.col(j).iter()).map(|(x, y)| x * y);
        if self.test.is_empty() {
            return products.sum();
        }
        products.zip(&self.test).map(|(product, ratio)| product * ratio).sum()
    }

    /// A separate random stream for every draw and number of samples.
    fn stream(&self, draw: usize, task: bool) -> ChaCha8Rng {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(((self.samples as u64) << 32) | ((draw as u64) << 1) | u64::from(task));
        random
    }
}

/// Seeds for representations, and for what depends on representation and samples together.
const REPRESENTATION: u64 = 0x5eed_0f0f_0000_0001;
const BOTH: u64 = 0x5eed_0f0f_0000_0002;
/// Seed for the random subspace of a cut eigenvalue.
const SUBSPACE: u64 = 0x5eed_0f0f_0000_0003;
