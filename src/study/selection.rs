//! What the optimal featurization does at the crosshair: filters by feature rank, what is kept, and the ablation.

use crate::data::EnsembleChoice;
use crate::numbers::sig;
use crate::scenario::{Featurization, Model};
use crate::theory::representation::Representation;
use crate::theory::{Floor, NoiseVariance, Optimal, Risk, SampleRatio, Spectrum, TaskSpectrum, ridge};

/// A filter a = s/(s+κ) by feature rank: directions `first..=last` share one value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Rank of the first direction, from 1.
    pub first: f64,
    /// Rank of the last.
    pub last: f64,
    /// What they share: a, or τ.
    pub value: f64,
}

/// One line of the ablation.
#[derive(Debug, Clone)]
pub struct Ablation {
    /// Raw, task only, structure only, or both.
    pub name: &'static str,
    /// The featurization as a formula.
    pub formula: &'static str,
    /// `None` where it does not exist (soft selection at n ≥ p).
    pub risk: Option<Risk>,
}

/// What soft selection gains over raw features, and how much of it each structure brings: the mean of what it takes off
/// the risk when it is added first and when it is added last. The two sum to the whole; one may be below 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    /// Raw risk less soft risk.
    pub whole: f64,
    /// Of the task covariance Σ_θ.
    pub task: f64,
    /// Of the covariates' Σ_x⁻¹.
    pub structure: f64,
}

impl Gain {
    /// `soft selection over raw features: risk −0.31, of it −0.22 by the task, −0.09 by structure`.
    #[must_use]
    pub fn words(&self) -> String {
        if [self.whole, self.task, self.structure].iter().all(|part| part.abs() < 1e-9) {
            return "soft selection gains nothing over raw".into();
        }
        let [whole, task, structure] = [self.whole, self.task, self.structure].map(|v| sig(-v, 2));
        format!("soft selection over raw: risk {whole}, of it {task} by the task Σ_θ, {structure} by Σ_x⁻¹")
    }
}

/// The optimal featurization at one sample ratio beside others.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The best representation without a ridge.
    pub optimal: Optimal,
    /// The Bayes linear predictor.
    pub floor: Floor,
    /// Task energy above which hard selection keeps a feature: R_hard/α.
    pub threshold: f64,
    /// r²/(r² + μ), the weight of the task term in soft selection; `None` where there is none.
    pub importance: Option<f64>,
    /// (tr S)²/tr S², in directions: so many of equal energy would do as well.
    pub effective_rank: f64,
    /// Task energies τ by rank.
    pub energies: Vec<Step>,
    /// Filter of the chosen featurization.
    pub chosen: Vec<Step>,
    /// Filter of F = Σ_θ.
    pub ground_truth: Vec<Step>,
    /// Filter of the optimum.
    pub optimum: Vec<Step>,
    /// Raw, task only, structure only and both.
    pub ablation: Vec<Ablation>,
    /// The optimal risk with exactly so many features, on either side of k = n; empty unless asked for.
    pub sizes: Vec<(f64, f64)>,
    /// The mean over measured tasks, once the ensemble is there: what holds for a task left out.
    pub left_out: Option<EnsembleChoice>,
}

impl Selection {
    /// `None` where one of the ablation's risks is missing or infinite.
    #[must_use]
    pub fn gain(&self) -> Option<Gain> {
        let risk = |line: &Ablation| line.risk.map(|r| r.risk).filter(|r| r.is_finite());
        let [raw, task, structure, both, ..] = self.ablation.as_slice() else { return None };
        let (raw, task, structure, both) = (risk(raw)?, risk(task)?, risk(structure)?, risk(both)?);
        let mean = |first: f64, last: f64| 0.5 * (first + last);
        Some(Gain {
            whole: raw - both,
            task: mean(raw - task, structure - both),
            structure: mean(raw - structure, task - both),
        })
    }

    /// At n/p = `ratio`, with the risk of every representation size where `with_sizes`; `None` where the model has no
    /// task spectrum to select from.
    #[must_use]
    pub fn at(ratio: SampleRatio, with_sizes: bool, model: &Model) -> Option<Self> {
        let task = model.task_spectrum().ok()?;
        let noise = model.noise();
        let p = model.dimension() as f64;
        let optimal = task.optimal(ratio, noise);
        let filter = |representation: &Representation| {
            let spectrum = representation.spectrum_at(ratio, model.ridge(), noise)?;
            let risk = ridge::evaluate(&spectrum, ratio, model.ridge(), noise).ok()?;
            Some(steps(&spectrum, p, risk.kappa))
        };
        let of = |kind: &Featurization| model.representation(kind).ok();
        let filter_of = |kind: &Featurization| of(kind).and_then(|r| filter(&r)).unwrap_or_default();
        let risk = |kind: &Featurization| of(kind)?.evaluate(ratio, model.ridge(), noise).ok()?;
        let line = |name, formula, kind: &Featurization| Ablation { name, formula, risk: risk(kind) };
        Some(Self {
            floor: task.floor(ratio, noise),
            threshold: optimal.hard.risk / ratio.get(),
            importance: optimal.soft.map(|soft| task.importance(soft.mu)),
            effective_rank: task.effective_rank() * p,
            energies: energies(&task, p),
            chosen: filter_of(&model.scenario().featurization),
            ground_truth: filter_of(&Featurization::GroundTruth),
            optimum: filter_of(&Featurization::Optimal { at: None }),
            ablation: vec![
                line("raw", "I", &Featurization::Raw),
                line("task only", "Σ_θ", &Featurization::GroundTruth),
                line("structure only", "Σ_x⁻¹", &Featurization::Whitened),
                line("both (soft)", "Σ_θ + μ/p Σ_x⁻¹", &Featurization::Soft { at: None }),
                line("top features (hard)", "Σ_x^-½ VVᵀ Σ_x^-½", &Featurization::Hard { at: None }),
            ],
            sizes: if with_sizes { sizes(&task, ratio, noise, p) } else { Vec::new() },
            left_out: model
                .ensemble()
                .filter(|_| model.is_measured_mean())
                .and_then(|ensemble| ensemble.best(ratio.get() * p).ok()),
            optimal,
        })
    }
}

/// Sizes evenly spaced in log k, and closing in on k = n from both sides.
fn sizes(task: &TaskSpectrum, ratio: SampleRatio, noise: NoiseVariance, p: f64) -> Vec<(f64, f64)> {
    const POINTS: i32 = 90;
    let n = ratio.get() * p;
    let spread = (0..=POINTS).map(|i| p.powf(f64::from(i) / f64::from(POINTS)).round());
    let close = (1..12).flat_map(|i| {
        let step = (n * 0.5_f64.powi(i)).max(1.0);
        [(n - step).floor(), (n + step).ceil()]
    });
    let mut all: Vec<f64> = spread.chain(close).filter(|k| (1.0..=p).contains(k) && *k != n).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all.into_iter().map(|k| (k, task.sized(k / p, ratio, noise).risk)).collect()
}

fn steps(spectrum: &Spectrum, p: f64, kappa: f64) -> Vec<Step> {
    let atoms = spectrum.weights().iter().zip(spectrum.eigenvalues());
    ranked(atoms.map(|(&w, &s)| (w, if kappa.is_finite() { s / (s + kappa) } else { 0.0 })), p)
}

fn energies(task: &TaskSpectrum, p: f64) -> Vec<Step> {
    ranked(task.weights().iter().zip(task.energies()).map(|(&w, &t)| (w, t)), p)
}

fn ranked(blocks: impl Iterator<Item = (f64, f64)>, p: f64) -> Vec<Step> {
    let mut used = 0.0;
    let mut steps = Vec::new();
    for (weight, value) in blocks {
        let first = used + 1.0;
        used += weight * p;
        steps.push(Step { first, last: used.max(first), value });
    }
    // What is left over has no eigenvalue: nothing passes.
    if used + 0.5 < p {
        steps.push(Step { first: used + 1.0, last: p, value: 0.0 });
    }
    steps
}
