//! Literal rows.

use crate::kql::engine::batch::Batch;
use crate::kql::engine::column::Column;
use crate::kql::engine::convert::convert;
use crate::kql::plan::Field;
use crate::kql::value::Value;

pub(in crate::kql::engine) fn rows(fields: &[Field], rows: &[Vec<Value>]) -> Batch {
    let column = |(at, field): (usize, &Field)| {
        let cell = |row: &Vec<Value>| convert(row.get(at).cloned().unwrap_or(Value::Null), field.ty);
        Column::from_values(field.ty, rows.iter().map(cell))
    };
    Batch { columns: fields.iter().enumerate().map(column).collect(), rows: rows.len() }
}
