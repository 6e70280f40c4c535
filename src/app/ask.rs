//! Opening overlays.

use super::action::Question;
use super::command::{COMMANDS, Scope};
use super::journal::note_draft;
use super::line::Line;
use super::notices::NoticeKind;
use super::overlay::{
    About, AssignPrompt, FilterPrompt, Item, Message, Noted, Overlay, Palette, Picker, Purpose, Writing,
};
use super::queue::Queue;
use super::{App, Cx, View};
use crate::base::Untrusted;
use crate::model::{Classification, Determination, Incident, ServiceSource, Severity};
use crate::triage::filter;
use crate::triage::plan::{Status, Text};

/// Views that need no configuration.
const VIEWS: &[(&str, &str)] = &[
    ("open, 30 days", filter::DEFAULT),
    ("insider risk, open", "source:insider-risk status:new,inProgress"),
    ("nobody's", "status:new,inProgress owner:nobody"),
    ("grave and new", "severity>=high status:new age<7d"),
    ("everything", ""),
];

/// Heading of what a person must do to go on.
const SIGN_IN: &str = "Sign in again";

impl App {
    /// Shows what the sign-in service wants done, in place of an earlier such message: its code has ended.
    pub(super) fn ask_to_sign_in(&mut self, message: &Untrusted) {
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Message(message) if message.title == SIGN_IN));
        let lines = message.block().lines().map(str::to_owned).collect();
        self.overlays.push(Overlay::Message(Message { title: SIGN_IN.to_owned(), lines, scroll: 0 }));
    }

    /// Opens the overlay that asks `question`.
    pub(super) fn ask(&mut self, question: Question, cx: &mut Cx<'_>) {
        let overlay = match question {
            Question::Help => Some(Overlay::Help { scroll: 0 }),
            Question::Palette => Some(Overlay::Palette(Palette::matching(Line::default(), self))),
            Question::Filter => self.queue().map(|queue| {
                let filter = queue.filter.clone();
                let line = Line::new(if filter.text.is_empty() { String::new() } else { format!("{} ", filter.text) });
                Overlay::Filter(FilterPrompt { line, before: filter.clone(), filter })
            }),
            Question::Sources => self.queue().map(|queue| Overlay::Sources(self.source_picker(queue))),
            Question::Columns => self.queue().is_some().then_some(Overlay::Columns(0)),
            Question::Views => self.queue().is_some().then(|| Overlay::Views(self.view_picker())),
            Question::History if self.journal.queries.is_empty() => {
                self.notices.show(NoticeKind::Info, "no query was run yet", cx);
                None
            }
            Question::History => {
                let one_line = |query: &String| query.split_whitespace().collect::<Vec<_>>().join(" ");
                Some(Overlay::History(Picker::of(self.journal.queries.iter().cloned(), one_line)))
            }
            Question::Response => self.response_overlay(cx),
            Question::Severity | Question::Tags | Question::Text
                if self.about().is_some_and(|about| !about.is_of_incidents()) =>
            {
                let why = "an alert has no severity, tags or texts that can be written: do it on its incident";
                self.notices.show(NoticeKind::Warning, why, cx);
                None
            }
            Question::Note => {
                let about = self.notable();
                if about.is_none() {
                    self.notices.show(NoticeKind::Warning, "a note is about an incident or a person: open one", cx);
                }
                about.map(|(subject, title)| {
                    let editor = self.drafted(&note_draft(&subject), "");
                    Overlay::Note(Noted { subject, title }, editor)
                })
            }
            Question::Owner
            | Question::Status
            | Question::Finding(_)
            | Question::Comment
            | Question::Severity
            | Question::Tags
            | Question::Text => match (self.can_write(), self.about()) {
                (Ok(()), Some(about)) => self.write_overlay(question, about),
                (Err(refused), _) => {
                    self.notices.show(NoticeKind::Warning, refused.why, cx);
                    None
                }
                (Ok(()), None) => None,
            },
        };
        self.overlays.extend(overlay);
    }

    fn write_overlay(&self, question: Question, about: About) -> Option<Overlay> {
        Some(match question {
            Question::Owner => {
                let me = self.profile.me.clone().map(Some);
                let choices = me.into_iter().chain([None]).collect();
                Overlay::Assign(about, AssignPrompt { choices, ..AssignPrompt::default() })
            }
            Question::Status => {
                let picker = Picker::of(Status::ALL, |status| match about {
                    About::Incident(_) | About::Incidents(_) => status.of_incident().title().to_owned(),
                    About::Alerts(_) => status.title().to_owned(),
                });
                Overlay::Status(about, picker)
            }
            Question::Finding(purpose) => Overlay::classification(about, purpose),
            Question::Comment => {
                let editor = self.drafted(&about.draft("comment"), "");
                Overlay::Comment(about, editor)
            }
            Question::Severity => {
                let offered = [Severity::High, Severity::Medium, Severity::Low, Severity::Informational];
                Overlay::Severity(about, Picker::of(offered, |severity| severity.title().to_owned()))
            }
            Question::Tags => {
                let tags = self.common_tags(&about);
                let line = if tags.is_empty() { String::new() } else { format!("{}, ", tags.join(", ")) };
                Overlay::Tags(about, Line::new(line), tags)
            }
            Question::Text => Overlay::Texts(about, Picker::of(Text::ALL, |text| text.field().title().to_owned())),
            Question::Help
            | Question::Palette
            | Question::Filter
            | Question::Sources
            | Question::Columns
            | Question::Views
            | Question::History
            | Question::Response
            | Question::Note => return None,
        })
    }

    /// The tags that all incidents of `about` have.
    fn common_tags(&self, about: &About) -> Vec<String> {
        let incidents = self.incidents_of(about);
        let Some((first, others)) = incidents.split_first() else { return Vec::new() };
        let all = first.custom_tags.iter().filter(|tag| others.iter().all(|other| other.custom_tags.contains(tag)));
        all.map(|tag| tag.raw().to_owned()).collect()
    }

    /// The incidents that `about` names, as known here.
    fn incidents_of(&self, about: &About) -> Vec<&Incident> {
        let ids = match about {
            About::Incident(id) => std::slice::from_ref(id),
            About::Incidents(ids) => ids,
            About::Alerts(_) => &[],
        };
        ids.iter().filter_map(|id| self.store.incident(id)).map(|entry| &entry.incident).collect()
    }

    /// The editor of one of an incident's texts: with its draft, else with what is there.
    pub(super) fn text_overlay(&self, about: About, text: Text) -> Overlay {
        let writing = Writing::Text(text);
        let held = self.incidents_of(&about).first().and_then(|incident| match text {
            Text::Name => Some(&incident.display_name),
            Text::Description => incident.description.as_ref(),
            Text::Summary => incident.summary.as_ref(),
            Text::ResolvingComment => incident.resolving_comment.as_ref(),
        });
        let editor = self.drafted(&writing.draft(&about), held.map_or("", Untrusted::raw));
        Overlay::Write(about, writing, editor)
    }

    /// The queue on screen.
    pub(super) fn queue(&self) -> Option<&Queue> {
        match self.view {
            View::Incidents => Some(&self.incidents),
            View::Alerts => Some(&self.alerts),
            View::Incident | View::User | View::Hunt | View::Journal => None,
        }
    }

    /// The queue on screen.
    pub(super) fn queue_mut(&mut self) -> Option<&mut Queue> {
        match self.view {
            View::Incidents => Some(&mut self.incidents),
            View::Alerts => Some(&mut self.alerts),
            View::Incident | View::User | View::Hunt | View::Journal => None,
        }
    }

    /// The views that every profile has, then those of the profile.
    fn view_picker(&self) -> Picker<String> {
        let mut views: Vec<(String, String)> =
            VIEWS.iter().map(|(name, filter)| ((*name).to_owned(), (*filter).to_owned())).collect();
        if let Some(me) = &self.profile.me {
            views.push(("mine".to_owned(), format!("status:new,inProgress owner:{me}")));
        }
        views.extend(self.profile.views.iter().map(|view| (view.name.clone(), view.filter.clone())));
        let item = |(name, filter): (String, String)| Item {
            label: name,
            detail: filter.clone(),
            marked: false,
            is_outdated: false,
            value: filter,
        };
        Picker { items: views.into_iter().map(item).collect(), cursor: 0 }
    }

    /// All, insider risk, then the sources that occur, the most first; counts are of all that is loaded. The cursor starts
    /// on insider risk.
    fn source_picker(&self, queue: &Queue) -> Picker<Option<ServiceSource>> {
        let mut counts: Vec<(ServiceSource, usize)> = vec![(ServiceSource::InsiderRiskManagement, 0)];
        let mut tally = |source: &ServiceSource| match counts.iter_mut().find(|(known, _)| known == source) {
            Some((_, number)) => *number += 1,
            None => counts.push((source.clone(), 1)),
        };
        match self.view {
            View::Incidents => self.store.incidents().flat_map(|entry| &entry.sources).for_each(&mut tally),
            _ => self.store.alerts().for_each(|entry| tally(&entry.alert.service_source)),
        }
        counts.sort_by_key(|(source, number)| {
            (*source != ServiceSource::InsiderRiskManagement, std::cmp::Reverse(*number))
        });
        let asked = queue.filter.sources();
        let item = |(source, number): (ServiceSource, usize)| Item {
            label: source.title().to_owned(),
            detail: number.to_string(),
            marked: asked.contains(&source),
            is_outdated: false,
            value: Some(source),
        };
        let records = match self.view {
            View::Incidents => self.store.incidents().len(),
            _ => self.store.alerts().len(),
        };
        let all = Item {
            label: "all sources".to_owned(),
            detail: records.to_string(),
            marked: false,
            is_outdated: false,
            value: None,
        };
        Picker { items: [all].into_iter().chain(counts.into_iter().map(item)).collect(), cursor: 1 }
    }
}

impl Overlay {
    fn classification(about: About, purpose: Purpose) -> Self {
        let offered = [
            Classification::TruePositive,
            Classification::InformationalExpectedActivity,
            Classification::FalsePositive,
        ];
        Self::Classification(about, purpose, Picker::of(offered, |found| found.title().to_owned()))
    }

    /// The second step: the determinations offered under `classification`.
    pub(super) fn determination(about: About, purpose: Purpose, classification: Classification) -> Self {
        let offered = Determination::offered_under(&classification).iter().cloned();
        let mut picker = Picker::of(offered, |found| found.title().to_owned());
        // Old records hold them, so they are named; the product takes them no more.
        let outdated = Determination::OUTDATED.iter().filter(|_| classification == Classification::TruePositive);
        picker.items.extend(outdated.map(|found| Item {
            label: found.title().to_owned(),
            detail: "outdated, not offered".to_owned(),
            marked: false,
            is_outdated: true,
            value: found.clone(),
        }));
        Self::Determination(about, purpose, classification, picker)
    }
}

impl<T> Picker<T> {
    fn of(values: impl IntoIterator<Item = T>, label: impl Fn(&T) -> String) -> Self {
        let item =
            |value: T| Item { label: label(&value), detail: String::new(), marked: false, is_outdated: false, value };
        Self { items: values.into_iter().map(item).collect(), cursor: 0 }
    }

    /// What is under the cursor, unless it is outdated.
    pub fn selected(&self) -> Option<&T> {
        self.items.get(self.cursor).filter(|item| !item.is_outdated).map(|item| &item.value)
    }
}

impl Palette {
    /// Commands whose title, help or id hold all words of `line`, those of the title first; a command that is another
    /// view's is left out.
    pub(super) fn matching(line: Line, app: &App) -> Self {
        let words: Vec<String> = line.text().split_whitespace().map(str::to_lowercase).collect();
        let scopes = app.scopes_below_overlays();
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (place, command) in COMMANDS.iter().enumerate() {
            let here = scopes.contains(&command.scope) && !matches!(command.scope, Scope::Overlay);
            let all = format!("{} {} {}", command.title, command.help, command.id).to_lowercase();
            if here && words.iter().all(|word| all.contains(word)) {
                let in_title = words.iter().filter(|word| command.title.contains(word.as_str())).count();
                found.push((words.len() - in_title, place));
            }
        }
        found.sort_unstable();
        Self { line, matches: found.into_iter().map(|(_, place)| place).collect(), cursor: 0 }
    }
}
