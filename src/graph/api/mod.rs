//! Every call that watchfloor makes, one struct each. To add one: write the struct and its [`Endpoint`].
//!
//! [`Endpoint`]: super::Endpoint

pub mod alerts;
pub mod hunting;
pub mod incidents;
pub mod responses;
pub mod risk_history;
pub mod risky_users;
pub mod users;

use super::endpoint::{Call, Endpoint};
use super::page::Page;
use serde_json::{Value, json};

/// The list `L` with each item as it was sent, every property in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AsSent<L>(pub L);

impl<L: Endpoint> Endpoint for AsSent<L> {
    type Output = Page<Value>;
    const CALL: Call = L::CALL;

    fn path(&self) -> Vec<&str> {
        self.0.path()
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        self.0.query()
    }
}

/// Text as an OData literal: in single quotes, those inside doubled.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// The body that adds a comment to an incident or alert.
fn comment_body(comment: &str) -> Value {
    json!({"@odata.type": "microsoft.graph.security.alertComment", "comment": comment})
}

/// Query options of a list, those that are set.
fn list_options(filter: Option<&str>, order_by: Option<&str>, top: usize) -> Vec<(&'static str, String)> {
    let mut options = vec![("$top", top.to_string())];
    options.extend(filter.map(|filter| ("$filter", filter.to_owned())));
    options.extend(order_by.map(|order| ("$orderby", order.to_owned())));
    options
}
