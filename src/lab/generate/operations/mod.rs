//! What people do without a document: they sign in, run programs, change settings; and the rows each operation leaves
//! in every table that would notice it.

mod audit;
mod device;
mod sign_in;

use super::acts::Notice;
use super::content::{Document, Media};
use super::devices::{Device, Network};
use super::evidence::{CloudApp, OAuthApp, TEAMS};
use super::people::Person;
use super::rows::cloud_app_events::CloudAppEvent;
use super::rows::data_security_events::{BADGED, DataSecurityEvent, VISITED_AI};
use super::rows::email_url_info::domain_of;
use super::rows::graph_api_audit_events::GraphApiAuditEvent;
use super::rows::identity_query_events::IdentityQueryEvent;
use super::rows::initiator::Initiator;
use super::rows::message_events::Thread;
use super::rows::url_click_events::UrlClickEvent;
use super::sign_ins::{Application, Client, EDGE, Failure, OFFICE_APPS, RiskLevel};
use super::tools::{BROWSER, EXPLORER, POWERSHELL, SNIPPING_TOOL, Tool};
use super::world::World;
use crate::base::Timestamp;
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// The other end of a connection.
#[derive(Clone, Debug)]
pub struct Remote {
    /// Domain.
    pub domain: Arc<str>,
    /// Address, in a range reserved for documentation.
    pub ip: Arc<str>,
    /// Port.
    pub port: i32,
}

impl Remote {
    /// A web server of `domain`.
    pub fn web(domain: &str) -> Self {
        let hash = domain.bytes().fold(7_u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)));
        let net = if hash & 1 == 0 { "198.51.100" } else { "203.0.113" };
        Self { domain: domain.into(), ip: format!("{net}.{}", 1 + (hash >> 3) % 250).into(), port: 443 }
    }
}

/// How someone signs in to the tenant, but for who, when and from where.
#[derive(Clone, Copy, Debug)]
pub struct SigningIn {
    /// To what.
    pub application: &'static Application,
    /// With which program.
    pub client: &'static Client,
    /// Whether it is done at a managed device.
    pub is_managed: bool,
    /// Whether a person typed something.
    pub is_interactive: bool,
    /// Whether a second factor was given.
    pub is_multi_factor: bool,
    /// Why it failed.
    pub failure: Option<&'static Failure>,
    /// How risky it seemed, and why: members of `riskEventType`.
    pub risk: (RiskLevel, &'static [&'static str]),
}

impl Default for SigningIn {
    /// At the person's own computer, as every morning.
    fn default() -> Self {
        Self {
            application: OFFICE_APPS,
            client: EDGE,
            is_managed: true,
            is_interactive: true,
            is_multi_factor: true,
            failure: None,
            risk: (RiskLevel::None, &[]),
        }
    }
}

/// What is done.
#[derive(Clone, Debug)]
pub enum Operation {
    /// Signs in to the tenant, or tries to.
    SignIn(SigningIn),
    /// Signs in on a device, or tries to.
    LogOn {
        /// `Interactive`, `Unlock`, `RemoteInteractive`, `Network`, …
        logon_type: &'static str,
        /// From which device, where not at the device itself.
        from: Option<Arc<Device>>,
        /// Why it failed.
        failure: Option<&'static str>,
    },
    /// Starts a program.
    Run {
        /// The program.
        tool: &'static Tool,
        /// Its command line, where not the tool's usual one.
        command_line: Option<Arc<str>>,
        /// What starts it.
        parent: &'static Tool,
    },
    /// Opens a connection with a program.
    Connect {
        /// The program.
        tool: &'static Tool,
        /// Where to.
        remote: Remote,
        /// Bytes sent, where it was counted.
        sent: Option<i64>,
        /// Whether it came about.
        is_success: bool,
    },
    /// Opens an address in the browser.
    Browse(Arc<str>),
    /// Visits a site of generative AI.
    VisitAi(&'static str),
    /// Connects a removable medium.
    Mount(Arc<Media>),
    /// Takes a screenshot.
    Capture,
    /// Sets a value in the registry with a program.
    SetRegistry {
        /// The program.
        tool: &'static Tool,
        /// Key.
        key: Arc<str>,
        /// Name.
        name: Arc<str>,
        /// Data.
        data: Arc<str>,
        /// Data before.
        previous: Option<Arc<str>>,
    },
    /// Excludes a folder from the antivirus, with a shell.
    ExcludeFromGuard(Arc<str>),
    /// Tries to turn off a part of the antivirus.
    Tamper(&'static str),
    /// The antivirus finds a file to be a threat of that name.
    Detect(Document, Arc<str>),
    /// Something else that `DeviceEvents` notes: its action, the program, `AdditionalFields`.
    Note(&'static str, &'static Tool, Arc<str>),
    /// Makes an inbox rule of that name, with the parameters of `New-InboxRule`.
    MakeInboxRule(Arc<str>, Vec<(&'static str, Arc<str>)>),
    /// Has all mail forwarded to an address.
    ForwardMailbox(Arc<str>),
    /// Reads mail.
    ReadMail,
    /// Deletes mails for good: how many.
    PurgeMail(usize),
    /// Adds someone to a group of the domain.
    AddToGroup(Arc<Person>, Arc<str>),
    /// Gives someone a role of the directory.
    AddToRole(Arc<Person>, Arc<str>),
    /// Changes someone's password.
    ChangePassword(Arc<Person>),
    /// Consents to an application.
    Consent(OAuthApp, &'static str),
    /// Calls Graph with an application: method, address, bytes of the answer, scopes.
    CallGraph(OAuthApp, &'static str, Arc<str>, i64, &'static str),
    /// Asks the directory: kind of question, filter, what about.
    QueryDirectory(&'static str, Arc<str>, Arc<str>),
    /// Uses a door: its id, its name, whether it opens.
    Badge(Arc<str>, Arc<str>, bool),
    /// Follows an address: in which workload, in which mail, as what threat it is known, whether in spite of a warning.
    Click(Arc<str>, &'static str, Option<u128>, Option<&'static str>, bool),
    /// Writes on Teams.
    Chat(Arc<Thread>, Arc<str>),
    /// Any other activity in a cloud application: its row but for who, when and from where.
    Cloud(CloudActivity),
}

/// An activity in a cloud application.
#[derive(Clone, Debug)]
pub struct CloudActivity {
    /// By the audit log's name.
    pub action_type: &'static str,
    /// In which application.
    pub app: &'static CloudApp,
    /// Object acted on: name, kind, address.
    pub object: (Arc<str>, &'static str, Arc<str>),
    /// What the audit record says beside what all do: an object.
    pub details: Option<Arc<Map<String, Json>>>,
}

/// An operation, by whom, when, in which circumstances.
#[derive(Clone, Copy)]
struct Doing<'a> {
    at: Timestamp,
    person: &'a Arc<Person>,
    notice: &'a Notice,
}

impl Doing<'_> {
    fn device(&self) -> &Arc<Device> {
        self.notice.place.device.as_ref().unwrap_or(&self.person.laptop)
    }

    fn network(&self) -> &Arc<Network> {
        self.notice.place.network.as_ref().unwrap_or(&self.person.network)
    }

    fn running(&self, tool: &'static Tool) -> Initiator {
        Initiator::running(self.person, self.device(), tool, self.at)
    }
}

impl World {
    /// `person` does `operation`: the rows of every table that would notice.
    #[expect(clippy::too_many_lines, reason = "a table: an arm an operation")]
    pub fn operate(&mut self, at: Timestamp, person: &Arc<Person>, operation: &Operation, notice: &Notice) {
        let doing = Doing { at, person, notice };
        match operation {
            Operation::SignIn(how) => self.sign_in(doing, how),
            Operation::LogOn { logon_type, from, failure } => self.log_on(doing, logon_type, from.as_ref(), *failure),
            Operation::Run { tool, command_line, parent } => self.start(doing, tool, command_line.clone(), parent),
            Operation::Connect { tool, remote, sent, is_success } => {
                let action = if *is_success { "ConnectionSuccess" } else { "ConnectionFailed" };
                self.connection(at, doing.running(tool), remote, action, *sent);
            }
            Operation::Browse(url) => {
                self.note(doing, "BrowserLaunchedToOpenUrl", EXPLORER, Some(url), "");
                self.connection(at, doing.running(BROWSER), &Remote::web(domain_of(url)), "ConnectionSuccess", None);
            }
            Operation::VisitAi(domain) => {
                self.connection(at, doing.running(BROWSER), &Remote::web(domain), "ConnectionSuccess", None);
                let page = self.page(domain);
                let mut row = DataSecurityEvent::new(at, person, VISITED_AI, &page, self.random.guid_bits());
                row.target_domain = Some(domain);
                row.irm_policies.clone_from(&notice.irm);
                row.device = Arc::clone(doing.device());
                self.rows.add(row);
            }
            Operation::Mount(media) => self.mount(doing, media),
            Operation::Capture => self.note(doing, "ScreenshotTaken", SNIPPING_TOOL, None, "{}"),
            Operation::SetRegistry { tool, key, name, data, previous } => {
                self.set_registry(doing, doing.running(tool), [key, name, data], previous.clone());
            }
            Operation::ExcludeFromGuard(folder) => self.exclude(doing, folder),
            Operation::Tamper(what) => {
                let additional =
                    json!({ "TamperingAction": "Setting change", "TamperingTarget": what, "Status": "Blocked" });
                self.note(doing, "TamperingAttempt", POWERSHELL, None, &additional.to_string());
            }
            Operation::Detect(document, threat) => self.detect(doing, document, threat),
            Operation::Note(action_type, tool, additional) => self.note(doing, action_type, tool, None, additional),
            Operation::MakeInboxRule(..)
            | Operation::ForwardMailbox(_)
            | Operation::ReadMail
            | Operation::PurgeMail(_) => self.change_mailbox(doing, operation),
            Operation::AddToGroup(..) | Operation::AddToRole(..) | Operation::ChangePassword(_) => {
                self.change_directory(doing, operation);
            }
            Operation::Consent(app, scopes) => self.consent(doing, app, scopes),
            Operation::CallGraph(app, method, uri, size, scopes) => {
                let report_id = self.random.guid_bits();
                self.rows.add(GraphApiAuditEvent {
                    at,
                    person: Some(Arc::clone(person)),
                    application_id: app.app_id.as_str().into(),
                    principal_id: app.object_id.as_str().into(),
                    method,
                    uri: Arc::clone(uri),
                    status: "200",
                    size: *size,
                    scopes,
                    ip: Arc::clone(&doing.network().ip),
                    report_id,
                });
            }
            Operation::QueryDirectory(query_type, query, target) => {
                let report_id = self.random.guid_bits();
                let (query, target) = (Arc::clone(query), Arc::clone(target));
                let (person, device) = (Arc::clone(person), Arc::clone(doing.device()));
                self.rows.add(IdentityQueryEvent { at, person, device, query_type, query, target, report_id });
            }
            Operation::Badge(id, name, opens) => {
                let page = self.page(name);
                let mut row = DataSecurityEvent::new(at, person, BADGED, &page, self.random.guid_bits());
                row.door = Some((Arc::clone(id), Arc::clone(name), *opens));
                self.rows.add(row);
            }
            Operation::Click(url, workload, network_id, threat, is_clicked_through) => {
                let report_id = self.random.guid_bits();
                let (person, url, network_id) = (Arc::clone(person), Arc::clone(url), *network_id);
                let (threat, is_clicked_through) = (*threat, *is_clicked_through);
                self.rows.add(UrlClickEvent {
                    at,
                    person,
                    url,
                    workload,
                    network_id,
                    threat,
                    is_clicked_through,
                    report_id,
                });
            }
            Operation::Chat(thread, subject) => {
                self.message(at, person, thread, subject);
                let details = json!({
                    "ChatThreadId": &*thread.id, "TeamName": thread.team.as_deref(), "ChannelName": &*thread.name,
                    "ParticipantInfo": { "HasForeignTenantUsers": thread.is_external() },
                });
                let object = (Arc::clone(&thread.name), "Message", Arc::clone(&thread.id));
                self.cloud_with(doing, "MessageSent", TEAMS, object, details);
            }
            Operation::Cloud(activity) => {
                let row = self.cloud_activity(at, person, activity.action_type, activity.app, activity.object.clone());
                let (from, details) = (notice.place.network.clone(), activity.details.clone());
                self.rows.add(CloudAppEvent { from, details, ..row });
            }
        }
    }

    /// What a page or a door is, as the document of a row.
    fn page(&mut self, name: &str) -> Document {
        Document { folder: "".into(), ..Document::named(name, "", 0, &mut self.random) }
    }
}
