//! The application as a state machine: plain data and one function, [`App::update`]. No I/O, no clock, no terminal.
//!
//! ```text
//! Event ─▶ App::update(event, now) ─▶ Vec<Effect> ─▶ runtime ─▶ Event::Reply
//! ```
//! A function of (`App`, `Event`, `now`): replaying a log of events gives the same `App`. Every effect that replies has a
//! [`TaskId`]; a reply that nothing awaits any more changes nothing. Selections are kept by id.

pub mod action;
pub mod command;
pub mod effect;
pub mod event;
pub mod hunt;
pub mod incident;
pub mod line;
pub mod notices;
pub mod overlay;
pub mod queue;
pub mod remote;
pub mod reply;
pub mod store;
pub mod user;

pub use action::Action;
pub use command::{COMMANDS, Command, Scope, Unavailable};
pub use effect::{Effect, TaskId, Timer};
pub use event::{Event, Input, Key};
pub use overlay::Overlay;
pub use remote::{Remote, RemoteState};
pub use reply::{Cause, Failure, Reply};

use crate::base::Timestamp;
use crate::triage::Person;

/// Whom the application works for, and what it may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The profile's name, e.g. `lab`.
    pub name: String,
    /// The tenant's name or domain.
    pub tenant: String,
    /// The signed-in analyst's UPN; `None` where an application signed in.
    pub me: Option<String>,
    /// Whether writes are forbidden.
    pub read_only: bool,
}

/// What is on screen below the overlays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// The incident queue.
    #[default]
    Incidents,
    /// The alert queue.
    Alerts,
    /// [`App::incident`].
    Incident,
    /// [`App::user`].
    User,
    /// The hunting editor.
    Hunt,
}

/// Where to go back to.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    /// The incident queue.
    Incidents,
    /// The alert queue.
    Alerts,
    /// An incident's page.
    Incident(Box<str>),
    /// A person's page.
    User(Person),
    /// The hunting editor.
    Hunt,
}

/// The whole state.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct App {
    /// Whom it works for.
    pub profile: Profile,
    /// Incidents and alerts.
    pub store: store::Store,
    /// What is on screen.
    pub view: View,
    /// Where `back` goes, latest last.
    pub trail: Vec<Place>,
    /// The incident queue.
    pub incidents: queue::Queue,
    /// The alert queue.
    pub alerts: queue::Queue,
    /// The incident page opened last.
    pub incident: Option<incident::State>,
    /// The user page opened last.
    pub user: Option<user::State>,
    /// The hunting view.
    pub hunt: hunt::State,
    /// What lies over the view, topmost last.
    pub overlays: Vec<Overlay>,
    /// Short messages.
    pub notices: notices::Notices,
    /// The write under way.
    pub applying: Option<TaskId>,
    /// Rows that the focused list shows, for page moves.
    pub page_rows: usize,
    tasks_started: u64,
}

/// What a pane may touch besides its own state while it updates.
#[derive(Debug)]
pub struct Cx<'a> {
    /// Now.
    pub now: Timestamp,
    effects: Vec<Effect>,
    tasks_started: &'a mut u64,
}

impl Cx<'_> {
    /// Starts work that replies; its id.
    pub fn start(&mut self, effect: impl FnOnce(TaskId) -> Effect) -> TaskId {
        *self.tasks_started += 1;
        let task = TaskId(*self.tasks_started);
        self.effects.push(effect(task));
        task
    }

    /// Starts work that does not reply.
    pub fn run(&mut self, effect: Effect) {
        self.effects.push(effect);
    }
}

impl App {
    /// An application for `profile` with nothing loaded; send [`Event::Started`] first.
    pub fn new(profile: Profile) -> Self {
        Self { profile, page_rows: 20, ..Self::default() }
    }

    /// Applies one event and says what is to be done outside.
    pub fn update(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        let mut tasks_started = self.tasks_started;
        let cx = Cx { now, effects: Vec::new(), tasks_started: &mut tasks_started };
        let _ = event;
        let effects = cx.effects;
        self.tasks_started = tasks_started;
        effects
    }

    /// Whether keys without a command are text: an overlay is open or the editor has the focus.
    pub fn takes_text(&self) -> bool {
        !self.overlays.is_empty() || (self.view == View::Hunt && self.hunt.focus == hunt::Focus::Editor)
    }

    /// The scopes whose keys work now, innermost first. While text is taken only chords of them may be meant.
    pub fn scopes(&self) -> &'static [Scope] {
        if !self.overlays.is_empty() {
            return &[Scope::Overlay];
        }
        match (self.view, self.hunt.focus) {
            (View::Incidents | View::Alerts, _) => &[Scope::Queue, Scope::Triage, Scope::List, Scope::Global],
            (View::Incident, _) => &[Scope::Incident, Scope::Triage, Scope::List, Scope::Global],
            (View::User, _) => &[Scope::User, Scope::List, Scope::Global],
            (View::Hunt, hunt::Focus::Editor) => &[Scope::Hunt],
            (View::Hunt, hunt::Focus::Results) => &[Scope::Results, Scope::Hunt, Scope::List, Scope::Global],
        }
    }

    /// Whether the profile may write and a record is selected.
    pub fn can_write(&self) -> Result<(), Unavailable> {
        if self.profile.read_only {
            return Err(Unavailable { why: "this profile is read-only".to_owned() });
        }
        Ok(())
    }
}
