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

/// Writes the header: product, where, tabs, and at the right the pieces of `state`. What the pieces need is kept free for
/// them: the left gives way, step by step, to the open tab alone. Where even the open tab leaves too little, the first
/// pieces are left out. Returns the cells that stay free between the two, and where which tabs stand.
pub fn header(
    buffer: &mut Buffer,
    area: Rect,
    place: &str,
    tabs: &[Tab],
    state: &[(String, Style)],
    theme: &Theme,
) -> (Rect, Placed) {
    let wanted = usize::from(area.width).saturating_sub(state.iter().map(|(text, _)| width(text) + 2).sum());
    let left = |level: &Left| pieces(*level, place, tabs, theme);
    let cells = |pieces: &[Piece]| pieces.iter().map(|(text, ..)| width(text)).sum::<usize>();
    let fitting = Left::NARROWER.iter().map(left).find(|pieces| cells(pieces) <= wanted);
    let mut line = Line::new(buffer, area, 0);
    let mut placed = Placed::new();
    for (text, style, tab) in fitting.unwrap_or_else(|| left(&Left::OpenTab)) {
        let from = line.x();
        let to = line.put(&text, style).x();
        placed.extend(tab.map(|tab| (tab, Rect { x: from, width: to - from, height: 1, ..area })));
    }
    let mut shown: Vec<(&str, Style)> = Vec::new();
    let from = line.x();
    let mut room = usize::from(line.remaining());
    for (text, style) in state.iter().rev() {
        let cells = width(text) + 2;
        if cells > room {
            break;
        }
        room -= cells;
        shown.splice(0..0, [(text.as_str(), *style), ("  ", Style::new())]);
    }
    shown.pop();
    line.right(&shown);
    let free = room.saturating_sub(2) as u16;
    (Rect { x: from + 1, width: free.saturating_sub(1), height: area.height.min(1), ..area }, placed)
}

/// Where which of several things stand, by their places among those given.
pub type Placed = Vec<(usize, Rect)>;

/// A piece of the left, and the place of the tab that it is.
type Piece = (String, Style, Option<usize>);

/// How much the left of the header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
enum Left {
    /// Everything, with gaps between tabs.
    Roomy,
    /// No gaps.
    Dense,
    /// No counts.
    Uncounted,
    /// The product in two letters.
    Short,
    /// Neither product nor place.
    Tabs,
    /// The tab that is open, alone.
    OpenTab,
}

impl Left {
    /// All, from the widest.
    const NARROWER: [Self; 6] = [Self::Roomy, Self::Dense, Self::Uncounted, Self::Short, Self::Tabs, Self::OpenTab];
}

/// The left of the header, in pieces.
fn pieces(left: Left, place: &str, tabs: &[Tab], theme: &Theme) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if left < Left::Tabs {
        let brand = if left < Left::Short { " watchfloor  " } else { " wf  " };
        pieces.push((brand.to_owned(), theme.style(Role::Brand), None));
        pieces.push((format!("{place}  "), theme.style(Role::Muted), None));
    }
    for (at, tab) in tabs.iter().enumerate().filter(|(_, tab)| left < Left::OpenTab || tab.open) {
        let style = theme.style(if tab.open { Role::TabOpen } else { Role::Tab });
        let count = tab.count.filter(|_| left < Left::Uncounted).map(|count| format!(" {count}")).unwrap_or_default();
        pieces.push((format!(" {} {}{count} ", tab.key, tab.title), style, Some(at)));
        if left == Left::Roomy {
            pieces.push((" ".to_owned(), Style::new(), None));
        }
    }
    pieces
}

/// Writes the keys of the footer with what they do: those that fit whole, in order. Returns where which stand.
pub fn footer(buffer: &mut Buffer, area: Rect, hints: &[(String, &str)], theme: &Theme) -> Placed {
    let mut line = Line::new(buffer, area, 0);
    line.gap(1);
    let mut placed = Placed::new();
    for (at, (keys, title)) in hints.iter().enumerate() {
        if width(keys) + width(title) + 1 > usize::from(line.remaining()) {
            continue;
        }
        let from = line.x();
        let to = line.put(keys, theme.style(Role::Key)).gap(1).put(title, theme.style(Role::Hint)).x();
        placed.push((at, Rect { x: from, width: to - from, height: 1, ..area }));
        line.gap(2);
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_never_gives_up_whether_one_can_write() {
        let tab = |key: &str, title, open| Tab { key: key.to_owned(), title, count: Some(7), open };
        let tabs = [tab("1", "Incidents", true), tab("2", "Alerts", false)];
        let state = [("live 12 s".to_owned(), Style::new()), ("read/write".to_owned(), Style::new())];
        let text = |columns: u16| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, columns, 1));
            let area = buffer.area;
            header(&mut buffer, area, "lab", &tabs, &state, &Theme::plain());
            buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect::<String>()
        };
        let (narrow, wide) = (text(60), text(80));
        assert_eq!(wide.trim_end(), " watchfloor  lab   1 Incidents 7   2 Alerts 7              live 12 s  read/write");
        assert_eq!(narrow, " wf  lab   1 Incidents  2 Alerts       live 12 s  read/write");
        assert_eq!(text(37), " 1 Incidents    live 12 s  read/write");
        assert_eq!(text(30), " 1 Incidents        read/write");
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
