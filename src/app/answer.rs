//! Keys while an overlay is open: all go to the topmost. Esc closes, Enter takes, arrows move.

use super::ask::SIGN_IN;
use super::doctor;
use super::effect::Effect;
use super::event::{Input, Key};
use super::journal::note_draft;
use super::line::Line;
use super::notices::NoticeKind;
use super::overlay::{About, Choice, Message, Overlay, Picker, PlanPreview, Purpose, Results, Writing};
use super::palette::Palette;
use super::{App, Cx};
use crate::base::Untrusted;
use crate::model::ServiceSource;
use crate::triage::plan::{Finding, Status, Text};
use crate::triage::{Act, Filter};

impl App {
    /// Gives a key to the topmost overlay.
    pub(super) fn answer(&mut self, input: &Input, cx: &mut Cx<'_>) {
        match input.key {
            Key::Esc if self.stop_grace(cx) => {}
            Key::Esc => self.close_overlay(cx),
            Key::Char('s') if input.ctrl => self.accept(cx),
            Key::Enter if input.ctrl || self.overlays.last().and_then(Overlay::written).is_none() => self.accept(cx),
            Key::Char('D') if matches!(self.overlays.last(), Some(Overlay::Plan(_))) => self.consent(cx),
            Key::Char('m') if matches!(self.overlays.last(), Some(Overlay::Plan(_))) => self.add_comment(),
            _ if self.answer_doctor(input, cx) => {}
            _ => {
                self.edit_overlay(input, cx);
                self.keep_written(cx);
            }
        }
    }

    /// Keeps what is being written in the topmost overlay.
    pub(super) fn keep_written(&mut self, cx: &mut Cx<'_>) {
        let (key, text) = match self.overlays.last() {
            Some(Overlay::Comment(about, editor)) => (about.draft("comment"), editor.text()),
            Some(Overlay::Write(about, writing, editor)) => (writing.draft(about), editor.text()),
            Some(Overlay::Note(noted, editor)) => (note_draft(&noted.subject), editor.text()),
            _ => return,
        };
        self.keep_draft(&key, text, cx);
    }

    /// Opens the editor for a comment that goes along with the act on show.
    fn add_comment(&mut self) {
        if let Some(Overlay::Plan(PlanPreview { origin: Some((about, act)), seconds_left: None, .. })) =
            self.overlays.last()
        {
            let writing = Writing::With(act.clone());
            let editor = self.drafted(&writing.draft(about), "");
            self.overlays.push(Overlay::Write(about.clone(), writing, editor));
        }
    }

    /// Shows the plan that a text just written belongs to.
    fn take_text(&mut self, about: &About, writing: Writing, text: String, cx: &mut Cx<'_>) {
        let key = writing.draft(about);
        let act = match writing {
            Writing::Text(field) => Act::Write(field, text),
            Writing::With(act) => {
                // Over the plan without it, which the new one replaces.
                self.overlays.truncate(self.overlays.len().saturating_sub(2));
                let reason = match (&act, about.is_of_incidents()) {
                    (Act::Resolve(_) | Act::SetStatus(Status::Resolved), true) => {
                        Act::Write(Text::ResolvingComment, text)
                    }
                    _ => Act::Comment(text),
                };
                Act::Several(vec![act, reason])
            }
        };
        self.propose_for(about, &act, cx);
        self.done_with(key);
    }

    /// Puts a query of the history below what is in the editor.
    fn take_query(&mut self, picker: &Picker<String>, cx: &mut Cx<'_>) {
        if let Some(query) = picker.selected() {
            self.overlays.pop();
            self.hunt.add_statement(query);
            self.keep_hunt(cx);
        }
    }

    /// Forgets the draft `key` once the plan on show is sent.
    fn done_with(&mut self, key: String) {
        if let Some(Overlay::Plan(preview)) = self.overlays.last_mut() {
            preview.drafts.push(key);
        }
    }

    /// Closes the topmost overlay; an unfinished filter goes back to what it was, and what waits for it is given up.
    pub(super) fn close_overlay(&mut self, cx: &mut Cx<'_>) {
        match self.overlays.pop() {
            Some(Overlay::Filter(prompt)) => self.set_filter(prompt.before, cx),
            Some(Overlay::Words(_, before)) => self.take_words(&before),
            Some(Overlay::Doctor(mut state)) => doctor::stop(&mut state, cx),
            Some(Overlay::Message(message)) if message.title == SIGN_IN => cx.run(Effect::CancelSignIn),
            _ => {}
        }
    }

    fn edit_overlay(&mut self, input: &Input, cx: &mut Cx<'_>) {
        let page = self.page_rows.max(2) - 1;
        match self.overlays.last_mut() {
            None => {}
            Some(Overlay::Message(message))
                if let Key::Char(key) = input.key
                    && let Some(text) = message.copied_by(key) =>
            {
                cx.run(Effect::Copy(Untrusted::new(text).clipboard().into_owned()));
            }
            Some(
                Overlay::Help { scroll }
                | Overlay::Plan(PlanPreview { scroll, .. })
                | Overlay::Doctor(doctor::State { scroll, .. })
                | Overlay::Message(Message { scroll, .. }),
            ) => {
                *scroll = step(*scroll, input, page, usize::MAX);
            }
            Some(Overlay::Palette(palette)) => {
                if palette.line.input(input) {
                    let line = palette.line.clone();
                    let palette = Palette::matching(line, self);
                    self.overlays.pop();
                    self.overlays.push(Overlay::Palette(palette));
                } else {
                    palette.cursor = step(palette.cursor, input, page, palette.matches.len());
                }
            }
            Some(Overlay::Filter(_)) => self.edit_filter(input, cx),
            Some(Overlay::Sources(picker)) => {
                if input.key == Key::Char(' ') {
                    picker.toggle_source();
                } else {
                    picker.input(input, page);
                }
            }
            Some(Overlay::Columns(_)) => self.edit_columns(input, cx),
            Some(Overlay::Assign(_, prompt)) => {
                let changed = prompt.line.input(input);
                let moved = step(prompt.cursor, input, page, prompt.choices.len());
                prompt.cursor = if changed { 0 } else { moved };
            }
            Some(Overlay::Status(_, picker)) => picker.input(input, page),
            Some(Overlay::Severity(_, picker)) => picker.input(input, page),
            Some(Overlay::Macros(_, picker) | Overlay::History(picker)) => picker.input(input, page),
            Some(Overlay::Texts(_, picker)) => picker.input(input, page),
            Some(Overlay::Views(picker)) => match input.key {
                Key::Char(digit @ '1'..='9') => {
                    let place = digit as usize - '1' as usize;
                    if place < picker.items.len() {
                        picker.cursor = place;
                        self.accept(cx);
                    }
                }
                _ => picker.input(input, page),
            },
            Some(Overlay::Entities(picker)) => picker.input(input, page),
            Some(Overlay::Pivots(_, picker)) => picker.input(input, page),
            Some(Overlay::Responses(picker)) => picker.input(input, page),
            Some(Overlay::Tags(_, line, _)) => {
                line.input(input);
            }
            Some(Overlay::Reveal(revealing)) => {
                revealing.line.input(input);
                revealing.cursor = step(revealing.cursor, input, page, revealing.people.len());
            }
            Some(Overlay::Words(line, _)) => {
                line.input(input);
                let words = line.text().to_owned();
                self.take_words(&words);
            }
            Some(Overlay::Results(results)) => results.input(input, page),
            Some(Overlay::Classification(_, _, picker)) => picker.input(input, page),
            Some(Overlay::Determination(_, _, _, picker)) => picker.input(input, page),
            Some(Overlay::Comment(_, editor) | Overlay::Write(_, _, editor) | Overlay::Note(_, editor)) => {
                editor.input(input);
            }
        }
    }

    fn accept(&mut self, cx: &mut Cx<'_>) {
        let Some(overlay) = self.overlays.last().cloned() else { return };
        match self.opened(overlay) {
            Overlay::Doctor(_) => self.close_overlay(cx),
            Overlay::Help { .. } | Overlay::Message(_) | Overlay::Columns(_) | Overlay::Words(..) => {
                self.overlays.pop();
            }
            Overlay::Palette(palette) => self.take_found(&palette, cx),
            overlay @ (Overlay::Entities(_) | Overlay::Pivots(..)) => self.take_pivot(overlay, cx),
            Overlay::Filter(_) if self.take_candidate(cx) => {}
            Overlay::Filter(prompt) => self.take_filter(prompt.filter, cx),
            Overlay::Sources(picker) => {
                self.overlays.pop();
                self.take_sources(&picker, cx);
            }
            Overlay::Assign(about, prompt) => {
                self.propose_for(&about, &Act::Assign(prompt.owner()), cx);
            }
            Overlay::Status(about, picker) => {
                if let Some(status) = picker.selected() {
                    self.propose_for(&about, &Act::SetStatus(*status), cx);
                }
            }
            Overlay::Classification(about, purpose, picker) => {
                if let Some(classification) = picker.selected() {
                    self.overlays.push(Overlay::determination(about, purpose, classification.clone()));
                }
            }
            Overlay::Determination(about, purpose, classification, picker) => {
                if let Some(determination) = picker.selected().cloned() {
                    let finding = Finding { classification, determination };
                    let act = match purpose {
                        Purpose::Classify => Act::Classify(finding),
                        Purpose::Resolve => Act::Resolve(finding),
                    };
                    self.propose_for(&about, &act, cx);
                }
            }
            Overlay::Comment(about, editor) => {
                self.propose_for(&about, &Act::Comment(editor.text()), cx);
                self.done_with(about.draft("comment"));
            }
            Overlay::Severity(about, picker) => {
                if let Some(severity) = picker.selected() {
                    self.propose_for(&about, &Act::SetSeverity(severity.clone()), cx);
                }
            }
            Overlay::Macros(about, picker) => {
                if let Some(name) = picker.selected() {
                    self.propose_macro(name, Some(about), cx);
                }
            }
            Overlay::Tags(about, line, before) => self.propose_for(&about, &tag(&line, &before), cx),
            Overlay::Texts(about, picker) => {
                if let Some(text) = picker.selected() {
                    let overlay = self.text_overlay(about, *text);
                    self.overlays.push(overlay);
                }
            }
            Overlay::Write(about, writing, editor) => self.take_text(&about, writing, editor.text(), cx),
            Overlay::Note(noted, editor) => {
                self.overlays.pop();
                self.keep_note(&noted.subject, &editor.text(), cx);
            }
            Overlay::Views(picker) => {
                self.overlays.pop();
                if let Some(filter) = picker.selected() {
                    self.set_filter(Filter::parse(filter), cx);
                }
            }
            Overlay::History(picker) => self.take_query(&picker, cx),
            Overlay::Responses(picker) => {
                if let Some(response) = picker.selected() {
                    self.propose_response(*response, cx);
                }
            }
            Overlay::Reveal(revealing) => self.reveal(&revealing, cx),
            Overlay::Plan(_) => self.apply(cx),
            Overlay::Results(_) => self.go_on(cx),
        }
    }

    /// Puts what was typed in force, unless it cannot be read.
    fn take_filter(&mut self, filter: Filter, cx: &mut Cx<'_>) {
        if let Some(error) = filter.errors.first() {
            self.notices.show(NoticeKind::Warning, error.message.clone(), cx);
            return;
        }
        self.overlays.pop();
        self.set_filter(filter, cx);
    }

    /// Goes on from the thing that was chosen, or where was chosen.
    fn take_pivot(&mut self, overlay: Overlay, cx: &mut Cx<'_>) {
        self.overlays.pop();
        match overlay {
            Overlay::Entities(picker) => {
                if let Some(lead) = picker.selected() {
                    self.offer_pivots(lead.clone());
                }
            }
            Overlay::Pivots(_, picker) => {
                if let Some(pivot) = picker.selected() {
                    self.pivot(pivot.clone(), cx);
                }
            }
            _ => {}
        }
    }

    /// Puts the marked sources in force. Where no mark was changed, the one under the cursor alone, if it has none.
    fn take_sources(&mut self, picker: &Picker<Option<ServiceSource>>, cx: &mut Cx<'_>) {
        let Some(queue) = self.queue() else { return };
        let asked = queue.filter.sources();
        let marked = picker.items.iter().filter(|item| item.marked);
        let mut sources: Vec<ServiceSource> = marked.filter_map(|item| item.value.clone()).collect();
        let is_changed = sources.len() != asked.len() || sources.iter().any(|source| !asked.contains(source));
        match picker.items.get(picker.cursor) {
            Some(item) if !is_changed && !item.marked => sources = item.value.clone().into_iter().collect(),
            Some(_) | None => {}
        }
        let filter = queue.filter.with_sources(&sources);
        self.set_filter(filter, cx);
    }

    /// Puts a filter in force on the queue on screen.
    pub(super) fn set_filter(&mut self, filter: Filter, cx: &mut Cx<'_>) {
        if let Some(queue) = self.queue_mut() {
            queue.filter = filter;
            self.order_queue(cx.now);
            self.widen_window(cx);
        }
    }
}

impl Picker<Option<ServiceSource>> {
    /// Marks the source under the cursor or takes its mark away; on `all`, takes every mark away.
    fn toggle_source(&mut self) {
        let is_all = matches!(self.selected(), Some(None));
        for (index, item) in self.items.iter_mut().enumerate() {
            if is_all {
                item.marked = false;
            } else if index == self.cursor {
                item.marked = !item.marked;
            }
        }
    }
}

impl Results {
    /// Moves the cursor, or chooses for the row under it: `t` leaves it, `o` writes it.
    fn input(&mut self, input: &Input, page: usize) {
        let choice = match input.key {
            Key::Char('t') => Choice::Theirs,
            Key::Char('o') => Choice::Ours,
            Key::Char('T') => return self.choose_all(Choice::Theirs),
            Key::Char('O') => return self.choose_all(Choice::Ours),
            _ => {
                self.cursor = step(self.cursor, input, page, self.rows.len());
                return;
            }
        };
        if let Some(row) = self.rows.get_mut(self.cursor)
            && row.choice != Choice::Written
        {
            row.choice = choice;
            self.cursor = self.cursor.saturating_add(1).min(self.rows.len().saturating_sub(1));
        }
    }

    /// Chooses the same for every row that still waits to be written.
    fn choose_all(&mut self, choice: Choice) {
        for row in self.rows.iter_mut().filter(|row| row.choice != Choice::Written) {
            row.choice = choice;
        }
    }
}

/// What editing the tags `before` to `line` adds and takes away.
fn tag(line: &Line, before: &[String]) -> Act {
    let tags: Vec<String> =
        line.text().split(',').map(str::trim).filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
    let without = |some: &[String], others: &[String]| -> Vec<String> {
        some.iter().filter(|tag| !others.contains(tag)).cloned().collect()
    };
    Act::Tag { add: without(&tags, before), remove: without(before, &tags) }
}

impl<T> Picker<T> {
    /// Moves the cursor; a letter goes to the next choice that starts with it.
    fn input(&mut self, input: &Input, page: usize) {
        match &input.key {
            Key::Char(c) if !input.ctrl => {
                let wanted = c.to_lowercase().next();
                let starts = |item: &super::overlay::Item<T>| {
                    item.label.chars().next().and_then(|first| first.to_lowercase().next()) == wanted
                };
                let count = self.items.len();
                let later = (1..=count).map(|ahead| (self.cursor + ahead) % count);
                if let Some(place) = later.into_iter().find(|place| self.items.get(*place).is_some_and(starts)) {
                    self.cursor = place;
                }
            }
            _ => self.cursor = step(self.cursor, input, page, self.items.len()),
        }
    }
}

/// The position after an arrow, page, Home, End or Tab key among `length` rows.
pub(super) fn step(position: usize, input: &Input, page: usize, length: usize) -> usize {
    let last = length.saturating_sub(1);
    match input.key {
        Key::Down | Key::Tab => position.saturating_add(1).min(last),
        Key::Up | Key::BackTab => position.saturating_sub(1),
        Key::PageDown => position.saturating_add(page).min(last),
        Key::PageUp => position.saturating_sub(page),
        Key::Home => 0,
        Key::End if length < usize::MAX => last,
        _ => position,
    }
}
