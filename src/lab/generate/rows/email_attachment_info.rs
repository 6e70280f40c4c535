//! `EmailAttachmentInfo`: a row an attachment and recipient.

use super::{Cell, Row, RowWriter, maybe, text, when};
use crate::base::Timestamp;
use crate::lab::generate::content::{Document, Message};
use crate::lab::generate::random::guid_text;

/// A row.
#[derive(Clone, Debug)]
pub struct EmailAttachmentInfo {
    /// The mail.
    pub message: Message,
    /// The file.
    pub document: Document,
}

impl Row for EmailAttachmentInfo {
    const TABLE: &'static str = "EmailAttachmentInfo";

    fn at(&self) -> Timestamp {
        self.message.at
    }

    fn push(self, table: &mut RowWriter) {
        let Self { message, document } = &self;
        let extension = document.name.rsplit_once('.').map_or("", |(_, extension)| extension);
        let threat = message.delivery.threat().filter(|threat| *threat == "Malware").unwrap_or("");
        table.push([
            ("Timestamp", when(message.at)),
            ("NetworkMessageId", Cell::guid(message.network_id)),
            ("SenderFromAddress", text(&message.sender.1)),
            ("SenderDisplayName", text(&message.sender.0)),
            ("SenderObjectId", maybe(message.sender.2.as_ref())),
            ("RecipientEmailAddress", text(&message.recipient.0)),
            ("RecipientObjectId", maybe(message.recipient.1.as_ref())),
            ("FileName", text(&document.name)),
            ("FileType", Cell::string(extension)),
            ("SHA256", text(&document.sha256)),
            ("FileSize", Cell::Long(document.size)),
            ("ThreatTypes", Cell::Fixed(threat)),
            ("ReportId", Cell::string(format!("{}-1", guid_text(message.network_id)))),
            ("FileExtension", Cell::string(extension)),
        ]);
    }
}
