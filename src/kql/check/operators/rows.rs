//! `range` and `invoke`

use crate::kql::check::expression::Context;
use crate::kql::check::message::WRONG_TYPE;
use crate::kql::check::scope::{Binding, NamedTable};
use crate::kql::check::signature::{convert, unify};
use crate::kql::check::{Binder, Bound};
use crate::kql::plan::{Field, Node, Relation};
use crate::kql::syntax::ast::{Expr, ExprKind, Name, NamedExpr, Range};
use crate::kql::{Span, Type};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

/// What the input of `invoke` is called while the function is bound; no query can write it.
const INVOKED: &str = "\u{0}invoked";

impl Binder<'_> {
    /// A row for each value from a start by steps to a stop.
    pub(super) fn range_rows(&mut self, range: &Range, span: Span) -> Option<Relation> {
        let constant = &mut Context::constant("range");
        let start = self.scalar(&range.start, constant);
        let stop = self.scalar(&range.stop, constant);
        let step = self.scalar(&range.step, constant);
        let (start, stop, step) = (start?, stop?, step?);
        let ty = match (start.ty, stop.ty, step.ty) {
            (Type::DateTime, Type::DateTime, Type::TimeSpan) => Some(Type::DateTime),
            (Type::TimeSpan, Type::TimeSpan, Type::TimeSpan) => Some(Type::TimeSpan),
            (a, b, c) if a.is_number() && b.is_number() && c.is_number() => {
                unify(a, b).and_then(|ty| unify(ty, c)).map(|ty| ty.max(Type::Long))
            }
            _ => None,
        };
        let Some(ty) = ty else {
            let message = format!(
                "'range' operator: from, to and step of types {}, {} and {} do not go together",
                start.ty, stop.ty, step.ty
            );
            return self.refuse(span, message, WRONG_TYPE);
        };
        let step = if ty == Type::DateTime { step } else { convert(step, ty) };
        let node = Node::Range(Box::new([convert(start, ty), convert(stop, ty), step]));
        Some(Relation { columns: vec![Field::new(Arc::clone(&range.name.text), ty)], node, span })
    }

    /// The function called with the input before its other arguments.
    pub(super) fn invoke(
        &mut self,
        input: Relation,
        function: &Name,
        arguments: &[NamedExpr],
        span: Span,
    ) -> Option<Relation> {
        match self.invoke_hunting(&input, function, arguments, span) {
            Some(bound) => bound,
            None => self.invoke_table(input, function, arguments, span),
        }
    }

    /// The function called with `input` before `arguments`.
    pub(in crate::kql::check) fn invoke_table(
        &mut self,
        input: Relation,
        function: &Name,
        arguments: &[NamedExpr],
        span: Span,
    ) -> Option<Relation> {
        let name: Arc<str> = INVOKED.into();
        let table = NamedTable { relation: input, any: self.unknown.any, repeated: true, shared: Cell::new(None) };
        let outer = self.scope.clone();
        self.scope.declare(Arc::clone(&name), Binding::Table(Rc::new(table)));
        let value = Expr { span: function.span, kind: ExprKind::Name(name) };
        let mut all = vec![NamedExpr { names: Vec::new(), value }];
        all.extend_from_slice(arguments);
        let bound = self.call(function, &all, span, &mut Context::constant("invoke"));
        self.scope = outer;
        match bound? {
            Bound::Table(relation) => Some(relation),
            Bound::Scalar(_) => {
                let message = format!("'invoke' operator: '{}' gives no table", function.text);
                self.refuse(function.span, message, WRONG_TYPE)
            }
        }
    }
}
