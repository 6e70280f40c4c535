//! `DeviceProcessEvents`: programs that were started.

use super::initiator::{Initiator, place};
use super::{Cell, Row, RowWriter, when};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::tools::Tool;

/// A row.
#[derive(Clone, Debug)]
pub struct DeviceProcessEvent {
    /// The program, which started at the row's time.
    pub program: Initiator,
    /// What started it.
    pub parent: &'static Tool,
    /// Row number.
    pub report_id: i64,
}

impl Row for DeviceProcessEvent {
    const TABLE: &'static str = "DeviceProcessEvents";

    fn at(&self) -> Timestamp {
        self.program.started
    }

    fn push(self, table: &mut RowWriter) {
        let (program, tool) = (&self.program, self.program.tool);
        let [domain, name, sid, upn, object_id] = program.account();
        let (integrity, elevation) = program.integrity();
        let parent = Initiator {
            tool: self.parent,
            command_line: None,
            process_id: 900 + program.process_id % 400,
            started: program.started - TimeSpan::minutes(1 + program.process_id % 90),
            ..program.clone()
        };
        let own = [
            ("ActionType", Cell::Fixed("ProcessCreated")),
            ("FileName", Cell::Fixed(tool.file_name)),
            ("FolderPath", Cell::Fixed(tool.folder)),
            ("SHA1", Cell::Fixed(tool.sha1)),
            ("SHA256", Cell::Fixed(tool.sha256)),
            ("ProcessVersionInfoCompanyName", Cell::Fixed(tool.company)),
            ("ProcessVersionInfoProductName", Cell::Fixed(tool.product)),
            ("ProcessVersionInfoOriginalFileName", Cell::Fixed(tool.file_name)),
            ("ProcessVersionInfoFileDescription", Cell::Fixed(tool.description)),
            ("ProcessId", Cell::Long(program.process_id)),
            ("ProcessCommandLine", program.command_line()),
            ("ProcessIntegrityLevel", Cell::Fixed(integrity)),
            ("ProcessTokenElevation", Cell::Fixed(elevation)),
            ("ProcessCreationTime", when(program.started)),
            ("AccountDomain", domain),
            ("AccountName", name),
            ("AccountSid", sid),
            ("AccountUpn", upn),
            ("AccountObjectId", object_id),
            ("InitiatingProcessIntegrityLevel", Cell::Fixed(integrity)),
            ("InitiatingProcessTokenElevation", Cell::Fixed(elevation)),
            ("InitiatingProcessSignerType", Cell::Fixed("OsVendor")),
            ("InitiatingProcessSignatureStatus", Cell::Fixed("Valid")),
            ("IsProcessRemoteSession", Cell::Bool(program.remote.is_some())),
        ];
        let place = place(program.started, &program.device, self.report_id);
        table.push(place.into_iter().chain(own).chain(parent.cells()));
    }
}
