//! The rows in order.

use crate::kql::engine::batch::ColumnSet;
use crate::kql::engine::column::Column;
use crate::kql::engine::order::{Direction, sort_words};
use crate::kql::engine::run::{Flow, Run, RunError, Sink};
use crate::kql::engine::sorting::Sorting;
use crate::kql::plan::{Relation, SortKey};
use std::cmp::Ordering;

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    input: &Relation,
    keys: &[SortKey],
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let all = run.collect(input, &needed.and_used_by(keys.iter().map(|key| &key.by)))?;
    let sorting = Sorting { stop: run.stop(), cores: run.cores_for(all.rows) };
    // A word a key and the row's number, in order.
    let mut order = run.keep(Order::default());
    order.weigh(all.rows * (keys.len() * size_of::<u128>() + 2 * size_of::<u32>()))?;
    *order = Order::new(keys, &run.eval_each(keys, &all)?, sorting)?;
    run.go_on()?;
    let rows = sorting.sorted((0..all.rows as u32).collect(), &|left, right| order.compare(left, right))?;
    for places in rows.chunks(run.batch_rows()) {
        if sink(all.take(places, needed))? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
    Ok(Flow::More)
}

/// The order of the rows of a batch.
#[derive(Default)]
pub(super) struct Order {
    /// By key, by row.
    words: Vec<Vec<u128>>,
}

impl Order {
    /// Of rows whose keys are `values`, a column a key.
    pub(super) fn new(keys: &[SortKey], values: &[Column], sorting: Sorting<'_>) -> Result<Self, RunError> {
        let words = |(key, values): (&SortKey, &Column)| {
            sort_words(values, Direction { descending: key.descending, nulls_first: key.nulls_first }, sorting)
        };
        Ok(Self { words: keys.iter().zip(values).map(words).collect::<Result<_, _>>()? })
    }

    /// Rows with equal keys keep their order.
    pub(super) fn compare(&self, left: u32, right: u32) -> Ordering {
        let by_key = self.words.iter().map(|words| words[left as usize].cmp(&words[right as usize]));
        by_key.fold(Ordering::Equal, Ordering::then).then(left.cmp(&right))
    }
}
