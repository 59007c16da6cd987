//! The optimal featurization of section 5, without ridge: soft and hard selection of features.

use super::quantity::TheoryError;

/// The task spectrum {(w, τ)}: eigenvalues τ ≥ 0 of p·Σ_x^{1/2}Σ_θΣ_x^{1/2}, largest first, equal ones merged.
///
/// Not the energies of a [`super::Spectrum`], which are read off in the eigenbasis of one featurization.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskSpectrum {
    weights: Vec<f64>,
    energies: Vec<f64>,
}

impl TaskSpectrum {
    /// From atoms (w, τ).
    ///
    /// # Errors
    /// When there is no atom, weights are not positive or do not sum to 1, or an energy is negative or not finite.
    pub fn new(atoms: impl IntoIterator<Item = (f64, f64)>) -> Result<Self, TheoryError> {
        let mut atoms: Vec<_> = atoms.into_iter().collect();
        if let Some((w, t)) = atoms.iter().find(|(w, t)| !(*w > 0.0 && t.is_finite() && *t >= 0.0)) {
            return Err(TheoryError::Spectrum(format!(
                "a task spectrum needs weights above 0 and finite energies of at least 0, got ({w}, {t})"
            )));
        }
        atoms.sort_by(|a, b| b.1.total_cmp(&a.1));
        let total = super::spectrum::sum(atoms.iter().map(|a| a.0));
        if (total - 1.0).abs() > 1e-6 {
            return Err(TheoryError::Spectrum(format!(
                "weights of a task spectrum must sum to 1, got {total}"
            )));
        }
        let (mut weights, mut energies) = (Vec::new(), Vec::new());
        for block in atoms.chunk_by(|a, b| a.1 - b.1 <= super::spectrum::SAME * a.1) {
            let weight = super::spectrum::sum(block.iter().map(|a| a.0));
            weights.push(weight / total);
            energies.push(super::spectrum::sum(block.iter().map(|a| a.0 * a.1)) / weight);
        }
        Ok(Self { weights, energies })
    }

    /// Shares of the directions, one per distinct energy.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Distinct energies τ ≥ 0, decreasing.
    #[must_use]
    pub fn energies(&self) -> &[f64] {
        &self.energies
    }
}
