//! What `parse-kv` and `mv-expand kind=array` are lowered to.

use super::{Accepts, Eval, Function, Nulls, Returns, Signature, once};
use crate::kql::functions::Context;
use crate::kql::functions::arguments::{list, text};
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::{Map, Value as Json};

const STRING: Accepts = Accepts::Only(Type::String);

pub(super) static PARSE_KV: Function = Function {
    name: "parse-kv",
    signatures: &[Signature {
        parameters: &[
            once("text", STRING),
            once("pair_delimiter", STRING),
            once("kv_delimiter", STRING),
            once("quote", STRING),
            once("escape", STRING),
            once("greedy", STRING),
            once("keys", Accepts::Only(Type::Dynamic)),
        ],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "a bag of the pairs of key and value in a text; of equal keys the first",
    source: "https://learn.microsoft.com/kusto/query/parse-kv-operator",
    examples: &[],
    nulls: Nulls::Propagate,
    eval: Eval::Row(parse_kv),
};

pub(super) static BAG_PAIRS: Function = Function {
    name: "bag pairs",
    signatures: &[Signature {
        parameters: &[once("bag", Accepts::Only(Type::Dynamic))],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "a bag as a list of lists of key and value; all else as it is",
    source: "https://learn.microsoft.com/kusto/query/mv-expand-operator#bagexpansion",
    examples: &[],
    nulls: Nulls::Propagate,
    eval: Eval::Row(bag_pairs),
};

fn bag_pairs(_: &Context, arguments: &[Value]) -> Value {
    match arguments.first() {
        Some(Value::Dynamic(json)) => match &**json {
            Json::Object(bag) => Value::dynamic(Json::Array(
                bag.iter().map(|(key, value)| Json::Array(vec![key.as_str().into(), value.clone()])).collect(),
            )),
            _ => Value::Dynamic(std::sync::Arc::clone(json)),
        },
        _ => Value::Null,
    }
}

fn parse_kv(_: &Context, arguments: &[Value]) -> Value {
    let [source, pair, kv, quote, escape, greedy] = [0, 1, 2, 3, 4, 5].map(|at| text(arguments, at));
    let keys = list(arguments, 6).unwrap_or_default();
    let mut bag = Map::new();
    let reader = Reader { pair: &pair, kv: &kv, quote: &quote, escape: &escape };
    let pieces = if greedy.is_empty() { reader.pieces(&source) } else { reader.greedy_pieces(&source) };
    for (key, value) in pieces {
        if keys.iter().any(|known| known.as_str() == Some(key.as_str())) && !bag.contains_key(&key) {
            bag.insert(key, Json::String(value));
        }
    }
    Value::dynamic(Json::Object(bag))
}

/// How pairs are written.
struct Reader<'r> {
    pair: &'r str,
    kv: &'r str,
    /// One character that opens and closes, or two.
    quote: &'r str,
    escape: &'r str,
}

impl Reader<'_> {
    /// The pairs of `text`. White space around keys and values, and before a delimiter of keys, is passed over.
    fn pieces(&self, text: &str) -> Vec<(String, String)> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((key, after)) = self.key(rest) {
            let (value, left) = self.value(after.trim_start());
            pieces.push((key.to_owned(), value));
            rest = left;
        }
        pieces
    }

    /// The next key, and what follows its delimiter.
    fn key<'t>(&self, text: &'t str) -> Option<(&'t str, &'t str)> {
        if self.kv.is_empty() {
            return None;
        }
        let at = text.find(self.kv)?;
        let before = text.get(..at)?.trim();
        let key = if self.pair.is_empty() { before } else { before.rsplit(self.pair).next().unwrap_or(before) };
        Some((key.trim(), text.get(at + self.kv.len()..)?))
    }

    /// The value that `text` starts with, and what follows it.
    fn value<'t>(&self, text: &'t str) -> (String, &'t str) {
        let mut marks = self.quote.chars();
        if let Some(open) = marks.next()
            && let Some(inside) = text.strip_prefix(open)
        {
            return self.quoted(inside, marks.next().unwrap_or(open));
        }
        match text.find(self.pair).filter(|_| !self.pair.is_empty()) {
            Some(at) => {
                let left = text.get(at + self.pair.len()..).unwrap_or_default();
                (text.get(..at).unwrap_or_default().trim().to_owned(), left)
            }
            None => (text.trim().to_owned(), ""),
        }
    }

    fn quoted<'t>(&self, inside: &'t str, close: char) -> (String, &'t str) {
        let escape = self.escape.chars().next();
        let mut value = String::new();
        let mut escaped = false;
        for (at, character) in inside.char_indices() {
            if !escaped && Some(character) == escape {
                escaped = true;
                continue;
            }
            if !escaped && character == close {
                return (value, inside.get(at + character.len_utf8()..).unwrap_or_default());
            }
            value.push(character);
            escaped = false;
        }
        (value, "")
    }

    /// The pairs of `text`, where a value reaches to the next key.
    fn greedy_pieces(&self, text: &str) -> Vec<(String, String)> {
        let mut pieces: Vec<(String, String)> = Vec::new();
        let mut key: Option<&str> = None;
        let mut rest = text;
        while let Some((next, after)) = self.key(rest) {
            if let Some(known) = key {
                let before = rest.find(self.kv).and_then(|at| rest.get(..at)).unwrap_or_default().trim_end();
                let value = before.strip_suffix(next).unwrap_or(before);
                pieces.push((known.to_owned(), value.trim_end_matches(self.pair).trim().to_owned()));
            }
            key = Some(next);
            rest = after;
        }
        pieces.extend(key.map(|key| (key.to_owned(), rest.trim().to_owned())));
        pieces
    }
}
