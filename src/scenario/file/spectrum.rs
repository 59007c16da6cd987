//! The table `[spectrum]`: a spectrum given atom by atom.

use toml::Value as Item;

use crate::scenario::ScenarioError;
use crate::scenario::description::Table;
use crate::scenario::file::reader::Reader;
use crate::theory::Spectrum;

const LISTS: [&str; 3] = ["weights", "eigenvalues", "energies"];

impl Table {
    /// The lists of a table.
    pub(super) fn read(mut reader: Reader) -> Result<Self, ScenarioError> {
        let [weights, eigenvalues, energies] = LISTS.map(|key| reader.list(key));
        let table = Self { weights: weights?, eigenvalues: eigenvalues?, energies: energies? };
        reader.finish("")?;
        table.check()?;
        Ok(table)
    }

    /// The keys of the table with their lists.
    pub(super) fn pairs(&self) -> Vec<(&'static str, Item)> {
        let list = |v: &[f64]| Item::Array(v.iter().copied().map(Item::Float).collect());
        let lists = [&self.weights, &self.eigenvalues, &self.energies];
        LISTS.into_iter().zip(lists.map(|v| list(v))).collect()
    }

    /// Checks that the three lists make a spectrum.
    pub(in crate::scenario) fn check(&self) -> Result<(), ScenarioError> {
        let lengths = [self.weights.len(), self.eigenvalues.len(), self.energies.len()];
        let [weights, eigenvalues, energies] = lengths;
        if weights != eigenvalues || weights != energies {
            return Err(ScenarioError::new(format!(
                "spectrum.weights, eigenvalues and energies must have equal lengths, got {weights}, {eigenvalues} \
                 and {energies}"
            )));
        }
        Spectrum::new(self.atoms()).map_err(|e| ScenarioError::from(e).about("[spectrum]"))?;
        Ok(())
    }
}
