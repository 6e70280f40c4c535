//! Short messages that go away by themselves.

use super::Cx;
use super::effect::{Effect, Timer};
use crate::base::{TimeSpan, Timestamp};

/// The most notices kept; older ones make room.
const NOTICES_MAX: usize = 5;

/// How long a message stays whatever is typed.
const SEEN_AFTER: TimeSpan = TimeSpan::seconds(1);

/// How bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// Done.
    Info,
    /// Done, with something to know; or refused.
    Warning,
    /// Failed.
    Error,
}

/// One message. The text is safe for a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How bad.
    pub kind: NoticeKind,
    /// One line.
    pub text: String,
    /// When it came.
    pub since: Timestamp,
    /// When it goes.
    pub until: Timestamp,
}

/// The messages on show, newest last.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notices(Vec<Notice>);

impl Notices {
    /// Shows `text`: 8 s for news, 12 s for a warning, 20 s for an error.
    pub fn show(&mut self, kind: NoticeKind, text: impl Into<String>, cx: &mut Cx<'_>) {
        let seconds: u32 = match kind {
            NoticeKind::Info => 8,
            NoticeKind::Warning => 12,
            NoticeKind::Error => 20,
        };
        if self.0.len() == NOTICES_MAX {
            self.0.remove(0);
        }
        let until = cx.now + TimeSpan::seconds(i64::from(seconds));
        self.0.push(Notice { kind, text: text.into(), since: cx.now, until });
        self.schedule(cx);
    }

    /// Drops what someone who goes on typing has had time to see; failures stay until they run out.
    pub fn dismiss(&mut self, now: Timestamp) {
        self.0.retain(|notice| notice.kind == NoticeKind::Error || now.since(notice.since) < SEEN_AFTER);
    }

    /// Drops what has run out.
    pub fn expire(&mut self, cx: &mut Cx<'_>) {
        self.0.retain(|notice| notice.until > cx.now);
        self.schedule(cx);
    }

    /// The newest.
    pub fn latest(&self) -> Option<&Notice> {
        self.0.last()
    }

    /// All on show, newest last.
    pub fn all(&self) -> &[Notice] {
        &self.0
    }

    fn schedule(&self, cx: &mut Cx<'_>) {
        if let Some(next) = self.0.iter().map(|notice| notice.until).min() {
            let after_ms = (next.since(cx.now).ticks().max(0) / 10_000) as u64;
            cx.run(Effect::Wake { timer: Timer::Notices, after_ms });
        }
    }
}
