//! `DeviceFileEvents`: files made, changed, renamed and deleted on computers.

use super::{Cell, Row, RowWriter, maybe, text, when};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::assets::Assets;
use crate::lab::generate::content::Document;
use crate::lab::generate::people::Person;
use std::sync::Arc;

/// A program that touches files.
#[derive(Debug, PartialEq, Eq)]
pub struct Tool {
    /// Image name.
    pub file_name: &'static str,
    /// Image folder.
    pub folder: &'static str,
    /// Maker.
    pub company: &'static str,
    /// Command line.
    pub command_line: &'static str,
}

/// The desktop.
pub const EXPLORER: &Tool = &Tool {
    file_name: "explorer.exe",
    folder: r"C:\Windows",
    company: "Microsoft Corporation",
    command_line: r"C:\Windows\Explorer.EXE",
};
/// A browser.
pub const BROWSER: &Tool = &Tool {
    file_name: "msedge.exe",
    folder: r"C:\Program Files (x86)\Microsoft\Edge\Application",
    company: "Microsoft Corporation",
    command_line: "\"msedge.exe\" --profile-directory=Default",
};
/// An editor of documents.
pub const OFFICE_EDITOR: &Tool = &Tool {
    file_name: "EXCEL.EXE",
    folder: r"C:\Program Files\Microsoft Office\root\Office16",
    company: "Microsoft Corporation",
    command_line: "\"EXCEL.EXE\" /dde",
};
/// An archiver.
pub const ARCHIVER: &Tool = &Tool {
    file_name: "7zG.exe",
    folder: r"C:\Program Files\7-Zip",
    company: "Igor Pavlov",
    command_line: "\"7zG.exe\" a -i#7zMap",
};
/// A shell for administrators.
pub const POWERSHELL: &Tool = &Tool {
    file_name: "powershell.exe",
    folder: r"C:\Windows\System32\WindowsPowerShell\v1.0",
    company: "Microsoft Corporation",
    command_line: "powershell.exe -File D:\\Migration\\Move-Share.ps1",
};
/// A client of source control.
pub const GIT: &Tool = &Tool {
    file_name: "git.exe",
    folder: r"C:\Program Files\Git\cmd",
    company: "The Git Development Community",
    command_line: "git.exe clone --mirror",
};

/// A row.
#[derive(Clone, Debug)]
pub struct DeviceFileEvent {
    /// When.
    pub at: Timestamp,
    /// Who, at their laptop.
    pub person: Arc<Person>,
    /// `FileCreated`, `FileModified`, `FileRenamed` or `FileDeleted`.
    pub action_type: &'static str,
    /// The file as it is after the act.
    pub document: Document,
    /// Name before the act.
    pub previous_name: Option<Arc<str>>,
    /// Address it was downloaded from.
    pub origin: Option<Arc<str>>,
    /// The program that did it.
    pub tool: &'static Tool,
    /// Row number.
    pub report_id: i64,
}

impl Row for DeviceFileEvent {
    const TABLE: &'static str = "DeviceFileEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let Self { person, document, tool, .. } = &self;
        let previous_folder = self.previous_name.as_ref().map(|_| &document.folder);
        table.push([
            ("Timestamp", when(self.at)),
            ("DeviceId", text(&person.laptop.mde_id)),
            ("DeviceName", text(&person.laptop.name)),
            ("ActionType", Cell::Fixed(self.action_type)),
            ("FileName", text(&document.name)),
            ("FolderPath", Cell::string(document.path())),
            ("SHA1", text(&document.sha1)),
            ("SHA256", text(&document.sha256)),
            ("FileOriginUrl", maybe(self.origin.as_ref())),
            ("PreviousFolderPath", maybe(previous_folder)),
            ("PreviousFileName", maybe(self.previous_name.as_ref())),
            ("FileSize", Cell::Long(document.size)),
            ("InitiatingProcessAccountDomain", Cell::Fixed(Assets::get().organisation.nt_domain.as_str())),
            ("InitiatingProcessAccountName", text(&person.account_name)),
            ("InitiatingProcessAccountSid", text(&person.sid)),
            ("InitiatingProcessAccountUpn", text(&person.upn)),
            ("InitiatingProcessAccountObjectId", text(&person.object_id)),
            ("InitiatingProcessFolderPath", Cell::Fixed(tool.folder)),
            ("InitiatingProcessFileName", Cell::Fixed(tool.file_name)),
            ("InitiatingProcessVersionInfoCompanyName", Cell::Fixed(tool.company)),
            ("InitiatingProcessId", Cell::Long(4_000 + self.report_id % 9_000)),
            ("InitiatingProcessCommandLine", Cell::Fixed(tool.command_line)),
            ("InitiatingProcessCreationTime", when(self.at - TimeSpan::minutes(3 + self.report_id % 50))),
            ("InitiatingProcessIntegrityLevel", Cell::Fixed("Medium")),
            ("InitiatingProcessTokenElevation", Cell::Fixed("TokenElevationTypeLimited")),
            ("InitiatingProcessParentFileName", Cell::Fixed("explorer.exe")),
            ("RequestProtocol", Cell::Fixed("Local")),
            ("SensitivityLabel", Cell::Fixed(document.label.map_or("", |label| label.id))),
            ("IsAzureInfoProtectionApplied", Cell::Bool(false)),
            ("ReportId", Cell::Long(self.report_id)),
            ("IsInitiatingProcessRemoteSession", Cell::Bool(false)),
        ]);
    }
}
