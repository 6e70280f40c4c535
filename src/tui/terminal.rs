//! Taking the terminal over and giving it back, however the process ends.

use super::TuiError;
use super::backend::Painter;
use super::clipboard::{self, Between, Toast};
use super::link;
use crate::app::reply::Copied;
use crate::app::{Cause, Failure};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode, size};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Alternate screen, bracketed paste, no cursor. The mouse stays the terminal's, whose selection analysts copy with, unless
/// they want it otherwise.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?25l";
/// The same undone, colours and synchronized output included, since a panic may come amid a frame.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[m\x1b[?25h\x1b[?2004l\x1b[?1049l";

/// Clicks and the wheel, in numbers of any size; no movement, which would cost bytes.
const TAKE_MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1006h";
/// The same undone.
const GIVE_MOUSE: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Whether the terminal is ours at the moment; shared with the panic hook.
static ENTERED: AtomicBool = AtomicBool::new(false);
/// Whether the mouse is ours while the terminal is; shared with the panic hook.
static HAS_MOUSE: AtomicBool = AtomicBool::new(false);

/// The terminal while it is ours. Dropping it gives it back.
#[derive(Debug)]
pub struct Terminal {
    painter: Painter,
    output: Output,
}

impl Terminal {
    /// Takes the terminal over, and makes panics give it back before they print.
    pub fn enter() -> Result<Self, TuiError> {
        check_environment()?;
        let terminal = Self { painter: Painter::default(), output: Output::open()? };
        restore_before_panics_print();
        take()?;
        Ok(terminal)
    }

    /// The size of the terminal in cells; 80 by 24 where it does not tell.
    pub fn area(&self) -> Rect {
        let (width, height) = size().ok().filter(|(width, height)| *width > 0 && *height > 0).unwrap_or((80, 24));
        Rect::new(0, 0, width, height)
    }

    /// Makes the terminal show `buffer`, with the text cursor at `cursor`, and says how many bytes that took: one write, and
    /// none when nothing changed. A frame that `asks` has the terminal report when it has read it.
    pub fn show(&mut self, buffer: &Buffer, cursor: Option<Position>, asks: bool) -> io::Result<usize> {
        let mut frame = self.painter.paint(buffer, cursor).to_vec();
        if frame.is_empty() {
            return Ok(0);
        }
        if asks {
            frame.extend_from_slice(link::ASK);
        }
        self.output.write(&frame)?;
        Ok(frame.len())
    }

    /// Sends `text` to the terminal's clipboard; where it is longer than terminals take, writes it to a file that only its
    /// owner may read. Text must be safe already.
    pub fn copy(&mut self, text: &str) -> Result<Copied, Failure> {
        let refused = |error: &io::Error| Failure {
            what: "copy".to_owned(),
            cause: Cause::Service,
            why: error.to_string().into(),
            remedy: "Try again.".to_owned(),
            request_id: None,
        };
        let bytes = text.len();
        if let Some(sequence) = clipboard::copy(text, between()) {
            let sent = self.output.write(sequence.as_bytes());
            return sent.map(|()| Copied { bytes, file: None }).map_err(|error| refused(&error));
        }
        let kept = clipboard::keep(text, &std::env::temp_dir()).map_err(|error| refused(&error))?;
        Ok(Copied { bytes, file: Some(kept.display().to_string()) })
    }

    /// Draws attention: a bell, and `text` where the terminal shows such. Text must be safe already.
    pub fn notify(&mut self, text: &str) -> io::Result<()> {
        self.output.write(clipboard::notify(text, toast(), between()).as_bytes())
    }

    /// Takes the mouse, or gives it back.
    pub fn take_mouse(&mut self, takes: bool) -> io::Result<()> {
        if HAS_MOUSE.swap(takes, Ordering::SeqCst) == takes {
            return Ok(());
        }
        self.output.write(if takes { TAKE_MOUSE } else { GIVE_MOUSE })
    }

    /// Draws everything anew at the next [`Terminal::show`]: the terminal was resized or someone else wrote on it.
    pub fn invalidate(&mut self) {
        self.painter.forget();
    }

    /// Gives the terminal back and stops the process, as a shell's job control expects. What continues it comes as
    /// [`Signal::Continue`]; where the process cannot be stopped the terminal is taken over again at once.
    pub fn suspend(&mut self) -> io::Result<()> {
        restore();
        if stop_process() { Ok(()) } else { self.resume() }
    }

    /// Gives the terminal to another program until [`Terminal::resume`].
    pub fn lend(&mut self) {
        restore();
    }

    /// Takes the terminal over again after it was lent, or after the process was stopped and continued.
    pub fn resume(&mut self) -> io::Result<()> {
        ENTERED.store(false, Ordering::SeqCst);
        self.painter = Painter::default();
        take()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        restore();
    }
}

/// Refuses, before anything is started, where no screen can be drawn: no terminal, or one that cannot move its cursor.
pub fn check_environment() -> Result<(), TuiError> {
    check(std::env::var("TERM").ok().as_deref(), io::stdin().is_terminal() && io::stdout().is_terminal())
}

/// What stands between us and the terminal.
fn between() -> Between {
    let term = std::env::var("TERM").unwrap_or_default();
    Between::of(std::env::var_os("TMUX").is_some_and(|value| !value.is_empty()), &term)
}

/// How the terminal shows a text beside the screen.
fn toast() -> Toast {
    Toast::of(&std::env::var("TERM").unwrap_or_default(), std::env::var_os("VTE_VERSION").is_some())
}

/// Whether `error` says that the other end of the terminal is gone: EIO or ENXIO.
pub fn is_gone(error: &io::Error) -> bool {
    cfg!(unix) && matches!(error.raw_os_error(), Some(5 | 6))
}

fn check(term: Option<&str>, is_terminal: bool) -> Result<(), TuiError> {
    match term {
        _ if !is_terminal => Err(TuiError::NotATerminal),
        Some(term) if term == "dumb" || term.is_empty() => Err(TuiError::DumbTerminal(term.to_owned())),
        Some(_) | None => Ok(()),
    }
}

fn take() -> io::Result<()> {
    enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    let mut stdout = io::stdout();
    stdout.write_all(ENTER)?;
    if HAS_MOUSE.load(Ordering::SeqCst) {
        stdout.write_all(TAKE_MOUSE)?;
    }
    stdout.flush()
}

/// Gives the terminal back, once. Errors have nowhere to go: the terminal may be gone.
fn restore() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        let mut stdout = io::stdout();
        let mouse = if HAS_MOUSE.load(Ordering::SeqCst) { GIVE_MOUSE } else { b"" };
        drop(stdout.write_all(mouse).and_then(|()| stdout.write_all(LEAVE)).and_then(|()| stdout.flush()));
        drop(disable_raw_mode());
    }
}

fn restore_before_panics_print() {
    static HOOKED: AtomicBool = AtomicBool::new(false);
    if !HOOKED.swap(true, Ordering::SeqCst) {
        let print = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore();
            print(panic);
        }));
    }
}

/// Stops this process until someone continues it; false where that is not possible. The command does it since the
/// standard library raises no signals.
#[cfg(unix)]
pub(super) fn stop_process() -> bool {
    let pid = std::process::id().to_string();
    std::process::Command::new("kill").args(["-s", "STOP", &pid]).status().is_ok_and(|status| status.success())
}

#[cfg(not(unix))]
pub(super) fn stop_process() -> bool {
    false
}

/// Standard output without the standard library's line buffer, which would split a frame into several writes.
#[derive(Debug)]
struct Output {
    #[cfg(unix)]
    file: std::fs::File,
}

impl Output {
    #[cfg(unix)]
    fn open() -> io::Result<Self> {
        use std::os::fd::AsFd;
        Ok(Self { file: io::stdout().as_fd().try_clone_to_owned()?.into() })
    }

    #[cfg(not(unix))]
    fn open() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(unix)]
    fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        self.file.write_all(frame)
    }

    #[cfg(not(unix))]
    fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        let mut stdout = io::stdout();
        stdout.write_all(frame)?;
        stdout.flush()
    }
}

/// What the operating system asks of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End: TERM, HUP, INT or QUIT, or the console's equivalents.
    End,
    /// Stop until continued: TSTP.
    Suspend,
    /// The process was stopped and goes on.
    Continue,
    /// The terminal has another size: WINCH. Other systems tell by an event.
    Resized,
}

/// Signals as a stream of [`Signal`].
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    ends: [tokio::signal::unix::Signal; 4],
    #[cfg(unix)]
    suspends: tokio::signal::unix::Signal,
    #[cfg(unix)]
    continues: tokio::signal::unix::Signal,
    #[cfg(unix)]
    resizes: tokio::signal::unix::Signal,
    #[cfg(unix)]
    line: Line,
}

impl Signals {
    /// Starts to listen, inside a tokio runtime.
    #[cfg(unix)]
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let on = |kind| signal(kind);
        Ok(Self {
            ends: [
                on(SignalKind::terminate())?,
                on(SignalKind::hangup())?,
                on(SignalKind::interrupt())?,
                on(SignalKind::quit())?,
            ],
            suspends: on(SignalKind::from_raw(SIGTSTP))?,
            continues: on(SignalKind::from_raw(SIGCONT))?,
            resizes: on(SignalKind::window_change())?,
            line: Line::watch(),
        })
    }

    /// Starts to listen, inside a tokio runtime.
    #[cfg(not(unix))]
    pub fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    /// The next one.
    #[cfg(unix)]
    pub async fn next(&mut self) -> Signal {
        let [terminate, hangup, interrupt, quit] = &mut self.ends;
        tokio::select! {
            _ = terminate.recv() => Signal::End,
            _ = hangup.recv() => Signal::End,
            _ = interrupt.recv() => Signal::End,
            _ = quit.recv() => Signal::End,
            () = self.line.lost() => Signal::End,
            _ = self.suspends.recv() => Signal::Suspend,
            _ = self.continues.recv() => Signal::Continue,
            _ = self.resizes.recv() => Signal::Resized,
        }
    }

    /// The next one.
    #[cfg(not(unix))]
    pub async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) | Err(_) => Signal::End,
        }
    }
}

/// Standard input, watched for the other end closing it. Whoever does not hear HUP, as outside the terminal's session,
/// would otherwise stay, and crossterm read a dead line without end (<https://github.com/crossterm-rs/crossterm/issues/793>).
#[cfg(any(target_os = "linux", target_os = "android"))]
#[derive(Debug)]
struct Line(Option<tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>>);

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Line {
    #[expect(
        deprecated,
        reason = "sound for a descriptor that is owned; its successor can only be called in unsafe code"
    )]
    fn watch() -> Self {
        use std::os::fd::AsFd;
        let line = io::stdin().as_fd().try_clone_to_owned().ok();
        Self(line.and_then(|line| tokio::io::unix::AsyncFd::with_interest(line, tokio::io::Interest::PRIORITY).ok()))
    }

    /// Returns when the other end has closed the terminal.
    async fn lost(&self) {
        let Some(line) = &self.0 else { return std::future::pending().await };
        loop {
            match line.ready(tokio::io::Interest::PRIORITY).await {
                Ok(mut guard) if !guard.ready().is_read_closed() => guard.clear_ready(),
                Ok(_) | Err(_) => return,
            }
        }
    }
}

/// Other systems tell of a lost line by HUP alone.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
#[derive(Debug)]
struct Line;

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
impl Line {
    const fn watch() -> Self {
        Self
    }

    async fn lost(&self) {
        std::future::pending().await
    }
}

/// The number of SIGTSTP, which tokio does not name.
#[cfg(all(unix, any(target_os = "linux", target_os = "android")))]
const SIGTSTP: i32 = 20;
/// The number of SIGTSTP, which tokio does not name.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
const SIGTSTP: i32 = 18;
/// The number of SIGCONT, which tokio does not name.
#[cfg(all(unix, any(target_os = "linux", target_os = "android")))]
const SIGCONT: i32 = 18;
/// The number of SIGCONT, which tokio does not name.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
const SIGCONT: i32 = 19;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_draw_is_refused_with_the_other_way() {
        let cases = [
            (Some("xterm"), true, None),
            (None, true, None),
            (Some("dumb"), true, Some("TERM=dumb cannot draw a screen")),
            (Some("xterm"), false, Some("not a terminal")),
        ];
        for (term, is_terminal, refusal) in cases {
            let answer = check(term, is_terminal).err().map(|error| error.to_string());
            match refusal {
                Some(refusal) => assert!(answer.is_some_and(|text| text.starts_with(refusal)), "{term:?}"),
                None => assert_eq!(answer, None, "{term:?}"),
            }
        }
    }

    #[test]
    fn the_mouse_is_taken_without_its_movement_and_given_back() {
        let mut terminal = vt100::Parser::new(4, 20, 0);
        terminal.process(TAKE_MOUSE);
        let modes = |terminal: &vt100::Parser| {
            (terminal.screen().mouse_protocol_mode(), terminal.screen().mouse_protocol_encoding())
        };
        assert_eq!(modes(&terminal), (vt100::MouseProtocolMode::PressRelease, vt100::MouseProtocolEncoding::Sgr));
        terminal.process(GIVE_MOUSE);
        assert_eq!(modes(&terminal), (vt100::MouseProtocolMode::None, vt100::MouseProtocolEncoding::Default));
    }

    #[test]
    fn leaving_undoes_what_entering_did() {
        let mut terminal = vt100::Parser::new(4, 20, 0);
        terminal.process(b"shell$ ");
        terminal.process(ENTER);
        terminal.process(b"\x1b[?2026h\x1b[1;31mhalf a frame");
        terminal.process(LEAVE);
        let screen = terminal.screen();
        assert_eq!(screen.contents(), "shell$ ");
        let modes = (screen.alternate_screen(), screen.bracketed_paste(), screen.hide_cursor(), screen.bold());
        assert_eq!(modes, (false, false, false, false));
    }
}
