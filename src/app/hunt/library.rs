//! Queries that open ready to run, about a person.

use super::literal;
use crate::triage::Person;

/// A query written for an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// All activity with data, day by day.
    DataActivity,
    /// What Insider Risk finds unusual.
    Behaviors,
    /// Every alert that names the person.
    Alerts,
    /// The query behind the user page's activity panel.
    ActivitySummary,
    /// All activity, all alerts and all sign-ins in one order.
    Everything,
}

impl Template {
    /// Those offered for a person, in order.
    pub const ABOUT_PERSON: [Self; 4] = [Self::DataActivity, Self::Behaviors, Self::Alerts, Self::Everything];

    /// What it answers.
    pub const fn title(self) -> &'static str {
        match self {
            Self::DataActivity => "what they did with data",
            Self::Behaviors => "behaviours that Insider Risk finds unusual",
            Self::Alerts => "alerts that name them",
            Self::ActivitySummary => "activity by category and day",
            Self::Everything => "all activity, alerts and sign-ins",
        }
    }

    /// The query about `person`. Whatever their name holds becomes a literal.
    pub fn about(self, person: &Person) -> String {
        let upn = literal::string(person.upn.raw());
        match self {
            Self::DataActivity => format!(
                "DataSecurityEvents\n| where AccountUpn =~ {upn} and Timestamp > ago(30d)\n\
                 | project Timestamp, ActionType, ObjectId, DeviceName, Workload, IrmActionCategory\n\
                 | order by Timestamp desc"
            ),
            Self::Behaviors => format!(
                "DataSecurityBehaviors\n| where AccountUpn =~ {upn} and Timestamp > ago(30d)\n\
                 | project StartTime, EndTime, ActionType, ActivityCount, IsAnomalous, Description\n\
                 | order by IsAnomalous desc, StartTime desc"
            ),
            Self::Alerts => format!(
                "AlertEvidence\n| where AccountUpn =~ {upn}\n| distinct AlertId\n\
                 | join kind=inner AlertInfo on AlertId\n\
                 | project Timestamp, Title, Severity, ServiceSource, AlertId\n| order by Timestamp desc"
            ),
            Self::ActivitySummary => format!(
                "DataSecurityEvents\n| where AccountUpn =~ {upn} and Timestamp > ago(30d)\n\
                 | summarize Events = count() by Day = bin(Timestamp, 1d), Category = IrmActionCategory\n\
                 | order by Day asc"
            ),
            Self::Everything => everything(&upn, &[]),
        }
    }
}

/// The query of [`Template::Everything`] about the account `upn`, a KQL literal, leaving out the rows of the tables
/// `without`; all rows have one shape.
pub fn everything(upn: &str, without: &[String]) -> String {
    let branches = [
        (
            "DataSecurityEvents",
            format!(
                "DataSecurityEvents\n| where AccountUpn =~ {upn} and Timestamp > ago(30d)\n\
                 | project Timestamp, Kind = tostring(IrmActionCategory), What = ActionType, On = ObjectId, Where = DeviceName"
            ),
        ),
        (
            "AlertEvidence",
            format!(
                "AlertEvidence\n| where AccountUpn =~ {upn}\n| distinct AlertId\n\
                 | join kind=inner AlertInfo on AlertId\n\
                 | project Timestamp, Kind = 'Alert', What = Title, On = Severity, Where = ServiceSource"
            ),
        ),
        (
            "EntraIdSignInEvents",
            format!(
                "EntraIdSignInEvents\n| where AccountUpn =~ {upn} and Timestamp > ago(30d)\n\
                 | project Timestamp, Kind = iff(ErrorCode == 0, 'Sign-in', 'Failed sign-in'), What = Application,\n    \
                 On = IPAddress, Where = Country"
            ),
        ),
    ];
    let kept = branches.into_iter().filter(|(table, _)| !without.iter().any(|gone| gone == table));
    let kept: Vec<String> = kept.map(|(_, branch)| format!("(\n{branch}\n)")).collect();
    format!("union\n{}\n| order by Timestamp desc", kept.join(",\n"))
}

/// The tables that [`everything`] can do without, one at a time.
pub const PARTS_OF_EVERYTHING: [&str; 3] = ["DataSecurityEvents", "AlertEvidence", "EntraIdSignInEvents"];
