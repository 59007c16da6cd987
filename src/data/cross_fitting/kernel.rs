//! Ridge regression with a prior's kernel on the rows of one half (sections 9.2 and 9.8).
//!
//! The kernel of S_{η,v} is K = X(η a Σ̂^v + (1−η) CCᵀ)Xᵀ. Σ̂^v is shared by all tasks held out together, and the
//! term of the other tasks has as few columns as there are tasks: one eigendecomposition and K×K systems give the
//! ridge path for every η.

use faer::{Mat, MatRef};
use nalgebra::{DMatrix, DVector};

use crate::data::error::DataError;
use crate::linalg::small::{dense, eigenpairs};
use crate::linalg::{Threads, eigen, leading, product, scale_columns, scale_rows};

/// Eigenvalues below this fraction of the largest count as rounding errors.
const RANK: f64 = 1e-10;
/// Number of ridges of a profile, evenly spaced in ln ℓ.
pub(super) const PLACES: usize = 64;
/// Largest and smallest ridge, in units of the kernel's largest eigenvalue.
const RANGE: (f64, f64) = (1e5, 1e-8);
/// Leverages closer to 1 than this leave no residual.
const FREE: f64 = 1e-7;

/// The kernel XFXᵀ of the centred rows of a half, as eigenpairs.
pub(super) struct Kernel {
    eigenvalues: Vec<f64>,
    /// Uᵀv = map·(Xᵀv) for the eigenvectors U.
    map: Mat<f64>,
    /// Whether the kernel spans all directions of the features.
    whole: bool,
}

/// A target on a half: yᵀy, and its coefficients along the kernel's eigenvectors.
pub(super) struct Target {
    pub square: f64,
    pub along: Vec<f64>,
}

/// The low-rank term Z = XC of the other tasks: its coefficients along the eigenvectors, ZᵀZ and Zᵀy.
pub(super) struct Update {
    pub along: Mat<f64>,
    pub square: Mat<f64>,
    pub target: Vec<f64>,
}

/// Ridge regression of one target at [`PLACES`] ridges, the largest first.
#[derive(Debug, Clone)]
pub(super) struct Profile {
    pub df1: Vec<f64>,
    pub df2: Vec<f64>,
    /// Mean squared leave-one-out error by generalised cross-validation.
    pub square: Vec<f64>,
}

impl Kernel {
    /// The kernel from XᵀX and the square roots of F's eigenvalues in the same coordinates (`None` for F = I).
    pub fn new(gram: MatRef<'_, f64>, roots: Option<&[f64]>) -> Result<Self, DataError> {
        let mut scaled = gram.to_owned();
        if let Some(roots) = roots {
            scale_rows(scaled.as_mut(), roots);
            scale_columns(scaled.as_mut(), roots);
        }
        let found = eigen(scaled.as_ref(), Threads::One)?;
        let floor = RANK * leading(&found.values).max(f64::MIN_POSITIVE);
        let rank = found.values.iter().take_while(|&&e| e > floor).count();
        let eigenvalues: Vec<f64> = found.values.iter().take(rank).copied().collect();
        let mut map = found.vectors.get(.., ..rank).transpose().to_owned();
        scale_rows(map.as_mut(), &eigenvalues.iter().map(|e| e.sqrt().recip()).collect::<Vec<_>>());
        if let Some(roots) = roots {
            scale_columns(map.as_mut(), roots);
        }
        Ok(Self { eigenvalues, map, whole: rank == gram.nrows() })
    }

    /// UᵀV from XᵀV.
    pub fn along(&self, moments: MatRef<'_, f64>) -> Mat<f64> {
        product(self.map.as_ref(), moments, Threads::One)
    }

    /// Rows of U from centred rows of X.
    fn rows(&self, features: MatRef<'_, f64>) -> Mat<f64> {
        product(features, self.map.transpose(), Threads::One)
    }

    fn places(&self) -> impl Iterator<Item = f64> + '_ {
        let largest = self.eigenvalues.first().copied().unwrap_or(1.0);
        let (from, to) = (RANGE.0.ln(), RANGE.1.ln());
        (0..PLACES).map(move |i| largest * (from + (to - from) * i as f64 / (PLACES - 1) as f64).exp())
    }

    /// Profile of the kernel itself.
    pub fn profile(&self, target: &Target, rows: f64) -> Profile {
        let mut profile = Profile::empty();
        let remainder = (target.square - target.along.iter().map(|c| c * c).sum::<f64>()).max(0.0);
        for place in self.places() {
            let (df1, slope, residual) = self.plain(target, remainder, place);
            profile.push(place, df1, slope, residual, rows);
        }
        profile
    }

    /// Σ e/(e+ℓ), its derivative, and the residual sum of squares.
    fn plain(&self, target: &Target, remainder: f64, place: f64) -> (f64, f64, f64) {
        let (mut df1, mut slope, mut residual) = (0.0, 0.0, remainder);
        for (e, c) in self.eigenvalues.iter().zip(&target.along) {
            let inverse = (e + place).recip();
            df1 += e * inverse;
            slope -= e * inverse * inverse;
            residual += (c * place * inverse).powi(2);
        }
        (df1, slope, residual)
    }

    /// Profiles of the kernel plus `weights` times ZZᵀ, one for each weight.
    pub fn updated(&self, target: &Target, update: &Update, weights: &[f64], rows: f64) -> Vec<Profile> {
        let mut profiles: Vec<Profile> = weights.iter().map(|_| Profile::empty()).collect();
        let along = dense(update.along.as_ref());
        let along_target = DVector::from_column_slice(&target.along);
        let remainder = (target.square - along_target.norm_squared()).max(0.0);
        // If the kernel spans all directions, the part of Z outside is rounding.
        let mut beyond = dense(update.square.as_ref()) - along.transpose() * &along;
        let mut beyond_target =
            DVector::from_column_slice(&update.target) - along.transpose() * &along_target;
        if self.whole {
            beyond.fill(0.0);
            beyond_target.fill(0.0);
        }
        let sums = self.powers(update, &target.along);
        for (i, place) in self.places().enumerate() {
            let plain = self.plain(target, remainder, place);
            // Zᵀ(K₀+ℓ)^{-k}Z for k = 1, 2, 3 and Zᵀ(K₀+ℓ)^{-k}y for k = 1, 2.
            let [first, second, third] = [1, 2, 3].map(|k| {
                let unit = place.powi(-k);
                let (square, seen) = sums.at(i, k as usize - 1);
                (square + &beyond * unit, seen + &beyond_target * unit)
            });
            // With Zᵀ(K₀+ℓ)⁻¹Z = VΛVᵀ the inverse of I + weight·Zᵀ(K₀+ℓ)⁻¹Z is diagonal in V for every weight.
            let Ok((values, vectors)) = eigenpairs(&first.0) else {
                profiles.iter_mut().for_each(|profile| profile.push(place, plain.0, plain.1, plain.2, rows));
                continue;
            };
            let turned = |matrix: &DMatrix<f64>| vectors.transpose() * matrix * &vectors;
            let (second_square, third_diagonal) = (turned(&second.0), turned(&third.0).diagonal());
            let (near, far) = (vectors.transpose() * &first.1, vectors.transpose() * &second.1);
            for (profile, &weight) in profiles.iter_mut().zip(weights) {
                let inverse = values.map(|value| weight / (1.0 + weight * value));
                if inverse.iter().any(|v| !(*v > 0.0 && v.is_finite())) {
                    profile.push(place, plain.0, plain.1, plain.2, rows);
                    continue;
                }
                let gain = inverse.dot(&second_square.diagonal());
                let scaled = DMatrix::from_diagonal(&inverse) * &second_square;
                let bend = scaled.dot(&scaled.transpose()) - 2.0 * inverse.dot(&third_diagonal);
                let solved = inverse.component_mul(&near);
                let residual = plain.2
                    + place * place * ((&second_square * &solved).dot(&solved) - 2.0 * far.dot(&solved));
                let (df1, slope) = (plain.0 + place * gain, plain.1 + gain + place * bend);
                profile.push(place, df1, slope, residual.max(0.0), rows);
            }
        }
        profiles
    }

    /// Σ_k z_k z_kᵀ/(e_k+ℓ)^j and Σ_k z_k c_k/(e_k+ℓ)^j for j = 1, 2, 3 at every ridge, z_k the rows of Z and c of the target
    /// along the eigenvectors, as one product.
    fn powers(&self, update: &Update, target: &[f64]) -> Powers {
        let (rank, size) = (self.eigenvalues.len(), update.along.ncols());
        let mut products = Mat::zeros(size * (size + 1) / 2 + size, rank);
        let column = |i: usize| update.along.col(i);
        let mut row = 0;
        for i in 0..size {
            for j in 0..=i {
                let both = column(i).iter().zip(column(j).iter()).map(|(a, b)| a * b);
                products.row_mut(row).iter_mut().zip(both).for_each(|(to, value)| *to = value);
                row += 1;
            }
        }
        for i in 0..size {
            let both = column(i).iter().zip(target).map(|(a, b)| a * b);
            products.row_mut(row).iter_mut().zip(both).for_each(|(to, value)| *to = value);
            row += 1;
        }
        let mut powers = Mat::zeros(rank, 3 * PLACES);
        for (i, place) in self.places().enumerate() {
            for k in 0..3 {
                let column = powers.col_mut(3 * i + k);
                let exponent = -(k as i32 + 1);
                column.iter_mut().zip(&self.eigenvalues).for_each(|(to, e)| *to = (e + place).powi(exponent));
            }
        }
        Powers { size, sums: product(products.as_ref(), powers.as_ref(), Threads::One) }
    }

    /// Centred rows of X along the eigenvectors, at every ridge of a profile.
    pub fn sampled(&self, features: MatRef<'_, f64>) -> SampledRows {
        let left = self.rows(features);
        let places: Vec<f64> = self.places().collect();
        let shares = Mat::from_fn(self.eigenvalues.len(), PLACES, |k, i| {
            match (self.eigenvalues.get(k), places.get(i)) {
                (Some(e), Some(place)) => place / (e + place),
                _ => f64::NAN,
            }
        });
        let mut squares = left.clone();
        squares.col_iter_mut().for_each(|column| column.iter_mut().for_each(|v| *v *= *v));
        let free = product(squares.as_ref(), shares.as_ref(), Threads::One);
        let lengths = squares.row_iter().map(|row| row.iter().sum()).collect();
        let df1 = places.iter().map(|place| self.eigenvalues.iter().map(|e| e / (e + place)).sum()).collect();
        SampledRows { left, lengths, shares, free, df1 }
    }
}

/// Sums of [`Kernel::powers`]: pairs of columns of Z, then pairs with the target, by ridge and power.
struct Powers {
    size: usize,
    sums: Mat<f64>,
}

impl Powers {
    /// The symmetric matrix and the vector of one power, counted from 0, at one ridge.
    fn at(&self, place: usize, power: usize) -> (DMatrix<f64>, DVector<f64>) {
        let (size, column) = (self.size, self.sums.col(3 * place + power));
        let pair = |i: usize, j: usize| *column.get(i.max(j) * (i.max(j) + 1) / 2 + i.min(j));
        let pairs = size * (size + 1) / 2;
        (DMatrix::from_fn(size, size, pair), DVector::from_fn(size, |i, _| *column.get(pairs + i)))
    }
}

/// Rows of a half along a kernel's eigenvectors U, used to compute leverages.
pub(super) struct SampledRows {
    left: Mat<f64>,
    /// Σ U_ik² for each row.
    lengths: Vec<f64>,
    /// ℓ/(e_k + ℓ), direction × ridge.
    shares: Mat<f64>,
    /// Σ U_ik² ℓ/(e_k + ℓ), row × ridge.
    free: Mat<f64>,
    /// df1 at each ridge.
    df1: Vec<f64>,
}

impl SampledRows {
    /// At each ridge, the mean squared leave-one-out error of these rows over their generalised cross-validation
    /// value; 1 where leverages are equal. `wanted` are their centred targets and `rows` is the size of the half.
    pub fn leverage_ratio(&self, target: &Target, wanted: &[f64], rows: f64) -> Vec<f64> {
        let mut maps = self.shares.clone();
        scale_rows(maps.as_mut(), &target.along);
        let residuals = product(self.left.as_ref(), maps.as_ref(), Threads::One);
        let along =
            Mat::from_fn(target.along.len(), 1, |k, _| target.along.get(k).copied().unwrap_or(f64::NAN));
        let seen = product(self.left.as_ref(), along.as_ref(), Threads::One);
        let columns = residuals.col_iter().zip(self.free.col_iter()).zip(&self.df1);
        columns
            .map(|((residuals, free), df1)| {
                let (mut exact, mut even) = (0.0, 0.0);
                let rows_of = (free.iter().zip(residuals.iter())).zip(seen.col(0).iter().zip(wanted));
                for (((free, residual), (seen, y)), length) in rows_of.zip(&self.lengths) {
                    let remainder = 1.0 - rows.recip() - length;
                    let (free, residual) = if remainder < FREE {
                        (*free, *residual)
                    } else {
                        (remainder + free, y - seen + residual)
                    };
                    if free > 0.0 {
                        exact += (residual / free).powi(2);
                        even += residual * residual;
                    }
                }
                let even = even / (1.0 - (df1 + 1.0) / rows).powi(2);
                if even > 0.0 && exact.is_finite() { exact / even } else { 1.0 }
            })
            .collect()
    }
}

impl Profile {
    fn empty() -> Self {
        let none = || Vec::with_capacity(PLACES);
        Self { df1: none(), df2: none(), square: none() }
    }

    fn push(&mut self, place: f64, df1: f64, slope: f64, residual: f64, rows: f64) {
        let freedom = rows - 1.0;
        let kept = 1.0 - df1 / freedom;
        let kappa = place / kept;
        let kappa_slope = kept.recip() + place * slope / (freedom * kept * kept);
        self.df1.push(df1);
        self.df2.push(df1 + kappa * slope / kappa_slope);
        self.square.push(residual / rows / (1.0 - (df1 + 1.0) / rows).powi(2));
    }

    /// Multiplies the errors by the ratios of another profile, interpolated at equal degrees of freedom.
    pub fn correct(&mut self, df1: &[f64], ratios: &[f64]) {
        for (along_target, square) in self.df1.iter().zip(&mut self.square) {
            *square *= interpolated(df1, ratios, *along_target);
        }
    }

    /// Risk at n rows for the best ridge λ ≥ 0 with df1 ≤ `limit`.
    pub fn tuned(&self, samples: f64, rows: f64, limit: f64) -> f64 {
        let m = samples - 1.0;
        let values = self.df1.iter().zip(&self.df2).zip(&self.square);
        let risks: Vec<f64> = values
            .take_while(|((df1, df2), _)| **df1 <= limit.min(m) && **df2 < m)
            .map(|((_, df2), square)| risk(*square, *df2, samples, rows))
            .collect();
        let Some((at, &least)) = risks.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1)) else {
            return 1.0 + samples.recip();
        };
        match (at.checked_sub(1).and_then(|i| risks.get(i)), risks.get(at + 1)) {
            (Some(before), Some(after)) => least - vertex(*before, least, *after),
            _ => least,
        }
    }

    /// Risk at n rows without a ridge, where n − 1 is below the rank: df1 = n − 1.
    pub fn ridgeless(&self, samples: f64, rows: f64) -> f64 {
        let m = samples - 1.0;
        let Some(&last) = self.df1.last() else { return f64::NAN };
        if m > last || m > 0.9 * (rows - 1.0) {
            return f64::NAN;
        }
        let df2 = interpolated(&self.df1, &self.df2, m);
        let log: Vec<f64> = self.square.iter().map(|s| s.ln()).collect();
        risk(interpolated(&self.df1, &log, m).exp(), df2, samples, rows)
    }
}

/// The risk formula of section 9.2 from a mean squared leave-one-out error.
fn risk(square: f64, df2: f64, samples: f64, rows: f64) -> f64 {
    let level = square * (1.0 - df2 / (rows - 1.0)) / (1.0 + rows.recip());
    let spare = 1.0 - df2 / (samples - 1.0);
    if spare > 0.0 { level * (1.0 + samples.recip()) / spare } else { f64::INFINITY }
}

/// How far the vertex of the parabola through three evenly spaced values lies below the middle one, which is the
/// least.
fn vertex(before: f64, least: f64, after: f64) -> f64 {
    let bend = before - 2.0 * least + after;
    if bend > 0.0 { (before - after).powi(2) / (8.0 * bend) } else { 0.0 }
}

/// Linear interpolation between increasing positions, constant outside.
fn interpolated(places: &[f64], values: &[f64], at: f64) -> f64 {
    let above = places.partition_point(|p| *p < at);
    let pair = |i: usize| Some((*places.get(i)?, *values.get(i)?));
    match (above.checked_sub(1).and_then(pair), pair(above)) {
        (Some((a, va)), Some((b, vb))) if b > a => va + (vb - va) * (at - a) / (b - a),
        (Some((_, value)), None) | (_, Some((_, value))) => value,
        _ => f64::NAN,
    }
}
