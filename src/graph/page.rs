//! A page of a list.

use super::body::Splitter;
use crate::model::json::Fields;
use crate::model::{FromJson, Node, Pool, Shape};

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
        Items::default().finish(Fields::of("list", node)?, false, pool)
    }

    fn from_body(body: &[u8], pool: &Pool) -> serde_json::Result<Result<Self, Shape>> {
        Self::from_pieces([body], pool)
    }
}

impl<T: FromJson> Page<T> {
    /// Reads the pieces of a body item by item: of the page no more than one is there twice.
    ///
    /// # Errors
    /// Where it is no JSON; within, where it is no list.
    pub fn from_pieces<P: AsRef<[u8]>>(
        pieces: impl IntoIterator<Item = P>,
        pool: &Pool,
    ) -> serde_json::Result<Result<Self, Shape>> {
        let (mut splitter, mut items) = (Splitter::default(), Items::default());
        for piece in pieces {
            splitter.feed(piece.as_ref(), |item| Node::parse(item).map(|node| items.add(node, pool)))?;
        }
        let (around, is_split) = splitter.finish();
        let fields = Fields::of("list", Node::parse(&around)?);
        Ok(fields.and_then(|fields| items.finish(fields, is_split, pool)))
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

    /// The page whose other properties are `fields`. Unless its items are here already, they are in these.
    fn finish(mut self, mut fields: Fields<'_>, is_split: bool, pool: &Pool) -> Result<Page<T>, Shape> {
        let Some(Node::List(nodes)) = fields.take("value") else {
            return Err(Shape::new("list", "no value"));
        };
        if !is_split {
            nodes.into_iter().for_each(|node| self.add(node, pool));
        }
        pool.finish();
        Ok(Page::of(self.read, self.skipped, fields))
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
