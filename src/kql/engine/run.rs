//! The run of a plan.

use super::table::{Table, Tables};
use crate::kql::functions::Context;
use crate::kql::plan::Plan;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a run may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Rows of the answer; more are cut silently, as the service does.
    pub rows_max: usize,
    /// Rows of any intermediate result; more end the run.
    pub intermediate_rows_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { rows_max: crate::base::limits::HUNTING_ROWS_MAX, intermediate_rows_max: 20_000_000 }
    }
}

/// Asks a run to end early. Clones share the flag.
#[derive(Clone, Debug, Default)]
pub struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    /// Asks.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether someone asked.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why a run gave no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// The provider lacks a table the plan reads.
    #[error("failed to resolve table '{0}'")]
    NoTable(String),
    /// [`Limits::intermediate_rows_max`].
    #[error("the query cannot run because it exceeds the allowed size limit when processed")]
    TooLarge,
    /// [`StopFlag`].
    #[error("the query was cancelled")]
    Stopped,
    /// Found only while running, in Kusto's words.
    #[error("{0}")]
    Invalid(String),
}

/// Runs `plan` over `tables`.
///
/// # Errors
/// See [`RunError`].
pub fn run(
    plan: &Plan,
    tables: &dyn Tables,
    context: &Context,
    limits: Limits,
    stop: &StopFlag,
) -> Result<Table, RunError> {
    let _ = (plan, tables, context, limits, stop);
    Err(RunError::Invalid("nothing runs yet".to_owned()))
}
