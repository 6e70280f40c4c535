//! Base64 and percent-encoding.

use super::arguments::{list, list_value, text};
use super::signature::{DYNAMIC, STRING, once};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::types::Type;
use crate::kql::value::Value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;
use std::fmt::Write;

/// This family.
pub static FUNCTIONS: &[&Function] = &[
    &BASE64_ENCODE_TOSTRING,
    &BASE64_ENCODESTRING,
    &BASE64_DECODE_TOSTRING,
    &BASE64_DECODESTRING,
    &BASE64_DECODE_TOARRAY,
    &BASE64_ENCODE_FROMARRAY,
    &BASE64_ENCODE_FROMGUID,
    &BASE64_DECODE_TOGUID,
    &URL_ENCODE,
    &URL_ENCODE_COMPONENT,
    &URL_DECODE,
];

static BASE64_ENCODE_TOSTRING: Function = Function {
    name: "base64_encode_tostring",
    signatures: &[Signature { parameters: &[once("string", STRING)], returns: Returns::Only(Type::String) }],
    summary: "Text as base64 of its UTF-8.",
    source: "https://learn.microsoft.com/kusto/query/base64-encode-tostring-function",
    examples: &[Example { call: "base64_encode_tostring('Kusto')", result: "S3VzdG8=" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(encode),
};

static BASE64_ENCODESTRING: Function = Function {
    name: "base64_encodestring",
    signatures: &[Signature { parameters: &[once("string", STRING)], returns: Returns::Only(Type::String) }],
    summary: "Text as base64 of its UTF-8.",
    source: "https://learn.microsoft.com/kusto/query/base64-encode-tostring-function",
    examples: &[Example { call: "base64_encodestring('Kusto')", result: "S3VzdG8=" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(encode),
};

static BASE64_DECODE_TOSTRING: Function = Function {
    name: "base64_decode_tostring",
    signatures: &[Signature { parameters: &[once("base64_string", STRING)], returns: Returns::Only(Type::String) }],
    summary: "The text that base64 stands for; nothing where it is not base64 of UTF-8.",
    source: "https://learn.microsoft.com/kusto/query/base64-decode-tostring-function",
    examples: &[
        Example { call: "base64_decode_tostring('S3VzdG8=')", result: "Kusto" },
        Example { call: "base64_decode_tostring('!')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(decode),
};

static BASE64_DECODESTRING: Function = Function {
    name: "base64_decodestring",
    signatures: &[Signature { parameters: &[once("base64_string", STRING)], returns: Returns::Only(Type::String) }],
    summary: "The text that base64 stands for; nothing where it is not base64 of UTF-8.",
    source: "https://learn.microsoft.com/kusto/query/base64-decode-tostring-function",
    examples: &[
        Example { call: "base64_decodestring('S3VzdG8=')", result: "Kusto" },
        Example { call: "base64_decodestring('!')", result: "" },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(decode),
};

static BASE64_DECODE_TOARRAY: Function = Function {
    name: "base64_decode_toarray",
    signatures: &[Signature { parameters: &[once("base64_string", STRING)], returns: Returns::Only(Type::Dynamic) }],
    summary: "The bytes that base64 stands for; null where it is not base64.",
    source: "https://learn.microsoft.com/kusto/query/base64-decode-toarray-function",
    examples: &[Example { call: "base64_decode_toarray('S3VzdG8=')", result: "[75,117,115,116,111]" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(decode_bytes),
};

static URL_ENCODE: Function = Function {
    name: "url_encode",
    signatures: &[Signature { parameters: &[once("url", STRING)], returns: Returns::Only(Type::String) }],
    summary: "Percent-encoded text; a space becomes a plus sign.",
    source: "https://learn.microsoft.com/kusto/query/url-encode-function",
    examples: &[Example { call: "url_encode('https://x.example/a b')", result: "https%3a%2f%2fx.example%2fa+b" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| url_encoded(&text(arguments, 0), "+")),
};

static URL_ENCODE_COMPONENT: Function = Function {
    name: "url_encode_component",
    signatures: &[Signature { parameters: &[once("url", STRING)], returns: Returns::Only(Type::String) }],
    summary: "Percent-encoded text; a space becomes %20.",
    source: "https://learn.microsoft.com/kusto/query/url-encode-component-function",
    examples: &[Example { call: "url_encode_component('a b&c')", result: "a%20b%26c" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| url_encoded(&text(arguments, 0), "%20")),
};

static URL_DECODE: Function = Function {
    name: "url_decode",
    signatures: &[Signature { parameters: &[once("encoded_url", STRING)], returns: Returns::Only(Type::String) }],
    summary: "Percent-encoded text as plain text.",
    source: "https://learn.microsoft.com/kusto/query/url-decode-function",
    examples: &[Example { call: "url_decode('https%3a%2f%2fx.example%2fa+b')", result: "https://x.example/a b" }],
    nulls: Nulls::Propagate,
    eval: Eval::Row(|_, arguments| Value::string(url_decoded(&text(arguments, 0)))),
};

row_function!(BASE64_ENCODE_FROMARRAY, "base64_encode_fromarray", &[once("bytes", DYNAMIC)], String, "Bytes in a list as base64; nothing where one is no byte.",
"base64-encode-fromarray-function", "base64_encode_fromarray(dynamic([75, 117, 115, 116, 111]))" => "S3VzdG8=",
|_, arguments| {
    let byte = |json: &Json| json.as_u64().and_then(|byte| u8::try_from(byte).ok());
    let bytes: Option<Vec<u8>> = list(arguments, 0).and_then(|bytes| bytes.iter().map(byte).collect());
    Value::string(bytes.map(|bytes| STANDARD.encode(bytes)).unwrap_or_default())
});
row_function!(BASE64_ENCODE_FROMGUID, "base64_encode_fromguid", &[once("guid", Accepts::Only(Type::Guid))], String, "The bytes of a guid as base64.",
"base64-encode-fromguid-function", "base64_encode_fromguid(toguid('ae3133f2-6e22-49ae-b06a-16e6a9b212eb'))" => "8jMxriJurkmwahbmqbIS6w==",
|_, arguments| match arguments.first() {
    Some(Value::Guid(guid)) => Value::string(STANDARD.encode(as_windows_writes(guid.to_be_bytes()))),
    _ => Value::string(""),
});
row_function!(BASE64_DECODE_TOGUID, "base64_decode_toguid", &[once("base64_string", STRING)], Guid, "The guid whose bytes base64 stands for; null where it is none.",
"base64-decode-toguid-function", "base64_decode_toguid('8jMxriJurkmwahbmqbIS6w==')" => "ae3133f2-6e22-49ae-b06a-16e6a9b212eb",
|_, arguments| {
    let bytes = STANDARD.decode(&*text(arguments, 0)).ok().and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    bytes.map_or(Value::Null, |bytes| Value::Guid(u128::from_be_bytes(as_windows_writes(bytes))))
});

/// The first three parts of a guid are numbers, which Windows writes low byte first; the same turns them back.
fn as_windows_writes(mut bytes: [u8; 16]) -> [u8; 16] {
    for part in [0..4, 4..6, 6..8] {
        if let Some(part) = bytes.get_mut(part) {
            part.reverse();
        }
    }
    bytes
}

fn encode(_: &Context, arguments: &[Value]) -> Value {
    Value::string(STANDARD.encode(text(arguments, 0).as_bytes()))
}

fn decode(_: &Context, arguments: &[Value]) -> Value {
    let bytes = STANDARD.decode(text(arguments, 0).as_bytes()).unwrap_or_default();
    Value::string(String::from_utf8(bytes).unwrap_or_default())
}

fn decode_bytes(_: &Context, arguments: &[Value]) -> Value {
    match STANDARD.decode(text(arguments, 0).as_bytes()) {
        Ok(bytes) => list_value(bytes.into_iter().map(Json::from).collect()),
        Err(_) => Value::Null,
    }
}

/// Percent-encodes all but letters, digits and `-_.!*()`; a space becomes `space`.
fn url_encoded(source: &str, space: &str) -> Value {
    let mut encoded = String::with_capacity(source.len());
    for byte in source.bytes() {
        match byte {
            b' ' => encoded.push_str(space),
            b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => encoded.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => encoded.push(char::from(byte)),
            _ => {
                // Writing to a string cannot fail.
                if write!(encoded, "%{byte:02x}").is_err() {
                    break;
                }
            }
        }
    }
    Value::string(encoded)
}

/// Percent-decoded text; what is not well formed stays. A plus sign is a space.
pub(super) fn url_decoded(source: &str) -> String {
    let mut bytes = Vec::with_capacity(source.len());
    let mut rest = source.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match (first, code.and_then(|digits| u8::from_str_radix(digits, 16).ok())) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
