//! `EmailPostDeliveryEvents`: what was done with mails after they were delivered.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::content::Message;
use crate::lab::generate::random::guid_text;

/// A row.
#[derive(Clone, Debug)]
pub struct EmailPostDeliveryEvent {
    /// When.
    pub at: Timestamp,
    /// The mail.
    pub message: Message,
    /// `Phish ZAP`, `Malware ZAP` or `Manual remediation`.
    pub action_type: &'static str,
}

impl Row for EmailPostDeliveryEvent {
    const TABLE: &'static str = "EmailPostDeliveryEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let message = &self.message;
        let is_manual = self.action_type == "Manual remediation";
        table.push([
            ("Timestamp", when(self.at)),
            ("NetworkMessageId", Cell::guid(message.network_id)),
            ("InternetMessageId", Cell::string(message.internet_id())),
            ("Action", Cell::Fixed("Moved to quarantine")),
            ("ActionType", Cell::Fixed(self.action_type)),
            ("ActionTrigger", Cell::Fixed(if is_manual { "AdminAction" } else { "SpecialAction" })),
            ("ActionResult", Cell::Fixed("Success")),
            ("RecipientEmailAddress", text(&message.recipient.0)),
            ("DeliveryLocation", Cell::Fixed("Quarantine")),
            ("ThreatTypes", Cell::Fixed(message.delivery.threat().unwrap_or(""))),
            ("DetectionMethods", Cell::Fixed("{\"Phish\":[\"Advanced filter\"]}")),
            ("ReportId", Cell::string(format!("{}-3", guid_text(message.network_id)))),
            ("SenderFromAddress", text(&message.sender.1)),
            ("EmailDirection", Cell::Fixed(message.direction())),
            ("SourceLocation", Cell::Fixed("Inbox/Folder")),
        ]);
    }
}
