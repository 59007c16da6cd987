//! Covariates and tasks with a common eigenbasis: every featurization has a closed form in each direction
//! (section 7).

use crate::scenario::ScenarioError;
use crate::scenario::description::{Alignment, Family, Scenario, Table};
use crate::scenario::population::families::{Run, log_sum, spectrum, zip};
use crate::scenario::population::given::Covariance;
use crate::theory::quantity::LARGEST;
use crate::theory::spectrum::NEGLIGIBLE;
use crate::theory::{Spectrum, TaskSpectrum, TheoryError};

/// Directions with equal covariance and equal task energy.
#[derive(Debug, Clone, Copy)]
struct Block {
    /// Share of the p directions.
    weight: f64,
    /// Number of directions, if they are counted.
    count: usize,
    /// ln x, with x of mean 1 (unscaled for a table).
    log_x: f64,
    /// Energy τ for signal 1 (unscaled for a table); an estimate may be negative.
    energy: f64,
    /// ln τ; NaN if τ is negative.
    log_energy: f64,
    /// ρ, the ratio of the test covariance's eigenvalue to x.
    ratio: f64,
}

/// A population whose Σ_x and Σ_θ commute.
#[derive(Debug)]
pub(in crate::scenario) struct Commuting {
    blocks: Vec<Block>,
    /// Whether the spectrum is a table, used unscaled.
    table: bool,
    /// Whether the test covariance differs: not every ρ is 1.
    shifted: bool,
    /// Signal lost to noise on the covariates, in the unit of the energies.
    hidden: f64,
    pub notes: Vec<String>,
}

impl Commuting {
    /// The families' eigenvalues in a common order; rotated tasks are treated as aligned.
    pub fn of_families(scenario: &Scenario) -> Result<Self, ScenarioError> {
        let mut notes = Vec::new();
        let (p, x) = match &scenario.covariates {
            Family::File { file } => {
                let found = Covariance::of_covariates(file)?;
                (found.values.len(), runs(&found.values))
            }
            family => {
                let p = scenario.dimension;
                (p, spectrum(family, p, "covariates", &mut notes))
            }
        };
        let mut theta: Vec<Run> = spectrum(&scenario.task.family, p, "task", &mut notes);
        if scenario.task.alignment == Alignment::AntiAligned {
            theta.reverse();
        }
        let test = scenario.test.as_ref().filter(|_| scenario.is_shifted());
        let test = test.map(|family| spectrum(family, p, "test", &mut notes));
        let joined = zip(x.iter().map(|run| (run.count, run.log)), theta);
        let is_tested = test.is_some();
        let joined: Vec<_> = match test {
            None => joined.into_iter().map(|(n, x, t)| (n, x, t, x)).collect(),
            Some(test) => zip(joined.into_iter().map(|(n, x, t)| (n, (x, t))), test)
                .into_iter()
                .map(|(n, (x, t), u)| (n, x, t, u))
                .collect(),
        };
        // The means over the p directions of x, of the test eigenvalues and of the energies xθ are all 1.
        let mean = |log: fn(f64, f64, f64) -> f64| {
            log_sum(joined.iter().map(|&(n, x, t, u)| (n as f64, log(x, t, u)))) - (p as f64).ln()
        };
        let (scale_x, scale) = (mean(|x, _, _| x), mean(|x, t, _| x + t));
        let scale_test = is_tested.then(|| mean(|_, _, u| u));
        let block = |&(count, x, t, u): &(usize, f64, f64, f64)| {
            let log_energy = x + t - scale;
            Block {
                weight: count as f64 / p as f64,
                count,
                log_x: x - scale_x,
                energy: log_energy.exp(),
                log_energy,
                ratio: scale_test.map_or(1.0, |scale_test| ((u - scale_test) - (x - scale_x)).exp()),
            }
        };
        let blocks: Vec<Block> = joined.iter().map(block).collect();
        let most = blocks.iter().map(|b| b.ratio).fold(0.0, f64::max);
        if let (Some(family), true) = (&scenario.test, most > LARGEST) {
            return Err(ScenarioError::new(format!(
                "test.family {} has an eigenvalue more than {LARGEST:e} times the covariates'; accepted are smaller ones",
                family.name()
            )));
        }
        let largest = blocks.iter().map(|b| b.log_x).fold(f64::NEG_INFINITY, f64::max);
        let lost: usize =
            blocks.iter().filter(|b| b.log_x - largest < NEGLIGIBLE.ln()).map(|b| b.count).sum();
        if lost > 0 {
            notes.push(format!(
                "{lost} of {p} covariate eigenvalues are below {NEGLIGIBLE:e} of the largest and count as 0"
            ));
        }
        let shifted = blocks.iter().any(|b| b.ratio != 1.0);
        Ok(Self { blocks, table: false, shifted, hidden: 0.0, notes })
    }

    /// A table's atoms.
    pub fn of_table(table: &Table) -> Self {
        let total = crate::theory::numeric::sum(table.weights.iter().copied());
        let block = |(weight, s, energy): (f64, f64, f64)| Block {
            weight: weight / total,
            count: 0,
            log_x: s.ln(),
            energy,
            log_energy: if energy == 0.0 { f64::NEG_INFINITY } else { energy.ln() },
            ratio: 1.0,
        };
        let mut notes = Vec::new();
        if (total - 1.0).abs() > 1e-12 {
            notes.push(format!("spectrum.weights sum to {total}, not to 1: they are rescaled to sum to 1"));
        }
        let negative = table.energies.iter().filter(|&&energy| energy < 0.0).count();
        if negative > 0 {
            notes.push(format!(
                "{negative} of {} spectrum.energies are below 0, as unbiased estimates can be: a risk may then be \
                 below the noise, and optimum, floor and ground truth have none",
                table.energies.len()
            ));
        }
        Self { blocks: table.atoms().map(block).collect(), table: true, shifted: false, hidden: 0.0, notes }
    }

    /// Dimension p, if directions are counted.
    pub fn directions_counted(&self) -> usize {
        self.blocks.iter().map(|b| b.count).sum()
    }

    /// Whether the test covariance differs.
    pub const fn is_shifted(&self) -> bool {
        self.shifted
    }

    /// Signal r²: 1, or Σ w τ of a table.
    pub fn signal(&self) -> f64 {
        crate::theory::numeric::sum(self.blocks.iter().map(|b| b.weight * b.energy)) + self.hidden
    }

    /// The covariates with isotropic noise of variance η (section 11.4): x becomes x + η, τ becomes τx/(x + η), and Σ
    /// wτη/(x + η) of the signal is lost.
    pub fn with_feature_noise(mut self, eta: f64) -> Self {
        if eta == 0.0 {
            return self;
        }
        // The eigenvalues of a table are used unscaled; others keep the mean 1.
        let mean = if self.table { 1.0 } else { 1.0 + eta };
        for block in &mut self.blocks {
            let seen = block.log_x.exp() + eta;
            self.hidden += block.weight * block.energy * (eta / seen);
            block.log_energy += block.log_x - seen.ln();
            block.energy *= block.log_x.exp() / seen;
            block.log_x = (seen / mean).ln();
        }
        self
    }

    /// Signal lost to noise on the covariates, in the unit of the energies.
    pub const fn hidden(&self) -> f64 {
        self.hidden
    }

    /// (w, x, τ) of every block of equal directions.
    pub fn atoms(&self, signal: f64) -> Vec<(f64, f64, f64)> {
        self.blocks.iter().map(|b| (b.weight, b.log_x.exp(), b.energy * signal)).collect()
    }

    /// The spectrum of F = I.
    pub fn raw(&self, signal: f64) -> Result<Spectrum, ScenarioError> {
        if self.table {
            return Ok(Spectrum::new(
                self.blocks.iter().map(|b| (b.weight, b.log_x.exp(), b.energy * signal)),
            )?);
        }
        self.of_logs(signal, |b| Ok(b.log_x))
    }

    /// The spectrum of F = Σ_θ.
    pub fn ground_truth(&self, signal: f64) -> Result<Spectrum, ScenarioError> {
        self.of_logs(signal, |b| {
            if b.energy >= 0.0 {
                Ok(b.log_energy)
            } else {
                Err(negative("featurization ground-truth", b.energy))
            }
        })
    }

    /// The spectrum of F = Σ_θ^u Σ_x^v.
    pub fn exponents(&self, u: f64, v: f64, signal: f64) -> Result<Spectrum, ScenarioError> {
        let power = |exponent: f64, log: f64| if exponent == 0.0 { 0.0 } else { exponent * log };
        self.of_logs(signal, |b| {
            if b.energy < 0.0 && u != 0.0 {
                return Err(negative("featurization exponents", b.energy));
            }
            let zero = b.log_energy == f64::NEG_INFINITY;
            let log_theta = if zero { b.log_energy } else { b.log_energy - b.log_x };
            let log = power(u, log_theta) + power(1.0 + v, b.log_x);
            if log < f64::INFINITY {
                Ok(log)
            } else {
                Err(ScenarioError::new(format!(
                    "featurization exponents ({u}, {v}) raises an eigenvalue 0 to a negative power; accepted there \
                     are task exponents of at least 0 and covariate exponents of at least -1"
                )))
            }
        })
    }

    /// The eigenvalues of p·Σ_x^{1/2}Σ_θΣ_x^{1/2}.
    pub fn task_spectrum(&self, signal: f64) -> Result<TaskSpectrum, ScenarioError> {
        if let Some(b) = self.blocks.iter().find(|b| b.energy < 0.0) {
            return Err(negative("the optimal representation", b.energy));
        }
        // A nonzero energy is kept above 0, so that energies below the range of f64 can be counted.
        let least = |b: &Block| if b.log_energy > f64::NEG_INFINITY { f64::MIN_POSITIVE } else { 0.0 };
        let energy = |b: &Block| (b.energy * signal).max(least(b));
        Ok(if self.shifted {
            TaskSpectrum::shifted(self.blocks.iter().map(|b| (b.weight, energy(b), b.ratio)))?
        } else {
            TaskSpectrum::new(self.blocks.iter().map(|b| (b.weight, energy(b))))?
        })
    }

    /// One entry per direction: (x, ln θ up to a constant, ln τ for signal 1).
    pub fn directions(&self) -> Vec<(f64, f64, f64)> {
        let log_theta = |b: &Block| {
            if b.log_energy == f64::NEG_INFINITY { f64::NEG_INFINITY } else { b.log_energy - b.log_x }
        };
        let one = |b: &Block| std::iter::repeat_n((b.log_x.exp(), log_theta(b), b.log_energy), b.count);
        self.blocks.iter().flat_map(one).collect()
    }

    /// (ln s up to a constant, τ for signal 1, ρ) of every direction for F = Σ_θ^u Σ_x^v; `None` without a test
    /// covariance.
    pub fn tested(&self, u: f64, v: f64) -> Option<Vec<(f64, f64, f64)>> {
        let log = |b: &Block| {
            let task = if u == 0.0 { 0.0 } else { u * (b.log_energy - b.log_x) };
            let covariates = if v == -1.0 { 0.0 } else { (1.0 + v) * b.log_x };
            task + covariates
        };
        let one = |b: &Block| std::iter::repeat_n((log(b), b.energy, b.ratio), b.count);
        self.shifted.then(|| self.blocks.iter().flat_map(one).collect())
    }

    /// The spectrum with ln s per block, scaled to mean 1.
    fn of_logs(
        &self,
        signal: f64,
        log: impl Fn(&Block) -> Result<f64, ScenarioError>,
    ) -> Result<Spectrum, ScenarioError> {
        let logs: Vec<f64> = self.blocks.iter().map(log).collect::<Result<_, _>>()?;
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        // A nonzero eigenvalue is kept above 0; the spectrum counts negligible ones.
        let s = |l: f64| if l == f64::NEG_INFINITY { 0.0 } else { (l - top).exp().max(f64::MIN_POSITIVE) };
        let values = self.blocks.iter().zip(&logs).map(|(b, &l)| (b, s(l), b.energy * signal));
        let spectrum: Result<Spectrum, TheoryError> = if self.table {
            Spectrum::new(values.map(|(b, s, t)| (b.weight, s, t)))
        } else if self.shifted {
            Spectrum::counted_shifted(values.map(|(b, s, t)| (b.count, s, t, b.ratio)))
        } else {
            Spectrum::counted(values.map(|(b, s, t)| (b.count, s, t)))
        };
        Ok(spectrum?.normalized())
    }
}

/// Run lengths of eigenvalues in decreasing order.
fn runs(values: &[f64]) -> Vec<Run> {
    values
        .chunk_by(|a, b| a == b)
        .filter_map(|equal| Some(Run { count: equal.len(), log: equal.first()?.ln() }))
        .collect()
}

fn negative(what: &str, energy: f64) -> ScenarioError {
    ScenarioError::new(format!("{what} needs energies of at least 0, got {energy} in [spectrum] energies"))
}
