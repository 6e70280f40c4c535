//! How things look on the wire: the official types, the enum sentinel, hunting rows.

pub mod complete;
pub mod enums;
pub mod hunting;
pub mod metadata;
