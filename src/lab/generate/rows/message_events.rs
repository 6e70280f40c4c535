//! `MessageEvents`: messages in Teams.

use super::{Cell, Row, RowWriter, text, when};
use crate::base::Timestamp;
use crate::lab::generate::people::Person;
use serde_json::json;
use std::sync::Arc;

/// Who reads a thread: name, address, object id where a colleague.
pub type Reader = (Arc<str>, Arc<str>, Option<Arc<str>>);

/// Where a message in Teams is written.
#[derive(Clone, Debug)]
pub struct Thread {
    /// Id.
    pub id: Arc<str>,
    /// Topic, or name of the channel.
    pub name: Arc<str>,
    /// Name of the team; `None` of a chat.
    pub team: Option<Arc<str>>,
    /// Who reads it.
    pub readers: Vec<Reader>,
}

impl Thread {
    /// Whether someone from outside reads it.
    pub fn is_external(&self) -> bool {
        self.readers.iter().any(|(_, _, object_id)| object_id.is_none())
    }
}

/// A row.
#[derive(Clone, Debug)]
pub struct MessageEvent {
    /// When; a message's id is its time.
    pub at: Timestamp,
    /// Who writes.
    pub person: Arc<Person>,
    /// Where.
    pub thread: Arc<Thread>,
    /// Subject.
    pub subject: Arc<str>,
    /// Row id.
    pub report_id: u128,
}

impl Row for MessageEvent {
    const TABLE: &'static str = "MessageEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let Self { person, thread, .. } = &self;
        let readers: Vec<_> = thread
            .readers
            .iter()
            .map(|(name, address, id)| {
                json!({ "RecipientDisplayName": &**name, "RecipientSmtpAddress": &**address, "RecipientObjectId": id.as_deref() })
            })
            .collect();
        // Teams counts milliseconds of Unix time.
        let id: Arc<str> = (self.at.ticks() / 10_000 - 62_135_596_800_000).to_string().into();
        let kind = if thread.team.is_some() { "Channel" } else { "Chat" };
        table.push([
            ("Timestamp", when(self.at)),
            ("TeamsMessageId", Cell::string(format!("{}_{id}", thread.id))),
            ("SenderEmailAddress", text(&person.upn)),
            ("SenderDisplayName", text(&person.display_name)),
            ("SenderObjectId", text(&person.object_id)),
            ("SenderType", Cell::Fixed("User")),
            ("RecipientDetails", Cell::dynamic(json!(readers))),
            ("IsOwnedThread", Cell::Bool(true)),
            ("MessageId", text(&id)),
            ("GroupName", super::maybe(thread.team.as_ref())),
            ("ThreadId", text(&thread.id)),
            ("ThreadName", text(&thread.name)),
            ("ThreadType", Cell::Fixed(kind)),
            ("IsExternalThread", Cell::Bool(thread.is_external())),
            ("MessageType", Cell::Fixed(kind)),
            ("MessageVersion", text(&id)),
            ("Subject", text(&self.subject)),
            ("DeliveryAction", Cell::Fixed("Delivered")),
            ("DeliveryLocation", Cell::Fixed("Teams")),
            ("ReportId", Cell::guid(self.report_id)),
        ]);
    }
}
