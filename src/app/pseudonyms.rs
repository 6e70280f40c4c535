//! The pseudonym mode: who is who is learned from what arrives, faces get aliases, and what is sent or kept gets names.
//!
//! The state holds what the tenant said, as ever. Text that is edited is the one exception: it holds aliases while the mode
//! is on, since a cursor stands in it, and is opened again when it is taken.

use super::effect::{Effect, Timer};
use super::event::{Event, Input, Key};
use super::hunt::Editor;
use super::line::Line;
use super::notices::NoticeKind;
use super::overlay::{Overlay, Revealing};
use super::reply::{Fresh, Reply};
use super::{App, Cx, View};
use crate::base::TimeSpan;
use crate::base::Timestamp;
use crate::base::alias::{Aliases, PREFIX};
use crate::triage::journal::Kind;
use crate::triage::pseudonym::Book;
use std::sync::Arc;

/// How long a name is shown after it was asked for.
pub const REVEALED_FOR: TimeSpan = TimeSpan::minutes(5);

/// Who is called what, and whether that is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// Whether faces get aliases.
    pub is_on: bool,
    /// Everyone known; `None` until the local store has told who was called what.
    pub book: Option<Book>,
    /// Whose name is shown all the same, and until when.
    revealed: Option<(usize, Timestamp)>,
}

impl State {
    /// The mode, on from the start.
    pub fn on(book: Book) -> Self {
        Self { is_on: true, book: Some(book), revealed: None }
    }

    /// What stands before faces; `None` where names are shown.
    pub fn faces(&self) -> Option<Arc<Aliases>> {
        self.book.as_ref().filter(|_| self.is_on).map(|book| Arc::clone(book.aliases()))
    }

    /// How many people's names are shown in spite of the mode.
    pub fn revealed(&self) -> usize {
        usize::from(self.revealed.is_some())
    }

    /// `text` with the names that its aliases stand for.
    pub fn open(&self, text: &str) -> String {
        self.book.as_ref().map_or_else(|| text.to_owned(), |book| book.open(text))
    }

    fn seal(&mut self, text: &str) -> String {
        match &mut self.book {
            Some(book) if self.is_on => book.seal(text),
            _ => text.to_owned(),
        }
    }

    fn learning(&mut self) -> Option<&mut Book> {
        self.book.as_mut().filter(|_| self.is_on)
    }

    fn conceal(&mut self) {
        if let (Some((person, _)), Some(book)) = (self.revealed.take(), &mut self.book) {
            book.set_revealed(person, false);
        }
    }
}

/// What an event may have put into text that is edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edits {
    /// Nothing, or what was typed.
    Typed,
    /// Text with names in it.
    Other,
}

impl Edits {
    /// What `event` may put there. A name that is being typed is not replaced under the cursor.
    pub(super) fn of(event: &Event, in_editor: bool) -> Self {
        match event {
            Event::Action(_) | Event::Reply(_, Reply::Restored(_) | Reply::Edited(_)) => Self::Other,
            Event::Input(Input { key: Key::Enter, .. } | Input { key: Key::Char('s'), ctrl: true, .. })
                if !in_editor =>
            {
                Self::Other
            }
            _ => Self::Typed,
        }
    }
}

impl App {
    /// Learns whom `event` names, before anything of it is shown.
    pub(super) fn learn(&mut self, event: &Event) {
        let Some(book) = self.pseudonyms.learning() else { return };
        match event {
            Event::Reply(_, reply) => learn_reply(book, reply),
            Event::Journaled(record) => book.learn_entry(&record.entry),
            Event::Recalled(Ok(queues)) => {
                queues.alerts.iter().for_each(|alert| book.learn_alert(alert));
                queues.incidents.iter().for_each(|incident| book.learn_incident(incident));
            }
            _ => {}
        }
    }

    /// Finishes an update: people opened by name are learned, edited text gets aliases, and each effect gets what is meant
    /// for where it goes.
    pub(super) fn settle(&mut self, edits: Edits, cx: &mut Cx<'_>) {
        if let (Some(book), Some(page)) = (self.pseudonyms.learning(), &self.user) {
            book.learn_person(&page.person);
        }
        if edits == Edits::Other && self.pseudonyms.is_on {
            self.seal_edited();
        }
        let faces = self.pseudonyms.faces();
        let show = |text: &mut String| {
            if let Some(aliases) = &faces {
                *text = aliases.show(text).into_owned();
            }
        };
        for effect in &mut cx.effects {
            match effect {
                Effect::Hunt(_, query) => query.text = self.pseudonyms.open(&query.text),
                Effect::RememberQuery(text) | Effect::SaveDraft(_, text) => *text = self.pseudonyms.open(text),
                Effect::Record(entry) if matches!(entry.kind, Kind::Query | Kind::Note) => {
                    entry.text = self.pseudonyms.open(entry.text.raw()).into();
                }
                Effect::Copy(text) | Effect::Notify(text) | Effect::Export(_, text, _) => show(text),
                _ => {}
            }
        }
        let unkept = self.pseudonyms.learning().map(Book::take_unkept).unwrap_or_default();
        if !unkept.is_empty() {
            cx.run(Effect::KeepPseudonyms(unkept));
        }
    }

    /// Puts aliases into all text that is edited.
    fn seal_edited(&mut self) {
        let Self { pseudonyms, hunt, overlays, .. } = self;
        if seal_editor(pseudonyms, &mut hunt.editor) {
            hunt.check();
        }
        for overlay in overlays {
            match overlay {
                Overlay::Filter(prompt) => seal_line(pseudonyms, &mut prompt.line),
                Overlay::Assign(_, prompt) => seal_line(pseudonyms, &mut prompt.line),
                Overlay::Tags(_, line, _) => seal_line(pseudonyms, line),
                Overlay::Comment(_, editor) | Overlay::Write(_, _, editor) | Overlay::Note(_, editor) => {
                    seal_editor(pseudonyms, editor);
                }
                _ => {}
            }
        }
    }

    /// `overlay`, which is taken, with the names that its aliases stand for.
    pub(super) fn opened(&self, mut overlay: Overlay) -> Overlay {
        match &mut overlay {
            Overlay::Assign(_, prompt) => prompt.line = Line::new(self.pseudonyms.open(prompt.line.text())),
            Overlay::Tags(_, line, _) => *line = Line::new(self.pseudonyms.open(line.text())),
            Overlay::Comment(_, editor) | Overlay::Write(_, _, editor) | Overlay::Note(_, editor) => {
                **editor = Editor::new(&self.pseudonyms.open(&editor.text()));
            }
            _ => {}
        }
        overlay
    }

    /// Turns the mode on or off.
    pub(super) fn turn_pseudonyms(&mut self, cx: &mut Cx<'_>) {
        if self.pseudonyms.book.is_none() {
            let why = "who is called what is still being read from the local store: try again in a moment";
            return self.notices.show(NoticeKind::Warning, why, cx);
        }
        self.pseudonyms.conceal();
        if self.pseudonyms.is_on {
            let text = self.pseudonyms.open(&self.hunt.editor.text());
            if text != self.hunt.editor.text() {
                self.hunt.open(&text);
            }
            self.pseudonyms.is_on = false;
            return self.notices.show(NoticeKind::Warning, "people are shown by their names again", cx);
        }
        self.pseudonyms.is_on = true;
        let Self { pseudonyms, store, user, hunt, journal, .. } = self;
        if let Some(book) = pseudonyms.learning() {
            // Copies, so that what is unpacked of one is gone when the next is.
            store.incidents().for_each(|entry| book.learn_incident(&entry.incident.clone()));
            store.alerts().for_each(|entry| book.learn_alert(&entry.alert.clone()));
            hunt.outcome.value().into_iter().for_each(|outcome| book.learn_rows(&outcome.result));
            journal.entries().for_each(|entry| book.learn_entry(entry));
            if let Some(page) = user {
                page.identity.value().into_iter().for_each(|user| book.learn_user(user));
                page.manager.value().into_iter().flatten().for_each(|user| book.learn_user(user));
                page.sections.iter().filter_map(|part| part.rows.value()).for_each(|rows| book.learn_rows(rows));
            }
        }
        self.notices.show(NoticeKind::Info, "people are shown by aliases; what is sent stays as it is", cx);
    }

    /// Asks whose name is to be shown, and why; hides it again where one is.
    pub(super) fn ask_to_reveal(&mut self, cx: &mut Cx<'_>) {
        if !self.pseudonyms.is_on {
            return self.notices.show(NoticeKind::Info, "people are shown by their names already", cx);
        }
        if self.pseudonyms.revealed.is_some() {
            self.pseudonyms.conceal();
            return self.notices.show(NoticeKind::Info, "hidden again", cx);
        }
        let Some(book) = &self.pseudonyms.book else { return };
        let mut people = book.named(&self.names_at_hand().join("\n"));
        people.retain(|person| book.alias(*person).is_some());
        if people.is_empty() {
            return self.say_absent("nobody is named here", cx);
        }
        self.overlays.push(Overlay::Reveal(Revealing { people, cursor: 0, line: Line::default() }));
    }

    /// Texts of what is under the cursor, whoever comes first in them first.
    fn names_at_hand(&self) -> Vec<String> {
        let mut texts: Vec<String> = Vec::new();
        let person = self.person_at_hand();
        texts.extend(person.iter().flat_map(|person| [&person.upn, &person.label]).map(|text| text.raw().to_owned()));
        let entities = self.entities_at_hand();
        texts.extend(
            entities.iter().flat_map(|entity| [&entity.label, &entity.detail]).map(|text| text.raw().to_owned()),
        );
        match self.view {
            View::Incidents => {
                let entry = self.incidents.selected().and_then(|id| self.store.incident(id));
                let told = entry.map(|entry| (&entry.incident.display_name, entry.incident.assigned_to.as_ref()));
                texts.extend(
                    told.into_iter()
                        .flat_map(|(name, owner)| [Some(name), owner])
                        .flatten()
                        .map(|text| text.raw().to_owned()),
                );
            }
            View::Hunt => {
                texts.extend(
                    self.hunt.cell().into_iter().chain(self.hunt.cells()).map(|cell| cell.text().raw().to_owned()),
                );
            }
            View::Journal => {
                let entries = self
                    .journal
                    .selected()
                    .into_iter()
                    .flat_map(|story| std::iter::once(&story.head).chain(&story.rest));
                for record in entries {
                    texts.extend([record.entry.subject.clone(), record.entry.text.raw().to_owned()]);
                }
            }
            View::Alerts | View::Incident | View::User => {}
        }
        texts
    }

    /// Shows the name that was chosen, for a while, and writes down that it was.
    pub(super) fn reveal(&mut self, revealing: &Revealing, cx: &mut Cx<'_>) {
        let why = revealing.line.text().trim().to_owned();
        if why.is_empty() {
            return self.notices.show(NoticeKind::Warning, "say why: it goes into the journal with your name", cx);
        }
        self.overlays.pop();
        let Some(person) = revealing.people.get(revealing.cursor).copied() else { return };
        let place = self.breadcrumbs().pop().unwrap_or_default();
        let Some(book) = &mut self.pseudonyms.book else { return };
        let (Some(alias), Some(name)) = (book.alias(person), book.principal(person).map(str::to_owned)) else { return };
        book.set_revealed(person, true);
        self.pseudonyms.revealed = Some((person, cx.now + REVEALED_FOR));
        let place = self.pseudonyms.faces().map_or_else(|| place.clone(), |aliases| aliases.show(&place).into_owned());
        self.record(cx, |author| author.revealed(&alias, &name, &why, &place));
        let after_ms = (REVEALED_FOR.ticks() / 10_000) as u64;
        cx.run(Effect::Wake { timer: Timer::Reveal, after_ms });
        let text = format!("{alias} is shown by name for 5 minutes; that you looked is in the journal");
        self.notices.show(NoticeKind::Info, text, cx);
    }

    /// Hides what was revealed, once its time is over.
    pub(super) fn conceal_in_time(&mut self, cx: &mut Cx<'_>) {
        if self.pseudonyms.revealed.is_some_and(|(_, until)| until <= cx.now) {
            self.pseudonyms.conceal();
            self.notices.show(NoticeKind::Info, "the name is hidden again", cx);
        }
    }

    /// Whether titles may name people whom no alert has told yet, so that queues are not shown.
    pub fn withholds_names(&self) -> bool {
        self.pseudonyms.is_on && self.awaits_first_data()
    }

    /// The alias of a person that is offered to be revealed.
    pub fn alias_of(&self, person: usize) -> String {
        self.pseudonyms.book.as_ref().and_then(|book| book.alias(person)).unwrap_or_else(|| PREFIX.to_owned())
    }
}

fn learn_reply(book: &mut Book, reply: &Reply) {
    match reply {
        Reply::Incidents(Ok(page)) => page.items.iter().for_each(|incident| book.learn_incident(incident)),
        Reply::Alerts(Ok(page)) => page.items.iter().for_each(|alert| book.learn_alert(alert)),
        Reply::Incident(Ok(incident)) => book.learn_incident(incident),
        Reply::User(Ok(user)) | Reply::Manager(Ok(Some(user))) => book.learn_user(user),
        Reply::RiskyUser(Ok(Some(risk))) => book.learn_risk(risk),
        Reply::RiskHistory(Ok(changes)) => {
            for change in changes {
                book.learn(&[change.initiated_by.raw()]);
            }
        }
        Reply::Hunt(Ok(outcome)) => book.learn_rows(&outcome.result),
        Reply::Read(read) => {
            read.iter().filter_map(|(_, fresh)| fresh.as_ref().ok()).for_each(|fresh| learn_fresh(book, fresh));
        }
        Reply::Restored(Ok(kept)) => {
            kept.records.iter().chain(&kept.notes).for_each(|record| book.learn_entry(&record.entry));
            kept.drafts.iter().map(|(_, text)| text).chain(&kept.queries).for_each(|text| book.scan(text));
        }
        _ => {}
    }
}

/// Learns whom a record that was read again names.
pub fn learn_fresh(book: &mut Book, fresh: &Fresh) {
    match fresh {
        Fresh::Incident(incident) => book.learn_incident(incident),
        Fresh::Alert(alert) => book.learn_alert(alert),
        Fresh::Account(user) => book.learn_user(user),
        Fresh::Risk(risk) => book.learn_risk(risk),
    }
}

fn seal_line(pseudonyms: &mut State, line: &mut Line) {
    let sealed = pseudonyms.seal(line.text());
    if sealed != line.text() {
        *line = Line::new(sealed);
    }
}

/// Puts aliases into `editor`, its cursor where it was; whether any were needed.
fn seal_editor(pseudonyms: &mut State, editor: &mut Editor) -> bool {
    let text = editor.text();
    let sealed = pseudonyms.seal(&text);
    if sealed == text {
        return false;
    }
    let before = pseudonyms.seal(text.get(..editor.byte_cursor()).unwrap_or(&text));
    editor.replace(&sealed);
    editor.go_to(before.len());
    true
}
