//! From anything a row names to what else is known of it: other rows, a page, a hunt.

use super::action::Tab;
use super::effect::Effect;
use super::hunt;
use super::hunt::library::Template;
use super::hunt::literal;
use super::overlay::{Item, Overlay, Picker};
use super::{App, Cx, View};
use crate::base::text::count;
use crate::model::Alert;
use crate::triage::people::{Entity, entities};
use crate::triage::{EntityKind, Filter};

/// Where to go from an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pivot {
    /// The person's page.
    Page,
    /// Incidents that name it.
    Incidents,
    /// Alerts that name it.
    Alerts,
    /// A hunt about a person.
    HuntPerson(Template),
    /// A hunt for what happened with it.
    Hunt,
    /// The clipboard.
    Copy,
}

impl Pivot {
    /// Those offered for an entity, in order.
    fn offered(entity: &Entity) -> Vec<Self> {
        let mut offered = Vec::new();
        let upn = entity.person.as_ref().map(|person| person.upn.raw()).filter(|upn| !upn.is_empty());
        if entity.person.is_some() {
            offered.push(Self::Page);
        }
        offered.extend([Self::Alerts, Self::Incidents]);
        if upn.is_some() {
            offered.extend(Template::ABOUT_PERSON.map(Self::HuntPerson));
        }
        if query(entity).is_some() {
            offered.push(Self::Hunt);
        }
        offered.push(Self::Copy);
        offered
    }

    fn title(self) -> String {
        match self {
            Self::Page => "Open the page".to_owned(),
            Self::Incidents => "Incidents that name it".to_owned(),
            Self::Alerts => "Alerts that name it".to_owned(),
            Self::HuntPerson(template) => format!("Hunt: {}", template.title()),
            Self::Hunt => "Hunt: what happened with it".to_owned(),
            Self::Copy => "Copy its name".to_owned(),
        }
    }
}

impl App {
    /// What the row under the cursor names, to choose from; where it is one thing only, where to go from that.
    pub(super) fn entity_overlay(&mut self, cx: &mut Cx<'_>) -> Option<Overlay> {
        let found = self.entities_at_hand();
        match &found[..] {
            [] => {
                self.say_absent("nothing is named here", cx);
                None
            }
            [only] => Some(pivots(only.clone())),
            _ => {
                let item = |entity: Entity| {
                    let label = format!("{:<10}  {}", entity.kind.title(), entity.label.line());
                    let detail = format!("{}  {}", entity.detail.line(), count(entity.count, "mention"));
                    Item::new(entity, label).detail(detail.trim_start())
                };
                Some(Overlay::Entities(Picker::new(found.into_iter().map(item))))
            }
        }
    }

    /// Shows where to go from `entity`.
    pub(super) fn offer_pivots(&mut self, entity: Entity) {
        self.overlays.push(pivots(entity));
    }

    /// Goes there.
    pub(super) fn pivot(&mut self, entity: &Entity, pivot: Pivot, cx: &mut Cx<'_>) {
        match pivot {
            Pivot::Page => {
                if let Some(person) = &entity.person {
                    self.open_person(person.clone(), cx);
                }
            }
            Pivot::Incidents | Pivot::Alerts => {
                self.show(if pivot == Pivot::Alerts { Tab::Alerts } else { Tab::Incidents });
                let is_person = entity.kind == EntityKind::User;
                let word = if is_person { "user:" } else { "" };
                let text = format!("{word}{}", quoted(entity.label.raw()));
                self.set_filter(Filter::parse(&text), cx);
            }
            Pivot::HuntPerson(template) => {
                if let Some(person) = &entity.person {
                    self.hunt_for(&template.about(person), cx);
                }
            }
            Pivot::Hunt => {
                if let Some(query) = query(entity) {
                    self.hunt_for(&query, cx);
                }
            }
            Pivot::Copy => cx.run(Effect::Copy(entity.label.clipboard().into_owned())),
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

fn pivots(entity: Entity) -> Overlay {
    let offered = Pivot::offered(&entity);
    Overlay::Pivots(Box::new(entity), Picker::of(offered, |pivot| pivot.title()))
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
