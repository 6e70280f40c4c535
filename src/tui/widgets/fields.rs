//! Names with their values on one row, wrapped to further rows between pairs.

use super::text::Line;
use crate::base::text::width;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A name and its value. An empty name prints the value alone.
pub type Field<'a> = (&'a str, String, Style);

/// Writes the pairs three cells apart and returns the rows used. Pairs with an empty value are left out.
pub fn draw(buffer: &mut Buffer, area: Rect, fields: &[Field<'_>], theme: &Theme) -> u16 {
    let mut row = 0;
    let mut used = 0;
    for (name, value, style) in fields.iter().filter(|(_, value, _)| !value.is_empty()) {
        let name_cells = if name.is_empty() { 0 } else { width(name) + 2 };
        let cells = name_cells + width(value);
        if used > 0 && used + 3 + cells > usize::from(area.width) {
            row += 1;
            used = 0;
        }
        let start = if used == 0 { 0 } else { used + 3 };
        let mut line = Line::new(buffer, area, row);
        line.gap(start as u16);
        if !name.is_empty() {
            line.put(name, theme.style(Role::Muted)).gap(2);
        }
        line.put(value, *style);
        used = start + cells;
    }
    let rows = if used == 0 && row == 0 { 0 } else { row + 1 };
    rows.min(area.height)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_wrap_whole_and_empty_ones_are_left_out() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 24, 3));
        let pair = |name, value: &str| (name, value.to_owned(), Style::new());
        let fields = [pair("Owner", "j.ruiz"), pair("Tags", ""), pair("Entra", "low"), pair("", "since May")];
        let area = buffer.area;
        let rows = draw(&mut buffer, area, &fields, &Theme::plain());
        assert_eq!(rows, 2);
        assert_eq!(
            buffer,
            Buffer::with_lines(["Owner  j.ruiz           ", "Entra  low   since May  ", "                        "])
        );
    }
}
