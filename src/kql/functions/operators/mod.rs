//! Operators, binary and unary, as functions.

mod access;
mod arithmetic;
mod compare;
mod logic;
pub mod needle;
mod pairs;
mod sets;
mod text;

use super::{Accepts, Eval, Example, Function, Nulls, Occurs, Parameter, Returns, Signature};
use crate::kql::types::Type;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &access::ELEMENT,
    &access::MEMBER,
    &arithmetic::ADD,
    &arithmetic::DIVIDE,
    &arithmetic::MODULO,
    &arithmetic::MULTIPLY,
    &arithmetic::NEGATE,
    &arithmetic::SUBTRACT,
    &compare::BETWEEN,
    &compare::EQUAL,
    &compare::GREATER,
    &compare::GREATER_OR_EQUAL,
    &compare::LESS,
    &compare::LESS_OR_EQUAL,
    &compare::NOT_BETWEEN,
    &compare::NOT_EQUAL,
    &logic::AND,
    &logic::OR,
    &pairs::BAG_PAIRS,
    &pairs::PARSE_KV,
    &sets::HAS_ALL,
    &sets::HAS_ANY,
    &sets::IN,
    &sets::IN_CASELESS,
    &sets::NOT_IN,
    &sets::NOT_IN_CASELESS,
    &text::CONTAINS,
    &text::CONTAINS_CS,
    &text::ENDS_WITH,
    &text::ENDS_WITH_CS,
    &text::EQUAL_CASELESS,
    &text::HAS,
    &text::HAS_CS,
    &text::HAS_PREFIX,
    &text::HAS_PREFIX_CS,
    &text::HAS_SUFFIX,
    &text::HAS_SUFFIX_CS,
    &text::MATCHES_REGEX,
    &text::NOT_CONTAINS,
    &text::NOT_CONTAINS_CS,
    &text::NOT_ENDS_WITH,
    &text::NOT_ENDS_WITH_CS,
    &text::NOT_EQUAL_CASELESS,
    &text::NOT_HAS,
    &text::NOT_HAS_CS,
    &text::NOT_HAS_PREFIX,
    &text::NOT_HAS_PREFIX_CS,
    &text::NOT_HAS_SUFFIX,
    &text::NOT_HAS_SUFFIX_CS,
    &text::NOT_STARTS_WITH,
    &text::NOT_STARTS_WITH_CS,
    &text::STARTS_WITH,
    &text::STARTS_WITH_CS,
];

/// A parameter given once.
const fn once(name: &'static str, accepts: Accepts) -> Parameter {
    Parameter { name, accepts, occurs: Occurs::Once }
}

/// A way to call that gives a bool.
const fn gives_bool(parameters: &'static [Parameter]) -> Signature {
    Signature { parameters, returns: Returns::Only(Type::Bool) }
}

#[cfg(test)]
mod tests;
