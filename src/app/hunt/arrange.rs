//! In which order rows of a result are shown, and which columns.

use crate::model::Cell;
use crate::model::hunting::HuntingResult;
use std::cmp::Ordering;

/// An order of rows and the columns that are shown, as indices into a result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Rows in the order they are shown in.
    pub rows: Vec<usize>,
    /// Columns that are shown.
    pub columns: Vec<usize>,
    /// The column rows are ordered by, and whether the greatest comes first; `None` for the order of the answer.
    pub sorted: Option<(usize, bool)>,
}

impl Arrangement {
    /// All of `result` as it came.
    pub fn of(result: &HuntingResult) -> Self {
        Self { rows: (0..result.rows.len()).collect(), columns: (0..result.columns.len()).collect(), sorted: None }
    }

    /// Orders rows by the shown column at `place`: rising, falling, then as they came.
    pub(super) fn sort(&mut self, result: &HuntingResult, place: usize) {
        let Some(column) = self.columns.get(place).copied() else { return };
        self.sorted = match self.sorted {
            Some((known, false)) if known == column => Some((column, true)),
            Some((known, true)) if known == column => None,
            _ => Some((column, false)),
        };
        self.rows = (0..result.rows.len()).collect();
        let Some((column, descending)) = self.sorted else { return };
        let cell = |row: &usize| result.rows.get(*row).and_then(|cells| cells.get(column)).unwrap_or(&Cell::Null);
        self.rows.sort_by(|left, right| {
            let (left, right) = (cell(left), cell(right));
            match (left, right) {
                // What has no value comes last either way.
                (Cell::Null, Cell::Null) => Ordering::Equal,
                (Cell::Null, _) => Ordering::Greater,
                (_, Cell::Null) => Ordering::Less,
                _ if descending => compare(right, left),
                _ => compare(left, right),
            }
        });
    }

    /// Hides the shown column at `place`; the last one stays.
    pub(super) fn hide(&mut self, place: usize) {
        if self.columns.len() > 1 && place < self.columns.len() {
            self.columns.remove(place);
        }
    }
}

fn compare(left: &Cell, right: &Cell) -> Ordering {
    match (left, right) {
        (Cell::Number(left), Cell::Number(right)) => match (left.as_i64(), right.as_i64()) {
            (Some(left), Some(right)) => left.cmp(&right),
            _ => left.as_f64().partial_cmp(&right.as_f64()).unwrap_or(Ordering::Equal),
        },
        (Cell::Bool(left), Cell::Bool(right)) => left.cmp(right),
        (left, right) => left.text().raw().cmp(right.text().raw()),
    }
}
