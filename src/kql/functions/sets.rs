//! Lists as sets: without repetition, in order of first appearance.

use super::arguments::{list, list_value};
use super::compare::json_equal;
use super::signature::{DYNAMIC, many, once};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::format::json_of;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::collections::HashSet;

/// This family.
pub static FUNCTIONS: &[&Function] =
    &[&SET_HAS_ELEMENT, &SET_UNION, &SET_INTERSECT, &SET_DIFFERENCE, &SET_EQUALS, &JACCARD_INDEX];

static SET_HAS_ELEMENT: Function = Function {
    name: "set_has_element",
    signatures: &[Signature {
        parameters: &[once("set", DYNAMIC), once("value", Accepts::Any)],
        returns: Returns::Only(Type::Bool),
    }],
    summary: "Whether the list has the value.",
    source: "https://learn.microsoft.com/kusto/query/set-has-element-function",
    examples: &[
        Example { call: "set_has_element(dynamic(['this', 'is']), 'is')", result: "True" },
        Example { call: "set_has_element(dynamic([1, 2]), 3)", result: "False" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(has_element),
};

static SET_UNION: Function = Function {
    name: "set_union",
    signatures: &[Signature {
        parameters: &[once("set", DYNAMIC), once("set", DYNAMIC), many("set", DYNAMIC)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The elements of any of the lists, each once.",
    source: "https://learn.microsoft.com/kusto/query/set-union-function",
    examples: &[Example { call: "set_union(dynamic([1, 2, 2]), dynamic([2, 3]))", result: "[1,2,3]" }],
    nulls: Nulls::Seen,
    eval: Eval::Row(union),
};

static SET_INTERSECT: Function = Function {
    name: "set_intersect",
    signatures: &[Signature {
        parameters: &[once("set", DYNAMIC), once("set", DYNAMIC), many("set", DYNAMIC)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The elements that are in all lists, each once.",
    source: "https://learn.microsoft.com/kusto/query/set-intersect-function",
    examples: &[Example { call: "set_intersect(dynamic([1, 2, 3, 2]), dynamic([2, 3, 4]))", result: "[2,3]" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(intersect),
};

static SET_DIFFERENCE: Function = Function {
    name: "set_difference",
    signatures: &[Signature {
        parameters: &[once("set", DYNAMIC), once("set", DYNAMIC), many("set", DYNAMIC)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The elements of the first list that are in no other, each once.",
    source: "https://learn.microsoft.com/kusto/query/set-difference-function",
    examples: &[Example { call: "set_difference(dynamic([1, 2, 3, 3]), dynamic([2]))", result: "[1,3]" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(difference),
};

static SET_EQUALS: Function = Function {
    name: "set_equals",
    signatures: &[Signature {
        parameters: &[once("set1", DYNAMIC), once("set2", DYNAMIC)],
        returns: Returns::Only(Type::Bool),
    }],
    summary: "Whether two lists have the same elements.",
    source: "https://learn.microsoft.com/kusto/query/set-equals-function",
    examples: &[Example { call: "set_equals(dynamic([1, 2, 2]), dynamic([2, 1]))", result: "True" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(equals),
};

static JACCARD_INDEX: Function = Function {
    name: "jaccard_index",
    signatures: &[Signature {
        parameters: &[once("set1", DYNAMIC), once("set2", DYNAMIC)],
        returns: Returns::Only(Type::Real),
    }],
    summary: "How many elements two lists share, by how many they have together.",
    source: "https://learn.microsoft.com/kusto/query/jaccard-index-function",
    examples: &[Example { call: "jaccard_index(dynamic([1, 2, 3]), dynamic([2, 3, 4, 5]))", result: "0.4" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(jaccard_index),
};

/// A key equal for equal elements.
fn key(element: &Json) -> String {
    match element {
        Json::Number(number) if number.is_f64() => match number.as_f64() {
            Some(real) if real.fract() == 0.0 && real.abs() < 9e15 => (real as i64).to_string(),
            _ => element.to_string(),
        },
        _ => element.to_string(),
    }
}

fn keys(list: &[Json]) -> HashSet<String> {
    list.iter().map(key).collect()
}

/// The elements that `wanted` keeps, each once.
fn distinct<'a>(elements: impl Iterator<Item = &'a Json>, wanted: impl Fn(&str) -> bool) -> Vec<Json> {
    let mut seen = HashSet::new();
    elements
        .filter(|element| {
            let key = key(element);
            wanted(&key) && seen.insert(key)
        })
        .cloned()
        .collect()
}

/// All arguments as lists; `None` where one is none.
fn lists(arguments: &[Value]) -> Option<Vec<&[Json]>> {
    (0..arguments.len()).map(|at| list(arguments, at)).collect()
}

fn union(_: &Context, arguments: &[Value]) -> Value {
    let lists = (0..arguments.len()).filter_map(|at| list(arguments, at));
    list_value(distinct(lists.flatten(), |_| true))
}

fn intersect(_: &Context, arguments: &[Value]) -> Value {
    let Some(lists) = lists(arguments) else { return Value::Null };
    let Some((first, others)) = lists.split_first() else { return Value::Null };
    let others: Vec<HashSet<String>> = others.iter().map(|list| keys(list)).collect();
    list_value(distinct(first.iter(), |key| others.iter().all(|other| other.contains(key))))
}

fn difference(_: &Context, arguments: &[Value]) -> Value {
    let Some(lists) = lists(arguments) else { return Value::Null };
    let Some((first, others)) = lists.split_first() else { return Value::Null };
    let others: HashSet<String> = others.iter().flat_map(|list| keys(list)).collect();
    list_value(distinct(first.iter(), |key| !others.contains(key)))
}

fn equals(_: &Context, arguments: &[Value]) -> Value {
    match (list(arguments, 0), list(arguments, 1)) {
        (Some(left), Some(right)) => Value::Bool(keys(left) == keys(right)),
        _ => Value::Null,
    }
}

fn jaccard_index(_: &Context, arguments: &[Value]) -> Value {
    let (Some(left), Some(right)) = (list(arguments, 0), list(arguments, 1)) else { return Value::Null };
    let (left, right) = (keys(left), keys(right));
    let both = left.intersection(&right).count() as f64;
    let either = left.union(&right).count() as f64;
    Value::Real(if either == 0.0 { f64::NAN } else { both / either })
}

fn has_element(_: &Context, arguments: &[Value]) -> Value {
    let Some(list) = list(arguments, 0) else { return Value::Null };
    let wanted = json_of(arguments.get(1).unwrap_or(&Value::Null));
    Value::Bool(list.iter().any(|element| json_equal(element, &wanted)))
}
