//! The files a scenario is about: its rows and targets, and the matrix of a featurization.

use std::path::{Path, PathBuf};

use super::description::{Featurization, Scenario};
use super::error::ScenarioError;
use crate::data::load;

impl Scenario {
    /// Whether they are there, before anything else is begun.
    ///
    /// # Errors
    /// One sentence naming the first that is not.
    pub fn files(&self) -> Result<(), ScenarioError> {
        let mut found = Ok(());
        self.clone().each_path(|path| {
            if found.is_ok() && !path.as_os_str().is_empty() {
                found = load::is_there(path);
            }
        });
        Ok(found?)
    }

    /// The same from any folder.
    #[must_use]
    pub fn absolute(&self) -> Self {
        let mut whole = self.clone();
        whole.each_path(|path| {
            if !path.as_os_str().is_empty() {
                *path = absolute(path);
            }
        });
        whole
    }

    /// The same for a file in `folder`: relative where they lie in it, else absolute.
    pub(super) fn portable(&self, folder: &Path) -> Self {
        let mut portable = self.absolute();
        portable.each_path(|path| {
            if let Ok(within) = path.strip_prefix(folder) {
                *path = within.to_path_buf();
            }
        });
        portable
    }

    pub(super) fn each_path(&mut self, mut change: impl FnMut(&mut PathBuf)) {
        if let Some(data) = &mut self.data {
            change(&mut data.features);
            change(&mut data.targets);
            data.encoders.iter_mut().for_each(|encoder| change(&mut encoder.features));
        }
        if let Featurization::File { path } = &mut self.featurization {
            change(path);
        }
    }
}

pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}
