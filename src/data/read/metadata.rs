//! Metadata about columns stored by other libraries: class names of Hugging Face datasets, the index of pandas, the
//! geometries of GeoParquet.

use std::collections::HashMap;

use serde_json::Value;

use super::super::error::{DataError, quoted};
use super::table::{Head, Kind};

/// Column metadata from the key-value pairs of a file.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    /// Class names of coded columns.
    classes: HashMap<String, Vec<String>>,
    /// Names of index columns.
    index: Vec<String>,
    /// Names of columns of geometries.
    geometries: Vec<String>,
}

impl Metadata {
    pub fn new<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut metadata = Self::default();
        for (key, value) in pairs {
            let Ok(value) = serde_json::from_str::<Value>(value) else { continue };
            match key {
                "huggingface" => {
                    let features = value.pointer("/info/features").and_then(Value::as_object);
                    for (name, feature) in features.into_iter().flatten() {
                        let names = feature.get("names").and_then(Value::as_array);
                        let names: Option<Vec<String>> =
                            names.and_then(|n| n.iter().map(|n| n.as_str().map(str::to_owned)).collect());
                        if let Some(names) = names.filter(|_| feature["_type"] == "ClassLabel") {
                            metadata.classes.insert(name.clone(), names);
                        }
                    }
                }
                "pandas" => {
                    let index = value.get("index_columns").and_then(Value::as_array).into_iter().flatten();
                    metadata.index.extend(index.filter_map(|i| i.as_str().map(str::to_owned)));
                }
                "geo" => {
                    let columns = value.get("columns").and_then(Value::as_object);
                    metadata.geometries.extend(columns.into_iter().flatten().map(|(name, _)| name.clone()));
                }
                _ => {}
            }
        }
        metadata
    }

    /// The names of the classes of a column.
    pub fn classes(&self, column: &str) -> Option<&[String]> {
        self.classes.get(column).map(Vec::as_slice)
    }

    /// Marks a column that is an index or holds geometries, and makes coded classes a text column.
    pub fn apply(&self, head: &mut Head) {
        if self.geometries.contains(&head.name) {
            head.kind =
                Kind::Unread("holds geometries; accepted are numbers, texts and lists of numbers".into());
        }
        head.index = self.index.contains(&head.name) || head.name == "__index_level_0__";
        if self.classes.contains_key(&head.name) && head.kind == Kind::Number {
            head.kind = Kind::Text;
        }
    }
}

/// Replaces codes by class names; −1 is a missing label.
pub(super) fn named(
    codes: &[Option<i128>],
    names: &[String],
    file: &str,
    column: &str,
) -> Result<Vec<Option<String>>, DataError> {
    let name = |code: &Option<i128>| match *code {
        None | Some(-1) => Ok(None),
        Some(code) => {
            let found = usize::try_from(code).ok().and_then(|code| names.get(code));
            found.map(|name| Some(name.clone())).ok_or_else(|| {
                let (column, count) = (quoted(column), names.len());
                DataError::input(
                    file,
                    format!("column {column} holds class {code}, but names {count} classes from 0"),
                )
            })
        }
    };
    codes.iter().map(name).collect()
}
