//! A story as it is written: the shape of `assets/lab/stories/*.toml`.
//!
//! Texts may hold `{thing.property}`, e.g. `{copied.count}` or `{okafor.upn}`: see [`super::course::Course::fill`]. A
//! thing is a person, policy, medium, place, set of documents or step, each by its key; keys of one file differ.

pub mod step;

use super::when::{Span, When};
use crate::lab::generate::alert::{Severity, Technique};
use crate::lab::generate::assets::Persona;
use crate::lab::generate::content::{Label, SensitiveType};
use crate::lab::generate::evidence::CloudApp;
use crate::lab::generate::products::Product;
use serde::Deserialize;
use std::collections::BTreeMap;
use step::Step;

/// A story.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoryFile {
    /// What it is asked for by.
    pub number: usize,
    /// Short name; also that of its stream of randomness.
    pub slug: String,
    /// What it is called before it is solved: gives nothing away.
    pub title: String,
    /// How hard it is.
    pub difficulty: Difficulty,
    /// Who takes part.
    #[serde(rename = "person")]
    pub people: Vec<Persona>,
    /// Policies by key: their names.
    #[serde(default)]
    pub policies: BTreeMap<String, String>,
    /// Removable media by key.
    #[serde(default)]
    pub media: BTreeMap<String, MediaFile>,
    /// Places by key: where someone comes from on the network. `home` needs none.
    #[serde(default)]
    pub places: BTreeMap<String, PlaceFile>,
    /// Chats on Teams by key.
    #[serde(default)]
    pub threads: BTreeMap<String, ThreadFile>,
    /// What is handled.
    #[serde(default)]
    pub documents: Vec<Documents>,
    /// What happens, in the order in which it is made; times may say another.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// What products make of it.
    #[serde(rename = "alert")]
    pub alerts: Vec<AlertFile>,
    /// The incident.
    pub incident: IncidentFile,
    /// The truth.
    pub verdict: Verdict,
    /// What is told afterwards.
    pub debrief: Debrief,
}

impl StoryFile {
    /// Whether some of it is still to come when the lab starts.
    pub fn has_coming(&self) -> bool {
        self.steps.iter().any(|step| matches!(&step.at, When::FromNow(span) if span.ticks() > 0))
    }
}

/// How hard a story is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
pub enum Difficulty {
    /// The alerts say it.
    Easy,
    /// The alerts say half of it.
    Medium,
    /// The alerts mislead.
    Hard,
}

impl Difficulty {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
        }
    }
}

/// A removable medium.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MediaFile {
    /// Maker.
    pub manufacturer: String,
    /// Model.
    pub model: String,
    /// Drive letter with colon.
    pub drive: String,
}

/// A place on the network. Addresses are of ranges reserved for documentation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceFile {
    /// Address.
    pub ip: String,
    /// Country's two letters.
    pub country: String,
    /// City.
    pub city: String,
    /// Provider.
    pub isp: String,
}

/// A chat on Teams.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThreadFile {
    /// Topic.
    pub name: String,
    /// Who reads it: surnames of those who take part, addresses of others.
    pub readers: Vec<String>,
}

/// A set of documents: invented, named, or another set in another shape.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documents {
    /// Key.
    pub key: String,
    /// How many; as many as [`Self::like`] has, where that is given.
    #[serde(default)]
    pub count: usize,
    /// Surname of whose department's words name them; `anyone` draws a colleague for each.
    pub owner: Option<String>,
    /// Names, in turn; `{n}` is the document's number in three digits, `{stem}` the name without extension of the one
    /// it is like. A path goes below [`Self::folder`].
    #[serde(default)]
    pub names: Vec<String>,
    /// Set whose documents these are in another shape.
    pub like: Option<String>,
    /// Folder on the computer.
    pub folder: Option<String>,
    /// What is added to the address of the site.
    pub site_suffix: Option<String>,
    /// Bytes, from and to, of named ones.
    pub size: Option<(i64, i64)>,
    /// Label of all that [`Self::labelled`] does not choose.
    pub label: Option<&'static Label>,
    /// So many of them, spread evenly, bear this label.
    pub labelled: Option<Labelled>,
    /// What classifiers find.
    #[serde(default)]
    pub holds: Vec<Holds>,
}

/// A label that some of a set bear.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labelled {
    /// The label.
    pub label: &'static Label,
    /// How many bear it.
    pub count: usize,
}

/// What classifiers find in documents of a set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holds {
    /// Type.
    #[serde(rename = "type")]
    pub sensitive: &'static SensitiveType,
    /// How often in each.
    pub count: u32,
    /// In the first so many; in all otherwise.
    pub first: Option<usize>,
}

/// An alert.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlertFile {
    /// Who raises it.
    pub product: &'static Product,
    /// Title.
    pub title: String,
    /// Description.
    pub text: String,
    /// Severity.
    pub severity: Severity,
    /// Category, in Graph's spelling.
    pub category: String,
    /// Techniques.
    #[serde(default)]
    pub techniques: Vec<Technique>,
    /// Keys of the steps it is about.
    pub over: Vec<String>,
    /// How long after the last of them it is raised.
    #[serde(default)]
    pub delay: Span,
    /// When it is raised, instead.
    pub at: Option<When>,
    /// Key of its policy.
    pub policy: Option<String>,
    /// What made insider risk look at the user.
    pub trigger: Option<String>,
    /// Entities.
    pub evidence: Vec<EvidenceFile>,
}

/// An entity of an alert: exactly one of the first properties says which.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EvidenceFile {
    /// Surname of a user.
    pub user: Option<String>,
    /// Surname of whose computer.
    pub device: Option<String>,
    /// Surname of whose mailbox.
    pub mailbox: Option<String>,
    /// Set of documents: the first few of them.
    pub files: Option<String>,
    /// An application.
    pub app: Option<&'static CloudApp>,
    /// Key of a place.
    pub place: Option<String>,
    /// Key of a step: the program that did it.
    pub program: Option<String>,
    /// Key of a step: its first mail.
    pub mail: Option<String>,
    /// A web address.
    pub url: Option<String>,
    /// How many of the files; 3 otherwise.
    pub take: Option<usize>,
    /// Its part; an entity with one is suspicious.
    pub role: Option<Role>,
}

/// What part an entity has.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Broke a policy.
    PolicyViolator,
    /// Taken over by another.
    Compromised,
    /// Where something went.
    Destination,
    /// Where something came from.
    Source,
    /// Made on the way.
    Created,
    /// Not further described.
    Suspicious,
}

impl Role {
    /// `evidenceRole`s.
    pub const fn roles(self) -> &'static [&'static str] {
        match self {
            Self::PolicyViolator => &["policyViolator"],
            Self::Compromised => &["compromised"],
            Self::Destination => &["destination"],
            Self::Source => &["source"],
            Self::Created => &["created"],
            Self::Suspicious => &["suspicious"],
        }
    }
}

/// The incident.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentFile {
    /// Name.
    pub name: String,
    /// Surname of the analyst who works on it.
    pub owner: Option<String>,
    /// Analysts' tags.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The service's tags.
    #[serde(default)]
    pub system_tags: Vec<String>,
    /// What analysts wrote.
    #[serde(default, rename = "comment")]
    pub comments: Vec<CommentFile>,
}

/// A comment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommentFile {
    /// Surname of the analyst.
    pub by: String,
    /// When.
    pub at: When,
    /// What.
    pub text: String,
}

/// What an analyst should conclude.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// `alertClassification`.
    pub classification: String,
    /// `alertDetermination`.
    pub determination: String,
}

/// Determinations that belong to each classification, as the portal groups them.
pub const VERDICTS: [(&str, &[&str]); 3] = [
    (
        "truePositive",
        &[
            "multiStagedAttack",
            "maliciousUserActivity",
            "compromisedAccount",
            "malware",
            "phishing",
            "unwantedSoftware",
            "other",
        ],
    ),
    ("informationalExpectedActivity", &["securityTesting", "lineOfBusinessApplication", "confirmedActivity", "other"]),
    ("falsePositive", &["notMalicious", "notEnoughDataToValidate", "other"]),
];

/// What is told afterwards.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Debrief {
    /// What happened.
    pub what: String,
    /// What to look for.
    pub look_for: Vec<String>,
    /// Why the verdict is what it is.
    pub reasoning: String,
    /// What leads astray.
    pub traps: Vec<String>,
    /// What queries show.
    #[serde(rename = "finding")]
    pub findings: Vec<FindingFile>,
}

/// A query and what it shows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FindingFile {
    /// What it shows.
    pub shows: String,
    /// What title or description of one of the story's alerts says of it, if one does.
    pub says: Option<String>,
    /// KQL.
    pub query: String,
    /// How many rows it yields: a number, or a property such as `copied.count`.
    pub rows: Count,
}

/// A number, or a property that is one.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Count {
    /// A number.
    Of(usize),
    /// `thing.property`.
    Property(String),
}
