//! Column selection: by the part after the colon of a path, or by the use of the rows.

use super::super::error::{DataError, listed, quoted};
use super::numbering::numbered;
use super::table::{Frame, Head, Kind};
use super::{Role, Source};

/// Names of columns that number or identify the rows, in lower case.
const INDEX: [&str; 14] = [
    "",
    "id",
    "ids",
    "idx",
    "index",
    "key",
    "row",
    "row_id",
    "rowid",
    "sample_id",
    "uid",
    "uuid",
    "unnamed: 0",
    "__index_level_0__",
];
/// Names of columns that hold labels, in lower case.
const LABEL: [&str; 6] = ["label", "labels", "target", "targets", "class", "classes"];
/// Names of columns that hold vectors, in lower case.
const VECTOR: [&str; 4] = ["embedding", "embeddings", "vector", "vectors"];

/// Words that mark columns of groups, in lower case.
const GROUPS: [&str; 34] = [
    "animal",
    "author",
    "batch",
    "case",
    "client",
    "clip",
    "cluster",
    "customer",
    "day",
    "doc",
    "document",
    "donor",
    "family",
    "group",
    "hospital",
    "id",
    "participant",
    "patient",
    "person",
    "plate",
    "project",
    "recording",
    "sample",
    "scan",
    "sentence",
    "series",
    "session",
    "site",
    "slide",
    "source",
    "speaker",
    "subject",
    "user",
    "video",
];
/// Names of text columns that hold the embedded content, in lower case.
const CONTENTS: [&str; 11] = [
    "text", "sentence", "content", "body", "title", "abstract", "review", "document", "question", "answer",
    "code",
];

/// Whether a column that is neither feature nor target may identify groups: any text that is not the content of a
/// row, and numbers with a suitable name.
pub(super) fn names_groups(name: &str, kind: &Kind) -> bool {
    let name = name.trim().to_lowercase();
    let part = |part: &str| GROUPS.contains(&part.trim_end_matches(|c: char| c.is_ascii_digit()));
    match kind {
        Kind::Text => !CONTENTS.contains(&name.as_str()) && !is_label(&name),
        Kind::Number => !is_index(&name) && name.split(|c: char| !c.is_alphanumeric()).any(part),
        _ => false,
    }
}

/// The selected columns.
#[derive(Debug)]
pub(super) struct Selection {
    pub columns: Vec<usize>,
    /// Whether the user named them.
    pub named: bool,
    /// Position along the second axis of an array with three axes, if a slice was selected.
    pub slice: Option<usize>,
    pub notes: Vec<String>,
}

/// Whether a name is typical of an identifier or row number.
pub(in crate::data) fn is_index(name: &str) -> bool {
    INDEX.contains(&name.trim().to_lowercase().as_str())
}

/// Whether a name is typical of a label.
pub(in crate::data) fn is_label(name: &str) -> bool {
    LABEL.contains(&name.trim().to_lowercase().as_str())
}

/// Selects one column of any type, or several numeric columns.
///
/// # Errors
/// One sentence that lists the columns if the selection is ambiguous.
pub(super) fn select(source: &Source, frame: &Frame) -> Result<Selection, DataError> {
    let heads = &frame.heads;
    let readable = |columns: Vec<usize>, named: bool, slice: Option<usize>| {
        let unread = columns.iter().filter_map(|&at| heads.get(at)).find_map(|h| match &h.kind {
            Kind::Unread(why) => Some((h, why)),
            _ => None,
        });
        match unread {
            Some((head, why)) if frame.noun != "column" => {
                let named = source.part.is_some() || head.name.is_empty();
                let part = crate::outside::text::plain(&head.name);
                let input = if named { source.name.clone() } else { format!("{}:{part}", source.name) };
                Err(DataError::input(input, why.as_str()))
            }
            Some((head, why)) => {
                let problem = format!("{} {} {why}", frame.noun, quoted(&head.name));
                Err(DataError::input(&source.name, problem))
            }
            None => Ok(Selection { columns, named, slice, notes: Vec::new() }),
        }
    };
    if let Some(part) = source.part.as_deref() {
        if let Some(columns) = by_name(source, frame, part)? {
            return readable(columns, true, None);
        }
        // `layers.npy:3`, `layers.npz:X:3`.
        let (array, index) =
            part.rsplit_once(':').map_or((None, part), |(array, index)| (Some(array), index));
        if let Ok(index) = index.parse::<usize>() {
            let at = match array {
                None if heads.len() == 1 => Some(0),
                None => None,
                Some(array) => heads.iter().position(|h| h.name == array),
            };
            if let Some(at) = at {
                return readable(vec![at], true, Some(index));
            }
        }
        return Err(unknown(source, frame, part));
    }
    if heads.len() == 1 {
        return readable(vec![0], false, None);
    }
    let selection = if source.role == Role::Features || source.role == Role::Matrix {
        features(source, frame)?
    } else {
        targets(source, frame)?
    };
    let Selection { columns, notes, .. } = selection;
    Ok(Selection { notes, ..readable(columns, false, None)? })
}

/// Features by default: the only vector column, else every numeric column.
fn features(source: &Source, frame: &Frame) -> Result<Selection, DataError> {
    let heads = &frame.heads;
    let is_aside = |head: &Head| source.aside.contains(&head.name);
    let of = |kind: Kind| -> Vec<usize> {
        let all = heads.iter().enumerate();
        all.filter(|(_, h)| h.kind == kind && !is_aside(h)).map(|(at, _)| at).collect()
    };
    let (vectors, texts, numbers) = (of(Kind::Vector), of(Kind::Text), of(Kind::Number));
    let plain = |columns, notes| Ok(Selection { columns, named: false, slice: None, notes });
    match vectors.as_slice() {
        &[one] => return plain(vec![one], Vec::new()),
        [] => {}
        several => {
            let known = |name: &&str| {
                several.iter().copied().find(|&at| heads.get(at).is_some_and(|h| h.name == **name))
            };
            return match source.role.preferred().iter().find_map(known) {
                Some(at) => plain(vec![at], Vec::new()),
                None => Err(ask(source, frame)),
            };
        }
    }
    // Text under the name of a vector is packed or damaged numbers, and the numbers beside it are not the features.
    let is_vector = |at: &&usize| {
        heads.get(**at).is_some_and(|head| VECTOR.contains(&head.name.trim().to_lowercase().as_str()))
    };
    if let Some(&packed) = texts.iter().find(is_vector) {
        return plain(vec![packed], Vec::new());
    }
    let (index, columns): (Vec<usize>, Vec<usize>) =
        numbers.iter().partition(|&&at| heads.get(at).is_some_and(|h| h.index));
    let unread = heads.iter().enumerate().filter(|(_, h)| matches!(h.kind, Kind::Unread(_)));
    let dropped: Vec<usize> = {
        let mut all: Vec<usize> =
            texts.iter().copied().chain(index).chain(unread.map(|(at, _)| at)).collect();
        all.sort_unstable();
        all
    };
    if columns.is_empty() {
        // A column that cannot be read gives the reason.
        if let Some((head, why)) = heads.iter().find_map(|h| match &h.kind {
            Kind::Unread(why) => Some((h, why)),
            _ => None,
        }) {
            let problem = format!("{} {} {why}", frame.noun, quoted(&head.name));
            return Err(DataError::input(&source.name, problem));
        }
        return Err(ask(source, frame));
    }
    if dropped.is_empty() {
        return plain(columns, Vec::new());
    }
    let names = listed(named(heads, &dropped));
    let (noun, verb) = if dropped.len() == 1 { ("column", "is") } else { ("columns", "are") };
    let left = format!(
        "{}: {noun} {names} {verb} left out of the features (text, bytes, dates, identifiers or row numbers)",
        source.name
    );
    plain(columns, vec![left])
}

/// Targets, identifiers or groups by default: the only column of text or numbers, or all columns if all are numeric.
fn targets(source: &Source, frame: &Frame) -> Result<Selection, DataError> {
    let heads = &frame.heads;
    let plain = |columns, notes| Ok(Selection { columns, named: false, slice: None, notes });
    let candidate = |head: &&Head| !source.aside.contains(&head.name) && !head.index;
    let of = |kind: Kind| -> Vec<usize> {
        let all = heads.iter().enumerate();
        all.filter(|(_, h)| candidate(h) && h.kind == kind).map(|(at, _)| at).collect()
    };
    let (texts, numbers, vectors) = (of(Kind::Text), of(Kind::Number), of(Kind::Vector));
    let dropped: Vec<usize> = (0..heads.len()).filter(|&at| heads.get(at).is_some_and(|h| h.index)).collect();
    let notes = if dropped.is_empty() {
        Vec::new()
    } else {
        let names = listed(named(heads, &dropped));
        vec![format!("{}: column {names} holds row numbers or names and is no target", source.name)]
    };
    let named_index = |at: &usize| heads.get(*at).is_some_and(|h| is_index(&h.name));
    match (texts.as_slice(), numbers.as_slice(), vectors.as_slice()) {
        (&[one], [], _) | ([], &[one], _) | ([], [], &[one]) => plain(vec![one], notes),
        ([], several, _)
            if several.len() > 1 && source.role == Role::Targets && !several.iter().any(named_index) =>
        {
            plain(numbers, notes)
        }
        _ if frame.noun != "column" => {
            let known = |name: &&str| heads.iter().position(|h| h.name == **name);
            match source.role.preferred().iter().find_map(known) {
                Some(at) => plain(vec![at], notes),
                None => Err(ask(source, frame)),
            }
        }
        _ => Err(ask(source, frame)),
    }
}

fn named<'a>(heads: &'a [Head], columns: &[usize]) -> impl ExactSizeIterator<Item = &'a str> {
    let names: Vec<&str> = columns.iter().filter_map(|&at| heads.get(at)).map(|h| h.name.as_str()).collect();
    names.into_iter()
}

/// The columns named by a part: one by its whole name, else a list of names and ranges (`a,b`, `f0-f383`).
fn by_name(source: &Source, frame: &Frame, part: &str) -> Result<Option<Vec<usize>>, DataError> {
    if let Some(at) = position(source, frame, part)? {
        return Ok(Some(vec![at]));
    }
    // A group of HDF5 with one numeric dataset a column, as AnnData stores data frames: all of them.
    let inside = format!("{}/", part.trim_end_matches('/'));
    let group = frame.heads.iter().enumerate().filter(|(_, head)| {
        frame.noun == "dataset" && head.kind == Kind::Number && !head.index && head.name.starts_with(&inside)
    });
    let group: Vec<usize> = group.map(|(at, _)| at).collect();
    if group.len() > 1 {
        return Ok(Some(group));
    }
    if !part.contains([',', '-']) {
        return Ok(None);
    }
    let mut columns = Vec::new();
    for item in part.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        match position(source, frame, item)? {
            Some(at) => columns.push(at),
            None => match range(source, frame, item)? {
                Some(several) => columns.extend(several),
                None => return Err(unknown(source, frame, item)),
            },
        }
    }
    if let Some((at, name)) = columns
        .iter()
        .enumerate()
        .find(|(i, at)| columns.iter().take(*i).any(|before| before == *at))
        .and_then(|(_, &at)| frame.heads.get(at).map(|h| (at, &h.name)))
    {
        let problem = format!("{} {} (number {}) is named twice", frame.noun, quoted(name), at + 1);
        return Err(DataError::input(&source.name, format!("{problem}; accepted is each once")));
    }
    if let Some(other) = columns
        .iter()
        .filter_map(|&at| frame.heads.get(at))
        .find(|h| columns.len() > 1 && !matches!(h.kind, Kind::Number | Kind::Unread(_)))
    {
        let holds = if other.kind == Kind::Text { "text" } else { "lists of numbers" };
        let problem = format!(
            "{} {} holds {holds}; several accept one number a row each",
            frame.noun,
            quoted(&other.name)
        );
        return Err(DataError::input(&source.name, problem));
    }
    Ok(Some(columns))
}

/// The position of the column with this name.
fn position(source: &Source, frame: &Frame, name: &str) -> Result<Option<usize>, DataError> {
    let mut found = frame.heads.iter().enumerate().filter(|(_, h)| h.name == name).map(|(at, _)| at);
    let first = found.next();
    if let (Some(_), Some(_)) = (first, found.next()) {
        let problem = format!("has two {}s named {}; accepted are different names", frame.noun, quoted(name));
        return Err(DataError::input(&source.name, problem));
    }
    Ok(first)
}

/// The columns of a range (`f0-f383`): in the order of the file, or in that of their numbers if the file orders them
/// otherwise (f0, f1, f10, f2, …).
fn range(source: &Source, frame: &Frame, item: &str) -> Result<Option<Vec<usize>>, DataError> {
    for (at, _) in item.match_indices('-') {
        let (from, to) = (item.get(..at).unwrap_or_default(), item.get(at + 1..).unwrap_or_default());
        if let (Some(first), Some(last)) = (position(source, frame, from)?, position(source, frame, to)?) {
            let numbers = between(&frame.heads, from, to);
            let (from, to) = (first, last);
            let stem = numbered(item.get(..at).unwrap_or_default()).map(|(stem, _)| stem);
            let alike = |at: &usize| {
                let name = frame.heads.get(*at).and_then(|head| numbered(&head.name));
                name.is_some_and(|(text, _)| Some(text) == stem)
            };
            if !numbers.is_empty() && !(from..=to).filter(alike).eq(numbers.iter().copied()) {
                return Ok(Some(numbers));
            }
            if from > to {
                let problem =
                    format!("{} is no range: the first {} comes after the last", quoted(item), frame.noun);
                return Err(DataError::input(&source.name, problem));
            }
            return Ok(Some((from..=to).collect()));
        }
    }
    Ok(None)
}

/// The columns with numbers in the range between two names with a common prefix, in the order of the numbers.
fn between(heads: &[Head], from: &str, to: &str) -> Vec<usize> {
    let (Some((stem, first)), Some((other, last))) = (numbered(from), numbered(to)) else {
        return Vec::new();
    };
    let within = |(at, head): (usize, &Head)| {
        let (text, number) = numbered(&head.name)?;
        (text == stem && stem == other && (first..=last).contains(&number)).then_some((number, at))
    };
    let mut found: Vec<(u64, usize)> = heads.iter().enumerate().filter_map(within).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).collect()
}

fn unknown(source: &Source, frame: &Frame, part: &str) -> DataError {
    let noun = frame.noun;
    let names = frame.heads.iter().map(|h| h.name.as_str());
    let problem = match frame.heads.as_slice() {
        [only] if only.name.is_empty() => {
            format!("has no part {}; it holds a single {noun}", quoted(part))
        }
        _ => format!("has no {noun} {}; it has {}", quoted(part), listed(names)),
    };
    DataError::input(&source.name, problem)
}

/// An error that asks for a column name, with an example.
fn ask(source: &Source, frame: &Frame) -> DataError {
    let heads = &frame.heads;
    let wanted = |h: &&Head| match source.role {
        Role::Features | Role::Matrix => h.kind == Kind::Vector,
        _ => matches!(h.kind, Kind::Number | Kind::Text) && !is_index(&h.name) && !h.index,
    };
    let example = heads.iter().rfind(wanted).or(heads.last()).map_or("NAME", |h| h.name.as_str());
    let names = listed(heads.iter().map(|h| h.name.as_str()));
    let example = crate::outside::text::plain(example);
    let usual = source.role.preferred().join(", ");
    let problem = match frame.noun {
        "column" => format!("has the columns {names}; say which is meant, such as {}:{example}", source.name),
        noun => format!(
            "holds the {noun}s {names}; accepted are a single {noun}, one named {usual}, or the name after a colon"
        ),
    };
    DataError::input(&source.name, problem)
}
