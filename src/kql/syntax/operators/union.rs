//! `union [kind=…] [withsource=…] [isfuzzy=…] sources`

use crate::kql::syntax::ast::{Expr, Operator, Union};
use crate::kql::syntax::parser::Parser;
use crate::kql::syntax::token::TokenKind;

impl Parser<'_> {
    pub(super) fn union(&mut self) -> Operator {
        let mut union = Union { inner: false, with_source: None, fuzzy: false, sources: Vec::new() };
        loop {
            self.skip_hints();
            if self.at_parameter("kind") {
                self.bump();
                self.bump();
                let span = self.span();
                match self.eat_name().as_ref().map(|name| &*name.text) {
                    Some("inner") => union.inner = true,
                    Some("outer") => union.inner = false,
                    _ => self.complain(span, "The kind of a union is 'inner' or 'outer'"),
                }
            } else if self.at_parameter("withsource") || self.at_parameter("with_source") {
                self.bump();
                self.bump();
                union.with_source = self.name("a column name");
            } else if self.at_parameter("isfuzzy") {
                self.bump();
                self.bump();
                union.fuzzy = self.eat_word("true");
                if !union.fuzzy {
                    self.expect_word("false");
                }
            } else {
                break;
            }
        }
        union.sources = self.list(Self::source);
        Operator::Union(union)
    }

    /// A table, a wildcard over tables, a call or a bracketed query.
    pub(super) fn source(&mut self) -> Expr {
        let is_call = self.kind() == TokenKind::Name && self.kind_at(1) == TokenKind::OpenParen;
        let is_member = self.kind() == TokenKind::Name && self.kind_at(1) == TokenKind::Dot;
        if is_call || is_member || self.kind() == TokenKind::OpenParen {
            return self.postfix();
        }
        self.wildcard_or_name()
    }
}
