//! Hashes of scalars. Text is hashed as UTF-8, numbers and ticks as 8 bytes, low first.

use super::arguments::{long, long_or_null};
use super::digest::{md5, sha1, sha256, xxh64};
use super::signature::{LONG, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::format::json_text;
use crate::kql::types::Type;
use crate::kql::value::Value;
use std::fmt::Write;

/// This family.
pub static FUNCTIONS: &[&Function] = &[&HASH, &HASH_XXHASH64, &HASH_SHA256, &HASH_MD5, &HASH_SHA1];

static HASH: Function = Function {
    name: "hash",
    signatures: &[Signature {
        parameters: &[once("source", Accepts::Any), optional("mod", LONG)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "A number made of the value, the same for equal values; with a modulus, below it.",
    source: "https://learn.microsoft.com/kusto/query/hash-function",
    examples: &[
        Example { call: "hash('World')", result: "1846988464401551951" },
        Example { call: "hash('World', 100)", result: "51" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(hash),
};

static HASH_XXHASH64: Function = Function {
    name: "hash_xxhash64",
    signatures: &[Signature {
        parameters: &[once("source", Accepts::Any), optional("mod", LONG)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "The same as hash.",
    source: "https://learn.microsoft.com/kusto/query/hash-xxhash64-function",
    examples: &[Example { call: "hash_xxhash64('World')", result: "1846988464401551951" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(hash),
};

static HASH_SHA256: Function = Function {
    name: "hash_sha256",
    signatures: &[Signature { parameters: &[once("source", Accepts::Any)], returns: Returns::Only(Type::String) }],
    summary: "SHA-256 in hex.",
    source: "https://learn.microsoft.com/kusto/query/hash-sha256-function",
    examples: &[Example {
        call: "hash_sha256('World')",
        result: "78ae647dc5544d227130a0682a51e30bc7777fbb6d8a8f17007463a3ecd1d524",
    }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| digest(arguments, sha256)),
};

static HASH_MD5: Function = Function {
    name: "hash_md5",
    signatures: &[Signature { parameters: &[once("source", Accepts::Any)], returns: Returns::Only(Type::String) }],
    summary: "MD5 in hex.",
    source: "https://learn.microsoft.com/kusto/query/hash-md5-function",
    examples: &[Example { call: "hash_md5('World')", result: "f5a7924e621e84c9280a9a27e1bcb7f6" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| digest(arguments, md5)),
};

static HASH_SHA1: Function = Function {
    name: "hash_sha1",
    signatures: &[Signature { parameters: &[once("source", Accepts::Any)], returns: Returns::Only(Type::String) }],
    summary: "SHA-1 in hex.",
    source: "https://learn.microsoft.com/kusto/query/hash-sha1-function",
    examples: &[Example { call: "hash_sha1('World')", result: "70c07ec18ef89c5309bbb0937f3a6342411e1fdd" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| digest(arguments, sha1)),
};

/// What is hashed of a value; nothing of null.
pub fn bytes_of(value: Option<&Value>) -> Option<Vec<u8>> {
    Some(match value? {
        Value::Null => return None,
        Value::String(text) => text.as_bytes().to_vec(),
        Value::Bool(flag) => vec![u8::from(*flag)],
        Value::Int(number) => number.to_le_bytes().to_vec(),
        Value::Long(number) | Value::DateTime(number) | Value::TimeSpan(number) => number.to_le_bytes().to_vec(),
        Value::Real(number) => number.to_le_bytes().to_vec(),
        Value::Decimal(number) => number.to_string().into_bytes(),
        Value::Guid(guid) => guid.to_be_bytes().to_vec(),
        Value::Dynamic(json) => json_text(json).into_bytes(),
    })
}

/// XXH64 as a long; with a modulus, between 0 and it.
fn hash(_: &Context, arguments: &[Value]) -> Value {
    let Some(bytes) = bytes_of(arguments.first()) else { return Value::Null };
    let hash = xxh64(&bytes) as i64;
    match arguments.get(1) {
        None => Value::Long(hash),
        Some(_) => {
            long_or_null(long(arguments, 1).filter(|modulus| *modulus > 0).map(|modulus| hash.rem_euclid(modulus)))
        }
    }
}

/// A digest in hex.
fn digest<const N: usize>(arguments: &[Value], digest: fn(&[u8]) -> [u8; N]) -> Value {
    let Some(bytes) = bytes_of(arguments.first()) else { return Value::string("") };
    let mut hex = String::with_capacity(2 * N);
    for byte in digest(&bytes) {
        // Writing to a string cannot fail.
        if write!(hex, "{byte:02x}").is_err() {
            break;
        }
    }
    Value::string(hex)
}
