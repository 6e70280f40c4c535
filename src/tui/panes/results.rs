//! Rows of a hunt: columns as wide as what is in them, scrolled sideways by the cursor, the cell under the cursor
//! in full below.

use crate::app::hunt::{Focus, State};
use crate::base::Untrusted;
use crate::base::text::{clip, count, width};
use crate::base::wrap::wrap;
use crate::model::hunting::{Cell, HuntingResult, ResultColumn};
use crate::tui::memory::{List, ViewMemory};
use crate::tui::mouse::Spot;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::text::{Line, below, inset, paragraph, safe, safe_block, top};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

/// The widest a column is drawn, in cells.
const COLUMN_MAX: usize = 44;
/// Rows whose cells decide how wide the columns are.
const SAMPLE_ROWS: usize = 100;
/// Cells before the first column, for the mark.
const MARK: u16 = 2;
/// The fewest cells a column is cut to.
const STUB: u16 = 8;
/// Cells between columns.
const GAP: u16 = 2;

/// Draws the table with the inspector below it, and returns the rows shown.
pub fn draw(
    scene: &Scene<'_>,
    hunt: &State,
    result: &HuntingResult,
    memory: &mut ViewMemory,
    buffer: &mut Buffer,
    area: Rect,
) -> usize {
    if result.rows.is_empty() {
        let text = "The query ran and found no rows.";
        paragraph(buffer, area, text, scene.style(Role::Muted));
        return 0;
    }
    let inspector = match area.height {
        0..=3 => 0,
        4..=7 => 1,
        8..=17 => 3,
        _ => 5,
    };
    let table = top(area, area.height - inspector);
    let page = table.height.saturating_sub(1);
    let (rows, columns) = (&hunt.arranged.rows, &hunt.arranged.columns);
    let first = memory.scroll(List::ResultRows, Some(hunt.row), rows.len(), page);
    let seen = rows.iter().skip(first).take(usize::from(page));
    let seen: Vec<&[Cell]> = seen.filter_map(|at| result.rows.get(*at)).map(Vec::as_slice).collect();
    let all = widths(result);
    let widths: Vec<usize> = columns.iter().map(|at| all.get(*at).copied().unwrap_or(1)).collect();
    let left = leftmost(memory.first(List::ResultColumns), hunt.column, &widths, table.width);
    memory.set(List::ResultColumns, left);

    let mut x = MARK;
    let mut is_cut = false;
    for (at, index) in columns.iter().enumerate().skip(left) {
        let Some(column) = result.columns.get(*index) else { continue };
        let wide = widths.get(at).copied().unwrap_or(1) as u16;
        let room = table.width.saturating_sub(x);
        // A column cut to a few cells tells less than the mark that more follow.
        if room == 0 || room < wide.min(STUB) {
            is_cut = true;
            break;
        }
        let place = Rect { x: table.x + x, width: wide.min(room), ..table };
        is_cut |= room < wide;
        draw_column(scene, hunt, (*index, column), (&seen, first), buffer, place);
        scene.spots.add(top(place, 1), Spot::ResultHeading(at));
        let cells = below(place, 1);
        let height = cells.height.min(seen.len() as u16);
        scene.spots.add(Rect { height, ..cells }, Spot::Cells { column: at, first });
        x = x.saturating_add(wide + GAP);
    }
    if hunt.focus == Focus::Results
        && let Some(row) = hunt.row.checked_sub(first)
    {
        Line::new(buffer, below(table, 1), row as u16).put(">", scene.style(Role::Marker));
    }
    if left > 0 {
        Line::new(buffer, table, 0).put("‹", scene.style(Role::Marker));
    }
    if is_cut {
        let last = table.width.saturating_sub(1);
        Line::new(buffer, table, 0).to_column(table, last).put("›", scene.style(Role::Marker));
    }
    inspect(scene, hunt, result, buffer, below(area, table.height));
    usize::from(page)
}

fn draw_column(
    scene: &Scene<'_>,
    hunt: &State,
    (index, column): (usize, &ResultColumn),
    (seen, first): (&[&[Cell]], usize),
    buffer: &mut Buffer,
    place: Rect,
) {
    let focused = hunt.focus == Focus::Results;
    let chosen = focused && hunt.column_index() == Some(index);
    let right = is_number(column);
    let mut put = |row: u16, text: &str, style| {
        let text = clip(text, usize::from(place.width));
        let lead = if right { place.width.saturating_sub(width(&text) as u16) } else { 0 };
        Line::new(buffer, place, row).gap(lead).put(&text, style);
    };
    let heading = scene.style(if chosen { Role::Strong } else { Role::Heading });
    let order = match hunt.arranged.sorted {
        Some((sorted, descending)) if sorted == index => {
            if descending {
                "↓"
            } else {
                "↑"
            }
        }
        _ => "",
    };
    put(0, &format!("{}{order}", safe(&column.name)), heading);
    for (row, cells) in seen.iter().enumerate() {
        let (text, is_null) =
            cells.get(index).map(|cell| (shown(cell, column), *cell == Cell::Null)).unwrap_or_default();
        let mut style = scene.style(if is_null { Role::Muted } else { Role::Text });
        if chosen && first + row == hunt.row {
            style = style.add_modifier(Modifier::UNDERLINED | Modifier::BOLD);
        }
        put(row as u16 + 1, if is_null { "-" } else { &text }, style);
    }
}

/// The cell under the cursor below the table: its name, where it is, and as much of it as there are rows for.
fn inspect(scene: &Scene<'_>, hunt: &State, result: &HuntingResult, buffer: &mut Buffer, area: Rect) {
    let Some(column) = hunt.column_index().and_then(|at| result.columns.get(at)) else { return };
    let value = hunt.cell().map(Cell::text).unwrap_or_default();
    let mut line = Line::new(buffer, area, 0);
    let hidden = result.columns.len() - hunt.arranged.columns.len();
    let place = format!(
        "row {} of {}, column {} of {}{}",
        hunt.row + 1,
        result.rows.len(),
        hunt.column + 1,
        hunt.arranged.columns.len(),
        if hidden > 0 { format!(", {hidden} hidden") } else { String::new() }
    );
    let value = if value.is_empty() { "(empty)".to_owned() } else { safe_block(&value).replace('\n', " ⏎ ") };
    line.gap(1).put(&safe(&column.name), scene.style(Role::Strong)).gap(2).put(&place, scene.style(Role::Muted));
    if area.height < 2 {
        line.gap(2).put(&value, scene.style(Role::Input));
        return;
    }
    let room = inset(below(area, 1), 1);
    let rows = wrap(&value, usize::from(room.width)).len();
    if rows > usize::from(room.height) && hunt.focus == Focus::Results {
        let key = scene.key("list.open").unwrap_or_default();
        line.right(&[(&format!("{key} shows it whole "), scene.style(Role::Key))]);
    }
    paragraph(buffer, room, &value, scene.style(Role::Input));
}

/// The width of each column: of its name and of its first cells, within bounds. Not of what is seen: columns that moved
/// while scrolling would be hard to read and cost bytes.
fn widths(result: &HuntingResult) -> Vec<usize> {
    let wide = |(index, column): (usize, &ResultColumn)| {
        let cells = result
            .rows
            .iter()
            .take(SAMPLE_ROWS)
            .filter_map(|row| row.get(index))
            .map(|cell| width(&shown(cell, column)));
        cells.chain([width(&safe(&column.name))]).max().unwrap_or(1).clamp(1, COLUMN_MAX)
    };
    result.columns.iter().enumerate().map(wide).collect()
}

/// The first column to draw so that the one under the cursor is seen whole, moved as little as needed.
fn leftmost(left: usize, cursor: usize, widths: &[usize], total: u16) -> usize {
    let mut left = left.min(cursor);
    let ends = |left: usize| -> usize {
        let shown = widths.iter().skip(left).take(cursor + 1 - left);
        usize::from(MARK) + shown.map(|wide| wide + usize::from(GAP)).sum::<usize>() - usize::from(GAP)
    };
    while left < cursor && ends(left) > usize::from(total) {
        left += 1;
    }
    left
}

/// A cell as the table shows it; instants lose their fraction and their letters, the inspector keeps them.
fn shown(cell: &Cell, column: &ResultColumn) -> String {
    let text = safe(&cell.text());
    let is_instant = column.type_name.eq_ignore_ascii_case("DateTime") && text.get(10..11) == Some("T");
    match (is_instant, text.get(..10), text.get(11..19)) {
        (true, Some(day), Some(clock)) => format!("{day} {clock}"),
        _ => text,
    }
}

fn is_number(column: &ResultColumn) -> bool {
    let name = column.type_name.to_ascii_lowercase();
    ["int", "long", "double", "decimal", "real", "single"].iter().any(|kind| name.contains(kind))
}

/// `14 rows · 0.18 s · 2.1 kB`, with a word where Graph has probably cut the answer.
pub fn summary(result: &HuntingResult, took_ms: u64, bytes: u64) -> String {
    let size = match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{}.{} kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    };
    let cut = if result.is_cut() { " · CUT by the service" } else { "" };
    format!("{}{cut} · {}.{:02} s · {size}", count(result.rows.len(), "row"), took_ms / 1_000, took_ms % 1_000 / 10)
}

/// What was run, for where there is nothing to show yet.
pub fn ran(text: &str) -> String {
    safe(&Untrusted::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::App;
    use crate::base::Timestamp;
    use crate::model::FromJson;
    use crate::tui::input::Keyboard;
    use crate::tui::keymap::Keymap;
    use crate::tui::mouse::Spots;
    use crate::tui::theme::Theme;
    use serde_json::json;

    #[test]
    fn a_result_that_is_too_wide_is_drawn_where_there_is_no_room_for_it() {
        let names: Vec<String> = (0..9).map(|at| format!("Column{at}")).collect();
        let schema: Vec<_> = names.iter().map(|name| json!({ "name": name, "type": "String" })).collect();
        let row =
            names.iter().map(|name| (name.clone(), json!("a text of some length"))).collect::<serde_json::Map<_, _>>();
        let result = HuntingResult::from_json(json!({ "schema": schema, "results": [row] })).unwrap();
        let mut app = App::new(crate::app::Profile::default());
        app.hunt.arranged = crate::app::hunt::Arrangement::of(&result);
        let (theme, keyboard, spots) = (Theme::plain(), Keyboard::new(Keymap::built_in()), Spots::default());
        let now = Timestamp::default();
        let scene = Scene { app: &app, theme: &theme, keyboard: &keyboard, now, sparing: false, spots: &spots };
        for area in [Rect::new(0, 5, 92, 0), Rect::new(0, 0, 0, 5), Rect::new(0, 4, 92, 1), Rect::new(91, 4, 1, 1)] {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 92, 5));
            draw(&scene, &app.hunt, &result, &mut ViewMemory::default(), &mut buffer, area);
        }
    }

    #[test]
    fn the_cursor_column_is_seen_whole_where_it_fits() {
        let widths = [10, 10, 10, 10];
        let cases = [((0, 0), 0), ((0, 2), 1), ((0, 3), 2), ((3, 1), 1), ((1, 2), 1)];
        for ((left, cursor), expected) in cases {
            assert_eq!(leftmost(left, cursor, &widths, 30), expected, "{left} {cursor}");
        }
        assert_eq!(leftmost(0, 1, &[10, 99], 30), 1);
    }

    #[test]
    fn sums_read_as_a_person_would_write_them() {
        let result = HuntingResult::default();
        let cases = [
            ((180, 2_140), "0 rows · 0.18 s · 2.1 kB"),
            ((12_003, 17), "0 rows · 12.00 s · 17 B"),
            ((5, 3_400_000), "0 rows · 0.00 s · 3.4 MB"),
        ];
        for ((took, bytes), text) in cases {
            assert_eq!(summary(&result, took, bytes), text);
        }
    }
}
