//! The rule by which a session is judged.
//!
//! Of each story, of at most [`POINTS_MAX`] points:
//!
//! | what | points |
//! |---|---|
//! | incident or one of its alerts opened or changed | 1 |
//! | assigned to someone | 1 |
//! | classification right | 4; wrong −2 |
//! | determination right, with the classification right | 2 |
//! | a comment or a resolving comment written | 1 |
//! | incident resolved | 1 |
//!
//! A verdict is the incident's, where it was given one. Otherwise it is what most of its judged alerts were given; where
//! no word has most, it is wrong. Each half is looked at for itself, and in whatever order it was given: the last word
//! counts. An incident of no story that was closed as the malicious act of a user costs [`ACCUSED`] points: somebody who
//! did nothing was accused.

use super::{Journal, Touched};
use crate::base::{TimeSpan, Timestamp};
use crate::lab::tenant::Planted;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// The points of a story that is judged right and told.
pub const POINTS_MAX: i64 = 10;
/// What an accusation costs.
pub const ACCUSED: i64 = -2;
/// What a wrong classification costs.
const WRONG: i64 = -2;

/// How a half of a verdict compares with the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Mark {
    /// None was given.
    Missing,
    /// As the truth.
    Right,
    /// Another.
    Wrong,
}

impl Mark {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Right => "right",
            Self::Wrong => "wrong",
        }
    }
}

/// One story's score. The truth itself is not in it: the debrief tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StoryScore {
    /// The story's number.
    pub number: usize,
    /// Its title.
    pub title: &'static str,
    /// Id of its incident.
    pub incident: String,
    /// Seconds of lab time from the session's beginning, or from the incident's where that is later, to the first touch;
    /// `null` where it was never opened or changed.
    pub seconds_to_touch: Option<i64>,
    /// The same to the last word of a verdict.
    pub seconds_to_verdict: Option<i64>,
    /// The classification.
    pub classification: Mark,
    /// The determination.
    pub determination: Mark,
    /// Whether someone took it.
    pub assigned: bool,
    /// Whether something was written about it.
    pub commented: bool,
    /// Whether it was resolved.
    pub resolved: bool,
    /// Points.
    pub points: i64,
}

/// A session's score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    /// When the session began.
    pub began: Timestamp,
    /// The lab's present.
    pub now: Timestamp,
    /// Points, of `points_max`.
    pub points: i64,
    /// The most that can be had.
    pub points_max: i64,
    /// Stories whose classification and determination are right.
    pub right: usize,
    /// Stories of which either is wrong.
    pub wrong: usize,
    /// Stories looked at but not judged.
    pub undecided: usize,
    /// Stories never looked at.
    pub missed: usize,
    /// The middle of the seconds to first touch of those touched.
    pub median_seconds_to_touch: Option<i64>,
    /// Ids of incidents of no story that were closed as a user's malicious act.
    pub accused: Vec<String>,
    /// How many incidents of no story were resolved.
    pub noise_resolved: usize,
    /// Every story whose incident has come up.
    pub stories: Vec<StoryScore>,
}

impl Outcome {
    /// Whether a verdict was given on any story.
    pub fn is_judged(&self) -> bool {
        self.stories.iter().any(|story| story.seconds_to_verdict.is_some())
    }

    /// The score in a line.
    pub fn line(&self) -> String {
        format!(
            "{} of {} points: {} right, {} wrong, {} undecided, {} not looked at",
            self.points, self.points_max, self.right, self.wrong, self.undecided, self.missed
        )
    }
}

/// Judges `journal` by the truth of `stories`. `incidents` are the ids of all; an incident made after `now` is not due.
pub fn score(stories: &[Planted], journal: &Journal, incidents: &BTreeSet<&str>, now: Timestamp) -> Outcome {
    let due = stories.iter().filter(|story| story.created <= now);
    let scores: Vec<StoryScore> = due.map(|story| story_score(story, journal)).collect();
    let planted: BTreeSet<&str> = stories.iter().map(|story| story.incident.as_str()).collect();
    let noise = || {
        let of_noise =
            |(id, _): &(&String, &Touched)| incidents.contains(id.as_str()) && !planted.contains(id.as_str());
        journal.touched.iter().filter(of_noise)
    };
    let is_accusation = |touched: &Touched| {
        is(touched.classification.as_deref(), "truePositive")
            && is(touched.determination.as_deref(), "maliciousUserActivity")
    };
    let accused: Vec<String> =
        noise().filter(|(_, touched)| is_accusation(touched)).map(|(id, _)| id.clone()).collect();
    let mut waits: Vec<i64> = scores.iter().filter_map(|score| score.seconds_to_touch).collect();
    waits.sort_unstable();
    let is_right = |score: &&StoryScore| (score.classification, score.determination) == (Mark::Right, Mark::Right);
    let is_wrong = |score: &&StoryScore| score.classification == Mark::Wrong || score.determination == Mark::Wrong;
    let right = scores.iter().filter(is_right).count();
    let wrong = scores.iter().filter(is_wrong).count();
    let missed = scores.iter().filter(|score| score.seconds_to_touch.is_none()).count();
    Outcome {
        began: journal.began,
        now,
        points: scores.iter().map(|score| score.points).sum::<i64>() + ACCUSED * accused.len() as i64,
        points_max: POINTS_MAX * scores.len() as i64,
        right,
        wrong,
        undecided: scores.len() - right - wrong - missed,
        missed,
        median_seconds_to_touch: waits.get(waits.len() / 2).copied(),
        noise_resolved: noise().filter(|(_, touched)| touched.resolved).count(),
        accused,
        stories: scores,
    }
}

fn story_score(story: &Planted, journal: &Journal) -> StoryScore {
    let own = journal.touched.get(&story.incident);
    let alerts: Vec<&Touched> = story.alerts.iter().filter_map(|id| journal.touched.get(id)).collect();
    let all = || own.into_iter().chain(alerts.iter().copied());
    let start = journal.began.max(story.created);
    let since = |at: Timestamp| at.since(start).ticks().max(0) / TimeSpan::seconds(1).ticks();
    let verdict = &story.file.verdict;
    let classification = mark(&verdict.classification, own, &alerts, |touched| touched.classification.as_deref());
    let determination = mark(&verdict.determination, own, &alerts, |touched| touched.determination.as_deref());
    let assigned = all().any(|touched| touched.assigned);
    let commented = all().any(|touched| touched.commented);
    let resolved = own.is_some_and(|touched| touched.resolved)
        || (!story.alerts.is_empty() && alerts.iter().filter(|touched| touched.resolved).count() == story.alerts.len());
    let touched = all().next().is_some();
    let mut points = i64::from(touched) + i64::from(assigned) + i64::from(commented) + i64::from(resolved);
    points += match classification {
        Mark::Right => 4,
        Mark::Wrong => WRONG,
        Mark::Missing => 0,
    };
    if (classification, determination) == (Mark::Right, Mark::Right) {
        points += 2;
    }
    StoryScore {
        number: story.file.number,
        title: &story.file.title,
        incident: story.incident.clone(),
        seconds_to_touch: all().map(|touched| touched.first).min().map(since),
        seconds_to_verdict: all().filter_map(|touched| touched.judged).max().map(since),
        classification,
        determination,
        assigned,
        commented,
        resolved,
        points,
    }
}

/// How the `word` given compares with `truth`.
fn mark<'a>(
    truth: &str,
    own: Option<&'a Touched>,
    alerts: &[&'a Touched],
    word: impl Fn(&'a Touched) -> Option<&'a str>,
) -> Mark {
    if let Some(given) = own.and_then(&word) {
        return if is(Some(given), truth) { Mark::Right } else { Mark::Wrong };
    }
    let mut votes: BTreeMap<String, usize> = BTreeMap::new();
    for given in alerts.iter().filter_map(|touched| word(touched)) {
        *votes.entry(given.to_ascii_lowercase()).or_default() += 1;
    }
    let all: usize = votes.values().sum();
    match votes.get(&truth.to_ascii_lowercase()) {
        _ if all == 0 => Mark::Missing,
        Some(right) if right * 2 > all => Mark::Right,
        _ => Mark::Wrong,
    }
}

/// Members of enumerations are taken in any case.
fn is(given: Option<&str>, truth: &str) -> bool {
    given.is_some_and(|given| given.eq_ignore_ascii_case(truth))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::generate::stories::Debrief;
    use crate::lab::generate::stories::library;
    use serde_json::{Value, json};

    fn at(minutes: i64) -> Timestamp {
        "2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap() + TimeSpan::minutes(minutes)
    }

    /// The first story, a malicious user, as incident 40 with the alerts a, b and c, made at `minutes`.
    fn planted(minutes: i64) -> Planted {
        let debrief = Debrief {
            what: String::new(),
            look_for: Vec::new(),
            reasoning: String::new(),
            traps: Vec::new(),
            findings: Vec::new(),
        };
        let alerts = ["a", "b", "c"].map(str::to_owned).to_vec();
        Planted { file: &library::all()[0], incident: "40".to_owned(), created: at(minutes), alerts, debrief }
    }

    /// What a session of these acts comes to: id, minute, and the body of a PATCH, `null` for a read.
    fn outcome(acts: &[(&str, i64, Value)]) -> Outcome {
        let mut journal = Journal::beginning_at(at(0));
        for (id, minutes, body) in acts {
            journal.note(super::super::Seen::new(id, body), at(*minutes));
        }
        score(&[planted(-60)], &journal, &BTreeSet::from(["40", "41"]), at(100))
    }

    #[test]
    fn a_verdict_is_the_incidents_or_what_most_alerts_say_and_the_last_word_counts() {
        let verdict = |first: &str, second: &str| json!({ "classification": first, "determination": second });
        let bad = || verdict("truePositive", "maliciousUserActivity");
        let good = || verdict("falsePositive", "notMalicious");
        let (missing, right, wrong) = (Mark::Missing, Mark::Right, Mark::Wrong);
        for (what, acts, classification, determination, points) in [
            ("nothing", vec![], missing, missing, 0),
            ("read", vec![("40", 1, Value::Null)], missing, missing, 1),
            ("an alert read", vec![("b", 1, Value::Null)], missing, missing, 1),
            ("judged", vec![("40", 1, bad())], right, right, 7),
            ("any case", vec![("40", 1, verdict("TruePositive", "MaliciousUserActivity"))], right, right, 7),
            ("wrong", vec![("40", 1, good())], wrong, wrong, -1),
            ("corrected", vec![("40", 1, good()), ("40", 2, bad())], right, right, 7),
            ("spoilt", vec![("40", 1, bad()), ("40", 2, good())], wrong, wrong, -1),
            ("taken back", vec![("40", 1, bad()), ("40", 2, verdict("unknown", "unknown"))], missing, missing, 1),
            ("half", vec![("40", 1, json!({ "classification": "truePositive" }))], right, missing, 5),
            ("half right", vec![("40", 1, verdict("truePositive", "compromisedAccount"))], right, wrong, 5),
            (
                "halves apart",
                vec![
                    ("a", 1, json!({ "determination": "maliciousUserActivity" })),
                    ("40", 2, json!({ "classification": "truePositive" })),
                ],
                right,
                right,
                7,
            ),
            ("incident over alerts", vec![("40", 1, bad()), ("a", 2, good())], right, right, 7),
            ("most alerts", vec![("a", 1, bad()), ("b", 2, bad()), ("c", 3, good())], right, right, 7),
            ("no most", vec![("a", 1, bad()), ("b", 2, good())], wrong, wrong, -1),
        ] {
            let outcome = outcome(&acts);
            let story = &outcome.stories[0];
            assert_eq!(
                (story.classification, story.determination, story.points),
                (classification, determination, points),
                "{what}"
            );
            assert_eq!((outcome.points, outcome.points_max), (points, POINTS_MAX), "{what}");
        }
    }

    #[test]
    fn all_points_are_for_a_story_taken_told_judged_and_closed() {
        let body = json!({
            "assignedTo": "j.ruiz@harrowgate.example", "status": "resolved", "classification": "truePositive",
            "determination": "maliciousUserActivity", "resolvingComment": "HR informed.",
        });
        let outcome = outcome(&[("40", 5, Value::Null), ("40", 20, body.clone())]);
        let story = &outcome.stories[0];
        assert_eq!((story.points, outcome.right, outcome.missed), (POINTS_MAX, 1, 0));
        assert_eq!((story.seconds_to_touch, story.seconds_to_verdict), (Some(300), Some(1_200)));
        assert_eq!(outcome.median_seconds_to_touch, Some(300));
        let alerts: Vec<_> = ["a", "b", "c"].map(|id| (id, 20, body.clone())).to_vec();
        assert_eq!(self::outcome(&alerts).stories[0].points, POINTS_MAX, "alert by alert is as good");
        assert!(!self::outcome(&alerts[..2]).stories[0].resolved, "one alert is still open");
    }

    #[test]
    fn whoever_did_nothing_must_not_be_accused() {
        let bad =
            json!({ "classification": "truePositive", "determination": "maliciousUserActivity", "status": "resolved" });
        let phish = json!({ "classification": "truePositive", "determination": "phishing", "status": "resolved" });
        let outcome = outcome(&[("41", 1, bad)]);
        assert_eq!((outcome.accused.as_slice(), outcome.points), (["41".to_owned()].as_slice(), ACCUSED));
        let outcome = self::outcome(&[("41", 1, phish)]);
        assert_eq!((outcome.accused.len(), outcome.noise_resolved, outcome.points, outcome.missed), (0, 1, 0, 1));
    }

    #[test]
    fn time_runs_from_the_incident_where_that_is_later_and_what_is_to_come_is_not_due() {
        let mut journal = Journal::beginning_at(at(0));
        journal.note(super::super::Seen::new("40", &Value::Null), at(45));
        let ids = BTreeSet::from(["40"]);
        let outcome = score(&[planted(30)], &journal, &ids, at(60));
        assert_eq!(outcome.stories[0].seconds_to_touch, Some(900));
        let outcome = score(&[planted(90)], &journal, &ids, at(60));
        assert_eq!((outcome.stories.len(), outcome.points_max, outcome.missed), (0, 0, 0));
    }
}
