//! The presets: one scenario for each phenomenon, with a hint; then those of papers, in separate files.

mod papers;
mod preset;
mod transfer_papers;

use std::sync::{Arc, LazyLock};

use crate::scenario::ScenarioError;
use crate::scenario::description::{Alignment, Family, Featurization, Scenario, SourceTask, Table};
use crate::scenario::presets::papers::PAPERS;
use crate::scenario::presets::preset::task;
use crate::scenario::presets::transfer_papers::TRANSFER_PAPERS;
use crate::scenario::schema::either;
use crate::theory::{Ridge, RidgeChoice};

pub use crate::scenario::presets::preset::{Group, InitialAxis, Preset, Quantity, Value};

/// All presets, the default first, the papers' last.
#[must_use]
pub fn all() -> &'static [Preset] {
    static ALL: LazyLock<Vec<Preset>> =
        LazyLock::new(|| PHENOMENA.into_iter().chain(PAPERS).chain(TRANSFER_PAPERS).collect());
    &ALL
}

impl Scenario {
    /// The preset with this name.
    ///
    /// # Errors
    /// A sentence that lists the names.
    pub fn preset(name: &str) -> Result<Self, ScenarioError> {
        let names: Vec<&str> = all().iter().map(|p| p.name).collect();
        all().iter().find(|p| p.name == name).map(Preset::scenario).ok_or_else(|| {
            ScenarioError::new(format!("there is no preset {name:?}; accepted are {}", either(&names)))
        })
    }
}

/// A preset of a phenomenon.
const fn phenomenon(
    (name, title): (&'static str, &'static str),
    look: &'static str,
    at: f64,
    build: fn() -> Scenario,
) -> Preset {
    Preset { name, title, group: Group::Phenomena, reference: None, look, at, over: None, value: None, build }
}

static PHENOMENA: [Preset; 12] = [
    phenomenon(
        ("double-divergence", "double divergence"),
        "ground-truth features peak at n = 200 and n = p, the optimal ones at neither; raise ε and the first peak fades",
        0.2,
        Scenario::default,
    ),
    phenomenon(
        ("hard-to-soft-transition", "hard-to-soft transition"),
        "at n/p = 0.373 the optimal representation jumps from reweighting all features to keeping the top 200",
        0.373,
        || Scenario {
            task: task(Family::TwoLevel { fraction: 0.2, ratio: 1e-2 }, Alignment::Aligned),
            featurization: Featurization::Optimal { at: None },
            ..Scenario::default()
        },
    ),
    phenomenon(
        ("pcr-connection", "PCR connection"),
        "isotropic tasks: where the optimum keeps the top features it equals PCR at its best size; for other tasks they differ",
        0.8,
        || Scenario {
            covariates: Family::PowerLaw { exponent: 1.0 },
            task: task(Family::Isotropic, Alignment::Aligned),
            featurization: Featurization::Pca { size: None },
            ..Scenario::default()
        },
    )
    .over(InitialAxis { key: "n/p", from: 0.02, to: 1.6, log: true }),
    phenomenon(
        ("task-vs-structure", "task vs structure"),
        "task relevance alone (ground truth) and covariate structure alone (whitened) are each worse than their optimal mix",
        0.4,
        || Scenario {
            noise: Some(0.2),
            covariates: Family::PowerLaw { exponent: 1.0 },
            task: task(Family::PowerLaw { exponent: 1.0 }, Alignment::Aligned),
            featurization: Featurization::Mix { weight: 3.2e-4 },
            ..Scenario::default()
        },
    )
    .over(InitialAxis { key: "n/p", from: 0.02, to: 1.6, log: true }),
    phenomenon(
        ("isotropic-double-descent", "isotropic double descent"),
        "a single peak, at n = p; with the optimal ridge it disappears",
        1.0,
        || Scenario {
            task: task(Family::Isotropic, Alignment::Aligned),
            featurization: Featurization::Raw,
            ..Scenario::default()
        },
    )
    .of_paper(
        "Hastie, Montanari, Rosset, Tibshirani, arXiv 1903.08560",
        // (1 − n/p) + σ²/(1 − n/p).
        Value { at: 0.5, quantity: Quantity::Risk, value: 0.7, tolerance: 1e-12 },
    ),
    phenomenon(
        ("source-condition", "source condition"),
        "power-law covariates and tasks: the excess risk is a power law in n, a straight line on log axes",
        0.1,
        || Scenario {
            noise: Some(0.0),
            dimension: 2000,
            covariates: Family::PowerLaw { exponent: 1.5 },
            task: task(Family::PowerLaw { exponent: 0.5 }, Alignment::Aligned),
            featurization: Featurization::Raw,
            ..Scenario::default()
        },
    )
    .over(InitialAxis { key: "n/p", from: 0.005, to: 0.9, log: true }),
    phenomenon(
        ("misaligned", "misaligned"),
        "the signal lies in directions of small variance: raw features and PCR fail until n is near p",
        0.5,
        || Scenario {
            covariates: Family::TwoLevel { fraction: 0.2, ratio: 0.1 },
            task: task(Family::TwoLevel { fraction: 0.2, ratio: 1e-3 }, Alignment::AntiAligned),
            featurization: Featurization::Raw,
            ..Scenario::default()
        },
    ),
    phenomenon(
        ("negative-ridge", "negative ridge"),
        "one strong direction carries the signal: at n = 64 the best ridge is negative, nλ = −151.5",
        0.064,
        || Scenario {
            signal: None,
            noise: Some(1.0),
            ridge: RidgeChoice::Optimal,
            featurization: Featurization::Raw,
            // Σ = I + 0.1·11ᵀ and θ ∝ 1 with r² = 10 (Kobak et al., arXiv 1805.10939).
            spectrum: Some(Arc::new(Table {
                weights: vec![0.001, 0.999],
                eigenvalues: vec![101.0, 1.0],
                energies: vec![10_000.0, 0.0],
            })),
            ..Scenario::default()
        },
    )
    .of_paper(
        "Kobak, Lomond, Sanchez, arXiv 1805.10939",
        Value { at: 0.064, quantity: Quantity::Risk, value: 11.0 * 0.112_996, tolerance: 1e-5 },
    )
    .over(InitialAxis { key: "ridge", from: -10.0, to: 10.0, log: false }),
    phenomenon(
        ("how-much-pretraining", "how much pretraining"),
        "N = 2p − n = 720 samples per upstream task give the soft optimum, risk 0.264; N = 4000 gives 0.278: more is worse",
        0.2,
        || Scenario {
            dimension: 400,
            task: task(Family::PowerLaw { exponent: 1.5 }, Alignment::Aligned),
            featurization: Featurization::Pretrained { tasks: 100_000_000, samples: 720, ridge: 0.0, noise: None },
            ..Scenario::default()
        },
    )
    .over(InitialAxis { key: "featurization.samples", from: 410.0, to: 4000.0, log: true }),
    phenomenon(
        ("negative-transfer", "negative transfer"),
        "below the correlation c* the source's weights raise the risk; with the best weight γ they never do",
        0.3,
        || Scenario {
            ridge: Ridge::new(0.1).map_or(RidgeChoice::ZERO, RidgeChoice::Fixed),
            covariates: Family::PowerLaw { exponent: 0.8 },
            task: task(Family::PowerLaw { exponent: 0.4 }, Alignment::Aligned),
            featurization: Featurization::Raw,
            source: Some(SourceTask { samples: 2000, correlation: 0.5, ..SourceTask::default() }),
            ..Scenario::default()
        },
    )
    .over(InitialAxis { key: "source.correlation", from: 0.0, to: 1.0, log: false }),
    phenomenon(
        ("features-or-weights", "features or weights"),
        "at n = 200 features of 1000 tasks have risk 0.609; the weights of one source beat them where it correlates above 0.80",
        0.2,
        || Scenario {
            task: task(Family::PowerLaw { exponent: 1.0 }, Alignment::Aligned),
            featurization: Featurization::Pretrained { tasks: 1000, samples: 1500, ridge: 0.0, noise: None },
            ridge: Ridge::new(0.1).map_or(RidgeChoice::ZERO, RidgeChoice::Fixed),
            source: Some(SourceTask { samples: 1500, correlation: 0.8, ..SourceTask::default() }),
            ..Scenario::default()
        },
    )
    .over(InitialAxis { key: "source.correlation", from: 0.0, to: 1.0, log: false }),
    phenomenon(
        ("learned-featurization", "learned featurization"),
        "150 upstream tasks give 150 features: a pole at n = 150 instead of n = p; more tasks approach the ground truth",
        0.2,
        || Scenario {
            dimension: 400,
            task: task(Family::TwoLevel { fraction: 0.1, ratio: 1e-3 }, Alignment::Aligned),
            featurization: Featurization::Learned { tasks: 150, samples: 600, seed: 0 },
            ..Scenario::default()
        },
    ),
];
