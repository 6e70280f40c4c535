//! Breaking text into lines of so many cells.

use super::alias::shown;
use super::text::width;
use unicode_segmentation::UnicodeSegmentation;

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
}
