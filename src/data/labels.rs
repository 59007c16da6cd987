//! Text labels: which cells are missing, which labels are numbers, and which look alike.

use std::collections::{BTreeMap, BTreeSet};

use super::error::{DataError, listed, quoted};
use super::read::{Texts, means_missing, number, whole};
use super::targets::{Column, Key, Reading, Rows, Targets, matching};

/// Counts of the words for missing values among the cells without a label.
#[derive(Default)]
pub(super) struct Words {
    /// Number of occurrences of each word.
    counts: BTreeMap<String, usize>,
}

impl Targets {
    /// Targets from one label a row: texts become classes, numbers go through [`Targets::from_column`]. Words for a
    /// missing value are no class unless they are quoted or `as_they_are` is set.
    pub(super) fn from_text(
        input: &str,
        header: Option<String>,
        texts: Texts,
        rows: Rows,
        reading: Reading,
        as_they_are: bool,
    ) -> Result<Self, DataError> {
        matching(input, texts.cells.len(), rows)?;
        let in_quotes = texts.quoted.clone();
        let (labels, words) = written(texts, as_they_are);
        // Quoted numbers count as texts, so they do not contradict other words.
        let in_quotes = !in_quotes.is_empty()
            && labels.iter().zip(&in_quotes).all(|(label, quoted)| *quoted || label.is_none());
        let words_beside = labels.iter().flatten().any(|label| number(label).is_none());
        let as_text =
            if in_quotes && words_beside && reading == Reading::Auto { Reading::Labels } else { reading };
        let mut targets = Self::from_labels_or_numbers(input, header, &labels, rows, as_text)?;
        targets.note_words(&words);
        targets.notes.extend(alike(input, &labels));
        targets.notes.extend(perhaps_missing(input, &labels));
        Ok(targets)
    }

    fn from_labels_or_numbers(
        input: &str,
        header: Option<String>,
        labels: &[Option<String>],
        rows: Rows,
        reading: Reading,
    ) -> Result<Self, DataError> {
        let there = || labels.iter().flatten();
        let numeric = |label: &&String| number(label).is_some();
        let count = there().count();
        let numbers = there().filter(numeric).count();
        // "inf" and "infinity" count as words among words.
        let numbers = if numbers < count
            && there().filter(numeric).all(|l| !l.contains(|c: char| c.is_ascii_digit()))
        {
            0
        } else {
            numbers
        };
        let code = |label: &&String| {
            numeric(label) && whole(label).is_none() && label.bytes().all(|b| b.is_ascii_digit())
        };
        let codes = there().any(|label| code(&label));
        if numbers == count && !codes {
            let wholes: Vec<Option<i128>> = labels.iter().map(|l| l.as_deref().and_then(whole)).collect();
            let exact = wholes.iter().flatten().count() == count;
            if exact && reading != Reading::Numbers && wholes.iter().flatten().any(|v| v.abs() > 1 << 53) {
                return Self::from_large(input, header, &wholes, rows, reading);
            }
            let values = labels.iter().map(|l| l.as_deref().and_then(number).unwrap_or(f64::NAN)).collect();
            return Self::from_column(input, Column { header, values, whole: exact }, rows, reading);
        }
        if reading == Reading::Numbers || (numbers > 0 && numbers < count && reading == Reading::Auto) {
            // The message shows an example of the rarer kind.
            let words_are_rare = 2 * numbers >= count || reading == Reading::Numbers;
            let odd = |label: &&String| if words_are_rare { !numeric(label) } else { numeric(label) };
            if let Some((i, label)) =
                labels.iter().enumerate().find_map(|(i, l)| l.as_ref().filter(odd).map(|l| (i, l)))
            {
                let among = if words_are_rare { "numbers" } else { "words" };
                let problem = format!(
                    "row {} holds {} among {among}; accepted are labels, or numbers throughout (--labels reads all as labels)",
                    i + 1,
                    quoted(label)
                );
                return Err(DataError::input(input, problem));
            }
        }
        let keyed = labels.iter().map(|label| {
            let label = label.as_ref()?;
            // Numbers are ordered by value, before words.
            Some((Key(number(label).unwrap_or(f64::INFINITY), label.clone()), label.clone()))
        });
        Self::from_classes(input, keyed)
    }

    /// Whole numbers beyond 2⁵³, kept distinct as classes where they repeat.
    fn from_large(
        input: &str,
        header: Option<String>,
        values: &[Option<i128>],
        rows: Rows,
        reading: Reading,
    ) -> Result<Self, DataError> {
        let mut distinct: Vec<i128> = values.iter().flatten().copied().collect();
        let count = distinct.len();
        distinct.sort_unstable();
        distinct.dedup();
        if reading == Reading::Auto && distinct.len() > (count / 5).max(2) {
            let values = values.iter().map(|v| v.map_or(f64::NAN, |v| v as f64)).collect();
            return Self::from_column(input, Column { header, values, whole: true }, rows, Reading::Numbers);
        }
        let place = |v: i128| distinct.binary_search(&v).map_or(f64::NAN, |at| at as f64);
        let keyed = values.iter().map(|v| v.map(|v| (Key(place(v), v.to_string()), v.to_string())));
        Self::from_classes(input, keyed)
    }

    /// Adds a note with the number of cells that hold a word for a missing value.
    fn note_words(&mut self, words: &Words) {
        if words.counts.is_empty() {
            return;
        }
        let count: usize = words.counts.values().sum();
        let which = listed(words.counts.keys().map(String::as_str).collect::<Vec<_>>().into_iter());
        let (cells, hold) = if count == 1 { ("cell", "holds") } else { ("cells", "hold") };
        self.notes.push(format!(
            "{}: {count} {cells} {hold} {which}, which is no label; --labels-as-they-are makes it a class",
            self.input
        ));
    }
}

/// Labels as written, trimmed; `None` for a blank cell, or a word for a missing value that is neither quoted nor
/// taken `as_they_are`.
pub(super) fn written(texts: Texts, as_they_are: bool) -> (Vec<Option<String>>, Words) {
    let mut words = Words::default();
    let Texts { cells, quoted } = texts;
    let label = |(i, cell): (usize, Option<String>)| {
        let is_quoted = quoted.get(i).copied().unwrap_or(false);
        let cell = cell?;
        if !is_quoted && !as_they_are && means_missing(&cell) {
            *words.counts.entry(cell.trim().to_owned()).or_default() += 1;
            return None;
        }
        Some(cell)
    };
    let labels = cells.into_iter().enumerate().map(label).collect();
    (trimmed(labels), words)
}

/// Trimmed labels, unless trimming would merge two of them.
fn trimmed(labels: Vec<Option<String>>) -> Vec<Option<String>> {
    let written: BTreeSet<&str> = labels.iter().flatten().map(String::as_str).collect();
    let short: BTreeSet<&str> = written.iter().map(|label| label.trim()).collect();
    if short.len() < written.len() {
        return labels;
    }
    labels.into_iter().map(|label| label.map(|l| l.trim().to_owned())).collect()
}

/// A note on classes whose names may mean a missing label.
fn perhaps_missing(input: &str, labels: &[Option<String>]) -> Option<String> {
    const WORDS: [&str; 10] = ["none", "na", "n.a.", "nil", "missing", "-", "--", "?", ".", "#n/a"];
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for label in labels.iter().flatten().filter(|label| WORDS.contains(&label.trim().to_lowercase().as_str()))
    {
        // Words that mean missing occur here only if they are taken as they are.
        if !means_missing(label) {
            *counts.entry(label).or_default() += 1;
        }
    }
    let count: usize = counts.values().sum();
    let (cells, hold) = if count == 1 { ("cell", "holds") } else { ("cells", "hold") };
    let which = listed(counts.keys().copied().collect::<Vec<_>>().into_iter());
    (count > 0).then(|| {
        format!("{input}: {count} {cells} {hold} {which}, which is taken as a class; leave cells blank where labels are missing")
    })
}

/// A note on the first two labels that differ only in case or blanks.
fn alike(input: &str, labels: &[Option<String>]) -> Option<String> {
    let written: BTreeSet<&str> = labels.iter().flatten().map(String::as_str).collect();
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for label in written {
        let plain = label.trim().trim_matches('"').to_lowercase();
        let folded = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(before) = seen.insert(folded, label) {
            let (a, b) = (quoted(before), quoted(label));
            return Some(format!("{input}: {a} and {b} are different classes; are they meant to be one?"));
        }
    }
    None
}
