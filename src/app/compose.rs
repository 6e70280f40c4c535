//! A text being written, handed to the analyst's own editor and taken back.

use super::effect::{Effect, TaskId};
use super::hunt::Editor;
use super::notices::NoticeKind;
use super::overlay::Overlay;
use super::reply::Failure;
use super::{App, Cx, Unavailable};
use crate::base::text::count;

impl App {
    /// Whether a text is being written.
    ///
    /// # Errors
    /// Says why not.
    pub(super) fn can_edit_outside(&self) -> Result<(), Unavailable> {
        match self.overlays.last() {
            Some(overlay) if overlay.written().is_some() => Ok(()),
            _ => Err(Unavailable { why: "no text is being written here".to_owned() }),
        }
    }

    /// Hands the text being written to the analyst's editor.
    pub(super) fn edit_outside(&mut self, cx: &mut Cx<'_>) {
        if let Some(text) = self.overlays.last().and_then(Overlay::written).map(Editor::text) {
            self.editing = Some(cx.start(|task| Effect::Edit(task, text)));
        }
    }

    /// Goes on with the text being written at a line and a character.
    pub(super) fn write_at(&mut self, line: usize, character: usize) {
        if let Some(editor) = self.overlays.last_mut().and_then(Overlay::written_mut) {
            editor.jump(line, character);
        }
    }

    /// Takes what the editor left. The text stays where it failed.
    pub(super) fn receive_edited(&mut self, task: TaskId, edited: Result<String, Failure>, cx: &mut Cx<'_>) {
        if self.editing.take_if(|editing| *editing == task).is_none() {
            return;
        }
        let text = match edited {
            Ok(text) => text,
            Err(failure) => return self.notify_failure(&failure, cx),
        };
        // Something may lie over it by now.
        let Some(editor) = self.overlays.iter_mut().rev().find_map(Overlay::written_mut) else { return };
        if editor.text() == text {
            return self.notices.show(NoticeKind::Info, "the editor left it as it was", cx);
        }
        editor.replace(&text);
        let characters = count(editor.text().chars().count(), "character");
        self.keep_written(cx);
        self.notices.show(NoticeKind::Info, format!("{characters} taken from the editor"), cx);
    }
}

impl Overlay {
    /// The text being written in it.
    pub fn written(&self) -> Option<&Editor> {
        match self {
            Self::Comment(_, editor) | Self::Write(_, _, editor) | Self::Note(_, editor) => Some(editor),
            _ => None,
        }
    }

    fn written_mut(&mut self) -> Option<&mut Editor> {
        match self {
            Self::Comment(_, editor) | Self::Write(_, _, editor) | Self::Note(_, editor) => Some(editor),
            _ => None,
        }
    }
}
