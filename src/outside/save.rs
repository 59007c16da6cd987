//! Files appear whole or not at all, and in place of another only when the user said so.

use std::io::{self, Write};
use std::path::Path;

use super::text;

/// Writes a new file atomically: a temporary file beside it, then a rename that refuses to overwrite.
///
/// # Errors
/// One sentence; nothing is left behind.
pub fn new_file(path: &Path, contents: &[u8]) -> Result<(), String> {
    let shown = text::path(path);
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = temporary(folder, contents)
        .and_then(|file| file.persist_noclobber(path).map(drop).map_err(|e| e.error));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{shown} exists already; give a name that is free"),
        io::ErrorKind::NotFound => format!("the folder of {shown} does not exist; give one that does"),
        _ => format!("{shown} cannot be written: {error}"),
    })
}

fn temporary(folder: &Path, contents: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // A temporary file is private; the result is what the user's umask makes of any other file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(contents)?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// Writes a file atomically, in place of one that may be there: only when the user said so.
///
/// # Errors
/// One sentence; what was there before stays.
pub fn replace(path: &Path, contents: &[u8]) -> Result<(), String> {
    let shown = text::path(path);
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written =
        temporary(folder, contents).and_then(|file| file.persist(path).map(drop).map_err(|e| e.error));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => format!("the folder of {shown} does not exist; give one that does"),
        _ => format!("{shown} cannot be written: {error}"),
    })
}

/// Whether [`new_file`] would be refused before anything is written: said before the work, not after it.
///
/// # Errors
/// One sentence.
pub fn would_be_new(path: &Path) -> Result<(), String> {
    let shown = text::path(path);
    if path.symlink_metadata().is_ok() {
        return Err(format!("{shown} exists already; give a name that is free"));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(format!("the folder of {shown} does not exist; give one that does"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_whole_files_and_never_overwrites() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        new_file(&path, b"first").unwrap();
        let sentence = new_file(&path, b"second").unwrap_err();
        assert!(sentence.contains("exists already"), "{sentence}");
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        assert!(new_file(&folder.path().join("no/b.toml"), b"x").unwrap_err().contains("does not exist"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
    }
}
