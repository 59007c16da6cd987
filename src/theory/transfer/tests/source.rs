//! Weights carried over from a source task: without a source, with the best weight, and without downstream samples.

use super::*;

fn source(s: &Spectrum, samples: f64, c: f64, weight: SourceWeight) -> TowardsSource {
    let fit = SourceFit { samples: ratio(samples), ridge: Ridge::new(0.01).unwrap(), noise: noise(0.2) };
    TowardsSource::new(s.clone(), Some(fit), Correlation::new(c).unwrap(), weight).unwrap()
}

#[test]
fn zero_weight_or_samples_is_no_source() {
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

/// γ* has no larger risk than neighbouring weights, and at c* the weight 1 has exactly the risk without a source.
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
    // The same task without noise is known exactly from the source.
    let s = &spectra()[1];
    let fit = SourceFit { samples: ratio(2.0), ridge: Ridge::ZERO, noise: noise(0.0) };
    let known =
        TowardsSource::new(s.clone(), Some(fit), Correlation::new(1.0).unwrap(), SourceWeight::Fixed(1.0));
    let known = known.unwrap().evaluate(ratio(0.2), fixed(0.1), noise(0.0)).unwrap();
    assert_eq!(known.risk, 0.0);
    // A source fit at its own pole has best weight 0.
    let fit = SourceFit { samples: ratio(1.0), ridge: Ridge::ZERO, noise: noise(0.1) };
    let useless =
        TowardsSource::new(s.clone(), Some(fit), Correlation::new(1.0).unwrap(), SourceWeight::Best);
    let got = useless.unwrap().evaluate(ratio(0.2), fixed(0.1), noise(0.1)).unwrap();
    assert_eq!(got.source.unwrap().best_weight, 0.0);
    close(got.risk, got.source.unwrap().without, 1e-12);
}

/// Without downstream samples the fit is the prior: at c = γ = 1 it is the source fit with its own risk, and at c = 0
/// a predictor that adds its energy to the signal. The spread of upstream fits over the directions is the spectrum of
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
        // Equal eigenvalues are merged.
        let each = features.weights().iter().zip(features.eigenvalues());
        let each = each.flat_map(|(w, s)| std::iter::repeat_n(*s, (60.0 * w).round() as usize));
        for (want, got) in added.iter().zip(each) {
            close(got, *want, 1e-7);
        }
    }
}

/// The best weight at the best ridge: no ridge of a fine grid is better, no risk is below the noise, and a source that equals
/// the task determines the fit alone.
#[test]
fn jointly_optimal_weight_and_ridge() {
    for s in spectra() {
        for (c, alpha, v) in [(0.0, 1.0, 0.0), (0.5, 0.6, 0.3), (0.9, 0.2, 0.1), (1.0, 1.4, 0.0)] {
            let source = source(&s, 1.8, c, SourceWeight::Best);
            let at = |choice| source.evaluate(ratio(alpha), choice, noise(v)).unwrap().risk;
            let (best, either) = (at(RidgeChoice::OptimalNonNegative), at(RidgeChoice::Optimal));
            assert!(v <= either && either <= best * (1.0 + 1e-12), "c={c} α={alpha}: {either} {best}");
            for step in -60..30 {
                let risk = at(fixed(if step == -60 { 0.0 } else { (0.5 * f64::from(step)).exp() }));
                assert!(risk >= best * (1.0 - 1e-12), "c={c} α={alpha}: {risk} at step {step} below {best}");
            }
        }
    }
    let fit = SourceFit { samples: ratio(2.0), ridge: Ridge::ZERO, noise: noise(0.0) };
    let known = TowardsSource::new(
        spectra()[1].clone(),
        Some(fit),
        Correlation::new(1.0).unwrap(),
        SourceWeight::Best,
    );
    let found = known.unwrap().evaluate(ratio(0.05), RidgeChoice::OptimalNonNegative, noise(1.0)).unwrap();
    close(found.risk, 1.0, 1e-12);
    close(found.source.unwrap().weight, 1.0, 1e-12);
}
