//! JSON between the wire and the model: a tree that borrows its texts from the answer, and is gone once it is read.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::borrow::Cow;
use std::fmt;

/// A value. Texts and names are copied only where the answer writes them with escapes.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Node<'a> {
    /// `null`.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Node<'a>>),
    /// An object: names and values as sent.
    Object(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// Reads `text`.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub fn parse(text: &'a [u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(text)
    }

    /// Whether it is `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The property `name` of an object, taken out of it; `null` counts as absent.
    pub fn take(&mut self, name: &str) -> Option<Self> {
        let Self::Object(properties) = self else { return None };
        let found = properties.iter_mut().find(|(known, value)| known == name && !value.is_null());
        found.map(|(_, value)| std::mem::take(value))
    }

    /// The JSON kind, for complaints.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

impl From<Value> for Node<'_> {
    fn from(value: Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::Bool(flag),
            Value::Number(number) => Self::Number(number),
            Value::String(text) => Self::Text(text.into()),
            Value::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Value::Object(properties) => {
                Self::Object(properties.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
            }
        }
    }
}

impl From<Node<'_>> for Value {
    fn from(node: Node<'_>) -> Self {
        match node {
            Node::Null => Self::Null,
            Node::Bool(flag) => Self::Bool(flag),
            Node::Number(number) => Self::Number(number),
            Node::Text(text) => Self::String(text.into_owned()),
            Node::List(items) => Self::Array(items.into_iter().map(Self::from).collect()),
            Node::Object(properties) => {
                let owned = properties.into_iter().map(|(name, value)| (name.into_owned(), value.into()));
                Self::Object(owned.collect::<Map<_, _>>())
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Tree)
    }
}

/// Builds a [`Node`].
struct Tree;

impl<'de> Visitor<'de> for Tree {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node<'de>, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node<'de>, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node<'de>, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node<'de>, E> {
        Ok(Number::from_f64(number).map_or(Node::Null, Node::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node<'de>, A::Error> {
        let mut properties = Vec::new();
        while let Some(Name(name)) = entries.next_key()? {
            properties.push((name, entries.next_value()?));
        }
        Ok(Node::Object(properties))
    }
}

/// A property's name, borrowed where that is possible.
struct Name<'a>(pub Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Name<'de>, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_tree_borrows_and_says_what_the_answer_says() {
        let text = br#"{"a": "plain", "b": "two\nlines", "c": [1, -2, 1.5, true, null], "d": {"e": {}}}"#;
        let node = Node::parse(text).unwrap();
        let Node::Object(properties) = &node else { panic!("{node:?}") };
        assert!(matches!(&properties[0].1, Node::Text(Cow::Borrowed("plain"))));
        assert!(matches!(&properties[1].1, Node::Text(Cow::Owned(_))));
        let value: Value = serde_json::from_slice(text).unwrap();
        assert_eq!(Value::from(node.clone()), value);
        assert_eq!(Node::from(value), node);
    }

    #[test]
    fn what_is_taken_is_gone() {
        let mut node = Node::from(json!({"a": 1, "b": null}));
        assert_eq!(node.take("a"), Some(Node::Number(1.into())));
        assert_eq!((node.take("a"), node.take("b"), node.take("c")), (None, None, None));
        assert_eq!(Node::Null.take("a"), None);
    }

    #[test]
    fn what_is_nested_beyond_reason_is_refused() {
        assert!(Node::parse("[".repeat(100_000).as_bytes()).is_err());
    }
}
