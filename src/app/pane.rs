//! What on screen can hold the focus, and where its cursor is.

use super::hunt::Focus;
use super::incident::Part;
use super::notices::NoticeKind;
use super::{App, Cx, View};

/// A list or a text that keys can go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The queue on screen.
    Queue,
    /// A part of the incident page.
    Part(Part),
    /// A section of the user page by its place; `None` for the alerts.
    Section(Option<usize>),
    /// The journal.
    Journal,
    /// The hunting editor.
    Editor,
    /// The rows of a hunt.
    Results,
}

impl App {
    /// The pane that keys go to; `None` where there is none.
    pub fn focused(&self) -> Option<Pane> {
        match self.view {
            View::Incidents | View::Alerts => Some(Pane::Queue),
            View::Incident => self.incident.as_ref().map(|page| Pane::Part(page.part)),
            View::User => self.user.as_ref().map(|page| Pane::Section(page.focus)),
            View::Journal => Some(Pane::Journal),
            View::Hunt if self.hunt.focus == Focus::Editor => Some(Pane::Editor),
            View::Hunt => Some(Pane::Results),
        }
    }

    /// The row under the cursor of a pane.
    pub fn cursor_of(&self, pane: Pane) -> usize {
        match pane {
            Pane::Queue => self.queue().map_or(0, super::queue::Queue::cursor),
            Pane::Part(part) => self.incident.as_ref().map_or(0, |page| page.cursor_of(part)),
            Pane::Section(None) => self.user.as_ref().map_or(0, |page| page.cursor),
            Pane::Section(Some(at)) => {
                self.user.as_ref().and_then(|page| page.sections.get(at)).map_or(0, |part| part.cursor)
            }
            Pane::Journal => self.journal.cursor,
            Pane::Editor => self.hunt.editor.cursor().0,
            Pane::Results => self.hunt.row,
        }
    }

    /// Gives the focus to a pane of the view on screen.
    pub(super) fn focus(&mut self, pane: Pane, cx: &mut Cx<'_>) {
        match (self.view, pane) {
            (View::Incident, Pane::Part(part)) => {
                if let Some(page) = &mut self.incident {
                    page.focus(part, &self.store);
                }
            }
            (View::User, Pane::Section(at)) => {
                if let Some(page) = &mut self.user {
                    page.focus_on(at, cx);
                }
            }
            (View::Hunt, Pane::Editor) => self.hunt.focus = Focus::Editor,
            (View::Hunt, Pane::Results) => {
                self.hunt.close_offer();
                self.hunt.focus = Focus::Results;
            }
            _ => {}
        }
    }

    /// Takes the mouse, or gives it back to the terminal.
    pub(super) fn turn_mouse(&mut self, cx: &mut Cx<'_>) {
        self.has_mouse = !self.has_mouse;
        let text = if self.has_mouse {
            "the mouse is taken: a click selects, a double click opens, a right click pivots; Shift selects text"
        } else {
            "the mouse is the terminal's again"
        };
        self.notices.show(NoticeKind::Info, text, cx);
    }
}
