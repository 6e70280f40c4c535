//! `order by`, `sort by`, `top`.

use crate::kql::syntax::ast::{Operator, Ordering};
use crate::kql::syntax::parser::Parser;

impl Parser<'_> {
    pub(super) fn sort(&mut self) -> Operator {
        self.skip_hints();
        self.expect_word("by");
        Operator::Sort(self.list(Self::ordering))
    }

    pub(super) fn top(&mut self) -> Operator {
        let rows = if self.at_word("by") {
            self.missing("how many rows");
            self.error_expression()
        } else {
            self.expression()
        };
        self.skip_hints();
        self.expect_word("by");
        Operator::Top { rows, by: vec![self.ordering()] }
    }

    fn ordering(&mut self) -> Ordering {
        let by = self.expression();
        let mut descending = true;
        if self.eat_word("asc") {
            descending = false;
        } else {
            self.eat_word("desc");
        }
        let mut nulls_first = None;
        if self.eat_word("nulls") {
            if self.eat_word("first") {
                nulls_first = Some(true);
            } else if self.expect_word("last") {
                nulls_first = Some(false);
            }
        }
        Ordering { by, descending, nulls_first }
    }
}
