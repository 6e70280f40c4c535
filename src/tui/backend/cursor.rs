//! Where the terminal writes next, and the shortest way elsewhere.

use ratatui::layout::Position;

/// The terminal's cursor.
#[derive(Clone, Debug, Default)]
pub(super) struct Cursor {
    /// Where it is; `None` where that cannot be known, as after the last column or a character of unsure width.
    pub(super) at: Option<Position>,
    /// Whether it is shown; entering the screen hides it.
    visible: bool,
}

impl Cursor {
    /// Moves to `to`.
    pub(super) fn go(&mut self, to: Position, out: &mut Vec<u8>) {
        if self.at != Some(to) {
            out.extend_from_slice(path(self.at, to).as_bytes());
            self.at = Some(to);
        }
    }

    /// Bytes that moving to `to` would take.
    pub(super) fn cost(&self, to: Position) -> usize {
        if self.at == Some(to) { 0 } else { path(self.at, to).len() }
    }

    /// Ends a frame: shows the cursor at `place`, or hides it.
    pub(super) fn leave_at(&mut self, out: &mut Vec<u8>, place: Option<Position>) {
        match place {
            Some(place) => {
                self.go(place, out);
                if !self.visible {
                    out.extend_from_slice(b"\x1b[?25h");
                }
            }
            None if self.visible => out.extend_from_slice(b"\x1b[?25l"),
            None => {}
        }
        self.visible = place.is_some();
    }
}

/// The shortest of the ways from `from` to `to`.
fn path(from: Option<Position>, to: Position) -> String {
    let absolute = match (to.x, to.y) {
        (0, 0) => "\x1b[H".to_owned(),
        (0, y) => format!("\x1b[{}H", y + 1),
        (x, y) => format!("\x1b[{};{}H", y + 1, x + 1),
    };
    let Some(from) = from else { return absolute };
    let down = match (to.y.checked_sub(from.y), from.y.saturating_sub(to.y)) {
        (Some(0), _) => String::new(),
        // A line feed in raw mode goes straight down. Never from the last row, so nothing scrolls.
        (Some(rows @ 1..=4), _) => "\n".repeat(usize::from(rows)),
        (Some(rows), _) => format!("\x1b[{rows}B"),
        (None, 1) => "\x1b[A".to_owned(),
        (None, rows) => format!("\x1b[{rows}A"),
    };
    let kept = format!("{down}{}", along(from.x, to.x));
    let returned = format!("\r{down}{}", along(0, to.x));
    [absolute, kept, returned].into_iter().min_by_key(String::len).unwrap_or_default()
}

/// Along a row.
fn along(from: u16, to: u16) -> String {
    match (to.checked_sub(from), from.saturating_sub(to)) {
        (Some(0), _) => String::new(),
        (Some(1), _) => "\x1b[C".to_owned(),
        (Some(cells), _) => format!("\x1b[{cells}C"),
        (None, cells @ 1..=3) => "\x08".repeat(usize::from(cells)),
        (None, cells) => format!("\x1b[{cells}D"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_way_is_taken() {
        let cases = [
            ((5, 5), (5, 6), "\n"),
            ((5, 5), (0, 6), "\r\n"),
            ((5, 5), (0, 5), "\r"),
            ((5, 5), (9, 5), "\x1b[4C"),
            ((5, 5), (4, 5), "\x08"),
            ((5, 5), (5, 4), "\x1b[A"),
            ((80, 5), (2, 30), "\x1b[31;3H"),
            ((80, 30), (0, 0), "\x1b[H"),
            ((1, 3), (1, 30), "\x1b[27B"),
        ];
        for (from, to, bytes) in cases {
            assert_eq!(path(Some(from.into()), to.into()), bytes, "{from:?} to {to:?}");
        }
        assert_eq!(path(None, Position::new(3, 0)), "\x1b[1;4H");
    }
}
