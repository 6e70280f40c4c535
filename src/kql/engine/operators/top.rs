//! The first rows in order, without sorting the rest.

use super::sort::Order;
use crate::kql::engine::batch::{BATCH_ROWS, Batch, ColumnSet};
use crate::kql::engine::run::{Flow, Run, RunError, Sink, emit};
use crate::kql::plan::{Relation, SortKey};

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    input: &Relation,
    (count, keys): (u64, &[SortKey]),
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    if count == 0 {
        return Ok(Flow::More);
    }
    let wanted = needed.and_used_by(keys.iter().map(|key| &key.by));
    let mut kept: Vec<Batch> = Vec::new();
    let mut rows = 0;
    run.stream(input, &wanted, &mut |batch| {
        let batch = first(run, keys, &batch, count, &wanted)?;
        rows += batch.rows;
        kept.push(batch);
        if rows > count.saturating_mul(2).max(BATCH_ROWS) {
            let all = Batch::concat(&input.columns, &kept);
            let best = first(run, keys, &all, count, &wanted)?;
            rows = best.rows;
            kept = vec![best];
        }
        Ok(Flow::More)
    })?;
    let all = Batch::concat(&input.columns, &kept);
    emit(&first(run, keys, &all, count, &wanted)?.only(needed), sink)
}

/// The first `count` rows of `batch`, in order.
fn first(run: &Run<'_>, keys: &[SortKey], batch: &Batch, count: usize, wanted: &ColumnSet) -> Result<Batch, RunError> {
    let order = Order::of(run, keys, batch)?;
    let mut rows: Vec<u32> = (0..batch.rows as u32).collect();
    if count < rows.len() {
        rows.select_nth_unstable_by(count - 1, |left, right| order.compare(*left, *right));
        rows.truncate(count);
    }
    rows.sort_unstable_by(|left, right| order.compare(*left, *right));
    Ok(batch.take(&rows, wanted))
}
