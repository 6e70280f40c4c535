//! The journal as the application sees it: acts with how they stand, latest first; and what the local store brought back.

use super::effect::{Effect, TaskId};
use super::hunt::Editor;
use super::hunt::buffers::draft_place;
use super::notices::NoticeKind;
use super::overlay::{Message, Overlay};
use super::queue::Move;
use super::reply::{Failure, Kept};
use super::session::is_session;
use super::warm::Keeping;
use super::{App, Cx, View};
use crate::base::{Timestamp, Untrusted};
use crate::model::Alert;
use crate::triage::journal::{Author, Entry, Kind, Record, Story, stories, subject_of};
use crate::triage::sync::{self, Sync};
use crate::triage::{Person, Target};
use std::collections::BTreeMap;

/// The most records that are looked at; older ones stay in the store.
const RECORDS_MAX: usize = 4_000;

/// What a note about `subject` is kept under while it is written.
pub fn note_draft(subject: &str) -> String {
    format!("note:{subject}")
}

/// The journal view, and what is kept with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Acts, views and queries, latest first.
    pub stories: Vec<Story>,
    /// The story under the cursor.
    pub cursor: usize,
    /// Why the local store does not keep what it should, if so.
    pub failure: Option<Failure>,
    /// Text that was being written, by key.
    pub drafts: BTreeMap<String, String>,
    /// Queries that were run, latest first.
    pub queries: Vec<String>,
    /// Every note by what it is about, in order.
    notes: BTreeMap<String, Vec<Record>>,
    records: Vec<Record>,
    /// Places in `records` of the dispositions of each alert, by subject, in order.
    dispositions: BTreeMap<String, Vec<usize>>,
    restoring: Option<TaskId>,
}

impl State {
    /// Whether what the store has kept is on its way.
    pub fn is_restoring(&self) -> bool {
        self.restoring.is_some()
    }

    /// Takes a record that was added. The cursor stays on its story.
    pub(super) fn take(&mut self, record: Record) {
        self.file(&record);
        if self.records.len() >= RECORDS_MAX {
            self.records.drain(..RECORDS_MAX / 4);
        }
        self.records.push(record);
        self.derive();
    }

    /// Files a note under what it is about; any other record is left alone.
    fn file(&mut self, record: &Record) {
        if record.entry.kind == Kind::Note {
            let notes = self.notes.entry(record.entry.subject.clone()).or_default();
            if notes.iter().all(|known| known.number != record.number) {
                notes.push(record.clone());
                notes.sort_by_key(|note| note.number);
            }
        }
    }

    /// The notes about `subject`, in order.
    pub fn notes(&self, subject: &str) -> &[Record] {
        self.notes.get(subject).map_or(&[], Vec::as_slice)
    }

    fn derive(&mut self) {
        let number = self.selected().map(|story| story.head.number);
        let was_first = self.cursor == 0;
        self.stories = stories(&self.records);
        self.dispositions.clear();
        for (place, record) in self.records.iter().enumerate() {
            if sync::is_disposition(&record.entry) {
                self.dispositions.entry(record.entry.subject.clone()).or_default().push(place);
            }
        }
        let kept = number.and_then(|number| self.stories.iter().position(|story| story.head.number == number));
        let place = if was_first { 0 } else { kept.unwrap_or(self.cursor) };
        self.cursor = place.min(self.stories.len().saturating_sub(1));
    }

    /// The story under the cursor.
    pub fn selected(&self) -> Option<&Story> {
        self.stories.get(self.cursor)
    }

    /// All entries, in order of time.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.records.iter().map(|record| &record.entry)
    }

    /// How far Purview is with what was written to `alert`.
    pub fn sync(&self, alert: &Alert, now: Timestamp) -> Option<Sync> {
        let places = self.dispositions.get(&Target::Alert(alert.id.clone()).wire())?;
        let writes = places.iter().rev().filter_map(|place| self.records.get(*place));
        sync::of_alert(alert, writes.map(|record| &record.entry), now)
    }

    /// The story of an act.
    pub fn story(&self, act: &str) -> Option<&Story> {
        self.stories.iter().find(|story| !act.is_empty() && story.act == act)
    }

    /// The last act that wrote something and was not taken back, undoing acts left out.
    pub fn last_act(&self) -> Option<&Story> {
        self.stories.iter().find(|story| {
            story.head.entry.kind == Kind::Plan
                && story.head.entry.undoes.is_empty()
                && !story.is_undone
                && !story.written().is_empty()
        })
    }

    /// Moves the cursor.
    pub(super) fn go(&mut self, step: Move, page: usize) {
        self.cursor = step.apply(self.cursor, self.stories.len(), page);
    }
}

impl App {
    /// Asks for what the store has kept.
    pub(super) fn restore(&mut self, cx: &mut Cx<'_>) {
        if self.profile.keeping == Keeping::Forgotten {
            cx.run(Effect::KeepQueues(None));
        }
        self.journal.restoring = Some(cx.start(Effect::Restore));
    }

    /// Takes what the store has kept. What was written since the start goes before it.
    pub(super) fn receive_kept(&mut self, task: TaskId, kept: Result<Box<Kept>, Failure>, cx: &mut Cx<'_>) {
        if self.journal.restoring.take_if(|restoring| *restoring == task).is_none() {
            return;
        }
        let kept = match kept {
            Ok(kept) => *kept,
            Err(failure) => return self.store_failed(failure, cx),
        };
        let fresh: Vec<Record> = std::mem::take(&mut self.journal.records);
        let known = kept.records.last().map_or(0, |record| record.number);
        self.journal.records = kept.records;
        self.journal.records.extend(fresh.into_iter().filter(|record| record.number > known));
        self.journal.derive();
        self.follow_journal();
        let later = std::mem::take(&mut self.journal.drafts);
        self.journal.drafts = kept.drafts.into_iter().chain(later).collect();
        self.journal.queries = kept.queries;
        let me = self.profile.me.as_deref();
        let known = kept.pseudonyms;
        self.pseudonyms.book.get_or_insert_with(|| known.of(me));
        for note in &kept.notes {
            self.journal.file(note);
        }
        for (key, text) in &self.journal.drafts {
            if let Some(place) = draft_place(key) {
                self.hunt.restore_buffer(place, text);
            }
        }
        self.restore_session(cx);
        let is_text = |key: &&String| draft_place(key).is_none() && !is_session(key);
        let unfinished = self.journal.drafts.keys().filter(is_text).count();
        if unfinished > 0 {
            let what = crate::base::text::count(unfinished, "unfinished text");
            self.notices.show(NoticeKind::Info, format!("{what} kept: open the comment or text again to go on"), cx);
        }
    }

    /// Brings the open incident's timeline up to the journal.
    pub(super) fn follow_journal(&mut self) {
        if let Some(page) = &mut self.incident {
            page.follow(&self.store, &self.journal);
        }
    }

    /// Says once what the store cannot do.
    pub(super) fn store_failed(&mut self, failure: Failure, cx: &mut Cx<'_>) {
        if self.journal.failure.as_ref() != Some(&failure) {
            self.notify_failure(&failure, cx);
            self.journal.failure = Some(failure);
        }
    }

    /// Adds an entry to the journal.
    pub(super) fn record(&self, cx: &mut Cx<'_>, entry: impl FnOnce(Author<'_>) -> Entry) {
        let author = Author { by: self.profile.me.as_deref().unwrap_or_default(), at: cx.now };
        let entry = Box::new(entry(author));
        cx.run(Effect::Record(entry));
    }

    /// Notes that the page of `person` was opened.
    pub(super) fn record_view(&self, person: &Person, cx: &mut Cx<'_>) {
        self.record(cx, |author| author.viewed(person));
    }

    /// Notes that `query` was run, and puts it into the history.
    pub(super) fn record_query(&mut self, query: &str, cx: &mut Cx<'_>) {
        self.record(cx, |author| author.queried(query));
        self.journal.queries.retain(|known| known != query);
        self.journal.queries.insert(0, query.to_owned());
        cx.run(Effect::RememberQuery(query.to_owned()));
    }

    /// What a note would be about now: the person of the user page, else the incident at hand; with its title.
    pub(super) fn notable(&self) -> Option<(String, String)> {
        if self.view == View::User {
            let page = self.user.as_ref()?;
            return Some((subject_of(&page.person), page.person.label.line().into_owned()));
        }
        let incident: Box<str> = match self.view {
            View::Incidents => self.incidents.selected()?.into(),
            View::Alerts => self.store.alert(self.alerts.selected()?)?.alert.incident_id.clone()?,
            View::Incident => self.incident.as_ref()?.id.clone(),
            View::User | View::Hunt | View::Journal => return None,
        };
        let target = Target::Incident(incident);
        Some((target.wire(), target.title()))
    }

    /// Keeps `text` as a note about `subject`, for this machine alone.
    pub(super) fn keep_note(&mut self, subject: &str, text: &str, cx: &mut Cx<'_>) {
        let text = text.trim();
        self.keep_draft(&note_draft(subject), String::new(), cx);
        if !text.is_empty() {
            self.record(cx, |author| author.noted(subject, text));
            self.notices.show(NoticeKind::Info, "noted here; nothing was sent", cx);
        }
    }

    /// Shows the story under the cursor in full: every record with what was there before, what was written, and the
    /// request.
    pub(super) fn show_story(&mut self) {
        let Some(story) = self.journal.selected() else { return };
        let entry = &story.head.entry;
        let mut lines = vec![format!("{}  {}  by {}", entry.at, entry.kind.title(), told(&entry.by.as_str().into()))];
        if !entry.subject.is_empty() {
            lines.push(told(&entry.subject.as_str().into()));
        }
        lines.extend(entry.text.block().lines().map(str::to_owned));
        if !entry.undoes.is_empty() {
            lines.push(format!("takes back the act {}", told(&entry.undoes.as_str().into())));
        }
        for record in &story.rest {
            let entry = &record.entry;
            lines.push(String::new());
            lines.push(format!("{}  {}", entry.kind.title(), told(&entry.subject.as_str().into())));
            if matches!(entry.kind, Kind::Conflict | Kind::Failure) {
                lines.push(format!("  {}", entry.text.line()));
            }
            for (name, value) in [("before", &entry.before), ("after", &entry.after)] {
                if !value.is_null() {
                    lines.push(format!("  {name:<7} {}", told(&value.to_string().into())));
                }
            }
            if let Some(id) = &entry.request_id {
                lines.push(format!("  request {}", told(&id.as_str().into())));
            }
        }
        lines.push(String::new());
        lines.push(format!("entry {}, hash {}", story.head.number, story.head.hash));
        let title = "Journal".to_owned();
        self.overlays.push(Overlay::Message(Message::new(title, lines)));
    }

    /// Keeps the query on screen as it is now.
    pub(super) fn keep_hunt(&mut self, cx: &mut Cx<'_>) {
        self.keep_draft(&self.hunt.draft_key(), self.hunt.editor.text(), cx);
    }

    /// Keeps `text` under `key` as it is now; an empty one is forgotten.
    pub(super) fn keep_draft(&mut self, key: &str, text: String, cx: &mut Cx<'_>) {
        let known = self.journal.drafts.get(key).map_or("", String::as_str);
        if known == text {
            return;
        }
        if text.is_empty() {
            self.journal.drafts.remove(key);
        } else {
            self.journal.drafts.insert(key.to_owned(), text.clone());
        }
        cx.run(Effect::SaveDraft(key.to_owned(), text));
    }

    /// An editor that goes on with the draft `key`, or starts with `text`.
    pub(super) fn drafted(&self, key: &str, text: &str) -> Box<Editor> {
        Box::new(Editor::new(self.journal.drafts.get(key).map_or(text, String::as_str)))
    }
}

/// Text of the journal on one line, safe for a screen.
fn told(text: &Untrusted) -> String {
    text.line().into_owned()
}
