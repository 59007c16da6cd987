//! Sums over sets of rows that can be added and subtracted: Gram matrix, cross moments with the targets, totals.

use faer::{ColRef, Mat, MatRef};

use crate::data::pool::Pool;
use crate::linalg::{Threads, add_gram, mirror, product, scale_columns};

/// Rows copied at a time.
const BLOCK: usize = 1024;

/// A pool's rows along the eigenvectors of its covariance, N×r, in units of the largest standard deviation.
pub(super) struct Rows<'a> {
    left: MatRef<'a, f64>,
    scales: Vec<f64>,
    targets: MatRef<'a, f64>,
}

impl<'a> Rows<'a> {
    pub fn new(pool: &'a Pool) -> Self {
        let largest = pool.lengths().first().copied().unwrap_or(1.0) / (pool.rows() as f64).sqrt();
        let scales = pool.lengths().iter().map(|length| length / largest).collect();
        Self { left: pool.left(), scales, targets: pool.targets() }
    }

    /// Rank r.
    pub fn rank(&self) -> usize {
        self.scales.len()
    }

    /// Features of selected rows, n×r.
    pub fn features(&self, rows: &[usize]) -> Mat<f64> {
        let mut some = gathered(self.left, rows);
        scale_columns(some.as_mut(), &self.scales);
        some
    }

    /// Standardised targets of selected rows, n×T.
    pub fn targets(&self, rows: &[usize]) -> Mat<f64> {
        gathered(self.targets, rows)
    }
}

fn gathered(from: MatRef<'_, f64>, rows: &[usize]) -> Mat<f64> {
    let mut some = Mat::zeros(rows.len(), from.ncols());
    for (to, from) in some.col_iter_mut().zip(from.col_iter()) {
        for (to, &row) in to.iter_mut().zip(rows) {
            *to = *from.get(row);
        }
    }
    some
}

/// Sums over a set of rows of features x (r) and targets y (T).
#[derive(Clone)]
pub(super) struct Moments {
    /// Number of rows.
    pub count: f64,
    /// Σ x.
    features: Vec<f64>,
    /// Σ xxᵀ, the lower half.
    gram: Mat<f64>,
    /// Σ xyᵀ, r×T.
    cross: Mat<f64>,
    /// Σ y.
    targets: Vec<f64>,
    /// Σ y².
    squares: Vec<f64>,
}

/// Moments about the means.
pub(super) struct Centred {
    /// XᵀX, both halves of the symmetric matrix.
    pub gram: Mat<f64>,
    /// XᵀY.
    pub cross: Mat<f64>,
    /// yᵀy of each target.
    pub squares: Vec<f64>,
}

impl Moments {
    pub fn of(rows: &Rows<'_>, members: &[usize], threads: Threads) -> Self {
        let (rank, tasks) = (rows.rank(), rows.targets.ncols());
        let mut sums = Self {
            count: members.len() as f64,
            features: vec![0.0; rank],
            gram: Mat::zeros(rank, rank),
            cross: Mat::zeros(rank, tasks),
            targets: vec![0.0; tasks],
            squares: vec![0.0; tasks],
        };
        for some in members.chunks(BLOCK) {
            let (x, y) = (rows.features(some), rows.targets(some));
            add_gram(sums.gram.as_mut(), x.transpose(), threads);
            sums.cross += product(x.transpose(), y.as_ref(), threads);
            sums.features.iter_mut().zip(x.col_iter()).for_each(|(s, c)| *s += c.iter().sum::<f64>());
            for ((sum, square), column) in sums.targets.iter_mut().zip(&mut sums.squares).zip(y.col_iter()) {
                *sum += column.iter().sum::<f64>();
                *square += column.iter().map(|v| v * v).sum::<f64>();
            }
        }
        sums
    }

    /// The sums over the rows that are not in `other`, a subset of this set.
    pub fn without(&self, other: &Self) -> Self {
        let minus = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect();
        Self {
            count: self.count - other.count,
            features: minus(&self.features, &other.features),
            gram: &self.gram - &other.gram,
            cross: &self.cross - &other.cross,
            targets: minus(&self.targets, &other.targets),
            squares: minus(&self.squares, &other.squares),
        }
    }

    /// The mean of each feature.
    pub fn means(&self) -> Vec<f64> {
        self.features.iter().map(|sum| sum / self.count).collect()
    }

    /// The mean of each target.
    pub fn target_means(&self) -> Vec<f64> {
        self.targets.iter().map(|sum| sum / self.count).collect()
    }

    pub fn centred(&self) -> Centred {
        let (x, y) = (ColRef::from_slice(&self.features), ColRef::from_slice(&self.targets));
        let share = faer::Scale(self.count.recip());
        let mut gram = &self.gram - share * (x * x.transpose());
        mirror(gram.as_mut());
        let cross = &self.cross - share * (x * y.transpose());
        let squares =
            self.squares.iter().zip(&self.targets).map(|(q, s)| (q - s * s / self.count).max(0.0)).collect();
        Centred { gram, cross, squares }
    }
}
