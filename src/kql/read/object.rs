//! A line of JSON lines: its cells as they come, without making the object that they are of.

use super::Cell;
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value as Json;
use std::borrow::Cow;
use std::fmt;

/// Tells `tell` each property of the object that `line` is; nothing where it is none.
pub(super) fn cells<'t>(line: &'t str, mut tell: impl FnMut(Cow<'t, str>, Cell<'t>)) -> Option<()> {
    let mut reader = serde_json::Deserializer::from_str(line);
    reader.deserialize_map(Properties(&mut tell)).ok()?;
    reader.end().ok()
}

struct Properties<'f, 't>(&'f mut dyn FnMut(Cow<'t, str>, Cell<'t>));

impl<'de> Visitor<'de> for Properties<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut bag: A) -> Result<(), A::Error> {
        while let Some(name) = bag.next_key_seed(One)? {
            let value = bag.next_value_seed(One)?;
            if let Cell::Text(name) = name {
                (self.0)(name, value);
            }
        }
        Ok(())
    }
}

/// One value, a text as it lies there.
struct One;

impl<'de> DeserializeSeed<'de> for One {
    type Value = Cell<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Cell<'de>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for One {
    type Value = Cell<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell<'de>, E> {
        Ok(Cell::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Cell<'de>, E> {
        Ok(Cell::Json(Json::from(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Cell<'de>, E> {
        Ok(Cell::Json(Json::from(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Cell<'de>, E> {
        Ok(Cell::Json(Json::from(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Cell<'de>, E> {
        Ok(Cell::Json(Json::from(value)))
    }

    fn visit_unit<E>(self) -> Result<Cell<'de>, E> {
        Ok(Cell::Missing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Cell<'de>, A::Error> {
        Json::deserialize(SeqAccessDeserializer::new(list)).map(Cell::Json)
    }

    fn visit_map<A: MapAccess<'de>>(self, bag: A) -> Result<Cell<'de>, A::Error> {
        Json::deserialize(MapAccessDeserializer::new(bag)).map(Cell::Json)
    }
}
