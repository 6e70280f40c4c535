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
            path(self.at, to, out);
            self.at = Some(to);
        }
    }

    /// Bytes that moving to `to` would take.
    pub(super) fn cost(&self, to: Position) -> usize {
        if self.at == Some(to) { 0 } else { shortest(self.at, to).1 }
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

/// A way from one cell to another.
#[derive(Clone, Copy)]
enum Way {
    /// By row and column.
    Absolute,
    /// Down or up, then along the row.
    Kept,
    /// To the row's first cell before.
    Returned,
}

/// The shortest way from `from` to `to`, and its bytes.
fn shortest(from: Option<Position>, to: Position) -> (Way, usize) {
    let absolute = (Way::Absolute, "\x1b[H".len() + place_len(to));
    let Some(from) = from else { return absolute };
    let rows = rows_len(from.y, to.y);
    let kept = (Way::Kept, rows + along_len(from.x, to.x));
    let returned = (Way::Returned, "\r".len() + rows + along_len(0, to.x));
    [absolute, kept, returned].into_iter().min_by_key(|(_, bytes)| *bytes).unwrap_or(absolute)
}

/// Appends the shortest way from `from` to `to`.
fn path(from: Option<Position>, to: Position, out: &mut Vec<u8>) {
    match (from, shortest(from, to).0) {
        (Some(from), Way::Kept) => {
            rows(from.y, to.y, out);
            along(from.x, to.x, out);
        }
        (Some(from), Way::Returned) => {
            out.push(b'\r');
            rows(from.y, to.y, out);
            along(0, to.x, out);
        }
        (_, Way::Absolute) | (None, _) => match (to.x, to.y) {
            (0, 0) => out.extend_from_slice(b"\x1b[H"),
            (0, y) => out.extend_from_slice(format!("\x1b[{}H", y + 1).as_bytes()),
            (x, y) => out.extend_from_slice(format!("\x1b[{};{}H", y + 1, x + 1).as_bytes()),
        },
    }
}

/// Digits of a number as it is written.
fn digits(number: u16) -> usize {
    number.checked_ilog10().map_or(1, |log| log as usize + 1)
}

/// Bytes of a place's parameters.
fn place_len(to: Position) -> usize {
    match (to.x, to.y) {
        (0, 0) => 0,
        (0, y) => digits(y + 1),
        (x, y) => digits(y + 1) + ";".len() + digits(x + 1),
    }
}

/// Bytes of a movement by `cells` cells: its parameter is left out for one.
fn movement_len(cells: u16) -> usize {
    "\x1b[C".len() + if cells == 1 { 0 } else { digits(cells) }
}

fn movement(cells: u16, way: char, out: &mut Vec<u8>) {
    let parameter = if cells == 1 { String::new() } else { cells.to_string() };
    out.extend_from_slice(format!("\x1b[{parameter}{way}").as_bytes());
}

/// Rows down that line feeds take. In raw mode they go straight down, and never from the last row, so nothing scrolls.
const LINE_FEEDS_MAX: u16 = 4;
/// Cells back that backspaces take.
const BACKSPACES_MAX: u16 = 3;

fn rows_len(from: u16, to: u16) -> usize {
    match to.checked_sub(from) {
        Some(down @ ..=LINE_FEEDS_MAX) => usize::from(down),
        Some(down) => movement_len(down),
        None => movement_len(from - to),
    }
}

fn rows(from: u16, to: u16, out: &mut Vec<u8>) {
    match to.checked_sub(from) {
        Some(down @ ..=LINE_FEEDS_MAX) => out.extend((0..down).map(|_| b'\n')),
        Some(down) => movement(down, 'B', out),
        None => movement(from - to, 'A', out),
    }
}

fn along_len(from: u16, to: u16) -> usize {
    match (to.checked_sub(from), from.saturating_sub(to)) {
        (Some(0), _) => 0,
        (Some(cells), _) => movement_len(cells),
        (None, cells @ ..=BACKSPACES_MAX) => usize::from(cells),
        (None, cells) => movement_len(cells),
    }
}

fn along(from: u16, to: u16, out: &mut Vec<u8>) {
    match (to.checked_sub(from), from.saturating_sub(to)) {
        (Some(0), _) => {}
        (Some(cells), _) => movement(cells, 'C', out),
        (None, cells @ ..=BACKSPACES_MAX) => out.extend((0..cells).map(|_| b'\x08')),
        (None, cells) => movement(cells, 'D', out),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(from: Option<Position>, to: Position) -> String {
        let mut out = Vec::new();
        path(from, to, &mut out);
        String::from_utf8(out).unwrap()
    }

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
            assert_eq!(taken(Some(from.into()), to.into()), bytes, "{from:?} to {to:?}");
        }
        assert_eq!(taken(None, Position::new(3, 0)), "\x1b[1;4H");
    }

    #[test]
    fn a_way_is_as_long_as_it_was_reckoned() {
        let places = [0, 1, 2, 3, 4, 5, 8, 9, 10, 98, 99, 100, 240];
        let all = || places.iter().flat_map(|x| places.iter().map(|y| Position::new(*x, *y)));
        for (from, to) in all().flat_map(|from| all().map(move |to| (from, to))) {
            for from in [None, Some(from)] {
                assert_eq!(taken(from, to).len(), shortest(from, to).1, "{from:?} to {to:?}");
            }
        }
    }
}
