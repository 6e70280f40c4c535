//! A list over the store: which rows pass the filter, in which order, and where the cursor is.
//!
//! The order is computed when data, filter or sort change, never when a key is pressed.

use super::brief::{Memo, Records, Share};
use super::columns::{Columns, Field};
use super::news::Unseen;
use super::sort::Sort;
use crate::base::Timestamp;
use crate::triage::Filter;
use crate::triage::filter;
use indexmap::{IndexMap, IndexSet};
use std::collections::BTreeSet;

/// A row that passes the filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its place in the store, see [`Store::incident_at`](super::store::Store::incident_at).
    pub index: usize,
    /// Its priority, 0 to 100; 0 for alerts.
    pub points: u8,
}

/// Rows that are alike by the field a queue is grouped by. They stand together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// What they have in common, safe for a screen.
    pub name: String,
    /// The place of its first row among [`Queue::rows`].
    pub first: usize,
    /// How many rows belong to it, shown or not.
    pub count: usize,
    /// Whether only its first row is among the rows.
    pub is_folded: bool,
    /// Lines that headings take up to this group, its own included; a folded group has none beside its row.
    headings: usize,
}

impl Group {
    /// The line on which it begins.
    const fn line(&self) -> usize {
        self.first + self.headings - if self.is_folded { 0 } else { 1 }
    }
}

/// A line of a grouped list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ListLine<'a> {
    /// What follows is this group.
    Heading(&'a Group),
    /// The row at this place, which is all that is left of this group while it is folded.
    Folded(usize, &'a Group),
    /// The row at this place.
    Row(usize),
}

/// A change of how a queue is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrange {
    /// Order by the next of the usual keys.
    NextSort,
    /// Order by this column; the other way round where it is the first key already.
    SortBy(Field),
    /// Group by the next field, or no more.
    NextGrouping,
    /// Fold the group under the cursor, or unfold it.
    Fold,
    /// Fold all groups, or unfold all.
    FoldAll,
    /// Take all that is marked as new or changed as seen.
    See,
}

/// Rows that stay on screen over a page: where one was is seen, and the terminal moves them itself.
const ROWS_KEPT: usize = 3;

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
                let kept = ROWS_KEPT.min(page / 4).max(1);
                let rows = pages.saturating_mul(page.max(2).saturating_sub(kept) as isize);
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
    /// The columns.
    pub columns: Columns,
    /// By what rows are grouped, if they are.
    pub grouping: Option<Field>,
    /// Ids that were marked for a common act, in the order of marking.
    pub marks: IndexSet<Box<str>>,
    /// What refreshes brought and nobody has looked at.
    pub unseen: Unseen,
    rows: Vec<Row>,
    groups: Vec<Group>,
    /// Names of groups that are folded.
    folded: BTreeSet<String>,
    /// How many rows pass the filter, folded away or not.
    matched: usize,
    cursor_id: Option<Box<str>>,
    /// The row the cursor is to go to as soon as it is there.
    wanted: Option<Box<str>>,
    cursor: usize,
    is_held: bool,
    computed_at: Option<Timestamp>,
}

impl Default for Queue {
    fn default() -> Self {
        Self::of(&Field::OF_INCIDENTS)
    }
}

impl Queue {
    /// A queue of records that have these fields.
    pub fn of(fields: &[Field]) -> Self {
        Self {
            filter: Filter::parse(filter::DEFAULT),
            sort: Sort::of(fields),
            columns: Columns::of(fields),
            grouping: None,
            marks: IndexSet::new(),
            unseen: Unseen::default(),
            rows: Vec::new(),
            groups: Vec::new(),
            folded: BTreeSet::new(),
            matched: 0,
            cursor_id: None,
            wanted: None,
            cursor: 0,
            is_held: false,
            computed_at: None,
        }
    }

    /// The rows that pass, in order, those folded away left out.
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

    /// How many rows pass the filter, those folded away included.
    pub fn matched(&self) -> usize {
        self.matched
    }

    /// The groups, in order; none where rows are not grouped.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// How many lines the list takes: a row each, and a heading each group that is not folded.
    pub fn line_count(&self) -> usize {
        self.rows.len() + self.groups.last().map_or(0, |group| group.headings)
    }

    /// The line on which the row at `place` stands.
    pub fn line_of(&self, place: usize) -> usize {
        let groups = self.groups.partition_point(|group| group.first <= place);
        place + self.groups.get(groups.wrapping_sub(1)).map_or(0, |group| group.headings)
    }

    /// What stands on a line.
    pub fn line(&self, line: usize) -> Option<ListLine<'_>> {
        // The last group that begins at or above the line.
        let groups = self.groups.partition_point(|group| group.line() <= line);
        let Some(group) = self.groups.get(groups.wrapping_sub(1)) else {
            return Some(ListLine::Row(line)).filter(|_| line < self.line_count());
        };
        match line - group.line() {
            0 if group.is_folded => Some(ListLine::Folded(group.first, group)),
            0 => Some(ListLine::Heading(group)),
            _ => Some(ListLine::Row(line - group.headings)).filter(|_| line < self.line_count()),
        }
    }

    /// Groups the rows by the next field, or no more.
    pub fn next_grouping(&mut self) {
        let offered = Field::GROUPING;
        self.folded.clear();
        self.grouping = match self.grouping {
            None => offered.first().copied(),
            Some(field) => {
                let here = offered.iter().position(|known| *known == field);
                here.and_then(|here| offered.get(here + 1)).copied()
            }
        };
    }

    /// Folds the group under the cursor, or unfolds it. The rows are to be computed anew.
    pub fn fold(&mut self) {
        let at = self.groups.partition_point(|group| group.first <= self.cursor);
        if let Some(group) = self.groups.get(at.wrapping_sub(1)) {
            let name = group.name.clone();
            if !self.folded.remove(&name) {
                self.folded.insert(name);
                (self.cursor, self.cursor_id) = (group.first, None);
            }
        }
    }

    /// Folds all groups, or unfolds all where all are. The rows are to be computed anew.
    pub fn fold_all(&mut self) {
        let all = self.groups.iter().all(|group| group.is_folded);
        if all {
            self.folded.clear();
            return;
        }
        self.folded = self.groups.iter().map(|group| group.name.clone()).collect();
        let at = self.groups.partition_point(|group| group.first <= self.cursor);
        (self.cursor, self.cursor_id) = (at.saturating_sub(1), None);
    }

    /// Puts rows that are in order together by their groups. Groups stand where their first rows do.
    pub fn group<'a>(&mut self, rows: Vec<Row>, records: impl Records<'a>) -> Vec<Row> {
        self.matched = rows.len();
        self.groups.clear();
        let Some(field) = self.grouping else { return rows };
        let mut by_name: IndexMap<String, Vec<Row>> = IndexMap::new();
        let mut places: Memo<usize> = Memo::default();
        for row in rows {
            let Some(brief) = records.briefs().get(row.index) else { continue };
            let place = places.get(brief.number(Share::of(field), row.index), || {
                let group = by_name.entry(records.group(&row, field));
                let place = group.index();
                group.or_default();
                place
            });
            if let Some((_, group)) = by_name.get_index_mut(place) {
                group.push(row);
            }
        }
        let mut shown = Vec::with_capacity(self.matched);
        let mut headings = 0;
        for (name, rows) in by_name {
            let is_folded = self.folded.contains(&name);
            headings += usize::from(!is_folded);
            self.groups.push(Group { name, first: shown.len(), count: rows.len(), is_folded, headings });
            shown.extend(rows.into_iter().take(if is_folded { 1 } else { usize::MAX }));
        }
        shown
    }

    /// Has the cursor go to the row of this id as soon as it is there.
    pub fn want(&mut self, id: &str) {
        self.wanted = Some(id.into());
        self.is_held = true;
    }

    /// When the rows were last computed.
    pub fn computed_at(&self) -> Option<Timestamp> {
        self.computed_at
    }

    /// Takes newly computed rows. The cursor stays on its id; where that is gone, on the row that took its place. Until
    /// someone has acted, it stays at the top, whatever arrives there.
    pub fn replace<'a>(
        &mut self,
        rows: Vec<Row>,
        id_at: impl Fn(usize) -> Option<&'a str>,
        index_of: impl Fn(&str) -> Option<usize>,
        now: Timestamp,
    ) {
        self.rows = rows;
        self.computed_at = Some(now);
        let place = |id: &str| index_of(id).and_then(|index| self.rows.iter().position(|row| row.index == index));
        if let Some(found) = self.wanted.as_deref().and_then(place) {
            self.wanted = None;
            self.cursor = found;
            self.cursor_id = self.rows.get(found).and_then(|row| id_at(row.index)).map(Box::from);
            return;
        }
        let kept = self.cursor_id.as_deref().filter(|_| self.is_held).and_then(place);
        self.cursor = kept.unwrap_or(self.cursor).min(self.rows.len().saturating_sub(1));
        self.cursor_id = self.rows.get(self.cursor).and_then(|row| id_at(row.index)).map(Box::from);
    }

    /// Whether someone looks at its rows.
    pub fn is_held(&self) -> bool {
        self.is_held
    }

    /// Keeps the cursor on its row from now on: someone looks at it.
    pub fn hold(&mut self) {
        self.is_held = true;
    }

    /// Moves the cursor; `page` is how many rows are on screen.
    pub fn go<'a>(&mut self, step: Move, page: usize, id_at: impl Fn(usize) -> Option<&'a str>) {
        self.hold();
        self.wanted = None;
        self.cursor = step.apply(self.cursor, self.rows.len(), page);
        let id = self.rows.get(self.cursor).and_then(|row| id_at(row.index));
        if self.cursor_id.as_deref() != id {
            // What was under the cursor has been looked at.
            if let Some(left) = &self.cursor_id {
                self.unseen.see(left);
            }
            self.cursor_id = id.map(Box::from);
        }
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
