//! The first of the queues as they were seen last, shown at the next start until the tenant has answered.
//!
//! They are old, and whoever looks at them is told since when: see [`Progress::stale_since`].

use super::store::Progress;
use super::{App, Cx, Effect, TaskId};
use crate::base::{TimeSpan, Timestamp};
use crate::model::{Alert, Incident};
use indexmap::IndexMap;

/// The most rows of a queue that are kept: somewhat more than a screen has.
const ROWS_MAX: usize = 60;
/// The most alerts that are kept; an incident is kept with all of its alerts or not at all.
const ALERTS_MAX: usize = 400;
/// After so long nothing of a queue is worth a look.
const KEPT_FOR: TimeSpan = TimeSpan::days(7);

/// What becomes of the queues between runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keeping {
    /// Nothing: they are neither shown nor kept, and what was kept stays.
    #[default]
    Untouched,
    /// They are not to be on a disk; what was kept is forgotten.
    Forgotten,
    /// They are shown and kept under this name, which says whose they are.
    For(String),
}

impl Keeping {
    /// The name under which they are shown and kept, where they are.
    pub fn owner(&self) -> Option<String> {
        if let Self::For(owner) = self { Some(owner.clone()) } else { None }
    }
}

/// The first rows of both queues.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Queues {
    /// Whose: profile and tenant.
    pub owner: String,
    /// Who was signed in, where an analyst was.
    pub me: Option<String>,
    /// As of when.
    pub at: Timestamp,
    /// The incidents; their alerts are beside them.
    pub incidents: Vec<Incident>,
    /// The alerts of those incidents, and the first of the alert queue.
    pub alerts: Vec<Alert>,
}

impl App {
    /// Keeps the first of the queues as they are now, unless they are still those that were kept.
    pub(super) fn keep_queues(&mut self, cx: &mut Cx<'_>) {
        let Some(owner) = self.profile.keeping.owner() else { return };
        let complete = [&self.store.incidents_fetch, &self.store.alerts_fetch].map(|fetch| {
            let is_whole = fetch.value().is_some_and(|progress| progress.is_complete);
            fetch.fetched_at().filter(|_| is_whole)
        });
        let [Some(incidents), Some(alerts)] = complete else { return };
        let at = incidents.min(alerts);
        if self.queues_kept == Some(at) {
            return;
        }
        self.queues_kept = Some(at);
        let (incidents, alerts) = self.first_rows();
        let me = self.profile.me.clone();
        cx.run(Effect::KeepQueues(Some(Box::new(Queues { owner, me, at, incidents, alerts }))));
    }

    fn first_rows(&self) -> (Vec<Incident>, Vec<Alert>) {
        let mut incidents = Vec::new();
        let mut alerts: IndexMap<&str, &Alert> = IndexMap::new();
        let rows = self.incidents.rows().iter().take(ROWS_MAX);
        for entry in rows.filter_map(|row| self.store.incident_at(row.index)) {
            if alerts.len() + entry.alert_count() <= ALERTS_MAX {
                incidents.push(entry.incident.clone());
                let its = self.store.alerts_as_they_came(&entry.incident.id);
                alerts.extend(its.map(|entry| (&*entry.alert.id, &entry.alert)));
            }
        }
        let rows = self.alerts.rows().iter().take(ROWS_MAX);
        let first = rows.filter_map(|row| self.store.alert_at(row.index));
        alerts.extend(first.map(|entry| (&*entry.alert.id, &entry.alert)));
        (incidents, alerts.into_values().cloned().collect())
    }

    /// Shows queues that were kept, unless they are too old or the tenant has answered already.
    pub(super) fn recall(&mut self, queues: Queues, now: Timestamp) {
        let fetches = [&self.store.incidents_fetch, &self.store.alerts_fetch];
        let is_late = now.since(queues.at) > KEPT_FOR || fetches.iter().any(|fetch| fetch.value().is_some());
        if is_late || queues.incidents.is_empty() {
            return;
        }
        let recalled = |received| Progress { received, stale_since: Some(queues.at), ..Progress::default() };
        let (incidents, alerts) = (recalled(queues.incidents.len()), recalled(queues.alerts.len()));
        // What no later fetch brings again goes with the first that is complete.
        self.store.take_alerts(queues.alerts, TaskId(0));
        self.store.take_incidents(queues.incidents, TaskId(0));
        self.store.incidents_fetch.progress(incidents, queues.at);
        self.store.alerts_fetch.progress(alerts, queues.at);
        for progress in &mut self.fetching {
            progress.stale_since = Some(queues.at);
        }
        self.data_changed(now);
    }
}
