//! Instants, calendars and spans.

use super::Function;

/// This family.
pub static FUNCTIONS: &[&Function] = &[];
