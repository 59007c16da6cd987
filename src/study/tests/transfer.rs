//! Planes over settings of the fit, the budget of pretraining and the boundary of negative transfer (section 11).

use super::*;
use crate::scenario::{EFFECTIVE_RANK, Scenario};
use crate::study::plane::{FitLineKind, plane};
use crate::study::pretraining::{PretrainingBudget, Upstream};
use crate::theory::Risk;

fn scenario(settings: &[(&str, &str)]) -> Scenario {
    let mut scenario = Scenario { dimension: 200, ..Scenario::default() };
    let base = [
        ("covariates.family", "power-law"),
        ("covariates.exponent", "0.8"),
        ("task.family", "power-law"),
        ("task.exponent", "0.7"),
        ("featurization.kind", "raw"),
    ];
    for (key, value) in base.iter().chain(settings) {
        scenario.set(key, value).unwrap();
    }
    scenario
}

const PRETRAINED: [(&str, &str); 4] = [
    ("featurization.kind", "pretrained"),
    ("featurization.tasks", "150"),
    ("featurization.samples", "300"),
    ("ridge", "0.02"),
];

fn risk(scenario: &Scenario, ratio: f64) -> Risk {
    let model = Model::new(scenario, None, &|| false).unwrap();
    let ratio = SampleRatio::new(ratio).unwrap();
    model.chosen().unwrap().evaluate(ratio, model.ridge(), model.noise()).unwrap().unwrap()
}

fn request(x: &str, y: &str, (from, to): (f64, f64)) -> PlaneRequest {
    let asked = |key: &str| {
        let variable = Variable::from((key != "n/p").then(|| key.to_owned()));
        let ends = if key.starts_with("featurization.") { (Some(from), Some(to)) } else { (None, None) };
        AxisRequest { variable, from: ends.0, to: ends.1, log: false }
    };
    PlaneRequest { x: asked(x), y: asked(y), columns: 9, rows: 7, fixed: SampleSize::Ratio(0.3), gain: false }
}

#[test]
fn a_plane_over_tasks_and_samples_equals_single_evaluations() {
    let scenario = scenario(&PRETRAINED);
    let [tasks, samples] = ["featurization.tasks", "featurization.samples"];
    for (x, y) in [(tasks, samples), (samples, tasks), (tasks, "ridge")] {
        let found = plane(&scenario, &request(x, y, (20.0, 2000.0)), &|| false).unwrap();
        let fit = found.fit.as_ref().unwrap();
        for (row, &up) in found.rows.iter().enumerate() {
            for (column, &across) in found.columns.iter().enumerate() {
                let one = scenario.with(x, across).unwrap().with(y, up).unwrap();
                let (got, want) = (fit.risk[row * found.columns.len() + column], risk(&one, 0.3).risk);
                assert!((got / want - 1.0).abs() < 1e-9, "{x} {across}, {y} {up}: {got} for {want}");
            }
        }
        assert_eq!(fit.best_split.is_some(), y != "ridge");
    }
}

#[test]
fn the_best_split_of_a_budget_is_the_least_on_its_line() {
    let scenario = scenario(&PRETRAINED);
    let asked = request("featurization.tasks", "featurization.samples", (20.0, 2000.0));
    let found = plane(&scenario, &asked, &|| false).unwrap();
    let fit = found.fit.unwrap();
    let line = fit.lines.iter().find(|line| line.kind == FitLineKind::Budget).unwrap();
    assert!(line.points.iter().all(|(m, n)| (m * n / 45_000.0 - 1.0).abs() < 1e-12));
    let best = fit.best_split.unwrap();
    assert!(best.tasks * best.samples <= 45_000.0);
    let upstream = Upstream::new(&Model::new(&scenario, None, &|| false).unwrap()).unwrap();
    for m in 1..2000_u64 {
        let of =
            |m: u64| upstream.risk(m as f64, (45_000 / m) as f64, SampleRatio::new(0.3).unwrap()).unwrap();
        if m % 13 == 0 || (m as f64 - best.tasks).abs() < 4.0 {
            assert!(best.risk <= of(m) * (1.0 + 1e-6), "{m}: {} for {best:?}", of(m));
        }
    }
}

#[test]
fn the_upstream_samples_for_a_target_reach_it() {
    let scenario = scenario(&PRETRAINED);
    let model = Model::new(&scenario, None, &|| false).unwrap();
    let ratio = SampleRatio::new(0.3).unwrap();
    let now = risk(&scenario, 0.3).risk;
    let budget = PretrainingBudget::at(&model, ratio, Some(0.98 * now)).unwrap();
    let needed = budget.needed.unwrap();
    for (key, intervals) in [("featurization.tasks", needed.tasks), ("featurization.samples", needed.samples)]
    {
        let at = |count: u64| risk(&scenario.with(key, count as f64).unwrap(), 0.3).risk;
        for interval in &intervals {
            assert!(
                at(interval.first) <= 0.98 * now
                    && (interval.first == 1 || at(interval.first - 1) > 0.98 * now),
                "{key}: {interval:?}"
            );
            if let Some(last) = interval.last {
                assert!(at(last) <= 0.98 * now && at(last + 1) > 0.98 * now, "{key}: {interval:?}");
            }
        }
        assert!(!intervals.is_empty(), "{key}");
    }
    assert!(
        PretrainingBudget::at(&Model::new(&Scenario::default(), None, &|| false).unwrap(), ratio, None)
            .is_none()
    );
}

/// On the boundary the risk equals that without a source; for a correlation above c* the source helps, below it harms. With a
/// tuned ridge both fits are tuned separately.
#[test]
fn the_boundary_of_negative_transfer_separates_the_sides() {
    for (x, y, ridge) in [
        ("n/p", "source.correlation", "0.1"),
        ("source.correlation", "n/p", "0"),
        ("n/p", "source.correlation", "optimal-nonnegative"),
    ] {
        let scenario =
            scenario(&[("ridge", ridge), ("source.samples", "400"), ("source.correlation", "0.6")]);
        let found = plane(&scenario, &request(x, y, (0.0, 1.0)), &|| false).unwrap();
        let fit = found.fit.unwrap();
        let points: Vec<(f64, f64)> = fit.lines.iter().flat_map(|line| line.points.clone()).collect();
        assert!(points.len() > 10, "{x} {y}");
        let at = |(across, up): (f64, f64)| {
            let (mut one, mut ratio) = (scenario.clone(), 0.3);
            for (key, value) in [(x, across), (y, up)] {
                match key {
                    "n/p" => ratio = value,
                    _ => one = one.with(key, value).unwrap(),
                }
            }
            let found = risk(&one, ratio);
            found.source.unwrap().without / found.risk - 1.0
        };
        for &point in points.iter().step_by(points.len() / 5) {
            assert!(at(point).abs() < 1e-6, "{x} {y} {point:?}: {}", at(point));
            let (more, less) = match y {
                "source.correlation" => ((point.0, point.1 + 0.02), (point.0, point.1 - 0.02)),
                _ => ((point.0 + 0.02, point.1), (point.0 - 0.02, point.1)),
            };
            let correlation = |p: (f64, f64)| if y == "source.correlation" { p.1 } else { p.0 };
            if correlation(more) <= 1.0 {
                assert!(at(more) > 0.0 && at(less) < 0.0, "{x} {y} {point:?}");
            }
        }
    }
}

/// Features and source weights are curves of one figure, over n/p and over a parameter of the source: weights apply to the
/// raw covariates, and the best weight is no worse than any other and than no source.
#[test]
fn features_and_weights_on_one_plot() {
    let both = scenario(
        &[
            &PRETRAINED[..],
            &[("source.samples", "300"), ("source.correlation", "0.7"), ("source.weight", "0.9")],
        ]
        .concat(),
    );
    let ids = [CurveId::Raw, CurveId::Weights, CurveId::BestWeights];
    let specs = CurveSpec::list(&both, &ids);
    assert_eq!(specs.iter().map(|s| s.id).collect::<Vec<_>>(), [&[CurveId::Chosen], &ids[..]].concat());
    let weights = scenario(&[
        ("ridge", "0.02"),
        ("source.samples", "300"),
        ("source.correlation", "0.7"),
        ("source.weight", "0.9"),
    ]);
    // The curve of the scenario is that of the weights where its features do not depend on n.
    let alone = CurveSpec::list(&weights, &ids);
    assert_eq!(
        alone.iter().map(|s| s.id).collect::<Vec<_>>(),
        [CurveId::Chosen, CurveId::Raw, CurveId::BestWeights]
    );
    let request = |axis: Axis| CurvesRequest {
        scenario: both.clone(),
        specs: specs.clone(),
        axis,
        points: 9,
        fixed: SampleSize::Ratio(0.3),
        detail: Detail::Table,
        metric: Metric::Risk,
    };
    let at = |found: &Curves, curve: usize, i: usize| found.curves[curve].points[i].risk.unwrap();
    let over_n =
        curves::curves(&request(Window { from: 0.1, to: 0.9, log: false }.into()), &|| false).unwrap();
    for (i, &x) in over_n.curves[0].xs.iter().enumerate() {
        let want = risk(&weights, x).risk;
        assert!((at(&over_n, 2, i).risk / want - 1.0).abs() < 1e-12);
        let pretrained = risk(&Scenario { source: None, ..both.clone() }, x).risk;
        assert!((at(&over_n, 0, i).risk / pretrained - 1.0).abs() < 1e-12);
        let best = at(&over_n, 3, i).risk;
        assert!(best <= want * (1.0 + 1e-12) && best <= at(&over_n, 1, i).risk * (1.0 + 1e-12));
    }
    let asked =
        AxisRequest { variable: Variable::Parameter("source.correlation".into()), ..AxisRequest::default() };
    let axis = Axis::new("--x", &axis::numbers(&both), &asked).unwrap();
    let over_c = curves::curves(&request(axis), &|| false).unwrap();
    for (i, &c) in over_c.curves[0].xs.iter().enumerate() {
        let want = risk(&weights.with("source.correlation", c).unwrap(), 0.3).risk;
        assert!((at(&over_c, 2, i).risk / want - 1.0).abs() < 1e-12, "{c}");
        assert!(
            (at(&over_c, 0, i).risk / at(&over_c, 0, 0).risk - 1.0).abs() < 1e-12,
            "features have no source"
        );
    }
    assert!(at(&over_c, 2, 8).risk < at(&over_c, 2, 0).risk, "a correlated source is worth more");
}

/// Over n/p and over a parameter: the kept share of the optimum at each value, below 1 where it selects.
#[test]
fn the_kept_share_is_that_of_the_optimum() {
    let scenario = scenario(&[]);
    let asked = |axis| CurvesRequest {
        scenario: scenario.clone(),
        specs: vec![CurveSpec::chosen(&scenario)],
        axis,
        points: 12,
        fixed: SampleSize::Ratio(0.8),
        detail: Detail::Picture,
        metric: Metric::Risk,
    };
    let kept = |scenario: &Scenario, ratio: f64| {
        let model = Model::new(scenario, None, &|| false).unwrap();
        let ratio = SampleRatio::new(ratio).unwrap();
        model.task_spectrum().unwrap().optimal(ratio, model.noise()).kept_fraction
    };
    let over_n = curves::curves(&asked(Window { from: 0.1, to: 2.0, log: false }.into()), &|| false).unwrap();
    assert!(
        over_n.kept.len() == 12
            && over_n.kept.iter().any(|k| k.1 < 1.0)
            && over_n.kept.iter().any(|k| k.1 == 1.0)
    );
    let axis = AxisRequest { variable: Variable::Parameter(EFFECTIVE_RANK.into()), ..AxisRequest::default() };
    let axis = Axis::new("--x", &axis::numbers(&scenario), &axis).unwrap();
    let over_rank = curves::curves(&asked(axis), &|| false).unwrap();
    assert_eq!(over_rank.kept.len(), over_rank.curves[0].xs.len());
    for &(x, share) in over_n.kept.iter().step_by(3) {
        assert!((share - kept(&scenario, x)).abs() < 1e-9, "{x}");
    }
    for &(x, share) in over_rank.kept.iter().step_by(3) {
        let mut varied = scenario.clone();
        varied.set_effective_rank(x).unwrap();
        assert!((share - kept(&varied, 0.8)).abs() < 1e-9, "{x}");
    }
}
