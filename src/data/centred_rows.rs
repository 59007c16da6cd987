//! Storage of the pool's centred rows; with more rows than features as left singular vectors and lengths
//! (section 9.2).

use faer::{Mat, MatRef};

use super::error::DataError;
use crate::linalg::{Threads, product, scale_columns, scale_rows};

/// Rows rotated at a time.
const BLOCK: usize = 4096;

/// The N×p centred rows X and the r directions V along which they vary.
#[derive(Clone)]
pub(super) enum CentredRows {
    /// Storage for fewer rows than features.
    Plain {
        /// The rows X, N×p.
        rows: Mat<f64>,
        /// V, p×r.
        basis: Mat<f64>,
        /// XV with columns normalised to length 1, N×r, and their lengths.
        left: Mat<f64>,
        lengths: Vec<f64>,
    },
    /// Storage for more rows than features: X = U diag(lengths) Vᵀ with all p directions, so that X can be recovered.
    Rotated {
        /// U, N×p. The first r columns have length 1; the others, at the level of rounding, are stored with the
        /// factor 1.
        rotated: Mat<f64>,
        lengths: Vec<f64>,
        /// V, p×p; the first r columns are the basis.
        directions: Mat<f64>,
        rank: usize,
    },
}

impl CentredRows {
    /// Stores the rows unchanged; `basis` is p×r.
    pub fn plain(rows: Mat<f64>, basis: Mat<f64>) -> Self {
        let mut left = product(rows.as_ref(), basis.as_ref(), Threads::All);
        let lengths = unit_columns(&mut left, basis.ncols());
        Self::Plain { rows, basis, left, lengths }
    }

    /// Rotates the rows into `directions` (p×p, orthonormal), of which the first `rank` are used. The rotation is
    /// done in place, block by block, so that there is never a second copy.
    ///
    /// # Errors
    /// The error of `go_on`, which is called before every block.
    pub fn rotated(
        mut rows: Mat<f64>,
        directions: Mat<f64>,
        rank: usize,
        go_on: &dyn Fn(f64) -> Result<(), DataError>,
    ) -> Result<Self, DataError> {
        let count = rows.nrows();
        for start in (0..count).step_by(BLOCK) {
            go_on(start as f64 / count as f64)?;
            let mut block = rows.as_mut().subrows_mut(start, BLOCK.min(count - start));
            let rotated = product(block.as_ref(), directions.as_ref(), Threads::All);
            block.copy_from(rotated);
        }
        let mut lengths = unit_columns(&mut rows, rank);
        lengths.resize(directions.ncols(), 1.0);
        Ok(Self::Rotated { rotated: rows, lengths, directions, rank })
    }

    /// V, p×r.
    pub fn basis(&self) -> MatRef<'_, f64> {
        match self {
            Self::Plain { basis, .. } => basis.as_ref(),
            Self::Rotated { directions, rank, .. } => directions.get(.., ..*rank),
        }
    }

    /// XV with columns normalised to length 1, N×r.
    pub fn left(&self) -> MatRef<'_, f64> {
        match self {
            Self::Plain { left, .. } => left.as_ref(),
            Self::Rotated { rotated, rank, .. } => rotated.get(.., ..*rank),
        }
    }

    /// Lengths of the columns of XV.
    pub fn lengths(&self) -> &[f64] {
        match self {
            Self::Plain { lengths, .. } => lengths,
            Self::Rotated { lengths, rank, .. } => lengths.get(..*rank).unwrap_or(lengths),
        }
    }

    /// The rows in the stored coordinates, N×p.
    pub fn coordinates(&self) -> MatRef<'_, f64> {
        match self {
            Self::Plain { rows, .. } => rows.as_ref(),
            Self::Rotated { rotated, .. } => rotated.as_ref(),
        }
    }

    /// B (p×k) in the stored coordinates: XB is [`CentredRows::coordinates`] times the result.
    pub fn within(&self, b: MatRef<'_, f64>) -> Mat<f64> {
        match self {
            Self::Plain { .. } => b.to_owned(),
            Self::Rotated { lengths, directions, .. } => {
                let mut within = product(directions.transpose(), b, Threads::All);
                scale_rows(within.as_mut(), lengths);
                within
            }
        }
    }
}

/// Normalises the first `count` columns to length 1 and returns their lengths.
fn unit_columns(matrix: &mut Mat<f64>, count: usize) -> Vec<f64> {
    let lengths: Vec<f64> = matrix.col_iter().take(count).map(|c| c.norm_l2()).collect();
    let scales: Vec<f64> = lengths.iter().map(|length| length.recip()).collect();
    scale_columns(matrix.as_mut(), &scales);
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linalg::small::tests::wavy;
    use crate::linalg::{eigen, gram};

    /// Both kinds of storage give equal products with a matrix, including the smallest directions.
    #[test]
    fn both_storage_kinds_give_equal_products() {
        let mut x = wavy(9000, 6);
        scale_columns(x.as_mut(), &[1.0, 3.0, 1e-3, 0.2, 1e-7, 5.0]);
        let b = wavy(6, 4);
        let want = product(x.as_ref(), b.as_ref(), Threads::One);
        let found = eigen(gram(x.transpose(), Threads::One).as_ref(), Threads::One).unwrap();
        let rotated = CentredRows::rotated(x.clone(), found.vectors.clone(), 4, &|_| Ok(())).unwrap();
        let plain = CentredRows::plain(x, found.vectors.get(.., ..4).to_owned());
        for stored in [&plain, &rotated] {
            let got = product(stored.coordinates(), stored.within(b.as_ref()).as_ref(), Threads::One);
            assert!((&got - &want).norm_max() < 1e-12 * want.norm_max());
            assert!(stored.left().col_iter().all(|c| (c.norm_l2() - 1.0).abs() < 1e-12));
            assert_eq!((stored.left().ncols(), stored.lengths().len(), stored.basis().ncols()), (4, 4, 4));
        }
        let apart = (plain.left() - rotated.left()).norm_max();
        assert!(apart < 1e-9, "{apart}");
        let small = product(
            rotated.coordinates(),
            rotated.within(Mat::identity(6, 6).as_ref()).as_ref(),
            Threads::One,
        );
        let CentredRows::Plain { rows, .. } = &plain else { panic!() };
        let apart = (small.get(.., 4..5) - rows.get(.., 4..5)).norm_max();
        assert!(apart < 1e-7 * 1e-7, "a column of size 1e-7 keeps its digits: {apart}");
        let stopped =
            CentredRows::rotated(wavy(20, 3), Mat::identity(3, 3), 3, &|_| Err(DataError::Interrupted));
        assert!(stopped.is_err());
    }
}
