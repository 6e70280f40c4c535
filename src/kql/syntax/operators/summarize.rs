//! `summarize [aggregates] [by keys]`

use crate::kql::syntax::ast::Operator;
use crate::kql::syntax::parser::Parser;

impl Parser<'_> {
    pub(super) fn summarize(&mut self) -> Operator {
        self.skip_hints();
        let aggregates = if self.at_word("by") { Vec::new() } else { self.named_expressions() };
        let keys = if self.eat_word("by") { self.named_expressions() } else { Vec::new() };
        Operator::Summarize { aggregates, keys }
    }
}
