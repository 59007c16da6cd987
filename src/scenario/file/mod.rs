//! The scenario file: strict reading and complete writing of TOML, and [`Scenario::set`], which takes a value as
//! written in a file. TOML is used only here.

mod encoders;
mod paths;
mod reader;
mod rows;
mod spectrum;

use std::path::Path;
use std::sync::Arc;

use toml::{Table as Toml, Value as Item};

use crate::outside;
use crate::scenario::ScenarioError;
use crate::scenario::description::{Alignment, DataSource, Family, Featurization, Scenario, Table, Task};
use crate::scenario::file::reader::{Reader, whole};
use crate::scenario::schema::conditions::{exclusive, no_test};
use crate::scenario::schema::{Choice, Described, Record, Value};
use crate::theory::RidgeChoice;

impl Scenario {
    /// Reads the text of a scenario file. Paths in it are not changed.
    ///
    /// # Errors
    /// An unknown or missing key, or a value out of range, with the accepted keys or values.
    pub fn from_toml(text: &str) -> Result<Self, ScenarioError> {
        Self::read(parsed(text)?)
    }

    /// Reads a scenario file; relative paths in it are relative to its folder. A scenario without a name gets that of
    /// the file.
    ///
    /// # Errors
    /// Errors of [`Scenario::from_toml`], and a file that cannot be read.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, ScenarioError> {
        Self::load_as(path.as_ref(), |_| {})
    }

    /// Reads a scenario file for the dashboard, where measured data without a ridge get the optimal non-negative one
    /// (section 9.2).
    ///
    /// # Errors
    /// Errors of [`Scenario::load`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self, ScenarioError> {
        Self::load_as(path.as_ref(), |table| {
            if table.contains_key("data") && !table.contains_key("ridge") {
                let best = RidgeChoice::OptimalNonNegative.to_string();
                table.insert("ridge".into(), Item::String(best));
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

    /// The scenario as TOML: complete, in a fixed order, and read back as an equal scenario.
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
                    Item::Array(all) if all.iter().any(Item::is_table) => {
                        tables.extend(all.into_iter().map(|table| (key, table)));
                        continue;
                    }
                    // The shortest representation that reads back as the same number.
                    Item::Float(v) => format!("{v:?}"),
                    other => other.to_string(),
                };
                text.push_str(&format!("{key} = {value}\n"));
            }
            for (key, table) in tables {
                text.push_str(&format!("\n[[{section}.{key}]]\n"));
                let mut pairs: Vec<_> = table.as_table().into_iter().flatten().collect();
                // The name comes first.
                pairs.sort_by_key(|(key, _)| key.as_str() != "name");
                pairs.iter().for_each(|(key, value)| text.push_str(&format!("{key} = {value}\n")));
            }
        }
        text
    }

    /// The scenario as TOML for a file at `path`: paths to files in its folder are written relative to it, others
    /// absolute, so that [`Scenario::load`] finds them.
    #[must_use]
    pub fn to_toml_at(&self, path: &Path) -> String {
        let folder = paths::absolute(path).parent().map(Path::to_path_buf).unwrap_or_default();
        self.portable(&folder).to_toml()
    }

    /// Sets a key (`task.ratio`, `ridge`) to a value as written in a scenario file; texts need no quotes. Numbers and
    /// names are set by [`Scenario::with`]; a `[spectrum]` replaces covariates, task and signal. On error the
    /// scenario is unchanged.
    ///
    /// # Errors
    /// Errors of [`Scenario::from_toml`].
    pub fn set(&mut self, key: &str, text: &str) -> Result<(), ScenarioError> {
        let item = item(key, text);
        let typed = match &item {
            Item::Float(number) => Some(Value::Number(*number)),
            Item::Integer(number) => Some(whole(*number)),
            Item::String(word) => Some(Value::Word(word.clone())),
            _ => None,
        };
        let (section, last) = key.split_once('.').unwrap_or(("", key));
        let listed = matches!(section, "data" | "spectrum") || matches!(key, "data" | "spectrum");
        *self = match typed.filter(|_| !listed) {
            Some(value) => match self.with(key, value) {
                // An error from the file reader lists the keys of the table.
                Err(ScenarioError::UnknownKey { .. }) => self.with_item((section, last), item)?,
                changed => changed?,
            },
            None => self.with_item((section, last), item)?,
        };
        Ok(())
    }

    /// The scenario with one item of its file replaced.
    fn with_item(&self, (section, key): (&str, &str), item: Item) -> Result<Self, ScenarioError> {
        let mut table = self.to_table();
        let replaces = match section {
            "" => key == "spectrum",
            _ => section == "spectrum" && self.spectrum.is_none(),
        };
        if replaces {
            ["covariates", "task", "test", "signal"].into_iter().for_each(|key| drop(table.remove(key)));
        }
        if section.is_empty() {
            table.insert(key.into(), item);
        } else if let Item::Table(inner) = table.entry(section).or_insert_with(|| Item::Table(Toml::new())) {
            inner.insert(key.into(), item);
        }
        Self::read(table)
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
                table.insert(section.into(), Item::Table(pairs));
            }
        }
        table
    }

    fn sections(&self) -> Vec<(&'static str, Vec<(&'static str, Item)>)> {
        let mut top = vec![("name", Item::String(self.name.clone()))];
        top.extend(pairs_of(self.values()));
        let mut sections = vec![("", top)];
        if let Some(data) = &self.data {
            sections.push(("data", data.pairs()));
        } else if let Some(table) = &self.spectrum {
            sections.push(("spectrum", table.pairs()));
        } else {
            sections.push(("covariates", pairs("family", &self.covariates)));
            let task = [pairs("family", &self.task.family), pairs("alignment", &self.task.alignment)];
            sections.push(("task", task.concat()));
            sections.extend(self.test.as_ref().map(|test| ("test", pairs("family", test))));
        }
        sections.extend(
            self.features.as_ref().map(|features| ("features", pairs_of(features.values()).collect())),
        );
        sections.push(("featurization", pairs("kind", &self.featurization)));
        sections.extend(self.source.as_ref().map(|source| ("source", pairs_of(source.values()).collect())));
        sections
            .extend(self.bagging.as_ref().map(|bagging| ("bagging", pairs_of(bagging.values()).collect())));
        sections
    }

    pub(in crate::scenario) fn read(table: Toml) -> Result<Self, ScenarioError> {
        let mut top = Reader::new("", table);
        let mut scenario = Self { name: top.text("name")?.unwrap_or_default(), ..Self::default() };
        let numbers = top.fill(&mut scenario)?;
        let covariates = top.section("covariates")?;
        let task = top.section("task")?;
        let test = top.section("test")?;
        let featurization = top.section("featurization")?;
        let source = top.section("source")?;
        let features = top.section("features")?;
        let bagging = top.section("bagging")?;
        let spectrum = top.section("spectrum")?;
        let data = top.section("data")?;
        top.finish("")?;

        let whole = match (&data, &spectrum) {
            (Some(_), _) => Some("data"),
            (None, Some(_)) => Some("spectrum"),
            (None, None) => None,
        };
        if let Some(other) = whole {
            let families = [
                ("[covariates]", covariates.is_some()),
                ("[task]", task.is_some()),
                ("signal", numbers.contains(&"signal")),
                ("[spectrum]", other == "data" && spectrum.is_some()),
                ("dimension", other == "data" && numbers.contains(&"dimension")),
            ];
            if test.is_some() {
                return Err(no_test(other));
            }
            if let Some((key, _)) = families.into_iter().find(|(_, given)| *given) {
                return Err(exclusive(key, other));
            }
            scenario.signal = None;
            scenario.featurization = Featurization::Raw;
        }
        if data.is_some() && !numbers.contains(&"noise") {
            scenario.noise = None;
        }
        if let Some(mut reader) = covariates {
            // Without a family, a `file` key implies a matrix.
            let otherwise = reader.has("file").then_some("file");
            scenario.covariates = reader.choice("family", Family::COVARIATES, otherwise)?;
            reader.finish(&format!(" of family {}", scenario.covariates.name()))?;
        }
        if let Some(mut reader) = task {
            let otherwise = reader.has("file").then_some("file");
            let family: Family = reader.choice("family", Family::NAMES, otherwise)?;
            let alignment: Alignment = reader.choice("alignment", Alignment::NAMES, Some("aligned"))?;
            reader.finish(&format!(" of family {}, {}", family.name(), alignment.name()))?;
            scenario.task = Task { family, alignment };
        }
        if let Some(mut reader) = test {
            let family: Family = reader.choice("family", Family::TEST, None)?;
            reader.finish(&format!(" of family {}", family.name()))?;
            scenario.test = Some(family);
        }
        if let Some(mut reader) = featurization {
            scenario.featurization = reader.choice("kind", Featurization::NAMES, None)?;
            reader.finish(&format!(" of kind {}", scenario.featurization.name()))?;
        }
        if let Some(mut reader) = source {
            reader.fill(scenario.source.get_or_insert_default())?;
            reader.finish("")?;
        }
        if let Some(mut reader) = features {
            reader.fill(scenario.features.get_or_insert_default())?;
            reader.finish("")?;
        }
        if let Some(mut reader) = bagging {
            reader.fill(scenario.bagging.get_or_insert_default())?;
            reader.finish("")?;
        }
        if scenario.has_matrix() && numbers.contains(&"dimension") {
            return Err(scenario.dimension_of_matrix());
        }
        scenario.spectrum = spectrum.map(Table::read).transpose()?.map(Arc::new);
        scenario.data = data.map(DataSource::read).transpose()?;
        scenario.consistent()?;
        Ok(scenario)
    }
}

fn parsed(text: &str) -> Result<Toml, ScenarioError> {
    text.parse().map_err(|e: toml::de::Error| {
        let line = e.span().map_or(1, |s| 1 + text.get(..s.start).unwrap_or(text).matches('\n').count());
        ScenarioError::new(format!("line {line} is not TOML: {}", e.message().replace('\n', "; ")))
    })
}

/// Maximum size of a scenario file, in bytes.
const LONGEST: u64 = 16_000_000;

fn read_text(path: &Path) -> Result<String, ScenarioError> {
    match outside::read::text(path, LONGEST) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(ScenarioError::new("there is no such file; accepted is a TOML text")),
        Err(why) => Err(ScenarioError::new(why)),
    }
}

impl serde::Serialize for Scenario {
    /// The tables and keys of the scenario file.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_table().serialize(serializer)
    }
}

/// The name of a kind and its parameters, as written in a file.
fn pairs(key: &'static str, choice: &impl Choice) -> Vec<(&'static str, Item)> {
    let name = (key, Item::String(choice.kind_name().into()));
    std::iter::once(name).chain(pairs_of(choice.values())).collect()
}

/// Parameters as written in a file; those left out are omitted.
fn pairs_of(values: Vec<(&'static Record, Option<Value>)>) -> impl Iterator<Item = (&'static str, Item)> {
    values.into_iter().filter_map(|(record, value)| {
        let item = match value? {
            Value::Number(number) => Item::Float(number),
            // Accepted whole numbers are at most 2⁵³.
            Value::Whole(count) => Item::Integer(i64::try_from(count).unwrap_or(i64::MAX)),
            Value::Word(word) => Item::String(word),
        };
        Some((record.key, item))
    })
}

/// A value of a scenario file; bare words are texts. Names and paths are always texts.
fn item(key: &str, text: &str) -> Item {
    const TEXTS: [&str; 12] = [
        "name",
        "covariates.file",
        "task.file",
        "featurization.path",
        "data.features",
        "data.targets",
        "data.read",
        "data.id",
        "data.groups",
        "data.split-column",
        "data.task",
        "data.encoder",
    ];
    let parsed: Option<Item> = text.parse().ok();
    if TEXTS.contains(&key) {
        return match parsed {
            Some(quoted @ Item::String(_)) => quoted,
            _ => Item::String(text.into()),
        };
    }
    let loose = || text.parse::<f64>().ok().filter(|v| v.is_finite()).map(Item::Float);
    parsed.or_else(loose).unwrap_or_else(|| Item::String(text.into()))
}
