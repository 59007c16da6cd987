//! The table `[data]`: files of real rows, and how they are read.

use std::path::Path;

use toml::Value as Item;

use super::encoders;
use crate::data::Reading;
use crate::scenario::ScenarioError;
use crate::scenario::description::DataSource;
use crate::scenario::file::reader::Reader;
use crate::scenario::schema::access::printable;

/// Words of the file for how targets are read.
const READINGS: [(&str, Reading); 2] = [("labels", Reading::Labels), ("numbers", Reading::Numbers)];

fn reading(of: Reading) -> Option<&'static str> {
    READINGS.iter().find(|(_, reading)| *reading == of).map(|(word, _)| *word)
}

/// Key of the train/test column.
const SPLIT: &str = "split-column";

/// Key of shuffled labels.
const CONTROL: &str = "control";

/// Key by which words for a missing value become classes.
const AS_THEY_ARE: &str = "labels-as-they-are";

impl DataSource {
    /// The keys of the table.
    pub(super) fn read(mut reader: Reader) -> Result<Self, ScenarioError> {
        let (features, encoders) = encoders::read(&mut reader)?;
        let data = Self {
            features,
            encoders,
            targets: reader.required_text("targets", "a file of labels or numbers, one row a sample")?.into(),
            reading: match reader.text("read")? {
                None => Reading::Auto,
                Some(word) => READINGS
                    .iter()
                    .find(|(known, _)| *known == word)
                    .map(|(_, reading)| *reading)
                    .ok_or_else(|| {
                        ScenarioError::new(format!("data.read must be labels or numbers, got {word:?}"))
                    })?,
            },
            id: reader.text("id")?,
            labels_as_they_are: reader.flag(AS_THEY_ARE)?,
            groups: reader.text("groups")?.map(Into::into),
            split_column: reader.text(SPLIT)?,
            control: reader.flag(CONTROL)?,
            task: reader.text("task")?.unwrap_or_else(|| "mean".into()),
        };
        reader.finish("").map(|()| data)
    }

    /// The keys of the table with their values, without those at their defaults.
    pub(super) fn pairs(&self) -> Vec<(&'static str, Item)> {
        let path = |p: &Path| Item::String(p.to_string_lossy().into_owned());
        let mut pairs = encoders::pairs(self);
        pairs.push(("targets", path(&self.targets)));
        pairs.extend(reading(self.reading).map(|word| ("read", Item::String(word.into()))));
        pairs.extend(self.id.clone().map(|id| ("id", Item::String(id))));
        pairs.extend(self.labels_as_they_are.then_some((AS_THEY_ARE, Item::Boolean(true))));
        pairs.extend(self.groups.as_deref().map(|groups| ("groups", path(groups))));
        pairs.extend(self.split_column.clone().map(|column| (SPLIT, Item::String(column))));
        pairs.extend(self.control.then_some((CONTROL, Item::Boolean(true))));
        pairs.push(("task", Item::String(self.task.clone())));
        pairs
    }

    /// Checks that texts are printable and encoders distinct.
    pub(in crate::scenario) fn check(&self) -> Result<(), ScenarioError> {
        let texts = [("data.features", &self.features), ("data.targets", &self.targets)];
        let encoders = self.encoders.iter().map(|encoder| ("data.encoders.features", &encoder.features));
        for (key, path) in texts.into_iter().chain(encoders) {
            printable(key, &path.to_string_lossy())?;
        }
        printable("data.task", &self.task)?;
        printable("data.id", self.id.as_deref().unwrap_or_default())?;
        printable("data.split-column", self.split_column.as_deref().unwrap_or_default())?;
        crate::scenario::description::Encoder::check_all(&self.encoders)
    }
}
