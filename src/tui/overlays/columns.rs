//! The columns of a queue: which are shown, how wide, and which rows are ordered by.

use super::{boxed, chosen_from};
use crate::app::View;
use crate::app::columns::Show;
use crate::tui::mouse::Manner;
use crate::tui::panes::{alerts, incidents};
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::picker::Item;
use crate::tui::widgets::text::{Line, below, top};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What the keys do.
const HINTS: [&str; 2] =
    ["Space shows or hides   < > moves   - + width", "s sorts by it   S sorts by it next   0 as at first"];

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
            let sorted = key.map(|place| format!("  sort {}{way}", place + 1)).unwrap_or_default();
            let room = if column.show == Show::Roomy { "  where there is room" } else { "" };
            let (title, word) = (heading(column.field), column.field.word());
            let title = if title.eq_ignore_ascii_case(word) { title.to_owned() } else { format!("{title} ({word})") };
            Item {
                title: format!("{title}{room}"),
                note: format!("{width}{sorted}"),
                checked: Some(column.show != Show::Never),
            }
        })
        .collect();
    let rows = items.len() as u16 + 3;
    let inside = boxed(scene, buffer, screen, (58, rows), "Columns");
    let list = top(inside, inside.height.saturating_sub(3));
    chosen_from(scene, buffer, list, &items, Some(cursor), Manner::Tick);
    let foot = below(inside, inside.height.saturating_sub(2));
    for (row, hint) in HINTS.iter().enumerate() {
        Line::new(buffer, foot, row as u16).put(hint, scene.style(Role::Muted));
    }
}
