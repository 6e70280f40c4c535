//! `DataSecurityEvents`: single user activities as Insider Risk Management enriches them.

use super::data_security_behaviors::Behaviours;
use super::{Cell, Row, RowWriter, maybe, shared, text, when};
use crate::base::Timestamp;
use crate::lab::generate::content::{Document, Label, Media, Message};
use crate::lab::generate::devices::{Device, Network};
use crate::lab::generate::people::Person;
use serde_json::{Value as Json, json};
use std::sync::Arc;

/// What a row says was done. `action_type` is human text; where no public sample shows one it is invented, as are all
/// values of `IrmActionCategory`, which are Purview's activity types here.
#[derive(Debug, PartialEq, Eq)]
pub struct Activity {
    /// `ActionType`.
    pub action_type: &'static str,
    /// `IrmActionCategory`.
    pub category: &'static str,
    /// `ActionType` of the daily roll-up in `DataSecurityBehaviors`; invented.
    pub behaviour: &'static str,
    /// Where it happened.
    pub workload: &'static str,
}

/// A file was opened on SharePoint.
pub const ACCESSED: &Activity = &Activity {
    action_type: "File accessed on SPO",
    category: "Access",
    behaviour: "Accessing files on SharePoint",
    workload: "SharePoint",
};
/// A file was downloaded.
pub const DOWNLOADED: &Activity = &Activity {
    action_type: "File downloaded from SharePoint",
    category: "Collection",
    behaviour: "Downloading files from SharePoint",
    workload: "SharePoint",
};
/// A file with sensitive content was opened on a computer.
pub const READ: &Activity = &Activity {
    action_type: "Sensitive File read",
    category: "Access",
    behaviour: "Reading sensitive files",
    workload: "Endpoint",
};
/// A file was renamed; the action's text is invented.
pub const RENAMED: &Activity = &Activity {
    action_type: "File renamed",
    category: "Obfuscation",
    behaviour: "Renaming files",
    workload: "Endpoint",
};
/// A file was put into an archive: the second stage of a sequence, between collecting and carrying off.
pub const ARCHIVED: &Activity = &Activity {
    action_type: "File Archived",
    category: "Obfuscation",
    behaviour: "Archiving files",
    workload: "Endpoint",
};
/// A file was copied to a removable medium.
pub const COPIED_TO_MEDIA: &Activity = &Activity {
    action_type: "File copied to Removable media",
    category: "Exfiltration",
    behaviour: "Copying files to removable media",
    workload: "Endpoint",
};
/// A file was uploaded with a browser.
pub const UPLOADED: &Activity = &Activity {
    action_type: "File upload to cloud",
    category: "Exfiltration",
    behaviour: "Uploading files to the cloud",
    workload: "Endpoint",
};
/// A file was deleted; the action's text is invented.
pub const DELETED: &Activity =
    &Activity { action_type: "File deleted", category: "Deletion", behaviour: "Deleting files", workload: "Endpoint" };
/// A file was deleted from SharePoint; the action's text is invented.
pub const DELETED_ON_SITE: &Activity = &Activity {
    action_type: "File deleted from SharePoint",
    category: "Deletion",
    behaviour: "Deleting files from SharePoint",
    workload: "SharePoint",
};
/// A label was lowered.
pub const DOWNGRADED: &Activity = &Activity {
    action_type: "Label downgraded on a file",
    category: "Obfuscation",
    behaviour: "Downgrading sensitivity labels",
    workload: "Endpoint",
};
/// A file was printed; the action's text is invented.
pub const PRINTED: &Activity = &Activity {
    action_type: "File printed",
    category: "Exfiltration",
    behaviour: "Printing files",
    workload: "Endpoint",
};
/// A data loss prevention rule matched.
pub const RULE_MATCHED: &Activity = &Activity {
    action_type: "DLP Rule Matched",
    category: "Security",
    behaviour: "Matching data loss prevention rules",
    workload: "Exchange",
};

/// A file was copied to a share; the action's text is invented.
pub const COPIED_TO_SHARE: &Activity = &Activity {
    action_type: "File copied to network share",
    category: "Exfiltration",
    behaviour: "Copying files to network shares",
    workload: "Endpoint",
};
/// Text of a sensitive file went to the clipboard.
pub const COPIED_TEXT: &Activity = &Activity {
    action_type: "Text copied to clipboard from sensitive file",
    category: "Exfiltration",
    behaviour: "Copying text from sensitive files",
    workload: "Endpoint",
};
/// A screenshot of a sensitive file; the action's text is invented.
pub const CAPTURED: &Activity = &Activity {
    action_type: "Screen captured from sensitive file",
    category: "Exfiltration",
    behaviour: "Capturing the screen",
    workload: "Endpoint",
};
/// A file with sensitive content was made on a computer.
pub const MADE: &Activity = &Activity {
    action_type: "Sensitive file created",
    category: "Collection",
    behaviour: "Creating sensitive files",
    workload: "Endpoint",
};
/// A label was taken off.
pub const UNLABELLED: &Activity = &Activity {
    action_type: "Label removed from a file",
    category: "Obfuscation",
    behaviour: "Removing sensitivity labels",
    workload: "Endpoint",
};
/// A file was shared with someone outside; the action's text is invented.
pub const SHARED: &Activity = &Activity {
    action_type: "File shared externally from SharePoint",
    category: "Exfiltration",
    behaviour: "Sharing files externally",
    workload: "SharePoint",
};
/// A file was shared with whoever has the link; the action's text is invented.
pub const SHARED_WITH_ANYONE: &Activity = &Activity {
    action_type: "Anonymous link created on SharePoint",
    category: "Exfiltration",
    behaviour: "Sharing files with anyone",
    workload: "SharePoint",
};
/// Sensitive content was sent on Teams.
pub const POSTED: &Activity = &Activity {
    action_type: "Sensitive info shared on Teams",
    category: "Exfiltration",
    behaviour: "Sharing sensitive information on Teams",
    workload: "Teams",
};
/// A mail with attachments left the organisation; the action's text is invented.
pub const MAILED: &Activity = &Activity {
    action_type: "Email with attachments sent outside the organization",
    category: "Exfiltration",
    behaviour: "Sending attachments outside",
    workload: "Exchange",
};
/// Sensitive data was put into a prompt of Copilot.
pub const PROMPTED: &Activity = &Activity {
    action_type: "Risky prompt entered in Copilot",
    category: "Risky AI usage",
    behaviour: "Entering risky prompts",
    workload: "Copilot",
};
/// Sensitive data was put into a prompt of another service.
pub const PROMPTED_ELSEWHERE: &Activity = &Activity {
    action_type: "Risky prompt entered in connected AI apps",
    category: "Risky AI usage",
    behaviour: "Entering risky prompts elsewhere",
    workload: "ConnectedAIApp",
};
/// A site of generative AI was visited.
pub const VISITED_AI: &Activity = &Activity {
    action_type: "Generative AI websites browsed",
    category: "Risky browsing",
    behaviour: "Browsing generative AI websites",
    workload: "Endpoint",
};
/// A door was opened or stayed shut; the action's text is invented.
pub const BADGED: &Activity = &Activity {
    action_type: "Physical access point used",
    category: "Physical access",
    behaviour: "Using physical access points",
    workload: "PhysicalAccess",
};

/// A row.
#[derive(Clone, Debug)]
pub struct DataSecurityEvent {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub person: Arc<Person>,
    /// What.
    pub activity: &'static Activity,
    /// To which document.
    pub document: Document,
    /// Its address or path.
    pub object_id: Arc<str>,
    /// `ActivityId`.
    pub activity_id: u128,
    /// Label before the act.
    pub previous_label: Option<&'static Label>,
    /// Insider risk policies matched.
    pub irm_policies: Option<Arc<Json>>,
    /// Data loss prevention policies matched, JSON text.
    pub dlp_policies: Option<Arc<str>>,
    /// `DlpPolicyEnforcementMode`.
    pub dlp_mode: Option<i32>,
    /// Name before the act.
    pub renamed_from: Option<Arc<str>>,
    /// Medium written to.
    pub media: Option<Arc<Media>>,
    /// Domain uploaded to.
    pub target_domain: Option<&'static str>,
    /// Printer.
    pub printer: Option<&'static str>,
    /// Ties the steps of one sequence.
    pub sequence: Option<Arc<str>>,
    /// Source repository involved.
    pub repository: Option<Arc<str>>,
    /// Whom it was sent to or shared with.
    pub recipient: Option<Arc<str>>,
    /// Mail it went with.
    pub message: Option<Message>,
    /// Team and channel it was written in.
    pub channel: Option<(Arc<str>, Arc<str>)>,
    /// Application it was done with, and `RiskyAIUsageAppCategory`.
    pub application: Option<(&'static str, &'static str)>,
    /// Door: id and name, and whether it opened.
    pub door: Option<(Arc<str>, Arc<str>, bool)>,
    /// The device it was done at.
    pub device: Arc<Device>,
    /// The network it was done from.
    pub network: Arc<Network>,
}

impl DataSecurityEvent {
    /// A row without the particulars of any activity.
    pub fn new(
        at: Timestamp,
        person: &Arc<Person>,
        activity: &'static Activity,
        document: &Document,
        activity_id: u128,
    ) -> Self {
        let on_endpoint = activity.workload == "Endpoint";
        let object_id = if on_endpoint { document.path() } else { document.url() };
        Self {
            at,
            person: Arc::clone(person),
            activity,
            document: document.clone(),
            object_id: object_id.into(),
            activity_id,
            previous_label: None,
            irm_policies: None,
            dlp_policies: None,
            dlp_mode: None,
            renamed_from: None,
            media: None,
            target_domain: None,
            printer: None,
            sequence: None,
            repository: None,
            recipient: None,
            message: None,
            channel: None,
            application: None,
            door: None,
            device: Arc::clone(&person.laptop),
            network: Arc::clone(&person.network),
        }
    }

    /// What it is about: the document but for mails and doors.
    fn object_type(&self) -> &'static str {
        match self.activity.workload {
            "Copilot" | "ConnectedAIApp" => "Interaction",
            "PhysicalAccess" => "AccessPoint",
            "Exchange" => "Message",
            _ => "File",
        }
    }

    /// `DeviceDestinationLocationType`: 1 local, 3 removable, 4 cloud.
    fn destination(&self) -> i32 {
        match (&self.media, self.target_domain) {
            (Some(_), _) => 3,
            (_, Some(_)) => 4,
            _ if self.activity == COPIED_TO_SHARE => 5,
            _ => 1,
        }
    }
}

impl Row for DataSecurityEvent {
    const TABLE: &'static str = "DataSecurityEvents";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn count(&self, behaviours: &mut Behaviours) {
        behaviours.count(self);
    }

    fn push(self, table: &mut RowWriter) {
        let person = &self.person;
        let common = [
            ("Timestamp", when(self.at)),
            ("AccountUpn", text(&person.upn)),
            ("AccountObjectId", text(&person.object_id)),
            ("Department", text(&person.department_name)),
            ("ActionType", Cell::Fixed(self.activity.action_type)),
            ("IrmActionCategory", Cell::Fixed(self.activity.category)),
            ("Workload", Cell::Fixed(self.activity.workload)),
            ("ActivityId", Cell::guid(self.activity_id)),
            ("ObjectId", text(&self.object_id)),
            ("ObjectName", text(&self.document.name)),
            ("ObjectType", Cell::Fixed(self.object_type())),
            ("ObjectSize", Cell::Int(i32::try_from(self.document.size).unwrap_or(i32::MAX))),
            ("IsHidden", Cell::Bool(false)),
            ("SensitivityLabelId", Cell::Fixed(self.document.label.map_or("", |label| label.id))),
            ("PreviousSensitivityLabelId", Cell::Fixed(self.previous_label.map_or("", |label| label.id))),
            ("SensitiveInfoTypeInfo", shared(self.document.found.as_ref())),
            ("IrmPolicyMatchInfo", shared(self.irm_policies.as_ref())),
            ("DlpPolicyMatchInfo", maybe(self.dlp_policies.as_ref())),
            ("DlpPolicyEnforcementMode", self.dlp_mode.map_or(Cell::Null, Cell::Int)),
            ("SequenceCorrelationId", maybe(self.sequence.as_ref())),
        ];
        if self.activity.workload == "Endpoint" {
            let media = self.media.as_deref();
            let target = self.target_domain.map_or_else(|| Cell::Fixed(""), Cell::Fixed);
            let endpoint = [
                ("DeviceId", text(&self.device.mde_id)),
                ("DeviceName", text(&self.device.name)),
                ("AadDeviceId", Cell::guid(self.device.entra_id)),
                ("IsManagedDevice", Cell::Bool(true)),
                ("DeviceSourceLocationType", Cell::Int(1)),
                ("DeviceDestinationLocationType", Cell::Int(self.destination())),
                ("FileRenameInfo", maybe(self.renamed_from.as_ref())),
                ("RemovableMediaInfo", media.map_or(Cell::Null, media_info)),
                ("RemovableMediaManufacturer", Cell::Fixed(media.map_or("", |media| media.manufacturer))),
                ("RemovableMediaModel", Cell::Fixed(media.map_or("", |media| media.model))),
                ("RemovableMediaSerialNumber", Cell::string(media.map_or("", |media| media.serial.as_str()))),
                ("TargetUrlDomain", target.clone()),
                ("ExternalUrlDomains", target),
                ("SourceCodeInfo", maybe(self.repository.as_ref())),
                ("PrinterName", Cell::Fixed(self.printer.unwrap_or(""))),
                ("IPAddress", text(&self.device.ip)),
            ];
            table.push(common.into_iter().chain(endpoint));
        } else {
            let message = self.message.as_ref();
            let (team, channel) = match &self.channel {
                Some((team, channel)) => (text(team), text(channel)),
                None => (Cell::Null, Cell::Null),
            };
            let (application, category) = self.application.unwrap_or_default();
            let (door_id, door, opened) = match &self.door {
                Some((id, name, opened)) => (text(id), text(name), if *opened { "Granted" } else { "Denied" }),
                None => (Cell::Null, Cell::Null, ""),
            };
            let cloud = [
                ("SiteUrl", text(&self.document.site)),
                ("SourceRelativeUrl", text(&self.document.relative)),
                ("IPAddress", text(&self.network.ip)),
                ("RecipientEmailAddress", maybe(self.recipient.as_ref())),
                ("EmailSubject", message.map_or(Cell::Null, |message| text(&message.subject))),
                ("NetworkMessageId", message.map_or(Cell::Null, |message| Cell::guid(message.network_id))),
                ("EmailAttachmentCount", message.map_or(Cell::Null, |message| Cell::Int(message.attachments as i32))),
                ("TeamsTeamName", team),
                ("TeamsChannelName", channel),
                ("ApplicationNames", Cell::Fixed(application)),
                ("RiskyAIUsageAppCategory", Cell::Fixed(category)),
                ("PhysicalAccessPointId", door_id),
                ("PhysicalAccessPointName", door),
                ("PhysicalAccessStatus", Cell::Fixed(opened)),
            ];
            table.push(common.into_iter().chain(cloud));
        }
    }
}

/// `RemovableMediaInfo`; its keys are invented after the documented columns it replaces.
fn media_info(media: &Media) -> Cell {
    Cell::dynamic(json!({
        "Manufacturer": media.manufacturer, "Model": media.model, "SerialNumber": media.serial,
    }))
}
