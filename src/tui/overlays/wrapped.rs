//! A text being written in rows as wide as its box. No character is left out, so that each place on screen is one of the text.

use crate::base::Untrusted;
use crate::base::text::width;
use crate::tui::widgets::text::safe;
use unicode_segmentation::UnicodeSegmentation;

/// A row on screen: a piece of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// Which line it is of.
    pub line: usize,
    /// The character of that line that it begins with.
    pub from: usize,
    /// Its text.
    pub text: &'a str,
    /// Whether it is the end of its line.
    pub is_last: bool,
}

impl Row<'_> {
    /// As it is drawn.
    pub fn shown(&self) -> String {
        shown(self.text)
    }

    /// The cells before a character of the line that is in this row.
    fn column(&self, character: usize) -> usize {
        width(&shown(&self.text.chars().take(character - self.from).collect::<String>()))
    }

    /// The character of the line that is drawn at `column`; the last place of the row where nothing is.
    fn character(&self, column: usize) -> usize {
        let (mut cells, mut character) = (0, self.from);
        let mut last = self.from;
        for grapheme in self.text.graphemes(true) {
            cells += width(&shown(grapheme));
            if cells > column {
                return character;
            }
            last = character;
            character += grapheme.chars().count();
        }
        // After the last character of a row is the first of the next one.
        if self.is_last { character } else { last }
    }
}

/// Text in rows.
#[derive(Debug)]
pub struct Wrapped<'a> {
    /// The rows.
    pub rows: Vec<Row<'a>>,
    columns: usize,
}

impl<'a> Wrapped<'a> {
    /// `lines` in rows of `columns` cells; the last of them is for the cursor.
    pub fn new(lines: &'a [String], columns: usize) -> Self {
        let columns = columns.max(2);
        let rows = lines.iter().enumerate().flat_map(|(line, text)| rows(line, text, columns - 1)).collect();
        Self { rows, columns }
    }

    /// The row and column of a character of a line.
    pub fn place(&self, (line, character): (usize, usize)) -> (usize, usize) {
        let row = self.rows.iter().rposition(|row| (row.line, row.from) <= (line, character)).unwrap_or_default();
        let column = self.rows.get(row).map_or(0, |row| row.column(character.max(row.from)));
        // Blanks at the end of a row stand beyond its edge.
        (row, column.min(self.columns - 1))
    }

    /// The line and character at a row and column; the last there are beyond the end.
    pub fn at(&self, row: usize, column: usize) -> (usize, usize) {
        let row = self.rows.get(row).or(self.rows.last());
        row.map_or((0, 0), |row| (row.line, row.character(column)))
    }

    /// The place a row above or below another; `None` where there is no such row.
    pub fn beside(&self, place: (usize, usize), is_below: bool) -> Option<(usize, usize)> {
        let (row, column) = self.place(place);
        let row = if is_below { row + 1 } else { row.checked_sub(1)? };
        (row < self.rows.len()).then(|| self.at(row, column))
    }
}

/// The rows of a line: after a blank where there is one, else wherever the row is full.
fn rows(line: usize, text: &str, columns: usize) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let (mut left, mut from) = (text, 0);
    loop {
        let end = end_of_row(left, columns);
        let (text, after) = left.split_at(end);
        rows.push(Row { line, from, text, is_last: after.is_empty() });
        if after.is_empty() {
            return rows;
        }
        from += text.chars().count();
        left = after;
    }
}

/// How many bytes of `text` are a row.
fn end_of_row(text: &str, columns: usize) -> usize {
    let (mut cells, mut after_blank) = (0, None);
    for (at, grapheme) in text.grapheme_indices(true) {
        let is_blank = grapheme.chars().all(char::is_whitespace);
        let wide = width(&shown(grapheme));
        if cells + wide > columns && !is_blank {
            // A grapheme wider than the row has it alone.
            return after_blank.or((at > 0).then_some(at)).unwrap_or(at + grapheme.len());
        }
        cells += wide;
        if is_blank {
            after_blank = Some(at + grapheme.len());
        }
    }
    text.len()
}

fn shown(text: &str) -> String {
    safe(&Untrusted::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrapped(lines: &[String], columns: usize) -> Vec<&str> {
        Wrapped::new(lines, columns).rows.iter().map(|row| row.text).collect()
    }

    #[test]
    fn lines_are_broken_after_blanks_where_there_are_some() {
        let cases: [(&str, &[&str]); 7] = [
            ("", &[""]),
            ("short", &["short"]),
            ("talked to HR about it", &["talked to ", "HR about ", "it"]),
            ("123456789", &["123456789"]),
            ("1234567890ab", &["123456789", "0ab"]),
            ("12345678     x", &["12345678     ", "x"]),
            ("日本語日本語", &["日本語日", "本語"]),
        ];
        for (text, expected) in cases {
            assert_eq!(wrapped(&[text.to_owned()], 10), expected, "{text}");
        }
    }

    #[test]
    fn up_and_down_go_by_rows() {
        let lines = ["talked to HR about it".to_owned(), "x".to_owned()];
        let text = Wrapped::new(&lines, 10);
        assert_eq!(text.beside((0, 3), true), Some((0, 13)));
        assert_eq!(text.beside((0, 13), true), Some((0, 21)), "the end of a shorter row");
        assert_eq!(text.beside((0, 21), true), Some((1, 1)));
        assert_eq!(text.beside((1, 1), true), None);
        assert_eq!(text.beside((0, 3), false), None);
        assert_eq!((text.place((0, 18)), text.beside((0, 18), false)), ((1, 8), Some((0, 8))));
    }

    proptest! {
        #[test]
        fn each_place_of_the_text_is_found_again_on_screen(
            lines in prop::collection::vec("[a-z \u{7}日é👩‍💻\t]{0,40}", 1..4),
            columns in 1_usize..24,
        ) {
            let text = Wrapped::new(&lines, columns);
            for (line, text_of) in lines.iter().enumerate() {
                let rows: String = text.rows.iter().filter(|row| row.line == line).map(|row| row.text).collect();
                prop_assert_eq!(&rows, text_of);
                let mut character = 0;
                for grapheme in text_of.graphemes(true) {
                    let (row, column) = text.place((line, character));
                    prop_assert!(column < columns.max(2));
                    let is_hanging = width(&shown(grapheme)) + column > columns.max(2) - 1;
                    if !is_hanging {
                        prop_assert_eq!(text.at(row, column), (line, character));
                    }
                    character += grapheme.chars().count();
                }
            }
        }
    }
}
