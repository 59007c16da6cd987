//! Atomic saving: a file appears complete or not at all, and replaces an existing one only on request.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Mode, OFlags};
use rustix::io::Errno;

use super::text;

/// Why a file was not written, in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The name cannot be used: the file exists, or its folder does not.
    #[error("{0}")]
    Name(String),
    /// The system refused: a full disk, no permission.
    #[error("{0}")]
    System(String),
}

/// Writes a new file completely or not at all, even if the process is killed meanwhile.
///
/// # Errors
/// One sentence; no partial file remains.
pub fn new_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    whole(path, write, &|written| written.name_as(path)).map_err(|error| refused(path, &error))
}

/// Writes a file completely or not at all, replacing an existing one; only at the user's request. A symbolic link is
/// kept and its target replaced.
///
/// # Errors
/// One sentence; the previous content remains.
pub fn replace(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    whole(&target, write, &|written| written.replace(&target)).map_err(|error| refused(path, &error))
}

fn refused(path: &Path, error: &io::Error) -> Error {
    let shown = text::path(path);
    match error.kind() {
        io::ErrorKind::AlreadyExists => Error::Name(format!("{shown} already exists; choose another name")),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory if !folder(path).is_dir() => {
            Error::Name(format!("the folder of {shown} does not exist; create it or choose another"))
        }
        io::ErrorKind::IsADirectory => {
            Error::Name(format!("{shown} is a folder; accepted is the name of a file"))
        }
        _ => Error::System(format!("{shown} cannot be written: {error}")),
    }
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    give_name: &dyn Fn(Written) -> io::Result<()>,
) -> io::Result<()> {
    let mut written = Written::beside(path)?;
    write(written.file())?;
    written.file().sync_all()?;
    give_name(written)
}

/// The permissions of a new file before the umask.
const MODE: u32 = 0o666;

/// A file being written in its final folder.
enum Written {
    /// An unnamed file, deleted with the process; where the file system supports it.
    Nameless(File),
    /// A file with a temporary name, deleted when dropped.
    Named(tempfile::NamedTempFile),
}

impl Written {
    fn beside(path: &Path) -> io::Result<Self> {
        let folder = folder(path);
        let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
        match rustix::fs::open(folder, flags, Mode::from_raw_mode(MODE)) {
            Ok(file) => Ok(Self::Nameless(file.into())),
            Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOSYS) => Self::named(folder),
            Err(error) => Err(error.into()),
        }
    }

    fn named(folder: &Path) -> io::Result<Self> {
        let permissions = std::os::unix::fs::PermissionsExt::from_mode(MODE);
        Ok(Self::Named(tempfile::Builder::new().permissions(permissions).tempfile_in(folder)?))
    }

    fn file(&mut self) -> &mut File {
        match self {
            Self::Nameless(file) => file,
            Self::Named(file) => file.as_file_mut(),
        }
    }

    /// Gives the file its final name, unless a file of that name exists.
    fn name_as(self, path: &Path) -> io::Result<()> {
        match self {
            Self::Nameless(file) => {
                let descriptor = format!("/proc/self/fd/{}", file.as_raw_fd());
                Ok(rustix::fs::linkat(CWD, descriptor, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
            }
            Self::Named(file) => file.persist_noclobber(path).map(drop).map_err(|e| e.error),
        }
    }

    fn replace(self, path: &Path) -> io::Result<()> {
        match self {
            // A file can be replaced only by renaming another named file, so the unnamed file gets a temporary name
            // first.
            nameless @ Self::Nameless(_) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let between = path.with_file_name(format!(".{name}.{}", std::process::id()));
                nameless.name_as(&between)?;
                std::fs::rename(&between, path).inspect_err(|_| drop(std::fs::remove_file(&between)))
            }
            Self::Named(file) => file.persist(path).map(drop).map_err(|e| e.error),
        }
    }
}

/// Checks before the work is done whether [`new_file`] would refuse the path.
///
/// # Errors
/// One sentence.
pub fn check_new(path: &Path) -> Result<(), Error> {
    if path.symlink_metadata().is_ok() {
        return Err(refused(path, &io::ErrorKind::AlreadyExists.into()));
    }
    // Permissions and the kind of folder are found out by creating a temporary file.
    Written::beside(path).map(drop).map_err(|error| refused(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_written_atomically_and_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        new_file(&path, |out| out.write_all(b"first")).unwrap();
        let refused = new_file(&path, |out| out.write_all(b"second")).unwrap_err();
        assert!(matches!(&refused, Error::Name(why) if why.contains("already exists")), "{refused}");
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        assert!(
            new_file(&folder.path().join("no/b.toml"), |out| out.write_all(b"x"))
                .unwrap_err()
                .to_string()
                .contains("does not exist")
        );
        replace(&path, |out| out.write_all(b"third")).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"third");
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(
            new_file(&link, |out| out.write_all(b"x")).unwrap_err().to_string().contains("already exists")
        );
        replace(&link, |out| out.write_all(b"fourth")).unwrap();
        assert!(link.is_symlink() && std::fs::read(&path).unwrap() == b"fourth");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
    }

    /// The fallback for file systems without unnamed files leaves no partial file either.
    #[test]
    fn the_fallback_leaves_no_partial_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.toml");
        let written = |contents: &[u8]| {
            let mut written = Written::named(folder.path()).unwrap();
            written.file().write_all(contents).unwrap();
            written
        };
        written(b"first").name_as(&path).unwrap();
        assert_eq!(written(b"second").name_as(&path).unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        drop(written(b"third"));
        assert_eq!(std::fs::read(&path).unwrap(), b"first");
        written(b"fourth").replace(&path).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"fourth");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
        // Permissions follow the umask and are not those of a temporary file.
        new_file(&folder.path().join("b.toml"), |out| out.write_all(b"x")).unwrap();
        let mode = |name: &str| {
            use std::os::unix::fs::PermissionsExt;
            std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode()
        };
        assert_eq!(mode("a.toml"), mode("b.toml"));
    }
}
