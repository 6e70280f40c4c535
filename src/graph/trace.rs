//! What was asked of Graph: each request as it went out, when, how long it took, what came of it, and the id by which the
//! service's own logs name it.
//!
//! Tokens, bodies and answers are not in it, nor the opaque part of next links.

use super::error::Error;
use crate::base::{Timestamp, Untrusted};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// The most requests that are remembered; older ones are forgotten.
const ENTRIES_MAX: usize = 500;
/// The most characters that are kept of what a request is about.
const ABOUT_MAX: usize = 400;
/// Query options whose values say nothing to a person and may open what they point at.
const OPAQUE: [&str; 3] = ["$skiptoken", "$skip", "$deltatoken"];

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    /// When it went out.
    pub at: Timestamp,
    /// Method and address below the version, readable.
    pub what: Untrusted,
    /// Its `client-request-id`: the same for each try of one call.
    pub id: String,
    /// When it ended, and how; `None` while it is under way.
    pub ended: Option<(Timestamp, Ending)>,
    number: u64,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Answered well, with a body of so many bytes.
    Answered(usize),
    /// Refused or lost: why.
    Failed(Untrusted),
    /// Nobody waits for it any more.
    GivenUp,
}

/// The requests of a client, latest last. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Trace(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    begun: u64,
    kept: VecDeque<Traced>,
}

impl Trace {
    /// The requests that are remembered, in the order in which they went out.
    pub fn requests(&self) -> Vec<Traced> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).kept.iter().cloned().collect()
    }

    /// Notes a request to `url`, `about` something beyond that, which goes out. Dropping what is returned before it ended notes that it was given up.
    pub(super) fn begin(&self, method: &str, (url, about): (&Url, &str), id: &str, now: fn() -> Timestamp) -> Flight {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.begun += 1;
        let number = entries.begun;
        if entries.kept.len() == ENTRIES_MAX {
            entries.kept.pop_front();
        }
        let what = format!("{method} {} {about}", readable(url));
        let what = Untrusted::new(what.trim_end().chars().take(ABOUT_MAX).collect::<String>());
        entries.kept.push_back(Traced { at: now(), what, id: id.to_owned(), ended: None, number });
        Flight { trace: self.clone(), number, now, is_over: false }
    }

    fn end(&self, number: u64, at: Timestamp, ending: Ending) {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.kept.iter_mut().rev().find(|entry| entry.number == number) {
            entry.ended = Some((at, ending));
        }
    }
}

/// A request under way.
#[derive(Debug)]
pub(super) struct Flight {
    trace: Trace,
    number: u64,
    now: fn() -> Timestamp,
    is_over: bool,
}

impl Flight {
    /// Notes what came of it.
    pub fn end(mut self, result: Result<usize, &Error>) {
        self.is_over = true;
        let ending = result.map_or_else(|error| Ending::Failed(Untrusted::new(error.to_string())), Ending::Answered);
        self.trace.end(self.number, (self.now)(), ending);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if !self.is_over {
            self.trace.end(self.number, (self.now)(), Ending::GivenUp);
        }
    }
}

/// An address as a person reads it: below the version, decoded, opaque values left out.
fn readable(url: &Url) -> String {
    let path = url.path();
    let path = path.strip_prefix("/v1.0").unwrap_or(path);
    let option = |(name, value): (std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
        let value = if OPAQUE.contains(&&*name) { "…".into() } else { value };
        format!("{name}={value}")
    };
    let options: Vec<String> = url.query_pairs().map(option).collect();
    let sign = if options.is_empty() { "" } else { "?" };
    format!("{path}{sign}{}", options.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-23T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn an_address_is_readable_and_keeps_no_opaque_part() {
        let cases = [
            (
                "https://graph.microsoft.com/v1.0/security/incidents?$filter=status%20eq%20'active'&$top=50",
                "/security/incidents?$filter=status eq 'active'&$top=50",
            ),
            ("https://graph.microsoft.com/v1.0/security/alerts_v2?$skiptoken=abc", "/security/alerts_v2?$skiptoken=…"),
            ("https://graph.microsoft.com/v1.0/$batch", "/$batch"),
        ];
        for (url, expected) in cases {
            assert_eq!(readable(&Url::parse(url).unwrap()), expected);
        }
    }

    #[test]
    fn each_request_is_told_with_how_it_ended_and_the_oldest_make_room() {
        let trace = Trace::default();
        let url = Url::parse("https://graph.microsoft.com/v1.0/users/x").unwrap();
        trace.begin("GET", (&url, ""), "a", now).end(Ok(12));
        drop(trace.begin("GET", (&url, ""), "b", now));
        let flight = trace.begin("PATCH", (&url, ""), "c", now);
        let told = |trace: &Trace| -> Vec<(String, Option<Ending>)> {
            let ended = |traced: Traced| (traced.id, traced.ended.map(|(_, ending)| ending));
            trace.requests().into_iter().map(ended).collect()
        };
        assert_eq!(
            told(&trace),
            [
                ("a".to_owned(), Some(Ending::Answered(12))),
                ("b".to_owned(), Some(Ending::GivenUp)),
                ("c".to_owned(), None)
            ]
        );
        for _ in 0..ENTRIES_MAX {
            trace.begin("GET", (&url, ""), "d", now).end(Ok(0));
        }
        assert_eq!(trace.requests().len(), ENTRIES_MAX);
        flight.end(Ok(1));
        assert!(trace.requests().iter().all(|traced| traced.id == "d"));
    }
}
