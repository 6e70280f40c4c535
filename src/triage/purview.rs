//! What Purview makes of a change in Defender, by the two mapping tables of
//! <https://learn.microsoft.com/defender-xdr/irm-investigate-alerts-defender>.
//!
//! Only alerts that Insider Risk Management made have a twin in Purview. Custom detections over insider-risk tables and
//! alerts linked by hand to an incident never reach it.

use crate::base::limits::PURVIEW_SYNC_MINUTES;
use crate::base::{TimeSpan, Untrusted};
use crate::model::{Alert, AlertStatus, Classification};

/// Where an insider-risk alert stands in Purview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurviewState {
    /// Nobody has decided.
    NeedsReview,
    /// Found to be a risk; Purview may open a case on it.
    Confirmed,
    /// Set aside.
    Dismissed,
}

impl PurviewState {
    /// Purview's words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NeedsReview => "Needs review",
            Self::Confirmed => "Confirmed",
            Self::Dismissed => "Dismissed",
        }
    }
}

/// What a change of one insider-risk alert does to its twin in Purview.
#[derive(Clone, Debug, PartialEq)]
pub struct PurviewEffect {
    /// The alert.
    pub alert_id: Box<str>,
    /// Its title.
    pub title: Untrusted,
    /// Where the twin stands by the mapping; `None` where the alert's words are unknown to this build.
    pub from: Option<PurviewState>,
    /// Where it will stand.
    pub to: Option<PurviewState>,
    /// The rule that says so, one sentence.
    pub why: &'static str,
    /// How long the two may disagree afterwards.
    pub within: TimeSpan,
}

impl PurviewEffect {
    /// Whether the twin moves.
    pub fn changes(&self) -> bool {
        self.from != self.to
    }
}

/// How long Purview may lag behind Defender.
pub const SYNC: TimeSpan = TimeSpan::minutes(PURVIEW_SYNC_MINUTES);

/// Said wherever a plan dismisses an alert in Purview. Adaptive Protection resets a person's level when the alert is
/// dismissed. <https://learn.microsoft.com/purview/insider-risk-management-adaptive-protection>
pub const DISMISSAL_WARNING: &str = "Dismissing in Purview can lower the person's Adaptive Protection level and so loosen \
                                     data loss prevention and conditional access for them.";

/// The Purview state that a status and classification in Defender stand for; `None` for words this build does not know.
pub fn state_of(status: &AlertStatus, classification: &Classification) -> Option<PurviewState> {
    match status {
        AlertStatus::New | AlertStatus::InProgress => Some(PurviewState::NeedsReview),
        AlertStatus::Resolved => resolved_state(classification),
        AlertStatus::Unknown | AlertStatus::Unrecognized(_) => None,
    }
}

/// What a resolved alert becomes. Without a classification Purview dismisses it.
fn resolved_state(classification: &Classification) -> Option<PurviewState> {
    match classification {
        Classification::TruePositive => Some(PurviewState::Confirmed),
        Classification::InformationalExpectedActivity | Classification::FalsePositive | Classification::Unknown => {
            Some(PurviewState::Dismissed)
        }
        Classification::Unrecognized(_) => None,
    }
}

/// The rule behind [`state_of`], one sentence for a preview.
pub fn rule_of(status: &AlertStatus, classification: &Classification) -> &'static str {
    match (status, classification) {
        (AlertStatus::New | AlertStatus::InProgress, _) => "New and In progress both read Needs review in Purview",
        (AlertStatus::Resolved, Classification::TruePositive) => "Resolved as True positive is Confirmed in Purview",
        (AlertStatus::Resolved, Classification::InformationalExpectedActivity) => {
            "Resolved as Informational, expected activity is Dismissed in Purview"
        }
        (AlertStatus::Resolved, Classification::FalsePositive) => "Resolved as False positive is Dismissed in Purview",
        (AlertStatus::Resolved, Classification::Unknown) => "Resolved without a classification is Dismissed in Purview",
        (AlertStatus::Resolved, Classification::Unrecognized(_))
        | (AlertStatus::Unknown | AlertStatus::Unrecognized(_), _) => {
            "the mapping does not name this status or classification"
        }
    }
}

/// What setting `alert` to `status` and `classification` does in Purview; `None` for alerts of other products, which
/// have no twin there.
pub fn effect_of(alert: &Alert, status: &AlertStatus, classification: &Classification) -> Option<PurviewEffect> {
    alert.is_insider_risk().then(|| PurviewEffect {
        alert_id: alert.id.clone(),
        title: alert.title.clone(),
        from: state_of(&alert.status, &alert.classification),
        to: state_of(status, classification),
        why: rule_of(status, classification),
        within: SYNC,
    })
}

/// Hosts of the Defender portal, a cloud a line, with Purview's of the same cloud.
/// <https://learn.microsoft.com/purview/purview-portal>
const PORTALS: [(&str, &str); 3] = [
    ("security.microsoft.com", "purview.microsoft.com"),
    ("security.microsoft.us", "purview.microsoft.us"),
    ("security.apps.mil", "purview.apps.mil"),
];

/// Purview's page of insider-risk alerts in the tenant and cloud that `defender`, an address in the Defender portal, is
/// of; `None` for an address of no portal that is known.
pub fn alerts_page(defender: &str) -> Option<String> {
    let (host, rest) = defender.strip_prefix("https://")?.split_once('/')?;
    let (_, purview) = PORTALS.iter().find(|(known, _)| known.eq_ignore_ascii_case(host))?;
    let tenant = rest.split(['?', '&']).find_map(|part| part.strip_prefix("tid=")).unwrap_or_default();
    let is_id = !tenant.is_empty() && tenant.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let tenant = if is_id { format!("?tid={tenant}") } else { String::new() };
    Some(format!("https://{purview}/insiderriskmgmt/alertspage{tenant}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purviews_page_is_of_the_same_cloud_and_tenant() {
        let page = "https://purview.microsoft.com/insiderriskmgmt/alertspage";
        let cases = [
            ("https://security.microsoft.com/alerts/ir1?tid=924b-38", Some(format!("{page}?tid=924b-38"))),
            ("https://security.microsoft.com/alerts/ir1", Some(page.to_owned())),
            ("https://security.microsoft.com/alerts/ir1?tid=1%20\u{1b}[2J", Some(page.to_owned())),
            (
                "https://security.microsoft.us/alerts/ir1?x=1&tid=9",
                Some("https://purview.microsoft.us/insiderriskmgmt/alertspage?tid=9".to_owned()),
            ),
            ("https://portal.example/alerts/ir1?tid=9", None),
            ("", None),
        ];
        for (defender, purview) in cases {
            assert_eq!(alerts_page(defender), purview, "{defender}");
        }
    }

    #[test]
    fn the_mapping_tables_are_the_articles() {
        use Classification as C;
        let dismissed = [C::InformationalExpectedActivity, C::FalsePositive, C::Unknown];
        for classification in C::KNOWN {
            for open in [AlertStatus::New, AlertStatus::InProgress] {
                assert_eq!(state_of(&open, classification), Some(PurviewState::NeedsReview));
            }
            let end =
                if dismissed.contains(classification) { PurviewState::Dismissed } else { PurviewState::Confirmed };
            assert_eq!(state_of(&AlertStatus::Resolved, classification), Some(end), "{classification:?}");
        }
        assert_eq!(state_of(&AlertStatus::from_wire("paused"), &C::TruePositive), None);
        assert_eq!(state_of(&AlertStatus::Resolved, &C::from_wire("disputed")), None);
    }
}
