//! Tolerant reading of Graph's JSON objects.

use super::node::Node;
use super::pool::Pool;
use super::rest::Rest;
use crate::base::{Timestamp, Untrusted};
use serde_json::Value;
use std::borrow::Cow;

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
pub trait FromJson: Sized + Send + 'static {
    /// Reads `node`, and shares through `pool` what other records say too.
    ///
    /// # Errors
    /// [`Shape`] only where the resource is unusable without the part; everything else is tolerated.
    fn from_node(node: Node<'_>, pool: &Pool) -> Result<Self, Shape>;

    /// Reads the body of an answer.
    ///
    /// # Errors
    /// Where it is no JSON; within, as [`Self::from_node`].
    fn from_body(body: &[u8], pool: &Pool) -> serde_json::Result<Result<Self, Shape>> {
        let mut node = Node::parse(body)?;
        // Speaks of the answer and is no property of the resource.
        node.take("@odata.context");
        Ok(Self::from_node(node, pool))
    }

    /// Reads `value` by itself.
    ///
    /// # Errors
    /// As [`Self::from_node`].
    fn from_json(value: Value) -> Result<Self, Shape> {
        Self::from_node(value.into(), &Pool::default())
    }
}

impl FromJson for Value {
    fn from_node(node: Node<'_>, _pool: &Pool) -> Result<Self, Shape> {
        Ok(node.into())
    }
}

/// An object whose properties are taken out one by one; [`Fields::rest`] is what nobody asked for.
#[derive(Debug)]
pub struct Fields<'a> {
    /// What is taken leaves a null behind.
    properties: Vec<(Cow<'a, str>, Node<'a>)>,
    /// Where the next property is looked for first: they are asked for about as they are sent.
    next: usize,
    pool: Option<&'a Pool>,
}

impl<'a> Fields<'a> {
    /// Starts on `value`.
    ///
    /// # Errors
    /// [`Shape`] if it is not an object.
    pub fn of(what: &'static str, value: impl Into<Node<'a>>) -> Result<Self, Shape> {
        match value.into() {
            Node::Object(properties) => Ok(Self { properties, next: 0, pool: None }),
            other => Err(Shape::new(what, format!("expected an object, got {}", other.kind()))),
        }
    }

    /// Starts on `value`; anything but an object counts as an empty one.
    pub fn or_empty(value: impl Into<Node<'a>>) -> Self {
        let properties = if let Node::Object(properties) = value.into() { properties } else { Vec::new() };
        Self { properties, next: 0, pool: None }
    }

    /// The same, sharing texts through `pool`.
    pub fn with(mut self, pool: &'a Pool) -> Self {
        self.share(pool);
        self
    }

    /// Shares texts through `pool` from now on.
    pub fn share(&mut self, pool: &'a Pool) {
        self.pool = Some(pool);
    }

    /// The property `name`, out of the object; `null` counts as absent.
    pub fn take(&mut self, name: &str) -> Option<Node<'a>> {
        self.find(name).map(std::mem::take)
    }

    /// The property `name`, or else one whose name differs from it in ASCII case alone, out of the object.
    pub fn take_in_any_case(&mut self, name: &str) -> Option<Node<'a>> {
        self.take(name).or_else(|| {
            let alike =
                |(known, value): &&mut (Cow<'a, str>, Node<'a>)| known.eq_ignore_ascii_case(name) && !value.is_null();
            self.properties.iter_mut().find(alike).map(|(_, value)| std::mem::take(value))
        })
    }

    /// A required identifier. A number counts as its text.
    ///
    /// # Errors
    /// [`Shape`] if it is missing or neither text nor number.
    pub fn id(&mut self, what: &'static str) -> Result<Box<str>, Shape> {
        match self.take("id") {
            Some(Node::Text(id)) if !id.is_empty() => Ok(id.into()),
            Some(Node::Number(id)) => Ok(id.to_string().into()),
            _ => Err(Shape::new(what, "no id")),
        }
    }

    /// Free text, or `None`. A number or boolean counts as its text.
    pub fn text(&mut self, name: &str) -> Option<Untrusted> {
        let pool = self.pool;
        self.read(name, |node| match node {
            Node::Text(text) => Some(pool.map_or_else(|| (&**text).into(), |pool| pool.text(text))),
            Node::Number(number) => Some(number.to_string().into()),
            Node::Bool(flag) => Some(flag.to_string().into()),
            _ => None,
        })
    }

    /// Free text that no other record has, such as an address of its own.
    pub fn own_text(&mut self, name: &str) -> Option<Untrusted> {
        let pool = self.pool.take();
        let text = self.text(name);
        self.pool = pool;
        text
    }

    /// Free text, empty where absent.
    pub fn text_or_empty(&mut self, name: &str) -> Untrusted {
        self.text(name).unwrap_or_default()
    }

    /// An instant, or `None` where absent or unreadable.
    pub fn time(&mut self, name: &str) -> Option<Timestamp> {
        self.read(name, |node| if let Node::Text(text) = node { text.parse().ok() } else { None })
    }

    /// A whole number, or `None`.
    pub fn integer(&mut self, name: &str) -> Option<i64> {
        self.read(name, |node| if let Node::Number(number) = node { number.as_i64() } else { None })
    }

    /// A boolean, or `None`.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        self.read(name, |node| if let Node::Bool(flag) = node { Some(*flag) } else { None })
    }

    /// A list of texts; elements of other types stay.
    pub fn texts(&mut self, name: &str) -> Vec<Untrusted> {
        let pool = self.pool;
        let Some(place) = self.find(name) else { return Vec::new() };
        let Node::List(items) = place else { return Vec::new() };
        let is_text = |item: &Node<'_>| matches!(item, Node::Text(_));
        let mut texts = Vec::with_capacity(items.iter().filter(|item| is_text(item)).count());
        items.retain(|item| {
            if let Node::Text(text) = item {
                texts.push(pool.map_or_else(|| (&**text).into(), |pool| pool.text(text)));
            }
            !is_text(item)
        });
        if items.is_empty() {
            *place = Node::Null;
        }
        texts
    }

    /// A list; empty where absent or of another type.
    pub fn list(&mut self, name: &str) -> Vec<Node<'a>> {
        match self.find(name) {
            Some(Node::List(items)) => {
                let items = std::mem::take(items);
                self.take(name);
                items
            }
            _ => Vec::new(),
        }
    }

    /// A nested object to take apart by `read`; empty where absent or of another type. What `read` leaves stays.
    pub fn nested<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let mut nested = Self { properties: Vec::new(), next: 0, pool: self.pool };
        let Some(place @ &mut Node::Object(_)) = self.find(name) else { return read(&mut nested) };
        if let Node::Object(properties) = std::mem::take(place) {
            nested.properties = properties;
        }
        let value = read(&mut nested);
        match nested.rest() {
            Node::Object(left) if left.is_empty() => {}
            left => *place = left,
        }
        value
    }

    /// An open enum's member by `read`, or `None` where absent.
    pub fn member<T>(&mut self, name: &str, read: fn(&str) -> T) -> Option<T> {
        self.read(name, |node| if let Node::Text(wire) = node { Some(read(wire)) } else { None })
    }

    /// What was not taken, nulls left out.
    pub fn rest(mut self) -> Node<'a> {
        self.properties.retain(|(_, value)| !value.is_null());
        Node::Object(self.properties)
    }

    /// The same, to keep.
    pub fn kept(self) -> Rest {
        let pool = self.pool;
        Rest::of(&self.rest(), pool)
    }

    /// The property `name` as `read` makes it, out of the object. What `read` cannot make anything of stays.
    fn read<T>(&mut self, name: &str, read: impl FnOnce(&Node<'a>) -> Option<T>) -> Option<T> {
        let place = self.find(name)?;
        let value = read(place)?;
        *place = Node::Null;
        Some(value)
    }

    /// Where the property `name` is, unless it is null.
    fn find(&mut self, name: &str) -> Option<&mut Node<'a>> {
        let is_it = |(known, value): &(Cow<'a, str>, Node<'a>)| known == name && !value.is_null();
        let (before, after) = self.properties.split_at(self.next.min(self.properties.len()));
        let found = after.iter().position(is_it).map(|at| at + before.len()).or_else(|| before.iter().position(is_it));
        self.next = found? + 1;
        self.properties.get_mut(self.next - 1).map(|(_, value)| value)
    }
}
