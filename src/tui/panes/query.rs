//! KQL on screen: line numbers, colours by the language's own lexer, what is wrong underlined, the selection reversed.

use crate::app::hunt::State;
use crate::base::Untrusted;
use crate::base::text::width;
use crate::kql::Span;
use crate::kql::ide::TokenKind;
use crate::tui::memory::{List, ViewMemory};
use crate::tui::mouse::Spot;
use crate::tui::screen::Scene;
use crate::tui::theme::Role;
use crate::tui::widgets::text::safe;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use unicode_segmentation::UnicodeSegmentation;

/// Cells between tab stops.
const TAB: usize = 4;

/// What is drawn of one grapheme of a line.
struct Glyph {
    /// Byte offset in the whole text.
    at: usize,
    /// First character of the line that it stands for.
    character: usize,
    /// First column, before scrolling.
    column: usize,
    /// What is written; blanks for a tab, an escape for what is invisible.
    shown: String,
}

/// Draws the editor's text and returns where its cursor is, if it is on screen.
pub fn draw(
    scene: &Scene<'_>,
    hunt: &State,
    memory: &mut ViewMemory,
    buffer: &mut Buffer,
    area: Rect,
) -> Option<Position> {
    let lines = hunt.editor.lines();
    let digits = lines.len().max(10).to_string().len();
    let gutter = if area.width >= 30 { digits as u16 + 2 } else { 0 };
    let body = Rect { x: area.x + gutter, width: area.width.saturating_sub(gutter), ..area };
    let (row, character) = hunt.editor.cursor();
    let first = memory.scroll(List::EditorLines, Some(row), lines.len(), area.height);
    let cursor_line = lines.get(row).map(|line| glyphs(line, 0)).unwrap_or_default();
    let column = cursor_line
        .iter()
        .find(|glyph| glyph.character >= character)
        .map_or_else(|| end_of(&cursor_line), |glyph| glyph.column);
    let widest = column.max(end_of(&cursor_line)) + 1;
    let left = memory.scroll(List::EditorColumns, Some(column), widest, body.width);

    scene.spots.add(body, Spot::Text(first, left));
    let tokens = hunt.lexed().highlight();
    let painter = Painter { scene, hunt, tokens: &tokens, left, cursor: (row, column) };
    let mut at: usize = lines.iter().take(first).map(|line| line.len() + 1).sum();
    for (index, line) in lines.iter().enumerate().skip(first).take(usize::from(area.height)) {
        let y = area.y + (index - first) as u16;
        if gutter > 0 {
            let number = format!("{:>digits$}", index + 1);
            buffer.set_stringn(area.x + 1, y, number, digits, scene.style(Role::Muted));
        }
        painter.line(index, &glyphs(line, at), buffer, Rect { y, height: 1, ..body });
        at += line.len() + 1;
    }
    let place = Position::new(body.x + column.checked_sub(left)? as u16, area.y + row.checked_sub(first)? as u16);
    area.contains(place).then_some(place)
}

/// The character of a line that is drawn at `column`, before scrolling; its end where nothing is.
pub fn character_at(line: &str, column: usize) -> usize {
    let found = glyphs(line, 0).into_iter().find(|glyph| glyph.column + width(&glyph.shown) > column);
    found.map_or_else(|| line.chars().count(), |glyph| glyph.character)
}

fn end_of(glyphs: &[Glyph]) -> usize {
    glyphs.last().map_or(0, |glyph| glyph.column + width(&glyph.shown))
}

/// The graphemes of a line that begins at byte `start` of the text.
fn glyphs(line: &str, start: usize) -> Vec<Glyph> {
    let (mut column, mut character) = (0, 0);
    line.grapheme_indices(true)
        .map(|(at, grapheme)| {
            let shown = if grapheme == "\t" { " ".repeat(TAB - column % TAB) } else { safe(&Untrusted::new(grapheme)) };
            let glyph = Glyph { at: start + at, character, column, shown };
            column += width(&glyph.shown);
            character += grapheme.chars().count();
            glyph
        })
        .collect()
}

struct Painter<'a> {
    scene: &'a Scene<'a>,
    hunt: &'a State,
    tokens: &'a [(Span, TokenKind)],
    left: usize,
    /// Line and column of the cursor, before scrolling.
    cursor: (usize, usize),
}

impl Painter<'_> {
    fn line(&self, row: usize, glyphs: &[Glyph], buffer: &mut Buffer, area: Rect) {
        for glyph in glyphs {
            let Some(x) = glyph.column.checked_sub(self.left) else { continue };
            if x >= usize::from(area.width) {
                break;
            }
            let room = usize::from(area.width) - x;
            buffer.set_stringn(area.x + x as u16, area.y, &glyph.shown, room, self.style(row, glyph));
        }
        self.signs(row, end_of(glyphs), buffer, area);
    }

    /// Says at the edges that a line of `cells` goes on beyond them, but not in the place of what is under the cursor.
    fn signs(&self, row: usize, cells: usize, buffer: &mut Buffer, area: Rect) {
        let last = self.left + usize::from(area.width).saturating_sub(1);
        let edges = [(self.left, "‹", self.left > 0 && cells > 0), (last, "›", cells > last + 1 && last > self.left)];
        for (column, sign, goes_on) in edges {
            if goes_on && self.cursor != (row, column) {
                let x = area.x + (column - self.left) as u16;
                buffer.set_stringn(x, area.y, sign, 1, self.scene.style(Role::Key));
            }
        }
    }

    fn style(&self, row: usize, glyph: &Glyph) -> Style {
        let after = self.tokens.partition_point(|(span, _)| span.start <= glyph.at);
        let token = after.checked_sub(1).and_then(|index| self.tokens.get(index));
        let kind = token.filter(|(span, _)| glyph.at < span.end).map(|(_, kind)| *kind);
        let mut style = kind.map_or_else(Style::new, |kind| self.scene.style(role(kind)));
        // Where something is missing, the character before the gap is marked too: the gap may be the end of a line.
        let wrong = |span: Span| {
            let gap = span.end == span.start;
            let start = if gap { span.start.saturating_sub(1) } else { span.start };
            (start..span.end.max(span.start + 1)).contains(&glyph.at)
        };
        if let Some(diagnostic) = self.hunt.diagnostics.iter().find(|diagnostic| wrong(diagnostic.span)) {
            let role = if diagnostic.is_error() { Role::Error } else { Role::Warning };
            style = style.patch(self.scene.style(role)).add_modifier(Modifier::UNDERLINED);
        }
        let here = (row, glyph.character);
        if self.hunt.editor.selection().is_some_and(|(start, end)| start <= here && here < end) {
            style = style.add_modifier(Modifier::REVERSED);
        }
        style
    }
}

const fn role(kind: TokenKind) -> Role {
    match kind {
        TokenKind::Keyword => Role::SyntaxKeyword,
        TokenKind::Operator => Role::SyntaxOperator,
        TokenKind::Function => Role::SyntaxFunction,
        TokenKind::Table => Role::SyntaxTable,
        TokenKind::Name => Role::SyntaxName,
        TokenKind::String => Role::SyntaxString,
        TokenKind::Number => Role::SyntaxNumber,
        TokenKind::Type => Role::SyntaxType,
        TokenKind::Comment => Role::SyntaxComment,
        TokenKind::Punctuation => Role::SyntaxPunctuation,
        TokenKind::Error => Role::SyntaxError,
    }
}
