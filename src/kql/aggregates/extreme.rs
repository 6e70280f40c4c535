//! The least and the greatest, the rows that have them, and any row.

use super::condition::when;
use super::{Accepts, Accumulator, Aggregate, Naming, PREDICATE, Parameter, gives_first, many, once};
use crate::kql::engine::order::compare_values;
use crate::kql::engine::{Column, StopFlag};
use crate::kql::types::Type;
use crate::kql::value::Value;
use std::cmp::Ordering;

const VALUE: Parameter = once("value", Accepts::Any);
const RETURNED: Parameter = many("returned", Accepts::Any);

pub(super) static MIN: Aggregate = Aggregate {
    name: "min",
    signatures: &[gives_first(&[VALUE])],
    naming: Naming::PrefixAndFirst("min"),
    summary: "the least value; null where there is none",
    source: "https://learn.microsoft.com/kusto/query/min-aggregation-function",
    start: |types| best(types, Ordering::Less),
};

pub(super) static MAX: Aggregate = Aggregate {
    name: "max",
    signatures: &[gives_first(&[VALUE])],
    naming: Naming::PrefixAndFirst("max"),
    summary: "the greatest value; null where there is none",
    source: "https://learn.microsoft.com/kusto/query/max-aggregation-function",
    start: |types| best(types, Ordering::Greater),
};

pub(super) static MIN_IF: Aggregate = Aggregate {
    name: "minif",
    signatures: &[gives_first(&[VALUE, PREDICATE])],
    naming: Naming::PrefixAndFirst("minif"),
    summary: "the least value where the predicate is true",
    source: "https://learn.microsoft.com/kusto/query/minif-aggregation-function",
    start: |types| when(1, MIN.start, types),
};

pub(super) static MAX_IF: Aggregate = Aggregate {
    name: "maxif",
    signatures: &[gives_first(&[VALUE, PREDICATE])],
    naming: Naming::PrefixAndFirst("maxif"),
    summary: "the greatest value where the predicate is true",
    source: "https://learn.microsoft.com/kusto/query/maxif-aggregation-function",
    start: |types| when(1, MAX.start, types),
};

pub(super) static ARG_MIN: Aggregate = Aggregate {
    name: "arg_min",
    signatures: &[gives_first(&[once("minimized", Accepts::Any), RETURNED])],
    naming: Naming::Arguments,
    summary: "the least value, and others of its row",
    source: "https://learn.microsoft.com/kusto/query/arg-min-aggregation-function",
    start: |types| best(types, Ordering::Less),
};

pub(super) static ARG_MAX: Aggregate = Aggregate {
    name: "arg_max",
    signatures: &[gives_first(&[once("maximized", Accepts::Any), RETURNED])],
    naming: Naming::Arguments,
    summary: "the greatest value, and others of its row",
    source: "https://learn.microsoft.com/kusto/query/arg-max-aggregation-function",
    start: |types| best(types, Ordering::Greater),
};

pub(super) static ARG_MIN_OLD: Aggregate = Aggregate {
    name: "argmin",
    signatures: ARG_MIN.signatures,
    naming: Naming::Arguments,
    summary: "the old name of arg_min",
    source: ARG_MIN.source,
    start: ARG_MIN.start,
};

pub(super) static ARG_MAX_OLD: Aggregate = Aggregate {
    name: "argmax",
    signatures: ARG_MAX.signatures,
    naming: Naming::Arguments,
    summary: "the old name of arg_max",
    source: ARG_MAX.source,
    start: ARG_MAX.start,
};

pub(super) static ANY_IF: Aggregate = Aggregate {
    name: "anyif",
    signatures: TAKE_ANY_IF.signatures,
    naming: Naming::PrefixAndFirst("anyif"),
    summary: "the old name of take_anyif",
    source: TAKE_ANY_IF.source,
    start: TAKE_ANY_IF.start,
};

pub(super) static TAKE_ANY: Aggregate = Aggregate {
    name: "take_any",
    signatures: &[gives_first(&[VALUE, RETURNED])],
    naming: Naming::Arguments,
    summary: "the values of any row; here the first, of one value the first that is not null",
    source: "https://learn.microsoft.com/kusto/query/take-any-aggregation-function",
    start: any,
};

pub(super) static TAKE_ANY_IF: Aggregate = Aggregate {
    name: "take_anyif",
    signatures: &[gives_first(&[VALUE, PREDICATE])],
    naming: Naming::FirstArgument,
    summary: "the value of any row where the predicate is true",
    source: "https://learn.microsoft.com/kusto/query/take-anyif-aggregation-function",
    start: |types| when(1, any, types),
};

pub(super) static ANY: Aggregate = Aggregate {
    name: "any",
    signatures: &[gives_first(&[VALUE, RETURNED])],
    naming: Naming::PrefixAndFirst("any"),
    summary: "the old name of take_any",
    source: "https://learn.microsoft.com/kusto/query/take-any-aggregation-function",
    start: any,
};

fn best(types: &[Type], wanted: Ordering) -> Box<dyn Accumulator> {
    let keys = match types.first() {
        Some(Type::Long | Type::DateTime | Type::TimeSpan) => Keys::Ticks(Vec::new()),
        _ => Keys::Any(Vec::new()),
    };
    Box::new(Best { wanted, keys, rows: Kept::new(types) })
}

/// About what a group takes beside its row.
const BYTES_OF_GROUP: usize = 32;

/// The row a group whose first argument is the extreme; of equal ones the first.
struct Best {
    wanted: Ordering,
    keys: Keys,
    rows: Kept,
}

/// The extreme so far, by group.
enum Keys {
    Ticks(Vec<Option<i64>>),
    Any(Vec<Value>),
}

impl Accumulator for Best {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        let Some(by) = arguments.first() else { return };
        let mut batch = self.rows.batch(group_count);
        match &mut self.keys {
            Keys::Ticks(keys) => {
                keys.resize(group_count, None);
                for (at, (value, group)) in by.view::<i64>().iter().zip(groups).enumerate() {
                    let key = &mut keys[*group as usize];
                    let better = match (value, *key) {
                        (Some(value), Some(key)) => value.cmp(&key) == self.wanted,
                        (value, None) => value.is_some(),
                        (None, _) => false,
                    };
                    if better {
                        *key = value;
                    }
                    batch.offer(*group, at, better);
                }
            }
            Keys::Any(keys) => {
                keys.resize(group_count, Value::Null);
                for (at, group) in groups.iter().enumerate() {
                    let value = by.value(at);
                    let key = &mut keys[*group as usize];
                    let better = is_better(&value, key, self.wanted);
                    if better {
                        *key = value;
                    }
                    batch.offer(*group, at, better);
                }
            }
        }
        let chosen = batch.0;
        self.rows.keep(arguments, &chosen);
    }

    fn bytes(&self) -> usize {
        self.rows.bytes + self.rows.places.len() * BYTES_OF_GROUP
    }

    fn finish(&mut self, group_count: usize, stop: &StopFlag) -> Vec<Column> {
        self.rows.finish(group_count, stop)
    }
}

/// Whether `value` takes the place of `key`. What is not a number beats all numbers, either way.
fn is_better(value: &Value, key: &Value, wanted: Ordering) -> bool {
    match (value, key) {
        (Value::Null, _) => false,
        (_, Value::Null) => true,
        (_, Value::Real(key)) if key.is_nan() => false,
        (Value::Real(value), _) if value.is_nan() => true,
        _ => compare_values(value, key) == Some(wanted),
    }
}

fn any(types: &[Type]) -> Box<dyn Accumulator> {
    Box::new(AnyRow { rows: Kept::new(types), found: Vec::new(), single: types.len() == 1 })
}

/// The first row a group; of one value only, the first that is not null.
struct AnyRow {
    rows: Kept,
    found: Vec<bool>,
    single: bool,
}

impl Accumulator for AnyRow {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        let Some(first) = arguments.first() else { return };
        self.found.resize(group_count, false);
        let mut batch = self.rows.batch(group_count);
        for (at, group) in groups.iter().enumerate() {
            let found = &mut self.found[*group as usize];
            let better = !*found && (!self.single || !first.is_null(at));
            *found |= better;
            batch.offer(*group, at, better);
        }
        let chosen = batch.0;
        self.rows.keep(arguments, &chosen);
    }

    fn bytes(&self) -> usize {
        self.rows.bytes + self.rows.places.len() * BYTES_OF_GROUP
    }

    fn finish(&mut self, group_count: usize, stop: &StopFlag) -> Vec<Column> {
        self.rows.finish(group_count, stop)
    }
}

/// One row's values a group.
struct Kept {
    types: Vec<Type>,
    /// Rows that were kept, also those that gave way to others since: as they came, a column an argument.
    parts: Vec<Vec<Column>>,
    /// How many rows that are.
    rows: usize,
    bytes: usize,
    /// By group, which row it is of all parts; [`Column::MISSING`] where none was kept.
    places: Vec<u32>,
}

/// The row of a batch that each group shall keep, [`Column::MISSING`] where the group keeps what it has.
struct Chosen<'a>(Vec<u32>, &'a [u32]);

impl Chosen<'_> {
    /// Takes the row at `at` for `group` where it is better, or where the group has none at all.
    fn offer(&mut self, group: u32, at: usize, better: bool) {
        let group = group as usize;
        let none = |places: &[u32]| places.get(group).is_none_or(|place| *place == Column::MISSING);
        if better || (none(&self.0) && none(self.1)) {
            self.0[group] = at as u32;
        }
    }
}

impl Kept {
    /// Rows that gave way before they are let go of.
    const WORN_MAX: usize = 65_536;

    fn new(types: &[Type]) -> Self {
        Self { types: types.to_vec(), parts: Vec::new(), rows: 0, bytes: 0, places: Vec::new() }
    }

    fn batch(&self, group_count: usize) -> Chosen<'_> {
        Chosen(vec![Column::MISSING; group_count], &self.places)
    }

    fn keep(&mut self, arguments: &[Column], chosen: &[u32]) {
        self.places.resize(chosen.len(), Column::MISSING);
        let mut rows = Vec::new();
        for (place, row) in self.places.iter_mut().zip(chosen).filter(|(_, row)| **row != Column::MISSING) {
            *place = (self.rows + rows.len()) as u32;
            rows.push(*row);
        }
        if rows.is_empty() {
            return;
        }
        self.rows += rows.len();
        self.add(arguments.iter().map(|argument| argument.take(&rows)).collect());
        if self.rows > 2 * self.places.len() + Self::WORN_MAX {
            let known: Vec<u32> = self.places.iter().copied().filter(|place| *place != Column::MISSING).collect();
            let all = self.all(&StopFlag::default());
            (self.rows, self.bytes) = (known.len(), 0);
            self.parts.clear();
            self.add(all.iter().map(|column| column.take(&known)).collect());
            for (place, row) in self.places.iter_mut().filter(|place| **place != Column::MISSING).zip(0..) {
                *place = row;
            }
        }
    }

    fn add(&mut self, part: Vec<Column>) {
        self.bytes += part.iter().map(Column::own_bytes).sum::<usize>();
        self.parts.push(part);
    }

    /// All parts as one.
    fn all(&self, stop: &StopFlag) -> Vec<Column> {
        let column = |(at, ty): (usize, &Type)| {
            let parts: Vec<Column> = self.parts.iter().filter_map(|part| part.get(at).cloned()).collect();
            Column::concat_until(*ty, &parts, stop)
        };
        stop.watch(self.types.iter().enumerate()).map(column).collect()
    }

    fn finish(&mut self, group_count: usize, stop: &StopFlag) -> Vec<Column> {
        self.places.resize(group_count, Column::MISSING);
        let all = self.all(stop);
        stop.watch(&all).map(|column| column.take_padded(&self.places)).collect()
    }
}
