//! The hunting view: a KQL editor, what is wrong with the text, and the result of the last run.

pub mod arrange;
pub mod assist;
pub mod buffers;
pub mod editor;
pub mod export;
pub mod library;
pub mod literal;
pub mod pivot;
pub mod thing;

pub use arrange::Arrangement;
pub use assist::Assist;
pub use buffers::Buffers;
pub use editor::Editor;

use super::Cx;
use super::effect::{Effect, HuntQuery, TaskId};
use super::event::Input;
use super::notices::{NoticeKind, Notices};
use super::queue::Move;
use super::remote::Remote;
use super::reply::{Failure, HuntOutcome};
use crate::base::Timestamp;
use crate::kql::syntax::Lexed;
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
    /// What is wrong with it, then what could be better, each in order of place; spans are bytes of [`Editor::text`].
    pub diagnostics: Vec<Diagnostic>,
    /// Which half has the focus.
    pub focus: Focus,
    /// The last result.
    pub outcome: Remote<HuntOutcome>,
    /// The query of that result or of the run under way.
    pub ran: Option<HuntQuery>,
    /// When the run under way, or else the last one, began.
    pub began: Option<Timestamp>,
    /// Row under the cursor, as they are shown.
    pub row: usize,
    /// Column under the cursor, among those shown.
    pub column: usize,
    /// How the last result is shown.
    pub arranged: Arrangement,
    /// Help at the cursor of the editor.
    pub assist: Assist,
    /// How far back runs look.
    pub timespan: Timespan,
    /// The other queries.
    pub buffers: Buffers,
    /// A statement with errors that was asked to run once.
    insisted: Option<String>,
    /// The text as it was cut into tokens last.
    lexed: Lexed,
}

/// How far back a run looks, on top of what the query says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timespan {
    /// As far as the service does without being told.
    #[default]
    Service,
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
}

impl Timespan {
    /// As the request has it: an ISO 8601 duration.
    pub const fn request(self) -> Option<&'static str> {
        match self {
            Self::Service => None,
            Self::Day => Some("P1D"),
            Self::Week => Some("P7D"),
            Self::Month => Some("P30D"),
        }
    }

    /// In words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Service => "the service's 30 days",
            Self::Day => "the last day",
            Self::Week => "the last 7 days",
            Self::Month => "the last 30 days",
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::Service => Self::Day,
            Self::Day => Self::Week,
            Self::Week => Self::Month,
            Self::Month => Self::Service,
        }
    }
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
    /// Put the editor's cursor on this line before this character.
    GoTo(usize, usize),
    /// Lay the text out anew.
    Format,
    /// Say what the word under the cursor is.
    Explain,
    /// Look farther or less far back.
    NextTimespan,
    /// Show the next query of several.
    NextBuffer,
    /// Begin another query beside those that are there.
    NewBuffer,
    /// Order rows by the column under the cursor.
    Sort,
    /// Hide the column under the cursor.
    Hide,
    /// Show all columns, rows as they came.
    ShowAll,
    /// Write the query that ran once more, narrowed to the value under the cursor.
    Narrow,
    /// Write what is shown to a file.
    Export(export::Form),
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
            Action::SwitchFocus if self.focus == Focus::Editor && self.close_offer() => {}
            Action::SwitchFocus => {
                self.focus = match self.focus {
                    Focus::Editor => Focus::Results,
                    Focus::Results => Focus::Editor,
                };
            }
            Action::Column(columns) => {
                self.column = Move::By(columns).apply(self.column, self.arranged.columns.len(), 1);
            }
            Action::GoTo(line, character) => {
                self.close_offer();
                self.editor.jump(line, character);
                self.check();
            }
            Action::Format => {
                self.close_offer();
                self.editor.replace(&ide::format(&self.editor.text()));
                self.check();
            }
            Action::Explain => self.explain(),
            Action::NextTimespan => {
                self.timespan = self.timespan.next();
                notices.show(NoticeKind::Info, format!("runs look at {}", self.timespan.title()), cx);
            }
            Action::NextBuffer => self.turn_buffer(false),
            Action::NewBuffer => {
                self.turn_buffer(true);
                self.focus = Focus::Editor;
            }
            Action::Sort | Action::Hide | Action::ShowAll => self.arrange(action),
            Action::Narrow => self.narrow(cx, notices),
            Action::Export(form) => self.export(form, cx, notices),
        }
        None
    }

    /// Changes how the result is shown.
    fn arrange(&mut self, action: Action) {
        let Some(outcome) = self.outcome.value() else { return };
        match action {
            Action::Sort => self.arranged.sort(&outcome.result, self.column),
            Action::Hide => self.arranged.hide(self.column),
            _ => self.arranged = Arrangement::of(&outcome.result),
        }
        self.column = self.column.min(self.arranged.columns.len().saturating_sub(1));
    }

    /// Writes the query that ran, narrowed to the value under the cursor, as a statement of its own.
    fn narrow(&mut self, cx: &mut Cx<'_>, notices: &mut Notices) {
        match self.narrowed() {
            Some(statement) => {
                self.add_statement(&statement);
                self.focus = Focus::Editor;
            }
            None => notices.show(NoticeKind::Warning, "there is no value under the cursor", cx),
        }
    }

    /// Has what is shown written to a file.
    fn export(&mut self, form: export::Form, cx: &mut Cx<'_>, notices: &mut Notices) {
        let Some(outcome) = self.outcome.value().filter(|outcome| !outcome.result.columns.is_empty()) else {
            notices.show(NoticeKind::Warning, "there is no result to write", cx);
            return;
        };
        let stamp: String = cx.now.to_seconds_text().chars().filter(char::is_ascii_alphanumeric).collect();
        let name = format!("watchfloor-hunt-{stamp}.{}", form.extension());
        let text = export::text(&outcome.result, &self.arranged, form);
        cx.start(|task| Effect::Export(task, name, text));
    }

    /// Makes `text` all that is there.
    pub(super) fn open(&mut self, text: &str) {
        self.editor = Editor::new(text);
        self.check();
    }

    /// Gives a key to the editor.
    pub(super) fn input(&mut self, input: &Input) {
        if self.assisted(input) {
            return;
        }
        self.editor.input(input);
        self.check();
        self.offer_after(input);
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
        self.lexed().statement_at(self.editor.byte_cursor())
    }

    /// The text and its tokens.
    pub fn lexed(&self) -> Lexed {
        self.lexed.of(&self.editor.text())
    }

    /// The same, kept for whoever asks next.
    fn lex(&mut self) -> Lexed {
        self.lexed = self.lexed();
        self.lexed.clone()
    }

    /// The cell under the cursor.
    pub fn cell(&self) -> Option<&Cell> {
        let row = *self.arranged.rows.get(self.row)?;
        self.outcome.value()?.result.rows.get(row)?.get(self.column_index()?)
    }

    /// The cells of the row under the cursor, those of hidden columns included.
    pub fn cells(&self) -> &[Cell] {
        let row = self.arranged.rows.get(self.row);
        let cells = row.and_then(|row| self.outcome.value()?.result.rows.get(*row));
        cells.map_or(&[], Vec::as_slice)
    }

    /// The column under the cursor as an index into the result.
    pub fn column_index(&self) -> Option<usize> {
        self.arranged.columns.get(self.column).copied()
    }

    /// Runs the statement under the cursor. One with errors is sent only when asked twice: our schema may be older than
    /// the service's. The statement, where it was sent.
    pub(super) fn run(&mut self, cx: &mut Cx<'_>, notices: &mut Notices) -> Option<String> {
        self.close_offer();
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
        let timespan = self.timespan.request().map(str::to_owned);
        let query = HuntQuery { text: statement.clone(), timespan };
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
        if let Ok(outcome) = &reply {
            (self.row, self.column) = (0, 0);
            self.arranged = Arrangement::of(&outcome.result);
        }
        self.outcome.finish(reply, cx.now);
    }

    /// Checks the statement under the cursor against the known schema.
    pub(super) fn check(&mut self) {
        let lexed = self.lex();
        let span = lexed.statement_at(self.editor.byte_cursor());
        self.diagnostics.clear();
        if span.of(lexed.source()).trim().is_empty() {
            return;
        }
        let schema = Schema::hunting();
        let parsed = lexed.parse(span);
        self.assist.remember(&parsed);
        let compiled = kql::check::bind(&parsed, schema, None);
        let mut found = compiled.diagnostics;
        found.extend(ide::advice(&parsed, compiled.plan.as_ref(), schema));
        found.sort_by_key(|diagnostic| (!diagnostic.is_error(), diagnostic.span));
        self.diagnostics.extend(found.into_iter().map(|diagnostic| Diagnostic {
            span: Span::new(diagnostic.span.start + span.start, diagnostic.span.end + span.start),
            ..diagnostic
        }));
    }
}
