//! How many colours a terminal has, and the nearest that it has to one that it has not.

use ratatui::style::Color;

/// Colours of a terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tier {
    /// None: bold, underline and reverse alone.
    None,
    /// The 16 that have names.
    #[default]
    Sixteen,
    /// The 256 that have numbers.
    Indexed,
    /// All.
    True,
}

/// What is known of a terminal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Told<'a> {
    /// `--color`: `none`, `16`, `256` or `true`.
    pub flag: Option<&'a str>,
    /// Whether `NO_COLOR` says something, <https://no-color.org>.
    pub no_color: bool,
    /// `TERM`.
    pub term: &'a str,
    /// `COLORTERM`.
    pub colorterm: &'a str,
}

impl Tier {
    /// What `told` comes to: the flag wins, then `NO_COLOR`, then what the terminal says of itself.
    pub fn detect(told: Told<'_>) -> Self {
        let plain = ["vt100", "vt102", "vt220", "vt320", "dumb", "unknown"];
        match told.flag {
            Some("none") => Self::None,
            Some("16") => Self::Sixteen,
            Some("256") => Self::Indexed,
            Some("true") => Self::True,
            _ if told.no_color => Self::None,
            _ if matches!(told.colorterm, "truecolor" | "24bit") => Self::True,
            _ if ["-direct", "-truecolor", "kitty", "ghostty", "alacritty"]
                .iter()
                .any(|mark| told.term.contains(mark)) =>
            {
                Self::True
            }
            _ if told.term.contains("256color") => Self::Indexed,
            _ if plain.contains(&told.term) || told.term.ends_with("-mono") || told.term.ends_with("-m") => Self::None,
            _ => Self::Sixteen,
        }
    }

    /// The nearest colour to `color` that a terminal of this tier has; `None` where it has none.
    pub fn nearest(self, color: Color) -> Option<Color> {
        match (self, color) {
            (Self::None, _) => None,
            (Self::True, _) | (Self::Indexed, Color::Indexed(_)) => Some(color),
            (Self::Indexed, Color::Rgb(red, green, blue)) => Some(Color::Indexed(indexed([red, green, blue]))),
            (Self::Sixteen, Color::Rgb(red, green, blue)) => Some(named([red, green, blue])),
            (Self::Sixteen, Color::Indexed(number)) => Some(named(parts(number))),
            (Self::Sixteen | Self::Indexed, named) => Some(named),
        }
    }
}

/// Whether a terminal draws nothing beyond ASCII well, by its name; the locale is asked beside.
pub fn is_ascii_only(term: &str) -> bool {
    ["vt100", "vt102", "vt220", "vt320", "ansi", "cons25", "sun"].contains(&term)
}

/// The 16 colours as xterm shows them.
const NAMED: [(Color, [u8; 3]); 16] = [
    (Color::Black, [0, 0, 0]),
    (Color::Red, [205, 0, 0]),
    (Color::Green, [0, 205, 0]),
    (Color::Yellow, [205, 205, 0]),
    (Color::Blue, [0, 0, 238]),
    (Color::Magenta, [205, 0, 205]),
    (Color::Cyan, [0, 205, 205]),
    (Color::Gray, [229, 229, 229]),
    (Color::DarkGray, [127, 127, 127]),
    (Color::LightRed, [255, 0, 0]),
    (Color::LightGreen, [0, 255, 0]),
    (Color::LightYellow, [255, 255, 0]),
    (Color::LightBlue, [92, 92, 255]),
    (Color::LightMagenta, [255, 0, 255]),
    (Color::LightCyan, [0, 255, 255]),
    (Color::White, [255, 255, 255]),
];

/// The steps of xterm's cube of 216 colours.
const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];

fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    a.iter().zip(b).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
}

fn named(color: [u8; 3]) -> Color {
    NAMED.iter().min_by_key(|(_, known)| distance(color, *known)).map_or(Color::Reset, |(name, _)| *name)
}

/// The nearest of the cube and the 24 greys.
fn indexed(color: [u8; 3]) -> u8 {
    (16..=u8::MAX).min_by_key(|number| distance(color, parts(*number))).unwrap_or(16)
}

/// Red, green and blue of a numbered colour as xterm shows it.
fn parts(number: u8) -> [u8; 3] {
    let step = |place: u8| STEPS.get(usize::from(place)).copied().unwrap_or_default();
    match number {
        0..16 => NAMED.get(usize::from(number)).map_or([0; 3], |(_, parts)| *parts),
        16..232 => {
            let place = number - 16;
            [step(place / 36), step(place / 6 % 6), step(place % 6)]
        }
        232.. => [8 + 10 * (number - 232); 3],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tier_is_what_the_terminal_says_unless_someone_says_otherwise() {
        let cases = [
            (Told { term: "xterm", ..Told::default() }, Tier::Sixteen),
            (Told { term: "xterm-256color", ..Told::default() }, Tier::Indexed),
            (Told { term: "xterm-256color", colorterm: "truecolor", ..Told::default() }, Tier::True),
            (Told { term: "xterm-kitty", ..Told::default() }, Tier::True),
            (Told { term: "vt100", ..Told::default() }, Tier::None),
            (Told { term: "linux", ..Told::default() }, Tier::Sixteen),
            (Told { term: "xterm-256color", no_color: true, ..Told::default() }, Tier::None),
            (Told { term: "vt100", no_color: true, flag: Some("true"), ..Told::default() }, Tier::True),
            (Told { term: "xterm-kitty", flag: Some("none"), ..Told::default() }, Tier::None),
        ];
        for (told, tier) in cases {
            assert_eq!(Tier::detect(told), tier, "{told:?}");
        }
    }

    #[test]
    fn colours_that_are_not_there_become_their_nearest() {
        let orange = Color::Rgb(255, 135, 0);
        assert_eq!(Tier::True.nearest(orange), Some(orange));
        assert_eq!(Tier::Indexed.nearest(orange), Some(Color::Indexed(208)));
        assert_eq!(Tier::Sixteen.nearest(Color::Indexed(196)), Some(Color::LightRed));
        assert_eq!(Tier::Sixteen.nearest(Color::Rgb(10, 200, 10)), Some(Color::Green));
        assert_eq!(Tier::Sixteen.nearest(Color::Cyan), Some(Color::Cyan));
        assert_eq!(Tier::None.nearest(Color::Red), None);
    }
}
