//! The face at a terminal: draws the state, turns keys into events, and nothing else.
//!
//! Nothing ticks. A frame is drawn after something happened and everything that waited was handled, and costs no byte
//! when it looks the same. Once a minute the loop wakes by itself so that ages move on.

pub mod backend;
pub mod input;
pub mod keymap;
pub mod memory;
pub mod overlays;
pub mod panes;
pub mod screen;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
pub mod widgets;

use crate::app::{App, Effect, Event, Reply, TaskId};
use crate::base::Timestamp;
use crossterm::event::{Event as TerminalEvent, EventStream};
use futures_util::StreamExt;
use input::{Heard, Keyboard};
use keymap::Keymap;
use memory::ViewMemory;
use ratatui::buffer::Buffer;
use screen::Scene;
use std::io;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::task::Poll;
use std::time::Duration;
use terminal::{Signal, Signals, Terminal};
use theme::Theme;
use tokio::sync::mpsc;

/// The most events handled between two frames, so that a fast pager cannot starve the screen.
const EVENTS_PER_FRAME_MAX: usize = 256;
/// How long the first frame waits for data, so that it is not drawn twice.
const FIRST_FRAME_WAITS: Duration = Duration::from_millis(150);
/// How often ages on screen move on by themselves.
const AGES_EVERY: Duration = Duration::from_secs(60);

/// Why the terminal face cannot run.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// Standard input or output is a file or a pipe.
    #[error("not a terminal; for scripts use `watchfloor incidents --json` and its kin")]
    NotATerminal,
    /// The terminal cannot move its cursor.
    #[error("TERM={0} cannot draw a screen; use `watchfloor incidents`, `alerts`, `user` and `hunt` instead")]
    DumbTerminal(String),
    /// The terminal could not be read from or written to.
    #[error("the terminal failed: {0}")]
    Io(#[from] io::Error),
}

/// How it looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Theme by name; `None` for dark.
    pub theme: Option<String>,
    /// No colours, as `NO_COLOR` asks; wins over the theme.
    pub no_color: bool,
    /// ASCII only, for locales without UTF-8.
    pub ascii: bool,
}

/// Carries out effects; their results come back as events.
pub trait Performer {
    /// Starts `effects`; breaks with the process's exit code when one of them is to end the program.
    fn perform(&mut self, effects: Vec<Effect>) -> ControlFlow<ExitCode>;
}

/// Runs the application at the terminal until it ends: by its own effect, by a signal or because the terminal is gone.
/// Gives the terminal back in every case.
pub async fn run(
    app: App,
    performer: impl Performer,
    events: mpsc::Receiver<Event>,
    options: Options,
) -> Result<ExitCode, TuiError> {
    match attend(app, performer, events, options).await {
        // Nobody is there to be told.
        Err(TuiError::Io(error)) if terminal::is_gone(&error) => Ok(ExitCode::SUCCESS),
        ended => ended,
    }
}

async fn attend(
    mut app: App,
    mut performer: impl Performer,
    mut events: mpsc::Receiver<Event>,
    options: Options,
) -> Result<ExitCode, TuiError> {
    let mut face = Face::open(&options)?;
    let mut input = EventStream::new();
    let mut signals = Signals::listen()?;
    let mut effects = app.update(Event::Started, Timestamp::now());
    let mut held = true;
    let first_frame = tokio::time::sleep(FIRST_FRAME_WAITS);
    tokio::pin!(first_frame);
    loop {
        let effects_outside = face.copy(&mut app, effects);
        if let ControlFlow::Break(code) = performer.perform(effects_outside) {
            return Ok(code);
        }
        held &= app.awaits_first_data();
        effects = if held { Vec::new() } else { face.draw(&mut app)? };
        tokio::select! {
            biased;
            signal = signals.next() => match signal {
                Signal::End => {
                    let last = app.update(Event::Closing, Timestamp::now());
                    // The program ends whatever comes of it.
                    let _: ControlFlow<ExitCode> = performer.perform(last);
                    return Ok(ExitCode::SUCCESS);
                }
                Signal::Suspend => face.terminal.suspend()?,
                Signal::Continue => face.terminal.resume()?,
            },
            Some(event) = events.recv() => effects.extend(app.update(event, Timestamp::now())),
            typed = input.next() => match typed {
                Some(typed) => {
                    held = false;
                    effects.extend(face.hear(&mut app, typed?));
                }
                None => return Ok(ExitCode::SUCCESS),
            },
            () = &mut first_frame, if held => held = false,
            () = tokio::time::sleep(AGES_EVERY) => {}
        }
        for _ in 0..EVENTS_PER_FRAME_MAX {
            if let Ok(event) = events.try_recv() {
                effects.extend(app.update(event, Timestamp::now()));
            } else if let Poll::Ready(Some(typed)) = poll_once(&mut input).await {
                effects.extend(face.hear(&mut app, typed?));
            } else {
                break;
            }
        }
    }
}

/// What waits in `input` now. Polled with this task's own waker: the stream keeps the first waker it sees, so that one
/// which wakes nobody, as of `now_or_never`, would lose the next key.
async fn poll_once(input: &mut EventStream) -> Poll<Option<io::Result<TerminalEvent>>> {
    std::future::poll_fn(|context| Poll::Ready(input.poll_next_unpin(context))).await
}

/// The terminal with what the screen is drawn from besides the application.
struct Face {
    terminal: Terminal,
    theme: Theme,
    keyboard: Keyboard,
    memory: ViewMemory,
    ascii: bool,
}

impl Face {
    fn open(options: &Options) -> Result<Self, TuiError> {
        let theme = if options.no_color { "mono" } else { options.theme.as_deref().unwrap_or("dark") };
        Ok(Self {
            terminal: Terminal::enter()?,
            theme: Theme::named(theme),
            keyboard: Keyboard::new(Keymap::built_in()),
            memory: ViewMemory::default(),
            ascii: options.ascii,
        })
    }

    /// Draws the state, and tells it how many rows the focused list shows.
    fn draw(&mut self, app: &mut App) -> Result<Vec<Effect>, TuiError> {
        let now = Timestamp::now();
        let mut buffer = Buffer::empty(self.terminal.area());
        let scene = Scene { app, theme: &self.theme, keyboard: &self.keyboard, now };
        let drawn = screen::draw(&scene, &mut self.memory, &mut buffer);
        if self.ascii {
            backend::to_ascii(&mut buffer);
        }
        self.terminal.show(&buffer, drawn.cursor)?;
        let rows = drawn.page_rows.max(1);
        Ok(if rows == app.page_rows { Vec::new() } else { app.update(Event::Resized { rows }, now) })
    }

    /// Sends what is to be copied to the terminal, and returns the other effects.
    fn copy(&mut self, app: &mut App, effects: Vec<Effect>) -> Vec<Effect> {
        let mut others = Vec::with_capacity(effects.len());
        for effect in effects {
            let Effect::Copy(text) = effect else {
                others.push(effect);
                continue;
            };
            let sent = self.terminal.copy(&text);
            // No task asked for it: the terminal is ours and answers at once.
            others.extend(app.update(Event::Reply(TaskId(0), Reply::Copied(sent)), Timestamp::now()));
        }
        others
    }

    fn hear(&mut self, app: &mut App, typed: TerminalEvent) -> Vec<Effect> {
        let mut effects = Vec::new();
        for typed in input::apart(typed) {
            match self.keyboard.hear(app, typed) {
                Heard::Event(event) => effects.extend(app.update(event, Timestamp::now())),
                Heard::Resized => self.terminal.invalidate(),
                Heard::Nothing => {}
            }
        }
        effects
    }
}
