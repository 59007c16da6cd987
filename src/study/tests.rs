//! The pipeline against what it stands for: single evaluations of single models.

use std::cell::RefCell;
use std::sync::Arc;

use super::compared::in_sample;
use super::*;
use crate::data::{EnsembleChoice, Shrinkage};
use crate::scenario::{Featurization, Metric, Model, Scenario, ScenarioError, presets};
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
        scenario: scenario.clone(),
        window: axis::WINDOW,
        compared: vec![CurveId::Raw, CurveId::Optimal, CurveId::Floor],
        crosshair: 0.4,
        target: None,
        metric: Metric::Risk,
        resolution: 120,
        learned: 0,
        sizes: false,
        plane: None,
    }
}

fn curves_request(
    scenario: &Scenario,
    subjects: Vec<Subject>,
    asked: &Asked,
    points: usize,
) -> CurvesRequest {
    let axis = Axis::new("--x", &axis::numbers(scenario), asked).unwrap();
    CurvesRequest {
        scenario: scenario.clone(),
        subjects,
        axis,
        points,
        fixed: Fixed::Ratio(0.3),
        detail: Detail::Tabled,
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
fn a_table_is_its_points_to_the_digit_and_a_picture_the_same_curve() {
    let small = scenario(&[("dimension", "60"), ("task.family", "power-law")]);
    for ridge in ["0", "0.01", "optimal"] {
        let scenario = Scenario { ridge: Scenario::default().ridge, ..small.clone() };
        let mut scenario = scenario;
        scenario.set("ridge", ridge).unwrap();
        let subjects = Subject::list(&scenario, &CurveId::COMPARED);
        assert_eq!(subjects.len(), CurveId::COMPARED.len(), "the ground truth once, and the floor beside it");
        let wanted = curves_request(&scenario, subjects, &Asked::default(), 40);
        let table = curve::curves(&wanted, &|| false).unwrap();
        let drawn = CurvesRequest { detail: Detail::Drawn, ..wanted };
        let drawn = curve::curves(&drawn, &|| false).unwrap();
        for (listed, drawn) in table.curves.iter().zip(&drawn.curves) {
            let mut own =
                Scenario { featurization: listed.subject.featurization.clone(), ..scenario.clone() };
            if listed.subject.id == CurveId::Floor {
                own.set("ridge", "optimal-nonnegative").unwrap();
            }
            let own = model(&own);
            let ratios: Vec<_> = listed.xs.iter().map(|&x| SampleRatio::new(x).unwrap()).collect();
            let points = point::points(&own, &ratios).unwrap();
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

/// Every point along a number is the scenario with that number; what is learned from noisy tasks changes with the noise.
#[test]
fn along_a_number_every_point_is_a_scenario_of_its_own() {
    let cases = [
        ("learned-featurization", "noise", "0.01", "5"),
        ("learned-featurization", "featurization.tasks", "20", "300"),
        ("double-divergence", "task.ratio", "1e-5", "0.5"),
        ("double-divergence", "ridge", "1e-4", "1"),
    ];
    for (name, key, from, to) in cases {
        let base = preset(name, &[("dimension", "100")]);
        let mut subjects = Subject::list(&base, &[CurveId::Raw, CurveId::Floor]);
        subjects.dedup();
        let [from, to] = [from, to].map(|v| v.parse::<f64>().ok());
        let asked = Asked { key: Some(key.into()), from, to, log: false };
        let curves = curve::curves(&curves_request(&base, subjects, &asked, 3), &|| false).unwrap();
        for curve in &curves.curves {
            for (x, point) in curve.xs.iter().zip(curves.points(curve)) {
                let mut there = base.clone();
                there.set(key, &x.to_string()).unwrap();
                if curve.subject.id == CurveId::Floor {
                    there.set("ridge", "optimal-nonnegative").unwrap();
                }
                let featurization = match curve.subject.id {
                    CurveId::Chosen => there.featurization.clone(),
                    _ => curve.subject.featurization.clone(),
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

/// What `task` and which featurizations are in-sample is one rule, whoever asks.
#[test]
fn names_say_what_is_in_sample() {
    let mut real = Scenario::measured("examples/packages/features.npy", "examples/packages/labels.txt");
    if let Some(data) = &mut real.data {
        data.task = "games".into();
    }
    real.featurization = Featurization::GroundTruth;
    let real = model(&real);
    let subjects = Subject::list(real.scenario(), &CurveId::COMPARED);
    let names: Vec<String> = subjects.iter().map(|s| s.name(&real)).collect();
    let want = [
        "ground truth, in-sample",
        "raw",
        "whitened",
        "oracle PCR",
        "optimal (λ = 0), in-sample",
        "floor, in-sample",
    ];
    assert_eq!(names, want);
    let keys: Vec<&str> = subjects.iter().map(Subject::key).collect();
    assert_eq!(keys, ["ground-truth", "raw", "whitened", "pca", "optimal", "floor"]);
    let wanted = curves_request(real.scenario(), subjects, &Asked::default(), 2);
    let curves =
        curve::of_prepared(&real, &compared::prepared(&real, &wanted.subjects).unwrap(), &wanted, &|| false)
            .unwrap();
    let tagged: Vec<bool> = curves.curves.iter().map(|c| curves.points(c).all(|p| p.in_sample)).collect();
    assert_eq!(tagged, [true, false, false, false, true, true]);
    // A population that is known exactly has no sample to be in.
    let exact = model(&Scenario::default());
    for subject in Subject::list(exact.scenario(), &CurveId::COMPARED) {
        assert!(!subject.name(&exact).contains("in-sample") && !in_sample(&exact, &subject.featurization));
    }
}

/// The gain is the chosen featurization's risk over the optimum's, never below 1, whichever the axes are.
#[test]
fn the_gain_of_a_plane_is_how_much_worse_the_chosen_featurization_is() {
    let frozen = [("featurization.kind", "optimal"), ("featurization.at", "0.3")];
    for (base, x, y) in [
        (scenario(&[("dimension", "40"), ("featurization.kind", "raw")]), None, "noise"),
        (scenario(&[&[("dimension", "40")][..], &frozen].concat()), None, "noise"),
        (scenario(&[("dimension", "40")]), None, "task.ratio"),
        (scenario(&[("dimension", "40")]), Some("noise"), "task.ratio"),
    ] {
        let axis = |key: Option<&str>| Asked { key: key.map(Into::into), ..Asked::default() };
        let wanted = PlaneRequest {
            x: axis(x),
            y: axis(Some(y)),
            columns: 7,
            rows: 5,
            fixed: Fixed::Ratio(0.5),
            gain: true,
        };
        let plane = plane::plane(&base, &wanted, &|| false).unwrap();
        assert_eq!((plane.cells.len(), plane.gain.len()), (35, 35));
        assert!(plane.gain.iter().all(|g| *g >= 1.0 - 1e-12), "{:?}", plane.gain);
        assert!(plane.gain.iter().any(|g| *g > 1.01));
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
fn the_ablation_names_what_it_shows() {
    let base = preset("task-vs-structure", &[]);
    let selection = selection::Selection::at(
        SampleRatio::new(request(&base).crosshair).unwrap(),
        false,
        &model(&base),
        &|| false,
    )
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
    // So that none can stand for another.
    risks.sort_by(f64::total_cmp);
    assert!(risks.windows(2).all(|w| w[1] > w[0] * 1.0001), "{risks:?}");
    let best = selection.optimal.risk;
    assert!(risks.iter().all(|r| *r >= best * (1.0 - 1e-12)));
}

#[test]
fn what_is_recommended_is_what_most_of_the_left_out_representations_are() {
    let choice = |soft, hard, null| EnsembleChoice {
        samples: 50.0,
        shrinkage: Shrinkage { eta: 0.3, exponent: 1.0 },
        left_out_risk: 0.5,
        tasks: Vec::new(),
        soft,
        hard,
        null,
        kept: 12.4,
        raw: 0.9,
        pcr: 0.8,
        pcr_size: 3,
    };
    assert!(words::recommended(&choice(3, 2, 1)).starts_with("soft selection over all directions"));
    assert!(words::recommended(&choice(1, 4, 2)).starts_with("hard selection of 12 directions"));
    assert!(words::recommended(&choice(1, 0, 2)).starts_with("no feature"));
}

#[test]
fn divergences_and_stretches_are_told_in_the_same_words_everywhere() {
    let request = CurvesRequest {
        detail: Detail::Drawn,
        ..curves_request(
            &Scenario::default(),
            vec![Subject::chosen(&Scenario::default())],
            &Asked::default(),
            50,
        )
    };
    let curves = curve::curves(&request, &|| false).unwrap();
    let [near, pole] = curves.curves[0].divergences[..] else { panic!("{:?}", curves.curves[0].divergences) };
    assert_eq!(
        (words::mark(&near, 1000), words::mark(&pole, 1000)),
        ("2.58 at n = 200 · 200 directions used up".into(), "pole n = 1000".into())
    );
    assert_eq!((words::kind(near.kind), words::kind(pole.kind)), ("near", "pole"));
    assert_eq!(words::cause(&near, 1000), "200 directions used up, next 10000× weaker");
    assert_eq!(words::size(&pole), "R ≈ 0.100/|n/p − 1.00|");
    let [soft, hard] = curves.stretches[..] else { panic!("{:?}", curves.stretches) };
    assert_eq!(
        (words::stretch(&soft, 1000), words::stretch(&hard, 1000)),
        ("soft".into(), "hard · keep 200".into())
    );
    let [change] = curves.transitions[..] else { panic!("{:?}", curves.transitions) };
    assert_eq!((soft.to, hard.from, hard.to), (change.at, change.at, 1.6));
    assert_eq!(
        (words::change(&change), words::after(&change, 1000)),
        ("soft → hard".into(), "keep 200 of 1000".into())
    );
    let growing = Stretch { kept: (0.1, 0.25), ..hard };
    assert_eq!(words::stretch(&growing, 40), "hard · keep 4–10");
}

/// All that is shown of one request, its end last.
fn answers(study: &mut Study, request: &Request) -> Vec<Analysis> {
    let mut seen = Vec::new();
    let end = study.answer(request.clone(), &|| false, &mut |a| seen.push(a)).unwrap();
    seen.push(end);
    seen
}

#[test]
fn curves_come_coarse_then_fine_and_again_only_where_something_changed() {
    let mut study = Study::default();
    let first = request(&scenario(&[("dimension", "50")]));
    let points = |a: &Analysis| a.curves.curves[1].xs.len();
    let seen = answers(&mut study, &first);
    assert_eq!(seen.len(), 2);
    assert!(points(&seen[0]) < 60 && points(&seen[1]) >= 120, "{} {}", points(&seen[0]), points(&seen[1]));
    let before = seen.last().unwrap().clone();
    // The crosshair moves: the same curves, other rows.
    let moved = answers(&mut study, &Request { crosshair: 0.7, ..first.clone() });
    let [moved] = &moved[..] else { panic!("{}", moved.len()) };
    assert!(Arc::ptr_eq(&moved.curves, &before.curves) && Arc::ptr_eq(&moved.model, &before.model));
    assert_ne!(moved.rows[0].risk, before.rows[0].risk);
    // A wider plot wants more points, whatever is kept of a narrower one.
    let wide = answers(&mut study, &Request { resolution: 300, ..first.clone() });
    assert!(points(wide.last().unwrap()) >= 300);
    // Whatever else a curve depends on makes it anew.
    let mut noisy = first.clone();
    noisy.scenario.set("noise", "0.5").unwrap();
    let changed = [
        noisy,
        Request { window: Window { to: 2.0, ..first.window }, ..first.clone() },
        Request { compared: vec![CurveId::Whitened, CurveId::Raw], ..first.clone() },
    ];
    for request in changed {
        let end = answers(&mut study, &request).pop().unwrap();
        let fresh = answers(&mut Study::default(), &request).pop().unwrap();
        let risks = |a: &Analysis| {
            let all = a.curves.curves.iter();
            all.map(|c| (c.name.clone(), c.xs.clone(), c.points.clone())).collect::<Vec<_>>()
        };
        assert_eq!(risks(&end), risks(&fresh));
        assert_eq!((&end.request, end.curves.axis.to), (&request, request.window.to));
    }
}

#[test]
fn a_target_is_searched_for_again_when_it_or_the_curves_change() {
    let mut study = Study::default();
    let first = Request { target: Some(0.3), ..request(&scenario(&[("dimension", "50")])) };
    let intervals = |a: &Analysis| a.rows.iter().map(|r| r.reached.clone().unwrap()).collect::<Vec<_>>();
    let before = answers(&mut study, &first).pop().unwrap();
    let moved = answers(&mut study, &Request { crosshair: 0.9, ..first.clone() }).pop().unwrap();
    assert_eq!(intervals(&before), intervals(&moved));
    let lower = answers(&mut study, &Request { target: Some(0.15), ..first.clone() }).pop().unwrap();
    assert_ne!(intervals(&before), intervals(&lower));
    let mut noisy = first.clone();
    noisy.scenario.set("noise", "0.2").unwrap();
    assert_ne!(intervals(&before), intervals(&answers(&mut study, &noisy).pop().unwrap()));
    let none = answers(&mut study, &Request { target: None, ..first.clone() }).pop().unwrap();
    assert!(none.rows.iter().all(|row| row.reached.is_none()));
    // The same as without a screen.
    let subjects = Subject::list(&first.scenario, &first.compared);
    let searched = reach::reach(&before.model, &subjects, 0.3, &|| false).unwrap();
    let found: Vec<_> = searched.into_iter().map(|r| Some(r.intervals)).collect();
    assert_eq!(found, before.rows.iter().map(|r| r.reached.clone()).collect::<Vec<_>>());
}

/// Wherever the search is when it is no longer wanted, it says so and gives no half answer.
#[test]
fn a_search_that_is_no_longer_wanted_ends() {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    let model = model(&scenario(&[("dimension", "40")]));
    let subjects = Subject::list(model.scenario(), &[CurveId::Floor]);
    let asked = AtomicUsize::new(0);
    let count = || asked.fetch_add(1, Relaxed) == usize::MAX;
    let whole = reach::reach(&model, &subjects, 0.2, &count).unwrap();
    let all = asked.load(Relaxed);
    assert!(!whole[0].intervals.is_empty() && all > 20, "{whole:?} {all}");
    for most in [0, all / 2, all - 3] {
        let asked = AtomicUsize::new(0);
        let stop = || asked.fetch_add(1, Relaxed) >= most;
        assert_eq!(reach::reach(&model, &subjects, 0.2, &stop), Err(ScenarioError::Interrupted), "{most}");
    }
}

#[test]
fn a_plane_is_kept_until_its_request_or_scenario_changes() {
    let plane = PlaneRequest {
        x: Asked { from: Some(0.1), to: Some(1.0), ..Asked::default() },
        y: Asked { key: Some("noise".into()), ..Asked::default() },
        columns: 12,
        rows: 9,
        fixed: Fixed::Ratio(1.0),
        gain: false,
    };
    let mut study = Study::default();
    let first = Request { plane: Some(plane.clone()), ..request(&scenario(&[("dimension", "30")])) };
    let seen = answers(&mut study, &first);
    assert!(seen.iter().any(|a| a.plane.as_ref().is_some_and(|p| !p.finished)), "it is seen as it fills");
    let before = seen.last().unwrap().plane.clone().unwrap();
    assert!(before.finished && before.cells.len() == 108);
    let moved = answers(&mut study, &Request { crosshair: 0.9, ..first.clone() }).pop().unwrap();
    assert!(Arc::ptr_eq(&before, moved.plane.as_ref().unwrap()));
    let shaded = Request { plane: Some(PlaneRequest { gain: true, ..plane }), ..first.clone() };
    assert_eq!(answers(&mut study, &shaded).pop().unwrap().plane.unwrap().gain.len(), 108);
    let mut other = first.clone();
    other.scenario.set("task.ratio", "0.01").unwrap();
    let other = answers(&mut study, &other).pop().unwrap().plane.unwrap();
    assert_ne!(before.cells, other.cells);
    assert!(answers(&mut study, &Request { plane: None, ..first }).pop().unwrap().plane.is_none());
}

#[test]
fn what_is_no_longer_wanted_ends_early_and_leaves_nothing_half_done() {
    let mut study = Study::default();
    let wanted = request(&scenario(&[("dimension", "50")]));
    // Once the coarse curve is shown.
    let seen = std::sync::atomic::AtomicBool::new(false);
    let stop = || seen.load(std::sync::atomic::Ordering::Relaxed);
    let mut shown = |_| seen.store(true, std::sync::atomic::Ordering::Relaxed);
    let ended = study.answer(wanted.clone(), &stop, &mut shown).map(|_| ()).unwrap_err();
    assert_eq!(ended, ScenarioError::Interrupted);
    let end = answers(&mut study, &wanted).pop().unwrap();
    assert!(end.curves.curves[1].xs.len() >= 120, "the coarse curve is not taken for the fine one");
    // A scenario that cannot be computed is one sentence, and the next is answered.
    let mut wrong = wanted.clone();
    wrong.scenario.set("featurization.kind", "soft").unwrap();
    wrong.scenario.set("featurization.at", "2").unwrap();
    let said = RefCell::new(0);
    let refused = study.answer(wrong, &|| false, &mut |_| *said.borrow_mut() += 1).map(|_| ()).unwrap_err();
    assert!(refused.to_string().contains("soft selection") && *said.borrow() == 0, "{refused}");
    let again = answers(&mut study, &wanted).pop().unwrap();
    assert_eq!(again.rows[0].risk, end.rows[0].risk);
}
