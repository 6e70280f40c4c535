//! Property bags.

use super::arguments::{bag, list, list_value, text};
use super::growing::DYNAMIC_MAX;
use super::path::{Step, steps, walk};
use super::signature::{DYNAMIC, STRING, many, once};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::engine::column::json_bytes;
use crate::kql::format::json_of;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::Value as Json;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &BAG_PACK,
    &PACK,
    &PACK_DICTIONARY,
    &BAG_KEYS,
    &BAG_MERGE,
    &BAG_HAS_KEY,
    &BAG_REMOVE_KEYS,
    &BAG_SET_KEY,
    &BAG_ZIP,
    &TREEPATH,
];

static BAG_PACK: Function = Function {
    name: "bag_pack",
    signatures: &[Signature {
        parameters: &[once("key", STRING), once("value", Accepts::Any), many("pairs", Accepts::Any)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "A bag of names and values given in turn.",
    source: "https://learn.microsoft.com/kusto/query/bag-pack-function",
    examples: &[
        Example { call: "bag_pack('Level', 'High', 'Count', 3)", result: r#"{"Level":"High","Count":3}"# },
        Example { call: "bag_pack('a', int(null))", result: r#"{"a":null}"# },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(packed),
};

static PACK: Function = Function {
    name: "pack",
    signatures: &[Signature {
        parameters: &[once("key", STRING), once("value", Accepts::Any), many("pairs", Accepts::Any)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "A bag of names and values given in turn.",
    source: "https://learn.microsoft.com/kusto/query/bag-pack-function",
    examples: &[
        Example { call: "pack('Level', 'High', 'Count', 3)", result: r#"{"Level":"High","Count":3}"# },
        Example { call: "pack('a', int(null))", result: r#"{"a":null}"# },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(packed),
};

static PACK_DICTIONARY: Function = Function {
    name: "pack_dictionary",
    signatures: &[Signature {
        parameters: &[once("key", STRING), once("value", Accepts::Any), many("pairs", Accepts::Any)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "A bag of names and values given in turn.",
    source: "https://learn.microsoft.com/kusto/query/bag-pack-function",
    examples: &[
        Example { call: "pack_dictionary('Level', 'High', 'Count', 3)", result: r#"{"Level":"High","Count":3}"# },
        Example { call: "pack_dictionary('a', int(null))", result: r#"{"a":null}"# },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Row(packed),
};

static BAG_KEYS: Function = Function {
    name: "bag_keys",
    signatures: &[Signature { parameters: &[once("object", DYNAMIC)], returns: Returns::Only(Type::Dynamic) }],
    summary: "The names of the properties at the top.",
    source: "https://learn.microsoft.com/kusto/query/bag-keys-function",
    examples: &[
        Example { call: "bag_keys(dynamic({'a': 'b', 'c': 123}))", result: r#"["a","c"]"# },
        Example { call: "bag_keys(dynamic([1]))", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(bag_keys),
};

static BAG_MERGE: Function = Function {
    name: "bag_merge",
    signatures: &[Signature {
        parameters: &[once("bag", DYNAMIC), once("bag", DYNAMIC), many("bag", DYNAMIC)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The properties of all bags in one; of a name given twice the first counts.",
    source: "https://learn.microsoft.com/kusto/query/bag-merge-function",
    examples: &[Example {
        call: "bag_merge(dynamic({'a': 1, 'b': 2}), dynamic({'b': 3, 'c': 4}))",
        result: r#"{"a":1,"b":2,"c":4}"#,
    }],
    nulls: Nulls::Seen,
    eval: Eval::Row(merged),
};

static BAG_HAS_KEY: Function = Function {
    name: "bag_has_key",
    signatures: &[Signature {
        parameters: &[once("bag", DYNAMIC), once("key", STRING)],
        returns: Returns::Only(Type::Bool),
    }],
    summary: "Whether the bag has the property, by name or by path.",
    source: "https://learn.microsoft.com/kusto/query/bag-has-key-function",
    examples: &[
        Example { call: "bag_has_key(dynamic({'a': {'b': 1}}), 'a')", result: "True" },
        Example { call: "bag_has_key(dynamic({'a': {'b': 1}}), '$.a.b')", result: "True" },
        Example { call: "bag_has_key(dynamic({'a': 1}), 'A')", result: "False" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(has_key),
};

static BAG_REMOVE_KEYS: Function = Function {
    name: "bag_remove_keys",
    signatures: &[Signature {
        parameters: &[once("bag", DYNAMIC), once("keys", DYNAMIC)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The bag without the named properties.",
    source: "https://learn.microsoft.com/kusto/query/bag-remove-keys-function",
    examples: &[Example {
        call: "bag_remove_keys(dynamic({'a': 1, 'b': {'c': 2, 'd': 3}}), dynamic(['a', '$.b.c']))",
        result: r#"{"b":{"d":3}}"#,
    }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(remove_keys),
};

static BAG_SET_KEY: Function = Function {
    name: "bag_set_key",
    signatures: &[Signature {
        parameters: &[once("bag", DYNAMIC), once("key", STRING), once("value", Accepts::Any)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "The bag with the property set.",
    source: "https://learn.microsoft.com/kusto/query/bag-set-key-function",
    examples: &[Example { call: "bag_set_key(dynamic({'a': 1}), 'b', 2)", result: r#"{"a":1,"b":2}"# }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(set_key),
};

static BAG_ZIP: Function = Function {
    name: "bag_zip",
    signatures: &[Signature {
        parameters: &[once("keys", DYNAMIC), once("values", DYNAMIC)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "A bag of a list of names and a list of values.",
    source: "https://learn.microsoft.com/kusto/query/bag-zip-function",
    examples: &[Example { call: "bag_zip(dynamic(['a', 'b']), dynamic([1]))", result: r#"{"a":1,"b":null}"# }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(bag_zip),
};

static TREEPATH: Function = Function {
    name: "treepath",
    signatures: &[Signature { parameters: &[once("object", DYNAMIC)], returns: Returns::Only(Type::Dynamic) }],
    summary: "The paths of all parts of a dynamic.",
    source: "https://learn.microsoft.com/kusto/query/treepath-function",
    examples: &[Example { call: "treepath(dynamic({'a': {'b': 1}}))", result: r#"["['a']","['a']['b']"]"# }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(treepath),
};

/// A bag of names and values in turn; of a name given twice the last counts.
fn packed(_: &Context, arguments: &[Value]) -> Value {
    let (pairs, _) = arguments.as_chunks::<2>();
    let (mut bag, mut bytes) = (serde_json::Map::new(), 0_usize);
    for [name, value] in pairs {
        let (name, value) = (crate::kql::format::to_text(name), json_of(value));
        bytes += name.len() + json_bytes(&value);
        if let Some(before) = bag.insert(name, value) {
            bytes = bytes.saturating_sub(json_bytes(&before));
        }
        if bytes > DYNAMIC_MAX {
            break;
        }
    }
    Value::dynamic(Json::Object(bag))
}

fn merged(_: &Context, arguments: &[Value]) -> Value {
    let mut merged = serde_json::Map::new();
    for at in 0..arguments.len() {
        for (name, value) in bag(arguments, at).into_iter().flatten() {
            merged.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    Value::dynamic(Json::Object(merged))
}

fn bag_keys(_: &Context, arguments: &[Value]) -> Value {
    bag(arguments, 0).map_or(Value::Null, |bag| list_value(bag.keys().map(|key| Json::from(key.as_str())).collect()))
}

/// A key, or a path where it begins with `$.`.
fn key_steps(key: &str) -> Vec<Step> {
    let path = if key.starts_with("$.") || key.starts_with("$[") { steps(key) } else { None };
    path.unwrap_or_else(|| vec![Step::Key(key.to_owned())])
}

fn has_key(_: &Context, arguments: &[Value]) -> Value {
    let Some(Value::Dynamic(json)) = arguments.first() else { return Value::Null };
    if !json.is_object() {
        return Value::Null;
    }
    Value::Bool(walk(json, &key_steps(&text(arguments, 1))).is_some())
}

fn remove_keys(_: &Context, arguments: &[Value]) -> Value {
    let (Some(bag), Some(keys)) = (bag(arguments, 0), list(arguments, 1)) else { return Value::Null };
    let mut json = Json::Object(bag.clone());
    for key in keys.iter().filter_map(Json::as_str) {
        remove(&mut json, &key_steps(key));
    }
    Value::dynamic(json)
}

fn remove(json: &mut Json, steps: &[Step]) {
    match (json, steps) {
        (Json::Object(bag), [Step::Key(key)]) => {
            bag.shift_remove(key);
        }
        (Json::Object(bag), [Step::Key(key), rest @ ..]) => {
            if let Some(inner) = bag.get_mut(key) {
                remove(inner, rest);
            }
        }
        (Json::Array(list), [Step::Index(index), rest @ ..]) => {
            if let Some(inner) = usize::try_from(*index).ok().and_then(|at| list.get_mut(at)) {
                remove(inner, rest);
            }
        }
        _ => {}
    }
}

fn set_key(_: &Context, arguments: &[Value]) -> Value {
    let Some(bag) = bag(arguments, 0) else { return Value::Null };
    let mut bag = bag.clone();
    bag.insert(text(arguments, 1).into_owned(), json_of(arguments.get(2).unwrap_or(&Value::Null)));
    Value::dynamic(Json::Object(bag))
}

fn bag_zip(_: &Context, arguments: &[Value]) -> Value {
    let (Some(keys), Some(values)) = (list(arguments, 0), list(arguments, 1)) else { return Value::Null };
    let mut bag = serde_json::Map::new();
    for (at, key) in keys.iter().enumerate() {
        if let Some(key) = key.as_str() {
            bag.insert(key.to_owned(), values.get(at).cloned().unwrap_or(Json::Null));
        }
    }
    Value::dynamic(Json::Object(bag))
}

fn treepath(_: &Context, arguments: &[Value]) -> Value {
    let Some(Value::Dynamic(json)) = arguments.first() else { return Value::Null };
    let (mut paths, mut bytes) = (Vec::new(), 0);
    tree_paths(json, "", &mut |path| {
        bytes += path.len();
        paths.push(Json::from(path));
        bytes <= DYNAMIC_MAX
    });
    list_value(paths)
}

/// Tells `tell` the path of each part of `json`, until it wants no more; whether it does.
fn tree_paths(json: &Json, above: &str, tell: &mut dyn FnMut(&str) -> bool) -> bool {
    let mut both = |path: String, value: &Json| tell(&path) && tree_paths(value, &path, tell);
    match json {
        Json::Object(bag) => bag.iter().all(|(key, value)| both(format!("{above}['{key}']"), value)),
        Json::Array(list) => list.iter().enumerate().all(|(at, value)| both(format!("{above}[{at}]"), value)),
        _ => true,
    }
}
