//! Opening overlays.

use super::action::Question;
use super::effect::Effect;
use super::journal::note_draft;
use super::line::Line;
use super::notices::NoticeKind;
use super::overlay::{About, AssignPrompt, Item, Message, Noted, Overlay, Picker, Purpose, Writing};
use super::palette::Palette;
use super::queue::Queue;
use super::{App, Cx, View};
use crate::base::Untrusted;
use crate::model::{Classification, Determination, Incident, ServiceSource, Severity};
use crate::triage::plan::{Status, Text};
use crate::triage::{Macro, filter};

/// Views that need no configuration.
const VIEWS: &[(&str, &str)] = &[
    ("open, a week", filter::DEFAULT),
    ("open, 30 days", "status:new,inProgress age<30d"),
    ("insider risk, open", "source:insider-risk status:new,inProgress"),
    ("nobody's", "status:new,inProgress owner:nobody"),
    ("grave and new", "severity>=high status:new age<7d"),
    ("everything", ""),
];

/// Heading of what a person must do to go on.
pub(super) const SIGN_IN: &str = "Sign in again";

impl App {
    /// Shows what the sign-in service wants done, in place of an earlier such message: its code has ended.
    pub(super) fn ask_to_sign_in(&mut self, message: &Untrusted, code: &Untrusted, cx: &mut Cx<'_>) {
        self.hide_sign_in();
        let text = message.block();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.extend([String::new(), "Enter hides this and goes on waiting; Esc gives the sign-in up.".to_owned()]);
        // A narrow screen breaks a long address: it is copied whole.
        let mut copies = vec![('c', "copy the code", code.clipboard().into_owned())];
        if let Some(address) = text.split_whitespace().find(|word| word.starts_with("http")) {
            let address = address.trim_end_matches(['.', ',', ';', ')']);
            copies.insert(0, ('y', "copy the address", address.to_owned()));
        }
        self.overlays.push(Overlay::Message(Message { copies, ..Message::new(SIGN_IN, lines) }));
        cx.run(Effect::Copy(code.clipboard().into_owned()));
    }

    /// Takes the sign-in's code off the screen.
    pub(super) fn hide_sign_in(&mut self) {
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Message(message) if message.title == SIGN_IN));
    }

    /// Opens the overlay that asks `question`.
    pub(super) fn ask(&mut self, question: Question, cx: &mut Cx<'_>) {
        let overlay = match question {
            Question::Help => Some(Overlay::Help { scroll: 0 }),
            Question::Palette => Some(Overlay::Palette(Palette::matching(Line::default(), self))),
            Question::Filter => self.filter_prompt().map(Overlay::Filter),
            Question::Entities => self.entity_overlay(cx),
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
            Question::Words => self.words_overlay(cx),
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
            Question::Macros if self.profile.macros.is_empty() => {
                let why = "no macro is configured: write a [macro.NAME] table in config.toml";
                self.notices.show(NoticeKind::Info, why, cx);
                None
            }
            Question::Owner
            | Question::Status
            | Question::Finding(_)
            | Question::Comment
            | Question::Severity
            | Question::Tags
            | Question::Text
            | Question::Macros => match (self.can_write(), self.about()) {
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
            Question::Macros => {
                let item = |known: &Macro| Item {
                    label: if known.keys.is_empty() {
                        Untrusted::new(known.name.as_str()).line().into_owned()
                    } else {
                        format!("{}  {}", known.keys, Untrusted::new(known.name.as_str()).line())
                    },
                    detail: Untrusted::new(known.summary()).line().into_owned(),
                    marked: false,
                    is_outdated: false,
                    value: known.name.clone(),
                };
                Overlay::Macros(about, Picker { items: self.profile.macros.iter().map(item).collect(), cursor: 0 })
            }
            Question::Text => Overlay::Texts(about, Picker::of(Text::ALL, |text| text.field().title().to_owned())),
            Question::Help
            | Question::Palette
            | Question::Filter
            | Question::Sources
            | Question::Entities
            | Question::Columns
            | Question::Views
            | Question::History
            | Question::Response
            | Question::Words
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
            Text::Description => incident.details().description.as_ref(),
            Text::Summary => incident.details().summary.as_ref(),
            Text::ResolvingComment => incident.details().resolving_comment.as_ref(),
        });
        let editor = self.drafted(&writing.draft(&about), held.map_or("", Untrusted::raw));
        Overlay::Write(about, writing, editor)
    }

    /// The queue on screen.
    pub fn queue(&self) -> Option<&Queue> {
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

    /// The views that every profile has, then those of the profile: names with filters.
    pub(super) fn views(&self) -> Vec<(String, String)> {
        let mut views: Vec<(String, String)> =
            VIEWS.iter().map(|(name, filter)| ((*name).to_owned(), (*filter).to_owned())).collect();
        if let Some(me) = &self.profile.me {
            views.push(("mine".to_owned(), format!("status:new,inProgress owner:{me}")));
        }
        views.extend(self.profile.views.iter().map(|view| (view.name.clone(), view.filter.clone())));
        views
    }

    fn view_picker(&self) -> Picker<String> {
        let views = self.views().into_iter().zip(1..).map(|((name, filter), number)| {
            let label = if number < 10 { format!("{number}  {name}") } else { format!("   {name}") };
            Item::new(filter.clone(), label).detail(filter)
        });
        Picker::new(views)
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
            View::Incidents => self.store.incidents().flat_map(|entry| &*entry.sources).for_each(&mut tally),
            _ => self.store.alerts().for_each(|entry| tally(&entry.alert.service_source)),
        }
        counts.sort_by_key(|(source, number)| {
            (*source != ServiceSource::InsiderRiskManagement, std::cmp::Reverse(*number))
        });
        let asked = queue.filter.sources();
        let item = |(source, number): (ServiceSource, usize)| {
            let (title, marked) = (source.title().to_owned(), asked.contains(&source));
            Item::new(Some(source), title).detail(number.to_string()).marked(marked)
        };
        let records = match self.view {
            View::Incidents => self.store.incidents().len(),
            _ => self.store.alerts().len(),
        };
        let all = Item::new(None, "all sources").detail(records.to_string());
        let picker = Picker::new([all].into_iter().chain(counts.into_iter().map(item)));
        Picker { cursor: 1, ..picker }
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
        picker.items.extend(outdated.map(|found| {
            let item = Item::new(found.clone(), found.title()).detail("outdated, not offered");
            Item { is_outdated: true, ..item }
        }));
        Self::Determination(about, purpose, classification, picker)
    }
}
