//! The face at a terminal: draws the state, turns keys into actions, and nothing else.

pub mod backend;
pub mod keymap;
pub mod terminal;
pub mod theme;
pub mod widgets;

use std::io;

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
