//! `UrlClickEvents`: addresses that people followed in mails, in Teams and in Office.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::people::Person;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct UrlClickEvent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: Arc<Person>,
    /// Where to.
    pub url: Arc<str>,
    /// `Email`, `Teams` or `Office`.
    pub workload: &'static str,
    /// The mail it stood in.
    pub network_id: Option<u128>,
    /// Whether it was blocked, as what threat.
    pub threat: Option<&'static str>,
    /// Whether the person went on in spite of a warning.
    pub is_clicked_through: bool,
    /// Row id.
    pub report_id: u128,
}

impl Row for UrlClickEvent {
    const TABLE: &'static str = "UrlClickEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let person = &self.person;
        let is_blocked = self.threat.is_some() && !self.is_clicked_through;
        table.push([
            ("Timestamp", when(self.at)),
            ("Url", text(&self.url)),
            ("ActionType", Cell::Fixed(if is_blocked { "ClickBlocked" } else { "ClickAllowed" })),
            ("AccountUpn", text(&person.upn)),
            ("Workload", Cell::Fixed(self.workload)),
            ("NetworkMessageId", self.network_id.map_or(Cell::Null, |id| Cell::guid(id))),
            ("ThreatTypes", Cell::Fixed(self.threat.unwrap_or(""))),
            ("IPAddress", text(&person.egress)),
            ("IsClickedThrough", Cell::Bool(self.is_clicked_through)),
            ("UrlChain", Cell::string(serde_json::json!([&*self.url]).to_string())),
            ("ReportId", Cell::guid(self.report_id)),
        ]);
    }
}
