//! Runs plans over columns.

pub mod column;
pub mod table;

pub use column::Column;
pub use table::{Table, TableBuilder, Tables};
