//! Over an `sshd` on the loopback interface: the screen is the local one with TERM alone, and a lost connection ends the process.
//!
//! Requires an ssh server and client, which `.ci/run` installs; skipped with a message where there are none.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::common::Pty;

/// An ssh server with its files in a temporary folder, on a free port.
struct Server {
    process: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Starts the server; `None`, with the reason on standard error, where that is not possible.
    fn start() -> Option<Self> {
        let sshd = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"].iter().map(PathBuf::from);
        let Some(sshd) = sshd.into_iter().find(|p| p.exists()) else {
            eprintln!("skipped: there is no sshd; the package openssh-server brings it");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        let key = |name: &str| {
            let path = folder.path().join(name);
            let made =
                Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&path).status();
            made.is_ok_and(|s| s.success()).then_some(path)
        };
        let (Some(host), Some(user)) = (key("host"), key("user")) else {
            eprintln!("skipped: there is no ssh-keygen; the package openssh-client brings it");
            return None;
        };
        fs::copy(user.with_extension("pub"), folder.path().join("authorized")).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = folder.path().join("config");
        let text = format!(
            "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nStrictModes no\nUsePAM no\n\
             PasswordAuthentication no\nPermitRootLogin yes\nPidFile none\nPrintMotd no\nPrintLastLog no\n",
            host.display(),
            folder.path().join("authorized").display()
        );
        fs::write(&config, text).unwrap();
        // The directory that the server requires for privilege separation.
        let _ = fs::create_dir_all("/run/sshd");
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let process = Command::new(sshd)
            .args(["-D", "-e", "-f"])
            .arg(&config)
            .stderr(log)
            .stdout(Stdio::null())
            .spawn();
        let mut server = Self { process: process.ok()?, port, folder };
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            if server.process.try_wait().unwrap().is_some() || start.elapsed() > Duration::from_secs(10) {
                let log = fs::read_to_string(server.folder.path().join("log")).unwrap_or_default();
                eprintln!("skipped: sshd does not start: {log}");
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Some(server)
    }

    /// The client's arguments that run `command` in a terminal on the other side.
    fn client(&self, command: &str) -> Vec<String> {
        let user = Command::new("id").arg("-un").output().unwrap().stdout;
        let options = [
            "StrictHostKeyChecking=no",
            "UserKnownHostsFile=/dev/null",
            "LogLevel=ERROR",
            "IdentitiesOnly=yes",
            "SendEnv=-*",
        ];
        let mut all: Vec<String> = vec!["-tt".into(), "-F".into(), "none".into()];
        all.extend(options.iter().flat_map(|o| ["-o".to_owned(), (*o).to_owned()]));
        all.extend(["-p".into(), self.port.to_string(), "-i".into()]);
        all.push(self.folder.path().join("user").display().to_string());
        all.push(format!("{}@127.0.0.1", String::from_utf8_lossy(&user).trim()));
        all.push(command.into());
        all
    }
}

/// The processes whose arguments contain `text`.
fn running(text: &str) -> Vec<u32> {
    let processes = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let entry = entry.ok()?;
        let id: u32 = entry.file_name().to_str()?.parse().ok()?;
        let arguments = fs::read(entry.path().join("cmdline")).ok()?;
        let first = arguments.split(|b| *b == 0).next()?.to_vec();
        let riskscope = Path::new(std::str::from_utf8(&first).ok()?).file_name()? == "riskscope";
        (riskscope && String::from_utf8_lossy(&arguments).contains(text)).then_some(id)
    });
    processes.collect()
}

#[test]
fn ssh_shows_the_local_screen_and_ends_with_the_connection() {
    let Some(server) = Server::start() else { return };
    // A number that identifies this run among all processes.
    let mark = format!("noise=0.1{:07}", std::process::id());
    let binary = env!("CARGO_BIN_EXE_riskscope");
    let mut client = Pty::run("ssh", &server.client(&format!("{binary} --set {mark}")), 120, 36, &[]);
    let done = |s: &str| s.contains("peaks") && s.contains("q quit");
    client.wait("the first screen", done);
    // Locally, also with TERM alone.
    let none = [("LANG", None), ("COLORTERM", None), ("LC_ALL", None)];
    let mut local = Pty::run(binary, &["--set".to_owned(), mark.clone()], 120, 36, &none);
    local.wait("the first screen", done);
    for keys in ["", "\x1b[C\x1b[C", "2", "1"] {
        for pty in [&mut client, &mut local] {
            pty.press(keys, Duration::from_millis(250));
        }
        // The title has the time of the computation, which may differ.
        assert_eq!(client.rows().get(1..), local.rows().get(1..), "after {keys:?}");
    }
    let here = running(&mark);
    assert_eq!(here.len(), 2, "one here, one at the other end: {here:?}");
    local.send("q");
    local.end().assert_restored();
    client.kill();
    let start = Instant::now();
    while !running(&mark).is_empty() {
        assert!(start.elapsed() < Duration::from_secs(10), "it lives on without its terminal");
        std::thread::sleep(Duration::from_millis(20));
    }
}
