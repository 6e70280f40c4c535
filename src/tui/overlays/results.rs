//! What of a plan was not written: row by row, what was to be, what is there now, and what shall become of it.

use super::boxed;
use crate::app::overlay::{Choice, Remainder, Results};
use crate::base::text::width;
use crate::base::wrap::wrap;
use crate::triage::plan::{Body, FieldChange, Record, record_changes};
use crate::tui::mouse::Manner;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::popup;
use crate::tui::widgets::table::scroll;
use crate::tui::widgets::text::{Line, below, safe, top};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Cells of text in a row.
const WIDE: u16 = 96;

/// Cells of a row in which names do not stand beside what they name.
const NARROW: usize = 50;

/// Pieces of one line.
type Pieces = Vec<(String, Role)>;

/// Draws it.
pub fn draw(scene: &Scene<'_>, results: &Results, buffer: &mut Buffer, screen: Rect) {
    let wide = WIDE.min(screen.width.saturating_sub(4)).max(10);
    let mut lines: Vec<Pieces> =
        wrap(&results.done, usize::from(wide)).into_iter().map(|line| vec![(line, Role::Text)]).collect();
    let (mut cursor, mut end) = (0, 0);
    let mut places = Vec::new();
    for (index, row) in results.rows.iter().enumerate() {
        lines.push(Vec::new());
        if index == results.cursor {
            cursor = lines.len();
        }
        let from = lines.len();
        remainder(&mut lines, row, index == results.cursor, (usize::from(wide), scene.keyboard.is_spoken()));
        if index == results.cursor {
            end = lines.len().saturating_sub(1);
        }
        places.extend((from..lines.len()).map(|line| (line, index)));
    }
    let inside = boxed(scene, buffer, screen, (wide, lines.len() as u16), "Not everything was written");
    let rows = usize::from(inside.height);
    // The whole of the row under the cursor where it fits.
    let first = scroll(scroll(0, Some(end), lines.len(), rows), Some(cursor), lines.len(), rows);
    for (row, pieces) in lines.iter().skip(first).take(rows).enumerate() {
        let mut line = Line::new(buffer, inside, row as u16);
        for (text, role) in pieces {
            line.put(text, scene.style(*role));
        }
    }
    for (line, index) in places {
        if let Some(row) = line.checked_sub(first).filter(|row| *row < rows) {
            scene.spots.choices(top(below(inside, row as u16), 1), Manner::Point, index, 1);
        }
    }
    popup::more(buffer, screen, inside, lines.len().saturating_sub(first + rows), scene.theme);
}

fn remainder(lines: &mut Vec<Pieces>, remainder: &Remainder, is_chosen: bool, (wide, is_spoken): (usize, bool)) {
    let (word, role) = match (remainder.choice, &remainder.failure) {
        (Choice::Open, _) if is_spoken => ("choose: theirs keeps theirs, ours writes yours", Role::Warning),
        (Choice::Open, _) => ("choose: t keeps theirs, o writes yours", Role::Warning),
        (Choice::Theirs, None) => ("theirs stays", Role::Good),
        (Choice::Ours, None) => ("yours is written over it", Role::Warning),
        (Choice::Ours, Some(_)) => ("is tried again", Role::Warning),
        (Choice::Theirs, Some(_)) => ("is left", Role::Muted),
        (Choice::Written, _) => ("written, not read again", Role::Muted),
    };
    let mut head = vec![
        (if is_chosen { "> " } else { "  " }.to_owned(), Role::Marker),
        (remainder.row.target.title(), Role::Strong),
    ];
    let has_room = width(&remainder.row.target.title()) + width(word) + 4 <= wide;
    if has_room {
        head.extend([("  ".to_owned(), Role::Text), (word.to_owned(), role)]);
    }
    lines.push(head);
    let title = vec![("  ".to_owned(), Role::Text), (safe(&remainder.row.title), Role::Muted)];
    if has_room {
        lines.push(title);
    } else {
        // What is to be chosen is on screen before what else there is to know.
        let words = wrap(word, wide.saturating_sub(2));
        lines.extend(words.into_iter().map(|word| vec![("  ".to_owned(), Role::Text), (word, role)]));
        yours(lines, remainder, wide);
        lines.push(title);
    }
    if let Some(failure) = &remainder.failure {
        let why = failure.why.line();
        for line in wrap(&format!("{}; {}", why.trim_end_matches('.'), failure.remedy), wide.saturating_sub(2)) {
            lines.push(vec![("  ".to_owned(), Role::Text), (line, Role::Error)]);
        }
    }
    if let Some(now) = &remainder.now {
        theirs(lines, remainder, now.record(), wide);
    }
    if has_room {
        yours(lines, remainder, wide);
    }
}

/// What is there now and what was to be.
fn yours(lines: &mut Vec<Pieces>, remainder: &Remainder, wide: usize) {
    let (Some(now), Body::Update(update)) = (&remainder.now, &remainder.row.body) else {
        if remainder.now.is_some() {
            let what = if matches!(remainder.row.body, Body::Order(..)) {
                "this was not done"
            } else {
                "your comment is not there"
            };
            lines.push(vec![(format!("  {what} yet"), Role::Text)]);
        }
        return;
    };
    let changes = record_changes(&now.record().values_of(update), update);
    let was = |field| remainder.row.changes.iter().find(|known| known.field == field).map(|known| &known.old);
    if changes.iter().all(|change| was(change.field) == Some(&change.old)) {
        let yours: Vec<String> =
            changes.iter().map(|change| format!("{} {}", change.field.title(), safe(&change.new))).collect();
        let text = format!("{}: nothing of it was changed by them", yours.join(", "));
        return labelled(lines, "  yours           ", (&text, Role::After), wide);
    }
    for change in changes {
        let was = remainder.row.changes.iter().find(|known| known.field == change.field);
        let was = was.map(|known| safe(&known.old)).unwrap_or_default();
        let name = format!("  {:<16}", change.field.title());
        let (theirs, ours) = (safe(&change.old), safe(&change.new));
        if width(&name) + width(&was) + width(&theirs) + width(&ours) + 22 <= wide {
            lines.push(vec![
                (name, Role::Muted),
                ("was ".to_owned(), Role::Muted),
                (was, Role::Text),
                ("  theirs ".to_owned(), Role::Muted),
                (theirs, Role::Before),
                ("  yours ".to_owned(), Role::Muted),
                (ours, Role::After),
            ]);
        } else {
            let was =
                Some(("was    ", was, Role::Text)).filter(|(_, was, _)| !was.is_empty() && width(was) <= wide / 2);
            let others = [("theirs ", theirs, Role::Before), ("yours  ", ours, Role::After)];
            for (place, (label, text, role)) in was.into_iter().chain(others).enumerate() {
                let is_named = place == 0 || wide < NARROW;
                let name = if is_named { name.clone() } else { " ".repeat(width(&name)) };
                labelled(lines, &format!("{name}{label}"), (&text, role), wide);
            }
        }
    }
}

/// What someone else changed meanwhile, who and when, as far as it is told.
fn theirs(lines: &mut Vec<Pieces>, remainder: &Remainder, now: Record<'_>, wide: usize) {
    let changed = |change: &FieldChange| match (change.field.title(), safe(&change.old), safe(&change.new)) {
        (name, old, new) if old.is_empty() => format!("{name} {new}"),
        (name, old, new) => format!("{name} {old} → {new}"),
    };
    let changes: Vec<String> = remainder.meanwhile.iter().map(changed).collect();
    let what = if changes.is_empty() { "something that is not shown here".to_owned() } else { changes.join(", ") };
    let by = now.last_modified_by().map(|by| format!(", by {}", safe(by))).unwrap_or_default();
    let when = now.last_update().map(|at| format!(", at {} UTC", at.to_clock_text())).unwrap_or_default();
    labelled(lines, "  they changed    ", (&format!("{what}{by}{when}"), Role::Warning), wide);
}

/// A name, and text wrapped beside it; below it where there is little room.
fn labelled(lines: &mut Vec<Pieces>, name: &str, (text, role): (&str, Role), wide: usize) {
    if wide < NARROW {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let told = wrap(&format!("{name} {text}"), wide.saturating_sub(4)).into_iter().enumerate();
        lines.extend(told.map(|(row, line)| vec![(if row == 0 { "  " } else { "    " }.to_owned() + &line, role)]));
        return;
    }
    for (index, line) in wrap(text, wide.saturating_sub(width(name))).into_iter().enumerate() {
        let label = if index == 0 { name.to_owned() } else { " ".repeat(width(name)) };
        lines.push(vec![(label, Role::Muted), (line, role)]);
    }
}
