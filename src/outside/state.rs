//! Where the program keeps what it knows of its own past: a folder in the user's state directory.

use std::path::PathBuf;

use etcetera::BaseStrategy;

/// A file of that name in the folder, which is made if it is not there; `None` where there can be none.
#[must_use]
pub fn file(name: &str) -> Option<PathBuf> {
    let path = path(name)?;
    std::fs::create_dir_all(path.parent()?).ok()?;
    Some(path)
}

/// Where that file is, or would be.
#[must_use]
pub fn path(name: &str) -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.state_dir()?.join("riskscope").join(name))
}
