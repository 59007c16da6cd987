//! The optimal featurization at one sample ratio: filters by feature rank, the features kept, and the ablation.

use crate::data::EnsembleChoice;
use crate::numbers::sig;
use crate::scenario::{Featurization, Model};
use crate::theory::representation::Representation;
use crate::theory::{
    Floor, NoiseVariance, Optimal, Regime, Risk, SampleRatio, Spectrum, TaskSpectrum, ridge,
};

/// Directions `first..=last` by feature rank, with one value of the filter a = s/(s + κ) or of the task energy τ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// Rank of the first direction, from 1.
    pub first: f64,
    /// Rank of the last.
    pub last: f64,
    /// The filter a, or the task energy τ.
    pub value: f64,
}

/// One line of the ablation.
#[derive(Debug, Clone)]
pub struct Ablation {
    /// Raw, task only, structure only, both, or top features.
    pub name: &'static str,
    /// The featurization as a formula.
    pub formula: &'static str,
    /// The risk; `None` where the featurization does not exist (soft selection at n ≥ p).
    pub risk: Option<Risk>,
}

/// The reduction of the risk by soft selection over raw features, and the share of each structure in it (Shapley value:
/// the mean of its reduction when added first and when added last). The two sum to the whole; one may be negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AblationGain {
    /// Raw risk less soft risk.
    pub whole: f64,
    /// Reduction by the task covariance Σ_θ.
    pub task: f64,
    /// Reduction by the covariates' Σ_x⁻¹.
    pub structure: f64,
    /// Reduction of the raw risk by Σ_θ alone and by Σ_x⁻¹ alone.
    pub alone: (f64, f64),
    /// Reduction of the raw risk by the optimum, where it is not soft selection.
    pub hard: Option<f64>,
}

impl AblationGain {
    /// `soft selection over raw: risk −0.31, of it −0.22 by the task Σ_θ, −0.09 by Σ_x⁻¹`; where soft selection is not the
    /// optimum, whose risk then has no such shares, `keeping the top features over raw: risk −0.61; soft selection −0.54`.
    /// Shares of opposite signs are no parts of the whole: what each structure does alone stands in their place.
    #[must_use]
    pub fn words(&self) -> String {
        if let Some(hard) = self.hard {
            let [hard, soft] = [hard, self.whole].map(|v| sig(-v, 2));
            return format!("keeping the top features over raw: risk {hard}; soft selection {soft}");
        }
        if [self.whole, self.task, self.structure].iter().all(|part| part.abs() < 1e-9) {
            return "soft selection gains nothing over raw".into();
        }
        if self.task * self.structure < 0.0 {
            let signed = |v: f64| if v < 0.0 { format!("+{}", sig(-v, 2)) } else { sig(-v, 2) };
            let [whole, task, structure] = [self.whole, self.alone.0, self.alone.1].map(signed);
            return format!(
                "soft selection over raw: risk {whole}; Σ_θ alone {task}, Σ_x⁻¹ alone {structure}"
            );
        }
        let [whole, task, structure] = [self.whole, self.task, self.structure].map(|v| sig(-v, 2));
        format!("soft selection over raw: risk {whole}, of it {task} by the task Σ_θ, {structure} by Σ_x⁻¹")
    }
}

/// The optimal featurization at one sample ratio and its comparison with others.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The best featurization without a ridge.
    pub optimal: Optimal,
    /// The Bayes linear predictor.
    pub floor: Floor,
    /// R_hard/α: hard selection keeps features with a larger task energy.
    pub threshold: f64,
    /// Weight r²/(r² + μ) of the task term in soft selection; `None` where there is no soft selection.
    pub importance: Option<f64>,
    /// Effective rank (tr S)²/tr S² of the task spectrum, in directions.
    pub effective_rank: f64,
    /// Task energies τ by rank.
    pub energies: Vec<Step>,
    /// Filter of the chosen featurization by rank.
    pub chosen: Vec<Step>,
    /// Filter of F = Σ_θ by rank.
    pub ground_truth: Vec<Step>,
    /// Filter of the optimum by rank.
    pub optimum: Vec<Step>,
    /// Risks of raw features, task only, structure only, both, and the top features.
    pub ablation: Vec<Ablation>,
    /// Numbers of features k ≠ n and the optimal risk with exactly k of them; empty unless requested.
    pub sizes: Vec<(f64, f64)>,
    /// Risk on held-out tasks, for the mean over measured tasks once their ensemble is computed.
    pub left_out: Option<EnsembleChoice>,
}

impl Selection {
    /// The gain of soft selection; `None` where one of the ablation's risks is missing or infinite.
    #[must_use]
    pub fn gain(&self) -> Option<AblationGain> {
        let risk = |line: &Ablation| line.risk.map(|r| r.risk).filter(|r| r.is_finite());
        let [raw, task, structure, both, ..] = self.ablation.as_slice() else { return None };
        let (raw, task, structure, both) = (risk(raw)?, risk(task)?, risk(structure)?, risk(both)?);
        let mean = |first: f64, last: f64| 0.5 * (first + last);
        Some(AblationGain {
            whole: raw - both,
            task: mean(raw - task, structure - both),
            structure: mean(raw - structure, task - both),
            alone: (raw - task, raw - structure),
            hard: (self.optimal.regime != Regime::Soft).then_some(raw - self.optimal.risk),
        })
    }

    /// The selection at n/p = `ratio`, with the risk of every number of features if `with_sizes`; `None` where the model has
    /// no task spectrum.
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

/// Numbers of features evenly spaced in log k and around k = n, with their risks.
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
    // Directions outside the span of the features have no eigenvalue, and a filter of 0.
    if used + 0.5 < p {
        steps.push(Step { first: used + 1.0, last: p, value: 0.0 });
    }
    steps
}
