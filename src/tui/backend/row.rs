//! One row: which cells differ, and how to rewrite them cheaply.

use super::apart::{Part, part_of};
use super::hand::{ERASE_TAIL, Hand};
use super::pen::Pen;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Position;

/// What a column of a row shows.
#[derive(Clone, Copy, Debug, Hash, PartialEq)]
pub(super) enum Slot<'a> {
    /// A blank.
    Blank(Pen),
    /// A character with its width in cells.
    Glyph(&'a str, u16, Pen),
    /// The right part of a wide character.
    Covered,
}

impl Slot<'_> {
    /// What an erased cell is.
    const ERASED: Self = Self::Blank(Pen::PLAIN);

    /// Whether erasing draws it.
    pub(super) fn is_erased(self) -> bool {
        matches!(self, Self::Blank(pen) if pen.draws_nothing_on_blank())
    }
}

/// A row that differs.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    /// Which.
    pub(super) y: u16,
    /// What the terminal shows.
    shown: Vec<Slot<'a>>,
    /// What it is to show.
    pub(super) next: Vec<Slot<'a>>,
    /// Which cells are to change.
    differing: Vec<bool>,
    /// With which pen each cell is drawn.
    pens: Vec<Pen>,
}

impl<'a> Row<'a> {
    /// Row `y` of two buffers; `None` where they agree.
    pub(super) fn between(shown: &'a Buffer, next: &'a Buffer, y: u16) -> Option<Self> {
        let (shown, next) = (slots(shown, y), slots(next, y));
        let differing = differing(&shown, &next);
        differing.contains(&true).then(|| Self { y, pens: pens(&next, &differing), shown, next, differing })
    }

    /// The same once the terminal has erased it from the first cell that differs.
    pub(super) fn erased(&self) -> Self {
        let mut erased = self.clone();
        erased.shown.iter_mut().skip(self.first()).for_each(|slot| *slot = Slot::ERASED);
        erased.differing = differing(&erased.shown, &erased.next);
        erased
    }

    /// The first cell that differs.
    fn first(&self) -> usize {
        self.differing.iter().position(|differs| *differs).unwrap_or_default()
    }

    /// Where its cell `x` is.
    pub(super) fn position(&self, x: usize) -> Position {
        Position::new(x as u16, self.y)
    }

    /// Whether cell `x` is to change.
    pub(super) fn differs(&self, x: usize) -> bool {
        self.differing.get(x) == Some(&true)
    }

    /// With which pen cell `x` is drawn; a blank on which none is seen goes with the text beside it.
    pub(super) fn pen(&self, x: usize) -> Pen {
        self.pens.get(x).copied().unwrap_or_default()
    }

    /// Appends what turns it into what it should be, but for what is drawn apart: what differs, or the rest of the row
    /// anew where erasing it first is shorter, since blanks over longer text then cost nothing. `erased` is what
    /// [`Row::erased`] made of it. Returns whether it was erased.
    pub(super) fn paint(&self, erased: &Self, hand: &mut Hand, apart: &[Part]) -> bool {
        let mut amended = hand.trial();
        self.amend(&mut amended, apart);
        if self.differing == erased.differing {
            hand.adopt(&amended);
            return false;
        }
        let mut renewed = hand.trial();
        renewed.approach(self, self.first(), &[]);
        renewed.erase_tail();
        erased.amend(&mut renewed, apart);
        let is_renewed = renewed.out.len() < amended.out.len();
        hand.adopt(if is_renewed { &renewed } else { &amended });
        is_renewed
    }

    /// The runs of cells that differ and that `wanted` picks: where each begins and ends.
    pub(super) fn runs(&self, wanted: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for (x, slot) in self.next.iter().enumerate() {
            let follows = runs.last().is_some_and(|(_, end)| *end == x);
            // The right part of a wide character goes with the left.
            let is_wanted = if *slot == Slot::Covered { follows } else { self.differs(x) && wanted(x) };
            match runs.last_mut() {
                Some((_, end)) if is_wanted && follows => *end += 1,
                _ if is_wanted => runs.push((x, x + 1)),
                _ => {}
            }
        }
        runs
    }

    /// Appends what turns the cells that differ into what they should be.
    fn amend(&self, hand: &mut Hand, apart: &[Part]) {
        let width = self.next.len();
        let tail = self.next.iter().rposition(|slot| !slot.is_erased()).map_or(0, |last| last + 1);
        let tail_is_dirty = self.shown.iter().skip(tail).any(|slot| !slot.is_erased());
        // Erasing is 3 bytes; up to that many blanks are as cheap, and keep the cursor known.
        let erase = tail_is_dirty && width - tail > ERASE_TAIL.len();
        let end = if erase { tail } else { width };
        let mut x = 0;
        while x < end {
            let Some(target) = self.next.get(x).copied() else { break };
            if target == Slot::Covered || !self.differs(x) || part_of(apart, self, x).is_some() {
                x += 1;
                continue;
            }
            hand.approach(self, x, apart);
            x += hand.write(target, width);
        }
        if erase {
            hand.approach(self, tail, apart);
            hand.erase_tail();
        }
    }
}

/// With which pen each cell of `next` is drawn. A changed blank on which none is seen takes that of the changed text
/// before it, else after it, so that the digit that goes away is erased with those that come.
fn pens(next: &[Slot<'_>], differing: &[bool]) -> Vec<Pen> {
    let mut pens: Vec<Option<Pen>> = Vec::with_capacity(next.len());
    for (slot, differs) in next.iter().zip(differing) {
        let before = pens.last().copied().flatten();
        pens.push(match slot {
            _ if !differs => None,
            slot if slot.is_erased() => before,
            Slot::Blank(pen) | Slot::Glyph(_, _, pen) => Some(*pen),
            Slot::Covered => before,
        });
    }
    let mut after = None;
    for (pen, differs) in pens.iter_mut().zip(differing).rev() {
        after = if *differs { pen.or(after) } else { None };
        *pen = after;
    }
    pens.into_iter().map(Option::unwrap_or_default).collect()
}

fn differing(shown: &[Slot<'_>], next: &[Slot<'_>]) -> Vec<bool> {
    shown.iter().zip(next).map(|(shown, next)| shown != next).collect()
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
