//! The workspace line by line: numbered rows, prompts, the same verbs; no alternate screen, no boxes, no cursor moves.
//! For screen readers, serial lines and terminals that cannot draw, and for scripts that speak to it through a pipe.
//!
//! A plan is written some seconds after `apply` is typed, and until then any line but `now` takes it back. Lines that come
//! through a pipe wait for nobody, so there it is written at once.

mod asked;
mod numbers;
mod page;
mod printed;
mod taken;
mod told;

use super::input::Keyboard;
use super::keymap::Keymap;
use super::{Performer, TuiError};
use crate::app::notices::Notice;
use crate::app::store::Progress;
use crate::app::{Action, App, Effect, Event, Input, Key, Overlay, Remote, View, user};
use crate::base::Timestamp;
use crate::base::alias::shown;
use numbers::Numbers;
use printed::Printed;
use std::io::{self, BufRead, IsTerminal, Write};
use std::ops::ControlFlow;
use std::process::ExitCode;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

/// Rows of a queue that are printed at once.
const PAGE: usize = 20;
/// How long the queues may go on loading before they are printed: their order is still to change.
const SETTLES: Duration = Duration::from_secs(3);
/// How long a user page is waited for before it is printed with what has come.
const FILLS: Duration = Duration::from_secs(10);

/// Runs the application line by line until it ends or the input does.
///
/// # Errors
/// Where output cannot be written.
pub async fn run(
    mut app: App,
    performer: impl Performer,
    mut events: mpsc::Receiver<Event>,
    keymap: Option<Keymap>,
    ascii: bool,
) -> Result<ExitCode, TuiError> {
    if !io::stdin().is_terminal() {
        app.profile.grace_seconds = 0;
    }
    let keyboard = Keyboard::spoken(keymap.unwrap_or_else(Keymap::built_in));
    let (numbers, printed) = (Numbers::default(), Printed::default());
    let mut face = Face { app, performer, keyboard, ascii, first: 0, numbers, printed, told: Vec::new(), ended: None };
    let mut lines = lines();
    face.update(Event::Started);
    let settled = Instant::now() + SETTLES;
    loop {
        let filled = Instant::now() + FILLS;
        while face.ended.is_none() {
            let event = match (face.is_busy(), face.is_filling(), face.app.loads_first_data()) {
                (true, ..) => events.recv().await,
                (false, true, _) => timeout_at(filled, events.recv()).await.unwrap_or_default(),
                (false, false, true) => timeout_at(settled, events.recv()).await.unwrap_or_default(),
                (false, false, false) => None,
            };
            let Some(event) = event else { break };
            face.update(event);
        }
        if let Some(code) = face.ended {
            return Ok(code);
        }
        face.show()?;
        say("> ")?;
        loop {
            tokio::select! {
                biased;
                Some(event) = events.recv() => {
                    let waits = |face: &Face<_>| (face.is_counting_down(), face.is_signing_in());
                    let before = waits(&face);
                    face.update(event);
                    if waits(&face) != before {
                        // The plan is on its way, or the sign-in went on: what becomes of it is told.
                        break;
                    }
                }
                line = lines.recv() => {
                    let Some(line) = line else {
                        face.update(Event::Closing);
                        return Ok(face.ended.unwrap_or(ExitCode::SUCCESS));
                    };
                    face.take(line.trim());
                    break;
                }
            }
        }
    }
}

/// Lines of standard input, read on a thread of their own: a read cannot be given up.
fn lines() -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel(16);
    std::thread::spawn(move || {
        for line in io::stdin().lock().lines().map_while(Result::ok) {
            if sender.blocking_send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(shown(text).as_bytes())?;
    out.flush()
}

/// Says why a line did nothing. Output that fails is noticed at the next prompt.
fn complain(why: &str) {
    drop(say(&format!("{why}\n")));
}

struct Face<P> {
    app: App,
    performer: P,
    keyboard: Keyboard,
    /// Whether nothing but ASCII is printed of what is laid out.
    ascii: bool,
    /// The first row of the queue that is printed.
    first: usize,
    /// What the numbers stand for that were printed.
    numbers: Numbers,
    /// The page that was printed last.
    printed: Printed,
    /// Notices that were printed.
    told: Vec<Notice>,
    ended: Option<ExitCode>,
}

impl<P: Performer> Face<P> {
    fn update(&mut self, event: Event) {
        let mut effects = self.app.update(event, Timestamp::now());
        // There is no clipboard: what is copied is printed.
        effects.retain(|effect| match effect {
            Effect::Copy(text) | Effect::Notify(text) => say(&format!("{text}\n")).is_err(),
            _ => true,
        });
        if let ControlFlow::Break(code) = self.performer.perform(effects) {
            self.ended = Some(code);
        }
    }

    fn act(&mut self, action: Action) {
        self.update(Event::Action(action));
    }

    fn press(&mut self, key: Key, ctrl: bool) {
        self.update(Event::Input(Input { key, ctrl, shift: false }));
    }

    /// Whether something is under way whose end is worth waiting for.
    fn is_busy(&self) -> bool {
        let app = &self.app;
        if self.is_signing_in() {
            return false;
        }
        let is_old = |fetch: &Remote<Progress>| fetch.is_loading() && fetch.stale_since().is_some();
        app.awaits_first_data()
            || is_old(&app.store.incidents_fetch)
            || is_old(&app.store.alerts_fetch)
            || app.applying.is_some()
            || app.undoing.is_some()
            || (app.view == View::Incident && app.incident.as_ref().is_some_and(|page| page.fetch.is_loading()))
            || (app.view == View::Hunt && app.hunt.outcome.is_loading())
            || matches!(app.overlays.last(), Some(Overlay::Doctor(state)) if state.task.is_some())
    }

    /// Whether a user page is on its way, whose parts come one by one.
    fn is_filling(&self) -> bool {
        self.app.view == View::User && self.app.user.as_ref().is_some_and(user::State::is_loading)
    }

    /// Whether somebody has to sign in elsewhere before it goes on.
    fn is_signing_in(&self) -> bool {
        matches!(self.app.overlays.last(), Some(Overlay::Message(message)) if message.is_sign_in())
    }

    /// Whether a plan is about to be written and can still be taken back.
    fn is_counting_down(&self) -> bool {
        matches!(self.app.overlays.last(), Some(Overlay::Plan(preview)) if preview.seconds_left.is_some())
    }
}
