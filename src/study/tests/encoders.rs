//! Several encoders: the dashboard and the command line give bitwise equal results.

use crate::scenario::{Encoder, Metric, Scenario};
use crate::study::axis::WINDOW;
use crate::study::curves::point;
use crate::study::encoders::Encoders;
use crate::study::encoders::comparison::{self, compare};
use crate::study::measurement::{self, Measurement};
use crate::study::{Analysis, CurveSpec, CurvesRequest, Detail, Request, SampleSize, Session, Window};
use crate::theory::{RidgeChoice, SampleRatio};

fn games() -> Scenario {
    let encoder = |name: &str, file: &str| Encoder {
        name: name.into(),
        features: format!("tests/data/few/{file}.npy").into(),
    };
    let encoders = [encoder("minilm", "wide"), encoder("reduced", "narrow")];
    let mut scenario = Scenario::of_encoders(&encoders, "tests/data/few/labels.txt");
    scenario.ridge = RidgeChoice::OptimalNonNegative;
    scenario.set("data.task", "games").unwrap();
    scenario
}

fn request(scenario: Scenario, n: f64, p: f64, metric: Metric, target: Option<f64>) -> Request {
    Request {
        window: Window { from: 10.0 / p, to: 6000.0 / p, log: true },
        target,
        metric,
        resolution: 90,
        ..Request::of(scenario, n / p)
    }
}

/// Answers a request and counts the partial answers before the last.
fn asked(study: &mut Session, request: Request) -> (Analysis, usize) {
    let mut partial = 0;
    let found = study.answer(request, &|| false, &mut |_| partial += 1).unwrap();
    (found, partial)
}

#[test]
fn the_dashboard_and_compare_are_bitwise_equal() {
    let mut study = Session::default();
    for (metric, target) in [(Metric::Risk, 0.3), (Metric::Auc, 0.95), (Metric::Accuracy, 0.55)] {
        let wanted =
            comparison::Request { scenario: games(), metric, samples: vec![200.0], target: Some(target) };
        let printed = compare(&wanted, &|| false).unwrap();
        // The result does not depend on the encoder in focus; for slower metrics one encoder is tested.
        let in_focus = [("minilm", 48.0), ("reduced", 12.0)];
        let asked_with = if metric == Metric::Risk { &in_focus[..] } else { &in_focus[1..] };
        for &(focus, p) in asked_with {
            let mut scenario = games();
            scenario.set("data.encoder", focus).unwrap();
            let (found, _) = asked(&mut study, request(scenario, 200.0, p, metric, Some(target)));
            let encoders = found.encoders.unwrap();
            assert_eq!(encoders.best, printed.best[0], "{metric:?}, {focus}");
            // `compare` searches for a target beyond the window.
            let seen = printed.curves.crossovers.iter().filter(|c| c.samples < 6000.0);
            assert!(
                encoders.curves.crossovers.iter().eq(seen),
                "{metric:?}, {focus}: {:?}",
                encoders.curves.crossovers
            );
            let budgets = encoders.budgets.unwrap();
            for (i, encoder) in printed.encoders.iter().enumerate() {
                assert_eq!(
                    (&encoders.points[i].0, encoders.points[i].1),
                    (&encoder.name, encoder.points[0].1)
                );
                assert_eq!(budgets.each[i].target.map(|(_, needed)| needed), encoder.needed);
            }
            let now = budgets.now.unwrap();
            assert_eq!(now.samples, 150.0, "all labels");
        }
    }
}

/// Moving the crosshair or the focus reuses known results, and no result is shown twice.
#[test]
fn encoder_results_are_cached() {
    let mut study = Session::default();
    let of = |focus: &str, n: f64, p: f64| {
        let mut scenario = games();
        scenario.set("data.encoder", focus).unwrap();
        request(scenario, n, p, Metric::Risk, None)
    };
    let (first, _) = asked(&mut study, of("minilm", 100.0, 48.0));
    let (moved, partial) = asked(&mut study, of("minilm", 130.0, 48.0));
    let [a, b] = [&first, &moved].map(|found| found.encoders.as_ref().unwrap());
    assert!(std::sync::Arc::ptr_eq(&a.curves, &b.curves) && partial == 0, "{partial}");
    assert_ne!(a.points[0].1, b.points[0].1);
    let (turned, _) = asked(&mut study, of("reduced", 130.0, 12.0));
    let c = turned.encoders.as_ref().unwrap();
    assert!(std::sync::Arc::ptr_eq(&b.curves, &c.curves));
    assert_eq!((b.best, &b.points), (c.best, &c.points));
    assert!(
        std::sync::Arc::ptr_eq(&turned.model, &c.models[1])
            || *turned.model.scenario() == *c.models[1].scenario()
    );
}

/// `curve` places every encoder at the n/p of the encoder in focus: all have equal n, and their values are those of
/// `eval`.
#[test]
fn curves_of_encoders_have_equal_n() {
    let scenario = games();
    let encoders = Encoders::new(&scenario, None, None, &|| false).unwrap();
    let wanted = CurvesRequest {
        specs: vec![CurveSpec::chosen(&scenario)],
        axis: WINDOW.into(),
        points: 7,
        fixed: SampleSize::Ratio(1.0),
        detail: Detail::Table,
        metric: Metric::Risk,
        scenario,
    };
    let all = encoders.curves(&wanted, &|| false).unwrap();
    let n = |i: usize| all[i].points(&all[i].curves[0]).map(|p| p.samples).collect::<Vec<f64>>();
    assert!(n(0).iter().zip(n(1)).all(|(a, b)| (a / b - 1.0).abs() < 1e-12), "{:?} {:?}", n(0), n(1));
    assert!((n(0)[0] - 0.02 * 48.0).abs() < 1e-9);
    for (curves, encoder) in all.iter().zip(encoders.all()) {
        for point in curves.points(&curves.curves[0]) {
            let ratio = SampleRatio::new(point.sample_ratio).unwrap();
            let alone = point::points(encoder.model(), &[ratio], Metric::Risk, None).unwrap();
            assert_eq!(alone[0].risk, point.risk, "{}", encoder.name);
        }
    }
}

/// Every encoder is measured at the same n, as it would be alone; changing the focus draws nothing again.
#[test]
fn encoders_are_measured_at_equal_n() {
    let encoders = Encoders::new(&games(), None, None, &|| false).unwrap();
    let [plain, reduced] = [0, 1].map(|i| std::sync::Arc::clone(encoders.all()[i].model()));
    let wanted = |first: &std::sync::Arc<crate::scenario::Model>, beside, p: f64| measurement::Request {
        model: std::sync::Arc::clone(first),
        encoders: beside,
        window: Window { from: 10.0 / p, to: 6000.0 / p, log: true },
        draws: 4,
        count: 3,
        logistic: false,
    };
    let mut measurement = Measurement::new();
    let both = wanted(&plain, vec![("reduced".to_owned(), std::sync::Arc::clone(&reduced))], 48.0);
    let found = measurement.answer(&both, &|| false, &mut |_| {}).unwrap();
    let n = |points: &[crate::evidence::Compared]| points.iter().map(|p| p.samples).collect::<Vec<_>>();
    let beside = &found.encoders[0];
    assert_eq!((beside.name.as_str(), beside.dimension, found.encoders.len()), ("reduced", 12, 1));
    assert_eq!(n(&found.points), n(&beside.points));
    assert!(
        n(&found.points).iter().all(|n| *n < 150.0) && found.points.len() == 3 && found.missing.is_none()
    );
    let alone =
        Measurement::new().answer(&wanted(&reduced, Vec::new(), 12.0), &|| false, &mut |_| {}).unwrap();
    assert_eq!(alone.points, beside.points);
    let mut drawn = 0;
    let turned = wanted(&reduced, vec![("minilm".to_owned(), plain)], 12.0);
    let again = measurement.answer(&turned, &|| false, &mut |_| drawn += 1).unwrap();
    assert_eq!((drawn, &again.points, &again.encoders[0].points), (0, &beside.points, &found.points));
}

/// With what-if noise there is a risk but no AUC and no accuracy: neither at a point, nor in the label budget, nor in
/// the comparison of encoders.
#[test]
fn what_if_noise_has_no_auc_or_accuracy() {
    let mut scenario = games();
    let known = Encoders::new(&scenario, None, None, &|| false).unwrap();
    scenario.set("noise", "0.5").unwrap();
    let other = Encoders::new(&scenario, Some(&known), None, &|| false).unwrap();
    for metric in [Metric::Risk, Metric::Auc, Metric::Accuracy] {
        let scored =
            |encoders: &Encoders| encoders.all()[0].at(120.0, None).unwrap().estimate(metric).is_some();
        assert_eq!((scored(&known), scored(&other)), (true, metric == Metric::Risk), "{metric:?}");
        let best = |encoders: &Encoders| encoders.best(120.0, metric).unwrap().is_some();
        assert_eq!((best(&known), best(&other)), (true, metric == Metric::Risk), "{metric:?}");
    }
}
