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

use serde_json::{Value, json};

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
