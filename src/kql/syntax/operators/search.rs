//! `search [kind=…] [in (tables)] predicate`

use crate::kql::syntax::ast::{Find, Operator, Search};
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

    /// `find [withsource=name] [in (tables)] where predicate [project columns]`
    pub(super) fn find(&mut self) -> Operator {
        let mut with_source = None;
        loop {
            self.skip_hints();
            if self.at_parameter("withsource") || self.at_parameter("with_source") {
                self.bump();
                self.bump();
                with_source = self.name("a column name");
            } else if self.at_parameter("datascope") {
                self.bump();
                self.bump();
                self.bump();
            } else {
                break;
            }
        }
        let mut tables = Vec::new();
        if self.at_word("in") && self.kind_at(1) == TokenKind::OpenParen {
            self.bump();
            self.bump();
            tables = self.list(Self::source);
            self.close_paren();
        }
        self.eat_word("where");
        let predicate = self.expression();
        let (mut columns, mut packs) = (None, true);
        if self.at_word("project") && self.kind_at(1) == TokenKind::Minus && self.text_at(2) == "smart" {
            for _ in 0..3 {
                self.bump();
            }
        } else if self.eat_word("project") {
            packs = false;
            let named = self.list(|parser| {
                if parser.at_word("pack") && parser.kind_at(1) == TokenKind::OpenParen {
                    parser.bump();
                    parser.bump();
                    parser.expect(TokenKind::Star, "'*'");
                    parser.close_paren();
                    packs = true;
                    return None;
                }
                let name = parser.name("a column name")?;
                let ty = if parser.eat(TokenKind::Colon) { parser.type_name() } else { None };
                Some((name, ty))
            });
            columns = Some(named.into_iter().flatten().collect());
        }
        Operator::Find(Find { with_source, tables, predicate, columns, packs })
    }
}
