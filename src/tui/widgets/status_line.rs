//! The first row, with tabs and how fresh the data is, and the last, with the keys that do something here.

use super::text::Line;
use crate::base::text::width;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A tab of the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// The key that opens it.
    pub key: String,
    /// Its name.
    pub title: &'static str,
    /// How much is in it, where that is known.
    pub count: Option<usize>,
    /// Whether it is open.
    pub open: bool,
}

/// Writes the header: product, where, tabs, and at the right the pieces of `state` as far as they fit, last first.
pub fn header(buffer: &mut Buffer, area: Rect, place: &str, tabs: &[Tab], state: &[(String, Style)], theme: &Theme) {
    let roomy = area.width >= 100;
    let mut line = Line::new(buffer, area, 0);
    if area.width >= 60 {
        line.gap(1).put(if roomy { "watchfloor" } else { "wf" }, theme.style(Role::Brand)).gap(2);
        line.put(place, theme.style(Role::Muted)).gap(if roomy { 3 } else { 2 });
    }
    for tab in tabs.iter().filter(|tab| area.width >= 60 || tab.open) {
        let style = theme.style(if tab.open { Role::TabOpen } else { Role::Tab });
        line.put(&format!(" {} {}", tab.key, tab.title), style);
        if let Some(count) = tab.count.filter(|_| area.width >= 80) {
            line.put(&format!(" {count}"), style);
        }
        line.put(" ", style);
        if roomy {
            line.gap(1);
        }
    }
    let mut pieces: Vec<(&str, Style)> = Vec::new();
    let mut room = usize::from(line.remaining()).saturating_sub(2);
    for (text, style) in state.iter().rev() {
        let cells = width(text) + 2;
        if cells > room {
            break;
        }
        room -= cells;
        pieces.splice(0..0, [(text.as_str(), *style), ("  ", Style::new())]);
    }
    pieces.pop();
    line.right(&pieces);
}

/// Writes the keys of the footer with what they do: those that fit whole, in order.
pub fn footer(buffer: &mut Buffer, area: Rect, hints: &[(String, &str)], theme: &Theme) {
    let mut line = Line::new(buffer, area, 0);
    line.gap(1);
    for (keys, title) in hints {
        if width(keys) + width(title) + 1 > usize::from(line.remaining()) {
            continue;
        }
        line.put(keys, theme.style(Role::Key)).gap(1).put(title, theme.style(Role::Hint)).gap(2);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_drops_what_does_not_fit_and_keeps_the_last_state() {
        let tab = |key: &str, title, open| Tab { key: key.to_owned(), title, count: Some(7), open };
        let tabs = [tab("1", "Incidents", true), tab("2", "Alerts", false)];
        let state = [("read/write".to_owned(), Style::new()), ("live 12 s".to_owned(), Style::new())];
        let text = |columns: u16| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, columns, 1));
            let area = buffer.area;
            header(&mut buffer, area, "lab", &tabs, &state, &Theme::plain());
            buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect::<String>()
        };
        assert_eq!(
            text(80).trim_end(),
            " wf  lab   1 Incidents 7  2 Alerts 7                       read/write  live 12 s"
        );
        assert_eq!(text(30), " 1 Incidents         live 12 s");
        assert_eq!(text(8), " 1 Inci…");
    }

    #[test]
    fn the_footer_shows_whole_hints_only() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 1));
        let hints = [("j/k".to_owned(), "move"), ("Enter".to_owned(), "open"), ("u".to_owned(), "undo")];
        let area = buffer.area;
        footer(&mut buffer, area, &hints, &Theme::plain());
        assert_eq!(buffer, Buffer::with_lines([" j/k move  u undo   "]));
    }
}
