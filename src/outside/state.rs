//! Files kept between runs (last session, last crash report) in the user's state directory.

use std::path::PathBuf;

use etcetera::BaseStrategy;

/// Path of a file in the state directory, which is created if missing; `None` if it cannot be created.
#[must_use]
pub fn file(name: &str) -> Option<PathBuf> {
    let path = path(name)?;
    std::fs::create_dir_all(path.parent()?).ok()?;
    Some(path)
}

/// Path of a file in the state directory, whether or not the file exists.
#[must_use]
pub fn path(name: &str) -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.state_dir()?.join("riskscope").join(name))
}
