//! `EmailUrlInfo`: a row an address in a mail.

use super::{Cell, Row, RowWriter, when};
use crate::base::Timestamp;
use crate::lab::generate::random::guid_text;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct EmailUrlInfo {
    /// When the mail was received.
    pub at: Timestamp,
    /// The mail's id.
    pub network_id: u128,
    /// The address.
    pub url: Arc<str>,
}

/// The host of an address.
pub fn domain_of(url: &str) -> &str {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    host.split(['/', '?', ':']).next().unwrap_or_default()
}

impl Row for EmailUrlInfo {
    const TABLE: &'static str = "EmailUrlInfo";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        table.push([
            ("Timestamp", when(self.at)),
            ("NetworkMessageId", Cell::guid(self.network_id)),
            ("UrlDomain", Cell::string(domain_of(&self.url))),
            ("Url", Cell::Text(self.url)),
            ("UrlLocation", Cell::Fixed("Body")),
            ("ReportId", Cell::string(format!("{}-2", guid_text(self.network_id)))),
        ]);
    }
}
