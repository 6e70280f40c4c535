//! What people do with documents, and the rows each deed leaves in every table that would notice it.

use super::content::{Document, Label, Media, Message};
use super::evidence::{CloudApp, SHAREPOINT};
use super::people::Person;
use super::rows::cloud_app_events::CloudAppEvent;
use super::rows::data_security_events::{
    ACCESSED, ARCHIVED, Activity, COPIED_TO_MEDIA, DELETED, DOWNGRADED, DOWNLOADED, DataSecurityEvent, PRINTED, READ,
    RENAMED, RULE_MATCHED, UPLOADED,
};
use super::rows::device_file_events::{
    BROWSER, DeviceFileEvent, EXPLORER, OFFICE_EDITOR, Tool,
};
use super::rows::email_events::EmailEvent;
use super::world::World;
use crate::base::Timestamp;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// What is done with a document.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Opened on SharePoint.
    Access,
    /// Downloaded from SharePoint; the document's folder is where it went.
    Download,
    /// Opened on the computer.
    Read,
    /// Made on the computer by a program, unnoticed by data security.
    Create(&'static Tool),
    /// Changed on the computer, unnoticed by data security.
    Edit,
    /// Renamed; the document bears the new name.
    Rename {
        /// The old name.
        from: Arc<str>,
    },
    /// Put into an archive.
    Archive,
    /// Copied to a removable medium; the document's folder is on it.
    CopyToMedia(Arc<Media>),
    /// Uploaded with a browser to a domain.
    Upload(&'static str),
    /// Deleted from the computer.
    Delete,
    /// Given a lower label; the document bears the new one.
    Downgrade {
        /// The old label.
        from: &'static Label,
    },
    /// Printed on a printer.
    Print(&'static str),
    /// Stopped or noted by a data loss prevention rule on its way by mail.
    MatchRule,
}

/// What the policies make of a deed.
#[derive(Clone, Debug, Default)]
pub struct Notice {
    /// Ties the steps of one sequence.
    pub sequence: Option<Arc<str>>,
    /// Insider risk policies matched, as the cell of a row.
    pub irm: Option<Arc<Json>>,
    /// Data loss prevention policies matched, as the cell of a row, and the enforcement's code.
    pub dlp: Option<(Arc<str>, i32)>,
}

impl Notice {
    /// `IrmPolicyMatchInfo` of one policy. Documented as a JSON array without its keys: these are invented.
    pub fn irm(name: &str, id: &str) -> Arc<Json> {
        Arc::new(json!([{ "PolicyName": name, "PolicyId": id }]))
    }

    /// `DlpPolicyMatchInfo` of one policy.
    pub fn dlp(name: &str, id: &str) -> Arc<str> {
        json!([{ "PolicyName": name, "PolicyId": id }]).to_string().into()
    }
}

/// A run of like deeds, as an alert counts them.
#[derive(Clone, Debug)]
pub struct Tally {
    /// First of them.
    pub first: Timestamp,
    /// Last of them.
    pub last: Timestamp,
    /// How many.
    pub count: usize,
}

impl Tally {
    /// What `times`, in any order, come to; `None` of nothing.
    pub fn of(times: &[Timestamp]) -> Option<Self> {
        Some(Self { first: *times.iter().min()?, last: *times.iter().max()?, count: times.len() })
    }
}

impl World {
    /// `person` does `deed` with `document`: the rows of every table that would notice.
    pub fn act(&mut self, at: Timestamp, person: &Arc<Person>, document: &Document, deed: &Deed, notice: &Notice) {
        match deed {
            Deed::Access => {
                self.cloud(at, person, "FileAccessed", document);
                self.data_security(at, person, ACCESSED, document, deed, notice);
            }
            Deed::Download => {
                self.cloud(at, person, "FileDownloaded", document);
                self.file(at, person, "FileCreated", document, BROWSER, deed);
                self.data_security(at, person, DOWNLOADED, document, deed, notice);
            }
            Deed::Read => self.data_security(at, person, READ, document, deed, notice),
            Deed::Create(tool) => self.file(at, person, "FileCreated", document, tool, deed),
            Deed::Edit => self.file(at, person, "FileModified", document, OFFICE_EDITOR, deed),
            Deed::Rename { .. } => {
                self.file(at, person, "FileRenamed", document, EXPLORER, deed);
                self.data_security(at, person, RENAMED, document, deed, notice);
            }
            Deed::Archive => self.data_security(at, person, ARCHIVED, document, deed, notice),
            Deed::CopyToMedia(_) => {
                self.file(at, person, "FileCreated", document, EXPLORER, deed);
                self.data_security(at, person, COPIED_TO_MEDIA, document, deed, notice);
            }
            Deed::Upload(_) => self.data_security(at, person, UPLOADED, document, deed, notice),
            Deed::Delete => {
                self.file(at, person, "FileDeleted", document, EXPLORER, deed);
                self.data_security(at, person, DELETED, document, deed, notice);
            }
            Deed::Downgrade { .. } => {
                self.file(at, person, "FileModified", document, OFFICE_EDITOR, deed);
                self.data_security(at, person, DOWNGRADED, document, deed, notice);
            }
            Deed::Print(_) => self.data_security(at, person, PRINTED, document, deed, notice),
            Deed::MatchRule => self.data_security(at, person, RULE_MATCHED, document, deed, notice),
        }
    }

    /// A row of `CloudAppEvents` about a file on SharePoint.
    fn cloud(&mut self, at: Timestamp, person: &Arc<Person>, action_type: &'static str, document: &Document) {
        let object = (Arc::clone(&document.name), "File", document.url().into());
        self.cloud_activity(at, person, action_type, SHAREPOINT, object);
    }

    /// A row of `CloudAppEvents`, done from the office; returned for what is special about it.
    pub fn cloud_activity(
        &mut self,
        at: Timestamp,
        person: &Arc<Person>,
        action_type: &'static str,
        app: &'static CloudApp,
        object: (Arc<str>, &'static str, Arc<str>),
    ) -> Option<&mut CloudAppEvent> {
        let report_id = self.random.guid_bits();
        let person = Arc::clone(person);
        let row = CloudAppEvent { at, person, action_type, app, object, report_id, from: None, oauth_app: None };
        self.rows.cloud_app_events.push(row);
        self.rows.cloud_app_events.last_mut()
    }

    fn file(
        &mut self,
        at: Timestamp,
        person: &Arc<Person>,
        action_type: &'static str,
        document: &Document,
        tool: &'static Tool,
        deed: &Deed,
    ) {
        let previous_name = match deed {
            Deed::Rename { from } => Some(Arc::clone(from)),
            _ => None,
        };
        let origin = matches!(deed, Deed::Download).then(|| document.url().into());
        self.rows.device_file_events.push(DeviceFileEvent {
            at,
            person: Arc::clone(person),
            action_type,
            document: document.clone(),
            previous_name,
            origin,
            tool,
            report_id: self.random.between(1_000, 900_000),
        });
    }

    fn data_security(
        &mut self,
        at: Timestamp,
        person: &Arc<Person>,
        activity: &'static Activity,
        document: &Document,
        deed: &Deed,
        notice: &Notice,
    ) {
        let mut row = DataSecurityEvent::new(at, person, activity, document, self.random.guid_bits());
        match deed {
            Deed::Rename { from } => row.renamed_from = Some(Arc::clone(from)),
            Deed::CopyToMedia(media) => row.media = Some(Arc::clone(media)),
            Deed::Upload(domain) => row.target_domain = Some(domain),
            Deed::Downgrade { from } => row.previous_label = Some(from),
            Deed::Print(printer) => row.printer = Some(printer),
            _ => {}
        }
        row.sequence.clone_from(&notice.sequence);
        row.irm_policies.clone_from(&notice.irm);
        if let Some((policies, mode)) = &notice.dlp {
            row.dlp_policies = Some(Arc::clone(policies));
            row.dlp_mode = Some(*mode);
        }
        self.rows.data_security_events.push(row);
    }

    /// A mail is sent.
    pub fn mail(&mut self, message: &Message, is_first_contact: bool) {
        self.rows.email_events.push(EmailEvent { message: message.clone(), is_first_contact });
    }
}
