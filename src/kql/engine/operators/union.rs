//! All rows of all inputs, one input after the other.

use crate::kql::engine::batch::ColumnSet;
use crate::kql::engine::run::{Flow, Run, RunError, Sink};
use crate::kql::plan::Relation;

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    inputs: &[Relation],
    needed: &ColumnSet,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    for input in inputs {
        if run.stream(input, needed, sink)? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
    Ok(Flow::More)
}
