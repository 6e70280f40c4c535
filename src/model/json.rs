//! Tolerant reading of Graph's JSON objects.

use crate::base::{Timestamp, Untrusted};
use serde_json::{Map, Value};

/// An answer that lacks what nothing works without: not an object, or no `id`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {problem}")]
pub struct Shape {
    /// What was being read, e.g. `incident`.
    pub what: &'static str,
    /// What is wrong with it, e.g. `no id`.
    pub problem: String,
}

impl Shape {
    /// A complaint about `what`.
    pub fn new(what: &'static str, problem: impl Into<String>) -> Self {
        Self { what, problem: problem.into() }
    }
}

/// A resource readable from Graph's JSON.
pub trait FromJson: Sized {
    /// Reads `value`.
    ///
    /// # Errors
    /// [`Shape`] only where the resource is unusable without the part; everything else is tolerated.
    fn from_json(value: Value) -> Result<Self, Shape>;
}

impl FromJson for Value {
    fn from_json(value: Value) -> Result<Self, Shape> {
        Ok(value)
    }
}

/// An object whose properties are taken out one by one; [`Fields::rest`] is what nobody asked for.
#[derive(Debug)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Starts on `value`.
    ///
    /// # Errors
    /// [`Shape`] if it is not an object.
    pub fn of(what: &'static str, value: Value) -> Result<Self, Shape> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            other => Err(Shape::new(what, format!("expected an object, got {}", kind(&other)))),
        }
    }

    /// Starts on `value`; anything but an object counts as an empty one.
    pub fn or_empty(value: Value) -> Self {
        match value {
            Value::Object(map) => Self(map),
            _ => Self(Map::new()),
        }
    }

    /// The property `name`, out of the object; `null` counts as absent.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        self.0.shift_remove(name).filter(|value| !value.is_null())
    }

    /// A required identifier. A number counts as its text.
    ///
    /// # Errors
    /// [`Shape`] if it is missing or neither text nor number.
    pub fn id(&mut self, what: &'static str) -> Result<Box<str>, Shape> {
        match self.take("id") {
            Some(Value::String(id)) if !id.is_empty() => Ok(id.into()),
            Some(Value::Number(id)) => Ok(id.to_string().into()),
            _ => Err(Shape::new(what, "no id")),
        }
    }

    /// Free text, or `None`. A number or boolean counts as its text.
    pub fn text(&mut self, name: &str) -> Option<Untrusted> {
        match self.take(name)? {
            Value::String(text) => Some(text.into()),
            Value::Number(number) => Some(number.to_string().into()),
            Value::Bool(flag) => Some(flag.to_string().into()),
            other => self.put_back(name, other),
        }
    }

    /// Free text, empty where absent.
    pub fn text_or_empty(&mut self, name: &str) -> Untrusted {
        self.text(name).unwrap_or_default()
    }

    /// An instant, or `None` where absent or unreadable.
    pub fn time(&mut self, name: &str) -> Option<Timestamp> {
        match self.take(name)? {
            Value::String(text) => match text.parse() {
                Ok(at) => Some(at),
                Err(_) => self.put_back(name, Value::String(text)),
            },
            other => self.put_back(name, other),
        }
    }

    /// A whole number, or `None`.
    pub fn integer(&mut self, name: &str) -> Option<i64> {
        let value = self.take(name)?;
        match value.as_i64() {
            Some(number) => Some(number),
            None => self.put_back(name, value),
        }
    }

    /// A boolean, or `None`.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.take(name)?;
        match value.as_bool() {
            Some(flag) => Some(flag),
            None => self.put_back(name, value),
        }
    }

    /// A list of texts; elements of other types stay.
    pub fn texts(&mut self, name: &str) -> Vec<Untrusted> {
        let mut texts = Vec::new();
        let mut others = Vec::new();
        for item in self.list(name) {
            match item {
                Value::String(text) => texts.push(text.into()),
                other => others.push(other),
            }
        }
        if !others.is_empty() {
            self.0.insert(name.to_owned(), Value::Array(others));
        }
        texts
    }

    /// A list; empty where absent or of another type.
    pub fn list(&mut self, name: &str) -> Vec<Value> {
        match self.take(name) {
            Some(Value::Array(items)) => items,
            Some(other) => {
                self.0.insert(name.to_owned(), other);
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// A nested object to take apart by `read`; empty where absent or of another type. What `read` leaves stays.
    pub fn nested<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let mut nested = match self.take(name) {
            Some(Value::Object(map)) => Self(map),
            Some(other) => {
                self.0.insert(name.to_owned(), other);
                return read(&mut Self(Map::new()));
            }
            None => Self(Map::new()),
        };
        let value = read(&mut nested);
        let rest = nested.rest();
        if !rest.is_empty() {
            self.0.insert(name.to_owned(), Value::Object(rest));
        }
        value
    }

    /// An open enum's member by `read`, or `None` where absent.
    pub fn member<T>(&mut self, name: &str, read: fn(&str) -> T) -> Option<T> {
        match self.take(name)? {
            Value::String(wire) => Some(read(&wire)),
            other => self.put_back(name, other),
        }
    }

    /// What was not taken, nulls left out.
    pub fn rest(self) -> Map<String, Value> {
        let mut rest = self.0;
        rest.retain(|_, value| !value.is_null());
        rest
    }

    /// Keeps a value of an unexpected type among the unknown.
    fn put_back<T>(&mut self, name: &str, value: Value) -> Option<T> {
        self.0.insert(name.to_owned(), value);
        None
    }
}

/// The JSON kind of `value`, for complaints.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
