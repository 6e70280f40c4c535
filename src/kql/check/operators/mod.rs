//! Tabular operators, lowered to the plan's nodes.

mod data;
mod expand;
mod join;
mod parse;
mod project;
mod rows;
mod search;
mod sort;
mod summarize;
mod union;

pub(super) use summarize::AggregateSink;

use super::Binder;
use super::expression::Context;
use super::message::{INVALID, WRONG_TYPE};
use super::scope::{Binding, NamedTable};
use crate::kql::plan::Relation;
use crate::kql::syntax::ast::{Expr, Operator, Pipeline, Stage};
use crate::kql::{Span, Type, Value};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

impl Binder<'_> {
    pub(super) fn pipeline(&mut self, pipeline: &Pipeline) -> Option<Relation> {
        let mut stages = pipeline.stages.iter();
        let mut relation = match &pipeline.source {
            Some(source) => self.table(source)?,
            None => self.leading(stages.next()?)?,
        };
        for stage in stages {
            relation = self.stage(relation, stage)?;
        }
        Some(relation)
    }

    /// An operator that makes rows of nothing.
    fn leading(&mut self, stage: &Stage) -> Option<Relation> {
        match &stage.operator {
            Operator::Print(columns) => self.print(columns, stage.span),
            Operator::Union(union) => self.union(None, union, stage.span),
            Operator::Search(search) => self.search(None, search, stage.span),
            Operator::Range(range) => self.range_rows(range, stage.span),
            _ => None,
        }
    }

    fn stage(&mut self, input: Relation, stage: &Stage) -> Option<Relation> {
        let span = stage.span;
        match &stage.operator {
            Operator::Error => None,
            Operator::Where(predicate) => self.filter(input, predicate, span),
            Operator::Project(columns) => self.project(input, columns, span),
            Operator::ProjectAway(columns) => self.project_away(input, columns, span),
            Operator::ProjectKeep(columns) => self.project_keep(input, columns, span),
            Operator::ProjectRename(columns) => self.project_rename(input, columns, span),
            Operator::ProjectReorder(columns) => self.project_reorder(input, columns, span),
            Operator::Extend(columns) => self.extend(input, columns, "extend", span),
            Operator::Serialize(columns) if columns.is_empty() => Some(input),
            Operator::Serialize(columns) => self.extend(input, columns, "serialize", span),
            Operator::Summarize { aggregates, keys } => self.summarize(input, aggregates, keys, span),
            Operator::Sort(by) => self.sort(input, by, span),
            Operator::Top { rows, by } => self.top(input, rows, by, span),
            Operator::Take(rows) => {
                let rows = self.row_count(rows, "take")?;
                Some(input.take(rows, span))
            }
            Operator::Count => self.count(input, span),
            Operator::Distinct(columns) => self.distinct(input, columns, span),
            Operator::Union(union) => self.union(Some(input), union, span),
            Operator::Join(join) => self.join(input, join, span),
            Operator::Lookup(join) => self.lookup(input, join, span),
            Operator::MvExpand(expand) => self.mv_expand(input, expand, span),
            Operator::Search(search) => self.search(Some(input), search, span),
            Operator::GetSchema => Some(Self::schema_rows(&input, span)),
            Operator::Render => Some(input),
            Operator::As(name) => {
                let table = NamedTable { relation: input, repeated: true, shared: Cell::new(None) };
                let relation = self.use_table(&table, span);
                self.scope.declare(Arc::clone(&name.text), Binding::Table(Rc::new(table)));
                Some(relation)
            }
            Operator::Parse(parse) => self.parse(input, parse, span),
            Operator::Invoke { function, arguments } => self.invoke(input, function, arguments, span),
            Operator::Print(_) => self.refuse(stage.keyword, "'print' takes no input", INVALID),
            Operator::Range(_) => self.refuse(stage.keyword, "'range' takes no input", INVALID),
        }
    }

    fn filter(&mut self, input: Relation, predicate: &Expr, span: Span) -> Option<Relation> {
        let predicate = self.scalar_of(Type::Bool, predicate, &mut Context::over(&input.columns, "where"))?;
        Some(input.filter(predicate, span))
    }

    /// The number of rows of `take` and `top`.
    fn row_count(&mut self, rows: &Expr, operator: &'static str) -> Option<u64> {
        let scalar = self.scalar(rows, &mut Context::constant(operator))?;
        if let Some(Ok(count)) = scalar.as_literal().and_then(Value::as_long).map(u64::try_from) {
            return Some(count);
        }
        let message = format!("'{operator}' operator: the number of rows must be a constant that is not negative");
        self.refuse(rows.span, message, WRONG_TYPE)
    }
}
