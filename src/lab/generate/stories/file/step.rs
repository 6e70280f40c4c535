//! A step of a story as it is written.

use crate::lab::generate::content::Label;
use crate::lab::generate::evidence::CloudApp;
use crate::lab::generate::sign_ins::{Client, Failure, RiskLevel};
use crate::lab::generate::stories::when::{Span, When};
use crate::lab::generate::tools::Tool;
use serde::Deserialize;
use std::collections::BTreeMap;

/// What is done. Each says which of a step's properties it needs beside the documents.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum DeedName {
    /// Opens documents on SharePoint.
    Access,
    /// Downloads documents to the computer `with` a program, the browser otherwise.
    Download,
    /// Downloads documents to a device that nobody manages: only the cloud sees it.
    TakeFromSite,
    /// Brings documents to the computer with the sync client.
    Sync,
    /// Opens documents on the computer.
    Read,
    /// Makes documents `with` a program.
    Create,
    /// Changes documents.
    Edit,
    /// Renames documents `from` the set of old names.
    Rename,
    /// Puts documents into an archive.
    Archive,
    /// Copies documents to the `media`.
    CopyToMedia,
    /// Uploads documents `to` a domain with the browser.
    Upload,
    /// Sends documents `to` a domain `with` a program.
    Transfer,
    /// Pushes documents `to` a domain with source control.
    Push,
    /// Deletes documents from the computer.
    Delete,
    /// Puts documents on their site.
    PutOnSite,
    /// Deletes documents from their site.
    DeleteOnSite,
    /// Deletes documents from the recycle bin of their site.
    PurgeOnSite,
    /// Lowers labels `from_label`.
    Downgrade,
    /// Takes labels off: `from_label`.
    RemoveLabel,
    /// Prints documents on a printer: `to`.
    Print,
    /// Copies text of documents to the clipboard.
    CopyText,
    /// Takes screenshots of documents.
    Capture,
    /// Shares documents on SharePoint with an address: `to`.
    Share,
    /// Shares documents on SharePoint with whoever has the link.
    ShareWithAnyone,
    /// Asks Copilot, which reads documents for its answer.
    Prompt,
    /// Puts documents into prompts of the `app` at a domain: `to`.
    PromptElsewhere,
    /// Sends documents on Teams in a `thread`.
    Post,
    /// Sends documents by mail `to` an address, one a mail, with a `subject`; mails without any otherwise.
    Mail,
    /// Signs in to the tenant with a `client`; may end in a `failure`.
    SignIn,
    /// Signs in on a computer.
    LogOn,
    /// Starts a program: `with`, and its `command` where not the usual one.
    Run,
    /// Opens connections `to` a domain `with` a program.
    Connect,
    /// Opens a web address in the browser: `to`.
    Browse,
    /// Visits a site of generative AI: `to`.
    VisitAi,
    /// Connects the `media`.
    Mount,
    /// Excludes a folder from the antivirus: `to`.
    Exclude,
    /// Tries to turn off a part of the antivirus: `to`.
    Tamper,
    /// Makes an inbox rule of a `name` with `parameters`.
    InboxRule,
    /// Has all mail forwarded `to` an address.
    ForwardMailbox,
    /// Deletes mails for good: how many `items`.
    PurgeMail,
    /// Gives a `member` a role of the directory: `to`.
    AddToRole,
    /// Adds a `member` to a group of the domain: `to`.
    AddToGroup,
    /// Asks the domain's directory about `to`.
    AskDirectory,
    /// Opens a door: `to`.
    Badge,
    /// Writes on Teams in a `thread`, about a `subject`.
    Chat,
    /// Does what the audit log of an `app` calls `action`, to the object called `name`.
    Cloud,
}

/// How the data loss prevention policy of a step enforces; the codes of `DlpPolicyEnforcementMode`, of which only that
/// of a bypassed warning is known from public queries.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Enforcement {
    /// Only noted.
    Audit,
    /// The user was warned and stopped.
    Warn,
    /// The user was warned and went on.
    Bypass,
    /// Blocked.
    Block,
}

impl Enforcement {
    /// The table's code.
    pub const fn code(self) -> i32 {
        match self {
            Self::Audit => 1,
            Self::Warn => 2,
            Self::Bypass => 3,
            Self::Block => 4,
        }
    }
}

/// A run of like deeds by one person.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Key.
    pub key: String,
    /// Surname of who does it.
    pub who: String,
    /// What.
    pub deed: DeedName,
    /// With which documents; a deed each.
    pub documents: Option<String>,
    /// How many of them, or how often where there are none; all, or once, otherwise.
    pub count: Option<usize>,
    /// How many of the documents are passed over first.
    #[serde(default)]
    pub skip: usize,
    /// When the first one happens.
    pub at: When,
    /// How much later it may be, by chance.
    #[serde(default)]
    pub spread: Span,
    /// Seconds from one to the next, at most.
    #[serde(default = "a_minute")]
    pub pace: i64,
    /// Over how many days in a row, evenly; each begins at the same time.
    #[serde(default = "one")]
    pub days: usize,
    /// Program.
    pub with: Option<&'static Tool>,
    /// Where to: a domain, an address, a printer.
    pub to: Option<String>,
    /// What from: a set of documents.
    pub from: Option<String>,
    /// The label before.
    pub from_label: Option<&'static Label>,
    /// Medium.
    pub media: Option<String>,
    /// Place on the network, where not the office.
    pub place: Option<String>,
    /// What Entra makes of a sign-in: `riskLevel`.
    pub risk: Option<RiskLevel>,
    /// Surname of whose computer it is done at, where not the person's own.
    pub on: Option<String>,
    /// Subject of a mail or message.
    pub subject: Option<String>,
    /// Command line.
    pub command: Option<String>,
    /// Surname of whom it is done to.
    pub member: Option<String>,
    /// What signs in.
    pub client: Option<&'static Client>,
    /// Why a sign-in fails.
    pub failure: Option<&'static Failure>,
    /// Whether a second factor is given; it is where nothing is said.
    pub multi_factor: Option<bool>,
    /// Name of a rule or an object.
    pub name: Option<String>,
    /// Parameters of a rule.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// How many items a deed is about.
    pub items: Option<usize>,
    /// Name of an activity in the audit log.
    pub action: Option<String>,
    /// Application.
    pub app: Option<&'static CloudApp>,
    /// Key of a thread on Teams.
    pub thread: Option<String>,
    /// Source repository.
    pub repository: Option<String>,
    /// Insider risk policy that notices.
    pub irm: Option<String>,
    /// Whether it belongs to the story's sequence.
    #[serde(default)]
    pub sequence: bool,
    /// Data loss prevention policy that matches.
    pub dlp: Option<String>,
    /// How that one enforces.
    #[serde(default = "audit")]
    pub enforcement: Enforcement,
}

const fn a_minute() -> i64 {
    60
}

const fn one() -> usize {
    1
}

const fn audit() -> Enforcement {
    Enforcement::Audit
}
