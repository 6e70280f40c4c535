//! The strings of a column, apart from its rows.

use super::hash::FastMap;
use std::sync::Arc;

/// Strings by code; two codes may mean equal strings.
#[derive(Debug, Default)]
pub struct Dictionary {
    entries: Vec<Arc<str>>,
}

impl Dictionary {
    /// A dictionary of `entries`, of which some may be equal.
    pub fn new(entries: Vec<Arc<str>>) -> Self {
        Self { entries }
    }

    /// How many codes there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is no code.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The string of `code`; `""` for one that does not exist.
    pub fn text(&self, code: u32) -> &str {
        self.entries.get(code as usize).map_or("", |entry| entry)
    }

    /// As [`Self::text`], shared.
    pub fn shared(&self, code: u32) -> Arc<str> {
        self.entries.get(code as usize).map_or_else(|| Arc::from(""), Arc::clone)
    }

    /// All strings by code.
    pub fn entries(&self) -> &[Arc<str>] {
        &self.entries
    }
}

/// Gives codes to strings. Where most turn out different it stops looking for equals, which would cost more than they
/// save.
#[derive(Debug, Default)]
pub struct Interner {
    entries: Vec<Arc<str>>,
    codes: FastMap<Arc<str>, u32>,
    seen: usize,
    gave_up: bool,
}

impl Interner {
    /// Strings looked at before giving up is considered.
    const TRIAL: usize = 4_096;

    /// The code of `text`.
    pub fn intern(&mut self, text: &Arc<str>) -> u32 {
        self.seen += 1;
        if !self.gave_up {
            if let Some(code) = self.codes.get(text) {
                return *code;
            }
            self.codes.insert(Arc::clone(text), self.entries.len() as u32);
            if self.seen >= Self::TRIAL && self.entries.len() > self.seen / 2 {
                self.gave_up = true;
                self.codes = FastMap::default();
            }
        }
        self.entries.push(Arc::clone(text));
        (self.entries.len() - 1) as u32
    }

    /// All strings by code.
    pub fn entries(&self) -> &[Arc<str>] {
        &self.entries
    }

    /// The dictionary of all codes given.
    pub fn finish(mut self) -> Dictionary {
        self.entries.shrink_to_fit();
        Dictionary { entries: self.entries }
    }
}
