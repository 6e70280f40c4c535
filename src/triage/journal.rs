//! What the journal holds: every act, and every look at a person, as entries that are only ever added.
//!
//! The store chains the entries by hash, see `store::journal`; here is what they say, and what an act came to.

use super::plan::{self, Body, Carried, Plan, Row, Written};
use super::{Person, Target};
use crate::base::{Timestamp, Untrusted};
use crate::model::Update;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A plan was begun.
    Plan,
    /// A record was written.
    Write,
    /// The service may have changed a record along with one that was written.
    Carried,
    /// A record was not written: someone had changed it.
    Conflict,
    /// A record was not written, or is not known to be.
    Failure,
    /// The page of a person was opened.
    View,
    /// A hunting query was run.
    Query,
    /// Records were carried on to a SIEM or a file.
    Export,
    /// The analyst noted something about an incident or a person; kept here alone, never sent.
    Note,
    /// The name behind an alias was shown in the pseudonym mode.
    Reveal,
}

impl Kind {
    /// The word on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Write => "write",
            Self::Carried => "carried",
            Self::Conflict => "conflict",
            Self::Failure => "failure",
            Self::View => "view",
            Self::Query => "query",
            Self::Export => "export",
            Self::Note => "note",
            Self::Reveal => "reveal",
        }
    }
}

/// One entry. Its JSON, in this order of properties, is what is hashed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// Who: the analyst's UPN; empty for an application.
    pub by: String,
    /// What happened.
    pub kind: Kind,
    /// The act it belongs to; empty for all but plans and what came of them.
    pub act: String,
    /// The act that this one takes back; empty for all others.
    pub undoes: String,
    /// What it is about: `incident:4127`, `alert:ir…`, `account:` or `risk:` with an object id, a person's UPN or object id; empty where nothing single.
    pub subject: String,
    /// The plan's title, the reason of a failure, the query.
    pub text: Untrusted,
    /// The values before as a PATCH body; null where there are none.
    pub before: Value,
    /// The values written as a PATCH body, or `{"comment": …}`, or `{"action": …}` with the state it led to.
    pub after: Value,
    /// The `client-request-id` of the request.
    pub request_id: Option<String>,
}

/// An entry in its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// From 1, without gaps.
    pub number: i64,
    /// What it says.
    pub entry: Entry,
    /// The hash over the hash before it and the entry, hexadecimal.
    pub hash: String,
}

/// Who writes entries, and when.
#[derive(Clone, Copy, Debug)]
pub struct Author<'a> {
    /// The analyst's UPN; empty for an application.
    pub by: &'a str,
    /// Now.
    pub at: Timestamp,
}

impl Author<'_> {
    fn entry(self, kind: Kind, subject: impl Into<String>, text: impl Into<Untrusted>) -> Entry {
        Entry {
            at: self.at,
            by: self.by.to_owned(),
            kind,
            act: String::new(),
            undoes: String::new(),
            subject: subject.into(),
            text: text.into(),
            before: Value::Null,
            after: Value::Null,
            request_id: None,
        }
    }

    /// That the page of `person` was opened.
    pub fn viewed(self, person: &Person) -> Entry {
        let key = if person.upn.is_empty() { &person.object_id } else { &person.upn };
        self.entry(Kind::View, key.raw(), person.label.raw())
    }

    /// That `query` was run.
    pub fn queried(self, query: &str) -> Entry {
        self.entry(Kind::Query, "", query)
    }

    /// That `what` was carried on.
    pub fn exported(self, what: &str) -> Entry {
        self.entry(Kind::Export, "", what)
    }

    /// That `text` was noted about `subject`.
    pub fn noted(self, subject: &str, text: &str) -> Entry {
        self.entry(Kind::Note, subject, text)
    }

    /// That the name `name` behind `alias` was shown at `place`, and why.
    pub fn revealed(self, alias: &str, name: &str, why: &str, place: &str) -> Entry {
        self.entry(Kind::Reveal, name.to_lowercase(), format!("{alias} at {place}: {why}"))
    }

    /// That `plan` is begun as the act `act`.
    pub fn planned(self, act: &str, plan: &Plan) -> Entry {
        Entry {
            act: act.to_owned(),
            undoes: plan.undoes.clone(),
            after: plan.rows.iter().map(|row| json!({"target": row.target.wire(), "body": body(row)})).collect(),
            ..self.entry(Kind::Plan, "", plan.title.as_str())
        }
    }

    /// That `row` of the act `act` was written, and what its record, where it was read again, became.
    pub fn wrote(self, act: &str, row: &Row, now: Option<plan::Record<'_>>, request_id: Option<String>) -> Entry {
        let mut after = body(row);
        let before = match &row.body {
            Body::Order(_, before) => {
                after["state"] = now.map(plan::respond::state_after).unwrap_or_default();
                before.clone()
            }
            Body::Update(_) | Body::Comment(_) => row.inverse.as_ref().map_or(Value::Null, Update::body),
        };
        Entry {
            act: act.to_owned(),
            before,
            after,
            request_id,
            ..self.entry(Kind::Write, row.target.wire(), row.title.raw())
        }
    }

    /// That the service may have carried the act `act` to another record.
    pub fn carried(self, act: &str, carried: &Carried) -> Entry {
        Entry {
            act: act.to_owned(),
            before: carried.before.body(),
            after: carried.after.body(),
            ..self.entry(Kind::Carried, carried.target.wire(), "")
        }
    }

    /// That `row` of the act `act` was not written, and why.
    pub fn refused(self, act: &str, row: &Row, kind: Kind, why: &Untrusted, request_id: Option<String>) -> Entry {
        Entry { act: act.to_owned(), after: body(row), request_id, ..self.entry(kind, row.target.wire(), why.raw()) }
    }
}

fn body(row: &Row) -> Value {
    match &row.body {
        Body::Update(update) => update.body(),
        Body::Comment(comment) => json!({"comment": comment}),
        Body::Order(order, _) => json!({"action": order.wire()}),
    }
}

/// What a note about `person` is filed under: the UPN in lower case, else the object id.
pub fn subject_of(person: &Person) -> String {
    let key = if person.upn.is_empty() { &person.object_id } else { &person.upn };
    key.raw().to_lowercase()
}

/// What an act came to, from its entries.
#[derive(Clone, Debug, PartialEq)]
pub struct Story {
    /// The act's id; empty for all but plans.
    pub act: String,
    /// What happened first: a plan, a view, a query, a note or a reveal.
    pub head: Record,
    /// What followed, in order.
    pub rest: Vec<Record>,
    /// Whether a later act took all of it back.
    pub is_undone: bool,
}

/// How an act stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A look, a query, a note or a name that was shown: nothing was to be written.
    Seen,
    /// Everything was written.
    Done,
    /// This many records were written, and this many not.
    Partly(usize, usize),
    /// Begun, and nothing is known of its end: the program ended in between.
    Unknown,
    /// Taken back.
    Undone,
}

/// The stories of `records`, latest first. Entries whose plan is not among the records stand for themselves no more.
pub fn stories<'a>(records: impl IntoIterator<Item = &'a Record>) -> Vec<Story> {
    let mut stories: Vec<Story> = Vec::new();
    for record in records {
        let entry = &record.entry;
        match entry.kind {
            Kind::Plan | Kind::View | Kind::Query | Kind::Export | Kind::Note | Kind::Reveal => {
                stories.push(Story {
                    act: entry.act.clone(),
                    head: record.clone(),
                    rest: Vec::new(),
                    is_undone: false,
                });
            }
            Kind::Write | Kind::Carried | Kind::Conflict | Kind::Failure => {
                if let Some(story) = stories.iter_mut().rev().find(|story| story.act == entry.act) {
                    story.rest.push(record.clone());
                }
            }
        }
    }
    let undone: Vec<String> = stories
        .iter()
        .filter(|story| matches!(story.standing(), Standing::Done))
        .map(|story| story.head.entry.undoes.clone())
        .filter(|act| !act.is_empty())
        .collect();
    for story in &mut stories {
        story.is_undone = undone.contains(&story.act);
    }
    stories.reverse();
    stories
}

impl Story {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        if self.head.entry.kind != Kind::Plan {
            return Standing::Seen;
        }
        if self.is_undone {
            return Standing::Undone;
        }
        let of = |wanted: &[Kind]| self.rest.iter().filter(|record| wanted.contains(&record.entry.kind)).count();
        let planned = self.head.entry.after.as_array().map_or(0, Vec::len);
        match (of(&[Kind::Write]), of(&[Kind::Conflict, Kind::Failure])) {
            (written, 0) if written == planned => Standing::Done,
            (written, not) if written + not >= planned => Standing::Partly(written, not),
            _ => Standing::Unknown,
        }
    }

    /// What was written, in order, for [`undo`](super::plan::undo).
    pub fn written(&self) -> Vec<Written> {
        let written = self.rest.iter().filter(|record| matches!(record.entry.kind, Kind::Write | Kind::Carried));
        written.filter_map(|record| record.entry.written()).collect()
    }
}

impl Entry {
    /// What was written to its record, or was to be; `None` where it is about no record.
    pub fn written(&self) -> Option<Written> {
        let target = Target::from_wire(&self.subject)?;
        let is_incident = matches!(target, Target::Incident(_));
        let read = |body: &Value| Update::from_body(body.clone(), is_incident);
        let is_final = self.after.get("comment").is_some() || self.after.get("action").is_some();
        Some(Written {
            before: (!is_final).then(|| read(&self.before)),
            after: if is_final { Update::default() } else { read(&self.after) },
            is_carried: self.kind == Kind::Carried,
            target,
        })
    }
}
