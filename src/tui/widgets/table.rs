//! Rows under headings. Columns come and go with the width; the row under the cursor carries a mark, not a bar, so that
//! moving costs two cells.

use super::text::{Line, below, top};
use crate::app::Pane;
use crate::base::text::{clip, width};
use crate::tui::mouse::{Spot, Spots};
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// How wide a column is, in cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Exactly this.
    Fixed(u16),
    /// At least this, and a share of what is left by weight.
    Fill {
        /// Least cells.
        min: u16,
        /// Share of the rest.
        weight: u16,
    },
}

/// One column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Heading.
    pub title: &'static str,
    /// Width.
    pub width: Width,
    /// Whether cells stand at the right, as numbers do.
    pub right: bool,
    /// The least width of the whole table at which the column is shown.
    pub from: u16,
    /// What a click on the heading is for, if it is for anything.
    pub spot: Option<Spot>,
}

impl Column {
    /// A left-aligned column that is always shown.
    pub const fn new(title: &'static str, width: Width) -> Self {
        Self { title, width, right: false, from: 0, spot: None }
    }

    /// The same, aligned right.
    pub const fn right(self) -> Self {
        Self { right: true, ..self }
    }

    /// The same with something to click its heading for.
    pub const fn spot(self, spot: Spot) -> Self {
        Self { spot: Some(spot), ..self }
    }

    /// The same, shown only in tables at least `cells` wide.
    pub const fn from(self, cells: u16) -> Self {
        Self { from: cells, ..self }
    }
}

/// The text of a cell and how it looks.
pub type TableCell = (String, Style);

/// What to draw.
pub struct Table<'a> {
    /// Columns, left to right.
    pub columns: &'a [Column],
    /// How many rows there are.
    pub rows: usize,
    /// The index of the row under the cursor.
    pub selected: Option<usize>,
    /// The cells of a row, one a column; asked only for rows that are seen.
    pub row: &'a dyn Fn(usize) -> Vec<TableCell>,
    /// Whether the keys go to this table.
    pub focused: bool,
    /// What a click on a row is for.
    pub pane: Pane,
    /// Where that is said.
    pub spots: &'a Spots,
}

/// The least width at which columns stand two cells apart; below it they stand one apart.
const ROOMY: u16 = 140;
/// The least width of a table that leaves the screen's last column free.
const EDGE_FROM: u16 = 60;
/// The widest a filling column gets, in cells.
const FILL_MAX: u16 = 72;
/// Cells before the first column, for the mark.
const MARK: u16 = 2;

/// Draws the headings and the rows from `first`. Callers keep `first` between frames with [`scroll`].
pub fn draw(buffer: &mut Buffer, area: Rect, table: &Table<'_>, theme: &Theme, first: usize) {
    let places = places(table.columns, area.width, room(buffer, area));
    let heading = top(area, 1);
    for (index, x, wide) in &places {
        if let Some(column) = table.columns.get(*index) {
            let place = cell_area(heading, *x, *wide);
            put(buffer, place, 0, column, column.title, theme.style(Role::Heading));
            if let Some(spot) = column.spot {
                table.spots.add(place, spot);
            }
        }
    }
    draw_rows(buffer, below(area, 1), table, theme, first);
}

/// Draws the rows from `first` without headings. A row of a single cell spans all columns.
pub fn draw_rows(buffer: &mut Buffer, body: Rect, table: &Table<'_>, theme: &Theme, first: usize) {
    table.spots.rows(body, table.pane, first, table.rows.saturating_sub(first));
    let places = places(table.columns, body.width, room(buffer, body));
    for row in 0..body.height {
        let index = first + usize::from(row);
        if index >= table.rows {
            break;
        }
        if table.selected == Some(index) {
            let role = if table.focused { Role::Marker } else { Role::Muted };
            Line::new(buffer, body, row).put(">", theme.style(role));
        }
        let cells = (table.row)(index);
        if let ([(text, style)], true) = (&cells[..], table.columns.len() > 1) {
            Line::new(buffer, body, row).gap(MARK).put(text, *style);
            continue;
        }
        for (column, x, wide) in &places {
            if let (Some(column), Some((text, style))) = (table.columns.get(*column), cells.get(*column)) {
                put(buffer, cell_area(body, *x, *wide), row, column, text, *style);
            }
        }
    }
}

fn cell_area(area: Rect, x: u16, wide: u16) -> Rect {
    Rect { x: area.x + x, width: wide, ..area }
}

fn put(buffer: &mut Buffer, area: Rect, row: u16, column: &Column, text: &str, style: Style) {
    let text = clip(text, usize::from(area.width));
    let lead = if column.right { area.width.saturating_sub(width(&text) as u16) } else { 0 };
    Line::new(buffer, area, row).gap(lead).put(&text, style);
}

/// Cells for columns. The screen's last stays free where there is room: once it is written, terminals differ on where
/// the cursor is, so that every row would take a move by row and column to go on from.
fn room(buffer: &Buffer, area: Rect) -> u16 {
    let at_edge = area.right() == buffer.area.right() && area.width >= EDGE_FROM;
    area.width - u16::from(at_edge)
}

/// Where those columns stand in `total` cells that a table of this width shows: index, first cell, cells.
fn places(columns: &[Column], width: u16, total: u16) -> Vec<(usize, u16, u16)> {
    let shown: Vec<(usize, &Column)> = columns.iter().enumerate().filter(|(_, column)| column.from <= width).collect();
    let least = |column: &Column| match column.width {
        Width::Fixed(cells) | Width::Fill { min: cells, .. } => cells,
    };
    let gap = if width >= ROOMY { 2 } else { 1 };
    let gaps = gap * (shown.len().saturating_sub(1)) as u16;
    let needed: u16 = shown.iter().map(|(_, column)| least(column)).sum::<u16>() + gaps + MARK;
    let weights: u16 = shown
        .iter()
        .map(|(_, column)| match column.width {
            Width::Fill { weight, .. } => weight,
            Width::Fixed(_) => 0,
        })
        .sum();
    let mut spare = total.saturating_sub(needed);
    let mut weights_left = weights;
    let mut x = MARK;
    let mut places = Vec::with_capacity(shown.len());
    for (index, column) in shown {
        let mut cells = least(column);
        if let Width::Fill { weight, .. } = column.width
            && weights_left > 0
        {
            let share = (u32::from(spare) * u32::from(weight) / u32::from(weights_left)) as u16;
            // What is over the most stays free at the right: a row torn wide apart is hard to follow.
            cells += share.min(FILL_MAX.saturating_sub(cells));
            spare -= share;
            weights_left -= weight;
        }
        if x >= total {
            break;
        }
        places.push((index, x, cells.min(total - x)));
        x = x.saturating_add(cells).saturating_add(gap);
    }
    places
}

/// The first row to show so that `selected` is seen: `first` where that still holds, else moved as little as needed.
pub fn scroll(first: usize, selected: Option<usize>, rows: usize, height: usize) -> usize {
    let last_first = rows.saturating_sub(height.max(1));
    let first = first.min(last_first);
    match selected.map(|selected| selected.min(rows.saturating_sub(1))) {
        Some(selected) if selected < first => selected,
        Some(selected) if selected >= first + height.max(1) => selected + 1 - height.max(1),
        Some(_) | None => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: &[Column] = &[
        Column::new("Sev", Width::Fixed(3)),
        Column::new("Incident", Width::Fill { min: 8, weight: 1 }),
        Column::new("Owner", Width::Fixed(5)).from(30),
        Column::new("Age", Width::Fixed(5)).right(),
    ];

    fn drawn(total: u16) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, total, 3));
        let row = |index: usize| -> Vec<TableCell> {
            ["H", "Departing user", "ruiz", if index == 0 { "2 h" } else { "11 d" }]
                .map(|text| (text.to_owned(), Style::new()))
                .to_vec()
        };
        let (spots, pane) = (Spots::default(), Pane::Queue);
        let table =
            Table { columns: COLUMNS, rows: 2, selected: Some(1), row: &row, focused: true, pane, spots: &spots };
        let area = buffer.area;
        draw(&mut buffer, area, &table, &Theme::plain(), 0);
        buffer
    }

    #[test]
    fn columns_leave_as_the_width_shrinks() {
        assert_eq!(
            drawn(36),
            Buffer::with_lines([
                "  Sev Incident           Owner   Age",
                "  H   Departing user     ruiz    2 h",
                "> H   Departing user     ruiz   11 d",
            ])
        );
        assert_eq!(
            drawn(24),
            Buffer::with_lines(["  Sev Incident       Age", "  H   Departing u…   2 h", "> H   Departing u…  11 d"])
        );
    }

    #[test]
    fn scrolling_moves_as_little_as_needed() {
        let cases = [
            ((0, Some(3), 100, 10), 0),
            ((0, Some(10), 100, 10), 1),
            ((50, Some(49), 100, 10), 49),
            ((95, Some(99), 100, 10), 90),
            ((5, None, 3, 10), 0),
            ((0, Some(0), 0, 0), 0),
        ];
        for ((first, selected, rows, height), expected) in cases {
            assert_eq!(scroll(first, selected, rows, height), expected, "{first} {selected:?} {rows} {height}");
        }
    }
}
