//! Datasets of HDF5 files and of AnnData's `.h5ad`, by the paths of their groups (`cells.h5ad:obsm/X_scGPT`).

use std::sync::Arc;

use hdf5_reader::group::Group;
use hdf5_reader::{Dataset, Datatype, FileStorage, Hdf5File, VarLenKind};

use super::super::error::{DataError, quoted};
use super::table::{Array, Content, Data, Frame, Head, Kind, Taken, Want};
use super::{Source, ending, memory, npy, open, python};

/// Groups in groups that are looked at.
const DEEPEST: usize = 8;
/// Datasets of one file.
const MOST: usize = 10_000;
/// The groups of AnnData with one entry a row.
const OF_ROWS: [&str; 4] = ["X", "layers", "obs", "obsm"];

const ACCEPTED: &str = "accepted are numbers, texts and rows of numbers";

/// Where the values of a head are.
enum Place {
    /// A dataset.
    Plain(String),
    /// Codes and their categories.
    Categories { codes: String, names: String },
    /// Values, and which of them are missing.
    Masked { values: String, mask: String },
}

/// The datasets of the file.
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let name = &source.name;
    let (file, length) = open(&source.path, name)?;
    drop(file);
    let damaged = |why: String| damaged(name, &why);
    let storage = FileStorage::open(&source.path).map_err(|e| damaged(e.to_string()))?;
    let file = Hdf5File::from_storage(Arc::new(storage)).map_err(|e| damaged(e.to_string()))?;
    let end = file.superblock().eof_address;
    if end > length && end != u64::MAX {
        return Err(damaged(format!("it is cut short: {length} of {end} bytes")));
    }
    let annotated = ending(&source.path) == "h5ad";
    let mut walk = Walk { found: Vec::new(), name, annotated };
    walk.group(&file.root_group().map_err(|e| damaged(e.to_string()))?, "", 0)?;
    let mut found = walk.found;
    if found.is_empty() {
        return Err(DataError::input(name, format!("holds no dataset of rows ({length} bytes); {ACCEPTED}")));
    }
    found.sort_by(|a, b| a.0.name.cmp(&b.0.name));
    // The end of a path is enough where only one has it.
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
    let content = Datasets { file, places, name: name.clone() };
    Ok(Frame { heads, noun: "dataset", notes: Vec::new(), content: Box::new(content) })
}

fn damaged(name: &str, why: &str) -> DataError {
    let why: String = why.lines().next().unwrap_or_default().chars().take(120).collect();
    DataError::input(name, format!("is not a readable HDF5 file ({})", crate::outside::text::plain(&why)))
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
        let (groups, datasets) = group.members().map_err(|e| damaged(self.name, &e.to_string()))?;
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
            let line = python::line(python::H5AD_SPARSE, self.name);
            let why = format!("holds a sparse matrix, which is not read; in Python: {line}");
            self.found.push((Head::new(at, Kind::Unread(why)), Place::Plain(at.to_owned())));
        }
        if self.found.len() > known {
            return Ok(());
        }
        let all = depth > 0 || !self.annotated;
        let of_rows = |name: &str| all || OF_ROWS.contains(&name);
        for dataset in datasets.iter().filter(|dataset| dataset.ndim() > 0 && of_rows(dataset.name())) {
            let mut head = Head::new(path(dataset.name()), kind(dataset));
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

/// How the bytes of an element become a number.
#[derive(Clone, Copy)]
enum Element {
    Signed(usize),
    Unsigned(usize),
    Half,
    Single,
    Double,
}

/// The numbers of a type; `None` for one without.
fn element(dataset: &Dataset) -> Option<Element> {
    match dataset.dtype() {
        Datatype::FixedPoint { size, signed, .. } => whole(*size, *signed),
        Datatype::FloatingPoint { size, .. } => {
            // Sizes of exponent and mantissa, in the message of the type.
            let raw = dataset.raw_datatype().ok()?;
            match (size, raw.get(13), raw.get(15)) {
                (2, Some(5), Some(10)) => Some(Element::Half),
                (4, Some(8), Some(23)) => Some(Element::Single),
                (8, Some(11), Some(52)) => Some(Element::Double),
                _ => None,
            }
        }
        // Truth values, as h5py writes them.
        Datatype::Enum { base, members } => {
            let truth = |name: &str| matches!(name, "TRUE" | "FALSE");
            match base.as_ref() {
                Datatype::FixedPoint { size, signed, .. } if members.iter().all(|m| truth(&m.name)) => {
                    whole(*size, *signed)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

fn whole(size: u8, signed: bool) -> Option<Element> {
    let size = usize::from(size);
    [1, 2, 4, 8].contains(&size).then_some(if signed {
        Element::Signed(size)
    } else {
        Element::Unsigned(size)
    })
}

fn is_text(of: &Datatype) -> bool {
    matches!(of, Datatype::String { .. } | Datatype::VarLen { kind: VarLenKind::String, .. })
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
        Datatype::VarLen { .. } => unread("lists of several lengths"),
        Datatype::Reference { .. } => unread("references"),
        _ => unread("values of a type that is not known here"),
    }
}

impl Element {
    const fn size(self) -> usize {
        match self {
            Self::Signed(size) | Self::Unsigned(size) => size,
            Self::Half => 2,
            Self::Single => 4,
            Self::Double => 8,
        }
    }

    const fn is_whole(self) -> bool {
        matches!(self, Self::Signed(_) | Self::Unsigned(_))
    }

    /// A whole number from bytes in the order of the machine.
    fn whole(self, bytes: &[u8]) -> Option<i128> {
        Some(match (self, bytes) {
            (Self::Signed(1), &[a]) => i128::from(a.cast_signed()),
            (Self::Unsigned(1), &[a]) => i128::from(a),
            (Self::Signed(2), bytes) => i128::from(i16::from_ne_bytes(bytes.try_into().ok()?)),
            (Self::Unsigned(2), bytes) => i128::from(u16::from_ne_bytes(bytes.try_into().ok()?)),
            (Self::Signed(4), bytes) => i128::from(i32::from_ne_bytes(bytes.try_into().ok()?)),
            (Self::Unsigned(4), bytes) => i128::from(u32::from_ne_bytes(bytes.try_into().ok()?)),
            (Self::Signed(_), bytes) => i128::from(i64::from_ne_bytes(bytes.try_into().ok()?)),
            (Self::Unsigned(_), bytes) => i128::from(u64::from_ne_bytes(bytes.try_into().ok()?)),
            _ => return None,
        })
    }

    fn number(self, bytes: &[u8]) -> f64 {
        let found = match self {
            Self::Half => bytes.try_into().ok().map(|b| npy::half(u16::from_ne_bytes(b))),
            Self::Single => bytes.try_into().ok().map(|b| f64::from(f32::from_ne_bytes(b))),
            Self::Double => bytes.try_into().ok().map(f64::from_ne_bytes),
            Self::Signed(_) | Self::Unsigned(_) => self.whole(bytes).map(|v| v as f64),
        };
        found.unwrap_or(f64::NAN)
    }
}

struct Datasets {
    file: Hdf5File,
    places: Vec<Place>,
    name: String,
}

impl Content for Datasets {
    fn take(&mut self, columns: &[Want], _: Option<usize>) -> Result<Taken, DataError> {
        let mut taken = Taken { columns: Vec::new(), notes: Vec::new() };
        for want in columns {
            let Some(place) = self.places.get(want.column) else { continue };
            let data = match place {
                Place::Plain(path) => self.plain(path, want.exact)?,
                Place::Categories { codes, names } => self.categories(codes, names)?,
                Place::Masked { values, mask } => {
                    let (mask, _) = self.whole(mask)?;
                    masked(self.plain(values, want.exact)?, &mask)
                }
            };
            if data.rows() == 0 {
                return Err(DataError::input(&self.name, "holds no rows"));
            }
            taken.columns.push(data);
        }
        Ok(taken)
    }
}

/// The values without those that a mask marks as missing.
fn masked(data: Data, mask: &[Option<i128>]) -> Data {
    let missing = |row: usize| mask.get(row).copied().flatten() == Some(1);
    match data {
        Data::Numbers { mut values, whole } => {
            for (_, v) in values.iter_mut().enumerate().filter(|(row, _)| missing(*row)) {
                *v = f64::NAN;
            }
            Data::Numbers { values, whole }
        }
        Data::Text(mut texts) => {
            for (_, cell) in texts.cells.iter_mut().enumerate().filter(|(row, _)| missing(*row)) {
                *cell = None;
            }
            Data::Text(texts)
        }
        array => array,
    }
}

impl Datasets {
    fn dataset(&self, path: &str) -> Result<Dataset, DataError> {
        let dataset = self.file.dataset(path).map_err(|e| damaged(&self.name, &e.to_string()))?;
        let count = dataset.num_elements().map_err(|e| damaged(&self.name, &e.to_string()))?;
        memory::fits(&self.name, count, memory::Reads::Gathered)?;
        Ok(dataset)
    }

    /// The bytes of a dataset of numbers, in the order of the machine.
    fn bytes(&self, dataset: &Dataset) -> Result<(Element, Vec<u8>), DataError> {
        let element = element(dataset).ok_or_else(|| {
            DataError::input(&self.name, format!("{} holds no numbers; {ACCEPTED}", quoted(dataset.name())))
        })?;
        let bytes = dataset.read_native_bytes().map_err(|e| damaged(&self.name, &e.to_string()))?;
        Ok((element, bytes))
    }

    /// Whole numbers, and their type.
    fn whole(&self, path: &str) -> Result<(Vec<Option<i128>>, Element), DataError> {
        let dataset = self.dataset(path)?;
        let (element, bytes) = self.bytes(&dataset)?;
        Ok((bytes.chunks_exact(element.size()).map(|b| element.whole(b)).collect(), element))
    }

    fn texts(&self, dataset: &Dataset) -> Result<Vec<Option<String>>, DataError> {
        let texts = dataset.read_strings().map_err(|e| damaged(&self.name, &e.to_string()))?;
        Ok(texts.into_iter().map(|text| Some(text).filter(|t| !t.trim().is_empty())).collect())
    }

    fn plain(&self, path: &str, exact: bool) -> Result<Data, DataError> {
        let dataset = self.dataset(path)?;
        if is_text(dataset.dtype()) {
            return Ok(Data::texts(self.texts(&dataset)?));
        }
        if let (Datatype::Enum { members, .. }, None) = (dataset.dtype(), element(&dataset)) {
            let size = dataset.raw_element_size().map_err(|e| damaged(&self.name, &e.to_string()))?;
            let bytes = dataset.read_raw_bytes().map_err(|e| damaged(&self.name, &e.to_string()))?;
            let name = |value: &[u8]| members.iter().find(|m| m.value == value).map(|m| m.name.clone());
            return Ok(Data::texts(bytes.chunks_exact(size.max(1)).map(name).collect()));
        }
        let (element, bytes) = self.bytes(&dataset)?;
        let cells = bytes.chunks_exact(element.size());
        if exact && element.is_whole() && dataset.ndim() == 1 {
            return Ok(Data::whole(cells.map(|b| element.whole(b)).collect()));
        }
        let values: Vec<f64> = cells.map(|b| element.number(b)).collect();
        let whole = element.is_whole();
        if dataset.ndim() == 1 {
            return Ok(Data::Numbers { values, whole });
        }
        let shape: Option<Vec<usize>> = dataset.shape().iter().map(|&d| usize::try_from(d).ok()).collect();
        let shape = shape.filter(|shape| shape.iter().product::<usize>() == values.len());
        let shape = shape.ok_or_else(|| damaged(&self.name, "numbers are missing"))?;
        Ok(Data::Array(Array { shape, fortran: false, values, whole }))
    }

    fn categories(&self, codes: &str, names: &str) -> Result<Data, DataError> {
        let names = self.dataset(names)?;
        let names: Vec<Option<String>> = if is_text(names.dtype()) {
            self.texts(&names)?
        } else {
            let (element, bytes) = self.bytes(&names)?;
            bytes.chunks_exact(element.size()).map(|b| Some(format!("{}", element.number(b)))).collect()
        };
        let (codes, _) = self.whole(codes)?;
        let name = |code: Option<i128>| match code {
            None | Some(-1) => Ok(None),
            Some(code) => {
                let known = usize::try_from(code).ok().and_then(|code| names.get(code)).cloned();
                known.ok_or_else(|| damaged(&self.name, &format!("category {code} of {}", names.len())))
            }
        };
        Ok(Data::texts(codes.into_iter().map(name).collect::<Result<_, _>>()?))
    }
}
