//! Placeholder: filled with the family.

use super::Function;

/// This family.
pub static FUNCTIONS: &[&Function] = &[];
