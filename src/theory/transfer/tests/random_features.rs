//! Random features: the formulas as written in section 11.1, sums of terms, exchange of samples and width, poles,
//! features without a linear part, tuned ridges.

use super::*;

/// Section 11.1 evaluated as written, with its subtractions, from κ₂ alone. In the tested settings no difference
/// loses more than four digits.
fn as_written(s: &Spectrum, nu: f64, zeta: f64, alpha: f64, kappa2: f64, v: f64) -> [f64; 4] {
    let sums = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        s.weights().iter().zip(s.eigenvalues()).map(|(&w, &x)| f(w, x / (x + kappa2))).sum()
    };
    let energies = |f: &dyn Fn(f64) -> f64| -> f64 {
        let reached: f64 = s
            .weighted_energies()
            .iter()
            .zip(s.eigenvalues())
            .map(|(&e, &x)| e * f(kappa2 / (x + kappa2)))
            .sum();
        reached + s.unreachable()
    };
    let (df1, df2) = (sums(&|w, a| w * a), sums(&|w, a| w * a * a));
    let (t, t2) = (energies(&|b| b), energies(&|b| b * b));
    let (d1, d2) = (1.0 - df1 / nu, 1.0 - df2 / nu);
    let first = kappa2 * d1;
    let kappa = first - zeta;
    let full = nu - kappa / first * (nu - df1);
    let inner = t - d1 / d2 * (t - t2);
    let given = (zeta * t + kappa * inner) / first;
    let q = (nu - df1) / first;
    let slope = ((df1 - df2) / (kappa2 * d2) - q) / first;
    let df2_full = nu - 2.0 * kappa * q - kappa * kappa * slope;
    [kappa, kappa * (1.0 - full / alpha), given, (given + v) / (1.0 - df2_full / alpha)]
}

#[test]
fn agrees_with_the_formulas_as_written() {
    let mut compared = 0;
    for (s, alpha, nu, zeta, lambda) in settings().filter(|case| case.0.weights().len() < 10) {
        let got = random(&s, nu, zeta, alpha, lambda, 0.1);
        let terms = got.representation.unwrap();
        // 0/0 as written where κ' = 0.
        if terms.kappa2 < 1e-3 || (got.kappa == 0.0 && zeta == 0.0) {
            continue;
        }
        let [kappa, back, given, risk] = as_written(&s, nu, zeta, alpha, terms.kappa2, 0.1);
        let scale = terms.kappa2 * 1e-11;
        assert!((kappa - got.kappa).abs() < scale && (back - lambda).abs() < scale, "{got:?} {kappa} {back}");
        close(given, terms.bias_given, 1e-9);
        close(risk, got.risk, 1e-8);
        compared += 1;
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn terms_sum_to_the_risk_and_none_is_negative() {
    for (s, alpha, nu, zeta, lambda) in settings() {
        for v in [0.0, 0.3] {
            let got = random(&s, nu, zeta, alpha, lambda, v);
            let t = got.representation.unwrap();
            let all = [
                got.bias,
                t.variance_w,
                got.variance_x,
                got.variance_x_noise,
                t.variance_w_x,
                t.variance_w_x_noise,
                got.noise,
            ];
            assert!(all.iter().all(|term| *term >= 0.0 && term.is_finite()), "{got:?}");
            close(all.iter().sum(), got.risk, 1e-12);
            close(got.excess() + v, got.risk, 1e-12);
            close(got.bias + t.variance_w, t.bias_given, 1e-14);
        }
    }
}

/// Without a residue κ₂ does not change when n and N are exchanged.
#[test]
fn samples_and_width_are_exchangeable_in_the_fixed_point() {
    for s in spectra() {
        for (alpha, nu) in [(0.2, 0.7), (0.9, 2.0), (0.5, 0.5), (3.0, 0.1)] {
            for lambda in [0.0, 1e-3, 1.0] {
                let one = random(&s, nu, 0.0, alpha, lambda, 0.1).representation.unwrap().kappa2;
                let other = random(&s, alpha, 0.0, nu, lambda, 0.1).representation.unwrap().kappa2;
                close(one, other, 1e-12);
            }
        }
    }
}

/// R ≈ C/|α − pole| with one C on both sides, at n = N (below the rank, or with a residue) and at n = rank.
#[test]
fn poles_are_at_the_width_and_at_the_rank() {
    let s = &spectra()[2];
    for (nu, zeta, pole) in [(0.4, 0.0, 0.4), (2.0, 0.0, 0.6), (2.0, 0.3, 2.0), (0.3, 1.0, 0.3)] {
        let features = RandomFeatures::new(s.clone(), width(nu), residue(zeta)).unwrap();
        close(features.reach(), pole, 1e-15);
        let at = |alpha: f64| random(s, nu, zeta, alpha, 0.0, 0.1);
        let on = at(pole);
        assert!(on.diverges() && on.representation.unwrap().variance_w_x_noise >= 0.0, "{on:?}");
        assert!(on.variance_x >= 0.0 && !on.variance_x_noise.is_nan() && on.train.is_finite());
        let strength = |distance: f64| at(pole + distance).risk * distance.abs();
        for distance in [1e-4, 1e-7, 1e-9] {
            close(strength(distance), strength(-distance), 20.0 * distance / pole + 1e-15 / distance);
            close(strength(distance), strength(1e-5), 1e-2);
        }
        // With a ridge there is no pole, and a small ridge hardly changes the rest of the curve.
        assert!(random(s, nu, zeta, pole, 1e-3, 0.1).risk.is_finite());
        close(random(s, nu, zeta, 1.1 * pole, 1e-13, 0.1).risk, at(1.1 * pole).risk, 1e-6);
    }
    assert_eq!(random(&Spectrum::new([(1.0, 1.0, 1.0)]).unwrap(), 2.0, 0.0, 1.0, 0.0, 0.0).risk, 0.0);
    let refused = RandomFeatures::new(s.clone(), width(0.4), residue(0.0)).unwrap();
    assert!(refused.evaluate(ratio(0.2), fixed(-0.1), noise(0.1)).is_err());
}

/// Without a linear part the features are noise: n samples on N of them, whatever the spectrum.
#[test]
fn an_even_nonlinearity_fits_noise() {
    for s in spectra() {
        let at = |alpha: f64| random(&s, 0.5, Nonlinearity::Abs.residue().get(), alpha, 0.0, 0.1).risk;
        let all = s.signal() + 0.1;
        close(at(2.0), all / (1.0 - 0.25), 1e-9);
        close(at(0.2), all / (1.0 - 0.4), 1e-9);
    }
}

/// The minimum over λ ≥ 0: no ridge of a fine grid, and not the ridgeless fit, has a lower risk.
#[test]
fn tuned_ridges_minimise_the_risk() {
    for s in spectra() {
        for (alpha, nu, zeta, v) in [(0.4, 0.5, 0.0, 0.1), (0.9, 0.3, 0.3, 0.5), (1.5, 2.0, 0.0, 0.0)] {
            let features = RandomFeatures::new(s.clone(), width(nu), residue(zeta)).unwrap();
            let bagging = Bagging::new(Share::new(0.4).unwrap(), Fits::Count(3)).unwrap();
            let tuned = RidgeChoice::OptimalNonNegative;
            let best = features.evaluate(ratio(alpha), tuned, noise(v)).unwrap();
            let best_bag = bagging.evaluate(&s, ratio(alpha), tuned, noise(v)).unwrap();
            for step in -60..30 {
                let lambda = if step == -60 { 0.0 } else { (0.5 * f64::from(step)).exp() };
                let at = features.evaluate(ratio(alpha), fixed(lambda), noise(v)).unwrap().risk;
                assert!(at >= best.risk * (1.0 - 1e-12), "λ = {lambda}: {at} below {best:?}");
                let at = bagging.evaluate(&s, ratio(alpha), fixed(lambda), noise(v)).unwrap().risk;
                assert!(at >= best_bag.risk * (1.0 - 1e-12), "λ = {lambda}: {at} below {best_bag:?}");
            }
            close(best.excess() + v, best.risk, 1e-12);
            if best.ridge.is_finite() {
                let again = features.evaluate(ratio(alpha), fixed(best.ridge), noise(v)).unwrap();
                close(again.risk, best.risk, 1e-12);
            }
            assert!(features.evaluate(ratio(alpha), RidgeChoice::Optimal, noise(v)).is_err());
        }
    }
}
