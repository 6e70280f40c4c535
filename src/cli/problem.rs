//! Why a command ends early, ready to be told.

use super::exit::Exit;
use super::output;
use crate::app::Failure;
use std::fmt::Display;

/// A complaint with its exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What was being done.
    pub what: String,
    /// What went wrong.
    pub why: String,
    /// What to do; may be empty.
    pub remedy: String,
    /// The service's request id.
    pub request_id: Option<String>,
    /// How the process ends.
    pub exit: Exit,
}

impl Problem {
    /// A problem of no special kind.
    pub fn new(what: impl Into<String>, why: impl Display, remedy: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            why: without_numbers(&why.to_string()),
            remedy: remedy.into(),
            request_id: None,
            exit: Exit::Failed,
        }
    }

    /// One that has been told already, so that only the exit code is left of it.
    pub fn told(exit: Exit) -> Self {
        Self { exit, ..Self::new("", "", "") }
    }

    /// The same with another exit code.
    pub fn exiting(self, exit: Exit) -> Self {
        Self { exit, ..self }
    }

    /// Tells it on standard error.
    pub fn tell(&self) {
        if self.what.is_empty() {
            return;
        }
        output::complain(&self.what, &self.why, &self.remedy, self.request_id.as_deref());
    }
}

/// `why` without the system's number of an error, which says nothing that the words before it do not.
fn without_numbers(why: &str) -> String {
    let Some((words, rest)) = why.split_once(" (os error ") else { return why.to_owned() };
    let rest = rest.split_once(')').map_or("", |(_, rest)| rest);
    format!("{words}{rest}")
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self {
            exit: Exit::of(&failure.cause),
            what: failure.what,
            why: failure.why.line().into_owned(),
            remedy: failure.remedy,
            request_id: failure.request_id,
        }
    }
}

impl From<std::io::Error> for Problem {
    /// A failure to write. A reader that went away, as `head` does, is content and no problem to tell.
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::told(Exit::Ok),
            _ => Self::new("standard output", error, "what was printed is not whole"),
        }
    }
}
