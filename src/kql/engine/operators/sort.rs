//! The rows in order.

use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::order::{Direction, sort_words};
use crate::kql::engine::run::{Flow, Run, RunError, Sink, emit};
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
    let order = Order::of(run, keys, &all);
    run.go_on()?;
    let mut rows: Vec<u32> = (0..all.rows as u32).collect();
    rows.sort_unstable_by(|left, right| order.compare(*left, *right));
    run.go_on()?;
    emit(&all.take(&rows, needed), sink)
}

/// The order of the rows of a batch.
pub(super) struct Order {
    /// By key, by row.
    words: Vec<Vec<u128>>,
}

impl Order {
    pub(super) fn of(run: &Run<'_>, keys: &[SortKey], batch: &Batch) -> Self {
        let words = |key: &SortKey| {
            let direction = Direction { descending: key.descending, nulls_first: key.nulls_first };
            sort_words(&run.evaluator.eval(&key.by, batch), direction)
        };
        Self { words: keys.iter().map(words).collect() }
    }

    /// Rows with equal keys keep their order.
    pub(super) fn compare(&self, left: u32, right: u32) -> Ordering {
        let by_key = self.words.iter().map(|words| words[left as usize].cmp(&words[right as usize]));
        by_key.fold(Ordering::Equal, Ordering::then).then(left.cmp(&right))
    }
}
