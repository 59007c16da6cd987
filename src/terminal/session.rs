//! The terminal: entering and leaving dashboard mode, signals, the input thread, and restoring the terminal in every
//! case.
//!
//! Leaving is idempotent and can be called from any exit path. The panic hook restores the terminal only if the main
//! thread panics: a panic of a worker is caught by the engine and shown on screen.

use std::io::{self, BufWriter, Write, stdout};
use std::panic;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use crossterm::clipboard::CopyToClipboard;
use crossterm::event::{
    DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event,
};
use crossterm::style::Print;
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
};
use crossterm::{cursor, execute, queue, terminal};
use ratatui::Terminal;
use rustix::fs::{Mode, OFlags};
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
use signal_hook::iterator::Signals;

use super::background::{self, Read, Reader};
use super::encoder::{CompactBackend, Link};
use super::joiner::{self, Joiner};
use crate::engine::THREAD_PREFIX;
use crate::outside::crash;

/// The screen; each frame is written to the terminal at once.
pub type Screen = Terminal<CompactBackend<BufWriter<GuardedStdout>>>;

/// Standard output while the program controls the terminal. Bytes still buffered after it is released (a panic in the
/// middle of a frame) are dropped.
#[derive(Debug)]
pub struct GuardedStdout;

impl Write for GuardedStdout {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if ENTERED.load(Ordering::SeqCst) { stdout().write(bytes) } else { Ok(bytes.len()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        stdout().flush()
    }
}

static ENTERED: AtomicBool = AtomicBool::new(false);
static MOUSE: AtomicBool = AtomicBool::new(false);

/// An event for the main thread from outside.
#[derive(Debug)]
pub enum ExternalEvent {
    /// A key, a paste or the mouse, with its permit.
    Input(Event, Permit),
    /// The terminal can no longer be read.
    InputLost,
    Signal(i32),
    /// Whether the terminal's background is light.
    Background(bool),
}

/// One of [`AHEAD`] slots for unhandled input, released when dropped.
#[derive(Debug)]
pub struct Permit(Receiver<()>);

impl Drop for Permit {
    fn drop(&mut self) {
        let _ = self.0.try_recv();
    }
}

/// Maximum number of unhandled input events; further input stays in the terminal's buffer.
const AHEAD: usize = 256;
/// How long a terminating signal waits for the main thread, which may be blocked by a terminal that is not read.
const UNANSWERED: Duration = Duration::from_secs(1);

/// The terminal in dashboard mode; it is restored when dropped.
pub struct Session {
    pub screen: Screen,
}

impl Session {
    /// Enters raw mode and the alternate screen, hides the cursor, and enables bracketed paste.
    ///
    /// # Errors
    /// If the terminal refuses one of these; it is then restored.
    pub fn enter() -> io::Result<Self> {
        set_panic_hook();
        enter()?;
        let backend = CompactBackend::new(BufWriter::with_capacity(1 << 16, GuardedStdout));
        match Terminal::new(backend) {
            Ok(screen) => Ok(Self { screen }),
            Err(error) => {
                leave();
                Err(error)
            }
        }
    }

    /// Queries the background colour without waiting; the answer arrives through [`listen`].
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn ask_background(&mut self) -> io::Result<()> {
        background::asked();
        execute!(self.screen.backend_mut(), Print(background::QUESTION))
    }

    /// Makes links of underlined texts with an address, if the terminal is known to support links.
    pub fn link(&mut self, link: Link) {
        if supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout) {
            self.screen.backend_mut().link(link);
        }
    }

    /// Draws one frame as a synchronized update, in one write.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn draw(&mut self, draw: impl FnOnce(&mut ratatui::Frame)) -> io::Result<()> {
        queue!(self.screen.backend_mut(), BeginSynchronizedUpdate)?;
        self.screen.draw(draw)?;
        execute!(self.screen.backend_mut(), EndSynchronizedUpdate)
    }

    /// Turns mouse reports on or off; while they are off, the terminal's text selection works.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn mouse(&mut self, on: bool) -> io::Result<()> {
        MOUSE.store(on, Ordering::SeqCst);
        if on {
            execute!(self.screen.backend_mut(), EnableMouseCapture)
        } else {
            execute!(self.screen.backend_mut(), DisableMouseCapture)
        }
    }

    /// Copies a text to the terminal's clipboard (OSC 52), which over SSH is that of the user's machine. The terminal
    /// does not report whether it accepts it.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(self.screen.backend_mut(), CopyToClipboard::to_clipboard_from(text))
    }

    /// Releases the terminal, stops the process, and takes the terminal again when continued. Ctrl-Z stops the whole
    /// foreground group, including a shell script or a pipe around the program.
    ///
    /// # Errors
    /// If the terminal is gone.
    pub fn suspend(&mut self, whole_group: bool) -> io::Result<()> {
        background::await_answer();
        leave();
        if whole_group {
            // Not SIGTSTP, for which this process has a handler.
            rustix::process::kill_current_process_group(rustix::process::Signal::STOP)?;
        } else {
            signal_hook::low_level::emulate_default_handler(SIGTSTP)?;
        }
        self.resume()
    }

    /// Takes the terminal again after a stop and redraws everything.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        // Left first, because another program may have changed the mode.
        leave();
        enter()?;
        if MOUSE.load(Ordering::SeqCst) {
            self.mouse(true)?;
        }
        self.screen.clear()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        background::await_answer();
        leave();
    }
}

fn enter() -> io::Result<()> {
    if ENTERED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    let entered = terminal::enable_raw_mode()
        .and_then(|()| execute!(stdout(), EnterAlternateScreen, cursor::Hide, EnableBracketedPaste));
    if entered.is_err() {
        leave();
    }
    entered
}

/// Whether the terminal is known to support copying to the clipboard (OSC 52) by default; this is unknown over SSH
/// and inside tmux.
#[must_use]
pub fn takes_clipboard(variable: impl Fn(&str) -> Option<String>) -> bool {
    const TAKES: [&str; 7] = ["kitty", "ghostty", "alacritty", "wezterm", "foot", "contour", "rio"];
    let known = |name: &str| {
        let value = variable(name).unwrap_or_default().to_ascii_lowercase();
        TAKES.iter().any(|terminal| value.contains(terminal))
    };
    known("TERM") || known("TERM_PROGRAM") || variable("WT_SESSION").is_some()
}

/// Whether an input or output error means that the terminal is gone: its window was closed, or the connection lost.
#[must_use]
pub fn is_gone(error: &io::Error) -> bool {
    use rustix::io::Errno;
    const GONE: [Errno; 5] = [Errno::IO, Errno::NXIO, Errno::PIPE, Errno::NOTTY, Errno::BADF];
    GONE.iter().any(|code| error.raw_os_error() == Some(code.raw_os_error()))
}

/// Undoes everything that [`Session::enter`] and [`Session::mouse`] did. Safe to call twice and from a panic.
pub fn leave() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = stdout();
    if MOUSE.load(Ordering::SeqCst) {
        let _ = execute!(out, DisableMouseCapture);
    }
    // Each step is tried even if the previous one failed.
    let _ = execute!(out, EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = terminal::disable_raw_mode();
    let _ = out.flush();
}

/// Ends the process by `signal` if the main thread has not done so in time because it is blocked in a write. The
/// terminal mode is always restored; the screen only if the terminal accepts the bytes immediately.
fn end_in_time(signal: i32) {
    thread::sleep(UNANSWERED);
    let _ = terminal::disable_raw_mode();
    let mut left = Vec::new();
    let _ = queue!(
        left,
        EndSynchronizedUpdate,
        DisableMouseCapture,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        cursor::Show
    );
    let no_waiting = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
    if let Ok(terminal) = rustix::fs::open("/dev/tty", no_waiting, Mode::empty()) {
        let _ = rustix::io::write(&terminal, &left);
    }
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}

fn set_panic_hook() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if crash::is_contained() {
            return;
        }
        // Panics of workers (and the threads they compute on) are caught and shown on the screen.
        let name = thread::current().name().map(str::to_owned);
        if name.as_deref().is_some_and(|n| n == "main" || n == INPUT || n == SIGNALS) {
            leave();
            report(info);
        } else if ENTERED.load(Ordering::SeqCst) || name.is_none_or(|n| n.starts_with(THREAD_PREFIX)) {
            crash::note(info);
        } else {
            report(info);
        }
    }));
}

/// The next events: a complete one, or an Esc that nothing followed.
fn read(joiner: &mut Joiner) -> io::Result<Vec<Event>> {
    if joiner.waits() && !crossterm::event::poll(joiner::PATIENCE)? {
        return Ok(joiner.give_up().into_iter().collect());
    }
    Ok(joiner.take(crossterm::event::read()?))
}

const INPUT: &str = "input";
const SIGNALS: &str = "signals";
const HANG_UP: &str = "hang-up";

/// Blocks until the terminal on standard output is closed; false if that cannot be observed. A program that is not a
/// session leader receives no SIGHUP, and crossterm's reader would then spin at the end of its input.
fn hung_up() -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    let out = stdout();
    loop {
        // No event is requested: only a hang-up or an error ends the wait.
        let mut watched = [PollFd::new(&out, PollFlags::empty())];
        match poll(&mut watched, None) {
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => return false,
            Ok(_) => return watched[0].revents().intersects(PollFlags::HUP | PollFlags::ERR),
        }
    }
}

/// Starts the threads that wait for the keyboard, signals and the terminal's hang-up, and send each event. If the
/// terminal was queried for its background, the answer is removed from the keys.
///
/// # Errors
/// If the system cannot start a thread or refuses a signal handler.
pub fn listen<E: Send + 'static>(
    sender: &Sender<E>,
    asked: bool,
    wrap: impl Fn(ExternalEvent) -> E + Clone + Send + 'static,
) -> io::Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT])?;
    let (to_main, wrapped) = (sender.clone(), wrap.clone());
    thread::Builder::new().name(SIGNALS.into()).spawn(move || {
        for signal in signals.forever() {
            if matches!(signal, SIGINT | SIGTERM | SIGHUP) {
                // Without this thread the signal waits for the main thread.
                let _ = thread::Builder::new().name(SIGNALS.into()).spawn(move || end_in_time(signal));
            }
            if to_main.send(wrapped(ExternalEvent::Signal(signal))).is_err() {
                break;
            }
        }
    })?;
    let (to_main, wrapped) = (sender.clone(), wrap.clone());
    thread::Builder::new().name(HANG_UP.into()).spawn(move || {
        if hung_up() {
            let _ = to_main.send(wrapped(ExternalEvent::InputLost));
        }
    })?;
    let to_main = sender.clone();
    let (places, taken) = bounded(AHEAD);
    thread::Builder::new().name(INPUT.into()).spawn(move || {
        let mut reader = Reader::new(asked);
        let mut joiner = Joiner::new(std::env::var_os("SSH_CONNECTION").is_some());
        loop {
            let Ok(events) = read(&mut joiner) else {
                let _ = to_main.send(wrap(ExternalEvent::InputLost));
                return;
            };
            for read in events.into_iter().flat_map(|event| reader.take(event)).collect::<Vec<_>>() {
                let outside = match read {
                    Read::Input(event) => {
                        if places.send(()).is_err() {
                            return;
                        }
                        ExternalEvent::Input(event, Permit(taken.clone()))
                    }
                    Read::Background(light) => ExternalEvent::Background(light),
                };
                if to_main.send(wrap(outside)).is_err() {
                    return;
                }
            }
        }
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipboard_support_is_detected() {
        for (name, value, known) in [
            ("TERM", "xterm-kitty", true),
            ("TERM_PROGRAM", "WezTerm", true),
            ("WT_SESSION", "1", true),
            ("TERM", "xterm-256color", false),
            ("TERM", "tmux-256color", false),
            ("COLORTERM", "truecolor", false),
        ] {
            let variable = |asked: &str| (asked == name).then(|| value.to_owned());
            assert_eq!(takes_clipboard(variable), known, "{name}={value}");
        }
    }

    #[test]
    fn a_closed_terminal_is_distinguished_from_other_errors() {
        let of = |code: rustix::io::Errno| io::Error::from_raw_os_error(code.raw_os_error());
        assert!(is_gone(&of(rustix::io::Errno::IO)) && is_gone(&of(rustix::io::Errno::PIPE)));
        assert!(!is_gone(&of(rustix::io::Errno::NOSPC)) && !is_gone(&io::Error::other("no terminal")));
    }
}
