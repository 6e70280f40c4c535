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
    /// Who changed it, where the record tells.
    pub by: Option<Untrusted>,
}

/// A cell that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Which.
    pub field: Field,
    /// What was there.
    pub before: Untrusted,
}

/// News of a queue by id, until somebody has seen them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Unseen(IndexMap<Box<str>, News>);

impl Unseen {
    /// The news of a row.
    pub fn of(&self, id: &str) -> Option<&News> {
        self.0.get(id)
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

    fn note(&mut self, id: &str, news: News) {
        if let Some(known) = self.0.get_mut(id) {
            for change in news.changes {
                if known.changes.iter().all(|earlier| earlier.field != change.field) {
                    known.changes.push(change);
                }
            }
            (known.at, known.by) = (news.at, news.by);
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
            let changes = match store.incident(&incident.id) {
                Some(known) if known.incident.last_update < incident.last_update => between(&known.incident, incident),
                Some(_) => continue,
                None if incident.created.is_some_and(|created| created >= since.last) => Vec::new(),
                None => continue,
            };
            let is_new = store.incident(&incident.id).is_none();
            if is_new || !changes.is_empty() {
                let by = incident.last_modified_by.clone().filter(|by| !is_new && !by.is_empty());
                self.note(&incident.id, News { at: since.now, is_new, changes, by });
            }
        }
    }

    /// Notes how `alerts` differ from what `store` holds. An alert does not tell who changed it; where it has a new
    /// owner, that is who.
    pub(super) fn note_alerts(&mut self, alerts: &[Alert], store: &Store, since: Since) {
        for alert in alerts {
            let (is_new, changes) = match store.alert(&alert.id) {
                Some(known) if known.alert.last_update < alert.last_update => {
                    (false, between_alerts(&known.alert, alert))
                }
                Some(_) => continue,
                None if alert.created.is_some_and(|created| created >= since.last) => (true, Vec::new()),
                None => continue,
            };
            if is_new || !changes.is_empty() {
                let is_taken = changes.iter().any(|change| change.field == Field::Owner);
                let by = alert.assigned_to.clone().filter(|_| is_taken);
                self.note(&alert.id, News { at: since.now, is_new, changes, by });
            }
        }
    }

    /// Notes that incidents which are known have got alerts that are not.
    pub(super) fn note_more_alerts(&mut self, alerts: &[Alert], store: &Store, now: Timestamp) {
        for alert in alerts.iter().filter(|alert| store.alert(&alert.id).is_none()) {
            let known = alert.incident_id.as_deref().and_then(|id| store.incident(id));
            if let Some(entry) = known.filter(|entry| !entry.alert_ids.is_empty()) {
                let change = Change { field: Field::Alerts, before: entry.alert_ids.len().to_string().into() };
                self.note(&entry.incident.id, News { at: now, is_new: false, changes: vec![change], by: None });
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
        changes.push(Change { field, before: word(old) });
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
    differs(&mut changes, Field::Owner, (&old.assigned_to, &new.assigned_to), owner);
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
    differs(&mut changes, Field::Owner, (&old.assigned_to, &new.assigned_to), owner);
    differs(&mut changes, Field::Incident, (&old.incident_id, &new.incident_id), |id| {
        id.as_deref().unwrap_or("none").into()
    });
    changes
}

fn owner(owner: &Option<Untrusted>) -> Untrusted {
    owner.clone().unwrap_or_else(|| "nobody".into())
}
