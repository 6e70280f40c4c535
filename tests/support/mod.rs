//! Drives the real binary in a pseudo-terminal: send keys, wait for what the screen must show, never sleep.

mod pty;

use portable_pty::PtySize;
pub use pty::NOW;
use pty::Pty;
use std::ffi::OsStr;
use std::sync::mpsc::RecvTimeoutError;
use std::time::{Duration, Instant};

/// The longest any one wait may take; far above what is needed on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(30);
/// Pieces of one frame follow each other sooner than this.
const PIECES: Duration = Duration::from_millis(5);

/// What asks a terminal for a status report.
const REPORT: &[u8] = b"\x1b[5n";

/// A running program and the screen it has drawn.
pub struct Terminal {
    pty: Pty,
    screen: vt100::Parser,
    /// All bytes the program wrote.
    pub written: Vec<u8>,
    /// How long a status report takes to come back; without one, none is given.
    report_takes: Option<Duration>,
}

impl Terminal {
    /// Starts `watchfloor` with `arguments` at `columns` by `rows`, away from any configuration of this machine.
    pub fn start(arguments: &[&str], columns: u16, rows: u16, environment: &[(&str, &str)]) -> Self {
        Self::start_program(env!("CARGO_BIN_EXE_watchfloor").as_ref(), arguments, (columns, rows), environment)
    }

    /// Starts another `program` in the same way.
    pub fn start_program(
        program: &OsStr,
        arguments: &[&str],
        (columns, rows): (u16, u16),
        environment: &[(&str, &str)],
    ) -> Self {
        let pty = Pty::start(program, arguments, (columns, rows), environment);
        let screen = vt100::Parser::new(rows, columns, 0);
        Self { pty, screen, written: Vec::new(), report_takes: None }
    }

    /// Answers requests for a status report from now on as a terminal at the end of a line does that takes so long.
    pub fn answer_reports_after(&mut self, takes: Duration) {
        self.report_takes = Some(takes);
    }

    /// Sends keys as a terminal would.
    pub fn send(&mut self, keys: &str) -> &mut Self {
        self.pty
            .writer
            .write_all(keys.as_bytes())
            .and_then(|()| self.pty.writer.flush())
            .expect("the terminal takes keys");
        self
    }

    /// Waits until the screen satisfies `condition`, and gives its text.
    pub fn wait_for(&mut self, rule: &str, condition: impl Fn(&str) -> bool) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = self.text();
            if condition(&text) {
                let whole = self.whole_frame();
                return if condition(&whole) { whole } else { text };
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.pty.output.recv_timeout(left) {
                Ok(chunk) => self.take(&chunk),
                Err(RecvTimeoutError::Timeout) => panic!("waited in vain for: {rule}\n{text}"),
                Err(RecvTimeoutError::Disconnected) => panic!("the program ended before: {rule}\n{text}"),
            }
        }
    }

    /// The screen's text once what is under way has come: a frame may arrive in pieces, and not from top to bottom.
    fn whole_frame(&mut self) -> String {
        while let Ok(chunk) = self.pty.output.recv_timeout(PIECES) {
            self.take(&chunk);
        }
        self.text()
    }

    /// Waits until `needle` is on the screen.
    pub fn wait_text(&mut self, needle: &str) -> String {
        self.wait_for(needle, |screen| screen.contains(needle))
    }

    /// Waits until `needle` is no longer on the screen.
    pub fn wait_gone(&mut self, needle: &str) -> String {
        self.wait_for(&format!("no {needle}"), |screen| !screen.contains(needle))
    }

    /// Changes the terminal's size, which the program is told by SIGWINCH.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        self.screen.screen_mut().set_size(rows, columns);
        self.pty.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).expect("resize");
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.pty.child.process_id().expect("running")
    }

    /// The screen's text.
    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Waits for the end; the exit code. Reads what was written to the last.
    pub fn wait_exit(&mut self) -> u32 {
        let deadline = Instant::now() + PATIENCE;
        while let Ok(chunk) = self.pty.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            self.take(&chunk);
        }
        assert!(Instant::now() < deadline, "the program did not end\n{}", self.text());
        self.pty.child.wait().expect("an exit status").exit_code()
    }

    /// Whether clicks are reported.
    pub fn has_mouse(&self) -> bool {
        self.screen.screen().mouse_protocol_mode() != vt100::MouseProtocolMode::None
    }

    /// Asserts that the terminal is as it was: main screen, cursor shown, no paste or mouse reports.
    pub fn assert_restored(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "still on the alternate screen");
        assert!(!screen.hide_cursor(), "the cursor is still hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste is still on");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None, "mouse reports are still on");
    }

    fn take(&mut self, chunk: &[u8]) {
        self.screen.process(chunk);
        self.written.extend_from_slice(chunk);
        if let Some(takes) = self.report_takes
            && chunk.windows(REPORT.len()).any(|window| window == REPORT)
        {
            std::thread::sleep(takes);
            self.send("\x1b[0n");
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // Ended already in most tests; then there is nothing to kill.
        drop(self.pty.child.kill());
    }
}

/// A lab that serves beside the program under test.
pub struct Lab {
    child: std::process::Child,
    connection: serde_json::Value,
}

impl Lab {
    /// Starts one on a free port and waits until it tells where it is.
    pub fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with `flags` besides.
    pub fn start_with(flags: &[&str]) -> Self {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_watchfloor"))
            .args(["lab", "serve", "--port", "0", "--json", "--anchor", NOW])
            .args(flags)
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("the lab starts");
        let stdout = child.stdout.take().expect("its output");
        let mut line = String::new();
        std::io::BufRead::read_line(&mut std::io::BufReader::new(stdout), &mut line).expect("a line");
        Self { child, connection: serde_json::from_str(&line).expect("JSON") }
    }

    /// What a client needs to open it as its analyst, as environment.
    pub fn environment(&self) -> [(&str, &str); 7] {
        [
            ("WATCHFLOOR_AUTH", "token"),
            ("WATCHFLOOR_TOKEN", self.told("token")),
            ("WATCHFLOOR_TENANT", self.told("tenant_id")),
            ("WATCHFLOOR_CLIENT_ID", self.told("client_id")),
            ("WATCHFLOOR_AUTHORITY", self.told("authority")),
            ("WATCHFLOOR_GRAPH_ROOT", self.told("base_url")),
            ("WATCHFLOOR_NOW", NOW),
        ]
    }

    /// What the command line says of it with `arguments`, as lines of JSON.
    pub fn ask(&self, arguments: &[&str]) -> Vec<serde_json::Value> {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_watchfloor"));
        command.args(arguments).args(["--url", self.told("base_url"), "--json"]);
        let output = command.output().expect("the binary runs");
        let text = String::from_utf8(output.stdout).expect("text");
        let stream = serde_json::Deserializer::from_str(&text).into_iter();
        stream.collect::<Result<_, _>>().expect("JSON")
    }

    /// A word of what it printed.
    pub fn told(&self, name: &str) -> &str {
        self.connection.get(name).and_then(serde_json::Value::as_str).expect("a text of that name")
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        // Ended already where the test failed in the lab; then there is nothing to kill.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
