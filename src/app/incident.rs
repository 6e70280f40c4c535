//! The incident page: its alerts, evidence, entities and comments.

use super::remote::Remote;
use crate::triage::Entity;

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
}

impl Part {
    /// All, in the order Tab goes.
    pub const ALL: [Self; 4] = [Self::Alerts, Self::Evidence, Self::Entities, Self::Comments];

    /// The word on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Alerts => "alerts",
            Self::Evidence => "evidence",
            Self::Entities => "entities",
            Self::Comments => "comments",
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
    /// Entities of all alerts.
    pub entities: Vec<Entity>,
    /// The fetch of the incident with its alerts, for what is newer than the queue.
    pub fetch: Remote<()>,
}

impl State {
    /// The cursor's place among the alerts.
    pub fn alert_position(&self) -> usize {
        self.alert_ids.iter().position(|id| Some(id) == self.alert.as_ref()).unwrap_or(0)
    }
}
