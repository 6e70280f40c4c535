//! Values from a start by steps to a stop.

use crate::kql::engine::batch::Batch;
use crate::kql::engine::column::Column;
use crate::kql::engine::run::{Flow, Run, RunError, Sink};
use crate::kql::plan::{Field, Scalar};
use crate::kql::types::Type;
use crate::kql::value::Value;

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    bounds: &[Scalar; 3],
    fields: &[Field],
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let one = Batch { columns: Vec::new(), rows: 1 };
    let bounds = bounds.each_ref().map(|scalar| run.evaluator.eval(scalar, &one).value(0));
    let ty = fields.first().map_or(Type::Long, |field| field.ty);
    if let [Value::Real(start), Value::Real(stop), Value::Real(step)] = bounds {
        return in_batches(run.batch_rows(), ty, reals(start, stop, step), sink);
    }
    match bounds.map(|bound| whole(&bound)) {
        [Some(start), Some(stop), Some(step)] => in_batches(run.batch_rows(), ty, wholes(start, stop, step), sink),
        _ => Ok(Flow::More),
    }
}

/// A whole number or ticks.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(*ticks),
        other => other.as_long(),
    }
}

/// Whole numbers from `start` to `stop`, both included; none where `step` leads away.
fn wholes(start: i64, stop: i64, step: i64) -> impl Iterator<Item = i64> {
    let inside = move |at: &i64| if step > 0 { *at <= stop } else { step < 0 && *at >= stop };
    std::iter::successors(Some(start), move |at| at.checked_add(step)).take_while(inside)
}

/// As [`wholes`]. Each is computed from the start, so that errors do not add up.
fn reals(start: f64, stop: f64, step: f64) -> impl Iterator<Item = f64> {
    let inside = move |at: &f64| if step > 0.0 { *at <= stop } else { step < 0.0 && *at >= stop };
    (0..u32::MAX).map(move |count| start + f64::from(count) * step).take_while(inside)
}

fn in_batches<T: crate::kql::engine::Native>(
    batch_rows: usize,
    ty: Type,
    mut values: impl Iterator<Item = T>,
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    loop {
        let batch: Vec<T> = values.by_ref().take(batch_rows).collect();
        let rows = batch.len();
        if rows == 0 {
            return Ok(Flow::More);
        }
        let columns = vec![Column::from_natives(ty, batch, None)];
        if sink(Batch { columns, rows })? == Flow::Enough {
            return Ok(Flow::Enough);
        }
    }
}
