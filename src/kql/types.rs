//! The scalar types.

use std::fmt;

/// A scalar type. Numbers stand in the order in which they are widened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// `bool`.
    Bool,
    /// `int`, 32 bits.
    Int,
    /// `long`, 64 bits; overflow wraps.
    Long,
    /// `real`, IEEE double.
    Real,
    /// `decimal`, 34 digits and a power of ten.
    Decimal,
    /// `string`, never null.
    String,
    /// `datetime`, ticks of 100 ns since year 1, UTC.
    DateTime,
    /// `timespan`, ticks of 100 ns, signed.
    TimeSpan,
    /// `guid`.
    Guid,
    /// `dynamic`: null, a scalar, a list or a property bag.
    Dynamic,
}

impl Type {
    /// All, in the order above.
    pub const ALL: [Self; 10] = [
        Self::Bool,
        Self::Int,
        Self::Long,
        Self::Real,
        Self::Decimal,
        Self::String,
        Self::DateTime,
        Self::TimeSpan,
        Self::Guid,
        Self::Dynamic,
    ];

    /// The Kusto name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Long => "long",
            Self::Real => "real",
            Self::Decimal => "decimal",
            Self::String => "string",
            Self::DateTime => "datetime",
            Self::TimeSpan => "timespan",
            Self::Guid => "guid",
            Self::Dynamic => "dynamic",
        }
    }

    /// The type that `name` or one of Kusto's aliases for it names: `double` for real, `date`, `time`, `boolean`, …
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "bool" | "boolean" => Self::Bool,
            "int" | "int32" | "uint" | "int16" | "uint8" | "uint16" | "uint32" => Self::Int,
            "long" | "int64" | "ulong" | "uint64" => Self::Long,
            "real" | "double" | "float" => Self::Real,
            "decimal" => Self::Decimal,
            "string" => Self::String,
            "datetime" | "date" => Self::DateTime,
            "timespan" | "time" => Self::TimeSpan,
            "guid" | "uuid" | "uniqueid" => Self::Guid,
            "dynamic" | "object" => Self::Dynamic,
            _ => return None,
        })
    }

    /// `int`, `long`, `real` or `decimal`.
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Long | Self::Real | Self::Decimal)
    }

    /// Whether `sum` and `+` make sense: numbers, timespans, datetimes.
    pub const fn is_summable(self) -> bool {
        self.is_number() || matches!(self, Self::TimeSpan | Self::DateTime)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
