//! Limits, symmetries and identities of section 11.

use super::super::{
    Correlation, NoiseVariance, Residue, Ridge, RidgeChoice, Risk, SampleRatio, Share, Spectrum,
    TaskSpectrum, Width, ridge, risk,
};
use super::*;

fn ratio(v: f64) -> SampleRatio {
    SampleRatio::new(v).unwrap()
}

fn noise(v: f64) -> NoiseVariance {
    NoiseVariance::new(v).unwrap()
}

fn fixed(v: f64) -> RidgeChoice {
    RidgeChoice::Fixed(Ridge::new(v).unwrap())
}

fn width(v: f64) -> Width {
    Width::new(v).unwrap()
}

fn residue(v: f64) -> Residue {
    Residue::new(v).unwrap()
}

fn close(got: f64, want: f64, tolerance: f64) {
    assert!((got - want).abs() <= tolerance * want.abs(), "{got:e} for {want:e}");
}

/// Directions (w, x, τ) with eigenvalues over 12 decades.
fn wide() -> Vec<(f64, f64, f64)> {
    (0..60).map(|j| (1.0 / 60.0, 10_f64.powf(-0.2 * f64::from(j)), f64::from(1 + (j * 7) % 5))).collect()
}

fn spectra() -> Vec<Spectrum> {
    vec![
        Spectrum::new([(1.0, 1.0, 1.0)]).unwrap(),
        Spectrum::new([(0.2, 3.0, 2.0), (0.3, 1.0, 1.0), (0.5, 0.2, 0.6)]).unwrap(),
        Spectrum::new([(0.2, 3.0, 2.0), (0.4, 1e-3, 1.0), (0.4, 0.0, 0.6)]).unwrap(),
        Spectrum::new(wide()).unwrap(),
    ]
}

/// A few hundred settings (α, ν, ζ, λ) of every spectrum.
fn settings() -> impl Iterator<Item = (Spectrum, f64, f64, f64, f64)> {
    let ratios = [0.03, 0.4, 0.62, 0.95, 1.7, 5.0];
    spectra().into_iter().flat_map(move |s| {
        ratios.into_iter().flat_map(move |alpha| {
            let s = s.clone();
            [0.05, 0.31, 0.7, 1.3, 4.0].into_iter().flat_map(move |nu| {
                let s = s.clone();
                [(0.0, 0.0), (0.0, 1e-6), (0.0, 0.3), (0.36, 0.0), (1e-5, 1e-3), (2.0, 5.0)]
                    .into_iter()
                    .map(move |(zeta, lambda)| (s.clone(), alpha, nu, zeta, lambda))
            })
        })
    })
}

fn random(s: &Spectrum, nu: f64, zeta: f64, alpha: f64, lambda: f64, v: f64) -> Risk {
    let features = RandomFeatures::new(s.clone(), width(nu), residue(zeta)).unwrap();
    features.evaluate(ratio(alpha), fixed(lambda), noise(v)).unwrap()
}

/// Section 11.1 as it is written, with its subtractions, from κ₂ alone. No two numbers of the settings cancel to less
/// than 1e-4 of themselves.
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

/// m, N → ∞ leave section 3.
#[test]
fn unlimited_pretraining_is_the_featurization_itself() {
    for s in spectra() {
        for (alpha, lambda) in [(0.1, 0.0), (0.8, 0.2), (2.0, 0.0), (0.9, 1e-5)] {
            let want = risk::evaluate(&s, ratio(alpha), Ridge::new(lambda).unwrap(), noise(0.1)).unwrap();
            let got = random(&s, 1e12, 0.0, alpha, lambda, 0.1);
            close(got.risk, want.risk, 1e-9);
            close(got.bias, want.bias, 1e-9);
            close(got.train, want.train, 1e-9);
        }
    }
    let directions = [(0.2, 3.0, 2.0), (0.3, 1.0, 1.0), (0.5, 0.2, 0.6)];
    let truth = Spectrum::new(directions.map(|(w, _, t)| (w, t, t))).unwrap().normalized();
    let pretraining = Pretraining::new(directions.to_vec()).unwrap();
    let features = pretraining.features(width(1e12), ratio(1e12), Ridge::ZERO, noise(0.1)).unwrap();
    for alpha in [0.1, 0.5, 3.0] {
        let want = risk::evaluate(&truth, ratio(alpha), Ridge::ZERO, noise(0.1)).unwrap();
        close(features.evaluate(ratio(alpha), fixed(0.0), noise(0.1)).unwrap().risk, want.risk, 1e-9);
    }
}

/// N = 2p − n samples a task give the soft optimum; fewer and more are worse.
#[test]
fn the_right_amount_of_pretraining_is_soft_selection() {
    let directions: Vec<_> = (1..=50).map(|j| (0.02, 1.0, f64::from(j).recip())).collect();
    let pretraining = Pretraining::new(directions.clone()).unwrap();
    let task = TaskSpectrum::new(directions.iter().map(|(w, _, t)| (*w, *t))).unwrap();
    for alpha in [0.1, 0.4, 0.8] {
        let best = task.soft(ratio(alpha), noise(0.02)).unwrap().risk;
        let at = |samples: f64| {
            let f = pretraining.features(width(1e12), ratio(samples), Ridge::ZERO, noise(0.02)).unwrap();
            f.evaluate(ratio(alpha), fixed(0.0), noise(0.02)).unwrap().risk
        };
        close(at(2.0 - alpha), best, 1e-9);
        for other in [0.9 * (2.0 - alpha), 1.2 * (2.0 - alpha), 100.0] {
            assert!(at(other) > best * (1.0 + 1e-5), "α = {alpha}, N/p = {other}");
        }
    }
}

/// Near the pole of an upstream fit its noise dominates the tasks, and the scaled spectrum stays finite.
#[test]
fn the_upstream_pole_leaves_a_finite_spectrum() {
    let pretraining = Pretraining::new(vec![(0.5, 2.0, 1.5), (0.5, 0.5, 0.5)]).unwrap();
    let at = |samples: f64| pretraining.spectrum(ratio(samples), Ridge::ZERO, noise(0.1)).unwrap();
    assert!(pretraining.upstream(ratio(1.0), Ridge::ZERO, noise(0.1)).unwrap().diverges());
    assert_eq!(at(1.0).eigenvalues(), [1.0]);
    for samples in [1.0 - 1e-7, 1.0 + 1e-7] {
        assert!(at(samples).eigenvalues().iter().all(|s| (s - 1.0).abs() < 1e-5), "{:?}", at(samples));
    }
    assert!(Pretraining::new(vec![(1.0, 1.0, -0.1)]).is_err());
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
        // A ridge has no pole, and a small one hardly moves the rest of the curve.
        assert!(random(s, nu, zeta, pole, 1e-3, 0.1).risk.is_finite());
        close(random(s, nu, zeta, 1.1 * pole, 1e-13, 0.1).risk, at(1.1 * pole).risk, 1e-6);
    }
    assert_eq!(random(&Spectrum::new([(1.0, 1.0, 1.0)]).unwrap(), 2.0, 0.0, 1.0, 0.0, 0.0).risk, 0.0);
    let refused = RandomFeatures::new(s.clone(), width(0.4), residue(0.0)).unwrap();
    assert!(refused.evaluate(ratio(0.2), fixed(-0.1), noise(0.1)).is_err());
}

/// Without a linear part features are noise: n samples on N of them, whatever the spectrum.
#[test]
fn an_even_nonlinearity_fits_noise() {
    for s in spectra() {
        let at = |alpha: f64| random(&s, 0.5, Nonlinearity::Abs.residue().get(), alpha, 0.0, 0.1).risk;
        let all = s.signal() + 0.1;
        close(at(2.0), all / (1.0 - 0.25), 1e-9);
        close(at(0.2), all / (1.0 - 0.4), 1e-9);
    }
}

/// The least risk over λ ≥ 0: no ridge of a fine grid is better, and the ridgeless fit is one of them.
#[test]
fn tuned_ridges_are_the_best() {
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

fn source(s: &Spectrum, samples: f64, c: f64, weight: SourceWeight) -> TowardsSource {
    let fit = SourceFit { samples: ratio(samples), ridge: Ridge::new(0.01).unwrap(), noise: noise(0.2) };
    TowardsSource::new(s.clone(), Some(fit), Correlation::new(c).unwrap(), weight).unwrap()
}

#[test]
fn no_weight_and_no_samples_are_no_source() {
    for s in spectra() {
        for choice in [fixed(0.0), fixed(0.3), RidgeChoice::OptimalNonNegative] {
            let want = ridge::evaluate(&s, ratio(0.4), choice, noise(0.1)).unwrap();
            let none =
                TowardsSource::new(s.clone(), None, Correlation::new(0.9).unwrap(), SourceWeight::Best);
            for towards in [source(&s, 0.7, 0.9, SourceWeight::Fixed(0.0)), none.unwrap()] {
                let got = towards.evaluate(ratio(0.4), choice, noise(0.1)).unwrap();
                close(got.risk, want.risk, 1e-12);
                close(got.source.unwrap().without, want.risk, 1e-12);
            }
        }
    }
}

/// γ* is no worse than its neighbours, and at c* the weight 1 is worth exactly no source.
#[test]
fn best_weight_and_negative_transfer() {
    for s in spectra() {
        for lambda in [0.0, 0.4] {
            let at = |c: f64, weight| {
                source(&s, 1.8, c, weight).evaluate(ratio(0.3), fixed(lambda), noise(0.1)).unwrap()
            };
            let best = at(0.6, SourceWeight::Best);
            let terms = best.source.unwrap();
            for near in [0.99, 1.01] {
                let other = at(0.6, SourceWeight::Fixed(near * terms.best_weight));
                assert!(other.risk > best.risk && other.risk < terms.without, "{other:?} {best:?}");
            }
            let limit = terms.correlation_of_no_gain;
            if limit < 1.0 {
                let edge = at(limit, SourceWeight::Fixed(1.0));
                close(edge.risk, edge.source.unwrap().without, 1e-12);
                assert!(at(0.99 * limit, SourceWeight::Fixed(1.0)).risk > terms.without);
            }
            let tuned = source(&s, 1.8, 0.6, SourceWeight::Best);
            let tuned = tuned.evaluate(ratio(0.3), RidgeChoice::OptimalNonNegative, noise(0.1)).unwrap();
            assert!(tuned.risk <= best.risk * (1.0 + 1e-12), "{tuned:?} {best:?}");
        }
    }
    // The same task without noise is known from the source.
    let s = &spectra()[1];
    let fit = SourceFit { samples: ratio(2.0), ridge: Ridge::ZERO, noise: noise(0.0) };
    let known =
        TowardsSource::new(s.clone(), Some(fit), Correlation::new(1.0).unwrap(), SourceWeight::Fixed(1.0));
    let known = known.unwrap().evaluate(ratio(0.2), fixed(0.1), noise(0.0)).unwrap();
    assert_eq!(known.risk, 0.0);
    // A source at its own pole is worth nothing.
    let fit = SourceFit { samples: ratio(1.0), ridge: Ridge::ZERO, noise: noise(0.1) };
    let useless =
        TowardsSource::new(s.clone(), Some(fit), Correlation::new(1.0).unwrap(), SourceWeight::Best);
    let got = useless.unwrap().evaluate(ratio(0.2), fixed(0.1), noise(0.1)).unwrap();
    assert_eq!(got.source.unwrap().best_weight, 0.0);
    close(got.risk, got.source.unwrap().without, 1e-12);
}

#[test]
fn one_fit_on_everything_is_the_plain_fit() {
    for s in spectra() {
        for choice in [fixed(0.0), fixed(0.2), fixed(-1e-7), RidgeChoice::OptimalNonNegative] {
            for alpha in [0.3, 1.7] {
                let Ok(want) = ridge::evaluate(&s, ratio(alpha), choice, noise(0.1)) else { continue };
                for fits in [Fits::Count(1), Fits::Count(9), Fits::Infinite] {
                    let bagging = Bagging::new(Share::new(1.0).unwrap(), fits).unwrap();
                    let got = bagging.evaluate(&s, ratio(alpha), choice, noise(0.1)).unwrap();
                    close(got.risk, want.risk, 1e-11);
                    close(got.variance_x, want.variance_x, 1e-6);
                }
            }
        }
    }
    assert!(Bagging::new(Share::new(0.5).unwrap(), Fits::Count(0)).is_err());
    // Each fit at its pole: their average has none.
    let bagging = Bagging::new(Share::new(0.5).unwrap(), Fits::Infinite).unwrap();
    let at = |alpha: f64| bagging.evaluate(&spectra()[0], ratio(alpha), fixed(0.0), noise(0.1)).unwrap().risk;
    close(at(2.0), 0.1 / (1.0 - 0.5), 1e-12);
    close(at(2.0 - 1e-9), at(2.0), 1e-6);
}

/// Noise η on isotropic covariates: signal τ/(1 + η) remains, the rest is label noise; a scale has no part without ridge.
#[test]
fn noise_in_features_moves_signal_to_the_noise() {
    let s = Spectrum::new([(0.5, 1.0, 1.0), (0.5, 0.0, 0.8)]).unwrap();
    let (seen, total) = noisy_features(&s, noise(0.1), noise(3.0)).unwrap();
    close(total.get(), 0.1 + 0.5 * 0.75 + 0.4, 1e-14);
    close(seen.signal() + total.get(), s.signal() + 0.1, 1e-14);
    assert_eq!((seen.eigenvalues(), seen.rank()), (&[4.0, 3.0][..], 1.0));
    assert_eq!(noisy_features(&s, noise(0.1), noise(0.0)).unwrap(), (s, noise(0.1)));
}

/// Labels of a latent variable that is known but for its scale are read without error; with noise alone at chance.
#[test]
fn accuracy_from_perfect_to_chance() {
    let s = Spectrum::new([(1.0, 1.0, 1.0)]).unwrap();
    let at = |alpha: f64, v: f64| {
        let labels = Labels::new(s.signal(), noise(v)).unwrap();
        let spectrum = labels.spectrum(&s);
        let fit = risk::evaluate(&spectrum, ratio(alpha), Ridge::ZERO, labels.noise().unwrap()).unwrap();
        labels.scores(&spectrum, &fit)
    };
    let known = at(1e12, 0.0);
    close(known.correlation, 1.0, 1e-11);
    assert!(known.accuracy > 0.99999 && known.auc > 0.99999);
    let pole = at(1.0, 0.1);
    assert_eq!((pole.accuracy, pole.auc, pole.risk_on_labels), (0.5, 0.5, f64::INFINITY));
    // n → ∞: ρ² = r²/S.
    close(at(1e12, 1.0).correlation, 0.5_f64.sqrt(), 1e-11);
    close(at(1e12, 1.0).accuracy, 0.75, 1e-11);
    close(at(1e12, 1.0).auc, 0.5 + 2.0 / std::f64::consts::PI * 0.5_f64.asin(), 1e-11);
    assert!(Labels::new(0.0, noise(0.0)).is_none());
}

/// Without downstream samples the fit is the prior: at c = γ = 1 the source fit itself, whose risk is its own, and at c = 0 a
/// predictor that adds its energy to the signal. What upstream fits spread over the directions is then the spectrum of
/// pretrained features, which another module computes.
#[test]
fn the_prior_alone_is_the_source_fit() {
    for (samples, source_ridge) in [(0.4, 0.0), (0.4, 0.3), (1.6, 0.0), (3.0, 0.7)] {
        let directions: Vec<_> = wide().into_iter().map(|(w, x, t)| (w, 1e3 * x.sqrt(), t)).collect();
        let spectrum = Spectrum::new(directions.clone()).unwrap();
        let source = SourceFit {
            samples: ratio(samples),
            ridge: Ridge::new(source_ridge).unwrap(),
            noise: noise(0.3),
        };
        let alone = risk::evaluate(&spectrum, source.samples, source.ridge, source.noise).unwrap().risk;
        let at = |correlation: f64| {
            let correlation = Correlation::new(correlation).unwrap();
            TowardsSource::new(spectrum.clone(), Some(source), correlation, SourceWeight::Fixed(1.0)).unwrap()
        };
        close(at(1.0).evaluate(ratio(1e-9), fixed(0.1), noise(0.3)).unwrap().risk, alone, 1e-6);
        let apart = at(0.0);
        let left = apart.remaining().unwrap();
        let features = Pretraining::new(directions).unwrap();
        let features = features.spectrum(source.samples, source.ridge, source.noise).unwrap();
        let added: Vec<f64> = left
            .weighted_energies()
            .iter()
            .zip(spectrum.weighted_energies())
            .zip(spectrum.weights())
            .map(|((after, before), w)| (after - before) / w)
            .collect();
        let mean = added.iter().zip(spectrum.weights()).map(|(v, w)| v * w).sum::<f64>();
        let mut added: Vec<f64> = added.into_iter().map(|v| v / mean).collect();
        added.sort_by(|a, b| b.total_cmp(a));
        // Equal eigenvalues are one.
        let each = features.weights().iter().zip(features.eigenvalues());
        let each = each.flat_map(|(w, s)| std::iter::repeat_n(*s, (60.0 * w).round() as usize));
        for (want, got) in added.iter().zip(each) {
            close(got, *want, 1e-7);
        }
    }
}

/// Isotropic covariates and n = 2p without a ridge: R' = 2σ'², P = τ' and the variance of the score is R' − 1 + 2P.
#[test]
fn scores_of_least_squares_in_closed_form() {
    let spectrum = Spectrum::new([(1.0, 1.0, 1.0)]).unwrap();
    let labels = Labels::new(1.0, noise(0.5)).unwrap();
    let seen = labels.spectrum(&spectrum);
    let fit = risk::evaluate(&seen, ratio(2.0), Ridge::ZERO, labels.noise().unwrap()).unwrap();
    let scores = labels.scores(&seen, &fit);
    let explained = std::f64::consts::FRAC_2_PI / 1.5;
    let on_labels = 2.0 * (1.0 - explained);
    close(scores.risk_on_labels, on_labels, 1e-12);
    let spread = (on_labels - 1.0 + 2.0 * explained).sqrt();
    let correlation = explained / (std::f64::consts::FRAC_2_PI.sqrt() * spread);
    close(scores.correlation, correlation, 1e-12);
    close(scores.accuracy, 1.0 - correlation.acos() / std::f64::consts::PI, 1e-12);
}
