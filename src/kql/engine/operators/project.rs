//! A scalar a column.

use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::convert::widened;
use crate::kql::engine::run::{Flow, Run, RunError, Sink};
use crate::kql::plan::{Field, Relation, Scalar};

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    (input, outputs): (&Relation, &[Scalar]),
    fields: &[Field],
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let wanted = outputs.iter().enumerate().filter(|(at, _)| needed.has(*at)).map(|(_, output)| output);
    let wanted = ColumnSet::used_by(wanted);
    run.stream(input, &wanted, &mut |batch| {
        let column = |(at, (output, field)): (usize, (&Scalar, &Field))| {
            if needed.has(at) {
                widened(&run.evaluator.eval(output, &batch), field.ty)
            } else {
                Column::nulls(field.ty, batch.rows)
            }
        };
        let columns = outputs.iter().zip(fields).enumerate().map(column).collect();
        sink(Batch { columns, rows: batch.rows })
    })
}
