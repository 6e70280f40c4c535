//! The first rows in order, without sorting the rest.

use super::sort::{self, Order};
use super::take;
use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::eval::Evaluator;
use crate::kql::engine::run::{Flow, Run, RunError, Sink, Stage, StopFlag, Threads};
use crate::kql::engine::sorting::{Comparison, Sorting};
use crate::kql::plan::{Relation, Scalar, SortKey};

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
    if !run.optimises() {
        return take::stream_rows(count, &mut |sink| sort::stream(run, input, keys, needed, sink), sink);
    }
    let wanted = needed.and_used_by(keys.iter().map(|key| &key.by));
    let of_batch = First { keys, count, wanted: &wanted };
    let mut kept = run.keep(Vec::new());
    let mut rows = 0;
    run.stream_through((input, &wanted), &of_batch, &mut |batch| {
        rows += batch.rows;
        kept.add(batch.bytes())?;
        kept.push(batch);
        if rows > count.saturating_mul(2).max(run.batch_rows()) {
            let all = run.concat(&input.columns, std::mem::take(&mut *kept))?;
            let best = first(keys, &run.eval_each(keys, &all)?, &all, count, &wanted, run.stop())?;
            rows = best.rows;
            kept.weigh(best.bytes())?;
            kept.push(best);
        }
        Ok(Flow::More)
    })?;
    let all = run.concat(&input.columns, std::mem::take(&mut *kept))?;
    run.emit(&first(keys, &run.eval_each(keys, &all)?, &all, count, &wanted, run.stop())?.only(needed), sink)
}

/// The first rows of each batch.
struct First<'s> {
    keys: &'s [SortKey],
    count: usize,
    wanted: &'s ColumnSet,
}

impl Stage for First<'_> {
    fn apply(&self, evaluator: &Evaluator<'_>, batch: Batch, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        let values: Vec<Column> = self.keys.iter().map(|key| evaluator.eval(&key.by, &batch)).collect();
        sink(first(self.keys, &values, &batch, self.count, self.wanted, evaluator.stop)?)
    }

    fn scalars(&self) -> Vec<&Scalar> {
        self.keys.iter().map(|key| &key.by).collect()
    }

    fn threads(&self) -> Threads {
        if self.keys.iter().any(|key| key.by.is_random()) { Threads::Show } else { Threads::Pay }
    }
}

/// The first `count` rows of `batch`, in order.
fn first(
    keys: &[SortKey],
    values: &[Column],
    batch: &Batch,
    count: usize,
    wanted: &ColumnSet,
    stop: &StopFlag,
) -> Result<Batch, RunError> {
    let sorting = Sorting { stop, cores: 1 };
    let order = Order::new(keys, values, sorting)?;
    let compare: &Comparison<'_> = &|left, right| order.compare(left, right);
    let rows = sorting.first((0..batch.rows as u32).collect(), count, compare)?;
    Ok(batch.take(&sorting.sorted(rows, compare)?, wanted))
}
