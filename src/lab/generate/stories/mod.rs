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
    /// KQL that yields the rows.
    pub query: String,
    /// How many rows it yields.
    pub rows: usize,
}

impl Finding {
    /// An alert says `{rows} {what}`, and so many rows of `activity` by `account` are those that policies noted.
    pub fn events(what: &str, account: &str, activity: &Activity, rows: usize) -> Self {
        let query = format!(
            "DataSecurityEvents\n| where AccountUpn =~ \"{account}\" and ActionType == \"{}\"\n| where \
             isnotempty(SequenceCorrelationId)",
            activity.action_type
        );
        Self { says: format!("{rows} {what}"), query, rows }
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
