//! Hashes and encodings.

use super::Function;

/// This family.
pub static FUNCTIONS: &[&Function] = &[];
