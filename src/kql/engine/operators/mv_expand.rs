//! A row an element of each expanded list.

use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::column::{Column, json_bytes};
use crate::kql::engine::convert::convert;
use crate::kql::engine::eval::Evaluator;
use crate::kql::engine::run::{Flow, Run, RunError, Sink, Source, Stage, Step, Threads};
use crate::kql::plan::{Expansion, Relation, Scalar};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::sync::Arc;

/// What is expanded and how far.
pub(in crate::kql::engine) struct Rule<'a> {
    pub(in crate::kql::engine) expansions: &'a [Expansion],
    pub(in crate::kql::engine) with_item_index: bool,
    pub(in crate::kql::engine) limit: Option<u64>,
}

pub(in crate::kql::engine) fn step<'s>(
    run: &Run<'_>,
    input: &'s Relation,
    rule: Rule<'s>,
    needed: &ColumnSet,
) -> Step<'s> {
    let wanted = needed.and_used_by(rule.expansions.iter().map(|expansion| &expansion.list));
    let limit = rule.limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let stage = MvExpand { rule, limit, needed: needed.clone(), batch_rows: run.batch_rows() };
    Step { stage: Box::new(stage), source: Source::Relation(input, wanted) }
}

/// Lists within lists are copied as their rows are made: no more than this before they go on their way.
const BYTES_MAX: usize = 16 << 20;

struct MvExpand<'s> {
    rule: Rule<'s>,
    limit: usize,
    needed: ColumnSet,
    batch_rows: usize,
}

impl Stage for MvExpand<'_> {
    fn apply(&self, evaluator: &Evaluator<'_>, batch: Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        let expansions = self.rule.expansions;
        let lists: Vec<Column> = expansions.iter().map(|expansion| evaluator.eval(&expansion.list, &batch)).collect();
        let mut expanded = Expanded::new(expansions.len());
        for row in 0..batch.rows {
            let values: Vec<Value> = lists.iter().map(|list| list.value(row)).collect();
            let elements: Vec<Cow<'_, [Json]>> = values.iter().map(elements).collect();
            let count = elements.iter().map(|list| list.len()).max().unwrap_or_default().min(self.limit);
            for item in 0..count {
                expanded.push(row, item, &elements);
                if expanded.rows.len() == self.batch_rows || expanded.bytes > BYTES_MAX {
                    let full = std::mem::replace(&mut expanded, Expanded::new(expansions.len()));
                    if sink(full.finish(&self.rule, &batch, &self.needed))? == Flow::Enough {
                        return Ok(Flow::Enough);
                    }
                }
            }
        }
        sink(expanded.finish(&self.rule, &batch, &self.needed))
    }

    fn scalars(&self) -> Vec<&Scalar> {
        self.rule.expansions.iter().map(|expansion| &expansion.list).collect()
    }

    fn threads(&self) -> Threads {
        let random = self.rule.expansions.iter().any(|expansion| expansion.list.is_random());
        if random { Threads::Show } else { Threads::Pay }
    }
}

/// The elements of a list, a bag of one property for each property of a bag, or the scalar itself. Null counts as one
/// element, an empty list as none.
fn elements(value: &Value) -> Cow<'_, [Json]> {
    match value {
        Value::Dynamic(json) => match &**json {
            Json::Array(list) => Cow::Borrowed(list),
            Json::Object(bag) => bag
                .iter()
                .map(|(name, value)| Json::Object(std::iter::once((name.clone(), value.clone())).collect()))
                .collect(),
            scalar => Cow::Borrowed(std::slice::from_ref(scalar)),
        },
        _ => Cow::Borrowed(&[Json::Null]),
    }
}

/// Rows in the making.
struct Expanded {
    /// The input row of each.
    rows: Vec<u32>,
    items: Vec<i64>,
    /// By expansion, by row.
    values: Vec<Vec<Option<Arc<Json>>>>,
    /// About what the values take.
    bytes: usize,
}

impl Expanded {
    fn new(expansions: usize) -> Self {
        Self { rows: Vec::new(), items: Vec::new(), values: vec![Vec::new(); expansions], bytes: 0 }
    }

    fn push(&mut self, row: usize, item: usize, elements: &[Cow<'_, [Json]>]) {
        self.rows.push(row as u32);
        self.items.push(item as i64);
        for (values, list) in self.values.iter_mut().zip(elements) {
            self.bytes += list.get(item).map_or(0, json_bytes);
            values.push(list.get(item).cloned().map(Arc::new));
        }
    }

    fn finish(self, rule: &Rule<'_>, batch: &Batch, needed: &ColumnSet) -> Batch {
        let mut result = batch.take(&self.rows, needed);
        for (values, expansion) in self.values.into_iter().zip(rule.expansions) {
            let column = Column::from_dynamics(values);
            let column = if expansion.ty == Type::Dynamic {
                column
            } else {
                Column::from_values(expansion.ty, column.values().map(|value| convert(value, expansion.ty)))
            };
            match expansion.replaces.and_then(|place| result.columns.get_mut(place)) {
                Some(replaced) => *replaced = column,
                None => result.columns.push(column),
            }
        }
        if rule.with_item_index {
            result.columns.push(Column::from_natives(Type::Long, self.items, None));
        }
        result
    }
}
