//! Numbers of samples that reach a target risk.

use crate::{json, text};
use serde_json::Value;

/// Every interval of n that reaches a risk, compared with an evaluation at every n; and "never" where no n does.
#[test]
fn a_target_risk_is_reached_at_every_n_of_its_intervals() {
    let small = ["--set", "dimension=60", "--set", "task.fraction=0.2", "--set", "task.ratio=0.001"];
    let every: Vec<String> = (1..=240).map(|n| n.to_string()).collect();
    let every = every.join(",");
    for target in [0.2, 0.31, 0.75, 1.2] {
        let target_text = target.to_string();
        let reaches = json(&[&["eval", "--json", "--target-risk", &target_text][..], &small].concat());
        let reaches = reaches.as_array().unwrap();
        let names: Vec<&str> = reaches.iter().map(|r| r["featurization"].as_str().unwrap()).collect();
        assert_eq!(names, ["ground truth", "raw", "whitened", "best PCR", "best, no ridge", "best possible"]);
        for (reach, kind) in
            reaches.iter().zip(["ground-truth", "raw", "whitened", "pca", "optimal", "floor"])
        {
            let shown = if kind == "floor" { "raw" } else { kind };
            let points = json(
                &[&["eval", "--json", "--samples", &every, "--featurization", shown][..], &small].concat(),
            );
            let risk =
                |p: &Value| if kind == "floor" { p["floor"]["risk"].as_f64() } else { p["risk"].as_f64() };
            let inside = |n: u64| {
                reach["intervals"].as_array().unwrap().iter().any(|i| {
                    i["first"].as_u64().unwrap() <= n && i["last"].as_u64().is_none_or(|last| n <= last)
                })
            };
            for (n, point) in (1_u64..).zip(points.as_array().unwrap()) {
                let reached = risk(point).is_some_and(|r| r <= target);
                assert_eq!(reached, inside(n), "{kind} at n = {n}, target {target}: {reach}");
            }
            assert_eq!(reach["samples"], reach["intervals"][0]["first"]);
        }
    }
    let never = text(&["eval", "--target-risk", "0.09"]);
    assert_eq!(never.matches("never: σ² alone exceeds it").count(), 6, "{never}");
    let late = text(&["eval", "--target-risk", "0.1000000001", "--set", "dimension=20"]);
    assert!(late.contains("never, up to n = 20000"), "{late}");
}

/// σ²/(1 − p/n) of isotropic features equals the target at a whole n, which reaches it.
#[test]
fn a_risk_that_equals_the_target_reaches_it() {
    for (target, n) in [("0.3", 1500), ("0.6", 1200), ("0.15", 3000), ("0.11", 11_000), ("0.2", 2000)] {
        let found =
            json(&["eval", "--json", "--preset", "isotropic-double-descent", "--target-risk", target]);
        let raw = found.as_array().unwrap().iter().find(|reach| reach["featurization"] == "raw").unwrap();
        let last = raw["intervals"].as_array().unwrap().last().unwrap();
        assert_eq!((last["first"].as_u64(), last["last"].is_null()), (Some(n), true), "{target}: {raw}");
    }
}
