//! Writing text on cells. What the tenant wrote enters a screen only here, through [`safe`] and [`safe_block`].

use crate::base::Untrusted;
use crate::base::text::{clip, width};
use crate::base::wrap::wrap;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// One safe line of the tenant's text.
pub fn safe(text: &Untrusted) -> String {
    text.line().into_owned()
}

/// The tenant's text in several safe lines.
pub fn safe_block(text: &Untrusted) -> String {
    text.block().into_owned()
}

/// A row of a screen being written from left to right. Text that does not fit is cut with `…`.
#[derive(Debug)]
pub struct Line<'a> {
    buffer: &'a mut Buffer,
    x: u16,
    y: u16,
    end: u16,
}

impl<'a> Line<'a> {
    /// Row `row` of `area`, counted from its top; writes nothing where there is no such row.
    pub fn new(buffer: &'a mut Buffer, area: Rect, row: u16) -> Self {
        let area = area.intersection(buffer.area);
        let end = if row < area.height { area.right() } else { area.x };
        Self { buffer, x: area.x, y: area.y + row, end }
    }

    /// Writes `text`.
    pub fn put(&mut self, text: &str, style: Style) -> &mut Self {
        let space = usize::from(self.end.saturating_sub(self.x));
        if space > 0 && !text.is_empty() {
            let (x, _) = self.buffer.set_stringn(self.x, self.y, clip(text, space), space, style);
            self.x = x;
        }
        self
    }

    /// Leaves `cells` blank.
    pub fn gap(&mut self, cells: u16) -> &mut Self {
        self.x = self.x.saturating_add(cells).min(self.end);
        self
    }

    /// Goes on at `column` of the area it was made with, if that lies ahead.
    pub fn to_column(&mut self, area: Rect, column: u16) -> &mut Self {
        self.x = self.x.max(area.x.saturating_add(column)).min(self.end);
        self
    }

    /// Fills the rest of the row with `symbol`.
    pub fn rule(&mut self, symbol: &str, style: Style) -> &mut Self {
        while self.x < self.end {
            self.buffer.set_stringn(self.x, self.y, symbol, 1, style);
            self.x += 1;
        }
        self
    }

    /// Writes pieces at the right end, if they fit behind what is there with a blank between; else nothing.
    pub fn right(&mut self, pieces: &[(&str, Style)]) -> &mut Self {
        let wide: usize = pieces.iter().map(|(text, _)| width(text)).sum();
        if wide > 0 && wide < usize::from(self.remaining()) {
            self.x = self.end - wide as u16;
            for (text, style) in pieces {
                self.put(text, *style);
            }
        }
        self
    }

    /// Cells left.
    pub fn remaining(&self) -> u16 {
        self.end.saturating_sub(self.x)
    }

    /// Where the next text goes.
    pub fn x(&self) -> u16 {
        self.x
    }
}

/// Writes wrapped lines into `area` and returns the rows used. The last row ends in `…` where lines were left out.
pub fn paragraph(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let lines = wrap(text, usize::from(area.width));
    let fits = usize::from(area.height);
    for (row, line) in lines.iter().take(fits).enumerate() {
        let cut = row + 1 == fits && lines.len() > fits;
        let shown =
            if cut { format!("{} …", clip(line, usize::from(area.width).saturating_sub(2))) } else { line.clone() };
        Line::new(buffer, area, row as u16).put(&shown, style);
    }
    lines.len().min(fits) as u16
}

/// The part of `area` under its first `rows` rows.
pub fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// The first `rows` rows of `area`.
pub fn top(area: Rect, rows: u16) -> Rect {
    Rect { height: rows.min(area.height), ..area }
}

/// `area` without `columns` at either side.
pub fn inset(area: Rect, columns: u16) -> Rect {
    let side = columns.min(area.width / 2);
    Rect { x: area.x + side, width: area.width - 2 * side, ..area }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_outside_the_area() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 3));
        let area = Rect::new(2, 1, 5, 1);
        Line::new(&mut buffer, area, 0).put("too long for it", Style::new());
        Line::new(&mut buffer, area, 1).put("no such row", Style::new());
        Line::new(&mut buffer, Rect::new(8, 2, 9, 9), 0).put("clipped", Style::new());
        assert_eq!(buffer, Buffer::with_lines(["          ", "  too …   ", "        c…"]));
    }

    #[test]
    fn what_does_not_fit_at_the_right_is_left_out() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 2));
        let area = buffer.area;
        Line::new(&mut buffer, area, 0).put("left", Style::new()).right(&[("right", Style::new())]);
        Line::new(&mut buffer, area, 1).put("left left", Style::new()).right(&[("right", Style::new())]);
        assert_eq!(buffer, Buffer::with_lines(["left   right", "left left   "]));
    }
}
