//! Every verb, once: keymap, help, palette and documentation read this table.

use super::App;
use super::action::{Action, Direction, Narrow, Question, Tab};
use super::hunt;
use super::hunt::library::Template;
use super::overlay::Purpose;
use super::queue::{Arrange, Move};
use crate::triage::Act;

/// Where a command's key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere but where text is typed.
    Global,
    /// Lists: queues, pages, results.
    List,
    /// Both queues.
    Queue,
    /// The incident queue, the alert queue and the incident page: where records are triaged.
    Triage,
    /// The incident page.
    Incident,
    /// The user page.
    User,
    /// The hunting view; its keys work while text is typed, so they are chords.
    Hunt,
    /// The results of a hunt.
    Results,
    /// Overlays. They take Enter, Esc and the arrows as [`Event::Input`](super::Event::Input) too.
    Overlay,
}

/// Why a command cannot be used now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unavailable {
    /// One sentence.
    pub why: String,
}

/// One verb.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// What the keymap binds, e.g. `triage.assign-to-me`.
    pub id: &'static str,
    /// A word or two, for the footer.
    pub title: &'static str,
    /// One line for help, at most 60 characters.
    pub help: &'static str,
    /// Where its key works.
    pub scope: Scope,
    /// The action it stands for in this state, or why there is none.
    pub resolve: fn(&App) -> Result<Action, Unavailable>,
}

/// The command called `id`.
pub fn command(id: &str) -> Option<&'static Command> {
    COMMANDS.iter().find(|command| command.id == id)
}

/// Declares a command whose action is always the same.
macro_rules! always {
    ($id:literal, $title:literal, $help:literal, $scope:expr, $action:expr) => {
        Command { id: $id, title: $title, help: $help, scope: $scope, resolve: |_| Ok($action) }
    };
}

/// Declares a command that writes: unavailable in a read-only profile or with nothing selected.
macro_rules! writes {
    ($id:literal, $title:literal, $help:literal, $action:expr) => {
        Command {
            id: $id,
            title: $title,
            help: $help,
            scope: Scope::Triage,
            resolve: |app| app.can_write().map(|()| $action),
        }
    };
}

/// All commands, in the order of help.
pub const COMMANDS: &[Command] = &[
    always!("help", "help", "Show the keys of this view", Scope::Global, Action::Ask(Question::Help)),
    always!(
        "palette",
        "commands",
        "Find a command, view, person or incident",
        Scope::Global,
        Action::Ask(Question::Palette)
    ),
    always!("quit", "quit", "Leave watchfloor", Scope::Global, Action::Quit),
    always!("back", "back", "Go back to where you came from", Scope::Global, Action::Back),
    always!("forward", "forward", "Go where you were before going back", Scope::Global, Action::Forward),
    always!(
        "pivot",
        "pivot",
        "Go on from a person, device, file … of this row",
        Scope::Global,
        Action::Ask(Question::Entities)
    ),
    always!("refresh", "refresh", "Fetch what is on screen again", Scope::Global, Action::Refresh),
    always!("show.incidents", "incidents", "Show the incident queue", Scope::Global, Action::Show(Tab::Incidents)),
    always!("show.alerts", "alerts", "Show the alert queue", Scope::Global, Action::Show(Tab::Alerts)),
    Command {
        id: "show.user",
        title: "user",
        help: "Show the user page opened last",
        scope: Scope::Global,
        resolve: |app| match app.user {
            Some(_) => Ok(Action::Show(Tab::User)),
            None => Err(Unavailable { why: "no user page was opened yet".to_owned() }),
        },
    },
    always!("show.hunt", "hunt", "Show the hunting editor", Scope::Global, Action::Show(Tab::Hunt)),
    always!("show.journal", "journal", "Show what was done, and by whom", Scope::Global, Action::Show(Tab::Journal)),
    always!(
        "doctor",
        "doctor",
        "Check the way to the tenant and what you may do there",
        Scope::Global,
        Action::Examine
    ),
    always!(
        "show.log",
        "requests",
        "Show what was asked of the tenant, and what was told",
        Scope::Global,
        Action::ShowLog
    ),
    always!(
        "pseudonyms",
        "pseudonyms",
        "Show people by aliases, or by their names again",
        Scope::Global,
        Action::Pseudonyms
    ),
    always!("mouse", "mouse", "Take the mouse for clicks and wheel, or give it back", Scope::Global, Action::Mouse),
    Command {
        id: "stop",
        title: "stop",
        help: "Stop writes that are not sent yet, or loading",
        scope: Scope::Global,
        resolve: |app| {
            let nothing = || Unavailable { why: "nothing is written or loaded that could be stopped".to_owned() };
            app.can_stop().then_some(Action::Stop).ok_or_else(nothing)
        },
    },
    always!("reveal", "reveal", "Show who an alias is, for a while; journaled", Scope::Global, Action::Reveal),
    Command {
        id: "undo",
        title: "undo",
        help: "Take the last act back, or the one under the cursor",
        scope: Scope::Global,
        resolve: |app| app.undoable().map(|_| Action::Undo),
    },
    always!("list.down", "down", "Move down", Scope::List, Action::Move(Move::By(1))),
    always!("list.up", "up", "Move up", Scope::List, Action::Move(Move::By(-1))),
    always!("list.page-down", "page down", "Move down by a screen", Scope::List, Action::Move(Move::Pages(1))),
    always!("list.page-up", "page up", "Move up by a screen", Scope::List, Action::Move(Move::Pages(-1))),
    always!("list.first", "first", "Move to the first row", Scope::List, Action::Move(Move::First)),
    always!("list.last", "last", "Move to the last row", Scope::List, Action::Move(Move::Last)),
    always!("list.open", "open", "Open what is under the cursor", Scope::List, Action::Open),
    always!("list.copy", "copy", "Copy what is under the cursor", Scope::List, Action::Copy),
    always!("queue.filter", "filter", "Edit the filter line", Scope::Queue, Action::Ask(Question::Filter)),
    always!("queue.views", "views", "Take a filter that has a name", Scope::Queue, Action::Ask(Question::Views)),
    always!("queue.sources", "sources", "Pick service sources", Scope::Queue, Action::Ask(Question::Sources)),
    always!("queue.reset-filter", "reset filter", "Put the default filter in force", Scope::Queue, Action::ResetFilter),
    always!("queue.sort", "sort", "Order by the next key", Scope::Queue, Action::Arrange(Arrange::NextSort)),
    always!(
        "queue.columns",
        "columns",
        "Choose, order and sort by columns",
        Scope::Queue,
        Action::Ask(Question::Columns)
    ),
    always!("queue.group", "group", "Group by the next field", Scope::Queue, Action::Arrange(Arrange::NextGrouping)),
    always!("queue.fold", "fold", "Fold or unfold the group here", Scope::Queue, Action::Arrange(Arrange::Fold)),
    always!("queue.fold-all", "fold all", "Fold or unfold all groups", Scope::Queue, Action::Arrange(Arrange::FoldAll)),
    always!("queue.see", "seen", "Take what is new or changed as seen", Scope::Queue, Action::Arrange(Arrange::See)),
    always!("queue.copy-filter", "copy filter", "Copy the filter as text", Scope::Queue, Action::CopyFilter),
    always!("queue.mark", "mark", "Mark it for a common act", Scope::Queue, Action::ToggleMark),
    always!("queue.mark-range", "mark range", "Mark from the last mark to here", Scope::Queue, Action::MarkRange),
    always!("queue.next-up", "next up", "Go to the next that is nobody's, by priority", Scope::Queue, Action::NextUp),
    always!("queue.next-news", "next news", "Go to the next that is new or changed", Scope::Queue, Action::NextNews),
    always!("queue.clear-marks", "clear marks", "Forget all marks", Scope::Queue, Action::ClearMarks),
    Command {
        id: "triage.assign-to-me",
        title: "assign to me",
        help: "Make it yours",
        scope: Scope::Triage,
        resolve: |app| {
            app.can_write()?;
            match &app.profile.me {
                Some(me) => Ok(Action::Propose(Act::Assign(Some(me.clone())))),
                None => Err(Unavailable { why: "signed in as an application, which is nobody".to_owned() }),
            }
        },
    },
    writes!("triage.assign", "assign", "Say whose it is", Action::Ask(Question::Owner)),
    writes!("triage.status", "status", "Set where it stands", Action::Ask(Question::Status)),
    writes!("triage.classify", "classify", "Say what it was", Action::Ask(Question::Finding(Purpose::Classify))),
    writes!(
        "triage.resolve",
        "resolve",
        "Say what it was and close it",
        Action::Ask(Question::Finding(Purpose::Resolve))
    ),
    writes!("triage.comment", "comment", "Write a comment", Action::Ask(Question::Comment)),
    writes!("triage.severity", "severity", "Set how grave it is", Action::Ask(Question::Severity)),
    writes!("triage.tags", "tags", "Add tags and take tags away", Action::Ask(Question::Tags)),
    writes!("triage.text", "texts", "Write its summary, description, name or reason", Action::Ask(Question::Text)),
    writes!("triage.macros", "macros", "Do one of the macros of the configuration", Action::Ask(Question::Macros)),
    always!(
        "triage.note",
        "note",
        "Note something for yourself and the next shift",
        Scope::Triage,
        Action::Ask(Question::Note)
    ),
    always!("triage.user", "user", "Open the page of the person concerned", Scope::Triage, Action::OpenUser),
    always!(
        "triage.hunt",
        "hunt",
        "Hunt for what the person did",
        Scope::Triage,
        Action::HuntAbout(Template::DataActivity)
    ),
    always!("page.next-part", "next part", "Focus the next part", Scope::Incident, Action::Part(Direction::Next)),
    always!(
        "page.previous-part",
        "previous part",
        "Focus the part before",
        Scope::Incident,
        Action::Part(Direction::Previous)
    ),
    always!(
        "page.kinds",
        "kind",
        "Narrow the timeline to the next kind",
        Scope::Incident,
        Action::Narrow(Narrow::Kind)
    ),
    always!(
        "page.sources",
        "source",
        "Narrow the timeline to the next source",
        Scope::Incident,
        Action::Narrow(Narrow::Source)
    ),
    always!(
        "page.users",
        "user",
        "Narrow the timeline to the next user",
        Scope::Incident,
        Action::Narrow(Narrow::User)
    ),
    always!(
        "page.devices",
        "device",
        "Narrow the timeline to the next device",
        Scope::Incident,
        Action::Narrow(Narrow::Device)
    ),
    always!(
        "page.zoom",
        "zoom",
        "Show the day, the hour around the cursor, or all",
        Scope::Incident,
        Action::Narrow(Narrow::Zoom)
    ),
    always!(
        "page.mark-similar",
        "mark similar",
        "Mark this alert and the open ones like it",
        Scope::Incident,
        Action::MarkSimilar
    ),
    always!("page.details", "details", "Show all properties of it", Scope::Incident, Action::Details),
    always!(
        "page.copy-link",
        "copy link",
        "Copy its address in the Defender portal",
        Scope::Incident,
        Action::CopyLink
    ),
    always!(
        "user.hunt",
        "hunt",
        "Hunt for what the person did",
        Scope::User,
        Action::HuntAbout(Template::DataActivity)
    ),
    always!(
        "user.hunt-all",
        "hunt all",
        "Hunt for all activity, alerts and sign-ins of theirs",
        Scope::User,
        Action::HuntAbout(Template::Everything)
    ),
    always!("user.next-section", "section", "Focus the next section", Scope::User, Action::Part(Direction::Next)),
    always!(
        "user.previous-section",
        "section before",
        "Focus the section before",
        Scope::User,
        Action::Part(Direction::Previous)
    ),
    always!("user.kinds", "kind", "Narrow the timeline to the next kind", Scope::User, Action::Narrow(Narrow::Kind)),
    always!(
        "user.words",
        "words",
        "Show of a section what holds these words",
        Scope::User,
        Action::Ask(Question::Words)
    ),
    always!("user.rule", "rules", "Say how what is derived here comes about", Scope::User, Action::Explain),
    always!("user.export", "export", "Write the whole page to a new file", Scope::User, Action::Export),
    Command {
        id: "user.respond",
        title: "respond",
        help: "Revoke, disable, enable the account; decide on its risk",
        scope: Scope::User,
        resolve: |app| app.can_respond().map(|()| Action::Ask(Question::Response)),
    },
    always!(
        "user.note",
        "note",
        "Note something for yourself and the next shift",
        Scope::User,
        Action::Ask(Question::Note)
    ),
    always!("hunt.run", "run", "Run the statement under the cursor", Scope::Hunt, Action::Hunt(hunt::Action::Run)),
    always!("hunt.stop", "stop", "Give the run up", Scope::Hunt, Action::Hunt(hunt::Action::Stop)),
    always!("hunt.history", "history", "Find a query that was run", Scope::Hunt, Action::Ask(Question::History)),
    always!(
        "hunt.format",
        "lay out",
        "Lay the text out, an operator a line",
        Scope::Hunt,
        Action::Hunt(hunt::Action::Format)
    ),
    always!(
        "hunt.explain",
        "what is this",
        "Say what the word under the cursor is",
        Scope::Hunt,
        Action::Hunt(hunt::Action::Explain)
    ),
    always!(
        "hunt.timespan",
        "timespan",
        "Look farther or less far back",
        Scope::Hunt,
        Action::Hunt(hunt::Action::NextTimespan)
    ),
    always!(
        "hunt.next-query",
        "next query",
        "Show the next query of several",
        Scope::Hunt,
        Action::Hunt(hunt::Action::NextBuffer)
    ),
    always!(
        "hunt.new-query",
        "new query",
        "Begin another query beside this",
        Scope::Hunt,
        Action::Hunt(hunt::Action::NewBuffer)
    ),
    always!(
        "hunt.switch",
        "editor/results",
        "Focus the other half",
        Scope::Hunt,
        Action::Hunt(hunt::Action::SwitchFocus)
    ),
    always!(
        "results.right",
        "column right",
        "Move a column right",
        Scope::Results,
        Action::Hunt(hunt::Action::Column(1))
    ),
    always!(
        "results.left",
        "column left",
        "Move a column left",
        Scope::Results,
        Action::Hunt(hunt::Action::Column(-1))
    ),
    always!(
        "results.narrow",
        "narrow",
        "Write the query again, narrowed to this value",
        Scope::Results,
        Action::Hunt(hunt::Action::Narrow)
    ),
    always!("results.open", "open", "Open the incident or the person this names", Scope::Results, Action::OpenCell),
    always!(
        "results.sort",
        "sort",
        "Order rows by this column: rising, falling, not",
        Scope::Results,
        Action::Hunt(hunt::Action::Sort)
    ),
    always!("results.hide", "hide", "Hide this column", Scope::Results, Action::Hunt(hunt::Action::Hide)),
    always!(
        "results.all",
        "show all",
        "Show all columns, rows as they came",
        Scope::Results,
        Action::Hunt(hunt::Action::ShowAll)
    ),
    always!(
        "results.csv",
        "to CSV",
        "Write what is shown to a CSV file",
        Scope::Results,
        Action::Hunt(hunt::Action::Export(hunt::export::Form::Csv))
    ),
    always!(
        "results.json",
        "to JSON",
        "Write what is shown to a JSON file",
        Scope::Results,
        Action::Hunt(hunt::Action::Export(hunt::export::Form::Json))
    ),
    always!("overlay.close", "close", "Close it", Scope::Overlay, Action::CloseOverlay),
    Command {
        id: "overlay.editor",
        title: "editor",
        help: "Write the text in $VISUAL or $EDITOR",
        scope: Scope::Overlay,
        resolve: |app| app.can_edit_outside().map(|()| Action::EditOutside),
    },
];
