//! `DataSecurityBehaviors`: a row a user, behaviour and day, derived from the events it rolls up.

use super::data_security_events::{Activity, DataSecurityEvent};
use super::{Cell, Row, RowWriter, text, when};
use crate::base::time::TICKS_PER_DAY;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::generate::content::LABELS;
use crate::lab::generate::people::Person;
use crate::lab::generate::random::Random;
use crate::lab::generate::world::World;
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

/// Days by number, each with one of its events.
type Days<'a> = BTreeMap<i64, (Day, &'a DataSecurityEvent)>;

/// Rolls the events up.
pub fn add(world: &mut World) {
    // By user and action.
    let mut days: BTreeMap<(&str, &str), Days<'_>> = BTreeMap::new();
    for event in &world.rows.data_security_events {
        let by_day = days.entry((&event.person.upn, event.activity.action_type)).or_default();
        let empty = Day { first: event.at, last: event.at, count: 0, labelled: [0; LABELS.len()] };
        let (day, _) = by_day.entry(event.at.ticks() / TICKS_PER_DAY).or_insert((empty, event));
        day.first = day.first.min(event.at);
        day.last = day.last.max(event.at);
        day.count += 1;
        for (label, count) in LABELS.iter().zip(&mut day.labelled) {
            *count += i64::from(event.document.label.is_some_and(|own| own == *label));
        }
    }
    let mut random = Random::stream(world.config.seed, "rows/behaviours");
    let mut rows = Vec::new();
    for by_day in days.into_values() {
        let mut counts: Vec<i64> = by_day.values().map(|(day, _)| day.count).collect();
        counts.sort_unstable();
        // The lower quartile, so that several bad days do not become the norm; one day alone has no norm.
        let usual = if counts.len() > 1 { counts[(counts.len() - 1) / 4] } else { 1 };
        for (day, event) in by_day.into_values() {
            let is_anomalous = day.count >= ANOMALY_COUNT_MIN && day.count >= usual * ANOMALY_FACTOR;
            // The roll-up is written some minutes after the last event, never after the anchor.
            let at = (day.last + TimeSpan::minutes(5)).min(world.config.anchor);
            let (person, activity) = (Arc::clone(&event.person), event.activity);
            rows.push(DataSecurityBehavior { at, id: random.guid_bits(), person, activity, day, is_anomalous });
        }
    }
    world.rows.data_security_behaviors = rows;
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
            ("BehaviorId", Cell::string(crate::lab::generate::random::guid_text(self.id))),
            ("ActionType", Cell::Fixed(activity.behaviour)),
            ("ActionCategory", Cell::Fixed(activity.category)),
            ("StartTime", when(day.first)),
            ("EndTime", when(day.last)),
            ("Description", Cell::string(format!("{} ({} events)", activity.behaviour, day.count))),
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
