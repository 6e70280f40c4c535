//! What lies over a view: prompts, pickers, previews, as data in a stack. The topmost takes all keys.

use super::hunt::Editor;
use super::line::Line;
use crate::model::{Classification, Determination, ServiceSource};
use crate::triage::plan::Status;
use crate::triage::{Filter, Plan, Target};

/// One overlay.
#[derive(Clone, Debug, PartialEq)]
pub enum Overlay {
    /// Keys and commands of the view below, made from the command table; how many lines are scrolled away.
    Help {
        /// First line shown.
        scroll: usize,
    },
    /// Commands by name.
    Palette(Palette),
    /// The filter line being edited; the queue below follows as it is typed.
    Filter(FilterPrompt),
    /// Service sources with counts, after `None` for all of them; space marks, Enter takes what is marked, or what is
    /// under the cursor where no mark was changed.
    Sources(Picker<Option<ServiceSource>>),
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
    /// A plan before it is sent: Enter applies, Esc drops.
    Plan(PlanPreview),
    /// Something to read.
    Message(Message),
}

/// Which records an overlay's answer is for; fixed when it opens, whatever moves below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The incident of this id.
    Incident(Box<str>),
    /// The alerts of these ids.
    Alerts(Vec<Box<str>>),
}

impl About {
    /// `incident 4127`, `alert ir…` or `3 alerts`.
    pub fn title(&self) -> String {
        match self {
            Self::Incident(id) => Target::Incident(id.clone()).title(),
            Self::Alerts(ids) => match &ids[..] {
                [id] => Target::Alert(id.clone()).title(),
                many => format!("{} alerts", many.len()),
            },
        }
    }
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

/// The filter line being edited.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterPrompt {
    /// The text.
    pub line: Line,
    /// The same, read: its errors carry places.
    pub filter: Filter,
    /// The filter that Esc brings back.
    pub before: Filter,
}

/// Commands that match what was typed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Palette {
    /// What was typed.
    pub line: Line,
    /// Places in [`COMMANDS`](super::command::COMMANDS), best first.
    pub matches: Vec<usize>,
    /// Under the cursor.
    pub cursor: usize,
}

/// A plan on show.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanPreview {
    /// The plan.
    pub plan: Plan,
    /// First line shown.
    pub scroll: usize,
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
}
