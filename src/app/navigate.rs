//! Getting about: views, cursors, what is opened and where `back` leads.

use super::action::{Direction, Narrow, Tab};
use super::effect::Effect;
use super::hunt::library::Template;
use super::hunt::pivot::Named;
use super::notices::NoticeKind;
use super::overlay::{Message, Overlay};
use super::queue::{Move, Queue};
use super::{App, Cx, Place, RemoteState, Stop, View, incident, user};
use crate::base::Untrusted;
use crate::base::text::count;
use crate::model::{AlertStatus, Cell};
use crate::triage::{Person, similar};

/// The most places `back` remembers.
const TRAIL_MAX: usize = 50;

/// The most places of the way that are named.
const CRUMBS_MAX: usize = 4;

impl App {
    /// Shows a main view.
    pub(super) fn show(&mut self, tab: Tab) {
        let view = match tab {
            Tab::Incidents => View::Incidents,
            Tab::Alerts => View::Alerts,
            Tab::User if self.user.is_some() => View::User,
            Tab::User => return,
            Tab::Hunt => View::Hunt,
            Tab::Journal => View::Journal,
        };
        if view != self.view {
            self.leave();
            self.view = view;
        }
    }

    /// Goes back to where one came from, the cursor where it was.
    pub(super) fn go_back(&mut self, cx: &mut Cx<'_>) {
        match self.trail.pop() {
            Some(stop) => {
                self.ahead.extend(self.here());
                self.go_to(stop, cx);
            }
            None => self.view = View::Incidents,
        }
    }

    /// Goes where one was before going back.
    pub(super) fn go_forward(&mut self, cx: &mut Cx<'_>) {
        match self.ahead.pop() {
            Some(stop) => {
                self.trail.extend(self.here());
                self.go_to(stop, cx);
            }
            None => self.notices.show(
                NoticeKind::Info,
                "nothing lies ahead: this goes where you were before going back",
                cx,
            ),
        }
    }

    fn go_to(&mut self, stop: Stop, cx: &mut Cx<'_>) {
        match stop.place {
            Place::Incidents => {
                self.view = View::Incidents;
                self.put_cursor(stop.cursor, cx);
            }
            Place::Alerts => {
                self.view = View::Alerts;
                self.put_cursor(stop.cursor, cx);
            }
            Place::Hunt => self.view = View::Hunt,
            Place::Journal => self.view = View::Journal,
            Place::Incident(id) => {
                if self.incident.as_ref().is_none_or(|page| page.id != id) {
                    self.load_incident(&id, cx);
                    if let Some(page) = self.incident.as_mut().filter(|_| stop.cursor.is_some()) {
                        page.alert = stop.cursor;
                    }
                }
                self.view = View::Incident;
            }
            Place::User(person) => {
                if self.user.as_ref().is_none_or(|page| !page.person.is(&person)) {
                    self.load_user(person, cx);
                }
                self.view = View::User;
            }
        }
    }

    /// Puts the cursor of the queue on screen on a row, where that is in it.
    fn put_cursor(&mut self, id: Option<Box<str>>, cx: &mut Cx<'_>) {
        if let (Some(queue), Some(id)) = (self.queue_mut(), id)
            && queue.selected() != Some(&*id)
        {
            queue.want(&id);
            self.order_queue(cx.now);
        }
    }

    /// Moves the cursor of the focused list.
    pub(super) fn go(&mut self, step: Move) {
        let (store, page) = (&self.store, self.page_rows);
        match self.view {
            View::Incidents => {
                self.incidents.go(step, page, |index| store.incident_id_at(index));
            }
            View::Alerts => {
                self.alerts.go(step, page, |index| store.alert_id_at(index));
            }
            View::Incident => {
                if let Some(open) = &mut self.incident {
                    open.go(step, page, store);
                }
            }
            View::User => {
                if let Some(open) = &mut self.user {
                    open.go(step, page);
                }
            }
            View::Hunt => self.hunt.go(step, page),
            View::Journal => self.journal.go(step, page),
        }
    }

    /// Opens what is under the cursor: an incident's page, or the person's.
    pub(super) fn open(&mut self, cx: &mut Cx<'_>) {
        match self.view {
            View::Incidents => {
                if let Some(id) = self.incidents.selected().map(str::to_owned) {
                    self.open_incident(&id, None, cx);
                }
            }
            View::User if self.user.as_ref().is_some_and(|page| page.focus.is_some()) => self.show_fact(),
            View::Alerts | View::User => {
                let id = match (self.view, &self.user) {
                    (View::User, Some(page)) => page.alert_ids.get(page.cursor).cloned(),
                    _ => self.alerts.selected().map(Box::from),
                };
                let Some(entry) = id.and_then(|id| self.store.alert(&id)) else { return };
                let alert = entry.alert.id.clone();
                match entry.alert.incident_id.clone() {
                    Some(incident) => self.open_incident(&incident, Some(alert), cx),
                    None => self.notices.show(NoticeKind::Warning, "this alert belongs to no incident", cx),
                }
            }
            View::Incident => match self.incident.as_ref().map(|page| page.part) {
                Some(incident::Part::Alerts) => self.turn(Direction::Next, cx),
                Some(incident::Part::Evidence | incident::Part::Timeline) => self.show_details(cx),
                Some(incident::Part::Similar) => self.open_similar(cx),
                Some(incident::Part::Entities | incident::Part::Comments) => self.open_user(cx),
                None => {}
            },
            View::Hunt => self.show_cell(),
            View::Journal => self.show_story(),
        }
    }

    /// Opens the incident of the similar alert under the cursor, on that alert.
    fn open_similar(&mut self, cx: &mut Cx<'_>) {
        let Some(entry) = self.incident.as_ref().and_then(|page| page.pointed(&self.store)) else { return };
        let alert = entry.alert.id.clone();
        match entry.alert.incident_id.clone() {
            Some(incident) => self.open_incident(&incident, Some(alert), cx),
            None => self.notices.show(NoticeKind::Warning, "this alert belongs to no incident", cx),
        }
    }

    /// Marks the alert under the incident page's cursor and all open ones like it, and shows the alert queue, where the
    /// next act is for all that is marked.
    pub(super) fn mark_similar(&mut self, cx: &mut Cx<'_>) {
        let Some(entry) = self.incident.as_ref().and_then(|page| page.selected(&self.store)) else { return };
        let like = similar::similar(entry.likeness(), self.store.alerts().map(super::store::AlertEntry::likeness));
        let ids = std::iter::once(entry.alert.id.clone()).chain(like.into_iter().map(|similar| similar.id));
        let is_open = |id: &str| self.store.alert(id).is_some_and(|entry| entry.alert.status != AlertStatus::Resolved);
        self.alerts.marks = ids.filter(|id| is_open(id)).collect();
        let marked = count(self.alerts.marks.len(), "open alert");
        self.leave();
        self.view = View::Alerts;
        self.notices.show(NoticeKind::Info, format!("{marked} marked, this one and those like it"), cx);
    }

    /// Shows the cell under the cursor of a hunt's result in full, dynamics indented.
    fn show_cell(&mut self) {
        let (Some(outcome), Some(cell)) = (self.hunt.outcome.value(), self.hunt.cell()) else { return };
        let column = self.hunt.column_index().and_then(|at| outcome.result.columns.get(at));
        let title = column.map(|column| column.name.line().into_owned());
        let text = match cell {
            Cell::Null => "no value".into(),
            Cell::Dynamic(value) => Untrusted::new(format!("{value:#}")),
            Cell::Text(text) if text.is_empty() => "empty text".into(),
            Cell::Bool(_) | Cell::Number(_) | Cell::Text(_) => cell.text(),
        };
        let lines = text.block().lines().map(str::to_owned).collect();
        let title = title.unwrap_or_default();
        self.overlays.push(Overlay::Message(Message::new(title, lines)));
    }

    /// Opens what the cell under the cursor of a hunt's result names.
    pub(super) fn open_cell(&mut self, cx: &mut Cx<'_>) {
        match self.hunt.named() {
            Some(Named::Incident(id)) => self.open_incident(&id, None, cx),
            Some(Named::Person(person)) => self.open_person(person, cx),
            None => {
                let text = "this value names no incident and no person by their principal name";
                self.notices.show(NoticeKind::Warning, text, cx);
            }
        }
    }

    /// Opens an incident's page, the cursor on one of its alerts where given.
    pub(super) fn open_incident(&mut self, id: &str, alert: Option<Box<str>>, cx: &mut Cx<'_>) {
        self.leave();
        self.load_incident(id, cx);
        if let (Some(page), Some(alert)) = (&mut self.incident, alert)
            && page.alert_ids.contains(&alert)
        {
            page.alert = Some(alert);
        }
        self.view = View::Incident;
    }

    /// Makes `id` the open incident and asks for it afresh.
    fn load_incident(&mut self, id: &str, cx: &mut Cx<'_>) {
        if let Some(task) = self.incident.as_mut().and_then(|page| page.fetch.abandon()) {
            cx.run(Effect::Cancel(task));
        }
        let mut page = incident::State::new(id);
        page.follow(&self.store, &self.journal);
        page.fetch.begin(cx.start(|task| Effect::FetchIncident(task, id.into())));
        self.incident = Some(page);
    }

    /// Opens the page of the person at hand.
    pub(super) fn open_user(&mut self, cx: &mut Cx<'_>) {
        match self.person_at_hand() {
            Some(person) => self.open_person(person, cx),
            None => self.say_absent("no person is named here", cx),
        }
    }

    /// Says that what a key is about is not there, or that it may be on its way.
    pub(super) fn say_absent(&mut self, what: &str, cx: &mut Cx<'_>) {
        if self.awaits_alerts() {
            let text = format!("{what} yet: the alerts are still loading");
            self.notices.show(NoticeKind::Info, text, cx);
        } else {
            self.notices.show(NoticeKind::Warning, what, cx);
        }
    }

    /// Whether the alerts that tell what the row or page at hand is about are on their way, and none is there.
    fn awaits_alerts(&self) -> bool {
        let queue = !matches!(self.store.alerts_fetch.state(), RemoteState::Unavailable(_))
            && self.store.alerts_fetch.value().is_none_or(|progress| !progress.is_complete);
        let has_none = |id: &str| self.store.alerts_of(id).is_empty();
        match self.view {
            View::Incidents => queue && self.incidents.selected().is_some_and(has_none),
            View::Incident => {
                self.incident.as_ref().is_some_and(|page| has_none(&page.id) && (queue || page.fetch.is_loading()))
            }
            View::Alerts | View::User | View::Hunt | View::Journal => false,
        }
    }

    /// Opens the page of `person`; what is there of the same person already stays.
    pub(super) fn open_person(&mut self, person: Person, cx: &mut Cx<'_>) {
        self.leave();
        self.record_view(&person, cx);
        if self.user.as_ref().is_none_or(|page| !page.person.is(&person)) {
            self.load_user(person, cx);
        }
        self.view = View::User;
    }

    fn load_user(&mut self, person: Person, cx: &mut Cx<'_>) {
        if let Some(page) = &mut self.user {
            page.abandon(cx);
        }
        self.user = Some(user::State::open(person, &self.profile.labels, &self.store, cx));
    }

    /// Opens the hunting view with a query about the person at hand, below what is there already.
    pub(super) fn hunt_about(&mut self, template: Template, cx: &mut Cx<'_>) {
        let Some(person) = self.person_at_hand() else {
            return self.say_absent("no person is named here", cx);
        };
        if person.upn.is_empty() {
            self.notices.show(NoticeKind::Warning, "no user principal name is known to hunt for", cx);
            return;
        }
        self.hunt_for(&template.about(&person), cx);
    }

    /// Focuses another part of the incident page or of the user page.
    pub(super) fn turn(&mut self, direction: Direction, cx: &mut Cx<'_>) {
        match self.view {
            View::Incident => {
                if let Some(page) = &mut self.incident {
                    page.turn(direction, &self.store);
                }
            }
            View::User => self.user.iter_mut().for_each(|page| page.turn(direction, cx)),
            View::Incidents | View::Alerts | View::Hunt | View::Journal => {}
        }
    }

    /// Shows another choice of the timeline on screen.
    pub(super) fn narrow(&mut self, by: Narrow, cx: &mut Cx<'_>) {
        match (self.view, &mut self.incident, &mut self.user) {
            (View::User, _, Some(page)) => page.step_kind(cx),
            (_, Some(page), _) => page.narrow(by),
            (_, None, _) => {}
        }
    }

    /// Shows how the level and the section in focus come about.
    pub(super) fn explain(&mut self) {
        let Some(page) = self.user.as_ref().filter(|_| self.view == View::User) else { return };
        let rules = page.rules().into_iter().flat_map(|(what, rule)| [what.to_owned(), rule.to_owned(), String::new()]);
        let mut lines: Vec<String> = rules.collect();
        let changes = page.risk_history.value().map(Vec::as_slice).unwrap_or_default();
        if !changes.is_empty() {
            lines.push("Entra's risk over time, as Entra keeps it".to_owned());
            lines.extend(changes.iter().map(user::report::told));
            lines.push(String::new());
        }
        // The page itself leaves it out where it has no room.
        lines.push("Not shown here".to_owned());
        lines.extend(user::NOT_CARRIED.iter().map(|note| (*note).to_owned()));
        let message = Message::new("Derived here, by these rules", lines);
        self.overlays.push(Overlay::Message(message));
    }

    /// Shows the fact under the cursor of a section in full.
    fn show_fact(&mut self) {
        let Some(part) = self.user.as_ref().and_then(user::State::focused) else { return };
        if let Some(fact) = part.shown().nth(part.cursor) {
            let (title, lines) = (part.section.title().to_owned(), vec![fact.text.clone()]);
            self.overlays.push(Overlay::Message(Message::new(title, lines)));
        }
    }

    /// Fetches what is on screen again.
    pub(super) fn refresh(&mut self, cx: &mut Cx<'_>) {
        match self.view {
            View::Incidents | View::Alerts => self.fetch_queues(cx),
            View::Incident => {
                if let Some(page) = &mut self.incident {
                    let id = page.id.clone();
                    let replaced = page.fetch.begin(cx.start(|task| Effect::FetchIncident(task, id)));
                    if let Some(task) = replaced {
                        cx.run(Effect::Cancel(task));
                    }
                }
            }
            View::User => {
                if let Some(page) = &mut self.user {
                    page.refresh(cx);
                }
            }
            View::Hunt => {
                if let Some(query) = self.hunt.run(cx, &mut self.notices) {
                    self.record_query(&query, cx);
                }
            }
            View::Journal => {}
        }
    }

    /// Whom what is under the cursor is about.
    pub fn person_at_hand(&self) -> Option<Person> {
        match self.view {
            View::Incidents => self.store.incident(self.incidents.selected()?)?.people.first().cloned(),
            View::Alerts => self.store.alert(self.alerts.selected()?)?.people.first().cloned(),
            View::Incident => self.incident.as_ref()?.person(&self.store),
            View::User => self.user.as_ref().map(|page| page.person.clone()),
            View::Hunt | View::Journal => None,
        }
    }

    /// What is under the cursor, as text safe for the clipboard.
    pub(super) fn copy(&mut self, cx: &mut Cx<'_>) {
        let text = match self.view {
            View::Incidents => self.incidents.selected().map(str::to_owned),
            View::Alerts => self.alerts.selected().map(str::to_owned),
            View::Incident => self.incident.as_ref().and_then(|page| page.alert.as_deref()).map(str::to_owned),
            View::User => self.user.as_ref().map(|page| page.person.upn.clipboard().into_owned()),
            View::Hunt => self.hunt.cell().map(|cell| cell.text().clipboard().into_owned()),
            View::Journal => self.journal.selected().map(|story| story.head.entry.text.clipboard().into_owned()),
        };
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            cx.run(Effect::Copy(text));
        }
    }

    /// Remembers where one is, for `back`; what lay ahead is forgotten.
    fn leave(&mut self) {
        self.ahead.clear();
        if self.trail.len() == TRAIL_MAX {
            self.trail.remove(0);
        }
        self.trail.extend(self.here());
    }

    /// Where one is, with the cursor.
    fn here(&self) -> Option<Stop> {
        let selected = |queue: &Queue| queue.selected().map(Box::from);
        let (place, cursor) = match self.view {
            View::Incidents => (Place::Incidents, selected(&self.incidents)),
            View::Alerts => (Place::Alerts, selected(&self.alerts)),
            View::Hunt => (Place::Hunt, None),
            View::Journal => (Place::Journal, None),
            View::Incident => {
                let page = self.incident.as_ref()?;
                (Place::Incident(page.id.clone()), page.alert.clone())
            }
            View::User => (Place::User(self.user.as_ref()?.person.clone()), None),
        };
        Some(Stop { place, cursor })
    }

    /// The way to what is on screen, place by place: the last few, that one included.
    pub fn breadcrumbs(&self) -> Vec<String> {
        let name = |stop: &Stop| match &stop.place {
            Place::Incidents => "incidents".to_owned(),
            Place::Alerts => "alerts".to_owned(),
            Place::Hunt => "hunt".to_owned(),
            Place::Journal => "journal".to_owned(),
            Place::Incident(id) => id.to_string(),
            Place::User(person) => person.label.line().into_owned(),
        };
        let behind = self.trail.iter().rev().take(CRUMBS_MAX - 1).rev();
        let mut crumbs: Vec<String> = behind.map(name).chain(self.here().as_ref().map(name)).collect();
        crumbs.dedup();
        crumbs
    }
}
