//! How the next character will look, and the shortest escape sequence to change it.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// Modifiers that show on a blank cell.
const SEEN_ON_BLANK: Modifier = Modifier::REVERSED.union(Modifier::UNDERLINED).union(Modifier::CROSSED_OUT);

/// Colours and modifiers in force.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
pub(super) struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Default for Pen {
    fn default() -> Self {
        Self::PLAIN
    }
}

impl Pen {
    /// The terminal's ordinary look.
    pub(super) const PLAIN: Self = Self { fg: Color::Reset, bg: Color::Reset, modifier: Modifier::empty() };

    /// The pen that draws `cell`.
    pub(super) fn of(cell: &Cell) -> Self {
        Self { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// Reduced to what can be seen on a blank: two blanks that look the same have the same pen.
    pub(super) fn on_blank(self) -> Self {
        let modifier = self.modifier.intersection(SEEN_ON_BLANK);
        let fg = if modifier.is_empty() { Color::Reset } else { self.fg };
        Self { fg, bg: self.bg, modifier }
    }

    /// Whether a blank drawn with it cannot be told from an erased cell.
    pub(super) fn draws_nothing_on_blank(self) -> bool {
        self.on_blank() == Self::default()
    }

    /// Whether a blank drawn while `self` is in force looks like one drawn with `other`.
    pub(super) fn blank_looks_like(self, other: Self) -> bool {
        self.on_blank() == other.on_blank()
    }

    /// Appends what changes the terminal's pen from `self` to `target`, and becomes `target`.
    pub(super) fn change(&mut self, target: Self, out: &mut Vec<u8>) {
        if *self == target {
            return;
        }
        out.extend_from_slice(b"\x1b[");
        let start = out.len();
        self.parameters_to(target, out);
        let end = out.len();
        // `CSI m` and `CSI 0;…m` begin with a reset; the zero may be left out before a semicolon.
        Self::PLAIN.parameters_to(target, out);
        let reset = out.len() - end;
        let is_reset_shorter = reset + usize::from(reset > 0) < end - start;
        if is_reset_shorter {
            out.drain(start..end);
            if reset > 0 {
                out.insert(start, b';');
            }
        } else {
            out.truncate(end);
        }
        out.push(b'm');
        *self = target;
    }

    /// As [`Pen::change`] for drawing blanks: nothing where the pen in force draws the same blank.
    pub(super) fn change_for_blank(&mut self, target: Self, out: &mut Vec<u8>) {
        if !self.blank_looks_like(target) {
            self.change(target.on_blank(), out);
        }
    }

    /// Appends the Select Graphic Rendition parameters from one pen to another without a reset.
    fn parameters_to(self, target: Self, out: &mut Vec<u8>) {
        let start = out.len();
        let mut add = |parameter: &[u8]| {
            if out.len() > start {
                out.push(b';');
            }
            out.extend_from_slice(parameter);
        };
        let gone = self.modifier.difference(target.modifier);
        let mut added = target.modifier.difference(self.modifier);
        if gone.intersects(Modifier::BOLD | Modifier::DIM) {
            add(b"22");
            added |= target.modifier.intersection(Modifier::BOLD | Modifier::DIM);
        }
        for (modifier, on, off) in MODIFIERS {
            if gone.contains(*modifier) && !off.is_empty() {
                add(off.as_bytes());
            }
            if added.contains(*modifier) {
                add(on.as_bytes());
            }
        }
        if self.fg != target.fg {
            add(color(target.fg, 30).as_bytes());
        }
        if self.bg != target.bg {
            add(color(target.bg, 40).as_bytes());
        }
    }
}

/// Modifiers that are sent, with the codes that set and clear them; bold and dim are cleared together. Blinking,
/// hidden and crossed-out text are not part of this screen's language but are passed on.
const MODIFIERS: &[(Modifier, &str, &str)] = &[
    (Modifier::BOLD, "1", ""),
    (Modifier::DIM, "2", ""),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

/// The parameter for a colour; `base` is 30 for the foreground and 40 for the background.
fn color(color: Color, base: u8) -> String {
    let low = |number: u8| (base + number).to_string();
    let bright = |number: u8| (base + 60 + number).to_string();
    match color {
        Color::Reset => low(9),
        Color::Black => low(0),
        Color::Red => low(1),
        Color::Green => low(2),
        Color::Yellow => low(3),
        Color::Blue => low(4),
        Color::Magenta => low(5),
        Color::Cyan => low(6),
        Color::Gray => low(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(number @ 0..8) => low(number),
        Color::Indexed(number @ 8..16) => bright(number - 8),
        Color::Indexed(number) => format!("{};5;{number}", base + 8),
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_sequence_is_chosen() {
        let plain = Pen::default();
        let red = Pen { fg: Color::Red, ..plain };
        let bold_red = Pen { modifier: Modifier::BOLD, ..red };
        let loud = Pen { bg: Color::LightBlue, modifier: Modifier::BOLD | Modifier::UNDERLINED, ..red };
        let cases = [
            (plain, plain, ""),
            (plain, red, "\x1b[31m"),
            (red, bold_red, "\x1b[1m"),
            (bold_red, red, "\x1b[22m"),
            (bold_red, plain, "\x1b[m"),
            (plain, loud, "\x1b[1;4;31;104m"),
            (loud, plain, "\x1b[m"),
            (loud, red, "\x1b[;31m"),
        ];
        for (from, to, bytes) in cases {
            let (mut pen, mut out) = (from, Vec::new());
            pen.change(to, &mut out);
            assert_eq!(String::from_utf8(out).unwrap(), bytes, "{from:?} to {to:?}");
            assert_eq!(pen, to);
        }
    }
}
