//! Bagging, noise in features and accuracy: limits in closed form.

use super::*;

#[test]
fn bagging_one_fit_on_all_samples_is_the_plain_fit() {
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
    // Each fit is at its pole, but their average has none.
    let bagging = Bagging::new(Share::new(0.5).unwrap(), Fits::Infinite).unwrap();
    let at = |alpha: f64| bagging.evaluate(&spectra()[0], ratio(alpha), fixed(0.0), noise(0.1)).unwrap().risk;
    close(at(2.0), 0.1 / (1.0 - 0.5), 1e-12);
    close(at(2.0 - 1e-9), at(2.0), 1e-6);
}

/// Noise η on isotropic covariates: the signal τ/(1 + η) remains, the rest becomes label noise; without a ridge the
/// scale has no effect.
#[test]
fn noise_in_features_moves_signal_to_the_noise() {
    let s = Spectrum::new([(0.5, 1.0, 1.0), (0.5, 0.0, 0.8)]).unwrap();
    let (seen, total) = noisy_features(&s, noise(0.1), noise(3.0)).unwrap();
    close(total.get(), 0.1 + 0.5 * 0.75 + 0.4, 1e-14);
    close(seen.signal() + total.get(), s.signal() + 0.1, 1e-14);
    assert_eq!((seen.eigenvalues(), seen.rank()), (&[4.0, 3.0][..], 1.0));
    assert_eq!(noisy_features(&s, noise(0.1), noise(0.0)).unwrap(), (s, noise(0.1)));
}

/// Labels of a latent variable known up to its scale are predicted without error; with pure noise the accuracy is
/// that of chance.
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
