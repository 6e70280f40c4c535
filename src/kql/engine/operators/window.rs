//! Columns that read other rows than their own.

use crate::kql::engine::batch::ColumnSet;
use crate::kql::engine::column::Column;
use crate::kql::engine::run::{Flow, Run, RunError, Same, Sink, Source, Step};
use crate::kql::plan::{Relation, WindowCall};

/// Without calls: the rows as they are.
pub(in crate::kql::engine) fn step<'s>(input: &'s Relation, needed: &ColumnSet) -> Step<'s> {
    Step { stage: Box::new(Same), source: Source::Relation(input, needed.clone()) }
}

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    (input, calls): (&Relation, &[WindowCall]),
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let wanted = needed.and_used_by(calls.iter().flat_map(|call| &call.arguments));
    let mut all = run.collect(input, &wanted)?;
    for call in calls {
        run.go_on()?;
        let arguments: Result<Vec<Column>, RunError> =
            call.arguments.iter().map(|argument| run.eval_all(argument, &all)).collect();
        let arguments = arguments?;
        let rows = all.rows;
        let column = (call.window.eval)(&arguments, rows, call.ty, run.stop());
        run.go_on()?;
        all.add(column.own_bytes())?;
        all.columns.push(column);
    }
    run.emit(&all, sink)
}
