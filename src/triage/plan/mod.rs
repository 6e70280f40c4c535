//! Every write is first a plan: which records, what changes, what else follows, what Purview will do, and what forbids
//! it. A plan is plain data; the same one is shown and sent.

mod build;
#[cfg(test)]
mod laws;
mod record;
pub mod respond;
#[cfg(test)]
mod tests;
mod undo;

pub use build::plan;
pub use record::{Record, changes as record_changes};
pub use respond::{Order, Response};
pub use undo::undo;

use super::purview::{self, PurviewEffect};
use crate::base::text::clip;
use crate::base::{Timestamp, Untrusted};
use crate::model::{Alert, AlertStatus, Classification, Determination, Incident, IncidentStatus, Severity, Update};
use serde_json::Value;

/// Ids come from the service, and what comes from there is shown like any other text of the tenant.
fn safe(id: &str) -> String {
    Untrusted::new(id).line().into_owned()
}

/// How much of an alert's id a heading shows.
const ALERT_ID_CELLS: usize = 12;

/// What is written to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// The incident of this id.
    Incident(Box<str>),
    /// The alert of this id.
    Alert(Box<str>),
    /// The account of the user of this object id.
    Account(Box<str>),
    /// Entra's risk of the user of this object id.
    Risk(Box<str>),
}

impl Target {
    /// The id.
    pub fn id(&self) -> &str {
        match self {
            Self::Incident(id) | Self::Alert(id) | Self::Account(id) | Self::Risk(id) => id,
        }
    }

    /// As the journal and the command line write it: `incident:4127`, `alert:ir2f…`, `account:5c0e…`, `risk:5c0e…`.
    pub fn wire(&self) -> String {
        match self {
            Self::Incident(id) => format!("incident:{id}"),
            Self::Alert(id) => format!("alert:{id}"),
            Self::Account(id) => format!("account:{id}"),
            Self::Risk(id) => format!("risk:{id}"),
        }
    }

    /// What [`Self::wire`] wrote.
    pub fn from_wire(text: &str) -> Option<Self> {
        match text.split_once(':')? {
            ("incident", id) if !id.is_empty() => Some(Self::Incident(id.into())),
            ("alert", id) if !id.is_empty() => Some(Self::Alert(id.into())),
            ("account", id) if !id.is_empty() => Some(Self::Account(id.into())),
            ("risk", id) if !id.is_empty() => Some(Self::Risk(id.into())),
            _ => None,
        }
    }

    /// Fit for a screen: `incident 4127` or `alert ir2f09c41d…`: alert ids are long, and their title stands beside them.
    pub fn title(&self) -> String {
        match self {
            Self::Incident(id) => format!("incident {}", safe(id)),
            Self::Alert(id) => format!("alert {}", clip(&safe(id), ALERT_ID_CELLS)),
            Self::Account(_) => "account".to_owned(),
            Self::Risk(_) => "Entra risk".to_owned(),
        }
    }
}

/// The records a plan is about.
#[derive(Clone, Copy, Debug)]
pub enum Subject<'a> {
    /// An incident and the alerts known to be in it.
    Incident(&'a Incident, &'a [&'a Alert]),
    /// Alerts by themselves.
    Alerts(&'a [&'a Alert]),
    /// Several incidents, each with the alerts known to be in it.
    Incidents(&'a [(&'a Incident, Vec<&'a Alert>)]),
}

/// A status an analyst can set; incidents and alerts word the first one differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Untouched: `active` on an incident, `new` on an alert.
    New,
    /// Being worked on.
    InProgress,
    /// Closed.
    Resolved,
}

impl Status {
    /// All, in the order of work.
    pub const ALL: [Self; 3] = [Self::New, Self::InProgress, Self::Resolved];

    /// The word on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "in progress",
            Self::Resolved => "resolved",
        }
    }

    /// An incident's word for it.
    pub const fn of_incident(self) -> IncidentStatus {
        match self {
            Self::New => IncidentStatus::Active,
            Self::InProgress => IncidentStatus::InProgress,
            Self::Resolved => IncidentStatus::Resolved,
        }
    }

    /// An alert's word for it.
    pub const fn of_alert(self) -> AlertStatus {
        match self {
            Self::New => AlertStatus::New,
            Self::InProgress => AlertStatus::InProgress,
            Self::Resolved => AlertStatus::Resolved,
        }
    }
}

/// A classification with its determination.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it was found to be.
    pub classification: Classification,
    /// The finer finding.
    pub determination: Determination,
}

impl Finding {
    /// The words on screen.
    pub fn title(&self) -> String {
        match self.determination {
            Determination::Unknown => self.classification.title().to_owned(),
            _ => format!("{}, {}", self.classification.title(), self.determination.title()),
        }
    }
}

/// What an analyst wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Give it to the owner of this UPN; `None` makes it nobody's.
    Assign(Option<String>),
    /// Set where it stands.
    SetStatus(Status),
    /// Say what it is.
    Classify(Finding),
    /// Say what it is and close it.
    Resolve(Finding),
    /// Remark on it.
    Comment(String),
    /// Set how grave it is; incidents only.
    SetSeverity(Severity),
    /// Add tags and take tags away; incidents only.
    Tag {
        /// Those to add.
        add: Vec<String>,
        /// Those to take away.
        remove: Vec<String>,
    },
    /// Write one of its texts; incidents only.
    Write(Text, String),
    /// All of these at once: one PATCH a record, then its comments. Of two that set the same, the later counts.
    Several(Vec<Act>),
}

/// A text of an incident that an analyst can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Its name in queues.
    Name,
    /// What it is about.
    Description,
    /// What was found.
    Summary,
    /// Why it was resolved.
    ResolvingComment,
}

impl Text {
    /// All, as they are offered.
    pub const ALL: [Self; 4] = [Self::Summary, Self::Description, Self::Name, Self::ResolvingComment];

    /// The field it is.
    pub const fn field(self) -> Field {
        match self {
            Self::Name => Field::Name,
            Self::Description => Field::Description,
            Self::Summary => Field::Summary,
            Self::ResolvingComment => Field::ResolvingComment,
        }
    }
}

/// A property that a plan changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Where it stands.
    Status,
    /// What it was found to be.
    Classification,
    /// The finer finding.
    Determination,
    /// Whose it is.
    Owner,
    /// A remark is added.
    Comment,
    /// How grave it is.
    Severity,
    /// Its tags.
    Tags,
    /// Its name.
    Name,
    /// What it is about.
    Description,
    /// What was found.
    Summary,
    /// Why it was resolved.
    ResolvingComment,
    /// Whether sign-in is allowed.
    SignIn,
    /// Which sessions count.
    Sessions,
    /// Entra's risk.
    Risk,
}

impl Field {
    /// The word on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Classification => "classification",
            Self::Determination => "determination",
            Self::Owner => "owner",
            Self::Comment => "comment",
            Self::Severity => "severity",
            Self::Tags => "tags",
            Self::Name => "name",
            Self::Description => "description",
            Self::Summary => "summary",
            Self::ResolvingComment => "resolved because",
            Self::SignIn => "sign-in",
            Self::Sessions => "sessions",
            Self::Risk => "risk",
        }
    }
}

/// One property, before and after, in words for a screen.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Which.
    pub field: Field,
    /// Before, as last read.
    pub old: Untrusted,
    /// After.
    pub new: Untrusted,
}

/// One record of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which record.
    pub target: Target,
    /// Its title.
    pub title: Untrusted,
    /// `lastUpdateDateTime` as last read: a record that has moved on since is not written.
    pub last_update: Option<Timestamp>,
    /// What changes, property by property.
    pub changes: Vec<FieldChange>,
    /// What is sent.
    pub body: Body,
    /// What would put it back; `None` where nothing can.
    pub inverse: Option<Update>,
}

/// What is sent for one record.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// A PATCH.
    Update(Update),
    /// A POST of a comment.
    Comment(String),
    /// A POST of an action, with what it replaces, for the journal.
    Order(Order, Value),
}

/// One request of a plan, exactly as it will be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Write {
    /// Which record.
    pub target: Target,
    /// Refused if the record's `lastUpdateDateTime` differs when read again.
    pub last_update: Option<Timestamp>,
    /// What is sent.
    pub body: Body,
}

/// Why a plan cannot be applied, and what to do instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// What is wrong.
    pub why: String,
    /// What to do.
    pub remedy: &'static str,
}

/// A write, ready to be read by a person.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What it does, e.g. `Resolve incident 4127 as true positive`.
    pub title: String,
    /// The records, in the order they are written.
    pub rows: Vec<Row>,
    /// Changes that the service may make to other records along with these.
    pub carried: Vec<Carried>,
    /// What follows without being asked for.
    pub side_effects: Vec<String>,
    /// What happens in Purview, an entry an insider-risk alert.
    pub purview: Vec<PurviewEffect>,
    /// What to think about first.
    pub warnings: Vec<String>,
    /// What must be agreed to by a key of its own.
    pub consents: Vec<String>,
    /// Whether it was.
    pub is_consented: bool,
    /// What forbids it.
    pub stops: Vec<Stop>,
    /// What stays as it is: what it does not do, and where it takes an act back, what of that it cannot.
    pub lost: Vec<String>,
    /// The id of the act it takes back; empty for all others.
    pub undoes: String,
}

/// A change that the service may make to a record by itself, since another one was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// Which record.
    pub target: Target,
    /// What would put it back.
    pub before: Update,
    /// What it becomes.
    pub after: Update,
}

/// What was written to a record, as far as undoing needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// Which record.
    pub target: Target,
    /// What would put it back; `None` where nothing can.
    pub before: Option<Update>,
    /// What was written.
    pub after: Update,
    /// Whether the service did it, along with another write, or may have.
    pub is_carried: bool,
}

impl Plan {
    /// A plan of nothing.
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            rows: Vec::new(),
            carried: Vec::new(),
            side_effects: Vec::new(),
            purview: Vec::new(),
            warnings: Vec::new(),
            consents: Vec::new(),
            is_consented: false,
            stops: Vec::new(),
            lost: Vec::new(),
            undoes: String::new(),
        }
    }

    /// Whether it can be sent: nothing forbids it and something changes.
    pub fn is_applicable(&self) -> bool {
        self.stops.is_empty() && !self.rows.is_empty()
    }

    /// Whether it can be sent but must be agreed to first.
    pub fn wants_consent(&self) -> bool {
        self.is_applicable() && !self.consents.is_empty() && !self.is_consented
    }

    /// Exactly what will be sent, in order; nothing where the plan may not be applied or is not agreed to.
    pub fn requests(&self) -> Vec<Write> {
        if !self.is_applicable() || self.wants_consent() {
            return Vec::new();
        }
        self.rows
            .iter()
            .map(|row| Write { target: row.target.clone(), last_update: row.last_update, body: row.body.clone() })
            .collect()
    }

    /// What would put back the rows of `written`, with what the service carried to other records along with them, in
    /// the order they were written.
    pub fn written(&self, written: &[Target]) -> Vec<Written> {
        let is_written = |target: &Target| written.contains(target);
        let rows = self.rows.iter().filter(|row| is_written(&row.target)).map(|row| Written {
            target: row.target.clone(),
            before: row.inverse.clone(),
            after: match &row.body {
                Body::Update(update) => update.clone(),
                Body::Comment(_) | Body::Order(..) => Update::default(),
            },
            is_carried: false,
        });
        let carries = written.iter().any(|target| matches!(target, Target::Incident(_)));
        let carried = self.carried.iter().filter(|_| carries).map(|carried| Written {
            target: carried.target.clone(),
            before: Some(carried.before.clone()),
            after: carried.after.clone(),
            is_carried: true,
        });
        rows.chain(carried).collect()
    }

    /// Both plans as one.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.title = format!("{}; {}", self.title, other.title);
        self.rows.extend(other.rows);
        self.carried.extend(other.carried);
        self.side_effects.extend(other.side_effects);
        self.purview.extend(other.purview);
        self.warnings.extend(other.warnings.into_iter().filter(|warning| warning != purview::DISMISSAL_WARNING));
        self.consents.extend(other.consents);
        self.stops.extend(other.stops);
        self.lost.extend(other.lost);
        self.warnings.retain(|warning| warning != purview::DISMISSAL_WARNING);
        self.settle();
        self
    }

    /// Warns of what the Purview effects bring with them, where they were added row by row.
    pub fn purview_warnings(&mut self) {
        self.settle();
    }

    /// When Purview will have followed at the latest if the plan is applied at `now`; `None` where it has nothing to
    /// follow.
    pub fn purview_by(&self, now: Timestamp) -> Option<Timestamp> {
        self.purview.iter().filter(|effect| effect.changes()).map(|effect| now + effect.within).max()
    }
}
