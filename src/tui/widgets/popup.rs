//! A box over what is below, in the middle of the screen.

use super::text::{Line, below, top};
use crate::base::text::{clip, width};
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Clears a box of about `wide` by `high` cells inside `screen`, frames it under `title`, and returns its inside.
/// On small screens it takes what there is, without a frame under 20 by 5.
pub fn draw(buffer: &mut Buffer, screen: Rect, (wide, high): (u16, u16), title: &str, theme: &Theme) -> Rect {
    let (framed, outer) = (is_framed(screen), outer(screen, (wide, high)));
    for position in outer.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
        }
    }
    if !framed {
        Line::new(buffer, outer, 0).put(title, theme.style(Role::Strong));
        return inside(screen, (wide, high));
    }
    let rule = theme.style(Role::Rule);
    let bottom = Rect { y: outer.bottom() - 1, height: 1, ..outer };
    Line::new(buffer, top(outer, 1), 0)
        .put("┌─ ", rule)
        .put(&clip(title, usize::from(outer.width - 5)), theme.style(Role::Strong))
        .put(" ", rule)
        .rule("─", rule);
    Line::new(buffer, bottom, 0).put("└", rule).rule("─", rule);
    for y in outer.y..outer.bottom() {
        let (left, right) = match y {
            y if y == outer.y => ("┌", "┐"),
            y if y == bottom.y => ("└", "┘"),
            _ => ("│", "│"),
        };
        buffer.set_stringn(outer.x, y, left, 1, rule);
        buffer.set_stringn(outer.right() - 1, y, right, 1, rule);
    }
    inside(screen, (wide, high))
}

/// The inside of a box of about that size inside `screen`.
pub fn inside(screen: Rect, size: (u16, u16)) -> Rect {
    let outer = outer(screen, size);
    if is_framed(screen) {
        Rect { x: outer.x + 2, y: outer.y + 1, width: outer.width - 4, height: outer.height - 2 }
    } else {
        below(outer, 1)
    }
}

fn outer(screen: Rect, (wide, high): (u16, u16)) -> Rect {
    if is_framed(screen) { centred(screen, wide.saturating_add(4), high.saturating_add(2)) } else { screen }
}

/// Says at the lower right of a box on `screen` how many lines follow, if any do: on its frame, where that covers no word.
pub fn more(buffer: &mut Buffer, screen: Rect, inside: Rect, left: usize, theme: &Theme) {
    if left > 0 {
        let y = if is_framed(screen) { inside.bottom() } else { inside.bottom().saturating_sub(1) };
        let text = format!(" {left} more ↓ ");
        let wide = width(&text) as u16;
        let place = Rect { x: inside.right().saturating_sub(wide), y, width: wide.min(inside.width), height: 1 };
        Line::new(buffer, place, 0).put(&text, theme.style(Role::Key));
    }
}

/// Whether boxes on `screen` have a frame.
fn is_framed(screen: Rect) -> bool {
    screen.width >= 20 && screen.height >= 5
}

fn centred(screen: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(screen.width), height.min(screen.height));
    Rect { x: screen.x + (screen.width - width) / 2, y: screen.y + (screen.height - height) / 2, width, height }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_fits_any_screen() {
        for width in 1..40 {
            for height in 1..12 {
                let screen = Rect::new(0, 0, width, height);
                let mut buffer = Buffer::empty(screen);
                let inside = draw(&mut buffer, screen, (30, 6), "Title", &Theme::plain());
                assert_eq!(inside.intersection(screen), inside, "{width}x{height}");
                more(&mut buffer, screen, inside, 3, &Theme::plain());
            }
        }
    }

    #[test]
    fn a_title_that_is_cut_says_so_and_what_follows_covers_no_word() {
        let screen = Rect::new(0, 0, 24, 5);
        let mut buffer = Buffer::empty(screen);
        let inside = draw(&mut buffer, screen, (20, 3), "Classify incident 4130 as", &Theme::plain());
        Line::new(&mut buffer, inside, 2).put("twenty cells of text", ratatui::style::Style::new());
        more(&mut buffer, screen, inside, 12, &Theme::plain());
        assert_eq!(
            buffer,
            Buffer::with_lines([
                "┌─ Classify incident … ┐",
                "│                      │",
                "│                      │",
                "│ twenty cells of text │",
                "└────────── 12 more ↓ ─┘",
            ])
        );
    }
}
