//! The program against 15-digit reference values of section 11 (`tests/data/transfer.json`), to 1e-9.

use riskscope::theory::transfer::{
    Bagging, Fits, Labels, Pretraining, RandomFeatures, SourceFit, SourceWeight, TowardsSource,
};
use riskscope::theory::{
    Correlation, NoiseVariance, Residue, Ridge, RidgeChoice, Risk, SampleRatio, Share, Spectrum, Width, risk,
};
use serde_json::Value;

const CERTIFIED: f64 = 1e-9;

fn cases(kind: &str, count: usize) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("../data/transfer.json")).unwrap();
    let cases = all[kind].as_array().unwrap().clone();
    assert_eq!(cases.len(), count, "{kind}");
    cases
}

fn number(case: &Value, key: &str) -> f64 {
    let text = case[key].as_str().unwrap_or_else(|| panic!("{key} of {case}"));
    text.parse().unwrap_or_else(|_| panic!("{key} of {case}"))
}

/// The directions (w, s, τ) of a population in the reference file.
fn directions(case: &Value) -> Vec<(f64, f64, f64)> {
    match case["population"].as_str().unwrap() {
        "A" => {
            let power = |exponent: f64| {
                let values: Vec<f64> = (1..=200).map(|j| f64::from(j).powf(-exponent)).collect();
                let mean = values.iter().sum::<f64>() / 200.0;
                values.into_iter().map(move |v| v / mean)
            };
            power(0.8).zip(power(1.2)).map(|(s, t)| (1.0 / 200.0, s, t)).collect()
        }
        "B" => vec![(0.2, 3.0, 2.0), (0.3, 1.0, 1.0), (0.5, 0.2, 0.6)],
        "F" => vec![(1.0, 1.0, 1.0)],
        other => panic!("population {other}"),
    }
}

fn spectrum(case: &Value) -> Spectrum {
    Spectrum::new(directions(case)).unwrap()
}

fn ratio(case: &Value, key: &str) -> SampleRatio {
    SampleRatio::new(number(case, key)).unwrap()
}

fn noise(case: &Value, key: &str) -> NoiseVariance {
    NoiseVariance::new(number(case, key)).unwrap()
}

fn fixed(ridge: f64) -> RidgeChoice {
    RidgeChoice::Fixed(Ridge::new(ridge).unwrap())
}

/// Compares every value of the case by its name.
fn check(case: &Value, values: &[(&str, f64)]) {
    let mut checked = 0;
    for &(key, value) in values.iter().filter(|(key, _)| !case[*key].is_null()) {
        let want = number(case, key);
        let error = if want == 0.0 { value.abs() } else { (value / want - 1.0).abs() };
        assert!(error <= CERTIFIED, "{key}: {value:e} for {want:e} in {case:#}");
        checked += 1;
    }
    assert!(checked >= 3, "{case}");
}

fn check_variances(case: &Value, risk: &Risk) {
    let terms = risk.representation.unwrap();
    check(
        case,
        &[
            ("kappa2", terms.kappa2),
            ("kappa", risk.kappa),
            ("df1", risk.df1),
            ("df2", risk.df2),
            ("bias_given_W", terms.bias_given),
            ("risk", risk.risk),
            ("bias", risk.bias),
            ("V_W", terms.variance_w),
            ("V_X", risk.variance_x),
            ("V_Xe", risk.variance_x_noise),
            ("V_WX", terms.variance_w_x),
            ("V_WXe", terms.variance_w_x_noise),
        ],
    );
}

#[test]
fn random_features() {
    for case in &cases("projected", 6) {
        let width = Width::new(number(case, "nu")).unwrap();
        let residue = Residue::new(number(case, "zeta")).unwrap();
        let features = RandomFeatures::new(spectrum(case), width, residue).unwrap();
        let got = features.evaluate(ratio(case, "alpha"), fixed(number(case, "lam")), noise(case, "noise"));
        check_variances(case, &got.unwrap());
    }
}

/// The reference has minimum-norm upstream fits, with the noise variance of the downstream task.
#[test]
fn pretrained_features() {
    for case in &cases("learned", 6) {
        let pretraining = Pretraining::new(directions(case)).unwrap();
        let (samples, noise) = (ratio(case, "samples_over_p"), noise(case, "noise"));
        let ridge = Ridge::ZERO;
        let tasks = Width::new(number(case, "tasks_over_p")).unwrap();
        let upstream = pretraining.upstream(samples, ridge, noise).unwrap();
        let features = pretraining.features(tasks, samples, ridge, noise).unwrap();
        let got = features.evaluate(ratio(case, "alpha"), fixed(number(case, "lam")), noise).unwrap();
        check_variances(case, &got);
        check(case, &[("upstream_risk", upstream.risk), ("risk", got.risk), ("kappa", got.kappa)]);
    }
}

#[test]
fn towards_a_source() {
    for case in &cases("towards_source", 6) {
        let fit = SourceFit {
            samples: ratio(case, "source_alpha"),
            ridge: Ridge::new(number(case, "source_lam")).unwrap(),
            noise: noise(case, "source_noise"),
        };
        let weight = match case["gamma"].as_str().unwrap() {
            "best" => SourceWeight::Best,
            text => SourceWeight::Fixed(text.parse().unwrap()),
        };
        let correlation = Correlation::new(number(case, "correlation")).unwrap();
        let towards = TowardsSource::new(spectrum(case), Some(fit), correlation, weight).unwrap();
        let got = towards.evaluate(ratio(case, "alpha"), fixed(number(case, "lam")), noise(case, "noise"));
        let got = got.unwrap();
        let source = got.source.unwrap();
        check(
            case,
            &[
                ("kappa", got.kappa),
                ("bias", got.bias),
                ("risk", got.risk),
                ("gamma_best", source.best_weight),
                ("correlation_of_no_gain", source.correlation_of_no_gain),
                ("without_source", source.without),
            ],
        );
    }
}

#[test]
fn bagged_fits() {
    for case in &cases("bagged", 3) {
        let fits = match case["fits"].as_str().unwrap() {
            "inf" => Fits::Infinite,
            text => Fits::Count(text.parse().unwrap()),
        };
        let share = Share::new(number(case, "beta")).unwrap();
        let (alpha, ridge, noise) = (ratio(case, "alpha"), fixed(number(case, "lam")), noise(case, "noise"));
        let risk = |share: Share, fits: Fits| {
            Bagging::new(share, fits).unwrap().evaluate(&spectrum(case), alpha, ridge, noise).unwrap().risk
        };
        check(
            case,
            &[
                ("single", risk(share, Fits::Count(1))),
                ("infinite", risk(share, Fits::Infinite)),
                ("risk", risk(share, fits)),
            ],
        );
    }
}

#[test]
fn classification() {
    for case in &cases("classification", 4) {
        let (raw, latent) = (spectrum(case), noise(case, "noise"));
        let labels = Labels::new(raw.signal(), latent).unwrap();
        let spectrum = labels.spectrum(&raw);
        let ridge = Ridge::new(number(case, "lam")).unwrap();
        let fit = risk::evaluate(&spectrum, ratio(case, "alpha"), ridge, labels.noise().unwrap()).unwrap();
        let scores = labels.scores(&spectrum, &fit);
        check(
            case,
            &[
                ("kappa", fit.kappa),
                ("risk_on_labels", scores.risk_on_labels),
                ("correlation", scores.correlation),
                ("accuracy", scores.accuracy),
                ("auc", scores.auc),
            ],
        );
    }
}
