//! Colours: tokens told apart by their neighbours, without a tree, so that half a query is coloured too.

use super::TokenKind as Colour;
use crate::kql::syntax::Lexed;
use crate::kql::syntax::token::{Token, TokenKind};
use crate::kql::{Schema, Span, Type, functions};

/// Words of operators' own grammar.
static CLAUSES: &[&str] =
    &["by", "on", "asc", "desc", "nulls", "first", "last", "to", "limit", "typeof", "of", "with", "from", "step"];

/// Words that are parameters where `=` follows.
static PARAMETERS: &[&str] =
    &["kind", "withsource", "with_source", "isfuzzy", "with_itemindex", "bagexpansion", "hint"];

/// Operators that need no bar before them.
static LEADING: &[&str] = &["print", "union", "search", "datatable", "range", "find", "externaldata"];

impl Lexed {
    /// The coloured tokens in order of place; white space is left out.
    pub fn highlight(&self) -> Vec<(Span, Colour)> {
        let words: Vec<Token> = self.tokens().iter().filter(|token| !token.kind.is_trivia()).copied().collect();
        let mut painter = Painter { source: self.source(), words: &words, at: 0, in_operator_name: false };
        let mut colours = Vec::with_capacity(self.tokens().len());
        for token in self.tokens() {
            let colour = match token.kind {
                TokenKind::Whitespace => continue,
                TokenKind::Comment => Colour::Comment,
                _ => painter.next(token.kind),
            };
            colours.push((token.span, colour));
        }
        colours
    }
}

struct Painter<'p> {
    source: &'p str,
    words: &'p [Token],
    /// Index of the word to paint.
    at: usize,
    /// Whether a dash and a name right after the last word still belong to an operator's name.
    in_operator_name: bool,
}

impl Painter<'_> {
    fn next(&mut self, kind: TokenKind) -> Colour {
        let colour = self.colour(kind);
        self.in_operator_name =
            colour == Colour::Keyword && (self.in_operator_name || self.kind(-1).is_none_or(starts_stage));
        self.at += 1;
        colour
    }

    fn token(&self, offset: isize) -> Option<&Token> {
        self.at.checked_add_signed(offset).and_then(|at| self.words.get(at))
    }

    fn kind(&self, offset: isize) -> Option<TokenKind> {
        self.token(offset).map(|token| token.kind)
    }

    fn text(&self, offset: isize) -> &str {
        self.token(offset).map_or("", |token| token.span.of(self.source))
    }

    /// Whether nothing lies between the last word and this one.
    fn touches_last(&self) -> bool {
        match (self.token(-1), self.token(0)) {
            (Some(last), Some(this)) => last.span.end == this.span.start,
            _ => false,
        }
    }

    fn colour(&self, kind: TokenKind) -> Colour {
        match kind {
            TokenKind::Name => self.name(),
            TokenKind::Long | TokenKind::Real | TokenKind::TimeSpan | TokenKind::TypedLiteral => Colour::Number,
            TokenKind::String | TokenKind::UnterminatedString => Colour::String,
            TokenKind::Minus if self.in_operator_name && self.touches_last() => Colour::Keyword,
            TokenKind::WordOperator
            | TokenKind::Assign
            | TokenKind::Equal
            | TokenKind::NotEqual
            | TokenKind::EqualTilde
            | TokenKind::NotEqualTilde
            | TokenKind::Less
            | TokenKind::LessEqual
            | TokenKind::Greater
            | TokenKind::GreaterEqual
            | TokenKind::Plus
            | TokenKind::Minus
            | TokenKind::Star
            | TokenKind::Slash
            | TokenKind::Percent
            | TokenKind::DotDot
            | TokenKind::Arrow => Colour::Operator,
            TokenKind::Unknown => Colour::Error,
            _ => Colour::Punctuation,
        }
    }

    fn name(&self) -> Colour {
        let text = self.text(0);
        let (last, next) = (self.kind(-1), self.kind(1));
        if last == Some(TokenKind::Dot) {
            return Colour::Name;
        }
        if last == Some(TokenKind::Pipe) || (self.in_operator_name && self.touches_last()) {
            return Colour::Keyword;
        }
        if last.is_none_or(starts_stage) && (matches!(text, "let" | "set" | "declare") || LEADING.contains(&text)) {
            return Colour::Keyword;
        }
        if last == Some(TokenKind::Colon) && Type::from_name(text).is_some() {
            return Colour::Type;
        }
        if last == Some(TokenKind::OpenParen) && self.text(-2) == "typeof" {
            return Colour::Type;
        }
        if matches!(text, "true" | "false" | "null") {
            return Colour::Number;
        }
        let is_parameter = next == Some(TokenKind::Assign) || (text == "hint" && next == Some(TokenKind::Dot));
        if is_parameter && PARAMETERS.contains(&text) {
            return Colour::Keyword;
        }
        let is_kind = last == Some(TokenKind::Assign) && self.text(-2) == "kind";
        if is_kind && (text == "inner" || text == "outer" || super::complete::KINDS.contains(&text)) {
            return Colour::Keyword;
        }
        self.word(text, next)
    }

    /// A name that its place does not decide.
    fn word(&self, text: &str, next: Option<TokenKind>) -> Colour {
        let starts_operand = matches!(
            self.kind(-1),
            Some(TokenKind::Comma | TokenKind::OpenParen | TokenKind::Assign | TokenKind::Equal) | None
        );
        if !starts_operand {
            if CLAUSES.contains(&text) {
                return Colour::Keyword;
            }
            let is_regex =
                matches!((text, self.text(1), self.text(-1)), ("matches", "regex", _) | ("regex", _, "matches"));
            if is_regex || functions::operator(text).is_some() {
                return Colour::Operator;
            }
        }
        if next == Some(TokenKind::OpenParen) {
            let operator = matches!(text, "join" | "union" | "datatable" | "dynamic");
            return if operator { Colour::Keyword } else { Colour::Function };
        }
        if Schema::hunting().table(text).is_some() { Colour::Table } else { Colour::Name }
    }
}

/// Whether a stage or statement starts after a `kind`.
fn starts_stage(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Pipe | TokenKind::Semicolon | TokenKind::OpenParen | TokenKind::OpenBrace | TokenKind::Assign
    )
}
