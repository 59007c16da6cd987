//! Reading families, alignments and kinds of featurization: a name and the settings that belong to it.

use toml::{Table as Toml, Value};

use super::description::{Alignment, Family, Featurization, Task};
use super::reader::{Reader, either};
use super::{ScenarioError, number};

/// The family without its settings given: each at its default.
pub(super) fn family_of(name: &str) -> Option<Family> {
    read_family(name, &mut Reader::new("", Toml::new())).ok().flatten()
}

fn read_family(name: &str, reader: &mut Reader) -> Result<Option<Family>, ScenarioError> {
    Ok(Some(match name {
        "isotropic" => Family::Isotropic,
        "power-law" => Family::PowerLaw { exponent: reader.number(&number::EXPONENT)? },
        "exponential" => Family::Exponential { scale: reader.number(&number::DECAY)? },
        "two-level" => Family::TwoLevel {
            fraction: reader.number(&number::FRACTION)?,
            ratio: reader.number(&number::RATIO)?,
        },
        "spiked" => Family::Spiked {
            spikes: reader.number(&number::SPIKES)? as usize,
            strength: reader.number(&number::STRENGTH)?,
        },
        "sparse" => Family::Sparse { fraction: reader.number(&number::RELEVANT)? },
        _ => return Ok(None),
    }))
}

/// The named family's, with `names` accepted.
fn family(reader: &mut Reader, names: &[&str]) -> Result<Family, ScenarioError> {
    let name = reader.required_text("family", &either(names))?;
    let found = if names.contains(&name.as_str()) { read_family(&name, reader)? } else { None };
    found.ok_or_else(|| reader.wrong("family", &either(names), &Value::String(name)))
}

pub(super) fn read_covariates(mut reader: Reader) -> Result<Family, ScenarioError> {
    let family = family(&mut reader, Family::COVARIATES)?;
    reader.finish(&format!(" of family {}", family.name())).map(|()| family)
}

pub(super) fn read_task(mut reader: Reader) -> Result<Task, ScenarioError> {
    let family = family(&mut reader, &Family::NAMES)?;
    let name = reader.text("alignment")?.unwrap_or_else(|| "aligned".into());
    let alignment = read_alignment(&name, &mut reader)?
        .ok_or_else(|| reader.wrong("alignment", &either(&Alignment::NAMES), &Value::String(name)))?;
    let context = format!(" of family {}, {}", family.name(), alignment.name());
    reader.finish(&context).map(|()| Task { family, alignment })
}

pub(super) fn alignment_of(name: &str) -> Option<Alignment> {
    read_alignment(name, &mut Reader::new("", Toml::new())).ok().flatten()
}

fn read_alignment(name: &str, reader: &mut Reader) -> Result<Option<Alignment>, ScenarioError> {
    Ok(Some(match name {
        "aligned" => Alignment::Aligned,
        "anti-aligned" => Alignment::AntiAligned,
        "rotated" => Alignment::Rotated {
            angle: reader.number(&number::ANGLE)?,
            seed: reader.number(&number::ROTATION_SEED)? as u64,
        },
        _ => return Ok(None),
    }))
}

pub(super) fn read_featurization(mut reader: Reader) -> Result<Featurization, ScenarioError> {
    let names = either(&Featurization::NAMES);
    let kind = reader.required_text("kind", &names)?;
    let featurization = read_kind(&kind, &mut reader)?
        .ok_or_else(|| reader.wrong("kind", &names, &Value::String(kind.clone())))?;
    reader.finish(&format!(" of kind {kind}")).map(|()| featurization)
}

/// The kind with its settings at their defaults; a file without its path.
pub(super) fn featurization_of(kind: &str) -> Option<Featurization> {
    let mut empty = Toml::new();
    empty.insert("path".into(), Value::String(String::new()));
    read_kind(kind, &mut Reader::new("", empty)).ok().flatten()
}

fn read_kind(kind: &str, reader: &mut Reader) -> Result<Option<Featurization>, ScenarioError> {
    Ok(Some(match kind {
        "raw" => Featurization::Raw,
        "ground-truth" => Featurization::GroundTruth,
        "whitened" => Featurization::Whitened,
        "pca" => Featurization::Pca { size: reader.optional(&number::SIZE)?.map(|k| k as usize) },
        "exponents" => Featurization::Exponents {
            task: reader.number(&number::TASK_EXPONENT)?,
            covariates: reader.number(&number::COVARIATE_EXPONENT)?,
        },
        "mix" => Featurization::Mix { weight: reader.number(&number::WEIGHT)? },
        "soft" => Featurization::Soft { at: reader.optional(&number::AT)? },
        "hard" => Featurization::Hard { at: reader.optional(&number::AT)? },
        "optimal" => Featurization::Optimal { at: reader.optional(&number::AT)? },
        "minimax" => Featurization::Minimax { at: reader.optional(&number::AT)? },
        "learned" => Featurization::Learned {
            tasks: reader.number(&number::TASKS)? as usize,
            samples: reader.number(&number::SAMPLES)? as usize,
            seed: reader.number(&number::LEARNING_SEED)? as u64,
        },
        "file" => Featurization::File {
            path: reader.required_text("path", "a .npy file of the p×k matrix B")?.into(),
        },
        _ => return Ok(None),
    }))
}
