//! Covariates and tasks as matrices in the eigenbasis of Σ_x, for featurizations that are not diagonal (sections 2
//! and 7).

use faer::{Mat, MatRef};

use crate::linalg::{Threads, eigenvalues, gram, product, scale_rows, singular_values, svd};
use crate::scenario::ScenarioError;
use crate::theory::Spectrum;

/// Largest dimension for matrices that are not diagonal.
pub const DENSE: usize = 2000;

/// Σ_x = diag(x) with x of mean 1, and Σ_θ scaled so that tr(Σ_xΣ_θ) = 1.
#[derive(Debug)]
pub(in crate::scenario) struct Geometry {
    pub x: Vec<f64>,
    root: Root,
}

/// A square root W of S, WWᵀ = S = Σ_x^{1/2}Σ_θΣ_x^{1/2}; the risk depends on Σ_θ only through S.
#[derive(Debug)]
enum Root {
    Diagonal(Vec<f64>),
    /// `spread` is the ratio of the smallest nonzero to the largest eigenvalue of S.
    Dense {
        w: Mat<f64>,
        spread: f64,
    },
}

/// Spread above which the eigenvalues of S have at least eight correct digits; below it they are computed from W, at
/// twice the cost.
const NARROW: f64 = 1e-7;

impl Geometry {
    /// Tasks in the eigenbasis of Σ_x: (x, ln τ) for each direction, τ of mean 1.
    pub fn commuting(directions: &[(f64, f64)]) -> Self {
        let log_p = (directions.len() as f64).ln();
        Self {
            x: directions.iter().map(|d| d.0).collect(),
            root: Root::Diagonal(directions.iter().map(|d| (0.5 * (d.1 - log_p)).exp()).collect()),
        }
    }

    /// Tasks along the columns of the orthogonal `turn`: (x, ln θ) for each direction; those without energy are
    /// dropped.
    pub fn rotated(directions: &[(f64, f64)], turn: MatRef<'_, f64>) -> Self {
        let kept = || directions.iter().zip(turn.col_iter()).filter(|(d, _)| d.1 > f64::NEG_INFINITY);
        let (low, top) = range(kept().map(|(d, _)| d.1));
        let (least, most) = range(directions.iter().map(|d| d.0));
        let mut w = Mat::zeros(directions.len(), kept().count());
        for (column, ((_, log), along)) in w.col_iter_mut().zip(kept()) {
            let length = (0.5 * (log - top)).exp();
            for ((v, q), (x, _)) in column.iter_mut().zip(along.iter()).zip(directions) {
                *v = q * x.sqrt() * length;
            }
        }
        let shrink = w.norm_l2().recip();
        w.col_iter_mut().for_each(|column| column.iter_mut().for_each(|v| *v *= shrink));
        let spread = least / most * (low - top).exp();
        Self { x: directions.iter().map(|d| d.0).collect(), root: Root::Dense { w, spread } }
    }

    pub fn p(&self) -> usize {
        self.x.len()
    }

    /// Energies τ for signal 1 along the directions of the covariates: p S_jj.
    pub fn along_axes(&self) -> Vec<f64> {
        let p = self.p() as f64;
        match &self.root {
            Root::Diagonal(w) => w.iter().map(|w| p * w * w).collect(),
            Root::Dense { w, .. } => {
                let mut squares = vec![0.0; self.p()];
                for column in w.col_iter() {
                    squares.iter_mut().zip(column.iter()).for_each(|(sum, w)| *sum += p * w * w);
                }
                squares
            }
        }
    }

    /// W·g, one column a task: for standard normal g this is Σ_x^{1/2}θ of a task with signal 1.
    pub fn tasks(&self, mut g: Mat<f64>) -> Mat<f64> {
        match &self.root {
            Root::Diagonal(w) => {
                scale_rows(g.as_mut(), w);
                g
            }
            Root::Dense { w, .. } => product(w.as_ref(), g.get(..w.ncols(), ..), Threads::All),
        }
    }

    /// The p eigenvalues of p·S, for signal 1.
    pub fn energies(&self) -> Result<Vec<f64>, ScenarioError> {
        let failed = |_| ScenarioError::new("the task covariance could not be decomposed");
        let p = self.p() as f64;
        let mut energies: Vec<f64> = match &self.root {
            Root::Diagonal(w) => w.iter().map(|w| p * w * w).collect(),
            Root::Dense { w, spread } if *spread > NARROW => {
                let values = eigenvalues(gram(w.transpose(), Threads::All).as_ref(), Threads::All);
                values.map_err(failed)?.into_iter().map(|v| p * v.max(0.0)).collect()
            }
            Root::Dense { w, .. } => {
                let lengths = singular_values(w.as_ref(), Threads::All).map_err(failed)?;
                let floor = rounding(&lengths, self.p());
                lengths.into_iter().map(|l| if l > floor { p * l * l } else { 0.0 }).collect()
            }
        };
        energies.resize(self.p(), 0.0);
        Ok(energies)
    }

    /// Energies τ for signal 1 along orthonormal columns u: p‖Wᵀu‖².
    fn along(&self, u: MatRef<'_, f64>) -> Vec<f64> {
        let p = self.p() as f64;
        let seen = match &self.root {
            Root::Diagonal(w) => {
                let mut seen = u.to_owned();
                scale_rows(seen.as_mut(), w);
                seen
            }
            Root::Dense { w, .. } => product(w.transpose(), u, Threads::All),
        };
        seen.col_iter().map(|column| p * column.iter().map(|v| v * v).sum::<f64>()).collect()
    }

    /// The spectrum of M = CCᵀ, C = Σ_x^{1/2}B, from the singular values of C, which are accurate over twice as many
    /// decades as the eigenvalues of M. Those at the level of rounding are set to 0.
    pub fn of_factor(&self, c: MatRef<'_, f64>, signal: f64) -> Result<Spectrum, ScenarioError> {
        let svd = svd(c, Threads::All)
            .map_err(|_| ScenarioError::new("the featurization could not be decomposed"))?;
        let lengths = svd.lengths;
        let floor = rounding(&lengths, c.nrows().max(c.ncols()));
        let rank = lengths.iter().take_while(|&&l| l > floor).count();
        let energies = self.along(svd.left.get(.., ..rank));
        let rest = self.p() - rank;
        let left = (self.p() as f64 - energies.iter().sum::<f64>()).max(0.0);
        let mut directions: Vec<(f64, f64)> =
            lengths.iter().zip(&energies).map(|(l, t)| (l * l, t * signal)).collect();
        if rest > 0 {
            directions.extend(std::iter::repeat_n((0.0, left * signal / rest as f64), rest));
        }
        Ok(Spectrum::uniform(&directions)?)
    }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
}

/// Largest singular value that counts as a rounding error.
fn rounding(lengths: &[f64], size: usize) -> f64 {
    lengths.iter().fold(0.0_f64, |m, &l| m.max(l)) * size as f64 * f64::EPSILON
}
