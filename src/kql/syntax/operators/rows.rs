//! `range` and `invoke`

use crate::kql::syntax::ast::{ExprKind, Operator, PluginSchema, Range};
use crate::kql::syntax::parser::Parser;
use crate::kql::syntax::token::TokenKind;

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

    /// `evaluate plugin(arguments) [: (schema)]`
    pub(super) fn evaluate(&mut self) -> Operator {
        self.skip_hints();
        let call = self.postfix();
        let mut schema = None;
        if self.eat(TokenKind::Colon) && self.expect(TokenKind::OpenParen, "'('") {
            let and_input = self.eat(TokenKind::Star);
            let more = !and_input || self.eat(TokenKind::Comma);
            let columns = if more { self.column_declarations() } else { Vec::new() };
            schema = Some(PluginSchema { and_input, columns });
            self.close_paren();
        }
        match call.kind {
            ExprKind::Call { name, arguments } => Operator::Evaluate { plugin: name, arguments, schema },
            ExprKind::Error => Operator::Error,
            _ => {
                self.complain(call.span, "'evaluate' takes a call of a plugin");
                Operator::Error
            }
        }
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
