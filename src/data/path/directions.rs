//! Features of the rows along a path's directions, for plain fits on subsets of the rows (section 9.9).

use faer::MatRef;

use super::Path;

impl Path {
    /// The centred rows along the path's directions, N×k with columns of length 1, and the length of each feature in
    /// the unit of ridges.
    pub(in crate::data) fn directions(&self) -> (MatRef<'_, f64>, Vec<f64>) {
        let left = self.fits.rows.left().get(.., self.fits.range.clone());
        let filter = &self.fits.filter;
        let lengths = filter.eigenvalues().iter().map(|e| (e * filter.freedom()).sqrt()).collect();
        (left, lengths)
    }
}
