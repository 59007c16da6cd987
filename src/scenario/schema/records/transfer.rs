//! The parameters of a source task, of noise on the covariates and of bagged fits (sections 11.3 and 11.4).

use super::spectra::SHARE;
use crate::scenario::description::{BaggedFits, FeatureNoise, SourceTask};
use crate::scenario::schema::{Described, Field, Least, Range, Record, Scale, Takes, Words};

/// Parameters of a source task.
static SOURCE: &[Field<SourceTask>] = &[
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
            about: "correlation of source and downstream coefficients; below c* the source raises the risk (§11.3)",
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
            about: "the ridge is λ‖β − γβ_S‖²: 0 ignores the source, \"best\" minimises the risk (§11.3)",
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
static FEATURES: &[Field<FeatureNoise>] = &[Field {
    place: |features| Some(&mut features.noise),
    record: Record {
        key: "noise",
        label: "feature noise η",
        about: "variance of isotropic noise on the covariates, of samples and test; their mean eigenvalue is 1 (§11.4)",
        takes: Takes::Number(Range::REAL),
    },
}];

/// Parameters of bagged fits.
static BAGGING: &[Field<BaggedFits>] = &[
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

impl Described for SourceTask {
    fn fields() -> &'static [Field<Self>] {
        SOURCE
    }
}

impl Described for FeatureNoise {
    fn fields() -> &'static [Field<Self>] {
        FEATURES
    }
}

impl Described for BaggedFits {
    fn fields() -> &'static [Field<Self>] {
        BAGGING
    }
}
