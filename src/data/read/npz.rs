//! Archives of arrays (`.npz`), opened directly so that no array is read before its claimed size is checked.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::super::error::{DataError, quoted};
use super::npy::Stored;
use super::table::{Content, Data, Frame, Head, Kind, Taken, Want};
use super::{Source, open, python};

/// Maximum number of members.
const MOST_MEMBERS: usize = 10_000;

/// The arrays of an archive, each a column with its name.
pub(super) fn read(source: &Source) -> Result<Frame, DataError> {
    let name = &source.name;
    let (file, _) = open(&source.path, name)?;
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(|e| damaged(name, &e))?;
    if let Some(listed) = listed(&source.path).filter(|&listed| listed > archive.len()) {
        let problem =
            format!("lists {listed} arrays under {} names; accepted is each name once", archive.len());
        return Err(DataError::input(name, problem));
    }
    let names: Vec<String> = archive
        .file_names()
        .take(MOST_MEMBERS)
        .map(|name| name.map(Into::into))
        .collect::<Result<_, _>>()
        .map_err(|e| damaged(name, &e))?;
    if names.is_empty() {
        return Err(DataError::input(name, "holds no array; accepted are archives of arrays saved by numpy"));
    }
    let has = |stem: &str| names.iter().any(|name| name.strip_suffix(".npy") == Some(stem));
    if source.part.is_none() && ["format", "shape", "data"].into_iter().all(has) {
        let line = python::line(python::SCIPY_SPARSE, name);
        return Err(DataError::input(name, format!("holds a sparse matrix of scipy; in Python: {line}")));
    }
    let mut members = Vec::new();
    let mut heads = Vec::new();
    for member in names {
        let stem = member.strip_suffix(".npy").unwrap_or(&member).to_owned();
        let label = match &source.part {
            Some(_) => name.clone(),
            None => format!("{name}:{}", crate::outside::text::plain(&stem)),
        };
        let array = header(&mut archive, &member, &label);
        let kind = match &array {
            Ok(array) => array.kind(),
            Err(DataError::Input { problem, .. }) => Kind::Unread(problem.clone()),
            Err(other) => Kind::Unread(other.to_string()),
        };
        heads.push(Head::new(stem, kind));
        members.push(Member { member, label, array: array.ok(), mask: None });
    }
    find_mask(&mut heads, &mut members);
    Ok(Frame {
        heads,
        noun: "array",
        notes: Vec::new(),
        keyed: None,
        content: Box::new(Archive { archive, members }),
    })
}

/// Marks an array `mask` of truth values as that of the only other array of its shape, as a masked array is saved.
fn find_mask(heads: &mut [Head], members: &mut [Member]) {
    let Some(at) = heads.iter().position(|head| head.name == "mask") else { return };
    let Some(mask) = members.get(at).and_then(|member| member.array.clone()) else { return };
    let masked = |member: &Member| member.array.as_ref().is_some_and(|array| mask.masks(array));
    let found: Vec<usize> = (0..).zip(members.iter()).filter(|(_, m)| masked(m)).map(|(at, _)| at).collect();
    let [only] = found.as_slice() else { return };
    if let (Some(of), Some(head)) = (heads.get(*only).map(|h| h.name.clone()), heads.get_mut(at)) {
        head.kind = Kind::Unread(format!("is the mask of the array {}, in which it is applied", quoted(&of)));
    }
    if let Some(member) = members.get_mut(*only) {
        member.mask = Some(at);
    }
}

/// Number of members stated at the end of the archive; `None` if it is stored elsewhere, as for more than 65534.
fn listed(path: &Path) -> Option<usize> {
    /// Length of the end record without its comment, and maximum length of the comment.
    const END: usize = 22;
    const LONGEST: u64 = (END + 0xffff) as u64;
    let mut file = File::open(path).ok()?;
    let length = file.metadata().ok()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LONGEST))).ok()?;
    let mut bytes = Vec::new();
    file.take(LONGEST).read_to_end(&mut bytes).ok()?;
    let at = bytes.windows(END).rposition(|end| end.starts_with(b"PK\x05\x06"))?;
    let count = u16::from_le_bytes(*bytes.get(at + 10..)?.first_chunk()?);
    (count < u16::MAX).then_some(usize::from(count))
}

struct Archive {
    archive: ZipArchive<BufReader<File>>,
    members: Vec<Member>,
}

struct Member {
    member: String,
    /// Archive and array, for messages.
    label: String,
    /// `None` if the header is not that of a supported array.
    array: Option<Stored>,
    /// Position of its mask, in which true is a missing value.
    mask: Option<usize>,
}

impl Content for Archive {
    fn take(&mut self, columns: &[Want], _: Option<usize>) -> Result<Taken, DataError> {
        let mut taken = Taken { columns: Vec::new(), notes: Vec::new() };
        for &Want { column, exact } in columns {
            let (mut data, notes) = self.read(column, exact)?;
            taken.notes.extend(notes);
            if let (Some(mask), Data::Array(array)) =
                (self.members.get(column).and_then(|member| member.mask), &mut data)
                && let (Data::Array(mask), _) = self.read(mask, false)?
            {
                let masked = array.values.iter_mut().zip(&mask.values).filter(|(_, mask)| **mask != 0.0);
                let count = masked.map(|(value, _)| *value = f64::NAN).count();
                array.whole &= count == 0;
                let numbers = if count == 1 { "1 number is" } else { &format!("{count} numbers are") };
                let label = self.members.get(column).map_or("", |member| member.label.as_str());
                taken.notes.push(format!("{label}: {numbers} missing by the array \"mask\""));
            }
            taken.columns.push(data);
        }
        Ok(taken)
    }
}

impl Archive {
    /// An array and its notes.
    fn read(&mut self, at: usize, exact: bool) -> Result<(Data, Vec<String>), DataError> {
        let Some(Member { member, label, array: Some(array), .. }) = self.members.get(at) else {
            return Err(DataError::input("archive", "holds no such array"));
        };
        let entry = self.archive.by_name(member).map_err(|e| damaged(label, &e))?;
        let mut reader = BufReader::new(entry);
        // Skips the header, which is already parsed.
        Stored::new(&mut reader, array.length(), label, None)?;
        array.take(reader, label, exact)
    }
}

/// The header of a member.
fn header(archive: &mut ZipArchive<BufReader<File>>, member: &str, label: &str) -> Result<Stored, DataError> {
    let entry = archive.by_name(member).map_err(|e| damaged(label, &e))?;
    let (size, packed) = (entry.size(), entry.compressed_size());
    // The compression ratio of deflate is at most 1032.
    if size > packed.saturating_mul(1032).saturating_add(1024) {
        return Err(DataError::input(label, format!("claims {size} bytes but only {packed} are stored")));
    }
    Stored::new(BufReader::new(entry), size, label, None)
}

fn damaged(name: &str, error: &ZipError) -> DataError {
    DataError::input(name, format!("not a readable .npz archive of arrays ({error})"))
}
