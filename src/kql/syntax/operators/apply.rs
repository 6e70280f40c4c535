//! `mv-apply` and `partition`: a query over some of the rows at a time. `fork` and `facet`: several over all of them.

use crate::kql::syntax::ast::{Expr, ExprKind, Operator};
use crate::kql::syntax::parser::Parser;
use crate::kql::syntax::token::TokenKind;

impl Parser<'_> {
    /// `mv-apply columns on (stages)`
    pub(super) fn mv_apply(&mut self) -> Operator {
        let expand = self.mv_expand();
        self.expect_word("on");
        Operator::MvApply(expand, self.body())
    }

    /// `partition by column (stages)` or `partition by column { query }`
    pub(super) fn partition(&mut self) -> Operator {
        self.skip_hints();
        self.expect_word("by");
        self.skip_hints();
        let Some(name) = self.name("a column name") else { return Operator::Error };
        if self.eat(TokenKind::OpenBrace) {
            let query = self.pipeline_or_expression();
            self.expect(TokenKind::CloseBrace, "'}'");
            return Operator::PartitionQuery(name, query);
        }
        let by = Expr { span: name.span, kind: ExprKind::Name(name.text) };
        Operator::Partition(by, self.body())
    }

    /// `fork name = (stages) (stages)`
    pub(super) fn fork(&mut self) -> Operator {
        let mut legs = Vec::new();
        while matches!(self.kind(), TokenKind::OpenParen | TokenKind::Name) {
            if self.kind() == TokenKind::Name {
                self.bump();
                self.expect(TokenKind::Assign, "'='");
            }
            legs.push(self.body());
        }
        if legs.is_empty() {
            self.unexpected("'('");
        }
        Operator::Fork(legs)
    }

    /// `facet by columns [with (stages)]`
    pub(super) fn facet(&mut self) -> Operator {
        self.expect_word("by");
        let columns = self.named_expressions();
        let body = if self.eat_word("with") { self.body() } else { Vec::new() };
        Operator::Facet(columns, body)
    }
}
