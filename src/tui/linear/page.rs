//! A view or an overlay, laid out as on a screen and taken apart into lines: numbered rows, no boxes.

use crate::app::Pane;
use crate::tui::backend;
use crate::tui::mouse::Spots;
use ratatui::buffer::{Buffer, Cell};

/// What stands before a notice on a drawn screen.
const NOTICE: &str = "▌";
/// What boxes and rules are made of.
const FRAME: &[char] = &['│', '─', '┌', '┐', '└', '┘'];

/// Lines, and the numbers that stand before some.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// The text, each line ended.
    pub text: String,
    /// The numbers, in order.
    pub numbers: Vec<usize>,
}

/// The rows `from` to `to` of `buffer` without notices, and without those that `spots` knows as lines of an editor. Rows of
/// `pane`, and choices, are numbered.
pub fn lines(buffer: &mut Buffer, (from, to): (u16, u16), spots: &Spots, pane: Option<Pane>, ascii: bool) -> Lines {
    let wide = buffer.area.width;
    let edge = |cell: &Cell| cell.symbol().chars().all(|c| c.is_whitespace() || FRAME.contains(&c));
    let cells = |buffer: &Buffer, y| (0..wide).filter_map(|x| buffer.cell((x, y)).cloned()).collect::<Vec<Cell>>();
    let kept: Vec<(u16, usize, usize)> = (from..to)
        .filter(|y| !spots.is_text(*y))
        .filter_map(|y| {
            let row = cells(buffer, y);
            let is_notice = row.iter().any(|cell| cell.symbol() == NOTICE);
            let first = row.iter().position(|cell| !edge(cell)).filter(|_| !is_notice)?;
            Some((y, first, row.iter().rposition(|cell| !edge(cell))? + 1))
        })
        .collect();
    if ascii {
        backend::to_ascii(buffer);
    }
    let mut told = Lines::default();
    for (y, first, end) in kept {
        let row: String = cells(buffer, y).get(first..end).unwrap_or_default().iter().map(Cell::symbol).collect();
        // One thing may take several rows: the first has its number.
        let number = spots.number(y, pane).filter(|number| told.numbers.last() != Some(number));
        if let Some(number) = number {
            told.numbers.push(number);
            told.text.extend([&*number.to_string(), ". "]);
        }
        match row.strip_prefix("> ") {
            Some(row) => told.text.extend(["here, ", row.trim_start()]),
            None => told.text.push_str(&row),
        }
        told.text.push('\n');
    }
    told
}
