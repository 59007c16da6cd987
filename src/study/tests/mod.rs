//! The pipeline against single evaluations of single models.

mod encoders;
mod extrema;
mod frozen;
mod session;
mod transfer;

use super::*;
use crate::data::{EnsembleChoice, Shrinkage};
use crate::scenario::{Featurization, Metric, Model, Scenario, ScenarioError, presets};
use crate::study::featurizations::{PreparedCurve, in_sample};
use crate::theory::SampleRatio;

fn scenario(settings: &[(&str, &str)]) -> Scenario {
    preset("double-divergence", settings)
}

fn preset(name: &str, settings: &[(&str, &str)]) -> Scenario {
    let mut scenario = presets::all().iter().find(|p| p.name == name).unwrap().scenario();
    for (key, value) in settings {
        scenario.set(key, value).unwrap();
    }
    scenario
}

fn model(scenario: &Scenario) -> Model {
    Model::new(scenario, None, &|| false).unwrap()
}

fn request(scenario: &Scenario) -> Request {
    Request {
        compared: vec![CurveId::Raw, CurveId::Optimal, CurveId::Floor],
        resolution: 120,
        ..Request::of(scenario.clone(), 0.4)
    }
}

fn curves_request(
    scenario: &Scenario,
    specs: Vec<CurveSpec>,
    asked: &AxisRequest,
    points: usize,
) -> CurvesRequest {
    let axis = Axis::new("--x", &axis::numbers(scenario), asked).unwrap();
    CurvesRequest {
        scenario: scenario.clone(),
        specs,
        axis,
        points,
        fixed: SampleSize::Ratio(0.3),
        detail: Detail::Table,
        metric: Metric::Risk,
    }
}

/// The risk of one featurization at one ratio, of a model made for it alone.
fn alone(scenario: &Scenario, featurization: &Featurization, ratio: f64) -> f64 {
    let model = model(&Scenario { featurization: featurization.clone(), ..scenario.clone() });
    let curve = model.risk_curve(featurization).unwrap();
    let point = curve.evaluate(SampleRatio::new(ratio).unwrap(), model.ridge(), model.noise()).unwrap();
    point.risk.unwrap().risk
}

#[test]
fn tables_and_pictures_equal_single_evaluations() {
    let small = scenario(&[("dimension", "60"), ("task.family", "power-law")]);
    for ridge in ["0", "0.01", "optimal"] {
        let scenario = Scenario { ridge: Scenario::default().ridge, ..small.clone() };
        let mut scenario = scenario;
        scenario.set("ridge", ridge).unwrap();
        let specs = CurveSpec::list(&scenario, &CurveId::COMPARED);
        assert_eq!(specs.len(), CurveId::COMPARED.len(), "the ground truth once, and the floor beside it");
        let wanted = curves_request(&scenario, specs, &AxisRequest::default(), 40);
        let table = curves::curves(&wanted, &|| false).unwrap();
        let drawn = CurvesRequest { detail: Detail::Picture, ..wanted };
        let drawn = curves::curves(&drawn, &|| false).unwrap();
        for (listed, drawn) in table.curves.iter().zip(&drawn.curves) {
            let mut own = Scenario { featurization: listed.spec.featurization.clone(), ..scenario.clone() };
            if listed.spec.id == CurveId::Floor {
                own.set("ridge", "optimal-nonnegative").unwrap();
            }
            let own = model(&own);
            let ratios: Vec<_> = listed.xs.iter().map(|&x| SampleRatio::new(x).unwrap()).collect();
            let points = curves::point::points(&own, &ratios, Metric::Risk, None).unwrap();
            assert_eq!(points.len(), 40);
            for (point, from_table) in points.iter().zip(table.points(listed)) {
                assert_eq!((point.risk, point.samples), (from_table.risk, from_table.samples));
                assert_eq!(point.reference.optimal, from_table.reference.optimal);
                assert_eq!(point.reference.floor, from_table.reference.floor);
                let close = |(x, p): (&f64, &crate::scenario::RiskPoint)| {
                    (*x == point.sample_ratio).then(|| p.risk.map(|r| r.risk))
                };
                let Some(on_curve) = drawn.xs.iter().zip(&drawn.points).find_map(close) else { continue };
                let pair = on_curve.zip(point.risk.map(|r| r.risk));
                assert_eq!(on_curve.is_some(), point.risk.is_some());
                assert!(pair.is_none_or(|(a, b)| a == b || (a / b - 1.0).abs() < 1e-11), "{pair:?}");
            }
        }
        assert!(drawn.references.is_empty() && drawn.curves.iter().any(|c| ridge != "0" || c.xs.len() > 40));
    }
}

/// Every point over a parameter equals the scenario with that value; features learned from noisy tasks depend on the noise.
#[test]
fn over_a_parameter_every_point_is_its_scenario() {
    let cases = [
        ("learned-featurization", "noise", "0.01", "5"),
        ("learned-featurization", "featurization.tasks", "20", "90"),
        ("double-divergence", "task.ratio", "1e-5", "0.5"),
        ("double-divergence", "ridge", "1e-4", "1"),
    ];
    for (name, key, from, to) in cases {
        let mut base = preset(name, &[("dimension", "100")]);
        if key == "featurization.tasks" {
            base.set("dimension", "50").unwrap();
            base.set("featurization.samples", "90").unwrap();
        }
        let mut specs = CurveSpec::list(&base, &[CurveId::Raw, CurveId::Floor]);
        specs.dedup();
        let [from, to] = [from, to].map(|v| v.parse::<f64>().ok());
        let asked = AxisRequest { variable: Variable::Parameter(key.into()), from, to, log: false };
        let curves = curves::curves(&curves_request(&base, specs, &asked, 3), &|| false).unwrap();
        for curve in &curves.curves {
            for (x, point) in curve.xs.iter().zip(curves.points(curve)) {
                let mut there = base.clone();
                there.set(key, &x.to_string()).unwrap();
                if curve.spec.id == CurveId::Floor {
                    there.set("ridge", "optimal-nonnegative").unwrap();
                }
                let featurization = match curve.spec.id {
                    CurveId::Chosen => there.featurization.clone(),
                    _ => curve.spec.featurization.clone(),
                };
                let want = alone(&there, &featurization, 0.3);
                let got = point.risk.unwrap().risk;
                assert!((got / want - 1.0).abs() < 1e-12, "{name} {key} = {x}, {}: {got} {want}", curve.name);
                let task = model(&there).task_spectrum().unwrap();
                let best = task.optimal(SampleRatio::new(0.3).unwrap(), model(&there).noise()).risk;
                assert!((point.reference.optimal.unwrap().risk / best - 1.0).abs() < 1e-12);
            }
        }
        if key == "noise" {
            let last = curves.curves[0].points[2].risk.unwrap().risk;
            assert!((last - 9.63).abs() < 0.01, "{last}");
        }
    }
}

/// Names, table rows and tags agree on which featurizations are in-sample.
#[test]
fn names_mark_in_sample_featurizations() {
    let mut real = Scenario::measured("examples/packages/features.npy", "tests/data/packages_labels_600.txt");
    if let Some(data) = &mut real.data {
        data.task = "games".into();
    }
    real.featurization = Featurization::GroundTruth;
    let real = std::sync::Arc::new(model(&real));
    let specs = CurveSpec::list(real.scenario(), &CurveId::COMPARED);
    let names: Vec<String> = specs.iter().map(|s| s.name(&real)).collect();
    let want = [
        "ground truth, in-sample",
        "raw",
        "whitened",
        "best PCR",
        "best, no ridge, in-sample",
        "best possible, in-sample",
    ];
    assert_eq!(names, want);
    let keys: Vec<&str> = specs.iter().map(CurveSpec::key).collect();
    assert_eq!(keys, ["ground-truth", "raw", "whitened", "pca", "optimal", "floor"]);
    let wanted = curves_request(real.scenario(), specs, &AxisRequest::default(), 2);
    let curves =
        curves::of_prepared(&PreparedCurve::all(&real, &wanted.specs).unwrap(), &wanted, &|| false).unwrap();
    let tagged: Vec<bool> = curves.curves.iter().map(|c| curves.points(c).all(|p| p.in_sample)).collect();
    assert_eq!(tagged, [true, false, false, false, true, true]);
    // A known population is not a sample, so nothing is in-sample.
    let exact = model(&Scenario::default());
    for spec in CurveSpec::list(exact.scenario(), &CurveId::COMPARED) {
        assert!(!spec.name(&exact).contains("in-sample") && !in_sample(&exact, &spec.featurization));
    }
}

/// The gain is the chosen featurization's risk over that of the optimum, at least 1, for any axes.
#[test]
fn the_gain_is_the_ratio_to_the_optimum() {
    let frozen = [("featurization.kind", "optimal"), ("featurization.at", "0.3")];
    for (base, x, y) in [
        (scenario(&[("dimension", "40"), ("featurization.kind", "raw")]), None, "noise"),
        (scenario(&[&[("dimension", "40")][..], &frozen].concat()), None, "noise"),
        (scenario(&[("dimension", "40")]), None, "task.ratio"),
        (scenario(&[("dimension", "40")]), Some("noise"), "task.ratio"),
    ] {
        let axis = |key: Option<&str>| AxisRequest {
            variable: key.map(String::from).into(),
            ..AxisRequest::default()
        };
        let wanted = PlaneRequest {
            x: axis(x),
            y: axis(Some(y)),
            columns: 7,
            rows: 5,
            fixed: SampleSize::Ratio(0.5),
            gain: true,
        };
        let plane = plane::plane(&base, &wanted, &|| false).unwrap();
        assert_eq!((plane.cells.len(), plane.gain.len()), (35, 35));
        assert!(plane.gain.iter().all(|g| *g >= 1.0 - 1e-12), "{:?}", plane.gain);
        assert!(plane.gain.iter().any(|g| *g > 1.01));
        // Exchanging the axes gives the transposed plane.
        let (x_axis, y_axis) = (wanted.y.clone(), wanted.x.clone());
        let turned = PlaneRequest { x: x_axis, y: y_axis, columns: 5, rows: 7, ..wanted };
        let turned = plane::plane(&base, &turned, &|| false).unwrap();
        for (i, cell) in plane.cells.iter().enumerate() {
            let (row, column) = (i / 7, i % 7);
            let (a, b) = (cell.unwrap(), turned.cells[column * 5 + row].unwrap());
            assert!(a.regime == b.regime && (a.risk / b.risk - 1.0).abs() < 1e-12, "{row} {column}");
            assert!((plane.gain[i] / turned.gain[column * 5 + row] - 1.0).abs() < 1e-12, "{row} {column}");
        }
        for (row, column) in [(1, 2), (4, 6), (2, 0)] {
            let mut there = base.clone();
            there.set(y, &format!("{:?}", plane.rows[row])).unwrap();
            let vx = plane.columns[column];
            let ratio = match x {
                Some(key) => {
                    there.set(key, &format!("{vx:?}")).unwrap();
                    0.5
                }
                None => vx,
            };
            let best = plane.cells[row * 7 + column].unwrap().risk;
            let want = alone(&there, &base.featurization, ratio);
            let got = plane.gain[row * 7 + column] * best;
            assert!((got / want - 1.0).abs() < 1e-10, "{y} at {row} {column}: {got} {want}");
        }
    }
}

#[test]
fn the_ablation_names_its_featurizations() {
    let base = preset("task-vs-structure", &[]);
    let selection =
        selection::Selection::at(SampleRatio::new(request(&base).crosshair).unwrap(), false, &model(&base))
            .unwrap();
    let soft = Featurization::Soft { at: None };
    let hard = Featurization::Hard { at: None };
    let (raw, truth, whitened) = (Featurization::Raw, Featurization::GroundTruth, Featurization::Whitened);
    let want = [
        ("raw", raw),
        ("task only", truth),
        ("structure only", whitened),
        ("both (soft)", soft),
        ("top features (hard)", hard),
    ];
    let mut risks = Vec::new();
    for (line, (name, featurization)) in selection.ablation.iter().zip(want) {
        let risk = alone(&base, &featurization, 0.4);
        assert_eq!(line.name, name);
        assert!((line.risk.unwrap().risk / risk - 1.0).abs() < 1e-12, "{name}");
        risks.push(risk);
    }
    // All risks differ, so that a mixed-up value is noticed.
    risks.sort_by(f64::total_cmp);
    assert!(risks.windows(2).all(|w| w[1] > w[0] * 1.0001), "{risks:?}");
    let best = selection.optimal.risk;
    assert!(risks.iter().all(|r| *r >= best * (1.0 - 1e-12)));
}

#[test]
fn the_recommendation_has_size_and_shrinkage() {
    let choice = |kept| EnsembleChoice {
        samples: 50.0,
        shrinkage: Shrinkage { eta: 0.3, exponent: 1.0 },
        kept,
        left_out_risk: 0.5,
        standard_error: 0.1,
        tasks: Vec::new(),
        raw: 0.9,
        pcr: 0.8,
        pcr_size: 3,
    };
    assert_eq!(words::recommended(&choice(12)), "hard selection of 12 directions (η 0.3, v 1)");
    assert_eq!(words::recommended(&choice(1)), "hard selection of 1 direction (η 0.3, v 1)");
    assert!(words::recommended(&choice(0)).starts_with("no feature"));
}

#[test]
fn divergences_and_regimes_have_one_wording() {
    let request = CurvesRequest {
        detail: Detail::Picture,
        ..curves_request(
            &Scenario::default(),
            vec![CurveSpec::chosen(&Scenario::default())],
            &AxisRequest::default(),
            50,
        )
    };
    let curves = curves::curves(&request, &|| false).unwrap();
    let [near, pole] = curves.curves[0].extrema[..] else { panic!("{:?}", curves.curves[0].extrema) };
    assert_eq!(
        (words::mark(&near, &curves.axis, 1000), words::mark(&pole, &curves.axis, 1000)),
        ("2.58, n = 200 · 200 strong directions".into(), "infinite, n = 1000".into())
    );
    assert_eq!((words::kind(near.kind), words::kind(pole.kind)), ("near", "pole"));
    assert_eq!(
        words::cause(&near, 1000).as_deref(),
        Some("n = 200 strong directions, the next 10000× weaker")
    );
    assert_eq!(words::size(&pole), "R ≈ 0.100/|n/p − 1.00|");
    let [soft, hard] = curves.regimes[..] else { panic!("{:?}", curves.regimes) };
    assert_eq!(
        (words::regime_interval(&soft, 1000), words::regime_interval(&hard, 1000)),
        ("reweight all".into(), "keep the top 200".into())
    );
    let [change] = curves.transitions[..] else { panic!("{:?}", curves.transitions) };
    assert_eq!((soft.to, hard.from, hard.to), (change.at, change.at, 1.6));
    assert_eq!(words::change(&change, 1000), "reweight all → keep the top 200");
    let growing = RegimeInterval { kept: (0.1, 0.25), ..hard };
    assert_eq!(words::regime_interval(&growing, 40), "keep the top 4–10");
}
