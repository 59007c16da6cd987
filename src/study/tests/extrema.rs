//! Curves over a parameter: minimum and divergences against closed forms and every whole number.

use super::*;
use crate::theory::ExtremumKind;

/// The chosen curve over a parameter at an n/p, as the dashboard requests it.
fn over(scenario: &Scenario, key: &str, ends: (f64, f64), log: bool, fixed: SampleSize) -> Curves {
    let (from, to) = (Some(ends.0), Some(ends.1));
    let asked = AxisRequest { variable: Variable::Parameter(key.into()), from, to, log };
    let specs = vec![CurveSpec::chosen(scenario)];
    let request =
        CurvesRequest { detail: Detail::Picture, fixed, ..curves_request(scenario, specs, &asked, 60) };
    curves::curves(&request, &|| false).unwrap()
}

fn extrema(curves: &Curves) -> Vec<(ExtremumKind, f64, f64)> {
    curves.curves[0].extrema.iter().map(|found| (found.kind, found.at, found.risk)).collect()
}

fn near(a: f64, b: f64, within: f64) {
    assert!((a - b).abs() <= within * b.abs(), "{a} is not {b}");
}

/// The optimal ridge and the smallest admissible one agree with section 6, which searches neither on a grid.
#[test]
fn over_the_ridge_minimum_and_pole_are_those_of_section_6() {
    for (name, at, ends) in
        [("negative-ridge", 0.064, (-10.0, 10.0)), ("double-divergence", 0.4, (-0.05, 0.5))]
    {
        let scenario = preset(name, &[]);
        let found = extrema(&over(&scenario, "ridge", ends, false, SampleSize::Ratio(at)));
        let shown = Session::default().answer(Request::of(scenario, at), &|| false, &mut |_| {}).unwrap();
        let ridges = shown.ridges.unwrap();
        let of = |kind| found.iter().find(|extremum| extremum.0 == kind).unwrap();
        let (_, ridge, risk) = of(ExtremumKind::Minimum);
        near(*ridge, ridges.best.ridge, 1e-5);
        near(*risk, ridges.best.risk, 1e-10);
        near(of(ExtremumKind::Pole).1, ridges.minimum.unwrap(), 1e-6);
    }
}

/// The best ridge at the crosshair is that of the fit itself, which other curves of `eval` show: of random features, of
/// an average of fits and of a fit towards a source, not of the population's spectrum.
#[test]
fn the_best_ridge_is_that_of_the_fit() {
    for (name, at) in
        [("belkin-hsu-xu", 0.7), ("how-much-pretraining", 0.4), ("lejeune", 0.8), ("negative-transfer", 0.5)]
    {
        let (scenario, tuned) = (preset(name, &[]), preset(name, &[("ridge", "optimal-nonnegative")]));
        let answer =
            |scenario| Session::default().answer(Request::of(scenario, at), &|| false, &mut |_| {}).unwrap();
        let (plain, tuned) = (answer(scenario), answer(tuned));
        let (ridges, want) = (plain.ridges.unwrap(), tuned.rows[0].risk.unwrap());
        near(ridges.best.risk, want.risk, 1e-9);
        assert!(plain.rows[0].risk.unwrap().risk >= want.risk, "{name}");
        assert_eq!(ridges.minimum, None, "{name}");
    }
}

/// A share of directions is a whole number of them: the risk along it is a staircase, whose steps on the flanks of a
/// maximum are no maxima.
#[test]
fn over_a_share_of_directions_steps_are_no_peaks() {
    let default = preset("double-divergence", &[("dimension", "100")]);
    for points in [100, 400] {
        let asked = AxisRequest {
            variable: Variable::Parameter("task.fraction".into()),
            from: Some(0.02),
            to: Some(0.9),
            log: false,
        };
        let request = CurvesRequest {
            detail: Detail::Picture,
            fixed: SampleSize::Ratio(0.3),
            ..curves_request(&default, vec![CurveSpec::chosen(&default)], &asked, points)
        };
        let found = extrema(&curves::curves(&request, &|| false).unwrap());
        let peaks: Vec<_> = found.iter().filter(|peak| peak.0 == ExtremumKind::Peak).collect();
        assert_eq!(peaks.len(), 1, "{peaks:?}");
        near(peaks[0].1, 0.3, 0.02);
        near(peaks[0].2, 3.36, 0.01);
    }
}

#[test]
fn over_the_size_the_pole_is_at_n_directions() {
    let xu_hsu = preset("xu-hsu", &[]);
    let found = over(&xu_hsu, "featurization.size", (1.0, 1000.0), false, SampleSize::Ratio(0.3));
    let least = found.curves[0].points.last().unwrap().risk.unwrap().risk;
    assert_eq!(
        extrema(&found),
        [(ExtremumKind::Pole, 300.0, f64::INFINITY), (ExtremumKind::Minimum, 1000.0, least)]
    );
    assert!(found.curves[0].extrema[1].at_end);
}

#[test]
fn over_p_the_pole_is_at_n_features() {
    let raw = preset("isotropic-double-descent", &[]);
    let found = extrema(&over(&raw, "dimension", (20.0, 5000.0), true, SampleSize::Count(321.0)));
    assert!(found.contains(&(ExtremumKind::Pole, 321.0, f64::INFINITY)), "{found:?}");
}

/// With a ridge the pole becomes a maximum. Evaluating every size gives its position and the minimum.
#[test]
fn extrema_agree_with_every_whole_number() {
    for ridge in ["1e-4", "0.01"] {
        let settings =
            [("dimension", "300"), ("ridge", ridge), ("noise", "0.3"), ("featurization.size", "50")];
        let scenario = preset("xu-hsu", &settings);
        let found = over(&scenario, "featurization.size", (1.0, 300.0), false, SampleSize::Ratio(0.2));
        let every = |k: usize| {
            let mut scenario = scenario.clone();
            scenario.set("featurization.size", &k.to_string()).unwrap();
            let model = model(&scenario);
            let ratio = SampleRatio::new(0.2).unwrap();
            model.risk_curve(&scenario.featurization).unwrap().risk_at(ratio, model.ridge(), model.noise())
        };
        let risks: Vec<f64> = (1..=300).map(|k| every(k).unwrap().risk.unwrap().risk).collect();
        let least = (0..300).min_by(|a, b| risks[*a].total_cmp(&risks[*b])).unwrap();
        let highest = (2..299).filter(|&i| risks[i] > risks[i - 1] && risks[i] > risks[i + 1]);
        let highest = highest.max_by(|a, b| risks[*a].total_cmp(&risks[*b])).unwrap();
        let found = extrema(&found);
        let of = |kind| {
            found.iter().find(|extremum| extremum.0 == kind).unwrap_or_else(|| panic!("{kind:?}: {found:?}"))
        };
        assert_eq!(
            (of(ExtremumKind::Minimum).1, of(ExtremumKind::Peak).1),
            (least as f64 + 1.0, highest as f64 + 1.0)
        );
        near(of(ExtremumKind::Minimum).2, risks[least], 1e-9);
        near(of(ExtremumKind::Peak).2, risks[highest], 1e-9);
    }
}

#[test]
fn a_monotone_or_flat_curve_has_no_minimum() {
    let raw = preset("double-divergence", &[]);
    let noise = over(&raw, "noise", (0.01, 1.0), true, SampleSize::Ratio(0.4));
    let [least] = &noise.curves[0].extrema[..] else { panic!("{:?}", noise.curves[0].extrema) };
    assert!(least.at_end && least.at == 0.01 && least.kind == ExtremumKind::Minimum);
    // The best ridge is chosen at every value, whatever its setting.
    let learned = preset("learned-featurization", &[("dimension", "40"), ("featurization.tasks", "10")]);
    let of_p = over(&learned, "signal", (0.5, 0.500_000_1), false, SampleSize::Ratio(0.2));
    assert!(of_p.curves[0].extrema.is_empty(), "{:?}", of_p.curves[0].extrema);
}

/// An invalid parameter value is a gap on the screen and an error elsewhere.
#[test]
fn invalid_values_are_gaps_on_screen() {
    let scenario = preset("learned-featurization", &[("dimension", "60"), ("featurization.tasks", "10")]);
    let asked = AxisRequest {
        variable: Variable::Parameter("dimension".into()),
        from: Some(40.0),
        to: Some(2400.0),
        log: true,
    };
    let of = |detail| {
        let specs = vec![CurveSpec::chosen(&scenario)];
        let request = CurvesRequest { detail, ..curves_request(&scenario, specs, &asked, 3) };
        curves::curves(&request, &|| false)
    };
    let found = of(Detail::Live).unwrap();
    let there: Vec<bool> = found.curves[0].points.iter().map(|point| point.risk.is_some()).collect();
    assert_eq!(there, [true, true, false], "{:?}", found.curves[0].xs);
    for detail in [Detail::Picture, Detail::Table] {
        let why = of(detail).unwrap_err().to_string();
        assert!(why.contains("at most 2000"), "{why}");
    }
}

/// A gap is reported as a cause only if the eigenvalues have one at as many directions as samples: for every preset,
/// by counting eigenvalues.
#[test]
fn causes_are_verified() {
    let (mut gaps, mut others) = (0, 0);
    for preset in presets::all().iter().filter(|preset| preset.scenario().data.is_none()) {
        let scenario = Scenario { dimension: preset.scenario().dimension.min(1000), ..preset.scenario() };
        let Ok(model) = Model::new(&scenario, None, &|| false) else { continue };
        let Ok(curve) = model.risk_curve(&scenario.featurization) else { continue };
        for found in curve.divergences(model.ridge(), model.noise(), 0.02, 1.6).unwrap() {
            let Some(gap) = found.cause.gap().filter(|_| found.kind == ExtremumKind::Peak) else {
                others += usize::from(found.kind == ExtremumKind::Peak);
                continue;
            };
            let ratio = SampleRatio::new(found.at).unwrap();
            let spectrum = curve.spectrum_at(ratio, model.ridge(), model.noise()).unwrap();
            let above: f64 = spectrum
                .weights()
                .iter()
                .zip(spectrum.eigenvalues())
                .filter(|(_, s)| gap.smallest_kept.is_none_or(|kept| **s >= kept))
                .map(|(w, _)| w)
                .sum();
            assert!((above / found.at - 1.0).abs() < 0.11, "{}: {found:?} {above}", preset.name);
            let inside = spectrum.eigenvalues().iter().filter(|s| {
                gap.smallest_kept.is_some_and(|kept| **s < kept) && gap.next.is_some_and(|next| **s > next)
            });
            assert_eq!(inside.count(), 0, "{}: {found:?}", preset.name);
            gaps += 1;
        }
    }
    assert!(gaps > 3 && others > 0, "{gaps} {others}");
    for (name, n) in [("pcr-connection", 684.0), ("li-sen-adlam-sparse", 289.0)] {
        let scenario = preset(name, &[]);
        let model = model(&scenario);
        let p = model.dimension() as f64;
        let shown = CurveSpec::list(&scenario, &CurveId::COMPARED);
        let curves = shown.iter().filter_map(|spec| model.risk_curve(&spec.featurization).ok());
        let all = curves.flat_map(|c| c.divergences(model.ridge(), model.noise(), 0.02, 1.6).unwrap());
        for found in all.filter(|found| (found.at * p - n).abs() < 2.0) {
            assert_eq!(found.cause.gap(), None, "{name}: {found:?}");
        }
    }
}
