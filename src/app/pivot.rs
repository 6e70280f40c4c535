//! From anything a row, a page or a cell names to what else is known of it: other rows, a page, a hunt.

use super::action::Tab;
use super::effect::Effect;
use super::hunt;
use super::hunt::library::Template;
use super::hunt::literal;
use super::hunt::thing::Thing;
use super::incident::Part;
use super::notices::NoticeKind;
use super::overlay::{Item, Overlay, Picker};
use super::{App, Cx, View};
use crate::base::Untrusted;
use crate::base::text::count;
use crate::model::Alert;
use crate::triage::people::{Entity, entities, entity_of};
use crate::triage::{EntityKind, Filter, Person};

/// Where to go, with all that it takes.
#[derive(Clone, Debug, PartialEq)]
pub enum Pivot {
    /// The person's page.
    Page(Person),
    /// An incident's page.
    Incident(Box<str>),
    /// An alert on its incident's page.
    Alert(Box<str>),
    /// A queue under this filter.
    Queue(Tab, String),
    /// This query in the hunting editor.
    Query(String),
    /// The clipboard.
    Copy(Untrusted),
}

/// Something to go on from.
#[derive(Clone, Debug, PartialEq)]
pub struct Lead {
    /// What it is, in a word.
    pub kind: &'static str,
    /// Its name.
    pub name: Untrusted,
    /// A second fact; may be empty.
    pub detail: Untrusted,
    /// How often it is named; 0 where that says nothing.
    pub count: usize,
    /// Where to go from it.
    pub pivots: Vec<(String, Pivot)>,
}

impl Lead {
    fn of(entity: &Entity) -> Self {
        let pivots = match (&entity.person, entity.kind) {
            (Some(person), EntityKind::User | EntityKind::Mailbox) => about_person(person, entity),
            _ => about_entity(entity),
        };
        let (name, detail) = (entity.label.clone(), entity.detail.clone());
        Self { kind: entity.kind.title(), name, detail, count: entity.count, pivots }.with_copy()
    }

    /// What a cell of a hunt's result holds, found to be `thing`.
    fn of_cell(thing: &Thing, name: Untrusted, detail: Untrusted, app: &App) -> Self {
        let text = name.raw();
        let named = |kind| Entity {
            kind,
            label: name.clone(),
            detail: Untrusted::default(),
            count: 0,
            verdict: crate::model::Verdict::Unknown,
            person: None,
        };
        let pivots = match thing {
            Thing::Person(person) => about_person(person, &named(EntityKind::User)),
            Thing::Mailbox(person) => {
                let mut pivots = vec![("Open the page".to_owned(), Pivot::Page(person.clone()))];
                pivots.extend(about_entity(&named(EntityKind::Mailbox)));
                pivots
            }
            Thing::Account(person) => {
                vec![("Open the page".to_owned(), Pivot::Page(person.clone())), hunt_pivot(thing, text)]
            }
            Thing::Incident => vec![("Open the incident".to_owned(), Pivot::Incident(text.into()))],
            Thing::Alert => {
                let known = app.store.alert(text).is_some_and(|entry| entry.alert.incident_id.is_some());
                let open = known.then(|| ("Open the alert".to_owned(), Pivot::Alert(text.into())));
                open.into_iter().chain([hunt_pivot(thing, text)]).collect()
            }
            Thing::Named(kind) => about_entity(&named(*kind)),
            Thing::Device | Thing::Hash(_) | Thing::Message => vec![hunt_pivot(thing, text)],
            Thing::Value => Vec::new(),
        };
        Self { kind: thing.title(), name, detail, count: 0, pivots }
    }

    fn with_copy(mut self) -> Self {
        self.pivots.push(("Copy its name".to_owned(), Pivot::Copy(self.name.clone())));
        self
    }

    /// Where to go from it, as a choice.
    fn overlay(self) -> Overlay {
        let title = format!("{} {}", self.kind, self.name.line());
        Overlay::Pivots(title, Picker::new(self.pivots.into_iter().map(|(title, pivot)| Item::new(pivot, title))))
    }
}

fn hunt_pivot(thing: &Thing, value: &str) -> (String, Pivot) {
    ("Hunt: all about it".to_owned(), Pivot::Query(thing.query(value)))
}

/// The queues, narrowed to what names an entity.
fn queues(entity: &Entity) -> [(String, Pivot); 2] {
    let word = if entity.kind == EntityKind::User { "user:" } else { "" };
    let filter = format!("{word}{}", quoted(entity.label.raw()));
    [
        ("Alerts that name it".to_owned(), Pivot::Queue(Tab::Alerts, filter.clone())),
        ("Incidents that name it".to_owned(), Pivot::Queue(Tab::Incidents, filter)),
    ]
}

fn about_person(person: &Person, entity: &Entity) -> Vec<(String, Pivot)> {
    let mut pivots = vec![("Open the page".to_owned(), Pivot::Page(person.clone()))];
    pivots.extend(queues(entity));
    if !person.upn.is_empty() {
        let hunt = |template: Template| (format!("Hunt: {}", template.title()), Pivot::Query(template.about(person)));
        pivots.extend(Template::ABOUT_PERSON.map(hunt));
    }
    pivots.extend(happened(entity));
    pivots
}

fn about_entity(entity: &Entity) -> Vec<(String, Pivot)> {
    let page = entity.person.as_ref().map(|person| ("Open the page".to_owned(), Pivot::Page(person.clone())));
    page.into_iter().chain(queues(entity)).chain(happened(entity)).collect()
}

fn happened(entity: &Entity) -> Option<(String, Pivot)> {
    Some(("Hunt: what happened with it".to_owned(), Pivot::Query(query(entity)?)))
}

impl App {
    /// What is under the cursor, or what its row names, to choose from; where it is one thing only, where to go from that.
    pub(super) fn entity_overlay(&mut self, cx: &mut Cx<'_>) -> Option<Overlay> {
        let mut found = if self.view == View::Hunt { self.leads_of_cell() } else { self.leads_at_hand() };
        match found.len() {
            0 => {
                self.say_absent("nothing is named here", cx);
                None
            }
            1 => found.pop().map(Lead::overlay),
            _ => {
                let item = |lead: Lead| {
                    let label = format!("{:<10}  {}", lead.kind, lead.name.line());
                    let mentions = if lead.count > 0 { count(lead.count, "mention") } else { String::new() };
                    let detail = format!("{}  {mentions}", lead.detail.line());
                    Item::new(lead, label).detail(detail.trim())
                };
                Some(Overlay::Entities(Picker::new(found.into_iter().map(item))))
            }
        }
    }

    /// What the row or the page names; on the incident page's evidence and entities, what is under the cursor.
    fn leads_at_hand(&self) -> Vec<Lead> {
        let page = self.incident.as_ref().filter(|_| self.view == View::Incident);
        let pointed = page.and_then(|page| match page.part {
            Part::Entities => page.entities.get(page.entity).cloned(),
            Part::Evidence => {
                let evidence = &page.selected(&self.store)?.alert.details().evidence;
                evidence.get(page.evidence).map(entity_of)
            }
            Part::Alerts | Part::Comments | Part::Timeline | Part::Similar => None,
        });
        match pointed.filter(|entity| !entity.label.is_empty()) {
            Some(entity) => vec![Lead::of(&entity)],
            None => self.entities_at_hand().iter().map(Lead::of).collect(),
        }
    }

    /// The cell under the cursor of a hunt's result; where it holds several things, each of them after the whole.
    fn leads_of_cell(&self) -> Vec<Lead> {
        if self.hunt.focus != hunt::Focus::Results {
            return Vec::new();
        }
        let found = self.hunt.things();
        let lead = |held: hunt::thing::Held| {
            let mut lead = Lead::of_cell(&held.thing, held.value, held.place.as_str().into(), self);
            lead.pivots.push(("Only rows with it: write the query so".to_owned(), Pivot::Query(held.with)));
            lead.pivots.push(("No rows with it: write the query so".to_owned(), Pivot::Query(held.without)));
            if lead.name.is_empty() { lead } else { lead.with_copy() }
        };
        found.into_iter().map(lead).collect()
    }

    /// Shows where to go from `lead`.
    pub(super) fn offer_pivots(&mut self, lead: Lead) {
        self.overlays.push(lead.overlay());
    }

    /// Goes there.
    pub(super) fn pivot(&mut self, pivot: Pivot, cx: &mut Cx<'_>) {
        match pivot {
            Pivot::Page(person) => self.open_person(person, cx),
            Pivot::Incident(id) => self.open_incident(&id, None, cx),
            Pivot::Alert(id) => match self.store.alert(&id).and_then(|entry| entry.alert.incident_id.clone()) {
                Some(incident) => self.open_incident(&incident, Some(id), cx),
                None => self.notices.show(NoticeKind::Warning, "this alert belongs to no incident", cx),
            },
            Pivot::Queue(tab, filter) => {
                self.show(tab);
                self.set_filter(Filter::parse(&filter), cx);
            }
            Pivot::Query(query) => self.hunt_for(&query, cx),
            Pivot::Copy(text) => cx.run(Effect::Copy(text.clipboard().into_owned())),
        }
    }

    /// Opens the hunting view with `query` below what is there already.
    pub(super) fn hunt_for(&mut self, query: &str, cx: &mut Cx<'_>) {
        self.show(Tab::Hunt);
        self.hunt.focus = hunt::Focus::Editor;
        self.hunt.add_statement(query);
        self.keep_hunt(cx);
    }

    pub(super) fn entities_at_hand(&self) -> Vec<Entity> {
        let of_incident =
            |id: &str| -> Vec<&Alert> { self.store.alerts_of(id).into_iter().map(|entry| &entry.alert).collect() };
        let alerts: Vec<&Alert> = match self.view {
            View::Incidents => self.incidents.selected().map(of_incident).unwrap_or_default(),
            View::Incident => self.incident.as_ref().map(|page| of_incident(&page.id)).unwrap_or_default(),
            View::Alerts => self
                .alerts
                .selected()
                .and_then(|id| self.store.alert(id))
                .map(|entry| &entry.alert)
                .into_iter()
                .collect(),
            View::User => {
                let person = self.user.as_ref().map(|page| &page.person);
                person
                    .map(|person| self.store.alerts_about(person))
                    .unwrap_or_default()
                    .into_iter()
                    .map(|entry| &entry.alert)
                    .collect()
            }
            View::Hunt | View::Journal => Vec::new(),
        };
        entities(alerts).into_iter().filter(|entity| !entity.label.is_empty()).collect()
    }
}

/// Text of the filter line that looks for exactly this.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A query for what happened with a thing in the last week; `None` where no table tells.
fn query(entity: &Entity) -> Option<String> {
    let name = literal::string(entity.label.raw());
    let week = "Timestamp > ago(7d)";
    Some(match entity.kind {
        EntityKind::Device => format!(
            "union DeviceProcessEvents, DeviceFileEvents, DeviceNetworkEvents, DeviceLogonEvents, DeviceEvents\n\
             | where DeviceName =~ {name} and {week}\n\
             | project Timestamp, ActionType, AccountName, FileName, RemoteUrl, RemoteIP\n| order by Timestamp desc"
        ),
        EntityKind::File => format!(
            "DeviceFileEvents\n| where FileName =~ {name} and {week}\n\
             | project Timestamp, ActionType, DeviceName, InitiatingProcessAccountUpn, FolderPath, SHA256\n\
             | order by Timestamp desc"
        ),
        EntityKind::Ip => format!(
            "DeviceNetworkEvents\n| where RemoteIP == {name} and {week}\n\
             | project Timestamp, DeviceName, ActionType, RemoteUrl, RemotePort, InitiatingProcessFileName\n\
             | order by Timestamp desc"
        ),
        EntityKind::Url => format!(
            "DeviceNetworkEvents\n| where RemoteUrl has {name} and {week}\n\
             | project Timestamp, DeviceName, ActionType, RemoteUrl, RemoteIP, InitiatingProcessFileName\n\
             | order by Timestamp desc"
        ),
        EntityKind::Process => format!(
            "DeviceProcessEvents\n| where FileName =~ {name} and {week}\n\
             | project Timestamp, DeviceName, AccountUpn, ProcessCommandLine, InitiatingProcessFileName\n\
             | order by Timestamp desc"
        ),
        EntityKind::CloudApp => format!(
            "CloudAppEvents\n| where Application =~ {name} and {week}\n\
             | project Timestamp, ActionType, AccountDisplayName, ObjectName, IPAddress\n| order by Timestamp desc"
        ),
        EntityKind::Mailbox => format!(
            "EmailEvents\n| where (RecipientEmailAddress =~ {name} or SenderFromAddress =~ {name}) and {week}\n\
             | project Timestamp, SenderFromAddress, RecipientEmailAddress, Subject, DeliveryAction\n\
             | order by Timestamp desc"
        ),
        EntityKind::Mail => format!(
            "EmailEvents\n| where Subject == {name} and {week}\n\
             | project Timestamp, SenderFromAddress, RecipientEmailAddress, DeliveryAction, ThreatTypes\n\
             | order by Timestamp desc"
        ),
        EntityKind::User
        | EntityKind::CloudResource
        | EntityKind::Session
        | EntityKind::Group
        | EntityKind::Network
        | EntityKind::Registry
        | EntityKind::Other => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kql::{self, Schema};
    use crate::model::Verdict;

    #[test]
    fn every_hunt_can_be_run_whatever_the_thing_is_called() {
        use EntityKind::{CloudApp, Device, File, Ip, Mail, Mailbox, Process, Url};
        for kind in [Device, File, Ip, Url, Process, CloudApp, Mailbox, Mail] {
            let label = "a \"quoted\" | name\\".into();
            let entity = Entity { kind, label, detail: "".into(), count: 1, verdict: Verdict::Unknown, person: None };
            let text = query(&entity).unwrap();
            let found = kql::compile(&text, Schema::hunting()).diagnostics;
            assert!(found.is_empty(), "{text}\n{found:?}");
        }
    }
}
