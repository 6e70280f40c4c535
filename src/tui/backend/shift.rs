//! Rows that only moved up or down: the terminal can move them itself, which costs some twenty bytes instead of some
//! hundred a row.

use super::row::{Slot, slots};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The fewest rows worth moving.
const ROWS_MIN: usize = 2;
/// Columns before a list's rows, where the mark of the cursor stands. It stays while the rows move under it.
const MARK: usize = 2;

/// Rows to move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// The first row of the region in which rows move.
    top: u16,
    /// The row after its last.
    bottom: u16,
    /// How many rows they move up, or down where negative.
    up: i32,
    /// Whether most of the rows that change only move.
    pub(super) moves_most: bool,
}

impl Shift {
    /// The move that brings the most rows of `shown` to where `next` has them; `None` where it is too few.
    pub(super) fn between(shown: &Buffer, next: &Buffer) -> Option<Self> {
        let (shown, next) = (prints(shown), prints(next));
        let changed = shown.iter().zip(&next).filter(|(shown, next)| shown != next).count();
        if changed < ROWS_MIN {
            return None;
        }
        let height = next.len() as i32;
        let mut best: Option<(usize, Self)> = None;
        for up in (1 - height..height).filter(|up| *up != 0) {
            let mut run: Option<(i32, usize)> = None;
            // One row more than there are, to end a run at the edge.
            for y in 0..=height {
                let at = |rows: &[Option<u64>], y: i32| usize::try_from(y).ok().and_then(|y| rows.get(y).copied());
                let moved = at(&next, y).filter(|row| at(&shown, y + up) == Some(*row));
                match moved {
                    Some(row) => {
                        let gains = usize::from(row.is_some() && at(&shown, y) != Some(row));
                        let (from, gained) = run.unwrap_or((y, 0));
                        run = Some((from, gained + gains));
                    }
                    None => {
                        if let Some((from, gained)) = run.take()
                            && gained >= ROWS_MIN
                            && best.is_none_or(|(most, _)| gained > most)
                        {
                            let top = from.min(from + up).max(0) as u16;
                            let bottom = y.max(y + up).min(height) as u16;
                            best = Some((gained, Self { top, bottom, up, moves_most: gained * 2 > changed }));
                        }
                    }
                }
            }
        }
        best.map(|(_, shift)| shift)
    }

    /// Appends what makes the terminal do it. Afterwards the cursor is in the upper left corner.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        let Self { top, bottom, up, .. } = self;
        let (rows, way) = (up.unsigned_abs(), if up > 0 { 'S' } else { 'T' });
        out.extend_from_slice(format!("\x1b[{};{bottom}r\x1b[{rows}{way}\x1b[r", top + 1).as_bytes());
    }

    /// Does the same to `shown`; rows that come in are blank.
    pub(super) fn apply(self, shown: &mut Buffer) {
        let before = shown.clone();
        let width = shown.area().width;
        for y in self.top..self.bottom {
            let from = i32::from(y) + self.up;
            let inside = (i32::from(self.top)..i32::from(self.bottom)).contains(&from);
            let row = Rect::new(0, y, width, 1);
            for position in row.positions() {
                let old = if inside { before.cell((position.x, from as u16)) } else { None };
                if let Some(cell) = shown.cell_mut(position) {
                    match old {
                        Some(old) => *cell = old.clone(),
                        None => cell.reset(),
                    }
                }
            }
        }
    }
}

/// What stands for each row without its mark; `None` for blank ones.
fn prints(buffer: &Buffer) -> Vec<Option<u64>> {
    (0..buffer.area().height)
        .map(|y| {
            let slots = slots(buffer, y);
            let row = slots.get(MARK.min(slots.len())..).unwrap_or_default();
            if row.iter().all(|slot: &Slot<'_>| slot.is_erased()) {
                return None;
            }
            let mut hasher = DefaultHasher::new();
            row.hash(&mut hasher);
            Some(hasher.finish())
        })
        .collect()
}
