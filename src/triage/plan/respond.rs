//! Acts on a person's account and on Entra's risk of it, as plans: what each does, what it does not do, whether it can
//! be taken back.
//!
//! Effects by <https://learn.microsoft.com/graph/api/user-revokesigninsessions>,
//! <https://learn.microsoft.com/entra/identity/users/users-revoke-access>,
//! <https://learn.microsoft.com/graph/api/riskyuser-confirmcompromised> and
//! <https://learn.microsoft.com/graph/api/riskyuser-dismiss>.

use super::record::Record;
use super::{Body, Field, FieldChange, Plan, Row};
use crate::base::{Timestamp, Untrusted};
use crate::model::{RiskState, RiskyUser, Update, User};
use serde_json::{Value, json};

/// What an analyst can do about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Response {
    /// Make refresh tokens and browser sessions worthless.
    Revoke,
    /// Forbid sign-in.
    Disable,
    /// Allow sign-in.
    Enable,
    /// Tell Entra that the account is compromised.
    ConfirmRisk,
    /// Tell Entra that there is no risk.
    DismissRisk,
}

/// An action that is a POST of its own and has no inverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// `revokeSignInSessions`.
    Revoke,
    /// `riskyUsers/confirmCompromised`.
    ConfirmCompromised,
    /// `riskyUsers/dismiss`.
    DismissRisk,
}

impl Order {
    /// Its name in Graph, as the journal keeps it.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Revoke => "revokeSignInSessions",
            Self::ConfirmCompromised => "confirmCompromised",
            Self::DismissRisk => "dismiss",
        }
    }
}

impl Response {
    /// All, as they are offered.
    pub const ALL: [Self; 5] = [Self::Revoke, Self::Disable, Self::Enable, Self::ConfirmRisk, Self::DismissRisk];

    /// Its word on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Revoke => "revoke",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::ConfirmRisk => "confirm-risk",
            Self::DismissRisk => "dismiss-risk",
        }
    }

    /// What it does, as a choice.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Revoke => "revoke all sign-in sessions",
            Self::Disable => "disable the account",
            Self::Enable => "enable the account",
            Self::ConfirmRisk => "confirm compromised in Entra",
            Self::DismissRisk => "dismiss the risk in Entra",
        }
    }

    /// Whether it needs to know Entra's risk.
    pub const fn is_about_risk(self) -> bool {
        matches!(self, Self::ConfirmRisk | Self::DismissRisk)
    }

    /// Whether another act takes it back.
    pub const fn can_be_undone(self) -> bool {
        matches!(self, Self::Disable | Self::Enable)
    }

    const fn order(self) -> Option<Order> {
        match self {
            Self::Revoke => Some(Order::Revoke),
            Self::ConfirmRisk => Some(Order::ConfirmCompromised),
            Self::DismissRisk => Some(Order::DismissRisk),
            Self::Disable | Self::Enable => None,
        }
    }

    /// What follows.
    const fn follows(self) -> &'static [&'static str] {
        match self {
            Self::Revoke => &[
                "every app and browser must sign in again once its access token ends, up to an hour later; apps with \
                 continuous access evaluation notice within minutes",
            ],
            Self::Disable => &[
                "no new sign-in and no new token; mail to the mailbox still arrives, and unsaved work in open apps may \
                 be lost",
            ],
            Self::Enable => &["the person can sign in again, with the password and methods they had"],
            Self::ConfirmRisk => &[
                "the risk becomes high: Conditional Access policies on user risk may block the person or ask for a \
                 new password",
                "Entra ID Protection learns from it; it is written to the risk history and the audit log",
            ],
            Self::DismissRisk => &[
                "the risk becomes none and its open detections are closed: policies on user risk let the person in again",
                "Entra ID Protection learns from it; it is written to the risk history and the audit log",
            ],
        }
    }

    /// What it does not do, though one might think so.
    const fn does_not(self) -> &'static [&'static str] {
        match self {
            Self::Revoke => &[
                "the account stays enabled: whoever has password and second factor signs in again",
                "sessions of guests are not revoked: they sign in at their home tenant",
            ],
            Self::Disable => &[
                "access tokens already issued work until they end, up to an hour: revoke the sessions too",
                "an account synchronised from Active Directory is enabled again by the next synchronisation, unless \
                 it is disabled there",
                "devices, local accounts and data already copied stay where they are",
            ],
            Self::Enable => &["sessions that were revoked stay so"],
            Self::ConfirmRisk => &["by itself it neither disables the account nor ends a session"],
            Self::DismissRisk => &["alerts and insider-risk cases about the person stay as they are"],
        }
    }
}

/// The plan of `response` for the account `user` with Entra's `risk`, `None` where none is recorded; `me` is the
/// signed-in analyst's UPN.
pub fn respond(response: Response, user: &User, risk: Option<&RiskyUser>, me: Option<&str>) -> Plan {
    let name = if user.display_name.is_empty() { &user.upn } else { &user.display_name };
    let title = match response {
        Response::Revoke => format!("Revoke all sign-in sessions of {}", name.line()),
        Response::Disable => format!("Disable the account of {}", name.line()),
        Response::Enable => format!("Enable the account of {}", name.line()),
        Response::ConfirmRisk => format!("Confirm {} as compromised in Entra", name.line()),
        Response::DismissRisk => format!("Dismiss the Entra risk of {}", name.line()),
    };
    let mut plan = Plan::new(title);
    let is_me = me.is_some_and(|me| user.upn.raw().eq_ignore_ascii_case(me));
    match response {
        Response::Disable if is_me => plan.stop("this is your own account", "ask a colleague"),
        _ if is_me => plan.warnings.push("this is your own account".to_owned()),
        _ => {}
    }
    let none = RiskyUser { upn: user.upn.clone(), ..RiskyUser::none(&user.id) };
    let row = match (response.order(), response) {
        (Some(Order::Revoke), _) => order_row(Order::Revoke, Record::Account(user)),
        (Some(order), _) => order_row(order, Record::Risk(risk.unwrap_or(&none))),
        (None, _) if user.account_enabled.is_none() => {
            plan.stop("whether the account is enabled was not told", "read the page again, or ask for User.Read.All");
            None
        }
        (None, response) => {
            let wish = Update { account_enabled: Some(response == Response::Enable), ..Update::default() };
            Record::Account(user).row(&wish)
        }
    };
    if row.is_none() && plan.stops.is_empty() {
        plan.stop("it is so already: nothing would change", "read the page again if you doubt it");
    }
    plan.rows.extend(row);
    plan.side_effects.extend(response.follows().iter().map(|&text| text.to_owned()));
    plan.lost.extend(response.does_not().iter().map(|&text| text.to_owned()));
    if response == Response::Disable && user.account_enabled == Some(true) {
        plan.warnings.push("the person notices at once: agree on it with HR and Legal first".to_owned());
    }
    plan
}

/// The row that gives `order` to `record`; `None` where it is so already, or the record is not of its kind.
pub(super) fn order_row(order: Order, record: Record<'_>) -> Option<Row> {
    let (field, old, new, before) = match (order, record) {
        (Order::Revoke, Record::Account(user)) => {
            let since = user.sessions_valid_from;
            let old =
                since.map_or_else(|| "never revoked".to_owned(), |at| format!("valid from {}", at.to_seconds_text()));
            let before = json!({"signInSessionsValidFromDateTime": since.map(|at| at.to_string())});
            (Field::Sessions, old, "revoked now".to_owned(), before)
        }
        (Order::ConfirmCompromised, Record::Risk(risk)) if risk.risk_state != RiskState::ConfirmedCompromised => {
            (Field::Risk, risk_words(risk), "high, confirmed compromised".to_owned(), risk_before(risk))
        }
        (Order::DismissRisk, Record::Risk(risk)) if matters(risk) => {
            (Field::Risk, risk_words(risk), "none, dismissed".to_owned(), risk_before(risk))
        }
        _ => return None,
    };
    Some(Row {
        target: record.target(),
        title: record.title().clone(),
        last_update: record.last_update(),
        changes: vec![FieldChange { field, old: old.into(), new: new.into() }],
        body: Body::Order(order, before),
        inverse: None,
    })
}

/// Whether there is a risk to dismiss.
fn matters(risk: &RiskyUser) -> bool {
    matches!(risk.risk_state, RiskState::AtRisk | RiskState::ConfirmedCompromised | RiskState::Unrecognized(_))
}

fn risk_words(risk: &RiskyUser) -> String {
    let state = Untrusted::new(risk.risk_state.wire());
    let level = Untrusted::new(risk.risk_level.wire());
    if risk.last_updated.is_none() { "none recorded".to_owned() } else { format!("{}, {}", level.line(), state.line()) }
}

/// Entra's risk as the journal keeps it.
fn risk_before(risk: &RiskyUser) -> Value {
    json!({"riskLevel": risk.risk_level.wire(), "riskState": risk.risk_state.wire(),
        "riskLastUpdatedDateTime": risk.last_updated.map(|at| at.to_string())})
}

/// What the journal keeps of `record` once `order` was given to it.
pub fn state_after(record: Record<'_>) -> Value {
    match record {
        Record::Account(user) => {
            json!({"signInSessionsValidFromDateTime": user.sessions_valid_from.map(|at| at.to_string())})
        }
        Record::Risk(risk) => risk_before(risk),
        Record::Incident(_) | Record::Alert(_) => Value::Null,
    }
}

/// Whether `now` shows what `order` does and `before` did not, as when the answer to it was lost.
pub fn shows(order: Order, before: Option<Record<'_>>, now: Record<'_>) -> bool {
    let is_later = before.and_then(Record::last_update) < now.last_update();
    match (order, now) {
        (Order::Revoke, Record::Account(_)) => is_later,
        (Order::ConfirmCompromised, Record::Risk(risk)) => risk.risk_state == RiskState::ConfirmedCompromised,
        (Order::DismissRisk, Record::Risk(risk)) => risk.risk_state == RiskState::Dismissed,
        _ => false,
    }
}

/// Whether `now` has moved on since its record was last changed at `seen`. Nothing tells when an account was last
/// enabled or disabled; it has moved on where it is already as `body` would make it.
pub fn has_moved(body: &Body, seen: Option<Timestamp>, now: Record<'_>) -> bool {
    match (body, now) {
        (Body::Update(Update { account_enabled: Some(wanted), .. }), Record::Account(user)) => {
            user.account_enabled == Some(*wanted)
        }
        _ => seen != now.last_update(),
    }
}

/// A state of sign-in in words.
pub(super) fn sign_in(is_enabled: Option<bool>) -> Untrusted {
    match is_enabled {
        Some(true) => "allowed".into(),
        Some(false) => "forbidden".into(),
        None => Untrusted::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;

    fn user(enabled: &Value) -> User {
        User::from_json(json!({"id": "u-1", "displayName": "Ida Storm", "userPrincipalName": "i.storm@contoso.example",
            "accountEnabled": enabled}))
        .unwrap()
    }

    fn risk(state: &str) -> RiskyUser {
        RiskyUser::from_json(json!({"id": "u-1", "riskLevel": "medium", "riskState": state,
            "riskLastUpdatedDateTime": "2026-11-20T09:00:00Z"}))
        .unwrap()
    }

    /// Old and new of each row, and the first stop.
    fn told(plan: &Plan) -> (Vec<(String, String)>, Option<&str>) {
        let changes = plan.rows.iter().flat_map(|row| &row.changes);
        let changes = changes.map(|one| (one.old.line().into_owned(), one.new.line().into_owned())).collect();
        (changes, plan.stops.first().map(|stop| stop.why.as_str()))
    }

    #[test]
    fn each_response_says_what_changes_and_stops_where_nothing_would() {
        type Case = (Response, Value, Option<&'static str>, Option<(&'static str, &'static str)>, Option<&'static str>);
        const SO_ALREADY: &str = "it is so already: nothing would change";
        let never: Option<&str> = None;
        let cases: [Case; 11] = [
            (Response::Disable, json!(true), never, Some(("allowed", "forbidden")), None),
            (Response::Disable, json!(false), never, None, Some(SO_ALREADY)),
            (Response::Enable, json!(false), never, Some(("forbidden", "allowed")), None),
            (Response::Enable, Value::Null, never, None, Some("whether the account is enabled was not told")),
            (Response::Revoke, json!(true), never, Some(("never revoked", "revoked now")), None),
            (Response::ConfirmRisk, json!(true), never, Some(("none recorded", "high, confirmed compromised")), None),
            (
                Response::ConfirmRisk,
                json!(true),
                Some("atRisk"),
                Some(("medium, atRisk", "high, confirmed compromised")),
                None,
            ),
            (Response::ConfirmRisk, json!(true), Some("confirmedCompromised"), None, Some(SO_ALREADY)),
            (Response::DismissRisk, json!(true), Some("atRisk"), Some(("medium, atRisk", "none, dismissed")), None),
            (Response::DismissRisk, json!(true), Some("dismissed"), None, Some(SO_ALREADY)),
            (Response::DismissRisk, json!(true), never, None, Some(SO_ALREADY)),
        ];
        for (response, enabled, state, change, stop) in cases {
            let plan = respond(response, &user(&enabled), state.map(risk).as_ref(), None);
            let change = change.map(|(old, new)| (old.to_owned(), new.to_owned()));
            assert_eq!(told(&plan), (change.into_iter().collect(), stop), "{response:?} {state:?}");
            assert_eq!(plan.is_applicable(), stop.is_none());
            let is_undone = plan.rows.iter().all(|row| row.inverse.is_some());
            assert!(plan.rows.is_empty() || is_undone == response.can_be_undone(), "{response:?}");
            assert!(!plan.side_effects.is_empty() && !plan.lost.is_empty(), "{response:?} says what it does and not");
        }
    }

    #[test]
    fn nobody_locks_themselves_out() {
        let me = Some("I.Storm@contoso.example");
        let plan = respond(Response::Disable, &user(&json!(true)), None, me);
        assert_eq!(told(&plan).1, Some("this is your own account"));
        let plan = respond(Response::Revoke, &user(&json!(true)), None, me);
        assert_eq!(
            (plan.is_applicable(), plan.warnings.as_slice()),
            (true, &["this is your own account".to_owned()][..])
        );
    }

    #[test]
    fn what_someone_did_meanwhile_is_seen() {
        let row = respond(Response::Disable, &user(&json!(true)), None, None).rows.remove(0);
        assert!(!has_moved(&row.body, row.last_update, Record::Account(&user(&json!(true)))));
        assert!(has_moved(&row.body, row.last_update, Record::Account(&user(&json!(false)))));
        let row = respond(Response::DismissRisk, &user(&json!(true)), Some(&risk("atRisk")), None).rows.remove(0);
        let mut now = risk("atRisk");
        assert!(!has_moved(&row.body, row.last_update, Record::Risk(&now)));
        now.last_updated = Some("2026-11-21T09:00:00Z".parse().unwrap());
        assert!(has_moved(&row.body, row.last_update, Record::Risk(&now)));
    }
}
