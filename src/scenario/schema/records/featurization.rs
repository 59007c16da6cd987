//! The parameters of featurizations (sections 5, 7 and 11).

use crate::scenario::description::Featurization;
use crate::scenario::schema::{Choice, Described, Field, Least, Range, Record, Scale, Takes, Words};
use crate::theory::transfer::Nonlinearity;

/// Parameters of a featurization.
static FEATURIZATION: &[Field<Featurization>] = &[
    Field {
        place: |kind| match kind {
            Featurization::Pca { size, .. } => Some(size),
            _ => None,
        },
        record: Record {
            key: "size",
            label: "size k",
            about: "principal components kept, of the population covariance; left out: the best number at each n (§5)",
            takes: Takes::Number(Range { words: Words::LeftOut(["best"], 100.0), ..Range::COUNT }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::Exponents { task, .. } => Some(task),
            _ => None,
        },
        record: Record {
            key: "task",
            label: "exponent u",
            about: "F = Σ_θ^u Σ_x^v: (0,0) raw, (1,0) ground truth, (0,−1) whitened (§7)",
            takes: Takes::Number(Range { slider: (-1.0, 2.0), ..EXPONENT }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::Exponents { covariates, .. } => Some(covariates),
            _ => None,
        },
        record: Record {
            key: "covariates",
            label: "exponent v",
            about: "F = Σ_θ^u Σ_x^v: (0,0) raw, (1,0) ground truth, (0,−1) whitened (§7)",
            takes: Takes::Number(Range { slider: (-2.0, 2.0), ..EXPONENT }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::Mix { weight, .. } => Some(weight),
            _ => None,
        },
        record: Record {
            key: "weight",
            label: "structure m",
            about: "F = Σ_θ + mΣ_x⁻¹: 0 is ground truth, large m whitened; the soft optimum has m = σ²/((1−α)p) (§5)",
            takes: Takes::Number(Range { slider: (1e-7, 1.0), ..Range::REAL }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::Soft { at, .. }
            | Featurization::Hard { at, .. }
            | Featurization::Optimal { at, .. }
            | Featurization::Minimax { at, .. } => Some(at),
            _ => None,
        },
        record: Record {
            key: "at",
            label: "made at n/p",
            about: "the representation best at this sample ratio is used at every other; left out: best at each n (§5)",
            takes: Takes::Number(Range {
                least: Least::From(1e-9),
                most: 1e6,
                slider: (0.01, 10.0),
                words: Words::LeftOut(["each"], 0.5),
                ..Range::REAL
            }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::Learned { tasks, .. } => Some(tasks),
            _ => None,
        },
        record: Record {
            key: "tasks",
            label: "tasks m",
            about: "learned: F is the empirical covariance of m upstream tasks' fitted coefficients (§7)",
            takes: Takes::Number(Range { most: MOST_TASKS, slider: (1.0, MOST_TASKS), ..Range::COUNT }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::Learned { samples, .. } => Some(samples),
            _ => None,
        },
        record: Record {
            key: "samples",
            label: "samples N",
            about: "learned: each upstream task is fitted by least squares on N samples (§7)",
            takes: Takes::Number(Range { most: 20_000.0, slider: (1.0, 1e4), ..Range::COUNT }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::Learned { seed, .. } => Some(seed),
            _ => None,
        },
        record: Record {
            key: "seed",
            label: "seed",
            about: "which upstream tasks and samples are drawn (§7)",
            takes: Takes::Number(Range::SEED),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::RandomFeatures { features, .. } => Some(features),
            _ => None,
        },
        record: Record {
            key: "features",
            label: "features N",
            about: "random features: N random projections of the raw covariates; without a ridge a pole at n = N (§11.1)",
            takes: Takes::Number(Range { most: 1e9, ..Range::COUNT }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::RandomFeatures { nonlinearity, .. } => Some(nonlinearity),
            _ => None,
        },
        record: Record {
            key: "nonlinearity",
            label: "nonlinearity",
            about: "random features: applied to each projection; its part that is not linear acts as noise, ζ (§11.1)",
            takes: Takes::Name(Nonlinearity::NAMES),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::RandomFeatures { residue, .. } => Some(residue),
            _ => None,
        },
        record: Record {
            key: "residue",
            label: "residue ζ",
            about: "random features: variance of the features that is not linear over that which is; left out: that of \
                    the nonlinearity (§11.1)",
            takes: Takes::Number(Range {
                slider: (1e-3, 10.0),
                words: Words::LeftOut(["nonlinearity"], 0.5),
                ..Range::REAL
            }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::Pretrained { tasks, .. } | Featurization::PlugIn { tasks, .. } => Some(tasks),
            _ => None,
        },
        record: Record {
            key: "tasks",
            label: "tasks m",
            about: "pretrained: the features are the fits of m upstream tasks; without a ridge a pole at n = m (§11.2)",
            takes: Takes::Number(Range { most: 1e9, ..Range::COUNT }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::Pretrained { samples, .. } | Featurization::PlugIn { samples, .. } => {
                Some(samples)
            }
            _ => None,
        },
        record: Record {
            key: "samples",
            label: "samples N",
            about: "pretrained: samples of each upstream task; N = 2p − n makes the soft optimum where m is large (§11.2)",
            takes: Takes::Number(Range { most: 1e9, ..Range::COUNT }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::Pretrained { ridge, .. } | Featurization::PlugIn { ridge, .. } => Some(ridge),
            _ => None,
        },
        record: Record {
            key: "ridge",
            label: "upstream λ",
            about: "pretrained: ridge of the upstream fits; 0 is the minimum norm (§11.2)",
            takes: Takes::Number(Range { slider: (1e-6, 100.0), ..Range::REAL }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::Pretrained { noise, .. } | Featurization::PlugIn { noise, .. } => Some(noise),
            _ => None,
        },
        record: Record {
            key: "noise",
            label: "upstream σ²",
            about: "pretrained: label noise of the upstream tasks; left out: that of the downstream task (§11.2)",
            takes: Takes::Number(Range { words: Words::LeftOut(["downstream"], 0.1), ..Range::REAL }),
        },
    },
    Field {
        place: |kind| match kind {
            Featurization::File { path, .. } => Some(path),
            _ => None,
        },
        record: Record {
            key: "path",
            label: "file",
            about: "B (p×k) as .npy, in the covariates' eigenbasis: F = BBᵀ (§1)",
            takes: Takes::Path("a .npy file of the p×k matrix B"),
        },
    },
];

/// The exponent of a covariance.
const EXPONENT: Range = Range {
    least: Least::From(-20.0),
    most: 20.0,
    slider: (-2.0, 2.0),
    scale: Scale::Linear,
    step: 0.05,
    words: Words::None,
};

/// Maximum number of upstream tasks that are drawn.
pub(crate) const MOST_TASKS: f64 = 2000.0;

impl Described for Featurization {
    fn fields() -> &'static [Field<Self>] {
        FEATURIZATION
    }
}

impl Choice for Featurization {
    fn kinds() -> Vec<Self> {
        Self::defaults().into()
    }

    fn kind_name(&self) -> &'static str {
        self.name()
    }
}
