//! Which rows of the store a queue shows, and in which order.

use super::columns::Field;
use super::queue::Row;
use super::sort::Rank;
use super::store::{AlertEntry, IncidentEntry};
use super::{App, View};
use crate::base::{Timestamp, Untrusted};
use crate::triage::filter::{Asker, Facts, StatusWord};
use crate::triage::score::{self, Weights};

impl App {
    /// Filters, orders and groups both queues anew.
    pub(super) fn order_queues(&mut self, now: Timestamp) {
        self.order_incidents(now);
        self.order_alerts(now);
    }

    /// Filters, orders and groups the queue on screen anew: what a key changes there leaves the other as it is.
    pub(super) fn order_queue(&mut self, now: Timestamp) {
        match self.view {
            View::Incidents => self.order_incidents(now),
            View::Alerts => self.order_alerts(now),
            View::Incident | View::User | View::Hunt | View::Journal => {}
        }
    }

    fn order_incidents(&mut self, now: Timestamp) {
        let asker = Asker { me: self.profile.me.as_deref(), now };
        let weights = self.profile.weights;
        let (store, queue) = (&self.store, &mut self.incidents);
        let mut rows: Vec<Row> = Vec::new();
        for (index, entry) in store.incidents().enumerate() {
            if queue.filter.matches(&entry.facts(), asker) {
                rows.push(Row { index, points: score::points(&entry.incident, entry.setting(weights), now) });
            }
        }
        let entry = |row: &Row| store.incident_at(row.index);
        let rank = |row: &Row, field| entry(row).map_or(Rank::Number(0), |entry| entry.rank(field, row.points));
        let rows = queue.sort.order(rows, rank);
        let field = queue.grouping;
        let name = |row: &Row| entry(row).zip(field).map(|(entry, field)| entry.group(field)).unwrap_or_default();
        let rows = queue.group(rows, name);
        queue.replace(rows, |index| store.incident_id_at(index), now);
    }

    fn order_alerts(&mut self, now: Timestamp) {
        let asker = Asker { me: self.profile.me.as_deref(), now };
        let (store, queue) = (&self.store, &mut self.alerts);
        let mut rows: Vec<Row> = Vec::new();
        for (index, entry) in store.alerts().enumerate() {
            if queue.filter.matches(&entry.facts(), asker) {
                rows.push(Row { index, points: 0 });
            }
        }
        let entry = |row: &Row| store.alert_at(row.index);
        let rank = |row: &Row, field| entry(row).map_or(Rank::Number(0), |entry| entry.rank(field));
        let rows = queue.sort.order(rows, rank);
        let field = queue.grouping;
        let name = |row: &Row| entry(row).zip(field).map(|(entry, field)| entry.group(field)).unwrap_or_default();
        let rows = queue.group(rows, name);
        queue.replace(rows, |index| store.alert_id_at(index), now);
    }
}

impl IncidentEntry {
    /// Where it stands by a field.
    fn rank(&self, field: Field, points: u8) -> Rank<'_> {
        let incident = &self.incident;
        match field {
            Field::Priority => Rank::Number(i64::from(points)),
            Field::Severity => Rank::Number(i64::from(incident.severity.rank())),
            Field::Title => Rank::Text(incident.display_name.raw()),
            Field::User => Rank::Text(self.people.names().lines().next().unwrap_or_default()),
            Field::Sources => Rank::Text(self.sources.first().map_or("", |source| source.badge())),
            Field::Alerts => Rank::Number(self.alert_count() as i64),
            Field::Incident => Rank::Text(&incident.id),
            Field::Status => Rank::Text(incident.status.title()),
            Field::Classification => Rank::Text(incident.classification.title()),
            Field::Owner => Rank::Text(incident.assigned_to.as_ref().map_or("", Untrusted::raw)),
            Field::Age => Rank::Number(ticks(incident.created)),
            Field::Changed => Rank::Number(ticks(incident.last_update)),
            Field::Tags => Rank::Text(incident.custom_tags.first().map_or("", Untrusted::raw)),
        }
    }

    /// The group it is in by a field.
    fn group(&self, field: Field) -> String {
        let incident = &self.incident;
        match field {
            Field::User => self.people.first().map_or("nobody named".into(), |person| person.label.line()).into_owned(),
            Field::Title => incident.display_name.line().into_owned(),
            Field::Sources => self.sources.first().map_or("no alerts", |source| source.title()).to_owned(),
            Field::Owner => owner(incident.assigned_to.as_ref()),
            Field::Severity => incident.severity.title().to_owned(),
            _ => incident.status.title().to_owned(),
        }
    }

    /// What the filter looks at.
    pub fn facts(&self) -> Facts<'_> {
        let incident = &self.incident;
        Facts {
            id: &incident.id,
            sources: &self.sources,
            status: StatusWord::of_incident(&incident.status),
            severity: &incident.severity,
            classification: &incident.classification,
            people: self.people.names(),
            owner: incident.assigned_to.as_ref(),
            tags: [&incident.custom_tags, &incident.system_tags],
            created: incident.created,
            changed: incident.last_update,
            title: &incident.display_name,
            watch: self.watched.why(),
            searched: self.searched(),
        }
    }

    /// What the score looks at.
    pub fn setting(&self, weights: Weights) -> score::Setting<'_> {
        score::Setting {
            sources: &self.sources,
            alert_count: self.alert_count(),
            is_watched: !self.watched.is_empty(),
            weights,
        }
    }
}

impl AlertEntry {
    /// Where it stands by a field. By priority alerts stand gravest first.
    fn rank(&self, field: Field) -> Rank<'_> {
        let alert = &self.alert;
        match field {
            Field::Priority | Field::Severity => Rank::Number(i64::from(alert.severity.rank())),
            Field::Title | Field::Tags => Rank::Text(alert.title.raw()),
            Field::User => Rank::Text(self.people.names().lines().next().unwrap_or_default()),
            Field::Sources => Rank::Text(alert.service_source.badge()),
            Field::Alerts => Rank::Number(0),
            Field::Incident => Rank::Text(alert.incident_id.as_deref().unwrap_or_default()),
            Field::Status => Rank::Text(alert.status.title()),
            Field::Classification => Rank::Text(alert.classification.title()),
            Field::Owner => Rank::Text(alert.assigned_to.as_ref().map_or("", Untrusted::raw)),
            Field::Age => Rank::Number(ticks(alert.created)),
            Field::Changed => Rank::Number(ticks(alert.last_update)),
        }
    }

    /// The group it is in by a field.
    fn group(&self, field: Field) -> String {
        let alert = &self.alert;
        match field {
            Field::User => self.people.first().map_or("nobody named".into(), |person| person.label.line()).into_owned(),
            Field::Title => alert.title.line().into_owned(),
            Field::Sources => alert.service_source.title().to_owned(),
            Field::Owner => owner(alert.assigned_to.as_ref()),
            Field::Severity => alert.severity.title().to_owned(),
            _ => alert.status.title().to_owned(),
        }
    }

    /// What the filter looks at.
    pub fn facts(&self) -> Facts<'_> {
        let alert = &self.alert;
        Facts {
            id: &alert.id,
            sources: std::slice::from_ref(&alert.service_source),
            status: StatusWord::of_alert(&alert.status),
            severity: &alert.severity,
            classification: &alert.classification,
            people: self.people.names(),
            owner: alert.assigned_to.as_ref(),
            tags: [&[], &[]],
            created: alert.created,
            changed: alert.last_update,
            title: &alert.title,
            watch: self.watched.why(),
            searched: self.searched(),
        }
    }
}

fn ticks(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::ticks)
}

fn owner(owner: Option<&Untrusted>) -> String {
    owner.map_or("nobody".into(), Untrusted::line).into_owned()
}
