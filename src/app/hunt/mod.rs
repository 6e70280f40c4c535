//! The hunting view: a KQL editor, what is wrong with the text, and the result of the last run.

pub mod editor;
pub mod library;
pub mod literal;

pub use editor::Editor;

use super::effect::HuntQuery;
use super::remote::Remote;
use super::reply::HuntOutcome;
use crate::kql::Diagnostic;

/// Which half has the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The editor takes text.
    #[default]
    Editor,
    /// The results.
    Results,
}

/// The hunting view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The text.
    pub editor: Editor,
    /// What is wrong with it, in order of place; spans are bytes of [`Editor::text`].
    pub diagnostics: Vec<Diagnostic>,
    /// Which half has the focus.
    pub focus: Focus,
    /// The last result.
    pub outcome: Remote<HuntOutcome>,
    /// The query of that result or of the run under way.
    pub ran: Option<HuntQuery>,
    /// Row under the cursor.
    pub row: usize,
    /// Column under the cursor.
    pub column: usize,
}

/// What can be done in the hunting view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Run the statement under the cursor.
    Run,
    /// Give the run up.
    Stop,
    /// Move the focus to the other half.
    SwitchFocus,
    /// Move among the result's columns, right or left where negative.
    Column(isize),
}
