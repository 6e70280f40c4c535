//! Which rows of the store a queue shows, and in which order.

use super::brief::{Brief, Kinds, Records};
use super::columns::Field;
use super::queue::Row;
use super::sort::Rank;
use super::store::{IncidentEntry, People, Store};
use super::{App, View};
use crate::base::{Timestamp, Untrusted};
use crate::model::ServiceSource;
use crate::model::alert::AlertStanding;
use crate::model::incident::IncidentStanding;
use crate::triage::filter::{Asker, Facts, Own, Standing, StatusWord};
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
        let records = store.incident_records();
        let points = |entry: &IncidentEntry| score::points(&entry.incident, entry.setting(weights), now);
        let passing = records.passing(&queue.filter, asker).into_iter();
        let rows: Vec<Row> =
            passing.map(|index| Row { index, points: store.incident_at(index).map_or(0, points) }).collect();
        let rows = queue.group(queue.sort.order(&rows, records), records);
        queue.replace(rows, |index| store.incident_id_at(index), |id| store.incident_index(id), now);
    }

    fn order_alerts(&mut self, now: Timestamp) {
        let asker = Asker { me: self.profile.me.as_deref(), now };
        let (store, queue) = (&self.store, &mut self.alerts);
        let records = store.alert_records();
        let passing = records.passing(&queue.filter, asker).into_iter();
        let rows: Vec<Row> = passing.map(|index| Row { index, points: 0 }).collect();
        let rows = queue.group(queue.sort.order(&rows, records), records);
        queue.replace(rows, |index| store.alert_id_at(index), |id| store.alert_index(id), now);
    }
}

/// The incidents of a store.
#[derive(Clone, Copy)]
pub struct Incidents<'a> {
    pub(super) store: &'a Store,
    pub(super) briefs: &'a [Brief],
    pub(super) kinds: &'a Kinds,
}

impl<'a> Records<'a> for Incidents<'a> {
    fn briefs(self) -> &'a [Brief] {
        self.briefs
    }

    fn standing(self, kind: u32) -> Option<Standing<'a>> {
        let (standing, sources, words) = self.kinds.of_incidents(kind)?;
        Some(Standing {
            sources,
            status: StatusWord::of_incident(&standing.status),
            severity: &standing.severity,
            classification: &standing.classification,
            owner: standing.assigned_to.as_ref(),
            tags: [&standing.custom_tags, &standing.system_tags],
            title: &standing.display_name,
            words,
        })
    }

    fn people(self, number: u32) -> Option<&'a People> {
        self.kinds.people_of(number)
    }

    fn facts(self, index: usize) -> Option<Facts<'a>> {
        let (brief, entry) = (self.briefs.get(index)?, self.store.incident_at(index)?);
        Some(Facts {
            standing: self.standing(brief.kind)?,
            people: entry.people.names(),
            times: brief.times,
            own: Own { id: &entry.incident.id, names: "", watch: entry.watched.why() },
        })
    }

    fn rank(self, row: &Row, field: Field) -> Rank<'a> {
        let Some(brief) = self.briefs.get(row.index) else { return Rank::Number(0) };
        let entry = || self.store.incident_at(row.index);
        match field {
            Field::Priority => Rank::Number(i64::from(row.points)),
            Field::Alerts => Rank::Number(entry().map_or(0, IncidentEntry::alert_count) as i64),
            Field::Incident => Rank::Text(entry().map_or("", |entry| &entry.incident.id)),
            Field::User => Rank::Text(first_line(self.people(brief.people))),
            Field::Age => Rank::Number(ticks(brief.times.created)),
            Field::Changed => Rank::Number(ticks(brief.times.changed)),
            _ => {
                let kind = self.kinds.of_incidents(brief.kind);
                kind.map_or(Rank::Number(0), |(standing, sources, _)| rank_of_incident(standing, sources, field))
            }
        }
    }

    fn group(self, row: &Row, field: Field) -> String {
        let Some(entry) = self.store.incident_at(row.index) else { return String::new() };
        let incident = &entry.incident;
        match field {
            Field::User => first_person(&entry.people),
            Field::Title => incident.display_name.line().into_owned(),
            Field::Sources => entry.sources.first().map_or("no alerts", |source| source.title()).to_owned(),
            Field::Owner => owner(incident.assigned_to.as_ref()),
            Field::Severity => incident.severity.title().to_owned(),
            _ => incident.status.title().to_owned(),
        }
    }
}

/// Where incidents of a kind stand by a field that its kind decides.
fn rank_of_incident<'a>(standing: &'a IncidentStanding, sources: &'a [ServiceSource], field: Field) -> Rank<'a> {
    match field {
        Field::Severity => Rank::Number(i64::from(standing.severity.rank())),
        Field::Sources => Rank::Text(sources.first().map_or("", |source| source.badge())),
        Field::Status => Rank::Text(standing.status.title()),
        Field::Classification => Rank::Text(standing.classification.title()),
        Field::Owner => Rank::Text(standing.assigned_to.as_ref().map_or("", Untrusted::raw)),
        Field::Tags => Rank::Text(standing.custom_tags.first().map_or("", Untrusted::raw)),
        _ => Rank::Text(standing.display_name.raw()),
    }
}

/// The alerts of a store.
#[derive(Clone, Copy)]
pub struct Alerts<'a> {
    pub(super) store: &'a Store,
    pub(super) briefs: &'a [Brief],
    pub(super) kinds: &'a Kinds,
}

impl<'a> Records<'a> for Alerts<'a> {
    fn briefs(self) -> &'a [Brief] {
        self.briefs
    }

    fn standing(self, kind: u32) -> Option<Standing<'a>> {
        let (standing, words) = self.kinds.of_alerts(kind)?;
        Some(Standing {
            sources: std::slice::from_ref(&standing.service_source),
            status: StatusWord::of_alert(&standing.status),
            severity: &standing.severity,
            classification: &standing.classification,
            owner: standing.assigned_to.as_ref(),
            tags: [&[], &[]],
            title: &standing.title,
            words,
        })
    }

    fn people(self, number: u32) -> Option<&'a People> {
        self.kinds.people_of(number)
    }

    fn facts(self, index: usize) -> Option<Facts<'a>> {
        let (brief, entry) = (self.briefs.get(index)?, self.store.alert_at(index)?);
        Some(Facts {
            standing: self.standing(brief.kind)?,
            people: entry.people.names(),
            times: brief.times,
            own: Own { id: &entry.alert.id, names: &entry.names, watch: entry.watched.why() },
        })
    }

    /// By priority alerts stand gravest first.
    fn rank(self, row: &Row, field: Field) -> Rank<'a> {
        let Some(brief) = self.briefs.get(row.index) else { return Rank::Number(0) };
        match field {
            Field::Alerts => Rank::Number(0),
            Field::Incident => {
                let entry = self.store.alert_at(row.index);
                Rank::Text(entry.and_then(|entry| entry.alert.incident_id.as_deref()).unwrap_or_default())
            }
            Field::User => Rank::Text(first_line(self.people(brief.people))),
            Field::Age => Rank::Number(ticks(brief.times.created)),
            Field::Changed => Rank::Number(ticks(brief.times.changed)),
            _ => {
                self.kinds.of_alerts(brief.kind).map_or(Rank::Number(0), |(standing, _)| rank_of_alert(standing, field))
            }
        }
    }

    fn group(self, row: &Row, field: Field) -> String {
        let Some(entry) = self.store.alert_at(row.index) else { return String::new() };
        let alert = &entry.alert;
        match field {
            Field::User => first_person(&entry.people),
            Field::Title => alert.title.line().into_owned(),
            Field::Sources => alert.service_source.title().to_owned(),
            Field::Owner => owner(alert.assigned_to.as_ref()),
            Field::Severity => alert.severity.title().to_owned(),
            _ => alert.status.title().to_owned(),
        }
    }
}

/// Where alerts of a kind stand by a field that its kind decides.
fn rank_of_alert(standing: &AlertStanding, field: Field) -> Rank<'_> {
    match field {
        Field::Priority | Field::Severity => Rank::Number(i64::from(standing.severity.rank())),
        Field::Sources => Rank::Text(standing.service_source.badge()),
        Field::Status => Rank::Text(standing.status.title()),
        Field::Classification => Rank::Text(standing.classification.title()),
        Field::Owner => Rank::Text(standing.assigned_to.as_ref().map_or("", Untrusted::raw)),
        _ => Rank::Text(standing.title.raw()),
    }
}

impl IncidentEntry {
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

fn ticks(at: Option<Timestamp>) -> i64 {
    at.map_or(0, Timestamp::ticks)
}

fn owner(owner: Option<&Untrusted>) -> String {
    owner.map_or("nobody".into(), Untrusted::line).into_owned()
}

fn first_line(people: Option<&People>) -> &str {
    people.and_then(|people| people.names().lines().next()).unwrap_or_default()
}

fn first_person(people: &People) -> String {
    people.first().map_or("nobody named".into(), |person| person.label.line()).into_owned()
}
