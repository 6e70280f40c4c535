//! One row: which cells differ, and how to rewrite them cheaply.

use super::cursor::Cursor;
use super::pen::Pen;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Position;

/// Erase to the end of the line.
const ERASE_TAIL: &[u8] = b"\x1b[K";

/// What a column of a row shows.
#[derive(Clone, Copy, Hash, PartialEq)]
pub(super) enum Slot<'a> {
    /// A blank.
    Blank(Pen),
    /// A character with its width in cells.
    Glyph(&'a str, u16, Pen),
    /// The right part of a wide character.
    Covered,
}

impl Slot<'_> {
    /// Whether erasing draws it.
    pub(super) fn is_erased(self) -> bool {
        matches!(self, Self::Blank(pen) if pen.draws_nothing_on_blank())
    }
}

/// Appends what turns row `y` of the first buffer into that of the second: what differs, or the rest of the row anew
/// where erasing it first is shorter, since blanks over longer text then cost nothing.
pub(super) fn paint_row(
    out: &mut Vec<u8>,
    pen: &mut Pen,
    cursor: &mut Cursor,
    (shown, next): (&Buffer, &Buffer),
    y: u16,
) {
    let (mut shown, next) = (slots(shown, y), slots(next, y));
    let Some(first) = shown.iter().zip(&next).position(|(shown, next)| shown != next) else { return };
    let (mut amended, mut pen_amended, mut cursor_amended) = (Vec::new(), *pen, cursor.clone());
    amend(&mut amended, &mut pen_amended, &mut cursor_amended, (&shown, &next), y);
    let (mut renewed, mut pen_renewed, mut cursor_renewed) = (Vec::new(), *pen, cursor.clone());
    approach(&mut renewed, &mut pen_renewed, &mut cursor_renewed, &next, Position::new(first as u16, y));
    pen_renewed.change_for_blank(Pen::default(), &mut renewed);
    renewed.extend_from_slice(ERASE_TAIL);
    for slot in shown.iter_mut().skip(first) {
        *slot = Slot::Blank(Pen::default());
    }
    amend(&mut renewed, &mut pen_renewed, &mut cursor_renewed, (&shown, &next), y);
    if renewed.len() < amended.len() {
        (*pen, *cursor) = (pen_renewed, cursor_renewed);
        out.append(&mut renewed);
    } else {
        (*pen, *cursor) = (pen_amended, cursor_amended);
        out.append(&mut amended);
    }
}

/// Appends what turns the cells `shown` of row `y` into `next`.
fn amend(out: &mut Vec<u8>, pen: &mut Pen, cursor: &mut Cursor, (shown, next): (&[Slot<'_>], &[Slot<'_>]), y: u16) {
    let width = next.len();
    let tail = next.iter().rposition(|slot| !slot.is_erased()).map_or(0, |last| last + 1);
    let tail_is_dirty = shown.iter().skip(tail).any(|slot| !slot.is_erased());
    // Erasing is 3 bytes; up to that many blanks are as cheap, and keep the cursor known.
    let erase = tail_is_dirty && width - tail > ERASE_TAIL.len();
    let end = if erase { tail } else { width };
    let mut x = 0;
    while x < end {
        let (Some(target), Some(old)) = (next.get(x), shown.get(x)) else { break };
        if *target == Slot::Covered || target == old {
            x += 1;
            continue;
        }
        approach(out, pen, cursor, next, Position::new(x as u16, y));
        x += usize::from(write(out, pen, cursor, *target, width as u16));
    }
    if erase {
        approach(out, pen, cursor, next, Position::new(tail as u16, y));
        pen.change_for_blank(Pen::default(), out);
        out.extend_from_slice(ERASE_TAIL);
    }
}

/// Brings the cursor to `to`: over a short gap by writing again what is there, else by a move.
fn approach(out: &mut Vec<u8>, pen: &mut Pen, cursor: &mut Cursor, next: &[Slot<'_>], to: Position) {
    if let Some(at) = cursor.at.filter(|at| at.y == to.y && at.x < to.x) {
        let gap = next.get(usize::from(at.x)..usize::from(to.x)).unwrap_or_default();
        if bridge_cost(gap, *pen).is_some_and(|bytes| bytes <= cursor.cost(to)) {
            for slot in gap {
                match slot {
                    Slot::Blank(_) => out.push(b' '),
                    Slot::Glyph(symbol, ..) => out.extend_from_slice(symbol.as_bytes()),
                    Slot::Covered => {}
                }
            }
            cursor.at = Some(to);
            return;
        }
    }
    cursor.go(to, out);
}

/// Bytes of writing `gap` with `pen` as it is; `None` where that would look different or the cursor would be lost.
fn bridge_cost(gap: &[Slot<'_>], pen: Pen) -> Option<usize> {
    gap.iter()
        .map(|slot| match slot {
            Slot::Blank(wanted) => pen.blank_looks_like(*wanted).then_some(1),
            Slot::Glyph(symbol, 1, wanted) => (*wanted == pen && is_surely_narrow(symbol)).then_some(symbol.len()),
            Slot::Glyph(..) | Slot::Covered => None,
        })
        .sum()
}

/// Writes one slot at the cursor and returns the columns it takes.
fn write(out: &mut Vec<u8>, pen: &mut Pen, cursor: &mut Cursor, slot: Slot<'_>, row_width: u16) -> u16 {
    let (symbol, cells, sure) = match slot {
        Slot::Covered => return 1,
        Slot::Blank(wanted) => {
            pen.change_for_blank(wanted, out);
            (" ", 1, true)
        }
        Slot::Glyph(symbol, cells, wanted) => {
            pen.change(wanted, out);
            (symbol, cells, cells == 1 && is_surely_narrow(symbol))
        }
    };
    out.extend_from_slice(symbol.as_bytes());
    // After the last column terminals differ on where the cursor is; after unusual characters on how far it went.
    cursor.at = cursor.at.map(|at| Position::new(at.x + cells, at.y)).filter(|at| sure && at.x < row_width);
    cells
}

impl Pen {
    /// As [`Pen::change`] for drawing blanks: nothing where the pen in force draws the same blank.
    fn change_for_blank(&mut self, target: Self, out: &mut Vec<u8>) {
        if !self.blank_looks_like(target) {
            self.change(target.on_blank(), out);
        }
    }
}

/// Whether `symbol` is one cell wherever our lines are: ASCII, Latin letters, the drawing characters and signs used here.
fn is_surely_narrow(symbol: &str) -> bool {
    let mut characters = symbol.chars();
    let (Some(only), None) = (characters.next(), characters.next()) else { return false };
    matches!(only, ' '..='~' | '\u{C0}'..='\u{24F}' | '─'..='╿' | '▁'..='▏' | '…' | '·' | '→' | '›')
}

/// The columns of row `y`. Characters that do not fit the row, have no width or hold controls become blanks.
pub(super) fn slots(buffer: &Buffer, y: u16) -> Vec<Slot<'_>> {
    let width = usize::from(buffer.area().width);
    let start = usize::from(y) * width;
    let cells: &[Cell] = buffer.content().get(start..start + width).unwrap_or_default();
    let mut slots = Vec::with_capacity(width);
    while let Some(cell) = cells.get(slots.len()) {
        let pen = Pen::of(cell);
        let symbol = cell.symbol();
        let wide = symbol.cell_width();
        let fits = slots.len() + usize::from(wide) <= width;
        if symbol == " " || wide == 0 || !fits || symbol.contains(char::is_control) {
            slots.push(Slot::Blank(pen.on_blank()));
        } else {
            slots.push(Slot::Glyph(symbol, wide, pen));
            slots.extend((1..wide).map(|_| Slot::Covered));
        }
    }
    slots
}
