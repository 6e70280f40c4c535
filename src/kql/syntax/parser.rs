//! The cursor over tokens that all parsing shares: looking, taking, complaining, recovering.

use super::ast::Name;
use super::literal;
use super::token::{Token, TokenKind};
use crate::kql::{Diagnostic, Span};

/// How deep brackets may nest. Real queries stay under 20.
const DEPTH_MAX: usize = 100;
/// How many diagnostics are kept; a text with more is no query.
const DIAGNOSTICS_MAX: usize = 100;

/// Kusto's code for text that does not parse.
pub(super) const SYNTAX: &str = "SYN0002";

/// A place in the tokens. Trivia is passed over.
pub(super) struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    /// What could not be understood so far.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'s> Parser<'s> {
    pub fn new(source: &'s str, tokens: &[Token]) -> Self {
        let mut tokens: Vec<Token> = tokens.iter().filter(|token| !token.kind.is_trivia()).copied().collect();
        // What is missing at the end is missing after the last word, not after the blanks behind it.
        let end = tokens.last().map_or(source.len(), |token| token.span.end);
        let end = Span::new(end, end);
        tokens.push(Token { kind: TokenKind::End, span: end });
        Self { source, tokens, at: 0, depth: 0, diagnostics: Vec::new() }
    }

    fn token_at(&self, ahead: usize) -> Token {
        let end = Token { kind: TokenKind::End, span: Span::new(self.source.len(), self.source.len()) };
        self.tokens.get(self.at + ahead).or(self.tokens.last()).copied().unwrap_or(end)
    }

    /// The kind of the next token.
    pub fn kind(&self) -> TokenKind {
        self.token_at(0).kind
    }

    /// The kind of the token `ahead` of the next one.
    pub fn kind_at(&self, ahead: usize) -> TokenKind {
        self.token_at(ahead).kind
    }

    /// The place of the next token.
    pub fn span(&self) -> Span {
        self.token_at(0).span
    }

    /// The place of the token `ahead` of the next one.
    pub fn span_at(&self, ahead: usize) -> Span {
        self.token_at(ahead).span
    }

    /// The text of the next token.
    pub fn text(&self) -> &'s str {
        self.text_at(0)
    }

    /// The text of the token `ahead` of the next one.
    pub fn text_at(&self, ahead: usize) -> &'s str {
        self.source.get(self.token_at(ahead).span.range()).unwrap_or_default()
    }

    /// The text between two bytes.
    pub fn text_of(&self, span: Span) -> &'s str {
        self.source.get(span.range()).unwrap_or_default()
    }

    /// A number that grows with each token taken.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Goes back to an earlier [`Parser::position`].
    pub fn rewind(&mut self, position: usize) {
        self.at = position;
    }

    /// From `start` to the end of the last token taken.
    pub fn since(&self, start: Span) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(start, |token| token.span);
        Span::new(start.start, last.end.max(start.start))
    }

    /// Takes the next token.
    pub fn bump(&mut self) -> Token {
        let token = self.token_at(0);
        if token.kind != TokenKind::End {
            self.at += 1;
        }
        token
    }

    /// Takes the next token if it is a `kind`.
    pub fn eat(&mut self, kind: TokenKind) -> bool {
        let found = self.kind() == kind;
        if found {
            self.bump();
        }
        found
    }

    /// Whether the next token is the word `word`.
    pub fn at_word(&self, word: &str) -> bool {
        self.kind() == TokenKind::Name && self.text() == word
    }

    /// Takes the next token if it is the word `word`.
    pub fn eat_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        if found {
            self.bump();
        }
        found
    }

    /// Whether the next tokens are `word=`, an operator's parameter.
    pub fn at_parameter(&self, word: &str) -> bool {
        self.at_word(word) && self.kind_at(1) == TokenKind::Assign
    }

    /// Whether nothing lies between the next token and the one before it.
    pub fn is_adjacent(&self, ahead: usize) -> bool {
        ahead > 0 && self.span_at(ahead - 1).end == self.span_at(ahead).start
    }

    /// Takes a `kind` or complains that `wanted` is missing.
    pub fn expect(&mut self, kind: TokenKind, wanted: &str) -> bool {
        let found = self.eat(kind);
        if !found {
            self.unexpected(wanted);
        }
        found
    }

    /// Takes the word `word` or complains that it is missing.
    pub fn expect_word(&mut self, word: &str) -> bool {
        let found = self.eat_word(word);
        if !found {
            self.unexpected(&format!("'{word}'"));
        }
        found
    }

    /// The end of the last token taken: what is missing is missing there. A statement that is not begun misses nothing:
    /// what stands there is wrong.
    fn gap(&self) -> Span {
        let last = self.at.checked_sub(1).and_then(|at| self.tokens.get(at));
        let last = last.filter(|token| token.kind != TokenKind::Semicolon || self.kind() == TokenKind::End);
        last.map_or(self.span(), |token| Span::new(token.span.end, token.span.end))
    }

    /// Complains that `wanted`, a part of the query, is missing: after the word before.
    pub fn missing(&mut self, wanted: &str) {
        self.expected(self.gap(), wanted);
    }

    /// Complains about what stands in the place of `wanted`, a sign or a word; where the line ends before it, that
    /// `wanted` is missing.
    pub fn unexpected(&mut self, wanted: &str) {
        let (gap, next) = (self.gap(), self.span());
        let apart = self.text_of(Span::new(gap.end, next.start)).contains(['\n', '\r']);
        self.expected(if apart { gap } else { next }, wanted);
    }

    fn expected(&mut self, span: Span, wanted: &str) {
        let found = match self.kind() {
            TokenKind::End => "the end of the query".to_owned(),
            _ => format!("'{}'", self.text().chars().take(40).collect::<String>()),
        };
        self.complain(span, format!("Expected {wanted}, found {found}"));
        // Kusto's own tools take such lines as directives to themselves, and no other text after the sign.
        if self.text() == "#" {
            self.hint(Some("a comment begins with //"));
        }
    }

    /// Complains; a second complaint at the same place is noise and is left out.
    pub fn complain(&mut self, span: Span, message: impl Into<String>) {
        // What is missing here and what stands here are one place.
        let here = [self.gap().start, self.span().start];
        let same = |at: usize| at == span.start || here.contains(&at) && here.contains(&span.start);
        let noise = self.diagnostics.iter().rev().take(8).any(|known| same(known.span.start));
        if !noise && self.diagnostics.len() < DIAGNOSTICS_MAX {
            self.diagnostics.push(Diagnostic::error(span, message).coded(SYNTAX));
        }
    }

    /// Adds `hint` to the last complaint, if that is about what stands or is missing here.
    pub fn hint(&mut self, hint: Option<&str>) {
        let here = [self.gap().start, self.span().start];
        if let (Some(hint), Some(last)) = (hint, self.diagnostics.last_mut())
            && here.contains(&last.span.start)
        {
            last.hint = Some(hint.to_owned());
        }
    }

    /// Adds `hint` to the last complaint, if that is about `span`.
    pub fn hint_at(&mut self, span: Span, hint: &str) {
        if let Some(last) = self.diagnostics.last_mut().filter(|last| last.span == span) {
            last.hint = Some(hint.to_owned());
        }
    }

    /// Says something that does not stop the query.
    pub fn warn(&mut self, span: Span, message: impl Into<String>) {
        if self.diagnostics.len() < DIAGNOSTICS_MAX {
            self.diagnostics.push(Diagnostic::warning(span, message));
        }
    }

    /// A name, bare or as `['…']`, or nothing.
    pub fn eat_name(&mut self) -> Option<Name> {
        let start = self.span();
        match self.kind() {
            TokenKind::Name => {
                let text = self.text().into();
                self.bump();
                Some(Name { text, span: start })
            }
            TokenKind::OpenBracket
                if self.kind_at(1) == TokenKind::String && self.kind_at(2) == TokenKind::CloseBracket =>
            {
                let text = literal::string(self.text_at(1)).into();
                self.bump();
                self.bump();
                self.bump();
                Some(Name { text, span: self.since(start) })
            }
            _ => None,
        }
    }

    /// A name, or a complaint that `wanted` is missing.
    pub fn name(&mut self, wanted: &str) -> Option<Name> {
        let name = self.eat_name();
        if name.is_none() {
            self.missing(wanted);
        }
        name
    }

    /// Takes tokens until one of `stops`, `;` or the end is next, or a closing bracket that was not opened on the way.
    pub fn skip_to(&mut self, stops: &[TokenKind]) {
        let mut open = 0_usize;
        loop {
            match self.kind() {
                TokenKind::End | TokenKind::Semicolon => return,
                kind if open == 0 && stops.contains(&kind) => return,
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => open += 1,
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => {
                    if open == 0 {
                        return;
                    }
                    open -= 1;
                }
                _ => {}
            }
            self.bump();
        }
    }

    /// Runs `parse` one level deeper; past the limit complains, leaves the statement and gives nothing.
    pub fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= DEPTH_MAX {
            self.complain(self.span(), format!("Brackets nest deeper than {DEPTH_MAX} levels"));
            while !matches!(self.kind(), TokenKind::End | TokenKind::Semicolon) {
                self.bump();
            }
            return None;
        }
        self.depth += 1;
        let parsed = parse(self);
        self.depth -= 1;
        Some(parsed)
    }

    /// Items with commas between. A trailing comma is a complaint of `item` itself.
    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut items = vec![item(self)];
        while self.eat(TokenKind::Comma) {
            items.push(item(self));
        }
        items
    }
}
