//! The records of all parameters, of the types of [`crate::scenario::schema`]. A new parameter is its field in
//! [`crate::scenario::description`] and its record here.

use crate::scenario::description::{
    Alignment, BaggedFits, Family, FeatureNoise, Featurization, Scenario, SourceTask,
};
use crate::scenario::schema::{Choice, Described, Field, Least, Range, Record, Scale, Takes, Words};
use crate::theory::transfer::Nonlinearity;

/// Parameters of the scenario itself.
static SCENARIO: [Field<Scenario>; 4] = [
    Field {
        place: |scenario| Some(&mut scenario.dimension),
        record: Record {
            key: "dimension",
            label: "dimension p",
            about: "p, covariate dimension: samples are counted as n = αp (§1)",
            takes: Takes::Number(Range { slider: (10.0, 1e5), ..Range::COUNT }),
        },
    },
    Field {
        place: |scenario| Some(&mut scenario.signal),
        record: Record {
            key: "signal",
            label: "signal r²",
            about: "r² = tr(Σ_x Σ_θ), variance of the labels that the task explains (§2)",
            takes: Takes::Number(Range { least: Least::From(1e-12), slider: (1e-2, 100.0), ..Range::REAL }),
        },
    },
    Field {
        place: |scenario| Some(&mut scenario.noise),
        record: Record {
            key: "noise",
            label: "noise σ²",
            about: "σ² = Var ε, label noise; the risk includes it (§1)",
            takes: Takes::Number(Range { words: Words::LeftOut(["estimated"], 0.1), ..Range::REAL }),
        },
    },
    Field {
        place: |scenario| Some(&mut scenario.ridge),
        record: Record {
            key: "ridge",
            label: "ridge λ",
            about: "λ of ‖y − XBβ‖²/n + λ‖β‖²; 0 is the minimum-norm limit, \"optimal\" may be negative (§3, §6)",
            takes: Takes::Number(Range {
                least: Least::From(-1e12),
                slider: (1e-6, 100.0),
                words: Words::Written(&["optimal", "optimal-nonnegative"]),
                ..Range::REAL
            }),
        },
    },
];

/// Parameters of a family of spectra: of covariates, task and test covariance.
static FAMILY: [Field<Family>; 7] = [
    Field {
        place: |family| match family {
            Family::PowerLaw { exponent, .. } => Some(exponent),
            _ => None,
        },
        record: Record {
            key: "exponent",
            label: "exponent a",
            about: "power law: eigenvalue j is j^−a (§7)",
            takes: Takes::Number(Range {
                most: 20.0,
                slider: (0.0, 4.0),
                scale: Scale::Linear,
                step: 0.05,
                ..Range::REAL
            }),
        },
    },
    Field {
        place: |family| match family {
            Family::Exponential { scale, .. } => Some(scale),
            _ => None,
        },
        record: Record {
            key: "scale",
            label: "scale c",
            about: "exponential: eigenvalue j is e^(−j/c) (§7)",
            takes: Takes::Number(Range {
                least: Least::From(1e-3),
                most: 1e9,
                slider: (1.0, 1e4),
                ..Range::REAL
            }),
        },
    },
    Field {
        place: |family| match family {
            Family::TwoLevel { fraction, .. } => Some(fraction),
            _ => None,
        },
        record: Record {
            key: "fraction",
            label: "fraction",
            about: "two-level: this fraction of the directions at 1, the rest at ε (§7)",
            takes: Takes::Number(SHARE),
        },
    },
    Field {
        place: |family| match family {
            Family::TwoLevel { ratio, .. } => Some(ratio),
            _ => None,
        },
        record: Record {
            key: "ratio",
            label: "ratio ε",
            about: "two-level: eigenvalue ε of the weak directions; a small ε makes a near-divergence (§4, §7)",
            takes: Takes::Number(Range { least: Least::From(1e-100), slider: (1e-8, 1.0), ..Range::REAL }),
        },
    },
    Field {
        place: |family| match family {
            Family::Spiked { spikes, .. } => Some(spikes),
            _ => None,
        },
        record: Record {
            key: "spikes",
            label: "spikes",
            about: "spiked: this many directions at 1 + strength, the rest at 1 (§7)",
            takes: Takes::Number(Range { slider: (1.0, 1000.0), ..Range::COUNT }),
        },
    },
    Field {
        place: |family| match family {
            Family::Spiked { strength, .. } => Some(strength),
            _ => None,
        },
        record: Record {
            key: "strength",
            label: "strength",
            about: "spiked: how far the spikes stand above the rest, which is at 1 (§7)",
            takes: Takes::Number(Range { slider: (0.1, 1e4), ..Range::REAL }),
        },
    },
    Field {
        place: |family| match family {
            Family::Sparse { fraction, .. } => Some(fraction),
            _ => None,
        },
        record: Record {
            key: "fraction",
            label: "fraction",
            about: "sparse: this fraction of the directions is relevant, the rest carries no task at all (§7)",
            takes: Takes::Number(SHARE),
        },
    },
];

/// A share of the directions.
const SHARE: Range = Range {
    least: Least::Above(0.0),
    most: 1.0,
    slider: (0.01, 1.0),
    scale: Scale::Linear,
    step: 0.01,
    words: Words::None,
};

/// Parameters of an alignment.
static ALIGNMENT: [Field<Alignment>; 2] = [
    Field {
        place: |alignment| match alignment {
            Alignment::Rotated { angle, .. } => Some(angle),
            _ => None,
        },
        record: Record {
            key: "angle",
            label: "angle",
            about: "degrees by which every direction of the task turns away from the covariates' (§7)",
            takes: Takes::Number(Range {
                least: Least::From(-360.0),
                most: 360.0,
                slider: (0.0, 90.0),
                scale: Scale::Linear,
                step: 1.0,
                ..Range::REAL
            }),
        },
    },
    Field {
        place: |alignment| match alignment {
            Alignment::Rotated { seed, .. } => Some(seed),
            _ => None,
        },
        record: Record {
            key: "seed",
            label: "seed",
            about: "which random rotation plane (§7)",
            takes: Takes::Number(Range::SEED),
        },
    },
];

/// Parameters of a featurization.
static FEATURIZATION: [Field<Featurization>; 16] = [
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
            Featurization::Pretrained { tasks, .. } => Some(tasks),
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
            Featurization::Pretrained { samples, .. } => Some(samples),
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
            Featurization::Pretrained { ridge, .. } => Some(ridge),
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
            Featurization::Pretrained { noise, .. } => Some(noise),
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

/// Parameters of a source task.
static SOURCE: [Field<SourceTask>; 5] = [
    Field {
        place: |source| Some(&mut source.samples),
        record: Record {
            key: "samples",
            label: "source n",
            about: "samples of the source task; 0: there is no source (§11.3)",
            takes: Takes::Number(Range { least: Least::From(0.0), most: 1e9, ..Range::COUNT }),
        },
    },
    Field {
        place: |source| Some(&mut source.ridge),
        record: Record {
            key: "ridge",
            label: "source λ",
            about: "ridge of the source fit; 0 is the minimum norm (§11.3)",
            takes: Takes::Number(Range { slider: (1e-6, 100.0), ..Range::REAL }),
        },
    },
    Field {
        place: |source| Some(&mut source.noise),
        record: Record {
            key: "noise",
            label: "source σ²",
            about: "label noise of the source task; left out: that of the downstream task (§11.3)",
            takes: Takes::Number(Range { words: Words::LeftOut(["downstream"], 0.1), ..Range::REAL }),
        },
    },
    Field {
        place: |source| Some(&mut source.correlation),
        record: Record {
            key: "correlation",
            label: "correlation",
            about: "of the source task's coefficients with the downstream task's; below c* the source harms (§11.3)",
            takes: Takes::Number(Range {
                least: Least::From(-1.0),
                most: 1.0,
                slider: (0.0, 1.0),
                scale: Scale::Linear,
                step: 0.05,
                ..Range::REAL
            }),
        },
    },
    Field {
        place: |source| Some(&mut source.weight),
        record: Record {
            key: "weight",
            label: "weight γ",
            about: "the ridge is λ‖β − γβ_S‖²: 0 forgets the source, \"best\" is the least risk (§11.3)",
            takes: Takes::Number(Range {
                least: Least::From(-1e6),
                most: 1e6,
                slider: (0.0, 2.0),
                scale: Scale::Linear,
                step: 0.05,
                words: Words::Written(&["best"]),
            }),
        },
    },
];

/// Parameters of noise on the covariates.
static FEATURES: [Field<FeatureNoise>; 1] = [Field {
    place: |features| Some(&mut features.noise),
    record: Record {
        key: "noise",
        label: "feature noise η",
        about: "variance of isotropic noise on the covariates, of samples and test; their mean eigenvalue is 1 (§11.4)",
        takes: Takes::Number(Range::REAL),
    },
}];

/// Parameters of bagged fits.
static BAGGING: [Field<BaggedFits>; 2] = [
    Field {
        place: |bagging| Some(&mut bagging.share),
        record: Record {
            key: "share",
            label: "share β",
            about: "share of the samples in each of the averaged fits, drawn without repetition (§11.4)",
            takes: Takes::Number(SHARE),
        },
    },
    Field {
        place: |bagging| Some(&mut bagging.fits),
        record: Record {
            key: "fits",
            label: "fits K",
            about: "how many fits are averaged (§11.4)",
            takes: Takes::Number(Range {
                most: 1e9,
                slider: (1.0, 1000.0),
                words: Words::Written(&["infinite"]),
                ..Range::COUNT
            }),
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

/// The most upstream tasks that are drawn.
pub(crate) const MOST_TASKS: f64 = 2000.0;

impl Described for Scenario {
    fn fields() -> &'static [Field<Self>] {
        &SCENARIO
    }
}

impl Described for Family {
    fn fields() -> &'static [Field<Self>] {
        &FAMILY
    }
}

impl Described for Alignment {
    fn fields() -> &'static [Field<Self>] {
        &ALIGNMENT
    }
}

impl Described for Featurization {
    fn fields() -> &'static [Field<Self>] {
        &FEATURIZATION
    }
}

impl Described for SourceTask {
    fn fields() -> &'static [Field<Self>] {
        &SOURCE
    }
}

impl Described for FeatureNoise {
    fn fields() -> &'static [Field<Self>] {
        &FEATURES
    }
}

impl Described for BaggedFits {
    fn fields() -> &'static [Field<Self>] {
        &BAGGING
    }
}

impl Choice for Family {
    fn kinds() -> Vec<Self> {
        Self::defaults().into()
    }

    fn kind_name(&self) -> &'static str {
        self.name()
    }
}

impl Choice for Alignment {
    fn kinds() -> Vec<Self> {
        Self::defaults().into()
    }

    fn kind_name(&self) -> &'static str {
        self.name()
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
