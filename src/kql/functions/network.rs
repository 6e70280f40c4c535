//! IP addresses and URLs.

use super::Function;

/// This family.
pub static FUNCTIONS: &[&Function] = &[];
