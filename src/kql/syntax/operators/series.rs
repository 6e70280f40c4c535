//! `make-series`

use crate::kql::syntax::ast::{Expr, ExprKind, MakeSeries, NamedExpr, Operator};
use crate::kql::syntax::parser::Parser;
use crate::kql::syntax::token::TokenKind;

impl Parser<'_> {
    /// `make-series aggregate [default = value], … on axis [from start] [to stop] step step [by keys]`; also the old
    /// `in range(start, stop, step)`, whose stop is included.
    pub(super) fn make_series(&mut self) -> Operator {
        self.skip_hints();
        if self.at_parameter("kind") {
            self.bump();
            self.bump();
            self.bump();
        }
        let aggregates = self.list(|parser| {
            let aggregate = parser.named_expression();
            let mut default = None;
            if parser.eat_word("default") && parser.expect(TokenKind::Assign, "'='") {
                default = Some(parser.expression());
            }
            (aggregate, default)
        });
        self.expect_word("on");
        let axis = self.axis();
        let (start, stop, step) = if self.at_word("in") {
            self.old_range()
        } else {
            let start = self.eat_word("from").then(|| self.expression());
            let stop = self.eat_word("to").then(|| self.expression());
            let step = if self.expect_word("step") { self.expression() } else { self.error_expression() };
            (start, stop, step)
        };
        let keys = if self.eat_word("by") { self.named_expressions() } else { Vec::new() };
        Operator::MakeSeries(Box::new(MakeSeries { aggregates, axis, start, stop, step, keys }))
    }

    /// A name, or an expression with one. A bare name is read apart, so that `in` after it is no operator.
    fn axis(&mut self) -> NamedExpr {
        if self.kind() == TokenKind::Name && self.text_at(1) == "in" {
            let span = self.span();
            let kind = self.eat_name().map_or(ExprKind::Error, |name| ExprKind::Name(name.text));
            return NamedExpr { names: Vec::new(), value: Expr { span, kind } };
        }
        self.named_expression()
    }

    /// `in range(start, stop, step)`
    fn old_range(&mut self) -> (Option<Expr>, Option<Expr>, Expr) {
        self.bump();
        let span = self.span();
        let call = self.postfix();
        if let ExprKind::Call { name, arguments } = call.kind
            && &*name.text == "range"
        {
            let mut values = arguments.into_iter().map(|argument| argument.value);
            if let (Some(start), Some(stop), Some(step)) = (values.next(), values.next(), values.next()) {
                let operator_span = stop.span;
                // The stop of this form is a step of its own.
                let one_more = ExprKind::Binary {
                    operator: "+",
                    operator_span,
                    left: Box::new(stop),
                    right: Box::new(step.clone()),
                };
                return (Some(start), Some(Expr { span: operator_span, kind: one_more }), step);
            }
        }
        self.complain(span, "Expected range(start, stop, step)");
        (None, None, self.error_expression())
    }
}
