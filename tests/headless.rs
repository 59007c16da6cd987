//! The commands without the dashboard: frames, curves, planes and lists on standard output.

#[path = "common/command.rs"]
mod command;

use command::{refused, riskscope};
use riskscope::theme::{Depth, Role, Theme, rgb};
use serde_json::Value;

/// What is printed; nothing on standard error.
fn bytes(arguments: &[&str]) -> Vec<u8> {
    let output = riskscope(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.is_empty(), "{arguments:?}: {said}");
    output.stdout
}

fn text(arguments: &[&str]) -> String {
    String::from_utf8(bytes(arguments)).unwrap()
}

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
fn a_frame_as_svg_is_well_formed_and_the_same_every_time() {
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
fn frames_answer_to_crosshair_target_and_view_settings() {
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

#[test]
fn out_writes_a_new_file_and_never_over_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("frame.svg");
    let arguments = ["frame", "--format", "svg", "--out", path.to_str().unwrap()];
    assert!(bytes(&arguments).is_empty());
    let written = std::fs::read_to_string(&path).unwrap();
    assert!(roxmltree::Document::parse(&written).is_ok());
    refused(&arguments, &["exists already"]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), written);
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_slice(&bytes(arguments)).unwrap()
}

/// What `eval` says of each point without the ablation, which tables of curves do not have.
fn of_curves(mut points: Value) -> Value {
    for point in points.as_array_mut().into_iter().flatten() {
        point.as_object_mut().unwrap().remove("ablation");
    }
    points
}

/// Over a parameter a curve lists its poles and peaks by the parameter's value; whole numbers stay whole.
#[test]
fn a_curve_over_a_parameter_lists_its_divergences() {
    let arguments =
        ["curve", "--preset", "xu-hsu", "--x", "featurization.size", "--at", "0.3", "--points", "60"];
    let curve = json(&[&arguments[..], &["--from", "1", "--to", "1000", "--format", "json"]].concat());
    let [pole] = &curve["curves"][0]["divergences"].as_array().unwrap()[..] else { panic!("{curve}") };
    assert_eq!((pole["kind"].as_str(), pole["value"].as_u64()), (Some("pole"), Some(300)), "{pole}");
    assert_eq!((pole["samples"].as_u64(), pole["risk"].is_null()), (Some(300), true), "{pole}");
    assert!(pole.get("sample_ratio").is_none());
    assert!(curve["x"]["values"].as_array().unwrap().iter().all(Value::is_u64));
}

/// Beside the asymptotic risk stands the exact one of section 8 where they differ by more than 1 %.
#[test]
fn eval_shows_the_exact_risk_of_few_samples() {
    let small = |n: &'static str| ["eval", "--featurization", "raw", "--set", "dimension=20", "--samples", n];
    let text = String::from_utf8(bytes(&small("24"))).unwrap();
    assert!(text.contains("expected risk 0.76667 at p = 20"), "{text}");
    let text = String::from_utf8(bytes(&small("21"))).unwrap();
    assert!(text.contains("expected risk ∞ at p = 20"), "{text}");
    let point = json(&[&small("21")[..], &["--json"]].concat());
    assert!(point[0]["finite_risk"].is_null() && point[0]["finite_diverges"] == true, "{point}");
    assert_eq!(json(&[&small("24")[..], &["--json"]].concat())[0]["finite_diverges"], false);
}

#[test]
fn a_curve_of_400_points_is_what_eval_says_to_the_last_digit() {
    let curve = json(&["curve", "--featurization", "raw,ground-truth,optimal", "--format", "json"]);
    let keys: Vec<&str> = curve.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["scenario", "curves", "transitions"]);
    let curves = curve["curves"].as_array().unwrap();
    for (curve, kind) in curves.iter().zip(["raw", "ground-truth", "optimal"]) {
        let points = curve["points"].as_array().unwrap();
        assert_eq!((points.len(), curve["featurization"].as_str()), (400, Some(kind)));
        let at: Vec<String> = points.iter().map(|p| p["sample_ratio"].to_string()).collect();
        let eval = of_curves(json(&["eval", "--featurization", kind, "--json", "--at", &at.join(",")]));
        assert_eq!(eval, curve["points"], "{kind}");
    }
    let truth = &curves[1]["divergences"];
    let of = |i: usize, key: &str| truth[i][key].as_f64();
    assert_eq!((truth[0]["kind"].as_str(), truth[1]["kind"].as_str()), (Some("near"), Some("pole")));
    assert!(
        (of(0, "sample_ratio").unwrap() - 0.2).abs() < 1e-3 && (of(0, "risk").unwrap() - 2.583).abs() < 1e-3
    );
    assert_eq!((of(1, "samples"), of(1, "risk")), (Some(1000.0), None));
    assert!((of(1, "strength").unwrap() - 0.1).abs() < 1e-9);
    let transition = &curve["transitions"][0];
    assert_eq!((transition["from"].as_str(), transition["to"].as_str()), (Some("soft"), Some("hard")));
    assert!((transition["sample_ratio"].as_f64().unwrap() - 0.3244).abs() < 1e-4);
}

/// Every number of the JSON stands in the table's column of the same name, and the other way round.
#[test]
fn csv_and_json_hold_the_same_numbers() {
    for more in [&[][..], &["--x", "task.ratio", "--at", "0.4"], &["--ridge", "-0.001", "--log"]] {
        let arguments = |format| {
            let base =
                ["curve", "--featurization", "ground-truth,soft", "--points", "40", "--format", format];
            base.into_iter().chain(more.iter().copied()).collect::<Vec<_>>()
        };
        let (json, table) = (json(&arguments("json")), bytes(&arguments("csv")));
        let mut reader = csv::Reader::from_reader(&table[..]);
        let header = reader.headers().unwrap().clone();
        let points = json["curves"].as_array().unwrap().iter().flat_map(|c| c["points"].as_array().unwrap());
        let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(records.len(), 80);
        let mut compared = 0;
        for (i, (record, point)) in records.iter().zip(points).enumerate() {
            for (name, field) in header.iter().zip(record) {
                let (name, _) = name.split_once(" [").unwrap_or((name, ""));
                let value = if name == "task.ratio" {
                    &json["x"]["values"][i % 40]
                } else {
                    name.split('.').fold(point, |v, key| v.get(key).unwrap_or(&Value::Null))
                };
                match value {
                    Value::Null => assert_eq!(field, "", "{name}"),
                    Value::Number(n) => assert_eq!(field.parse::<f64>().ok(), n.as_f64(), "{name}"),
                    Value::String(word) => assert_eq!(field, word),
                    other => assert_eq!(field, other.to_string()),
                }
                compared += usize::from(value.is_number());
            }
        }
        assert!(compared > 80 * 10, "{compared}");
        let columns: Vec<&str> = header.iter().collect();
        for column in ["risk [y^2]", "samples [n]", "sample_ratio [n/p]", "ridge [lambda]"] {
            assert!(columns.contains(&column), "{column}");
        }
    }
}

/// Any number can be the axis; each point is what `eval` says with that number set.
#[test]
fn a_curve_along_a_parameter_is_eval_with_the_parameter_set() {
    for (key, from, to) in [("noise", "0.01", "2"), ("ridge", "-0.0001", "0.1"), ("dimension", "100", "1600")]
    {
        let along = [
            "curve",
            "--x",
            key,
            "--samples",
            "90",
            "--from",
            from,
            "--to",
            to,
            "--points",
            "5",
            "--format",
            "json",
        ];
        let curve = json(&along);
        let values = curve["x"]["values"].as_array().unwrap();
        assert_eq!((curve["x"]["name"].as_str(), values.len()), (Some(key), 5));
        for (value, point) in values.iter().zip(curve["curves"][0]["points"].as_array().unwrap()) {
            let set = format!("{key}={value}");
            let eval = of_curves(json(&["eval", "--set", &set, "--samples", "90", "--json"]));
            assert_eq!(&eval[0], point, "{set}");
        }
    }
    // What a featurization does not have leaves it as it is: a line to compare with.
    let sizes = ["curve", "--x", "featurization.size", "--featurization", "pca,raw", "--set"];
    let more = ["featurization.size=10", "--at", "0.5", "--points", "4", "--preset", "pcr-connection"];
    let curve = json(&[&sizes[..], &more, &["--format", "json"]].concat());
    let risks = |i: usize| -> Vec<f64> {
        let points = curve["curves"][i]["points"].as_array().unwrap();
        points.iter().map(|p| p["risk"].as_f64().unwrap()).collect()
    };
    assert!(risks(0)[0] != risks(0)[3] && risks(1).iter().all(|r| *r == risks(1)[0]));
}

#[test]
fn a_curve_as_text_is_a_chart_without_escapes() {
    let chart = text(&["curve", "--featurization", "raw,optimal"]);
    assert_eq!(chart.lines().count(), 30);
    for words in ["risk R", "n/p", "best, no ridge", "keep the top 200", "infinite, n = 1000"] {
        assert!(chart.contains(words), "{words}:\n{chart}");
    }
    assert!(!chart.contains('\x1b') && chart.contains('⠤'));
    let small = text(&["curve", "--size", "50x12"]);
    assert!(small.lines().count() == 12 && small.lines().all(|l| l.chars().count() <= 50));
}

#[test]
fn bad_axes_are_one_sentence() {
    refused(&["curve", "--x", "colour", "--at", "0.5"], &["colour", "noise", "task.ratio"]);
    refused(&["curve", "--x", "noise"], &["--at", "--samples"]);
    refused(&["curve", "--from", "2", "--to", "1"], &["--to", "--from"]);
    refused(&["curve", "--from", "0"], &["--from", "above 0"]);
    refused(&["curve", "--points", "1"], &["--points"]);
    refused(&["curve", "--featurization", "raw,nonsense"], &["nonsense", "ground-truth"]);
    refused(&["curve", "--size", "9by9"], &["--size", "900x600"]);
    refused(&["curve", "--x", "noise", "--at", "0.5", "--from", "-1", "--to", "1"], &["noise", "at least 0"]);
}

/// Cells of planes over n/p and noise, over a parameter and noise, and over n/p and a parameter, against `eval`.
#[test]
fn a_plane_is_what_eval_says_of_every_cell() {
    let planes: [(&[&str], &str, &str); 3] = [
        (&[], "sample_ratio", "noise"),
        (&["--x", "task.ratio", "--from", "1e-3", "--to", "0.5", "--samples", "300"], "task.ratio", "noise"),
        (&["--y", "task.fraction", "--y-from", "0.1", "--y-to", "0.4"], "sample_ratio", "task.fraction"),
    ];
    for (more, x, y) in planes {
        let base = ["phase", "--columns", "4", "--rows", "3"];
        let plane = json(&[&base[..], more, &["--format", "json"]].concat());
        let keys: Vec<&str> = plane.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["x", "y", "regime", "risk", "boundaries", "triple_point"]);
        // A line's points lie on the plane.
        let line = plane["boundaries"][0]["points"].as_array().unwrap();
        let within = |i: usize, values: &[Value]| {
            let ends = [values[0].as_f64().unwrap(), values[values.len() - 1].as_f64().unwrap()];
            let range = ends[0] * (1.0 - 1e-9)..=ends[1] * (1.0 + 1e-9);
            line.iter().all(|p| range.contains(&p[i].as_f64().unwrap()))
        };
        let values = |axis: &str| plane[axis]["values"].as_array().unwrap().clone();
        assert!(line.len() > 4 && within(0, &values("x")) && within(1, &values("y")), "{x} {y}");
        assert_eq!((plane["x"]["name"].as_str(), plane["y"]["name"].as_str()), (Some(x), Some(y)));
        let table = bytes(&[&base[..], more, &["--format", "csv"]].concat());
        let records: Vec<csv::StringRecord> =
            csv::Reader::from_reader(&table[..]).records().map(Result::unwrap).collect();
        assert_eq!(records.len(), 12);
        for (row, column) in (0..3).flat_map(|r| (0..4).map(move |c| (r, c))) {
            let (vx, vy) = (&plane["x"]["values"][column], &plane["y"]["values"][row]);
            let mut arguments = vec!["eval".to_owned(), "--json".into(), "--set".into(), format!("{y}={vy}")];
            if x == "sample_ratio" {
                arguments.extend(["--at".into(), vx.to_string()]);
            } else {
                arguments.extend(["--samples".into(), "300".into(), "--set".into(), format!("{x}={vx}")]);
            }
            let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let optimal = json(&words)[0]["optimal"].clone();
            assert_eq!(optimal["regime"], plane["regime"][row][column], "{arguments:?}");
            let (risk, want) =
                (plane["risk"][row][column].as_f64().unwrap(), optimal["risk"].as_f64().unwrap());
            assert!((risk / want - 1.0).abs() < 1e-11, "{arguments:?}");
            let record = &records[row * 4 + column];
            assert_eq!(record[0].parse::<f64>().ok(), vx.as_f64());
            assert_eq!(record[1].parse::<f64>().ok(), vy.as_f64());
            assert_eq!((record[2].into(), record[3].parse().ok()), (optimal["regime"].clone(), Some(risk)));
        }
    }
}

#[test]
fn a_plane_as_text_shows_its_regimes_and_the_triple_point() {
    let map = text(&["phase", "--size", "90x28"]);
    assert!(map.lines().count() == 28 && map.lines().all(|l| l.chars().count() <= 90), "{map}");
    for words in ["reweight all", "keep the top", "use none", "triple point", "noise σ²", "n/p"] {
        assert!(map.contains(words), "{words}:\n{map}");
    }
    let triple =
        json(&["phase", "--columns", "2", "--rows", "2", "--format", "json"])["triple_point"].clone();
    let value = |key: &str| triple[key].as_f64().unwrap();
    assert!((value("samples") - 1000.0 * value("sample_ratio")).abs() < 1e-9);
    // There soft and hard are as good as no feature at all.
    let at = [value("sample_ratio").to_string(), value("noise").to_string()];
    let point = json(&["eval", "--at", &at[0], "--noise", &at[1], "--json"])[0].clone();
    let risk = |kind: &str| point["optimal"][kind]["risk"].as_f64().unwrap();
    let null = 1.0 + value("noise");
    assert!((risk("soft") / null - 1.0).abs() < 1e-6 && (risk("hard") / null - 1.0).abs() < 1e-6, "{point}");
    refused(&["phase", "--y", "kind"], &["--y kind", "noise", "task.ratio", "n/p"]);
    refused(&["phase", "--x", "noise", "--at", "1"], &["--x and --y", "noise"]);
    refused(&["phase", "--x", "task.ratio"], &["--at", "--samples"]);
    refused(&["phase", "--from", "0"], &["--x", "above 0"]);
}

/// Width, height and pixels as a PNG decoder reads them.
fn pixels(arguments: &[&str]) -> (u32, u32, Vec<[u8; 3]>) {
    let bytes = bytes(arguments);
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut buffer = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut buffer).unwrap();
    assert_eq!((info.color_type, info.bit_depth), (png::ColorType::Rgb, png::BitDepth::Eight));
    (info.width, info.height, buffer.chunks(3).map(|p| [p[0], p[1], p[2]]).collect())
}

#[test]
fn figures_open_in_real_readers_and_show_what_they_should() {
    let curve = ["curve", "--featurization", "raw,ground-truth,optimal", "--points", "80", "--format"];
    let svg = text(&[&curve[..], &["svg"]].concat());
    let document = roxmltree::Document::parse(&svg).unwrap();
    let root = document.root_element();
    assert_eq!(
        (root.tag_name().name(), root.attribute("width"), root.attribute("height")),
        ("svg", Some("900"), Some("600"))
    );
    let words: Vec<&str> = document
        .descendants()
        .filter(|n| n.has_tag_name("text"))
        .filter_map(|n| n.text())
        .map(str::trim)
        .collect();
    let expected = [
        "double divergence",
        "raw",
        "ground truth",
        "best, no ridge",
        "reweight all features",
        "keep the top 200",
        "infinite, n = 1000",
        "2.58, n = 200 · 200 strong directions",
        "0.2",
        "0.02",
        "1.6",
        "risk R",
    ];
    for expected in expected {
        assert!(words.contains(&expected), "{expected}: {words:?}");
    }

    let theme = Theme::built_in("light", Depth::TrueColor).unwrap();
    let (width, height, image) = pixels(&[&curve[..], &["png", "--size", "600x400"]].concat());
    assert_eq!((width, height), (600, 400));
    let count = |color: [u8; 3]| image.iter().filter(|p| **p == color).count();
    let all = 600 * 400;
    assert!(
        count([255, 255, 255]) > all / 10
            && count(rgb(theme.tint(Role::Soft).unwrap()).unwrap()) > all / 20
            && count(rgb(theme.tint(Role::Hard).unwrap()).unwrap()) > all / 4
    );
    assert!(count(rgb(theme.style(Role::Optimal).fg.unwrap()).unwrap()) > 100, "a curve in its colour");
    assert!(image.iter().filter(|p| p.iter().all(|v| *v < 130)).count() > 300, "axes and words");

    // The regimes' areas are their shares of the plane.
    let plane = json(&["phase", "--format", "json"]);
    let regimes: Vec<&str> = plane["regime"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|r| r.as_array().unwrap())
        .map(|r| r.as_str().unwrap())
        .collect();
    let share = |name: &str| regimes.iter().filter(|r| **r == name).count() as f64 / regimes.len() as f64;
    let (.., image) = pixels(&["phase", "--format", "png", "--size", "600x400"]);
    let area = |color: [u8; 3]| image.iter().filter(|p| **p == color).count() as f64;
    let areas = [("soft", Role::Soft), ("hard", Role::Hard), ("null", Role::Null)]
        .map(|(name, role)| (name, area(rgb(theme.fill(role).unwrap()).unwrap())));
    let whole: f64 = areas.iter().map(|a| a.1).sum();
    for (name, area) in areas {
        assert!((area / whole - share(name)).abs() < 0.02, "{name}: {} {}", area / whole, share(name));
    }
    let svg = text(&["phase", "--format", "svg", "--columns", "30", "--rows", "20"]);
    let document = roxmltree::Document::parse(&svg).unwrap();
    assert!(document.descendants().any(|n| n.text().is_some_and(|t| t.contains("triple point"))));
    refused(&["phase", "--format", "png", "--size", "20x20"], &["--size", "200x150"]);
}

#[test]
fn the_ending_of_out_chooses_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let starts: [(&str, &[u8]); 5] = [
        ("csv", b"featurization,"),
        ("json", b"{"),
        ("svg", b"<svg"),
        ("png", b"\x89PNG"),
        ("txt", b"risk R"),
    ];
    for (ending, start) in starts {
        let path = folder.path().join(format!("curve.{ending}"));
        assert!(bytes(&["curve", "--points", "20", "--out", path.to_str().unwrap()]).is_empty());
        let written = std::fs::read(path).unwrap();
        assert!(written.starts_with(start), "{ending}");
    }
}

const COMMANDS: [&str; 12] = [
    "eval",
    "simulate",
    "fit",
    "curve",
    "compare",
    "phase",
    "frame",
    "presets",
    "themes",
    "keys",
    "completions",
    "man",
];

#[test]
fn help_fits_one_screen_with_an_example() {
    for command in [&[][..]].into_iter().chain(COMMANDS.iter().map(std::slice::from_ref)) {
        let help = text(&[command, &["--help"]].concat());
        assert!(help.lines().count() <= 43, "{command:?}: {}\n{help}", help.lines().count());
        assert!(help.lines().all(|l| l.chars().count() <= 100), "{command:?}");
        let plain = ["presets", "themes", "keys"].iter().any(|c| command.contains(c));
        assert!(plain || help.contains("Example"), "{command:?}");
        assert!(
            !help.contains("Scenario:") || help.find("Options:") < help.find("Scenario:"),
            "{command:?}\n{help}"
        );
    }
}

#[test]
fn lists_name_everything_there_is() {
    let presets = text(&["presets"]);
    for line in presets.lines() {
        let name = line.split_whitespace().next().unwrap();
        assert!(bytes(&["eval", "--preset", name, "--at", "0.3", "--json"]).starts_with(b"["), "{name}");
    }
    assert_eq!(presets.lines().count(), 37);
    for line in text(&["themes"]).lines() {
        let name = line.split_whitespace().next().unwrap();
        assert!(text(&["frame", "--theme", name, "--format", "svg"]).starts_with("<svg"), "{name}");
    }
    let keys = text(&["keys"]);
    for words in ["Parameters", "next parameter", "→ l", "quit"] {
        assert!(keys.contains(words), "{words}:\n{keys}");
    }
}

/// The completions load in a shell and know every command; the manual has a page for each.
#[test]
fn completions_and_manual_know_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(&["completions", shell]);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
        assert!(script.contains("featurization"), "{shell}");
    }
    let asked = "COMP_WORDS=(riskscope cu); COMP_CWORD=1; _riskscope riskscope cu riskscope; echo \"${COMPREPLY[@]}\"";
    let script = text(&["completions", "bash"]) + asked;
    let output = std::process::Command::new("bash").args(["--norc", "-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "curve", "{output:?}");

    let manual = text(&["man"]);
    assert_eq!(manual.matches("\n.TH ").count(), COMMANDS.len() + 1);
    for command in COMMANDS {
        assert!(text(&["man", command]).contains(&format!("riskscope\\-{command}")), "{command}");
        assert!(manual.contains(&format!("riskscope\\-{command}")), "{command}");
    }
    assert!(manual.contains("\\-\\-featurization"));
    refused(&["man", "nonsense"], &["nonsense", "curve"]);
}

/// `| head`: whoever reads may stop reading.
#[test]
fn a_closed_pipe_is_no_error() {
    use std::process::{Command, Stdio};
    let all: [&[&str]; 11] = [
        &["eval", "--at", "0.5"],
        &["simulate", "--set", "dimension=20", "--at", "0.5", "--draws", "2"],
        &["curve", "--format", "json"],
        &["curve", "--format", "png"],
        &["phase", "--format", "csv"],
        &["frame", "--format", "svg"],
        &["presets"],
        &["themes"],
        &["keys"],
        &["completions", "zsh"],
        &["man"],
    ];
    for arguments in all {
        let mut child = Command::new(env!("CARGO_BIN_EXE_riskscope"))
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{arguments:?}: {output:?}");
    }
}

/// A name that promises what is not written.
#[test]
fn an_ending_of_no_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for arguments in [
        &["curve"][..],
        &["curve", "--format", "svg"],
        &["phase", "--rows", "3", "--columns", "3"],
        &["frame"],
        &["frame", "--format", "svg"],
    ] {
        refused(&[arguments, &["--out", &path("x.PDF")]].concat(), &["--out", ".pdf", ".svg"]);
    }
    refused(&["curve", "--out", &path("x.dat")], &["--out", ".dat", ".csv", "--format"]);
    assert!(bytes(&["curve", "--format", "csv", "--out", &path("x.dat")]).is_empty());
    assert!(std::fs::read_to_string(path("x.dat")).unwrap().starts_with("featurization,"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// The design's list of commands, each once in every form it has.
#[test]
fn every_command_of_the_design_runs() {
    for command in [
        "eval --at 0.2,0.4",
        "eval --samples 200,400 --json",
        "eval --target-risk 0.3",
        "curve --from 0.1 --to 3 --points 50 --log --format csv",
        "curve --preset source-condition --points 30 --format json",
        "phase --y noise --columns 20 --rows 10 --format csv",
        "phase --y task.fraction --columns 10 --rows 10 --format json",
        "simulate --set dimension=40 --at 0.5,2 --draws 3 --seed 7 --json",
        "simulate --set dimension=40 --samples 20 --draws 3",
        "frame --view variance --width 90 --height 30 --format text",
        "frame --view phase --format ansi",
        "frame --view data --format svg",
        "eval --at 0.3 --set task.ratio=1e-3 --featurization raw --ridge optimal-nonnegative --noise 0.2",
    ] {
        let words: Vec<&str> = command.split(' ').collect();
        assert!(!bytes(&words).is_empty(), "{command}");
    }
}

/// Every command in the README runs as it stands there; those that open the dashboard draw it instead.
#[test]
fn the_readme_s_commands_run() {
    let readme = include_str!("../README.md").replace("\\\n", " ");
    let mut run = 0;
    for line in readme.lines().filter_map(|l| l.strip_prefix("    cargo run --release")) {
        let words = shell_words::split(line.trim()).unwrap();
        let words: Vec<&str> = words.iter().map(String::as_str).skip_while(|w| *w == "--").collect();
        let headless = words.first().is_some_and(|w| COMMANDS.contains(w));
        let words = if headless { words } else { [&["frame"][..], &words].concat() };
        let output = riskscope(&words).output().unwrap();
        assert!(output.status.success() && !output.stdout.is_empty(), "{words:?}: {output:?}");
        run += 1;
    }
    assert!(run >= 3, "{run}");
}

/// Every interval of n that reaches a risk, against a look at every n; and "never" where nothing can.
#[test]
fn a_target_risk_is_reached_exactly_where_eval_says() {
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
    assert_eq!(never.matches("never: σ² alone is more").count(), 6, "{never}");
    let late = text(&["eval", "--target-risk", "0.1000000001", "--set", "dimension=20"]);
    assert!(late.contains("never, up to n = 20000"), "{late}");
}

/// The dashboard's left-out risk of the mean over measured tasks is what `eval` says.
#[test]
fn the_left_out_risk_on_screen_is_evals() {
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
    let point = &json(&[&["eval", "--json"][..], &data].concat())[0];
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
