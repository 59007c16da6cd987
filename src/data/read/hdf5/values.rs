//! Values of datasets, read only if the file can hold that many and memory suffices.

use hdf5_reader::{Dataset, Datatype, Hdf5File};

use super::super::super::error::{DataError, quoted};
use super::super::memory;
use super::super::table::{Array, Content, Data, Taken, Want};
use super::element::{Element, element, is_text};
use super::{ACCEPTED, Place, damaged, failed};

pub(super) struct Datasets {
    pub file: Hdf5File,
    /// Length of the file in bytes.
    pub length: u64,
    pub places: Vec<Place>,
    pub name: String,
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
                Place::Sparse(matrix) => matrix.read(self)?,
            };
            if data.rows() == 0 {
                return Err(DataError::input(&self.name, "holds no rows"));
            }
            taken.columns.push(data);
        }
        Ok(taken)
    }
}

/// Values with those marked by the mask set to missing.
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
    /// A dataset, after checking its size against the file and the available memory.
    pub fn dataset(&self, path: &str) -> Result<Dataset, DataError> {
        let wrong = |e: hdf5_reader::error::Error| failed(&self.name, &e);
        let dataset = self.file.dataset(path).map_err(wrong)?;
        let count = dataset.num_elements().map_err(wrong)?;
        let bytes = count.saturating_mul(dataset.raw_element_size().map_err(wrong)? as u64);
        // Chunks may be compressed, and empty ones left out; the library bounds them by the compression ratio.
        if dataset.chunks().is_none() && bytes > self.length {
            return Err(damaged(&self.name, &format!("{path} has {bytes} bytes, the file {}", self.length)));
        }
        memory::fits(&self.name, count.max(bytes / 8), memory::Reads::Gathered)?;
        Ok(dataset)
    }

    /// The bytes of a numeric dataset in native byte order.
    pub fn bytes(&self, dataset: &Dataset) -> Result<(Element, Vec<u8>), DataError> {
        let element = element(dataset).ok_or_else(|| {
            DataError::input(&self.name, format!("{} holds no numbers; {ACCEPTED}", quoted(dataset.name())))
        })?;
        let bytes = dataset.read_native_bytes().map_err(|e| failed(&self.name, &e))?;
        Ok((element, bytes))
    }

    /// Whole numbers and their element type.
    fn whole(&self, path: &str) -> Result<(Vec<Option<i128>>, Element), DataError> {
        let dataset = self.dataset(path)?;
        let (element, bytes) = self.bytes(&dataset)?;
        Ok((bytes.chunks_exact(element.size()).map(|b| element.whole(b)).collect(), element))
    }

    fn texts(&self, dataset: &Dataset) -> Result<Vec<Option<String>>, DataError> {
        let texts = dataset.read_strings().map_err(|e| failed(&self.name, &e))?;
        Ok(texts.into_iter().map(|text| Some(text).filter(|t| !t.trim().is_empty())).collect())
    }

    fn plain(&self, path: &str, exact: bool) -> Result<Data, DataError> {
        let dataset = self.dataset(path)?;
        if is_text(dataset.dtype()) {
            return Ok(Data::texts(self.texts(&dataset)?));
        }
        if let (Datatype::Enum { members, .. }, None) = (dataset.dtype(), element(&dataset)) {
            let size = dataset.raw_element_size().map_err(|e| failed(&self.name, &e))?;
            let bytes = dataset.read_raw_bytes().map_err(|e| failed(&self.name, &e))?;
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
