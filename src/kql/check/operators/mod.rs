//! Tabular operators, lowered to the plan's nodes.

mod apply;
mod data;
mod evaluate;
mod expand;
mod join;
mod nested;
mod parse;
mod project;
mod rows;
mod scan;
mod search;
mod series;
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
        let outer = std::mem::take(&mut self.unknown.any);
        let source = match &pipeline.source {
            Some(source) => self.table(source),
            None => self.leading(stages.next()?),
        };
        let source = source.unwrap_or_else(|| {
            self.unknown.any = true;
            self.guessed(Vec::new(), Span::default())
        });
        let bound = self.body_of(source, stages.as_slice());
        self.unknown.any |= outer;
        bound
    }

    /// What becomes of `input` in a body.
    fn body_of(&mut self, input: Relation, stages: &[Stage]) -> Option<Relation> {
        stages.iter().try_fold(input, |relation, stage| self.stage(relation, stage))
    }

    /// An operator that makes rows of nothing.
    fn leading(&mut self, stage: &Stage) -> Option<Relation> {
        match &stage.operator {
            Operator::Print(columns) => self.print(columns, stage.span),
            Operator::Union(union) => self.union(None, union, stage.span),
            Operator::Search(search) => self.search(None, search, stage.span),
            Operator::Find(find) => self.find(find, stage.span),
            Operator::Range(range) => self.range_rows(range, stage.span),
            _ => None,
        }
    }

    pub(in crate::kql::check) fn operator(&mut self, input: Relation, stage: &Stage) -> Option<Relation> {
        let span = stage.span;
        match &stage.operator {
            Operator::Error => None,
            Operator::Where(predicate) => self.filter(input, predicate, span),
            Operator::Project(columns) => self.project(input, columns, span),
            Operator::ProjectAway(columns) => Some(self.project_away(input, columns, span)),
            Operator::ProjectKeep(columns) => Some(self.project_keep(input, columns, span)),
            Operator::ProjectRename(columns) => self.project_rename(input, columns, span),
            Operator::ProjectReorder(columns) => Some(self.project_reorder(input, columns, span)),
            Operator::Extend(columns) => self.extend(input, columns, "extend", span),
            Operator::Serialize(columns) if columns.is_empty() => Some(Self::serialize(input, span)),
            Operator::Serialize(columns) => {
                let input = Self::serialize(input, span);
                self.extend(input, columns, "serialize", span)
            }
            Operator::Summarize { aggregates, keys } => self.summarize(input, aggregates, keys, span),
            Operator::Sort(by) => self.sort(input, by, span),
            Operator::Top { rows, by } => self.top(input, rows, by, span),
            Operator::Take(rows) => {
                let Some(rows) = self.row_count(rows, "take") else { return self.unknown.guess(input.columns) };
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
            Operator::Consume => Some(input.keep(&[], span).take(0, span)),
            _ => self.rare_operator(input, stage),
        }
    }

    /// The operators that few queries use.
    fn rare_operator(&mut self, input: Relation, stage: &Stage) -> Option<Relation> {
        let span = stage.span;
        match &stage.operator {
            Operator::MakeSeries(series) => self.make_series(input, series, span),
            Operator::MvApply(expand, body) => self.mv_apply(input, expand, body, span),
            Operator::Partition(by, body) => self.partition(input, by, body, span),
            Operator::PartitionQuery(by, query) => self.partition_query(input, by, query, span),
            Operator::Fork(legs) => self.fork(input, legs, span),
            Operator::Facet(columns, body) => self.facet(input, columns, body, span),
            Operator::Evaluate { plugin, arguments, schema } => {
                self.evaluate(input, plugin, arguments, schema.as_ref(), span)
            }
            Operator::TopNested(levels) => self.top_nested(input, levels, span),
            Operator::TopHitters { rows, of, by } => self.top_hitters(input, rows, of, by.as_ref(), span),
            Operator::SampleDistinct { rows, of } => {
                let rows = self.row_count(rows, "sample-distinct")?;
                Some(self.distinct(input, std::slice::from_ref(of), span)?.take(rows, span))
            }
            Operator::ParseKv(parse) => self.parse_kv(input, parse, span),
            Operator::Scan(scan) => self.scan(input, scan, span),
            Operator::As(name) => {
                let table =
                    NamedTable { relation: input, any: self.unknown.any, repeated: true, shared: Cell::new(None) };
                let relation = self.use_table(&table, span);
                self.scope.declare(Arc::clone(&name.text), Binding::Table(Rc::new(table)));
                Some(relation)
            }
            Operator::Parse(parse) => self.parse(input, parse, span),
            Operator::Invoke { function, arguments } => self.invoke(input, function, arguments, span),
            Operator::Graph { name, tables } => {
                for table in tables {
                    self.table(table);
                }
                let message = format!("'{}': graphs are not run here; the query is read no further", name.text);
                self.refuse(name.span, message, INVALID)
            }
            _ => {
                let message = "This operator takes no input: it can only begin a query";
                self.refuse(stage.keyword, message, INVALID)
            }
        }
    }

    fn filter(&mut self, input: Relation, predicate: &Expr, span: Span) -> Option<Relation> {
        let ordered = self.is_ordered(&input);
        let mut context = Context::over(&input.columns, "where").ordered(ordered);
        let Some(predicate) = self.scalar_of(Type::Bool, predicate, &mut context) else {
            return self.unknown.guess(input.columns);
        };
        if self.windows.is_empty() {
            return Some(input.filter(predicate, span));
        }
        let columns: Vec<usize> = (0..input.columns.len()).collect();
        Some(self.windowed(input, span).filter(predicate, span).keep(&columns, span))
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
