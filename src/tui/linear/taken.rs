//! What a line that was typed comes to: a verb, or the answer to what an overlay asks.

use super::told::commands;
use super::{Face, PAGE, complain, say};
use crate::app::command::Command;
use crate::app::queue::Move;
use crate::app::{Action, Key, Overlay, Pane, View, hunt};
use crate::tui::Performer;
use crate::tui::input::scope_name;

impl<P: Performer> Face<P> {
    /// Does what a line says.
    pub(super) fn take(&mut self, line: &str) {
        match self.app.overlays.last() {
            None => self.take_verb(line),
            Some(Overlay::Plan(_)) if self.is_counting_down() => match line {
                "now" => self.press(Key::Enter, false),
                // Whoever types something else thinks again, or believes it written already: neither may be wrong.
                _ => self.act(Action::CloseOverlay),
            },
            Some(Overlay::Plan(preview)) if preview.plan.wants_consent() && matches!(line, "apply" | "yes") => {
                complain("apply does not write that; dismiss does");
            }
            Some(Overlay::Plan(_)) => match line {
                "apply" | "yes" => self.press(Key::Enter, false),
                "dismiss" => self.press(Key::Char('D'), false),
                "reason" => self.press(Key::Char('m'), false),
                _ => self.act(Action::CloseOverlay),
            },
            Some(Overlay::Comment(..) | Overlay::Write(..) | Overlay::Note(..)) => match line {
                "" => self.act(Action::CloseOverlay),
                text => {
                    self.press(Key::Paste(text.to_owned()), false);
                    self.press(Key::Char('s'), true);
                }
            },
            Some(Overlay::Filter(_) | Overlay::Tags(..) | Overlay::Reveal(_)) if line.is_empty() => {
                self.act(Action::CloseOverlay);
            }
            Some(Overlay::Filter(_) | Overlay::Tags(..)) if line == "none" => self.fill_in(""),
            Some(Overlay::Filter(_) | Overlay::Tags(..) | Overlay::Words(..) | Overlay::Reveal(_)) => {
                self.fill_in(line);
            }
            Some(Overlay::Results(_)) => self.decide(line),
            Some(Overlay::Columns(_)) => self.lay_out(line),
            Some(Overlay::Sources(_)) => self.take_sources(line),
            Some(Overlay::Message(message)) if message.is_sign_in() => match line {
                "stop" => self.act(Action::CloseOverlay),
                _ => self.press(Key::Enter, false),
            },
            Some(Overlay::Doctor(_)) if line == "again" => self.press(Key::Char('r'), false),
            Some(Overlay::Message(_) | Overlay::Help { .. } | Overlay::Doctor(_)) => {
                self.act(Action::CloseOverlay);
                if !line.is_empty() {
                    self.take_verb(line);
                }
            }
            Some(_) => self.choose(line),
        }
    }

    /// Puts `text` in the place of the line that is edited, and takes it.
    fn fill_in(&mut self, text: &str) {
        self.press(Key::Char('u'), true);
        self.press(Key::Paste(text.to_owned()), false);
        self.press(Key::Enter, false);
    }

    /// Puts the cursor of the overlay on a choice by its number from 1; whether there is one.
    fn point(&mut self, number: usize) -> bool {
        let Some(overlay) = self.app.overlays.last() else { return false };
        let Some(from) = overlay.cursor() else { return false };
        let choices = match overlay {
            Overlay::Results(results) => results.rows.len(),
            Overlay::Columns(_) => self.app.queue().map_or(0, |queue| queue.columns.all().len()),
            _ => self.choices().len(),
        };
        let is_there = (1..=choices).contains(&number);
        if is_there {
            let to = number - 1;
            let key = if from <= to { Key::Down } else { Key::Up };
            (0..from.abs_diff(to)).for_each(|_| self.press(key.clone(), false));
        } else {
            complain(&format!("there is no {number}"));
        }
        is_there
    }

    /// Takes the numbered choice, or what was typed where a name can be.
    fn choose(&mut self, line: &str) {
        match (self.app.overlays.last(), line.parse::<usize>()) {
            (_, Err(_)) if line.is_empty() => self.act(Action::CloseOverlay),
            (Some(Overlay::Assign(..)), Err(_)) => self.fill_in(line),
            (Some(Overlay::Palette(_)), Err(_)) => {
                self.press(Key::Char('u'), true);
                self.press(Key::Paste(line.to_owned()), false);
            }
            (_, Err(_)) => match self.choice_called(line) {
                Some(number) => self.choose(&number.to_string()),
                None => complain(&format!("no choice is called {line:?}")),
            },
            (_, Ok(number)) => {
                if self.point(number) {
                    self.press(Key::Enter, false);
                }
            }
        }
    }

    /// The number of the one choice that begins with `text`.
    fn choice_called(&self, text: &str) -> Option<usize> {
        let choices = self.choices();
        let begins = |choice: &String| choice.to_lowercase().starts_with(&text.to_lowercase());
        let mut called = choices.iter().zip(1..).filter(|(choice, _)| begins(choice));
        called.next().filter(|_| called.next().is_none()).map(|(_, number)| number)
    }

    /// Takes the sources of these numbers, and no others.
    fn take_sources(&mut self, line: &str) {
        if line.is_empty() {
            return self.act(Action::CloseOverlay);
        }
        let words = line.split([' ', ',']).filter(|word| !word.is_empty());
        let Ok(numbers) = words.map(str::parse::<usize>).collect::<Result<Vec<_>, _>>() else {
            return complain("a number, or several with blanks between");
        };
        // On the first, which is all of them, every mark is taken away.
        if !self.point(1) {
            return;
        }
        self.press(Key::Char(' '), false);
        for number in numbers {
            if !self.point(number) {
                return;
            }
            self.press(Key::Char(' '), false);
        }
        self.press(Key::Enter, false);
    }

    /// Says what shall become of what was not written.
    fn decide(&mut self, line: &str) {
        let (which, choice) = line.rsplit_once(' ').unwrap_or(("", line));
        let key = match (which, choice) {
            ("all", "theirs") => 'T',
            ("all", "ours") => 'O',
            (_, "theirs") => 't',
            (_, "ours") => 'o',
            ("", "go") => return self.press(Key::Enter, false),
            _ => return self.act(Action::CloseOverlay),
        };
        match which.parse::<usize>() {
            Ok(number) if self.point(number) => self.press(Key::Char(key), false),
            Err(_) if matches!(which, "" | "all") => self.press(Key::Char(key), false),
            Ok(_) | Err(_) => {}
        }
    }

    /// Lays the queue out otherwise.
    fn lay_out(&mut self, line: &str) {
        let (number, word) = line.split_once(' ').unwrap_or((line, ""));
        let key = match (number, word.trim()) {
            ("", _) => return self.act(Action::CloseOverlay),
            ("reset", _) => '0',
            (_, "") => ' ',
            (_, "sort") => 's',
            (_, "then") => 'S',
            _ => return complain("a number, and sort or then; or reset"),
        };
        if let Ok(number) = number.parse::<usize>()
            && !self.point(number)
        {
            return;
        }
        self.press(Key::Char(key), false);
    }

    /// Does a verb: a command's id or title, or the start of one; a number before it says which row.
    fn take_verb(&mut self, line: &str) {
        let (number, verb) = match line.split_once(' ') {
            Some((first, rest)) if first.parse::<usize>().is_ok() => (first.parse().ok(), rest.trim()),
            _ if line.parse::<usize>().is_ok() => (line.parse().ok(), "list.open"),
            _ => (None, line),
        };
        if let Some(number) = number
            && let Err(why) = self.go_to(number)
        {
            return complain(&why);
        }
        match verb {
            "" | "list" => {
                self.first = 0;
                self.printed.forget();
            }
            "more" => self.first += PAGE,
            "help" | "?" => drop(say(&self.verbs())),
            verb => match self
                .filter(verb)
                .or_else(|| self.query(verb))
                .or_else(|| self.command(verb).map(|command| self.run(command)).err())
            {
                Some(why) if !why.is_empty() => complain(&why),
                Some(_) | None => {}
            },
        }
    }

    /// Does a command, and prints the page that the cursor is on then.
    fn run(&mut self, command: &'static Command) {
        match (command.resolve)(&self.app) {
            Ok(action) => self.act(action),
            Err(refused) => return complain(&refused.why),
        }
        if let Some(queue) = self.app.queue() {
            self.first = queue.cursor() / PAGE * PAGE;
        }
    }

    /// Makes what follows `filter` the filter of the queue; `None` where the line is another verb.
    fn filter(&mut self, verb: &str) -> Option<String> {
        let text = verb.strip_prefix("filter ").filter(|_| self.app.queue().is_some())?.trim();
        let command = self.command("filter").ok()?;
        self.run(command);
        self.fill_in(if text == "none" { "" } else { text });
        Some(String::new())
    }

    /// Makes what follows `query` the text of the hunting editor; `None` where the line is another verb.
    fn query(&mut self, verb: &str) -> Option<String> {
        let text = verb.strip_prefix("query ").filter(|_| self.app.view == View::Hunt)?;
        self.act(Action::Focus(Pane::Editor));
        self.press(Key::Char('a'), true);
        self.press(Key::Paste(text.trim().to_owned()), false);
        self.act(Action::Hunt(hunt::Action::GoTo(0, 0)));
        self.act(Action::Focus(Pane::Results));
        Some(String::new())
    }

    /// Puts the cursor on the row that was printed under `number`.
    fn go_to(&mut self, number: usize) -> Result<(), String> {
        let Some(id) = self.numbers.id(number) else { return Err(format!("no row {number} was printed")) };
        let place = match (self.app.view, self.app.queue()) {
            (View::Incidents | View::Alerts, Some(queue)) => {
                let store = &self.app.store;
                let id_at = |index| match self.app.view {
                    View::Incidents => store.incident_at(index).map(|entry| &*entry.incident.id),
                    _ => store.alert_at(index).map(|entry| &*entry.alert.id),
                };
                let place = queue.rows().iter().position(|row| id_at(row.index) == Some(id));
                place.ok_or_else(|| format!("what was row {number} is no longer among the rows"))?
            }
            _ => number.saturating_sub(1),
        };
        self.act(Action::Move(Move::First));
        self.act(Action::Move(Move::By(isize::try_from(place).unwrap_or(isize::MAX))));
        Ok(())
    }

    /// The command that `verb` names in this view: by its id or title, by a key, or by the start of its title.
    fn command(&self, verb: &str) -> Result<&'static Command, String> {
        let known = commands(&self.app);
        let named = known.iter().find(|command| command.id == verb || command.title == verb);
        if let Some(command) = named.or_else(|| known.iter().find(|command| self.has_key(command, verb))) {
            return Ok(command);
        }
        let started: Vec<&Command> = known.into_iter().filter(|command| command.title.starts_with(verb)).collect();
        match &started[..] {
            [only] => Ok(only),
            [] => Err(format!("{verb:?} is no verb here; help lists them")),
            several => {
                let titles: Vec<&str> = several.iter().map(|command| command.title).collect();
                Err(format!("{verb:?} may be {}", titles.join(", ")))
            }
        }
    }

    /// Whether a screen takes the keys called `text` for `command`.
    fn has_key(&self, command: &Command, text: &str) -> bool {
        let bindings = self.keyboard.keymap().bindings().iter();
        let mut own =
            bindings.filter(|binding| binding.command == command.id && binding.scope == scope_name(command.scope));
        own.any(|binding| binding.keys_text() == text)
    }
}
