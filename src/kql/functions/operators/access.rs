//! Reading inside dynamics.

use super::{Accepts, Eval, Example, Function, Nulls, Returns, Signature, once};
use crate::kql::engine::{Column, Texts};
use crate::kql::format::json_property;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;
use std::sync::Arc;

const SOURCE: &str = "https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic";

pub(super) static MEMBER: Function = Function {
    name: "member",
    signatures: &[Signature {
        parameters: &[once("bag", Accepts::Only(Type::Dynamic)), once("name", Accepts::Only(Type::String))],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "the property of a bag; null where there is none",
    source: SOURCE,
    examples: &[
        Example { call: "dynamic({\"a\": 1}).a", result: "1" },
        Example { call: "dynamic({\"a\": 1}).b", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(|_, arguments, rows| read(arguments, rows)),
};

pub(super) static ELEMENT: Function = Function {
    name: "element",
    signatures: &[
        Signature {
            parameters: &[once("container", Accepts::Only(Type::Dynamic)), once("index", Accepts::Text)],
            returns: Returns::Only(Type::Dynamic),
        },
        Signature {
            parameters: &[once("container", Accepts::Only(Type::Dynamic)), once("index", Accepts::Integer)],
            returns: Returns::Only(Type::Dynamic),
        },
    ],
    summary: "the element of an array, from its end where negative, or the property of a bag; null where there is none",
    source: SOURCE,
    examples: &[
        Example { call: "dynamic([10, 20, 30])[-1]", result: "30" },
        Example { call: "dynamic([10])[5]", result: "" },
        Example { call: "dynamic({\"a b\": 1})[\"a b\"]", result: "1" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Columns(|_, arguments, rows| read(arguments, rows)),
};

fn read(arguments: &[Column], rows: usize) -> Column {
    let [container, index] = arguments else { return Column::nulls(Type::Dynamic, rows) };
    if let (Type::String, Texts::Constant(name)) = (index.ty(), index.texts()) {
        if let Some((codes, texts)) = container.packed() {
            let property = |(at, code): (usize, &u32)| {
                if container.is_null(at) { None } else { json_property(texts.text(*code), name).map(Arc::new) }
            };
            return Column::from_dynamics(codes.iter().enumerate().map(property));
        }
        return Column::from_dynamics(container.dynamics().map(|json| json?.get(name).cloned().map(Arc::new)));
    }
    Column::from_dynamics(
        container
            .dynamics()
            .enumerate()
            .map(|(at, json)| found(json?.as_ref(), &index.value(at)).cloned().map(Arc::new)),
    )
}

/// What `container` holds at `index`.
fn found<'a>(container: &'a Json, index: &Value) -> Option<&'a Json> {
    match (container, index) {
        (Json::Array(list), Value::Int(_) | Value::Long(_)) => nth(list, index.as_long()?),
        (Json::Object(bag), Value::String(name)) => bag.get(&**name),
        (Json::Array(list), Value::Dynamic(index)) => nth(list, index.as_i64()?),
        (Json::Object(bag), Value::Dynamic(name)) => bag.get(name.as_str()?),
        _ => None,
    }
}

fn nth(list: &[Json], index: i64) -> Option<&Json> {
    let place = if index < 0 { index.checked_add(list.len() as i64)? } else { index };
    list.get(usize::try_from(place).ok()?)
}
