//! `parse` and `parse-where`

use crate::kql::Type;
use crate::kql::syntax::ast::{Operator, Parse, ParseKv, ParseMode, Segment};
use crate::kql::syntax::literal;
use crate::kql::syntax::parser::Parser;
use crate::kql::syntax::token::TokenKind;

impl Parser<'_> {
    /// `parse [kind=…] [flags=…] source with pattern`
    pub(super) fn parse(&mut self, only_matches: bool) -> Operator {
        let mut mode = ParseMode::Simple;
        let mut flags = String::new();
        loop {
            self.skip_hints();
            if self.at_parameter("kind") {
                self.bump();
                self.bump();
                let span = self.span();
                match self.eat_name().as_ref().map(|name| &*name.text) {
                    Some("simple") => mode = ParseMode::Simple,
                    Some("relaxed") => mode = ParseMode::Relaxed,
                    Some("regex") => mode = ParseMode::Regex,
                    _ => self.complain(span, "The kind of a parse is 'simple', 'relaxed' or 'regex'"),
                }
            } else if self.at_parameter("flags") {
                self.bump();
                self.bump();
                let span = self.span();
                let named = self.eat_name().map(|name| name.text.to_string()).unwrap_or_default();
                if named.is_empty() || !named.chars().all(|flag| "imsU".contains(flag)) {
                    self.complain(span, "The flags of a parse are of 'i', 'm', 's' and 'U'");
                } else {
                    flags = named;
                }
            } else {
                break;
            }
        }
        let source = self.expression();
        self.expect_word("with");
        let mut segments = Vec::new();
        while let Some(segment) = self.segment() {
            segments.push(segment);
        }
        if segments.is_empty() {
            self.missing("a pattern");
        }
        Operator::Parse(Parse { mode, flags, source, segments, only_matches })
    }

    /// `parse-kv source as (columns) with (options)`
    pub(super) fn parse_kv(&mut self) -> Operator {
        let source = self.expression();
        self.expect_word("as");
        self.expect(TokenKind::OpenParen, "'('");
        let columns = self.column_declarations();
        self.close_paren();
        let mut options = Vec::new();
        if self.eat_word("with") && self.expect(TokenKind::OpenParen, "'('") {
            options = self.named_expressions();
            self.close_paren();
        }
        Operator::ParseKv(ParseKv { source, columns, options })
    }

    fn segment(&mut self) -> Option<Segment> {
        let start = self.span();
        match self.kind() {
            TokenKind::Star => {
                self.bump();
                Some(Segment::Any)
            }
            TokenKind::String => {
                let text = literal::string(self.text());
                self.bump();
                Some(Segment::Text(text, start))
            }
            _ => {
                let name = self.eat_name()?;
                let ty =
                    if self.eat(TokenKind::Colon) { self.type_name().unwrap_or(Type::String) } else { Type::String };
                Some(Segment::Column(name, ty))
            }
        }
    }
}
