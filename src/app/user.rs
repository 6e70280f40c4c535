//! The user page: who the person is, what Entra and Insider Risk say, what they did. Every part is fetched by itself.

use super::remote::Remote;
use crate::model::{HuntingResult, RiskyUser, User};
use crate::triage::Person;
use crate::triage::insider_risk::{Activity, DerivedLevel};

/// The page of one person.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Who.
    pub person: Person,
    /// The directory's record.
    pub identity: Remote<User>,
    /// Their manager; `None` where the directory names none.
    pub manager: Remote<Option<User>>,
    /// Entra's risk; `None` where Entra has recorded none.
    pub entra_risk: Remote<Option<RiskyUser>>,
    /// Events by category and day, from `DataSecurityEvents`.
    pub activity: Remote<Activity>,
    /// Rows of `DataSecurityBehaviors`, anomalous ones first.
    pub behaviors: Remote<HuntingResult>,
    /// Ids of the alerts that name the person, newest first.
    pub alert_ids: Vec<Box<str>>,
    /// The level derived from those alerts.
    pub level: DerivedLevel,
    /// Cursor in the alerts.
    pub cursor: usize,
}

/// What no API carries, said on the page so that its absence is not read as innocence.
/// <https://learn.microsoft.com/defender-xdr/irm-investigate-alerts-defender>
pub const NOT_CARRIED: &[&str] = &[
    "exfiltration by e-mail, risky AI use and third-party cloud apps: not carried by the integration",
    "events before an alert was generated: not carried by the integration",
    "Adaptive Protection level: not exposed by Graph",
];
