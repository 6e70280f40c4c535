//! `range` and `invoke`

use crate::kql::check::expression::Context;
use crate::kql::check::message::WRONG_TYPE;
use crate::kql::check::scope::{Binding, NamedTable};
use crate::kql::check::signature::unify;
use crate::kql::check::{Binder, Bound};
use crate::kql::functions;
use crate::kql::plan::{Expansion, Field, Node, Relation, Scalar, ScalarNode};
use crate::kql::syntax::ast::{Expr, ExprKind, Name, NamedExpr, Range};
use crate::kql::{Span, Type, Value};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

/// What the input of `invoke` is called while the function is bound; no query can write it.
const INVOKED: &str = "\u{0}invoked";

impl Binder<'_> {
    /// A row for each element of what the function `range` gives.
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
        if row_count(&start, &stop, &step).is_some_and(|rows| rows > functions::sequences::LIST_MAX as i128) {
            let message =
                format!("'range' operator: more than {} rows are not supported", functions::sequences::LIST_MAX);
            return self.refuse(span, message, WRONG_TYPE);
        }
        let function = functions::find("range")?;
        let node = ScalarNode::Call { function, arguments: vec![start, stop, step] };
        let list = Scalar { ty: Type::Dynamic, span, node };
        let node = Node::MvExpand {
            input: Box::new(Relation::one_row(span)),
            expansions: vec![Expansion { list, replaces: None, ty }],
            with_item_index: false,
            limit: None,
        };
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
        let name: Arc<str> = INVOKED.into();
        let table = NamedTable { relation: input, repeated: true, shared: Cell::new(None) };
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

/// How many rows there will be, where constants tell.
fn row_count(start: &Scalar, stop: &Scalar, step: &Scalar) -> Option<i128> {
    let ticks = |scalar: &Scalar| match scalar.as_literal()? {
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(i128::from(*ticks)),
        Value::Real(real) => Some(*real as i128),
        other => other.as_long().map(i128::from),
    };
    let (start, stop, step) = (ticks(start)?, ticks(stop)?, ticks(step)?);
    if step == 0 { Some(0) } else { Some((stop - start) / step + 1) }
}
