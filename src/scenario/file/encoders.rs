//! Several named encoders of the same rows, one of them in focus (section 9.5).

use std::path::{Path, PathBuf};

use toml::{Table as Toml, Value};

use crate::data::{Files, Part, Split};
use crate::outside::text::plain;
use crate::scenario::ScenarioError;
use crate::scenario::description::{DataSource, Encoder, Scenario};
use crate::scenario::file::reader::Reader;

/// Maximum length of a name.
pub const LONGEST: usize = 200;

impl Scenario {
    /// A scenario of several encoders of the same rows, the first in focus.
    #[must_use]
    pub fn of_encoders(encoders: &[Encoder], targets: impl AsRef<Path>) -> Self {
        let first = encoders.first().map(|e| e.features.clone()).unwrap_or_default();
        let mut scenario = Self::measured(first, targets);
        scenario.name = encoders.iter().map(|e| e.name.as_str()).collect::<Vec<_>>().join(", ");
        if let Some(data) = &mut scenario.data {
            data.encoders = encoders.to_vec();
        }
        scenario
    }

    /// The encoders with their names; empty if there is only one unnamed set of features.
    #[must_use]
    pub fn encoders(&self) -> &[Encoder] {
        self.data.as_ref().map_or(&[], |data| data.encoders.as_slice())
    }

    /// Name of the encoder in focus; `None` for one unnamed set of features.
    #[must_use]
    pub fn focus(&self) -> Option<&str> {
        self.data.as_ref()?.focus().map(|encoder| encoder.name.as_str())
    }

    /// The scenario with this encoder in focus.
    #[must_use]
    pub fn focused_on(&self, encoder: &Encoder) -> Self {
        let mut scenario = self.clone();
        if let Some(data) = &mut scenario.data {
            data.features.clone_from(&encoder.features);
        }
        scenario
    }

    /// The scenario with the labels of its real rows shuffled; `None` for a population.
    #[must_use]
    pub fn with_shuffled_labels(&self) -> Option<Self> {
        let data = self.data.clone()?;
        Some(Self { data: Some(DataSource { control: true, ..data }), ..self.clone() })
    }
}

impl DataSource {
    /// The files for the data module.
    pub(in crate::scenario) fn files(&self) -> Files<'_> {
        Files {
            reading: self.reading,
            id: self.id.as_deref(),
            labels_as_they_are: self.labels_as_they_are,
            groups: self.groups.as_deref(),
            split: self.split_column.as_deref().map(|column| Split { column, part: Part::Train }),
            control: self.control,
            task: Some(&self.task),
            ..Files::new(&self.features, &self.targets)
        }
    }

    /// The encoder in focus, if there are several.
    #[must_use]
    pub fn focus(&self) -> Option<&Encoder> {
        self.encoders.iter().find(|encoder| encoder.features == self.features)
    }
}

impl Encoder {
    /// Checks that a name can be used in a command line. Where space is short, its middle is omitted on screen.
    ///
    /// # Errors
    /// The accepted names, in words.
    pub fn check_name(name: &str) -> Result<(), String> {
        let fits = !name.is_empty() && name.chars().count() <= LONGEST && plain(name) == name;
        let apart = !name.contains(['=', ',']) && name.trim() == name;
        if fits && apart {
            return Ok(());
        }
        Err(format!(
            "accepted are names of up to {LONGEST} printable characters without '=', ',' and blanks at their ends"
        ))
    }

    /// Checks that names and features of several encoders are distinct.
    ///
    /// # Errors
    /// One sentence that names the repeated encoder.
    pub fn check_all(encoders: &[Self]) -> Result<(), ScenarioError> {
        for (i, encoder) in encoders.iter().enumerate() {
            let Encoder { name, features } = encoder;
            Self::check_name(name)
                .map_err(|accepted| ScenarioError::new(format!("the encoder's name {name:?}: {accepted}")))?;
            let before = encoders.iter().take(i);
            if before.clone().any(|b| b.name == *name) {
                return Err(ScenarioError::new(format!(
                    "{name}: two encoders have this name; accepted are distinct names"
                )));
            }
            if let Some(same) = before.into_iter().find(|b| b.features == *features) {
                return Err(ScenarioError::new(format!(
                    "{name} has the features of {}; accepted are distinct encoders",
                    same.name
                )));
            }
        }
        Ok(())
    }
}

/// Reads the features of `[data]`: those in focus, and all encoders if they are named.
pub(in crate::scenario) fn read(reader: &mut Reader) -> Result<(PathBuf, Vec<Encoder>), ScenarioError> {
    const ACCEPTED: &str = "[[data.encoders]] accepts two or more tables of name and features";
    let tables = match reader.take("encoders") {
        None => Vec::new(),
        Some(Value::Array(tables)) if tables.len() > 1 => tables,
        Some(Value::Array(tables)) => {
            return Err(ScenarioError::new(format!("{ACCEPTED}, got {}", tables.len())));
        }
        Some(_) => return Err(ScenarioError::new(ACCEPTED)),
    };
    let focus = reader.text("encoder")?;
    if tables.is_empty() {
        if let Some(name) = focus {
            return Err(ScenarioError::new(format!(
                "data.encoder {name:?} chooses one of [[data.encoders]], and there are none"
            )));
        }
        let features = reader.required_text("features", "a file of numbers, one row a sample")?;
        return Ok((features.into(), Vec::new()));
    }
    if reader.take("features").is_some() {
        return Err(ScenarioError::new(
            "data.features and [[data.encoders]] cannot both be given: every encoder names its own features",
        ));
    }
    let mut encoders = Vec::with_capacity(tables.len());
    for table in tables {
        let Value::Table(table) = table else { return Err(ScenarioError::new(ACCEPTED)) };
        let mut encoder = Reader::new("data.encoders", table);
        let name = encoder.required_text("name", "the encoder's name")?;
        let features = encoder.required_text("features", "a file of numbers, one row a sample")?.into();
        encoder.finish("")?;
        encoders.push(Encoder { name, features });
    }
    Encoder::check_all(&encoders)?;
    let chosen = match &focus {
        None => encoders.first(),
        Some(name) => encoders.iter().find(|e| e.name == *name),
    };
    let Some(chosen) = chosen else {
        let known: Vec<&str> = encoders.iter().map(|e| e.name.as_str()).collect();
        return Err(ScenarioError::new(format!(
            "data.encoder accepts {}, got {:?}",
            crate::scenario::schema::either(&known),
            focus.unwrap_or_default()
        )));
    };
    Ok((chosen.features.clone(), encoders))
}

/// Writes the features of `[data]`; the focus only where it is not the first encoder.
pub(in crate::scenario) fn pairs(data: &DataSource) -> Vec<(&'static str, Value)> {
    let path = |p: &Path| Value::String(p.to_string_lossy().into_owned());
    if data.encoders.is_empty() {
        return vec![("features", path(&data.features))];
    }
    let table = |encoder: &Encoder| {
        let mut table = Toml::new();
        table.insert("name".into(), Value::String(encoder.name.clone()));
        table.insert("features".into(), path(&encoder.features));
        Value::Table(table)
    };
    let mut pairs = vec![("encoders", Value::Array(data.encoders.iter().map(table).collect()))];
    let chosen = data.focus().filter(|chosen| data.encoders.first() != Some(chosen));
    pairs.extend(chosen.map(|chosen| ("encoder", Value::String(chosen.name.clone()))));
    pairs
}
