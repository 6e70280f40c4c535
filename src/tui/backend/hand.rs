//! What writes to the terminal: the bytes so far, the pen in force, where the cursor is.

use super::apart::{Part, part_of};
use super::cursor::Cursor;
use super::pen::Pen;
use super::row::{Row, Slot};
use ratatui::layout::Position;

/// Erase to the end of the line.
pub(super) const ERASE_TAIL: &[u8] = b"\x1b[K";

/// Bytes and the state of the terminal after them.
#[derive(Clone, Debug, Default)]
pub(super) struct Hand {
    /// What is written.
    pub(super) out: Vec<u8>,
    /// Colours and modifiers in force.
    pub(super) pen: Pen,
    /// Where the next character goes.
    pub(super) cursor: Cursor,
}

impl Hand {
    /// One that goes on from here with nothing written yet, to try a way.
    pub(super) fn trial(&self) -> Self {
        Self { out: Vec::new(), pen: self.pen, cursor: self.cursor.clone() }
    }

    /// Takes what a [`Hand::trial`] wrote.
    pub(super) fn adopt(&mut self, trial: &Self) {
        self.out.extend_from_slice(&trial.out);
        self.pen = trial.pen;
        self.cursor = trial.cursor.clone();
    }

    /// Brings the cursor to cell `x` of `row`: by writing again what stands before it where that is short, else by a move.
    /// What is drawn apart comes later, so those that change may be written over with anything.
    pub(super) fn approach(&mut self, row: &Row<'_>, x: usize, apart: &[Part]) {
        let to = row.position(x);
        let Some((from, lead)) = self.bridge(row, x, apart) else { return self.cursor.go(to, &mut self.out) };
        self.out.extend_from_slice(lead.as_bytes());
        for slot in row.next.get(from..x).unwrap_or_default() {
            match slot {
                Slot::Blank(_) => self.out.push(b' '),
                Slot::Glyph(symbol, ..) => self.out.extend_from_slice(symbol.as_bytes()),
                Slot::Covered => {}
            }
        }
        self.cursor.at = Some(to);
    }

    /// Bytes that [`Hand::approach`] takes where nothing is drawn apart.
    pub(super) fn cost(&self, row: &Row<'_>, x: usize) -> usize {
        match self.bridge(row, x, &[]) {
            Some((from, lead)) => lead.len() + self.bridge_cost(row, from, x, &[]).unwrap_or_default(),
            None => self.cursor.cost(row.position(x)),
        }
    }

    /// From which cell writing again leads to cell `x` at no more bytes than a move, and what goes before it.
    fn bridge(&self, row: &Row<'_>, x: usize, apart: &[Part]) -> Option<(usize, &'static str)> {
        let at = self.cursor.at?;
        let (from, lead) = match row.y.checked_sub(at.y)? {
            0 if usize::from(at.x) <= x => (usize::from(at.x), ""),
            0 => (0, "\r"),
            1 => (0, "\r\n"),
            2 => (0, "\r\n\n"),
            _ => return None,
        };
        let bytes = lead.len() + self.bridge_cost(row, from, x, apart)?;
        (bytes <= self.cursor.cost(row.position(x))).then_some((from, lead))
    }

    /// Bytes of writing the cells of `row` from `from` to `to` with the pen in force; `None` where a move is shorter in any
    /// case, or it would look different, or the cursor would be lost.
    fn bridge_cost(&self, row: &Row<'_>, from: usize, to: usize, apart: &[Part]) -> Option<usize> {
        let gap = row.next.get(from..to).filter(|gap| gap.len() <= MOVE_MAX)?;
        let cost = |(offset, slot): (usize, &Slot<'_>)| {
            let is_drawn_later = || row.differs(from + offset) && part_of(apart, row, from + offset).is_some();
            match slot {
                Slot::Blank(wanted) => (self.pen.blank_looks_like(*wanted) || is_drawn_later()).then_some(1),
                Slot::Glyph(symbol, 1, wanted) if is_surely_narrow(symbol) => {
                    (*wanted == self.pen || is_drawn_later()).then_some(symbol.len())
                }
                Slot::Glyph(..) | Slot::Covered => None,
            }
        };
        gap.iter().enumerate().map(cost).sum()
    }

    /// Writes one slot at the cursor and returns the columns it takes.
    pub(super) fn write(&mut self, slot: Slot<'_>, row_width: usize) -> usize {
        let (symbol, cells, sure) = match slot {
            Slot::Covered => return 1,
            Slot::Blank(wanted) => {
                self.pen.change_for_blank(wanted, &mut self.out);
                (" ", 1, true)
            }
            Slot::Glyph(symbol, cells, wanted) => {
                self.pen.change(wanted, &mut self.out);
                (symbol, cells, cells == 1 && is_surely_narrow(symbol))
            }
        };
        self.out.extend_from_slice(symbol.as_bytes());
        // After the last column terminals differ on where the cursor is; after unusual characters on how far it went.
        self.cursor.at = self
            .cursor
            .at
            .map(|at| Position::new(at.x + cells, at.y))
            .filter(|at| sure && usize::from(at.x) < row_width);
        usize::from(cells)
    }

    /// Erases from the cursor to the end of its row.
    pub(super) fn erase_tail(&mut self) {
        self.pen.change_for_blank(Pen::default(), &mut self.out);
        self.out.extend_from_slice(ERASE_TAIL);
    }
}

/// The longest that moving the cursor takes, in bytes: `CSI row ; column H` on screens below a thousand rows and columns.
const MOVE_MAX: usize = 10;

/// Whether `symbol` is one cell wherever our lines are: ASCII, Latin letters, the drawing characters and signs used here.
fn is_surely_narrow(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    let (Some(only), None) = (characters.next(), characters.next()) else { return false };
    matches!(only, ' '..='~' | '\u{C0}'..='\u{24F}' | '─'..='╿' | '▁'..='▏' | '…' | '·' | '→' | '›')
}
