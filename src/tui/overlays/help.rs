//! The keys of the view below, made from the key map and the command table.

use super::boxed;
use crate::app::Scope;
use crate::app::command::{COMMANDS, command};
use crate::base::text::{fit, width};
use crate::tui::input::scope_name;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::table::scroll;
use crate::tui::widgets::text::Line;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// A line of help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// Where the keys under it work.
    Heading(&'static str),
    /// Keys, and what they do.
    Keys(String, &'static str),
    /// Nothing.
    Blank,
}

/// Draws it, `first` lines scrolled away.
pub fn draw(scene: &Scene<'_>, first: usize, buffer: &mut Buffer, screen: Rect) {
    let lines = lines(scene);
    let keys = lines.iter().map(keys_cells).max().unwrap_or(0);
    let rows = lines.len() as u16;
    let inside = boxed(scene, buffer, screen, (keys as u16 + 54, rows), "Keys of this view");
    let first = scroll(first, None, lines.len(), usize::from(inside.height));
    for (row, line) in lines.iter().skip(first).take(usize::from(inside.height)).enumerate() {
        let mut pen = Line::new(buffer, inside, row as u16);
        match line {
            HelpLine::Heading(title) => pen.put(title, scene.style(Role::Strong)),
            HelpLine::Keys(text, help) => {
                pen.put(&fit(text, keys), scene.style(Role::Key)).gap(2).put(help, scene.style(Role::Text))
            }
            HelpLine::Blank => &mut pen,
        };
    }
    let left = lines.len().saturating_sub(first + usize::from(inside.height));
    if left > 0 {
        let last = Rect { y: inside.bottom().saturating_sub(1), height: 1, ..inside };
        Line::new(buffer, last, 0).right(&[(&format!("{left} more ↓"), scene.style(Role::Muted))]);
    }
}

fn keys_cells(line: &HelpLine) -> usize {
    match line {
        HelpLine::Keys(keys, _) => width(keys),
        HelpLine::Heading(_) | HelpLine::Blank => 0,
    }
}

/// All commands of the view's scopes with their keys, scope by scope from the innermost.
pub fn lines(scene: &Scene<'_>) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    for scope in scene.app.scopes_below_overlays() {
        let mut of_scope: Vec<(&str, String)> = Vec::new();
        let bindings = scene.keyboard.keymap().bindings();
        for binding in bindings.iter().filter(|binding| binding.scope == scope_name(*scope)) {
            match of_scope.iter_mut().find(|(command, _)| *command == binding.command) {
                Some((_, keys)) => {
                    keys.push_str("  ");
                    keys.push_str(&binding.keys_text());
                }
                None => of_scope.push((&binding.command, binding.keys_text())),
            }
        }
        of_scope.sort_by_key(|(id, _)| COMMANDS.iter().position(|command| command.id == *id));
        if !lines.is_empty() {
            lines.push(HelpLine::Blank);
        }
        lines.push(HelpLine::Heading(scope_title(*scope)));
        lines.extend(of_scope.into_iter().filter_map(|(id, keys)| Some(HelpLine::Keys(keys, command(id)?.help))));
    }
    lines
}

const fn scope_title(scope: Scope) -> &'static str {
    match scope {
        Scope::Global => "Everywhere",
        Scope::List => "Lists",
        Scope::Queue => "Queues",
        Scope::Triage => "Triage",
        Scope::Incident => "Incident page",
        Scope::User => "User page",
        Scope::Hunt => "Hunting",
        Scope::Results => "Results",
        Scope::Overlay => "Prompts and lists",
    }
}
