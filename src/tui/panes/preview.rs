//! What is under the cursor of a queue, in the rows below it.

use super::{news, parts, watched, words};
use crate::app::columns::Field;
use crate::app::store::{AlertEntry, IncidentEntry};
use crate::base::text::{count, width};
use crate::model::Alert;
use crate::triage::Target;
use crate::triage::people::entity_of;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::text::{Line, below, inset, paragraph, safe, safe_block, top};
use crate::tui::widgets::{fields, panel};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// An incident: its name on the border, why it is here, who, Purview, its alerts, what the evidence is.
pub fn incident(scene: &Scene<'_>, entry: &IncidentEntry, buffer: &mut Buffer, area: Rect) {
    let incident = &entry.incident;
    let alerts = scene.app.store.alerts_of(&incident.id);
    let models = || alerts.iter().map(|entry| &entry.alert);
    border(scene, &format!("{} {}", incident.id, safe(&incident.display_name)), buffer, area);
    let whole = area;
    let area = inset(below(area, 1), 1);
    parts::why(scene, entry, buffer, area, 0);
    parts::people(scene, &entry.people, buffer, area, 1);
    let mut row = 2;
    if news::draw(scene, (&scene.app.incidents, &incident.id), &|field| now_of(entry, field), buffer, (area, row)) {
        row += 1;
    }
    if watched::draw(scene, &entry.watched, buffer, area, row) {
        row += 1;
    }
    if parts::purview(scene, models(), buffer, area, row) {
        row += 1;
    }
    if parts::note(scene, &Target::Incident(incident.id.clone()).wire(), buffer, area, row) {
        row += 1;
    }
    let rest = below(area, row);
    if alerts.is_empty() {
        let absent = words::absent(&scene.app.store.alerts_fetch).unwrap_or_else(|| parts::no_alerts(incident));
        panel::draw(buffer, rest, &absent, scene.theme);
        return;
    }
    let shown = usize::from(rest.height.saturating_sub(1)).min(alerts.len());
    let first = scene.spots.preview(whole, &incident.id, alerts.len().saturating_sub(shown));
    for (row, alert) in alerts.iter().skip(first).take(shown).enumerate() {
        parts::alert_row(scene, alert, buffer, rest, row as u16);
    }
    let hidden = alerts.len() - shown;
    let more = if hidden > 0 { format!(" +{}", count(hidden, "alert")) } else { String::new() };
    let foot = below(rest, shown as u16);
    let room = Rect { width: foot.width.saturating_sub(width(&more) as u16), ..foot };
    Line::new(buffer, room, 0)
        .put("Evidence", scene.style(Role::Muted))
        .gap(2)
        .put(&parts::evidence_counts(models()), scene.style(Role::Text));
    Line::new(buffer, foot, 0).right(&[(&more, scene.style(Role::Muted))]);
}

/// What an incident reads now in a field that a refresh can change; `None` where it is on screen anyway.
fn now_of(entry: &IncidentEntry, field: Field) -> Option<String> {
    let incident = &entry.incident;
    Some(match field {
        Field::Severity => incident.severity.title().to_owned(),
        Field::Status => incident.status.title().to_owned(),
        Field::Classification => incident.classification.title().to_owned(),
        Field::Owner => news::whose(incident.assigned_to.as_ref()),
        Field::Alerts => entry.alert_count().to_string(),
        Field::Tags => incident.custom_tags.iter().map(safe).collect::<Vec<_>>().join(", "),
        _ => return None,
    })
}

/// The same of an alert.
fn now_of_alert(alert: &Alert, field: Field) -> Option<String> {
    Some(match field {
        Field::Severity => alert.severity.title().to_owned(),
        Field::Status => alert.status.title().to_owned(),
        Field::Classification => alert.classification.title().to_owned(),
        Field::Owner => news::whose(alert.assigned_to.as_ref()),
        Field::Incident => alert.incident_id.as_deref().unwrap_or("none").to_owned(),
        _ => return None,
    })
}

/// What divides a list from the preview below: the name of what is shown after a short rule. A long one would cost
/// three bytes a cell and say nothing.
fn border(scene: &Scene<'_>, title: &str, buffer: &mut Buffer, area: Rect) {
    Line::new(buffer, area, 0)
        .put("── ", scene.style(Role::Rule))
        .put(title, scene.style(Role::Strong))
        .put(" ──", scene.style(Role::Rule));
}

/// An alert: what, whose, Purview, evidence, description.
pub fn alert(scene: &Scene<'_>, entry: &AlertEntry, buffer: &mut Buffer, area: Rect) {
    let alert = &entry.alert;
    border(scene, &safe(&alert.title), buffer, area);
    let whole = area;
    let area = inset(below(area, 1), 1);
    parts::people(scene, &entry.people, buffer, area, 0);
    let mut rest = below(area, 1);
    if news::draw(scene, (&scene.app.alerts, &alert.id), &|field| now_of_alert(alert, field), buffer, (rest, 0)) {
        rest = below(rest, 1);
    }
    if watched::draw(scene, &entry.watched, buffer, rest, 0) {
        rest = below(rest, 1);
    }
    if parts::purview(scene, std::iter::once(alert), buffer, rest, 0) {
        rest = below(rest, 1);
    }
    let text = scene.style(Role::Text);
    let rows = fields::draw(
        buffer,
        top(rest, 2),
        &[
            ("Source", alert.service_source.title().to_owned(), words::source_style(scene, &alert.service_source)),
            ("Classification", alert.classification.title().to_owned(), text),
            ("Determination", words::determination(&alert.determination).to_owned(), text),
            ("Activity", words::day_and_clock(alert.first_activity), text),
            ("Category", alert.categories.iter().map(safe).collect::<Vec<_>>().join(", "), text),
        ],
        scene.theme,
    );
    rest = below(rest, rows);
    let description = alert.details().description.as_ref().map(safe_block).unwrap_or_default();
    let text_rows = if description.is_empty() { 0 } else { rest.height.saturating_sub(1).min(3) };
    let used = paragraph(buffer, top(rest, text_rows), &description, scene.style(Role::Text));
    rest = below(rest, used);
    let details = alert.details();
    let hidden = details.evidence.len().saturating_sub(usize::from(rest.height));
    let first = scene.spots.preview(whole, &alert.id, hidden);
    for (row, evidence) in (0..rest.height).zip(details.evidence.iter().skip(first)) {
        let is_last = row + 1 == rest.height && hidden > 0;
        let more = if is_last { format!(" +{hidden} of evidence") } else { String::new() };
        let room = Rect { width: rest.width.saturating_sub(width(&more) as u16), ..rest };
        evidence_row(scene, evidence, buffer, room, row);
        Line::new(buffer, rest, row).right(&[(&more, scene.style(Role::Muted))]);
    }
}

/// A piece of evidence in one row: what it is, its name, a second fact.
pub fn evidence_row(scene: &Scene<'_>, evidence: &crate::model::Evidence, buffer: &mut Buffer, area: Rect, row: u16) {
    let entity = entity_of(evidence);
    let (verdict, style) = words::verdict_cell(scene, &evidence.verdict);
    let mut line = Line::new(buffer, area, row);
    line.gap(1)
        .put(entity.kind.title(), scene.style(Role::Muted))
        .to_column(area, 13)
        .put(&safe(&entity.label), scene.style(Role::Text))
        .gap(2)
        .put(&safe(&entity.detail), scene.style(Role::Muted));
    if !verdict.is_empty() {
        line.gap(2).put(&verdict, style);
    }
}
