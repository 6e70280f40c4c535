//! What of a resource nobody reads, kept small.

use super::node::Node;
use super::pool::Pool;
use serde_json::{Map, Value};
use std::fmt;
use std::sync::Arc;

/// The properties that were not understood, as they came.
///
/// They are many, seldom looked at, and much alike from record to record. So the JSON text is kept in two parts: the form
/// (names, braces, and a mark for each value), which records share, and the values. A map of them would take some ten
/// times as much memory.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Rest {
    /// JSON text with [`HOLE`] for each text, number and boolean; empty where there is nothing.
    form: Arc<str>,
    /// Those, in order, each as JSON text and ended by [`END`].
    values: Box<str>,
}

/// Stands for a value. JSON text holds no controls, since inside texts they are escaped.
const HOLE: char = '\u{1}';
/// Ends a value.
pub(super) const END: char = '\n';

impl Rest {
    /// Keeps `properties`, an object.
    pub fn of(properties: &Node<'_>, pool: Option<&Pool>) -> Self {
        if matches!(properties, Node::Object(properties) if properties.is_empty()) {
            return Self::default();
        }
        let (mut form, mut values) = (String::new(), String::new());
        split(properties, &mut form, &mut values);
        let form = pool.map_or_else(|| form.as_str().into(), |pool| pool.plain(&form));
        Self { form, values: values.into_boxed_str() }
    }

    /// The properties, read again.
    pub fn properties(&self) -> Map<String, Value> {
        serde_json::from_str(&self.text()).unwrap_or_default()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.form.is_empty()
    }

    /// The properties as JSON text; an empty object where there are none.
    pub fn text(&self) -> String {
        if self.is_empty() {
            return "{}".to_owned();
        }
        join(&self.form, &self.values)
    }
}

/// The JSON text that [`split`] took apart.
pub(super) fn join(form: &str, values: &str) -> String {
    let room = form.len() + values.len();
    let mut values = values.split(END);
    let mut text = String::with_capacity(room);
    for (place, part) in form.split(HOLE).enumerate() {
        if place > 0 {
            text.push_str(values.next().unwrap_or("null"));
        }
        text.push_str(part);
    }
    text
}

/// How many values fill `form`.
pub(super) fn values(form: &str) -> usize {
    form.bytes().filter(|byte| *byte == HOLE as u8).count()
}

/// Writes `node` in two parts: the form, and the values that fill it.
pub(super) fn split(node: &Node<'_>, form: &mut String, values: &mut String) {
    match node {
        Node::Null => form.push_str("null"),
        Node::Bool(_) | Node::Number(_) | Node::Text(_) => {
            form.push(HOLE);
            match node {
                Node::Text(text) => quote(text, values),
                Node::Number(number) => values.push_str(&number.to_string()),
                _ => values.push_str(if *node == Node::Bool(true) { "true" } else { "false" }),
            }
            values.push(END);
        }
        Node::List(items) => {
            form.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    form.push(',');
                }
                split(item, form, values);
            }
            form.push(']');
        }
        Node::Object(properties) => {
            form.push('{');
            for (place, (name, value)) in properties.iter().enumerate() {
                if place > 0 {
                    form.push(',');
                }
                quote(name, form);
                form.push(':');
                split(value, form, values);
            }
            form.push('}');
        }
    }
}

/// Appends `text` as JSON writes it.
fn quote(text: &str, to: &mut String) {
    if text.bytes().any(|byte| byte < b' ' || matches!(byte, b'"' | b'\\')) {
        to.push_str(&Value::from(text).to_string());
    } else {
        to.push('"');
        to.push_str(text);
        to.push('"');
    }
}

impl fmt::Debug for Rest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn records_of_one_form_share_it() {
        let pool = Pool::default();
        let read = |number: u64| Rest::of(&json!({"a": number, "b": ["x\n\u{1}", null]}).into(), Some(&pool));
        let (one, two) = (read(1), read(2));
        assert!(Arc::ptr_eq(&one.form, &two.form));
        assert_eq!(two.text(), r#"{"a":2,"b":["x\n\u0001",null]}"#);
        assert_eq!(Rest::of(&json!({}).into(), None), Rest::default());
        assert_eq!(Rest::default().properties(), Map::new());
    }

    proptest! {
        #[test]
        fn what_is_kept_comes_back(value in super::super::tests::any_json()) {
            let sent = json!({"a": value, "b": "\u{1}\n", "": false}).to_string();
            let node = Node::parse(sent.as_bytes()).unwrap();
            let value: Value = serde_json::from_str(&sent).unwrap();
            prop_assert_eq!(Value::Object(Rest::of(&node, None).properties()), reread(&value));
        }
    }

    /// What is left of `value` when it is written and read: the last digit of a number may not be.
    fn reread(value: &Value) -> Value {
        serde_json::from_str(&value.to_string()).unwrap()
    }
}
