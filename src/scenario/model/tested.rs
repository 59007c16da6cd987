//! The directions of a featurization weighted by a test covariance, one by one (sections 5 and 11.6).

use std::ops::Range;

use crate::scenario::Model;
use crate::scenario::description::Featurization;
use crate::scenario::population::Origin;

/// Directions in the order of decreasing eigenvalues of a featurization.
#[derive(Debug, Clone, PartialEq)]
pub struct TestedDirections {
    /// (τ, ρ) of each direction.
    pub directions: Vec<(f64, f64)>,
    /// Range of directions with a common eigenvalue that principal components cut, if these directions differ: a
    /// random subspace of them is kept.
    pub cut: Option<Range<usize>>,
}

impl Model {
    /// The directions of a featurization; `None` without a test covariance.
    #[must_use]
    pub fn tested_directions(&self, featurization: &Featurization) -> Option<TestedDirections> {
        let Origin::Commuting(population) = &self.population.origin else { return None };
        let (task, covariates) = match featurization {
            Featurization::Raw | Featurization::Pca { .. } => (0.0, 0.0),
            Featurization::Whitened => (0.0, -1.0),
            Featurization::Exponents { task, covariates } => (*task, *covariates),
            // All other kinds follow the order of the task spectrum.
            _ => (1.0, 0.0),
        };
        let mut all = population.tested(task, covariates)?;
        all.sort_by(|a, b| b.0.total_cmp(&a.0));
        let cut = match featurization {
            Featurization::Pca { size: Some(size) } => cut(&all, *size),
            _ => None,
        };
        let directions = all.into_iter().map(|(_, energy, ratio)| (energy * self.signal, ratio)).collect();
        Some(TestedDirections { directions, cut })
    }
}

/// Range of the directions that share the eigenvalue at which the top `size` end, given (ln s, τ, ρ) by decreasing s;
/// `None` if they are equal.
fn cut(all: &[(f64, f64, f64)], size: usize) -> Option<Range<usize>> {
    const SAME: f64 = 1e-12;
    let last = all.get(size.checked_sub(1)?)?;
    let start = all.partition_point(|d| d.0 > last.0 + SAME);
    let end = all.partition_point(|d| d.0 >= last.0 - SAME);
    let (first, rest) = all.get(start..end)?.split_first()?;
    (end > size && rest.iter().any(|d| (d.1, d.2) != (first.1, first.2))).then_some(start..end)
}
