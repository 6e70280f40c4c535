//! The journal: what was done, looked at and asked, latest first, and below it the records of the act under the cursor.

use crate::app::Pane;
use crate::base::text::count;
use crate::triage::journal::{Kind, Standing, Story};
use crate::triage::plan::record_changes;
use crate::tui::memory::{List, ViewMemory};
use crate::tui::panes::queue::preview_rows;
use crate::tui::screen::{Drawn, Scene};
use crate::tui::theme::Role;
use crate::tui::widgets::panel::{self, Absent};
use crate::tui::widgets::table::{self, Column, Table, TableCell, Width};
use crate::tui::widgets::text::{Line, below, inset, safe, top};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const COLUMNS: &[Column] = &[
    Column::new("When (UTC)", Width::Fixed(16)),
    Column::new("What", Width::Fixed(6)),
    Column::new("Act", Width::Fill { min: 20, weight: 1 }),
    Column::new("Records", Width::Fixed(7)).right().from(70),
    Column::new("State", Width::Fixed(14)),
    Column::new("By", Width::Fixed(12)).from(100),
];

/// Draws the view.
pub fn draw(scene: &Scene<'_>, memory: &mut ViewMemory, buffer: &mut Buffer, area: Rect) -> Drawn {
    let journal = &scene.app.journal;
    heading(scene, buffer, top(area, 1));
    let rest = below(area, 1);
    let list = top(rest, rest.height - preview_rows(area).min(rest.height));
    let page = list.height.saturating_sub(1);
    let drawn = Drawn { cursor: None, page_rows: usize::from(page) };
    if journal.stories.is_empty() {
        let why =
            "Nothing was done here yet: plans, writes, queries and looks at a person come to stand here.".to_owned();
        panel::draw(buffer, inset(below(rest, 1), 2), &Absent::Empty(why), scene.theme);
        return drawn;
    }
    let selected = Some(journal.cursor);
    let first = memory.scroll(List::Journal, selected, journal.stories.len(), page);
    let row = |index: usize| journal.stories.get(index).map(|story| cells(scene, story)).unwrap_or_default();
    let (pane, spots) = (Pane::Journal, scene.spots);
    let table =
        Table { columns: COLUMNS, rows: journal.stories.len(), selected, row: &row, focused: true, pane, spots };
    table::draw(buffer, list, &table, scene.theme, first);
    if let Some(story) = journal.selected() {
        detail(scene, story, buffer, below(rest, list.height));
    }
    drawn
}

/// How much there is, and whether it is kept.
fn heading(scene: &Scene<'_>, buffer: &mut Buffer, area: Rect) {
    let journal = &scene.app.journal;
    let mut line = Line::new(buffer, area, 0);
    line.gap(1).put(&count(journal.stories.len(), "line"), scene.style(Role::Text));
    let (text, role) = match (&journal.failure, scene.app.profile.keeps_journal) {
        (Some(_), _) => ("NOT KEPT: the store failed", Role::Error),
        (None, true) => ("hash-chained, kept on this machine", Role::Muted),
        (None, false) => ("in memory: gone when the program ends", Role::Muted),
    };
    line.right(&[(text, scene.style(role))]);
}

fn cells(scene: &Scene<'_>, story: &Story) -> Vec<TableCell> {
    let entry = &story.head.entry;
    let text = scene.style(Role::Text);
    let when = entry.at.to_seconds_text().replace('T', " ").chars().take(16).collect();
    let what = match entry.kind {
        Kind::View => "view",
        Kind::Query => "query",
        Kind::Export => "export",
        Kind::Note => "note",
        Kind::Reveal => "reveal",
        _ if !entry.undoes.is_empty() => "undo",
        _ => "act",
    };
    let records = entry.after.as_array().map_or_else(String::new, |rows| rows.len().to_string());
    vec![
        (when, scene.style(Role::Muted)),
        (what.to_owned(), scene.style(Role::Muted)),
        (safe(&entry.text), text),
        (records, text),
        standing(scene, story),
        (safe(&entry.by.split('@').next().unwrap_or_default().into()), scene.style(Role::Muted)),
    ]
}

fn standing(scene: &Scene<'_>, story: &Story) -> TableCell {
    let is_under_way = scene.app.applying.as_ref().is_some_and(|applying| applying.act == story.act);
    let (word, role) = match story.standing() {
        Standing::Seen => (String::new(), Role::Muted),
        Standing::Done => ("written".to_owned(), Role::Good),
        Standing::Partly(0, _) => ("not written".to_owned(), Role::Error),
        Standing::Partly(written, not) => (format!("{written} of {}", written + not), Role::Warning),
        Standing::Unknown if is_under_way => ("under way".to_owned(), Role::Warning),
        Standing::Unknown => ("end not known".to_owned(), Role::Warning),
        Standing::Undone => ("undone".to_owned(), Role::Muted),
    };
    (word, scene.style(role))
}

/// What the act under the cursor did: a line a property.
fn detail(scene: &Scene<'_>, story: &Story, buffer: &mut Buffer, area: Rect) {
    if area.height == 0 {
        return;
    }
    Line::new(buffer, area, 0).rule("─", scene.style(Role::Rule));
    let mut lines: Vec<Vec<(String, Role)>> = Vec::new();
    if story.rest.is_empty() {
        let block = story.head.entry.text.block();
        lines.extend(block.lines().map(|line| vec![(line.to_owned(), Role::Text)]));
        if !story.head.entry.subject.is_empty() {
            lines.push(vec![(safe(&story.head.entry.subject.as_str().into()), Role::Muted)]);
        }
    }
    for (record, written) in story.rest.iter().map(|record| (record, record.entry.written())) {
        let entry = &record.entry;
        let target = written.as_ref().map_or_else(String::new, |written| written.target.title());
        let role = if matches!(entry.kind, Kind::Write | Kind::Carried) { Role::Muted } else { Role::Error };
        lines.push(vec![
            (format!("{:<9}", entry.kind.title()), role),
            (target, Role::Strong),
            ("  ".to_owned(), Role::Text),
            (safe(&entry.text), Role::Muted),
        ]);
        let Some(written) = written else { continue };
        for change in record_changes(&written.before.unwrap_or_default(), &written.after) {
            lines.push(vec![
                (format!("         {:<16}", change.field.title()), Role::Muted),
                (safe(&change.old), Role::Before),
                (" → ".to_owned(), Role::Muted),
                (safe(&change.new), Role::After),
            ]);
        }
        if let Some(comment) = entry.after.get("comment").and_then(serde_json::Value::as_str) {
            lines.push(vec![
                ("         comment         ".to_owned(), Role::Muted),
                (safe(&comment.into()), Role::After),
            ]);
        }
    }
    let body = inset(below(area, 1), 1);
    let rows = usize::from(body.height);
    let left = lines.len().saturating_sub(rows);
    for (row, pieces) in lines.iter().take(rows).enumerate() {
        let mut line = Line::new(buffer, body, row as u16);
        for (text, role) in pieces {
            line.put(text, scene.style(*role));
        }
        if row + 1 == rows && left > 0 {
            let key = scene.key("list.open").unwrap_or_default();
            line.right(&[(&format!("{left} more: {key}"), scene.style(Role::Key))]);
        }
    }
}
