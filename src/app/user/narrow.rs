//! Which facts of a section of the user page are shown: those of a kind, those that hold words.

use super::{Part, State};
use crate::app::line::Line;
use crate::app::notices::NoticeKind;
use crate::app::overlay::Overlay;
use crate::app::{App, Cx, Remote, View};
use crate::triage::dossier::{Fact, Section};

/// Which facts of a section are shown: all by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Only {
    /// Those of this kind.
    pub kind: Option<Box<str>>,
    /// Those that hold each of these words, in any case.
    pub words: String,
}

impl Part {
    pub(super) fn new(section: Section) -> Self {
        let (rows, facts, only) = (Remote::default(), Vec::new(), Only::default());
        Self { section, rows, facts, cursor: 0, only, without: Vec::new(), is_due: true }
    }

    /// The facts that are shown.
    pub fn shown(&self) -> impl Iterator<Item = &Fact> {
        let words = self.only.words.to_lowercase();
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        self.facts.iter().filter(move |fact| {
            self.only.kind.as_ref().is_none_or(|kind| *kind == fact.kind)
                && (words.is_empty() || {
                    let text = fact.text.to_lowercase();
                    words.iter().all(|word| text.contains(word.as_str()))
                })
        })
    }

    /// Shows the next kind of fact alone, in the order in which kinds first occur, and all after the last.
    pub(super) fn step_kind(&mut self) {
        let mut kinds: Vec<&str> = Vec::new();
        for fact in &self.facts {
            if !fact.kind.is_empty() && !kinds.contains(&&*fact.kind) {
                kinds.push(&fact.kind);
            }
        }
        let next = match &self.only.kind {
            None => 0,
            Some(now) => kinds.iter().position(|kind| *kind == &**now).map_or(0, |at| at + 1),
        };
        self.only.kind = kinds.get(next).map(|kind| Box::from(*kind));
        self.cursor = 0;
    }
}

impl State {
    /// Shows the next kind of the section in focus alone; of the timeline where the alerts have the focus.
    pub(in crate::app) fn step_kind(&mut self, cx: &mut Cx<'_>) {
        let timeline = || self.sections.iter().position(|part| part.section == Section::Timeline);
        let Some(at) = self.focus.or_else(timeline) else { return };
        self.focus = Some(at);
        self.fetch_due(at, cx);
        self.sections.iter_mut().skip(at).take(1).for_each(Part::step_kind);
    }

    /// Shows of the section in focus what holds `words` alone.
    pub(in crate::app) fn narrow_to(&mut self, words: &str) {
        if let Some(part) = self.focus.and_then(|at| self.sections.get_mut(at)) {
            words.clone_into(&mut part.only.words);
            part.cursor = 0;
        }
    }
}

impl App {
    /// Asks for the words that the section in focus is narrowed to; the alerts are a queue's matter.
    pub(in crate::app) fn words_overlay(&mut self, cx: &mut Cx<'_>) -> Option<Overlay> {
        let page = self.user.as_ref().filter(|_| self.view == View::User)?;
        let Some(part) = page.focused() else {
            self.notices.show(NoticeKind::Info, "Tab to a section: the words narrow the one in focus", cx);
            return None;
        };
        let words = part.only.words.clone();
        Some(Overlay::Words(Line::new(words.clone()), words))
    }

    /// Narrows the section in focus to `words`.
    pub(in crate::app) fn take_words(&mut self, words: &str) {
        if let Some(page) = &mut self.user {
            page.narrow_to(words);
        }
    }
}
