//! What both queues share: filter line, table, marks of what is new, preview under the list.

use super::filter_line::{self, News};
use super::words;
use crate::app::Pane;
use crate::app::columns::{Column, Field, Show};
use crate::app::queue::{ListLine, Queue, Row};
use crate::app::remote::Remote;
use crate::app::sort::Sort;
use crate::app::store::Progress;
use crate::base::text::count;
use crate::tui::memory::{List, ViewMemory};
use crate::tui::mouse::Spot;
use crate::tui::screen::{Drawn, Scene, is_one_list, is_small};
use crate::tui::theme::Role;
use crate::tui::widgets::panel::{self, Absent};
use crate::tui::widgets::table::{self, Table, TableCell, Width};
use crate::tui::widgets::text::{Line, below, inset, top};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The least width of a screen that has room for who, where and how many beside the title.
const ROOMY: u16 = 100;

/// What stands in place of rows whose texts may name people who are not known yet.
const WITHHELD: &str = "loading …  rows are shown once the alerts that tell who people are have come";

/// Rows the preview takes of a body of this height; 0 where the list needs them all.
pub fn preview_rows(body: Rect) -> u16 {
    if is_small(Rect { height: body.height + 2, ..body }) { 0 } else { (body.height * 2 / 5).clamp(5, 16) }
}

/// What one of the queues is made of.
pub struct Listed<'a> {
    /// Its rows.
    pub queue: &'a Queue,
    /// Its scroll position.
    pub list: List,
    /// One of its records, e.g. `incident`.
    pub noun: &'static str,
    /// How many records it has before the filter.
    pub total: usize,
    /// Their fetch.
    pub fetch: &'a Remote<Progress>,
    /// Its order unless another is chosen.
    pub usual: Sort,
    /// The heading of a field.
    pub heading: fn(Field) -> &'static str,
    /// A cell: of the row, by its field, in at most so many cells.
    pub cell: &'a dyn Fn(&Row, Field, u16) -> TableCell,
    /// Whether the record at a place of the store names something watched.
    pub is_watched: &'a dyn Fn(usize) -> bool,
    /// The id of the record at a place of the store.
    pub id_at: &'a dyn Fn(usize) -> Option<&'a str>,
    /// The place in the store of the record of an id.
    pub index_of: &'a dyn Fn(&str) -> Option<usize>,
}

/// Draws filter line and list, and returns with it the area that is left for a preview.
pub fn draw(
    scene: &Scene<'_>,
    listed: &Listed<'_>,
    memory: &mut ViewMemory,
    buffer: &mut Buffer,
    area: Rect,
) -> (Drawn, Rect) {
    let queue = listed.queue;
    let is_bare = is_one_list(buffer.area);
    let rest = if is_bare { area } else { below(area, 1) };
    let list = top(rest, rest.height - preview_rows(area).min(rest.height));
    let heading_rows = u16::from(!is_bare);
    let page = list.height.saturating_sub(heading_rows);
    let drawn = Drawn { cursor: None, page_rows: usize::from(page) };
    let selected = queue.line_of(queue.cursor());
    memory.follow(listed.list, queue.selected(), selected, queue.line_count(), page);
    if scene.app.loads_first_data() {
        memory.loosen(listed.list);
    }
    // With the first row of a group its heading is seen.
    let above = selected.saturating_sub(1);
    if page > 1 && matches!(queue.line(above), Some(ListLine::Heading(_))) {
        memory.scroll(listed.list, Some(above), queue.line_count(), page);
    }
    let first = memory.scroll(listed.list, Some(selected), queue.line_count(), page);
    if !is_bare {
        filter_line::draw(scene, listed, news(listed, first), buffer, top(area, 1));
        scene.spots.add(top(area, 1), Spot::Command("queue.filter"));
    }
    let is_withheld = scene.app.withholds_names();
    if queue.rows().is_empty() || is_withheld {
        let absent = match words::absent(listed.fetch) {
            Some(absent) => absent,
            None if is_withheld => Absent::Empty(WITHHELD.to_owned()),
            None => filter_line::empty(scene, listed),
        };
        panel::draw(buffer, inset(below(rest, heading_rows), 2), &absent, scene.theme);
        return (drawn, Rect::default());
    }
    let shown = shown(listed, area.width, is_bare);
    let columns: Vec<table::Column> = shown.iter().map(|(_, column)| *column).collect();
    let cells = |place: usize| -> Vec<TableCell> {
        match queue.line(place) {
            Some(ListLine::Heading(group)) => {
                vec![(format!("- {}  {}", group.name, count(group.count, listed.noun)), scene.style(Role::Heading))]
            }
            Some(ListLine::Folded(place, group)) => {
                // What is done here is done to its first row, which is therefore named.
                let row = queue.rows().get(place);
                let first = row.map(|row| (listed.cell)(row, Field::Title, u16::MAX).0).unwrap_or_default();
                let text = format!("+ {}  {}  {first}", group.name, count(group.count, listed.noun));
                vec![(text, scene.style(Role::Heading))]
            }
            Some(ListLine::Row(place)) => {
                queue.rows().get(place).map(|row| row_cells(scene, listed, row, &shown)).unwrap_or_default()
            }
            None => Vec::new(),
        }
    };
    let table = Table {
        columns: &columns,
        rows: queue.line_count(),
        selected: Some(selected),
        row: &cells,
        focused: true,
        pane: Pane::Queue,
        spots: scene.spots,
    };
    if is_bare {
        table::draw_rows(buffer, list, &table, scene.theme, first);
    } else {
        table::draw(buffer, list, &table, scene.theme, first);
    }
    marks(scene, listed, buffer, below(list, heading_rows), first);
    (drawn, below(rest, list.height))
}

/// The columns on screen: what each shows and how it is laid out.
fn shown(listed: &Listed<'_>, width: u16, is_bare: bool) -> Vec<(Field, table::Column)> {
    let bare = [Field::Severity, Field::Title];
    let is_wanted = |column: &&Column| match column.show {
        _ if is_bare => bare.contains(&column.field),
        Show::Roomy => from(column.field, listed) <= width,
        Show::Always => true,
        Show::Never => false,
    };
    let columns = listed.queue.columns.all().iter().filter(is_wanted);
    columns.map(|column| (column.field, laid_out(*column, listed, width))).collect()
}

/// The least width of the table at which a column stands unless chosen otherwise.
fn from(field: Field, listed: &Listed<'_>) -> u16 {
    match field {
        Field::Severity | Field::Title => 0,
        Field::Sources if listed.list == List::Alerts => 0,
        Field::Age | Field::Priority => 40,
        Field::Status | Field::Changed | Field::Tags => 50,
        Field::User => 60,
        Field::Incident => 80,
        Field::Sources | Field::Alerts | Field::Owner => ROOMY,
        Field::Classification => 120,
    }
}

fn laid_out(column: Column, listed: &Listed<'_>, total: u16) -> table::Column {
    let field = column.field;
    let width = match (column.cells, field) {
        (Some(cells), _) => Width::Fixed(cells),
        (None, Field::Title) => Width::Fill { min: 12, weight: 8 },
        (None, Field::User) if total < ROOMY => Width::Fixed(10),
        (None, Field::User) => Width::Fill { min: 12, weight: 1 },
        // One source of an alert; of an incident two, three, four.
        (None, Field::Sources) if listed.list == List::Alerts => Width::Fixed(3),
        (None, Field::Sources) => Width::Fixed(match total {
            ..ROOMY => 7,
            ROOMY..160 => 11,
            160.. => 15,
        }),
        (None, field) => Width::Fixed(field.cells()),
    };
    let laid_out = table::Column::new((listed.heading)(field), width).spot(Spot::Heading(field));
    if matches!(field, Field::Priority | Field::Alerts | Field::Age | Field::Changed) {
        laid_out.right()
    } else {
        laid_out
    }
}

fn row_cells(scene: &Scene<'_>, listed: &Listed<'_>, row: &Row, shown: &[(Field, table::Column)]) -> Vec<TableCell> {
    let id = (listed.id_at)(row.index).unwrap_or_default();
    let news = listed.queue.unseen.of(id);
    let is_marked = listed.queue.marks.contains(id);
    let cell = |(field, column): &(Field, table::Column)| {
        let cells = match column.width {
            Width::Fixed(cells) => cells,
            Width::Fill { .. } => u16::MAX,
        };
        let (text, style) = (listed.cell)(row, *field, cells);
        if news.is_some_and(|news| news.changes.iter().any(|change| change.field == *field)) {
            return (text, scene.style(Role::Changed));
        }
        if is_marked && *field == Field::Title {
            return (format!("* {text}"), scene.style(Role::Chosen));
        }
        (text, style)
    };
    shown.iter().map(cell).collect()
}

/// Beside rows that somebody should look at: `+` a new one, `~` one that changed, `!` one that names something watched.
fn marks(scene: &Scene<'_>, listed: &Listed<'_>, buffer: &mut Buffer, body: Rect, first: usize) {
    for row in 0..body.height {
        let Some(ListLine::Row(place)) = listed.queue.line(first + usize::from(row)) else { continue };
        let Some(row_here) = listed.queue.rows().get(place) else { continue };
        let news = (listed.id_at)(row_here.index).and_then(|id| listed.queue.unseen.of(id));
        let (sign, role) = match news {
            Some(news) if news.is_new => ("+", Role::Changed),
            Some(_) => ("~", Role::Changed),
            None if (listed.is_watched)(row_here.index) => ("!", Role::Warning),
            None => continue,
        };
        let mark = Rect { x: body.x + 1, width: 1, ..body };
        Line::new(buffer, mark, row).put(sign, scene.style(role));
    }
}

/// What is new among the rows, `first` being the first line on screen.
fn news(listed: &Listed<'_>, first: usize) -> News {
    let mut found = News::default();
    if listed.queue.unseen.is_empty() {
        return found;
    }
    // The news are few and the rows many: by place in the store, a row takes one look.
    let mut is_new: Vec<Option<bool>> = vec![None; listed.total];
    for (id, news) in listed.queue.unseen.all() {
        if let Some(at) = (listed.index_of)(id).and_then(|index| is_new.get_mut(index)) {
            *at = Some(news.is_new);
        }
    }
    for (place, row) in listed.queue.rows().iter().enumerate() {
        match is_new.get(row.index).copied().flatten() {
            Some(true) => {
                found.fresh += 1;
                found.fresh_above += usize::from(listed.queue.line_of(place) < first);
            }
            Some(false) => found.changed += 1,
            None => {}
        }
    }
    found
}
