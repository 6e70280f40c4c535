//! The columns of a table in the making.

use super::Cell;
use crate::kql::Type;
use crate::kql::engine::bitmap::Bitmap;
use crate::kql::engine::convert::convert;
use crate::kql::engine::dictionary::Interner;
use crate::kql::engine::hash::FastMap;
use crate::kql::engine::view::Native;
use crate::kql::engine::{Column, ColumnBuilder};
use crate::kql::value::Value;
use crate::lab::generate::random::push_guid;
use serde_json::Value as Json;
use std::sync::Arc;

/// The most strings of a column that are known by address.
const ADDRESSES_MAX: usize = 4_096;

/// Where `text` is and how long it is: the same for two strings that both exist only if they are the same.
pub(super) fn address(text: &str) -> u64 {
    text.as_ptr().addr() as u64 ^ (text.len() as u64) << 48
}

/// A column in the making. It may be shorter than the table: what is missing is null.
#[derive(Debug)]
pub(super) enum Cells {
    Text(TextCells),
    Dynamic(DynamicCells),
    Bool(PlainCells<bool>),
    Int(PlainCells<i32>),
    Long(PlainCells<i64>),
    Other(ColumnBuilder),
}

impl Cells {
    pub(super) fn new(ty: Type) -> Self {
        match ty {
            Type::String => Self::Text(TextCells::default()),
            Type::Dynamic => Self::Dynamic(DynamicCells::default()),
            Type::Bool => Self::Bool(PlainCells::default()),
            Type::Int => Self::Int(PlainCells::default()),
            Type::Long | Type::DateTime | Type::TimeSpan => Self::Long(PlainCells::default()),
            _ => Self::Other(ColumnBuilder::new(ty)),
        }
    }

    /// Puts `cell` into row `row`, unless that is filled already.
    pub(super) fn put(&mut self, row: usize, cell: Cell, ty: Type) {
        match (self, cell) {
            (_, Cell::Null) => {}
            (Self::Text(cells), cell) => cells.put(row, cell),
            (Self::Dynamic(cells), cell) => cells.put(row, cell),
            (Self::Bool(cells), Cell::Bool(truth)) => cells.put(row, truth),
            (Self::Int(cells), Cell::Int(number)) => cells.put(row, number),
            (Self::Long(cells), Cell::Long(number)) if ty == Type::Long => cells.put(row, number),
            (Self::Long(cells), Cell::DateTime(ticks)) if ty == Type::DateTime => cells.put(row, ticks),
            (Self::Bool(cells), cell) => cells.put_converted(row, cell, ty),
            (Self::Int(cells), cell) => cells.put_converted(row, cell, ty),
            (Self::Long(cells), cell) => cells.put_converted(row, cell, ty),
            (Self::Other(builder), cell) => {
                if builder.len() <= row {
                    pad(builder, row);
                    builder.push(convert(cell.value(), ty));
                }
            }
        }
    }

    pub(super) fn finish(self, rows: usize, ty: Type) -> Column {
        match self {
            Self::Text(cells) if cells.codes.len > 0 => cells.finish(rows),
            Self::Dynamic(cells) if !cells.codes.is_empty() => cells.finish(rows),
            Self::Bool(cells) if !cells.values.is_empty() => cells.finish(rows, ty),
            Self::Int(cells) if !cells.values.is_empty() => cells.finish(rows, ty),
            Self::Long(cells) if !cells.values.is_empty() => cells.finish(rows, ty),
            Self::Other(mut builder) if !builder.is_empty() => {
                pad(&mut builder, rows);
                builder.finish()
            }
            _ => Column::nulls(ty, rows),
        }
    }
}

fn pad(builder: &mut ColumnBuilder, rows: usize) {
    while builder.len() < rows {
        builder.push(Value::Null);
    }
}

/// A column of plain values in the making.
#[derive(Debug, Default)]
pub(super) struct PlainCells<T> {
    values: Vec<T>,
    /// Which are values, once some row has none.
    validity: Option<Bitmap>,
}

impl<T: Native + PartialEq> PlainCells<T> {
    fn put(&mut self, row: usize, value: T) {
        if self.values.len() > row {
            return;
        }
        self.pad(row);
        self.values.push(value);
        if let Some(validity) = &mut self.validity {
            validity.push(true);
        }
    }

    fn put_converted(&mut self, row: usize, cell: Cell, ty: Type) {
        if let Some(value) = T::from_value(&convert(cell.value(), ty)) {
            self.put(row, value);
        }
    }

    fn pad(&mut self, rows: usize) {
        let len = self.values.len();
        if len < rows {
            let validity = self.validity.get_or_insert_with(|| Bitmap::filled(len, true));
            (len..rows).for_each(|_| validity.push(false));
            self.values.resize(rows, T::default());
        }
    }

    fn finish(mut self, rows: usize, ty: Type) -> Column {
        self.pad(rows);
        if let (Some(first), None) = (self.values.first().copied(), &self.validity)
            && self.values.iter().all(|value| *value == first)
        {
            return Column::constant(first.to_value(ty), ty, rows);
        }
        self.values.shrink_to_fit();
        Column::from_natives(ty, self.values, self.validity)
    }
}

/// A column of dynamics in the making: as JSON text, a fraction of what the trees would take.
#[derive(Debug, Default)]
pub(super) struct DynamicCells {
    codes: Vec<u32>,
    interner: Interner,
    /// Codes by address of the values in `kept`.
    known: FastMap<usize, u32>,
    /// Keeps the values known by address alive, so that no other comes to lie there.
    kept: Vec<Arc<Json>>,
}

impl DynamicCells {
    /// The code of null.
    const NULL: u32 = u32::MAX;

    fn put(&mut self, row: usize, cell: Cell) {
        if self.codes.len() > row {
            return;
        }
        let code = match cell {
            Cell::JsonText(text) => self.interner.copy(&text),
            Cell::Dynamic(json) => self.code(json),
            other => match convert(other.value(), Type::Dynamic) {
                Value::Dynamic(json) => self.code(json),
                _ => Self::NULL,
            },
        };
        if code != Self::NULL {
            self.codes.resize(row, Self::NULL);
            self.codes.push(code);
        }
    }

    fn code(&mut self, json: Arc<Json>) -> u32 {
        if json.is_null() {
            return Self::NULL;
        }
        // What nobody else holds will not be met again.
        let is_shared = Arc::strong_count(&json) > 1;
        let address = Arc::as_ptr(&json).addr();
        if is_shared && let Some(code) = self.known.get(&address) {
            return *code;
        }
        let code = self.interner.copy(&json.to_string());
        if is_shared && self.kept.len() < ADDRESSES_MAX {
            self.known.insert(address, code);
            self.kept.push(json);
        }
        code
    }

    fn finish(mut self, rows: usize) -> Column {
        self.codes.resize(rows, Self::NULL);
        self.codes.shrink_to_fit();
        let any_null = self.codes.contains(&Self::NULL);
        let validity = any_null.then(|| Bitmap::from_fn(rows, |at| self.codes[at] != Self::NULL));
        Column::from_packed(self.codes, Arc::new(self.interner.finish()), validity)
    }
}

/// A code a row, and no more than their number as long as all are the same.
#[derive(Debug, Default)]
struct Codes {
    len: usize,
    /// The code of all rows, where `all` is empty.
    same: u32,
    all: Vec<u32>,
}

impl Codes {
    fn push(&mut self, code: u32) {
        self.fill(self.len + 1, code);
    }

    /// Adds `code` until there are `len`.
    fn fill(&mut self, len: usize, code: u32) {
        if self.len >= len {
            return;
        }
        if self.len == 0 {
            self.same = code;
        }
        if self.all.is_empty() && code != self.same {
            self.all.resize(self.len, self.same);
        }
        if !self.all.is_empty() {
            self.all.resize(len, code);
        }
        self.len = len;
    }
}

/// A column of strings in the making.
#[derive(Debug, Default)]
pub(super) struct TextCells {
    codes: Codes,
    interner: Interner,
    /// Address and code of the string met last: the rows of a person follow each other.
    last: (u64, u32),
    /// Codes by address of the constants and of the strings in `kept`.
    known: FastMap<u64, u32>,
    /// Keeps the strings known by address alive, so that no other comes to lie there.
    kept: Vec<Arc<str>>,
    /// The code of the empty string, once it was needed.
    empty: Option<u32>,
    /// Where the text of a GUID is written before it is copied.
    scratch: String,
}

impl TextCells {
    fn put(&mut self, row: usize, cell: Cell) {
        if self.codes.len > row {
            return;
        }
        let code = match cell {
            Cell::Null | Cell::Fixed("") => return,
            Cell::Fixed(text) => match self.code_at(address(text)) {
                Some(code) => code,
                None => self.learn(address(text), &Arc::from(text)),
            },
            // What nobody else holds will not be met again.
            Cell::Text(text) if Arc::strong_count(&text) == 1 => self.interner.intern(&text),
            Cell::Text(text) => match self.code_at(address(&text)) {
                Some(code) => code,
                None if self.kept.len() < ADDRESSES_MAX => {
                    let code = self.learn(address(&text), &text);
                    self.kept.push(text);
                    code
                }
                None => self.interner.intern(&text),
            },
            Cell::Guid(upper, lower) => {
                self.scratch.clear();
                push_guid(&mut self.scratch, u128::from(upper) << 64 | u128::from(lower));
                self.interner.copy(&self.scratch)
            }
            other => match convert(other.value(), Type::String) {
                Value::String(text) => self.interner.intern(&text),
                _ => return,
            },
        };
        self.pad(row);
        self.codes.push(code);
    }

    /// The code of the string at `address`, where that is known.
    fn code_at(&mut self, address: u64) -> Option<u32> {
        if self.last.0 != address {
            self.last = (address, *self.known.get(&address)?);
        }
        Some(self.last.1)
    }

    fn learn(&mut self, address: u64, text: &Arc<str>) -> u32 {
        let code = self.interner.intern(text);
        self.known.insert(address, code);
        code
    }

    fn pad(&mut self, rows: usize) {
        if self.codes.len < rows {
            let empty = *self.empty.get_or_insert_with(|| self.interner.intern(&Arc::from("")));
            self.codes.fill(rows, empty);
        }
    }

    fn finish(mut self, rows: usize) -> Column {
        self.pad(rows);
        let dictionary = self.interner.finish();
        if self.codes.all.is_empty() {
            let text = Value::String(dictionary.shared(self.codes.same));
            return Column::constant(text, Type::String, rows);
        }
        self.codes.all.shrink_to_fit();
        Column::from_codes(self.codes.all, Arc::new(dictionary))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_share_a_code_wherever_they_lie() {
        let (mut cells, shared) = (TextCells::default(), Arc::<str>::from("same"));
        for row in 0..9 {
            cells.put(
                row,
                [Cell::string("same"), Cell::Fixed("same"), Cell::Text(Arc::clone(&shared))][row % 3].clone(),
            );
        }
        assert_eq!((cells.codes.len, cells.codes.all.len()), (9, 0));
        cells.put(10, Cell::guid(0x1234));
        let column = cells.finish(12);
        let texts: Vec<Value> = column.values().skip(8).collect();
        assert_eq!(texts, ["same", "", "00000000-0000-0000-0000-000000001234", ""].map(Value::string));
    }
}
