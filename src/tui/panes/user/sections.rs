//! The sections of the user page that are a query each: their names in a row, and the facts of one.

use crate::app::user::{Part, State};
use crate::app::{Pane, RemoteState};
use crate::triage::dossier::Section;
use crate::tui::memory::{List, ViewMemory};
use crate::tui::mouse::Spot;
use crate::tui::panes::words;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::panel::{self, Absent};
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
        let mut line = super::labelled(scene, buffer, area, row as u16, if row == 0 { "Behaviours" } else { "" });
        line.put(&fact.text, scene.style(role));
        let more = part.facts.len() - shown;
        if row + 1 == shown && more > 0 {
            line.right(&[(&format!("  +{more}, Tab"), scene.style(Role::Muted))]);
        }
    }
    shown as u16
}

/// Names the alerts and all sections with how much each holds, the one in focus in strong words.
pub fn names(scene: &Scene<'_>, user: &State, buffer: &mut Buffer, area: Rect) {
    let mut line = Line::new(buffer, area, 0);
    line.put("── ", scene.style(Role::Rule));
    let style = |focus: Option<usize>| scene.style(if user.focus == focus { Role::Strong } else { Role::Muted });
    let name = |line: &mut Line<'_>, text: &str, focus| {
        let from = line.x();
        let to = line.put(text, style(focus)).x();
        scene.spots.add(Rect { x: from, width: to - from, height: 1, ..area }, Spot::Name(Pane::Section(focus)));
    };
    name(&mut line, &format!("alerts {}", user.alert_ids.len()), None);
    // Where not all fit, those before the focus give way.
    let first = user.focus.map_or(0, |at| if area.width < 110 { at.saturating_sub(1) } else { 0 });
    for (index, part) in user.sections.iter().enumerate().skip(first) {
        line.gap(2);
        name(&mut line, &format!("{} {}", part.section.title(), state(part)), Some(index));
    }
    line.gap(1).rule("─", scene.style(Role::Rule));
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
    let stale = if part.is_due { ", due: R asks again" } else { "" };
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
        let absent = Absent::Empty("nothing here is of that kind and holds those words: z, / show more".to_owned());
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
