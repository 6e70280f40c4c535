//! The incident page: its alerts, evidence, entities, comments, timeline and similar alerts.

use super::action::{Direction, Narrow};
use super::journal;
use super::queue::Move;
use super::remote::Remote;
use super::store::{AlertEntry, Store};
use crate::model::{Alert, Comment};
use crate::triage::similar::{self, Similar};
use crate::triage::timeline::{self, Moment, Shown};
use crate::triage::{Entity, Person, people};

/// Parts of the page that can hold the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// The alerts in order of time.
    #[default]
    Alerts,
    /// Evidence of the alert under the cursor.
    Evidence,
    /// Users, devices, files and so on of all alerts.
    Entities,
    /// Remarks on the incident and its alerts.
    Comments,
    /// All of it and our own acts, in order of time.
    Timeline,
    /// Alerts like the one under the cursor, of any incident.
    Similar,
}

impl Part {
    /// All, in the order Tab goes.
    pub const ALL: [Self; 6] =
        [Self::Alerts, Self::Evidence, Self::Entities, Self::Comments, Self::Timeline, Self::Similar];

    /// The word on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Alerts => "alerts",
            Self::Evidence => "evidence",
            Self::Entities => "entities",
            Self::Comments => "comments",
            Self::Timeline => "timeline",
            Self::Similar => "similar",
        }
    }
}

/// The page of one incident. The records are in the store; this is where one is on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Which incident.
    pub id: Box<str>,
    /// The part with the focus.
    pub part: Part,
    /// Ids of its alerts, oldest first, as shown.
    pub alert_ids: Vec<Box<str>>,
    /// The alert under the cursor.
    pub alert: Option<Box<str>>,
    /// Cursors of the other parts.
    pub evidence: usize,
    /// Cursor in the entities.
    pub entity: usize,
    /// Cursor in the comments.
    pub comment: usize,
    /// Cursor in the moments that are shown.
    pub moment: usize,
    /// Entities of all alerts.
    pub entities: Vec<Entity>,
    /// The story, whole; see [`State::moments`].
    pub story: Vec<Moment>,
    /// Which of its moments are shown.
    pub shown: Shown,
    /// Alerts like the one under the cursor; looked for while that part has the focus.
    pub similar: Vec<Similar>,
    /// Cursor in them.
    pub like: usize,
    /// The fetch of the incident with its alerts, for what is newer than the queue.
    pub fetch: Remote<()>,
}

impl State {
    /// The cursor's place among the alerts.
    pub fn alert_position(&self) -> usize {
        self.alert_ids.iter().position(|id| Some(id) == self.alert.as_ref()).unwrap_or(0)
    }
}

impl State {
    /// The page of incident `id`; opened pages follow the store.
    pub fn new(id: &str) -> Self {
        Self {
            id: id.into(),
            part: Part::default(),
            alert_ids: Vec::new(),
            alert: None,
            evidence: 0,
            entity: 0,
            comment: 0,
            moment: 0,
            entities: Vec::new(),
            story: Vec::new(),
            shown: Shown::default(),
            similar: Vec::new(),
            like: 0,
            fetch: Remote::default(),
        }
    }

    /// Takes over what the store and the journal know now. The cursor stays on its alert.
    pub(super) fn follow(&mut self, store: &Store, journal: &journal::State) {
        let alerts = store.alerts_of(&self.id);
        self.alert_ids = alerts.iter().map(|entry| entry.alert.id.clone()).collect();
        if !self.alert.as_ref().is_some_and(|id| self.alert_ids.contains(id)) {
            self.alert = self.alert_ids.first().cloned();
        }
        self.entities = people::entities(alerts.iter().map(|entry| &entry.alert));
        let alerts: Vec<&Alert> = alerts.iter().map(|entry| &entry.alert).collect();
        let incident = store.incident(&self.id).map(|entry| &entry.incident);
        self.story = timeline::moments(incident, &alerts, journal.entries());
        self.look_for_similar(store);
        self.clamp(store);
    }

    /// Looks for alerts like the one under the cursor, where they are on show.
    fn look_for_similar(&mut self, store: &Store) {
        self.similar = match self.selected(store) {
            Some(entry) if self.part == Part::Similar => {
                similar::similar(entry.likeness(), store.alerts().map(AlertEntry::likeness))
            }
            _ => Vec::new(),
        };
    }

    /// The alert under the cursor.
    pub fn selected<'a>(&self, store: &'a Store) -> Option<&'a AlertEntry> {
        self.alert.as_deref().and_then(|id| store.alert(id))
    }

    /// The alert that the part with the focus points at: the one under the cursor, the similar one, that of the moment; none
    /// where the part is about the whole incident.
    pub fn pointed<'a>(&self, store: &'a Store) -> Option<&'a AlertEntry> {
        match self.part {
            Part::Alerts | Part::Evidence => self.selected(store),
            Part::Similar => self.similar.get(self.like).and_then(|similar| store.alert(&similar.id)),
            Part::Timeline => store.alert(self.moments().nth(self.moment)?.alert.as_deref()?),
            Part::Entities | Part::Comments => None,
        }
    }

    /// Comments on the incident and then on its alerts, each in the service's order.
    pub fn comments<'a>(&self, store: &'a Store) -> Vec<&'a Comment> {
        let own = store.incident(&self.id).into_iter().flat_map(|entry| &entry.incident.details().comments);
        let of_alerts = store.alerts_of(&self.id).into_iter().flat_map(|entry| &entry.alert.details().comments);
        own.chain(of_alerts).collect()
    }

    /// The moments of the story that are shown, earliest first.
    pub fn moments(&self) -> impl Iterator<Item = &Moment> {
        self.story.iter().filter(|moment| self.shown.takes(moment))
    }

    /// Shows the next choice alone. The cursor stays on its moment, or goes to the next one that is still shown.
    pub(super) fn narrow(&mut self, by: Narrow) {
        let place = self.story.iter().enumerate().filter(|(_, moment)| self.shown.takes(moment)).nth(self.moment);
        let (place, at) = place.map_or((0, None), |(place, moment)| (place, Some(moment.at)));
        match by {
            Narrow::Kind => self.shown.step_kind(),
            Narrow::Source => self.shown.step_source(&self.story),
            Narrow::User => self.shown.step_user(&self.story),
            Narrow::Device => self.shown.step_device(&self.story),
            Narrow::Zoom => self.shown.step_zoom(at),
        }
        self.part = Part::Timeline;
        let shown = self.moments().count();
        let before = self.story.iter().take(place).filter(|moment| self.shown.takes(moment)).count();
        self.moment = before.min(shown.saturating_sub(1));
    }

    /// Moves the cursor of the part with the focus.
    pub(super) fn go(&mut self, step: Move, page: usize, store: &Store) {
        match self.part {
            Part::Alerts => {
                let place = step.apply(self.alert_position(), self.alert_ids.len(), page);
                self.alert = self.alert_ids.get(place).cloned();
                self.evidence = 0;
            }
            Part::Evidence => {
                let length = self.selected(store).map_or(0, |entry| entry.alert.details().evidence.len());
                self.evidence = step.apply(self.evidence, length, page);
            }
            Part::Entities => self.entity = step.apply(self.entity, self.entities.len(), page),
            Part::Comments => self.comment = step.apply(self.comment, self.comments(store).len(), page),
            Part::Similar => self.like = step.apply(self.like, self.similar.len(), page),
            Part::Timeline => self.moment = step.apply(self.moment, self.moments().count(), page),
        }
    }

    /// Focuses the next part or the one before.
    pub(super) fn turn(&mut self, direction: Direction, store: &Store) {
        let place = Part::ALL.iter().position(|part| *part == self.part).unwrap_or(0);
        let step = match direction {
            Direction::Next => 1,
            Direction::Previous => Part::ALL.len() - 1,
        };
        self.focus(Part::ALL.get((place + step) % Part::ALL.len()).copied().unwrap_or_default(), store);
    }

    /// Focuses a part.
    pub(super) fn focus(&mut self, part: Part, store: &Store) {
        self.part = part;
        self.like = 0;
        self.look_for_similar(store);
    }

    /// The row under the cursor of a part.
    pub fn cursor_of(&self, part: Part) -> usize {
        match part {
            Part::Alerts => self.alert_position(),
            Part::Evidence => self.evidence,
            Part::Entities => self.entity,
            Part::Comments => self.comment,
            Part::Timeline => self.moment,
            Part::Similar => self.like,
        }
    }

    /// Who is meant: the person under the cursor where that is one, else whom the alert under it is about.
    pub(super) fn person(&self, store: &Store) -> Option<Person> {
        let pointed = match self.part {
            Part::Entities => self.entities.get(self.entity).and_then(|entity| entity.person.clone()),
            Part::Evidence => self
                .selected(store)
                .and_then(|entry| entry.alert.details().evidence.get(self.evidence)?.account())
                .and_then(Person::of),
            Part::Timeline | Part::Similar => self.pointed(store).and_then(|entry| entry.people.first().cloned()),
            Part::Alerts | Part::Comments => None,
        };
        let of_alert = || self.selected(store).and_then(|entry| entry.people.first().cloned());
        let of_incident = || store.incident(&self.id).and_then(|entry| entry.people.first().cloned());
        pointed.or_else(of_alert).or_else(of_incident)
    }

    fn clamp(&mut self, store: &Store) {
        self.entity = self.entity.min(self.entities.len().saturating_sub(1));
        self.comment = self.comment.min(self.comments(store).len().saturating_sub(1));
        self.like = self.like.min(self.similar.len().saturating_sub(1));
        self.moment = self.moment.min(self.moments().count().saturating_sub(1));
        let evidence = self.selected(store).map_or(0, |entry| entry.alert.details().evidence.len());
        self.evidence = self.evidence.min(evidence.saturating_sub(1));
    }
}
