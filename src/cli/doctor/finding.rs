//! What a check found.

use crate::cli::exit::Exit;
use serde_json::{Value, json};

/// How bad it is, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// As it should be.
    Good,
    /// Worth knowing; nothing needs to be done.
    Note,
    /// Works, and will not for long or not wholly.
    Warning,
    /// Does not work.
    Bad,
}

impl Verdict {
    /// Its word, in a report and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Good => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Bad => "failed",
        }
    }
}

/// A check and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was checked.
    pub check: &'static str,
    /// How bad it is.
    pub verdict: Verdict,
    /// What was found.
    pub words: String,
    /// What to do about it; empty where nothing is.
    pub remedy: String,
    /// How the program ends where this is the worst.
    pub exit: Exit,
}

impl Finding {
    /// All is well.
    pub fn good(check: &'static str, words: impl Into<String>) -> Self {
        Self { check, verdict: Verdict::Good, words: words.into(), remedy: String::new(), exit: Exit::Ok }
    }

    /// Worth knowing.
    pub fn note(check: &'static str, words: impl Into<String>) -> Self {
        Self { verdict: Verdict::Note, ..Self::good(check, words) }
    }

    /// It works, but.
    pub fn warning(check: &'static str, words: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { verdict: Verdict::Warning, remedy: remedy.into(), ..Self::good(check, words) }
    }

    /// It does not work.
    pub fn bad(check: &'static str, words: impl Into<String>, remedy: impl Into<String>, exit: Exit) -> Self {
        Self { verdict: Verdict::Bad, words: words.into(), remedy: remedy.into(), check, exit }
    }

    /// For `--json`.
    pub fn record(&self) -> Value {
        json!({"check": self.check, "verdict": self.verdict.word(), "words": self.words, "remedy": self.remedy})
    }
}
