//! The binary in a pseudo-terminal: what is on screen, what is typed, how it ends.

use std::io::{Read, Write};
use std::num::NonZero;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, SlavePty, native_pty_system};

/// Timeout for a debug build on a busy machine; reached only if a test fails.
const PATIENCE: Duration = Duration::from_secs(20);

pub struct Pty {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    /// Kept open, so that the terminal's mode can be read after the process has ended.
    _slave: Box<dyn SlavePty + Send>,
    before: String,
    screen: Arc<Mutex<Seen>>,
}

struct Seen {
    parser: vt100::Parser,
    written: Vec<u8>,
    last: Instant,
}

pub struct Ended {
    pub status: ExitStatus,
    pub contents: String,
    pub alternate_screen: bool,
    pub cursor_hidden: bool,
    pub bracketed_paste: bool,
    pub mouse: bool,
    /// The terminal's mode (termios) equals the mode before the start.
    pub mode_restored: bool,
}

impl Ended {
    /// Checks that the mode, the screen and the cursor of the terminal are restored.
    pub fn assert_restored(&self) {
        assert!(!self.alternate_screen, "still on the alternate screen");
        assert!(!self.cursor_hidden, "the cursor is still hidden");
        assert!(!self.bracketed_paste, "bracketed paste is still on");
        assert!(!self.mouse, "mouse reports are still on");
        assert!(self.mode_restored, "the terminal's mode differs");
    }
}

impl Pty {
    /// Starts `riskscope` with the given arguments in a terminal of `columns` × `rows`.
    pub fn start(arguments: &[&str], columns: u16, rows: u16) -> Self {
        Self::start_with(arguments, columns, rows, &[])
    }

    pub fn start_with(arguments: &[&str], columns: u16, rows: u16, environment: &[(&str, &str)]) -> Self {
        let environment: Vec<_> = environment.iter().map(|(k, v)| (*k, Some(*v))).collect();
        let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
        Self::run(env!("CARGO_BIN_EXE_riskscope"), &arguments, columns, rows, &environment)
    }

    /// Starts any program; an environment variable without a value is removed.
    pub fn run(
        program: &str,
        arguments: &[String],
        columns: u16,
        rows: u16,
        environment: &[(&str, Option<&str>)],
    ) -> Self {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env("TERM", "xterm-256color");
        for gone in ["NO_COLOR", "COLORTERM", "TMUX", "LC_ALL", "LC_CTYPE", "COLORFGBG"] {
            command.env_remove(gone);
        }
        command.env("LANG", "C.UTF-8");
        // The user who runs the tests may have a configuration file.
        command.env("XDG_CONFIG_HOME", "/nonexistent");
        command.env("XDG_STATE_HOME", "/nonexistent");
        for (key, value) in environment {
            match value {
                Some(value) => command.env(key, value),
                None => command.env_remove(key),
            }
        }
        let before = format!("{:?}", pair.master.get_termios());
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let writer = pair.master.take_writer().unwrap();
        let screen = Arc::new(Mutex::new(Seen {
            parser: vt100::Parser::new(cells(rows), cells(columns), 0),
            written: Vec::new(),
            last: Instant::now(),
        }));
        let seen = Arc::clone(&screen);
        thread::spawn(move || {
            let mut buffer = [0; 1 << 16];
            while let Ok(read) = reader.read(&mut buffer) {
                if read == 0 {
                    break;
                }
                let mut seen = seen.lock().unwrap();
                seen.parser.process(&buffer[..read]);
                seen.written.extend(&buffer[..read]);
                seen.last = Instant::now();
            }
        });
        Self { master: pair.master, writer, child, _slave: pair.slave, before, screen }
    }

    pub fn contents(&self) -> String {
        self.screen.lock().unwrap().parser.screen().contents()
    }

    /// The rows of the screen as escape sequences with their colours and attributes.
    pub fn rows(&self) -> Vec<String> {
        let seen = self.screen.lock().unwrap();
        let screen = seen.parser.screen();
        screen.rows_formatted(0, screen.size().1.get()).collect()
    }

    pub fn kill(&mut self) {
        self.child.kill().unwrap();
    }

    /// The background colour of a cell.
    pub fn background(&self, column: u16, row: u16) -> vt100::Color {
        let seen = self.screen.lock().unwrap();
        seen.parser.screen().cell(row, column).map_or(vt100::Color::Default, vt100::Cell::bgcolor)
    }

    pub fn with_screen(&self, see: impl FnOnce(&vt100::Screen)) {
        see(self.screen.lock().unwrap().parser.screen());
    }

    /// The text that was last put on the clipboard (OSC 52), if any.
    pub fn clipboard(&self) -> Option<String> {
        let stream = String::from_utf8_lossy(&self.screen.lock().unwrap().written).into_owned();
        let (_, after) = stream.rsplit_once("\x1b]52;c;")?;
        let encoded = after.split(['\x07', '\x1b']).next()?;
        String::from_utf8(base64::prelude::BASE64_STANDARD.decode(encoded).ok()?).ok()
    }

    pub fn bytes(&self) -> usize {
        self.screen.lock().unwrap().written.len()
    }

    /// All output so far, with its escape sequences.
    pub fn written(&self) -> String {
        String::from_utf8_lossy(&self.screen.lock().unwrap().written).into_owned()
    }

    pub fn process_id(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    pub fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        self.screen.lock().unwrap().parser.screen_mut().set_size(cells(rows), cells(columns));
        self.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Waits until the screen satisfies `condition`, and returns it.
    pub fn wait(&self, what: &str, condition: impl Fn(&str) -> bool) -> String {
        let start = Instant::now();
        loop {
            let contents = self.contents();
            if condition(&contents) {
                return contents;
            }
            assert!(start.elapsed() < PATIENCE, "waited in vain for {what}; the screen:\n{contents}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn wait_for(&self, text: &str) -> String {
        self.wait(text, |screen| screen.contains(text))
    }

    /// Sends keys and waits until nothing has been written for `quiet`.
    pub fn press(&mut self, keys: &str, quiet: Duration) -> String {
        self.send(keys);
        thread::sleep(quiet);
        self.settle(quiet)
    }

    /// Waits until nothing has been written for `quiet`.
    pub fn settle(&self, quiet: Duration) -> String {
        let start = Instant::now();
        loop {
            let last = self.screen.lock().unwrap().last;
            if last.elapsed() >= quiet {
                return self.contents();
            }
            assert!(start.elapsed() < PATIENCE, "the screen never settles:\n{}", self.contents());
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits for the process to end and returns its status, output and the state of the terminal.
    pub fn end(mut self) -> Ended {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if start.elapsed() > PATIENCE {
                self.child.kill().unwrap();
                panic!("the process did not end; the screen:\n{}", self.contents());
            }
            thread::sleep(Duration::from_millis(5));
        };
        // The reader thread may still hold the last bytes.
        thread::sleep(Duration::from_millis(50));
        let after = format!("{:?}", self.master.get_termios());
        let seen = self.screen.lock().unwrap();
        let screen = seen.parser.screen();
        Ended {
            status,
            contents: screen.contents(),
            alternate_screen: screen.alternate_screen(),
            cursor_hidden: screen.hide_cursor(),
            bracketed_paste: screen.bracketed_paste(),
            mouse: screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None,
            mode_restored: after == self.before,
        }
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count.max(1)).unwrap()
}
