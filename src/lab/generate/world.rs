//! Where people, noise and stories leave what happened.

use super::alert::{Alert, Incident};
use super::people::{People, Person};
use super::random::Random;
use super::rows::Rows;
use super::services::Services;
use super::sign_ins::SignIn;
use super::stories::Story;
use crate::base::time::TICKS_PER_SECOND;
use crate::base::{TimeSpan, Timestamp};
use crate::lab::purview::Growth;
use crate::lab::tenant::LabConfig;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that happened. Stories and noise only add to it; [`super::finish`] makes a tenant of it.
#[derive(Debug)]
pub struct World {
    /// Seed, anchor and scale.
    pub config: LabConfig,
    /// Directory id.
    pub tenant_id: Arc<str>,
    /// Everyone.
    pub people: Arc<People>,
    /// Servers and service accounts.
    pub services: Arc<Services>,
    /// Alerts; an alert's key is its place here.
    pub alerts: Vec<Alert>,
    /// Incidents; an incident's key is its place here.
    pub incidents: Vec<Incident>,
    /// Rows of the hunting tables.
    pub rows: Rows,
    /// The stories told, for whoever debriefs an analyst.
    pub stories: Vec<Story>,
    /// Entra's view of users at risk, by object id.
    pub risks: BTreeMap<Arc<str>, Risk>,
    /// Sign-ins that people made themselves, for Graph's audit log.
    pub sign_ins: Vec<Arc<SignIn>>,
    /// Activity to come that counts towards an alert: when it does, the alert's key, and what it comes to.
    pub growth: Vec<(Timestamp, usize, Growth)>,
    /// Until when life is told: the anchor, or in a living tenant the end of what comes.
    pub until: Timestamp,
    /// The stream of whoever is at work: see [`Self::scope`].
    pub random: Random,
}

/// Entra ID Protection's view of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Risk {
    /// `riskLevel`.
    pub level: &'static str,
    /// `riskState`.
    pub state: &'static str,
    /// `riskDetail`.
    pub detail: &'static str,
    /// Last change.
    pub updated: Timestamp,
}

impl World {
    /// A world with people in which nothing happened yet.
    pub fn new(config: &LabConfig) -> Self {
        let people = People::hire(config.seed, config.anchor, config.scale.people);
        Self {
            config: *config,
            tenant_id: Random::stream(config.seed, "tenant").guid().into(),
            services: Arc::new(Services::install(config.seed, config.anchor, &people)),
            people: Arc::new(people),
            alerts: Vec::new(),
            incidents: Vec::new(),
            rows: Rows::default(),
            stories: Vec::new(),
            risks: BTreeMap::new(),
            sign_ins: Vec::new(),
            growth: Vec::new(),
            until: config.anchor,
            random: Random::stream(config.seed, "world"),
        }
    }

    /// A world of the same people in which nothing happened, for a part of the work that is done on its own.
    pub fn aside(&self) -> Self {
        Self {
            config: self.config,
            tenant_id: Arc::clone(&self.tenant_id),
            people: Arc::clone(&self.people),
            services: Arc::clone(&self.services),
            alerts: Vec::new(),
            incidents: Vec::new(),
            rows: Rows::default(),
            stories: Vec::new(),
            risks: BTreeMap::new(),
            sign_ins: Vec::new(),
            growth: Vec::new(),
            until: self.until,
            random: Random::stream(self.config.seed, "world"),
        }
    }

    /// Goes on with the stream of `purpose`: what one story draws, no other notices.
    pub fn scope(&mut self, purpose: &str) {
        self.random = Random::stream(self.config.seed, purpose);
    }

    /// The instant that counts as now.
    pub fn now(&self) -> Timestamp {
        self.config.anchor
    }

    /// The instant `span` before now.
    pub fn ago(&self, span: TimeSpan) -> Timestamp {
        self.config.anchor - span
    }

    /// Keeps an alert; its key. Products tell instants more or less finely, so that readers meet every length of
    /// fraction.
    pub fn raise(&mut self, mut alert: Alert) -> usize {
        let grain = match alert.product.prefix {
            "dl" => TICKS_PER_SECOND,
            "ca" | "ad" | "ma" => TICKS_PER_SECOND / 1_000,
            _ => 1,
        };
        alert.created = alert.created - TimeSpan(alert.created.ticks() % grain);
        self.alerts.push(alert);
        self.alerts.len() - 1
    }

    /// Keeps an incident; its key.
    pub fn open(&mut self, incident: Incident) -> usize {
        self.incidents.push(incident);
        self.incidents.len() - 1
    }

    /// UPN of the security analyst with that surname.
    pub fn analyst(&self, surname: &str) -> String {
        self.people.by_surname(surname).upn.to_string()
    }

    /// Entra's view of a user, as far as it is known by now.
    pub fn risk_of(&self, person: &Person) -> Option<Risk> {
        self.risks.get(&person.object_id).copied().filter(|risk| risk.updated <= self.now())
    }

    /// Someone no story is about.
    pub fn someone(&mut self) -> Arc<Person> {
        Arc::clone(self.random.pick(self.people.staff()))
    }
}
