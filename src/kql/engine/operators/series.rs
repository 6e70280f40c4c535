//! Groups of steps as lists.

use crate::kql::engine::batch::{Batch, ColumnSet};
use crate::kql::engine::column::Column;
use crate::kql::engine::convert::{convert, to_json};
use crate::kql::engine::group::{Grouper, Members};
use crate::kql::engine::hash::FastMap;
use crate::kql::engine::run::{Flow, Run, RunError, Sink};
use crate::kql::plan::{Field, Relation, Scalar, Steps};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::sync::Arc;

/// The most steps of a series, as the service's.
/// <https://learn.microsoft.com/kusto/query/make-series-operator>
const STEPS_MAX: usize = 1_048_576;

pub(in crate::kql::engine) fn stream(
    run: &Run<'_>,
    (input, keys, steps): (&Relation, usize, &Steps),
    fields: &[Field],
    sink: &mut Sink<'_>,
) -> Result<Flow, RunError> {
    let all = run.collect(input, &ColumnSet::all(input.columns.len()))?;
    let constant = |scalar: &Scalar| run.evaluator.eval(scalar, &Batch { columns: Vec::new(), rows: 1 }).value(0);
    let Some(axis) = all.columns.get(keys) else { return Ok(Flow::More) };
    let places = Places::new(
        axis,
        steps.start.as_ref().map(constant).as_ref(),
        steps.stop.as_ref().map(constant).as_ref(),
        &constant(&steps.step),
    )?;
    let mut grouper = Grouper::new(input.columns.iter().take(keys).map(|field| field.ty));
    let groups = grouper.assign(all.columns.get(..keys).unwrap_or_default(), all.rows);
    let count = if all.rows == 0 && keys > 0 { 0 } else { grouper.len() };
    run.check_size(count.saturating_mul(places.values.len()))?;
    let members = Members::new(&groups, count);
    let mut result = run.keep(Batch { columns: grouper.take_keys(run.stop()), rows: count });
    let measures = all.columns.get(keys + 1..).unwrap_or_default();
    for ((values, default), field) in measures.iter().zip(&steps.defaults).zip(input.columns.iter().skip(keys + 1)) {
        let default = to_json(&convert(constant(default), field.ty)).unwrap_or(Json::Null);
        let mut lists = run.keep(Vec::with_capacity(count));
        for group in 0..count as u32 {
            run.go_on()?;
            lists.add(places.values.len() * size_of::<Json>())?;
            let mut list = vec![default.clone(); places.values.len()];
            for row in members.of(group) {
                let row = *row as usize;
                if let Some(cell) = places.find(&axis.value(row)).and_then(|at| list.get_mut(at)) {
                    *cell = to_json(&values.value(row)).unwrap_or(Json::Null);
                }
            }
            lists.push(Some(Arc::new(Json::Array(list))));
        }
        result.columns.push(Column::from_dynamics(std::mem::take(&mut *lists)));
        lists.weigh(0)?;
        result.weigh(result.bytes())?;
    }
    let axis_list: Vec<Json> = places.values.iter().map(|value| to_json(value).unwrap_or(Json::Null)).collect();
    result.columns.push(Column::constant(Value::dynamic(Json::Array(axis_list)), Type::Dynamic, count));
    debug_assert_eq!(result.columns.len(), fields.len(), "a series gives its columns");
    run.emit(&result, sink)
}

/// The steps of an axis.
struct Places {
    values: Vec<Value>,
    by_word: FastMap<u64, usize>,
}

impl Places {
    fn new(axis: &Column, start: Option<&Value>, stop: Option<&Value>, step: &Value) -> Result<Self, RunError> {
        let seen = || axis.values().filter_map(|value| number(&value));
        let reals = matches!(axis.ty(), Type::Real);
        let least = start.and_then(number).or_else(|| seen().reduce(f64::min));
        let stop_at = stop.and_then(number);
        let greatest = stop_at.or_else(|| seen().reduce(f64::max));
        let step = number(step).filter(|step| *step > 0.0);
        let Some(step) = step else {
            return Err(RunError::Invalid("make-series: the step must be greater than zero".to_owned()));
        };
        let (Some(least), Some(greatest)) = (least, greatest) else {
            return Ok(Self { values: Vec::new(), by_word: FastMap::default() });
        };
        let steps = (greatest - least) / step;
        let count = if stop_at.is_some() { steps.ceil() } else { (steps + 1e-9).floor() + 1.0 };
        if count > STEPS_MAX as f64 {
            return Err(RunError::TooLarge);
        }
        let count = if count > 0.0 { count as usize } else { 0 };
        let value = |at: usize| match axis.ty() {
            ty if reals => convert(Value::Real(least + at as f64 * step), ty),
            Type::DateTime => Value::DateTime(least as i64 + at as i64 * step as i64),
            Type::TimeSpan => Value::TimeSpan(least as i64 + at as i64 * step as i64),
            ty => convert(Value::Long(least as i64 + at as i64 * step as i64), ty),
        };
        let values: Vec<Value> = (0..count).map(value).collect();
        let by_word = values.iter().enumerate().filter_map(|(at, value)| Some((word(value)?, at))).collect();
        Ok(Self { values, by_word })
    }

    fn find(&self, value: &Value) -> Option<usize> {
        self.by_word.get(&word(value)?).copied()
    }
}

/// Ticks and numbers as a real, in whose whole numbers every tick of the calendar has a place of its own but for the
/// last few bits: those are the same for all steps.
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(*ticks as f64),
        other => other.as_real(),
    }
}

/// Equal for equal steps.
fn word(value: &Value) -> Option<u64> {
    match value {
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(*ticks as u64),
        Value::Real(real) => Some((real * 1e6).round().to_bits()),
        other => other.as_long().map(|whole| whole as u64),
    }
}
