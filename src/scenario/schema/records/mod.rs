//! Records of all parameters, of the types of [`crate::scenario::schema`]: those of the scenario itself here, those
//! of spectra, featurizations and transfer in one file each. A new parameter consists of its field in
//! [`crate::scenario::description`] and its record.

mod featurization;
mod spectra;
mod transfer;

use crate::scenario::description::Scenario;
use crate::scenario::schema::{Described, Field, Least, Range, Record, Stored, Takes, Words};

pub(crate) use featurization::MOST_TASKS;

/// Parameters of the scenario itself.
static SCENARIO: &[Field<Scenario>] = &[
    Field {
        // Rows and matrices from files determine the dimension.
        place: |scenario| {
            let given = scenario.data.is_none() && !scenario.has_matrix();
            given.then_some(&mut scenario.dimension as &mut dyn Stored)
        },
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

impl Described for Scenario {
    fn fields() -> &'static [Field<Self>] {
        SCENARIO
    }
}
