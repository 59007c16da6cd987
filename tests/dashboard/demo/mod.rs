//! The recorded demo: the tape is typed into the program, in a shell in a pseudo-terminal, and every `Wait` and every
//! scene is checked. `cargo test --release --test dashboard demo -- --ignored` writes the README's picture of it.

mod film;
mod tape;

use std::path::Path;
use std::time::{Duration, Instant};

use super::common::Pty;
use film::Film;
use tape::Command;

const TAPE: &str = include_str!("../../../demo.tape");
const WAIT: Duration = Duration::from_secs(15);

/// Plays commands: with `slowly`, at the tape's speed with every pause, else as fast as the screen follows.
/// `seen` is called with the title and the last screen of every scene.
fn play(commands: &[Command], slowly: bool, film: &mut Option<Film>, mut seen: impl FnMut(&str, &str)) {
    let bin = Path::new(env!("CARGO_BIN_EXE_riskscope")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let environment = [
        ("PATH", Some(path.as_str())),
        ("PS1", Some("> ")),
        ("LANG", Some("C.UTF-8")),
        ("COLORTERM", Some("truecolor")),
        ("XDG_CONFIG_HOME", Some("/nonexistent")),
    ];
    let mut pty = Pty::run("/bin/sh", &[], 120, 36, &environment);
    let mut typing = Duration::from_millis(50);
    let mut scene: Option<&str> = None;
    let mut shown = String::new();
    let pause = |pty: &Pty, time: Duration, film: &mut Option<Film>| {
        let end = Instant::now() + if slowly { time } else { time.min(Duration::from_millis(15)) };
        while Instant::now() < end {
            if let Some(film) = film {
                pty.with_screen(|screen| film.take(screen));
            }
            std::thread::sleep(Duration::from_millis(10).min(end - Instant::now()));
        }
    };
    for command in commands {
        match command {
            Command::Output(_) => {}
            Command::Require(program) => assert!(bin.join(program).exists(), "{program}"),
            Command::Set { key, value } if key == "TypingSpeed" => {
                typing = Duration::from_millis(value.trim_end_matches("ms").parse().unwrap());
            }
            Command::Set { .. } => {}
            Command::Scene(name) => {
                film.iter_mut().for_each(|film| film.caption(name));
                if let Some(before) = scene.replace(name) {
                    seen(before, &shown);
                }
            }
            Command::Type { text, pause: each } => {
                for letter in text.chars() {
                    pty.send(&letter.to_string());
                    pause(&pty, each.unwrap_or(typing), film);
                }
            }
            Command::Key { bytes, count, pause: each } => {
                for _ in 0..*count {
                    pty.send(bytes);
                    pause(&pty, each.unwrap_or(typing), film);
                }
            }
            Command::Sleep(time) => {
                pause(&pty, *time, film);
                shown = pty.contents();
            }
            Command::Wait { screen, limit, pattern } => {
                let regex = regex_lite::Regex::new(pattern).unwrap();
                let start = Instant::now();
                loop {
                    let contents = pty.contents();
                    let text = if *screen {
                        contents.as_str()
                    } else {
                        contents.lines().rev().find(|l| !l.trim().is_empty()).unwrap_or("")
                    };
                    if regex.is_match(text) {
                        break;
                    }
                    let waited = start.elapsed();
                    assert!(waited < limit.unwrap_or(WAIT), "waited for {pattern}; the screen:\n{contents}");
                    pause(&pty, Duration::from_millis(10), film);
                }
            }
        }
    }
    if let Some(name) = scene {
        seen(name, &shown);
    }
    pty.send("exit\r");
    pty.end().assert_restored();
}

#[test]
fn the_tape_shows_its_scenes() {
    let commands = tape::parse(TAPE).unwrap();
    let paused: Duration = commands
        .iter()
        .map(|command| match command {
            Command::Sleep(time) => *time,
            Command::Key { count, pause: Some(pause), .. } => *pause * *count as u32,
            Command::Type { text, pause } => {
                pause.unwrap_or(Duration::from_millis(25)) * text.chars().count() as u32
            }
            _ => Duration::ZERO,
        })
        .sum();
    assert!((20..=30).contains(&paused.as_secs()), "{paused:?} of pauses: 20 to 30 seconds were meant");
    let mut scenes = Vec::new();
    play(&commands, false, &mut None, |scene, screen| {
        // The last screen of a scene contains what its title announces.
        let about: &[&str] = match scene.split(':').next().unwrap() {
            "The risk of the true features peaks twice" => {
                &["2.58, n = 200", "infinite, n = 1000", "200 strong directions used up", "all 1000 used up"]
            }
            "One cure is a ridge" => &["Ground truth has no peak", "A: ridge λ 0", "now "],
            "The other is to choose features" => &["Best, no ridge has no peak", "keep the top 200"],
            "300 labelled texts and two encoders" => &["300 labels: risk", "with ", "minilm", "reduced"],
            "In AUC, and how many labels an AUC of 0.9 needs." => &["300 labels: AUC", "0.900", "target"],
            "The command line that makes the same picture goes to the clipboard." => {
                &["clipboard", "riskscope curve", "--features"]
            }
            other => panic!("nothing is known of the scene {other}"),
        };
        for words in about {
            assert!(screen.contains(words), "{words} is not on the last screen of {scene:?}:\n{screen}");
        }
        scenes.push(scene.to_owned());
    });
    assert_eq!(scenes.len(), 6, "{scenes:?}");
}

#[test]
#[ignore = "half a minute: records assets/demo.svg, in a release build"]
fn the_recording_is_written() {
    let commands = tape::parse(TAPE).unwrap();
    let mut film = Some(Film::default());
    play(&commands, true, &mut film, |_, _| {});
    let text = film.unwrap().document("riskscope: two peaks and their cures; two encoders and 300 labels");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo.svg");
    assert!(text.len() <= 400_000, "{} bytes are more than a README should load", text.len());
    std::fs::write(path, text).unwrap();
}
