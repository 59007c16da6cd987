//! Golden numbers: each preset with each featurization at each choice of ridge, the best featurization there, and what every
//! view shows (`tests/data/goldens.json`, computed from THEORY.md by separate code; its first line describes how).

use riskscope::scenario::{Model, Scenario};
use riskscope::study::{Analysis, AxisRequest, CurveId, PlaneRequest, Request, SampleSize, Session};
use riskscope::theory::{MinimaxSelection, Regime, SampleRatio};
use serde_json::Value;

const EXACT: f64 = 1e-9;
/// Tolerance of values at a minimum found by a search.
const SEARCHED: f64 = 1e-7;

/// In the order of the file's risks.
const RIDGES: [&str; 4] = ["0", "0.1", "optimal", "optimal-nonnegative"];

fn goldens() -> Value {
    serde_json::from_str(include_str!("data/goldens.json")).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().unwrap()
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_else(|| panic!("{key} of {value}"))
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

fn close(got: f64, want: f64, within: f64, what: &str) {
    assert!((got - want).abs() <= within * want.abs().max(1e-6), "{what}: {got} where {want} is right");
}

/// Sets the featurization from its kind and settings: `exponents 0.5 -0.5`.
fn featurize(scenario: &mut Scenario, words: &str) {
    let mut words = words.split(' ');
    let kind = words.next().unwrap();
    scenario.set("featurization.kind", kind).unwrap();
    let keys: &[&str] = match kind {
        "pca" => &["size"],
        "mix" => &["weight"],
        "exponents" => &["task", "covariates"],
        _ => &[],
    };
    for (key, value) in keys.iter().zip(words) {
        scenario.set(&format!("featurization.{key}"), value).unwrap();
    }
}

/// An arbitrary matrix that shares no eigenvector with the covariates.
#[test]
fn a_featurization_from_a_file() {
    let golden = &goldens()["file"];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("B.npy");
    let b = ndarray::Array2::from_shape_fn((24, 9), |(i, j)| {
        let (i, j) = (i as f64, j as f64);
        (1.0 + 5.0 * i + 3.0 * j * j + i * j).sin() / (1.0 + i)
    });
    ndarray_npy::write_npy(&path, &b).unwrap();
    for point in list(golden, "at") {
        let mut scenario = Scenario::default();
        for (key, value) in [
            ("dimension", "24"),
            ("covariates.family", "power-law"),
            ("covariates.exponent", "0.7"),
            ("task.family", "two-level"),
            ("task.fraction", "0.25"),
            ("task.ratio", "0.05"),
            ("task.alignment", text(point, "alignment")),
            ("noise", "0.1"),
            ("featurization.kind", "file"),
            ("featurization.path", path.to_str().unwrap()),
        ] {
            scenario.set(key, value).unwrap();
        }
        let ratio = SampleRatio::new(number(point, "sample_ratio")).unwrap();
        for (ridge, want) in RIDGES.into_iter().zip(list(point, "risks")) {
            scenario.set("ridge", ridge).unwrap();
            let model = Model::new(&scenario, None, &|| false).unwrap();
            let representation = model.representation(&scenario.featurization).unwrap();
            let risk = representation.evaluate(ratio, model.ridge(), model.noise()).unwrap().unwrap().risk;
            let within = if ridge.starts_with('o') { SEARCHED } else { EXACT };
            close(risk, want.as_f64().unwrap(), within, &format!("{point}, ridge {ridge}"));
        }
    }
}

/// Every preset's model, and the sample ratios of its golden values.
fn each_point(mut look: impl FnMut(&str, &mut Scenario, SampleRatio, &Value)) {
    for preset in list(&goldens(), "presets") {
        let name = text(preset, "name");
        for point in list(preset, "at") {
            let ratio = SampleRatio::new(number(point, "sample_ratio")).unwrap();
            look(name, &mut Scenario::preset(name).unwrap(), ratio, point);
        }
    }
}

#[test]
fn every_featurization_at_every_ridge() {
    let mut compared = 0;
    each_point(|name, scenario, ratio, point| {
        let mut model = None;
        for row in list(point, "risks") {
            let kind = text(row, "featurization");
            featurize(scenario, kind);
            for (ridge, want) in RIDGES.into_iter().zip(list(row, "risks")) {
                scenario.set("ridge", ridge).unwrap();
                let now = Model::new(scenario, model.as_ref(), &|| false).unwrap();
                let representation = now.representation(&scenario.featurization).unwrap();
                let risk = representation.evaluate(ratio, now.ridge(), now.noise()).unwrap().unwrap().risk;
                let within = if ridge.starts_with('o') || kind == "minimax" { SEARCHED } else { EXACT };
                let what = format!("{name}, {kind}, ridge {ridge}, n/p {}", ratio.get());
                close(risk, want.as_f64().unwrap(), within, &what);
                compared += 1;
                model = Some(now);
            }
        }
    });
    assert!(compared > 900, "{compared}");
}

#[test]
fn the_best_featurization() {
    each_point(|name, scenario, ratio, point| {
        let what = format!("{name}, n/p {}", ratio.get());
        let model = Model::new(scenario, None, &|| false).unwrap();
        let task = model.task_spectrum().unwrap();
        let (best, want) = (task.optimal(ratio, model.noise()), &point["optimal"]);
        let regime = match best.regime {
            Regime::Soft => "soft",
            Regime::Hard => "hard",
            Regime::Null => "null",
        };
        assert_eq!(regime, text(want, "regime"), "{what}");
        close(best.risk, number(want, "risk"), EXACT, &what);
        close(best.hard.risk, number(&want["hard"], "risk"), EXACT, &what);
        close(best.hard.fraction, number(&want["hard"], "fraction"), EXACT, &what);
        assert_eq!(best.soft.is_some(), !want["soft"].is_null(), "{what}");
        if let Some(soft) = best.soft {
            close(soft.risk, number(&want["soft"], "risk"), EXACT, &what);
            close(soft.mu, number(&want["soft"], "mu"), EXACT, &what);
            close(task.importance(soft.mu), number(&want["soft"], "importance"), EXACT, &what);
        }
        close(task.floor(ratio, model.noise()).risk, number(point, "floor"), EXACT, &what);
        if let Some(worst) = point["minimax_worst"].as_f64() {
            let selection = MinimaxSelection::new(model.task_spectrum().unwrap().as_ref().clone());
            close(selection.best(ratio, model.noise()).risk, worst, SEARCHED, &what);
        }
    });
}

/// Lines of the ablation, with the file's names of the featurizations.
const ABLATION: [(&str, &str); 5] = [
    ("raw", "raw"),
    ("task only", "ground-truth"),
    ("structure only", "whitened"),
    ("both (soft)", "soft"),
    ("top features (hard)", "hard"),
];

/// The data behind the screen, its exports and the command line: rows of the readout, the ablation of the selection view, the
/// gain over the plane and the samples that reach a target.
#[test]
fn every_view() {
    for preset in list(&goldens(), "presets") {
        let name = text(preset, "name");
        let mut scenario = Scenario::preset(name).unwrap();
        scenario.set("featurization.kind", "ground-truth").unwrap();
        scenario.set("ridge", "0").unwrap();
        let noise = scenario.noise.unwrap();
        let points = list(preset, "at");
        let (first, last) = (&points[0], &points[points.len() - 1]);
        let reach = list(preset, "reach");
        let mut study = Session::default();
        for point in points {
            let at = number(point, "sample_ratio");
            let request = Request {
                compared: CurveId::COMPARED.to_vec(),
                resolution: 32,
                plane: (noise > 0.0).then(|| plane(first, last, noise)),
                ..Request::of(scenario.clone(), at)
            };
            let shown = study.answer(request, &|| false, &mut |_| {}).unwrap();
            let what = format!("{name}, n/p {at}");
            let ridgeless = |kind: &str| {
                let row = list(point, "risks").iter().find(|r| text(r, "featurization") == kind)?;
                list(row, "risks")[0].as_f64()
            };
            for (id, want) in [
                (CurveId::Chosen, ridgeless("ground-truth")),
                (CurveId::Raw, ridgeless("raw")),
                (CurveId::Whitened, ridgeless("whitened")),
                (CurveId::Optimal, point["optimal"]["risk"].as_f64()),
                (CurveId::Floor, point["floor"].as_f64()),
            ] {
                let row = shown.rows.iter().find(|r| r.id == id).unwrap();
                close(row.risk.unwrap().risk, want.unwrap(), SEARCHED, &format!("{what}, {}", row.name));
            }
            let selection = shown.selection.as_ref().unwrap();
            for (line, (name, kind)) in selection.ablation.iter().zip(ABLATION) {
                assert_eq!(line.name, name);
                assert_eq!(line.risk.is_some(), ridgeless(kind).is_some(), "{what}, {name}");
                if let (Some(risk), Some(want)) = (line.risk, ridgeless(kind)) {
                    close(risk.risk, want, EXACT, &format!("{what}, {name}"));
                }
            }
            if let (Some(raw), Some(task), Some(structure), Some(both)) =
                (ridgeless("raw"), ridgeless("ground-truth"), ridgeless("whitened"), ridgeless("soft"))
            {
                let gain = selection.gain().unwrap();
                close(gain.task, 0.5 * (raw - task + structure - both), SEARCHED, &what);
                close(gain.task + gain.structure, raw - both, SEARCHED, &what);
            }
            assert_eq!(selection.importance.is_some(), !point["optimal"]["soft"].is_null(), "{what}");
            if let Some(want) = point["optimal"]["soft"]["importance"].as_f64() {
                close(selection.importance.unwrap(), want, EXACT, &what);
            }
            if let Some(plane) = &shown.plane {
                for (column, golden) in [first, last].into_iter().enumerate() {
                    let risk = list(&list(golden, "risks")[1], "risks")[0].as_f64().unwrap();
                    let gain = risk / number(&golden["optimal"], "risk");
                    close(plane.gain[column], gain, SEARCHED, &format!("{name}, gain"));
                }
            }
        }
        let request = Request {
            compared: vec![CurveId::Raw, CurveId::Whitened],
            target: Some(number(&reach[0], "target")),
            resolution: 32,
            ..Request::of(scenario, 0.5)
        };
        let shown = study.answer(request, &|| false, &mut |_| {}).unwrap();
        reached(&shown, reach, number(preset, "looked_at") as u64, name);
    }
}

/// A plane from the first to the last point of the file; its first row is at the preset's noise.
fn plane(first: &Value, last: &Value, noise: f64) -> PlaneRequest {
    let axis = |key: Option<&str>, from: f64, to: f64| AxisRequest {
        variable: key.map(String::from).into(),
        from: Some(from),
        to: Some(to),
        log: false,
    };
    PlaneRequest {
        x: axis(None, number(first, "sample_ratio"), number(last, "sample_ratio")),
        y: axis(Some("noise"), noise, 2.0 * noise),
        columns: 2,
        rows: 2,
        fixed: SampleSize::Ratio(1.0),
        gain: true,
    }
}

/// Compares intervals that reach the target; the file's come from evaluating every n up to `last`.
fn reached(shown: &Analysis, reach: &[Value], last: u64, what: &str) {
    let ids = [("ground-truth", CurveId::Chosen), ("raw", CurveId::Raw), ("whitened", CurveId::Whitened)];
    for golden in reach {
        let id = ids.iter().find(|(kind, _)| *kind == text(golden, "featurization")).unwrap().1;
        let row = shown.rows.iter().find(|r| r.id == id).unwrap();
        let looked = row.reached.as_ref().unwrap().iter().filter(|i| i.first <= last);
        let found: Vec<_> = looked.map(|i| (i.first, i.last.filter(|&n| n < last))).collect();
        let want = list(golden, "intervals").iter().map(|i| (i[0].as_u64().unwrap(), i[1].as_u64()));
        assert_eq!(found, want.collect::<Vec<_>>(), "{what}, {}", row.name);
    }
}
