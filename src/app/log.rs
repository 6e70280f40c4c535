//! What the tool itself asked and did: requests with their times, ids and what came of them, and what it told the analyst.
//!
//! Tokens, bodies and answers are not in it; what a request is about is.

use super::effect::{Effect, TaskId};
use super::notices::{NoticeKind, Told};
use super::overlay::{Message, Overlay};
use super::{App, Cx};
use crate::base::{Timestamp, Untrusted};

/// The heading of the view.
const TITLE: &str = "Requests and messages, latest first";

/// A request to the tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// When it went out.
    pub at: Timestamp,
    /// Method and address, and what it is about.
    pub what: Untrusted,
    /// The `client-request-id` by which the service's logs name it.
    pub id: String,
    /// When it ended, and how; `None` while it is under way.
    pub ended: Option<(Timestamp, Ending)>,
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

impl Request {
    /// Two lines: when, how long it took, what came of it, what it was; its id.
    fn lines(&self) -> [String; 2] {
        let (took, how) = match &self.ended {
            None => ("…".to_owned(), "under way".to_owned()),
            Some((ended, ending)) => {
                let took = format!("{} ms", ended.since(self.at).ticks() / 10_000);
                let how = match ending {
                    Ending::Answered(bytes) => format!("ok, {}", size(*bytes)),
                    Ending::Failed(why) => format!("failed: {}", why.line()),
                    Ending::GivenUp => "given up".to_owned(),
                };
                (took, how)
            }
        };
        [format!("{}  {took:>8}  {how}  {}", clock(self.at), self.what.line()), format!("{:>22}{}", "id ", self.id)]
    }
}

/// A message that was told, in a line.
fn told_line(told: &Told) -> String {
    let kind = match told.kind {
        NoticeKind::Info => "told",
        NoticeKind::Warning => "warned",
        NoticeKind::Error => "failed",
    };
    format!("{}  {kind:>8}  {}", clock(told.at), Untrusted::new(told.text.as_str()).line())
}

/// The time of day with seconds, UTC.
fn clock(at: Timestamp) -> String {
    let text = at.to_seconds_text();
    text.split_once(' ').map_or(text.clone(), |(_, clock)| clock.to_owned())
}

/// A size in three digits or fewer.
fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

impl App {
    /// Asks for what was asked of the tenant, to show it.
    pub(super) fn show_log(&mut self, cx: &mut Cx<'_>) {
        self.reading_log = Some(cx.start(Effect::ReadLog));
    }

    /// Shows the requests together with what was told, latest first, in place of an earlier such view.
    pub(super) fn receive_log(&mut self, task: TaskId, requests: &[Request]) {
        if self.reading_log.take_if(|awaited| *awaited == task).is_none() {
            return;
        }
        let told = self.notices.told().map(|told| (told.at, vec![told_line(told)]));
        let requests = requests.iter().map(|request| (request.at, Vec::from(request.lines())));
        let mut entries: Vec<(Timestamp, Vec<String>)> = told.chain(requests).collect();
        entries.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let mut lines: Vec<String> = entries.into_iter().flat_map(|(_, lines)| lines).collect();
        if lines.is_empty() {
            lines.push("nothing was asked yet".to_owned());
        }
        self.overlays.retain(|overlay| !matches!(overlay, Overlay::Message(message) if message.title == TITLE));
        self.overlays.push(Overlay::Message(Message::new(TITLE, lines)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_told_with_how_it_ended_and_its_id() {
        let at: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let after: Timestamp = "2026-11-23T12:00:00.603Z".parse().unwrap();
        let cases = [
            (None, "12:00:00         …  under way  GET /x"),
            (Some(Ending::Answered(48_200)), "12:00:00    603 ms  ok, 48 kB  GET /x"),
            (Some(Ending::Answered(2_450_000)), "12:00:00    603 ms  ok, 2.5 MB  GET /x"),
            (Some(Ending::Failed("403".into())), "12:00:00    603 ms  failed: 403  GET /x"),
            (Some(Ending::GivenUp), "12:00:00    603 ms  given up  GET /x"),
        ];
        for (ending, expected) in cases {
            let ended = ending.map(|ending| (after, ending));
            let request = Request { at, what: "GET /x".into(), id: "5f2c".to_owned(), ended };
            assert_eq!(request.lines(), [expected, "                   id 5f2c"]);
        }
    }
}
