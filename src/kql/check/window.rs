//! Window functions: each call becomes a column that is computed before the operator it stands in.

use super::Binder;
use super::expression::Context;
use super::message::INVALID;
use crate::kql::Span;
use crate::kql::plan::{Field, Node, Relation, Scalar, WindowCall};
use crate::kql::syntax::ast::{Name, NamedExpr};
use crate::kql::windows::Window;

impl Binder<'_> {
    /// A call of `window`.
    pub(super) fn window(
        &mut self,
        window: &'static Window,
        name: &Name,
        arguments: &[NamedExpr],
        span: Span,
        context: &mut Context<'_>,
    ) -> Option<Scalar> {
        if !context.ordered || context.aggregates.is_some() {
            let message = format!(
                "Function '{}' cannot be invoked in current context. Details: the row set must be serialized",
                name.text
            );
            self.complain(
                crate::kql::Diagnostic::error(name.span, message)
                    .coded(INVALID)
                    .hinted("sort or serialize the rows before"),
            );
            return None;
        }
        let bound: Vec<Option<Scalar>> =
            arguments.iter().map(|argument| self.scalar(&argument.value, context)).collect();
        let bound: Vec<Scalar> = bound.into_iter().collect::<Option<_>>()?;
        let fitted = self.fit(window.name, window.signatures, bound, name.span)?;
        if matches!(window.name, "prev" | "next")
            && let Some((at, by_row)) = fitted.arguments.iter().enumerate().skip(1).find(|(_, one)| one.reads_row())
        {
            let message = format!("{}(): argument #{} must be a constant", window.name, at + 1);
            return self.refuse(by_row.span, message, INVALID);
        }
        let at = context.columns.len() + self.windows.len();
        self.windows.push(WindowCall { window, arguments: fitted.arguments, ty: fitted.ty });
        Some(Scalar::column(at, fitted.ty, span))
    }

    /// `input` with a column for each window call met while an operator over it was bound.
    pub(super) fn windowed(&mut self, input: Relation, span: Span) -> Relation {
        let calls = std::mem::take(&mut self.windows);
        if calls.is_empty() { input } else { Self::with_windows(input, calls, span) }
    }

    /// `input` with a column for each of `calls`.
    pub(super) fn with_windows(input: Relation, calls: Vec<WindowCall>, span: Span) -> Relation {
        let mut columns = input.columns.clone();
        columns.extend(calls.iter().enumerate().map(|(at, call)| Field::new(format!("\u{0}window{at}"), call.ty)));
        Relation { columns, node: Node::Window { input: Box::new(input), calls }, span }
    }

    /// The same rows, whose order counts from here on.
    pub(super) fn serialize(input: Relation, span: Span) -> Relation {
        Self::with_windows(input, Vec::new(), span)
    }

    /// Whether the order of rows is known; of rows that were guessed it may be.
    pub(super) fn is_ordered(&self, relation: &Relation) -> bool {
        match &relation.node {
            Node::Sort { .. } | Node::Top { .. } | Node::Range(_) | Node::Window { .. } | Node::Scan { .. } => true,
            Node::Filter { input, .. }
            | Node::Project { input, .. }
            | Node::Take { input, .. }
            | Node::MvExpand { input, .. } => self.is_ordered(input),
            Node::Shared(index) => self.shared.get(*index).is_some_and(|shared| self.is_ordered(shared)),
            _ => self.unknown.guessed,
        }
    }
}
