//! The items of a JSON list one by one: a list of a gigabyte is never there as a whole.

use super::ReadError;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use std::fmt;

/// A list in a text of JSON.
#[derive(Clone, Copy)]
pub(super) struct Items<'t> {
    pub(super) text: &'t str,
    /// The property that it is; nothing where it is all of the text.
    pub(super) key: Option<&'static str>,
}

impl Items<'_> {
    /// Shows `visit` each item.
    pub(super) fn each(self, mut visit: impl FnMut(Json) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let mut failed = None;
        let walk = Walk {
            key: self.key,
            visit: &mut |item| {
                failed = visit(item).err();
                failed.is_none()
            },
        };
        let mut reader = serde_json::Deserializer::from_str(self.text);
        let read = walk.deserialize(&mut reader).and_then(|()| reader.end());
        match (failed, read) {
            (Some(error), _) => Err(error),
            (None, Err(error)) => Err(ReadError::Line(error.line())),
            (None, Ok(())) => Ok(()),
        }
    }
}

/// The names of an object's properties, each with whether it is a list; nothing where `text` is not one object alone.
pub(super) fn properties(text: &str) -> Option<Vec<(String, bool)>> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let found = reader.deserialize_map(Properties).ok()?;
    reader.end().ok().map(|()| found)
}

/// Walks over the items of a list, or of the list under a key.
struct Walk<'v> {
    key: Option<&'static str>,
    /// Whether it wants more.
    visit: &'v mut dyn FnMut(Json) -> bool,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element()? {
            if !(self.visit)(item) {
                return Err(A::Error::custom("no more items are wanted"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut bag: A) -> Result<(), A::Error> {
        while let Some(name) = bag.next_key::<String>()? {
            if self.key == Some(&*name) {
                bag.next_value_seed(Walk { key: None, visit: self.visit })?;
            } else {
                bag.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

struct Properties;

impl<'de> Visitor<'de> for Properties {
    type Value = Vec<(String, bool)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut bag: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(name) = bag.next_key()? {
            found.push((name, bag.next_value_seed(IsList)?));
        }
        Ok(found)
    }
}

/// Whether a value is a list.
struct IsList;

impl<'de> DeserializeSeed<'de> for IsList {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<bool, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for IsList {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<bool, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(true)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut bag: A) -> Result<bool, A::Error> {
        while bag.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(false)
    }

    fn visit_str<E>(self, _: &str) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_bool<E>(self, _: bool) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_i64<E>(self, _: i64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_u64<E>(self, _: u64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_f64<E>(self, _: f64) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }
}
