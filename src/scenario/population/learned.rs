//! A learned featurization (section 7): upstream tasks θ_i ~ (0, Σ_θ), each fitted by minimum-norm least squares to N
//! noisy samples; F = (1/m) Σ θ̂_i θ̂_iᵀ.
//!
//! θ̂ = X⁺Xθ + X⁺ε is linear in the two parts of the labels. Both are drawn once; signal and noise enter as weights.
//! Every task has its own stream of random numbers, so that draws depend neither on threads nor on the number of
//! tasks.

use faer::{Mat, MatRef};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};
use rayon::prelude::*;

use crate::linalg::{Threads, add_gram, gram, product, scale_rows, semidefinite};
use crate::scenario::ScenarioError;
use crate::scenario::population::geometry::Geometry;

/// The fitted upstream tasks, multiplied by Σ_x^{1/2}.
#[derive(Debug)]
pub(in crate::scenario) struct Draws {
    tasks: usize,
    samples: usize,
    seed: u64,
    /// Σ_x^{1/2}X⁺Xθ for signal 1, p×m.
    signal: Mat<f64>,
    /// Σ_x^{1/2}X⁺ε for noise 1, p×m.
    noise: Mat<f64>,
}

/// Samples drawn at a time, between two calls of `stop`.
const BLOCK: usize = 1024;

impl Draws {
    /// Continues from `known` if its samples and seed are the same: earlier tasks are the first of the new ones.
    pub fn new(
        geometry: &Geometry,
        (tasks, samples, seed): (usize, usize, u64),
        known: Option<&Self>,
        stop: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, ScenarioError> {
        let p = geometry.p();
        let known = known.filter(|known| known.reaches(0, samples, seed));
        let first = known.map_or(0, |known| known.tasks.min(tasks));
        let stream = |number: u64| {
            let mut stream = ChaCha8Rng::seed_from_u64(seed);
            stream.set_stream(number);
            stream
        };
        let mut standard = Mat::zeros(p, tasks - first);
        for (task, column) in (first..tasks).zip(standard.col_iter_mut()) {
            column.iter_mut().zip(StandardNormal.sample_iter(stream(task as u64))).for_each(|(g, z)| *g = z);
        }
        let truth = geometry.tasks(standard);
        let fit = |task: usize| {
            // Streams of samples come after all streams of tasks.
            let samples_of = stream(task as u64 + (1 << 32));
            let column = task - first;
            fit(geometry, truth.get(.., column..column + 1), samples, samples_of, stop)
        };
        let fitted: Vec<Mat<f64>> = (first..tasks).into_par_iter().map(fit).collect::<Result<_, _>>()?;
        let deviations: Vec<f64> = geometry.x.iter().map(|x| x.sqrt()).collect();
        let part = |which: usize, before: Option<&Mat<f64>>| {
            let mut part =
                Mat::from_fn(p, tasks - first, |i, t| fitted.get(t).map_or(f64::NAN, |f| *f.get(i, which)));
            scale_rows(part.as_mut(), &deviations);
            match before {
                Some(before) => faer::concat![[before.get(.., ..first), part]],
                None => part,
            }
        };
        let (signal, noise) = (part(0, known.map(|k| &k.signal)), part(1, known.map(|k| &k.noise)));
        Ok(Self { tasks, samples, seed, signal, noise })
    }

    /// Whether at least `tasks` tasks are drawn with these samples and this seed.
    pub fn reaches(&self, tasks: usize, samples: usize, seed: u64) -> bool {
        self.tasks >= tasks && (self.samples, self.seed) == (samples, seed)
    }

    /// C with M = CCᵀ, from the first `tasks` tasks.
    pub fn factor(&self, tasks: usize, signal: f64, noise: f64) -> Mat<f64> {
        let (r, sigma) = ((signal / tasks as f64).sqrt(), (noise / tasks as f64).sqrt());
        Mat::from_fn(self.signal.nrows(), tasks.min(self.tasks), |i, j| {
            r * self.signal.get(i, j) + sigma * self.noise.get(i, j)
        })
    }
}

/// X⁺Xθ and X⁺ε, side by side, for a task given as Σ_x^{1/2}θ.
fn fit(
    geometry: &Geometry,
    task: MatRef<'_, f64>,
    samples: usize,
    mut random: ChaCha8Rng,
    stop: &(dyn Fn() -> bool + Sync),
) -> Result<Mat<f64>, ScenarioError> {
    let p = geometry.p();
    let failed = |_| ScenarioError::new("an upstream task could not be fitted");
    let deviations: Vec<f64> = geometry.x.iter().map(|x| x.sqrt()).collect();
    // Samples are columns.
    let mut draw = |count: usize| {
        if stop() {
            return Err(ScenarioError::Interrupted);
        }
        let mut x = Mat::zeros(p, count);
        let mut labels = Mat::zeros(count, 2);
        for (j, column) in x.col_iter_mut().enumerate() {
            column.iter_mut().for_each(|v| *v = StandardNormal.sample(&mut random));
            *labels.get_mut(j, 1) = StandardNormal.sample(&mut random);
        }
        let explained = product(x.transpose(), task, Threads::One);
        labels.col_mut(0).copy_from(explained.col(0));
        scale_rows(x.as_mut(), &deviations);
        Ok((x, labels))
    };
    if samples <= p {
        // Xᵀ(XXᵀ)⁺y
        let (x, labels) = draw(samples)?;
        let dual = semidefinite(gram(x.transpose(), Threads::One), labels).map_err(failed)?;
        return Ok(product(x.as_ref(), dual.as_ref(), Threads::One));
    }
    // (XᵀX)⁺Xᵀy
    let (mut gram, mut moments) = (Mat::zeros(p, p), Mat::zeros(p, 2));
    for start in (0..samples).step_by(BLOCK) {
        let (x, labels) = draw(BLOCK.min(samples - start))?;
        add_gram(gram.as_mut(), x.as_ref(), Threads::One);
        moments += product(x.as_ref(), labels.as_ref(), Threads::One);
    }
    semidefinite(gram, moments).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn geometry(p: usize, decay: f64) -> Geometry {
        let directions: Vec<(f64, f64)> = (0..p)
            .map(|i| ((-decay * i as f64).exp(), if i < p / 2 { 2.0_f64.ln() } else { f64::NEG_INFINITY }))
            .collect();
        Geometry::commuting(&directions)
    }

    /// With N ≥ p and no noise the fit is the task itself; with N < p it is a projection that interpolates the
    /// samples, shorter than the task.
    #[test]
    fn noiseless_least_squares_recovers_the_task() {
        for decay in [0.0, 0.3] {
            let g = geometry(20, decay);
            let many = Draws::new(&g, (5, 40, 1), None, &|| false).unwrap();
            let truth = {
                let mut standard = Mat::zeros(20, 5);
                for (t, column) in standard.col_iter_mut().enumerate() {
                    let mut stream = ChaCha8Rng::seed_from_u64(1);
                    stream.set_stream(t as u64);
                    column.iter_mut().zip(StandardNormal.sample_iter(stream)).for_each(|(g, z)| *g = z);
                }
                g.tasks(standard)
            };
            assert!((&many.signal - &truth).norm_max() < 1e-9, "{decay}");
            let few = Draws::new(&g, (5, 12, 1), None, &|| false).unwrap();
            assert!((&few.signal - &truth).norm_max() > 1e-3);
        }
        // E‖X⁺ε‖² = tr E(XXᵀ)⁻¹ = N/(p − N − 1) for Gaussian rows.
        let draws = Draws::new(&geometry(40, 0.0), (400, 10, 2), None, &|| false).unwrap();
        let mean = draws.noise.squared_norm_l2() / 400.0;
        assert!((mean - 10.0 / 29.0).abs() < 0.05 * 10.0 / 29.0, "{mean}");
    }

    #[test]
    fn draws_do_not_depend_on_threads_or_on_the_number_of_tasks() {
        let g = geometry(60, 0.1);
        let threads = |n: usize| rayon::ThreadPoolBuilder::new().num_threads(n).build().unwrap();
        let draw = |tasks: usize| Draws::new(&g, (tasks, 50, 9), None, &|| false).unwrap();
        let one = threads(1).install(|| draw(8));
        let three = threads(3).install(|| draw(8));
        assert_eq!(one.signal, three.signal);
        assert_eq!(one.noise, three.noise);
        let few = draw(3);
        assert_eq!(few.signal.as_ref(), one.signal.get(.., ..3));
        // More tasks continue from fewer, and fewer are the first of more.
        let more = Draws::new(&g, (8, 50, 9), Some(&few), &|| false).unwrap();
        assert_eq!((&more.signal, &more.noise), (&one.signal, &one.noise));
        assert_eq!(few.factor(3, 1.0, 0.1), one.factor(3, 1.0, 0.1));
        let other = Draws::new(&g, (8, 50, 8), Some(&few), &|| false).unwrap();
        assert_ne!(other.signal, one.signal);
    }
}
