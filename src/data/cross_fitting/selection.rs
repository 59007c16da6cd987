//! Least squares on the leading eigenvectors of shrunk covariances S_{η,v}, for one held-out task (section 9.8).

use faer::Mat;

use super::nested::nested;
use super::prior::{Prior, Whitened};
use super::tested::Tested;
use super::upstream::Upstream;
use crate::data::error::DataError;
use crate::data::shrunk::Shrinkage;
use crate::linalg::{Threads, eigen, nested_projections, orthonormal, product, scale_rows};

/// Maximum number of directions of a shrunk covariance that can be selected; beyond it only principal components are
/// candidates.
const SELECTED: usize = 256;

/// Basis (I 0; 0 Q) of the leading `head` principal components and of what the directions of the other tasks add to
/// them. It contains the leading eigenvectors of S_{η,v} for each η.
struct Basis {
    head: usize,
    /// Orthonormal columns Q on the other components.
    tail: Mat<f64>,
    /// U of Ŝ₊ = UUᵀ along the basis.
    factor: Mat<f64>,
    /// Whitened moments of the other half along the basis.
    moments: Whitened,
}

/// Mean squared errors of least squares by size for each of some selections.
pub(super) fn selected(
    prior: &Prior,
    up: &Upstream,
    selections: &[Shrinkage],
    tested: &Tested,
    column: usize,
) -> Result<Vec<Vec<f64>>, DataError> {
    let factor = prior.along(up);
    let mut with_prior = None;
    let of = |&shrinkage: &Shrinkage| {
        if shrinkage.eta == 0.0 {
            // The leading eigenvectors are those of Ŝ₊.
            let tasks_alone = Basis::new(prior, &factor, 0, column)?;
            return tasks_alone.least_squares(prior, up, shrinkage, tested, column);
        }
        let basis = match with_prior.take() {
            Some(basis) => basis,
            None => Basis::new(prior, &factor, factor.nrows().min(SELECTED), column)?,
        };
        let found = basis.least_squares(prior, up, shrinkage, tested, column);
        with_prior = Some(basis);
        found
    };
    selections.iter().map(of).collect()
}

impl Basis {
    fn new(prior: &Prior, factor: &Mat<f64>, head: usize, column: usize) -> Result<Self, DataError> {
        let Whitened { gram, cross, sample } = &prior.whitened;
        let rank = gram.nrows();
        let tail = orthonormal(factor.get(head.., ..).to_owned(), Threads::One)?;
        let tail = if head == rank { Mat::zeros(0, 0) } else { tail };
        let size = head + tail.ncols();
        let turned = |columns| product(columns, tail.as_ref(), Threads::One);
        // Products with the identity above Q are copies.
        let beside = turned(gram.get(.., head..));
        let mut square = Mat::zeros(size, size);
        square.get_mut(..head, ..head).copy_from(gram.get(..head, ..head));
        square.get_mut(..head, head..).copy_from(beside.get(..head, ..));
        square.get_mut(head.., ..head).copy_from(beside.get(..head, ..).transpose());
        let corner = product(tail.transpose(), beside.get(head.., ..), Threads::One);
        square.get_mut(head.., head..).copy_from(&corner);
        let above = |from: faer::MatRef<'_, f64>| {
            let mut to = Mat::zeros(size, from.ncols());
            to.get_mut(..head, ..).copy_from(from.get(..head, ..));
            to.get_mut(head.., ..).copy_from(product(tail.transpose(), from.get(head.., ..), Threads::One));
            to
        };
        let mut rows = Mat::zeros(sample.nrows(), size);
        rows.get_mut(.., ..head).copy_from(sample.get(.., ..head));
        rows.get_mut(.., head..).copy_from(turned(sample.get(.., head..)));
        let moments =
            Whitened { gram: square, cross: above(cross.get(.., column..column + 1)), sample: rows };
        let factor = above(factor.as_ref());
        Ok(Self { head, tail, factor, moments })
    }

    /// Mean squared errors of least squares on the leading eigenvectors of S_{η,v} by their number.
    fn least_squares(
        &self,
        prior: &Prior,
        up: &Upstream,
        shrinkage: Shrinkage,
        tested: &Tested,
        column: usize,
    ) -> Result<Vec<f64>, DataError> {
        let Self { head, tail, factor, moments } = self;
        let diagonal = prior.diagonal(shrinkage, up.total);
        let mut s = product(factor.as_ref(), factor.transpose(), Threads::One);
        s *= faer::Scale(1.0 - shrinkage.eta);
        for (entry, prior) in s.diagonal_mut().column_vector_mut().iter_mut().zip(&diagonal).take(*head) {
            *entry += prior;
        }
        let mut weighted = tail.clone();
        scale_rows(weighted.as_mut(), diagonal.get(*head..).unwrap_or(&[]));
        let mut corner = s.get_mut(*head.., *head..);
        corner += product(tail.transpose(), weighted.as_ref(), Threads::One);
        let found = eigen(s.as_ref(), Threads::One)?;
        let kept = if *head == 0 { factor.ncols().min(s.nrows()) } else { s.nrows().min(SELECTED) };
        let leading = found.vectors.get(.., ..kept);
        let half = product(moments.gram.as_ref(), leading, Threads::One);
        let gram = product(leading.transpose(), half.as_ref(), Threads::One);
        let cross = product(leading.transpose(), moments.cross.as_ref(), Threads::One);
        let (along, turned) = nested_projections(gram, cross.as_ref(), leading)?;
        let left = product(moments.sample.as_ref(), turned.as_ref(), Threads::One);
        let square = tested.moments.squares.get(column).copied().unwrap_or(f64::NAN);
        let targets = tested.sample.1.get(.., column..column + 1);
        let found = nested(&along, &left, &[square], targets, tested.rows);
        Ok(found.into_iter().next().unwrap_or_default())
    }
}
