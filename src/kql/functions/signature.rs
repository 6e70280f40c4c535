//! Short forms for writing signatures.

use super::{Accepts, Occurs, Parameter};
use crate::kql::types::Type;

/// A `bool`.
pub const BOOL: Accepts = Accepts::Only(Type::Bool);
/// An `int` or a `long`.
pub const INTEGER: Accepts = Accepts::Integer;
/// A `long`.
pub const LONG: Accepts = Accepts::Only(Type::Long);
/// A `real`.
pub const REAL: Accepts = Accepts::Only(Type::Real);
/// A `string`.
pub const STRING: Accepts = Accepts::Only(Type::String);
/// A `datetime`.
pub const DATETIME: Accepts = Accepts::Only(Type::DateTime);
/// A `timespan`.
pub const TIMESPAN: Accepts = Accepts::Only(Type::TimeSpan);
/// A `dynamic`.
pub const DYNAMIC: Accepts = Accepts::Only(Type::Dynamic);

/// A parameter given once.
pub const fn once(name: &'static str, accepts: Accepts) -> Parameter {
    Parameter { name, accepts, occurs: Occurs::Once }
}

/// A parameter that may be left out.
pub const fn optional(name: &'static str, accepts: Accepts) -> Parameter {
    Parameter { name, accepts, occurs: Occurs::Optional }
}

/// A parameter given any number of times.
pub const fn many(name: &'static str, accepts: Accepts) -> Parameter {
    Parameter { name, accepts, occurs: Occurs::Many }
}
