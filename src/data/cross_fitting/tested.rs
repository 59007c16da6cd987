//! The half of the rows on which the risk is estimated.

use faer::{Mat, MatRef};

use super::kernel::{Kernel, SampledRows, Target};
use super::moments::{Centred, Moments, Rows};
use crate::data::error::DataError;

/// Number of rows of a half sampled to measure how unequal leverages are.
const SAMPLE: usize = 1024;

/// The half on which the risk is estimated.
pub(super) struct Tested {
    pub rows: f64,
    pub moments: Centred,
    /// Sampled rows: centred features and centred targets.
    pub sample: (Mat<f64>, Mat<f64>),
    /// Kernel of the raw features, and the sampled rows along its eigenvectors.
    pub raw: (Kernel, SampledRows),
}

impl Tested {
    pub fn new(rows: &Rows<'_>, part: &[usize], sums: &Moments) -> Result<Self, DataError> {
        let moments = sums.centred();
        let raw = Kernel::new(moments.gram.as_ref(), None)?;
        let count = part.len().min(SAMPLE);
        let some: Vec<usize> = (0..count).filter_map(|i| part.get(i * part.len() / count).copied()).collect();
        let centred = |mut m: Mat<f64>, means: Vec<f64>| {
            m.col_iter_mut().zip(means).for_each(|(column, mean)| column.iter_mut().for_each(|v| *v -= mean));
            m
        };
        let features = centred(rows.features(&some), sums.means());
        let targets = centred(rows.targets(&some), sums.target_means());
        let sampled = raw.sampled(features.as_ref());
        let raw = (raw, sampled);
        Ok(Self { rows: sums.count, moments, sample: (features, targets), raw })
    }

    /// A task along the eigenvectors of a kernel, from its products with the rows in the kernel's coordinates.
    pub fn target(&self, kernel: &Kernel, cross: MatRef<'_, f64>, task: usize) -> Target {
        let along = kernel.along(cross.get(.., task..task + 1));
        let square = self.moments.squares.get(task).copied().unwrap_or(f64::NAN);
        Target { square, along: along.col(0).iter().copied().collect() }
    }
}
