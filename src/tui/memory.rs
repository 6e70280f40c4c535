//! What a view remembers between frames: scroll positions, what previews are about, the line to the terminal. Throwing it
//! away changes no behaviour.

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
    /// What is worth a word about the line to the terminal, where that is slow.
    pub link: Option<String>,
    first: BTreeMap<List, usize>,
    /// Which row was selected in the last frame, and on which line it stood.
    selected: BTreeMap<List, (Box<str>, usize)>,
    /// What the previews of lists were last about.
    previewed: BTreeMap<List, Box<str>>,
    /// Whether keys come so fast that previews wait.
    is_hurried: bool,
    /// Whether a preview is not about what is under the cursor.
    is_behind: bool,
}

impl ViewMemory {
    /// The first row of `list` to show so that `selected` is seen, moved as little as needed since the last frame.
    pub fn scroll(&mut self, list: List, selected: Option<usize>, rows: usize, height: u16) -> usize {
        let first = self.first.entry(list).or_default();
        *first = scroll(*first, selected, rows, usize::from(height));
        *first
    }

    /// Says whether keys come so fast that previews are to wait until they pause.
    pub fn hurry(&mut self, is_hurried: bool) {
        self.is_hurried = is_hurried;
    }

    /// Whether a preview waits for the keys to pause.
    pub fn is_behind(&self) -> bool {
        self.is_behind
    }

    /// What the preview of `list` is about while `selected` is under the cursor: that, or what it was about before where
    /// keys come fast.
    pub fn preview(&mut self, list: List, selected: Option<&str>) -> Option<Box<str>> {
        let before = self.previewed.get(&list).filter(|_| self.is_hurried && selected.is_some()).cloned();
        self.is_behind = before.as_deref().is_some_and(|before| Some(before) != selected);
        if before.is_some() {
            return before;
        }
        match selected {
            Some(selected) => self.previewed.insert(list, selected.into()),
            None => self.previewed.remove(&list),
        };
        selected.map(Box::from)
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

    /// Lets the selected row of `list` move on screen at the next frame: as long as rows still come in, those that belong
    /// above it are to be seen too.
    pub fn loosen(&mut self, list: List) {
        self.selected.remove(&list);
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
