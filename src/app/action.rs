//! What an analyst means by a key.

use super::hunt;
use super::hunt::library::Template;
use super::overlay::Purpose;
use super::pane::Pane;
use super::queue::{Arrange, Move};
use crate::triage::{Act, Person};

/// Something to do, already resolved from a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// End the program.
    Quit,
    /// Fetch what is on screen again.
    Refresh,
    /// Show a main view.
    Show(Tab),
    /// Go back to where one came from.
    Back,
    /// Go where one was before going back.
    Forward,
    /// Move the cursor of the focused list.
    Move(Move),
    /// Open what is under the cursor.
    Open,
    /// Open the page of the person that what is under the cursor is about.
    OpenUser,
    /// Open the page of this person.
    OpenPerson(Person),
    /// Focus the next part of a page, or the one before.
    Part(Direction),
    /// Give the focus to this pane.
    Focus(Pane),
    /// Stop what takes long: writes not sent yet, or the queues' loading.
    Stop,
    /// Take the mouse, or give it back to the terminal.
    Mouse,
    /// Mark or unmark the row under the cursor.
    ToggleMark,
    /// Mark all rows from the one marked last to the one under the cursor.
    MarkRange,
    /// Go to the open row that is nobody's and comes next by priority.
    NextUp,
    /// Forget all marks.
    ClearMarks,
    /// Lay the queue out otherwise.
    Arrange(Arrange),
    /// Go to the next row of the queue that is new or changed.
    NextNews,
    /// Show what was asked of the tenant.
    ShowLog,
    /// Copy the filter in force as text.
    CopyFilter,
    /// Put the default filter in force.
    ResetFilter,
    /// Ask for something in an overlay.
    Ask(Question),
    /// Make a plan of this for what is selected, and show it.
    Propose(Act),
    /// The same with what the macro of this name does.
    Macro(String),
    /// Close the topmost overlay.
    CloseOverlay,
    /// Write the text at hand in the analyst's own editor.
    EditOutside,
    /// Go on writing the text at hand at this line and character, both from 0.
    WriteAt(usize, usize),
    /// Open the hunting view with a query about the person at hand.
    HuntAbout(Template),
    /// Something in the hunting view.
    Hunt(hunt::Action),
    /// Open the incident or the person that the cell under the cursor names.
    OpenCell,
    /// Show another choice of the incident's timeline.
    Narrow(Narrow),
    /// Mark the alert under the cursor and those like it.
    MarkSimilar,
    /// Show what is under the cursor in full.
    Details,
    /// Copy the address of its page in the Defender portal.
    CopyLink,
    /// Copy what is under the cursor.
    Copy,
    /// Take an act back.
    Undo,
    /// Ask for every section of the user page that was not asked for yet.
    Gather,
    /// Write the whole user page to a file.
    Export,
    /// Say by which rules what the user page shows was derived.
    Explain,
    /// Check the way to the tenant and what may be done there.
    Examine,
    /// Show people by aliases, or by their names again.
    Pseudonyms,
    /// Show the name behind an alias for a while, or hide it again.
    Reveal,
}

impl Action {
    /// Whether it makes sense while an overlay waits for an answer about what lies below.
    pub const fn works_over_overlays(&self) -> bool {
        matches!(self, Self::Quit | Self::CloseOverlay | Self::EditOutside | Self::WriteAt(..) | Self::Refresh)
    }

    /// Whether who does it may have looked at the row under the cursor, which then stays there whatever arrives.
    pub const fn is_about_a_row(&self) -> bool {
        use Question::{Filter, Help, Palette, Sources, Views};
        !matches!(
            self,
            Self::Quit
                | Self::Refresh
                | Self::Show(_)
                | Self::Back
                | Self::Forward
                | Self::ShowLog
                | Self::CopyFilter
                | Self::ResetFilter
                | Self::CloseOverlay
                | Self::Mouse
                | Self::Stop
                | Self::Ask(Help | Palette | Filter | Views | Sources)
        )
    }
}

/// One of two ways round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// On.
    Next,
    /// Back.
    Previous,
}

/// By what a timeline is narrowed down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrow {
    /// The kind of moment.
    Kind,
    /// The product.
    Source,
    /// A user.
    User,
    /// A device.
    Device,
    /// The time around the cursor.
    Zoom,
}

/// A main view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tab {
    /// The incident queue.
    Incidents,
    /// The alert queue.
    Alerts,
    /// The last user page.
    User,
    /// The hunting editor.
    Hunt,
    /// The journal.
    Journal,
}

/// What an overlay asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Show the keys.
    Help,
    /// Which command?
    Palette,
    /// Which filter?
    Filter,
    /// Which of the filters that have a name?
    Views,
    /// Which service sources?
    Sources,
    /// Which of the things that the row names?
    Entities,
    /// Which columns, in which order?
    Columns,
    /// Whose?
    Owner,
    /// Which status?
    Status,
    /// Which finding?
    Finding(Purpose),
    /// Which words?
    Comment,
    /// What is to be remembered?
    Note,
    /// Which words must a section's facts hold?
    Words,
    /// How grave?
    Severity,
    /// Which tags?
    Tags,
    /// Which of an incident's texts?
    Text,
    /// Which of the macros?
    Macros,
    /// Which of the queries that were run?
    History,
    /// What is to be done about the account?
    Response,
}
