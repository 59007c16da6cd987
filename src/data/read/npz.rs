//! Archives of arrays (`.npz`), opened directly so that no array is read before its claimed size is checked.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use zip::ZipArchive;
use zip::result::ZipError;

use super::super::error::DataError;
use super::npy::Stored;
use super::table::{Content, Frame, Head, Kind, Taken, Want};
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
        members.push(Member { member, label, array: array.ok() });
    }
    Ok(Frame {
        heads,
        noun: "array",
        notes: Vec::new(),
        keyed: None,
        content: Box::new(Archive { archive, members }),
    })
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
}

impl Content for Archive {
    fn take(&mut self, columns: &[Want], _: Option<usize>) -> Result<Taken, DataError> {
        let mut taken = Taken { columns: Vec::new(), notes: Vec::new() };
        for &Want { column, exact } in columns {
            let Some(Member { member, label, array: Some(array) }) = self.members.get(column) else {
                return Err(DataError::input("archive", "holds no such array"));
            };
            let entry = self.archive.by_name(member).map_err(|e| damaged(label, &e))?;
            let mut reader = BufReader::new(entry);
            // Skips the header, which is already parsed.
            Stored::new(&mut reader, array.length(), label, None)?;
            let (data, notes) = array.take(reader, label, exact)?;
            taken.columns.push(data);
            taken.notes.extend(notes);
        }
        Ok(taken)
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
