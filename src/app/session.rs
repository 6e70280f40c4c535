//! What is found again after the program has ended, however it did: view, filters, columns, orders, groups, cursors.
//!
//! It is kept among the drafts of the local store, under keys of its own.

use super::columns::{Columns, Field};
use super::queue::Queue;
use super::sort::Sort;
use super::{App, Cx, Effect, Timer, View};
use crate::triage::{Filter, Person};
use std::collections::BTreeMap;

/// What the keys of the session begin with.
const PREFIX: &str = "session.";

/// Milliseconds without a key after which the session is kept.
const KEPT_AFTER_MS: u64 = 1_500;

/// Whether a draft's key is the session's, not a text being written.
pub fn is_session(key: &str) -> bool {
    key.starts_with(PREFIX)
}

impl App {
    /// Has the session kept once nobody types, where the journal outlives the program.
    pub(super) fn keep_later(&self, cx: &mut Cx<'_>) {
        if self.profile.keeps_journal {
            cx.run(Effect::Wake { timer: Timer::Session, after_ms: KEPT_AFTER_MS });
        }
    }

    /// Keeps what has changed of the session; nothing where the journal does not outlive the program either.
    pub(super) fn keep_session(&mut self, cx: &mut Cx<'_>) {
        if !self.profile.keeps_journal {
            return;
        }
        self.keep_queues(cx);
        let mut session = vec![("view".to_owned(), self.view_text())];
        for (name, queue) in [("incidents", &self.incidents), ("alerts", &self.alerts)] {
            session.push((format!("{name}.filter"), format!("/{}", queue.filter.text)));
            session.push((format!("{name}.columns"), queue.columns.to_string()));
            session.push((format!("{name}.sort"), queue.sort.to_string()));
            session.push((format!("{name}.group"), queue.grouping.map_or("", Field::word).to_owned()));
            session.push((format!("{name}.cursor"), queue.selected().unwrap_or_default().to_owned()));
        }
        for (name, text) in session {
            self.keep_draft(&format!("{PREFIX}{name}"), text, cx);
        }
    }

    /// Takes up the session that was kept, unless someone has begun to work already.
    pub(super) fn restore_session(&mut self, cx: &mut Cx<'_>) {
        if self.view != View::Incidents || self.incidents.is_held() || !self.overlays.is_empty() {
            return;
        }
        let drafts = self.journal.drafts.clone();
        restore_queue(&mut self.incidents, "incidents", &Field::OF_INCIDENTS, &drafts);
        restore_queue(&mut self.alerts, "alerts", &Field::OF_ALERTS, &drafts);
        self.order_queues(cx.now);
        self.widen_window(cx);
        let view = drafts.get(&format!("{PREFIX}view")).map_or("", String::as_str);
        match view.split_once(' ') {
            Some(("incident", id)) => self.open_incident(id, None, cx),
            Some(("user", upn)) => self.open_person(Person::by_upn(upn), cx),
            _ => {
                self.view = match view {
                    "alerts" => View::Alerts,
                    "hunt" => View::Hunt,
                    "journal" => View::Journal,
                    _ => View::Incidents,
                };
            }
        }
    }

    fn view_text(&self) -> String {
        let page = match self.view {
            View::Incidents => return "incidents".to_owned(),
            View::Alerts => return "alerts".to_owned(),
            View::Hunt => return "hunt".to_owned(),
            View::Journal => return "journal".to_owned(),
            View::Incident => self.incident.as_ref().map(|page| format!("incident {}", page.id)),
            View::User => {
                let upn = self.user.as_ref().map(|page| page.person.upn.raw()).filter(|upn| !upn.is_empty());
                upn.map(|upn| format!("user {upn}"))
            }
        };
        page.unwrap_or_else(|| "incidents".to_owned())
    }
}

fn restore_queue(queue: &mut Queue, name: &str, fields: &[Field], drafts: &BTreeMap<String, String>) {
    let kept = |what: &str| drafts.get(&format!("{PREFIX}{name}.{what}")).map(String::as_str);
    if let Some(filter) = kept("filter").and_then(|text| text.strip_prefix('/')) {
        queue.filter = Filter::parse(filter);
    }
    if let Some(columns) = kept("columns") {
        queue.columns = Columns::parse(columns, fields);
    }
    if let Some(sort) = kept("sort") {
        queue.sort = Sort::parse(sort, fields);
    }
    queue.grouping = Field::GROUPING.into_iter().find(|field| kept("group") == Some(field.word()));
    if let Some(id) = kept("cursor") {
        queue.want(id);
    }
}
