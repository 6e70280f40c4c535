//! What lies over a view: prompts, pickers, previews, as data in a stack. The topmost takes all keys.

use super::hunt::Editor;
use super::line::Line;
use super::palette::Palette;
use super::pivot::{Lead, Pivot};
use super::reply::{Failure, Fresh};
use crate::model::{Classification, Determination, ServiceSource, Severity};
use crate::triage::filter::complete::{Completion, Known};
use crate::triage::plan::{FieldChange, Response, Row, Status, Text};
use crate::triage::{Act, Filter, Plan, Target};

/// One overlay.
#[derive(Clone, Debug, PartialEq)]
pub enum Overlay {
    /// Keys and commands of the view below, made from the command table; how many lines are scrolled away.
    Help {
        /// First line shown.
        scroll: usize,
    },
    /// Commands, views, people and incidents by name.
    Palette(Palette),
    /// What the row under the cursor names; then [`Overlay::Pivots`].
    Entities(Picker<Lead>),
    /// Where to go from one of those, which the title names.
    Pivots(String, Picker<Pivot>),
    /// The filter line being edited; the queue below follows as it is typed.
    Filter(FilterPrompt),
    /// Service sources with counts, after `None` for all of them; space marks, Enter takes what is marked, or what is
    /// under the cursor where no mark was changed.
    Sources(Picker<Option<ServiceSource>>),
    /// The columns of the queue below, which follows at once; the place of the one under the cursor.
    Columns(usize),
    /// Whose it shall be.
    Assign(About, AssignPrompt),
    /// Where it shall stand.
    Status(About, Picker<Status>),
    /// What it was; then [`Overlay::Determination`].
    Classification(About, Purpose, Picker<Classification>),
    /// The finer finding under the classification.
    Determination(About, Purpose, Classification, Picker<Determination>),
    /// A comment being written; Ctrl-Enter or Ctrl-S takes it, Enter breaks the line.
    Comment(About, Box<Editor>),
    /// How grave it shall be.
    Severity(About, Picker<Severity>),
    /// Its tags, separated by commas; those that were there when the line was opened.
    Tags(About, Line, Vec<String>),
    /// Which macro to do; the value is its name.
    Macros(About, Picker<String>),
    /// Which text of an incident to write; then [`Overlay::Write`].
    Texts(About, Picker<Text>),
    /// A text being written, as a comment is.
    Write(About, Writing, Box<Editor>),
    /// A note being written about a subject of the journal, with its title; kept on this machine alone.
    Note(Noted, Box<Editor>),
    /// The words that the user page's section is narrowed to, which follows as they are typed; those before.
    Words(Line, String),
    /// Filters that have a name; the value is the filter's text.
    Views(Picker<String>),
    /// Queries that were run, latest first.
    History(Picker<String>),
    /// What to do about the account of the user page's person.
    Responses(Picker<Response>),
    /// A plan before it is sent: Enter applies, Esc drops.
    Plan(PlanPreview),
    /// What of a plan was not written, row by row: `t` keeps theirs, `o` writes ours, `T` and `O` do so for all, Enter goes on, Esc leaves it.
    Results(Results),
    /// Whose name is to be shown in the pseudonym mode, and why.
    Reveal(Revealing),
    /// The doctor's findings.
    Doctor(super::doctor::State),
    /// Something to read.
    Message(Message),
}

impl Overlay {
    /// The place of the choice under the cursor; `None` where nothing is chosen from, or nothing is chosen yet.
    pub fn cursor(&self) -> Option<usize> {
        match self {
            Self::Palette(palette) => Some(palette.cursor),
            Self::Entities(picker) => Some(picker.cursor),
            Self::Pivots(_, picker) => Some(picker.cursor),
            Self::Filter(prompt) => prompt.chosen,
            Self::Sources(picker) => Some(picker.cursor),
            Self::Columns(cursor) => Some(*cursor),
            Self::Assign(_, prompt) => Some(prompt.cursor),
            Self::Status(_, picker) => Some(picker.cursor),
            Self::Classification(_, _, picker) => Some(picker.cursor),
            Self::Determination(_, _, _, picker) => Some(picker.cursor),
            Self::Severity(_, picker) => Some(picker.cursor),
            Self::Macros(_, picker) | Self::Views(picker) | Self::History(picker) => Some(picker.cursor),
            Self::Texts(_, picker) => Some(picker.cursor),
            Self::Responses(picker) => Some(picker.cursor),
            Self::Reveal(revealing) => Some(revealing.cursor),
            Self::Results(results) => Some(results.cursor),
            Self::Help { .. }
            | Self::Comment(..)
            | Self::Tags(..)
            | Self::Write(..)
            | Self::Note(..)
            | Self::Words(..)
            | Self::Plan(_)
            | Self::Doctor(_)
            | Self::Message(_) => None,
        }
    }
}

/// Which records an overlay's answer is for; fixed when it opens, whatever moves below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The incident of this id.
    Incident(Box<str>),
    /// The incidents of these ids, several.
    Incidents(Vec<Box<str>>),
    /// The alerts of these ids.
    Alerts(Vec<Box<str>>),
}

impl About {
    /// These incidents, one or several.
    pub fn of_incidents(ids: Vec<Box<str>>) -> Self {
        match <[Box<str>; 1]>::try_from(ids) {
            Ok([id]) => Self::Incident(id),
            Err(ids) => Self::Incidents(ids),
        }
    }

    /// Whether it is about incidents.
    pub fn is_of_incidents(&self) -> bool {
        matches!(self, Self::Incident(_) | Self::Incidents(_))
    }

    /// What a text about it is kept under while it is written.
    pub fn draft(&self, what: &str) -> String {
        match self {
            Self::Incident(id) => format!("{what}:incident:{id}"),
            Self::Incidents(ids) => format!("{what}:incident:{}", ids.join(",")),
            Self::Alerts(ids) => format!("{what}:alert:{}", ids.join(",")),
        }
    }

    /// `incident 4127`, `alert ir…` or `3 alerts`.
    pub fn title(&self) -> String {
        match self {
            Self::Incidents(ids) => format!("{} incidents", ids.len()),
            Self::Incident(id) => Target::Incident(id.clone()).title(),
            Self::Alerts(ids) => match &ids[..] {
                [id] => Target::Alert(id.clone()).title(),
                many => format!("{} alerts", many.len()),
            },
        }
    }
}

/// What a note is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Noted {
    /// As the journal names it: `incident:4127`, or a person's UPN.
    pub subject: String,
    /// As a person reads it.
    pub title: String,
}

/// What a finding is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To say it.
    Classify,
    /// To say it and close.
    Resolve,
}

/// A list to pick from.
#[derive(Clone, Debug, PartialEq)]
pub struct Picker<T> {
    /// What is offered.
    pub items: Vec<Item<T>>,
    /// Under the cursor.
    pub cursor: usize,
}

/// One choice.
#[derive(Clone, Debug, PartialEq)]
pub struct Item<T> {
    /// What it stands for.
    pub value: T,
    /// Its name.
    pub label: String,
    /// A second fact, e.g. a count; may be empty.
    pub detail: String,
    /// Whether it is marked, in lists that take several.
    pub marked: bool,
    /// Whether it is shown but cannot be taken.
    pub is_outdated: bool,
}

impl<T> Item<T> {
    /// `value`, called `label`.
    pub fn new(value: T, label: impl Into<String>) -> Self {
        Self { value, label: label.into(), detail: String::new(), marked: false, is_outdated: false }
    }

    /// The same with a second fact.
    pub fn detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// The same, marked or not.
    pub fn marked(self, marked: bool) -> Self {
        Self { marked, ..self }
    }
}

impl<T> Picker<T> {
    /// These choices, the cursor on the first.
    pub fn new(items: impl IntoIterator<Item = Item<T>>) -> Self {
        Self { items: items.into_iter().collect(), cursor: 0 }
    }

    /// A choice for each value, called what `label` says.
    pub fn of(values: impl IntoIterator<Item = T>, label: impl Fn(&T) -> String) -> Self {
        let item = |value: T| {
            let label = label(&value);
            Item::new(value, label)
        };
        Self::new(values.into_iter().map(item))
    }

    /// What is under the cursor, unless it is outdated.
    pub fn selected(&self) -> Option<&T> {
        self.items.get(self.cursor).filter(|item| !item.is_outdated).map(|item| &item.value)
    }
}

/// Whose something shall be: a list that typing turns into a UPN.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AssignPrompt {
    /// A UPN being typed; empty: the list counts.
    pub line: Line,
    /// The choices: the signed-in analyst where known, then nobody.
    pub choices: Vec<Option<String>>,
    /// Under the cursor.
    pub cursor: usize,
}

impl AssignPrompt {
    /// Whose it shall be: what is typed, else what is under the cursor; `None` for nobody's.
    pub fn owner(&self) -> Option<String> {
        match self.line.text().trim() {
            "" => self.choices.get(self.cursor).cloned().flatten(),
            typed => Some(typed.to_owned()),
        }
    }
}

/// Whose name is to be shown, and why.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Revealing {
    /// Those named under the cursor, as the book numbers them.
    pub people: Vec<usize>,
    /// Under the cursor.
    pub cursor: usize,
    /// Why, being typed.
    pub line: Line,
}

/// The filter line being edited.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterPrompt {
    /// The text.
    pub line: Line,
    /// What may stand at the cursor.
    pub completion: Completion,
    /// Which of those is chosen, where one is.
    pub chosen: Option<usize>,
    /// Values that occur in the queue.
    pub known: Known,
    /// The same, read: its errors carry places.
    pub filter: Filter,
    /// The filter that Esc brings back.
    pub before: Filter,
}

/// A plan on show.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanPreview {
    /// The plan.
    pub plan: Plan,
    /// What it was made of; `None` where it takes an act back or goes on with one.
    pub origin: Option<(About, Act)>,
    /// First line shown.
    pub scroll: usize,
    /// The countdown to its writing, where that has begun.
    pub seconds_left: Option<u32>,
    /// Keys of the drafts that are done once it is sent.
    pub drafts: Vec<String>,
}

impl PlanPreview {
    /// A plan just made.
    pub fn new(plan: Plan, origin: Option<(About, Act)>) -> Self {
        Self { plan, origin, scroll: 0, seconds_left: None, drafts: Vec::new() }
    }
}

/// What a text is written for.
#[derive(Clone, Debug, PartialEq)]
pub enum Writing {
    /// To be one of an incident's texts.
    Text(Text),
    /// To go along with an act that is on show.
    With(Act),
}

impl Writing {
    /// What the text is kept under while it is written.
    pub fn draft(&self, about: &About) -> String {
        match self {
            Self::Text(text) => about.draft(text.field().title()),
            Self::With(_) => about.draft("reason"),
        }
    }
}

/// What of a plan was not written.
#[derive(Clone, Debug, PartialEq)]
pub struct Results {
    /// The plan's title.
    pub title: String,
    /// The act that it was to take back, if one.
    pub undoes: String,
    /// What was written, one line.
    pub done: String,
    /// The rest.
    pub rows: Vec<Remainder>,
    /// Under the cursor.
    pub cursor: usize,
}

/// One row that was not written, or not read again.
#[derive(Clone, Debug, PartialEq)]
pub struct Remainder {
    /// What was to be written.
    pub row: Row,
    /// What shall become of it.
    pub choice: Choice,
    /// The record as someone else has left it.
    pub now: Option<Fresh>,
    /// What they changed, against what was known of it here.
    pub meanwhile: Vec<FieldChange>,
    /// Why it was not written.
    pub failure: Option<Failure>,
}

/// What shall become of a row that was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Someone else changed the record: not chosen yet.
    Open,
    /// It stays as it is.
    Theirs,
    /// It is written again, over what is there.
    Ours,
    /// It is written; only how the record looks now is not known.
    Written,
}

/// Text to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Heading.
    pub title: String,
    /// Lines, safe for a screen.
    pub lines: Vec<String>,
    /// First line shown.
    pub scroll: usize,
    /// What keys copy besides, each with what it is; `y` copies the whole text unless it is one of them.
    pub copies: Vec<(char, &'static str, String)>,
}

impl Message {
    /// A text from its beginning.
    pub fn new(title: impl Into<String>, lines: Vec<String>) -> Self {
        Self { title: title.into(), lines, scroll: 0, copies: Vec::new() }
    }

    /// Whether it says how to sign in, and what it is about waits for that.
    pub fn is_sign_in(&self) -> bool {
        self.title == super::ask::SIGN_IN
    }

    /// What the key `key` copies; `None` where it copies nothing.
    pub fn copied_by(&self, key: char) -> Option<String> {
        let named = self.copies.iter().find(|(known, ..)| *known == key).map(|(.., text)| text.clone());
        named.or_else(|| (key == 'y').then(|| self.lines.join("\n")))
    }
}
