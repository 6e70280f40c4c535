//! Window functions: what reads other rows than its own. They have a meaning where rows have an order, in `where`,
//! `extend`, `project` and `serialize`.
//! <https://learn.microsoft.com/kusto/query/window-functions>

use super::engine::convert::convert;
use super::engine::order::compare_values;
use super::engine::{Column, StopFlag};
use super::functions::signature::{BOOL, LONG, TIMESPAN, once, optional};
use super::functions::{Accepts, Returns, Signature};
use super::types::Type;
use super::value::Value;
use std::cmp::Ordering;

/// A window function.
#[derive(Debug)]
pub struct Window {
    /// Its name.
    pub name: &'static str,
    /// Ways to call it.
    pub signatures: &'static [Signature],
    /// What it gives, in one line.
    pub summary: &'static str,
    /// Gives a value for each of so many rows, for fewer once the flag is set; arguments are columns of as many.
    pub eval: fn(&[Column], usize, Type, &StopFlag) -> Column,
}

/// All window functions.
static WINDOWS: &[Window] = &[
    Window {
        name: "row_number",
        signatures: &[Signature {
            parameters: &[optional("start", LONG), optional("restart", BOOL)],
            returns: Returns::Only(Type::Long),
        }],
        summary: "The number of the row, from 1 or from a start, again after each restart.",
        eval: row_number,
    },
    Window {
        name: "prev",
        signatures: SHIFT,
        summary: "The value of the row before, or of one so many rows before.",
        eval: |arguments, rows, ty, stop| shifted(arguments, rows, ty, (-1, stop)),
    },
    Window {
        name: "next",
        signatures: SHIFT,
        summary: "The value of the row after, or of one so many rows after.",
        eval: |arguments, rows, ty, stop| shifted(arguments, rows, ty, (1, stop)),
    },
    Window {
        name: "row_cumsum",
        signatures: &[Signature {
            parameters: &[once("term", Accepts::Summable), optional("restart", BOOL)],
            returns: Returns::Argument(0),
        }],
        summary: "The sum of all rows up to this one, again after each restart.",
        eval: row_cumsum,
    },
    Window {
        name: "row_rank_dense",
        signatures: RANK,
        summary: "The number of different values up to this row.",
        eval: |arguments, rows, _, stop| rank(arguments, rows, true, stop),
    },
    Window {
        name: "row_rank_min",
        signatures: RANK,
        summary: "The number of the first row with this row's value.",
        eval: |arguments, rows, _, stop| rank(arguments, rows, false, stop),
    },
    Window {
        name: "row_window_session",
        signatures: &[Signature {
            parameters: &[
                once("expr", Accepts::Only(Type::DateTime)),
                once("maxDistanceFromFirst", TIMESPAN),
                once("maxDistanceBetweenNeighbors", TIMESPAN),
                optional("restart", BOOL),
            ],
            returns: Returns::Only(Type::DateTime),
        }],
        summary: "The first instant of the session that the row belongs to.",
        eval: session,
    },
];

const SHIFT: &[Signature] = &[Signature {
    parameters: &[once("column", Accepts::Any), optional("offset", LONG), optional("default", Accepts::Any)],
    returns: Returns::Argument(0),
}];

const RANK: &[Signature] = &[Signature {
    parameters: &[once("term", Accepts::Any), optional("restart", BOOL)],
    returns: Returns::Only(Type::Long),
}];

/// The window function called exactly `name`.
pub fn find(name: &str) -> Option<&'static Window> {
    WINDOWS.iter().find(|window| window.name == name)
}

/// All window functions.
pub fn all() -> impl Iterator<Item = &'static Window> {
    WINDOWS.iter()
}

/// Whether the row begins anew by the flag at argument `place`.
fn restarts(arguments: &[Column], place: usize, row: usize) -> bool {
    arguments.get(place).is_some_and(|flag| flag.value(row) == Value::Bool(true))
}

fn row_number(arguments: &[Column], rows: usize, _: Type, stop: &StopFlag) -> Column {
    let start = arguments.first().and_then(|start| start.value(0).as_long()).unwrap_or(1);
    let mut number = start;
    let numbers = stop.watch(0..rows).map(|row| {
        number = if row == 0 || restarts(arguments, 1, row) { start } else { number + 1 };
        number
    });
    Column::from_natives(Type::Long, numbers.collect(), None)
}

fn shifted(arguments: &[Column], rows: usize, ty: Type, (direction, stop): (i64, &StopFlag)) -> Column {
    let Some(values) = arguments.first() else { return Column::nulls(ty, rows) };
    let offset = arguments.get(1).and_then(|offset| offset.value(0).as_long()).unwrap_or(1);
    let default = arguments.get(2).map_or(Value::Null, |default| convert(default.value(0), ty));
    let value = |row: usize| {
        let place = (row as i64).checked_add(offset.saturating_mul(direction))?;
        let place = usize::try_from(place).ok().filter(|place| *place < rows)?;
        Some(values.value(place))
    };
    Column::from_values(ty, stop.watch(0..rows).map(|row| value(row).unwrap_or_else(|| default.clone())))
}

fn row_cumsum(arguments: &[Column], rows: usize, ty: Type, stop: &StopFlag) -> Column {
    let Some(terms) = arguments.first() else { return Column::nulls(ty, rows) };
    let (mut whole, mut real) = (0_i64, 0.0);
    let sums = stop.watch(0..rows).map(|row| {
        if restarts(arguments, 1, row) {
            (whole, real) = (0, 0.0);
        }
        match terms.value(row) {
            Value::Real(term) => real += term,
            Value::TimeSpan(term) | Value::DateTime(term) => whole = whole.wrapping_add(term),
            term => whole = whole.wrapping_add(term.as_long().unwrap_or_default()),
        }
        match ty {
            Type::Real => Value::Real(real),
            Type::TimeSpan => Value::TimeSpan(whole),
            Type::DateTime => Value::DateTime(whole),
            _ => convert(Value::Long(whole), ty),
        }
    });
    Column::from_values(ty, sums)
}

fn rank(arguments: &[Column], rows: usize, dense: bool, stop: &StopFlag) -> Column {
    let Some(terms) = arguments.first() else { return Column::nulls(Type::Long, rows) };
    let (mut rank, mut number) = (0_i64, 0_i64);
    let ranks = stop.watch(0..rows).map(|row| {
        let restart = row == 0 || restarts(arguments, 1, row);
        number = if restart { 1 } else { number + 1 };
        let same = !restart && equal(&terms.value(row), &terms.value(row - 1));
        rank = match (restart, same) {
            (true, _) => 1,
            (_, true) => rank,
            _ if dense => rank + 1,
            _ => number,
        };
        rank
    });
    Column::from_natives(Type::Long, ranks.collect(), None)
}

fn equal(left: &Value, right: &Value) -> bool {
    left.is_null() && right.is_null() || compare_values(left, right) == Some(Ordering::Equal)
}

fn session(arguments: &[Column], rows: usize, ty: Type, stop: &StopFlag) -> Column {
    let [instants, from_first, between, ..] = arguments else { return Column::nulls(ty, rows) };
    let ticks = |column: &Column, row: usize| match column.value(row) {
        Value::DateTime(ticks) | Value::TimeSpan(ticks) => Some(ticks),
        _ => None,
    };
    let mut first: Option<i64> = None;
    let mut last: Option<i64> = None;
    let starts = stop.watch(0..rows).map(|row| {
        let now = ticks(instants, row);
        let near = |since: Option<i64>, limit: &Column| match (now, since, ticks(limit, row)) {
            (Some(now), Some(since), Some(limit)) => now.saturating_sub(since) <= limit,
            _ => false,
        };
        if restarts(arguments, 3, row) || !near(first, from_first) || !near(last, between) {
            first = now;
        }
        last = now;
        first.map_or(Value::Null, Value::DateTime)
    });
    Column::from_values(ty, starts)
}
