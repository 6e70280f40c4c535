//! `EmailEvents`: a row a mail and recipient.

use super::{Cell, Row, RowWriter, maybe, text, when};
use crate::base::Timestamp;
use crate::lab::generate::content::{Delivery, Message};

/// A row.
#[derive(Clone, Debug)]
pub struct EmailEvent {
    /// The mail.
    pub message: Message,
    /// Whether sender and recipient never wrote to each other before.
    pub is_first_contact: bool,
}

impl Row for EmailEvent {
    const TABLE: &'static str = "EmailEvents";

    fn at(&self) -> Timestamp {
        self.message.at
    }

    fn push(self, table: &mut RowWriter) {
        let message = &self.message;
        let id = Cell::guid(message.network_id);
        let (name, address, object_id) = &message.sender;
        let (recipient, recipient_id) = &message.recipient;
        let direction = message.direction();
        let (action, location) = match message.delivery {
            Delivery::Delivered | Delivery::PhishDelivered if direction == "Outbound" => {
                ("Delivered", "On-premises/External")
            }
            Delivery::Delivered | Delivery::PhishDelivered => ("Delivered", "Inbox/Folder"),
            Delivery::PhishQuarantined | Delivery::MalwareQuarantined => ("Blocked", "Quarantine"),
        };
        let threat = message.delivery.threat();
        table.push([
            ("Timestamp", when(message.at)),
            ("NetworkMessageId", id.clone()),
            ("InternetMessageId", Cell::string(message.internet_id())),
            ("SenderMailFromAddress", text(address)),
            ("SenderFromAddress", text(address)),
            ("SenderDisplayName", text(name)),
            ("SenderObjectId", maybe(object_id.as_ref())),
            ("SenderMailFromDomain", Cell::string(Message::domain_of(address))),
            ("SenderFromDomain", Cell::string(Message::domain_of(address))),
            ("SenderIPv4", text(&message.sender_ip)),
            ("RecipientEmailAddress", text(recipient)),
            ("RecipientObjectId", maybe(recipient_id.as_ref())),
            ("RecipientDomain", Cell::string(Message::domain_of(recipient))),
            ("Subject", text(&message.subject)),
            ("EmailDirection", Cell::Fixed(direction)),
            ("DeliveryAction", Cell::Fixed(action)),
            ("DeliveryLocation", Cell::Fixed(location)),
            ("LatestDeliveryAction", Cell::Fixed(action)),
            ("LatestDeliveryLocation", Cell::Fixed(location)),
            ("ThreatTypes", Cell::Fixed(threat.unwrap_or(""))),
            ("DetectionMethods", Cell::Fixed(if threat.is_some() { "{\"Phish\":[\"Advanced filter\"]}" } else { "" })),
            ("AttachmentCount", Cell::Int(message.attachments as i32)),
            ("UrlCount", Cell::Int(message.urls.len() as i32)),
            ("EmailLanguage", Cell::Fixed("en")),
            ("EmailSize", Cell::Long(message.size)),
            ("IsFirstContact", Cell::Int(i32::from(self.is_first_contact))),
            ("To", text(recipient)),
            ("ReportId", id),
        ]);
    }
}
