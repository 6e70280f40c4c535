//! Operators, binary and unary, as functions.

use super::Function;

/// This family.
pub static FUNCTIONS: &[&Function] = &[];
