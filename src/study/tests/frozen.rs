//! Frozen scenarios compared with the same scenarios evaluated directly.

use super::*;

fn answer(study: &mut Session, request: Request) -> Analysis {
    study.answer(request, &|| false, &mut |_| {}).unwrap()
}

#[test]
fn a_frozen_scenario_equals_its_direct_evaluation() {
    let now = scenario(&[("dimension", "100")]);
    let kept = scenario(&[("dimension", "60"), ("noise", "0.4"), ("featurization.kind", "raw")]);
    let mut study = Session::default();
    for (same_samples, share) in [(false, 1.0), (true, 100.0 / 60.0)] {
        let request = Request {
            frozen: vec![kept.clone()],
            same_samples,
            pin: Some(0.7),
            ..Request::of(now.clone(), 0.45)
        };
        let shown = answer(&mut study, request.clone());
        // Equal n means another n/p if p differs.
        let window = Window { from: 0.02 * share, to: 1.6 * share, log: false };
        let alone =
            answer(&mut Session::default(), Request { window, ..Request::of(kept.clone(), 0.45 * share) });
        let [frozen] = &shown.frozen[..] else { panic!("{}", shown.frozen.len()) };
        assert_eq!(frozen.row.risk, alone.rows[0].risk);
        let (curve, direct) = (frozen.curve.as_ref().unwrap(), &alone.curves.curves[0]);
        assert_eq!(curve.points, direct.points);
        assert!(curve.xs.iter().zip(&direct.xs).all(|(x, y)| (x * share - y).abs() < 1e-12 * y));
        let poles = |curve: &Curve| curve.poles().collect::<Vec<_>>();
        assert!(poles(curve).iter().zip(poles(direct)).all(|(x, y)| (x * share - y).abs() < 1e-9));
        assert!(!poles(direct).is_empty());
        // The pin is a readout of the chosen curve at another position.
        let there = answer(&mut Session::default(), Request::of(now.clone(), 0.7));
        assert_eq!(shown.pinned.unwrap().risk, there.rows[0].risk);
    }
}

#[test]
fn frozen_curves_follow_the_axis_only() {
    let kept = scenario(&[("dimension", "60"), ("noise", "0.4")]);
    let mut study = Session::default();
    let request = |noise: &str, along: Option<Axis>| Request {
        frozen: vec![kept.clone()],
        along,
        ..Request::of(scenario(&[("dimension", "60"), ("noise", noise)]), 0.45)
    };
    let first = answer(&mut study, request("0.1", None));
    let moved = answer(&mut study, request("0.2", None));
    let curve = |a: &Analysis| a.frozen[0].curve.clone().unwrap();
    assert!(std::sync::Arc::ptr_eq(&curve(&first), &curve(&moved)));
    let ridge = axis::number(&kept, "ridge").and_then(|p| Axis::of(&p)).unwrap();
    let along = answer(&mut study, request("0.2", Some(ridge.clone())));
    let alone =
        answer(&mut Session::default(), Request { along: Some(ridge), ..Request::of(kept.clone(), 0.45) });
    assert_eq!(curve(&along).points, alone.curves.curves[0].points);
    // A curve that cannot be computed states its reason; the others remain.
    let mut broken = kept.clone();
    broken.set("task.alignment", "anti-aligned").unwrap();
    broken.dimension = 0;
    let shown =
        answer(&mut study, Request { frozen: vec![broken, kept.clone()], ..Request::of(kept.clone(), 0.45) });
    assert!(shown.frozen[0].row.missing.is_some() && shown.frozen[1].row.risk == shown.rows[0].risk);
}
