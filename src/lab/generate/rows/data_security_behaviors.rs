//! `DataSecurityBehaviors`: a row a user, behaviour and day, derived from the events it rolls up.

use super::data_security_events::{Activity, DataSecurityEvent};
use super::{Cell, Row, RowWriter, Rows, text, when};
use crate::base::time::TICKS_PER_DAY;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::content::LABELS;
use crate::lab::generate::people::Person;
use crate::lab::generate::random::Random;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A day counts as anomalous from this many events on, if it is also [`ANOMALY_FACTOR`] times the user's usual day.
const ANOMALY_COUNT_MIN: i64 = 20;
/// See [`ANOMALY_COUNT_MIN`].
const ANOMALY_FACTOR: i64 = 5;

/// A row.
#[derive(Debug)]
pub struct DataSecurityBehavior {
    at: Timestamp,
    id: u128,
    person: Arc<Person>,
    activity: &'static Activity,
    day: Day,
    is_anomalous: bool,
}

/// What happened on a day.
#[derive(Clone, Debug)]
struct Day {
    first: Timestamp,
    last: Timestamp,
    count: i64,
    /// Events by label, in the order of [`LABELS`].
    labelled: [i64; LABELS.len()],
}

/// Events counted by user and action, then by day.
#[derive(Debug, Default)]
pub struct Behaviours(BTreeMap<(Arc<str>, &'static str), Counted>);

/// What a user did in one way.
#[derive(Debug)]
struct Counted {
    person: Arc<Person>,
    activity: &'static Activity,
    days: BTreeMap<i64, Day>,
}

impl Behaviours {
    /// Counts an event.
    pub fn count(&mut self, event: &DataSecurityEvent) {
        let label = LABELS.iter().position(|label| event.document.label.is_some_and(|own| own == *label));
        let mut day = Day { first: event.at, last: event.at, count: 1, labelled: [0; LABELS.len()] };
        if let Some(count) = label.and_then(|label| day.labelled.get_mut(label)) {
            *count = 1;
        }
        self.of(&event.person, event.activity).add(event.at.ticks() / TICKS_PER_DAY, day);
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: Self) {
        for Counted { person, activity, days } in other.0.into_values() {
            let counted = self.of(&person, activity);
            for (number, day) in days {
                counted.add(number, day);
            }
        }
    }

    fn of(&mut self, person: &Arc<Person>, activity: &'static Activity) -> &mut Counted {
        let key = (Arc::clone(&person.upn), activity.action_type);
        self.0.entry(key).or_insert_with(|| Counted { person: Arc::clone(person), activity, days: BTreeMap::new() })
    }
}

impl Counted {
    fn add(&mut self, number: i64, more: Day) {
        let Some(day) = self.days.get_mut(&number) else {
            self.days.insert(number, more);
            return;
        };
        day.first = day.first.min(more.first);
        day.last = day.last.max(more.last);
        day.count += more.count;
        day.labelled.iter_mut().zip(more.labelled).for_each(|(count, more)| *count += more);
    }
}

/// Rolls the events up.
pub fn add(behaviours: Behaviours, seed: u64, until: Timestamp, rows: &mut Rows) {
    let mut random = Random::stream(seed, "rows/behaviours");
    for counted in behaviours.0.into_values() {
        let Counted { person, activity, days } = counted;
        let mut counts: Vec<i64> = days.values().map(|day| day.count).collect();
        counts.sort_unstable();
        // The lower quartile, so that several bad days do not become the norm; one day alone has no norm.
        let usual = if counts.len() > 1 { counts[(counts.len() - 1) / 4] } else { 1 };
        for day in days.into_values() {
            let is_anomalous = day.count >= ANOMALY_COUNT_MIN && day.count >= usual * ANOMALY_FACTOR;
            // The roll-up is written some minutes after the last event, never after the end of what is told.
            let at = (day.last + TimeSpan::minutes(5)).min(until);
            let person = Arc::clone(&person);
            rows.add(DataSecurityBehavior { at, id: random.guid_bits(), person, activity, day, is_anomalous });
        }
    }
}

impl Row for DataSecurityBehavior {
    const TABLE: &'static str = "DataSecurityBehaviors";

    fn at(&self) -> Timestamp {
        self.at
    }

    fn push(self, table: &mut RowWriter) {
        let Self { person, activity, day, .. } = &self;
        let labels: Vec<_> = LABELS
            .iter()
            .zip(day.labelled)
            .filter(|(_, count)| *count > 0)
            .map(|(label, count)| json!({ "Id": label.id, "Name": label.name, "EventCount": count }))
            .collect();
        let devices = if activity.workload == "Endpoint" {
            json!([{ "DeviceId": &*person.laptop.mde_id, "DeviceName": &*person.laptop.name, "EventCount": day.count }])
        } else {
            json!([])
        };
        table.push([
            ("Timestamp", when(self.at)),
            ("BehaviorId", Cell::guid(self.id)),
            ("ActionType", Cell::Fixed(activity.behaviour)),
            ("ActionCategory", Cell::Fixed(activity.category)),
            ("StartTime", when(day.first)),
            ("EndTime", when(day.last)),
            ("Description", Cell::string(description(activity.behaviour, day.count))),
            ("ServiceSource", Cell::Fixed("Microsoft Insider Risk Management")),
            ("DetectionSource", Cell::Fixed("Microsoft Insider Risk Management")),
            ("ActivityCount", Cell::Int(day.count as i32)),
            ("IsAnomalous", Cell::Bool(self.is_anomalous)),
            ("IsContentHidden", Cell::Bool(false)),
            ("AccountUpn", text(&person.upn)),
            ("AccountEmail", text(&person.upn)),
            ("Application", Cell::Fixed(activity.workload)),
            ("DeviceInfo", Cell::dynamic(devices)),
            ("SensitivityLabelInfo", Cell::dynamic(json!(labels))),
        ]);
    }
}

fn description(behaviour: &str, count: i64) -> String {
    let events = if count == 1 { "event" } else { "events" };
    format!("{behaviour} ({count} {events})")
}
