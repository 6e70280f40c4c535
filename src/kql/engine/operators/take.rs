//! The first rows.

use crate::kql::engine::batch::ColumnSet;
use crate::kql::engine::run::{Flow, Run, RunError, Sink};
use crate::kql::plan::Relation;

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    input: &Relation,
    rows: u64,
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    stream_rows(rows, &mut |sink| run.stream(input, needed, sink), sink)
}

/// The first `rows` rows that `give` gives.
pub(super) fn stream_rows(
    rows: usize,
    give: &mut dyn FnMut(&mut Sink<'_>) -> Result<Flow, RunError>,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let mut left = rows;
    if left == 0 {
        return Ok(Flow::More);
    }
    let mut asker = Flow::More;
    give(&mut |batch| {
        let batch = if batch.rows > left { batch.slice(0, left) } else { batch };
        left -= batch.rows;
        asker = sink(batch)?;
        Ok(if left == 0 { Flow::Enough } else { asker })
    })?;
    Ok(asker)
}
