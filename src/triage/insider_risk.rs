//! A person's insider-risk level and activity, derived here: Graph returns neither.

use super::purview::{self, PurviewState};
use crate::base::text::count;
use crate::base::{TimeSpan, Timestamp};
use crate::model::{Alert, HuntingResult, Severity};
use indexmap::IndexMap;

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
    /// Why, a few words each, the weightiest first.
    pub reasons: Vec<String>,
}

/// The rule of [`derive()`], for whoever asks how a level came about.
pub const RULE: &str = "Insider-risk alerts that are open or confirmed count, dismissed ones do not. A high one makes the \
                        level elevated, a medium one moderate, any other minor. A sequence that Insider Risk recognised \
                        makes it at least moderate, a behaviour that it finds unusual at least minor; those two are \
                        invented, the alerts follow the thresholds that Adaptive Protection documents. It is derived \
                        here and is not Purview's own level.";

/// What hunting tables add to the alerts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signals {
    /// Sequences that Insider Risk recognised.
    pub sequences: usize,
    /// Behaviours that it finds unusual.
    pub unusual: usize,
}

/// The level that a person's `alerts` and `signals` point at, by [`RULE`].
pub fn derive<'a>(alerts: impl IntoIterator<Item = &'a Alert>, signals: Signals) -> DerivedLevel {
    let mut tally: [usize; 3] = [0; 3];
    let (mut confirmed, mut dismissed) = (0, 0);
    for alert in alerts.into_iter().filter(|alert| alert.is_insider_risk()) {
        match purview::state_of(&alert.status, &alert.classification) {
            Some(PurviewState::Dismissed) => {
                dismissed += 1;
                continue;
            }
            Some(PurviewState::Confirmed) => confirmed += 1,
            Some(PurviewState::NeedsReview) | None => {}
        }
        let [high, medium, other] = &mut tally;
        match alert.severity {
            Severity::High => *high += 1,
            Severity::Medium => *medium += 1,
            Severity::Low | Severity::Informational | Severity::Unknown | Severity::Unrecognized(_) => *other += 1,
        }
    }
    let [high, medium, other] = tally;
    let level = match tally {
        [0, 0, 0] => Level::None,
        [0, 0, _] => Level::Minor,
        [0, _, _] => Level::Moderate,
        _ => Level::Elevated,
    };
    let floor = match signals {
        Signals { sequences: 0, unusual: 0 } => Level::None,
        Signals { sequences: 0, .. } => Level::Minor,
        Signals { .. } => Level::Moderate,
    };
    let level = level.max(floor);
    let facts = [
        (high, "high alert"),
        (medium, "medium alert"),
        (other, "lesser alert"),
        (signals.sequences, "recognised sequence"),
        (signals.unusual, "unusual behaviour"),
        (confirmed, "confirmed alert"),
        (dismissed, "dismissed alert"),
    ];
    let reasons = facts.iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(*number, noun)).collect();
    DerivedLevel { level, reasons }
}

/// The most days an activity spans; a row outside is left out.
const DAYS_MAX: usize = 180;

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

/// Reads the rows of the activity query: `Day`, `Category`, `Events`. Rows it cannot read are left out.
pub fn activity(result: &HuntingResult) -> Activity {
    let text = |row: &[crate::model::Cell], name: &str| result.cell(row, name).map(crate::model::Cell::text);
    let mut events: Vec<(Timestamp, String, u32)> = Vec::new();
    for row in &result.rows {
        let day = text(row, "Day").and_then(|day| day.raw().parse::<Timestamp>().ok());
        let number = text(row, "Events").and_then(|number| number.raw().parse::<u32>().ok());
        let (Some(day), Some(number)) = (day, number) else { continue };
        let category = text(row, "Category").unwrap_or_default();
        let category = if category.is_empty() { "uncategorised".to_owned() } else { category.line().into_owned() };
        events.push((day, category, number));
    }
    let (Some(first), Some(last)) =
        (events.iter().map(|(day, ..)| *day).min(), events.iter().map(|(day, ..)| *day).max())
    else {
        return Activity::default();
    };
    let place = |day: Timestamp| (day.since(first).ticks() / TimeSpan::days(1).ticks()) as usize;
    let length = (place(last) + 1).min(DAYS_MAX);
    let mut series: IndexMap<String, Series> = IndexMap::new();
    for (day, category, number) in events {
        let entry = series.entry(category).or_insert_with_key(|category| Series {
            category: category.clone(),
            days: vec![0; length],
            total: 0,
        });
        if let Some(cell) = entry.days.get_mut(place(day)) {
            *cell = cell.saturating_add(number);
            entry.total += u64::from(number);
        }
    }
    let mut series: Vec<Series> = series.into_values().collect();
    series.sort_by_key(|series| std::cmp::Reverse(series.total));
    Activity { first_day: Some(first), series }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

    fn alert(source: &str, severity: &str, status: &str, classification: &str) -> Alert {
        Alert::from_json(json!({
            "id": "ir1", "serviceSource": source, "severity": severity, "status": status, "classification": classification
        }))
        .unwrap()
    }

    #[test]
    fn open_and_confirmed_alerts_raise_the_level_dismissed_ones_do_not() {
        const IRM: &str = "microsoftInsiderRiskManagement";
        let cases = [
            (vec![], Level::None),
            (vec![alert("dataLossPrevention", "high", "new", "unknown")], Level::None),
            (vec![alert(IRM, "low", "new", "unknown")], Level::Minor),
            (vec![alert(IRM, "medium", "inProgress", "unknown"), alert(IRM, "low", "new", "unknown")], Level::Moderate),
            (vec![alert(IRM, "high", "new", "unknown")], Level::Elevated),
            (vec![alert(IRM, "high", "resolved", "truePositive")], Level::Elevated),
            (vec![alert(IRM, "high", "resolved", "falsePositive")], Level::None),
            (vec![alert(IRM, "high", "resolved", "unknown"), alert(IRM, "medium", "new", "unknown")], Level::Moderate),
        ];
        for (alerts, level) in cases {
            assert_eq!(derive(&alerts, Signals::default()).level, level, "{alerts:?}");
        }
        let both = [alert(IRM, "high", "resolved", "truePositive"), alert(IRM, "high", "resolved", "falsePositive")];
        assert_eq!(
            derive(&both, Signals::default()).reasons,
            ["1 high alert", "1 confirmed alert", "1 dismissed alert"]
        );
    }

    #[test]
    fn sequences_and_behaviours_lift_the_level_and_never_lower_it() {
        const IRM: &str = "microsoftInsiderRiskManagement";
        let high = alert(IRM, "high", "new", "unknown");
        let cases = [
            (None, (0, 2), Level::Minor, "2 unusual behaviours"),
            (None, (1, 0), Level::Moderate, "1 recognised sequence"),
            (Some(&high), (1, 1), Level::Elevated, "1 high alert, 1 recognised sequence, 1 unusual behaviour"),
        ];
        for (alert, (sequences, unusual), level, reasons) in cases {
            let derived = derive(alert, Signals { sequences, unusual });
            assert_eq!((derived.level, derived.reasons.join(", ").as_str()), (level, reasons));
        }
    }

    #[test]
    fn activity_is_by_category_and_day_with_gaps_as_zero() {
        let result = HuntingResult::from_json(json!({
            "schema": [{"name": "Day", "type": "DateTime"}, {"name": "Category", "type": "String"}, {"name": "Events", "type": "Int64"}],
            "results": [
                {"Day": "2026-11-01T00:00:00Z", "Category": "Collection", "Events": 2},
                {"Day": "2026-11-04T00:00:00Z", "Category": "Exfiltration", "Events": 9},
                {"Day": "2026-11-02T00:00:00Z", "Category": "", "Events": 1},
                {"Day": "soon", "Category": "Collection", "Events": 5}
            ]
        }))
        .unwrap();
        let activity = activity(&result);
        let series: Vec<_> = activity.series.iter().map(|one| (one.category.as_str(), one.days.clone())).collect();
        assert_eq!(
            series,
            [("Exfiltration", vec![0, 0, 0, 9]), ("Collection", vec![2, 0, 0, 0]), ("uncategorised", vec![0, 1, 0, 0])]
        );
    }
}
