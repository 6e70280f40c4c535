//! The filter line while it is edited: what occurs in the queue, and what may stand at the cursor.

use super::answer::step;
use super::event::{Input, Key};
use super::line::Line;
use super::overlay::{FilterPrompt, Overlay};
use super::{App, Cx, View};
use crate::base::Untrusted;
use crate::triage::filter::complete::{Known, complete};
use crate::triage::{Filter, Person};
use std::collections::BTreeMap;

/// The most records that are looked through for values that occur.
const LOOKED_AT_MAX: usize = 20_000;

impl App {
    /// The filter of the queue on screen, to be edited.
    pub(super) fn filter_prompt(&self) -> Option<FilterPrompt> {
        let filter = self.queue()?.filter.clone();
        let line = Line::new(if filter.text.is_empty() { String::new() } else { format!("{} ", filter.text) });
        let known = self.known_values();
        let completion = complete(line.text(), line.text().len(), &known);
        Some(FilterPrompt { line, completion, chosen: None, known, before: filter.clone(), filter })
    }

    /// A key while the filter line is edited. The queue follows as it is typed.
    pub(super) fn edit_filter(&mut self, input: &Input, cx: &mut Cx<'_>) {
        let Some(Overlay::Filter(prompt)) = self.overlays.last_mut() else { return };
        match input.key {
            Key::Tab => {
                prompt.chosen = prompt.chosen.or(Some(0));
                prompt.take_candidate();
            }
            Key::Down | Key::Up | Key::BackTab | Key::PageDown | Key::PageUp => {
                let count = prompt.completion.candidates.len();
                let is_up = matches!(input.key, Key::Up | Key::BackTab);
                prompt.chosen = match prompt.chosen {
                    None => Some(0).filter(|_| count > 0),
                    Some(0) if is_up => None,
                    Some(place) => Some(step(place, input, 8, count)),
                };
                return;
            }
            _ => {
                prompt.line.input(input);
                prompt.chosen = None;
            }
        }
        let text = prompt.line.text();
        prompt.completion = complete(text, prompt.line.split().0.len(), &prompt.known);
        let filter = Filter::parse(&self.pseudonyms.open(text.trim_end()));
        let is_changed = filter != prompt.filter;
        prompt.filter = filter.clone();
        if let (true, Some(queue)) = (is_changed, self.queue_mut()) {
            queue.filter = filter;
            self.order_queue(cx.now);
        }
    }

    /// Takes the candidate that is chosen, if one is; whether one was.
    pub(super) fn take_candidate(&mut self, cx: &mut Cx<'_>) -> bool {
        let is_chosen = matches!(self.overlays.last(), Some(Overlay::Filter(prompt)) if prompt.chosen.is_some());
        if is_chosen {
            self.edit_filter(&Input::plain(Key::Tab), cx);
        }
        is_chosen
    }

    /// What occurs in the queue on screen, with how many rows have it.
    fn known_values(&self) -> Known {
        let mut sources = Vec::new();
        let mut count =
            |source: &crate::model::ServiceSource| match sources.iter_mut().find(|(known, _)| known == source) {
                Some((_, rows)) => *rows += 1,
                None => sources.push((source.clone(), 1)),
            };
        let (mut users, mut owners, mut tags, mut watched) =
            (Counts::default(), Counts::default(), Counts::default(), Counts::default());
        if self.view == View::Alerts {
            for entry in self.store.alerts().take(LOOKED_AT_MAX) {
                count(&entry.alert.service_source);
                users.people(&entry.people);
                owners.text(entry.alert.assigned_to.as_ref());
                entry.watched.why().lines().for_each(|why| watched.add(why));
            }
        } else {
            for entry in self.store.incidents().take(LOOKED_AT_MAX) {
                entry.sources.iter().for_each(&mut count);
                users.people(&entry.people);
                owners.text(entry.incident.assigned_to.as_ref());
                let all = entry.incident.custom_tags.iter().chain(&entry.incident.system_tags);
                all.for_each(|tag| tags.text(Some(tag)));
                entry.watched.why().lines().for_each(|why| watched.add(why));
            }
        }
        sources.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
        let faces = self.pseudonyms.faces();
        let [users, owners, tags, watched] = [users, owners, tags, watched].map(Counts::most_first).map(|values| {
            let show = |value: String| match &faces {
                Some(aliases) => aliases.show(&value).into_owned(),
                None => value,
            };
            values.into_iter().map(|(value, rows)| (show(value), rows)).collect()
        });
        Known { sources, users, owners, tags, watched }
    }
}

impl FilterPrompt {
    /// Puts the chosen candidate where the cursor is.
    fn take_candidate(&mut self) {
        let candidate = self.chosen.take().and_then(|place| self.completion.candidates.get(place));
        if let Some(candidate) = candidate {
            self.line.replace(self.completion.span.clone(), &candidate.text);
        }
    }
}

/// How often each text occurs.
#[derive(Debug, Default)]
struct Counts(BTreeMap<String, usize>);

impl Counts {
    fn add(&mut self, text: &str) {
        match self.0.get_mut(text) {
            Some(count) => *count += 1,
            None if !text.is_empty() => {
                self.0.insert(text.to_owned(), 1);
            }
            None => {}
        }
    }

    fn text(&mut self, text: Option<&Untrusted>) {
        if let Some(text) = text {
            self.add(&text.line());
        }
    }

    fn people(&mut self, people: &[Person]) {
        for person in people {
            self.add(&person.label.line());
        }
    }

    fn most_first(self) -> Vec<(String, usize)> {
        let mut counts: Vec<(String, usize)> = self.0.into_iter().collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts
    }
}
