//! Help at the editor's cursor: what could be written next, and a line on it or on the call around the cursor.

use super::results::ran;
use crate::app::hunt::State;
use crate::base::text::width;
use crate::kql::ide::{CompletionKind, signature_help};
use crate::tui::mouse::Spot;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::picker::{self, Item};
use crate::tui::widgets::text::Line;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

/// The most completions on screen at once.
const OFFERED_ROWS: u16 = 8;
/// The fewest of them worth a box between the cursor and what is wrong below.
const OFFERED_LEAST: u16 = 3;
/// The widest the box of completions is.
const OFFERED_CELLS: usize = 44;

/// The line below the editor: what was asked about a word, else the completion that Tab takes, else the call around the
/// cursor with the argument it is in.
pub(super) fn line(scene: &Scene<'_>, hunt: &State, buffer: &mut Buffer, area: Rect) {
    if area.height == 0 {
        return;
    }
    let mut line = Line::new(buffer, area, 0);
    if let Some(explained) = &hunt.assist.explained {
        line.put(&ran(explained), scene.style(Role::Text));
    } else if let Some(choice) = hunt.assist.choice() {
        line.put("Tab ", scene.style(Role::Key))
            .put(&ran(&choice.label), scene.style(Role::Strong))
            .gap(1)
            .put(kind(choice.kind), scene.style(Role::Muted))
            .gap(2)
            .put(&ran(&choice.detail), scene.style(Role::Text));
    } else if let Some(help) = signature_help(&hunt.editor.text(), hunt.editor.byte_cursor()) {
        let label = help.labels.first().map_or("", String::as_str);
        let (before, argument, after) = around(label, help.argument);
        let style = scene.style(Role::Muted);
        line.put(before, style).put(argument, scene.style(Role::Strong)).put(after, style);
        line.gap(2).put(help.summary, scene.style(Role::Text));
    }
}

/// `label` cut at its argument number `at`; the last stands for all that follow.
fn around(label: &str, at: usize) -> (&str, &str, &str) {
    let Some((name, arguments)) = label.split_once('(') else { return (label, "", "") };
    let inside = arguments.strip_suffix(')').unwrap_or(arguments);
    let pieces: Vec<&str> = inside.split(", ").filter(|piece| *piece != "…]").collect();
    let Some(piece) = pieces.get(at).or_else(|| pieces.last()).filter(|piece| !piece.is_empty()) else {
        return (label, "", "");
    };
    let start =
        name.len() + 1 + pieces.iter().take(at.min(pieces.len() - 1)).map(|piece| piece.len() + 2).sum::<usize>();
    match (label.get(..start), label.get(start..start + piece.len()), label.get(start + piece.len()..)) {
        (Some(before), Some(argument), Some(after)) => (before, argument, after),
        _ => (label, "", ""),
    }
}

/// The box of completions below the cursor, or above it where there is more room. It leaves what is `complained` of in
/// sight.
pub(super) fn offer(
    scene: &Scene<'_>,
    hunt: &State,
    buffer: &mut Buffer,
    area: Rect,
    (cursor, complained): (Position, Rect),
) {
    let offered = &hunt.assist.offered;
    if offered.is_empty() {
        return;
    }
    let items: Vec<Item> = offered
        .iter()
        .map(|one| Item { title: ran(&one.label), note: format!(" {}", kind(one.kind)), checked: None })
        .collect();
    let widest = items.iter().map(|item| width(&item.title) + width(&item.note) + 3).max().unwrap_or(0);
    let wide = widest.min(OFFERED_CELLS).min(usize::from(area.width)) as u16;
    let rows = (items.len() as u16).min(OFFERED_ROWS);
    let under = cursor.y + 1;
    let (from, to) = match complained.y.saturating_sub(under) {
        _ if complained.height == 0 => (under, area.bottom()),
        between if between >= rows.min(OFFERED_LEAST) => (under, complained.y),
        _ => (complained.bottom(), area.bottom()),
    };
    let (room_below, room_above) = (to.saturating_sub(from), cursor.y.saturating_sub(area.y));
    let (y, height) = if room_below >= rows || room_below >= room_above {
        (from, rows.min(room_below))
    } else {
        (cursor.y - rows.min(room_above), rows.min(room_above))
    };
    let x = cursor.x.min(area.right().saturating_sub(wide)).max(area.x);
    let place = Rect { x, y, width: wide, height };
    for position in place.intersection(buffer.area).positions() {
        if let Some(cell) = buffer.cell_mut(position) {
            cell.reset();
        }
    }
    let first = picker::draw(buffer, place, &items, Some(hunt.assist.chosen), scene.theme);
    scene.spots.add(place, Spot::Completions(first));
}

const fn kind(kind: CompletionKind) -> &'static str {
    match kind {
        CompletionKind::Column => "column",
        CompletionKind::Let => "let",
        CompletionKind::Table => "table",
        CompletionKind::Operator => "operator",
        CompletionKind::Keyword => "word",
        CompletionKind::Aggregate => "aggregate",
        CompletionKind::Function => "function",
        CompletionKind::Value => "value",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_argument_under_the_cursor_stands_out() {
        let cases = [
            ("strcat(a: any, [b: any, …])", 0, "a: any"),
            ("substring(s: string, start: long, [n: long])", 1, "start: long"),
            ("substring(s: string, start: long, [n: long])", 7, "[n: long]"),
            ("now()", 0, ""),
        ];
        for (label, at, expected) in cases {
            let (before, argument, after) = around(label, at);
            assert_eq!((argument, format!("{before}{argument}{after}").as_str()), (expected, label));
        }
    }
}
