//! The main loop: wait on one channel, update the state, submit requests to the engine, draw.
//!
//! Nothing is computed on this thread. When idle, the loop sleeps in one receive without a time-out. A burst of
//! events is handled together and drawn once; after a change the loop waits briefly for the engine, so that a fast
//! result is drawn in the same frame as its cause.

mod jobs;
pub mod resume;
pub(super) mod share;
pub mod still;

use std::io::{self, IsTerminal, stdin, stdout};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, RecvTimeoutError, unbounded};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGTSTP};

use self::share::Export;
use super::model::command::{Command, Effect};
use super::model::hit::Drawn;
use super::model::item::{Item, Target};
use super::model::state::State;
use super::update::update;
use super::view::explain;
use super::{input, view};
use crate::engine::{Ended, Outcome, Reply, Ticket, Worker, panic_if_asked};
use crate::scenario::{DataSource, Model};
use crate::study::measurement::{self, Measured};
use crate::study::{Analysis, Progress, Request};
use crate::terminal::session::{self, ExternalEvent, Session};

/// Minimum time between frames while events keep coming.
const FRAME: Duration = Duration::from_millis(16);
/// How long a change waits for its result before it is drawn without it.
const GRACE: Duration = Duration::from_millis(12);
/// Duration of a computation after which an indicator is shown.
const SPIN: Duration = Duration::from_millis(100);

/// Longest text for the clipboard: terminals silently drop longer ones (100 000 bytes of base64).
const CLIPBOARD: usize = 75_000;

#[derive(Debug)]
enum Event {
    ExternalEvent(ExternalEvent),
    Reply(Box<Reply<Analysis>>),
    Measured(Box<Reply<Measured>>),
    Exported(Reply<PathBuf>),
    /// The ensemble of measured tasks has been computed, or its progress.
    Learned(Reply<Progress>),
}

/// How the dashboard ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exit {
    Quit,
    /// Quit, and leave the readout with the command line that prints it in the shell.
    Message(String),
    Signal(i32),
    /// The scenario given at the start cannot be computed; one sentence.
    BadInput(String),
}

/// Channels for output: files, clipboard, background workers.
struct Outlets {
    session: Session,
    exporter: Worker<Export>,
}

/// Runs the dashboard until the user quits or a signal ends it; the terminal is then restored.
///
/// # Errors
/// If there is no terminal, or it fails.
pub fn run(mut state: State) -> io::Result<Exit> {
    let exit = match until_the_end(&mut state) {
        // Treated like the signal that is sent when a terminal is closed.
        Err(error) if session::is_gone(&error) => Exit::Signal(SIGHUP),
        exit => exit?,
    };
    if !matches!(exit, Exit::BadInput(_)) {
        resume::keep(&state);
    }
    Ok(exit)
}

fn until_the_end(state: &mut State) -> io::Result<Exit> {
    if !(stdin().is_terminal() && stdout().is_terminal()) {
        return Err(io::Error::other(
            "the dashboard needs a terminal on standard input and output; \
             `riskscope eval` prints numbers without one",
        ));
    }
    match std::env::var("TERM") {
        Ok(name) if !name.is_empty() && name != "dumb" => {}
        known => {
            let name = known.unwrap_or_default();
            return Err(io::Error::other(format!(
                "TERM={name} cannot show a full screen; `riskscope frame` prints the dashboard as text, \
                 `riskscope eval` numbers"
            )));
        }
    }
    let (sender, events) = unbounded();
    let replies = sender.clone();
    let worker = Worker::spawn("analysis", jobs::analysis, move |reply| {
        drop(replies.send(Event::Reply(Box::new(reply))))
    })?;
    let mut requested = None;
    ask(&worker, state, &mut requested);
    // Work of several seconds that changes of parameters must not discard: a separate worker, with one request for
    // each data set.
    let learned = sender.clone();
    let learner =
        Worker::spawn("ensemble", || learn, move |reply| drop(learned.send(Event::Learned(reply))))?;
    let mut learning = None;
    let points = sender.clone();
    let measurer = Worker::spawn("measure", jobs::measurement, move |reply| {
        drop(points.send(Event::Measured(Box::new(reply))))
    })?;
    let mut measuring = None;
    let written = sender.clone();
    let exporter = Worker::spawn(
        "export",
        || share::job,
        move |reply: Reply<_>| drop(written.send(Event::Exported(reply))),
    )?;
    let mut outlets = Outlets { session: Session::enter()?, exporter };
    let session = &mut outlets.session;
    session.link(explain::page);
    if state.mouse {
        session.mouse(true)?;
    }
    if state.ask_background {
        session.ask_background()?;
    }
    session::listen(&sender, state.ask_background, Event::ExternalEvent)?;
    if let Some(exit) = settle(&events, state, &mut outlets)? {
        return Ok(exit);
    }
    loop {
        if let Some(model) = state.without_ensemble()
            && let rows = model.scenario().data.as_ref().map(DataSource::rows)
            && learning != rows
        {
            learning = rows;
            learner.submit(model);
        }
        measure(&measurer, state, &mut measuring);
        // Events handled during the wait may need another answer. It is requested after this frame, so that an
        // endless stream of keys does not block drawing.
        let more = requested.as_ref() != Some(&state.request());
        let mut drawn = Drawn::default();
        outlets.session.draw(|frame| drawn = view::draw(frame, state))?;
        update(state, Command::Drawn(drawn));
        panic_if_asked("main");
        if more {
            ask(&worker, state, &mut requested);
            if let Some(exit) = settle(&events, state, &mut outlets)? {
                return Ok(exit);
            }
            continue;
        }
        let drawn = Instant::now();
        // Idle: no time-out. Busy: wake to turn the spinner.
        let event = match state.busy {
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(_) => events.recv_timeout(SPIN),
        };
        let event = match event {
            Ok(event) => event,
            Err(RecvTimeoutError::Timeout) => {
                update(state, Command::Spin);
                continue;
            }
            Err(RecvTimeoutError::Disconnected) => return Ok(Exit::Signal(SIGHUP)),
        };
        let mut now = event;
        loop {
            let next = events.recv_deadline(drawn + FRAME).ok().or_else(|| events.try_recv().ok());
            if !next.as_ref().is_some_and(|next| outdates(next, &now))
                && let Some(exit) = take(now, state, &mut outlets)?
            {
                return Ok(exit);
            }
            match next {
                Some(next) => now = next,
                None => break,
            }
        }
        if ask(&worker, state, &mut requested)
            && let Some(exit) = settle(&events, state, &mut outlets)?
        {
            return Ok(exit);
        }
    }
}

/// Whether a later mouse motion replaces this one, so that only the last position of a burst is kept.
fn outdates(later: &Event, earlier: &Event) -> bool {
    match (later, earlier) {
        (
            Event::ExternalEvent(ExternalEvent::Input(later, _)),
            Event::ExternalEvent(ExternalEvent::Input(earlier, _)),
        ) => input::outdates(later, earlier),
        _ => false,
    }
}

fn learn(model: Arc<Model>, ticket: &Ticket<'_, Progress>) -> Result<Progress, Ended> {
    let start = Instant::now();
    let watch = |done: f64| {
        ticket.partial(Progress::new(done, start.elapsed()));
        !ticket.stop()
    };
    model.compute_ensemble(&watch)?;
    Ok(Progress::new(1.0, start.elapsed()))
}

/// Submits the request of the current state if it differs from the last one.
fn ask(worker: &Worker<Request>, state: &mut State, requested: &mut Option<Request>) -> bool {
    let request = state.request();
    if requested.as_ref() == Some(&request) {
        return false;
    }
    let generation = worker.submit(request.clone());
    update(state, Command::Asked(generation, Instant::now()));
    *requested = Some(request);
    true
}

/// Starts the measurement of the current state, or stops one that no longer applies.
fn measure(
    worker: &Worker<measurement::Request>,
    state: &mut State,
    measuring: &mut Option<measurement::Request>,
) {
    let wanted = state.measure_request();
    if wanted == *measuring {
        return;
    }
    let generation = match &wanted {
        Some(request) => worker.submit(request.clone()),
        None => worker.cancel(),
    };
    update(state, Command::Measuring(generation));
    *measuring = wanted;
}

/// Waits briefly for the engine's answer before a change is drawn.
fn settle(events: &Receiver<Event>, state: &mut State, outlets: &mut Outlets) -> io::Result<Option<Exit>> {
    let deadline = Instant::now() + GRACE;
    while state.busy.is_some() {
        // A coarse result is not drawn if its refinement follows at once: half the bytes for the same picture.
        let Ok(event) = events.recv_deadline(deadline) else { break };
        if let Some(exit) = take(event, state, outlets)? {
            return Ok(Some(exit));
        }
    }
    Ok(None)
}

fn take(event: Event, state: &mut State, outlets: &mut Outlets) -> io::Result<Option<Exit>> {
    let command = match event {
        Event::Reply(reply) => Command::Replied(reply),
        Event::Measured(reply) => Command::Measured(reply),
        Event::Exported(reply) => Command::Written(reply.outcome),
        Event::Learned(Reply { outcome: Outcome::Partial(progress), .. }) => Command::Learning(progress),
        Event::Learned(_) => Command::Learned,
        Event::ExternalEvent(ExternalEvent::Input(input, permit)) => {
            drop(permit);
            // A terminal may have discarded its content at another size, even if its size is now the same again.
            if matches!(input, crossterm::event::Event::Resize(..)) {
                outlets.session.screen.clear()?;
            }
            match input::command(state, &input) {
                Some(command) => command,
                None => return Ok(None),
            }
        }
        Event::ExternalEvent(ExternalEvent::Background(light)) => Command::Background { light },
        Event::ExternalEvent(ExternalEvent::InputLost) => return Ok(Some(Exit::Signal(SIGHUP))),
        Event::ExternalEvent(ExternalEvent::Signal(SIGTSTP)) => {
            return outlets.session.suspend(false).map(|()| None);
        }
        Event::ExternalEvent(ExternalEvent::Signal(SIGCONT)) => {
            return outlets.session.resume().map(|()| None);
        }
        Event::ExternalEvent(ExternalEvent::Signal(signal)) => return Ok(Some(Exit::Signal(signal))),
    };
    match update(state, command) {
        Some(effect) => carry_out(effect, state, outlets),
        None => Ok(None),
    }
}

fn carry_out(effect: Effect, state: &mut State, outlets: &mut Outlets) -> io::Result<Option<Exit>> {
    match effect {
        Effect::Quit => return Ok(Some(Exit::Quit)),
        Effect::QuitTelling => {
            let text = share::text(state, Item::Readout).unwrap_or_default();
            return Ok(Some(Exit::Message(text)));
        }
        Effect::GiveUp(sentence) => return Ok(Some(Exit::BadInput(sentence))),
        Effect::Suspend => outlets.session.suspend(true)?,
        Effect::Redraw => outlets.session.resume()?,
        Effect::Mouse(on) => outlets.session.mouse(on)?,
        Effect::Copy(item) => {
            let Some(text) = share::text(state, item) else { return Ok(None) };
            if text.len() > CLIPBOARD {
                let size = text.len() / 1000;
                let sentence = format!("{size} kB exceed the clipboard limit of terminals; e writes a file");
                update(state, Command::Failed(sentence));
            } else {
                outlets.session.copy(&text)?;
                let known = session::takes_clipboard(|name| std::env::var(name).ok());
                update(state, Command::Copied { item, text, known });
            }
        }
        Effect::Write(target) => write(target, state, outlets),
    }
    Ok(None)
}

/// Writes a file in the background, unless it exists and the user has not confirmed replacing it.
fn write(target: Target, state: &mut State, outlets: &Outlets) {
    if !target.overwrite && target.path.symlink_metadata().is_ok() {
        update(state, Command::Taken(target));
        return;
    }
    match share::export(state, target) {
        Ok(export) => {
            outlets.exporter.submit(export);
        }
        Err(sentence) => {
            update(state, Command::Failed(sentence));
        }
    }
}
