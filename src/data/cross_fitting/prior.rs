//! Representations fitted on one half of the rows, and their moments on the other.

use faer::{Mat, MatRef};

use super::kernel::{Kernel, SampledRows};
use super::moments::Moments;
use super::nested::{Sample, nested};
use super::tested::Tested;
use super::upstream::Upstream;
use crate::data::error::DataError;
use crate::data::shrunk::Shrinkage;
use crate::linalg::{Threads, eigen, leading, orthonormal, product, scale_columns, scale_rows};

/// Maximum number of directions of a shrunk covariance that can be selected; beyond it only principal components are
/// candidates.
const SELECTED: usize = 256;

/// Covariance Σ̂ of the rows that belong to no held-out class, and the other half along its eigenvectors V.
pub(super) struct Prior {
    /// Eigenvalues, decreasing, in units of the pool's largest.
    pub eigenvalues: Vec<f64>,
    pub vectors: Mat<f64>,
    /// VᵀXᵀXV and VᵀXᵀY.
    pub gram: Mat<f64>,
    pub cross: Mat<f64>,
    /// Features of the sampled rows.
    pub sample: Mat<f64>,
    /// The prior Σ̂^v for each exponent v.
    pub kernels: Vec<(f64, Power)>,
}

/// The prior Σ̂^v.
pub(super) struct Power {
    /// tr Σ̂^{1+v}.
    pub trace: f64,
    /// The kernel; `None` for the raw features.
    pub kernel: Option<Kernel>,
    /// The sampled rows along the kernel's eigenvectors.
    pub sampled: SampledRows,
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
                let sampled = tested.raw.sampled(tested.sample.0.as_ref());
                return Ok((exponent, Power { trace, kernel: None, sampled }));
            }
            let roots: Vec<f64> =
                eigenvalues.iter().map(|e| if *e > 0.0 { e.powf(0.5 * exponent) } else { 0.0 }).collect();
            let kernel = Kernel::new(gram.as_ref(), Some(&roots))?;
            let sampled = kernel.sampled(sample.as_ref());
            Ok((exponent, Power { trace, kernel: Some(kernel), sampled }))
        };
        let kernels = exponents.iter().map(power).collect::<Result<_, DataError>>()?;
        Ok(Self { eigenvalues, vectors, gram, cross, sample, kernels })
    }

    /// Number of directions with positive variance.
    fn rank(&self) -> usize {
        let floor = 1e-10 * leading(&self.eigenvalues);
        self.eigenvalues.iter().take_while(|e| **e > floor).count()
    }

    /// Σ̂^{-1/2}W for the leading eigenvectors W of S_{η,v}, in the eigenbasis of Σ̂.
    pub fn leading(&self, up: &Upstream, shrinkage: Shrinkage) -> Result<Mat<f64>, DataError> {
        let rank = self.rank();
        let roots: Vec<f64> = self.eigenvalues.iter().take(rank).map(|e| e.sqrt()).collect();
        let mut factor = product(self.vectors.transpose(), up.factor.as_ref(), Threads::One);
        factor.truncate(rank, factor.ncols());
        scale_rows(factor.as_mut(), &roots);
        let terms = factor.ncols();
        let diagonal = shrinkage.prior(self.eigenvalues.get(..rank).unwrap_or(&[]), up.total);
        // The leading principal components, and what the directions of the tasks add to them.
        let head = if shrinkage.eta == 0.0 { 0 } else { rank.min(SELECTED) };
        let tail = orthonormal(factor.get(head.., ..).to_owned(), Threads::One)?;
        let tail = if head == rank { Mat::zeros(0, 0) } else { tail };
        let size = head + tail.ncols();
        // The basis is the identity above `tail`: products with its upper part are copies.
        let lower = product(tail.transpose(), factor.get(head..rank, ..), Threads::One);
        let mut along = Mat::zeros(size, terms);
        along.get_mut(..head, ..).copy_from(factor.get(..head, ..));
        along.get_mut(head.., ..).copy_from(&lower);
        let mut weighted = tail.clone();
        scale_rows(weighted.as_mut(), diagonal.get(head..).unwrap_or(&[]));
        let mut s = product(along.as_ref(), along.transpose(), Threads::One);
        s *= faer::Scale(1.0 - shrinkage.eta);
        for (entry, prior) in s.diagonal_mut().column_vector_mut().iter_mut().zip(&diagonal).take(head) {
            *entry += prior;
        }
        let mut corner = s.get_mut(head.., head..);
        corner += product(tail.transpose(), weighted.as_ref(), Threads::One);
        let found = eigen(s.as_ref(), Threads::One)?;
        let kept = if head == 0 { terms.min(size) } else { size.min(SELECTED) };
        let mut directions = Mat::zeros(rank, kept);
        directions.get_mut(..head, ..).copy_from(found.vectors.get(..head, ..kept));
        let below = product(tail.as_ref(), found.vectors.get(head.., ..kept), Threads::One);
        directions.get_mut(head.., ..).copy_from(&below);
        scale_rows(directions.as_mut(), &roots.iter().map(|root| root.recip()).collect::<Vec<_>>());
        Ok(directions)
    }

    /// Mean squared errors of least squares by size, on the leading principal components or on `directions` in their
    /// coordinates.
    pub fn least_squares(
        &self,
        directions: Option<MatRef<'_, f64>>,
        tested: &Tested,
        column: usize,
    ) -> Result<Vec<f64>, DataError> {
        let rank = self.rank();
        let (gram, cross, sample) = (
            self.gram.get(..rank, ..rank),
            self.cross.get(..rank, column..column + 1),
            self.sample.get(.., ..rank),
        );
        let (gram, cross, sample) = match directions {
            None => {
                let mut sample = sample.to_owned();
                let mut gram = gram.to_owned();
                let mut cross = cross.to_owned();
                let lengths: Vec<f64> =
                    self.eigenvalues.iter().take(rank).map(|e| e.sqrt().recip()).collect();
                scale_columns(sample.as_mut(), &lengths);
                scale_rows(gram.as_mut(), &lengths);
                scale_columns(gram.as_mut(), &lengths);
                scale_rows(cross.as_mut(), &lengths);
                (gram, cross, sample)
            }
            Some(b) => {
                let half = product(gram, b, Threads::One);
                (
                    product(b.transpose(), half.as_ref(), Threads::One),
                    product(b.transpose(), cross, Threads::One),
                    product(sample, b, Threads::One),
                )
            }
        };
        let square = tested.moments.squares.get(column).copied().unwrap_or(f64::NAN);
        let sample =
            Sample { features: sample.as_ref(), targets: tested.sample.1.get(.., column..column + 1) };
        let found = nested(gram, &cross, &[square], &sample, tested.rows)?;
        Ok(found.into_iter().next().unwrap_or_default())
    }
}
