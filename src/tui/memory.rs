//! What a view remembers between frames: scroll positions only. Throwing it away changes no behaviour.

use super::widgets::table::scroll;
use std::collections::BTreeMap;

/// A list that scrolls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum List {
    /// The incident queue.
    Incidents,
    /// The alert queue.
    Alerts,
    /// Alerts of the incident page.
    IncidentAlerts,
    /// Evidence on the incident page.
    Evidence,
    /// Entities on the incident page.
    Entities,
    /// Comments on the incident page.
    Comments,
    /// The timeline of the incident page.
    Timeline,
    /// Alerts like another on the incident page.
    Similar,
    /// Alerts of the user page.
    UserAlerts,
    /// Lines of a section of the user page.
    UserSection,
    /// Lines of the editor.
    EditorLines,
    /// Columns of the editor's text.
    EditorColumns,
    /// Rows of a hunt's result.
    ResultRows,
    /// The journal.
    Journal,
    /// Columns of a hunt's result.
    ResultColumns,
}

/// The first row shown of each list.
#[derive(Clone, Debug, Default)]
pub struct ViewMemory {
    first: BTreeMap<List, usize>,
    /// Which row was selected in the last frame, and on which line it stood.
    selected: BTreeMap<List, (Box<str>, usize)>,
}

impl ViewMemory {
    /// The first row of `list` to show so that `selected` is seen, moved as little as needed since the last frame.
    pub fn scroll(&mut self, list: List, selected: Option<usize>, rows: usize, height: u16) -> usize {
        let first = self.first.entry(list).or_default();
        *first = scroll(*first, selected, rows, usize::from(height));
        *first
    }

    /// As [`ViewMemory::scroll`], for rows that have an id: where the selected one has moved among the others since the
    /// last frame, it stays where it was on screen.
    pub fn follow(&mut self, list: List, id: Option<&str>, line: usize, rows: usize, height: u16) -> usize {
        if let Some((known, before)) = self.selected.get(&list)
            && Some(&**known) == id
        {
            let first = self.first.entry(list).or_default();
            *first = (*first + line).saturating_sub(*before);
        }
        if let Some(id) = id {
            self.selected.insert(list, (id.into(), line));
        }
        self.scroll(list, Some(line), rows, height)
    }

    /// The first row of `list` in the last frame.
    pub fn first(&self, list: List) -> usize {
        self.first.get(&list).copied().unwrap_or_default()
    }

    /// Sets the first row of `list`.
    pub fn set(&mut self, list: List, first: usize) {
        self.first.insert(list, first);
    }
}
