//! Files kept between runs (the last session, the last crash report): a folder in the user's state directory.

use std::path::PathBuf;

use etcetera::BaseStrategy;

/// The path of a file in that folder, which is created if missing; `None` where it cannot be.
#[must_use]
pub fn file(name: &str) -> Option<PathBuf> {
    let path = path(name)?;
    std::fs::create_dir_all(path.parent()?).ok()?;
    Some(path)
}

/// The path of a file in that folder, whether or not it exists.
#[must_use]
pub fn path(name: &str) -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.state_dir()?.join("riskscope").join(name))
}
