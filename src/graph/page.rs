//! A page of a list.

use super::body::{Body, Splitter};
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
    /// Whether more of the same page follows, see [`Client::parts`](super::Client::parts).
    pub is_part: bool,
}

impl<T> Page<T> {
    fn of(items: Vec<T>, skipped: usize, mut fields: Fields<'_>) -> Self {
        Self {
            items,
            skipped,
            count: fields.integer("@odata.count").and_then(|count| u64::try_from(count).ok()),
            next_link: fields.text("@odata.nextLink").map(|link| link.raw().to_owned()).filter(|link| !link.is_empty()),
            cut: false,
            is_part: false,
        }
    }
}

impl<T: FromJson> FromJson for Page<T> {
    fn from_node(node: Node<'_>, pool: &Pool) -> Result<Self, Shape> {
        Items::default().finish(Fields::of("list", node)?, false, pool)
    }

    fn from_body(body: &[u8], pool: &Pool) -> serde_json::Result<Result<Self, Shape>> {
        let mut whole = Body::default();
        whole.push(body);
        Reading::of(whole).next(pool, usize::MAX)
    }
}

/// A page that is being read item by item: of it no more than one is there twice.
#[derive(Debug)]
pub struct Reading<T> {
    body: Body,
    splitter: Splitter,
    items: Items<T>,
}

impl<T> Reading<T> {
    /// Begins with `body`, which is let go of as it is read.
    pub fn of(body: Body) -> Self {
        Self { body, splitter: Splitter::default(), items: Items::default() }
    }
}

impl<T: FromJson> Reading<T> {
    /// What comes next: once it has `least` items or some more it is given as a part, and the rest follows.
    ///
    /// # Errors
    /// Where it is no JSON; within, where it is no list.
    pub fn next(&mut self, pool: &Pool, least: usize) -> serde_json::Result<Result<Page<T>, Shape>> {
        let Self { body, splitter, items } = self;
        while let Some(piece) = body.pop() {
            splitter.feed(&piece, |item| Node::parse(item).map(|node| items.add(node, pool)))?;
            if items.packed >= least {
                return Ok(Ok(items.part()));
            }
        }
        let (around, is_split) = std::mem::take(splitter).finish();
        let fields = Fields::of("list", Node::parse(&around)?);
        Ok(fields.and_then(|fields| std::mem::take(items).finish(fields, is_split, pool)))
    }
}

/// What could be read so far.
#[derive(Debug)]
struct Items<T> {
    read: Vec<T>,
    skipped: usize,
    /// How many of them are packed, where the pool packs.
    packed: usize,
}

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self { read: Vec::new(), skipped: 0, packed: 0 }
    }
}

impl<T: FromJson> Items<T> {
    fn add(&mut self, node: Node<'_>, pool: &Pool) {
        match T::from_node(node, pool) {
            Ok(item) => self.read.push(item),
            Err(_) => self.skipped += 1,
        }
        if pool.is_packed() {
            self.packed = self.read.len();
        }
    }

    /// Those that are packed. The others go with the next part.
    fn part(&mut self) -> Page<T> {
        let later = self.read.split_off(self.packed);
        let items = std::mem::replace(&mut self.read, later);
        self.packed = 0;
        let skipped = std::mem::take(&mut self.skipped);
        Page { items, skipped, count: None, next_link: None, cut: false, is_part: true }
    }

    /// The page whose other properties are `fields`. Unless its items are here already, they are in these.
    fn finish(mut self, mut fields: Fields<'_>, is_split: bool, pool: &Pool) -> Result<Page<T>, Shape> {
        let Some(Node::List(nodes)) = fields.take("value") else {
            return Err(Shape::new("list", "no value"));
        };
        if !is_split {
            for node in nodes {
                self.add(node, pool);
            }
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
    fn parts_of_a_page_are_the_page() {
        let text = json!({
            "value": (0..5_000).map(|number| json!({"id": number, "city": "x".repeat(number % 90)})).collect::<Vec<_>>(),
            "@odata.nextLink": "y"
        })
        .to_string();
        let mut body = Body::default();
        body.push(text.as_bytes());
        let (mut reading, mut parts) = (Reading::<User>::of(body), Vec::new());
        loop {
            let part = reading.next(&Pool::packing(None), 100).unwrap().unwrap();
            assert!(!part.is_part || (part.items.len() >= 100 && part.next_link.is_none()));
            parts.extend(part.items);
            if !part.is_part {
                assert_eq!(part.next_link.as_deref(), Some("y"));
                break;
            }
        }
        let whole = Page::<User>::from_body(text.as_bytes(), &Pool::default()).unwrap().unwrap();
        assert_eq!((parts, whole.is_part), (whole.items, false));
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
