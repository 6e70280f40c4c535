//! Runs plans over columns.

pub mod column;
pub mod run;
pub mod table;

pub use column::Column;
pub use run::{Limits, RunError, StopFlag, run};
pub use table::{Table, TableBuilder, Tables};
