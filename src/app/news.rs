//! What a refresh brought: rows that are new, and cells that are not as they were.

use super::columns::Field;
use super::store::Store;
use crate::base::{Timestamp, Untrusted};
use crate::model::{Alert, Incident};
use indexmap::IndexMap;

/// The most rows whose news are kept; the oldest make room.
const NEWS_MAX: usize = 2_000;

/// What is new about one row.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    /// When it was seen to be so.
    pub at: Timestamp,
    /// Whether the whole row is new.
    pub is_new: bool,
    /// What changed in it, each field once with what was there first.
    pub changes: Vec<Change>,
    /// Whether Insider Risk has counted more activity: the alert grew.
    pub has_grown: bool,
    /// Where the change of an insider-risk alert came from, as far as that can be known.
    pub origin: Option<&'static str>,
    /// Whether it was considered for an announcement.
    pub is_considered: bool,
}

impl News {
    /// Seen at `at`, with nothing in it yet.
    fn seen(at: Timestamp) -> Self {
        Self { at, is_new: false, changes: Vec::new(), has_grown: false, origin: None, is_considered: false }
    }
}

/// A cell that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which.
    pub field: Field,
    /// What was there.
    pub before: Untrusted,
    /// Who changed it, where the record tells: a person, or the product whose alert came in.
    pub by: Option<Untrusted>,
}

/// News of a queue by id, until somebody has seen them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unseen(IndexMap<Box<str>, News>);

impl Unseen {
    /// The news of a row.
    pub fn of(&self, id: &str) -> Option<&News> {
        self.0.get(id)
    }

    /// The ids of the rows that have news, with these.
    pub fn all(&self) -> impl Iterator<Item = (&str, &News)> {
        self.0.iter().map(|(id, news)| (&**id, news))
    }

    /// How many rows have news.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no row has news.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Forgets the news of a row: it was looked at.
    pub fn see(&mut self, id: &str) {
        self.0.shift_remove(id);
    }

    /// Forgets all.
    pub fn see_all(&mut self) {
        self.0.clear();
    }

    /// The new rows that were not considered for an announcement yet; they are from now on.
    pub(super) fn take_unannounced(&mut self) -> Vec<Box<str>> {
        let fresh = self.0.iter_mut().filter(|(_, news)| news.is_new && !news.is_considered);
        fresh
            .map(|(id, news)| {
                news.is_considered = true;
                id.clone()
            })
            .collect()
    }

    fn note(&mut self, id: &str, news: News) {
        if let Some(known) = self.0.get_mut(id) {
            for change in news.changes {
                match known.changes.iter_mut().find(|earlier| earlier.field == change.field) {
                    Some(earlier) => earlier.by = change.by,
                    None => known.changes.push(change),
                }
            }
            (known.at, known.origin) = (news.at, news.origin);
            known.has_grown |= news.has_grown;
            return;
        }
        if self.0.len() == NEWS_MAX {
            self.0.shift_remove_index(0);
        }
        self.0.insert(id.into(), news);
    }
}

/// When news are noted, and from when on a record that was not known counts as new.
#[derive(Clone, Copy, Debug)]
pub struct Since {
    /// Now.
    pub now: Timestamp,
    /// The start of the fetch before.
    pub last: Timestamp,
}

impl Unseen {
    /// Notes how `incidents` differ from what `store` holds.
    pub(super) fn note_incidents(&mut self, incidents: &[Incident], store: &Store, since: Since) {
        for incident in incidents {
            let mut changes = match store.incident(&incident.id) {
                Some(known) if known.incident.last_update < incident.last_update => between(&known.incident, incident),
                None if incident.created.is_some_and(|created| created >= since.last) => Vec::new(),
                Some(_) | None => continue,
            };
            let is_new = store.incident(&incident.id).is_none();
            if is_new || !changes.is_empty() {
                let by = incident.last_modified_by.as_ref().filter(|by| !by.is_empty());
                for change in &mut changes {
                    change.by = by.cloned();
                }
                self.note(&incident.id, News { is_new, changes, ..News::seen(since.now) });
            }
        }
    }

    /// Notes how `alerts` differ from what `store` holds. An alert does not tell who changed it; where it has a new
    /// owner, that is who.
    pub(super) fn note_alerts(&mut self, alerts: &[Alert], store: &Store, since: Since) {
        for alert in alerts {
            let (is_new, mut changes, has_grown) = match store.alert(&alert.id) {
                Some(known) if known.alert.last_update < alert.last_update => {
                    (false, between_alerts(&known.alert, alert), has_grown(&known.alert, alert))
                }
                None if alert.created.is_some_and(|created| created >= since.last) => (true, Vec::new(), false),
                Some(_) | None => continue,
            };
            if is_new || has_grown || !changes.is_empty() {
                let is_taken = changes.iter().any(|change| change.field == Field::Owner);
                let by = alert.assigned_to.as_ref().filter(|_| is_taken);
                let origin = origin(alert, &changes, has_grown).filter(|_| by.is_none());
                for change in &mut changes {
                    change.by = by.cloned();
                }
                self.note(&alert.id, News { is_new, changes, has_grown, origin, ..News::seen(since.now) });
            }
        }
    }

    /// Notes that incidents which are known have got alerts that are not.
    pub(super) fn note_more_alerts(&mut self, alerts: &[Alert], store: &Store, now: Timestamp) {
        for alert in alerts.iter().filter(|alert| store.alert(&alert.id).is_none()) {
            let known = alert.incident_id.as_deref().and_then(|id| store.incident(id));
            if let Some(entry) = known.filter(|entry| entry.alert_count() > 0) {
                let (before, by) = (entry.alert_count().to_string().into(), alert.service_source.title().into());
                let change = Change { field: Field::Alerts, before, by: Some(by) };
                self.note(&entry.incident.id, News { changes: vec![change], ..News::seen(now) });
            }
        }
    }
}

/// Adds `field` where it differs.
fn differs<T: PartialEq>(
    changes: &mut Vec<Change>,
    field: Field,
    (old, new): (&T, &T),
    word: impl Fn(&T) -> Untrusted,
) {
    if old != new {
        changes.push(Change { field, before: word(old), by: None });
    }
}

fn between(old: &Incident, new: &Incident) -> Vec<Change> {
    let mut changes = Vec::new();
    differs(&mut changes, Field::Severity, (&old.severity, &new.severity), |severity| severity.title().into());
    differs(&mut changes, Field::Title, (&old.display_name, &new.display_name), Clone::clone);
    differs(&mut changes, Field::Status, (&old.status, &new.status), |status| status.title().into());
    differs(&mut changes, Field::Classification, (&old.classification, &new.classification), |found| {
        found.title().into()
    });
    differs(&mut changes, Field::Owner, (&old.assigned_to, &new.assigned_to), |owner| nobody(owner.as_ref()));
    differs(&mut changes, Field::Tags, (&old.custom_tags, &new.custom_tags), |tags| {
        tags.iter().map(Untrusted::raw).collect::<Vec<_>>().join(", ").into()
    });
    changes
}

fn between_alerts(old: &Alert, new: &Alert) -> Vec<Change> {
    let mut changes = Vec::new();
    differs(&mut changes, Field::Severity, (&old.severity, &new.severity), |severity| severity.title().into());
    differs(&mut changes, Field::Status, (&old.status, &new.status), |status| status.title().into());
    differs(&mut changes, Field::Classification, (&old.classification, &new.classification), |found| {
        found.title().into()
    });
    differs(&mut changes, Field::Owner, (&old.assigned_to, &new.assigned_to), |owner| nobody(owner.as_ref()));
    differs(&mut changes, Field::Incident, (&old.incident_id, &new.incident_id), |id| {
        id.as_deref().unwrap_or("none").into()
    });
    changes
}

/// Whether Insider Risk has counted more activity for an alert of its own: later, or otherwise told.
fn has_grown(old: &Alert, new: &Alert) -> bool {
    new.is_insider_risk()
        && (old.last_activity < new.last_activity || old.details().description != new.details().description)
}

/// Where changes of an insider-risk alert that has no new owner came from. Severity and activity can be written by
/// Insider Risk alone; a decision can be written on either side, and Graph does not tell on which it was.
/// <https://learn.microsoft.com/defender-xdr/irm-investigate-alerts-defender>
fn origin(alert: &Alert, changes: &[Change], has_grown: bool) -> Option<&'static str> {
    let is_any = |fields: &[Field]| changes.iter().any(|change| fields.contains(&change.field));
    let is_counted = has_grown || is_any(&[Field::Severity]);
    let is_decided = is_any(&[Field::Status, Field::Classification]);
    match (alert.is_insider_risk(), is_counted, is_decided) {
        (true, true, false) => Some("by Insider Risk"),
        (true, false, true) => Some("in Purview or by someone else"),
        (true, true, true) => Some("by Insider Risk; the decision in Purview or by someone else"),
        (false, ..) | (true, false, false) => None,
    }
}

/// An owner, or that there is none.
fn nobody(owner: Option<&Untrusted>) -> Untrusted {
    owner.cloned().unwrap_or_else(|| "nobody".into())
}
