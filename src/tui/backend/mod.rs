//! The screen as it is on the terminal, and the fewest bytes that make it what it should be.
//!
//! [`Painter::paint`] compares two buffers and encodes the difference: nothing at all when nothing changed, relative
//! moves, short colour codes, short gaps rewritten instead of jumped, blank tails erased, columns of another pen
//! drawn in one go, rows that only moved moved by the terminal. A line to a jump host may
//! carry 8 bytes a millisecond, so a frame of some hundred bytes is felt.

mod apart;
mod ascii;
mod cursor;
mod hand;
mod pen;
mod row;
mod shift;
#[cfg(test)]
mod tests;

pub use ascii::to_ascii;

use hand::Hand;
use pen::Pen;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use row::Row;
use shift::Shift;

/// Frames longer than this, in bytes, are wrapped in synchronized output (DEC private mode 2026, 16 bytes a frame).
/// Shorter ones arrive in one packet anyway.
const SYNCHRONIZED_FROM: usize = 200;
const SYNCHRONIZED_BEGIN: &[u8] = b"\x1b[?2026h";
const SYNCHRONIZED_END: &[u8] = b"\x1b[?2026l";

/// Knows what the terminal shows and turns the next buffer into bytes.
#[derive(Debug, Default)]
pub struct Painter {
    shown: Option<Buffer>,
    hand: Hand,
}

impl Painter {
    /// The bytes that turn what the terminal shows into `next`, with the text cursor at `cursor` or hidden. Empty when
    /// nothing changed. The caller writes them whole, in one write.
    pub fn paint(&mut self, next: &Buffer, cursor: Option<Position>) -> &[u8] {
        self.hand.out.clear();
        self.hand.out.extend_from_slice(SYNCHRONIZED_BEGIN);
        let area = *next.area();
        let mut shown = match self.shown.take() {
            Some(shown) if *shown.area() == area => shown,
            _ => self.clear(area),
        };
        let shift = Shift::between(&shown, next);
        // Rows to write on blank ground may be longer than the same over rows that are much alike.
        let still = if shift.is_some_and(|shift| shift.moves_most) { None } else { Some(self.painted(&shown, next)) };
        let moved = shift.map(|shift| self.moved(shift, &mut shown, next));
        if let Some(best) = still.into_iter().chain(moved).min_by_key(|hand| hand.out.len()) {
            self.hand.adopt(&best);
        }
        self.hand.cursor.leave_at(&mut self.hand.out, cursor);
        self.shown = Some(next.clone());
        let body = self.hand.out.get(SYNCHRONIZED_BEGIN.len()..).unwrap_or_default().len();
        if body > SYNCHRONIZED_FROM {
            self.hand.out.extend_from_slice(SYNCHRONIZED_END);
            &self.hand.out
        } else {
            self.hand.out.get(SYNCHRONIZED_BEGIN.len()..).unwrap_or_default()
        }
    }

    /// What turns `shown` into `next` row by row.
    fn painted(&self, shown: &Buffer, next: &Buffer) -> Hand {
        let mut hand = self.hand.trial();
        paint_rows(&mut hand, shown, next);
        hand
    }

    /// The same once the terminal has moved rows.
    fn moved(&self, shift: Shift, shown: &mut Buffer, next: &Buffer) -> Hand {
        let mut hand = self.hand.trial();
        // Rows that come in take the pen's background.
        hand.pen.change(Pen::PLAIN, &mut hand.out);
        shift.write(&mut hand.out);
        shift.apply(shown);
        hand.cursor.at = Some(Position::ORIGIN);
        paint_rows(&mut hand, shown, next);
        hand
    }

    /// Forgets what the terminal shows: the next frame clears and draws everything.
    pub fn forget(&mut self) {
        self.shown = None;
    }

    /// Clears the terminal, which then shows a blank buffer of `area`.
    fn clear(&mut self, area: Rect) -> Buffer {
        self.hand.out.extend_from_slice(b"\x1b[m\x1b[H\x1b[2J");
        self.hand.pen = Pen::PLAIN;
        self.hand.cursor.at = Some(Position::ORIGIN);
        Buffer::empty(area)
    }
}

fn paint_rows(hand: &mut Hand, shown: &Buffer, next: &Buffer) {
    let rows: Vec<Row<'_>> = (0..next.area().height).filter_map(|y| Row::between(shown, next, y)).collect();
    apart::paint(hand, &rows);
}
