//! A line of text being edited: what a prompt holds.

use super::event::{Input, Key};
use unicode_segmentation::UnicodeSegmentation;

/// The most bytes a prompt takes; a longer paste is cut.
const LINE_BYTES_MAX: usize = 4_096;

/// Text with a cursor between graphemes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    text: String,
    /// Byte offset, always on a grapheme border.
    cursor: usize,
}

impl Line {
    /// Holds `text`, the cursor after it.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text before and after the cursor.
    pub fn split(&self) -> (&str, &str) {
        self.text.split_at_checked(self.cursor).unwrap_or((&self.text, ""))
    }

    /// Applies a key; whether the text changed.
    pub fn input(&mut self, input: &Input) -> bool {
        let before = self.text.len();
        match &input.key {
            Key::Char('a') if input.ctrl => self.cursor = 0,
            Key::Char('e') if input.ctrl => self.cursor = self.text.len(),
            Key::Char('u') if input.ctrl => self.remove(0, self.cursor),
            Key::Char('w') if input.ctrl => self.remove(self.word_start(), self.cursor),
            Key::Char(_) if input.ctrl => return false,
            Key::Char(c) => self.insert(c.encode_utf8(&mut [0; 4])),
            Key::Paste(text) => {
                let one_line = text.replace(['\r', '\n', '\t'], " ");
                self.insert(&one_line);
            }
            Key::Backspace => self.remove(self.previous(), self.cursor),
            Key::Delete => self.remove(self.cursor, self.next()),
            Key::Left => self.cursor = self.previous(),
            Key::Right => self.cursor = self.next(),
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = self.text.len(),
            Key::Enter | Key::Tab | Key::BackTab | Key::Esc | Key::Up | Key::Down | Key::PageUp | Key::PageDown => {}
        }
        self.text.len() != before
    }

    /// Puts `text` in the place of some bytes, and the cursor after it.
    pub fn replace(&mut self, span: std::ops::Range<usize>, text: &str) {
        if self.text.get(span.clone()).is_some() {
            self.text.replace_range(span.clone(), "");
            self.cursor = span.start;
            self.insert(text);
        }
    }

    fn insert(&mut self, text: &str) {
        let room = LINE_BYTES_MAX.saturating_sub(self.text.len());
        let mut kept = text.len().min(room);
        while !text.is_char_boundary(kept) {
            kept -= 1;
        }
        let kept = text.get(..kept).unwrap_or_default();
        self.text.insert_str(self.cursor, kept);
        self.cursor += kept.len();
        // An inserted combining mark joins the grapheme before it; keep to a border.
        if !self.text.grapheme_indices(true).any(|(at, _)| at == self.cursor) {
            self.cursor = self.next_border(self.cursor);
        }
    }

    fn remove(&mut self, from: usize, to: usize) {
        if self.text.get(from..to).is_some() {
            self.text.replace_range(from..to, "");
            self.cursor = self.next_border(from);
        }
    }

    /// The first grapheme border at or after `at`.
    fn next_border(&self, at: usize) -> usize {
        self.text.grapheme_indices(true).map(|(start, _)| start).find(|start| *start >= at).unwrap_or(self.text.len())
    }

    fn previous(&self) -> usize {
        self.text
            .grapheme_indices(true)
            .map(|(start, _)| start)
            .take_while(|start| *start < self.cursor)
            .last()
            .unwrap_or(0)
    }

    fn next(&self) -> usize {
        self.next_border(self.cursor + 1)
    }

    fn word_start(&self) -> usize {
        let before = self.split().0;
        let trimmed = before.trim_end();
        trimmed
            .rfind(char::is_whitespace)
            .map_or(0, |at| at + trimmed.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8))
    }
}
