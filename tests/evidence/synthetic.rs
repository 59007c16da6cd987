//! Monte Carlo on synthetic scenarios.

use std::sync::atomic::{AtomicUsize, Ordering};

use riskscope::evidence::{Agreement, Circumstances, Compared, Covariates, MonteCarlo, Statistics};
use riskscope::scenario::{Model, Scenario, ScenarioError};

fn model(settings: &[(&str, &str)]) -> Model {
    let mut scenario = Scenario::default();
    for (key, value) in settings {
        scenario.set(key, value).unwrap();
    }
    Model::new(&scenario, None, &|| false).unwrap()
}

fn measure(model: &Model, samples: usize, draws: usize, covariates: Covariates) -> (MonteCarlo, Statistics) {
    let mut run = MonteCarlo::new(model, samples, 1, covariates).unwrap();
    run.run(draws, &mut |_| (), &|| false).unwrap();
    let statistics = run.statistics();
    (run, statistics)
}

type Settings = &'static [(&'static str, &'static str)];

const SCENARIOS: [(&str, Settings, [f64; 3]); 11] = [
    ("isotropic", &[("task.family", "isotropic"), ("featurization.kind", "raw")], [0.3, 0.6, 2.0]),
    ("two-level", &[("task.ratio", "0.01")], [0.1, 0.5, 1.6]),
    (
        "power law, ridge",
        &[
            ("covariates.family", "power-law"),
            ("task.family", "isotropic"),
            ("featurization.kind", "raw"),
            ("ridge", "0.1"),
        ],
        [0.2, 1.0, 2.0],
    ),
    (
        "power law, ridgeless",
        &[
            ("covariates.family", "power-law"),
            ("task.family", "power-law"),
            ("featurization.kind", "ground-truth"),
        ],
        [0.2, 0.6, 1.8],
    ),
    (
        "PCR",
        &[
            ("covariates.family", "power-law"),
            ("task.family", "isotropic"),
            ("featurization.kind", "pca"),
            ("featurization.size", "40"),
        ],
        [0.1, 0.5, 1.5],
    ),
    ("soft", &[("featurization.kind", "soft")], [0.1, 0.4, 0.7]),
    ("optimal", &[("featurization.kind", "optimal")], [0.2, 0.5, 1.2]),
    (
        "rotated",
        &[
            ("covariates.family", "power-law"),
            ("task.alignment", "rotated"),
            ("task.angle", "40"),
            ("featurization.kind", "raw"),
        ],
        [0.2, 0.6, 1.8],
    ),
    (
        "rotated, ground truth",
        &[("covariates.family", "power-law"), ("task.alignment", "rotated"), ("task.ratio", "0.01")],
        [0.1, 0.5, 1.6],
    ),
    (
        "learned",
        &[
            ("task.ratio", "0.01"),
            ("featurization.kind", "learned"),
            ("featurization.tasks", "50"),
            ("featurization.samples", "80"),
        ],
        [0.1, 0.6, 1.2],
    ),
    ("tuned", &[("ridge", "optimal"), ("featurization.kind", "raw")], [0.3, 1.0, 2.0]),
];

/// Within 3 standard errors and what is left at this p: of order 1/p away from peaks.
fn theory_holds(p: usize, draws: usize) {
    for (name, settings, ratios) in SCENARIOS {
        let mut settings = settings.to_vec();
        let dimension = p.to_string();
        settings.insert(0, ("dimension", &dimension));
        let model = model(&settings);
        for ratio in ratios {
            let samples = (ratio * p as f64).round() as usize;
            let (run, measured) = measure(&model, samples, draws, Covariates::Gaussian);
            let theory = run.theory();
            let off = (measured.mean - theory.risk).abs();
            assert!(
                off <= 3.0 * measured.standard_error + theory.risk / p as f64,
                "{name} at {ratio}: {measured:?} for {theory:?}"
            );
        }
    }
}

#[test]
fn theory_holds_within_three_standard_errors() {
    theory_holds(100, 60);
}

#[test]
#[ignore = "half a minute: 200 draws at p = 200"]
fn theory_holds_within_three_standard_errors_of_200_draws() {
    theory_holds(200, 200);
}

/// Beside a pole the asymptotic form is late by a share of order 1/|n − rank|: four times the size, a quarter of it.
#[test]
fn near_a_peak_the_difference_shrinks_with_the_size() {
    // Isotropic least squares at n > p + 1: R = σ²(n − 1)/(n − p − 1) exactly, against σ²n/(n − p).
    for p in [20, 80] {
        let dimension = p.to_string();
        let model =
            model(&[("dimension", &dimension), ("task.family", "isotropic"), ("featurization.kind", "raw")]);
        let samples = p + p / 2;
        let (run, measured) = measure(&model, samples, 12_000 / p, Covariates::Gaussian);
        let exact = 0.1 * (samples - 1) as f64 / (samples - p - 1) as f64;
        assert!(
            (measured.mean - exact).abs() < 3.0 * measured.standard_error,
            "p={p} {measured:?} for {exact}"
        );
        let tolerance = 4.0 / samples as f64 + 3.0 * measured.standard_error / exact;
        assert!((measured.mean / run.theory().risk - 1.0).abs() < tolerance, "p={p} {measured:?}");
    }
}

#[test]
fn the_terms_of_the_decomposition_are_the_theorys() {
    let settings = [("dimension", "100"), ("task.family", "isotropic"), ("featurization.kind", "raw")];
    for (ridge, samples) in [("0", 60), ("0.5", 90), ("0", 200)] {
        let model = model(&[&settings[..], &[("ridge", ridge)]].concat());
        let (run, measured) = measure(&model, samples, 200, Covariates::Gaussian);
        let (theory, terms) = (run.theory(), measured.terms.unwrap());
        for (name, got, want) in [
            ("bias", terms.bias, theory.bias),
            ("V_X", terms.variance_x, theory.variance_x),
            ("V_X,noise", terms.variance_x_noise, theory.variance_x_noise),
        ] {
            assert!((got - want).abs() < 0.02, "{name} at n={samples}, ridge {ridge}: {got} for {want}");
        }
        let sum = terms.bias + terms.variance_x + terms.variance_x_noise + theory.noise;
        assert!((sum - measured.mean).abs() < 4.0 * measured.standard_error + 1e-9);
    }
}

/// Samples of ±1 have the same risk in the limit.
#[test]
fn other_distributions_of_the_samples_agree() {
    let model = model(&[("dimension", "100"), ("task.family", "isotropic"), ("featurization.kind", "raw")]);
    let (run, measured) = measure(&model, 50, 80, Covariates::Rademacher);
    assert!(measured.z(run.theory().risk).unwrap().abs() < 3.5, "{measured:?}");
}

/// n = 64, covariance I + 0.1·11ᵀ, one spike: the best ridge is negative, and the fit there is what theory says.
#[test]
fn negative_ridges_are_fitted() {
    let scenario = Scenario::preset("negative-ridge").unwrap();
    let model = Model::new(&scenario, None, &|| false).unwrap();
    let (run, measured) = measure(&model, 64, 60, Covariates::Gaussian);
    assert!(run.theory().ridge < 0.0, "{:?}", run.theory());
    assert!(measured.z(run.theory().risk).unwrap().abs() < 3.5, "{measured:?} for {:?}", run.theory());
}

#[test]
fn the_same_digits_whatever_the_threads_and_the_division() {
    let model = model(&[("dimension", "60")]);
    let whole = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| measure(&model, 30, 25, Covariates::Gaussian).1)
    };
    let one = whole(1);
    assert_eq!(one, whole(2));
    let mut parts = MonteCarlo::new(&model, 30, 1, Covariates::Gaussian).unwrap();
    let mut seen = Vec::new();
    for draws in [16, 20, 25] {
        parts.run(draws, &mut |s| seen.push(s.draws), &|| false).unwrap();
    }
    assert_eq!(parts.statistics(), one);
    assert_eq!(seen, [16, 20, 25]);
    let mut other = MonteCarlo::new(&model, 30, 2, Covariates::Gaussian).unwrap();
    other.run(25, &mut |_| (), &|| false).unwrap();
    assert_ne!(other.statistics().mean, one.mean);
}

#[test]
fn a_run_stops_between_draws_and_keeps_its_batches() {
    let model = model(&[("dimension", "60")]);
    let mut run = MonteCarlo::new(&model, 30, 1, Covariates::Gaussian).unwrap();
    let asked = AtomicUsize::new(0);
    let stop = || asked.fetch_add(1, Ordering::Relaxed) >= 20;
    assert_eq!(run.run(1000, &mut |_| (), &stop), Err(ScenarioError::Interrupted));
    assert_eq!(run.statistics().draws, 16);
}

/// Shares of a table that are no whole numbers of directions keep their signal.
#[test]
fn tables_are_expanded() {
    let mut scenario = Scenario::from_toml(
        "dimension = 100\nnoise = 0.1\n[featurization]\nkind = \"raw\"\n[spectrum]\nweights = [0.333, 0.667]\n\
         eigenvalues = [1.0, 0.1]\nenergies = [2.0, 0.5]\n",
    )
    .unwrap();
    scenario.set("ridge", "0.05").unwrap();
    let model = Model::new(&scenario, None, &|| false).unwrap();
    let (run, measured) = measure(&model, 60, 60, Covariates::Gaussian);
    assert!((measured.mean / run.theory().risk - 1.0).abs() < 0.05, "{measured:?} for {:?}", run.theory());
}

#[test]
fn agreement_names_what_is_off_and_why() {
    let measured = Statistics { draws: 9, mean: 1.2, standard_error: 0.05, median: 1.1, terms: None };
    let point = |samples: f64, theory: f64, circumstances| Compared {
        samples,
        measured,
        theory,
        pole: Some(100.0),
        circumstances,
    };
    let drawn =
        |samples, theory, room| point(samples, theory, Circumstances::Synthetic { dimension: 100, room });
    let real = |samples, theory, tested, in_sample| {
        point(samples, theory, Circumstances::Real { tested, in_sample })
    };
    let agreement = Agreement::of(&[
        drawn(50.0, 1.2, 40.0),
        drawn(90.0, 1.0, 9.0),
        drawn(300.0, 1.0, 20.0),
        drawn(400.0, 0.6, 300.0),
        drawn(100.0, f64::INFINITY, 0.0),
        real(300.0, 1.0, 20, false),
        real(300.0, 1.4, 900, true),
        real(300.0, 1.0, 900, true),
    ]);
    assert_eq!(agreement.points, 7);
    let share = (3.0 * 0.2 + 1.0 + 0.2 + (1.0 - 1.2 / 1.4)) / 7.0;
    assert!((agreement.difference - 100.0 * share).abs() < 1e-9, "{agreement:?}");
    let squares = 4.0 * 16.0 + 144.0 + 16.0;
    assert!((agreement.spread - (squares / 7.0_f64).sqrt()).abs() < 1e-9, "{agreement:?}");
    let words = [
        "a pole",
        "finite p: 20.0 %",
        "no reason is known",
        "only 20 rows",
        "labels of all rows",
        "1200 rows",
    ];
    assert_eq!(agreement.off.len(), words.len(), "{agreement:?}");
    for (sentence, word) in agreement.off.iter().zip(words) {
        assert!(sentence.contains(word), "{sentence}");
    }
    assert!(agreement.off[0].starts_with("n = 90 is 4.0 standard errors above"), "{agreement:?}");
    assert_eq!(Agreement::of(&[]).lines(), ["no point can be compared with the theory"]);
}
