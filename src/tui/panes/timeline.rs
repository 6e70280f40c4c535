//! The incident's story in order of time, with what it is narrowed to.

use super::words;
use crate::app::Pane;
use crate::app::incident::{Part, State};
use crate::base::text::{clip, width};
use crate::model::ServiceSource;
use crate::triage::timeline::{Kind, Moment, Name};
use crate::tui::memory::{List, ViewMemory};
use crate::tui::mouse::Spot;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::panel;
use crate::tui::widgets::table::{self, Column, Table, TableCell, Width};
use crate::tui::widgets::text::{Line, below, inset, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const MOMENTS: &[Column] = &[
    Column::new("When", Width::Fixed(11)),
    Column::new("Kind", Width::Fixed(8)),
    Column::new("Src", Width::Fixed(3)).from(56),
    Column::new("What", Width::Fill { min: 16, weight: 3 }),
    Column::new("Detail", Width::Fixed(16)).from(70),
];

/// The most cells of a name that the timeline is narrowed to.
const NAME_CELLS: usize = 18;

/// Of so many rows, what the timeline is narrowed to may take one.
const NARROWED: u16 = 4;

/// Draws the timeline into `area`.
pub fn draw(scene: &Scene<'_>, state: &State, focused: bool, memory: &mut ViewMemory, buffer: &mut Buffer, area: Rect) {
    let shown = &state.shown;
    let named = |name: &Option<Name>, all: &str| {
        name.as_ref().map_or_else(|| all.to_owned(), |name| clip(&safe(&name.label), NAME_CELLS).into_owned())
    };
    let around = words::day_and_clock(shown.around);
    let choices = [
        (shown.kind.map_or("all kinds", Kind::title).to_owned(), "page.kinds"),
        (shown.source.as_ref().map_or("all sources", ServiceSource::badge).to_owned(), "page.sources"),
        (named(&shown.user, "all users"), "page.users"),
        (named(&shown.device, "all devices"), "page.devices"),
        (format!("{} {around}", shown.zoom.title()).trim_end().to_owned(), "page.zoom"),
    ];
    let area = below(area, narrowed(scene, &choices, buffer, area));
    let moments: Vec<&Moment> = state.moments().collect();
    if moments.is_empty() {
        let none = panel::Absent::Empty("Nothing of it is so: the keys above show other choices.".to_owned());
        panel::draw(buffer, inset(area, 2), &none, scene.theme);
        return;
    }
    let row = |index: usize| moments.get(index).map(|moment| cells(scene, moment)).unwrap_or_default();
    let selected = focused.then_some(state.moment);
    let first = memory.scroll(List::Timeline, selected, moments.len(), area.height.saturating_sub(1));
    let (pane, spots) = (Pane::Part(Part::Timeline), scene.spots);
    let table = Table { columns: MOMENTS, rows: moments.len(), selected, row: &row, focused, pane, spots };
    table::draw(buffer, area, &table, scene.theme, first);
}

/// What the timeline is narrowed to, each with its key, in as many rows as it takes and may; returns them.
fn narrowed(scene: &Scene<'_>, choices: &[(String, &'static str)], buffer: &mut Buffer, area: Rect) -> u16 {
    let rows = (area.height / NARROWED).max(1);
    let (room, mut row, mut x) = (inset(area, 1), 0, 0);
    for (choice, command) in choices {
        let keys = format!(" {}", scene.key(command).unwrap_or_default());
        let wide = (width(choice) + width(&keys)) as u16;
        if x > 0 && x + wide > room.width {
            if row + 1 == rows {
                Line::new(buffer, room, row).gap(x).put("…", scene.style(Role::Muted));
                break;
            }
            (row, x) = (row + 1, 0);
        }
        let mut line = Line::new(buffer, room, row);
        line.gap(x).put(choice, scene.style(Role::Text)).put(&keys, scene.style(Role::Muted));
        scene.spots.add(Rect { x: room.x + x, y: room.y + row, width: wide, height: 1 }, Spot::Command(command));
        x += wide + 2;
    }
    row + 1
}

fn cells(scene: &Scene<'_>, moment: &Moment) -> Vec<TableCell> {
    let (badge, style) = match &moment.source {
        Some(source) => (source.badge().to_owned(), words::source_style(scene, source)),
        None => (String::new(), scene.style(Role::Muted)),
    };
    let role = match moment.kind {
        Kind::Alert | Kind::Act => Role::Strong,
        Kind::Evidence | Kind::Comment => Role::Text,
    };
    vec![
        (words::day_and_clock(Some(moment.at)), scene.style(Role::Muted)),
        (moment.kind.title().to_owned(), scene.style(Role::Muted)),
        (badge, style),
        (safe(&moment.text), scene.style(role)),
        (words::owner(Some(&moment.who)), scene.style(Role::Muted)),
    ]
}
