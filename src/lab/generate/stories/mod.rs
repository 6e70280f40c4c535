//! The planted investigations, a file each.

mod departing_user;

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
    /// Rows of `DataSecurityEvents` of `account` with `action_type` since 30 days ago.
    pub fn events(says: String, account: &str, action_type: &str, rows: usize) -> Self {
        let query = format!(
            "DataSecurityEvents\n| where AccountUpn =~ \"{account}\" and ActionType == \"{action_type}\"\n| where \
             isnotempty(IrmPolicyMatchInfo) or isnotempty(DlpPolicyMatchInfo)"
        );
        Self { says, query, rows }
    }
}

/// Plants every story.
pub fn plant_all(world: &mut World) {
    for (slug, plant) in STORIES {
        world.scope(slug);
        plant(world);
    }
}

/// Every story by name.
const STORIES: [(&str, fn(&mut World)); 1] = [("departing-user", departing_user::plant)];
