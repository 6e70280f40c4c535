//! Numbers.

use super::Function;

/// This family.
pub static FUNCTIONS: &[&Function] = &[];
