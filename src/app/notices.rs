//! Short messages that go away by themselves.

use super::Cx;
use super::effect::{Effect, Timer};
use crate::base::{TimeSpan, Timestamp};
use std::collections::VecDeque;

/// The most messages that are remembered after they have gone.
const TOLD_MAX: usize = 200;

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

/// A message that was shown, whether or not it still is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When it came.
    pub at: Timestamp,
    /// How bad.
    pub kind: NoticeKind,
    /// One line.
    pub text: String,
}

/// The messages on show, newest last, and those before them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Notices {
    on_show: Vec<Notice>,
    told: VecDeque<Told>,
}

impl Notices {
    /// Shows `text`: 8 s for news, 12 s for a warning, 20 s for an error.
    pub fn show(&mut self, kind: NoticeKind, text: impl Into<String>, cx: &mut Cx<'_>) {
        let seconds: u32 = match kind {
            NoticeKind::Info => 8,
            NoticeKind::Warning => 12,
            NoticeKind::Error => 20,
        };
        if self.on_show.len() == NOTICES_MAX {
            self.on_show.remove(0);
        }
        let text = text.into();
        if self.told.len() == TOLD_MAX {
            self.told.pop_front();
        }
        self.told.push_back(Told { at: cx.now, kind, text: text.clone() });
        let until = cx.now + TimeSpan::seconds(i64::from(seconds));
        self.on_show.push(Notice { kind, text, since: cx.now, until });
        self.schedule(cx);
    }

    /// Drops what someone who goes on typing has had time to see; failures stay until they run out.
    pub fn dismiss(&mut self, now: Timestamp) {
        self.on_show.retain(|notice| notice.kind == NoticeKind::Error || now.since(notice.since) < SEEN_AFTER);
    }

    /// Drops what has run out.
    pub fn expire(&mut self, cx: &mut Cx<'_>) {
        self.on_show.retain(|notice| notice.until > cx.now);
        self.schedule(cx);
    }

    /// The newest.
    pub fn latest(&self) -> Option<&Notice> {
        self.on_show.last()
    }

    /// What was told lately, newest last.
    pub fn told(&self) -> impl Iterator<Item = &Told> {
        self.told.iter()
    }

    /// All on show, newest last.
    pub fn all(&self) -> &[Notice] {
        &self.on_show
    }

    fn schedule(&self, cx: &mut Cx<'_>) {
        if let Some(next) = self.on_show.iter().map(|notice| notice.until).min() {
            let after_ms = (next.since(cx.now).ticks().max(0) / 10_000) as u64;
            cx.run(Effect::Wake { timer: Timer::Notices, after_ms });
        }
    }
}
