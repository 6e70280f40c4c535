//! Conversions between types.

use super::Function;

/// This family.
pub static FUNCTIONS: &[&Function] = &[];
