//! One value: at the edges of the engine, in literals and in row-wise functions. Inside, data is columnar.

use super::decimal::Decimal;
use super::types::Type;
use std::sync::Arc;

/// A value of some type, or null. A null string does not exist in Kusto: it is `String("")`.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Null of any type but string.
    Null,
    /// `bool`.
    Bool(bool),
    /// `int`.
    Int(i32),
    /// `long`.
    Long(i64),
    /// `real`.
    Real(f64),
    /// `decimal`.
    Decimal(Decimal),
    /// `string`.
    String(Arc<str>),
    /// `datetime` in ticks since year 1.
    DateTime(i64),
    /// `timespan` in ticks.
    TimeSpan(i64),
    /// `guid`.
    Guid(u128),
    /// `dynamic`, not null. Instants, timespans and guids inside are their Kusto text.
    Dynamic(Arc<serde_json::Value>),
}

impl Value {
    /// A string.
    pub fn string(text: impl Into<Arc<str>>) -> Self {
        Self::String(text.into())
    }

    /// A dynamic; JSON null becomes [`Value::Null`].
    pub fn dynamic(json: serde_json::Value) -> Self {
        if json.is_null() { Self::Null } else { Self::Dynamic(Arc::new(json)) }
    }

    /// The empty value of `ty`: `""` for strings, null for all else.
    pub fn null_of(ty: Type) -> Self {
        if ty == Type::String { Self::string("") } else { Self::Null }
    }

    /// The type; `None` for null.
    pub fn ty(&self) -> Option<Type> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(_) => Type::Bool,
            Self::Int(_) => Type::Int,
            Self::Long(_) => Type::Long,
            Self::Real(_) => Type::Real,
            Self::Decimal(_) => Type::Decimal,
            Self::String(_) => Type::String,
            Self::DateTime(_) => Type::DateTime,
            Self::TimeSpan(_) => Type::TimeSpan,
            Self::Guid(_) => Type::Guid,
            Self::Dynamic(_) => Type::Dynamic,
        })
    }

    /// Whether it is null. The empty string is not.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The text of a string; `None` for all else.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// A whole number of either width.
    pub fn as_long(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(i64::from(*number)),
            Self::Long(number) => Some(*number),
            _ => None,
        }
    }

    /// A number of any kind as a decimal; `None` for a real that has none.
    pub fn as_decimal(&self) -> Option<Decimal> {
        match self {
            Self::Decimal(number) => Some(*number),
            Self::Real(number) => Decimal::from_real(*number),
            other => other.as_long().map(Decimal::from),
        }
    }

    /// A number of any kind as a real.
    pub fn as_real(&self) -> Option<f64> {
        match self {
            Self::Real(number) => Some(*number),
            Self::Decimal(number) => Some(number.to_real()),
            other => other.as_long().map(|number| number as f64),
        }
    }
}
