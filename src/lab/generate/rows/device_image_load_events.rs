//! `DeviceImageLoadEvents`: libraries that programs load.

use super::initiator::{Initiator, place};
use super::{Cell, Row, RowWriter, text};
use crate::base::Timestamp;
use crate::lab::generate::content::Document;

/// A row.
#[derive(Clone, Debug)]
pub struct DeviceImageLoadEvent {
    /// When.
    pub at: Timestamp,
    /// The program.
    pub initiator: Initiator,
    /// The library.
    pub library: Document,
    /// Row number.
    pub report_id: i64,
}

impl Row for DeviceImageLoadEvent {
    const TABLE: &'static str = "DeviceImageLoadEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let (integrity, elevation) = self.initiator.integrity();
        let own = [
            ("ActionType", Cell::Fixed("ImageLoaded")),
            ("FileName", text(&self.library.name)),
            ("FolderPath", text(&self.library.folder)),
            ("SHA1", text(&self.library.sha1)),
            ("SHA256", text(&self.library.sha256)),
            ("FileSize", Cell::Long(self.library.size)),
            ("InitiatingProcessIntegrityLevel", Cell::Fixed(integrity)),
            ("InitiatingProcessTokenElevation", Cell::Fixed(elevation)),
        ];
        let place = place(self.at, &self.initiator.device, self.report_id);
        table.push(place.into_iter().chain(own).chain(self.initiator.cells()));
    }
}
