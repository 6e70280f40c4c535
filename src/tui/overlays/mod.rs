//! What lies over a view: prompts, pickers, previews, help.

mod choices;
mod columns;
mod compose;
mod doctor;
mod filter;
mod help;
mod plan;
mod results;
mod which_key;
mod wrapped;

use super::mouse::{Manner, Spot};
use super::screen::Scene;
use super::theme::Role;
use super::widgets::picker::{self, Item};
use super::widgets::popup;
use super::widgets::table::scroll;
use super::widgets::text::Line;
use crate::app::overlay::{Message, Writing};
use crate::app::{Overlay, line};
use crate::base::Untrusted;
use crate::base::text::width;
use crate::base::wrap::{hanging, wrap};
use crate::tui::screen::is_small;
use crate::tui::widgets::text::{below, safe, top};
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};

/// Rows of a screen under which boxes leave none empty.
const TIGHT: u16 = 12;

pub use choices::found_lines;
pub use compose::by_rows;
pub use plan::lines as plan_lines;
pub use which_key::draw as which_key;
pub use wrapped::Wrapped;

/// Draws `overlay` over `screen` and returns where its text cursor is, where text is typed.
pub fn draw(scene: &Scene<'_>, overlay: &Overlay, buffer: &mut Buffer, screen: Rect) -> Option<Position> {
    match overlay {
        Overlay::Help { scroll } => help::draw(scene, *scroll, buffer, screen),
        Overlay::Palette(palette) => return choices::palette(scene, palette, buffer, screen),
        Overlay::Filter(prompt) => return filter::draw(scene, prompt, buffer, screen),
        Overlay::Sources(picker) => choices::sources(scene, picker, buffer, screen),
        Overlay::Entities(picker) => choices::draw(scene, "Go on from", picker, buffer, screen),
        Overlay::Pivots(title, picker) => choices::draw(scene, title, picker, buffer, screen),
        Overlay::Columns(cursor) => columns::draw(scene, *cursor, buffer, screen),
        Overlay::Assign(about, prompt) => {
            return choices::assign(scene, &about.title(), prompt, buffer, screen);
        }
        Overlay::Status(about, picker) => {
            choices::draw(scene, &format!("Status of {}", about.title()), picker, buffer, screen);
        }
        Overlay::Classification(about, purpose, picker) => {
            choices::draw(scene, &choices::finding_title(about, *purpose), picker, buffer, screen);
        }
        Overlay::Determination(_, _, classification, picker) => {
            choices::draw(scene, &format!("Determination: {}", classification.title()), picker, buffer, screen);
        }
        Overlay::Comment(about, editor) => {
            return compose::draw(scene, &format!("Comment on {}", about.title()), editor, buffer, screen);
        }
        Overlay::Severity(about, picker) => {
            choices::draw(scene, &format!("Severity of {}", about.title()), picker, buffer, screen);
        }
        Overlay::Macros(about, picker) => {
            choices::draw(scene, &format!("Macro for {}", about.title()), picker, buffer, screen);
        }
        Overlay::Tags(about, line, _) => return choices::tags(scene, &about.title(), line, buffer, screen),
        Overlay::Words(line, _) => return choices::words(scene, line, buffer, screen),
        Overlay::Texts(about, picker) => {
            choices::draw(scene, &format!("Write a text of {}", about.title()), picker, buffer, screen);
        }
        Overlay::Write(about, Writing::Text(text), editor) => {
            let title = format!("{} of {}", capital(text.field().title()), about.title());
            return compose::draw(scene, &title, editor, buffer, screen);
        }
        Overlay::Write(about, Writing::With(_), editor) => {
            return compose::draw(scene, &format!("Reason, for {}", about.title()), editor, buffer, screen);
        }
        Overlay::Note(noted, editor) => {
            let title = format!("Note on {}, kept here alone", noted.title);
            return compose::draw(scene, &title, editor, buffer, screen);
        }
        Overlay::Responses(picker) => choices::draw(scene, "About the account", picker, buffer, screen),
        Overlay::Views(picker) => choices::draw(scene, "Views", picker, buffer, screen),
        Overlay::History(picker) => choices::draw(scene, "Queries that were run", picker, buffer, screen),
        Overlay::Reveal(revealing) => return choices::reveal(scene, revealing, buffer, screen),
        Overlay::Results(results) => results::draw(scene, results, buffer, screen),
        Overlay::Plan(preview) => plan::draw(scene, preview, buffer, screen),
        Overlay::Doctor(state) => doctor::draw(scene, state, buffer, screen),
        Overlay::Message(text) => message(scene, text, buffer, screen),
    }
    None
}

/// A box as [`popup::draw`] makes it, through which nothing is clicked.
fn boxed(scene: &Scene<'_>, buffer: &mut Buffer, screen: Rect, size: (u16, u16), title: &str) -> Rect {
    let inside = popup::draw(buffer, screen, size, title, scene.theme);
    scene.spots.add(inside.outer(Margin::new(2, 1)).intersection(screen), Spot::Cover);
    inside
}

/// Choices as [`picker::draw`] shows them, which can be clicked; in a box with the inside `inside`, whose frame says how
/// many follow.
fn chosen_from(
    scene: &Scene<'_>,
    buffer: &mut Buffer,
    (screen, inside, area): (Rect, Rect, Rect),
    items: &[Item],
    chosen: Option<usize>,
    manner: Manner,
) {
    let first = picker::draw(buffer, area, items, chosen, scene.theme);
    scene.spots.choices(area, manner, first, items.len() - first);
    popup::more(buffer, screen, inside, items.len().saturating_sub(first + usize::from(area.height)), scene.theme);
}

/// The place of a list under a line that is typed, with a row between where there is room.
fn under_line(screen: Rect, inside: Rect) -> Rect {
    below(inside, 1 + gap(screen))
}

/// The row between two things in a box, where there is room for it.
fn gap(screen: Rect) -> u16 {
    u16::from(screen.height >= TIGHT)
}

/// Writes hints at the bottom of a box's inside, each in one piece, and returns what is left above them: with a row
/// between where there is room.
fn hinted(scene: &Scene<'_>, hints: &[&str], buffer: &mut Buffer, (screen, inside): (Rect, Rect)) -> Rect {
    let rows = flowed(hints, usize::from(inside.width));
    let high = (rows.len() as u16).min(inside.height.saturating_sub(1));
    let foot = below(inside, inside.height - high);
    for (row, hint) in (0..high).zip(&rows) {
        Line::new(buffer, foot, row).put(hint, scene.style(Role::Muted));
    }
    top(inside, (inside.height - high).saturating_sub(gap(screen)))
}

/// Rows that [`hinted`] takes in a box with an inside of `columns` cells, with the one between.
fn hint_rows(hints: &[&str], columns: u16) -> u16 {
    flowed(hints, usize::from(columns)).len() as u16 + 1
}

/// `hints` in as few rows of at most `columns` cells as keep each in one piece, as far as it fits.
fn flowed(hints: &[&str], columns: usize) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    for hint in hints {
        match rows.last_mut() {
            Some(last) if width(last) + 3 + width(hint) <= columns => last.extend(["   ", hint]),
            _ => rows.extend(wrap(hint, columns)),
        }
    }
    rows
}

/// The keys that `overlay` takes, for the footer.
pub fn keys(overlay: &Overlay) -> &'static [(&'static str, &'static str)] {
    match overlay {
        Overlay::Help { .. } => &[("↓/↑", "scroll"), ("Esc", "close")],
        Overlay::Palette(_) => &[("type", "to search"), ("↓/↑", "choose"), ("Enter", "run"), ("Esc", "close")],
        Overlay::Filter(_) => {
            &[("Tab", "complete"), ("↓/↑", "choose"), ("Enter", "keep"), ("Esc", "undo"), ("Ctrl-U", "clear")]
        }
        Overlay::Entities(_) | Overlay::Pivots(..) => &[("↓/↑", "choose"), ("Enter", "go"), ("Esc", "close")],
        Overlay::Columns(_) => &[("↓/↑", "choose"), ("Space", "show"), ("s/S", "sort"), ("Enter", "done")],
        Overlay::Sources(_) => &[("↓/↑", "choose"), ("Space", "mark"), ("Enter", "filter"), ("Esc", "close")],
        Overlay::Assign(..) => &[("type", "a UPN, or"), ("↓/↑", "choose"), ("Enter", "take"), ("Esc", "close")],
        Overlay::Status(..)
        | Overlay::Classification(..)
        | Overlay::Determination(..)
        | Overlay::Severity(..)
        | Overlay::Texts(..)
        | Overlay::Macros(..)
        | Overlay::Responses(_)
        | Overlay::Views(_)
        | Overlay::History(_) => &[("↓/↑", "choose"), ("Enter", "take"), ("Esc", "close")],
        Overlay::Tags(..) => &[("type", "tags, commas between"), ("Enter", "preview"), ("Esc", "close")],
        Overlay::Words(..) => &[("type", "words"), ("Enter", "keep"), ("Esc", "undo"), ("Ctrl-U", "clear")],
        Overlay::Comment(..) | Overlay::Write(..) => {
            &[("Ctrl-S", "preview"), ("Ctrl-O", "editor"), ("Enter", "new line"), ("Esc", "close")]
        }
        Overlay::Note(..) => &[("Ctrl-S", "keep"), ("Ctrl-O", "editor"), ("Enter", "new line"), ("Esc", "close")],
        Overlay::Reveal(_) => &[("type", "why"), ("↓/↑", "choose"), ("Enter", "show"), ("Esc", "close")],
        Overlay::Results(_) => {
            &[("t/T", "theirs, all"), ("o/O", "yours, all"), ("Enter", "go on"), ("Esc", "leave it"), ("↓/↑", "choose")]
        }
        Overlay::Plan(preview) if preview.seconds_left.is_some() => &[("Esc", "stop"), ("Enter", "write now")],
        Overlay::Plan(preview) if preview.plan.wants_consent() => {
            &[("D", "dismiss undecided"), ("Esc", "do not"), ("m", "add a reason"), ("↓/↑", "scroll")]
        }
        Overlay::Plan(preview) if preview.plan.is_applicable() && preview.origin.is_none() => {
            &[("Enter", "apply"), ("Esc", "do not"), ("↓/↑", "scroll")]
        }
        Overlay::Plan(preview) if preview.plan.is_applicable() => {
            &[("Enter", "apply"), ("Esc", "do not"), ("m", "add a reason"), ("↓/↑", "scroll")]
        }
        Overlay::Doctor(state) if state.task.is_some() => &[("c", "stop"), ("Esc", "close"), ("↓/↑", "scroll")],
        Overlay::Doctor(_) => &[("r", "check again"), ("Esc", "close"), ("↓/↑", "scroll")],
        Overlay::Message(message) if !message.copies.is_empty() => {
            &[("Enter", "hide"), ("y", "copy the address"), ("c", "copy the code"), ("Esc", "give up")]
        }
        Overlay::Message(_) => &[("Esc", "close"), ("↓/↑", "scroll"), ("y", "copy")],
        Overlay::Plan(_) => &[("Esc", "close"), ("↓/↑", "scroll")],
    }
}

/// `text` with a capital at its start.
fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn message(scene: &Scene<'_>, message: &Message, buffer: &mut Buffer, screen: Rect) {
    let edge = if is_small(screen) { 0 } else { 4 };
    let most = screen.width.saturating_sub(4 + edge).clamp(30, 110);
    let wide = message.lines.iter().map(|line| width(line)).max().unwrap_or(0).clamp(30, usize::from(most)) as u16;
    let wrapped: Vec<String> = message.lines.iter().flat_map(|line| hanging(line, usize::from(wide))).collect();
    let inside = boxed(scene, buffer, screen, (wide, wrapped.len() as u16), &message.title);
    let rows = usize::from(inside.height);
    let first = scroll(message.scroll, None, wrapped.len(), rows);
    for (row, line) in wrapped.iter().skip(first).take(rows).enumerate() {
        Line::new(buffer, inside, row as u16).put(line, scene.style(Role::Text));
    }
    popup::more(buffer, screen, inside, wrapped.len().saturating_sub(first + rows), scene.theme);
}

/// Draws a line being typed, scrolled so that its cursor is seen, and returns where that is.
fn typed(scene: &Scene<'_>, text: &line::Line, buffer: &mut Buffer, area: Rect, prompt: &str) -> Option<Position> {
    let mut line = Line::new(buffer, area, 0);
    line.put(prompt, scene.style(Role::Key));
    let room = usize::from(line.remaining());
    let (before, after) = text.split();
    let (before, after) = (safe(&Untrusted::new(before)), safe(&Untrusted::new(after)));
    let before = tail(&before, room.saturating_sub(1));
    line.put(before, scene.style(Role::Input));
    let cursor = Position::new(line.x(), area.y);
    line.put(&after, scene.style(Role::Input));
    area.contains(cursor).then_some(cursor)
}

/// The end of `text` that fits into `cells`.
fn tail(text: &str, cells: usize) -> &str {
    let mut rest = text;
    while width(rest) > cells {
        let mut characters = rest.chars();
        characters.next();
        rest = characters.as_str();
    }
    rest
}
