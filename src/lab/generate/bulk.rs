//! Incidents beyond those of an ordinary month, for tenants of many alerts: kept as heads, made again when asked for.
//!
//! An incident is made from its number and the seed alone. So its alerts need not be kept: what a list needs of them is,
//! and the rest, the rows included, comes out the same whenever it is made.

use super::finish::{self, ALERT_HEAD, INCIDENT_HEAD, Ids};
use super::noise;
use super::random::Random;
use super::rows::{Rows, alerts};
use super::world::World;
use crate::base::Timestamp;
use crate::kql::engine::StopFlag;
use crate::kql::engine::hash::FastMap;
use crate::lab::entities::{Compact, Maker};
use crate::lab::texts::Texts;
use serde_json::{Map, Value as Json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The most alerts an incident has here.
const ALERTS_MAX: usize = 16;

/// How many incidents are kept as made last.
const RECENT_MAX: usize = 128;

/// The incidents beyond the usual ones.
#[derive(Debug)]
pub struct Bulk {
    /// Their people.
    world: World,
    /// Ids of the incidents by number.
    ids: Vec<u32>,
    /// The incidents made last, by number: the alerts of a page and of its neighbours come of few.
    recent: Mutex<VecDeque<(usize, Arc<Made>)>>,
}

/// A world of one incident, and its ids.
type Made = (World, Ids);

/// What is kept of an incident or alert.
#[derive(Debug)]
pub(super) struct Kept {
    /// When it was made.
    pub(super) created: Timestamp,
    /// What lists need; an alert's incident is not yet in it.
    pub(super) resource: Compact,
}

/// What is kept of an incident, and of its alerts with their ids.
#[derive(Debug)]
pub(super) struct KeptIncident {
    pub(super) incident: Kept,
    pub(super) alerts: Vec<(String, Kept)>,
}

impl Bulk {
    /// What lists need of as many incidents as bring the alerts of `world` up to its scale.
    pub(super) fn heads(world: &World) -> Vec<KeptIncident> {
        let bulk = Self::new(world, Vec::new());
        let mut missing = world.config.scale.alerts.saturating_sub(world.alerts.len());
        let mut pool = Pool::default();
        let mut kept = Vec::new();
        while missing > 0 {
            let incident = bulk.keep(kept.len(), &mut pool);
            missing = missing.saturating_sub(incident.alerts.len().max(1));
            kept.push(incident);
        }
        kept
    }

    /// The incidents beside those of `world`, which bear `ids` by number.
    pub(super) fn new(world: &World, ids: Vec<u32>) -> Self {
        Self { world: world.aside(), ids, recent: Mutex::default() }
    }

    /// The id of the incident of that number.
    pub(super) fn id(&self, number: usize) -> String {
        self.ids.get(number).map(u32::to_string).unwrap_or_default()
    }

    /// Adds the rows of all incidents.
    pub(super) fn add_rows(&self, mut rows: Rows, stop: &StopFlag) -> Rows {
        for number in 0..self.ids.len() {
            if stop.is_set() {
                break;
            }
            let (mut world, ids) = self.make(number, rows);
            rows = std::mem::take(&mut world.rows);
            alerts::add(&world.alerts, &ids.alerts, &mut rows);
        }
        rows
    }

    /// A world in which only the incident of that number happened; its rows are added to `rows`.
    fn make(&self, number: usize, rows: Rows) -> Made {
        let mut world = World { rows, ..self.world.aside() };
        noise::another_incident(&mut world, number);
        let mut random = Random::stream(world.config.seed, &format!("ids/another/{number}"));
        let alerts = world.alerts.iter().map(|alert| finish::alert_id(alert, &mut random)).collect();
        let incident_of = vec![Some(0); world.alerts.len()];
        let incidents = vec![self.id(number)];
        (world, Ids { alerts, incidents, incident_of })
    }

    /// As [`Self::make`], without rows; made once as long as it is asked for.
    fn made(&self, number: usize) -> Arc<Made> {
        let known = self.recent().iter().find(|(known, _)| *known == number).map(|(_, made)| Arc::clone(made));
        known.unwrap_or_else(|| {
            let made = Arc::new(self.make(number, Rows::discarded()));
            let mut recent = self.recent();
            recent.push_back((number, Arc::clone(&made)));
            if recent.len() > RECENT_MAX {
                recent.pop_front();
            }
            made
        })
    }

    fn recent(&self) -> MutexGuard<'_, VecDeque<(usize, Arc<Made>)>> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, number: usize, pool: &mut Pool) -> KeptIncident {
        let (world, ids) = self.make(number, Rows::discarded());
        let key = number as u32;
        let head = pool.share(&INCIDENT_HEAD, finish::incident_head(&world, &ids, 0));
        let created = world.incidents.first().map_or(world.now(), |incident| incident.created);
        let incident = Kept { created, resource: Compact::new(key, &INCIDENT_HEAD, head) };
        let alert = |(at, id): (usize, &String)| {
            let head = pool.share(&ALERT_HEAD, finish::alert_head(&world, &ids, at));
            let key = key * ALERTS_MAX as u32 + at as u32;
            (id.clone(), Kept { created: world.alerts[at].created, resource: Compact::new(key, &ALERT_HEAD, head) })
        };
        KeptIncident { incident, alerts: ids.alerts.iter().take(ALERTS_MAX).enumerate().map(alert).collect() }
    }
}

/// Makes the alerts of [`Bulk`].
#[derive(Debug)]
pub(super) struct BulkAlerts {
    bulk: Arc<Bulk>,
    texts: Texts,
}

impl BulkAlerts {
    /// Those of `bulk`.
    pub(super) fn of(bulk: &Arc<Bulk>) -> Self {
        Self { bulk: Arc::clone(bulk), texts: Texts::default() }
    }
}

impl Maker for BulkAlerts {
    fn head(&self) -> &'static [&'static str] {
        &ALERT_HEAD
    }

    fn whole(&self, key: u32) -> Json {
        let made = self.bulk.made(key as usize / ALERTS_MAX);
        finish::alert(&made.0, &made.1, key as usize % ALERTS_MAX)
    }

    fn text(&self, key: u32, form: bool, write: &dyn Fn(&Json) -> Vec<u8>) -> Arc<[u8]> {
        self.texts.get(key, form, || write(&self.whole(key)))
    }
}

/// Makes the incidents of [`Bulk`].
#[derive(Debug)]
pub(super) struct BulkIncidents(Arc<Bulk>);

impl BulkIncidents {
    /// Those of `bulk`.
    pub(super) fn of(bulk: &Arc<Bulk>) -> Self {
        Self(Arc::clone(bulk))
    }
}

impl Maker for BulkIncidents {
    fn head(&self) -> &'static [&'static str] {
        &INCIDENT_HEAD
    }

    fn whole(&self, key: u32) -> Json {
        let made = self.0.made(key as usize);
        finish::incident(&made.0, &made.1, 0)
    }
}

/// Values that many heads have in common.
#[derive(Debug, Default)]
struct Pool(FastMap<String, Arc<Json>>);

impl Pool {
    /// The values of `head` in the order of `names`, equal texts shared.
    fn share(&mut self, names: &[&'static str], mut head: Map<String, Json>) -> Box<[Arc<Json>]> {
        let value = |name: &&'static str| match head.remove(*name) {
            // Instants and ids are rarely met twice.
            Some(Json::String(text)) if !(name.ends_with("DateTime") || *name == "id" || *name == "incidentId") => {
                if let Some(known) = self.0.get(&text) {
                    return Arc::clone(known);
                }
                let shared = Arc::new(Json::String(text.clone()));
                self.0.insert(text, Arc::clone(&shared));
                shared
            }
            Some(Json::Null) | None => Arc::clone(self.0.entry("null".to_owned()).or_default()),
            Some(value) => Arc::new(value),
        };
        names.iter().map(value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{LabConfig, Scale};

    #[test]
    fn alerts_of_one_incident_share_it_and_few_incidents_are_kept() {
        let anchor = "2026-11-23T12:00:00Z".parse().unwrap();
        let world = World::new(&LabConfig { seed: 3, anchor, scale: Scale { people: 30, alerts: 400 } });
        let kept = Bulk::heads(&world);
        let bulk = Arc::new(Bulk::new(&world, (1..=kept.len() as u32).collect()));
        let (number, many) = kept.iter().enumerate().find(|(_, kept)| kept.alerts.len() > 1).unwrap();
        let alerts = BulkAlerts::of(&bulk);
        for (id, alert) in &many.alerts {
            let whole = alerts.whole(alert.resource.key);
            assert_eq!((whole["id"].as_str(), &whole["incidentId"]), (Some(id.as_str()), &Json::from(bulk.id(number))));
        }
        assert_eq!(bulk.recent().len(), 1);
        let once = alerts.whole(many.alerts[0].1.resource.key);
        let incidents = BulkIncidents::of(&bulk);
        assert!(kept.len() > RECENT_MAX);
        for kept in &kept {
            assert!(incidents.whole(kept.incident.resource.key).is_object());
        }
        assert_eq!(bulk.recent().len(), RECENT_MAX);
        assert_eq!(alerts.whole(many.alerts[0].1.resource.key), once);
    }
}
