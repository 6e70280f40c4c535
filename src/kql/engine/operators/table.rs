//! The rows of a provided table.

use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::convert::widened;
use crate::kql::engine::run::{Run, RunError};
use crate::kql::plan::Field;

pub(in crate::kql::engine) fn rows(
    run: &Run<'_>,
    fields: &[Field],
    name: &str,
    needed: &ColumnSet,
) -> Result<Batch, RunError> {
    let table = run.tables.table(name).ok_or_else(|| RunError::NoTable(name.to_owned()))?;
    let rows = table.row_count();
    let column = |(at, field): (usize, &Field)| {
        let stored = table.index_of(&field.name).filter(|_| needed.has(at)).and_then(|index| table.column(index));
        stored.map_or_else(|| Column::nulls(field.ty, rows), |column| widened(column, field.ty))
    };
    Ok(Batch { columns: fields.iter().enumerate().map(column).collect(), rows })
}
