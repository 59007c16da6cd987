//! Monte Carlo at finite n and p (section 8): samples, task and noise are drawn, the predictor is fitted to them, and
//! its risk on the population is exact: R = ‖Lβ̂ − Σ_x^{1/2}θ‖² + σ². No asymptotic formula takes part in it.
//!
//! Samples are drawn in the eigenbasis of M = Σ_x^{1/2}FΣ_x^{1/2}, where Σ_x^{-1/2}x has independent entries. Gaussian
//! samples have one distribution in every orthonormal basis; and correlations of the task between eigenvectors of M do
//! not affect the mean risk, since changing the sign of one coordinate of every sample changes nothing else.
//!
//! Where all but a few directions have one eigenvalue, large draws are made without their matrix of samples
//! (`isotropic`); their distribution is the same.
//!
//! Under a test covariance in the same eigenbasis (section 5) each direction's error counts ρ times: R = Σ ρ(…)² + σ².

use faer::Mat;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use super::directions::{directions, weighs_as};
use super::draw::{Drawn, Fitting, MOST_ENTRIES, normal};
use super::isotropic::{IsotropicTail, TailErrors};
use super::statistics::{RepresentationTerms, Statistics, Terms, is_news, mean};
use crate::linalg::{Threads, product};
use crate::scenario::{Model, ScenarioError};
use crate::theory::{Risk, SampleRatio};

/// The distribution of each entry of Σ_x^{-1/2}x.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Covariates {
    #[default]
    /// Independent standard normal entries.
    Gaussian,
    /// ±1.
    Rademacher,
}

/// Order of one solved system: some seconds a draw.
const MOST_UNKNOWNS: usize = 6000;
/// Numbers of a matrix of samples up to which it is always drawn in full: some 0.1 s a draw.
const FEW_ENTRIES: usize = 4_000_000;
/// Pairs of draws between two reports.
const BATCH: usize = 8;

/// A run of draws at one number of samples, which later draws continue.
#[derive(Debug, Clone)]
pub struct MonteCarlo {
    samples: usize,
    seed: u64,
    covariates: Covariates,
    noise: f64,
    theory: Risk,
    /// √s of the directions that samples reach, then deviations of Σ_x^{1/2}θ along all p directions.
    lengths: Vec<f64>,
    task: Vec<f64>,
    /// ρ along the p directions (those outside of `tail`, where there is one); empty where test samples are like the
    /// downstream ones.
    test: Vec<f64>,
    fitting: Fitting,
    tail: Option<IsotropicTail>,
    trials: Vec<Trial>,
    /// Unbiased estimates of Bias², one a pair of draws.
    biases: Vec<f64>,
    /// For random features: estimates from pairs that share the features or the samples, one a pair of draws.
    shared: Vec<Shared>,
}

/// The requested draws of a pair, an estimate of Bias² and those that share features or samples.
type Pair = (Vec<Trial>, Option<f64>, Option<Shared>);

/// Mean products of the errors of two draws of a pair.
#[derive(Debug, Clone, Copy)]
struct Shared {
    /// With one representation and other samples: bias² + V_W.
    features: f64,
    /// With the same samples and another representation: bias² + V_X.
    samples: f64,
    /// Risk of the errors from label noise alone, with equal samples and another representation: V_{X,ε}.
    noise: f64,
}

/// One draw's excess risk, and what the signal and the noise alone cause.
#[derive(Debug, Clone, Copy)]
struct Trial {
    excess: f64,
    signal: f64,
    noise: f64,
}

/// Errors of one draw for both tasks and for the noise alone (three columns).
struct Errors {
    coordinates: Mat<f64>,
    /// Errors in the isotropic tail, which `coordinates` then leaves out.
    tail: Option<TailErrors>,
}

impl MonteCarlo {
    /// The model's featurization and ridge with `samples` samples. A featurization that follows n is built for this n;
    /// an optimal ridge is the theory's for this n, kept for all draws.
    ///
    /// # Errors
    /// For measured models, where the featurization does not exist at this n, where under a test covariance the kept
    /// directions are not unique, and for sizes too large to draw.
    pub fn new(
        model: &Model,
        samples: usize,
        seed: u64,
        covariates: Covariates,
    ) -> Result<Self, ScenarioError> {
        Self::drawn_in_full_up_to(FEW_ENTRIES, model, samples, seed, covariates)
    }

    fn drawn_in_full_up_to(
        entries: usize,
        model: &Model,
        samples: usize,
        seed: u64,
        covariates: Covariates,
    ) -> Result<Self, ScenarioError> {
        let p = model.dimension();
        if model.pool().is_some() {
            return Err(ScenarioError::new(
                "Monte Carlo needs a synthetic scenario; measured data are subsampled instead",
            ));
        }
        if samples == 0 {
            return Err(ScenarioError::new("0 samples leave nothing to fit; accepted are 1 or more"));
        }
        let ratio = SampleRatio::new(samples as f64 / p as f64)?;
        let chosen = &model.scenario().featurization;
        let representation = model.chosen()?;
        let Some(spectrum) = representation.spectrum_at(ratio, model.ridge(), model.noise()) else {
            return Err(ScenarioError::new(format!(
                "featurization {} does not exist with {samples} samples; accepted are fewer than the dimension {p}",
                chosen.name()
            )));
        };
        let Some(theory) = representation.evaluate(ratio, model.ridge(), model.noise())? else {
            return Err(ScenarioError::new(format!(
                "featurization {} does not exist with {samples} samples; accepted are fewer than the dimension {p}",
                chosen.name()
            )));
        };
        let fitting = Fitting::of(model, samples, &theory)?;
        let (lengths, mut task) = directions(&spectrum, p)?;
        let mut test = Vec::new();
        if let Some(directions) = model.tested_directions(chosen)? {
            if !weighs_as(&spectrum, &directions) {
                return Err(ScenarioError::new(format!(
                    "which directions featurization {} keeps is not known here, and under [test] it counts; accepted are \
                     the other kinds",
                    chosen.name()
                )));
            }
            // Each direction has its energy, not the mean of its eigenvalue's, since energies are paired with ρ.
            task = directions.iter().map(|(energy, _)| (energy / p as f64).sqrt()).collect();
            test = directions.into_iter().map(|(_, ratio)| ratio).collect();
        }
        let plain = covariates == Covariates::Gaussian && matches!(fitting, Fitting::Plain);
        let tail = (plain && samples.saturating_mul(p) > entries)
            .then(|| IsotropicTail::of(samples, theory.ridge, &lengths, &test))
            .flatten();
        let (entries, unknowns) = match &tail {
            Some(tail) => (tail.entries().saturating_add(4 * p), 0),
            None => (samples.saturating_mul(p), samples.min(p)),
        };
        if entries > MOST_ENTRIES || unknowns > MOST_UNKNOWNS {
            return Err(ScenarioError::new(format!(
                "{samples} samples of dimension {p} are too many to draw; accepted are at most {MOST_ENTRIES} numbers \
                 in all and {MOST_UNKNOWNS} of either (lower dimension)"
            )));
        }
        if let Some(tail) = &tail {
            let outside = test.iter().enumerate().filter(|(i, _)| tail.is_other(*i));
            test = outside.map(|(_, ratio)| *ratio).collect();
        }
        Ok(Self {
            samples,
            seed,
            covariates,
            noise: model.noise().get(),
            theory,
            lengths,
            task,
            test,
            fitting,
            tail,
            trials: Vec::new(),
            biases: Vec::new(),
            shared: Vec::new(),
        })
    }

    /// n.
    #[must_use]
    pub const fn samples(&self) -> usize {
        self.samples
    }

    /// p.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.task.len()
    }

    /// The asymptotic risk at this n.
    #[must_use]
    pub const fn theory(&self) -> &Risk {
        &self.theory
    }

    /// Continues until there are `draws` draws in all. The same draws give the same digits however many threads there
    /// are and however the run is divided. `report` sees the statistics after every batch.
    ///
    /// # Errors
    /// [`ScenarioError::Interrupted`] once `stop` returns true; it is called before every draw, and finished batches
    /// are kept.
    pub fn run(
        &mut self,
        draws: usize,
        report: &mut dyn FnMut(&Statistics),
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), ScenarioError> {
        let mut reported = self.trials.len();
        while self.trials.len() < draws {
            let first = self.trials.len();
            let end = draws.min((first / 2 + BATCH) * 2);
            let pair = |pair: usize| self.pair(pair, first.max(2 * pair)..end.min(2 * pair + 2), stop);
            let pairs: Vec<_> =
                (first / 2..end.div_ceil(2)).into_par_iter().map(pair).collect::<Result<_, _>>()?;
            for (trials, bias, shared) in pairs {
                self.trials.extend(trials);
                self.biases.extend(bias);
                self.shared.extend(shared);
            }
            if is_news(self.trials.len(), reported, draws) {
                reported = self.trials.len();
                report(&self.statistics());
            }
        }
        Ok(())
    }

    /// Statistics of the draws so far.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let risks: Vec<f64> = self.trials.iter().map(|t| t.excess + self.noise).collect();
        let average = |of: fn(&Trial) -> f64| mean(&self.trials.iter().map(of).collect::<Vec<_>>());
        let bias = mean(&self.biases);
        let shared = |of: fn(&Shared) -> f64| mean(&self.shared.iter().map(of).collect::<Vec<_>>());
        let terms = (!self.biases.is_empty() && self.fitting.has_terms()).then(|| {
            let (signal, noise) = (average(|t| t.signal), average(|t| t.noise));
            if self.shared.is_empty() {
                return Terms {
                    bias,
                    variance_x: signal - bias,
                    variance_x_noise: noise,
                    representation: None,
                };
            }
            let (given, of_samples, of_noise) =
                (shared(|s| s.features), shared(|s| s.samples), shared(|s| s.noise));
            Terms {
                bias,
                variance_x: of_samples - bias,
                variance_x_noise: of_noise,
                representation: Some(RepresentationTerms {
                    variance_w: given - bias,
                    variance_w_x: signal - given - of_samples + bias,
                    variance_w_x_noise: noise - of_noise,
                }),
            }
        });
        Statistics { terms, ..Statistics::of(&risks) }
    }

    /// The requested draws of a pair, and Bias² if both are. Draws are independent, but the tasks of both are fitted to
    /// the samples of each: for one task, the errors from two independent sets of samples have Bias² as their mean
    /// product.
    fn pair(
        &self,
        pair: usize,
        wanted: std::ops::Range<usize>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Pair, ScenarioError> {
        let mut tasks = Mat::zeros(self.task.len(), 2);
        for (c, column) in tasks.col_iter_mut().enumerate() {
            let mut random = self.stream(2 * pair + c, true);
            column.iter_mut().zip(&self.task).for_each(|(v, deviation)| *v = deviation * normal(&mut random));
        }
        let mut errors = Vec::with_capacity(2);
        let mut trials = Vec::with_capacity(2);
        for draw in wanted {
            if stop() {
                return Err(ScenarioError::Interrupted);
            }
            let error = self.errors(draw, draw, &tasks)?;
            trials.push(self.trial(&error, draw % 2));
            errors.push(error);
        }
        let bias = match errors.as_slice() {
            [a, b] => Some((0..2).map(|c| self.between(a, b, c)).sum::<f64>() / 2.0),
            _ => None,
        };
        let shared = match (errors.as_slice(), &self.fitting) {
            ([a, b], Fitting::Random { .. }) => {
                // The features of one draw with the samples of the other.
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

    /// Errors Lβ̂ − Σ_x^{1/2}θ with the features and the samples of two draws (p×3, and more rows for what is not linear
    /// in the covariates): for the labels of both tasks without noise, and for the noise alone. The fit is linear in the
    /// labels.
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
            ridge: self.theory.ridge,
        };
        let mut representation = ChaCha8Rng::seed_from_u64(self.seed ^ REPRESENTATION);
        representation.set_stream(((self.samples as u64) << 32) | features as u64);
        // The nonlinear part depends on features and samples together.
        let mut both = ChaCha8Rng::seed_from_u64(self.seed ^ BOTH);
        both.set_stream(((features as u64) << 32) | draw as u64);
        let coordinates =
            drawn.errors(&self.fitting, &mut representation, &mut both).map_err(|_| unfitted())?;
        Ok(Errors { coordinates, tail: None })
    }

    /// The trial of the errors of a draw, whose task is number `task`.
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

    /// A separate stream of random numbers for every draw and number of samples.
    fn stream(&self, draw: usize, task: bool) -> ChaCha8Rng {
        let mut random = ChaCha8Rng::seed_from_u64(self.seed);
        random.set_stream(((self.samples as u64) << 32) | ((draw as u64) << 1) | u64::from(task));
        random
    }
}

/// Seeds of the representations, and of what depends on representation and samples together.
const REPRESENTATION: u64 = 0x5eed_0f0f_0000_0001;
const BOTH: u64 = 0x5eed_0f0f_0000_0002;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Scenario;

    fn measured(text: &str, samples: usize, entries: usize) -> (MonteCarlo, Statistics) {
        let model = Model::new(&Scenario::from_toml(text).unwrap(), None, &|| false).unwrap();
        let mut run =
            MonteCarlo::drawn_in_full_up_to(entries, &model, samples, 5, Covariates::Gaussian).unwrap();
        run.run(3000, &mut |_| (), &|| false).unwrap();
        let statistics = run.statistics();
        (run, statistics)
    }

    /// Draws without their matrix of samples against draws in full: risk, bias² and both variances, below and above the
    /// tail's number of directions, with a ridge and without, with directions out of reach, and under a test covariance.
    #[test]
    fn draws_of_an_isotropic_tail_have_the_distribution_of_draws_in_full() {
        let spiked = "dimension = 40\nnoise = 0.2\n[covariates]\nfamily = \"spiked\"\nspikes = 2\nstrength = 9\n\
                      [task]\nfamily = \"power-law\"\nexponent = 0.5\n";
        let raw = "[featurization]\nkind = \"raw\"\n";
        let ridge = |ridge: &str| spiked.replace("[covariates]", &format!("ridge = {ridge}\n[covariates]"));
        let unreached = "dimension = 40\nnoise = 0.1\nridge = 0.1\n[featurization]\nkind = \"raw\"\n[spectrum]\n\
                         weights = [0.05, 0.75, 0.2]\neigenvalues = [4.0, 1.0, 0.0]\nenergies = [0.5, 0.3, 0.2]\n";
        let shifted = "[test]\nfamily = \"spiked\"\nspikes = 2\nstrength = 3\n";
        let cases = [
            (format!("{spiked}{raw}"), 24),
            (format!("{spiked}{raw}"), 70),
            (format!("{}{raw}", ridge("0.3")), 24),
            (format!("{}{raw}", ridge("0.3")), 60),
            (unreached.to_owned(), 25),
            (format!("{}{raw}{shifted}", ridge("0.3")), 24),
        ];
        for (text, samples) in cases {
            let (run, of_tail) = measured(&text, samples, 0);
            assert!(run.tail.is_some(), "{text}");
            let (full, in_full) = measured(&text, samples, usize::MAX);
            assert!(full.tail.is_none());
            let error = (of_tail.standard_error.powi(2) + in_full.standard_error.powi(2)).sqrt();
            let near = |a: f64, b: f64| (a - b).abs() < 4.0 * error;
            assert!(near(of_tail.mean, in_full.mean), "{text} n {samples}: {of_tail:?} {in_full:?}");
            let (a, b) = (of_tail.terms.unwrap(), in_full.terms.unwrap());
            for (a, b) in
                [(a.bias, b.bias), (a.variance_x, b.variance_x), (a.variance_x_noise, b.variance_x_noise)]
            {
                assert!(near(a, b), "{text} n {samples}: {a} {b}, {of_tail:?} {in_full:?}");
            }
        }
    }
}
