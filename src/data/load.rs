//! Loading of features (N×p) and targets from two files: rows are joined by identifiers where there are some, and
//! restricted to one part of a split.

use std::collections::HashMap;
use std::path::Path;

use super::columns::{features_of, targets_of, width};
use super::error::{DataError, quoted};
use super::features::Features;
use super::groups::Candidate;
use super::join::{Joined, identifiers, in_the_same_order, of_rows, shared, shuffled, texts, twice};
use super::pool::{Pool, Watch};
use super::read::{self, Data, Keyed, Opened, Role, Table};
use super::split::{self, Split};
use super::targets::{self, Reading, Rows, Targets};

/// Field with the identifiers of batch requests, whose answers may arrive in any order.
const BATCH_ID: &str = "custom_id";

/// The files of measured data and how they are read.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// File of the N×p features.
    pub features: &'a Path,
    /// File of N labels or N×T numbers.
    pub targets: &'a Path,
    /// Whether a column of whole numbers means labels or numbers.
    pub reading: Reading,
    /// Column in both files by which rows are joined; without it, row i of one file belongs to row i of the other.
    pub id: Option<&'a str>,
    /// Whether NA, None, NULL and the like are classes, not missing labels.
    pub labels_as_they_are: bool,
    /// File with the group of each row; rows of a group are left out together.
    pub groups: Option<&'a Path>,
    /// Part of a split whose rows are used; all rows without it.
    pub split: Option<Split<'a>>,
    /// Whether labels are shuffled over the labelled rows, as a control.
    pub control: bool,
    /// The requested task; with gaps in the targets, a single task has more rows than all tasks together.
    pub task: Option<&'a str>,
}

/// Identifiers of the rows of features and targets that were read together.
#[derive(Debug, Clone)]
pub struct RowKeys {
    /// Number of rows of the feature file, or of joined rows.
    count: usize,
    /// Positions of the rows of one part of a split.
    part: Option<Vec<usize>>,
    /// Name of the identifier column, and its value for each joined row.
    ids: Option<(String, Vec<String>)>,
}

/// Features and targets with the same rows in the same order, including rows without a label or with NaN.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Features, N×p.
    pub features: Features,
    /// Targets: N labels or N×T numbers.
    pub targets: Targets,
    /// Identifiers of the rows.
    pub keys: RowKeys,
    /// Further columns that may identify groups of dependent rows.
    pub(super) beside: Vec<Candidate>,
}

/// Columns of features and targets as read, with the same rows in the same order.
pub(super) struct Tables {
    pub rows: Table,
    pub labels: Table,
    keys: RowKeys,
    beside: Vec<Candidate>,
    pub notes: Vec<String>,
    /// Number of rows of the target file.
    found: usize,
}

impl RowKeys {
    /// Values of the rows in use, from the values of all rows.
    fn of_part<T: Clone>(&self, values: Vec<Option<T>>) -> Vec<Option<T>> {
        match &self.part {
            Some(part) => part.iter().map(|&row| values.get(row).cloned().flatten()).collect(),
            None => values,
        }
    }

    fn rows(&self) -> usize {
        self.part.as_ref().map_or(self.count, Vec::len)
    }
}

impl<'a> Files<'a> {
    /// Two files whose rows are in the same order.
    #[must_use]
    pub const fn new(features: &'a Path, targets: &'a Path) -> Self {
        Self {
            features,
            targets,
            reading: Reading::Auto,
            id: None,
            labels_as_they_are: false,
            groups: None,
            split: None,
            control: false,
            task: None,
        }
    }

    /// Reads both files.
    ///
    /// # Errors
    /// [`DataError::Input`] naming the file at fault; if both paths select the same array; if both files have the
    /// same identifiers in different order and no join was requested.
    pub fn load(&self) -> Result<Loaded, DataError> {
        let Tables { rows, labels, keys, beside, notes, found } = self.tables()?;
        let labels_name = labels.name.clone();
        let sizes = Rows { count: keys.rows(), features: width(&rows) };
        let features = features_of(rows)?;
        let mut targets = targets_of(labels, sizes, self.reading, self.labels_as_they_are)?;
        if found == 0 {
            return Err(DataError::input(labels_name, "holds no rows"));
        }
        targets.notes.extend(notes);
        if let Some(task) = self.task {
            targets = targets.of_task(task);
        }
        if self.control {
            targets.shuffle();
        }
        Ok(Loaded { features, targets, keys, beside })
    }

    /// Reads the columns of both files, with the same rows in the same order.
    ///
    /// # Errors
    /// Errors of [`Files::load`].
    pub(super) fn tables(&self) -> Result<Tables, DataError> {
        let split = self.split.map(|split| split.column);
        let aside: Vec<&str> = self.id.into_iter().chain(split).collect();
        let mut features = Opened::new(self.features, Role::Features, &aside)?;
        let targets = Opened::new(self.targets, Role::Targets, &aside)?;
        let same_file = read::split(self.features).0 == read::split(self.targets).0;
        if same_file {
            features.exclude(&targets)?;
        }
        let shared: Vec<String> = match self.id {
            Some(id) => vec![id.to_owned()],
            None if same_file => Vec::new(),
            None => shared(&features.others(), &targets.others()),
        };
        let shared: Vec<&str> = shared.iter().map(String::as_str).collect();
        // A column of both files is an identifier or duplicated: the target file's copy suffices.
        let own = |opened: &Opened, but: &[String]| -> Vec<String> {
            let all = if self.groups.is_some() { Vec::new() } else { opened.groups() };
            let known = |name: &str| shared.contains(&name) || split == Some(name);
            all.into_iter().filter(|name| !known(name) && !but.contains(name)).collect()
        };
        let in_targets = own(&targets, &[]);
        let in_features = own(&features, &in_targets);
        let mut notes = Vec::new();
        if self.id.is_none() && features.others().contains(&BATCH_ID) && !shared.contains(&BATCH_ID) {
            notes.push(format!(
                "{}: the lines of a batch come back in any order; --id {BATCH_ID} joins them to targets with that column",
                crate::outside::text::path(self.features)
            ));
        }
        let in_file = |opened: &Opened| split.filter(|name| opened.others().contains(name));
        let split_there = in_file(&features);
        let split_here = if split_there.is_none() { in_file(&targets) } else { None };
        // Row numbers that only one of two files has may show that its rows were shuffled.
        let numbering = |opened: &Opened| {
            let apart = self.id.is_none() && !same_file;
            let all = if apart { opened.numberings() } else { Vec::new() };
            all.into_iter().find(|(name, _)| !shared.contains(&name.as_str()))
        };
        let (numbers_there, numbers_here) = (numbering(&features), numbering(&targets));
        let with = |beside: &[String],
                    numbers: &Option<(String, bool)>,
                    split: Option<&str>|
         -> Vec<String> {
            let all = shared.iter().copied().chain(beside.iter().map(String::as_str));
            all.chain(numbers.iter().map(|(name, _)| name.as_str())).chain(split).map(str::to_owned).collect()
        };
        let mut rows = features.read(&with(&in_features, &numbers_there, split_there), None)?;
        let count = rows.columns.first().map_or(0, Data::rows);
        let wanted = if self.id.is_some() { None } else { Some(count) };
        let mut labels = targets.read(&with(&in_targets, &numbers_here, split_here), wanted)?;
        let found = labels.columns.first().map_or(0, Data::rows);
        let (mut there, mut here) = (std::mem::take(&mut rows.others), std::mem::take(&mut labels.others));
        let mut words = match (split_there, split_here) {
            (Some(_), _) => there.pop(),
            (_, Some(_)) => here.pop(),
            _ => None,
        };
        for (name, of, columns) in
            [(&rows.name, numbers_there, &mut there), (&labels.name, numbers_here, &mut here)]
        {
            let numbers = of.and_then(|of| Some((of, columns.pop()?)));
            notes.extend(numbers.and_then(|(of, numbers)| shuffled(name, (&of.0, of.1), &numbers)));
        }
        let mut beside = [
            (self.features, in_features, there.split_off(shared.len().min(there.len()))),
            (self.targets, in_targets, here.split_off(shared.len().min(here.len()))),
        ];
        let mut keys = match self.id {
            Some(id) => {
                let (there, here) =
                    (identifiers(there, &rows.name, id)?, identifiers(here, &labels.name, id)?);
                let joined = Joined::new(&there, &here, (&rows.name, &labels.name), id)?;
                notes.extend(joined.note(&labels.name, id));
                rows.columns = rows.columns.iter().map(|data| of_rows(data, &joined.features)).collect();
                labels.columns = labels.columns.iter().map(|data| of_rows(data, &joined.targets)).collect();
                let orders = [&joined.features, &joined.targets];
                let order = if split_there.is_some() { &joined.features } else { &joined.targets };
                words = words.map(|words| of_rows(&words, order));
                for ((_, _, columns), order) in beside.iter_mut().zip(orders) {
                    *columns = columns.iter().map(|data| of_rows(data, order)).collect();
                }
                let ids = joined.features.iter().filter_map(|&i| there.get(i).cloned()).collect::<Vec<_>>();
                RowKeys { count: ids.len(), part: None, ids: Some((id.to_owned(), ids)) }
            }
            None => {
                for ((name, there), here) in shared.iter().zip(&there).zip(&here) {
                    in_the_same_order(name, there, here, (&rows.name, &labels.name))?;
                }
                RowKeys { count, part: None, ids: None }
            }
        };
        if let Some(split) = self.split {
            let name = if split_here.is_some() { &labels.name } else { &rows.name };
            let Some(words) = words.and_then(texts) else {
                let problem = format!(
                    "has no column {} of train and test besides features and targets, nor has {}",
                    quoted(split.column),
                    labels.name
                );
                return Err(DataError::input(&rows.name, problem));
            };
            targets::matching(
                &labels.name,
                labels.columns.first().map_or(0, Data::rows),
                Rows { count: keys.count, features: width(&rows) },
            )?;
            let (part, note) = split.rows(&words, name)?;
            notes.extend(note);
            for columns in [&mut rows.columns, &mut labels.columns] {
                *columns = columns.iter().map(|data| of_rows(data, &part)).collect();
            }
            for (_, _, columns) in &mut beside {
                *columns = columns.iter().map(|data| of_rows(data, &part)).collect();
            }
            keys.part = Some(part);
        }
        if self.id.is_none() && found == width(&rows) {
            not_transposed(&rows, (&labels.name, found))?;
        }
        let named = |(path, names, columns): (&Path, Vec<String>, Vec<Data>)| {
            let file = read::split(path).0;
            let of = move |(name, data): (String, Data)| {
                let name = format!("{}:{name}", crate::outside::text::path(&file));
                Some(Candidate { name, values: texts(data)? })
            };
            names.into_iter().zip(columns).filter_map(of).collect::<Vec<_>>()
        };
        let beside: Vec<Candidate> = beside.into_iter().flat_map(named).collect();
        if self.split.is_none() {
            notes.extend(beside.iter().filter_map(split_in));
        }
        Ok(Tables { rows, labels, keys, beside, notes, found })
    }
}

/// A note on a column that marks a train/test split, if no split was requested.
fn split_in(column: &Candidate) -> Option<String> {
    let name = column.name.rsplit_once(':').map_or(column.name.as_str(), |(_, name)| name);
    split::is_split(&column.values).then(|| {
        format!(
            "{} has rows of train and of test; --split-column {name} fits the first and tests on the second",
            column.name
        )
    })
}

/// Refuses an object of JSON whose keys were taken for those of rows and are those of columns, or the other way round, and
/// one of as many rows as columns, of which that is not known.
fn not_transposed(rows: &Table, (labels, found): (&str, usize)) -> Result<(), DataError> {
    let count = rows.columns.first().map_or(0, Data::rows);
    let Some(keyed) = rows.keyed else { return Ok(()) };
    let [as_rows, as_columns] = read::by_keys(&rows.name);
    if found == count {
        let problem = format!(
            "is {count} by {count} by its keys, which may be those of rows or of columns; in Python, for rows: {as_rows}, for \
             columns: {as_columns}"
        );
        return Err(DataError::input(rows.name.clone(), problem));
    }
    let name = &rows.name;
    let problem = match keyed {
        Keyed::Columns | Keyed::Lists => format!(
            "has {found} rows but the features have {count}: each of the {found} keys of {name} is a column; as rows, in \
             Python: {}",
            if keyed == Keyed::Lists { read::rows_of_lists(name) } else { as_rows }
        ),
        Keyed::Rows => format!(
            "has {found} rows but the features have {count}: each of the {count} keys of {name} is a row; as columns, in \
             Python: {as_columns}"
        ),
    };
    Err(DataError::input(labels, problem))
}

impl Pool {
    /// Reads files as in [`Files::load`]; rows without a label or with NaN are left out, with a note.
    ///
    /// # Errors
    /// Errors of [`Files::load`] and [`Pool::new`].
    pub fn of_files(files: &Files<'_>, watch: Watch<'_>) -> Result<Self, DataError> {
        let Loaded { features, targets, keys, beside } = files.load()?;
        let groups =
            files.groups.map(|path| load_keys(path, &keys).map(|groups| (path, groups))).transpose()?;
        let pool = Self::new(features, targets, watch)?;
        match groups {
            Some((path, groups)) => pool.grouped(&path.to_string_lossy(), &groups),
            None => Ok(pool.beside(&beside)),
        }
    }

    /// Reads two files whose rows are in the same order, as [`crate::data::load_features`] and
    /// [`crate::data::load_targets`] do.
    ///
    /// # Errors
    /// Errors of reading and of [`Pool::new`]; if both paths select the same array.
    pub fn load(
        features: &Path,
        targets: &Path,
        reading: Reading,
        watch: Watch<'_>,
    ) -> Result<Self, DataError> {
        Self::of_files(&Files { reading, ..Files::new(features, targets) }, watch)
    }
}

/// Checks that a file of rows exists and can be opened; parts and contents are not checked.
///
/// # Errors
/// [`DataError::Input`] naming the file.
pub fn is_there(path: &Path) -> Result<(), DataError> {
    read::is_there(path)
}

/// One text or whole number for each row of [`Loaded`], such as its group: matched by identifiers if rows were joined
/// by some, else row by row; `None` where it is missing.
///
/// # Errors
/// [`DataError::Input`] naming the file and what is accepted.
pub fn load_keys(path: &Path, keys: &RowKeys) -> Result<Vec<Option<String>>, DataError> {
    let id = keys.ids.as_ref().map(|(id, _)| id.as_str());
    let others: Vec<&str> = id.into_iter().collect();
    let rows = if id.is_some() { None } else { Some(keys.count) };
    let mut table = Opened::new(path, Role::Key, &others)?.read(&others, rows)?;
    let name = table.name.clone();
    let Some(values) = table.columns.pop().filter(|_| table.columns.is_empty()).and_then(texts) else {
        return Err(DataError::input(
            name,
            "holds no single column of texts or whole numbers; accepted is one value a row",
        ));
    };
    let values: Vec<_> = values.into_iter().map(|v| v.filter(|v| !read::missing(v))).collect();
    let Some((id, ids)) = &keys.ids else {
        return if values.len() == keys.count {
            Ok(keys.of_part(values))
        } else {
            let (found, count) = (values.len(), keys.count);
            Err(DataError::input(
                name,
                format!("has {found} rows but the features have {count}; accepted is one row for each"),
            ))
        };
    };
    let here = identifiers(table.others, &name, id)?;
    let places: HashMap<&str, usize> = here.iter().enumerate().map(|(i, id)| (id.as_str(), i)).collect();
    if places.len() < here.len() {
        return Err(twice(&name, id, &here));
    }
    let value = |id: &String| places.get(id.as_str()).and_then(|&i| values.get(i).cloned().flatten());
    Ok(keys.of_part(ids.iter().map(value).collect()))
}
