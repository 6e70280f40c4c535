//! A page of a list.

use crate::model::json::Fields;
use crate::model::node::Name;
use crate::model::{FromJson, Node, Pool, Shape};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// Part of a list. An item that cannot be read is counted in `skipped` and never fails the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// What could be read, in the service's order.
    pub items: Vec<T>,
    /// How many items could not.
    pub skipped: usize,
    /// The service's count of the whole list, where it was asked for.
    pub count: Option<u64>,
    /// Where the next page is, as the service wrote it.
    pub next_link: Option<String>,
    /// Whether the list goes on but the client stops here, at its limit of pages.
    pub cut: bool,
}

impl<T> Page<T> {
    fn of(items: Vec<T>, skipped: usize, mut fields: Fields<'_>) -> Self {
        Self {
            items,
            skipped,
            count: fields.integer("@odata.count").and_then(|count| u64::try_from(count).ok()),
            next_link: fields.text("@odata.nextLink").map(|link| link.raw().to_owned()).filter(|link| !link.is_empty()),
            cut: false,
        }
    }
}

impl<T: FromJson> FromJson for Page<T> {
    fn from_node(node: Node<'_>, pool: &Pool) -> Result<Self, Shape> {
        let mut fields = Fields::of("list", node)?;
        let Some(Node::List(nodes)) = fields.take("value") else {
            return Err(Shape::new("list", "no value"));
        };
        let mut items = Items::default();
        for node in nodes {
            items.add(node, pool);
        }
        pool.finish();
        Ok(Self::of(items.read, items.skipped, fields))
    }

    /// Reads item by item, so that no more than one of them is there twice.
    fn from_body(body: &[u8], pool: &Pool) -> serde_json::Result<Result<Self, Shape>> {
        let mut deserializer = serde_json::Deserializer::from_slice(body);
        let page = deserializer.deserialize_map(List { pool, items: PhantomData });
        match page.and_then(|page| deserializer.end().map(|()| page)) {
            Ok(page) => Ok(page),
            // Not a list, or not JSON: read as a whole it says which.
            Err(_) => Ok(Self::from_node(Node::parse(body)?, pool)),
        }
    }
}

/// What could be read so far.
struct Items<T> {
    read: Vec<T>,
    skipped: usize,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { read: Vec::new(), skipped: 0 }
    }
}

impl<T: FromJson> Items<T> {
    fn add(&mut self, node: Node<'_>, pool: &Pool) {
        match T::from_node(node, pool) {
            Ok(item) => self.read.push(item),
            Err(_) => self.skipped += 1,
        }
    }
}

/// Reads a page as it is parsed.
struct List<'p, T> {
    pool: &'p Pool,
    items: PhantomData<T>,
}

impl<'de, T: FromJson> Visitor<'de> for List<'_, T> {
    type Value = Result<Page<T>, Shape>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let (mut properties, mut items) = (Vec::new(), None);
        while let Some(Name(name)) = entries.next_key()? {
            if name == "value" {
                items = Some(entries.next_value_seed(Values { pool: self.pool, items: PhantomData })?);
            } else {
                properties.push((name, entries.next_value()?));
            }
        }
        let items: Option<Items<T>> = items;
        let page = items.map(|items| Page::of(items.read, items.skipped, Fields::or_empty(Node::Object(properties))));
        Ok(page.ok_or_else(|| Shape::new("list", "no value")))
    }
}

/// Reads the items of a page as they are parsed.
struct Values<'p, T> {
    pool: &'p Pool,
    items: PhantomData<T>,
}

impl<'de, T: FromJson> DeserializeSeed<'de> for Values<'_, T> {
    type Value = Items<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Items<T>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: FromJson> Visitor<'de> for Values<'_, T> {
    type Value = Items<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("items")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut nodes: A) -> Result<Items<T>, A::Error> {
        let mut items = Items::default();
        while let Some(node) = nodes.next_element()? {
            items.add(node, self.pool);
        }
        self.pool.finish();
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::User;
    use serde_json::json;

    #[test]
    fn an_unreadable_item_is_counted_and_fails_nothing() {
        let page = Page::<User>::from_json(json!({
            "@odata.count": 3,
            "value": [{"id": "a"}, {"displayName": "no id"}, "not an object"],
            "@odata.nextLink": "https://graph.example/v1.0/users?$skiptoken=x"
        }))
        .unwrap();
        assert_eq!(page.items.iter().map(|user| &*user.id).collect::<Vec<_>>(), ["a"]);
        assert_eq!((page.skipped, page.count, page.cut), (2, Some(3), false));
        assert_eq!(page.next_link.as_deref(), Some("https://graph.example/v1.0/users?$skiptoken=x"));
    }

    #[test]
    fn a_list_without_value_is_no_list() {
        assert!(Page::<User>::from_json(json!({"id": "x"})).is_err());
        for (body, complaint) in [
            (r#"{"id": "x"}"#, "list: no value"),
            (r#"{"value": null}"#, "list: no value"),
            (r#"{"value": {}}"#, "list: no value"),
            ("[]", "list: expected an object, got a list"),
            ("null", "list: expected an object, got null"),
        ] {
            let read = Page::<User>::from_body(body.as_bytes(), &Pool::default()).unwrap();
            assert_eq!(read.unwrap_err().to_string(), complaint, "{body}");
        }
        for body in ["", "{", r#"{"value": []} x"#, r#"{"value": [1,]}"#] {
            assert!(Page::<User>::from_body(body.as_bytes(), &Pool::default()).is_err(), "{body}");
        }
    }

    #[test]
    fn a_page_reads_the_same_from_text_and_from_a_tree() {
        let sent = json!({
            "@odata.context": "x", "@odata.count": 2,
            "value": [{"id": "a", "city": "Ürzig
"}, {"id": "b", "city": "Ürzig
"}, 7], "@odata.nextLink": "y"
        });
        let text = Page::<User>::from_body(sent.to_string().as_bytes(), &Pool::default()).unwrap();
        assert_eq!(text, Page::from_json(sent));
        assert_eq!(text.unwrap().items.len(), 2);
    }
}
