//! The best of the featurizations shown under a distribution shift, where the test covariance is not that of the downstream
//! samples (section 5) and no optimum over all featurizations is known.

use crate::study::featurizations::{CurveId, CurveSpec, PreparedCurve};
use std::sync::Arc;

use crate::scenario::{Model, ScenarioError};
use crate::theory::SampleRatio;

/// The remark that no optimum is known under a distribution shift.
pub const NO_OPTIMUM: &str = "no optimum is known under shift";

/// The featurization with the smallest risk among those shown.
#[derive(Debug, Clone, PartialEq)]
pub struct BestShown {
    /// Name for the reader.
    pub name: String,
    /// Risk under the test covariance.
    pub risk: f64,
}

impl BestShown {
    /// The smallest of finite risks, given with the identity and name of their curves; `None` where none is finite. The
    /// floor, a lower bound for all, is left out.
    pub fn of<'a>(shown: impl Iterator<Item = (CurveId, &'a str, f64)>) -> Option<Self> {
        shown
            .filter(|(id, _, risk)| *id != CurveId::Floor && risk.is_finite())
            .min_by(|a, b| a.2.total_cmp(&b.2))
            .map(|(_, name, risk)| Self { name: name.to_owned(), risk })
    }

    /// The best of the scenario's featurization and all that it can be compared with, at the scenario's ridge; `None`
    /// without a distribution shift.
    ///
    /// # Errors
    /// A featurization of the model that cannot be built.
    pub fn at(model: &Model, ratio: SampleRatio) -> Result<Option<Self>, ScenarioError> {
        if !model.is_shifted() {
            return Ok(None);
        }
        let specs = CurveSpec::list(model.scenario(), &CurveId::COMPARED);
        let all = PreparedCurve::all(&Arc::new(model.clone()), &specs)?;
        let risks = all.iter().filter_map(|curve| {
            let point = curve.risk.as_ref().ok()?.risk_at(ratio, curve.ridge, model.noise()).ok()?;
            Some((curve.spec.id, curve.name.as_str(), point.risk?.risk))
        });
        Ok(Self::of(risks))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Featurization, Metric, Scenario};
    use crate::study::axis::{Axis, AxisRequest, Variable};
    use crate::study::curves::point;
    use crate::study::curves::{CurvesRequest, Detail, curves};
    use crate::study::labels::target;
    use crate::study::plane::{PlaneRequest, plane};
    use crate::study::{SampleSize, Window};

    fn shifted(settings: &[(&str, &str)]) -> Scenario {
        let mut scenario = Scenario::default();
        let base = [
            ("dimension", "200"),
            ("covariates.family", "power-law"),
            ("task.ratio", "0.01"),
            ("featurization.kind", "raw"),
            ("test.family", "isotropic"),
        ];
        for (key, value) in base.iter().chain(settings) {
            scenario.set(key, value).unwrap();
        }
        scenario
    }

    fn model(scenario: &Scenario) -> Model {
        Model::new(scenario, None, &|| false).unwrap()
    }

    fn request(scenario: &Scenario, axis: Axis) -> CurvesRequest {
        CurvesRequest {
            scenario: scenario.clone(),
            specs: CurveSpec::list(scenario, &CurveId::COMPARED),
            axis,
            points: 25,
            fixed: SampleSize::Ratio(0.4),
            detail: Detail::Table,
            metric: Metric::Risk,
        }
    }

    /// Every curve is that of the test risk, together with the unshifted risk, and nothing is claimed about an
    /// optimum.
    #[test]
    fn curves_under_shift() {
        let scenario = shifted(&[]);
        let unshifted = Scenario { test: None, ..scenario.clone() };
        let window = Window { from: 0.1, to: 0.9, log: false };
        let noise = Axis::new(
            "--x",
            &crate::study::axis::numbers(&scenario),
            &AxisRequest { variable: Variable::Parameter("noise".into()), ..AxisRequest::default() },
        );
        for axis in [Axis::from(window), noise.unwrap()] {
            let all = curves(&request(&scenario, axis.clone()), &|| false).unwrap();
            let before = curves(&request(&unshifted, axis), &|| false).unwrap();
            assert!(all.regimes.is_empty() && all.transitions.is_empty() && !before.regimes.is_empty());
            for (curve, unshifted) in all.curves.iter().zip(&before.curves) {
                for (point, unshifted) in all.points(curve).zip(before.points(unshifted)) {
                    let (risk, unshifted_risk) = (point.risk.unwrap(), unshifted.risk.unwrap());
                    assert!((risk.risk / unshifted_risk.risk - 1.0).abs() > 1e-3, "{}", curve.name);
                    assert_eq!(point.population.unwrap().unshifted, Some(risk.unshifted));
                    assert_eq!(unshifted.population.unwrap().unshifted, None);
                    // A curve that is not optimised for the test risk keeps its fit.
                    if !matches!(curve.spec.id, CurveId::Pcr | CurveId::Floor) {
                        assert!((risk.unshifted / unshifted_risk.risk - 1.0).abs() < 1e-9, "{}", curve.name);
                    }
                    assert!(point.reference.optimal.is_none() && unshifted.reference.optimal.is_some());
                    let floor = point.reference.floor.unwrap().risk;
                    assert!(floor <= risk.risk * (1.0 + 1e-9), "{}: {floor} {risk:?}", curve.name);
                }
            }
            let names: Vec<&str> = all.curves.iter().map(|c| c.name.as_str()).collect();
            assert!(
                names.contains(&"best, no ridge, no shift") && names.contains(&"best possible"),
                "{names:?}"
            );
        }
    }

    #[test]
    fn no_optimum_is_claimed_under_shift() {
        let scenario = shifted(&[]);
        let at = SampleRatio::new(0.4).unwrap();
        let found = point::points(&model(&scenario), &[at], Metric::Risk, None).unwrap().remove(0);
        let best = found.best_shown.unwrap();
        let risks = curves(&request(&scenario, Window { from: 0.4, to: 0.8, log: false }.into()), &|| false);
        let least = risks.unwrap().curves.into_iter().filter(|c| c.spec.id != CurveId::Floor);
        let least =
            least.min_by(|a, b| a.points[0].risk.unwrap().risk.total_cmp(&b.points[0].risk.unwrap().risk));
        let least = least.unwrap();
        assert_eq!(
            (best.name.as_str(), best.risk),
            (least.name.as_str(), least.points[0].risk.unwrap().risk)
        );
        assert!(found.reference.floor.unwrap().risk < best.risk && found.local_exponent.is_none());
        let plain = Scenario { test: None, ..scenario };
        assert_eq!(
            point::points(&model(&plain), &[at], Metric::Risk, None).unwrap().remove(0).best_shown,
            None
        );
        // Tags of featurizations chosen without the shift.
        let name = |kind: &str| {
            let scenario = shifted(&[("featurization.kind", kind)]);
            CurveSpec::chosen(&scenario).name(&model(&scenario))
        };
        assert_eq!((name("soft"), name("minimax")), ("soft, no shift".into(), "minimax, no shift".into()));
        assert_eq!((name("pca"), name("mix")), ("best PCR".into(), "mix 0.0001".into()));
    }

    /// The plane of regimes, and its gain, are those without a distribution shift.
    #[test]
    fn planes_ignore_the_shift() {
        let scenario = shifted(&[]);
        let request = PlaneRequest {
            x: AxisRequest::default(),
            y: AxisRequest { variable: Variable::Parameter("noise".into()), ..AxisRequest::default() },
            columns: 12,
            rows: 8,
            fixed: SampleSize::Ratio(1.0),
            gain: true,
        };
        let with = plane(&scenario, &request, &|| false).unwrap();
        let without = plane(&Scenario { test: None, ..scenario }, &request, &|| false).unwrap();
        assert!(with.shifted && !without.shifted);
        assert_eq!((with.cells, with.boundaries), (without.cells, without.boundaries));
        assert_eq!(with.gain, without.gain);
        assert!(with.gain.iter().all(|gain| gain.is_nan() || *gain > 1.0 - 1e-9));
    }

    /// Samples for a target refer to the test risk.
    #[test]
    fn targets_refer_to_the_test_risk() {
        for ridge in ["0", "optimal"] {
            let scenario = shifted(&[("ridge", ridge)]);
            let model = model(&scenario);
            let curve = model.risk_curve(&Featurization::Raw).unwrap();
            let risk = |n: u64| {
                let ratio = SampleRatio::new(n as f64 / 200.0).unwrap();
                curve.evaluate(ratio, model.ridge(), model.noise()).unwrap().risk.unwrap().risk
            };
            let target = 1.0001 * risk(120);
            let found = target::target_samples(
                &model,
                &[CurveSpec::chosen(&scenario)],
                (Metric::Risk, target),
                &|| false,
            );
            let found = found.unwrap().remove(0);
            let inside =
                |n: u64| found.intervals.iter().any(|i| n >= i.first && i.last.is_none_or(|last| n <= last));
            let mut both = [0, 0];
            for n in 1..=1000 {
                assert_eq!(risk(n) <= target, inside(n), "n = {n}: {}", risk(n));
                both[usize::from(inside(n))] += 1;
            }
            assert!(both[0] > 50 && both[1] > 50, "{both:?}");
        }
    }

    /// Learned features have another eigenbasis and are refused under a test covariance.
    #[test]
    fn learned_features_are_rejected_under_shift() {
        let model = model(&shifted(&[]));
        let learned = Featurization::Learned { tasks: 5, samples: 50, seed: 0 };
        let sentence = model.representation(&learned).unwrap_err().to_string();
        assert!(sentence.contains("eigenbasis") && sentence.contains("accepted"), "{sentence}");
    }
}
