//! For terminals and locales without UTF-8: every cell made ASCII, in one place, so that no view has to care.

use ratatui::buffer::Buffer;

/// Replaces each character outside ASCII by its nearest likeness, else by `?`.
pub fn to_ascii(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if !cell.symbol().is_ascii() {
            let likeness = cell.symbol().chars().next().map_or('?', likeness);
            cell.set_char(likeness);
        }
    }
}

fn likeness(character: char) -> char {
    match character {
        '─' | '━' | '–' | '—' | '▃' | '▄' => '-',
        '│' | '┃' => '|',
        '┌'..='╋' => '+',
        '▁' | '▂' => '_',
        '▅' | '▆' => '=',
        '▇' | '█' => '#',
        '·' | '…' | '•' => '.',
        '→' | '▸' | '›' | '≥' => '>',
        '←' | '‹' | '≤' => '<',
        '↑' => '^',
        '↓' => 'v',
        '⏎' => '$',
        '×' => 'x',
        'À'..='Å' => 'A',
        'à'..='å' => 'a',
        'Ç' => 'C',
        'ç' => 'c',
        'È'..='Ë' => 'E',
        'è'..='ë' => 'e',
        'Ì'..='Ï' => 'I',
        'ì'..='ï' => 'i',
        'Ñ' => 'N',
        'ñ' => 'n',
        'Ò'..='Ö' | 'Ø' => 'O',
        'ò'..='ö' | 'ø' => 'o',
        'Ù'..='Ü' => 'U',
        'ù'..='ü' => 'u',
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn every_cell_becomes_ascii() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, "▁▅█ ─→ é漢…", Style::new());
        to_ascii(&mut buffer);
        let text: String = buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect();
        assert_eq!(text, "_=# -> e? . ");
    }
}
