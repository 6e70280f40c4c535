//! The sections of the user page that are a query each: their names in a row, and the facts of one.

use crate::app::user::{Part, State};
use crate::app::{Pane, RemoteState};
use crate::base::text::width;
use crate::triage::dossier::Section;
use crate::tui::memory::{List, ViewMemory};
use crate::tui::mouse::Spot;
use crate::tui::panes::words;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::panel::{self, Absent};
use crate::tui::widgets::strip;
use crate::tui::widgets::text::{Line, below, inset};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The first behaviours, the unusual ones before the others, and how many more there are.
pub fn behaviors(scene: &Scene<'_>, user: &State, buffer: &mut Buffer, area: Rect) -> u16 {
    let mut line = super::labelled(scene, buffer, area, 0, "Behaviours");
    let Some(part) = user.part(Section::Behaviors) else { return 1 };
    if part.rows.value().is_none() {
        super::put_absent(scene, &mut line, &part.rows);
        return 1;
    }
    if part.facts.is_empty() {
        line.put(part.section.none(), scene.style(Role::Muted));
        return 1;
    }
    let shown = part.facts.len().min(if area.height > 24 { 4 } else { 2 });
    for (row, fact) in part.facts.iter().take(shown).enumerate() {
        let role = if fact.is_notable { Role::Warning } else { Role::Text };
        let left = if row + 1 == shown { part.facts.len() - shown } else { 0 };
        let key = scene.key("user.next-section").unwrap_or_default();
        let more = if left > 0 { format!("  +{left}, {key}") } else { String::new() };
        let room = Rect { width: area.width.saturating_sub(width(&more) as u16), ..area };
        let name = if row == 0 { "Behaviours" } else { "" };
        super::labelled(scene, buffer, room, row as u16, name).put(&fact.text, scene.style(role));
        let place = Rect { x: room.right(), width: area.width - room.width, ..area };
        Line::new(buffer, place, row as u16).put(&more, scene.style(Role::Muted));
    }
    shown as u16
}

/// Names the alerts and all sections with how much each holds, the one in focus in strong words.
pub fn names(scene: &Scene<'_>, user: &State, buffer: &mut Buffer, area: Rect) {
    let style = |focus: Option<usize>| scene.style(if user.focus == focus { Role::Strong } else { Role::Muted });
    let alerts = (format!("alerts {}", user.alert_ids.len()), style(None));
    let sections = user.sections.iter().enumerate();
    let sections = sections.map(|(at, part)| (format!("{} {}", part.section.title(), state(part)), style(Some(at))));
    let names: Vec<_> = std::iter::once(alerts).chain(sections).collect();
    let open = user.focus.map_or(0, |at| at + 1);
    for (at, place) in strip::draw(buffer, area, &names, (open, 2), scene.theme) {
        scene.spots.add(place, Spot::Name(Pane::Section(at.checked_sub(1))));
    }
}

/// How many facts, or that they are on their way, cannot be had, or were not asked for yet.
fn state(part: &Part) -> String {
    if matches!(part.rows.state(), RemoteState::NotAsked) {
        return "·".to_owned();
    }
    match words::absent(&part.rows) {
        Some(Absent::Loading) => "…".to_owned(),
        Some(Absent::Empty(_) | Absent::Unavailable { .. }) => "!".to_owned(),
        None => part.facts.len().to_string(),
    }
}

/// Draws the facts of `part` below a line that says how old they are.
pub fn facts(
    scene: &Scene<'_>,
    (user, part): (&State, &Part),
    memory: &mut ViewMemory,
    buffer: &mut Buffer,
    area: Rect,
) {
    let Some(at) = part.rows.fetched_at() else {
        if let Some(absent) = words::absent(&part.rows) {
            panel::draw(buffer, inset(area, 2), &absent, scene.theme);
        }
        return;
    };
    let cut = part.rows.value().is_some_and(crate::model::HuntingResult::is_cut);
    let cut = if cut { ", cut by the service at 100,000 rows" } else { "" };
    let due = format!(", due: {} asks again", scene.key("refresh").unwrap_or_default());
    let stale = if part.is_due { &*due } else { "" };
    let failed = if part.rows.failure().is_some() { ", the last fetch failed" } else { "" };
    let only = narrowed(part);
    let without =
        if part.without.is_empty() { String::new() } else { format!(", no table {}", part.without.join(", ")) };
    let age = format!("  {}, {}{only}{without}{cut}{stale}{failed}", part.section.title(), words::ago(scene, Some(at)));
    Line::new(buffer, area, 0).put(&age, scene.style(Role::Muted));
    let body = below(area, 1);
    if part.facts.is_empty() {
        let absent = Absent::Empty(part.section.none().to_owned());
        panel::draw(buffer, inset(body, 2), &absent, scene.theme);
        return;
    }
    let shown = part.shown().count();
    if shown == 0 {
        let key = |id| scene.key(id).unwrap_or_default();
        let absent = Absent::Empty(format!(
            "nothing here is of that kind and holds those words: {}, {} show more",
            key("user.kinds"),
            key("user.words")
        ));
        panel::draw(buffer, inset(body, 2), &absent, scene.theme);
        return;
    }
    let first = memory.scroll(List::UserSection, Some(part.cursor), shown, body.height);
    let at = user.sections.iter().position(|known| known.section == part.section);
    scene.spots.rows(body, Pane::Section(at), first, shown.saturating_sub(first));
    for (row, (index, fact)) in (0..body.height).zip(part.shown().enumerate().skip(first)) {
        let role = if fact.is_notable { Role::Warning } else { Role::Text };
        let mark = if index == part.cursor { "> " } else { "  " };
        Line::new(buffer, body, row).put(mark, scene.style(Role::Strong)).put(&fact.text, scene.style(role));
    }
}

/// How many of the facts are shown and which, where not all are.
fn narrowed(part: &Part) -> String {
    let words = part.only.words.trim();
    if part.only.kind.is_none() && words.is_empty() {
        return String::new();
    }
    let mut only: Vec<String> = part.only.kind.iter().map(ToString::to_string).collect();
    only.extend((!words.is_empty()).then(|| format!("\"{words}\"")));
    format!(", {} of {}: {}", part.shown().count(), part.facts.len(), only.join(", "))
}
