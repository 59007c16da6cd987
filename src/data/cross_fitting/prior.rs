//! Representations fitted on one half of the rows, and their moments on the other.

use faer::{Mat, MatRef};

use super::kernel::{Kernel, SampledRows};
use super::moments::Moments;
use super::nested::nested;
use super::tested::Tested;
use super::upstream::Upstream;
use crate::data::error::DataError;
use crate::data::shrunk::Shrinkage;
use crate::linalg::{Threads, eigen, leading, nested_projections, product, scale_columns, scale_rows};

/// Covariance Σ̂ of the rows that belong to no held-out class, and the other half along its eigenvectors V.
pub(super) struct Prior {
    /// Eigenvalues, decreasing, in units of the pool's largest.
    eigenvalues: Vec<f64>,
    pub vectors: Mat<f64>,
    /// VᵀXᵀY.
    pub cross: Mat<f64>,
    pub whitened: Whitened,
    /// The prior Σ̂^v for each exponent v.
    pub kernels: Vec<(f64, Power)>,
}

/// Moments of the other half along Σ̂^{-1/2}V, for the directions of positive variance.
pub(super) struct Whitened {
    /// XᵀX.
    pub gram: Mat<f64>,
    /// XᵀY.
    pub cross: Mat<f64>,
    /// Features of the sampled rows.
    pub sample: Mat<f64>,
}

/// The prior Σ̂^v.
pub(super) struct Power {
    /// tr Σ̂^{1+v}.
    pub trace: f64,
    /// The kernel and the sampled rows along its eigenvectors; `None` for the raw features.
    pub kernel: Option<(Kernel, SampledRows)>,
}

impl Prior {
    /// Builds the prior from the moments of the rows of no held-out class, with the kernel of every exponent.
    pub fn new(others: &Moments, exponents: &[f64], tested: &Tested) -> Result<Self, DataError> {
        let covariance = others.centred().gram;
        let found = eigen(covariance.as_ref(), Threads::One)?;
        drop(covariance);
        let eigenvalues: Vec<f64> = found.values.iter().map(|e| (e / others.count).max(0.0)).collect();
        let vectors = found.vectors;
        let half = product(tested.moments.gram.as_ref(), vectors.as_ref(), Threads::One);
        let gram = product(vectors.transpose(), half.as_ref(), Threads::One);
        let cross = product(vectors.transpose(), tested.moments.cross.as_ref(), Threads::One);
        let sample = product(tested.sample.0.as_ref(), vectors.as_ref(), Threads::One);
        let power = |&exponent: &f64| {
            let trace = eigenvalues.iter().map(|e| e.powf(1.0 + exponent)).sum();
            if exponent == 0.0 {
                return Ok((exponent, Power { trace, kernel: None }));
            }
            let roots: Vec<f64> =
                eigenvalues.iter().map(|e| if *e > 0.0 { e.powf(0.5 * exponent) } else { 0.0 }).collect();
            let kernel = Kernel::new(gram.as_ref(), Some(&roots))?;
            let sampled = kernel.sampled(sample.as_ref());
            Ok((exponent, Power { trace, kernel: Some((kernel, sampled)) }))
        };
        let kernels = exponents.iter().map(power).collect::<Result<_, DataError>>()?;
        let whitened = Whitened::new(&eigenvalues, gram, cross.clone(), sample);
        Ok(Self { eigenvalues, vectors, cross, whitened, kernels })
    }

    /// The part η tr(Ŝ₊) Σ̂^{1+v}/tr(Σ̂^{1+v}) of S_{η,v} along the whitened directions.
    pub fn diagonal(&self, shrinkage: Shrinkage, total: f64) -> Vec<f64> {
        shrinkage.prior(self.eigenvalues.get(..self.whitened.gram.nrows()).unwrap_or(&[]), total)
    }

    /// U with Ŝ₊ = UUᵀ along the whitened directions.
    pub fn along(&self, up: &Upstream) -> Mat<f64> {
        let mut factor = product(self.vectors.transpose(), up.factor.as_ref(), Threads::One);
        factor.truncate(self.whitened.gram.nrows(), factor.ncols());
        scale_rows(factor.as_mut(), &self.eigenvalues.iter().map(|e| e.sqrt()).collect::<Vec<_>>());
        factor
    }

    /// Mean squared errors of least squares on the leading principal components by their number, for some tasks.
    pub fn components(&self, tested: &Tested, columns: &[usize]) -> Result<Vec<Vec<f64>>, DataError> {
        let Whitened { gram, cross, sample } = &self.whitened;
        let cross = columns_of(cross.as_ref(), columns);
        let (along, left) = nested_projections(gram.clone(), cross.as_ref(), sample.as_ref())?;
        let squares: Vec<f64> =
            columns.iter().map(|&t| tested.moments.squares.get(t).copied().unwrap_or(f64::NAN)).collect();
        let targets = columns_of(tested.sample.1.as_ref(), columns);
        Ok(nested(&along, &left, &squares, targets.as_ref(), tested.rows))
    }
}

impl Whitened {
    fn new(eigenvalues: &[f64], mut gram: Mat<f64>, mut cross: Mat<f64>, mut sample: Mat<f64>) -> Self {
        let floor = 1e-10 * leading(eigenvalues);
        let lengths: Vec<f64> =
            eigenvalues.iter().take_while(|e| **e > floor).map(|e| e.sqrt().recip()).collect();
        let rank = lengths.len();
        gram.truncate(rank, rank);
        cross.truncate(rank, cross.ncols());
        sample.truncate(sample.nrows(), rank);
        scale_rows(gram.as_mut(), &lengths);
        scale_columns(gram.as_mut(), &lengths);
        scale_rows(cross.as_mut(), &lengths);
        scale_columns(sample.as_mut(), &lengths);
        Self { gram, cross, sample }
    }
}

/// Selected columns of a matrix.
fn columns_of(matrix: MatRef<'_, f64>, columns: &[usize]) -> Mat<f64> {
    let mut some = Mat::zeros(matrix.nrows(), columns.len());
    for (mut to, &column) in some.col_iter_mut().zip(columns) {
        to.copy_from(matrix.col(column));
    }
    some
}
