//! Lines that several views share: who, why, Purview, an alert in a row, what the evidence is.

use super::words;
use crate::app::store::{AlertEntry, IncidentEntry};
use crate::base::text::{clip, fit, width};
use crate::model::{Alert, AlertStatus, Classification, Incident};
use crate::triage::evidence::counted;
use crate::triage::people::{Entity, entities, entity_of, groups};
use crate::triage::purview::state_of;
use crate::triage::sync::Sync;
use crate::triage::{EntityKind, Person, score};
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::panel;
use crate::tui::widgets::text::{Line, safe};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Cells of `  +9 more`.
const MORE_CELLS: usize = 9;
/// The fewest cells in which an alert's row names things of its evidence.
const THINGS_MIN: u16 = 10;
/// The least width at which Defender's word stands beside Purview's.
const PURVIEW_ROOMY: u16 = 100;

/// Why an incident stands where it does in the queue: its priority and the reasons.
pub fn why(scene: &Scene<'_>, entry: &IncidentEntry, buffer: &mut Buffer, area: Rect, row: u16) {
    let score = score::explain(&entry.incident, entry.setting(scene.app.profile.weights), scene.now);
    let mut reasons = score.reasons;
    // The weightiest first: where there is no room for all, the least is left out.
    reasons.sort_by_key(|reason| -i32::from(reason.points).abs());
    let mut line = Line::new(buffer, area, row);
    line.put(&format!("Priority {}", score.points), scene.style(Role::Strong)).gap(2);
    for (index, reason) in reasons.iter().enumerate() {
        let text = format!("{}{} {:+}", if index == 0 { "" } else { " · " }, reason.text, reason.points);
        let is_last = index + 1 == reasons.len();
        if width(&text) + if is_last { 0 } else { MORE_CELLS } > usize::from(line.remaining()) {
            line.put(&format!("  +{} more", reasons.len() - index), scene.style(Role::Muted));
            break;
        }
        line.put(&text, scene.style(Role::Text));
    }
}

/// Who it is about.
pub fn people(scene: &Scene<'_>, people: &[Person], buffer: &mut Buffer, area: Rect, row: u16) {
    let mut line = Line::new(buffer, area, row);
    let Some((first, others)) = people.split_first() else {
        line.put("no person in the evidence", scene.style(Role::Muted));
        return;
    };
    let (label, upn) = (safe(&first.label), safe(&first.upn));
    line.put(&label, scene.style(Role::Strong));
    // An alias stands for both.
    if upn != label {
        line.gap(2).put(&upn, scene.style(Role::Muted));
    }
    if !others.is_empty() {
        let names: Vec<String> = others.iter().take(3).map(|person| safe(&person.label)).collect();
        let more = others.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        line.gap(2).put(&format!("with {}{more}", names.join(", ")), scene.style(Role::Text));
    }
}

/// The latest note about `subject`, and how many there are. Writes nothing and returns false where there is none.
pub fn note(scene: &Scene<'_>, subject: &str, buffer: &mut Buffer, area: Rect, row: u16) -> bool {
    let notes = scene.app.journal.notes(subject);
    let Some(last) = notes.last() else { return false };
    let mut line = Line::new(buffer, area, row);
    line.put("Note", scene.style(Role::Muted)).gap(2);
    if notes.len() > 1 {
        line.put(&format!("last of {}", notes.len()), scene.style(Role::Muted)).gap(2);
    }
    let by = last.entry.by.split('@').next().unwrap_or_default();
    let whose = if by.is_empty() { String::new() } else { format!("{} ", safe(&by.into())) };
    line.put(&format!("{whose}{}", words::ago(scene, Some(last.entry.at))), scene.style(Role::Muted)).gap(2);
    line.put(&safe(&last.entry.text), scene.style(Role::Text));
    true
}

/// Where the insider-risk alerts among `alerts` stand in Purview and what resolving them does there. Writes nothing and
/// returns false where there are none.
pub fn purview<'a>(
    scene: &Scene<'_>,
    alerts: impl Iterator<Item = &'a Alert>,
    buffer: &mut Buffer,
    area: Rect,
    row: u16,
) -> bool {
    let mut states: Vec<(&'static str, usize)> = Vec::new();
    let mut words: Vec<(&str, usize)> = Vec::new();
    let mut open = 0;
    let mut synced: Option<Sync> = None;
    for alert in alerts.filter(|alert| alert.is_insider_risk()) {
        let state = state_of(&alert.status, &alert.classification).map_or("unknown", |state| state.title());
        match states.iter_mut().find(|(known, _)| *known == state) {
            Some((_, alerts)) => *alerts += 1,
            None => states.push((state, 1)),
        }
        match words.iter_mut().find(|(known, _)| *known == alert.status.title()) {
            Some((_, alerts)) => *alerts += 1,
            None => words.push((alert.status.title(), 1)),
        }
        synced = synced.max(scene.app.journal.sync(alert, scene.now));
        open += usize::from(alert.status != AlertStatus::Resolved);
    }
    if states.is_empty() {
        return false;
    }
    let many = states.iter().map(|(_, alerts)| alerts).sum::<usize>() > 1;
    let listed = |counts: &[(&str, usize)]| -> String {
        let named =
            counts.iter().map(|(word, alerts)| if many { format!("{word} {alerts}") } else { (*word).to_owned() });
        named.collect::<Vec<_>>().join(", ")
    };
    let mut line = Line::new(buffer, area, row);
    line.put("Purview", scene.style(Role::SourceInsiderRisk)).gap(2).put(&listed(&states), scene.style(Role::Strong));
    if area.width >= PURVIEW_ROOMY {
        line.put(&format!("  Defender  {}", listed(&words)), scene.style(Role::Text));
    }
    if let Some(sync) = synced {
        line.gap(2).put(&sync.line(), scene.style(Role::Warning));
    } else if open > 0 {
        let after =
            |classification| state_of(&AlertStatus::Resolved, &classification).map_or("?", |state| state.title());
        let (confirmed, otherwise) = (after(Classification::TruePositive), after(Classification::FalsePositive));
        let rule = if area.width >= PURVIEW_ROOMY {
            format!("resolve as true positive → {confirmed}, otherwise → {otherwise}")
        } else {
            format!("true positive → {confirmed}, else → {otherwise}")
        };
        line.gap(2).put(&rule, scene.style(Role::Muted));
    }
    true
}

/// Why an incident shows no alerts.
/// <https://learn.microsoft.com/defender-xdr/irm-investigate-alerts-defender>
pub fn no_alerts(incident: &Incident) -> panel::Absent {
    panel::Absent::Empty(match &incident.redirect_incident_id {
        Some(into) => format!("Merged into incident {}, which holds its alerts now.", safe(into)),
        None => "No alert of it is known here: it holds none, or none that you may see. Insider-risk alerts show only to the \
                 roles Insider Risk Management Analysts and Investigators, and only where Purview shares its data."
            .to_owned(),
    })
}

/// An alert in one row: when, source, what, severity, status, first evidence.
pub fn alert_row(scene: &Scene<'_>, entry: &AlertEntry, buffer: &mut Buffer, area: Rect, row: u16) {
    let alert = &entry.alert;
    let title_cells = usize::from(area.width.saturating_sub(37)).clamp(16, 46);
    let (status, status_style) = words::alert_status_cell(scene, &alert.status);
    let (severity, severity_style) = words::severity_cell(scene, &alert.severity);
    let mut line = Line::new(buffer, area, row);
    line.gap(1)
        .put(&fit(&words::day_and_clock(alert.began()), 11), scene.style(Role::Muted))
        .gap(1)
        .put(alert.service_source.badge(), words::source_style(scene, &alert.service_source))
        .gap(2)
        .put(&fit(&safe(&alert.title), title_cells), scene.style(Role::Text))
        .gap(2)
        .put(&severity, severity_style)
        .gap(2)
        .put(&fit(&status, usize::from(words::STATUS_CELLS)), status_style);
    let things: Vec<String> = alert
        .details()
        .evidence
        .iter()
        .map(entity_of)
        .filter(|entity| entity.kind != EntityKind::User && entity.kind != EntityKind::Mailbox)
        .take(2)
        .map(|entity| clip(&short_label(&entity), 28).into_owned())
        .collect();
    line.gap(2);
    if line.remaining() >= THINGS_MIN {
        line.put(&things.join("  "), scene.style(Role::Muted));
    }
}

/// What a row calls an entity: devices without their domain.
fn short_label(entity: &Entity) -> String {
    let label = safe(&entity.label);
    match (&entity.kind, label.split_once('.')) {
        (EntityKind::Device, Some((host, _))) if !host.is_empty() => host.to_owned(),
        _ => label,
    }
}

/// How many of each kind of thing the evidence of `alerts` names: `2 devices · 1 user · 14 files`.
pub fn evidence_counts<'a>(alerts: impl Iterator<Item = &'a Alert>) -> String {
    let entities: Vec<Entity> = entities(alerts);
    let counts: Vec<String> = groups(&entities).iter().map(|(kind, named, _)| counted(*kind, *named)).collect();
    counts.join(" · ")
}
