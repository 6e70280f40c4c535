//! Lists, sets and bags of the values of a group. Nulls are left out, but for those inside dynamics; an array is taken
//! apart.

use super::condition::when;
use super::{Accepts, Accumulator, Aggregate, Naming, PREDICATE, Parameter, Signature, gives, once, optional};
use crate::kql::engine::column::json_bytes;
use crate::kql::engine::convert::to_json;
use crate::kql::engine::{Column, Interner, StopFlag};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::{Map, Value as Json};
use std::sync::Arc;

/// The most values a group keeps where the query does not say.
const SIZE_MAX: usize = 1_048_576;

const MAX_SIZE: Parameter = optional("maxSize", Accepts::Integer);
const ANY: &[Signature] = &[gives(&[once("value", Accepts::Any), MAX_SIZE], Type::Dynamic)];
const ANY_IF: &[Signature] = &[gives(&[once("value", Accepts::Any), PREDICATE, MAX_SIZE], Type::Dynamic)];

const fn collection(
    name: &'static str,
    signatures: &'static [Signature],
    prefix: &'static str,
    about: (&'static str, &'static str),
    start: fn(&[Type]) -> Box<dyn Accumulator>,
) -> Aggregate {
    let (summary, source) = about;
    Aggregate { name, signatures, naming: Naming::PrefixAndFirst(prefix), summary, source, start }
}

pub(super) static MAKE_LIST: Aggregate = collection(
    "make_list",
    ANY,
    "list",
    ("all values as an array", "https://learn.microsoft.com/kusto/query/make-list-aggregation-function"),
    list,
);

pub(super) static MAKE_LIST_IF: Aggregate = collection(
    "make_list_if",
    ANY_IF,
    "list",
    (
        "all values where the predicate is true as an array",
        "https://learn.microsoft.com/kusto/query/make-list-if-aggregation-function",
    ),
    |types| when(1, list, types),
);

pub(super) static MAKE_LIST_WITH_NULLS: Aggregate = collection(
    "make_list_with_nulls",
    &[gives(&[once("value", Accepts::Any)], Type::Dynamic)],
    "list",
    (
        "all values and nulls as an array",
        "https://learn.microsoft.com/kusto/query/make-list-with-nulls-aggregation-function",
    ),
    |_| Box::new(Collected { distinct: false, nulls: true, groups: Vec::new(), bytes: 0 }),
);

pub(super) static MAKE_LIST_OLD: Aggregate = collection(
    "makelist",
    ANY,
    "list",
    ("the old name of make_list", "https://learn.microsoft.com/kusto/query/make-list-aggregation-function"),
    list,
);

pub(super) static MAKE_SET: Aggregate = collection(
    "make_set",
    ANY,
    "set",
    ("the different values as an array", "https://learn.microsoft.com/kusto/query/make-set-aggregation-function"),
    set,
);

pub(super) static MAKE_SET_IF: Aggregate = collection(
    "make_set_if",
    ANY_IF,
    "set",
    (
        "the different values where the predicate is true as an array",
        "https://learn.microsoft.com/kusto/query/make-set-if-aggregation-function",
    ),
    |types| when(1, set, types),
);

pub(super) static MAKE_SET_OLD: Aggregate = collection(
    "makeset",
    ANY,
    "set",
    ("the old name of make_set", "https://learn.microsoft.com/kusto/query/make-set-aggregation-function"),
    set,
);

pub(super) static MAKE_BAG: Aggregate = collection(
    "make_bag",
    &[gives(&[once("bag", Accepts::Only(Type::Dynamic)), MAX_SIZE], Type::Dynamic)],
    "bag",
    (
        "all properties in one bag; of equal names the first",
        "https://learn.microsoft.com/kusto/query/make-bag-aggregation-function",
    ),
    |_| Box::new(Bags::default()),
);

pub(super) static MAKE_BAG_OLD: Aggregate = collection(
    "make_dictionary",
    &[gives(&[once("bag", Accepts::Only(Type::Dynamic)), MAX_SIZE], Type::Dynamic)],
    "dictionary",
    ("the old name of make_bag", "https://learn.microsoft.com/kusto/query/make-bag-aggregation-function"),
    |_| Box::new(Bags::default()),
);

pub(super) static MAKE_BAG_IF: Aggregate = collection(
    "make_bag_if",
    &[gives(&[once("bag", Accepts::Only(Type::Dynamic)), PREDICATE, MAX_SIZE], Type::Dynamic)],
    "bag",
    (
        "all properties in one bag where the predicate is true",
        "https://learn.microsoft.com/kusto/query/make-bag-if-aggregation-function",
    ),
    |types| when(1, MAKE_BAG.start, types),
);

fn list(_: &[Type]) -> Box<dyn Accumulator> {
    Box::new(Collected { distinct: false, nulls: false, groups: Vec::new(), bytes: 0 })
}

fn set(_: &[Type]) -> Box<dyn Accumulator> {
    Box::new(Collected { distinct: true, nulls: false, groups: Vec::new(), bytes: 0 })
}

/// The most values as the argument says.
fn size_max(argument: Option<&Column>) -> usize {
    let asked = argument.and_then(|argument| argument.value(0).as_long());
    asked.and_then(|size| usize::try_from(size).ok()).map_or(SIZE_MAX, |size| size.min(SIZE_MAX))
}

/// So many bytes of lists, sets or bags no run may keep: nothing is added to more.
const BYTES_MAX: usize = 2 << 30;

/// What a run is told of `bytes`: more than it has, where values were left out.
fn bytes_of(bytes: usize) -> usize {
    if bytes > BYTES_MAX { usize::MAX } else { bytes }
}

/// Lists or sets.
struct Collected {
    distinct: bool,
    nulls: bool,
    groups: Vec<Collection>,
    bytes: usize,
}

#[derive(Default)]
struct Collection {
    values: Vec<Json>,
    /// The texts of the values of a set.
    seen: Option<Interner>,
}

impl Collection {
    /// Adds a value; how many bytes that took.
    fn add(&mut self, value: Json, distinct: bool, size_max: usize) -> usize {
        if self.values.len() >= size_max {
            return 0;
        }
        let mut bytes = json_bytes(&value);
        if distinct {
            let seen = self.seen.get_or_insert_with(Interner::exact);
            let (before, text) = (seen.len(), value.to_string());
            if (seen.copy(&text) as usize) < before {
                return 0;
            }
            bytes += 2 * size_of::<String>() + text.len();
        }
        self.values.push(value);
        bytes
    }
}

impl Accumulator for Collected {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.groups.resize_with(group_count, Collection::default);
        let Some(values) = arguments.first() else { return };
        let size_max = size_max(arguments.get(1));
        for (at, group) in groups.iter().enumerate() {
            if self.bytes > BYTES_MAX {
                return;
            }
            let group = &mut self.groups[*group as usize];
            match values.value(at) {
                Value::Null if values.ty() == Type::Dynamic || self.nulls => {
                    self.bytes += group.add(Json::Null, self.distinct, size_max);
                }
                Value::Dynamic(json) => match &*json {
                    Json::Array(list) => {
                        for value in list {
                            self.bytes += group.add(value.clone(), self.distinct, size_max);
                        }
                    }
                    scalar => self.bytes += group.add(scalar.clone(), self.distinct, size_max),
                },
                value => {
                    if let Some(json) = to_json(&value) {
                        self.bytes += group.add(json, self.distinct, size_max);
                    }
                }
            }
        }
    }

    fn bytes(&self) -> usize {
        bytes_of(self.bytes)
    }

    fn finish(&mut self, group_count: usize, stop: &StopFlag) -> Vec<Column> {
        self.groups.resize_with(group_count, Collection::default);
        // The texts of a set stay, to be given back with all the rest.
        let lists = self.groups.iter_mut().map(|group| std::mem::take(&mut group.values));
        vec![Column::from_dynamics(stop.watch(lists).map(|list| Some(Arc::new(Json::Array(list)))))]
    }
}

/// Bags, and about how many bytes they take.
#[derive(Default)]
struct Bags(Vec<Map<String, Json>>, usize);

impl Accumulator for Bags {
    fn update(&mut self, arguments: &[Column], groups: &[u32], group_count: usize) {
        self.0.resize(group_count, Map::new());
        let Some(values) = arguments.first() else { return };
        let size_max = size_max(arguments.get(1));
        for (json, group) in values.dynamics().zip(groups) {
            if self.1 > BYTES_MAX {
                return;
            }
            let bag = &mut self.0[*group as usize];
            for (name, value) in json.as_deref().and_then(Json::as_object).into_iter().flatten() {
                if bag.len() < size_max && !bag.contains_key(name) {
                    self.1 += 2 * (size_of::<Json>() + name.len()) + json_bytes(value);
                    bag.insert(name.clone(), value.clone());
                }
            }
        }
    }

    fn bytes(&self) -> usize {
        bytes_of(self.1)
    }

    fn finish(&mut self, group_count: usize, stop: &StopFlag) -> Vec<Column> {
        self.0.resize(group_count, Map::new());
        let bags = self.0.iter_mut().map(std::mem::take);
        vec![Column::from_dynamics(stop.watch(bags).map(|bag| Some(Arc::new(Json::Object(bag)))))]
    }
}
