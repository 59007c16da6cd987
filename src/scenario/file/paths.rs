//! Files referenced by a scenario: rows, targets, covariances and the matrix of a featurization.

use std::path::{Path, PathBuf};

use crate::data::load;
use crate::scenario::description::{Family, Featurization, Scenario};
use crate::scenario::error::ScenarioError;

impl Scenario {
    /// Checks that the files of the scenario exist.
    ///
    /// # Errors
    /// One sentence that names the first missing file.
    pub fn files(&self) -> Result<(), ScenarioError> {
        let mut found = Ok(());
        self.clone().each_path(|path| {
            if found.is_ok() && !path.as_os_str().is_empty() {
                found = load::is_there(path);
            }
        });
        Ok(found?)
    }

    /// The scenario with absolute paths.
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

    /// The scenario with paths of files in `folder` made relative to it, and all others absolute.
    pub(in crate::scenario) fn portable(&self, folder: &Path) -> Self {
        let mut portable = self.absolute();
        portable.each_path(|path| {
            if let Ok(within) = path.strip_prefix(folder) {
                *path = within.to_path_buf();
            }
        });
        portable
    }

    pub(in crate::scenario) fn each_path(&mut self, mut change: impl FnMut(&mut PathBuf)) {
        if let Some(data) = &mut self.data {
            change(&mut data.features);
            change(&mut data.targets);
            data.groups.iter_mut().for_each(&mut change);
            data.encoders.iter_mut().for_each(|encoder| change(&mut encoder.features));
        }
        for family in [&mut self.covariates, &mut self.task.family] {
            if let Family::File { file } = family {
                change(file);
            }
        }
        if let Featurization::File { path } = &mut self.featurization {
            change(path);
        }
    }
}

pub(in crate::scenario) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}
