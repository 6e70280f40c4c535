//! `/lab/…`: what only the lab has. No token is asked for: it listens on loopback and holds fiction.

use super::super::faults::{FAULTS, Order};
use super::super::identity::managed::IDENTITY_HEADER;
use super::super::identity::{assertion, device};
use super::super::link::{self, LinkError, Said};
use super::super::purview::Move;
use super::super::reply::plain_json;
use super::super::state::State;
use super::super::timespan::parse_duration;
use super::super::training::tell;
use axum::response::Response;
use serde_json::{Value, json};

/// A control, for those who ask what there is.
#[derive(Debug)]
pub struct Control {
    /// HTTP method.
    pub method: &'static str,
    /// Path; `{…}` stands for a segment.
    pub path: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// How a request for it is answered.
    answer: fn(&State, &Asked<'_>) -> Answer,
}

/// A request for a control.
#[derive(Debug)]
struct Asked<'a> {
    /// The segments that stand for the `{…}` of its path.
    params: Vec<&'a str>,
    /// The body; null where it is empty or no JSON.
    body: Value,
}

/// Status and body.
type Answer = (u16, Value);

#[rustfmt::skip]
/// All controls.
pub static CONTROLS: &[Control] = &[
    Control { method: "GET", path: "/lab", summary: "what can be controlled", answer: index },
    Control { method: "GET", path: "/lab/clock", summary: "the lab's time, speed and anchor", answer: clock },
    Control { method: "POST", path: "/lab/clock", summary: "move the clock: {\"advance\": \"PT30M\"}, {\"speed\": 60}", answer: set_clock },
    Control { method: "GET", path: "/lab/faults", summary: "the faults in force, and those there are", answer: faults },
    Control { method: "POST", path: "/lab/faults", summary: "put a fault in force: {\"fault\": \"429=2@/security%50x3\"}, or {\"chaos\": true}", answer: set_fault },
    Control { method: "DELETE", path: "/lab/faults", summary: "lift all faults", answer: lift_faults },
    Control { method: "DELETE", path: "/lab/faults/{id}", summary: "lift one", answer: lift_fault },
    Control { method: "GET", path: "/lab/purview/alerts", summary: "Purview's side of the insider risk alerts", answer: purview },
    Control { method: "POST", path: "/lab/purview/alerts/{id}/confirm", summary: "confirm an alert in Purview; Defender follows after the delay", answer: confirm },
    Control { method: "POST", path: "/lab/purview/alerts/{id}/dismiss", summary: "dismiss it", answer: dismiss },
    Control { method: "POST", path: "/lab/purview/alerts/{id}/reopen", summary: "put it back to review", answer: reopen },
    Control { method: "POST", path: "/lab/incidents/{id}/alerts", summary: "link an alert to an incident as by hand in the portal: {\"title\": …, \"severity\": \"medium\", \"userPrincipalName\": …}", answer: link },
    Control { method: "POST", path: "/lab/device/{code}/approve", summary: "approve a device code, as {\"userPrincipalName\": …} or as the lab's analyst", answer: approve },
    Control { method: "POST", path: "/lab/device/{code}/decline", summary: "decline a device code", answer: decline },
    Control { method: "POST", path: "/lab/device/{code}/expire", summary: "let a device code expire", answer: expire },
    Control { method: "POST", path: "/lab/identity/revoke", summary: "revoke the refresh tokens of {\"userPrincipalName\": …}, or all", answer: revoke },
    Control { method: "GET", path: "/lab/stories", summary: "the planted stories, told without spoiling", answer: stories },
    Control { method: "GET", path: "/lab/stories/{number}", summary: "the debrief of one", answer: debrief },
    Control { method: "GET", path: "/lab/score", summary: "how the session compares with the truth so far", answer: score },
    Control { method: "POST", path: "/lab/score/reset", summary: "begin a session anew", answer: reset_score },
    Control { method: "GET", path: "/lab/identity/workload", summary: "what a workload finds in its environment: a federated assertion, the App Service secret", answer: workload },
];

/// Answers `method` on the segments after `/lab`.
pub fn answer(state: &State, method: &str, path: &[&str], body: &[u8]) -> Response {
    let at_path: Vec<_> = CONTROLS.iter().filter_map(|control| Some((control, control.params(path)?))).collect();
    let found = at_path.iter().find(|(control, _)| control.method == method);
    let (status, body) = match found {
        Some((control, params)) => {
            let body = serde_json::from_slice(body).unwrap_or_default();
            (control.answer)(state, &Asked { params: params.clone(), body })
        }
        None if at_path.is_empty() => (404, json!({ "error": "the lab has no such control; GET /lab lists them" })),
        None => (405, json!({ "error": "this control takes another method; GET /lab lists them" })),
    };
    plain_json(status, &body)
}

impl Control {
    /// The parameters, if `path` is this control's.
    fn params<'a>(&self, path: &[&'a str]) -> Option<Vec<&'a str>> {
        let pattern: Vec<&str> = self.path.split('/').filter(|segment| !segment.is_empty()).skip(1).collect();
        let fits = |(wanted, segment): (&&str, &&str)| wanted.starts_with('{') || wanted == segment;
        if pattern.len() != path.len() || !pattern.iter().zip(path).all(fits) {
            return None;
        }
        let params = pattern.iter().zip(path).filter(|(wanted, _)| wanted.starts_with('{'));
        Some(params.map(|(_, segment)| *segment).collect())
    }
}

fn index(state: &State, _: &Asked<'_>) -> Answer {
    let control =
        |control: &Control| json!({ "method": control.method, "path": control.path, "summary": control.summary });
    let graph = format!("{}/v1.0", state.base_url);
    let controls: Vec<Value> = CONTROLS.iter().map(control).collect();
    (200, json!({ "graph": graph, "authority": state.base_url, "controls": controls }))
}

fn clock(state: &State, _: &Asked<'_>) -> Answer {
    let clock = &state.clock;
    (200, json!({ "now": clock.now(), "speed": clock.speed(), "anchor": clock.anchor() }))
}

fn set_clock(state: &State, asked: &Asked<'_>) -> Answer {
    let advance = match asked.body.get("advance") {
        None => None,
        Some(text) => match text.as_str().and_then(parse_duration).filter(|span| span.ticks() >= 0) {
            Some(span) => Some(span),
            None => return refused("advance is an ISO 8601 duration, as PT30M or P1D"),
        },
    };
    let speed = match asked.body.get("speed") {
        None => None,
        Some(speed) => match speed.as_f64().filter(|speed| *speed >= 0.0) {
            Some(speed) => Some(speed),
            None => return refused("speed is a number: 0 stands still, 1 is real time, 60 a minute a second"),
        },
    };
    if advance.is_none() && speed.is_none() {
        return refused("say what to do: {\"advance\": \"PT30M\"} or {\"speed\": 60}");
    }
    if let Some(span) = advance {
        state.clock.advance(span);
    }
    if let Some(speed) = speed {
        state.clock.set_speed(speed);
    }
    clock(state, asked)
}

fn faults(state: &State, _: &Asked<'_>) -> Answer {
    let known = FAULTS.iter().map(|fault| {
        json!({
            "name": fault.name,
            "imitates": fault.imitates,
            "takes": fault.value.takes,
            "default": fault.value.default,
            "route": fault.route,
        })
    });
    (200, json!({ "value": state.faults.describe(), "known": known.collect::<Vec<Value>>() }))
}

fn set_fault(state: &State, asked: &Asked<'_>) -> Answer {
    let now = state.clock.steady();
    match (asked.body.get("fault").and_then(Value::as_str), asked.body.get("chaos")) {
        (Some(order), _) => match order.parse::<Order>() {
            Ok(order) => {
                let text = order.to_string();
                (201, json!({ "id": state.faults.set(order, now), "fault": text }))
            }
            Err(error) => refused(&error.to_string()),
        },
        (None, Some(Value::Bool(true))) => {
            state.faults.chaos(now);
            (201, json!({ "value": state.faults.describe() }))
        }
        _ => refused("say which: {\"fault\": \"name[=value][@route][%percent][xN]\"} or {\"chaos\": true}"),
    }
}

fn lift_faults(state: &State, _: &Asked<'_>) -> Answer {
    (200, json!({ "lifted": state.faults.lift(None) }))
}

fn lift_fault(state: &State, asked: &Asked<'_>) -> Answer {
    let id = asked.params.first().and_then(|id| id.parse().ok());
    match id.map_or(0, |id| state.faults.lift(Some(id))) {
        0 => (404, json!({ "error": "no such fault is in force" })),
        lifted => (200, json!({ "lifted": lifted })),
    }
}

fn purview(state: &State, _: &Asked<'_>) -> Answer {
    let tenant = state.tenant();
    (200, json!({ "value": state.purview().describe(&tenant) }))
}

fn confirm(state: &State, asked: &Asked<'_>) -> Answer {
    decide(state, asked, Move::Confirm)
}

fn dismiss(state: &State, asked: &Asked<'_>) -> Answer {
    decide(state, asked, Move::Dismiss)
}

fn reopen(state: &State, asked: &Asked<'_>) -> Answer {
    decide(state, asked, Move::Reopen)
}

fn decide(state: &State, asked: &Asked<'_>, decision: Move) -> Answer {
    let id = asked.params.first().copied().unwrap_or_default();
    let coming = state.purview().decide(id, decision, state.clock.now(), state.options.purview_delay);
    match coming {
        Some(coming) => {
            let due = coming.0;
            state.schedule().plan([coming]);
            (200, json!({ "defenderDueDateTime": due }))
        }
        None => (404, json!({ "error": "no such alert in Purview: only those of Insider Risk Management itself are" })),
    }
}

fn link(state: &State, asked: &Asked<'_>) -> Answer {
    let text = |name: &str| asked.body.get(name).and_then(Value::as_str);
    let id = asked.params.first().copied().unwrap_or_default();
    let Some(title) = text("title").filter(|title| !title.is_empty()) else { return refused("say its title") };
    let upn = user(asked);
    let user = upn.and_then(|upn| state.signed_in(Some(upn)));
    if upn.is_some() && user.is_none() {
        return (404, json!({ "error": "no such user" }));
    }
    let said = Said { title, severity: text("severity").unwrap_or("medium"), user: user.as_ref() };
    let linked = link::to_incident(&mut state.tenant_mut(), id, said, state.clock.now());
    match linked {
        Ok(id) => (201, json!({ "alertId": id })),
        Err(error @ LinkError::Severity) => refused(&error.to_string()),
        Err(error) => (404, json!({ "error": error.to_string() })),
    }
}

fn approve(state: &State, asked: &Asked<'_>) -> Answer {
    decided(device::approve(state, code(asked), user(asked)))
}

fn decline(state: &State, asked: &Asked<'_>) -> Answer {
    decided(device::decline(state, code(asked)))
}

fn expire(state: &State, asked: &Asked<'_>) -> Answer {
    decided(device::expire(state, code(asked)))
}

fn code<'a>(asked: &Asked<'a>) -> &'a str {
    asked.params.first().copied().unwrap_or_default()
}

fn user<'a>(asked: &'a Asked<'_>) -> Option<&'a str> {
    asked.body.get("userPrincipalName").and_then(Value::as_str)
}

fn stories(state: &State, _: &Asked<'_>) -> Answer {
    let stories: Vec<Value> = state.tenant().stories.iter().map(tell::listed).collect();
    (200, json!({ "value": stories }))
}

fn debrief(state: &State, asked: &Asked<'_>) -> Answer {
    let number: Option<usize> = asked.params.first().and_then(|number| number.parse().ok());
    let tenant = state.tenant();
    match tenant.stories.iter().find(|story| Some(story.file.number) == number) {
        Some(story) => (200, tell::told(story)),
        None => (404, json!({ "error": "no story has that number" })),
    }
}

fn score(state: &State, _: &Asked<'_>) -> Answer {
    (200, json!(state.score()))
}

fn reset_score(state: &State, _: &Asked<'_>) -> Answer {
    state.training.reset(state.clock.now());
    (200, json!({ "done": true }))
}

fn decided(done: bool) -> Answer {
    if done { (200, json!({ "done": true })) } else { (404, json!({ "error": "no such code waits, or no such user" })) }
}

fn revoke(state: &State, asked: &Asked<'_>) -> Answer {
    let revoked = match user(asked) {
        None => state.identity.revoke(None),
        Some(upn) => match state.signed_in(Some(upn)) {
            Some(user) => state.identity.revoke(Some(&user.id)),
            None => return (404, json!({ "error": "no such user" })),
        },
    };
    (200, json!({ "revoked": revoked }))
}

/// Named as the environment variables that Azure's libraries read.
fn workload(state: &State, _: &Asked<'_>) -> Answer {
    let environment = json!({
        "IDENTITY_ENDPOINT": format!("{}/msi/token", state.base_url),
        "IDENTITY_HEADER": IDENTITY_HEADER,
        "AZURE_POD_IDENTITY_AUTHORITY_HOST": state.base_url,
        "federated_token": assertion::federated_token(state),
    });
    (200, environment)
}

fn refused(why: &str) -> Answer {
    (400, json!({ "error": why }))
}
