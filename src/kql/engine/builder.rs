//! Fills a column a value at a time.

use super::bitmap::Bitmap;
use super::column::Column;
use super::dictionary::Interner;
use crate::kql::Decimal;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::sync::Arc;

/// A column in the making.
#[derive(Debug)]
pub struct ColumnBuilder {
    ty: Type,
    cells: Cells,
    validity: Bitmap,
    any_null: bool,
}

#[derive(Debug)]
enum Cells {
    Bool(Vec<bool>),
    Int(Vec<i32>),
    Long(Vec<i64>),
    Real(Vec<f64>),
    Decimal(Vec<Decimal>),
    Guid(Vec<u128>),
    /// Codes, their strings, and the code of the empty string once it was needed.
    Text(Vec<u32>, Interner, Option<u32>),
    Dynamic(Vec<Option<Arc<Json>>>),
}

impl ColumnBuilder {
    /// An empty column of `ty`.
    pub fn new(ty: Type) -> Self {
        let cells = match ty {
            Type::Bool => Cells::Bool(Vec::new()),
            Type::Int => Cells::Int(Vec::new()),
            Type::Long | Type::DateTime | Type::TimeSpan => Cells::Long(Vec::new()),
            Type::Real => Cells::Real(Vec::new()),
            Type::Decimal => Cells::Decimal(Vec::new()),
            Type::Guid => Cells::Guid(Vec::new()),
            Type::String => Cells::Text(Vec::new(), Interner::default(), None),
            Type::Dynamic => Cells::Dynamic(Vec::new()),
        };
        Self { ty, cells, validity: Bitmap::default(), any_null: false }
    }

    /// Adds `value`; one that is not of the column's type counts as null.
    pub fn push(&mut self, value: Value) {
        let known = match (&mut self.cells, value) {
            (Cells::Bool(cells), Value::Bool(value)) => fill(cells, Some(value)),
            (Cells::Bool(cells), _) => fill(cells, None),
            (Cells::Int(cells), Value::Int(value)) => fill(cells, Some(value)),
            (Cells::Int(cells), _) => fill(cells, None),
            (Cells::Long(cells), value) => fill(
                cells,
                match (value, self.ty) {
                    (Value::Long(value), Type::Long)
                    | (Value::DateTime(value), Type::DateTime)
                    | (Value::TimeSpan(value), Type::TimeSpan) => Some(value),
                    _ => None,
                },
            ),
            (Cells::Real(cells), Value::Real(value)) => fill(cells, Some(value)),
            (Cells::Real(cells), _) => fill(cells, None),
            (Cells::Decimal(cells), Value::Decimal(value)) => fill(cells, Some(value)),
            (Cells::Decimal(cells), _) => fill(cells, None),
            (Cells::Guid(cells), Value::Guid(value)) => fill(cells, Some(value)),
            (Cells::Guid(cells), _) => fill(cells, None),
            (Cells::Text(codes, interner, empty), value) => {
                codes.push(match value {
                    Value::String(text) => interner.intern(&text),
                    // Most cells of a wide table are empty: their code is looked up once.
                    _ => *empty.get_or_insert_with(|| interner.intern(&Arc::from(""))),
                });
                true
            }
            (Cells::Dynamic(cells), Value::Dynamic(json)) => {
                cells.push(Some(json));
                true
            }
            (Cells::Dynamic(cells), _) => {
                cells.push(None);
                false
            }
        };
        self.validity.push(known);
        self.any_null |= !known;
    }

    /// As [`Self::push`] of a string, which is copied only where it is a new one.
    pub fn push_text(&mut self, text: &str) {
        if let Cells::Text(codes, interner, _) = &mut self.cells {
            codes.push(interner.copy(text));
            self.validity.push(true);
        } else {
            self.push(Value::string(text));
        }
    }

    /// How many values were added.
    pub fn len(&self) -> usize {
        self.validity.len()
    }

    /// Whether none was added.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The column.
    pub fn finish(self) -> Column {
        let validity = self.any_null.then_some(self.validity);
        match self.cells {
            Cells::Bool(cells) => Column::from_natives(self.ty, cells, validity),
            Cells::Int(cells) => Column::from_natives(self.ty, cells, validity),
            Cells::Long(cells) => Column::from_natives(self.ty, cells, validity),
            Cells::Real(cells) => Column::from_natives(self.ty, cells, validity),
            Cells::Decimal(cells) => Column::from_natives(self.ty, cells, validity),
            Cells::Guid(cells) => Column::from_natives(self.ty, cells, validity),
            Cells::Text(codes, interner, _) => Column::from_codes(codes, Arc::new(interner.finish())),
            Cells::Dynamic(cells) => Column::from_dynamics(cells),
        }
    }
}

/// Adds `value` or a filler; whether it was a value.
fn fill<T: Default>(cells: &mut Vec<T>, value: Option<T>) -> bool {
    let known = value.is_some();
    cells.push(value.unwrap_or_default());
    known
}
