//! Membership: `in`, `in~`, `has_any`, `has_all` and negations. Values may be given one by one or as dynamic arrays.

use super::needle::{Needle, Place};
use super::text::as_texts;
use super::{Accepts, Eval, Example, Function, Nulls, Occurs, Parameter, Signature, gives_bool, once};
use crate::kql::engine::convert::text_of;
use crate::kql::engine::hash::FastSet;
use crate::kql::engine::order::compare_values;
use crate::kql::engine::{Column, Texts};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::cmp::Ordering;

const IN_SOURCE: &str = "https://learn.microsoft.com/kusto/query/in-cs-operator";
const IN_CASELESS_SOURCE: &str = "https://learn.microsoft.com/kusto/query/in-operator";
const VALUES: Parameter = Parameter { name: "values", accepts: Accepts::Any, occurs: Occurs::Many };
const ANY: &[Signature] = &[gives_bool(&[once("value", Accepts::Any), VALUES])];
const TEXTS: &[Signature] = &[gives_bool(&[once("text", Accepts::Text), VALUES])];

pub(super) static IN: Function = Function {
    name: "in",
    signatures: ANY,
    summary: "whether the value equals one of the values",
    source: IN_SOURCE,
    examples: &[
        Example { call: "2 in (1, 2)", result: "true" },
        Example { call: "'B' in (dynamic(['a', 'b']))", result: "false" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Columns(|_, arguments, rows| is_among(arguments, rows, false, true)),
};

pub(super) static NOT_IN: Function = Function {
    name: "!in",
    signatures: ANY,
    summary: "whether the value equals none of the values",
    source: IN_SOURCE,
    examples: &[Example { call: "3 !in (1, 2)", result: "true" }],
    nulls: Nulls::Seen,
    eval: Eval::Columns(|_, arguments, rows| is_among(arguments, rows, false, false)),
};

pub(super) static IN_CASELESS: Function = Function {
    name: "in~",
    signatures: TEXTS,
    summary: "whether the text equals one of the values but for case",
    source: IN_CASELESS_SOURCE,
    examples: &[Example { call: "'B' in~ ('a', 'b')", result: "true" }],
    nulls: Nulls::Seen,
    eval: Eval::Columns(|_, arguments, rows| is_among(arguments, rows, true, true)),
};

pub(super) static NOT_IN_CASELESS: Function = Function {
    name: "!in~",
    signatures: TEXTS,
    summary: "whether the text equals none of the values even but for case",
    source: IN_CASELESS_SOURCE,
    examples: &[Example { call: "'B' !in~ ('a', 'b')", result: "false" }],
    nulls: Nulls::Seen,
    eval: Eval::Columns(|_, arguments, rows| is_among(arguments, rows, true, false)),
};

pub(super) static HAS_ANY: Function = Function {
    name: "has_any",
    signatures: TEXTS,
    summary: "whether one of the values is a whole term of the text, in any case",
    source: "https://learn.microsoft.com/kusto/query/has-any-operator",
    examples: &[Example { call: "'copy to usb' has_any ('cd', 'USB')", result: "true" }],
    nulls: Nulls::Seen,
    eval: Eval::Columns(|_, arguments, rows| {
        has(arguments, rows, |needles, text| needles.iter().any(|needle| needle.is_in(text)))
    }),
};

pub(super) static HAS_ALL: Function = Function {
    name: "has_all",
    signatures: TEXTS,
    summary: "whether all of the values are whole terms of the text, in any case",
    source: "https://learn.microsoft.com/kusto/query/has-all-operator",
    examples: &[Example { call: "'copy to usb' has_all ('copy', 'USB')", result: "true" }],
    nulls: Nulls::Seen,
    eval: Eval::Columns(|_, arguments, rows| {
        has(arguments, rows, |needles, text| needles.iter().all(|needle| needle.is_in(text)))
    }),
};

/// The values given at `row`, arrays opened.
fn values_at(arguments: &[Column], row: usize) -> Vec<Value> {
    let mut values = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match argument.value(row) {
            Value::Dynamic(json) => match &*json {
                Json::Array(list) => values.extend(list.iter().cloned().map(Value::dynamic)),
                Json::Object(bag) => values.extend(bag.values().cloned().map(Value::dynamic)),
                _ => values.push(Value::Dynamic(json)),
            },
            value => values.push(value),
        }
    }
    values
}

/// Whether the values are the same for all rows.
fn are_constant(arguments: &[Column]) -> bool {
    arguments.iter().all(|argument| argument.as_constant().is_some())
}

fn has(arguments: &[Column], rows: usize, test: fn(&[Needle], &str) -> bool) -> Column {
    let Some((text, values)) = arguments.split_first() else { return Column::nulls(Type::Bool, rows) };
    let text = as_texts(text);
    let text = text.texts();
    let needles = |row| -> Vec<Needle> {
        let texts = values_at(values, row);
        texts
            .iter()
            .map(|value| text_of(value))
            .filter_map(|text| Some(Needle::new(text.as_str()?, Place::Term, true)))
            .collect()
    };
    Column::from_bools(if are_constant(values) {
        let needles = needles(0);
        text.map(rows, |text| test(&needles, text))
    } else {
        (0..rows).map(|at| test(&needles(at), text.text(at))).collect()
    })
}

fn is_among(arguments: &[Column], rows: usize, ignore_case: bool, wanted: bool) -> Column {
    let Some((value, values)) = arguments.split_first() else { return Column::nulls(Type::Bool, rows) };
    if !are_constant(values) {
        let found = |at| values_at(values, at).iter().any(|other| equal(&value.value(at), other, ignore_case));
        return Column::from_bools((0..rows).map(|at| found(at) == wanted).collect());
    }
    let set = values_at(values, 0);
    match value.ty() {
        Type::String => {
            let fold = |text: &str| if ignore_case { text.to_lowercase() } else { text.to_owned() };
            let set: FastSet<String> = set.iter().filter_map(|value| Some(fold(text_only(value)?))).collect();
            let among = |text: &str| if ignore_case { set.contains(&fold(text)) } else { set.contains(text) };
            let texts: Texts<'_> = value.texts();
            Column::from_bools(texts.map(rows, |text| among(text) == wanted))
        }
        Type::Long | Type::DateTime | Type::TimeSpan if set.iter().all(|other| other.ty() == Some(value.ty())) => {
            let set: FastSet<i64> = set.iter().filter_map(crate::kql::engine::Native::from_value).collect();
            let view = value.view::<i64>();
            Column::from_bools(
                (0..rows).map(|at| view.get(at).is_some_and(|value| set.contains(&value)) == wanted).collect(),
            )
        }
        _ => Column::from_bools(
            value.values().map(|value| set.iter().any(|other| equal(&value, other, ignore_case)) == wanted).collect(),
        ),
    }
}

/// The text of a string, also of one inside a dynamic.
fn text_only(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        Value::Dynamic(json) => json.as_str(),
        _ => None,
    }
}

fn equal(left: &Value, right: &Value, ignore_case: bool) -> bool {
    match (text_only(left), text_only(right)) {
        (Some(left), Some(right)) if ignore_case => left.to_lowercase() == right.to_lowercase(),
        _ => compare_values(left, right) == Some(Ordering::Equal),
    }
}
