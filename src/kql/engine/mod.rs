//! Runs plans over columns.
//!
//! Relations push batches of rows to whoever asked for them; a batch is a handful of columns that share their memory
//! with the table they come from. Only columns that something above uses are filled.

mod batch;
pub mod bitmap;
pub mod builder;
pub mod column;
pub mod convert;
pub mod dictionary;
mod eval;
pub mod group;
pub mod hash;
pub mod meter;
mod operators;
pub mod optimise;
pub mod order;
pub mod run;
pub(in crate::kql) mod sorting;
pub mod table;
pub mod view;

pub use bitmap::Bitmap;
pub use builder::ColumnBuilder;
pub use column::Column;
pub use dictionary::{Dictionary, Interner, Joined};
pub use meter::{Measure, Measures};
pub use optimise::optimised;
pub use run::{Limits, RunError, StopFlag, Strategy, run, run_all, run_measured};
pub use table::{NoTables, Table, TableBuilder, Tables};
pub use view::{Native, Texts, View};
