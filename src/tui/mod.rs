//! The face at a terminal: draws the state, turns keys into events, and nothing else.
//!
//! Nothing ticks. A frame is drawn after something happened and everything that waited was handled, and costs no byte
//! when it looks the same. Once a minute the loop wakes by itself so that ages move on.

pub mod backend;
pub mod clipboard;
pub mod color;
pub mod decode;
pub mod editor;
pub mod input;
pub mod keymap;
mod keys;
pub mod linear;
mod link;
pub mod memory;
pub mod mouse;
pub mod overlays;
pub mod panes;
pub mod screen;
pub mod terminal;
#[cfg(test)]
mod tests;
pub mod theme;
pub mod widgets;

use crate::app::{App, Effect, Event, Failure, Reply, TaskId};
use crate::base::Timestamp;
use crossterm::event::Event as TerminalEvent;
use decode::Decoded;
use input::{Heard, Keyboard};
use keymap::Keymap;
use keys::Keys;
use link::Link;
use memory::ViewMemory;
use mouse::{Pointer, Spots};
use ratatui::buffer::Buffer;
use screen::Scene;
use std::io;
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use terminal::{Signal, Signals, Terminal};
use theme::Theme;
use tokio::sync::mpsc;

/// The most events handled between two frames, so that a fast pager cannot starve the screen.
const EVENTS_PER_FRAME_MAX: usize = 256;
/// How long the first frame waits for data, so that it is not drawn twice.
const FIRST_FRAME_WAITS: Duration = Duration::from_millis(150);
/// How long the keys must pause before a preview follows the cursor; the latter on a slow line.
const PREVIEW_WAITS: [Duration; 2] = [Duration::from_millis(60), Duration::from_millis(400)];
/// How long one hesitates amid a sequence of keys before one is told how it may go on.
const HESITATION: Duration = Duration::from_millis(400);
/// How often ages on screen move on by themselves; the latter on a slow line.
const AGES_EVERY: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(600)];

/// Why the terminal face cannot run.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// Standard input or output is a file or a pipe.
    #[error("not a terminal; use --linear, or for scripts `watchfloor incidents --json` and its kin")]
    NotATerminal,
    /// The terminal cannot move its cursor.
    #[error("TERM={0} cannot draw a screen; use --linear, or `watchfloor incidents`, `alerts`, `user` and `hunt`")]
    DumbTerminal(String),
    /// The keys of macros collide with others.
    #[error("{0}")]
    Keymap(#[from] keymap::KeymapError),
    /// The terminal could not be read from or written to.
    #[error("the terminal failed: {0}")]
    Io(#[from] io::Error),
}

/// How it looks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The theme; `None` for the dark one.
    pub theme: Option<Theme>,
    /// The colours that the terminal has.
    pub colors: color::Tier,
    /// ASCII only, for locales without UTF-8.
    pub ascii: bool,
    /// The analyst's own editor, which may carry arguments; `None` for the system's usual one.
    pub editor: Option<String>,
    /// The keys, where they are not those built in.
    pub keymap: Option<Keymap>,
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
    let keymap = options.keymap.clone().unwrap_or_else(Keymap::built_in).with_macros(&app.profile.macros)?;
    let mut face = Face::open(&options, keymap)?;
    let mut input = Keys::read();
    let mut signals = Signals::listen()?;
    let mut effects = app.update(Event::Started, Timestamp::now());
    let mut held = true;
    let first_frame = tokio::time::sleep(FIRST_FRAME_WAITS);
    tokio::pin!(first_frame);
    loop {
        let effects_outside = face.copy(&mut app, effects);
        let (edits, effects_outside): (Vec<Effect>, Vec<Effect>) =
            effects_outside.into_iter().partition(|effect| matches!(effect, Effect::Edit(..)));
        if let ControlFlow::Break(code) = performer.perform(effects_outside) {
            return Ok(code);
        }
        if let Some(Effect::Edit(task, text)) = edits.into_iter().next() {
            // It would take the editor's keys; and a new one waits for the one before to let go.
            drop(input);
            let edited = face.edit(&text, &mut signals).await?;
            input = Keys::read();
            let Some(edited) = edited else { return Ok(ExitCode::SUCCESS) };
            effects = app.update(Event::Reply(task, Reply::Edited(edited)), Timestamp::now());
            continue;
        }
        held &= app.awaits_first_data() || app.journal.is_restoring();
        effects = if held || face.link.is_busy() { Vec::new() } else { face.draw(&mut app)? };
        tokio::select! {
            biased;
            signal = signals.next() => match signal {
                Signal::End => return Ok(close(&mut app, &mut performer)),
                Signal::Suspend => face.terminal.suspend()?,
                Signal::Continue => face.terminal.resume()?,
                Signal::Resized => face.terminal.invalidate(),
            },
            Some(event) = events.recv() => effects.extend(app.update(event, Timestamp::now())),
            typed = input.next() => match typed {
                Some(typed) => {
                    let typed = typed?;
                    held &= typed == Decoded::Ready;
                    effects.extend(face.take(&mut app, typed));
                }
                None => return Ok(close(&mut app, &mut performer)),
            },
            () = &mut first_frame, if held => held = false,
            () = until(face.link.deadline()), if face.link.is_busy() => face.link.give_up(),
            () = tokio::time::sleep(face.eased(PREVIEW_WAITS)), if face.memory.is_behind() => face.memory.hurry(false),
            () = tokio::time::sleep(HESITATION), if face.keyboard.is_waiting() => face.keyboard.pause(),
            () = tokio::time::sleep(face.eased(AGES_EVERY)) => {}
        }
        for _ in 0..EVENTS_PER_FRAME_MAX {
            if let Ok(event) = events.try_recv() {
                effects.extend(app.update(event, Timestamp::now()));
            } else if let Some(typed) = input.waiting() {
                effects.extend(face.take(&mut app, typed?));
            } else {
                break;
            }
        }
    }
}

/// Lets the application keep what is to be found again before it ends.
fn close(app: &mut App, performer: &mut impl Performer) -> ExitCode {
    let last = app.update(Event::Closing, Timestamp::now());
    performer.perform(last).break_value().unwrap_or(ExitCode::SUCCESS)
}

/// Waits until `deadline`; for ever where there is none.
async fn until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
        None => std::future::pending().await,
    }
}

/// The terminal with what the screen is drawn from besides the application.
struct Face {
    terminal: Terminal,
    theme: Theme,
    /// The one for a slow line.
    sparing: Theme,
    keyboard: Keyboard,
    memory: ViewMemory,
    spots: Spots,
    pointer: Pointer,
    link: Link,
    ascii: bool,
    editor: String,
}

impl Face {
    fn open(options: &Options, keymap: Keymap) -> Result<Self, TuiError> {
        let theme = options.theme.clone().unwrap_or_else(|| Theme::named("dark")).reduced(options.colors);
        Ok(Self {
            terminal: Terminal::enter()?,
            sparing: theme.sparing(),
            theme,
            keyboard: Keyboard::new(keymap),
            memory: ViewMemory::default(),
            spots: Spots::default(),
            pointer: Pointer::default(),
            link: Link::default(),
            ascii: options.ascii,
            editor: options.editor.clone().unwrap_or_else(|| editor::USUAL.to_owned()),
        })
    }

    /// The first of two lengths, or the second on a slow line.
    fn eased(&self, [quick, slow]: [Duration; 2]) -> Duration {
        if self.link.is_slow() { slow } else { quick }
    }

    /// Draws the state, and tells it how many rows the focused list shows.
    fn draw(&mut self, app: &mut App) -> Result<Vec<Effect>, TuiError> {
        self.terminal.take_mouse(app.has_mouse)?;
        let now = Timestamp::now();
        let mut buffer = Buffer::empty(self.terminal.area());
        self.memory.link = self.link.text();
        let sparing = self.link.is_slow();
        let theme = if sparing { &self.sparing } else { &self.theme };
        let scene = Scene { app, theme, keyboard: &self.keyboard, now, sparing, spots: &self.spots };
        let drawn = screen::draw(&scene, &mut self.memory, &mut buffer);
        if self.ascii {
            backend::to_ascii(&mut buffer);
        }
        let asks = self.link.asks();
        let sent = self.terminal.show(&buffer, drawn.cursor, asks)?;
        if asks && sent > 0 {
            self.link.sent(sent, Instant::now());
        }
        let rows = drawn.page_rows.max(1);
        Ok(if rows == app.page_rows { Vec::new() } else { app.update(Event::Resized { rows }, now) })
    }

    /// Sends what is to be copied or announced to the terminal, and returns the other effects.
    fn copy(&mut self, app: &mut App, effects: Vec<Effect>) -> Vec<Effect> {
        let mut others = Vec::with_capacity(effects.len());
        for effect in effects {
            match effect {
                Effect::Copy(text) => {
                    let sent = self.terminal.copy(&text);
                    // No task asked for it: the terminal is ours and answers at once.
                    others.extend(app.update(Event::Reply(TaskId(0), Reply::Copied(sent)), Timestamp::now()));
                }
                // A terminal that is gone is noticed at the next frame.
                Effect::Notify(text) => drop(self.terminal.notify(&text)),
                effect => others.push(effect),
            }
        }
        others
    }

    /// Lends the terminal to the analyst's editor with `text`; `None` where the process is to end.
    async fn edit(&mut self, text: &str, signals: &mut Signals) -> io::Result<Option<Result<String, Failure>>> {
        self.terminal.lend();
        let edited = editor::edit(&self.editor, text, signals).await;
        if edited.is_some() {
            self.terminal.resume()?;
        }
        Ok(edited)
    }

    /// Takes what the terminal sent.
    fn take(&mut self, app: &mut App, decoded: Decoded) -> Vec<Effect> {
        match decoded {
            Decoded::Event(typed) => self.hear(app, typed),
            Decoded::Ready => {
                self.link.reported(Instant::now());
                Vec::new()
            }
        }
    }

    fn hear(&mut self, app: &mut App, typed: TerminalEvent) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.memory.hurry(true);
        if let TerminalEvent::Mouse(mouse) = typed {
            let heard = self.pointer.hear(&self.spots, app, &mut self.keyboard, mouse, Instant::now());
            effects.extend(heard.into_iter().flat_map(|event| app.update(event, Timestamp::now())));
            return effects;
        }
        for typed in input::apart(typed) {
            match self.keyboard.hear(app, typed) {
                Heard::Event(event) => {
                    let event = overlays::by_rows(app, event, self.terminal.area());
                    effects.extend(app.update(event, Timestamp::now()));
                }
                Heard::Resized => self.terminal.invalidate(),
                Heard::Nothing => {}
            }
        }
        effects
    }
}
