//! Residues ζ = μ_*²/μ₁² of nonlinearities by Gaussian moments (section 11.1).

use std::f64::consts::{FRAC_PI_2, PI};

use super::super::quantity::{LARGEST, Residue};

/// A nonlinearity of random features, applied to projections of unit variance and centred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nonlinearity {
    /// f(z) = z: no residue.
    Linear,
    /// f(z) = max(z, 0): ζ = 1 − 2/π.
    Relu,
    /// f(z) = tanh z: ζ by quadrature.
    Tanh,
    /// f(z) = erf z: ζ = (3/2)·asin(2/3) − 1.
    Erf,
    /// f(z) = ±1: ζ = π/2 − 1.
    Sign,
    /// f(z) = |z|: no linear part, so that ζ is infinite.
    Abs,
}

impl Nonlinearity {
    /// Every nonlinearity.
    pub const ALL: [Self; 6] = [Self::Linear, Self::Relu, Self::Tanh, Self::Erf, Self::Sign, Self::Abs];

    /// The names in the order of [`Nonlinearity::ALL`].
    pub const NAMES: &[&str] = &["linear", "relu", "tanh", "erf", "sign", "abs"];

    /// The name in a scenario file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Relu => "relu",
            Self::Tanh => "tanh",
            Self::Erf => "erf",
            Self::Sign => "sign",
            Self::Abs => "abs",
        }
    }

    /// Residue ζ: the variance of the part of f(z) that is not linear in z over that of the linear part, z ~ N(0, 1).
    /// Without a linear part it is the largest accepted number, at which the risk equals its limit ζ → ∞ to all
    /// digits.
    #[must_use]
    pub fn residue(self) -> Residue {
        let value = match self {
            Self::Linear => 0.0,
            Self::Relu => 1.0 - FRAC_PI_2.recip(),
            Self::Tanh => residue_of(f64::tanh),
            Self::Erf => 1.5 * (2.0_f64 / 3.0).asin() - 1.0,
            Self::Sign => FRAC_PI_2 - 1.0,
            Self::Abs => LARGEST,
        };
        Residue::from_moments(value)
    }
}

/// ζ of a smooth odd f: E f² over (E z f)², less 1. The trapezoidal rule on the whole line converges exponentially.
fn residue_of(f: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 1.0 / 16.0;
    const STEPS: i32 = 16 * 12;
    let moment = |g: &dyn Fn(f64) -> f64| {
        let at = |i: i32| {
            let z = f64::from(i) * STEP;
            g(z) * (-0.5 * z * z).exp()
        };
        (-STEPS..=STEPS).map(at).sum::<f64>() * STEP / (2.0 * PI).sqrt()
    };
    let linear = moment(&|z| z * f(z));
    moment(&|z| f(z) * f(z)) / (linear * linear) - 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Power series of erf, accurate to 9 digits up to z = 4; beyond that erf is 1 to 8 digits.
    fn erf(z: f64) -> f64 {
        if z.abs() > 4.0 {
            return z.signum();
        }
        let (mut term, mut total) = (z, z);
        for k in 1..120 {
            term *= -z * z / f64::from(k);
            total += term / f64::from(2 * k + 1);
        }
        total * 2.0 / PI.sqrt()
    }

    /// Moments by a fine midpoint sum against the closed forms, and the quadrature on a function with known moments.
    #[test]
    fn residues_equal_gaussian_moments() {
        let sum = |f: fn(f64) -> f64| {
            let steps = 400_000;
            let (mut mean, mut linear, mut square) = (0.0, 0.0, 0.0);
            for i in 0..steps {
                let z = -10.0 + 20.0 * (f64::from(i) + 0.5) / f64::from(steps);
                let weight = (-0.5 * z * z).exp() / (2.0 * PI).sqrt() * 20.0 / f64::from(steps);
                mean += weight * f(z);
                linear += weight * z * f(z);
                square += weight * f(z) * f(z);
            }
            (square - mean * mean) / (linear * linear) - 1.0
        };
        for (kind, f) in [
            (Nonlinearity::Relu, (|z: f64| z.max(0.0)) as fn(f64) -> f64),
            (Nonlinearity::Tanh, f64::tanh),
            (Nonlinearity::Erf, erf),
            (Nonlinearity::Sign, f64::signum),
            (Nonlinearity::Linear, |z| z),
        ] {
            let (got, want) = (kind.residue().get(), sum(f));
            assert!((got - want).abs() < 1e-8, "{kind:?}: {got} for {want}");
        }
        // E sin² = (1 − e⁻²)/2, E z sin z = e^(−1/2).
        assert!((residue_of(f64::sin) - (1.0_f64.sinh() - 1.0)).abs() < 1e-14);
    }
}
