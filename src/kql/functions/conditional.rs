//! Choosing: `iff`, `case`, `coalesce` and kin.

use super::Function;

/// This family.
pub static FUNCTIONS: &[&Function] = &[];
