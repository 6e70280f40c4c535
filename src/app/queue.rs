//! A list over the store: which rows pass the filter, in which order, and where the cursor is.
//!
//! The order is computed when data, filter or sort change, never when a key is pressed.

use crate::base::Timestamp;
use crate::triage::Filter;
use crate::triage::filter;
use indexmap::IndexSet;

/// By what a queue is ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Highest priority first, see [`crate::triage::score`]; for alerts gravest first, then newest.
    #[default]
    Priority,
    /// Newest first.
    Newest,
    /// Oldest first.
    Oldest,
    /// Last changed first.
    Changed,
}

impl Sort {
    /// All, in the order the sort key steps through.
    pub const ALL: [Self; 4] = [Self::Priority, Self::Newest, Self::Oldest, Self::Changed];

    /// The words on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Changed => "last changed",
        }
    }

    /// The one after it.
    pub const fn next(self) -> Self {
        match self {
            Self::Priority => Self::Newest,
            Self::Newest => Self::Oldest,
            Self::Oldest => Self::Changed,
            Self::Changed => Self::Priority,
        }
    }
}

/// A row that passes the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place in the store, see [`Store::incident_at`](super::store::Store::incident_at).
    pub index: usize,
    /// Its priority, 0 to 100; 0 for alerts.
    pub points: u8,
}

/// A move of a cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Rows down, or up where negative.
    By(isize),
    /// Screens down, or up where negative.
    Pages(isize),
    /// To the first.
    First,
    /// To the last.
    Last,
}

impl Move {
    /// The position after the move among `length` rows of which `page` are on screen.
    pub fn apply(self, position: usize, length: usize, page: usize) -> usize {
        let last = length.saturating_sub(1);
        match self {
            Self::By(rows) => position.saturating_add_signed(rows).min(last),
            Self::Pages(pages) => {
                let rows = pages.saturating_mul(page.max(2) as isize - 1);
                position.saturating_add_signed(rows).min(last)
            }
            Self::First => 0,
            Self::Last => last,
        }
    }
}

/// A filtered and ordered list with a cursor that is kept by id.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    /// The filter in force.
    pub filter: Filter,
    /// The order in force.
    pub sort: Sort,
    /// Ids that were marked for a common act, in the order of marking.
    pub marks: IndexSet<Box<str>>,
    rows: Vec<Row>,
    cursor_id: Option<Box<str>>,
    cursor: usize,
    is_held: bool,
    computed_at: Option<Timestamp>,
}

impl Default for Queue {
    fn default() -> Self {
        Self {
            filter: Filter::parse(filter::DEFAULT),
            sort: Sort::default(),
            marks: IndexSet::new(),
            rows: Vec::new(),
            cursor_id: None,
            cursor: 0,
            is_held: false,
            computed_at: None,
        }
    }
}

impl Queue {
    /// The rows that pass, in order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The cursor's place among the rows; 0 where there are none.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The id under the cursor.
    pub fn selected(&self) -> Option<&str> {
        self.cursor_id.as_deref()
    }

    /// When the rows were last computed.
    pub fn computed_at(&self) -> Option<Timestamp> {
        self.computed_at
    }

    /// Takes newly computed rows. The cursor stays on its id; where that is gone, on the row that took its place. Until
    /// someone has acted, it stays at the top, whatever arrives there.
    pub fn replace<'a>(&mut self, rows: Vec<Row>, id_at: impl Fn(usize) -> Option<&'a str>, now: Timestamp) {
        self.rows = rows;
        self.computed_at = Some(now);
        let kept = self.cursor_id.as_deref().filter(|_| self.is_held).and_then(|id| {
            let same = |row: &Row| id_at(row.index) == Some(id);
            let there = self.rows.get(self.cursor).is_some_and(same);
            if there { Some(self.cursor) } else { self.rows.iter().position(same) }
        });
        self.cursor = kept.unwrap_or(self.cursor).min(self.rows.len().saturating_sub(1));
        self.cursor_id = self.rows.get(self.cursor).and_then(|row| id_at(row.index)).map(Box::from);
    }

    /// Keeps the cursor on its row from now on: someone looks at it.
    pub fn hold(&mut self) {
        self.is_held = true;
    }

    /// Moves the cursor; `page` is how many rows are on screen.
    pub fn go<'a>(&mut self, step: Move, page: usize, id_at: impl Fn(usize) -> Option<&'a str>) {
        self.hold();
        self.cursor = step.apply(self.cursor, self.rows.len(), page);
        self.cursor_id = self.rows.get(self.cursor).and_then(|row| id_at(row.index)).map(Box::from);
    }

    /// Moves the cursor to the row at `place`.
    pub fn go_to<'a>(&mut self, place: usize, id_at: impl Fn(usize) -> Option<&'a str>) {
        self.cursor = place;
        self.go(Move::By(0), 1, id_at);
    }

    /// Marks every row between the one marked last and the one under the cursor; the latter alone where the former is
    /// not in the list.
    pub fn mark_range<'a>(&mut self, id_at: impl Fn(usize) -> Option<&'a str>) {
        let id = |row: &Row| id_at(row.index);
        let last = self.marks.last().and_then(|last| self.rows.iter().position(|row| id(row) == Some(&**last)));
        let from = last.unwrap_or(self.cursor);
        let (first, last) = (from.min(self.cursor), from.max(self.cursor));
        let between = self.rows.get(first..=last).unwrap_or_default();
        self.marks.extend(between.iter().filter_map(id).map(Box::from));
    }

    /// Marks the row under the cursor, or unmarks it.
    pub fn toggle_mark(&mut self) {
        if let Some(id) = self.cursor_id.clone()
            && !self.marks.shift_remove(&id)
        {
            self.marks.insert(id);
        }
    }
}
