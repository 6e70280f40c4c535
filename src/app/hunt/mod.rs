//! The hunting view: a KQL editor, what is wrong with the text, and the result of the last run.

pub mod editor;
pub mod library;
pub mod literal;

pub use editor::Editor;

use super::Cx;
use super::effect::{Effect, HuntQuery, TaskId};
use super::event::Input;
use super::notices::{NoticeKind, Notices};
use super::queue::Move;
use super::remote::Remote;
use super::reply::{Failure, HuntOutcome};
use crate::base::Timestamp;
use crate::kql::{self, Diagnostic, Schema, Span, ide};
use crate::model::Cell;

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
    /// When the run under way, or else the last one, began.
    pub began: Option<Timestamp>,
    /// Row under the cursor.
    pub row: usize,
    /// Column under the cursor.
    pub column: usize,
    /// A statement with errors that was asked to run once.
    insisted: Option<String>,
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

impl State {
    /// Does what an action says; the query, where one was sent.
    pub(super) fn update(&mut self, action: Action, cx: &mut Cx<'_>, notices: &mut Notices) -> Option<String> {
        match action {
            Action::Run => return self.run(cx, notices),
            Action::Stop => {
                if let Some(task) = self.outcome.abandon() {
                    cx.run(Effect::Cancel(task));
                    notices.show(NoticeKind::Info, "the run was given up", cx);
                } else {
                    notices.show(NoticeKind::Info, "nothing is running; leave the editor to quit", cx);
                }
            }
            Action::SwitchFocus => {
                self.focus = match self.focus {
                    Focus::Editor => Focus::Results,
                    Focus::Results => Focus::Editor,
                };
            }
            Action::Column(columns) => {
                let count = self.outcome.value().map_or(0, |outcome| outcome.result.columns.len());
                self.column = Move::By(columns).apply(self.column, count, 1);
            }
        }
        None
    }

    /// Makes `text` all that is there.
    pub(super) fn open(&mut self, text: &str) {
        self.editor = Editor::new(text);
        self.check();
    }

    /// Gives a key to the editor.
    pub(super) fn input(&mut self, input: &Input) {
        self.editor.input(input);
        self.check();
    }

    /// Moves the cursor in the results.
    pub(super) fn go(&mut self, step: Move, page: usize) {
        let rows = self.outcome.value().map_or(0, |outcome| outcome.result.rows.len());
        self.row = step.apply(self.row, rows, page);
    }

    /// Puts a statement below what is there and the cursor in it.
    pub(super) fn add_statement(&mut self, statement: &str) {
        let text = self.editor.text();
        let text = text.trim_end();
        let whole = if text.is_empty() { statement.to_owned() } else { format!("{text}\n\n{statement}") };
        self.editor.replace(&whole);
        self.check();
    }

    /// The statement under the cursor, as bytes of [`Editor::text`].
    pub fn statement(&self) -> Span {
        ide::statement_at(&self.editor.text(), self.editor.byte_cursor())
    }

    /// The cell under the cursor.
    pub fn cell(&self) -> Option<&Cell> {
        self.outcome.value()?.result.rows.get(self.row)?.get(self.column)
    }

    /// Runs the statement under the cursor. One with errors is sent only when asked twice: our schema may be older than
    /// the service's. The statement, where it was sent.
    pub(super) fn run(&mut self, cx: &mut Cx<'_>, notices: &mut Notices) -> Option<String> {
        let text = self.editor.text();
        let statement = self.statement().of(&text).trim().to_owned();
        if statement.is_empty() {
            notices.show(NoticeKind::Warning, "there is no statement under the cursor", cx);
            return None;
        }
        let error = self.diagnostics.iter().find(|diagnostic| diagnostic.is_error());
        if let (Some(error), false) = (error, self.insisted.as_ref() == Some(&statement)) {
            let text = format!("{} · run again to send it all the same", error.message);
            notices.show(NoticeKind::Warning, text, cx);
            self.insisted = Some(statement);
            return None;
        }
        self.insisted = None;
        let query = HuntQuery { text: statement.clone(), timespan: None };
        self.ran = Some(query.clone());
        self.began = Some(cx.now);
        if let Some(replaced) = self.outcome.begin(cx.start(|task| Effect::Hunt(task, query))) {
            cx.run(Effect::Cancel(replaced));
        }
        Some(statement)
    }

    /// Takes the result of a run.
    pub(super) fn receive(&mut self, task: TaskId, reply: Result<HuntOutcome, Failure>, cx: &Cx<'_>) {
        if !self.outcome.awaits(task) {
            return;
        }
        if reply.is_ok() {
            (self.row, self.column) = (0, 0);
        }
        self.outcome.finish(reply, cx.now);
    }

    /// Checks the statement under the cursor against the known schema.
    fn check(&mut self) {
        let text = self.editor.text();
        let span = ide::statement_at(&text, self.editor.byte_cursor());
        let statement = span.of(&text);
        self.diagnostics.clear();
        if statement.trim().is_empty() {
            return;
        }
        let found = kql::compile(statement, Schema::hunting()).diagnostics;
        self.diagnostics.extend(found.into_iter().map(|diagnostic| Diagnostic {
            span: Span::new(diagnostic.span.start + span.start, diagnostic.span.end + span.start),
            ..diagnostic
        }));
    }
}
