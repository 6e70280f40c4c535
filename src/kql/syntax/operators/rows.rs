//! `range` and `invoke`

use crate::kql::syntax::ast::{ExprKind, Operator, Range};
use crate::kql::syntax::parser::Parser;

impl Parser<'_> {
    /// `range name from start to stop step step`
    pub(super) fn range_rows(&mut self) -> Operator {
        let Some(name) = self.name("a column name") else { return Operator::Error };
        self.expect_word("from");
        let start = self.expression();
        self.expect_word("to");
        let stop = self.expression();
        self.expect_word("step");
        let step = self.expression();
        Operator::Range(Box::new(Range { name, start, stop, step }))
    }

    /// `invoke function(arguments)`
    pub(super) fn invoke(&mut self) -> Operator {
        let call = self.expression();
        match call.kind {
            ExprKind::Call { name, arguments } => Operator::Invoke { function: name, arguments },
            ExprKind::Error => Operator::Error,
            _ => {
                self.complain(call.span, "'invoke' takes a call of a function");
                Operator::Error
            }
        }
    }
}
