//! What people do with documents, and the rows each deed leaves in every table that would notice it.

use super::content::{Document, Label, Media, Message};
use super::evidence::{CloudApp, SHAREPOINT};
use super::people::Person;
use super::rows::cloud_app_events::CloudAppEvent;
use super::rows::data_security_events::{
    ACCESSED, ARCHIVED, Activity, COPIED_TO_MEDIA, DELETED, DELETED_ON_SITE, DOWNGRADED, DOWNLOADED, DataSecurityEvent,
    PRINTED, READ, RENAMED, RULE_MATCHED, UPLOADED,
};
use super::rows::device_file_events::{DeviceFileEvent, EXPLORER, OFFICE_EDITOR, Tool};
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
    /// Downloaded from SharePoint with a program; the document's folder is where it went.
    Download(&'static Tool),
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
    /// Put on the document's site, unnoticed by data security.
    PutOnSite,
    /// Deleted from the document's site.
    DeleteOnSite,
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
    /// Source repository involved.
    pub repository: Option<Arc<str>>,
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

/// A deed, by whom, when, with what.
#[derive(Clone, Copy)]
struct Act<'a> {
    at: Timestamp,
    person: &'a Arc<Person>,
    document: &'a Document,
    deed: &'a Deed,
    notice: &'a Notice,
}

impl World {
    /// `person` does `deed` with `document`: the rows of every table that would notice.
    pub fn act(&mut self, at: Timestamp, person: &Arc<Person>, document: &Document, deed: &Deed, notice: &Notice) {
        let act = Act { at, person, document, deed, notice };
        match deed {
            Deed::Access => {
                self.cloud(act, "FileAccessed");
                self.data_security(act, ACCESSED);
            }
            Deed::Download(tool) => {
                self.cloud(act, "FileDownloaded");
                self.file(act, "FileCreated", tool);
                self.data_security(act, DOWNLOADED);
            }
            Deed::Read => self.data_security(act, READ),
            Deed::Create(tool) => self.file(act, "FileCreated", tool),
            Deed::Edit => self.file(act, "FileModified", OFFICE_EDITOR),
            Deed::Rename { .. } => {
                self.file(act, "FileRenamed", EXPLORER);
                self.data_security(act, RENAMED);
            }
            Deed::Archive => self.data_security(act, ARCHIVED),
            Deed::CopyToMedia(_) => {
                self.file(act, "FileCreated", EXPLORER);
                self.data_security(act, COPIED_TO_MEDIA);
            }
            Deed::Upload(_) => self.data_security(act, UPLOADED),
            Deed::Delete => {
                self.file(act, "FileDeleted", EXPLORER);
                self.data_security(act, DELETED);
            }
            Deed::PutOnSite => self.cloud(act, "FileUploaded"),
            Deed::DeleteOnSite => {
                self.cloud(act, "FileDeleted");
                self.data_security(act, DELETED_ON_SITE);
            }
            Deed::Downgrade { .. } => {
                self.file(act, "FileModified", OFFICE_EDITOR);
                self.data_security(act, DOWNGRADED);
            }
            Deed::Print(_) => self.data_security(act, PRINTED),
            Deed::MatchRule => self.data_security(act, RULE_MATCHED),
        }
    }

    /// A row of `CloudAppEvents` about a file on SharePoint.
    fn cloud(&mut self, act: Act<'_>, action_type: &'static str) {
        let object = (Arc::clone(&act.document.name), "File", act.document.url().into());
        let row = self.cloud_activity(act.at, act.person, action_type, SHAREPOINT, object);
        self.rows.add(row);
    }

    /// A row of `CloudAppEvents`, done from the office; to be added once what is special about it is said.
    pub fn cloud_activity(
        &mut self,
        at: Timestamp,
        person: &Arc<Person>,
        action_type: &'static str,
        app: &'static CloudApp,
        object: (Arc<str>, &'static str, Arc<str>),
    ) -> CloudAppEvent {
        let report_id = self.random.guid_bits();
        let person = Arc::clone(person);
        CloudAppEvent { at, person, action_type, app, object, report_id, from: None, oauth_app: None }
    }

    fn file(&mut self, act: Act<'_>, action_type: &'static str, tool: &'static Tool) {
        let previous_name = match act.deed {
            Deed::Rename { from } => Some(Arc::clone(from)),
            _ => None,
        };
        let origin = matches!(act.deed, Deed::Download(_)).then(|| act.document.url().into());
        let report_id = self.random.between(1_000, 900_000);
        self.rows.add(DeviceFileEvent {
            at: act.at,
            person: Arc::clone(act.person),
            action_type,
            document: act.document.clone(),
            previous_name,
            origin,
            tool,
            report_id,
        });
    }

    fn data_security(&mut self, act: Act<'_>, activity: &'static Activity) {
        let mut row = DataSecurityEvent::new(act.at, act.person, activity, act.document, self.random.guid_bits());
        match act.deed {
            Deed::Rename { from } => row.renamed_from = Some(Arc::clone(from)),
            Deed::CopyToMedia(media) => row.media = Some(Arc::clone(media)),
            Deed::Upload(domain) => row.target_domain = Some(domain),
            Deed::Downgrade { from } => row.previous_label = Some(from),
            Deed::Print(printer) => row.printer = Some(printer),
            _ => {}
        }
        row.sequence.clone_from(&act.notice.sequence);
        row.repository.clone_from(&act.notice.repository);
        row.irm_policies.clone_from(&act.notice.irm);
        if let Some((policies, mode)) = &act.notice.dlp {
            row.dlp_policies = Some(Arc::clone(policies));
            row.dlp_mode = Some(*mode);
        }
        self.rows.add(row);
    }

    /// A mail is sent.
    pub fn mail(&mut self, message: &Message, is_first_contact: bool) {
        self.rows.add(EmailEvent { message: message.clone(), is_first_contact });
    }
}
