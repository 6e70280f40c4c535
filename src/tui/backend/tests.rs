use super::*;
use proptest::prelude::*;
use ratatui::buffer::CellWidth;
use ratatui::style::{Color, Modifier, Style};

/// A terminal fed by a painter.
struct Fed {
    painter: Painter,
    terminal: vt100::Parser,
}

impl Fed {
    fn new(area: Rect) -> Self {
        let mut terminal = vt100::Parser::new(area.height, area.width, 0);
        terminal.process(b"\x1b[?25l");
        Self { painter: Painter::default(), terminal }
    }

    fn paint(&mut self, next: &Buffer, cursor: Option<Position>) -> Vec<u8> {
        let bytes = self.painter.paint(next, cursor).to_vec();
        self.terminal.process(&bytes);
        bytes
    }
}

fn color(color: vt100::Color) -> Color {
    match color {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(number) => Color::Indexed(number),
        vt100::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}

const NAMED: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

fn indexed(color: Color) -> Color {
    NAMED.iter().position(|named| *named == color).map_or(color, |number| Color::Indexed(number as u8))
}

/// What differs between the terminal's screen and the buffer.
fn difference(buffer: &Buffer, screen: &vt100::Screen) -> Option<String> {
    let area = buffer.area;
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let cell = &buffer[(x, y)];
            let wide = cell.symbol().cell_width().max(1);
            let fits = x + wide <= area.width;
            let symbol = if fits { cell.symbol() } else { " " };
            let on_screen = screen.cell(y, x).unwrap();
            let text = if on_screen.has_contents() { on_screen.contents() } else { " " };
            let blank = symbol == " ";
            let seen = Modifier::REVERSED | Modifier::UNDERLINED;
            let relevant = if blank { cell.modifier & seen } else { cell.modifier };
            let mut shown = Modifier::empty();
            for (set, modifier) in [
                (on_screen.bold(), Modifier::BOLD),
                (on_screen.dim(), Modifier::DIM),
                (on_screen.italic(), Modifier::ITALIC),
                (on_screen.underline(), Modifier::UNDERLINED),
                (on_screen.inverse(), Modifier::REVERSED),
            ] {
                shown.set(modifier, set);
            }
            let shown = if blank { shown & seen } else { shown };
            let fg_matters = !blank || !relevant.is_empty();
            let same = text == symbol
                && color(on_screen.bgcolor()) == indexed(cell.bg)
                && (!fg_matters || color(on_screen.fgcolor()) == indexed(cell.fg))
                && shown == relevant;
            if !same {
                return Some(format!("({x}, {y}): buffer {cell:?}, terminal {text:?} {on_screen:?}"));
            }
            x += if fits { wide } else { 1 };
        }
    }
    None
}

fn style() -> impl Strategy<Value = Style> {
    let modifiers = prop::sample::select(vec![
        Modifier::empty(),
        Modifier::empty(),
        Modifier::BOLD,
        Modifier::DIM,
        Modifier::BOLD | Modifier::UNDERLINED,
        Modifier::REVERSED,
        Modifier::ITALIC | Modifier::REVERSED,
    ]);
    let colors = || {
        prop_oneof![
            4 => Just(Color::Reset),
            3 => prop::sample::select(NAMED.to_vec()),
            1 => (16_u8..).prop_map(Color::Indexed),
            1 => any::<[u8; 3]>().prop_map(|[r, g, b]| Color::Rgb(r, g, b)),
        ]
    };
    (colors(), colors(), modifiers).prop_map(|(fg, bg, modifier)| Style::new().fg(fg).bg(bg).add_modifier(modifier))
}

/// Pieces of text at places, drawn over each other.
fn strokes() -> impl Strategy<Value = Vec<(u16, u16, String, Style)>> {
    let text = prop_oneof![
        3 => "[a-z ]{1,12}",
        2 => " {1,20}",
        1 => prop::sample::select(vec!["漢字".to_owned(), "é─▇…".to_owned(), "x漢".to_owned(), "→".to_owned()]),
    ];
    prop::collection::vec((0_u16..24, 0_u16..6, text, style()), 0..14)
}

fn drawn(area: Rect, strokes: &[(u16, u16, String, Style)]) -> Buffer {
    let mut buffer = Buffer::empty(area);
    for (x, y, text, style) in strokes {
        if *x < area.width && *y < area.height {
            buffer.set_string(*x, *y, text, *style);
        }
    }
    // Overlapping strokes add up; vt100 keeps only one of bold and dim.
    for cell in buffer.content.iter_mut().filter(|cell| cell.modifier.contains(Modifier::BOLD)) {
        cell.modifier.remove(Modifier::DIM);
    }
    buffer
}

/// A page of a list: words, pens and numbers in columns, as few kinds of each as a list has.
fn columns(area: Rect, rows: &[(usize, usize, usize, usize)]) -> Buffer {
    let texts =
        ["Large write to removable media", "Printing 漢字 far above", "", "Unusual volume before resignation …"];
    let numbers = ["7", "10", "1", "128"];
    let styles = [Style::new(), Style::new().fg(Color::Yellow), Style::new().fg(Color::Red).bg(Color::Blue)];
    let mut buffer = Buffer::empty(area);
    for (y, (text, style, number, other)) in (0..area.height).zip(rows) {
        buffer.set_string(2, y, ["M", "L", "H"][*style], styles[*style]);
        buffer.set_string(6, y, texts[*text], Style::new());
        buffer.set_string(44, y, numbers[3 - *number], styles[*other]);
        buffer.set_string(58, y, format!("{:>4} d", numbers[*number]), styles[*style]);
    }
    buffer
}

proptest! {
    #![proptest_config(crate::base::cases::cases(400))]

    #[test]
    fn the_terminal_shows_the_buffer_after_any_sequence_of_frames(
        size in (1_u16..24, 1_u16..6),
        frames in prop::collection::vec((strokes(), prop::option::of((0_u16..24, 0_u16..6))), 1..5),
    ) {
        let area = Rect::new(0, 0, size.0, size.1);
        let mut fed = Fed::new(area);
        for (strokes, cursor) in frames {
            let buffer = drawn(area, &strokes);
            let cursor = cursor.map(|(x, y)| Position::new(x.min(area.width - 1), y.min(area.height - 1)));
            fed.paint(&buffer, cursor);
            let screen = fed.terminal.screen();
            prop_assert_eq!(difference(&buffer, screen), None);
            prop_assert_eq!(screen.hide_cursor(), cursor.is_none());
            if let Some(cursor) = cursor {
                prop_assert_eq!(screen.cursor_position(), (cursor.y, cursor.x));
            }
        }
    }

    #[test]
    fn a_list_in_columns_is_shown_after_any_pages(
        pages in prop::collection::vec(prop::collection::vec((0_usize..4, 0_usize..3, 0_usize..4, 0_usize..3), 1..16), 2..4),
    ) {
        let area = Rect::new(0, 0, 64, 16);
        let mut fed = Fed::new(area);
        for rows in pages {
            let page = columns(area, &rows);
            fed.paint(&page, None);
            prop_assert_eq!(difference(&page, fed.terminal.screen()), None);
        }
    }

    #[test]
    fn pages_of_a_long_list_are_shown_however_far_apart(
        rows in prop::collection::vec((0_usize..4, 0_usize..3, 0_usize..4, 0_usize..3), 40),
        firsts in prop::collection::vec(0_usize..24, 2..4),
    ) {
        let area = Rect::new(0, 0, 64, 16);
        let mut fed = Fed::new(area);
        for first in firsts {
            let page = columns(area, &rows[first..]);
            fed.paint(&page, None);
            prop_assert_eq!(difference(&page, fed.terminal.screen()), None);
        }
    }

    #[test]
    fn an_unchanged_frame_is_no_output(strokes in strokes()) {
        let area = Rect::new(0, 0, 24, 6);
        let buffer = drawn(area, &strokes);
        let mut fed = Fed::new(area);
        fed.paint(&buffer, None);
        prop_assert_eq!(fed.paint(&buffer, None), b"");
    }
}

#[test]
fn a_moved_marker_is_a_dozen_bytes() {
    let area = Rect::new(0, 0, 120, 40);
    let mut buffer = Buffer::empty(area);
    for y in 0..40 {
        buffer.set_string(1, y, "84  H   Label downgrade, then personal cloud", Style::new());
    }
    let mut fed = Fed::new(area);
    buffer.set_string(0, 3, ">", Style::new());
    fed.paint(&buffer, None);
    buffer.set_string(0, 3, " ", Style::new());
    buffer.set_string(0, 4, ">", Style::new());
    let bytes = fed.paint(&buffer, None);
    assert_eq!(difference(&buffer, fed.terminal.screen()), None);
    assert!(bytes.len() <= 12, "{:?}", String::from_utf8_lossy(&bytes));
}

#[test]
fn a_blank_tail_is_erased_and_a_short_gap_rewritten() {
    let area = Rect::new(0, 0, 60, 1);
    let mut fed = Fed::new(area);
    fed.paint(&drawn(area, &[(0, 0, "abcdef and a long tail that goes away".to_owned(), Style::new())]), None);
    let bytes = fed.paint(&drawn(area, &[(0, 0, "aXcdYf".to_owned(), Style::new())]), None);
    assert_eq!(String::from_utf8(bytes).unwrap(), "\raXcdYf\x1b[K");
}

#[test]
fn only_long_frames_are_synchronized() {
    let area = Rect::new(0, 0, 80, 24);
    let mut fed = Fed::new(area);
    let mut buffer = Buffer::empty(area);
    buffer.set_string(0, 0, "short", Style::new());
    assert!(!fed.paint(&buffer, None).starts_with(SYNCHRONIZED_BEGIN));
    for y in 0..24 {
        buffer.set_string(0, y, "something longer in every row", Style::new());
    }
    let long = fed.paint(&buffer, None);
    assert!(long.starts_with(SYNCHRONIZED_BEGIN) && long.ends_with(SYNCHRONIZED_END));
}

#[test]
fn another_size_or_a_forgotten_screen_is_drawn_whole() {
    let mut fed = Fed::new(Rect::new(0, 0, 20, 4));
    let small = drawn(Rect::new(0, 0, 10, 2), &[(0, 0, "small".to_owned(), Style::new())]);
    let large = drawn(Rect::new(0, 0, 20, 4), &[(0, 0, "large".to_owned(), Style::new())]);
    fed.paint(&small, None);
    fed.paint(&large, None);
    assert_eq!(difference(&large, fed.terminal.screen()), None);
    fed.terminal.process(b"\x1b[2;3Hgarbage from elsewhere");
    fed.painter.forget();
    fed.paint(&large, None);
    assert_eq!(difference(&large, fed.terminal.screen()), None);
}

/// A list of numbered rows under a heading and above a footer, `first` on top and the mark in row `marked`.
fn list(first: usize, marked: u16) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 24));
    buffer.set_string(0, 0, "  Pri Incident", Style::new());
    for row in 1..20 {
        let text = format!("  {:>3} an incident of some length, number {}", 90 - row, first + usize::from(row) * 7919);
        buffer.set_string(0, row, text.replace(&format!("{:>3}", 90 - row), "  7"), Style::new().fg(Color::Cyan));
    }
    buffer.set_string(0, marked, ">", Style::new().fg(Color::Yellow));
    buffer.set_string(0, 23, " j/k move", Style::new());
    buffer
}

/// The same list scrolled by `rows`: what was in row `y + rows` is in row `y`.
fn scrolled(from: &Buffer, rows: u16) -> Buffer {
    let mut next = from.clone();
    for y in 1..20 {
        let row = if y + rows < 20 { y + rows } else { y };
        for x in 2..60 {
            next[(x, y)] = from[(x, row)].clone();
        }
        if y + rows >= 20 {
            next.set_string(2, y, format!("a row that was not there before {y}"), Style::new());
        }
    }
    next
}

#[test]
fn rows_that_only_moved_are_moved_by_the_terminal() {
    let mut fed = Fed::new(Rect::new(0, 0, 60, 24));
    let first = list(0, 19);
    let first_bytes = fed.paint(&first, None).len();
    for (rows, most) in [(1, 100), (5, 350)] {
        let next = scrolled(&first, rows);
        let down = fed.paint(&next, None).len();
        assert_eq!(difference(&next, fed.terminal.screen()), None, "{rows} down");
        let up = fed.paint(&first, None).len();
        assert_eq!(difference(&first, fed.terminal.screen()), None, "{rows} up");
        assert!(down <= most && up <= most, "{rows} rows: {down} B down, {up} B up, {first_bytes} B in full");
    }
}

#[test]
fn what_stays_of_a_page_is_moved_unless_it_is_shorter_to_amend_every_row() {
    let words = |first: u16| {
        let mut buffer = list(0, 19);
        for row in 1..20 {
            let letter = ["a", "b", "c", "d", "e", "f", "g"][usize::from(first + row) % 7];
            buffer.set_string(
                2,
                row,
                format!("{:<58}", letter.repeat(20 + usize::from((first + row) % 23))),
                Style::new(),
            );
        }
        buffer
    };
    let region = b"\x1b[2;20r\x1b[16S";
    for (before, next, is_moved) in [(words(0), words(16), true), (list(0, 19), list(16 * 7919, 19), false)] {
        let mut fed = Fed::new(Rect::new(0, 0, 60, 24));
        fed.paint(&before, None);
        let bytes = fed.paint(&next, None);
        assert_eq!(difference(&next, fed.terminal.screen()), None);
        let told = String::from_utf8_lossy(&bytes);
        assert_eq!(bytes.windows(region.len()).any(|window| window == region), is_moved, "{told:?}");
        assert!(is_moved || bytes.len() < 19 * 15, "{told:?}");
    }
}

#[test]
fn a_column_of_another_pen_is_drawn_in_one_go() {
    let area = Rect::new(0, 0, 64, 16);
    let rows = |number: usize| (0..16).map(|_| (0, 1, number, 0)).collect::<Vec<_>>();
    let mut fed = Fed::new(area);
    fed.paint(&columns(area, &rows(0)), None);
    let next = columns(area, &rows(1));
    let bytes = String::from_utf8(fed.paint(&next, None)).unwrap();
    assert_eq!(difference(&next, fed.terminal.screen()), None);
    assert!(bytes.matches('m').count() <= 3 && bytes.len() <= 170, "{} B: {bytes:?}", bytes.len());
}
