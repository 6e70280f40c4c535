//! What people do with documents, and the rows each deed leaves in every table that would notice it.

use super::content::{Document, Found, Label, Media, Message};
use super::devices::{Device, Place};
use super::evidence::{COPILOT, CloudApp, ONEDRIVE, SHAREPOINT, TEAMS};
use super::operations::Remote;
use super::people::Person;
use super::rows::cloud_app_events::CloudAppEvent;
use super::rows::data_security_events::{
    ACCESSED, ARCHIVED, Activity, CAPTURED, COPIED_TEXT, COPIED_TO_MEDIA, COPIED_TO_SHARE, DELETED, DELETED_ON_SITE,
    DOWNGRADED, DOWNLOADED, DataSecurityEvent, MADE, MAILED, POSTED, PRINTED, PROMPTED, PROMPTED_ELSEWHERE, READ,
    RENAMED, RULE_MATCHED, SHARED, SHARED_WITH_ANYONE, UNLABELLED, UPLOADED,
};
use super::rows::device_events::DeviceEvent;
use super::rows::device_file_events::DeviceFileEvent;
use super::rows::email_attachment_info::EmailAttachmentInfo;
use super::rows::email_events::EmailEvent;
use super::rows::email_url_info::EmailUrlInfo;
use super::rows::identity_directory_events::IdentityDirectoryEvent;
use super::rows::initiator::Initiator;
use super::rows::message_events::Thread;
use super::sign_ins::EDGE;
use super::tools::{
    BROWSER, CAD, CODE_EDITOR, EXPLORER, GIT, NOTEPAD, OFFICE_EDITOR, POWERPOINT, READER, SNIPPING_TOOL, SYNC_CLIENT,
    Tool, WORD,
};
use super::world::World;
use crate::base::Timestamp;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// What is done with a document.
#[derive(Clone, Debug)]
pub enum Deed {
    /// Opened on SharePoint.
    Access,
    /// Looked at on SharePoint without being opened; unnoticed by data security.
    Preview,
    /// Downloaded from SharePoint with a program; the document's folder is where it went.
    Download(&'static Tool),
    /// Brought to the computer by the sync client.
    Sync,
    /// Brought from the computer to the person's OneDrive by the sync client, unnoticed by data security.
    SyncUp,
    /// Opened on the computer.
    Read,
    /// Made on the computer by a program, unnoticed by data security.
    Create(&'static Tool),
    /// Made on the computer by a program, with sensitive content.
    Make(&'static Tool),
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
    /// Copied to a share of a server; the document's folder is on it.
    CopyToShare(Arc<Device>),
    /// Copied from a share of a server; the document's folder is on the computer.
    CopyFromShare(Arc<Device>),
    /// Uploaded with a browser to a domain.
    Upload(&'static str),
    /// Sent to a domain with a program.
    Transfer(&'static Tool, &'static str),
    /// Deleted from the computer.
    Delete,
    /// Put on the document's site, unnoticed by data security.
    PutOnSite,
    /// Deleted from the document's site.
    DeleteOnSite,
    /// Deleted from the recycle bin of the document's site.
    PurgeOnSite,
    /// Given a lower label; the document bears the new one.
    Downgrade {
        /// The old label.
        from: &'static Label,
    },
    /// Its label was taken off; the document has none.
    RemoveLabel {
        /// The old label.
        from: &'static Label,
    },
    /// Printed on a printer.
    Print(&'static str),
    /// Text of it was copied to the clipboard.
    CopyText,
    /// A screenshot of it was taken.
    Capture,
    /// Shared on SharePoint with an address outside.
    Share(Arc<str>),
    /// Shared on SharePoint with whoever has the link.
    ShareWithAnyone,
    /// Read by Copilot for an answer, after a prompt with sensitive data.
    Prompt,
    /// Put into a prompt of a service that nobody allowed, at a domain.
    PromptElsewhere(&'static CloudApp, &'static str),
    /// Sent on Teams.
    Post(Arc<Thread>),
    /// Sent by mail to an address outside; the mail itself is another matter, see [`World::send`].
    Mail(Message),
    /// Pushed to a repository outside, at a domain.
    Push(&'static str),
    /// Stopped or noted by a data loss prevention rule on its way by mail.
    MatchRule,
}

/// The circumstances of a deed: what the policies make of it, and where it is done if not at the person's laptop in the
/// office.
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
    /// Another device or network than the usual.
    pub place: Place,
    /// Command line of the program that does it, where not the program's usual one.
    pub command_line: Option<Arc<str>>,
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
    #[expect(clippy::too_many_lines, reason = "a table: an arm a deed")]
    pub fn act(&mut self, at: Timestamp, person: &Arc<Person>, document: &Document, deed: &Deed, notice: &Notice) {
        let act = Act { at, person, document, deed, notice };
        match deed {
            Deed::Access => {
                self.cloud(act, SHAREPOINT, "FileAccessed");
                self.data_security(act, ACCESSED);
            }
            Deed::Preview => self.cloud(act, SHAREPOINT, "FilePreviewed"),
            Deed::Download(tool) => {
                self.cloud(act, SHAREPOINT, "FileDownloaded");
                self.file(act, "FileCreated", tool);
                self.data_security(act, DOWNLOADED);
            }
            Deed::Sync => {
                self.cloud(act, SHAREPOINT, "FileSyncDownloadedFull");
                self.file(act, "FileCreated", SYNC_CLIENT);
                self.data_security(act, DOWNLOADED);
            }
            Deed::SyncUp => self.cloud(act, ONEDRIVE, "FileSyncUploadedFull"),
            Deed::Read => self.data_security(act, READ),
            Deed::Create(tool) => self.file(act, "FileCreated", tool),
            Deed::Make(tool) => {
                self.file(act, "FileCreated", tool);
                self.data_security(act, MADE);
            }
            Deed::Edit => self.file(act, "FileModified", editor_of(&document.name)),
            Deed::Rename { .. } => {
                self.file(act, "FileRenamed", EXPLORER);
                self.data_security(act, RENAMED);
            }
            Deed::Archive => self.data_security(act, ARCHIVED),
            Deed::CopyToMedia(_) => {
                self.file(act, "FileCreated", EXPLORER);
                self.data_security(act, COPIED_TO_MEDIA);
            }
            Deed::CopyToShare(server) => {
                self.file(act, "FileCreated", EXPLORER);
                self.directory_file_copy(act, server);
                self.data_security(act, COPIED_TO_SHARE);
            }
            Deed::CopyFromShare(server) => {
                self.file(act, "FileCreated", EXPLORER);
                self.directory_file_copy(act, server);
            }
            Deed::Upload(domain) => {
                self.connect(act, BROWSER, domain);
                self.data_security(act, UPLOADED);
            }
            Deed::Transfer(tool, domain) => {
                self.connect(act, tool, domain);
                self.data_security(act, UPLOADED);
            }
            Deed::Delete => {
                self.file(act, "FileDeleted", EXPLORER);
                self.data_security(act, DELETED);
            }
            Deed::PutOnSite => self.cloud(act, SHAREPOINT, "FileUploaded"),
            Deed::DeleteOnSite => {
                self.cloud(act, SHAREPOINT, "FileDeleted");
                self.data_security(act, DELETED_ON_SITE);
            }
            Deed::PurgeOnSite => {
                self.cloud(act, SHAREPOINT, "FileDeletedFirstStageRecycleBin");
                self.data_security(act, DELETED_ON_SITE);
            }
            Deed::Downgrade { .. } => {
                self.file(act, "FileModified", editor_of(&document.name));
                self.data_security(act, DOWNGRADED);
            }
            Deed::RemoveLabel { .. } => {
                self.file(act, "FileModified", editor_of(&document.name));
                self.data_security(act, UNLABELLED);
            }
            Deed::Print(_) => self.data_security(act, PRINTED),
            Deed::CopyText => self.data_security(act, COPIED_TEXT),
            Deed::Capture => {
                self.device(act, "ScreenshotTaken", SNIPPING_TOOL);
                self.data_security(act, CAPTURED);
            }
            Deed::Share(_) => {
                self.cloud(act, SHAREPOINT, "AddedToSecureLink");
                self.data_security(act, SHARED);
            }
            Deed::ShareWithAnyone => {
                self.cloud(act, SHAREPOINT, "AnonymousLinkCreated");
                self.data_security(act, SHARED_WITH_ANYONE);
            }
            Deed::Prompt => {
                self.cloud(act, COPILOT, "CopilotInteraction");
                self.data_security(act, PROMPTED);
            }
            Deed::PromptElsewhere(_, domain) => {
                self.connect(act, BROWSER, domain);
                self.data_security(act, PROMPTED_ELSEWHERE);
            }
            Deed::Post(thread) => {
                self.cloud(act, TEAMS, "MessageSent");
                self.message(at, person, thread, &document.name);
                self.data_security(act, POSTED);
            }
            Deed::Mail(_) => self.data_security(act, MAILED),
            Deed::Push(domain) => {
                self.connect(act, GIT, domain);
                self.data_security(act, UPLOADED);
            }
            Deed::MatchRule => self.data_security(act, RULE_MATCHED),
        }
    }

    /// A row of `CloudAppEvents` about a file.
    fn cloud(&mut self, act: Act<'_>, app: &'static CloudApp, action_type: &'static str) {
        let kind = match act.deed {
            Deed::Share(_) | Deed::ShareWithAnyone => "Sharing",
            Deed::Prompt => "Interaction",
            Deed::Post(_) => "Message",
            _ => "File",
        };
        let object = (Arc::clone(&act.document.name), kind, act.document.url().into());
        let row = self.cloud_activity(act.at, act.person, action_type, app, object);
        let from = act.notice.place.network.clone();
        let details = details(act).map(Arc::new);
        self.rows.add(CloudAppEvent { from, details, ..row });
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
        CloudAppEvent {
            at,
            person: Arc::clone(person),
            action_type,
            app,
            object,
            report_id: self.random.guid_bits(),
            from: None,
            client: EDGE,
            oauth_app: None,
            details: None,
            objects: None,
        }
    }

    /// The tool as it runs for whoever does the deed, where they do it.
    fn initiator(act: Act<'_>, tool: &'static Tool) -> Initiator {
        let device = act.notice.place.device.as_ref().unwrap_or(&act.person.laptop);
        let command_line = act.notice.command_line.clone();
        Initiator { command_line, ..Initiator::running(act.person, device, tool, act.at) }
    }

    fn file(&mut self, act: Act<'_>, action_type: &'static str, tool: &'static Tool) {
        let previous_name = match act.deed {
            Deed::Rename { from } => Some(Arc::clone(from)),
            _ => None,
        };
        let origin = matches!(act.deed, Deed::Download(_) | Deed::Sync).then(|| act.document.url().into());
        let share = match act.deed {
            Deed::CopyToShare(server) => Some(Arc::clone(&server.name)),
            _ => None,
        };
        let report_id = self.report_number();
        self.rows.add(DeviceFileEvent {
            at: act.at,
            initiator: Self::initiator(act, tool),
            action_type,
            document: act.document.clone(),
            previous_name,
            origin,
            share,
            report_id,
        });
    }

    /// The number of a row of a `Device…` table.
    pub fn report_number(&mut self) -> i64 {
        self.random.between(1_000, 900_000)
    }

    fn device(&mut self, act: Act<'_>, action_type: &'static str, tool: &'static Tool) {
        let report_id = self.report_number();
        self.rows.add(DeviceEvent {
            at: act.at,
            action_type,
            initiator: Self::initiator(act, tool),
            document: None,
            url: None,
            registry: None,
            additional: json!({ "WindowTitle": &*act.document.name }).to_string().into(),
            report_id,
        });
    }

    fn connect(&mut self, act: Act<'_>, tool: &'static Tool, domain: &'static str) {
        let initiator = Self::initiator(act, tool);
        let remote = Remote::web(domain);
        self.connection(act.at, initiator, &remote, "ConnectionSuccess", Some(act.document.size));
    }

    /// A file went between a computer and a share, as a sensor on the domain's servers sees it.
    fn directory_file_copy(&mut self, act: Act<'_>, server: &Arc<Device>) {
        let device = act.notice.place.device.as_ref().unwrap_or(&act.person.laptop);
        let additional =
            json!({ "FILE": &*act.document.name, "TARGET_OBJECT.DEVICE": &*server.name, "SIZE": act.document.size });
        let report_id = self.random.guid_bits();
        self.rows.add(IdentityDirectoryEvent {
            at: act.at,
            action_type: "SMB file copy",
            person: Arc::clone(act.person),
            device: Arc::clone(device),
            target: None,
            goal: Some(Arc::clone(server)),
            additional: Arc::new(additional),
            report_id,
        });
    }

    fn data_security(&mut self, act: Act<'_>, activity: &'static Activity) {
        let mut row = DataSecurityEvent::new(act.at, act.person, activity, act.document, self.random.guid_bits());
        match act.deed {
            Deed::Rename { from } => row.renamed_from = Some(Arc::clone(from)),
            Deed::CopyToMedia(media) => row.media = Some(Arc::clone(media)),
            Deed::Upload(domain) | Deed::Transfer(_, domain) | Deed::Push(domain) => row.target_domain = Some(domain),
            Deed::Downgrade { from } | Deed::RemoveLabel { from } => row.previous_label = Some(from),
            Deed::Print(printer) => row.printer = Some(printer),
            Deed::Share(address) => row.recipient = Some(Arc::clone(address)),
            Deed::Mail(message) => {
                row.recipient = Some(Arc::clone(&message.recipient.0));
                row.message = Some(message.clone());
            }
            Deed::Prompt => row.application = Some((COPILOT.name, "Copilot")),
            Deed::PromptElsewhere(app, domain) => {
                row.application = Some((app.name, "Generative AI"));
                row.target_domain = Some(domain);
            }
            Deed::Post(thread) => row.channel = thread.team.clone().map(|team| (team, Arc::clone(&thread.name))),
            _ => {}
        }
        if let Deed::Prompt | Deed::PromptElsewhere(..) = act.deed {
            row.document.found = act.document.found.as_deref().map(|found| Arc::new(Found::in_prompt(found)));
        }
        if let Some(device) = &act.notice.place.device {
            row.device = Arc::clone(device);
        }
        if let Some(network) = &act.notice.place.network {
            row.network = Arc::clone(network);
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

    /// A mail is sent. What it says of attachments and addresses is all that is known of them; see [`Self::send`].
    pub fn mail(&mut self, message: &Message, is_first_contact: bool) {
        for url in &message.urls {
            self.rows.add(EmailUrlInfo { at: message.at, network_id: message.network_id, url: url.as_str().into() });
        }
        self.rows.add(EmailEvent { message: message.clone(), is_first_contact });
    }

    /// A mail is sent with documents, whose number and size it takes over.
    pub fn send(&mut self, message: &mut Message, documents: &[Document], is_first_contact: bool) {
        message.attachments = documents.len() as i64;
        message.size += documents.iter().map(|document| document.size).sum::<i64>();
        self.mail(message, is_first_contact);
        for document in documents {
            self.rows.add(EmailAttachmentInfo { message: message.clone(), document: document.clone() });
        }
    }
}

/// The program that edits files of that name's kind.
pub fn editor_of(name: &str) -> &'static Tool {
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "docx" => WORD,
        "pptx" => POWERPOINT,
        "pdf" => READER,
        "dwg" | "step" => CAD,
        "md" | "c" | "rs" | "py" => CODE_EDITOR,
        "txt" => NOTEPAD,
        _ => OFFICE_EDITOR,
    }
}

/// What the audit record of a deed on SharePoint, in Copilot or in Teams says beside what all records do.
fn details(act: Act<'_>) -> Option<Map<String, Json>> {
    let document = act.document;
    let details = match act.deed {
        Deed::Share(address) => json!({
            "ItemType": "File", "SiteUrl": &*document.site, "SourceFileName": &*document.name,
            "TargetUserOrGroupName": &**address, "TargetUserOrGroupType": "Guest", "EventData": "<Type>Edit</Type>",
        }),
        Deed::ShareWithAnyone => json!({
            "ItemType": "File", "SiteUrl": &*document.site, "SourceFileName": &*document.name,
            "EventData": "<Type>View</Type>", "UniqueSharingId": act.document.sha1.to_string(),
        }),
        Deed::Prompt => json!({
            "CopilotEventData": {
                "AppHost": "Office",
                "AccessedResources": [{
                    "ID": document.url(), "Name": &*document.name, "Type": "File", "Action": "Read",
                    "SensitivityLabelId": document.label.map(|label| label.id),
                }],
                "Messages": [{ "isPrompt": true, "JailbreakDetected": false }, { "isPrompt": false }],
            },
        }),
        Deed::Post(thread) => json!({
            "ChatThreadId": &*thread.id, "CommunicationType": if thread.team.is_some() { "Channel" } else { "GroupChat" },
            "TeamName": thread.team.as_deref(), "ChannelName": &*thread.name,
            "ParticipantInfo": { "HasForeignTenantUsers": thread.is_external() },
            "AttachmentNames": [&*document.name],
        }),
        _ => return None,
    };
    match details {
        Json::Object(details) => Some(details),
        _ => None,
    }
}
