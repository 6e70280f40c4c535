//! The device code grant (RFC 8628): codes, their state, and the page on which a user decides.

use super::refusal::Refusal;
use super::token::Form;
use super::{App, SignedIn, app};
use crate::base::Timestamp;
use crate::lab::LabOptions;
use crate::lab::clock::span;
use crate::lab::state::State;
use indexmap::IndexMap;
use serde_json::{Value, json};

/// The most codes kept; the oldest give way.
const DEVICES_MAX: usize = 1_000;

/// Pending and decided device codes, by device code.
#[derive(Debug, Default)]
pub struct Devices(IndexMap<String, Device>);

#[derive(Debug)]
struct Device {
    user_code: String,
    app: &'static App,
    scopes: Vec<String>,
    expires: Timestamp,
    polled: Option<Timestamp>,
    decision: Decision,
}

#[derive(Debug)]
enum Decision {
    Pending,
    Approved(SignedIn),
    Declined,
}

/// What a poll finds.
#[derive(Debug)]
pub enum Poll {
    /// The user agreed; these scopes were asked for.
    Approved(SignedIn, Vec<String>),
    /// Not yet.
    Pending,
    /// Asked again too soon.
    TooFast,
    /// The user refused.
    Declined,
    /// Too late.
    Expired,
    /// No such code, or another application's.
    Unknown,
}

impl Devices {
    /// Answers a poll for `code` by `app`.
    pub(super) fn poll(&mut self, code: &str, app: &App, now: Timestamp, options: &LabOptions) -> Poll {
        let Some(device) = self.0.get_mut(code).filter(|device| device.app == app) else { return Poll::Unknown };
        let last = device.polled.replace(now);
        if device.expires <= now {
            return Poll::Expired;
        }
        match &device.decision {
            Decision::Approved(user) => {
                let approved = Poll::Approved(user.clone(), device.scopes.clone());
                self.0.shift_remove(code);
                approved
            }
            Decision::Declined => Poll::Declined,
            Decision::Pending if last.is_some_and(|last| last + span(options.device_poll_interval) > now) => {
                Poll::TooFast
            }
            Decision::Pending => Poll::Pending,
        }
    }

    /// Records the user's decision; `false` where no such code waits.
    fn decide(&mut self, user_code: &str, now: Timestamp, user: Option<SignedIn>) -> bool {
        let waiting = |device: &&mut Device| {
            device.user_code.eq_ignore_ascii_case(user_code)
                && device.expires > now
                && matches!(device.decision, Decision::Pending)
        };
        match self.0.values_mut().find(waiting) {
            Some(device) => {
                device.decision = user.map_or(Decision::Declined, Decision::Approved);
                true
            }
            None => false,
        }
    }
}

/// `POST /{tenant}/oauth2/v2.0/devicecode`.
///
/// # Errors
/// In Entra's words.
pub fn start(state: &State, tenant: &str, body: &[u8]) -> Result<Value, Refusal> {
    let form = Form::read(body);
    if !state.identity.is_tenant(tenant) {
        return Err(Refusal::unknown_tenant(tenant));
    }
    let client_id = form.require("client_id")?;
    let app = app(client_id).ok_or_else(|| Refusal::unknown_app(client_id, &state.identity.domain))?;
    let scopes = form.require("scope")?.split_whitespace().map(str::to_owned).collect();
    let now = state.clock.steady();
    let user_code = user_code(state.identity.random_number());
    let device_code = state.identity.random_text(12);
    let lifetime = state.options.device_code_lifetime;
    let device = Device {
        user_code: user_code.clone(),
        app,
        scopes,
        expires: now + span(lifetime),
        polled: None,
        decision: Decision::Pending,
    };
    let mut ledger = state.identity.ledger();
    ledger.devices.0.insert(device_code.clone(), device);
    if ledger.devices.0.len() > DEVICES_MAX {
        ledger.devices.0.shift_remove_index(0);
    }
    let page = format!("{}/device", state.base_url);
    Ok(json!({
        "user_code": user_code,
        "device_code": device_code,
        "verification_uri": page,
        "expires_in": lifetime.as_secs(),
        "interval": state.options.device_poll_interval.as_secs_f64().ceil() as u64,
        "message": format!(
            "To sign in, use a web browser to open the page {page} and enter the code {user_code} to authenticate."
        ),
    }))
}

/// Records that the user `upn` (the lab's analyst where `None`) approved the code; `false` where none waits for it.
pub fn approve(state: &State, user_code: &str, upn: Option<&str>) -> bool {
    let Some(user) = state.signed_in(upn) else { return false };
    state.identity.ledger().devices.decide(user_code.trim(), state.clock.steady(), Some(user))
}

/// Records that the user declined the code; `false` where none waits for it.
pub fn decline(state: &State, user_code: &str) -> bool {
    state.identity.ledger().devices.decide(user_code.trim(), state.clock.steady(), None)
}

/// Ends the code's time; `false` where none waits for it.
pub fn expire(state: &State, user_code: &str) -> bool {
    let now = state.clock.steady();
    let mut ledger = state.identity.ledger();
    let mut devices = ledger.devices.0.values_mut();
    let found = devices.find(|device| device.user_code.eq_ignore_ascii_case(user_code) && device.expires > now);
    found.map(|device| device.expires = now).is_some()
}

/// Nine characters of Entra's alphabet, which leaves out what is easily confused.
fn user_code(mut number: u64) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let mut code = String::new();
    for _ in 0..9 {
        let letter = ALPHABET.get((number % 32) as usize).copied().unwrap_or(b'A');
        code.push(char::from(letter));
        number /= 32;
    }
    code
}

/// The page for a browser: a form for the code, or what became of it.
pub fn page(state: &State, posted: Option<&[u8]>) -> String {
    let outcome = posted.map(|body| {
        let form = Form::read(body);
        let code = form.get("user_code").unwrap_or_default();
        let done = match form.get("decision") {
            Some("approve") => approve(state, code, None),
            _ => decline(state, code),
        };
        match (done, form.get("decision")) {
            (false, _) => "That code is not known, has expired or was used already.",
            (true, Some("approve")) => "Approved. You can close this window.",
            (true, _) => "Declined. You can close this window.",
        }
    });
    let outcome = outcome.map(|text| format!("<p role=\"status\">{text}</p>")).unwrap_or_default();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Lab sign-in</title>\
         <h1>Enter the code</h1><p>This is the lab's sign-in page. No real account is involved.</p>{outcome}\
         <form method=\"post\" action=\"/device\"><label>Code <input name=\"user_code\" autofocus required></label> \
         <button name=\"decision\" value=\"approve\">Approve</button> \
         <button name=\"decision\" value=\"decline\">Decline</button></form></html>"
    )
}
