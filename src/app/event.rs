//! Everything that can happen to the application; the only input of [`App::update`](super::App::update).

use super::action::Action;
use super::effect::{TaskId, Timer};
use super::reply::Failure;
use super::reply::Reply;
use super::warm::Queues;
use crate::base::Untrusted;
use crate::triage::journal::Record;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The program has started: load what the first screen shows.
    Started,
    /// A command, already resolved from a key, a click or the palette.
    Action(Action),
    /// Text for whatever takes text now, see [`App::takes_text`](super::App::takes_text).
    Input(Input),
    /// An effect's result; a paged fetch replies several times.
    Reply(TaskId, Reply),
    /// How many rows the focused list shows, for page moves.
    Resized {
        /// Rows.
        rows: usize,
    },
    /// A timer that was set has run out.
    Woke(Timer),
    /// The session has ended and a person must sign in again; what the sign-in service says to do.
    SignInWanted {
        /// The service's sentence.
        message: Untrusted,
        /// The code in it.
        code: Untrusted,
    },
    /// The queues as they were seen last, or why they cannot be read.
    Recalled(Result<Box<Queues>, Failure>),
    /// One has signed in while the workspace was open already; the analyst's UPN, where an analyst did.
    SignedIn {
        /// Whom `me` means from now on.
        me: Option<String>,
    },
    /// The sign-in that a person was asked for has ended, well or badly: its code is good for nothing any more.
    SignInEnded,
    /// The program ends, by a signal or because the terminal is gone.
    Closing,
    /// An entry is in the journal.
    Journaled(Box<Record>),
    /// The local store could not do something.
    StoreFailed(Failure),
}

/// A key press for an editor or a prompt, free of any terminal's types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Which key.
    pub key: Key,
    /// With Control.
    pub ctrl: bool,
    /// With Shift. Letters come as they are to be inserted, whatever this says.
    pub shift: bool,
}

impl Input {
    /// `key` without modifiers.
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false, shift: false }
    }
}

/// A key that editing knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Key {
    /// A character.
    Char(char),
    /// Enter.
    Enter,
    /// Tab.
    Tab,
    /// Shift-Tab.
    BackTab,
    /// Escape.
    Esc,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Left.
    Left,
    /// Right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A bracketed paste, as the terminal sent it.
    Paste(String),
}
