//! A text editor as a value: `tui_textarea` as an edit model, nothing of how it is drawn. The only file that names the
//! crate (ratatui-textarea, the maintained continuation of tui-textarea).

use super::super::event::{Input, Key};
use crate::kql::Span;
use std::fmt;
use tui_textarea::{CursorMove, TextArea};

/// How many edits can be undone.
const UNDO_MAX: usize = 10_000;

/// The most bytes a paste brings; the rest is cut.
const PASTE_BYTES_MAX: usize = 1 << 20;

/// Text of several lines with cursor, selection and undo.
#[derive(Clone)]
pub struct Editor(TextArea<'static>);

impl Default for Editor {
    fn default() -> Self {
        Self::new("")
    }
}

impl PartialEq for Editor {
    /// By text, cursor and selection; undo history does not count.
    fn eq(&self, other: &Self) -> bool {
        self.0.lines() == other.0.lines() && self.cursor() == other.cursor() && self.selection() == other.selection()
    }
}

impl fmt::Debug for Editor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Editor").field("text", &self.text()).field("cursor", &self.cursor()).finish()
    }
}

impl Editor {
    /// Holds `text`, the cursor at its end.
    pub fn new(text: &str) -> Self {
        let text = unix_lines(text);
        let mut area = TextArea::new(text.split('\n').map(str::to_owned).collect());
        area.set_max_histories(UNDO_MAX);
        area.set_tab_length(4);
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self(area)
    }

    /// The lines.
    pub fn lines(&self) -> &[String] {
        self.0.lines()
    }

    /// All text, lines joined by `\n`.
    pub fn text(&self) -> String {
        self.0.lines().join("\n")
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Line and character of the cursor, both from 0.
    pub fn cursor(&self) -> (usize, usize) {
        let cursor = self.0.cursor();
        (cursor.0, cursor.1)
    }

    /// The cursor as a byte offset into [`Editor::text`].
    pub fn byte_cursor(&self) -> usize {
        let (row, column) = self.cursor();
        let before: usize = self.0.lines().iter().take(row).map(|line| line.len() + 1).sum();
        let line = self.0.lines().get(row).map_or("", String::as_str);
        before + line.char_indices().nth(column).map_or(line.len(), |(at, _)| at)
    }

    /// Start and end of the selection as line and character, where there is one.
    pub fn selection(&self) -> Option<((usize, usize), (usize, usize))> {
        self.0.selection_range()
    }

    /// Replaces everything; can be undone.
    pub fn replace(&mut self, text: &str) {
        self.0.select_all();
        self.0.insert_str(unix_lines(text));
    }

    /// Replaces `span`, bytes of [`Editor::text`], by `text` and leaves the cursor behind it; can be undone.
    pub fn replace_span(&mut self, span: Span, text: &str) {
        let (start, end) = (self.place(span.start), self.place(span.end));
        self.0.cancel_selection();
        self.0.move_cursor(start);
        self.0.start_selection();
        self.0.move_cursor(end);
        self.0.insert_str(unix_lines(text));
    }

    /// Moves the cursor to byte `at` of [`Editor::text`].
    pub fn go_to(&mut self, at: usize) {
        self.0.cancel_selection();
        self.0.move_cursor(self.place(at));
    }

    /// Moves the cursor to a line and a character, both from 0; as near as there are such.
    pub fn jump(&mut self, line: usize, character: usize) {
        let at = |place: usize| u16::try_from(place).unwrap_or(u16::MAX);
        self.0.cancel_selection();
        self.0.move_cursor(CursorMove::Jump(at(line), at(character)));
    }

    /// The move to byte `at` of [`Editor::text`].
    fn place(&self, at: usize) -> CursorMove {
        let text = self.text();
        let before = text.get(..at).unwrap_or(&text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        let (row, column) = (before.matches('\n').count(), line.chars().count());
        CursorMove::Jump(row as u16, column as u16)
    }

    /// Takes the last edit back; whether there was one.
    pub fn undo(&mut self) -> bool {
        self.0.undo()
    }

    /// Makes the last undone edit again; whether there was one.
    pub fn redo(&mut self) -> bool {
        self.0.redo()
    }

    /// Applies a key; whether the text changed.
    pub fn input(&mut self, input: &Input) -> bool {
        if let Some(step) = cursor_move(input) {
            self.go(step, input.shift);
            return false;
        }
        match &input.key {
            Key::Char('z') if input.ctrl => self.undo(),
            Key::Char('y') if input.ctrl => self.redo(),
            Key::Char('a') if input.ctrl => {
                self.0.select_all();
                false
            }
            Key::Char('w') if input.ctrl => self.0.delete_word(),
            Key::Char('k') if input.ctrl => self.0.delete_line_by_end(),
            Key::Char('u') if input.ctrl => self.0.delete_line_by_head(),
            Key::Char(_) if input.ctrl => false,
            Key::Char(c) => self.0.insert_str(c.to_string()),
            Key::Enter => self.0.insert_str("\n"),
            Key::Tab => self.0.insert_tab(),
            Key::Backspace => self.0.delete_char(),
            Key::Delete => self.0.delete_next_char(),
            Key::Paste(text) => self.paste(text),
            _ => false,
        }
    }

    fn go(&mut self, step: CursorMove, selecting: bool) {
        match (selecting, self.0.is_selecting()) {
            (true, false) => self.0.start_selection(),
            (false, true) => self.0.cancel_selection(),
            _ => {}
        }
        self.0.move_cursor(step);
    }

    fn paste(&mut self, text: &str) -> bool {
        let mut length = text.len().min(PASTE_BYTES_MAX);
        while !text.is_char_boundary(length) {
            length -= 1;
        }
        self.0.insert_str(unix_lines(text.get(..length).unwrap_or_default()))
    }
}

/// The cursor move that a key stands for.
fn cursor_move(input: &Input) -> Option<CursorMove> {
    Some(match (&input.key, input.ctrl) {
        (Key::Left, false) => CursorMove::Back,
        (Key::Right, false) => CursorMove::Forward,
        (Key::Left, true) => CursorMove::WordBack,
        (Key::Right, true) => CursorMove::WordForward,
        (Key::Up, _) => CursorMove::Up,
        (Key::Down, _) => CursorMove::Down,
        (Key::Home, false) => CursorMove::Head,
        (Key::End, false) => CursorMove::End,
        (Key::Home, true) => CursorMove::Top,
        (Key::End, true) => CursorMove::Bottom,
        (Key::PageUp, _) => CursorMove::ParagraphBack,
        (Key::PageDown, _) => CursorMove::ParagraphForward,
        _ => return None,
    })
}

/// `text` with line breaks as `\n`: terminals paste `\r`, files bring `\r\n`. Other controls but tab are dropped, since
/// a query with an invisible character in it is not the query one reads.
fn unix_lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}
