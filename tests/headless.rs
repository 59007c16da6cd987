//! The commands without the dashboard: frames, curves, planes and lists on standard output.

use assert_cmd::Command;

fn riskscope(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_riskscope"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    for gone in ["NO_COLOR", "COLORTERM", "COLUMNS", "LINES"] {
        command.env_remove(gone);
    }
    command
}

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

/// One sentence on standard error that holds every given word, code 2, nothing on standard output.
fn refused(arguments: &[&str], words: &[&str]) {
    let output = riskscope(arguments).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    assert_eq!(said.trim_end().lines().count(), 1, "{arguments:?}: {said}");
    for word in words {
        assert!(said.contains(word), "{arguments:?}: {said:?} does not name {word:?}");
    }
}

#[test]
fn a_frame_is_the_dashboard_at_the_given_size_and_theme() {
    let frame = text(&["frame", "--width", "110", "--height", "34"]);
    assert_eq!(frame.lines().count(), 34);
    assert!(frame.lines().all(|l| l.chars().count() <= 110));
    for words in ["double divergence", "near n/p  0.2001", "soft → hard", "n/p axis", "quit"] {
        assert!(frame.contains(words), "{words}:\n{frame}");
    }
    let plain = text(&["frame", "--ascii", "--width", "80", "--height", "24", "--view", "data"]);
    assert!(!plain.contains('⠤') && plain.lines().count() == 24, "{plain}");
    assert!(text(&["frame", "--width", "20", "--height", "3"]).contains("60×16"));

    let ansi = text(&["frame", "--format", "ansi", "--theme", "light", "--width", "80", "--height", "24"]);
    let mut terminal = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
    terminal.process(ansi.trim_end().replace('\n', "\r\n").as_bytes());
    let screen = terminal.screen().contents();
    assert!(screen.contains("double divergence") && screen.contains("VIEW"), "{screen}");
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
    for words in ["n/p 0.5000", "risk ≤ 0.300 needs", "n/p to           2.50", "oracle PCR   ‹ shown"] {
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
