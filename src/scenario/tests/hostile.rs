//! Arbitrary descriptions never cause a panic, and valid ones have finite spectra.

use proptest::prelude::*;

use super::super::*;
use crate::scenario::parameter::{Kind, parameters};

/// Values at and beyond the limits.
const EDGES: [&str; 22] = [
    "0",
    "-0.0",
    "1",
    "2",
    "0.5",
    "1e-3",
    "1e-300",
    "1e300",
    "-1",
    "20",
    "-20",
    "1e12",
    "360",
    "inf",
    "nan",
    "best",
    "each",
    "optimal",
    "isotropic",
    "[1, 2]",
    "99999999999999999999",
    "5e-324",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_parameter_changes(
        p in 1_usize..40,
        steps in proptest::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..30),
    ) {
        let mut scenario = Scenario { dimension: p, ..Scenario::default() };
        for (which, how) in steps {
            let all = parameters(&scenario);
            let parameter = which.get(&all);
            if parameter.key == "dimension" || parameter.key == "featurization.samples" {
                continue;
            }
            let value = match &parameter.kind {
                Kind::Choice { options } => how.get(options).clone(),
                _ => (*how.get(&EDGES)).into(),
            };
            let _ = scenario.set(&parameter.key, &value);
            if let Featurization::Learned { samples, .. } = &mut scenario.featurization {
                *samples = 10;
            }
        }
        let round = Scenario::from_toml(&scenario.to_toml()).unwrap();
        prop_assert_eq!(&round, &scenario);
        let Ok(model) = Model::new(&scenario, None, &|| false) else { return Ok(()) };
        for kind in scenario.kinds() {
            let mut other = scenario.clone();
            if other.set("featurization.kind", kind).is_err() || matches!(kind, "file" | "learned") {
                continue;
            }
            if let Ok(crate::theory::Representation::Fixed(s)) = model.representation(&other.featurization) {
                prop_assert!(s.eigenvalues().iter().all(|v| v.is_finite() && *v > 0.0), "{kind} {:?} {}", s.eigenvalues(), scenario.to_toml());
                prop_assert!((s.signal() / model.signal() - 1.0).abs() < 1e-9, "{} {}", kind, s.signal());
            }
        }
    }

    #[test]
    fn random_text(text in "[a-z\\[\\]\"=. \n0-9{}#-]{0,80}", key in "[a-z.]{0,20}", value in ".{0,20}") {
        let _ = Scenario::from_toml(&text);
        let mut scenario = Scenario::default();
        if scenario.set(&key, &value).is_err() {
            prop_assert_eq!(scenario, Scenario::default());
        }
    }
}

#[test]
fn nested_and_endless_texts() {
    for text in ["[".repeat(100_000), format!("a = {}", "[".repeat(100_000)), "a.".repeat(50_000)] {
        let sentence = Scenario::from_toml(&text).unwrap_err().to_string();
        assert!(sentence.len() < 400, "{sentence}");
    }
    assert!(Scenario::default().set("noise", &"[".repeat(100_000)).is_err());
    assert!(Scenario::load("/").unwrap_err().to_string().contains("directory"));
    #[cfg(unix)]
    assert!(Scenario::load("/dev/zero").unwrap_err().to_string().contains("not a regular file"));
}
