//! Typed reading of columns, for loops that must be fast.

use super::bitmap::Bitmap;
use super::column::Data;
use super::dictionary::{Dictionary, Joined};
use crate::kql::Decimal;
use crate::kql::types::Type;
use crate::kql::value::Value;
use std::sync::Arc;

/// A plain type that a column stores: `bool`, `i32`, `i64` (also ticks), `f64`, `u128`, [`Decimal`].
pub trait Native: Copy + Default + Sized + 'static {
    /// As a [`Value`] of `ty`.
    fn to_value(self, ty: Type) -> Value;
    /// Out of a value of any type that is stored so.
    fn from_value(value: &Value) -> Option<Self>;
    /// As storage.
    #[expect(private_interfaces, reason = "how values lie in memory stays inside the engine")]
    fn wrap(values: Vec<Self>) -> Data;
    /// Out of storage.
    #[expect(private_interfaces, reason = "how values lie in memory stays inside the engine")]
    fn unwrap(data: &Data) -> Option<&[Self]>;
}

macro_rules! native {
    ($native:ty, $storage:ident, $to:expr, $from:pat => $read:expr) => {
        impl Native for $native {
            fn to_value(self, ty: Type) -> Value {
                let make: fn(Self, Type) -> Value = $to;
                make(self, ty)
            }

            fn from_value(value: &Value) -> Option<Self> {
                match value {
                    $from => Some(*$read),
                    _ => None,
                }
            }

            #[expect(private_interfaces, reason = "how values lie in memory stays inside the engine")]
            fn wrap(values: Vec<Self>) -> Data {
                Data::$storage(Arc::new(values))
            }

            #[expect(private_interfaces, reason = "how values lie in memory stays inside the engine")]
            fn unwrap(data: &Data) -> Option<&[Self]> {
                match data {
                    Data::$storage(values) => Some(values),
                    _ => None,
                }
            }
        }
    };
}

native!(bool, Bool, |value, _| Value::Bool(value), Value::Bool(value) => value);
native!(i32, Int, |value, _| Value::Int(value), Value::Int(value) => value);
native!(f64, Real, |value, _| Value::Real(value), Value::Real(value) => value);
native!(Decimal, Decimal, |value, _| Value::Decimal(value), Value::Decimal(value) => value);
native!(u128, Guid, |value, _| Value::Guid(value), Value::Guid(value) => value);
native!(
    i64,
    Long,
    |value, ty| match ty {
        Type::DateTime => Value::DateTime(value),
        Type::TimeSpan => Value::TimeSpan(value),
        _ => Value::Long(value),
    },
    Value::Long(value) | Value::DateTime(value) | Value::TimeSpan(value) => value
);

/// The values of a column as plain values.
#[derive(Clone, Copy, Debug)]
pub struct View<'a, T> {
    source: Source<'a, T>,
    validity: Option<(&'a Bitmap, usize)>,
}

#[derive(Clone, Copy, Debug)]
enum Source<'a, T> {
    Constant(Option<T>, usize),
    Slice(&'a [T]),
}

impl<'a, T: Native> View<'a, T> {
    pub(super) fn constant(value: Option<T>, len: usize) -> Self {
        Self { source: Source::Constant(value, len), validity: None }
    }

    pub(super) fn slice(values: &'a [T], validity: Option<(&'a Bitmap, usize)>) -> Self {
        Self { source: Source::Slice(values), validity }
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        match self.source {
            Source::Constant(_, len) => len,
            Source::Slice(values) => values.len(),
        }
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value at `at`, `None` where null or past the end.
    pub fn get(&self, at: usize) -> Option<T> {
        match self.source {
            Source::Constant(value, _) => value,
            Source::Slice(values) => match self.validity {
                Some((bits, start)) if !bits.get(start + at) => None,
                _ => values.get(at).copied(),
            },
        }
    }

    /// The values as they lie, where none is null and each has its place.
    pub fn plain(&self) -> Option<&'a [T]> {
        match (self.source, self.validity) {
            (Source::Slice(values), None) => Some(values),
            _ => None,
        }
    }

    /// The values as they lie, a filler where null, where each has its place.
    pub fn raw(&self) -> Option<&'a [T]> {
        match self.source {
            Source::Slice(values) => Some(values),
            Source::Constant(..) => None,
        }
    }

    /// The one value of all rows, where the column is a constant; `Some(None)` is a constant null.
    pub fn as_constant(&self) -> Option<Option<T>> {
        match self.source {
            Source::Constant(value, _) => Some(value),
            Source::Slice(_) => None,
        }
    }

    /// All rows in order.
    pub fn iter(self) -> impl Iterator<Item = Option<T>> {
        (0..self.len()).map(move |at| self.get(at))
    }
}

/// The strings of a column.
#[derive(Clone, Copy, Debug)]
pub enum Texts<'a> {
    /// The same for all rows.
    Constant(&'a str),
    /// A code a row.
    Coded(&'a [u32], &'a Arc<Dictionary>),
}

impl<'a> Texts<'a> {
    pub(super) fn constant(text: &'a str) -> Self {
        Self::Constant(text)
    }

    pub(super) fn coded(codes: &'a [u32], dictionary: &'a Arc<Dictionary>) -> Self {
        Self::Coded(codes, dictionary)
    }

    /// The string at `at`; `""` past the end.
    pub fn text(&self, at: usize) -> &'a str {
        match self {
            Self::Constant(text) => text,
            Self::Coded(codes, dictionary) => codes.get(at).map_or("", |code| dictionary.text(*code)),
        }
    }

    /// The strings as one text, where each row has its own and they lie one after the other.
    pub fn joined(&self) -> Option<Joined<'a>> {
        match self {
            Self::Constant(_) => None,
            Self::Coded(codes, dictionary) => dictionary.joined(codes),
        }
    }

    /// What `make` gives for each of `rows` rows. A string that many rows share is asked about once.
    pub fn map<T: Copy>(&self, rows: usize, make: impl Fn(&str) -> T) -> Vec<T> {
        match self {
            Self::Constant(text) => vec![make(text); rows],
            Self::Coded(codes, dictionary) if dictionary.len() <= codes.len() => {
                let mut known: Vec<Option<T>> = vec![None; dictionary.len()];
                let mut of = |code: u32| match known.get_mut(code as usize) {
                    Some(known) => *known.get_or_insert_with(|| make(dictionary.text(code))),
                    None => make(""),
                };
                codes.iter().map(|code| of(*code)).collect()
            }
            Self::Coded(codes, dictionary) => codes.iter().map(|code| make(dictionary.text(*code))).collect(),
        }
    }
}
