//! Writing text on cells. What the tenant wrote enters a screen only here, through [`safe`] and [`safe_block`].

use crate::base::Untrusted;
use crate::base::alias::shown;
use crate::base::text::{clip, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

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

/// Breaks `text` into lines of at most `columns` cells, at spaces where there are any. Line breaks stay.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let text = shown(text);
    let columns = columns.max(1);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        let mut used = 0;
        for word in pieces(paragraph, columns) {
            let wide = width(word);
            if used + wide > columns && used > 0 {
                lines.push(line.trim_end().to_owned());
                line.clear();
                used = 0;
            }
            if used == 0 && word.trim().is_empty() && !lines.is_empty() {
                continue;
            }
            for grapheme in word.graphemes(true) {
                let wide = width(grapheme);
                if used + wide > columns && used > 0 {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push_str(grapheme);
                used += wide;
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

/// What is not torn apart where it fits into a line: words with what is written on to them, and the blanks between. Those
/// of more than `columns` cells come in pieces.
fn pieces(text: &str, columns: usize) -> impl Iterator<Item = &str> {
    let mut words: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_blank = first.is_whitespace();
        let end = rest.find(|c: char| c.is_whitespace() != is_blank).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words.into_iter().flat_map(move |word| {
        let (whole, torn) = if width(word) <= columns { (Some(word), None) } else { (None, Some(word)) };
        whole.into_iter().chain(torn.into_iter().flat_map(str::split_word_bounds))
    })
}

/// Lines of `text` at most `columns` wide, as [`wrap`] breaks them; an empty line stays one. What does not fit goes on
/// under the last column of its line, where that leaves half of the row for it.
pub fn hanging(text: &str, columns: usize) -> Vec<String> {
    let (head, last) = text.split_at(text.rfind("  ").map_or(0, |gap| gap + 2));
    let indent = width(head);
    if text.is_empty() {
        return vec![String::new()];
    }
    if width(text) <= columns || indent > columns / 2 || last.is_empty() {
        return wrap(text, columns);
    }
    let rows = wrap(last, columns - indent).into_iter().enumerate();
    rows.map(|(row, part)| if row == 0 { format!("{head}{part}") } else { format!("{:indent$}{part}", "") }).collect()
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
    fn lines_break_at_spaces_and_only_then_inside_words() {
        let cases: [(&str, usize, &[&str]); 8] = [
            ("copied to a removable drive", 10, &["copied to", "a", "removable", "drive"]),
            ("one\ntwo", 10, &["one", "two"]),
            ("abcdefghij", 4, &["abcd", "efgh", "ij"]),
            ("漢字漢字", 5, &["漢字", "漢字"]),
            ("漢", 1, &["漢"]),
            ("", 4, &[]),
            ("so it is, and on 2026-11-29", 16, &["so it is, and on", "2026-11-29"]),
            ("at m.okafor@harrowgate", 12, &["at m.okafor@", "harrowgate"]),
        ];
        for (text, columns, lines) in cases {
            assert_eq!(wrap(text, columns), lines, "{text:?} in {columns}");
        }
    }

    #[test]
    fn what_does_not_fit_goes_on_under_its_column() {
        assert_eq!(
            hanging("bad  clock    400 s ahead", 20),
            ["bad  clock    400 s", "ahead"],
            "too little room under it"
        );
        assert_eq!(hanging("bad clock  four seconds ahead", 24), ["bad clock  four seconds", "           ahead"]);
        assert_eq!(hanging("as it is", 24), ["as it is"]);
        assert_eq!(hanging("", 24), [""]);
    }

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
