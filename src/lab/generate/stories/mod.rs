//! The planted investigations, a file each.

mod admin_migration;
mod departing_user;
mod label_downgrade;
mod print_volume;
mod source_code;
mod telling;

use super::rows::data_security_events::Activity;
use super::world::World;

/// A planted investigation, for whoever debriefs an analyst.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Short name.
    pub slug: &'static str,
    /// UPN of whom it is about.
    pub account: String,
    /// What an analyst should conclude: classification and determination.
    pub verdict: (&'static str, &'static str),
    /// What happened and what gives it away.
    pub debrief: &'static str,
    /// What hunting shows.
    pub findings: Vec<Finding>,
}

/// Something an alert says and a query shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Text that the title or the description of one of the person's alerts holds.
    pub says: String,
    /// Table to look in.
    pub table: &'static str,
    /// What the rows have in common.
    pub conditions: Vec<Condition>,
    /// How many rows there are.
    pub rows: usize,
}

/// What a row's cell must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The column equals the text.
    Is(&'static str, String),
    /// The column holds the text as a term.
    Has(&'static str, String),
    /// The column is not empty.
    Filled(&'static str),
}

impl Finding {
    /// An alert says `{rows} {what}`, and so many rows of `activity` by `account` belong to a sequence.
    pub fn events(what: &str, account: &str, activity: &Activity, rows: usize) -> Self {
        let conditions = vec![
            Condition::Is("AccountUpn", account.to_owned()),
            Condition::Is("ActionType", activity.action_type.to_owned()),
            Condition::Filled("SequenceCorrelationId"),
        ];
        Self { says: format!("{rows} {what}"), table: "DataSecurityEvents", conditions, rows }
    }

    /// The KQL that yields the rows.
    pub fn query(&self) -> String {
        let condition = |condition: &Condition| match condition {
            Condition::Is(column, text) => format!("| where {column} == \"{text}\""),
            Condition::Has(column, text) => format!("| where tostring({column}) has \"{text}\""),
            Condition::Filled(column) => format!("| where isnotempty({column})"),
        };
        let lines: Vec<String> = self.conditions.iter().map(condition).collect();
        format!("{}\n{}", self.table, lines.join("\n"))
    }
}

/// Plants every story.
pub fn plant_all(world: &mut World) {
    for (slug, plant) in STORIES {
        world.scope(slug);
        plant(world);
    }
}

/// Plants a story.
type Plant = fn(&mut World);

/// Every story by name. The name is also that of its stream of randomness.
const STORIES: [(&str, Plant); 5] = [
    ("departing-user", departing_user::plant),
    ("label-downgrade", label_downgrade::plant),
    ("print-volume", print_volume::plant),
    ("source-code", source_code::plant),
    ("admin-migration", admin_migration::plant),
];
