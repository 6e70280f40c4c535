//! The incident page: what and whose it is, its alerts in order of time, and below them one or two of evidence,
//! entities, comments and timeline.

use super::{parts, preview, similar, timeline, words};
use crate::app::Pane;
use crate::app::incident::{Part, State};
use crate::app::store::{AlertEntry, IncidentEntry};
use crate::base::text::count;
use crate::model::{Comment, Evidence};
use crate::triage::Target;
use crate::triage::evidence::counted;
use crate::triage::people::groups;
use crate::tui::memory::{List, ViewMemory};
use crate::tui::mouse::Spot;
use crate::tui::screen::{Drawn, Scene, is_small};
use crate::tui::theme::Role;
use crate::tui::widgets::table::{self, Column, Table, TableCell, Width};
use crate::tui::widgets::text::{Line, below, inset, paragraph, safe, safe_block, top};
use crate::tui::widgets::{fields, panel, strip};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

const ALERTS: &[Column] = &[
    Column::new("Began", Width::Fixed(11)).from(56),
    Column::new("Src", Width::Fixed(3)),
    Column::new("Sev", Width::Fixed(3)),
    Column::new("Alert", Width::Fill { min: 12, weight: 3 }),
    Column::new("Status", Width::Fixed(words::STATUS_CELLS)).from(44),
    Column::new("Classification", Width::Fixed(14)).from(90),
    Column::new("Owner", Width::Fixed(12)).from(110),
    Column::new("Evidence", Width::Fixed(8)).right().from(120),
];

const ENTITIES: &[Column] = &[
    Column::new("Entity", Width::Fixed(14)),
    Column::new("Name", Width::Fill { min: 12, weight: 2 }),
    Column::new("Detail", Width::Fill { min: 8, weight: 2 }).from(50),
    Column::new("Seen", Width::Fixed(4)).right(),
    Column::new("Verdict", Width::Fixed(10)).from(60),
];

/// Rows for why there are no alerts.
const NO_ALERTS_ROWS: u16 = 4;
/// The least height under the alerts at which a second part stands below the focused one.
const TWO_ROWS: u16 = 18;
/// The least height of the entities at which they are summed up.
const SUMMED: u16 = 6;
/// The least height under the alerts at which the alert's description is shown.
const DESCRIBED: u16 = 14;
/// The most rows of a description.
const DESCRIPTION_ROWS: u16 = 3;
/// The least width at which evidence stands beside entities.
const TWO_COLUMNS: u16 = 140;

/// Draws the view.
pub fn draw(scene: &Scene<'_>, memory: &mut ViewMemory, buffer: &mut Buffer, area: Rect) -> Drawn {
    let app = scene.app;
    let Some(state) = &app.incident else { return Drawn::default() };
    let inner = inset(area, 1);
    let Some(entry) = app.store.incident(&state.id) else {
        Line::new(buffer, inner, 0).put(&format!("Incident {}", state.id), scene.style(Role::Strong));
        if let Some(absent) = words::absent(&state.fetch) {
            panel::draw(buffer, below(inner, 1), &absent, scene.theme);
        }
        return Drawn::default();
    };
    let alerts = app.store.alerts_of(&state.id);
    let head = if is_small(Rect { height: area.height + 2, ..area }) {
        Line::new(buffer, inner, 0).put(&safe(&entry.incident.display_name), scene.style(Role::Strong));
        1
    } else {
        heading(scene, entry, &alerts, buffer, inner)
    };
    let rest = below(area, head);
    let wanted = if alerts.is_empty() { NO_ALERTS_ROWS } else { alerts.len() as u16 + 1 };
    let list_rows = wanted.min((rest.height / 2).max(4)).min(rest.height);
    let list = top(rest, list_rows);
    let mut drawn = alert_list(scene, state, &alerts, memory, buffer, list);
    let under = below(rest, list_rows);
    if under.height > 1 {
        let rows = lower_parts(scene, state, &alerts, memory, buffer, under);
        if state.part != Part::Alerts {
            drawn.page_rows = rows;
        }
    }
    drawn
}

/// What the incident is; returns the rows used.
fn heading(scene: &Scene<'_>, entry: &IncidentEntry, alerts: &[&AlertEntry], buffer: &mut Buffer, area: Rect) -> u16 {
    let incident = &entry.incident;
    let severity = words::severity_style(scene, &incident.severity);
    let title = scene.style(Role::Strong);
    Line::new(buffer, area, 0)
        .put(&incident.id, title)
        .gap(2)
        .put(&safe(&incident.display_name), title)
        .right(&[(&format!("changed {}", words::ago(scene, incident.last_update)), scene.style(Role::Muted))]);
    let text = scene.style(Role::Text);
    let (_, status) = words::incident_status_cell(scene, &incident.status);
    let merged = incident.redirect_incident_id.as_ref().map(|id| format!("incident {}", safe(id))).unwrap_or_default();
    let tags: Vec<String> = incident.custom_tags.iter().chain(&incident.system_tags).map(safe).collect();
    let mut rows = 1 + fields::draw(
        buffer,
        top(below(area, 1), 3),
        &[
            ("Severity", incident.severity.wire().to_owned(), severity),
            ("Status", incident.status.title().to_owned(), status),
            ("Merged into", merged, scene.style(Role::Warning)),
            ("Owner", incident.assigned_to.as_ref().map_or_else(|| "nobody".to_owned(), safe), text),
            ("Classification", incident.classification.title().to_owned(), text),
            ("Determination", words::determination(&incident.determination).to_owned(), text),
            ("Age", scene.age(incident.created), text),
            ("Tags", tags.join(", "), text),
        ],
        scene.theme,
    );
    parts::why(scene, entry, buffer, area, rows);
    parts::people(scene, &entry.people, buffer, area, rows + 1);
    rows += 2;
    if parts::purview(scene, alerts.iter().map(|entry| &entry.alert), buffer, area, rows) {
        rows += 1;
    }
    if parts::note(scene, &Target::Incident(incident.id.clone()).wire(), buffer, area, rows) {
        rows += 1;
    }
    Line::new(buffer, area, rows).rule("─", scene.style(Role::Rule));
    (rows + 1).min(area.height)
}

fn alert_list(
    scene: &Scene<'_>,
    state: &State,
    alerts: &[&AlertEntry],
    memory: &mut ViewMemory,
    buffer: &mut Buffer,
    area: Rect,
) -> Drawn {
    let page = area.height.saturating_sub(1);
    let drawn = Drawn { cursor: None, page_rows: usize::from(page) };
    if alerts.is_empty() {
        let absent = words::absent(&state.fetch).or_else(|| words::absent(&scene.app.store.alerts_fetch));
        let incident = scene.app.store.incident(&state.id).map(|entry| &entry.incident);
        let absent = absent.or_else(|| incident.map(parts::no_alerts)).unwrap_or(panel::Absent::Loading);
        panel::draw(buffer, inset(area, 1), &absent, scene.theme);
        return drawn;
    }
    let selected = alerts.iter().position(|entry| Some(&entry.alert.id) == state.alert.as_ref()).or(Some(0));
    let first = memory.scroll(List::IncidentAlerts, selected, alerts.len(), page);
    let row = |index: usize| alerts.get(index).map(|entry| alert_cells(scene, entry)).unwrap_or_default();
    let (pane, spots) = (Pane::Part(Part::Alerts), scene.spots);
    let focused = state.part == Part::Alerts;
    let table = Table { columns: ALERTS, rows: alerts.len(), selected, row: &row, focused, pane, spots };
    table::draw(buffer, area, &table, scene.theme, first);
    drawn
}

fn alert_cells(scene: &Scene<'_>, entry: &AlertEntry) -> Vec<TableCell> {
    let alert = &entry.alert;
    let text = scene.style(Role::Text);
    let mut cells = words::alert_cells(scene, alert);
    cells.extend([
        words::alert_status_cell(scene, &alert.status),
        (words::finding(&alert.classification).to_owned(), text),
        (words::owner(alert.assigned_to.as_ref()), text),
        (alert.details().evidence.len().to_string(), text),
    ]);
    cells
}

/// The parts under the alerts: the focused one, and beside it another where there is room. Returns the focused one's rows.
fn lower_parts(
    scene: &Scene<'_>,
    state: &State,
    alerts: &[&AlertEntry],
    memory: &mut ViewMemory,
    buffer: &mut Buffer,
    area: Rect,
) -> usize {
    let selected = alerts.get(state.alert_position()).or(alerts.first());
    let evidence: &[Evidence] = selected.map_or(&[], |entry| &entry.alert.details().evidence);
    let comments = state.comments(&scene.app.store);
    let counts = [
        (Part::Evidence, evidence.len()),
        (Part::Entities, state.entities.len()),
        (Part::Comments, comments.len()),
        (Part::Timeline, state.moments().count()),
        (Part::Similar, state.similar.len()),
    ];
    let described = selected.map_or(0, |entry| describe(scene, entry, buffer, area));
    let area = below(area, described);
    let rows_of = |part: Part| counts.iter().find(|(known, _)| *known == part).map_or(0, |(_, count)| *count as u16);
    let places = places(if state.part == Part::Alerts { Part::Evidence } else { state.part }, area, rows_of);
    let focused_rows = places.first().map_or(0, |(_, place)| place.height);
    for (column, (part, area)) in places.into_iter().enumerate() {
        let named = counts.iter().filter(|(named, _)| column == 0 || *named == part);
        part_tabs(scene, part, state.part, named, buffer, top(area, 1));
        let body = below(area, 1);
        let focused = part == state.part;
        match part {
            Part::Evidence | Part::Alerts => {
                evidence_list(scene, (evidence, state.evidence, focused), memory, buffer, body);
            }
            Part::Entities => entity_list(scene, state, focused, memory, buffer, body),
            Part::Comments => comment_list(scene, &comments, state.comment, focused, buffer, body),
            Part::Timeline => timeline::draw(scene, state, focused, memory, buffer, body),
            Part::Similar => similar::draw(scene, state, focused, memory, buffer, body),
        }
    }
    usize::from(focused_rows.saturating_sub(2))
}

/// Where the parts stand: the first, and where there is room another beside or below it.
fn places(first: Part, area: Rect, rows_of: impl Fn(Part) -> u16) -> Vec<(Part, Rect)> {
    let second = if first == Part::Entities { Part::Evidence } else { Part::Entities };
    if area.width >= TWO_COLUMNS {
        let half = area.width / 2;
        let right = Rect { x: area.x + half, width: area.width - half, ..area };
        return vec![(first, Rect { width: half, ..area }), (second, right)];
    }
    if area.height < TWO_ROWS {
        return vec![(first, area)];
    }
    let wanted = rows_of(first).max(2) + 2;
    let upper = wanted.clamp(area.height / 3, area.height - area.height / 3);
    vec![(first, top(area, upper)), (second, below(area, upper))]
}

/// What the service says of the alert, where there is room; returns the rows used.
fn describe(scene: &Scene<'_>, entry: &AlertEntry, buffer: &mut Buffer, area: Rect) -> u16 {
    let text = entry.alert.details().description.as_ref().map(safe_block).unwrap_or_default();
    if area.height < DESCRIBED || text.is_empty() {
        return 0;
    }
    let room = inset(top(below(area, 1), DESCRIPTION_ROWS), 2);
    paragraph(buffer, room, &text, scene.style(Role::Text)) + 2
}

/// Names the parts with their counts; the shown one stands out, and more so with the focus.
fn part_tabs<'a>(
    scene: &Scene<'_>,
    shown: Part,
    focus: Part,
    counts: impl Iterator<Item = &'a (Part, usize)>,
    buffer: &mut Buffer,
    area: Rect,
) {
    let (mut parts, mut names) = (Vec::new(), Vec::new());
    for (part, number) in counts {
        let role = match *part {
            part if part == shown && part == focus => Role::TabOpen,
            part if part == shown => Role::Strong,
            _ => Role::Muted,
        };
        // Similar alerts are looked for when they are on show.
        let number = if *part == Part::Similar && shown != *part { String::new() } else { format!("{number} ") };
        names.push((format!(" {} {number}", part.title()), scene.style(role)));
        parts.push(*part);
    }
    let open = parts.iter().position(|part| *part == shown).unwrap_or(0);
    for (at, place) in strip::draw(buffer, area, &names, (open, 0), scene.theme) {
        parts.get(at).iter().for_each(|part| scene.spots.add(place, Spot::Name(Pane::Part(**part))));
    }
}

fn evidence_list(
    scene: &Scene<'_>,
    (evidence, cursor, focused): (&[Evidence], usize, bool),
    memory: &mut ViewMemory,
    buffer: &mut Buffer,
    area: Rect,
) {
    if evidence.is_empty() {
        let none = match scene.app.incident.as_ref().and_then(|page| page.alert.as_ref()) {
            Some(_) => "This alert carries no evidence.",
            None => "Evidence belongs to alerts, and none is known here.",
        };
        let none = panel::Absent::Empty(none.to_owned());
        panel::draw(buffer, inset(area, 2), &none, scene.theme);
    }
    let selected = focused.then_some(cursor);
    let first = memory.scroll(List::Evidence, selected, evidence.len(), area.height);
    scene.spots.rows(area, Pane::Part(Part::Evidence), first, evidence.len().saturating_sub(first));
    for (row, (index, item)) in evidence.iter().enumerate().skip(first).take(usize::from(area.height)).enumerate() {
        if selected == Some(index) {
            Line::new(buffer, area, row as u16).put(">", scene.style(Role::Marker));
        }
        preview::evidence_row(scene, item, buffer, inset(area, 1), row as u16);
    }
}

fn entity_list(
    scene: &Scene<'_>,
    state: &State,
    focused: bool,
    memory: &mut ViewMemory,
    buffer: &mut Buffer,
    area: Rect,
) {
    if state.entities.is_empty() {
        let none = panel::Absent::Empty("The alerts name nothing and nobody.".to_owned());
        panel::draw(buffer, inset(area, 2), &none, scene.theme);
        return;
    }
    let row = |index: usize| -> Vec<TableCell> {
        let Some(entity) = state.entities.get(index) else { return Vec::new() };
        let text = scene.style(Role::Text);
        vec![
            (entity.kind.title().to_owned(), scene.style(Role::Muted)),
            (safe(&entity.label), text),
            (safe(&entity.detail), scene.style(Role::Muted)),
            (entity.count.to_string(), text),
            words::verdict_cell(scene, &entity.verdict),
        ]
    };
    let summed = if area.height < SUMMED { 0 } else { groups_line(scene, state, buffer, inset(area, 1)) };
    let area = below(area, summed);
    let selected = focused.then_some(state.entity);
    let page = area.height.saturating_sub(1);
    let first = memory.scroll(List::Entities, selected, state.entities.len(), page);
    let (pane, spots) = (Pane::Part(Part::Entities), scene.spots);
    let table = Table { columns: ENTITIES, rows: state.entities.len(), selected, row: &row, focused, pane, spots };
    table::draw(buffer, area, &table, scene.theme, first);
}

/// How many of each kind, and the gravest verdict among them; returns the rows used.
fn groups_line(scene: &Scene<'_>, state: &State, buffer: &mut Buffer, area: Rect) -> u16 {
    let mut line = Line::new(buffer, area, 0);
    for (index, (kind, number, verdict)) in groups(&state.entities).into_iter().enumerate() {
        let (word, style) = words::verdict_cell(scene, &verdict);
        let before = if index == 0 { "" } else { " · " };
        line.put(&format!("{before}{}", counted(kind, number)), scene.style(Role::Text));
        if !word.is_empty() {
            line.put(&format!(" {word}"), style);
        }
    }
    1
}

fn comment_list(
    scene: &Scene<'_>,
    comments: &[&Comment],
    cursor: usize,
    focused: bool,
    buffer: &mut Buffer,
    area: Rect,
) {
    if comments.is_empty() {
        let key = scene.key("triage.comment").unwrap_or_default();
        let none = panel::Absent::Empty(format!("No comments on the incident or its alerts. {key} writes one."));
        panel::draw(buffer, inset(area, 2), &none, scene.theme);
        return;
    }
    let mut rest = area;
    for (index, comment) in comments.iter().enumerate().skip(if focused { cursor } else { 0 }) {
        if rest.height == 0 {
            let left = comments.len() - index;
            let last = below(area, area.height.saturating_sub(1));
            Line::new(buffer, last, 0).right(&[(&count(left, "more comment"), scene.style(Role::Muted))]);
            break;
        }
        let mark = if focused && index == cursor { ">" } else { " " };
        Line::new(buffer, rest, 0)
            .put(mark, scene.style(Role::Marker))
            .gap(1)
            .put(&words::day_and_clock(comment.created), scene.style(Role::Muted))
            .gap(2)
            .put(&safe(&comment.created_by), scene.style(Role::Strong));
        let text = safe_block(&comment.comment);
        let body = inset(below(rest, 1), 2);
        let used = paragraph(buffer, body, &text, scene.style(Role::Text));
        for row in 0..=used {
            scene.spots.rows(top(below(rest, row), 1), Pane::Part(Part::Comments), index, 1);
        }
        rest = below(rest, used + 1);
    }
}
