//! `search [kind=…] [in (tables)] predicate`

use crate::kql::syntax::ast::{Operator, Search};
use crate::kql::syntax::parser::Parser;
use crate::kql::syntax::token::TokenKind;

impl Parser<'_> {
    pub(super) fn search(&mut self) -> Operator {
        let mut case_sensitive = false;
        self.skip_hints();
        if self.at_parameter("kind") {
            self.bump();
            self.bump();
            let span = self.span();
            match self.eat_name().as_ref().map(|name| &*name.text) {
                Some("case_sensitive") => case_sensitive = true,
                Some("case_insensitive" | "default") => {}
                _ => self.complain(span, "The kind of a search is 'case_sensitive' or 'case_insensitive'"),
            }
        }
        let mut tables = Vec::new();
        if self.at_word("in") && self.kind_at(1) == TokenKind::OpenParen {
            self.bump();
            self.bump();
            tables = self.list(Self::source);
            self.close_paren();
        }
        let predicate = self.expression();
        Operator::Search(Search { case_sensitive, tables, predicate })
    }
}
