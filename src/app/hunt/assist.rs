//! Help while a query is typed: what could be written next, how the call around the cursor goes on, what a word is.

use super::State;
use crate::app::event::{Input, Key};
use crate::kql::ide::{self, Completion, Scope};
use crate::kql::syntax::Parsed;
use crate::kql::{Schema, Span};

/// The most completions offered.
const OFFERED_MAX: usize = 50;

/// Help at the cursor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Assist {
    /// What could be written, best first; nothing where nothing is offered. Spans are bytes of the editor's text.
    pub offered: Vec<Completion>,
    /// The one that Tab takes.
    pub chosen: usize,
    /// What was asked about the word under the cursor.
    pub explained: Option<String>,
    scope: Scope,
}

impl Assist {
    /// Takes note of the statement that was parsed last.
    pub(super) fn remember(&mut self, parsed: &Parsed) {
        self.scope.remember(parsed);
    }

    /// The completion that Tab takes.
    pub fn choice(&self) -> Option<&Completion> {
        self.offered.get(self.chosen)
    }
}

impl State {
    /// Takes a key that is for what is offered; whether it was.
    pub(super) fn assisted(&mut self, input: &Input) -> bool {
        self.assist.explained = None;
        let count = self.assist.offered.len();
        if input.ctrl || input.shift {
            return false;
        }
        match &input.key {
            Key::Tab if count > 0 => self.accept(),
            Key::Tab if self.word_before_cursor() => self.offer(),
            Key::Down if count > 0 => self.assist.chosen = (self.assist.chosen + 1) % count,
            Key::Up if count > 0 => self.assist.chosen = (self.assist.chosen + count - 1) % count,
            _ => return false,
        }
        true
    }

    /// Offers anew after `input` was typed, where a word is being written.
    pub(super) fn offer_after(&mut self, input: &Input) {
        let types = matches!(input.key, Key::Char(_) | Key::Backspace) && !input.ctrl;
        if types && self.word_before_cursor() {
            self.offer();
        } else {
            self.assist.offered.clear();
        }
        // What is written in full already needs no offer.
        if let [only] = self.assist.offered.as_slice()
            && only.span.of(&self.editor.text()) == only.label
        {
            self.assist.offered.clear();
        }
    }

    /// Says what the word under the cursor is, or how the call around it goes on.
    pub(super) fn explain(&mut self) {
        let (lexed, at) = (self.lex(), self.editor.byte_cursor());
        let span = lexed.statement_at(at);
        let (query, within) = (span.of(lexed.source()), at.saturating_sub(span.start));
        let hover = ide::hover_in(&mut self.assist.scope, query, within, Schema::hunting()).map(|hover| hover.text);
        let scope = &mut self.assist.scope;
        let call = || {
            let help = ide::signature_help_in(scope, query, within)?;
            Some(format!("{}: {}", help.labels.join(" or "), help.summary))
        };
        self.assist.explained =
            Some(hover.or_else(call).unwrap_or_else(|| "nothing is known of what is under the cursor".to_owned()));
    }

    /// Closes what is offered; whether anything was.
    pub(in crate::app) fn close_offer(&mut self) -> bool {
        let any = !self.assist.offered.is_empty();
        self.assist.offered.clear();
        any
    }

    fn offer(&mut self) {
        let (lexed, at) = (self.lex(), self.editor.byte_cursor());
        let span = lexed.statement_at(at);
        let query = span.of(lexed.source());
        let within = at.checked_sub(span.start).filter(|within| *within <= query.len());
        let scope = &mut self.assist.scope;
        let found = within.map(|within| ide::complete_in(scope, query, within, Schema::hunting()));
        let found = found.unwrap_or_default();
        self.assist.offered = found
            .into_iter()
            .take(OFFERED_MAX)
            .map(|one| Completion { span: Span::new(one.span.start + span.start, one.span.end + span.start), ..one })
            .collect();
        self.assist.chosen = 0;
    }

    fn accept(&mut self) {
        let Some(choice) = self.assist.choice().cloned() else { return };
        self.editor.replace_span(choice.span, &choice.label);
        self.assist.offered.clear();
        self.check();
    }

    /// Whether the character before the cursor belongs to a word.
    fn word_before_cursor(&self) -> bool {
        let text = self.editor.text();
        let before = text.get(..self.editor.byte_cursor()).and_then(|before| before.chars().next_back());
        before.is_some_and(|c| c.is_alphanumeric() || c == '_')
    }
}
