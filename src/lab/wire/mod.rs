//! How things look on the wire: the official types, the enum sentinel, hunting rows.

pub mod complete;
pub mod hunting;
pub mod metadata;
pub mod resource;
