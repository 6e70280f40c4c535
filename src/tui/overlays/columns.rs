//! The columns of a queue: which are shown, how wide, and which rows are ordered by.

use super::{boxed, chosen_from, hint_rows, hinted};
use crate::app::View;
use crate::app::columns::Show;
use crate::tui::mouse::Manner;
use crate::tui::panes::{alerts, incidents};
use crate::tui::screen::Scene;
use crate::tui::widgets::picker::Item;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Cells of text in a row.
const WIDE: u16 = 58;

/// What the keys do.
const HINTS: [&str; 6] =
    ["Space shows or hides", "< > moves", "- + width", "s sorts by it", "S sorts by it next", "0 as at first"];

/// Draws it with the column at `cursor` chosen.
pub fn draw(scene: &Scene<'_>, cursor: usize, buffer: &mut Buffer, screen: Rect) {
    let (queue, heading): (_, fn(_) -> &'static str) = match scene.app.view {
        View::Alerts => (&scene.app.alerts, alerts::heading),
        _ => (&scene.app.incidents, incidents::heading),
    };
    let items: Vec<Item> = queue
        .columns
        .all()
        .iter()
        .map(|column| {
            let width = column.cells.map(|cells| format!("{cells} cells")).unwrap_or_default();
            let key = queue.sort.keys().iter().position(|key| key.field == column.field);
            let way = key
                .and_then(|place| queue.sort.keys().get(place))
                .map_or("", |key| if key.is_reversed { " reversed" } else { "" });
            let sorted = key.map(|place| format!("sort {}{way}", place + 1)).unwrap_or_default();
            let room = if column.show == Show::Roomy { "where there is room" } else { "" };
            let notes: Vec<&str> = [&sorted, &width, room].into_iter().filter(|note| !note.is_empty()).collect();
            let (title, word) = (heading(column.field), column.field.word());
            let title = if title.eq_ignore_ascii_case(word) { title.to_owned() } else { format!("{title} ({word})") };
            Item { title, note: notes.join("  "), checked: Some(column.show != Show::Never) }
        })
        .collect();
    // Where titles are typed, no keys are.
    let hints: &[&str] = if scene.keyboard.is_spoken() { &[] } else { &HINTS };
    let wide = WIDE.min(screen.width.saturating_sub(4));
    let rows = items.len() as u16 + hint_rows(hints, wide);
    let inside = boxed(scene, buffer, screen, (wide, rows), "Columns");
    let list = hinted(scene, hints, buffer, (screen, inside));
    chosen_from(scene, buffer, (screen, inside, list), &items, Some(cursor), Manner::Tick);
}
