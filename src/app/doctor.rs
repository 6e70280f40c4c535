//! The doctor's overlay: the way to the tenant and what may be done there, each check as it ends.

use super::effect::{Effect, TaskId};
use super::event::{Input, Key};
use super::overlay::Overlay;
use super::{App, Cx};
use crate::base::text::{fit, width};

/// One more thing that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A check has ended.
    Check(Check),
    /// What the caller may do with something.
    Capability(Capability),
    /// All checks have ended.
    End,
}

/// A check that has ended. Texts are safe for a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// `ok`, `note`, `warning` or `failed`.
    pub verdict: &'static str,
    /// What was checked.
    pub name: String,
    /// What was found.
    pub words: String,
    /// What to do about it; may be empty.
    pub remedy: String,
}

/// A row of the table of capabilities and permissions. Texts are safe for a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// What it is.
    pub name: String,
    /// Whether it can be read.
    pub read: String,
    /// The permission for that.
    pub read_permission: String,
    /// Whether it can be written; empty where nothing is.
    pub write: String,
    /// The permission for that.
    pub write_permission: String,
    /// Why it cannot be read or is empty: what is proved and what is possible.
    pub causes: Vec<String>,
}

/// What is known so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The checks under way.
    pub task: Option<TaskId>,
    /// Those that have ended.
    pub checks: Vec<Check>,
    /// What may be done.
    pub capabilities: Vec<Capability>,
    /// Whether the rest was given up.
    pub is_stopped: bool,
    /// First line shown.
    pub scroll: usize,
}

/// How a line is to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// As it should be, or nothing to do.
    Plain,
    /// A heading.
    Strong,
    /// Something beside.
    Muted,
    /// Not as it should be.
    Bad,
}

impl State {
    /// Its heading.
    pub const fn title(&self) -> &'static str {
        match (self.task, self.is_stopped) {
            (Some(_), _) => "Doctor: checking …",
            (None, true) => "Doctor: stopped",
            (None, false) => "Doctor",
        }
    }

    /// What is known, in lines for `cells`; longer ones are to be wrapped.
    pub fn lines(&self, cells: usize) -> Vec<(Tone, String)> {
        let mut lines = Vec::new();
        for check in &self.checks {
            let tone = if matches!(check.verdict, "failed" | "warning") { Tone::Bad } else { Tone::Plain };
            lines.push((tone, format!("{:<8} {}: {}", check.verdict, check.name, check.words)));
            if !check.remedy.is_empty() {
                lines.push((Tone::Strong, format!("         → {}", check.remedy)));
            }
        }
        if self.capabilities.is_empty() {
            return lines;
        }
        lines.push((Tone::Plain, String::new()));
        let rows = self.capabilities.iter().map(|known| {
            [&known.name, &known.read, &known.read_permission, &known.write, &known.write_permission]
                .map(String::as_str)
        });
        let rows: Vec<[&str; 5]> = rows.collect();
        let mut widths = HEADINGS.map(width);
        for row in &rows {
            for (most, cell) in widths.iter_mut().zip(row) {
                *most = (*most).max(width(cell));
            }
        }
        let has_room = widths.iter().sum::<usize>() + 2 * (widths.len() - 1) <= cells;
        lines.push((Tone::Strong, row(HEADINGS, widths, has_room)));
        for (capability, row_here) in self.capabilities.iter().zip(rows) {
            let tone = if capability.read.starts_with("no") { Tone::Bad } else { Tone::Plain };
            lines.push((tone, row(row_here, widths, has_room)));
            let [_, _, reading, _, writing] = row_here;
            let needs: Vec<&str> = [reading, writing].into_iter().filter(|name| !name.is_empty()).collect();
            if !has_room && !needs.is_empty() {
                lines.push((Tone::Muted, format!("  needs {}", needs.join(", to write "))));
            }
            lines.extend(capability.causes.iter().map(|cause| (Tone::Muted, format!("  {cause}"))));
        }
        lines
    }
}

const HEADINGS: [&str; 5] = ["capability", "read", "needs", "read/write", "needs"];

/// The cells of the table side by side; without the permissions where there is no room for all.
fn row(cells: [&str; 5], widths: [usize; 5], has_room: bool) -> String {
    let shown = (0..cells.len()).filter(|column| has_room || HEADINGS.get(*column) != Some(&"needs"));
    let fitted = shown.filter_map(|column| Some(fit(cells.get(column)?, *widths.get(column)?)));
    fitted.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

impl App {
    /// Opens the overlay and begins to check; anew where it is open.
    pub(super) fn examine(&mut self, cx: &mut Cx<'_>) {
        let task = cx.start(Effect::Examine);
        let state = State { task: Some(task), ..State::default() };
        match self.overlays.iter_mut().find_map(as_doctor) {
            Some(open) => {
                stop(open, cx);
                *open = state;
            }
            None => self.overlays.push(Overlay::Doctor(state)),
        }
    }

    /// Takes what a check found, where it is still awaited.
    pub(super) fn receive_step(&mut self, task: TaskId, step: Step) {
        let open = self.overlays.iter_mut().find_map(as_doctor);
        let Some(state) = open.filter(|state| state.task == Some(task)) else { return };
        match step {
            Step::Check(check) => state.checks.push(check),
            Step::Capability(capability) => state.capabilities.push(capability),
            Step::End => state.task = None,
        }
    }

    /// Takes a key: `r` checks again, `c` gives up what is under way. Whether it was one of these.
    pub(super) fn answer_doctor(&mut self, input: &Input, cx: &mut Cx<'_>) -> bool {
        let Some(Overlay::Doctor(state)) = self.overlays.last_mut() else { return false };
        match input.key {
            Key::Char('r') => self.examine(cx),
            Key::Char('c') if state.task.is_some() => {
                stop(state, cx);
                state.is_stopped = true;
            }
            _ => return false,
        }
        true
    }
}

/// Gives up what is under way.
pub(super) fn stop(state: &mut State, cx: &mut Cx<'_>) {
    if let Some(task) = state.task.take() {
        cx.run(Effect::Cancel(task));
    }
}

fn as_doctor(overlay: &mut Overlay) -> Option<&mut State> {
    if let Overlay::Doctor(state) = overlay { Some(state) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::overlay::Overlay;
    use crate::app::{Action, Event, Profile, Reply};
    use crate::base::Timestamp;

    fn check(verdict: &'static str) -> Step {
        let [name, words, remedy] = ["clock", "400 s ahead of Graph's", "set this machine's clock"].map(str::to_owned);
        Step::Check(Check { verdict, name, words, remedy })
    }

    fn capability() -> Step {
        Step::Capability(Capability {
            name: "incidents".to_owned(),
            read: "no".to_owned(),
            read_permission: "SecurityIncident.Read.All".to_owned(),
            write: "not granted".to_owned(),
            write_permission: "SecurityIncident.ReadWrite.All".to_owned(),
            causes: vec!["proved: it is not granted".to_owned()],
        })
    }

    fn update(app: &mut App, event: Event) -> Vec<Effect> {
        app.update(event, Timestamp::MIN)
    }

    fn open(app: &App) -> &State {
        let Some(Overlay::Doctor(state)) = app.overlays.last() else { panic!("{:?}", app.overlays) };
        state
    }

    #[test]
    fn checks_appear_as_they_end_and_a_key_checks_again() {
        let mut app = App::new(Profile::default());
        let begun = update(&mut app, Event::Action(Action::Examine));
        let [Effect::Examine(task)] = begun[..] else { panic!("{begun:?}") };
        update(&mut app, Event::Reply(task, Reply::Examined(check("failed"))));
        update(&mut app, Event::Reply(TaskId(99), Reply::Examined(check("ok"))));
        assert_eq!((open(&app).checks.len(), open(&app).title()), (1, "Doctor: checking …"));
        update(&mut app, Event::Reply(task, Reply::Examined(Step::End)));
        assert_eq!(open(&app).title(), "Doctor");
        let again = update(&mut app, Event::Input(Input::plain(Key::Char('r'))));
        assert!(matches!(again[..], [Effect::Examine(new)] if new != task), "{again:?}");
        assert!(open(&app).checks.is_empty());
    }

    #[test]
    fn checks_under_way_are_given_up_by_key_and_by_closing() {
        for (key, is_open) in [(Key::Char('c'), true), (Key::Esc, false)] {
            let mut app = App::new(Profile::default());
            let begun = update(&mut app, Event::Action(Action::Examine));
            let [Effect::Examine(task)] = begun[..] else { panic!("{begun:?}") };
            assert_eq!(update(&mut app, Event::Input(Input::plain(key))), [Effect::Cancel(task)]);
            assert_eq!(app.overlays.len(), usize::from(is_open));
            update(&mut app, Event::Reply(task, Reply::Examined(check("ok"))));
            assert!(app.overlays.is_empty() || open(&app).checks.is_empty());
        }
    }

    #[test]
    fn the_table_fits_where_it_is_shown() {
        let mut state = State::default();
        for step in [check("failed"), capability()] {
            match step {
                Step::Check(check) => state.checks.push(check),
                Step::Capability(capability) => state.capabilities.push(capability),
                Step::End => {}
            }
        }
        let narrow: Vec<String> = state.lines(72).into_iter().map(|(_, line)| line).collect();
        assert_eq!(
            narrow,
            [
                "failed   clock: 400 s ahead of Graph's",
                "         → set this machine's clock",
                "",
                "capability  read  read/write",
                "incidents   no    not granted",
                "  needs SecurityIncident.Read.All, to write SecurityIncident.ReadWrite.All",
                "  proved: it is not granted",
            ]
        );
        let wide = state.lines(120);
        assert!(wide.iter().any(|(_, line)| line.ends_with("not granted  SecurityIncident.ReadWrite.All")));
        assert_eq!(wide.len(), 6);
    }
}
