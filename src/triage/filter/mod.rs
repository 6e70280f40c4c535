//! The queues' filter line: `source:insider-risk status:new,inProgress severity>=medium user:okafor age<7d usb`.
//!
//! Terms stand side by side and all must pass; `or` between two means either, and binds closer than the blank; `-` or the
//! word `not` before one negates it; a comma inside a field's value means or; quotes keep blanks together and make text of
//! what would be a field.
//! What Graph can filter, [`Filter::to_odata`] translates.

pub mod complete;
mod odata;
mod parse;
mod sieve;
#[cfg(test)]
mod tests;

pub use odata::alerts_about;
pub use parse::{FIELDS, span};
pub use sieve::{Letters, Sieve};

use crate::base::{TimeSpan, Timestamp, Untrusted};
use crate::model::{AlertStatus, Classification, IncidentStatus, ServiceSource, Severity};
use std::ops::Range;

/// A filter line, read. The text is kept as typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// As typed.
    pub text: String,
    /// What it asks for; a row must pass all.
    pub terms: Vec<Term>,
    /// What could not be understood; those parts are left out of `terms`.
    pub errors: Vec<FilterError>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Whether it is to fail instead.
    pub negated: bool,
    /// What is asked.
    pub test: Test,
    /// Bytes of the text it was read from.
    pub span: Range<usize>,
}

/// What a term asks of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Any alert from one of these products.
    Source(Vec<ServiceSource>),
    /// One of these statuses.
    Status(Vec<StatusWord>),
    /// Severity compared by rank.
    Severity(Comparison, Severity),
    /// One of these severities.
    SeverityIn(Vec<Severity>),
    /// One of these classifications.
    Classification(Vec<Classification>),
    /// Someone involved whose name holds this, lower case.
    User(String),
    /// Whose it is.
    Owner(Owner),
    /// A tag that holds this, lower case.
    Tag(String),
    /// Time since it was created.
    Age(Comparison, TimeSpan),
    /// Time since it last changed.
    Changed(Comparison, TimeSpan),
    /// The id starts with this.
    Id(String),
    /// The title holds this, lower case.
    Title(String),
    /// Something it names is on a watchlist, for a reason that holds this, lower case.
    Watch(String),
    /// Any of these; never negated as a whole.
    Any(Vec<Term>),
    /// Anything shown holds this, lower case.
    Text(String),
}

/// Statuses of incidents and alerts in one vocabulary; an incident's `active` is `new`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusWord {
    /// Untouched.
    New,
    /// Being worked on.
    InProgress,
    /// Closed.
    Resolved,
    /// Merged into another incident.
    Redirected,
    /// Defender Experts wait for the customer.
    AwaitingAction,
    /// A word this build does not know.
    Unknown,
}

/// How two values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// Whose.
#[derive(Clone, Debug, PartialEq)]
pub enum Owner {
    /// The signed-in analyst's.
    Me,
    /// Nobody's.
    Nobody,
    /// Of one whose UPN holds this, lower case.
    Named(String),
}

/// A part of the line that could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError {
    /// Bytes of the text.
    pub span: Range<usize>,
    /// What is wrong and what is accepted.
    pub message: String,
}

/// What a filter looks at in one row of a queue. A test holds where any part of it says so.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// What it has in common with others.
    pub standing: Standing<'a>,
    /// Names and UPNs of the people involved, lower case, one a line.
    pub people: &'a str,
    /// Its times.
    pub times: Times,
    /// What is its own.
    pub own: Own<'a>,
}

/// What many rows have in common.
#[derive(Clone, Copy, Debug)]
pub struct Standing<'a> {
    /// Products of its alerts, or its own.
    pub sources: &'a [ServiceSource],
    /// Where it stands.
    pub status: StatusWord,
    /// How grave.
    pub severity: &'a Severity,
    /// What it was found to be.
    pub classification: &'a Classification,
    /// Whose it is.
    pub owner: Option<&'a Untrusted>,
    /// Tags.
    pub tags: [&'a [Untrusted]; 2],
    /// Its title.
    pub title: &'a Untrusted,
    /// What else is shown of it, and that too, lower case, in parts; one of them holds what is looked for.
    pub words: [&'a str; 2],
}

/// The times of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// When it was created.
    pub created: Option<Timestamp>,
    /// When it last changed.
    pub changed: Option<Timestamp>,
}

/// What is a row's own.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// The record's id.
    pub id: &'a str,
    /// What it is about besides people, lower case, a name a line.
    pub names: &'a str,
    /// Why it is watched, lower case, a reason a line; empty where it is not.
    pub watch: &'a str,
}

/// Who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// The signed-in analyst's UPN, where there is one.
    pub me: Option<&'a str>,
    /// Now.
    pub now: Timestamp,
}

/// Which of Graph's collections a filter is translated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Collection {
    /// `/security/incidents`
    Incidents,
    /// `/security/alerts_v2`
    Alerts,
}

/// The value of `watch` that any reason passes.
const ANY: &str = "any";

/// What the queues start with, as the Defender portal's do: open work of the last week, informational left out.
/// <https://learn.microsoft.com/defender-xdr/incident-queue>
pub const DEFAULT: &str = "status:new,inProgress severity>=low age<7d";

impl Filter {
    /// Reads `text`. Never fails: what cannot be read becomes an error with its place.
    pub fn parse(text: &str) -> Self {
        parse::parse(text)
    }

    /// Whether a row with these facts passes all terms.
    pub fn matches(&self, facts: &Facts<'_>, asker: Asker<'_>) -> bool {
        self.terms.iter().all(|term| term.passes(facts, asker))
    }

    /// The same filter with its sources replaced; none removes the condition.
    pub fn with_sources(&self, sources: &[ServiceSource]) -> Self {
        let mut terms: Vec<Term> = Vec::new();
        if !sources.is_empty() {
            terms.push(Term { negated: false, test: Test::Source(sources.to_vec()), span: 0..0 });
        }
        terms.extend(self.terms.iter().filter(|term| !matches!(term.test, Test::Source(_))).cloned());
        let text: Vec<String> = terms.iter().map(Term::to_string).collect();
        Self::parse(&text.join(" "))
    }

    /// The sources it asks for, where it asks for any.
    pub fn sources(&self) -> &[ServiceSource] {
        let asked = self.terms.iter().filter(|term| !term.negated).find_map(|term| match &term.test {
            Test::Source(sources) => Some(&sources[..]),
            _ => None,
        });
        asked.unwrap_or_default()
    }
}

impl Term {
    fn passes(&self, facts: &Facts<'_>, asker: Asker<'_>) -> bool {
        self.test.passes(facts, asker) != self.negated
    }
}

impl Test {
    fn passes(&self, facts: &Facts<'_>, asker: Asker<'_>) -> bool {
        match self {
            Self::Any(terms) => terms.iter().any(|term| term.passes(facts, asker)),
            _ => {
                self.holds_of_standing(&facts.standing, asker)
                    || self.holds_of_people(facts.people)
                    || self.holds_of_times(facts.times, asker.now)
                    || self.holds_of_own(&facts.own)
            }
        }
    }

    fn holds_of_standing(&self, standing: &Standing<'_>, asker: Asker<'_>) -> bool {
        match self {
            Self::Source(sources) => standing.sources.iter().any(|source| sources.contains(source)),
            Self::Status(statuses) => statuses.contains(&standing.status),
            Self::Severity(comparison, severity) => comparison.holds(&standing.severity.rank(), &severity.rank()),
            Self::SeverityIn(severities) => severities.contains(standing.severity),
            Self::Classification(classifications) => classifications.contains(standing.classification),
            Self::Owner(owner) => owner.is(standing.owner, asker.me),
            Self::Tag(text) => {
                standing.tags.iter().copied().flatten().any(|tag| tag.raw().to_lowercase().contains(text.as_str()))
            }
            Self::Title(text) => standing.title.raw().to_lowercase().contains(text.as_str()),
            Self::Text(text) => standing.words.iter().any(|part| part.contains(text.as_str())),
            Self::User(_) | Self::Age(..) | Self::Changed(..) | Self::Id(_) | Self::Watch(_) | Self::Any(_) => false,
        }
    }

    fn holds_of_people(&self, names: &str) -> bool {
        matches!(self, Self::User(text) | Self::Text(text) if names.contains(text.as_str()))
    }

    fn holds_of_times(&self, times: Times, now: Timestamp) -> bool {
        let (comparison, span, at) = match self {
            Self::Age(comparison, span) => (comparison, span, times.created),
            Self::Changed(comparison, span) => (comparison, span, times.changed),
            _ => return false,
        };
        at.is_some_and(|at| comparison.holds(&now.since(at), span))
    }

    fn holds_of_own(&self, own: &Own<'_>) -> bool {
        match self {
            Self::Id(prefix) => own.id.starts_with(prefix.as_str()),
            Self::Watch(text) => !own.watch.is_empty() && (text == ANY || own.watch.contains(text.as_str())),
            Self::Text(text) => own.names.contains(text.as_str()) || holds(own.id, text),
            _ => false,
        }
    }
}

/// Whether `id` in lower case holds `text`.
fn holds(id: &str, text: &str) -> bool {
    let is_lower = !id.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii());
    if is_lower { id.contains(text) } else { id.to_lowercase().contains(text) }
}

impl Comparison {
    fn holds<T: Ord>(self, left: &T, right: &T) -> bool {
        match self {
            Self::Less => left < right,
            Self::AtMost => left <= right,
            Self::More => left > right,
            Self::AtLeast => left >= right,
        }
    }

    /// As typed.
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::More => ">",
            Self::AtLeast => ">=",
        }
    }
}

impl Owner {
    fn is(&self, owner: Option<&Untrusted>, me: Option<&str>) -> bool {
        match (self, owner) {
            (Self::Nobody, owner) => owner.is_none(),
            (Self::Me | Self::Named(_), None) => false,
            (Self::Me, Some(owner)) => me.is_some_and(|me| me.eq_ignore_ascii_case(owner.raw())),
            (Self::Named(text), Some(owner)) => owner.raw().to_lowercase().contains(text.as_str()),
        }
    }
}

impl StatusWord {
    /// All that can be asked for.
    pub const ALL: [Self; 5] = [Self::New, Self::InProgress, Self::Resolved, Self::Redirected, Self::AwaitingAction];

    /// As typed.
    pub const fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "inProgress",
            Self::Resolved => "resolved",
            Self::Redirected => "redirected",
            Self::AwaitingAction => "awaitingAction",
            Self::Unknown => "unknown",
        }
    }

    /// An incident's status.
    pub const fn of_incident(status: &IncidentStatus) -> Self {
        match status {
            IncidentStatus::Active => Self::New,
            IncidentStatus::InProgress => Self::InProgress,
            IncidentStatus::Resolved => Self::Resolved,
            IncidentStatus::Redirected => Self::Redirected,
            IncidentStatus::AwaitingAction => Self::AwaitingAction,
            IncidentStatus::Unrecognized(_) => Self::Unknown,
        }
    }

    /// An alert's status.
    pub const fn of_alert(status: &AlertStatus) -> Self {
        match status {
            AlertStatus::New => Self::New,
            AlertStatus::InProgress => Self::InProgress,
            AlertStatus::Resolved => Self::Resolved,
            AlertStatus::Unknown | AlertStatus::Unrecognized(_) => Self::Unknown,
        }
    }
}
