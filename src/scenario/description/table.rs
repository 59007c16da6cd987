//! A spectrum given atom by atom.

/// A spectrum given atom by atom, used exactly as given.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Shares of the p directions; they sum to 1.
    pub weights: Vec<f64>,
    /// Eigenvalues s of the raw covariates.
    pub eigenvalues: Vec<f64>,
    /// Task energies τ.
    pub energies: Vec<f64>,
}

impl Table {
    /// The atoms (w, s, τ).
    pub(in crate::scenario) fn atoms(&self) -> impl Iterator<Item = (f64, f64, f64)> {
        self.weights.iter().zip(&self.eigenvalues).zip(&self.energies).map(|((&w, &s), &t)| (w, s, t))
    }
}
