//! Several queries at once, each in an editor of its own.

use super::{Editor, State};

/// The most there are.
pub const BUFFERS_MAX: usize = 9;

/// The key of the first buffer's text among what is kept; those of the others follow it.
const DRAFT: &str = "hunt";

/// The key that the text of the buffer at `place` is kept under.
fn draft_key(place: usize) -> String {
    if place == 0 { DRAFT.to_owned() } else { format!("{DRAFT}:{}", place + 1) }
}

/// The buffer whose text is kept under `key`; `None` for other keys.
pub fn draft_place(key: &str) -> Option<usize> {
    (0..BUFFERS_MAX).find(|place| draft_key(*place) == key)
}

/// The editors that are not on screen, and which one is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buffers {
    /// All of them; the place of the one on screen holds nothing.
    others: Vec<Editor>,
    /// Which is on screen, from 0.
    pub current: usize,
}

impl Buffers {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.others.len().max(1)
    }
}

impl State {
    /// Shows the next buffer, or where `new` an empty one behind the last.
    pub(super) fn turn_buffer(&mut self, new: bool) {
        let count = self.buffers.count();
        if new && (count == BUFFERS_MAX || self.editor.is_empty()) {
            return;
        }
        self.buffers.others.resize_with(count + usize::from(new), Editor::default);
        let next = if new { count } else { (self.buffers.current + 1) % count };
        self.show_buffer(next);
    }

    /// Puts `text` into the buffer at `place`, where that is empty.
    pub(in crate::app) fn restore_buffer(&mut self, place: usize, text: &str) {
        if place >= BUFFERS_MAX {
            return;
        }
        if place == self.buffers.current {
            if self.editor.is_empty() {
                self.open(text);
            }
            return;
        }
        let count = self.buffers.count().max(place + 1);
        self.buffers.others.resize_with(count, Editor::default);
        if let Some(editor) = self.buffers.others.get_mut(place).filter(|editor| editor.is_empty()) {
            *editor = Editor::new(text);
        }
    }

    fn show_buffer(&mut self, place: usize) {
        if place == self.buffers.current {
            return;
        }
        let (current, others) = (self.buffers.current, &mut self.buffers.others);
        let Some(shown) = others.get_mut(place).map(std::mem::take) else { return };
        let hidden = std::mem::replace(&mut self.editor, shown);
        if let Some(kept) = others.get_mut(current) {
            *kept = hidden;
        }
        self.buffers.current = place;
        self.close_offer();
        self.check();
    }

    /// The key its text is kept under.
    pub fn draft_key(&self) -> String {
        draft_key(self.buffers.current)
    }

    /// The name of the buffer on screen: its first comment, else its first word, else its number.
    pub fn buffer_name(&self) -> String {
        let first =
            self.editor.lines().iter().map(|line| line.trim()).find(|line| !line.is_empty()).unwrap_or_default();
        let name = match first.strip_prefix("//") {
            Some(comment) => comment.trim(),
            None => first.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default(),
        };
        let name: String = name.chars().take(24).collect();
        if name.is_empty() { format!("query {}", self.buffers.current + 1) } else { name }
    }
}
