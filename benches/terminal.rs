//! What the workspace costs the line to its terminal, at 120 by 40 over a small lab that serves beside it:
//! `cargo bench --bench terminal`. Another program is measured where `WATCHFLOOR_BENCH_PROGRAM` names it.
//!
//! The program runs in a pseudo-terminal that answers status reports as a terminal does. Bytes are counted until nothing
//! came for a while. Figures are printed beside their budgets and judged by whoever reads them; what is not given back at
//! the end of the program fails.

#![expect(clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "a panic and a line are the report")]

#[path = "terminal/endings.rs"]
mod endings;
#[path = "../tests/support/pty.rs"]
mod pty;

use pty::Pty;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// Nothing for so long means that the screen stands still. Longer than the keys must pause for a preview to follow.
const QUIET: Duration = Duration::from_millis(250);
/// The longest a screen may take to come.
const PATIENCE: Duration = Duration::from_secs(60);
/// What asks for a status report, and its answer.
const REPORT: (&[u8], &[u8]) = (b"\x1b[5n", b"\x1b[0n");

/// The program that is measured.
fn program() -> OsString {
    std::env::var_os("WATCHFLOOR_BENCH_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_watchfloor").into())
}

/// What leads the program to the lab.
const LAB_VARIABLES: [&str; 7] = [
    "WATCHFLOOR_AUTH",
    "WATCHFLOOR_TOKEN",
    "WATCHFLOOR_TENANT",
    "WATCHFLOOR_CLIENT_ID",
    "WATCHFLOOR_AUTHORITY",
    "WATCHFLOOR_GRAPH_ROOT",
    "WATCHFLOOR_STORE",
];

/// A lab that serves until it is dropped.
struct Lab {
    child: Child,
    environment: Vec<(&'static str, String)>,
}

impl Lab {
    fn start(store: &Path) -> Self {
        let mut command = Command::new(program());
        command.args(["lab", "serve", "--port", "0", "--json", "--scale", "small"]).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the lab starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
        let told: serde_json::Value = serde_json::from_str(&line).expect("JSON");
        let word = |name: &str| told.get(name).and_then(serde_json::Value::as_str).expect("a text").to_owned();
        let values = [
            "token".to_owned(),
            word("token"),
            word("tenant_id"),
            word("client_id"),
            word("authority"),
            word("base_url"),
            store.display().to_string(),
        ];
        Self { child, environment: LAB_VARIABLES.into_iter().zip(values).collect() }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // Ended already where something failed in it.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

struct Session {
    pty: Pty,
    screen: vt100::Parser,
}

impl Session {
    fn start(lab: &Lab) -> Self {
        let environment: Vec<(&str, &str)> =
            lab.environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Self::of(Pty::start(&program(), &[], (120, 40), &environment))
    }

    fn of(pty: Pty) -> Self {
        let size = pty.master.get_size().expect("a size");
        Self { pty, screen: vt100::Parser::new(size.rows, size.cols, 0) }
    }

    fn send(&mut self, keys: &[u8]) {
        self.pty.writer.write_all(keys).and_then(|()| self.pty.writer.flush()).expect("keys are taken");
    }

    /// Takes a chunk, answers what it asks, and says how many bytes it has.
    fn take(&mut self, chunk: &[u8]) -> usize {
        self.screen.process(chunk);
        let asked = chunk.windows(REPORT.0.len()).filter(|window| *window == REPORT.0).count();
        for _ in 0..asked {
            self.send(REPORT.1);
        }
        chunk.len()
    }

    /// Bytes until nothing came for `quiet`.
    fn settle(&mut self, quiet: Duration) -> usize {
        let mut bytes = 0;
        while let Ok(chunk) = self.pty.output.recv_timeout(quiet) {
            bytes += self.take(&chunk);
        }
        bytes
    }

    /// Bytes of the frame that comes first, before the preview follows.
    fn frame(&mut self) -> usize {
        let chunk = self.pty.output.recv_timeout(PATIENCE).expect("a frame");
        self.take(&chunk)
    }

    /// Waits until `text` is on the screen; the bytes until then.
    fn wait(&mut self, text: &str) -> usize {
        self.wait_for(|screen| screen.contents().contains(text))
    }

    /// Waits until the screen is so; the bytes until then.
    fn wait_for(&mut self, is_so: impl Fn(&vt100::Screen) -> bool) -> usize {
        let (since, mut bytes) = (Instant::now(), 0);
        while !is_so(self.screen.screen()) {
            let left = PATIENCE.saturating_sub(since.elapsed());
            let chunk = self.pty.output.recv_timeout(left).expect("the screen comes");
            bytes += self.take(&chunk);
        }
        bytes
    }

    /// What a key costs, in the middle of `times`: its first frame, and all until the screen stands still.
    fn key(&mut self, keys: &[u8], times: usize) -> (usize, usize) {
        let mut costs: Vec<(usize, usize)> = (0..times)
            .map(|_| {
                self.send(keys);
                let frame = self.frame();
                (frame, frame + self.settle(QUIET))
            })
            .collect();
        costs.sort_unstable();
        costs.get(times / 2).copied().unwrap_or_default()
    }

    /// Megabytes in memory, where the system tells.
    fn memory(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pty.child.process_id()?)).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
        line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kilobytes| kilobytes / 1_024.0)
    }

    /// Waits for the end and says whether the terminal is as it was.
    fn is_given_back(&mut self) -> bool {
        let since = Instant::now();
        loop {
            match self.pty.output.recv_timeout(Duration::from_secs(5)) {
                Ok(chunk) => {
                    self.take(&chunk);
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => return false,
            }
            if since.elapsed() > PATIENCE {
                return false;
            }
        }
        let screen = self.screen.screen();
        let has_mouse = screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste() && !has_mouse
    }
}

fn told(what: &str, figure: &str, budget: &str) {
    println!("{what:<34} {figure:>14}   {budget}");
}

/// The first screen: the milliseconds until it stands, and its bytes.
fn first_screen(lab: &Lab) -> (Session, u128, usize) {
    let since = Instant::now();
    let mut session = Session::start(lab);
    let bytes = session.wait("Mara Okafor");
    (session, since.elapsed().as_millis(), bytes)
}

fn main() {
    if endings::play_child() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut lab = Lab::start(&folder.path().join("work.sqlite"));
    told("", "measured", "budget, 120 by 40");
    let (mut session, took, bytes) = first_screen(&lab);
    told("first screen, nothing kept", &format!("{took} ms"), "");
    told("", &format!("{bytes} B"), "");
    session.settle(QUIET);
    session.send(b"q");
    assert!(session.is_given_back(), "the terminal is not given back");
    let (mut session, took, bytes) = first_screen(&lab);
    told("first screen from a warm store", &format!("{took} ms"), "25 ms");
    told("", &format!("{bytes} B"), "6000 B");
    let settled = bytes + session.settle(QUIET);
    told("until the tenant has answered", &format!("{settled} B"), "");
    session.send(b"/\x15\r");
    session.settle(QUIET);
    let (alone, whole) = session.key(b"j", 9);
    told("j", &format!("{alone} B"), "250 B");
    told("j with the preview", &format!("{whole} B"), "1200 B");
    let (alone, whole) = session.key(b"\x1b[6~", 2);
    told("page down", &format!("{alone} B"), "2000 B");
    told("page down with the preview", &format!("{whole} B"), "2000 B");
    session.send(b"gg");
    session.settle(QUIET);
    let idle = session.settle(Duration::from_secs(5));
    told("5 s idle", &format!("{idle} B"), "0 B");
    if let Some(memory) = session.memory() {
        told("in memory over the small lab", &format!("{memory:.0} MiB"), "");
    }
    session.send(b"q");
    assert!(session.is_given_back(), "the terminal is not given back");
    // With all that the program can turn on.
    lab.environment.push(("WATCHFLOOR_MOUSE", "true".to_owned()));
    let endings = endings::play(&lab);
    for (end, told_of_it, _) in &endings {
        told(&format!("terminal after {end}"), told_of_it, "");
    }
    assert!(endings.iter().all(|(.., is_well)| *is_well), "an ending is not as it should be");
}
