//! The parameters of families of spectra and of alignments (section 7).

use crate::scenario::description::{Alignment, Family};
use crate::scenario::schema::{Choice, Described, Field, Least, Range, Record, Scale, Takes, Words};

/// Parameters of a family of spectra: of covariates, task and test covariance.
static FAMILY: &[Field<Family>] = &[
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
            about: "spiked: excess of the spikes over the other eigenvalues, which are 1 (§7)",
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
            about: "sparse: this fraction of the directions is relevant, the rest has no task energy (§7)",
            takes: Takes::Number(SHARE),
        },
    },
    Field {
        place: |family| match family {
            Family::File { file, .. } => Some(file),
            _ => None,
        },
        record: Record {
            key: "file",
            label: "file",
            about: "p×p covariance matrix, or its diagonal, in a file: scaled to mean 1 (covariates) or to r² (task) (§2)",
            takes: Takes::Path("a file of a p×p covariance matrix, or of its p diagonal elements"),
        },
    },
];

/// A share of the directions.
pub(super) const SHARE: Range = Range {
    least: Least::Above(0.0),
    most: 1.0,
    slider: (0.01, 1.0),
    scale: Scale::Linear,
    step: 0.01,
    words: Words::None,
};

/// Parameters of an alignment.
static ALIGNMENT: &[Field<Alignment>] = &[
    Field {
        place: |alignment| match alignment {
            Alignment::Rotated { angle, .. } => Some(angle),
            _ => None,
        },
        record: Record {
            key: "angle",
            label: "angle",
            about: "angle in degrees between each task direction and its covariate direction (§7)",
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

impl Described for Family {
    fn fields() -> &'static [Field<Self>] {
        FAMILY
    }
}

impl Described for Alignment {
    fn fields() -> &'static [Field<Self>] {
        ALIGNMENT
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
