//! Datasets of HDF5 files and of AnnData's `.h5ad`, addressed by group path (`cells.h5ad:obsm/X_scGPT`).

mod element;
mod lzf;
mod sparse;
mod values;

use std::sync::Arc;

use hdf5_reader::error::Error;
use hdf5_reader::filters::FilterRegistry;
use hdf5_reader::group::Group;
use hdf5_reader::{Dataset, Datatype, FileStorage, Hdf5File, OpenOptions, VarLenKind};

use super::super::error::DataError;
use super::numbering::natural;
use super::table::{Frame, Head, Kind};
use super::{Source, ending, open, python};
use element::{element, is_text};
use sparse::Sparse;
use values::Datasets;

/// Maximum depth of nested groups.
const DEEPEST: usize = 8;
/// Maximum number of datasets in a file.
const MOST: usize = 10_000;
/// Groups of AnnData with one entry a row.
const OF_ROWS: [&str; 4] = ["X", "layers", "obs", "obsm"];

const ACCEPTED: &str = "accepted are numbers, texts and rows of numbers";

/// Storage of a column's values.
enum Place {
    /// A dataset at this path.
    Plain(String),
    /// Codes and their categories.
    Categories { codes: String, names: String },
    /// Values, and a mask of missing ones.
    Masked { values: String, mask: String },
    /// A sparse matrix.
    Sparse(Sparse),
}

/// Maximum ratio of unpacked to packed bytes, that of deflate.
const MOST_UNPACKED: u64 = 1032;
/// Smallest bound of a read, since small files may have mostly empty chunks.
const LEAST: u64 = 1 << 20;

/// The datasets of the file.
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let name = &source.name;
    let (file, length) = open(&source.path, name)?;
    drop(file);
    let storage = FileStorage::open(&source.path).map_err(|e| failed(name, &e))?;
    // A damaged file may promise any size: what it cannot hold is refused before memory is taken.
    let most = usize::try_from(length.saturating_mul(MOST_UNPACKED).max(LEAST)).unwrap_or(usize::MAX);
    let options = OpenOptions::default();
    let mut filters = FilterRegistry::new();
    filters.register(lzf::FILTER, Box::new(|_, packed, _| lzf::unpacked(packed)));
    let options = OpenOptions {
        filter_registry: Some(filters),
        max_read_bytes: most,
        max_chunk_bytes: options.max_chunk_bytes.min(most),
        max_object_header_bytes: options
            .max_object_header_bytes
            .min(usize::try_from(length).unwrap_or(usize::MAX)),
        ..options
    };
    let file =
        Hdf5File::from_storage_with_options(Arc::new(storage), options).map_err(|e| failed(name, &e))?;
    let end = file.superblock().eof_address;
    if end > length && end != u64::MAX {
        return Err(damaged(name, &format!("it is cut short: {length} of {end} bytes")));
    }
    let annotated = ending(&source.path) == "h5ad";
    let mut walk = Walk { found: Vec::new(), name, annotated };
    walk.group(&file.root_group().map_err(|e| failed(name, &e))?, "", 0)?;
    let mut found = walk.found;
    if found.is_empty() {
        return Err(DataError::input(name, format!("holds no dataset of rows ({length} bytes); {ACCEPTED}")));
    }
    found.sort_by(|a, b| natural(&a.0.name, &b.0.name));
    // The end of a path suffices if it is unique.
    if let Some(part) = source.part.as_deref().map(|part| part.trim_start_matches('/'))
        && !found.iter().any(|(head, _)| Some(head.name.as_str()) == source.part.as_deref())
    {
        let suffix = format!("/{part}");
        let ends = |(head, _): &(Head, Place)| head.name == part || head.name.ends_with(&suffix);
        if found.iter().filter(|one| ends(one)).count() == 1
            && let Some((head, _)) = found.iter_mut().find(|one| ends(one))
        {
            head.name = source.part.clone().unwrap_or_default();
        }
    }
    let (heads, places): (Vec<Head>, Vec<Place>) = found.into_iter().unzip();
    let content = Datasets { file, length, places, name: name.clone() };
    Ok(Frame { heads, noun: "dataset", notes: Vec::new(), keyed: None, content: Box::new(content) })
}

/// A failure of the library that reads the format.
fn failed(name: &str, error: &Error) -> DataError {
    let (path, inner) = match error {
        Error::Context { path, source } => (Some(path), source.as_ref()),
        other => (None, other),
    };
    let Error::UnsupportedFilter(filter) = inner else {
        let why = error.to_string();
        // Virtual and external datasets.
        if !why.contains("unsupported") && !why.contains("external") {
            return damaged(name, &why);
        }
        // The path of a member that was not opened is a description of it.
        let line = match path.filter(|path| !path.contains('\'')) {
            Some(path) => python::of_column(python::HDF5, name, path),
            None => python::line(python::HDF5, name),
        };
        let problem = format!("holds what is not read ({}); in Python: {line}", first_line(&why));
        return DataError::input(name, problem);
    };
    let filter = crate::outside::text::plain(filter);
    let way = path.map_or_else(String::new, |path| {
        format!("; in Python: {}", python::of_column(python::HDF5_PACKED, name, path))
    });
    let problem =
        format!("is packed in a way that is not read ({filter}); accepted are gzip, lzf, lz4 and szip{way}");
    DataError::input(name, problem)
}

fn damaged(name: &str, why: &str) -> DataError {
    DataError::input(name, format!("is not a readable HDF5 file ({})", first_line(why)))
}

fn first_line(why: &str) -> String {
    let why: String = why.lines().next().unwrap_or_default().chars().take(120).collect();
    crate::outside::text::plain(&why)
}

struct Walk<'a> {
    found: Vec<(Head, Place)>,
    name: &'a str,
    annotated: bool,
}

impl Walk<'_> {
    fn group(&mut self, group: &Group, at: &str, depth: usize) -> Result<(), DataError> {
        if depth > DEEPEST || self.found.len() > MOST {
            return Ok(());
        }
        let (groups, datasets) = group.members().map_err(|e| failed(self.name, &e))?;
        let path = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}/{name}") };
        let has = |name: &str| datasets.iter().find(|dataset| dataset.name() == name);
        let known = self.found.len();
        if let (Some(codes), Some(names)) = (has("codes"), has("categories")) {
            let place = Place::Categories { codes: path(codes.name()), names: path(names.name()) };
            self.found.push((Head::new(at, Kind::Text), place));
        } else if let (Some(values), Some(mask)) = (has("values"), has("mask")) {
            let place = Place::Masked { values: path(values.name()), mask: path(mask.name()) };
            self.found.push((Head::new(at, kind(values)), place));
        } else if has("indptr").is_some() && has("indices").is_some() {
            let (kind, place) = match Sparse::new(group, at) {
                Some(matrix) => (Kind::Vector, Place::Sparse(matrix)),
                None => {
                    let line = python::of_column(python::HDF5_SPARSE, self.name, at);
                    let why =
                        format!("holds a sparse matrix without its layout and shape; in Python: {line}");
                    (Kind::Unread(why), Place::Plain(at.to_owned()))
                }
            };
            self.found.push((Head::new(at, kind), place));
        } else if is_of_pandas(&datasets) {
            let line = python::of_column(python::HDF5_PANDAS, self.name, at);
            let why = format!("holds a table of pandas, which is not read; in Python: {line}");
            self.found.push((Head::new(at, Kind::Unread(why)), Place::Plain(at.to_owned())));
        }
        if self.found.len() > known {
            return Ok(());
        }
        let all = depth > 0 || !self.annotated;
        let of_rows = |name: &str| all || OF_ROWS.contains(&name);
        for dataset in datasets.iter().filter(|dataset| dataset.ndim() > 0 && of_rows(dataset.name())) {
            let mut head = Head::new(path(dataset.name()), kind(dataset));
            let line = |of| python::of_column(of, self.name, &head.name);
            if is_packed(dataset) {
                let why = format!(
                    "holds numbers by a scale or with a number for missing ones; in Python: {}",
                    line(python::NETCDF)
                );
                head.kind = Kind::Unread(why);
            } else if matches!(dataset.dtype(), Datatype::VarLen { kind: VarLenKind::Sequence, .. }) {
                head.kind =
                    Kind::Unread(format!("holds lists; {ACCEPTED}; in Python: {}", line(python::HDF5)));
            }
            head.index = dataset.name() == "_index";
            let place = Place::Plain(head.name.clone());
            self.found.push((head, place));
        }
        for inner in groups.iter().filter(|group| of_rows(group.name())) {
            self.group(inner, &path(inner.name()), depth + 1)?;
        }
        Ok(())
    }
}

/// Whether attributes of NetCDF give a scale, an offset, or a number that stands for missing ones.
fn is_packed(dataset: &Dataset) -> bool {
    let has = |name: &str| dataset.attribute(name).is_ok();
    let fill = dataset.attribute("_FillValue").ok();
    let of_nan = |fill: &hdf5_reader::Attribute| {
        let single = fill.read_1d::<f32>().is_ok_and(|values| values.iter().all(|v| v.is_nan()));
        single || fill.read_1d::<f64>().is_ok_and(|values| values.iter().all(|v| v.is_nan()))
    };
    element(dataset).is_some()
        && (has("scale_factor")
            || has("add_offset")
            || has("missing_value")
            || fill.is_some_and(|fill| !of_nan(&fill)))
}

/// Whether the datasets of a group are a data frame of pandas, as a table of records or as several blocks of columns by
/// type; a single block of numbers is read as it is.
fn is_of_pandas(datasets: &[Dataset]) -> bool {
    let find = |name: &str| datasets.iter().find(|dataset| dataset.name() == name);
    let is_table = find("table").is_some_and(|table| matches!(table.dtype(), Datatype::Compound { .. }));
    is_table || find("block0_values").is_some() && find("block1_values").is_some()
}

fn kind(dataset: &Dataset) -> Kind {
    let unread = |what: &str| Kind::Unread(format!("holds {what}; {ACCEPTED}"));
    let one = dataset.ndim() == 1;
    match dataset.dtype() {
        of if is_text(of) => {
            if one {
                Kind::Text
            } else {
                unread("rows of texts")
            }
        }
        _ if element(dataset).is_some() => {
            if one {
                Kind::Number
            } else {
                Kind::Vector
            }
        }
        Datatype::Enum { .. } if one => Kind::Text,
        Datatype::Compound { .. } => unread("records"),
        Datatype::VarLen { .. } => unread("lists"),
        Datatype::Reference { .. } => unread("references"),
        _ => unread("values of an unknown type"),
    }
}
