//! A page of a list.

use crate::model::json::Fields;
use crate::model::{FromJson, Shape};
use serde_json::Value;

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

impl<T: FromJson> FromJson for Page<T> {
    fn from_json(value: Value) -> Result<Self, Shape> {
        let mut fields = Fields::of("list", value)?;
        let Some(Value::Array(values)) = fields.take("value") else {
            return Err(Shape::new("list", "no value"));
        };
        let sent = values.len();
        let items: Vec<T> = values.into_iter().filter_map(|item| T::from_json(item).ok()).collect();
        Ok(Self {
            skipped: sent - items.len(),
            items,
            count: fields.integer("@odata.count").and_then(|count| u64::try_from(count).ok()),
            next_link: fields.text("@odata.nextLink").map(|link| link.raw().to_owned()).filter(|link| !link.is_empty()),
            cut: false,
        })
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
    }
}
