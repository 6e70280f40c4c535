//! The keys of the view below, made from the key map and the command table.

use super::boxed;
use crate::app::Scope;
use crate::app::command::{COMMANDS, command};
use crate::base::text::{fit, width};
use crate::base::wrap::wrap;
use crate::tui::input::scope_name;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::popup;
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

/// Cells of what a key does where there is room.
const HELP_CELLS: u16 = 52;
/// The fewest.
const HELP_LEAST: u16 = 16;

/// Draws it, `first` lines scrolled away.
pub fn draw(scene: &Scene<'_>, first: usize, buffer: &mut Buffer, screen: Rect) {
    let lines = lines(scene);
    let room = screen.width.saturating_sub(4);
    let widest = lines.iter().map(keys_cells).max().unwrap_or(0) as u16;
    let keys = widest.min((room / 3).max(room.saturating_sub(HELP_CELLS + 2))).min(room.saturating_sub(HELP_LEAST + 2));
    let wide = room.min(keys + 2 + HELP_CELLS);
    let rows: Vec<[(String, Role); 2]> = lines.iter().flat_map(|line| laid_out(line, keys, wide)).collect();
    let inside = boxed(scene, buffer, screen, (wide, rows.len() as u16), "Keys of this view");
    let first = scroll(first, None, rows.len(), usize::from(inside.height));
    for (row, pieces) in rows.iter().skip(first).take(usize::from(inside.height)).enumerate() {
        let mut pen = Line::new(buffer, inside, row as u16);
        for (text, role) in pieces {
            pen.put(text, scene.style(*role));
        }
    }
    popup::more(buffer, screen, inside, rows.len().saturating_sub(first + usize::from(inside.height)), scene.theme);
}

/// A line in rows of at most `wide` cells: what keys do goes on under its beginning; keys that are longer than their
/// column stand above it.
fn laid_out(line: &HelpLine, keys: u16, wide: u16) -> Vec<[(String, Role); 2]> {
    let none = || (String::new(), Role::Text);
    let (text, help) = match line {
        HelpLine::Heading(title) => return vec![[((*title).to_owned(), Role::Strong), none()]],
        HelpLine::Blank => return vec![[none(), none()]],
        HelpLine::Keys(text, help) => (text, help),
    };
    let column = usize::from(keys);
    let is_long = width(text) > column;
    let alone = is_long.then(|| [(text.clone(), Role::Key), none()]);
    let told = wrap(help, usize::from(wide.saturating_sub(keys + 2)));
    let told = told.into_iter().enumerate().map(|(row, part)| {
        let before = if row == 0 && !is_long { text.as_str() } else { "" };
        [(format!("{}  ", fit(before, column)), Role::Key), (part, Role::Text)]
    });
    alone.into_iter().chain(told).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keys_do_is_told_whole_however_narrow_the_screen() {
        let told = |keys: &str, help, column, wide| -> Vec<String> {
            let rows = laid_out(&HelpLine::Keys(keys.to_owned(), help), column, wide);
            rows.into_iter().map(|pieces| pieces.map(|(text, _)| text).concat().trim_end().to_owned()).collect()
        };
        assert_eq!(told("j  Down", "Move down", 10, 40), ["j  Down     Move down"]);
        assert_eq!(told("V", "Mark from the last mark", 4, 20), ["V     Mark from the", "      last mark"]);
        assert_eq!(
            told("PgDn  Ctrl-D", "Move down by a screen", 6, 24),
            ["PgDn  Ctrl-D", "        Move down by a", "        screen"]
        );
    }
}
