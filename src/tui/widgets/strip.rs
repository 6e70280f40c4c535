//! Names in a row, one of which is open: where not all fit, those around the open one, with `‹` and `›` for the others.

use super::status_line::Placed;
use super::text::Line;
use crate::base::text::width;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Cells of a sign for names that do not fit, with the blank beside it.
const SIGN_CELLS: usize = 2;

/// Writes `names` on a rule, `gap` cells apart. Returns where which stand.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    names: &[(String, Style)],
    (open, gap): (usize, u16),
    theme: &Theme,
) -> Placed {
    let rule = theme.style(Role::Rule);
    let mut line = Line::new(buffer, area, 0);
    line.put("── ", rule);
    let last = names.len().saturating_sub(1);
    let cells = |(at, (name, _)): (usize, &(String, Style))| width(name) + if at < last { usize::from(gap) } else { 0 };
    let cells: Vec<usize> = names.iter().enumerate().map(cells).collect();
    let (first, end) = window(&cells, open, usize::from(line.remaining()));
    if first > 0 {
        line.put("‹ ", theme.style(Role::Key));
    }
    let mut placed = Placed::new();
    for (at, (name, style)) in names.iter().enumerate().take(end).skip(first) {
        let from = line.x();
        let to = line.put(name, *style).x();
        placed.push((at, Rect { x: from, width: to - from, height: area.height.min(1), ..area }));
        if at < last {
            line.gap(gap);
        }
    }
    if end < names.len() {
        line.put("›", theme.style(Role::Key));
    }
    line.put(" ", rule).rule("─", rule);
    placed
}

/// The first of the names to write and the one behind the last, so that the open one is among them: as few as possible are
/// left out before it.
fn window(cells: &[usize], open: usize, room: usize) -> (usize, usize) {
    let last = cells.len().saturating_sub(1);
    let ends = |first: usize| {
        let mut used = if first > 0 { SIGN_CELLS } else { 0 };
        let mut end = first;
        for (at, wide) in cells.iter().enumerate().skip(first) {
            let sign = usize::from(at < last);
            if used + wide + sign > room {
                break;
            }
            used += wide;
            end = at + 1;
        }
        end
    };
    let first = (0..open).find(|first| ends(*first) > open).unwrap_or(open);
    // One that is too long for the whole row is cut.
    (first, ends(first).max((first + 1).min(cells.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_open_name_is_on_screen_and_what_is_left_out_is_told() {
        let names: Vec<(String, Style)> =
            ["alerts 6", "timeline", "norms 3", "devices"].map(|name| (name.to_owned(), Style::new())).into();
        let text = |columns: u16, open: usize| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, columns, 1));
            let area = buffer.area;
            draw(&mut buffer, area, &names, (open, 2), &Theme::plain());
            buffer.content.iter().map(ratatui::buffer::Cell::symbol).collect::<String>()
        };
        assert_eq!(text(44, 0), "── alerts 6  timeline  norms 3  devices ────");
        assert_eq!(text(39, 0), "── alerts 6  timeline  norms 3  devices");
        assert_eq!(text(38, 0), "── alerts 6  timeline  norms 3  › ────");
        assert_eq!(text(30, 0), "── alerts 6  timeline  › ─────");
        assert_eq!(text(30, 2), "── ‹ timeline  norms 3  › ────");
        assert_eq!(text(30, 3), "── ‹ norms 3  devices ────────");
        assert_eq!(text(8, 3), "── ‹ de…");
    }
}
