//! What lies where on the screen drawn last, as it says itself.

use crate::app::Pane;
use crate::app::columns::Field;
use ratatui::layout::{Position, Rect};
use std::cell::{Cell, RefCell};

/// What lies somewhere on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    /// What lies beneath cannot be clicked.
    Cover,
    /// Beyond an overlay.
    Outside,
    /// Rows of a list, from this one.
    Rows(Pane, usize),
    /// Cells of a column of a hunt's result, from this row.
    Cells {
        /// The column's place among those shown.
        column: usize,
        /// The first row.
        first: usize,
    },
    /// The heading of such a column.
    ResultHeading(usize),
    /// The heading of a queue's column.
    Heading(Field),
    /// Choices of the topmost overlay, from this one.
    Choices(Manner, usize),
    /// Completions that the hunting editor offers, from this one.
    Completions(usize),
    /// The text of the hunting editor: its first line and column on screen.
    Text(usize, usize),
    /// A text being written in an overlay: its first row on screen, and how many cells a row has.
    Writing(usize, usize),
    /// The list of what is under the cursor of a queue, below that queue.
    Preview,
    /// The name of a pane.
    Name(Pane),
    /// A command's keys and title.
    Command(&'static str),
    /// A key's name.
    Press(&'static str),
}

/// What a click does to a choice once the cursor is on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Takes it, as Enter does.
    Take,
    /// Ticks it or takes the tick away, as Space does; a double click takes.
    Tick,
    /// Nothing more.
    Point,
}

/// What lies where on the screen drawn last. What is added later lies over what was there. Empty where the mouse is not
/// taken.
#[derive(Debug, Default)]
pub struct Spots {
    is_on: Cell<bool>,
    is_recording: bool,
    known: RefCell<Vec<(Rect, Spot)>>,
    /// How many rows of lists have no room, where numbers are asked for.
    hidden: RefCell<Vec<(Pane, usize)>>,
    /// What the preview is about, the first row of its list, and how far that may go.
    preview: RefCell<(Box<str>, usize, usize)>,
}

impl Spots {
    /// What lies where on what is printed line by line, for its numbers: known whether or not there is a mouse.
    pub fn recording() -> Self {
        Self { is_on: Cell::new(true), is_recording: true, ..Self::default() }
    }

    /// Forgets all for a new frame; what is added to it counts where `is_on`.
    pub fn begin(&self, is_on: bool) {
        self.is_on.set(is_on || self.is_recording);
        self.known.borrow_mut().clear();
        self.hidden.borrow_mut().clear();
    }

    /// Says what lies at `area`.
    pub fn add(&self, area: Rect, spot: Spot) {
        if self.is_on.get() && !area.is_empty() {
            self.known.borrow_mut().push((area, spot));
        }
    }

    /// Says that `rows` rows of a list from the one numbered `first` stand at the top of `area`.
    pub fn rows(&self, area: Rect, pane: Pane, first: usize, rows: usize) {
        if self.is_recording {
            self.hidden.borrow_mut().push((pane, rows.saturating_sub(usize::from(area.height))));
        }
        self.add(Rect { height: shown(area, rows), ..area }, Spot::Rows(pane, first));
    }

    /// How many rows of the list in `pane` have no room below those drawn.
    pub fn hidden(&self, pane: Pane) -> usize {
        self.hidden.borrow().iter().rfind(|(of, _)| *of == pane).map_or(0, |(_, hidden)| *hidden)
    }

    /// Says that `rows` choices of the topmost overlay from the one numbered `first` stand at the top of `area`.
    pub fn choices(&self, area: Rect, manner: Manner, first: usize, rows: usize) {
        self.add(Rect { height: shown(area, rows), ..area }, Spot::Choices(manner, first));
    }

    /// Says that the preview, which is about `id` and has no room for `hidden` rows of its list, stands at `area`. Returns the
    /// first row to show of the list: where the wheel has taken it.
    pub fn preview(&self, area: Rect, id: &str, hidden: usize) -> usize {
        self.add(area, Spot::Preview);
        let mut preview = self.preview.borrow_mut();
        let (about, first, last) = &mut *preview;
        if **about != *id {
            (*about, *first) = (id.into(), 0);
        }
        *last = hidden;
        *first = (*first).min(*last);
        *first
    }

    /// Moves the list of the preview.
    pub(super) fn roll(&self, step: isize) {
        let (_, first, last) = &mut *self.preview.borrow_mut();
        *first = first.saturating_add_signed(step).min(*last);
    }

    /// The number from 1 of the row of `pane`, or of the choice, that stands on row `y`.
    pub fn number(&self, y: u16, pane: Option<Pane>) -> Option<usize> {
        let known = self.known.borrow();
        known.iter().rev().filter(|(area, _)| (area.top()..area.bottom()).contains(&y)).find_map(|(area, spot)| {
            let first = match spot {
                Spot::Rows(of, first) if pane == Some(*of) => *first,
                Spot::Cells { first, .. } if pane == Some(Pane::Results) => *first,
                Spot::Choices(_, first) => *first,
                _ => return None,
            };
            Some(first + usize::from(y - area.top()) + 1)
        })
    }

    /// Whether the hunting editor's text stands on row `y`.
    pub fn is_text(&self, y: u16) -> bool {
        let is_there =
            |(area, spot): &(Rect, Spot)| matches!(spot, Spot::Text(..)) && (area.top()..area.bottom()).contains(&y);
        self.known.borrow().iter().any(is_there)
    }

    /// What lies at `place`, and its whole area.
    pub(super) fn at(&self, place: Position) -> Option<(Rect, Spot)> {
        self.known.borrow().iter().rev().find(|(area, _)| area.contains(place)).copied()
    }
}

fn shown(area: Rect, rows: usize) -> u16 {
    u16::try_from(rows).unwrap_or(u16::MAX).min(area.height)
}
