//! Section 11 against Monte Carlo: random and pretrained features, a source task, bagging, and the analysis of variance
//! by draws that share features or samples.

use riskscope::evidence::{Covariates, MonteCarlo, Statistics};
use riskscope::scenario::{Model, Scenario};

/// A power law of covariates and task in dimension p, changed by further settings.
fn model(p: usize, settings: &[(&str, &str)]) -> Model {
    let dimension = p.to_string();
    let base = [
        ("dimension", dimension.as_str()),
        ("covariates.family", "power-law"),
        ("covariates.exponent", "0.8"),
        ("task.family", "power-law"),
        ("task.exponent", "0.4"),
        ("featurization.kind", "raw"),
    ];
    let mut scenario = Scenario::default();
    for (key, value) in base.iter().chain(settings) {
        scenario.set(key, value).unwrap();
    }
    Model::new(&scenario, None, &|| false).unwrap()
}

fn measure(model: &Model, samples: usize, draws: usize) -> (MonteCarlo, Statistics) {
    let mut run = MonteCarlo::new(model, samples, 7, Covariates::Gaussian).unwrap();
    run.run(draws, &mut |_| {}, &|| false).unwrap();
    let statistics = run.statistics();
    (run, statistics)
}

type Case<'a> = (&'a [(&'a str, &'a str)], &'a [f64]);

/// Checks agreement within three standard errors plus 3/n of the risk.
fn agree(p: usize, draws: usize) {
    let share = |part: f64| ((part * p as f64).round() as usize).to_string();
    let (narrow, wide, many, enough) = (share(0.3), share(1.5), share(2.0), share(4.0));
    let cases: [Case; 9] = [
        (
            &[
                ("ridge", "0.05"),
                ("featurization.kind", "random-features"),
                ("featurization.features", &narrow),
            ],
            &[0.5, 1.5],
        ),
        (
            &[
                ("featurization.kind", "random-features"),
                ("featurization.features", &wide),
                ("featurization.nonlinearity", "relu"),
            ],
            &[0.5, 3.0],
        ),
        (
            &[
                ("featurization.kind", "pretrained"),
                ("featurization.tasks", &wide),
                ("featurization.samples", &many),
            ],
            &[0.4],
        ),
        (
            &[
                ("featurization.kind", "plug-in"),
                ("featurization.tasks", &narrow),
                ("featurization.samples", &enough),
            ],
            &[0.3, 0.6],
        ),
        (
            &[
                ("ridge", "0.1"),
                ("featurization.kind", "plug-in"),
                ("featurization.tasks", &wide),
                ("featurization.samples", &enough),
            ],
            &[0.5],
        ),
        (&[("ridge", "0.1"), ("source.samples", &many), ("source.correlation", "0.9")], &[0.3, 1.4]),
        (&[("source.samples", &narrow), ("source.ridge", "0.2"), ("source.weight", "best")], &[0.5]),
        (&[("bagging.share", "0.5"), ("bagging.fits", "4")], &[0.9]),
        (&[("ridge", "0.01"), ("bagging.share", "0.3"), ("bagging.fits", "3")], &[2.0]),
    ];
    for (settings, ratios) in cases {
        let model = model(p, settings);
        for ratio in ratios {
            let samples = (ratio * p as f64).round() as usize;
            let (run, measured) = measure(&model, samples, draws);
            let theory = run.theory().risk;
            let allowed = 3.0 * measured.standard_error + 3.0 / samples as f64 * theory;
            assert!(
                (measured.mean - theory).abs() < allowed,
                "{settings:?} at n = {samples} of p = {p}: {measured:?} for {theory}"
            );
        }
    }
}

#[test]
fn theory_is_within_three_standard_errors() {
    agree(100, 24);
}

#[test]
#[ignore = "a minute"]
fn theory_is_within_three_standard_errors_in_high_dimension() {
    agree(200, 200);
    agree(800, 16);
}

/// Each term of the analysis of variance, by draws that share the features or the samples.
#[test]
fn the_analysis_of_variance_equals_the_theory() {
    terms(&[("ridge", "0.05"), ("featurization.kind", "random-features"), ("featurization.features", "40")]);
    terms(&[
        ("ridge", "0.05"),
        ("featurization.kind", "plug-in"),
        ("featurization.tasks", "20"),
        ("featurization.samples", "400"),
    ]);
}

fn terms(settings: &[(&str, &str)]) {
    let (run, measured) = measure(&model(80, settings), 60, 500);
    let (theory, terms) = (run.theory(), measured.terms.unwrap());
    let (want, got) = (theory.representation.unwrap(), terms.representation.unwrap());
    for (name, got, want) in [
        ("bias", terms.bias, theory.bias),
        ("V_W", got.variance_w, want.variance_w),
        ("V_X", terms.variance_x, theory.variance_x),
        ("V_X,noise", terms.variance_x_noise, theory.variance_x_noise),
        ("V_W,X", got.variance_w_x, want.variance_w_x),
        ("V_W,X,noise", got.variance_w_x_noise, want.variance_w_x_noise),
    ] {
        assert!((got - want).abs() < 0.03 * theory.risk, "{name}: {got} for {want} of {}", theory.risk);
    }
}
