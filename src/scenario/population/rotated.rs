//! Σ_x and Σ_θ that do not commute (section 7): in the eigenbasis of Σ_x, Σ_x = diag(x) and Σ_θ = Q diag(θ) Qᵀ. Q is
//! computed from matrices in files, or from an angle φ:
//!
//! Q = cos φ·I + sin φ·J, where J (Jᵀ = −J, J² = −I) pairs random directions into planes: vᵀQv = cos φ for every unit
//! v, so that every direction is rotated by exactly φ. For odd p one random direction is fixed.

use std::path::Path;
use std::sync::Arc;

use faer::{Mat, MatRef};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use crate::linalg::{Memo, Threads, orthonormal, product};
use crate::scenario::ScenarioError;
use crate::scenario::description::{Family, Scenario};
use crate::scenario::population::commuting::Commuting;
use crate::scenario::population::families::{Run, spectrum};
use crate::scenario::population::geometry::Geometry;
use crate::scenario::population::given::Covariance;
use crate::theory::{Spectrum, TaskSpectrum};

/// A population whose Σ_x and Σ_θ do not commute.
#[derive(Debug)]
pub(in crate::scenario) struct Rotated {
    pub geometry: Geometry,
    turn: Eigenvectors,
    /// Whether Σ_θ is singular, so that negative powers do not exist.
    singular: bool,
    /// ln θ by task direction.
    logs: Vec<f64>,
    pub notes: Vec<String>,
    /// Eigenvalues of p·Σ_x^{1/2}Σ_θΣ_x^{1/2} for signal 1.
    energies: Memo<Result<Vec<f64>, ScenarioError>>,
}

/// Q, the eigenvectors of Σ_θ in the eigenbasis of Σ_x.
#[derive(Debug)]
enum Eigenvectors {
    /// An angle in degrees, in random planes.
    Planes { plane: Arc<Plane>, angle: f64 },
    /// The eigenvectors of matrices from files.
    Given(Mat<f64>),
}

impl Eigenvectors {
    fn rotation(&self) -> Mat<f64> {
        match self {
            Self::Planes { plane, angle } => plane.rotation(*angle),
            Self::Given(q) => q.clone(),
        }
    }
}

/// Random planes of a rotation.
#[derive(Debug)]
struct Plane {
    p: usize,
    seed: u64,
    /// The matrix J.
    turn: Mat<f64>,
    /// The fixed direction for odd p.
    axis: Option<Vec<f64>>,
}

impl Rotated {
    /// `aligned` has both spectra; `angle` is in degrees. The planes are reused from `previous` if they are the same.
    pub fn new(
        aligned: Commuting,
        angle: f64,
        seed: u64,
        previous: Option<&Self>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let directions: Vec<_> = aligned.directions().into_iter().map(|(x, theta, _)| (x, theta)).collect();
        let p = directions.len();
        let plane = match previous.map(|before| &before.turn) {
            Some(Eigenvectors::Planes { plane, .. }) if plane.p == p && plane.seed == seed => {
                Arc::clone(plane)
            }
            _ => Arc::new(Plane::new(p, seed, stop)?),
        };
        Ok(Self::of_turn(&directions, Eigenvectors::Planes { plane, angle }, aligned.notes))
    }

    /// Σ_θ from a file, and Σ_x from a file or diagonal in the coordinates of Σ_θ.
    pub fn of_file(scenario: &Scenario, tasks: &Path) -> Result<Self, ScenarioError> {
        let mut notes = Vec::new();
        let found = Covariance::of_tasks(tasks)?;
        let p = found.values.len();
        let (mut x, basis) = match &scenario.covariates {
            Family::File { file } => {
                let of_x = Covariance::of_covariates(file)?;
                if of_x.values.len() != p {
                    return Err(ScenarioError::new(format!(
                        "covariates.file {} has dimension {} and task.file {} has dimension {p}; accepted are covariances \
                         of equal dimension",
                        file.display(),
                        of_x.values.len(),
                        tasks.display()
                    )));
                }
                (of_x.values, Some(of_x.axes.vectors()))
            }
            family => {
                let runs = spectrum(family, p, "covariates", &mut notes);
                let top = runs.iter().map(|run| run.log).fold(f64::NEG_INFINITY, f64::max);
                let value = |run: &Run| (run.log - top).exp().max(f64::MIN_POSITIVE);
                (runs.iter().flat_map(|run| std::iter::repeat_n(value(run), run.count)).collect(), None)
            }
        };
        let mean = crate::theory::numeric::sum(x.iter().copied()) / p as f64;
        x.iter_mut().for_each(|x| *x /= mean);
        let vectors = found.axes.vectors();
        let turn = match basis {
            Some(basis) => product(basis.transpose(), vectors.as_ref(), Threads::All),
            None => vectors,
        };
        let directions: Vec<_> = x.into_iter().zip(found.values.iter().map(|v| v.ln())).collect();
        Ok(Self::of_turn(&directions, Eigenvectors::Given(turn), notes))
    }

    /// (x, ln θ) per direction of Σ_x and of Σ_θ.
    fn of_turn(directions: &[(f64, f64)], turn: Eigenvectors, notes: Vec<String>) -> Self {
        let logs: Vec<f64> = directions.iter().map(|d| d.1).collect();
        Self {
            geometry: Geometry::rotated(directions, turn.rotation().as_ref()),
            turn,
            singular: logs.contains(&f64::NEG_INFINITY),
            logs,
            notes,
            energies: Memo::default(),
        }
    }

    /// F = Σ_x^v: diagonal in the directions of the covariates.
    fn diagonal(&self, power: f64, signal: f64) -> Result<Spectrum, ScenarioError> {
        let log = |x: f64| x.max(f64::MIN_POSITIVE).ln() * power;
        let top = self.geometry.x.iter().fold(f64::NEG_INFINITY, |m, &x| m.max(log(x)));
        let s = |x: f64| (log(x) - top).exp();
        let energies = self.geometry.along_axes();
        let directions: Vec<_> =
            self.geometry.x.iter().zip(energies).map(|(&x, t)| (s(x), t * signal)).collect();
        Ok(Spectrum::uniform(&directions)?.normalized())
    }

    /// F = Σ_x^{v/2}Σ_θ^uΣ_x^{v/2}: M = CCᵀ with C = Σ_x^{(1+v)/2} Q θ^{u/2}.
    pub fn exponents(&self, u: f64, v: f64, signal: f64) -> Result<Spectrum, ScenarioError> {
        if u == 0.0 {
            return self.diagonal(1.0 + v, signal);
        }
        if u < 0.0 && self.singular {
            return Err(ScenarioError::new(format!(
                "featurization exponents ({u}, {v}) raises an eigenvalue 0 to a negative power; accepted there are \
                 task exponents of at least 0"
            )));
        }
        let mut c = self.turn.rotation();
        let powers = |logs: &mut dyn Iterator<Item = f64>, power: f64| {
            let logs: Vec<f64> = logs.map(|l| power * l).collect();
            let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            logs.into_iter().map(|l| (l - top).exp()).collect::<Vec<f64>>()
        };
        let right = powers(&mut self.logs.iter().copied(), 0.5 * u);
        let left =
            powers(&mut self.geometry.x.iter().map(|x| x.max(f64::MIN_POSITIVE).ln()), 0.5 * (1.0 + v));
        for (column, right) in c.col_iter_mut().zip(right) {
            column.iter_mut().zip(&left).for_each(|(c, left)| *c *= left * right);
        }
        let spectrum = self.geometry.of_factor(c.as_ref(), signal)?.normalized();
        let lost = self.share_with_energy() - spectrum.rank();
        Ok(spectrum.with_lost(lost.max(0.0)))
    }

    /// Share of the directions with task energy.
    fn share_with_energy(&self) -> f64 {
        let silent = self.logs.iter().filter(|log| **log == f64::NEG_INFINITY).count();
        1.0 - silent as f64 / self.logs.len() as f64
    }

    pub fn task_spectrum(&self, signal: f64) -> Result<TaskSpectrum, ScenarioError> {
        let energies =
            self.energies.get_or_compute(|| self.geometry.energies()).as_ref().map_err(Clone::clone)?;
        let scaled: Vec<f64> = energies.iter().map(|t| t * signal).collect();
        let task = TaskSpectrum::uniform(&scaled)?;
        let lost = self.share_with_energy() - task.rank();
        Ok(task.with_lost(lost.max(0.0)))
    }
}

impl Plane {
    /// J = U·blockdiag([0 −1; 1 0])·Uᵀ for a random orthogonal U (QR of a Gaussian matrix).
    fn new(p: usize, seed: u64, stop: &(dyn Fn() -> bool + Sync)) -> Result<Self, ScenarioError> {
        let go_on = || if stop() { Err(ScenarioError::Interrupted) } else { Ok(()) };
        let gaussian: Vec<f64> =
            StandardNormal.sample_iter(ChaCha8Rng::seed_from_u64(seed)).take(p * p).collect();
        go_on()?;
        let gaussian = MatRef::from_column_major_slice(&gaussian, p, p).to_owned();
        let u = orthonormal(gaussian, Threads::All)
            .map_err(|_| ScenarioError::new("there is too little memory for a rotation of this dimension"))?;
        go_on()?;
        let half = p / 2;
        let (first, rest) = u.as_ref().split_at_col(half);
        let (second, last) = rest.split_at_col(half);
        let forth = product(second, first.transpose(), Threads::All);
        let turn = &forth - forth.transpose();
        let axis = last.col_iter().next().map(|column| column.iter().copied().collect());
        Ok(Self { p, seed, turn, axis })
    }

    /// Q for an angle in degrees.
    fn rotation(&self, angle: f64) -> Mat<f64> {
        let (sin, cos) = angle.to_radians().sin_cos();
        let mut q = self.turn.clone();
        for (j, column) in q.col_iter_mut().enumerate() {
            let kept =
                self.axis.as_ref().map(|axis| (axis, axis.get(j).map_or(f64::NAN, |a| a * (1.0 - cos))));
            for (i, v) in column.iter_mut().enumerate() {
                *v *= sin;
                if i == j {
                    *v += cos;
                }
                if let Some((axis, along)) = &kept {
                    *v += axis.get(i).map_or(f64::NAN, |a| a * along);
                }
            }
        }
        q
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::description::Alignment;

    fn rotated(p: usize, angle: f64, text: &str) -> (Rotated, Vec<(f64, f64)>) {
        let scenario = Scenario::from_toml(&format!("dimension = {p}\n{text}")).unwrap();
        assert_eq!(scenario.task.alignment, Alignment::Aligned);
        let aligned = Commuting::of_families(&scenario).unwrap();
        let directions = aligned.directions().into_iter().map(|(x, theta, _)| (x, theta)).collect();
        (Rotated::new(aligned, angle, 7, None, &|| false).unwrap(), directions)
    }

    #[test]
    fn matrices_from_files_equal_the_rotated_pair() {
        let text = "[covariates]\nfamily = \"power-law\"\nexponent = 1.0\n[task]\nfamily = \"exponential\"\nscale = 10.0";
        let p = 24;
        let (want, directions) = rotated(p, 25.0, text);
        let basis = Plane::new(p, 99, &|| false).unwrap().rotation(70.0);
        let turned = &basis * want.turn.rotation();
        let covariance = |q: &Mat<f64>, of: fn(&(f64, f64)) -> f64| {
            ndarray::Array2::from_shape_fn((p, p), |(i, j)| {
                (0..p).map(|k| q[(i, k)] * of(&directions[k]) * q[(j, k)]).sum::<f64>()
            })
        };
        let folder = tempfile::tempdir().unwrap();
        let (of_x, of_theta) = (folder.path().join("x.npy"), folder.path().join("theta.npy"));
        ndarray_npy::write_npy(&of_x, &(3.0 * covariance(&basis, |d| d.0))).unwrap();
        ndarray_npy::write_npy(&of_theta, &(0.2 * covariance(&turned, |d| d.1.exp()))).unwrap();
        let mut scenario = Scenario::from_toml(&format!("dimension = {p}\n{text}")).unwrap();
        scenario.set("covariates.file", of_x.to_str().unwrap()).unwrap();
        scenario.set("task.file", of_theta.to_str().unwrap()).unwrap();
        let got = Rotated::of_file(&scenario, &of_theta).unwrap();
        let equal = |got: &[f64], want: &[f64]| {
            assert_eq!(got.len(), want.len());
            for (got, want) in got.iter().zip(want) {
                assert!((got - want).abs() <= 1e-9 * want.abs(), "{got} against {want}");
            }
        };
        for (u, v) in [(0.0, 0.0), (1.0, 0.0), (0.5, -0.3)] {
            let (got, want) = (got.exponents(u, v, 1.0).unwrap(), want.exponents(u, v, 1.0).unwrap());
            equal(got.eigenvalues(), want.eigenvalues());
            equal(got.weighted_energies(), want.weighted_energies());
        }
        let (got, want) = (got.task_spectrum(1.0).unwrap(), want.task_spectrum(1.0).unwrap());
        equal(got.mix(0.0).eigenvalues(), want.mix(0.0).eigenvalues());
    }

    #[test]
    fn every_direction_is_rotated_by_the_angle() {
        for p in [1, 2, 5, 8] {
            let plane = Plane::new(p, 3, &|| false).unwrap();
            for angle in [0.0, 25.0, 90.0, 140.0, -60.0] {
                let q = plane.rotation(angle);
                assert!((q.transpose() * &q - Mat::<f64>::identity(p, p)).norm_max() < 1e-14);
                // For any direction outside the fixed axis of odd p, the angle between v and Qv is φ.
                for seed in 0..3 {
                    let v: Vec<f64> =
                        StandardNormal.sample_iter(ChaCha8Rng::seed_from_u64(100 + seed)).take(p).collect();
                    let mut v = Mat::from_fn(p, 1, |i, _| v[i]);
                    if let Some(axis) = &plane.axis {
                        let along: f64 = axis.iter().enumerate().map(|(i, a)| a * v[(i, 0)]).sum();
                        v = Mat::from_fn(p, 1, |i, _| v[(i, 0)] - along * axis[i]);
                    }
                    let turned = &q * &v;
                    let cosine = (v.transpose() * &turned)[(0, 0)];
                    let length = (v.transpose() * &v)[(0, 0)];
                    assert!((cosine - length * angle.to_radians().cos()).abs() < 1e-13 * length.max(1.0));
                }
            }
        }
    }

    /// Σ w τ/(s+c)² = tr[(M+c)⁻¹ S (M+c)⁻¹] and Σ w s/(s+c) = tr[M(M+c)⁻¹]/p, with M and S computed entry by entry,
    /// for several c, which determines the spectrum.
    #[test]
    fn spectra_against_dense_matrices() {
        use faer::linalg::solvers::Solve;
        let families = "signal = 1.5\n[covariates]\nfamily = \"power-law\"\nexponent = 1.5\n\
                        [task]\nfamily = \"two-level\"\nfraction = 0.4\nratio = 0.05";
        for p in [6, 7] {
            let (population, directions) = rotated(p, 35.0, families);
            let q = population.turn.rotation();
            let power = |u: f64| {
                Mat::from_fn(p, p, |i, j| {
                    (0..p).map(|k| q[(i, k)] * (u * directions[k].1).exp() * q[(j, k)]).sum::<f64>()
                })
            };
            let around = |m: &Mat<f64>, v: f64| {
                Mat::from_fn(p, p, |i, j| (directions[i].0 * directions[j].0).powf(v / 2.0) * m[(i, j)])
            };
            let trace = |m: &Mat<f64>| (0..p).map(|i| m[(i, i)]).sum::<f64>();
            let scaled = |m: Mat<f64>, mean: f64| {
                let by = mean / trace(&m);
                Mat::from_fn(p, p, |i, j| by * m[(i, j)])
            };
            let s = scaled(around(&power(1.0), 1.0), 1.5);
            let identity = Mat::<f64>::identity(p, p);
            for ((u, v), m) in [
                ((0.0, 0.0), around(&identity, 1.0)),
                ((0.0, -1.0), identity.clone()),
                ((2.0, -0.5), around(&power(2.0), 0.5)),
                ((-1.0, 0.0), around(&power(-1.0), 1.0)),
                ((1.0, 0.0), s.clone()),
            ] {
                let m = scaled(m, p as f64);
                let spectrum = population.exponents(u, v, 1.5).unwrap();
                for c in [1e-3, 0.1, 1.0, 30.0] {
                    let shifted = &m + Mat::from_fn(p, p, |i, j| if i == j { c } else { 0.0 });
                    let inverse = shifted.full_piv_lu().solve(&identity);
                    let want = trace(&(&inverse * &s * &inverse));
                    let terms = spectrum.eigenvalues().iter().zip(spectrum.weighted_energies());
                    let got: f64 = terms.map(|(s, e)| e / (s + c).powi(2)).sum();
                    assert!((got - want).abs() < 1e-9 * want, "({u}, {v}) c={c}: {got} against {want}");
                    let want = trace(&(&m * &inverse)) / p as f64;
                    let terms = spectrum.eigenvalues().iter().zip(spectrum.weights());
                    let got: f64 = terms.map(|(s, w)| w * s / (s + c)).sum();
                    assert!((got - want).abs() < 1e-11 * want, "({u}, {v}) c={c}: {got} against {want}");
                }
            }
        }
    }
}
