//! A column of values of one type.

/// Values of one type, nulls marked. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Column;
