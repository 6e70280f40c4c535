//! `top-nested`, `top-hitters`, `sample-distinct`.

use crate::kql::syntax::ast::{Expr, NamedExpr, NestedLevel, Operator};
use crate::kql::syntax::parser::Parser;
use crate::kql::syntax::token::TokenKind;

impl Parser<'_> {
    /// `top-nested [rows] of value [with others = text] by weight, …`
    pub(super) fn top_nested(&mut self) -> Operator {
        let mut levels = vec![self.level()];
        while self.eat(TokenKind::Comma) {
            // The keyword may be written again before each level.
            if self.at_word("top") && self.kind_at(1) == TokenKind::Minus {
                self.bump();
                self.bump();
                self.bump();
            }
            levels.push(self.level());
        }
        Operator::TopNested(levels)
    }

    fn level(&mut self) -> NestedLevel {
        let rows = (!self.at_word("of")).then(|| self.expression());
        self.expect_word("of");
        let of = self.named_expression();
        let mut others = None;
        if self.eat_word("with") && self.expect_word("others") && self.expect(TokenKind::Assign, "'='") {
            others = Some(self.expression());
        }
        self.expect_word("by");
        let by = self.named_expression();
        let descending = !self.eat_word("asc");
        self.eat_word("desc");
        NestedLevel { rows, of, others, by, descending }
    }

    /// `top-hitters rows of value [by weight]`
    pub(super) fn top_hitters(&mut self) -> Operator {
        let (rows, of) = self.rows_of();
        let by = self.eat_word("by").then(|| self.named_expression());
        Operator::TopHitters { rows, of, by }
    }

    /// `sample-distinct rows of value`
    pub(super) fn sample_distinct(&mut self) -> Operator {
        let (rows, of) = self.rows_of();
        Operator::SampleDistinct { rows, of }
    }

    fn rows_of(&mut self) -> (Expr, NamedExpr) {
        let rows = self.expression();
        self.expect_word("of");
        (rows, self.named_expression())
    }
}
