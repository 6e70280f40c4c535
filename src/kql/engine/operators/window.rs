//! Columns that read other rows than their own.

use crate::kql::engine::batch::ColumnSet;
use crate::kql::engine::column::Column;
use crate::kql::engine::run::{Flow, Run, RunError, Sink, emit};
use crate::kql::plan::{Relation, WindowCall};

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    (input, calls): (&Relation, &[WindowCall]),
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    if calls.is_empty() {
        return run.stream(input, needed, sink);
    }
    let wanted = needed.and_used_by(calls.iter().flat_map(|call| &call.arguments));
    let mut all = run.collect(input, &wanted)?;
    for call in calls {
        run.go_on()?;
        let arguments: Result<Vec<Column>, RunError> =
            call.arguments.iter().map(|argument| run.eval_all(argument, &all)).collect();
        let arguments = arguments?;
        let rows = all.rows;
        all.columns.push((call.window.eval)(&arguments, rows, call.ty));
    }
    emit(&all, sink)
}
