//! What the caller can do: each thing tried with a read that harms nothing, and for what is missing the causes that can
//! be proved and those that cannot.

use crate::cli::exit::Exit;
use crate::graph::api::{alerts, hunting, incidents, risky_users, users};
use crate::graph::auth::Identity;
use crate::graph::{Answers, Client, Error, Kind, Page, Slot, permission};
use crate::model::{Alert, FromJson, Incident, RiskyUser, User};
use serde_json::{Value, json};

/// A thing to try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// The incident queue.
    Incidents,
    /// The alert queue.
    Alerts,
    /// Alerts of Insider Risk Management.
    InsiderAlerts,
    /// Any hunting query.
    Hunting,
    /// Hunting in `DataSecurityBehaviors`.
    Behaviors,
    /// Hunting in `DataSecurityEvents`.
    Events,
    /// The directory.
    Users,
    /// Entra's risky users.
    RiskyUsers,
    /// When people leave.
    LeaveDates,
    /// Making people sign in again.
    Revoke,
    /// Disabling accounts.
    Disable,
    /// Deciding on Entra's risk.
    DecideRisk,
}

impl Probe {
    /// All, in the order of the report.
    pub const ALL: [Self; 12] = [
        Self::Incidents,
        Self::Alerts,
        Self::InsiderAlerts,
        Self::Behaviors,
        Self::Events,
        Self::Hunting,
        Self::Users,
        Self::RiskyUsers,
        Self::LeaveDates,
        Self::Revoke,
        Self::Disable,
        Self::DecideRisk,
    ];

    /// What an analyst calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Incidents => "incidents",
            Self::Alerts => "alerts",
            Self::InsiderAlerts => "insider-risk alerts",
            Self::Behaviors => "behaviors",
            Self::Events => "events",
            Self::Hunting => "hunting",
            Self::Users => "users",
            Self::RiskyUsers => "Entra risk",
            Self::LeaveDates => "last day of work",
            Self::Revoke => "revoke sessions",
            Self::Disable => "disable accounts",
            Self::DecideRisk => "decide Entra risk",
        }
    }

    /// What the permission is listed under in [`permission::FEATURES`].
    const fn feature(self) -> &'static str {
        match self {
            Self::InsiderAlerts => "alerts",
            Self::Behaviors | Self::Events => "hunting",
            other => other.name(),
        }
    }

    fn needs(self) -> Option<&'static permission::Feature> {
        permission::FEATURES.iter().find(|feature| feature.name == self.feature())
    }

    /// Whether Insider Risk Management must share for there to be anything.
    const fn is_shared(self) -> bool {
        matches!(self, Self::InsiderAlerts | Self::Behaviors | Self::Events)
    }
}

/// What came of trying.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// It can be read and there is something.
    Yes,
    /// It can be read and there is nothing.
    Empty,
    /// It cannot be read.
    No {
        /// What failed.
        why: String,
        /// What to do.
        remedy: String,
        /// What support can find the call by.
        request_id: Option<String>,
    },
    /// It was not tried.
    Untried,
}

/// Whether the caller may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// Nothing is written here.
    None,
    /// The token has the permission. Whether the person has the role shows only when one writes.
    Granted,
    /// The token lacks the permission.
    Missing,
    /// The token does not tell.
    Unknown,
    /// The profile forbids it.
    Off,
    /// The profile does not allow acting on accounts.
    NotAllowed,
}

impl Write {
    const fn word(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Granted => "granted",
            Self::Missing => "not granted",
            Self::Unknown => "unknown",
            Self::Off => "off (read_only)",
            Self::NotAllowed => "off (no allow_response)",
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// What was tried.
    pub probe: Probe,
    /// What came of it.
    pub read: Read,
    /// Whether it may be changed.
    pub write: Write,
    /// Causes that the answers prove.
    pub proven: Vec<String>,
    /// Causes that no answer tells apart.
    pub unproven: Vec<String>,
    /// How the program ends where this is the worst.
    pub exit: Exit,
}

impl Capability {
    /// The cells of its row.
    pub fn row(&self) -> Vec<String> {
        let read = match &self.read {
            Read::Yes => "yes",
            Read::Empty => "yes, nothing there",
            Read::No { .. } => "no",
            Read::Untried => "not tried",
        };
        let needs = self.probe.needs();
        let permissions = [needs.map(|feature| feature.read), needs.and_then(|feature| feature.write)];
        let [reading, writing] = permissions.map(|permission| permission.unwrap_or_default().to_owned());
        vec![self.probe.name().to_owned(), read.to_owned(), reading, self.write.word().to_owned(), writing]
    }

    /// For `--json`.
    pub fn record(&self) -> Value {
        let [name, _, reading, _, writing] = <[String; 5]>::try_from(self.row()).unwrap_or_default();
        let optional = |text: String| if text.is_empty() { Value::Null } else { text.into() };
        let mut record = json!({
            "capability": name,
            "read": match &self.read {
                Read::Yes => "yes",
                Read::Empty => "empty",
                Read::No { .. } => "no",
                Read::Untried => "untried",
            },
            "read_permission": optional(reading),
            "write": optional(self.write.word().to_owned()),
            "write_permission": optional(writing),
            "proven": self.proven,
            "unproven": self.unproven,
        });
        if let Read::No { why, remedy, request_id } = &self.read {
            record["why"] = why.as_str().into();
            record["remedy"] = remedy.as_str().into();
            record["request_id"] = request_id.clone().into();
        }
        record
    }

    /// A row for what was not tried, because there is no sign-in.
    pub fn untried(probe: Probe) -> Self {
        Self {
            probe,
            read: Read::Untried,
            write: if probe.needs().is_some_and(|feature| feature.write.is_some()) {
                Write::Unknown
            } else {
                Write::None
            },
            proven: Vec::new(),
            unproven: Vec::new(),
            exit: Exit::Ok,
        }
    }
}

/// What is known of the caller.
#[derive(Clone, Copy, Debug)]
pub struct Caller<'a> {
    /// Who the token speaks for, where it tells.
    pub identity: Option<&'a Identity>,
    /// What the profile switches.
    pub switches: Switches,
}

/// What a profile switches on and off.
#[derive(Clone, Copy, Debug, Default)]
pub struct Switches {
    /// Whether all writes are off.
    pub read_only: bool,
    /// Whether accounts may be acted on.
    pub allow_response: bool,
}

impl Caller<'_> {
    /// Whether the token has `permission`; `None` where it does not tell.
    fn has(&self, permission: &str) -> Option<bool> {
        let granted = &self.identity?.permissions;
        (!granted.is_empty()).then(|| permission::covers(granted.iter().map(crate::base::Untrusted::raw), permission))
    }

    fn is_person(&self) -> Option<bool> {
        self.identity.map(|identity| identity.upn.is_some())
    }
}

/// Tries everything, what is short in one batch and the rest one after the other: the services count calls by the minute.
/// Each row is told as soon as it is known.
pub async fn try_all(client: &Client, caller: Caller<'_>, tell: impl Fn(Capability)) {
    let together = Together::ask(client).await;
    for probe in Probe::ALL {
        tell(match probe {
            // Nothing harmless tries these: what the token says must do.
            Probe::Revoke | Probe::Disable | Probe::DecideRisk => {
                Capability { write: write(probe, caller), ..Capability::untried(probe) }
            }
            _ => judge(probe, attempt(client, &together, probe).await, caller),
        });
    }
}

/// The reads that go in one batch, each of at most one record.
struct Together {
    answers: Answers,
    incidents: Slot<Page<Incident>>,
    alerts: Slot<Page<Alert>>,
    insider_alerts: Slot<Page<Alert>>,
    users: Slot<Page<User>>,
    risky_users: Slot<Page<RiskyUser>>,
}

impl Together {
    async fn ask(client: &Client) -> Self {
        let alerts = |filter: Option<&str>| alerts::List {
            filter: filter.map(str::to_owned),
            top: 1,
            ..alerts::List::default()
        };
        let mut batch = client.batch();
        let incidents = batch.add(&incidents::List { top: 1, ..incidents::List::default() });
        let all_alerts = batch.add(&alerts(None));
        let insider_alerts = batch.add(&alerts(Some("serviceSource eq 'microsoftInsiderRiskManagement'")));
        let users = batch.add(&users::First);
        let risky_users = batch.add(&risky_users::First);
        let answers = batch.send().await;
        Self { answers, incidents, alerts: all_alerts, insider_alerts, users, risky_users }
    }

    async fn count<T: FromJson>(&self, slot: &Slot<Page<T>>) -> Result<usize, Error> {
        self.answers.read(slot).await.map(|page| page.items.len())
    }
}

/// How many there are, of at most one.
async fn attempt(client: &Client, together: &Together, probe: Probe) -> Result<usize, Error> {
    let hunt = async |query: &str| {
        let run = hunting::Run { query: query.to_owned(), timespan: None };
        client.send(&run).await.map(|result| result.rows.len())
    };
    match probe {
        Probe::Incidents => together.count(&together.incidents).await,
        Probe::Alerts => together.count(&together.alerts).await,
        Probe::InsiderAlerts => together.count(&together.insider_alerts).await,
        Probe::Hunting => hunt("AlertInfo | take 1").await,
        Probe::Behaviors => hunt("DataSecurityBehaviors | take 1").await,
        Probe::Events => hunt("DataSecurityEvents | take 1").await,
        Probe::Users => together.count(&together.users).await,
        Probe::RiskyUsers => together.count(&together.risky_users).await,
        Probe::Revoke | Probe::Disable | Probe::DecideRisk => Ok(0),
        Probe::LeaveDates => {
            let page = together.answers.read(&together.users).await?;
            let Some(user) = page.items.into_iter().next() else { return Ok(0) };
            client.send(&users::LeaveDate { id: user.id.into() }).await.map(|_| 1)
        }
    }
}

/// Makes a row of what came of trying.
fn judge(probe: Probe, outcome: Result<usize, Error>, caller: Caller<'_>) -> Capability {
    let mut row = Capability::untried(probe);
    row.write = write(probe, caller);
    match outcome {
        Ok(0) => {
            row.read = Read::Empty;
            row.unproven = empty_causes(probe, caller);
        }
        Ok(_) => row.read = Read::Yes,
        Err(error) => {
            (row.proven, row.unproven) = causes(probe, &error, caller);
            let is_optional = probe.needs().is_some_and(|feature| feature.is_optional) || probe.is_shared();
            row.exit = match error.kind() {
                Kind::Offline | Kind::Throttled { .. } | Kind::Service => Exit::TryLater,
                _ if is_optional => Exit::Ok,
                _ => Exit::Refused,
            };
            row.read = Read::No {
                why: error.to_string(),
                remedy: remedy(probe, &error),
                request_id: error.request_id().map(|id| id.line().into_owned()),
            };
        }
    }
    row
}

/// What to do about it. The queries here are not the analyst's, so correcting one is no advice.
fn remedy(probe: Probe, error: &Error) -> String {
    match error.kind() {
        Kind::BadQuery if probe.is_shared() => {
            "ask whoever runs Insider Risk Management in Purview which of the causes below it is".to_owned()
        }
        Kind::BadQuery => "report it with the request id: the query is watchfloor's own".to_owned(),
        _ => error.remedy(),
    }
}

fn write(probe: Probe, caller: Caller<'_>) -> Write {
    let Some(feature) = probe.needs() else { return Write::None };
    let Some(permission) = feature.write else { return Write::None };
    match caller.has(permission) {
        _ if caller.switches.read_only => Write::Off,
        _ if feature.is_response && !caller.switches.allow_response => Write::NotAllowed,
        Some(true) => Write::Granted,
        Some(false) => Write::Missing,
        None => Write::Unknown,
    }
}

const SHARING: &str = "\"Share user risk details with other security solutions\" is off in Purview's settings";
const ROLE_GROUP: &str = "the account is in neither Insider Risk Management Analysts nor Investigators in Purview";
const NO_LICENCE: &str = "the tenant has no licence for Microsoft Purview Insider Risk Management";

/// Why a thing that can be read may be empty.
fn empty_causes(probe: Probe, caller: Caller<'_>) -> Vec<String> {
    if !probe.is_shared() {
        return Vec::new();
    }
    let mut causes = vec!["there is none in this time", SHARING, NO_LICENCE];
    causes.insert(
        2,
        match caller.is_person() {
            Some(false) => {
                "Purview shows insider risk to persons in its role groups; whether to an app is documented nowhere"
            }
            _ => ROLE_GROUP,
        },
    );
    causes.into_iter().map(str::to_owned).collect()
}

/// Causes of a refusal: what the answer and the token prove, and what they leave open.
fn causes(probe: Probe, error: &Error, caller: Caller<'_>) -> (Vec<String>, Vec<String>) {
    let permission = error.call().permission;
    let not_consented = || format!("{permission} is not granted to the app with an administrator's consent");
    let role = || "the account lacks Security Reader, or the like in Defender's unified RBAC".to_owned();
    let has = || format!("the token has {permission}, so consent was given when it was made");
    let taken = || format!("{permission} was taken away since; sign in again to see");
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    match (error.kind(), caller.has(permission)) {
        (Kind::Permission | Kind::Role, Some(false)) => (vec![not_consented()], Vec::new()),
        // An app acts by its permissions alone; roles are for persons.
        (Kind::Permission | Kind::Role, Some(true)) if caller.is_person() == Some(false) => {
            (vec![has()], vec![taken()])
        }
        (Kind::Permission | Kind::Role, Some(true)) => (vec![has()], vec![role(), taken()]),
        (Kind::Permission, None) => (Vec::new(), vec![not_consented(), role()]),
        (Kind::Role, None) => (Vec::new(), vec![role(), not_consented()]),
        (Kind::License, _) => (texts(&["the tenant lacks the licence, or the product is not set up"]), Vec::new()),
        (Kind::BadQuery, _) if probe.is_shared() => (
            vec![format!("hunting knows no table of {} for this caller", probe.name())],
            texts(&[SHARING, ROLE_GROUP, NO_LICENCE]),
        ),
        (Kind::NotFound, _) => {
            (Vec::new(), texts(&["the tenant has no Defender workload behind it", "the profile names another cloud"]))
        }
        _ => (Vec::new(), Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::endpoint::{Call, Endpoint};
    use crate::graph::error::Refusal;

    const READ: Call = <incidents::List as Endpoint>::CALL;
    const HUNT: Call = <hunting::Run as Endpoint>::CALL;

    fn refused(call: &'static Call, status: u16, message: &str) -> Error {
        Error::Refused(Box::new(Refusal {
            call,
            status,
            code: "x".into(),
            message: message.into(),
            is_graph: true,
            request_id: Some("r-1".into()),
            client_request_id: "c-1".to_owned(),
            until: None,
        }))
    }

    fn identity(upn: Option<&str>, permissions: &[&str]) -> Identity {
        Identity {
            upn: upn.map(Into::into),
            permissions: permissions.iter().map(|&name| name.into()).collect(),
            ..Identity::default()
        }
    }

    #[test]
    fn a_cause_is_proved_only_by_token_and_answer_together() {
        let (bare, full) = (identity(Some("m"), &["User.Read"]), identity(Some("m"), &["SecurityIncident.Read.All"]));
        let missing = "SecurityIncident.Read.All is not granted to the app with an administrator's consent";
        let role = "the account lacks Security Reader, or the like in Defender's unified RBAC";
        let has = "the token has SecurityIncident.Read.All, so consent was given when it was made";
        let taken = "SecurityIncident.Read.All was taken away since; sign in again to see";
        let app = identity(None, &["SecurityIncident.Read.All"]);
        let cases: [(Option<&Identity>, Vec<&str>, Vec<&str>); 4] = [
            (Some(&bare), vec![missing], vec![]),
            (Some(&full), vec![has], vec![role, taken]),
            (Some(&app), vec![has], vec![taken]),
            (None, vec![], vec![missing, role]),
        ];
        for (identity, proven, unproven) in cases {
            let error = refused(&READ, 403, "Insufficient privileges to complete the operation.");
            let row = judge(Probe::Incidents, Err(error), Caller { identity, switches: Switches::default() });
            assert_eq!((row.proven, row.unproven, row.exit), (owned(&proven), owned(&unproven), Exit::Refused));
        }
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|&text| text.to_owned()).collect()
    }

    #[test]
    fn a_table_that_is_not_there_leaves_the_cause_open() {
        let message = "'take' operator: Failed to resolve table or column expression named 'DataSecurityEvents'";
        let caller = Caller { identity: None, switches: Switches::default() };
        let row = judge(Probe::Events, Err(refused(&HUNT, 400, message)), caller);
        assert_eq!(row.proven, ["hunting knows no table of events for this caller"]);
        assert_eq!(row.unproven, [SHARING, ROLE_GROUP, NO_LICENCE]);
        assert_eq!(row.exit, Exit::Ok, "a tenant without Insider Risk Management is no failure");
        let Read::No { remedy, .. } = &row.read else { panic!("{row:?}") };
        assert!(remedy.starts_with("ask whoever runs Insider Risk Management"), "{remedy}");
    }

    #[test]
    fn what_is_empty_is_no_failure_and_says_what_may_lie_behind_it() {
        let caller = Caller { identity: None, switches: Switches::default() };
        let row = judge(Probe::Behaviors, Ok(0), caller);
        assert_eq!((row.read, row.exit, row.unproven.len()), (Read::Empty, Exit::Ok, 4));
        assert_eq!(judge(Probe::Incidents, Ok(0), caller).unproven, owned(&[]));
    }

    #[test]
    fn whether_one_may_write_comes_from_token_and_profile() {
        let (reads, writes) =
            (identity(None, &["SecurityAlert.Read.All"]), identity(None, &["SecurityAlert.ReadWrite.All"]));
        let cases = [
            (Some(&reads), false, Write::Missing),
            (Some(&writes), false, Write::Granted),
            (Some(&writes), true, Write::Off),
            (None, false, Write::Unknown),
        ];
        for (identity, read_only, expected) in cases {
            assert_eq!(
                judge(
                    Probe::Alerts,
                    Ok(1),
                    Caller { identity, switches: Switches { read_only, allow_response: false } }
                )
                .write,
                expected
            );
        }
        let revokes = identity(None, &["User.RevokeSessions.All"]);
        for (allow_response, expected) in [(false, Write::NotAllowed), (true, Write::Granted)] {
            let caller = Caller { identity: Some(&revokes), switches: Switches { read_only: false, allow_response } };
            assert_eq!(write(Probe::Revoke, caller), expected);
        }
        assert_eq!(
            judge(Probe::Hunting, Ok(1), Caller { identity: None, switches: Switches::default() }).write,
            Write::None
        );
    }
}
