//! The sizes that the theory is designed for: p = 1000 distinct eigenvalues, 400 sample ratios; and the samples required
//! for a target risk.

use std::sync::Arc;

use divan::{Bencher, black_box};
use riskscope::scenario::{Metric, Model, Scenario};
use riskscope::study::labels::target;
use riskscope::study::{
    Axis, AxisRequest, CurveId, CurveSpec, CurvesRequest, Detail, PlaneRequest, SampleSize, Variable, axis,
    curves, plane,
};
use riskscope::theory::sweep::{self, Spacing};
use riskscope::theory::target::samples_needed;
use riskscope::theory::{
    NoiseVariance, Pcr, Representation, Ridge, RidgeChoice, SoftTable, Spectrum, TaskSpectrum, divergence,
    phase, transition,
};

fn main() {
    divan::main();
}

fn energies(p: u32) -> Vec<f64> {
    let powers: Vec<f64> = (1..=p).map(|j| f64::from(j).powf(-1.0)).collect();
    let mean = powers.iter().sum::<f64>() / f64::from(p);
    powers.into_iter().map(|t| t / mean).collect()
}

fn spectrum(p: u32) -> Spectrum {
    Spectrum::uniform(&energies(p).into_iter().map(|t| (t, t)).collect::<Vec<_>>()).unwrap()
}

fn noise() -> NoiseVariance {
    NoiseVariance::new(0.1).unwrap()
}

const CHOICES: [&str; 4] = ["0", "0.1", "-0.001", "optimal"];

fn choice(name: &str) -> RidgeChoice {
    name.parse().map_or(RidgeChoice::Optimal, |l| RidgeChoice::Fixed(Ridge::new(l).unwrap()))
}

#[divan::bench(args = CHOICES)]
fn points(bencher: Bencher, ridge: &str) {
    let s = spectrum(1000);
    let ratios = sweep::grid(0.01, 2.0, 400, Spacing::Linear).unwrap();
    bencher.bench(|| sweep::curve(black_box(&s), &ratios, choice(ridge), noise(), &|| false));
}

#[divan::bench(args = ["0", "0.1", "-0.001"])]
fn divergences(bencher: Bencher, ridge: &str) {
    let s = spectrum(1000);
    bencher.bench(|| divergence::divergences(black_box(&s), choice(ridge), noise(), 0.01, 2.0));
}

#[divan::bench(args = ["soft", "hard", "optimal"])]
fn selection(bencher: Bencher, kind: &str) {
    let task = TaskSpectrum::uniform(&energies(1000)).unwrap();
    let representation = match kind {
        "soft" => Representation::Soft(task),
        "hard" => Representation::Hard(task),
        _ => Representation::Optimal(task),
    };
    let ratios = sweep::grid(0.01, 2.0, 400, Spacing::Linear).unwrap();
    bencher.bench(|| black_box(&representation).curve(&ratios, choice("0"), noise(), &|| false));
}

#[divan::bench]
fn plane_over_noise(bencher: Bencher) {
    let columns = sweep::grid(0.01, 2.0, 100, Spacing::Linear).unwrap();
    let noises: Vec<f64> = (0..100).map(|i| 1e-3 * 1.1_f64.powi(i)).collect();
    bencher.bench(|| {
        let table = Arc::new(SoftTable::new(TaskSpectrum::uniform(black_box(&energies(1000))).unwrap()));
        let row = |noise| Some((Arc::clone(&table), NoiseVariance::new(noise).ok()?));
        phase::over(&columns, &noises, row, &|| false, &mut |_| {})
    });
}

#[divan::bench]
fn transitions(bencher: Bencher) {
    let task = TaskSpectrum::uniform(&energies(1000)).unwrap();
    bencher.bench(|| {
        let table = SoftTable::new(black_box(&task).clone());
        transition::transitions(&table, noise(), 0.01, 2.0, &|| false)
    });
}

/// Measures `eval --preset source-condition --target-risk 0.2` as it is, with `--ridge optimal` and at p = 10 000: where the
/// chosen featurization and those it is compared with reach the risk. Most of the time is spent on principal components.
#[divan::bench(args = ["", "ridge=optimal", "dimension=10000"])]
fn target_risk(bencher: Bencher, setting: &str) {
    let mut scenario = Scenario::preset("source-condition").expect("a preset");
    if let Some((key, value)) = setting.split_once('=') {
        scenario.set(key, value).expect("a setting");
    }
    let model = Model::new(&scenario, None, &|| false).expect("a model");
    let specs = CurveSpec::list(&scenario, &CurveId::COMPARED);
    bencher.bench(|| target::target_samples(black_box(&model), &specs, (Metric::Risk, 0.2), &|| false));
}

/// Measures a curve of principal components at their best number, at a given ridge: 400 points of 2000 directions.
#[divan::bench(args = ["0", "0.01"])]
fn best_components(bencher: Bencher, ridge: &str) {
    let s = spectrum(2000);
    let ratios = sweep::grid(0.01, 2.0, 400, Spacing::Linear).unwrap();
    bencher.bench(|| {
        let pcr = Representation::BestPcr(Pcr::new(black_box(&s).clone()));
        pcr.curve(&ratios, choice(ridge), noise(), &|| false)
    });
}

/// Measures `phase --y task.exponent`: every row of the plane has a new task spectrum.
#[divan::bench]
fn plane_over_the_task(bencher: Bencher) {
    let scenario = Scenario::preset("source-condition").expect("a preset");
    let request_of =
        |key: Option<&str>| AxisRequest { variable: key.map(str::to_owned).into(), ..Default::default() };
    let (x, y) = (request_of(None), request_of(Some("task.exponent")));
    let request = PlaneRequest { x, y, columns: 100, rows: 100, fixed: SampleSize::Ratio(1.0), gain: false };
    bencher.bench(|| plane::plane(black_box(&scenario), &request, &|| false));
}

/// Measures `curve --x KEY --at 0.5 --points 4000`: a point along a parameter costs at most 1.5 times a point over
/// n/p (`curve --points 4000`), when the theory of one point costs the same.
#[divan::bench(args = ["n/p", "noise", "signal", "ridge", "task.ratio", "task.fraction", "dimension"])]
fn along(bencher: Bencher, key: &str) {
    let scenario = Scenario::default();
    let variable = Variable::from((key != "n/p").then(|| key.to_owned()));
    let request_of = AxisRequest { variable, ..AxisRequest::default() };
    let request = CurvesRequest {
        specs: vec![CurveSpec::chosen(&scenario)],
        axis: Axis::new("--x", &axis::numbers(&scenario), &request_of).expect("an axis"),
        points: 4000,
        fixed: SampleSize::Ratio(0.5),
        detail: Detail::Table,
        metric: Metric::Risk,
        scenario,
    };
    bencher.bench(|| curves::curves(black_box(&request), &|| false));
}

/// Measures `phase --x KEY --y KEY`: a plane over two parameters, beside one over n/p and one of them.
#[divan::bench(args = [("n/p", "noise"), ("n/p", "task.ratio"), ("noise", "task.ratio"), ("task.fraction", "task.ratio")])]
fn plane_over(bencher: Bencher, (x, y): (&str, &str)) {
    let scenario = Scenario::default();
    let request_of = |key: &str| {
        let variable = Variable::from((key != "n/p").then(|| key.to_owned()));
        AxisRequest { variable, ..AxisRequest::default() }
    };
    let fixed = SampleSize::Ratio(0.5);
    let request =
        PlaneRequest { x: request_of(x), y: request_of(y), columns: 100, rows: 100, fixed, gain: false };
    bencher.bench(|| plane::plane(black_box(&scenario), &request, &|| false));
}

/// Curves of section 11 over n/p: 400 points of 1000 distinct eigenvalues.
#[divan::bench(args = [
    "random-features", "random-features tuned", "pretrained", "pretrained tuned", "plug-in", "plug-in tuned", "source 1",
    "source 1 tuned", "source best", "source best tuned", "bagging", "bagging tuned",
])]
fn transfer(bencher: Bencher, kind: &str) {
    let mut scenario = Scenario::preset("negative-transfer").expect("a preset");
    if !kind.starts_with("source") {
        scenario.source = None;
    }
    let mut set = |key: &str, value: &str| scenario.set(key, value).expect("a setting");
    match kind.split(' ').next().unwrap_or_default() {
        "source" => set("source.weight", if kind.contains("best") { "best" } else { "1" }),
        other => {
            set("featurization.kind", if other == "bagging" { "raw" } else { other });
        }
    }
    if kind.starts_with("bagging") {
        scenario.set("bagging.share", "0.5").expect("a setting");
    }
    let model = Model::new(&scenario, None, &|| false).expect("a model");
    let representation = model.chosen().expect("a fit");
    let choice = if kind.ends_with("tuned") { RidgeChoice::OptimalNonNegative } else { model.ridge() };
    let ratios = sweep::grid(0.01, 2.0, 400, Spacing::Linear).unwrap();
    bencher.bench(|| black_box(&representation).curve(&ratios, choice, noise(), &|| false));
}

/// Measures `phase --x featurization.tasks --y featurization.samples --at 0.4`: a plane of 100×100 over m and N.
#[divan::bench]
fn plane_over_pretraining(bencher: Bencher) {
    let mut scenario = Scenario::preset("source-condition").expect("a preset");
    scenario.set("dimension", "1000").expect("a setting");
    scenario.set("noise", "0.1").expect("a setting");
    scenario.set("featurization.kind", "pretrained").expect("a setting");
    let request_of = |key: &str| AxisRequest {
        variable: Variable::from(Some(key.to_owned())),
        from: Some(50.0),
        to: Some(20_000.0),
        ..AxisRequest::default()
    };
    let (x, y) = (request_of("featurization.tasks"), request_of("featurization.samples"));
    let request = PlaneRequest { x, y, columns: 100, rows: 100, fixed: SampleSize::Ratio(0.4), gain: false };
    bencher.bench(|| plane::plane(black_box(&scenario), &request, &|| false));
}

/// Measures `curve --featurization pca --ridge optimal`: the best number of principal components at its best ridge, 400 points.
#[divan::bench(args = [2000, 10_000], sample_count = 5)]
fn best_components_tuned(bencher: Bencher, p: u32) {
    let s = spectrum(p);
    let ratios = sweep::grid(0.01, 2.0, 400, Spacing::Linear).unwrap();
    bencher.bench(|| {
        let pcr = Representation::BestPcr(Pcr::new(black_box(&s).clone()));
        pcr.curve(&ratios, RidgeChoice::Optimal, noise(), &|| false)
    });
}

/// Measures `eval --featurization pca --ridge optimal --target-risk 0.2 --set dimension=100000`.
#[divan::bench(sample_count = 3)]
fn best_components_tuned_target(bencher: Bencher) {
    let s = spectrum(100_000);
    bencher.bench(|| {
        let pcr = Representation::BestPcr(Pcr::new(black_box(&s).clone()));
        samples_needed(&pcr, 100_000, RidgeChoice::Optimal, noise(), 0.2, &|| false)
    });
}

/// Measures `eval --featurization minimax --target-risk 0.2`.
#[divan::bench(args = ["2000", "10000"], sample_count = 5)]
fn minimax_target(bencher: Bencher, dimension: &str) {
    let mut scenario = Scenario::preset("source-condition").expect("a preset");
    scenario.set("dimension", dimension).expect("a dimension");
    scenario.set("featurization.kind", "minimax").expect("a featurization");
    let model = Model::new(&scenario, None, &|| false).expect("a model");
    let specs = [CurveSpec::chosen(&scenario)];
    bencher.bench(|| target::target_samples(black_box(&model), &specs, (Metric::Risk, 0.2), &|| false));
}

/// Measures `phase --x KEY --y KEY --at 0.5` where one key is the effective rank, which is found by a search.
#[divan::bench(args = [("effective-rank", "n/p", 100), ("n/p", "effective-rank", 100), ("covariates.exponent", "effective-rank", 10)], sample_count = 5)]
fn plane_over_effective_rank(bencher: Bencher, (x, y, count): (&str, &str, usize)) {
    let mut scenario = Scenario::preset("source-condition").expect("a preset");
    scenario.set("dimension", "1000").expect("a setting");
    let request_of = |key: &str| {
        let variable = Variable::from((key != "n/p").then(|| key.to_owned()));
        AxisRequest { variable, ..AxisRequest::default() }
    };
    let fixed = SampleSize::Ratio(0.5);
    let request =
        PlaneRequest { x: request_of(x), y: request_of(y), columns: count, rows: count, fixed, gain: false };
    bencher.bench(|| plane::plane(black_box(&scenario), &request, &|| false));
}

/// Checks that the cost is linear in p.
#[divan::bench]
fn large(bencher: Bencher) {
    let s = spectrum(100_000);
    let ratios = sweep::grid(0.01, 2.0, 400, Spacing::Linear).unwrap();
    bencher.bench(|| sweep::curve(black_box(&s), &ratios, choice("0"), noise(), &|| false));
}
