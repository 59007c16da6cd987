//! Parts of the last answer that a session reuses, and those that it computes again.

use std::cell::RefCell;
use std::sync::Arc;

use super::*;

/// All answers to one request, the final one last.
fn answers(study: &mut Session, request: &Request) -> Vec<Analysis> {
    let mut seen = Vec::new();
    let end = study.answer(request.clone(), &|| false, &mut |a| seen.push(a)).unwrap();
    seen.push(end);
    seen
}

#[test]
fn curves_are_refined_and_cached() {
    let mut study = Session::default();
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
    // A wider plot has more points, whatever is cached of a narrower one.
    let wide = answers(&mut study, &Request { resolution: 300, ..first.clone() });
    assert!(points(wide.last().unwrap()) >= 300);
    // Any other change of a curve's inputs computes it again.
    let mut noisy = first.clone();
    noisy.scenario.set("noise", "0.5").unwrap();
    let changed = [
        noisy,
        Request { window: Window { to: 2.0, ..first.window }, ..first.clone() },
        Request { compared: vec![CurveId::Whitened, CurveId::Raw], ..first.clone() },
    ];
    for request in changed {
        let end = answers(&mut study, &request).pop().unwrap();
        let fresh = answers(&mut Session::default(), &request).pop().unwrap();
        let risks = |a: &Analysis| {
            let all = a.curves.curves.iter();
            all.map(|c| (c.name.clone(), c.xs.clone(), c.points.clone())).collect::<Vec<_>>()
        };
        assert_eq!(risks(&end), risks(&fresh));
        assert_eq!((&end.request, end.curves.axis.to), (&request, request.window.to));
    }
}

#[test]
fn a_target_is_cached_until_it_or_the_curves_change() {
    let mut study = Session::default();
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
    // Equal to the result without a screen.
    let specs = CurveSpec::list(&first.scenario, &first.compared);
    let searched =
        labels::target::target_samples(&before.model, &specs, (Metric::Risk, 0.3), &|| false).unwrap();
    let found: Vec<_> = searched.into_iter().map(|r| Some(r.intervals)).collect();
    assert_eq!(found, before.rows.iter().map(|r| r.reached.clone()).collect::<Vec<_>>());
}

/// Interrupted at any stage, the search returns an error and no partial answer.
#[test]
fn a_search_can_be_interrupted() {
    use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    let model = model(&scenario(&[("dimension", "40")]));
    let specs = CurveSpec::list(model.scenario(), &[CurveId::Floor]);
    let asked = AtomicUsize::new(0);
    let count = || asked.fetch_add(1, Relaxed) == usize::MAX;
    let whole = labels::target::target_samples(&model, &specs, (Metric::Risk, 0.2), &count).unwrap();
    let all = asked.load(Relaxed);
    assert!(!whole[0].intervals.is_empty() && all > 20, "{whole:?} {all}");
    for most in [0, all / 2, all - 3] {
        let asked = AtomicUsize::new(0);
        let stop = || asked.fetch_add(1, Relaxed) >= most;
        assert_eq!(
            labels::target::target_samples(&model, &specs, (Metric::Risk, 0.2), &stop),
            Err(ScenarioError::Interrupted),
            "{most}"
        );
    }
}

#[test]
fn a_plane_is_cached_until_its_request_or_scenario_changes() {
    let plane = PlaneRequest {
        x: AxisRequest { from: Some(0.1), to: Some(1.0), ..AxisRequest::default() },
        y: AxisRequest { variable: Variable::Parameter("noise".into()), ..AxisRequest::default() },
        columns: 12,
        rows: 9,
        fixed: SampleSize::Ratio(1.0),
        gain: false,
    };
    let mut study = Session::default();
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

/// Over n/p and over two parameters: four passes and the boundaries, each finer, from a plane with all rows.
#[test]
fn a_plane_fills_coarse_to_fine() {
    let asked = |key: Option<&str>, from, to| AxisRequest {
        variable: key.map(String::from).into(),
        from,
        to,
        log: false,
    };
    for x in [asked(None, Some(0.1), Some(1.0)), asked(Some("task.fraction"), Some(0.1), Some(0.9))] {
        let y = asked(Some("noise"), Some(0.05), Some(2.0));
        let wanted = PlaneRequest { x, y, columns: 12, rows: 9, fixed: SampleSize::Ratio(0.5), gain: false };
        let model = model(&scenario(&[("dimension", "30")]));
        let mut seen = Vec::new();
        let end = plane::of_model(&model, &wanted, &|| false, &mut |plane| seen.push(plane.cells)).unwrap();
        let right = |cells: &[_]| cells.iter().zip(&end.cells).filter(|(a, b)| a == b).count();
        let right: Vec<usize> = seen.iter().map(|cells| right(cells)).collect();
        assert!(seen.iter().all(|cells| cells.len() == 108), "{right:?}");
        assert!(right.len() == 5 && right.is_sorted() && right[0] < 108 && right[3] == 108, "{right:?}");
    }
}

#[test]
fn interrupted_requests_leave_no_partial_results() {
    let mut study = Session::default();
    let wanted = request(&scenario(&[("dimension", "50")]));
    // After the coarse curve is shown.
    let seen = std::sync::atomic::AtomicBool::new(false);
    let stop = || seen.load(std::sync::atomic::Ordering::Relaxed);
    let mut shown = |_| seen.store(true, std::sync::atomic::Ordering::Relaxed);
    let ended = study.answer(wanted.clone(), &stop, &mut shown).map(|_| ()).unwrap_err();
    assert_eq!(ended, ScenarioError::Interrupted);
    let end = answers(&mut study, &wanted).pop().unwrap();
    assert!(end.curves.curves[1].xs.len() >= 120, "the coarse curve is not taken for the fine one");
    // A scenario that cannot be computed gives one sentence, and the next request is answered.
    let mut wrong = wanted.clone();
    wrong.scenario.set("featurization.kind", "soft").unwrap();
    wrong.scenario.set("featurization.at", "2").unwrap();
    let said = RefCell::new(0);
    let refused = study.answer(wrong, &|| false, &mut |_| *said.borrow_mut() += 1).map(|_| ()).unwrap_err();
    assert!(refused.to_string().contains("soft selection") && *said.borrow() == 0, "{refused}");
    let again = answers(&mut study, &wanted).pop().unwrap();
    assert_eq!(again.rows[0].risk, end.rows[0].risk);
}
