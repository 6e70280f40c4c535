//! The hunting view: the query, what is wrong with it, and the result of the last run.

use super::{aid, query, results, words};
use crate::app::RemoteState;
use crate::app::hunt::{Focus, State, Timespan};
use crate::kql::text::position;
use crate::tui::memory::ViewMemory;
use crate::tui::screen::{Drawn, Scene};
use crate::tui::theme::Role;
use crate::tui::widgets::panel;
use crate::tui::widgets::text::{Line, below, inset, top};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The most complaints listed under the query.
const COMPLAINTS_MAX: usize = 3;

/// Draws the view.
pub fn draw(scene: &Scene<'_>, memory: &mut ViewMemory, buffer: &mut Buffer, area: Rect) -> Drawn {
    let hunt = &scene.app.hunt;
    let typing = hunt.focus == Focus::Editor;
    let complaints = hunt.diagnostics.len().min(COMPLAINTS_MAX) as u16;
    let wanted = (hunt.editor.lines().len() as u16).saturating_add(1).max(5);
    let editor_rows = match area.height {
        0..=5 if typing => area.height,
        0..=5 => 0,
        height => wanted.min(height / 2),
    };
    let cursor = query::draw(scene, hunt, memory, buffer, top(area, editor_rows));
    let rest = below(area, editor_rows);
    let help_rows = u16::from(typing && area.height > 8);
    aid::line(scene, hunt, buffer, inset(top(rest, help_rows), 1));
    let rest = below(rest, help_rows);
    let complained = top(rest, complaints);
    complain(scene, hunt, buffer, inset(complained, 1));
    let rest = below(rest, complaints);
    rule(scene, hunt, buffer, top(rest, 1));
    let body = below(rest, 1);
    let page_rows = match hunt.outcome.state() {
        RemoteState::NotAsked => {
            let run = scene.key("hunt.run").unwrap_or_default();
            let text = if scene.keyboard.is_spoken() {
                format!("Nothing has run yet. query and a text makes that the query; {run} runs it.")
            } else {
                format!(
                    "Nothing has run yet. {run} or F5 runs the statement under the cursor; a blank line ends a statement."
                )
            };
            panel::draw(buffer, inset(body, 2), &panel::Absent::Empty(text), scene.theme);
            0
        }
        RemoteState::Loading => {
            let what = hunt.ran.as_ref().map(|query| results::ran(&query.text)).unwrap_or_default();
            Line::new(buffer, inset(body, 2), 0).put(&what, scene.style(Role::Muted));
            0
        }
        RemoteState::Unavailable(failure) => {
            panel::draw(buffer, inset(body, 2), &words::unavailable(failure), scene.theme);
            0
        }
        RemoteState::Loaded { value, failure, .. } => {
            let failed = failure.map_or(0, |failure| {
                panel::draw(buffer, inset(top(body, 2), 2), &words::unavailable(failure), scene.theme)
            });
            results::draw(scene, hunt, &value.result, memory, buffer, below(body, failed))
        }
    };
    let cursor = cursor.filter(|_| typing);
    if let Some(cursor) = cursor {
        aid::offer(scene, hunt, buffer, area, (cursor, complained));
    }
    Drawn { cursor, page_rows }
}

/// What is wrong with the query, each with its line and column.
fn complain(scene: &Scene<'_>, hunt: &State, buffer: &mut Buffer, area: Rect) {
    if area.height == 0 {
        return;
    }
    let text = hunt.editor.text();
    for (row, diagnostic) in hunt.diagnostics.iter().take(COMPLAINTS_MAX).enumerate() {
        let role = if diagnostic.is_error() { Role::Error } else { Role::Warning };
        let at = position(&text, diagnostic.span.start);
        let mut line = Line::new(buffer, area, row as u16);
        line.put(&format!("{}:{}", at.line + 1, at.column + 1), scene.style(Role::Muted))
            .gap(1)
            .put(&results::ran(&diagnostic.message), scene.style(role));
        if let Some(hint) = &diagnostic.hint {
            line.gap(2).put(&results::ran(hint), scene.style(Role::Text));
        }
        let more = hunt.diagnostics.len().saturating_sub(COMPLAINTS_MAX);
        if row + 1 == COMPLAINTS_MAX && more > 0 {
            line.right(&[(&format!("{more} more"), scene.style(Role::Muted))]);
        }
    }
}

/// Since when a query runs, and how it is stopped. No count of seconds: nothing ticks.
fn running(scene: &Scene<'_>, hunt: &State) -> String {
    let since = hunt.began.map(|began| began.to_seconds_text().chars().skip(11).take(8).collect::<String>());
    let key = scene.key("hunt.stop").unwrap_or_default();
    format!("running since {} UTC · {key} stops it", since.unwrap_or_default())
}

/// Between query and result: what the last run came to.
fn rule(scene: &Scene<'_>, hunt: &State, buffer: &mut Buffer, area: Rect) {
    let rule = scene.style(Role::Rule);
    let summary = match hunt.outcome.state() {
        RemoteState::Loaded { value, refreshing: false, .. } => {
            results::summary(&value.result, value.took_ms, value.bytes)
        }
        RemoteState::Loaded { refreshing: true, .. } | RemoteState::Loading => running(scene, hunt),
        RemoteState::NotAsked => String::new(),
        RemoteState::Unavailable(_) => "failed".to_owned(),
    };
    let mut line = Line::new(buffer, area, 0);
    if !summary.is_empty() {
        line.put("── ", rule).put(&summary, scene.style(Role::Strong)).put(" ", rule);
    }
    let several = hunt.buffers.count() > 1;
    let is_bounded = hunt.timespan != Timespan::Service;
    if several || is_bounded {
        let mut told = Vec::new();
        if several {
            let name = results::ran(&hunt.buffer_name());
            told.push(format!("{name} ({} of {})", hunt.buffers.current + 1, hunt.buffers.count()));
        }
        if is_bounded {
            told.push(hunt.timespan.title().to_owned());
        }
        line.put("── ", rule).put(&told.join(" · "), scene.style(Role::Muted)).put(" ", rule);
    }
    line.rule("─", rule);
}
