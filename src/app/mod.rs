//! The application as a state machine: plain data and one function, [`App::update`]. No I/O, no clock, no terminal.
//!
//! ```text
//! Event ─▶ App::update(event, now) ─▶ Vec<Effect> ─▶ runtime ─▶ Event::Reply
//! ```
//! A function of (`App`, `Event`, `now`): replaying a log of events gives the same `App`. Every effect that replies has a
//! [`TaskId`]; a reply that nothing awaits any more changes nothing. Selections are kept by id.

pub mod action;
mod announce;
mod answer;
pub mod apply;
mod arrange;
mod ask;
mod brief;
pub mod columns;
pub mod command;
mod compose;
mod details;
pub mod dispose;
pub mod doctor;
pub mod effect;
mod entry;
pub mod event;
mod filtering;
mod fuzzy;
pub mod hunt;
pub mod incident;
pub mod journal;
pub mod line;
pub mod load;
pub mod log;
mod navigate;
pub mod news;
mod next;
pub mod notices;
mod order;
pub mod overlay;
pub mod palette;
pub mod pane;
pub mod pivot;
mod places;
pub mod pseudonyms;
pub mod queue;
pub mod remote;
pub mod reply;
pub mod respond;
pub mod session;
pub mod sort;
pub mod store;
#[cfg(test)]
mod tests;
pub mod undo;
pub mod user;
pub mod warm;

pub use action::Action;
pub use command::{COMMANDS, Command, Scope, Unavailable};
pub use effect::{Effect, TaskId, Timer};
pub use event::{Event, Input, Key};
pub use overlay::Overlay;
pub use pane::Pane;
pub use remote::{Remote, RemoteState};
pub use reply::{Cause, Failure, Reply};

use crate::base::Timestamp;
use crate::base::alias::through;
use crate::triage::ageing::Targets;
use crate::triage::score::Weights;
use crate::triage::{Filter, Macro, Person, Watchlist, filter};
use pseudonyms::Edits;
use std::sync::Arc;

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
    /// Whether accounts may be acted on: sessions revoked, accounts disabled, Entra's risk decided.
    pub allow_response: bool,
    /// Seconds between taking a plan and writing it, in which it can be stopped.
    pub grace_seconds: u32,
    /// Whether the journal outlives the program.
    pub keeps_journal: bool,
    /// What becomes of the first of the queues between runs.
    pub keeping: warm::Keeping,
    /// Seconds between two looks for what changed in the queues; 0 where only a key looks.
    pub refresh_seconds: u32,
    /// Filters by name, as configured.
    pub views: Vec<NamedView>,
    /// Dispositions by name, as configured.
    pub macros: Vec<Macro>,
    /// What each reason of the priority weighs.
    pub weights: Weights,
    /// How long work may wait.
    pub targets: Targets,
    /// What is watched.
    pub watchlist: Arc<Watchlist>,
    /// The filter that a new incident must pass to be announced; none where empty.
    pub notify: String,
    /// Ids, in lower case, and names of the tenant's own sensitivity labels and sensitive types.
    pub labels: Vec<(String, String)>,
}

/// A filter that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedView {
    /// Its name.
    pub name: String,
    /// The text of the filter line.
    pub filter: String,
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
    /// The journal.
    Journal,
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
    /// The journal.
    Journal,
}

/// A place with the cursor one left there.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// The place.
    pub place: Place,
    /// The id of the row under the cursor, where rows have one.
    pub cursor: Option<Box<str>>,
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
    pub trail: Vec<Stop>,
    /// Where `forward` goes, latest last.
    pub ahead: Vec<Stop>,
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
    /// The journal, drafts and query history.
    pub journal: journal::State,
    /// The act whose records are read to take it back.
    pub undoing: Option<undo::Undoing>,
    /// The write under way.
    pub applying: Option<dispose::Applying>,
    /// The text that is in the analyst's own editor.
    pub editing: Option<TaskId>,
    /// Rows that the focused list shows, for page moves.
    pub page_rows: usize,
    /// Whether clicks and the wheel come here instead of staying with the terminal.
    pub has_mouse: bool,
    /// How far back the queues were last fetched; `None` before the first fetch.
    pub window: Option<load::Window>,
    /// The task that brings what was asked of the tenant.
    reading_log: Option<TaskId>,
    /// Who is called what where names are not to be shown.
    pub pseudonyms: pseudonyms::State,
    /// Whether there was more to be had than the queues hold, so that Graph is asked to filter.
    pub is_narrowed: bool,
    /// How far the fetches of incidents and of alerts under way have come.
    fetching: [store::Progress; 2],
    /// As of when the queues are that were kept last.
    queues_kept: Option<Timestamp>,
    /// Incidents fetched again after a write, for what the service changed along with it.
    following: Vec<TaskId>,
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
        let alerts = queue::Queue::of(&columns::Field::OF_ALERTS);
        let store = store::Store::watching(Arc::clone(&profile.watchlist));
        Self { profile, store, alerts, page_rows: 20, ..Self::default() }
    }

    /// Applies one event and says what is to be done outside.
    pub fn update(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        let mut tasks_started = self.tasks_started;
        let mut cx = Cx { now, effects: Vec::new(), tasks_started: &mut tasks_started };
        if matches!(event, Event::Action(_) | Event::Input(_)) {
            self.notices.dismiss(now);
            self.keep_later(&mut cx);
        }
        self.learn(&event);
        let edits = Edits::of(&event, self.overlays.is_empty());
        match event {
            Event::Started => {
                self.fetch_queues(&mut cx);
                self.restore(&mut cx);
            }
            Event::Action(action) if self.overlays.is_empty() || action.works_over_overlays() => {
                self.act(action, &mut cx);
            }
            Event::Input(input) if !self.overlays.is_empty() => self.answer(&input, &mut cx),
            Event::Input(input) if self.takes_text() => {
                self.hunt.input(&input);
                self.keep_hunt(&mut cx);
            }
            Event::Action(_) | Event::Input(_) => {}
            Event::Reply(task, reply) => self.receive(task, reply, &mut cx),
            Event::Resized { rows } => self.page_rows = rows.max(1),
            Event::Woke(Timer::Refresh) => self.fetch_changes(&mut cx),
            Event::Woke(Timer::Notices) => self.notices.expire(&mut cx),
            Event::Woke(Timer::Grace) => self.count_down(&mut cx),
            Event::Woke(Timer::Reveal) => self.conceal_in_time(&mut cx),
            Event::Woke(Timer::Session) | Event::Closing => self.keep_session(&mut cx),
            Event::Journaled(record) => {
                self.journal.take(*record);
                self.follow_journal();
            }
            Event::StoreFailed(failure) => self.store_failed(failure, &mut cx),
            Event::Recalled(Ok(queues)) => self.recall(*queues, now),
            Event::Recalled(Err(failure)) => self.notify_failure(&failure, &mut cx),
            Event::SignedIn { me } => self.signed_in(me, now),
            Event::SignInWanted { message, code } => self.ask_to_sign_in(&message, &code, &mut cx),
            Event::SignInEnded => self.hide_sign_in(),
        }
        self.settle(edits, &mut cx);
        self.store.settle(self.incident.as_ref().map(|page| &*page.id));
        let effects = cx.effects;
        self.tasks_started = tasks_started;
        effects
    }

    /// Does what an action says. Routes only.
    fn act(&mut self, action: Action, cx: &mut Cx<'_>) {
        if action.is_about_a_row()
            && let Some(queue) = self.queue_mut()
        {
            queue.hold();
        }
        match action {
            Action::Quit => {
                self.keep_session(cx);
                cx.run(Effect::Exit);
            }
            Action::Refresh => self.refresh(cx),
            Action::Show(tab) => self.show(tab),
            Action::Back => self.go_back(cx),
            Action::Forward => self.go_forward(cx),
            Action::Move(step) => self.go(step),
            Action::Open => self.open(cx),
            Action::OpenUser => self.open_user(cx),
            Action::OpenPerson(person) => self.open_person(person, cx),
            Action::Part(direction) => self.turn(direction, cx),
            Action::Focus(pane) => self.focus(pane, cx),
            Action::Mouse => self.turn_mouse(cx),
            Action::Stop => self.stop_work(cx),
            Action::ToggleMark => {
                if let Some(queue) = self.queue_mut() {
                    queue.toggle_mark();
                    self.go(queue::Move::By(1));
                }
            }
            Action::MarkRange => self.mark_range(),
            Action::NextUp => self.next_up(cx),
            Action::NextNews => self.next_news(cx),
            Action::ClearMarks => {
                if let Some(queue) = self.queue_mut() {
                    queue.marks.clear();
                }
            }
            Action::Arrange(arrange) => self.arrange(arrange, cx),
            Action::ShowLog => self.show_log(cx),
            Action::CopyFilter => self.copy_filter(cx),
            Action::ResetFilter => self.set_filter(Filter::parse(filter::DEFAULT), cx),
            Action::Ask(question) => self.ask(question, cx),
            Action::Propose(act) => self.propose(&act, cx),
            Action::Macro(name) => self.propose_macro(&name, None, cx),
            Action::CloseOverlay if self.stop_grace(cx) => {}
            Action::CloseOverlay => self.close_overlay(cx),
            Action::EditOutside => self.edit_outside(cx),
            Action::WriteAt(line, character) => self.write_at(line, character),
            Action::HuntAbout(template) => self.hunt_about(template, cx),
            Action::Hunt(action) => {
                let (faces, hunt) = (self.pseudonyms.faces(), &mut self.hunt);
                if let Some(query) = through(faces, || hunt.update(action, cx, &mut self.notices)) {
                    self.record_query(&query, cx);
                }
                if matches!(action, hunt::Action::Format | hunt::Action::Narrow) {
                    self.keep_hunt(cx);
                }
            }
            Action::OpenCell => self.open_cell(cx),
            Action::Undo => self.begin_undo(cx),
            Action::Explain => self.explain(),
            Action::Gather => self.user.iter_mut().for_each(|page| page.fetch_all_due(cx)),
            Action::Export => self.begin_export(cx),
            Action::Narrow(by) => self.narrow(by, cx),
            Action::MarkSimilar => self.mark_similar(cx),
            Action::Details => self.show_details(cx),
            Action::CopyLink => self.copy_link(cx),
            Action::Copy => self.copy(cx),
            Action::Examine => self.examine(cx),
            Action::Pseudonyms => self.turn_pseudonyms(cx),
            Action::Reveal => self.ask_to_reveal(cx),
        }
    }

    /// Takes an effect's result. Routes only; each receiver checks that it still awaits the task.
    fn receive(&mut self, task: TaskId, reply: Reply, cx: &mut Cx<'_>) {
        match reply {
            Reply::Incidents(page) => self.receive_incidents(task, page, cx),
            Reply::Alerts(page) => self.receive_alerts(task, page, cx),
            Reply::Incident(incident) => self.receive_incident(task, incident, cx),
            Reply::Hunt(outcome) if self.hunt.outcome.awaits(task) => self.hunt.receive(task, outcome, cx),
            Reply::User(_) | Reply::Manager(_) | Reply::RiskyUser(_) | Reply::RiskHistory(_) | Reply::Hunt(_) => {
                if let Some(page) = &mut self.user {
                    page.receive(task, reply, &self.store, cx);
                }
                self.export_when_whole(cx);
            }
            Reply::Wrote(applied) => self.receive_wrote(task, applied, cx),
            Reply::Applied(rest) => self.receive_applied(task, rest, cx),
            Reply::Read(read) => self.receive_read(task, read, cx),
            Reply::Restored(kept) => self.receive_kept(task, kept, cx),
            Reply::Examined(step) => self.receive_step(task, step),
            Reply::Requests(requests) => self.receive_log(task, &requests),
            Reply::Edited(edited) => self.receive_edited(task, edited, cx),
            Reply::Exported(Ok(path)) => {
                let path = crate::base::Untrusted::new(path);
                self.notices.show(notices::NoticeKind::Info, format!("written to {}", path.line()), cx);
            }
            Reply::Copied(Ok(copied)) => {
                let bytes = copied.bytes;
                let text = match copied.file {
                    None => format!("sent to the clipboard, {bytes} bytes"),
                    Some(file) => {
                        format!("{bytes} bytes are more than a clipboard takes: they are in {file}, for you alone")
                    }
                };
                self.notices.show(notices::NoticeKind::Info, text, cx);
            }
            Reply::Exported(Err(failure)) | Reply::Copied(Err(failure)) => self.notify_failure(&failure, cx),
        }
    }

    /// Whether the queues are on their way for the first time, so that there is nothing to look at yet.
    pub fn awaits_first_data(&self) -> bool {
        matches!(self.store.incidents_fetch.state(), RemoteState::NotAsked | RemoteState::Loading)
            || matches!(self.store.alerts_fetch.state(), RemoteState::NotAsked | RemoteState::Loading)
    }

    /// Whether a queue is on its way whole, so that its order is still to change.
    pub fn loads_first_data(&self) -> bool {
        let fetches = [&self.store.incidents_fetch, &self.store.alerts_fetch];
        fetches.iter().any(|fetch| fetch.is_loading() && fetch.value().is_none_or(|progress| !progress.is_complete))
    }

    /// Whether keys without a command are text: an overlay is open or the editor has the focus.
    pub fn takes_text(&self) -> bool {
        !self.overlays.is_empty() || (self.view == View::Hunt && self.hunt.focus == hunt::Focus::Editor)
    }

    /// The scopes whose keys work now, innermost first. While text is taken only chords of them may be meant.
    pub fn scopes(&self) -> &'static [Scope] {
        if self.overlays.is_empty() { self.scopes_below_overlays() } else { &[Scope::Overlay] }
    }

    /// The scopes of the view itself, for help and palette.
    pub fn scopes_below_overlays(&self) -> &'static [Scope] {
        match (self.view, self.hunt.focus) {
            (View::Incidents | View::Alerts, _) => &[Scope::Queue, Scope::Triage, Scope::List, Scope::Global],
            (View::Incident, _) => &[Scope::Incident, Scope::Triage, Scope::List, Scope::Global],
            (View::User, _) => &[Scope::User, Scope::List, Scope::Global],
            (View::Journal, _) => &[Scope::List, Scope::Global],
            (View::Hunt, hunt::Focus::Editor) => &[Scope::Hunt],
            (View::Hunt, hunt::Focus::Results) => &[Scope::Results, Scope::Hunt, Scope::List, Scope::Global],
        }
    }
}
