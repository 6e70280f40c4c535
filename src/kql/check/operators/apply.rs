//! `mv-apply` and `partition`: a query over some of the rows at a time. `fork` and `facet`: several over all of them.

use crate::kql::check::Binder;
use crate::kql::check::expression::Context;
use crate::kql::check::message::INVALID;
use crate::kql::check::scope::Binding;
use crate::kql::plan::{Node, Relation, Scalar, ScalarNode, WindowCall};
use crate::kql::syntax::ast::{Expr, ExprKind, MvExpand, Name, NamedExpr, Stage};
use crate::kql::{Diagnostic, Span, Type, windows};
use std::sync::Arc;

impl Binder<'_> {
    /// Each row's list expanded and handed to `body`. The row's columns that the body does not give stand before its
    /// own.
    pub(super) fn mv_apply(
        &mut self,
        input: Relation,
        expand: &MvExpand,
        body: &[Stage],
        span: Span,
    ) -> Option<Relation> {
        let before = input.columns.clone();
        let window = windows::find("row_number")?;
        let number = WindowCall { window, arguments: Vec::new(), ty: Type::Long };
        let numbered = Self::with_windows(input, vec![number], span);
        let number = before.len();
        // A copy of each column keeps the list where the expansion replaces it.
        let mut fields = numbered.columns.clone();
        let mut outputs = numbered.all_columns(span);
        fields
            .extend(before.iter().map(|field| crate::kql::plan::Field::new(format!("\u{0}{}", field.name), field.ty)));
        outputs.extend((0..before.len()).filter_map(|at| numbered.column(at, span)));
        let copied = numbered.project(fields, outputs, span);
        let expanded = self.mv_expand(copied, expand, span)?;
        let seen: Vec<usize> =
            (0..expanded.columns.len()).filter(|at| *at < number || *at > number + before.len()).collect();
        let given_columns: Vec<_> = seen.iter().filter_map(|at| expanded.columns.get(*at).cloned()).collect();
        let all = Relation { columns: expanded.columns.clone(), node: Node::Given, span };
        let mut given = all.keep(&seen, span);
        given.columns = given_columns;
        let body = self.body_of(given, body)?;
        let kept: Vec<usize> =
            (0..before.len()).filter(|at| !body.columns.iter().any(|field| field.name == before[*at].name)).collect();
        let keys = vec![expanded.column(number, span)?];
        let mut columns: Vec<_> = kept.iter().map(|at| before[*at].clone()).collect();
        columns.extend(body.columns.iter().cloned());
        let keep = kept.iter().map(|at| number + 1 + at).collect();
        let node = Node::Apply { input: Box::new(expanded), keys, keep, body: Box::new(body) };
        Some(Relation { columns, node, span })
    }

    /// The rows of each value of `by` handed to `body`.
    pub(super) fn partition(&mut self, input: Relation, by: &Expr, body: &[Stage], span: Span) -> Option<Relation> {
        let key = self.scalar(by, &mut Context::over(&input.columns, "partition"))?;
        let given = Relation { columns: input.columns.clone(), node: Node::Given, span };
        let body = self.body_of(given, body)?;
        let columns = body.columns.clone();
        let node = Node::Apply { input: Box::new(input), keys: vec![key], keep: Vec::new(), body: Box::new(body) };
        Some(Relation { columns, node, span })
    }

    /// The rows that `query` gives for each value of `by`, which it reads by that name.
    /// <https://learn.microsoft.com/kusto/query/partition-operator>
    pub(super) fn partition_query(&mut self, input: Relation, by: &Name, query: &Expr, span: Span) -> Option<Relation> {
        if self.in_partition {
            return self.refuse(by.span, "'partition': braces within the braces of another are not supported", INVALID);
        }
        let column = Expr { span: by.span, kind: ExprKind::Name(Arc::clone(&by.text)) };
        let key = self.scalar(&column, &mut Context::over(&input.columns, "partition"))?;
        let ScalarNode::Column(at) = key.node else {
            return self.refuse(by.span, "'partition': what stands after 'by' must be a column", INVALID);
        };
        let cell = Scalar { node: ScalarNode::GivenCell(at), ..key.clone() };
        let outer = self.scope.clone();
        self.scope.declare(Arc::clone(&by.text), Binding::Scalar(cell, self.row_level));
        self.in_partition = true;
        let body = self.table(query);
        self.in_partition = false;
        self.scope = outer;
        let body = body?;
        let columns = body.columns.clone();
        let node = Node::Apply { input: Box::new(input), keys: vec![key], keep: Vec::new(), body: Box::new(body) };
        Some(Relation { columns, node, span })
    }

    /// The rows of the first of several queries over `input`; those of the others are the further tables of the answer.
    pub(super) fn fork(&mut self, input: Relation, legs: &[Vec<Stage>], span: Span) -> Option<Relation> {
        self.warn_of_tables(legs.len(), "fork", span);
        let input = self.shared_use(input, span);
        let bound: Vec<Option<Relation>> = legs.iter().map(|leg| self.body_of(input.clone(), leg)).collect();
        self.first_of(bound)
    }

    /// How often each value of the first of `columns` comes; the other columns and the rows of `body` are the further
    /// tables of the answer.
    pub(super) fn facet(
        &mut self,
        input: Relation,
        columns: &[NamedExpr],
        body: &[Stage],
        span: Span,
    ) -> Option<Relation> {
        self.warn_of_tables(columns.len() + usize::from(!body.is_empty()), "facet", span);
        let input = self.shared_use(input, span);
        let call = ExprKind::Call { name: Name { text: "count".into(), span }, arguments: Vec::new() };
        let count = NamedExpr { names: Vec::new(), value: Expr { span, kind: call } };
        let counted: Vec<Option<Relation>> = columns
            .iter()
            .map(|column| {
                self.summarize(input.clone(), std::slice::from_ref(&count), std::slice::from_ref(column), span)
            })
            .collect();
        let rest = (!body.is_empty()).then(|| self.body_of(input, body));
        self.first_of(counted.into_iter().chain(rest).collect())
    }

    /// The first of several tables, and keeps the others.
    fn first_of(&mut self, tables: Vec<Option<Relation>>) -> Option<Relation> {
        let mut tables = tables.into_iter().collect::<Option<Vec<Relation>>>()?.into_iter();
        let first = tables.next();
        self.more = tables.collect();
        first
    }

    fn warn_of_tables(&mut self, count: usize, operator: &str, span: Span) {
        if count > 1 {
            let message = format!("'{operator}' gives {count} tables, of which Graph's API answers with the first");
            self.complain(Diagnostic::warning(span, message));
        }
    }
}
