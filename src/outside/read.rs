//! Bounded reading of small text files: pipes, devices and endless files are refused without blocking.

use std::io::Read;
use std::path::Path;

/// Reads a text file of at most `most` bytes; `None` if the file does not exist.
///
/// # Errors
/// A predicate to be appended to the file's name: "is not a regular file; accepted is a text file".
pub fn text(path: &Path, most: u64) -> Result<Option<String>, String> {
    let unreadable = |e: std::io::Error| format!("could not be read ({e})");
    // Checked before opening, because opening a pipe would block until it has a writer.
    let kind = match std::fs::metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other.map_err(unreadable)?,
    };
    if kind.is_dir() {
        return Err("is a directory; accepted is a text file".into());
    }
    if !kind.is_file() {
        return Err("is not a regular file; accepted is a text file".into());
    }
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(format!("is longer than {most} bytes, the largest size accepted"));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| "is not UTF-8 text".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_within_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        std::fs::write(&file, "x = 1\n").unwrap();
        assert_eq!(text(&file, 6), Ok(Some("x = 1\n".into())));
        assert!(text(&file, 5).unwrap_err().contains("longer than 5 bytes"));
        assert_eq!(text(&folder.path().join("none"), 9), Ok(None));
        assert!(text(folder.path(), 9).unwrap_err().contains("directory"));
        #[cfg(target_os = "linux")]
        assert!(text(Path::new("/dev/zero"), 9).unwrap_err().contains("not a regular file"));
        std::fs::write(&file, [0xff, 0xfe]).unwrap();
        assert!(text(&file, 9).unwrap_err().contains("UTF-8"));
    }
}
