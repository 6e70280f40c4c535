//! Lists, property bags and JSON.

use super::Function;

/// This family.
pub static FUNCTIONS: &[&Function] = &[];
