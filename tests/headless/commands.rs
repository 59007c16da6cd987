//! Every command: help, lists, completions, the manual, and the command lines of the README.

use crate::command::{refused, riskscope};
use crate::{bytes, text};

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
fn lists_are_complete() {
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

/// The completions load in a shell and contain every command; the manual has a page for each.
#[test]
fn completions_and_manual_know_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(&["completions", shell]);
        for command in COMMANDS {
            assert!(script.contains(command), "{shell}: {command}");
        }
        assert!(script.contains("featurization"), "{shell}");
    }
    let query = "COMP_WORDS=(riskscope cu); COMP_CWORD=1; _riskscope riskscope cu riskscope; echo \"${COMPREPLY[@]}\"";
    let script = text(&["completions", "bash"]) + query;
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

/// A closed pipe (`| head`) is not an error.
#[test]
fn a_closed_pipe_is_not_an_error() {
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

/// The commands of the design, each in every form.
#[test]
fn every_documented_command_runs() {
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

/// Every command line of the README runs as printed; those that open the dashboard are run with `frame` instead.
#[test]
fn the_readme_s_commands_run() {
    let readme = include_str!("../../README.md").replace("\\\n", " ");
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
