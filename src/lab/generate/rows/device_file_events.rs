//! `DeviceFileEvents`: files made, changed, renamed and deleted on computers.

use super::initiator::{Initiator, place};
use super::{Cell, Row, RowWriter, maybe, text};
use crate::base::Timestamp;
use crate::lab::generate::content::Document;
use std::sync::Arc;

/// A row.
#[derive(Clone, Debug)]
pub struct DeviceFileEvent {
    /// When.
    pub at: Timestamp,
    /// The program that did it.
    pub initiator: Initiator,
    /// `FileCreated`, `FileModified`, `FileRenamed` or `FileDeleted`.
    pub action_type: &'static str,
    /// The file as it is after the act.
    pub document: Document,
    /// Name before the act.
    pub previous_name: Option<Arc<str>>,
    /// Address it was downloaded from.
    pub origin: Option<Arc<str>>,
    /// Name of the share it was reached through.
    pub share: Option<Arc<str>>,
    /// Row number.
    pub report_id: i64,
}

impl Row for DeviceFileEvent {
    const TABLE: &'static str = "DeviceFileEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let document = &self.document;
        let previous_folder = self.previous_name.as_ref().map(|_| &document.folder);
        let (integrity, elevation) = self.initiator.integrity();
        let own = [
            ("ActionType", Cell::Fixed(self.action_type)),
            ("FileName", text(&document.name)),
            ("FolderPath", Cell::string(document.path())),
            ("SHA1", text(&document.sha1)),
            ("SHA256", text(&document.sha256)),
            ("FileOriginUrl", maybe(self.origin.as_ref())),
            ("PreviousFolderPath", maybe(previous_folder)),
            ("PreviousFileName", maybe(self.previous_name.as_ref())),
            ("FileSize", Cell::Long(document.size)),
            ("InitiatingProcessIntegrityLevel", Cell::Fixed(integrity)),
            ("InitiatingProcessTokenElevation", Cell::Fixed(elevation)),
            ("RequestProtocol", Cell::Fixed(if self.share.is_some() { "SMB" } else { "Local" })),
            ("ShareName", maybe(self.share.as_ref())),
            ("SensitivityLabel", Cell::Fixed(document.label.map_or("", |label| label.id))),
            ("IsAzureInfoProtectionApplied", Cell::Bool(false)),
        ];
        let place = place(self.at, &self.initiator.device, self.report_id);
        table.push(place.into_iter().chain(own).chain(self.initiator.cells()));
    }
}
