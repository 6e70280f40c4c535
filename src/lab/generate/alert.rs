//! Alerts and incidents before they have their ids: what happened, and how analysts dealt with it.

use super::evidence::Evidence;
use super::products::Product;
use crate::base::Timestamp;
use serde::Deserialize;

/// `alertSeverity`, gravest last.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Informational.
    Informational,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

impl Severity {
    /// Graph's member.
    pub const fn graph(self) -> &'static str {
        match self {
            Self::Informational => "informational",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }

    /// The hunting tables' text.
    pub const fn hunting(self) -> &'static str {
        match self {
            Self::Informational => "Informational",
            Self::Low => "Low",
            Self::Medium => "Medium",
            Self::High => "High",
        }
    }
}

/// A MITRE ATT&CK technique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Technique {
    /// Id.
    pub id: &'static str,
    /// Name.
    pub name: &'static str,
}

/// Exfiltration over USB.
pub const USB: Technique = Technique { id: "T1052.001", name: "Exfiltration over USB" };
/// Exfiltration to cloud storage.
pub const TO_CLOUD: Technique = Technique { id: "T1567.002", name: "Exfiltration to Cloud Storage" };
/// Exfiltration to a code repository.
pub const TO_CODE_REPOSITORY: Technique = Technique { id: "T1567.001", name: "Exfiltration to Code Repository" };
/// Data from information repositories: SharePoint.
pub const FROM_SHAREPOINT: Technique = Technique { id: "T1213.002", name: "Sharepoint" };
/// Archive via utility.
pub const ARCHIVE: Technique = Technique { id: "T1560.001", name: "Archive via Utility" };
/// Masquerading.
pub const MASQUERADE: Technique = Technique { id: "T1036.008", name: "Masquerade File Type" };
/// File deletion.
pub const FILE_DELETION: Technique = Technique { id: "T1070.004", name: "File Deletion" };
/// Phishing by link.
pub const PHISHING: Technique = Technique { id: "T1566.002", name: "Spearphishing Link" };
/// Valid cloud accounts.
pub const CLOUD_ACCOUNTS: Technique = Technique { id: "T1078.004", name: "Cloud Accounts" };
/// A file the user is led to open.
pub const MALICIOUS_FILE: Technique = Technique { id: "T1204.002", name: "Malicious File" };
/// Stolen application access token.
pub const APP_TOKEN: Technique = Technique { id: "T1528", name: "Steal Application Access Token" };
/// Rules that hide mail.
pub const MAIL_RULE: Technique = Technique { id: "T1564.008", name: "Email Hiding Rules" };
/// Accounts tried with common passwords.
pub const PASSWORD_SPRAY: Technique = Technique { id: "T1110.003", name: "Password Spraying" };
/// Roles added to a cloud account.
pub const CLOUD_ROLES: Technique = Technique { id: "T1098.003", name: "Additional Cloud Roles" };
/// Screens captured.
pub const SCREEN_CAPTURE: Technique = Technique { id: "T1113", name: "Screen Capture" };
/// Exfiltration over another protocol than the usual.
pub const OTHER_PROTOCOL: Technique = Technique { id: "T1048", name: "Exfiltration Over Alternative Protocol" };
/// Exfiltration over a web service.
pub const WEB_SERVICE: Technique = Technique { id: "T1567", name: "Exfiltration Over Web Service" };
/// Accounts of the domain looked up.
pub const ACCOUNT_DISCOVERY: Technique = Technique { id: "T1087.002", name: "Domain Account" };
/// Defences turned off.
pub const IMPAIR: Technique = Technique { id: "T1562.001", name: "Disable or Modify Tools" };
/// Scripts of `PowerShell`.
pub const POWERSHELL_USE: Technique = Technique { id: "T1059.001", name: "PowerShell" };
/// Remote desktops.
pub const REMOTE_DESKTOP_USE: Technique = Technique { id: "T1021.001", name: "Remote Desktop Protocol" };
/// Commands over web protocols.
pub const WEB_TRAFFIC: Technique = Technique { id: "T1071.001", name: "Web Protocols" };
/// Accounts and groups changed to stay.
pub const ACCOUNT_MANIPULATION: Technique = Technique { id: "T1098", name: "Account Manipulation" };
/// Data from cloud storage.
pub const CLOUD_STORAGE: Technique = Technique { id: "T1530", name: "Data from Cloud Storage" };

/// An alert before it has an incident.
#[derive(Clone, Debug)]
pub struct Alert {
    /// Who raised it.
    pub product: &'static Product,
    /// Title.
    pub title: String,
    /// Description.
    pub description: String,
    /// Severity.
    pub severity: Severity,
    /// Category, in Graph's and in the hunting tables' spelling alike.
    pub category: &'static str,
    /// Techniques.
    pub techniques: &'static [Technique],
    /// First thing that happened.
    pub first: Timestamp,
    /// Last thing that happened.
    pub last: Timestamp,
    /// When it was raised.
    pub created: Timestamp,
    /// Entities.
    pub evidence: Vec<Evidence>,
    /// Name and id of the policy that raised it.
    pub policy: Option<(&'static str, String)>,
    /// What the product adds in its own words.
    pub additional: Vec<(&'static str, String)>,
}

/// How far an incident got.
#[derive(Clone, Debug)]
pub enum Progress {
    /// Nobody looked at it.
    New,
    /// Someone works on it.
    InProgress {
        /// Their UPN.
        owner: String,
    },
    /// Closed.
    Resolved {
        /// By whom, a UPN.
        owner: String,
        /// When.
        at: Timestamp,
        /// Classification and determination.
        verdict: (&'static str, &'static str),
        /// Why.
        reason: &'static str,
    },
    /// Merged into the incident of that key.
    MergedInto(usize),
}

/// An incident before it has its id.
#[derive(Clone, Debug)]
pub struct Incident {
    /// Name.
    pub name: String,
    /// Description.
    pub description: Option<String>,
    /// Keys of its alerts.
    pub alerts: Vec<usize>,
    /// When it was made.
    pub created: Timestamp,
    /// How far it got.
    pub progress: Progress,
    /// Analysts' tags.
    pub tags: Vec<&'static str>,
    /// The service's tags.
    pub system_tags: Vec<&'static str>,
    /// When, who and what analysts wrote.
    pub comments: Vec<(Timestamp, String, String)>,
}
