//! The rows in order.

use crate::kql::engine::batch::{BATCH_ROWS, Batch, ColumnSet};
use crate::kql::engine::order::{Direction, sort_words};
use crate::kql::engine::run::{Flow, Run, RunError, Sink};
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
    let order = Order::of(run, keys, &all)?;
    let rows = sorted(run, &order, all.rows)?;
    for places in rows.chunks(BATCH_ROWS) {
        if sink(all.take(places, needed))? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
    Ok(Flow::More)
}

/// The rows in order. Runs of a batch's length are sorted and then merged two by two, so that it can be stopped.
fn sorted(run: &Run<'_>, order: &Order, count: usize) -> Result<Vec<u32>, RunError> {
    let mut rows: Vec<u32> = (0..count as u32).collect();
    for part in rows.chunks_mut(BATCH_ROWS) {
        run.go_on()?;
        part.sort_unstable_by(|left, right| order.compare(*left, *right));
    }
    let mut length = BATCH_ROWS;
    while length < count {
        let mut merged = Vec::with_capacity(count);
        for pair in rows.chunks(2 * length) {
            let (left, right) = pair.split_at(length.min(pair.len()));
            merge(run, order, (left, right), &mut merged)?;
        }
        rows = merged;
        length *= 2;
    }
    Ok(rows)
}

fn merge(run: &Run<'_>, order: &Order, halves: (&[u32], &[u32]), merged: &mut Vec<u32>) -> Result<(), RunError> {
    let (mut left, mut right) = halves;
    while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
        if merged.len().is_multiple_of(BATCH_ROWS) {
            run.go_on()?;
        }
        if order.compare(*first, *second).is_le() {
            merged.push(*first);
            left = left_rest;
        } else {
            merged.push(*second);
            right = right_rest;
        }
    }
    merged.extend_from_slice(left);
    merged.extend_from_slice(right);
    Ok(())
}

/// The order of the rows of a batch.
pub(super) struct Order {
    /// By key, by row.
    words: Vec<Vec<u128>>,
}

impl Order {
    pub(super) fn of(run: &Run<'_>, keys: &[SortKey], batch: &Batch) -> Result<Self, RunError> {
        let words = |key: &SortKey| {
            let direction = Direction { descending: key.descending, nulls_first: key.nulls_first };
            Ok(sort_words(&run.eval_all(&key.by, batch)?, direction))
        };
        Ok(Self { words: keys.iter().map(words).collect::<Result<_, RunError>>()? })
    }

    /// Rows with equal keys keep their order.
    pub(super) fn compare(&self, left: u32, right: u32) -> Ordering {
        let by_key = self.words.iter().map(|words| words[left as usize].cmp(&words[right as usize]));
        by_key.fold(Ordering::Equal, Ordering::then).then(left.cmp(&right))
    }
}
