//! Reading, writing and setting of scenarios.

use super::super::parameter::{Kind, Value, parameters};
use super::super::*;
use super::refusal;
use crate::theory::RidgeChoice;

const DOUBLE_DIVERGENCE: &str = r#"
name = "double divergence"
dimension = 1000                 # p
signal = 1.0
noise = 0.1
ridge = 0.0
[covariates]
family = "isotropic"
[task]
family = "two-level"
fraction = 0.2
ratio = 1e-4
alignment = "aligned"
[featurization]
kind = "ground-truth"
"#;

#[test]
fn the_default_is_double_divergence_and_fills_what_is_left_out() {
    let default = Scenario::default();
    assert_eq!(Scenario::from_toml(DOUBLE_DIVERGENCE).unwrap(), default);
    let empty = Scenario::from_toml("").unwrap();
    assert_eq!(Scenario { name: default.name.clone(), ..empty }, default);
}

#[test]
fn scenarios_round_trip_through_files() {
    let mut all: Vec<Scenario> = presets::all().iter().map(presets::Preset::scenario).collect();
    let mut varied = Scenario::default();
    for kind in varied.kinds() {
        varied.set("featurization.kind", kind).unwrap();
        all.push(varied.clone());
    }
    for family in Family::NAMES {
        varied.set("task.family", family).unwrap();
        // A matrix has its own eigenvectors.
        let rotated = varied.set("task.alignment", "rotated");
        assert_eq!(rotated.is_ok(), *family != "file");
        varied.set("ridge", "-0.3").unwrap();
        varied.set("noise", "1e-17").unwrap();
        all.push(varied.clone());
    }
    varied.set("name", "quotes \" and \\ signs").unwrap();
    varied.set("name", "two\nlines").unwrap_err();
    varied.set("task.ratio", "0.1").unwrap_err();
    all.push(varied);
    all.push(Scenario::measured("X.npy", "dir/labels.txt"));
    for scenario in all {
        let text = scenario.to_toml();
        assert_eq!(Scenario::from_toml(&text).unwrap(), scenario, "{text}");
        assert_eq!(Scenario::from_toml(&text).unwrap().to_toml(), text);
        let json = serde_json::to_value(&scenario).unwrap();
        assert_eq!(json["name"], scenario.name.as_str());
    }
}

#[test]
fn every_error_names_the_key_and_what_is_accepted() {
    for (text, parts) in [
        ("dimensoin = 3", &["\"dimensoin\"", "dimension, signal, noise"][..]),
        ("noise = -1.0", &["noise accepts a number of at least 0", "got -1.0"]),
        ("noise = nan", &["noise"]),
        ("noise = \"low\"", &["noise accepts", "\"low\""]),
        ("dimension = 0", &["dimension accepts a whole number of at least 1 and at most 100000"]),
        ("dimension = 10.5", &["whole number"]),
        ("signal = 0", &["signal accepts a number of at least 1e-12"]),
        ("ridge = \"best\"", &["ridge accepts", "\"optimal\"", "optimal-nonnegative"]),
        ("[task]\nfamily = \"two-levels\"", &["task.family", "two-level", "sparse"]),
        ("[task]\nfraction = 0.2", &["task.family is missing", "isotropic"]),
        ("[covariates]\nfamily = \"sparse\"", &["covariates.family accepts", "power-law"]),
        ("[task]\nfamily = \"two-level\"\nscale = 2", &["\"scale\"", "[task]", "fraction, ratio, alignment"]),
        ("[task]\nfamily = \"sparse\"\nfraction = 0", &["task.fraction", "above 0 and at most 1"]),
        ("[task]\nfamily = \"isotropic\"\nalignment = \"rotated\"\nangel = 3", &["angel", "angle, seed"]),
        ("[featurization]\nkind = \"pca\"\nsize = 0", &["featurization.size", "at least 1"]),
        ("[featurization]\nkind = \"file\"", &["featurization.path is missing", ".npy"]),
        ("task = 3", &["task accepts a table"]),
        ("name = 3", &["name accepts a text"]),
        ("noise = 0.1\nnoise = 0.2", &["line 2", "duplicate"]),
        ("a b", &["line 1"]),
        ("[spectrum]\nweights = [1.0]\neigenvalues = [1.0]", &["spectrum.energies"]),
        ("[spectrum]\nweights = [1.0]\neigenvalues = [1.0, 2.0]\nenergies = [1.0]", &["equal lengths"]),
        ("[spectrum]\nweights = [0.5]\neigenvalues = [1.0]\nenergies = [1.0]", &["sum to 1"]),
        ("[spectrum]\nweights = [1]\neigenvalues = [-1]\nenergies = [1]", &["eigenvalues", "at least 0"]),
        (
            "[task]\nfamily = \"isotropic\"\n[spectrum]\nweights = [1]\neigenvalues = [1]\nenergies = [1]",
            &["[task] and [spectrum]"],
        ),
        ("[data]\nfeatures = \"a\"", &["data.targets is missing"]),
        ("dimension = 5\n[data]\nfeatures = \"a\"\ntargets = \"b\"", &["dimension and [data]"]),
        (
            "dimension = 5000\n[task]\nfamily = \"isotropic\"\nalignment = \"rotated\"",
            &["dimension at most 2000", "5000"],
        ),
    ] {
        let sentence = refusal(text);
        assert!(parts.iter().all(|p| sentence.contains(p)), "{text}: {sentence}");
    }
}

#[test]
fn set_changes_one_key_and_switches_families() {
    let mut s = Scenario::default();
    s.set("task.ratio", "1e-3").unwrap();
    assert_eq!(s.task.family, Family::TwoLevel { fraction: 0.2, ratio: 1e-3 });
    s.set("task.family", "power-law").unwrap();
    assert_eq!(s.task.family, Family::PowerLaw { exponent: 1.0 });
    s.set("task.alignment", "rotated").unwrap();
    s.set("task.angle", "45").unwrap();
    s.set("task.family", "two-level").unwrap();
    assert_eq!(s.task.alignment, Alignment::Rotated { angle: 45.0, seed: 0 });
    s.set("task.alignment", "aligned").unwrap();
    s.set("covariates.family", "spiked").unwrap();
    s.set("featurization.kind", "pca").unwrap();
    s.set("featurization.size", "20").unwrap();
    assert_eq!(s.featurization, Featurization::Pca { size: Some(20) });
    s.set("featurization.size", "best").unwrap();
    assert_eq!(s.featurization, Featurization::Pca { size: None });
    s.set("featurization.kind", "optimal").unwrap();
    s.set("featurization.at", "0.3").unwrap();
    s.set("featurization.kind", "soft").unwrap();
    assert_eq!(s.featurization, Featurization::Soft { at: Some(0.3) }, "both kinds have it");
    s.set("featurization.at", "each").unwrap();
    s.set("featurization.path", "B.npy").unwrap();
    assert_eq!(s.featurization, Featurization::File { path: "B.npy".into() });
    s.set("featurization.kind", "raw").unwrap();
    s.set("ridge", "optimal").unwrap();
    assert_eq!(s.ridge, RidgeChoice::Optimal);
    s.set("ridge", "-.5").unwrap();
    assert_eq!(s.ridge.fixed(), Some(-0.5));
    s.set("name", "1e3").unwrap();
    assert_eq!(s.name, "1e3");
    s.set("spectrum", "{weights = [1.0], eigenvalues = [2], energies = [1.0]}").unwrap();
    assert!(s.spectrum.is_some() && s.signal.is_none());
    for (key, value) in [
        ("noise", "-1"),
        ("noise", "0.1\nridge = 2"),
        ("nose", "1"),
        ("task.family", "no"),
        ("task.family.x", "1"),
        ("", ""),
        ("..", "1"),
        ("spectrum.weights", "[0.5]"),
    ] {
        let before = s.clone();
        let sentence = s.set(key, value).unwrap_err().to_string();
        assert_eq!(s, before, "a refused change changes nothing: {key}={value}: {sentence}");
    }
}

/// Every line of the panel, stepped in both directions and set by text, stays within the accepted values.
#[test]
fn sliders_only_reach_accepted_values() {
    let mut all: Vec<Scenario> = presets::all().iter().map(presets::Preset::scenario).collect();
    for family in Family::COVARIATES {
        let mut s = Scenario::default();
        s.set("dimension", "500").unwrap();
        s.set("covariates.family", family).unwrap();
        s.set("task.family", if *family == "file" { "isotropic" } else { family }).unwrap();
        s.set("task.alignment", "rotated").unwrap();
        all.push(s.clone());
        s.set("featurization.kind", "learned").unwrap();
        all.push(s);
    }
    for scenario in all {
        for parameter in parameters(&scenario) {
            assert!(!parameter.about.is_empty() && parameter.about.contains('§'), "{parameter:?}");
            for steps in [1, -1, 10, -10] {
                let mut changed = scenario.clone();
                for _ in 0..30 {
                    let now = parameters(&changed);
                    let Some(next) =
                        now.iter().find(|p| p.key == parameter.key).and_then(|p| p.stepped(steps))
                    else {
                        break;
                    };
                    match changed.set(&parameter.key, &next) {
                        Ok(()) => {}
                        Err(e) => {
                            assert!(
                                ["dimension at most", "needs a featurization that is the same for all n"]
                                    .iter()
                                    .any(|refusal| e.to_string().contains(refusal)),
                                "{}={next}: {e}",
                                parameter.key
                            );
                            break;
                        }
                    }
                    let place = parameters(&changed).into_iter().find(|p| p.key == parameter.key);
                    let place = place.and_then(|p| p.position()).unwrap_or(0.5);
                    assert!((0.0..=1.0).contains(&place));
                }
            }
        }
    }
}

#[test]
fn sliders_stop_at_round_numbers() {
    let mut s = Scenario::default();
    let step = |s: &mut Scenario, key: &str, steps: i32| {
        let next = parameters(s).into_iter().find(|p| p.key == key).and_then(|p| p.stepped(steps)).unwrap();
        s.set(key, &next).unwrap();
        next
    };
    assert_eq!(step(&mut s, "task.ratio", 1), "0.000125");
    assert_eq!(step(&mut s, "task.ratio", -1), "0.0001");
    assert_eq!(step(&mut s, "task.ratio", -10), "1e-5");
    assert_eq!(step(&mut s, "task.fraction", 1), "0.21");
    assert_eq!(step(&mut s, "dimension", 1), "1250");
    assert_eq!(step(&mut s, "ridge", 1), "1e-6");
    assert_eq!(step(&mut s, "ridge", -1), "0");
    assert_eq!(step(&mut s, "featurization.kind", 1), "whitened");
    s.set("noise", "0.00013").unwrap();
    assert_eq!(step(&mut s, "noise", -1), "0.0001");
    assert_eq!(step(&mut s, "noise", -1), "0");
    let at_end = parameters(&s).into_iter().find(|p| p.key == "noise").unwrap();
    assert_eq!(at_end.stepped(-1), None);
}

#[test]
fn only_applicable_parameters_are_shown() {
    let keys = |s: &Scenario| parameters(s).into_iter().map(|p| p.key).collect::<Vec<_>>();
    let default = keys(&Scenario::default());
    assert!(default.contains(&"task.ratio".into()) && !default.contains(&"task.angle".into()));
    let table = keys(&Scenario::preset("negative-ridge").unwrap());
    assert!(!table.iter().any(|k| k.starts_with("task") || k.starts_with("covariates") || k == "signal"));
    let measured = parameters(&Scenario::measured("a", "b"));
    assert!(measured.iter().any(|p| p.key == "data.task" && p.kind == Kind::Text));
    let noise = measured.iter().find(|p| p.key == "noise").unwrap();
    assert_eq!(noise.value, Value::Word("estimated".into()));
    assert!(!measured.iter().any(|p| p.key == "dimension"));
}

#[test]
fn paths_follow_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep").join("embeddings.toml");
    std::fs::create_dir(file.parent().unwrap()).unwrap();
    std::fs::write(&file, "[data]\nfeatures = \"X.npy\"\ntargets = \"/y.txt\"").unwrap();
    let scenario = Scenario::load(&file).unwrap();
    assert_eq!(scenario.name, "embeddings");
    let data = scenario.data.clone().unwrap();
    assert_eq!(data.features, folder.path().join("deep/X.npy"));
    assert_eq!(data.targets.to_str(), Some("/y.txt"));
    let again = folder.path().join("other.toml");
    std::fs::write(&again, scenario.to_toml_at(&again)).unwrap();
    assert_eq!(Scenario::load(&again).unwrap().data, scenario.data);
    assert!(std::fs::read_to_string(&again).unwrap().contains("\"deep/X.npy\""));

    let missing = Scenario::load(folder.path().join("no.toml")).unwrap_err().to_string();
    assert!(missing.contains("no.toml"), "{missing}");
    std::fs::write(&file, "nose = 1").unwrap();
    assert!(Scenario::load(&file).unwrap_err().to_string().contains("embeddings.toml: unknown key"));
}

/// Several encoders are written, read back, found from another folder, and keep the one in focus.
#[test]
fn encoders_of_the_same_rows_are_saved_and_chosen_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two.toml");
    let text = "[data]\ntargets = \"y.txt\"\n[[data.encoders]]\nname = \"minilm\"\nfeatures = \"a.npy\"\n\
                [[data.encoders]]\nname = \"e5\"\nfeatures = \"b.parquet:embedding\"\n";
    std::fs::write(&file, text).unwrap();
    let mut scenario = Scenario::load(&file).unwrap();
    let names: Vec<&str> = scenario.encoders().iter().map(|e| e.name.as_str()).collect();
    assert_eq!((names.as_slice(), scenario.focus()), (&["minilm", "e5"][..], Some("minilm")));
    assert_eq!(scenario.data.as_ref().unwrap().features, folder.path().join("a.npy"));
    scenario.set("data.encoder", "e5").unwrap();
    assert_eq!(scenario.data.as_ref().unwrap().features, folder.path().join("b.parquet:embedding"));
    let again = folder.path().join("again.toml");
    std::fs::write(&again, scenario.to_toml_at(&again)).unwrap();
    let read = Scenario::load(&again).unwrap();
    assert_eq!((&read.data, read.focus()), (&scenario.data, Some("e5")));
    assert!(
        scenario
            .to_toml_at(&again)
            .contains("\n[[data.encoders]]\nname = \"minilm\"\nfeatures = \"a.npy\"\n")
    );
    assert_eq!(Scenario::from_toml(&scenario.to_toml()).unwrap(), scenario);
    assert_eq!(scenario.focused_on(&scenario.encoders()[0].clone()).focus(), Some("minilm"));
    let panel = parameters(&scenario).into_iter().find(|p| p.key == "data.encoder").unwrap();
    assert_eq!(panel.stepped(1).as_deref(), Some("minilm"), "round and round");
    // Errors leave the scenario unchanged.
    for (key, value, words) in [
        ("data.encoder", "bert", "data.encoder accepts minilm or e5"),
        ("data.features", "c.npy", "cannot both be given"),
    ] {
        let said = scenario.set(key, value).unwrap_err().to_string();
        assert!(said.contains(words), "{said}");
        assert_eq!(scenario.focus(), Some("e5"));
    }
    let one = "[data]\ntargets = \"y\"\n[[data.encoders]]\nname = \"a\"\nfeatures = \"x\"\n";
    let second = |more: &str| format!("{one}[[data.encoders]]\n{more}\n");
    for (text, words) in [
        (one.to_owned(), "two or more tables of name and features, got 1"),
        (second("name = \"b\""), "features"),
        (second("name = \"a\"\nfeatures = \"z\""), "two encoders have this name"),
        (second("name = \"b\"\nfeatures = \"x\""), "has the features of a"),
        (second("name = \"b=c\"\nfeatures = \"z\""), "printable"),
        (second("name = \"b\"\nfeatures = \"z\"\ncolour = 1"), "known keys are name, features"),
        ("[data]\ntargets = \"y\"\nfeatures = \"x\"\nencoder = \"a\"".into(), "there are none"),
        ("[data]\ntargets = \"y\"\nencoders = 3".into(), "two or more tables"),
    ] {
        let said = Scenario::from_toml(&text).unwrap_err().to_string();
        assert!(said.contains(words), "{text}: {said}");
    }
}

/// Real rows are opened with the optimal ridge; a file's ridge is kept, and a command takes it unchanged.
#[test]
fn real_rows_are_opened_at_their_best_ridge() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.toml");
    let ridges = |text: &str| {
        std::fs::write(&file, text).unwrap();
        [Scenario::open(&file), Scenario::load(&file)].map(|s| s.unwrap().ridge)
    };
    let data = "[data]\nfeatures = \"X.npy\"\ntargets = \"y.txt\"\n";
    let zero = RidgeChoice::ZERO;
    assert_eq!(ridges(data), [RidgeChoice::OptimalNonNegative, zero]);
    assert_eq!(ridges(&format!("ridge = 0.0\n{data}")), [zero, zero]);
    assert_eq!(ridges("name = \"synthetic\"\n"), [zero, zero]);
}
