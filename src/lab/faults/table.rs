//! Every fault: its name, what it imitates, what it takes and how it answers.

use super::order::Route;
use super::{answers, delivery, edits, hostile, limits};
use crate::lab::faults::{Hit, Struck};
use crate::lab::state::State;
use axum::body::Body;
use axum::http::response::Parts;
use axum::response::Response;
use std::time::Duration;

/// A fault.
#[derive(Debug)]
pub struct Fault {
    /// What it is ordered by.
    pub name: &'static str,
    /// What of a real tenant, or of the way to it, it imitates.
    pub imitates: &'static str,
    /// What it takes.
    pub value: Takes,
    /// Where it strikes when nothing else is said.
    pub route: &'static str,
    /// What it does.
    pub(super) way: Way,
}

/// A fault's value.
#[derive(Debug)]
pub struct Takes {
    /// What is taken where none is given; empty for none.
    pub default: &'static str,
    /// What may be given, in words.
    pub takes: &'static str,
    /// Whether a value may be given.
    pub(super) fits: fn(&str) -> bool,
}

/// What a fault does to a request or its answer.
#[derive(Debug)]
pub(super) enum Way {
    /// Lets the request wait.
    Wait(fn(&mut Hit) -> Duration),
    /// Answers instead of the lab.
    Answer(fn(&State, &Struck<'_>, &mut Hit) -> Response),
    /// Answers instead of the lab; `None` where the request is none of its business.
    AnswerIf(fn(&State, &Struck<'_>, &mut Hit) -> Option<Response>),
    /// Changes head and body of the lab's answer.
    Edit(fn(&State, &Struck<'_>, &mut Hit, &mut Parts, Vec<u8>) -> Vec<u8>),
    /// Sends the answer's body in its own way.
    Deliver(fn(&Hit, Vec<u8>) -> Body),
}

impl Fault {
    /// [`Self::route`], read.
    pub fn usual_route(&self) -> Route {
        self.route.parse().unwrap_or_default()
    }
}

const GRAPH: &str = "/v1.0";
const HUNTING: &str = "/v1.0/security/runHuntingQuery";
const TOKEN: &str = "/*/oauth2/v2.0/token";

const NOTHING: Takes = Takes { default: "", takes: "no value", fits: str::is_empty };
const STATUS: Takes = Takes {
    default: "502",
    takes: "a status from 400 to 599",
    fits: |text| text.parse::<u16>().is_ok_and(|status| (400..600).contains(&status)),
};
const RETRY_AFTER: Takes = Takes {
    default: "2.128",
    takes: "seconds, `date` or `none`",
    fits: |text| text == "date" || text == "none" || is_seconds(text),
};
const RETRY_AFTER_OR_NOT: Takes = Takes {
    default: "",
    takes: "seconds or `date` for Retry-After",
    fits: |text| text.is_empty() || text == "date" || is_seconds(text),
};
const TABLE: Takes = Takes {
    default: "DataSecurityEvents",
    takes: "a table's name",
    fits: |text| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'),
};

const fn milliseconds(default: &'static str) -> Takes {
    Takes { default, takes: "milliseconds up to 600000", fits: |text| is_count(text, 600_000) }
}

const fn count(default: &'static str) -> Takes {
    Takes { default, takes: "a count", fits: |text| is_count(text, 100_000_000) }
}

fn is_seconds(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(|seconds| (0.0..=3_600.0).contains(&seconds))
}

fn is_count(text: &str, max: u64) -> bool {
    text.parse::<u64>().is_ok_and(|number| number <= max)
}

/// All faults, in the order of the documentation.
#[rustfmt::skip]
pub static FAULTS: &[Fault] = &[
    Fault { name: "latency",             imitates: "a slow service: each answer comes later by so many milliseconds", value: milliseconds("1000"), route: GRAPH, way: Way::Wait(Hit::latency) },
    Fault { name: "jitter",              imitates: "an uneven service: each answer comes later by 0 to so many milliseconds", value: milliseconds("500"), route: GRAPH, way: Way::Wait(Hit::jitter) },
    Fault { name: "429",                 imitates: "throttling, with Retry-After in (fractional) seconds, as an HTTP date, or without", value: RETRY_AFTER, route: GRAPH, way: Way::Answer(answers::throttled) },
    Fault { name: "500",                 imitates: "an internal error, as incidents with `$expand` and `$filter` give on large tenants", value: NOTHING, route: GRAPH, way: Way::Answer(answers::internal) },
    Fault { name: "502",                 imitates: "a bad gateway", value: NOTHING, route: GRAPH, way: Way::Answer(answers::gateway) },
    Fault { name: "503",                 imitates: "an unavailable service, with or without Retry-After", value: RETRY_AFTER_OR_NOT, route: GRAPH, way: Way::Answer(answers::unavailable) },
    Fault { name: "504",                 imitates: "a gateway timeout with Graph's empty message", value: NOTHING, route: GRAPH, way: Way::Answer(answers::timeout) },
    Fault { name: "504-empty",           imitates: "a gateway timeout without a body", value: NOTHING, route: GRAPH, way: Way::Answer(answers::timeout_without_body) },
    Fault { name: "html",                imitates: "the edge's HTML error page, with so many as status", value: STATUS, route: GRAPH, way: Way::Answer(answers::html) },
    Fault { name: "truncated",           imitates: "a proxy that cuts the JSON and ends the answer properly", value: NOTHING, route: GRAPH, way: Way::Edit(edits::truncated) },
    Fault { name: "cut",                 imitates: "a connection that closes in the middle of the body", value: NOTHING, route: GRAPH, way: Way::Deliver(delivery::cut) },
    Fault { name: "reset",               imitates: "a connection reset (RST) instead of an answer", value: NOTHING, route: GRAPH, way: Way::Answer(answers::reset) },
    Fault { name: "slow-body",           imitates: "a body that drips for so many milliseconds", value: milliseconds("5000"), route: GRAPH, way: Way::Deliver(delivery::slow) },
    Fault { name: "token-expired",       imitates: "a token past its time: 401", value: NOTHING, route: GRAPH, way: Way::Answer(answers::token_expired) },
    Fault { name: "revoked",             imitates: "a permission taken away: 403 in the words of the service", value: NOTHING, route: GRAPH, way: Way::AnswerIf(answers::revoked) },
    Fault { name: "claims",              imitates: "a claims challenge of continuous access evaluation: 401 until a token comes that was asked for with those claims (or, from a client that never declared `cp1`, one that is newer than the fault)", value: NOTHING, route: GRAPH, way: Way::AnswerIf(answers::claims) },
    Fault { name: "no-table",            imitates: "a hunting table that the tenant has not: 400 to queries that name it", value: TABLE, route: HUNTING, way: Way::AnswerIf(answers::no_table) },
    Fault { name: "row-cap",             imitates: "the silent cut of hunting results, at so many rows", value: count("100"), route: HUNTING, way: Way::Edit(edits::row_cap) },
    Fault { name: "size-cap",            imitates: "the limit on the size of hunting results, at so many bytes: 400", value: count("65536"), route: HUNTING, way: Way::Edit(edits::size_cap) },
    Fault { name: "cpu-quota",           imitates: "the tenant's used-up CPU quota for hunting: 429 that says so", value: NOTHING, route: HUNTING, way: Way::Answer(answers::cpu_quota) },
    Fault { name: "throttle",            imitates: "the true limits: hunting 45 a minute, /security 150 a minute an application, identity protection 1 a second without Retry-After", value: NOTHING, route: GRAPH, way: Way::AnswerIf(limits::throttle) },
    Fault { name: "clock-skew",          imitates: "a service whose clock is off by so many seconds: `Date` headers and the times in tokens", value: Takes { default: "600", takes: "seconds, also negative", fits: |text| text.parse::<i32>().is_ok() }, route: "/", way: Way::Edit(edits::clock_skew) },
    Fault { name: "unknown-enum",        imitates: "enum members that are newer than the client", value: NOTHING, route: GRAPH, way: Way::Edit(edits::unknown_enum) },
    Fault { name: "unknown-type",        imitates: "evidence types and properties that are newer than the client", value: NOTHING, route: GRAPH, way: Way::Edit(edits::unknown_type) },
    Fault { name: "hostile-text",        imitates: "text written by an attacker in every free-text field, of every kind or of one", value: Takes { default: "all", takes: "`all`, `control`, `osc`, `bidi`, `zero-width`, `long` or `formula`", fits: hostile::is_kind }, route: GRAPH, way: Way::Edit(hostile::hostile_text) },
    Fault { name: "device-slow-down",    imitates: "polling a device code too fast: `slow_down`", value: NOTHING, route: TOKEN, way: Way::AnswerIf(answers::device_slow_down) },
    Fault { name: "device-declined",     imitates: "a user who declines the device code", value: NOTHING, route: TOKEN, way: Way::AnswerIf(answers::device_declined) },
    Fault { name: "device-expired",      imitates: "a device code past its time", value: NOTHING, route: TOKEN, way: Way::AnswerIf(answers::device_expired) },
    Fault { name: "device-bad-code",     imitates: "a device code that nobody knows", value: NOTHING, route: TOKEN, way: Way::AnswerIf(answers::device_bad_code) },
    Fault { name: "refresh-revoked",     imitates: "a refresh token that was revoked (AADSTS50173)", value: NOTHING, route: TOKEN, way: Way::AnswerIf(answers::refresh_revoked) },
    Fault { name: "wrong-secret",        imitates: "a client secret that is wrong (AADSTS7000215)", value: NOTHING, route: TOKEN, way: Way::AnswerIf(answers::wrong_secret) },
    Fault { name: "wrong-tenant",        imitates: "a directory that does not exist (AADSTS90002)", value: NOTHING, route: "/*/oauth2", way: Way::AnswerIf(answers::wrong_tenant) },
    Fault { name: "consent-missing",     imitates: "an application nobody consented to (AADSTS65001)", value: NOTHING, route: TOKEN, way: Way::AnswerIf(answers::consent_missing) },
    Fault { name: "mfa-required",        imitates: "a sign-in that needs a second factor (AADSTS50076)", value: NOTHING, route: TOKEN, way: Way::AnswerIf(answers::mfa_required) },
    Fault { name: "conditional-access",  imitates: "a sign-in that Conditional Access blocks (AADSTS53003)", value: NOTHING, route: TOKEN, way: Way::AnswerIf(answers::conditional_access) },
    Fault { name: "public-client-off",   imitates: "an application that may not sign in as a public client (AADSTS7000218)", value: NOTHING, route: TOKEN, way: Way::AnswerIf(answers::public_client_off) },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_can_be_ordered_by_name_alone() {
        for fault in FAULTS {
            assert!((fault.value.fits)(fault.value.default), "{}", fault.name);
            assert_eq!(fault.route.parse::<Route>().unwrap(), fault.usual_route());
            assert_eq!(FAULTS.iter().filter(|other| other.name == fault.name).count(), 1, "{}", fault.name);
        }
    }
}
