//! Spectra of featurizations of a pool (section 2 in the eigenbasis of Σ̂; sections 9.7 and 9.8).
//!
//! In that basis M = Σ̂^{1/2} F Σ̂^{1/2} is r×r; directions outside the range of Σ̂ have neither eigenvalue nor
//! energy.

use faer::{Mat, MatRef};

use super::error::DataError;
use super::pool::{Pool, TaskChoice};
use super::positive::positive_part;
use crate::linalg::{
    Eigen, Svd, Threads, Undecomposed, eigen, gram, leading, mirror, product, scale_columns, scale_rows, svd,
};
use crate::theory::{Spectrum, TaskSpectrum};

/// The estimated task covariance Ŝ = Σ̂^{1/2}Σ̂_θΣ̂^{1/2} on the r directions, with its negative part removed.
///
/// The estimate is in-sample: its risk on the tasks from which it is estimated is optimistic. For one task it is
/// diagonal in the principal components.
#[derive(Debug, Clone)]
pub struct Estimate {
    /// Eigenvalues of Ŝ (not times p).
    pub(super) energies: Vec<f64>,
    /// Its eigenvectors in the eigenbasis of Σ̂; `None` for the identity.
    pub(super) rotation: Option<Mat<f64>>,
}

impl Estimate {
    /// For one task (zᵢ² − c)₊ in principal components (section 9.7). For the mean over tasks, the positive part of
    /// the mean over the ensemble of zzᵀ − (σ̄²/N) I (section 9.8), by one eigendecomposition. The trace is the
    /// signal in both cases.
    ///
    /// # Errors
    /// If the eigendecomposition fails.
    pub fn new(pool: &Pool, task: TaskChoice) -> Result<Self, DataError> {
        match task {
            TaskChoice::Task(_) => {
                let energies = pool.principal_energies(task);
                Ok(Self { energies: positive_part(&energies, pool.signal(task)), rotation: None })
            }
            TaskChoice::Mean => Self::of_tasks(pool, &pool.ensemble_tasks()),
        }
    }

    /// The estimate from these tasks.
    pub(super) fn of_tasks(pool: &Pool, tasks: &[usize]) -> Result<Self, DataError> {
        let (covariance, total) = mean_outer(pool, tasks);
        let found = eigen(covariance.as_ref(), Threads::All)?;
        Ok(Self { energies: positive_part(&found.values, total), rotation: Some(found.vectors) })
    }

    /// Task spectrum τ = p·(eigenvalues of Ŝ) on the r directions that the features span.
    ///
    /// # Errors
    /// None for a checked pool.
    pub fn task_spectrum(&self, pool: &Pool) -> Result<TaskSpectrum, DataError> {
        let p = pool.dimension() as f64;
        let reach = self.energies.len() as f64 / p;
        TaskSpectrum::within(reach, self.energies.iter().map(|e| (1.0 / p, e * p)))
            .map_err(|e| DataError::input("task spectrum", e.to_string()))
    }
}

/// The mean over tasks of zzᵀ − (σ̄²/N) I, and its trace.
pub(super) fn mean_outer(pool: &Pool, tasks: &[usize]) -> (Mat<f64>, f64) {
    let (rank, count) = (pool.rank(), tasks.len().max(1) as f64);
    let noise = tasks.iter().map(|&t| pool.noise(TaskChoice::Task(t))).sum::<f64>() / count;
    let z = Mat::from_fn(rank, tasks.len(), |i, t| {
        tasks.get(t).map_or(f64::NAN, |&t| *pool.coefficients().get(i, t)) / count.sqrt()
    });
    let mut covariance = gram(z.as_ref(), Threads::All);
    mirror(covariance.as_mut());
    let correction = noise / pool.rows() as f64;
    let mut total = 0.0;
    for entry in covariance.diagonal_mut().column_vector_mut().iter_mut() {
        *entry -= correction;
        total += *entry;
    }
    (covariance, total)
}

/// Eigenpairs of M for one featurization of a pool. The scale is arbitrary: spectra are normalised to mean
/// eigenvalue 1.
#[derive(Debug, Clone)]
pub struct Featurizer {
    /// Eigenvalues s ≥ 0, at most r.
    pub(super) eigenvalues: Vec<f64>,
    /// Eigenvectors in the eigenbasis of Σ̂, one column for each eigenvalue; `None` for the identity.
    pub(super) rotation: Option<Mat<f64>>,
}

impl Featurizer {
    /// Raw features, F = I.
    #[must_use]
    pub fn raw(pool: &Pool) -> Self {
        Self { eigenvalues: pool.eigenvalues().to_vec(), rotation: None }
    }

    /// Whitened features, F = Σ̂⁻¹ on its range.
    #[must_use]
    pub fn whitened(pool: &Pool) -> Self {
        Self { eigenvalues: vec![1.0; pool.rank()], rotation: None }
    }

    /// The power F = Σ̂^v on the range of Σ̂.
    #[must_use]
    pub fn power(pool: &Pool, exponent: f64) -> Self {
        let scales = relative(pool.eigenvalues());
        Self { eigenvalues: scales.iter().map(|s| s.powf(1.0 + exponent)).collect(), rotation: None }
    }

    /// The top `size` principal components (at most the rank), unscaled.
    #[must_use]
    pub fn pca(pool: &Pool, size: usize) -> Self {
        let keep = |(i, &s): (usize, &f64)| if i < size { s } else { 0.0 };
        Self { eigenvalues: pool.eigenvalues().iter().enumerate().map(keep).collect(), rotation: None }
    }

    /// The estimated ground truth, F = Σ̂_θ.
    #[must_use]
    pub fn ground_truth(estimate: &Estimate) -> Self {
        Self { eigenvalues: estimate.energies.clone(), rotation: estimate.rotation.clone() }
    }

    /// The mixture F = Σ̂_θ + m Σ̂⁻¹, the family of the soft optimum (where m = μ/p, section 5).
    ///
    /// # Errors
    /// If m is negative or not finite.
    pub fn mix(estimate: &Estimate, m: f64) -> Result<Self, DataError> {
        if !(m >= 0.0 && m.is_finite()) {
            return Err(DataError::input(
                "mix",
                format!("its weight is {m}; accepted are numbers of at least 0"),
            ));
        }
        let eigenvalues = estimate.energies.iter().map(|e| e + m).collect();
        Ok(Self { eigenvalues, rotation: estimate.rotation.clone() })
    }

    /// The two-exponent family of section 7 in symmetric form, F = Σ̂^{v/2} Σ̂_θ^u Σ̂^{v/2} with u = `task` and v =
    /// `covariates`.
    ///
    /// # Errors
    /// If an exponent is not finite, a negative exponent meets an energy of 0, or the range overflows.
    pub fn exponents(
        pool: &Pool,
        estimate: &Estimate,
        task: f64,
        covariates: f64,
    ) -> Result<Self, DataError> {
        let bad = |problem: String| Err(DataError::input("featurization exponents", problem));
        if !(task.is_finite() && covariates.is_finite()) {
            return bad(format!("are {task} and {covariates}; accepted are finite numbers"));
        }
        let scales = relative(pool.eigenvalues());
        let factor = match &estimate.rotation {
            // Diagonal case: Σ_θ = Ŝ/s, M = s^{1+v} (Ŝ/s)^u.
            None => {
                let eigenvalues: Vec<f64> = scales
                    .iter()
                    .zip(relative(&estimate.energies))
                    .map(|(s, e)| {
                        s.powf(1.0 + covariates) * if task == 0.0 { 1.0 } else { (e / s).powf(task) }
                    })
                    .collect();
                if eigenvalues.iter().any(|v| !v.is_finite()) {
                    return bad(format!(
                        "task = {task} is too far below 0 for directions without energy; accepted are exponents from 0"
                    ));
                }
                return Ok(Self { eigenvalues, rotation: None });
            }
            Some(rotation) => {
                // Σ_θ = Σ^{-1/2} Ŝ Σ^{-1/2} = W g Wᵀ; the factor of M is Σ^{(1+v)/2} W g^{u/2}.
                let (rank, energies) = (pool.rank(), relative(&estimate.energies));
                let at = |values: &[f64], i: usize| values.get(i).copied().unwrap_or(f64::NAN);
                let half = Mat::from_fn(rank, rotation.ncols(), |i, j| {
                    rotation.get(i, j) * (at(&energies, j) / at(&scales, i)).sqrt()
                });
                let Svd { left, lengths, .. } = svd(half.as_ref(), Threads::All)?;
                let longest = leading(&lengths);
                let floor = longest * rank as f64 * f64::EPSILON;
                if task < 0.0 && lengths.iter().any(|&l| l <= floor) {
                    return bad(format!(
                        "task = {task} is below 0 but the tasks do not span all directions; accepted are exponents from 0"
                    ));
                }
                Mat::from_fn(rank, lengths.len(), |i, j| {
                    let length = at(&lengths, j);
                    let power = match task {
                        0.0 => 1.0,
                        _ if length <= floor => 0.0,
                        u => (length / longest).powf(u),
                    };
                    at(&scales, i).powf((1.0 + covariates) / 2.0) * left.get(i, j) * power
                })
            }
        };
        Self::from_factor(factor.as_ref())
    }

    /// The featurization F = BBᵀ with B p×k.
    ///
    /// # Errors
    /// If B does not have p rows, a number is not finite, or B is 0 on the range of the features.
    pub(crate) fn factor(pool: &Pool, b: MatRef<'_, f64>) -> Result<Self, DataError> {
        matching(pool, b.nrows(), b.ncols(), "is a factor B")?;
        check_finite(b)?;
        let mut rotated = product(pool.basis().transpose(), b, Threads::All);
        scale_rows(rotated.as_mut(), &roots(pool));
        Self::from_factor(rotated.as_ref())
    }

    /// The featurization F, p×p, symmetric and positive semidefinite.
    ///
    /// # Errors
    /// If F is not, or as for [`Featurizer::factor`].
    pub(crate) fn symmetric(pool: &Pool, f: MatRef<'_, f64>) -> Result<Self, DataError> {
        let bad = |problem: String| DataError::input("featurization", problem);
        matching(pool, f.nrows(), f.ncols(), "is a matrix F")?;
        check_finite(f)?;
        let largest = f.norm_max();
        let skew = (f - f.transpose()).norm_max();
        if f.nrows() != f.ncols() || skew > 1e-8 * largest {
            return Err(bad("F is not symmetric; accepted are F = BBᵀ (p×p) or a factor B (p×k)".into()));
        }
        let half = product(f, pool.basis(), Threads::All);
        let mut m = product(pool.basis().transpose(), half.as_ref(), Threads::All);
        let roots = roots(pool);
        scale_rows(m.as_mut(), &roots);
        scale_columns(m.as_mut(), &roots);
        let Eigen { values: mut eigenvalues, vectors } = eigen(m.as_ref(), Threads::All)?;
        let top = leading(&eigenvalues);
        if let Some(lowest) = eigenvalues.last().filter(|&&l| l < -1e-8 * top.abs()) {
            return Err(bad(format!(
                "F is not positive semidefinite (it has the eigenvalue {lowest:e}); accepted are F = BBᵀ"
            )));
        }
        let floor = top * pool.rank() as f64 * f64::EPSILON;
        eigenvalues.iter_mut().for_each(|s| *s = if *s > floor { *s } else { 0.0 });
        nonzero(Self { eigenvalues, rotation: Some(vectors) })
    }

    /// M = CCᵀ from the singular values of C, which are accurate over twice as many decades as the eigenvalues of M.
    fn from_factor(c: MatRef<'_, f64>) -> Result<Self, DataError> {
        let Svd { left, lengths, .. } = svd(c, Threads::All)?;
        let longest = leading(&lengths);
        let floor = longest * c.nrows().max(c.ncols()) as f64 * f64::EPSILON;
        let eigenvalues =
            lengths.iter().map(|&l| if l > floor { (l / longest).powi(2) } else { 0.0 }).collect();
        nonzero(Self { eigenvalues, rotation: Some(left) })
    }

    /// A featurizer with the eigenvectors of the estimate and eigenvalues given as a function of energy.
    #[must_use]
    pub fn along(estimate: &Estimate, eigenvalue: impl Fn(f64) -> f64) -> Self {
        let eigenvalues = estimate.energies.iter().map(|&e| eigenvalue(e)).collect();
        Self { eigenvalues, rotation: estimate.rotation.clone() }
    }

    /// The spectrum for a task: eigenvalues with mean 1 over the p directions and signed energies p(z'² − σ̂²/N); for
    /// [`TaskChoice::Mean`] the mean energies over all tasks.
    ///
    /// # Errors
    /// If a number overflows.
    pub fn spectrum(&self, pool: &Pool, task: TaskChoice) -> Result<Spectrum, DataError> {
        let p = pool.dimension() as f64;
        let energies = match &self.rotation {
            None => pool.principal_energies(task),
            Some(rotation) => pool.rotated_energies(rotation.as_ref(), task),
        };
        let largest = self.eigenvalues.iter().fold(0.0_f64, |m, &s| m.max(s));
        let scale = if largest > 0.0 { largest } else { 1.0 };
        let mut directions: Vec<(f64, f64)> =
            self.eigenvalues.iter().zip(&energies).map(|(&s, &e)| (s / scale, p * e)).collect();
        // The remaining directions of the range have s = 0 but carry the remaining signal.
        let rest = pool.rank().saturating_sub(directions.len());
        if rest > 0 {
            let left = pool.signal(task) - energies.iter().sum::<f64>();
            directions.extend(std::iter::repeat_n((0.0, p * left / rest as f64), rest));
        }
        directions.resize(pool.dimension(), (0.0, 0.0));
        Spectrum::uniform(&directions)
            .map(Spectrum::normalized)
            .map_err(|e| DataError::input("measured spectrum", e.to_string()))
    }
}

impl Pool {
    /// zᵢ² − σ̂²/N along the principal components; negative where noise outweighs signal.
    pub(super) fn principal_energies(&self, task: TaskChoice) -> Vec<f64> {
        self.energies(self.coefficients(), task)
    }

    pub(super) fn rotated_energies(&self, rotation: MatRef<'_, f64>, task: TaskChoice) -> Vec<f64> {
        match task {
            TaskChoice::Task(t) if t < self.tasks().len() => {
                let z = product(rotation.transpose(), self.coefficients().get(.., t..t + 1), Threads::One);
                let correction = self.noise(task) / self.rows() as f64;
                z.col(0).iter().map(|z| z * z - correction).collect()
            }
            _ => {
                let z = product(rotation.transpose(), self.coefficients(), Threads::All);
                self.energies(z.as_ref(), task)
            }
        }
    }

    /// Energies of a task from the coefficients of all tasks.
    fn energies(&self, z: MatRef<'_, f64>, task: TaskChoice) -> Vec<f64> {
        let correction = self.noise(task) / self.rows() as f64;
        let chosen: Vec<_> = match task {
            TaskChoice::Mean => z.col_iter().collect(),
            TaskChoice::Task(t) => z.col_iter().skip(t).take(1).collect(),
        };
        let mut energies = vec![-correction; z.nrows()];
        for column in &chosen {
            for (e, z) in energies.iter_mut().zip(column.iter()) {
                *e += z * z / chosen.len() as f64;
            }
        }
        energies
    }
}

/// Values divided by the largest, so that powers stay in range.
fn relative(values: &[f64]) -> Vec<f64> {
    let largest = values.iter().fold(0.0_f64, |m, &v| m.max(v));
    values.iter().map(|v| if largest > 0.0 { v / largest } else { 0.0 }).collect()
}

/// Square roots of the eigenvalues of Σ̂.
fn roots(pool: &Pool) -> Vec<f64> {
    pool.eigenvalues().iter().map(|s| s.sqrt()).collect()
}

impl From<Undecomposed> for DataError {
    fn from(_: Undecomposed) -> Self {
        Self::input("featurization", "could not be decomposed")
    }
}

fn matching(pool: &Pool, rows: usize, columns: usize, what: &str) -> Result<(), DataError> {
    if rows == pool.dimension() && columns > 0 {
        return Ok(());
    }
    Err(DataError::input(
        "featurization",
        format!(
            "{what} of {rows}×{columns} for {} features; accepted is one row a feature",
            pool.dimension()
        ),
    ))
}

fn check_finite(matrix: MatRef<'_, f64>) -> Result<(), DataError> {
    super::targets::finite("featurization", &matrix.to_owned(), &|at| super::error::column(None, at))
}

fn nonzero(featurizer: Featurizer) -> Result<Featurizer, DataError> {
    if featurizer.eigenvalues.iter().any(|&s| s > 0.0) {
        return Ok(featurizer);
    }
    Err(DataError::input("featurization", "maps every feature to 0; accepted are matrices that keep some"))
}
