//! The scenario file: strict reading, complete writing, and `set`, the one way to change a scenario.

use std::path::Path;

use toml::{Table as Toml, Value};

use crate::data::Reading;
use crate::outside;

use super::description::{Alignment, DataSource, RidgeSetting, Scenario, Table, Task};
use super::encoders;
use super::families::Family;
use super::featurization::Featurization;
use super::geometry::DENSE;
use super::kinds::Needs;
use super::reader::Reader;
use super::setting::{Choice, Record, Setting, Settings};
use super::value;
use super::{ScenarioError, number, paths};
use crate::theory::Spectrum;

impl Scenario {
    /// Reads a scenario file's text. Paths in it are taken as they are.
    ///
    /// # Errors
    /// What is unknown, missing or out of range, with the key and what is accepted.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        Self::read(parsed(text)?)
    }

    /// Reads a scenario file; relative paths in it are relative to its folder. Without a name it takes the file's.
    ///
    /// # Errors
    /// As [`Scenario::from_toml`], or that the file cannot be read.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ScenarioError> {
        Self::load_as(path.as_ref(), |_| {})
    }

    /// As [`Scenario::load`], to be looked at: real rows whose file says no ridge have their best one (section 9.2).
    ///
    /// # Errors
    /// As [`Scenario::load`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ScenarioError> {
        Self::load_as(path.as_ref(), |table| {
            if table.contains_key("data") && !table.contains_key("ridge") {
                let best = RidgeSetting::OptimalNonNegative.to_string();
                table.insert("ridge".into(), Value::String(best));
            }
        })
    }

    fn load_as(path: &Path, change: impl FnOnce(&mut Toml)) -> Result<Self, ScenarioError> {
        let about = |e: ScenarioError| e.about(format_args!("scenario file {}", path.display()));
        let read = || {
            let mut table = parsed(&read_text(path)?)?;
            change(&mut table);
            Self::read(table)
        };
        let mut scenario = read().map_err(about)?;
        if scenario.name.is_empty() {
            scenario.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        }
        if let Some(folder) = path.parent() {
            scenario.each_path(|p| {
                if !p.as_os_str().is_empty() {
                    *p = folder.join(&*p);
                }
            });
        }
        Ok(scenario)
    }

    /// The scenario as TOML: complete, in a fixed order, and read back as the same scenario.
    #[must_use]
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        for (section, pairs) in self.sections() {
            if !section.is_empty() {
                text.push_str(&format!("\n[{section}]\n"));
            }
            let mut tables = Vec::new();
            for (key, value) in pairs {
                let value = match value {
                    Value::Array(all) if all.iter().any(Value::is_table) => {
                        tables.extend(all.into_iter().map(|table| (key, table)));
                        continue;
                    }
                    // The shortest text that is read back as the same number.
                    Value::Float(v) => format!("{v:?}"),
                    other => other.to_string(),
                };
                text.push_str(&format!("{key} = {value}\n"));
            }
            for (key, table) in tables {
                text.push_str(&format!("\n[[{section}.{key}]]\n"));
                let mut pairs: Vec<_> = table.as_table().into_iter().flatten().collect();
                // What it is called comes first.
                pairs.sort_by_key(|(key, _)| key.as_str() != "name");
                pairs.iter().for_each(|(key, value)| text.push_str(&format!("{key} = {value}\n")));
            }
        }
        text
    }

    /// As [`Scenario::to_toml`], for a file at `path`: paths are written relative to its folder where they lie in
    /// it, else absolute, so that [`Scenario::load`] finds them again.
    #[must_use]
    pub fn to_toml_at(&self, path: &Path) -> String {
        let folder = paths::absolute(path).parent().map(Path::to_path_buf).unwrap_or_default();
        self.portable(&folder).to_toml()
    }

    /// Checks what was put together by hand as strictly as a file.
    pub(super) fn checked(&self) -> Result<Self, ScenarioError> {
        Self::read(self.to_table())
    }

    /// The tables and keys of the scenario file.
    #[must_use]
    pub fn to_table(&self) -> Toml {
        let mut table = Toml::new();
        for (section, pairs) in self.sections() {
            let pairs: Toml = pairs.into_iter().map(|(k, v)| (k.into(), v)).collect();
            if section.is_empty() {
                table.extend(pairs);
            } else {
                table.insert(section.into(), Value::Table(pairs));
            }
        }
        table
    }

    fn sections(&self) -> Vec<(&'static str, Vec<(&'static str, Value)>)> {
        let mut top = vec![("name", Value::String(self.name.clone()))];
        top.extend(pairs_of(self.numbers()));
        let mut sections = vec![("", top)];
        if let Some(data) = &self.data {
            let path = |p: &Path| Value::String(p.to_string_lossy().into_owned());
            sections.push((
                "data",
                [
                    encoders::pairs(data),
                    vec![("targets", path(&data.targets))],
                    reading(data.reading)
                        .map(|word| ("read", Value::String(word.into())))
                        .into_iter()
                        .collect(),
                    vec![("task", Value::String(data.task.clone()))],
                ]
                .concat(),
            ));
        } else if let Some(table) = &self.spectrum {
            let list = |v: &[f64]| Value::Array(v.iter().copied().map(Value::Float).collect());
            sections.push((
                "spectrum",
                vec![
                    ("weights", list(&table.weights)),
                    ("eigenvalues", list(&table.eigenvalues)),
                    ("energies", list(&table.energies)),
                ],
            ));
        } else {
            sections.push(("covariates", pairs("family", &self.covariates)));
            let task = [pairs("family", &self.task.family), pairs("alignment", &self.task.alignment)];
            sections.push(("task", task.concat()));
            sections.extend(self.test.as_ref().map(|test| ("test", pairs("family", test))));
        }
        sections.push(("featurization", pairs("kind", &self.featurization)));
        sections
    }

    pub(super) fn read(table: Toml) -> Result<Self, ScenarioError> {
        let mut top = Reader::new("", table);
        let mut scenario = Self { name: top.text("name")?.unwrap_or_default(), ..Self::default() };
        let numbers = top.fill(&mut scenario)?;
        let covariates = top.section("covariates")?;
        let task = top.section("task")?;
        let test = top.section("test")?;
        let featurization = top.section("featurization")?;
        let spectrum = top.section("spectrum")?;
        let data = top.section("data")?;
        top.finish("")?;

        let exclusive = |other: &str, what: &[(&str, bool)]| match what.iter().find(|(_, given)| *given) {
            Some((key, _)) => Err(ScenarioError::new(format!(
                "{key} and [{other}] cannot both be given: [{other}] says all about covariates and task itself"
            ))),
            None => Ok(()),
        };
        for (other, given) in [("spectrum", spectrum.is_some()), ("data", data.is_some())] {
            if test.is_some() && given {
                return Err(ScenarioError::new(format!(
                    "[test] and [{other}] cannot both be given: a test covariance has the eigenbasis of covariates and \
                     tasks, which [{other}] does not tell; describe [covariates] and [task] instead"
                )));
            }
        }
        let families = [
            ("[covariates]", covariates.is_some()),
            ("[task]", task.is_some()),
            ("signal", numbers.contains(&"signal")),
        ];
        if spectrum.is_some() {
            exclusive("spectrum", &families)?;
        }
        if data.is_some() {
            exclusive("data", &families)?;
            exclusive(
                "data",
                &[("[spectrum]", spectrum.is_some()), ("dimension", numbers.contains(&"dimension"))],
            )?;
        }
        if spectrum.is_some() || data.is_some() {
            scenario.signal = None;
            scenario.featurization = Featurization::Raw;
        }
        if data.is_some() && !numbers.contains(&"noise") {
            scenario.noise = None;
        }
        if let Some(mut reader) = covariates {
            scenario.covariates = reader.choice("family", Family::COVARIATES, None)?;
            reader.finish(&format!(" of family {}", scenario.covariates.name()))?;
        }
        if let Some(mut reader) = task {
            let family = reader.choice("family", &Family::NAMES, None)?;
            let alignment = reader.choice("alignment", &Alignment::NAMES, Some("aligned"))?;
            scenario.task = Task { family, alignment };
            reader.finish(&format!(" of family {}, {}", family.name(), alignment.name()))?;
        }
        if let Some(mut reader) = test {
            let family: Family = reader.choice("family", Family::COVARIATES, None)?;
            reader.finish(&format!(" of family {}", family.name()))?;
            scenario.test = Some(family);
        }
        if let Some(mut reader) = featurization {
            scenario.featurization = reader.choice("kind", &Featurization::NAMES, None)?;
            reader.finish(&format!(" of kind {}", scenario.featurization.name()))?;
        }
        scenario.spectrum = spectrum.map(read_spectrum).transpose()?;
        scenario.data = data.map(read_data).transpose()?;
        scenario.consistent()?;
        Ok(scenario)
    }

    /// The numbers of the scenario itself, as far as it has them.
    pub(super) fn numbers(&self) -> Vec<Setting> {
        let mut all = self.settings();
        // Measured data bring their own.
        all.retain(|s| self.data.is_none() || !s.record.is(Record::Number(&number::DIMENSION)));
        all
    }

    /// What no single key can tell.
    fn consistent(&self) -> Result<(), ScenarioError> {
        let dense = |what: &str| {
            let p = self.dimension;
            if p <= DENSE {
                return Ok(());
            }
            Err(ScenarioError::new(format!(
                "{what} needs dense matrices: dimension at most {DENSE}, got {p}"
            )))
        };
        if self.data.is_some() {
            return Ok(());
        }
        let needs = self.featurization.kind().needs;
        if self.spectrum.is_some() {
            return if needs.met_by(self) {
                Ok(())
            } else {
                Err(ScenarioError::new(format!(
                    "featurization.kind {} needs directions, which a [spectrum] does not have; \
                     describe [covariates] and [task] instead",
                    self.featurization.name()
                )))
            };
        }
        if matches!(self.task.alignment, Alignment::Rotated { .. }) {
            dense("task.alignment rotated")?;
        }
        if self.test.is_some() && !self.shares_eigenbasis() {
            let (what, accepted) = match self.task.alignment {
                Alignment::Rotated { .. } => ("task.alignment rotated".into(), "aligned and anti-aligned"),
                _ => (
                    format!("featurization.kind {}", self.featurization.name()),
                    "all kinds but learned and file",
                ),
            };
            return Err(ScenarioError::new(format!(
                "[test] is a covariance in the eigenbasis of covariates, task and featurization, and {what} has another; \
                 accepted are {accepted}"
            )));
        }
        match needs {
            Needs::Families => dense(&format!("featurization.kind {}", self.featurization.name())),
            Needs::Nothing | Needs::Directions => Ok(()),
        }
    }
}

fn parsed(text: &str) -> Result<Toml, ScenarioError> {
    text.parse().map_err(|e: toml::de::Error| {
        let line = e.span().map_or(1, |s| 1 + text.get(..s.start).unwrap_or(text).matches('\n').count());
        ScenarioError::new(format!("line {line} is not TOML: {}", e.message().replace('\n', "; ")))
    })
}

/// A scenario is a short text; what is longer, or never ends, is something else.
const LONGEST: u64 = 16_000_000;

fn read_text(path: &Path) -> Result<String, ScenarioError> {
    match outside::read::text(path, LONGEST) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(ScenarioError::new("there is no such file; accepted is a TOML text")),
        Err(why) => Err(ScenarioError::new(why)),
    }
}

impl serde::Serialize for Scenario {
    /// The same tables and keys as the scenario file.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_table().serialize(serializer)
    }
}

/// The name of a variant and its settings, as they are written.
fn pairs(key: &'static str, choice: &impl Choice) -> Vec<(&'static str, Value)> {
    let name = (key, Value::String(choice.name().into()));
    std::iter::once(name).chain(pairs_of(choice.settings())).collect()
}

/// The settings as they are written; those left out are missing.
pub(super) fn pairs_of(settings: Vec<Setting>) -> impl Iterator<Item = (&'static str, Value)> {
    settings.into_iter().filter_map(|setting| {
        let value = match (setting.value?, setting.record) {
            (value::Value::Number(v), Record::Number(number)) if number.scale.is_integer() => {
                Value::Integer(v as i64)
            }
            (value::Value::Number(v), _) => Value::Float(v),
            (value::Value::Word(word), _) => Value::String(word),
        };
        Some((setting.record.key(), value))
    })
}

fn read_spectrum(mut reader: Reader) -> Result<Table, ScenarioError> {
    let table = Table {
        weights: reader.list("weights")?,
        eigenvalues: reader.list("eigenvalues")?,
        energies: reader.list("energies")?,
    };
    reader.finish("")?;
    let lengths = [table.weights.len(), table.eigenvalues.len(), table.energies.len()];
    let [weights, eigenvalues, energies] = lengths;
    if weights != eigenvalues || weights != energies {
        return Err(ScenarioError::new(format!(
            "spectrum.weights, eigenvalues and energies must have equal lengths, got {weights}, {eigenvalues} \
             and {energies}"
        )));
    }
    Spectrum::new(table.atoms()).map_err(|e| ScenarioError::from(e).about("[spectrum]"))?;
    Ok(table)
}

/// How targets are read, in the file's words.
const READINGS: [(&str, Reading); 2] = [("labels", Reading::Labels), ("numbers", Reading::Numbers)];

fn reading(of: Reading) -> Option<&'static str> {
    READINGS.iter().find(|(_, reading)| *reading == of).map(|(word, _)| *word)
}

fn read_data(mut reader: Reader) -> Result<DataSource, ScenarioError> {
    let (features, encoders) = encoders::read(&mut reader)?;
    let data = DataSource {
        features,
        encoders,
        targets: reader.required_text("targets", "a file of labels or numbers, one row a sample")?.into(),
        reading: match reader.text("read")? {
            None => Reading::Auto,
            Some(word) => {
                READINGS.iter().find(|(known, _)| *known == word).map(|(_, reading)| *reading).ok_or_else(
                    || ScenarioError::new(format!("data.read must be labels or numbers, got {word:?}")),
                )?
            }
        },
        task: reader.text("task")?.unwrap_or_else(|| "mean".into()),
    };
    reader.finish("").map(|()| data)
}
