//! Frames of the dashboard, drawn without a terminal.

use crate::command::{refused, riskscope};
use crate::text;

#[test]
fn a_frame_is_the_dashboard_at_the_given_size_and_theme() {
    let frame = text(&["frame", "--width", "110", "--height", "34"]);
    assert_eq!(frame.lines().count(), 34);
    assert!(frame.lines().all(|l| l.chars().count() <= 110));
    for words in ["double divergence", "peaks at n = 200", "keep the top 200", "n/p", "quit"] {
        assert!(frame.contains(words), "{words}:\n{frame}");
    }
    let plain = text(&["frame", "--ascii", "--width", "80", "--height", "24", "--view", "data"]);
    assert!(!plain.contains('⠤') && plain.lines().count() == 24, "{plain}");
    assert!(text(&["frame", "--width", "20", "--height", "3"]).contains("60×16"));

    let ansi = text(&["frame", "--format", "ansi", "--theme", "light", "--width", "80", "--height", "24"]);
    let mut terminal = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
    terminal.process(ansi.trim_end().replace('\n', "\r\n").as_bytes());
    let screen = terminal.screen().contents();
    assert!(screen.contains("double dive") && screen.contains("downstream"), "{screen}");
    assert!(ansi.contains("48;2;251;250;247"), "the light theme's ground");
    let bare = riskscope(&["frame", "--format", "ansi"]).env("NO_COLOR", "1").output().unwrap().stdout;
    assert!(!String::from_utf8(bare).unwrap().contains(";2;"), "no colours");
}

#[test]
fn a_frame_as_svg_is_well_formed_and_deterministic() {
    let arguments = ["frame", "--format", "svg", "--preset", "negative-ridge", "--view", "phase"];
    let first = text(&arguments);
    assert_eq!(first, text(&arguments));
    let document = roxmltree::Document::parse(&first).unwrap();
    let root = document.root_element();
    assert_eq!((root.attribute("width"), root.attribute("height")), (Some("1008"), Some("612")));
    let words: String = document.descendants().filter_map(|n| n.text()).collect();
    assert!(words.contains("negative ridge") && words.contains("noise"), "{words}");
}

#[test]
fn frames_take_crosshair_target_and_view_settings() {
    let frame = text(&[
        "frame",
        "--at",
        "0.5",
        "--target-risk",
        "0.3",
        "--set",
        "view.to=2.5",
        "--set",
        "view.oracle-pcr=shown",
    ]);
    for words in ["n = 500", "risk ≤ 0.300 needs", "target 0.300", "━·━ best PCR"] {
        assert!(frame.contains(words), "{words}:\n{frame}");
    }
    refused(&["frame", "--at", "0"], &["--at", "above 0"]);
    refused(&["frame", "--set", "view.to=0"], &["view.to", "0.001"]);
    refused(&["frame", "--theme", "nonsense"], &["nonsense", "light"]);
    refused(&["eval", "--at", "1", "--set", "view.to=2"], &["view.to", "scenario"]);
    refused(&["frame", "--width", "0"], &["--width"]);
}

/// The dashboard's cross-fitted risk of the mean over measured tasks equals that of `eval`.
#[test]
fn the_cross_fitted_risk_on_screen_equals_eval() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = 1u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1u32 << 31) - 0.5
    };
    let (mut features, mut targets) = (String::new(), String::new());
    for _ in 0..150 {
        let x: Vec<f64> = (0..10).map(|j| random() / f64::from(1 + j).sqrt()).collect();
        let y: Vec<f64> = (0..4).map(|t| x[0] + 0.5 * x[1 + t] + 0.2 * random()).collect();
        for (text, row) in [(&mut features, &x), (&mut targets, &y)] {
            *text += &(row.iter().map(f64::to_string).collect::<Vec<_>>().join(",") + "\n");
        }
    }
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (features, targets) = (path("x.csv", &features), path("y.csv", &targets));
    let data = ["--features", &features, "--targets", &targets, "--at", "0.6"];
    // A note says where fits on drawn rows replace the leave-one-out path.
    let evaluated = riskscope(&[&["eval", "--json"][..], &data].concat()).output().unwrap();
    let point = &serde_json::from_slice::<serde_json::Value>(&evaluated.stdout).unwrap()[0];
    let risk = point["left_out"]["risk"].as_f64().unwrap();
    let output = riskscope(&[&["frame"][..], &data].concat()).output().unwrap();
    let screen = String::from_utf8(output.stdout).unwrap();
    let line = screen.lines().find(|l| l.contains("━━╸ best, task")).expect(&screen);
    let shown: f64 = line
        .split("━━╸ best, task")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .find_map(|word| word.parse().ok())
        .unwrap();
    assert!((shown / risk - 1.0).abs() < 6e-3, "{shown} on screen, {risk} by eval");
    assert!(point["optimal"].is_null(), "in-sample promises more than can be kept");
}

/// The sentence above the terms has those of a random representation too, and no shares of an infinite risk.
#[test]
fn the_terms_above_the_variance_view_add_up() {
    let sentence = |preset: &str| {
        let frame = text(&["frame", "--preset", preset, "--view", "variance", "--width", "200"]);
        frame.lines().nth(1).unwrap_or_default().trim().to_owned()
    };
    for (preset, largest) in
        [("adlam-pennington", "39 % features, samples"), ("belkin-hsu-xu", "63 % features, samples")]
    {
        let said = sentence(preset);
        let (_, first) = said.split_once(" is ").unwrap_or_else(|| panic!("{said}"));
        assert!(first.starts_with(largest), "{said}");
        let shares = first.split(", ").filter_map(|part| part.split_once(" %")?.0.parse::<f64>().ok());
        assert!((shares.sum::<f64>() - 100.0).abs() <= 3.0, "{said}");
    }
    let said = sentence("isotropic-double-descent");
    assert!(said.ends_with("the risk is infinite, by variance (label noise)."), "{said}");
}

/// With another metric than the risk, the sentence and the row are about it.
#[test]
fn a_frame_of_a_metric_is_about_the_metric() {
    let frame = text(&["frame", "--metric", "auc"]);
    let sentence = frame.lines().nth(1).unwrap_or_default();
    assert!(
        sentence.contains("Ground truth: AUC is highest at n = ") && sentence.contains(", lowest at n = ")
    );
    assert!(!frame.contains("would give") && frame.contains("· AUC"), "{frame}");
    // Metrics other than the risk are on a linear axis.
    assert!(!frame.contains("log AUC"), "{frame}");
}

/// The optimum is that without a distribution shift: the risk beside it is too.
#[test]
fn the_selection_under_a_shift_compares_risks_without_it() {
    let frame = text(&["frame", "--preset", "covariate-shift", "--view", "selection", "--width", "160"]);
    let said = frame.lines().nth(1).unwrap_or_default().trim();
    assert!(said.contains("without the shift"), "{said}");
    let risk = |after: &str| -> f64 {
        let rest = &said[said.find(after).unwrap() + after.len()..];
        rest.split([' ', ';']).next().unwrap().trim_end_matches('.').parse().unwrap()
    };
    assert!(risk("risk ") < risk(" has ") && risk(" has ") < 1.06 * risk("risk "), "{said}");
}
