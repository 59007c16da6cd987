//! Exact expected risks at finite n and p for Gaussian rows (section 8).

use super::Spectrum;
use super::quantity::NoiseVariance;
use super::spectrum::SAME;

/// Expected risk without a ridge at n samples and dimension p, where a closed form exists. With k directions spanned
/// by the features and u the signal on the remaining ones:
///
/// - n ≥ k: least squares, (u + σ²)(n − 1)/(n − k − 1), infinite at n = k and k + 1;
/// - n < k and all k eigenvalues equal: minimum norm, G(1 − n/k) + (u + σ²)(1 + n/(k − n − 1)), G the signal on the k
///   directions;
/// - n = k − 1: infinite for any eigenvalues.
///
/// Under a test covariance (n ≥ k only) it is σ² + u_ρ + (u + σ²)·Σρ/(n − k − 1), with Σρ over the k directions.
/// Nothing diverges where u + σ² = 0. `None` where k is not a whole number (possible for a table of shares) or no
/// closed form exists.
#[must_use]
pub fn finite_risk(spectrum: &Spectrum, samples: u64, dimension: usize, noise: NoiseVariance) -> Option<f64> {
    let share = spectrum.rank() * dimension as f64;
    let directions = share.round();
    if (share - directions).abs() > 1e-6 || samples == 0 {
        return None;
    }
    let (n, k) = (samples as f64, directions);
    let floor = spectrum.unreachable() + noise.get();
    let inflated = |factor: f64, room: f64| match () {
        () if floor == 0.0 => 0.0,
        () if room <= 0.0 => f64::INFINITY,
        () => floor * factor / room,
    };
    // The inverse of the samples' Gram matrix has no mean, whatever the eigenvalues.
    if n + 1.0 == k && floor > 0.0 && spectrum.test().is_none_or(|test| test.rank() > 0.0) {
        return Some(f64::INFINITY);
    }
    if let Some(test) = spectrum.test() {
        let variance = if k == 0.0 { 0.0 } else { inflated(test.rank() * dimension as f64, n - k - 1.0) };
        return (n >= k).then(|| noise.get() + test.unreachable() + variance);
    }
    if n >= k {
        // Without features nothing is fitted.
        return Some(if k == 0.0 { floor } else { inflated(n - 1.0, n - k - 1.0) });
    }
    let (largest, smallest) = spectrum.range()?;
    let within = spectrum.signal() - spectrum.unreachable();
    (largest - smallest <= SAME * largest).then(|| within * (1.0 - n / k) + floor + inflated(n, k - n - 1.0))
}

/// Factor by which label noise and unfitted signal are multiplied in least squares with an intercept on k directions of
/// n Gaussian rows: (1 + 1/n)(n − 2)/(n − k − 2); the asymptotic factor is n/(n − k). Infinite for n ≤ k + 2.
#[must_use]
pub fn with_intercept(n: f64, k: f64) -> f64 {
    if n > k + 2.0 { (1.0 + n.recip()) * (n - 2.0) / (n - k - 2.0) } else { f64::INFINITY }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(v: f64) -> NoiseVariance {
        NoiseVariance::new(v).unwrap()
    }

    #[test]
    fn named_values() {
        let raw = Spectrum::new([(1.0, 1.0, 1.0)]).unwrap();
        let at = |n: u64, v: f64| finite_risk(&raw, n, 20, noise(v));
        // p = 20, n = 24: 0.767; the asymptotic value is 0.600.
        assert!((at(24, 0.1).unwrap() - 0.1 * 23.0 / 3.0).abs() < 1e-15);
        for n in [19, 20, 21] {
            assert_eq!(at(n, 0.1), Some(f64::INFINITY), "n = {n}");
        }
        assert_eq!((at(20, 0.0), at(5, 0.0)), (Some(0.0), Some(0.75)));
        // One sample fewer than directions has no mean, whatever their eigenvalues; two fewer have one.
        let uneven = Spectrum::new([(0.5, 1.0, 1.0), (0.5, 0.1, 1.0)]).unwrap();
        let uneven = |n: u64, v: f64| finite_risk(&uneven, n, 20, noise(v));
        assert_eq!((uneven(19, 0.1), uneven(18, 0.1), uneven(19, 0.0)), (Some(f64::INFINITY), None, None));
        assert!((at(10, 0.1).unwrap() - (0.5 + 0.1 * (1.0 + 10.0 / 9.0))).abs() < 1e-15);
        // Dropped signal acts as noise; without features there is nothing else.
        let half = Spectrum::new([(0.5, 2.0, 1.0), (0.5, 0.0, 0.4)]).unwrap();
        assert!((finite_risk(&half, 15, 20, noise(0.1)).unwrap() - 0.3 * 14.0 / 4.0).abs() < 1e-15);
        let null = Spectrum::new([(1.0, 0.0, 2.0)]).unwrap();
        assert_eq!(finite_risk(&null, 3, 20, noise(0.1)), Some(2.1));
        // Under a test covariance: Σρ = 10·3 over the ten directions, and the dropped signal counts twice.
        let shifted = Spectrum::shifted([(0.5, 2.0, 1.0, 3.0), (0.5, 0.0, 0.4, 2.0)]).unwrap();
        let got = finite_risk(&shifted, 15, 20, noise(0.1)).unwrap();
        assert!((got - (0.1 + 0.4 + 0.3 * 30.0 / 4.0)).abs() < 1e-14, "{got}");
        let same = Spectrum::shifted([(0.5, 2.0, 1.0, 1.0), (0.5, 0.0, 0.4, 1.0)]).unwrap();
        assert!((finite_risk(&same, 15, 20, noise(0.1)).unwrap() - 0.3 * 14.0 / 4.0).abs() < 1e-14);
        assert_eq!(finite_risk(&shifted, 5, 20, noise(0.1)), None);
        // No closed form: two different eigenvalues, and a number of directions that is not whole.
        let two = Spectrum::new([(0.5, 2.0, 1.0), (0.5, 1.0, 1.0)]).unwrap();
        assert_eq!(finite_risk(&two, 10, 20, noise(0.1)), None);
        assert!(finite_risk(&two, 30, 20, noise(0.1)).is_some());
        assert_eq!(finite_risk(&half, 10, 21, noise(0.1)), None);
    }

    /// Least squares on Gaussian rows with pure noise as labels and a fitted intercept.
    #[test]
    fn the_cost_of_an_intercept_matches_fits() {
        use rand::SeedableRng;
        use rand_distr::{Distribution, StandardNormal};
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        for (n, k) in [(12, 3), (30, 20)] {
            let draws = 4000;
            let mut total = 0.0;
            for _ in 0..draws {
                let mut normal = || StandardNormal.sample(&mut random);
                let design =
                    nalgebra::DMatrix::<f64>::from_fn(n, k + 1, |_, j| if j == k { 1.0 } else { normal() });
                let labels = nalgebra::DVector::<f64>::from_fn(n, |_, _| normal());
                let gram = design.transpose() * &design;
                let beta = gram.cholesky().unwrap().solve(&(design.transpose() * labels));
                total += 1.0 + beta.norm_squared();
            }
            let (mean, want) = (total / f64::from(draws), with_intercept(n as f64, k as f64));
            assert!((mean / want - 1.0).abs() < 0.03, "n = {n}, k = {k}: {mean} where {want} is right");
        }
        assert_eq!(with_intercept(5.0, 3.0), f64::INFINITY);
    }

    /// Convergence to the deterministic equivalent for large n and p.
    #[test]
    fn tends_to_the_deterministic_equivalent() {
        use super::super::{Ridge, SampleRatio, risk};
        let half = Spectrum::new([(0.5, 2.0, 1.0), (0.5, 0.0, 0.4)]).unwrap();
        for a in [0.1, 0.3, 0.7, 2.0] {
            let want = risk::evaluate(&half, SampleRatio::new(a).unwrap(), Ridge::ZERO, noise(0.1)).unwrap();
            let got = finite_risk(&half, (a * 1e7) as u64, 10_000_000, noise(0.1)).unwrap();
            assert!((got / want.risk - 1.0).abs() < 1e-5, "α={a}: {got} {want:?}");
        }
    }
}
