//! The presets: one scenario for each phenomenon, and what to look for.

use super::ScenarioError;
use super::description::{Alignment, RidgeSetting, Scenario, Table, Task};
use super::families::Family;
use super::featurization::Featurization;
use super::reader::either;

/// A scenario that shows a phenomenon.
#[derive(Debug, Clone, Copy)]
pub struct Preset {
    /// As `--preset` takes it.
    pub name: &'static str,
    pub title: &'static str,
    /// What to look for, in one line.
    pub look: &'static str,
    /// The sample ratio to look at first.
    pub at: f64,
    build: fn() -> Scenario,
}

impl Preset {
    /// What it describes.
    #[must_use]
    pub fn scenario(&self) -> Scenario {
        Scenario { name: self.title.into(), ..(self.build)() }
    }
}

/// All presets, the default first.
#[must_use]
pub const fn all() -> &'static [Preset] {
    &PRESETS
}

impl Scenario {
    /// The preset of that name.
    ///
    /// # Errors
    /// A sentence that lists the names.
    pub fn preset(name: &str) -> Result<Self, ScenarioError> {
        let names: Vec<&str> = PRESETS.iter().map(|p| p.name).collect();
        PRESETS.iter().find(|p| p.name == name).map(Preset::scenario).ok_or_else(|| {
            ScenarioError::new(format!("there is no preset {name:?}; accepted are {}", either(&names)))
        })
    }
}

const fn task(family: Family, alignment: Alignment) -> Task {
    Task { family, alignment }
}

static PRESETS: [Preset; 9] = [
    Preset {
        name: "double-divergence",
        title: "double divergence",
        look: "ground truth peaks at n = 200 and diverges at n = p, the optimum does neither; try: raise ratio ε, the peak fades",
        at: 0.2,
        build: Scenario::default,
    },
    Preset {
        name: "hard-to-soft-transition",
        title: "hard-to-soft transition",
        look: "at n/p = 0.373 the best representation jumps from mixing all features to keeping the top 200",
        at: 0.373,
        build: || Scenario {
            task: task(Family::TwoLevel { fraction: 0.2, ratio: 1e-2 }, Alignment::Aligned),
            featurization: Featurization::Optimal { at: None },
            ..Scenario::default()
        },
    },
    Preset {
        name: "pcr-connection",
        title: "PCR connection",
        look: "with isotropic tasks hard selection is PCR at its best size; other tasks (task spectrum) part them",
        at: 0.5,
        build: || Scenario {
            covariates: Family::PowerLaw { exponent: 1.0 },
            task: task(Family::Isotropic, Alignment::Aligned),
            featurization: Featurization::Pca { size: None },
            ..Scenario::default()
        },
    },
    Preset {
        name: "task-vs-structure",
        title: "task vs structure",
        look: "task-only (ground truth) and structure-only (whitened) each lose to their mix; noise sets its weight",
        at: 0.4,
        build: || Scenario {
            noise: Some(0.2),
            covariates: Family::PowerLaw { exponent: 1.0 },
            task: task(Family::PowerLaw { exponent: 1.0 }, Alignment::Aligned),
            featurization: Featurization::Mix { weight: 3.2e-4 },
            ..Scenario::default()
        },
    },
    Preset {
        name: "isotropic-double-descent",
        title: "isotropic double descent",
        look: "one peak, at n = p; set the ridge to optimal and it is gone",
        at: 1.0,
        build: || Scenario {
            task: task(Family::Isotropic, Alignment::Aligned),
            featurization: Featurization::Raw,
            ..Scenario::default()
        },
    },
    Preset {
        name: "source-condition",
        title: "source condition",
        look: "power laws of covariates and task give a power law of the excess risk in n: use log axes",
        at: 0.1,
        build: || Scenario {
            noise: Some(0.0),
            dimension: 2000,
            covariates: Family::PowerLaw { exponent: 1.5 },
            task: task(Family::PowerLaw { exponent: 0.5 }, Alignment::Aligned),
            featurization: Featurization::Raw,
            ..Scenario::default()
        },
    },
    Preset {
        name: "misaligned",
        title: "misaligned",
        look: "the signal is where the covariates are weak: raw features and PCR fail until n nears p",
        at: 0.5,
        build: || Scenario {
            covariates: Family::TwoLevel { fraction: 0.2, ratio: 0.1 },
            task: task(Family::TwoLevel { fraction: 0.2, ratio: 1e-3 }, Alignment::AntiAligned),
            featurization: Featurization::Raw,
            ..Scenario::default()
        },
    },
    Preset {
        name: "negative-ridge",
        title: "negative ridge",
        look: "one strong direction carries the signal: at n = 64 the best ridge is negative, nλ = −151.5",
        at: 0.064,
        build: || Scenario {
            signal: None,
            noise: Some(1.0),
            ridge: RidgeSetting::Optimal,
            featurization: Featurization::Raw,
            // Σ = I + 0.1·11ᵀ and θ ∝ 1 with r² = 10 (Kobak et al., arXiv 1805.10939).
            spectrum: Some(Table {
                weights: vec![0.001, 0.999],
                eigenvalues: vec![101.0, 1.0],
                energies: vec![10_000.0, 0.0],
            }),
            ..Scenario::default()
        },
    },
    Preset {
        name: "learned-featurization",
        title: "learned featurization",
        look: "150 upstream tasks make 150 features: a pole of their own at n = 150, none at p; more tasks near the ground truth",
        at: 0.2,
        build: || Scenario {
            dimension: 400,
            task: task(Family::TwoLevel { fraction: 0.1, ratio: 1e-3 }, Alignment::Aligned),
            featurization: Featurization::Learned { tasks: 150, samples: 600, seed: 0 },
            ..Scenario::default()
        },
    },
];
