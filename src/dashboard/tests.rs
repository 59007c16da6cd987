//! The dashboard under random use: keys, pastes, the mouse, sizes, and replies that come late, out of order or as
//! errors. Nothing panics, no cell contains a control character, and undo restores each state in reverse order.

mod screens;
mod tasks;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::app::share;
use super::model::command::{Command, Effect};
use super::model::history::Snapshot;
use super::model::hit::Drawn;
use super::model::state::State;
use super::model::view::View;
use super::update::update;
use super::{input, view};
use crate::engine::{Outcome, Reply};
use crate::scenario::presets;
use crate::study::measurement::Measured;
use crate::study::{Request, Session};
use crate::theme::{Depth, Theme};

/// Number of checks of a computation before it is abandoned, some hundredths of a second.
const POLLS: usize = 3000;

struct User {
    random: ChaCha8Rng,
    state: State,
    study: Session,
    size: (u16, u16),
    requested: Option<Request>,
    generation: u64,
    /// Requests to the engine without an answer.
    open: Vec<(u64, Request)>,
    seen: Vec<Snapshot>,
}

impl User {
    fn new(seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut scenario = presets::all().choose(&mut random).unwrap().scenario();
        scenario.set("dimension", "40").unwrap();
        let view = *View::ALL.choose(&mut random).unwrap();
        let state = State::new(scenario, view, Theme::new(Depth::TrueColor), random.random());
        let seen = vec![state.snapshot()];
        let size = (120, 36);
        Self {
            random,
            state,
            study: Session::default(),
            size,
            requested: None,
            generation: 0,
            open: Vec::new(),
            seen,
        }
    }

    fn snapshot(&self) -> Snapshot {
        self.state.snapshot()
    }

    fn step(&mut self) {
        match self.random.random_range(0..20) {
            0..11 => {
                let event = Event::Key(self.key());
                self.event(&event);
            }
            11 => {
                let event = Event::Mouse(self.mouse());
                self.event(&event);
            }
            12 => {
                let text = self.text();
                self.event(&Event::Paste(text));
            }
            13 => {
                let tiny = self.random.random_ratio(1, 4);
                let (columns, rows) = if tiny { (60, 16) } else { (220, 70) };
                self.size = (self.random.random_range(1..=columns), self.random.random_range(1..=rows));
            }
            14 => self.measured(),
            15 => drop(update(&mut self.state, Command::Spin)),
            _ => self.reply(),
        }
        if self.seen.last() != Some(&self.snapshot()) {
            self.seen.push(self.snapshot());
        }
        let request = self.state.request();
        if self.requested.as_ref() != Some(&request) {
            self.generation += 1;
            self.open.push((self.generation, request.clone()));
            update(&mut self.state, Command::Asked(self.generation, Instant::now()));
            self.requested = Some(request);
        }
        self.draw();
    }

    fn key(&mut self) -> KeyEvent {
        let random = &mut self.random;
        let code = match random.random_range(0..10) {
            0..5 => KeyCode::Char(random.random_range(' '..='~')),
            5 => KeyCode::Char(*['λ', 'é', '漢', '\u{200d}', '0', '1', '2', '5'].choose(random).unwrap()),
            6 => *[KeyCode::Up, KeyCode::Down].choose(random).unwrap(),
            7 => *[KeyCode::Left, KeyCode::Right].choose(random).unwrap(),
            8 => KeyCode::Enter,
            _ => *[
                KeyCode::Esc,
                KeyCode::Backspace,
                KeyCode::Tab,
                KeyCode::BackTab,
                KeyCode::PageDown,
                KeyCode::End,
            ]
            .choose(random)
            .unwrap(),
        };
        let modifiers = match random.random_range(0..12) {
            0 => KeyModifiers::CONTROL,
            1 => KeyModifiers::SHIFT,
            2 => KeyModifiers::ALT,
            _ => KeyModifiers::NONE,
        };
        KeyEvent::new(code, modifiers)
    }

    fn mouse(&mut self) -> MouseEvent {
        let kind = *[
            MouseEventKind::Moved,
            MouseEventKind::Down(MouseButton::Left),
            MouseEventKind::Drag(MouseButton::Left),
            MouseEventKind::Up(MouseButton::Left),
            MouseEventKind::ScrollUp,
            MouseEventKind::ScrollDown,
        ]
        .choose(&mut self.random)
        .unwrap();
        let (column, row) = (self.random.random_range(0..230), self.random.random_range(0..80));
        MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }
    }

    fn text(&mut self) -> String {
        let pieces = [
            "noise 0.3",
            "1e999",
            "\x1b[2J",
            "-",
            "0,5",
            "漢字",
            "\n",
            "\u{7}",
            "optimal",
            " ",
            "1e-3",
            "x\ty",
        ];
        (0..self.random.random_range(0..5)).map(|_| *pieces.choose(&mut self.random).unwrap()).collect()
    }

    fn event(&mut self, event: &Event) {
        let Some(command) = input::command(&self.state, event) else { return };
        let effect = update(&mut self.state, command);
        self.outside(effect);
    }

    /// Replaces the app, without disk, clipboard or exit.
    fn outside(&mut self, effect: Option<Effect>) {
        match effect {
            Some(Effect::Copy(item)) => {
                if let Some(text) = share::text(&self.state, item) {
                    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
                    update(&mut self.state, Command::Copied { item, text, known: true });
                }
            }
            Some(Effect::Write(target)) if !target.overwrite && self.random.random() => {
                update(&mut self.state, Command::Taken(target));
            }
            Some(Effect::Write(target)) => match share::export(&self.state, target) {
                Ok(_) => {
                    let outcome = match self.random.random_range(0..3) {
                        0 => Outcome::Done(PathBuf::from("a\x1b]0;name.svg")),
                        1 => Outcome::Failed("the disk is full".into()),
                        _ => Outcome::Panicked("internal error".into()),
                    };
                    update(&mut self.state, Command::Written(outcome));
                }
                Err(sentence) => drop(update(&mut self.state, Command::Failed(sentence))),
            },
            _ => {}
        }
    }

    /// Answers one of the open requests: the newest, an outdated one, or one with an error.
    fn reply(&mut self) {
        if self.open.is_empty() {
            return;
        }
        let last = self.open.len() - 1;
        let at = if self.random.random_ratio(2, 3) { last } else { self.random.random_range(0..=last) };
        let (generation, request) = self.open.remove(at);
        let polls = AtomicUsize::new(0);
        let stop = || polls.fetch_add(1, Ordering::Relaxed) > POLLS;
        let mut partial = None;
        let answer = self.study.answer(request, &stop, &mut |analysis| partial = Some(analysis));
        let outcome = match (self.random.random_range(0..12), answer) {
            (0, _) => Outcome::Failed("it cannot be computed".into()),
            (1, _) => Outcome::Panicked("internal error".into()),
            (2, _) if partial.is_some() => {
                self.open.push((generation, self.requested.clone().unwrap()));
                Outcome::Partial(partial.unwrap())
            }
            (_, Ok(analysis)) => Outcome::Done(analysis),
            (_, Err(error)) => Outcome::Failed(error.to_string()),
        };
        // A failure before the first result ends the program.
        let ends = matches!(outcome, Outcome::Failed(_)) && self.state.shown.is_none();
        if !ends {
            update(&mut self.state, Command::Replied(Box::new(Reply { generation, outcome })));
        }
    }

    fn measured(&mut self) {
        let generation = self.random.random_range(0..3);
        update(&mut self.state, Command::Measuring(self.random.random_range(0..3)));
        let scenario = self.seen.choose(&mut self.random).unwrap().scenario.clone();
        let points = Measured {
            scenario,
            points: Vec::new(),
            logistic: Vec::new(),
            encoders: Vec::new(),
            draws: 32,
            done: self.random.random(),
            left: Some(Duration::from_secs(1)),
            missing: self.random.random::<bool>().then(|| "some n are not measured".into()),
        };
        let outcome = match self.random.random_range(0..4) {
            0 => Outcome::Failed("no".into()),
            1 => Outcome::Partial(points),
            _ => Outcome::Done(points),
        };
        update(&mut self.state, Command::Measured(Box::new(Reply { generation, outcome })));
    }

    fn draw(&mut self) {
        let Ok(mut terminal) = Terminal::new(TestBackend::new(self.size.0, self.size.1));
        let mut drawn = Drawn::default();
        let Ok(_) = terminal.draw(|frame| drawn = view::draw(frame, &self.state));
        for cell in terminal.backend().buffer().content() {
            assert!(!cell.symbol().chars().any(char::is_control), "{:?} on screen", cell.symbol());
        }
        update(&mut self.state, Command::Drawn(drawn));
    }

    /// Undo to the beginning, then redo.
    fn undo_and_redo(&mut self) {
        use super::model::action::Action;
        while !matches!(self.state.mode, super::model::mode::Mode::Normal) {
            update(&mut self.state, Command::Close);
        }
        let end = self.snapshot();
        let mut states = vec![end.clone()];
        loop {
            update(&mut self.state, Command::Act(Action::Undo));
            let now = self.snapshot();
            if states.last() == Some(&now) {
                break;
            }
            assert!(self.seen.contains(&now), "undo leads where nothing has been: {:?}", now.display);
            states.push(now);
            self.draw();
        }
        for want in states.iter().rev().skip(1) {
            update(&mut self.state, Command::Act(Action::Redo));
            assert_eq!(self.snapshot(), *want);
        }
        assert_eq!(self.snapshot(), end);
    }
}

fn play(seed: u64, steps: usize) {
    let mut user = User::new(seed);
    for _ in 0..steps {
        user.step();
    }
    user.undo_and_redo();
}

#[test]
fn random_input_never_panics_and_undo_restores() {
    (0..8).for_each(|seed| play(seed, 120));
}

/// Runs for `RISKSCOPE_MINUTES` (default one). A failure names its seed.
#[test]
#[ignore = "runs for RISKSCOPE_MINUTES"]
fn random_input_for_minutes() {
    let minutes = std::env::var("RISKSCOPE_MINUTES").ok().and_then(|m| m.parse().ok()).unwrap_or(1.0);
    let end = Instant::now() + Duration::from_secs_f64(60.0 * minutes);
    let (mut seed, first) = (1000, 1000);
    while Instant::now() < end {
        let played = std::panic::catch_unwind(|| play(seed, 300));
        assert!(played.is_ok(), "seed {seed}");
        seed += 1;
    }
    println!("{} users of 300 steps", seed - first);
}
