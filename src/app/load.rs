//! Fetching the queues and keeping everything derived from them in step.

use super::effect::{Effect, ListQuery, TaskId, Timer};
use super::news::Since;
use super::notices::NoticeKind;
use super::queue::Queue;
use super::remote::Remote;
use super::reply::{Cause, Failure, Page};
use super::store::Progress;
use super::{App, Cx};
use crate::base::{TimeSpan, Timestamp};
use crate::model::{Alert, Incident};
use crate::triage::Filter;
use crate::triage::filter::{Asker, Collection, Comparison, Term, Test};

/// The most records a queue holds.
pub const RECORDS_MAX: usize = 100_000;

/// While records come, they are shown and the queues ordered anew after so many, not with each part of a page.
const SHOWN_EVERY: usize = 500;

impl Progress {
    /// Whether what `more` records brought is to be seen now.
    const fn is_shown_after(&self, more: usize) -> bool {
        self.received == 0 || self.received / SHOWN_EVERY < (self.received + more) / SHOWN_EVERY
    }
}

/// How much a fetch of changes overlaps the one before: the service's clock and ours may differ.
const DELTA_OVERLAP: TimeSpan = TimeSpan::minutes(5);

/// How far back the queues reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Window {
    /// This long.
    Last(TimeSpan),
    /// As far as the service does.
    All,
}

impl App {
    /// Fetches both queues whole, side by side.
    pub(super) fn fetch_queues(&mut self, cx: &mut Cx<'_>) {
        let window = self.wanted_window();
        self.window = Some(window);
        let filter = match window {
            Window::Last(span) => Some(format!("createdDateTime ge {}", cx.now - span)),
            Window::All => None,
        };
        self.start_fetches(filter.as_deref(), false, cx);
        self.refresh_later(cx);
    }

    /// Looks again when the profile says so; never where it says 0.
    fn refresh_later(&self, cx: &mut Cx<'_>) {
        let after_ms = u64::from(self.profile.refresh_seconds) * 1_000;
        if after_ms > 0 {
            cx.run(Effect::Wake { timer: Timer::Refresh, after_ms });
        }
    }

    /// Fetches what changed since the last fetch; the whole where there was none.
    pub(super) fn fetch_changes(&mut self, cx: &mut Cx<'_>) {
        let begun = |fetch: &Remote<Progress>| match fetch.value() {
            Some(progress) if progress.is_complete && fetch.failure().is_none() => progress.started,
            _ => None,
        };
        let begun = [begun(&self.store.incidents_fetch), begun(&self.store.alerts_fetch)];
        let busy = self.store.incidents_fetch.is_loading() || self.store.alerts_fetch.is_loading();
        match begun {
            [Some(incidents), Some(alerts)] if !busy => {
                let since = incidents.min(alerts) - DELTA_OVERLAP;
                self.start_fetches(Some(&format!("lastUpdateDateTime ge {since}")), true, cx);
                self.refresh_later(cx);
            }
            _ if busy => self.refresh_later(cx),
            _ => self.fetch_queues(cx),
        }
    }

    /// Begins both fetches with `filter`, and where there was more than fits with what else Graph can do of each
    /// queue's own filter; not for changes, of which those are wanted too that make a record leave the filter.
    fn start_fetches(&mut self, filter: Option<&str>, is_delta: bool, cx: &mut Cx<'_>) {
        let asker = Asker { me: self.profile.me.as_deref(), now: cx.now };
        let query = |queue: &Queue, collection: Collection| {
            let narrowed = if self.is_narrowed && !is_delta { queue.filter.to_odata(collection, asker) } else { None };
            let parts: Vec<&str> = filter.into_iter().chain(narrowed.as_deref()).collect();
            ListQuery { filter: (!parts.is_empty()).then(|| parts.join(" and ")), records_max: RECORDS_MAX }
        };
        let of_incidents = query(&self.incidents, Collection::Incidents);
        let of_alerts = query(&self.alerts, Collection::Alerts);
        let incidents = cx.start(|task| Effect::FetchIncidents(task, of_incidents));
        let alerts = cx.start(|task| Effect::FetchAlerts(task, of_alerts));
        let replaced = [self.store.incidents_fetch.begin(incidents), self.store.alerts_fetch.begin(alerts)];
        for task in replaced.into_iter().flatten() {
            cx.run(Effect::Cancel(task));
        }
        self.fetching = [&self.store.incidents_fetch, &self.store.alerts_fetch].map(|fetch| Progress {
            is_delta,
            started: Some(cx.now),
            stale_since: fetch.stale_since(),
            ..Progress::default()
        });
    }

    /// Whether something takes long that can be stopped: writes, or the queues while they come whole.
    pub fn can_stop(&self) -> bool {
        self.applying.is_some() || self.loads_first_data()
    }

    /// Stops it. What has come of the queues stays; a request under way ends.
    pub(super) fn stop_work(&mut self, cx: &mut Cx<'_>) {
        if let Some(applying) = &self.applying {
            cx.run(Effect::StopApplying(applying.task));
            self.notices.show(NoticeKind::Info, "no more is written: what is under way ends first", cx);
            return;
        }
        let stopped = || Failure {
            what: "the queues".to_owned(),
            cause: Cause::Service,
            why: "loading was stopped".into(),
            remedy: "R loads them whole.".to_owned(),
            request_id: None,
        };
        for fetch in [&mut self.store.incidents_fetch, &mut self.store.alerts_fetch] {
            if let Some(task) = fetch.abandon() {
                cx.run(Effect::Cancel(task));
                fetch.refuse(stopped());
            }
        }
        self.notices.show(NoticeKind::Info, "loading was stopped: the queues hold what has come so far", cx);
    }

    /// How far back the filters of both queues look.
    fn wanted_window(&self) -> Window {
        [&self.incidents.filter, &self.alerts.filter].into_iter().map(reach).max().unwrap_or(Window::All)
    }

    /// The terms of a queue's filter that Graph was asked to do, and those that are done here: all but how far back it
    /// looks, unless there was more than fits.
    pub fn division(&self, filter: &Filter, collection: Collection, now: Timestamp) -> [Vec<String>; 2] {
        let asker = Asker { me: self.profile.me.as_deref(), now };
        let here: Vec<&Term> = filter.local_terms(collection, asker).collect();
        let is_graphs = |term: &&Term| {
            let is_age = !term.negated && matches!(term.test, Test::Age(Comparison::Less | Comparison::AtMost, _));
            is_age || (self.is_narrowed && !here.contains(term))
        };
        let (graph, here): (Vec<&Term>, Vec<&Term>) = filter.terms.iter().partition(is_graphs);
        [graph, here].map(|terms| terms.into_iter().map(Term::to_string).collect())
    }

    /// Notes whether more than [`RECORDS_MAX`] records are there to be had, so that Graph must filter.
    fn note_cut(&mut self, received: usize) {
        self.is_narrowed |= received >= RECORDS_MAX;
    }

    /// Fetches more where a filter looks further back than what is there, or where Graph filters.
    pub(super) fn widen_window(&mut self, cx: &mut Cx<'_>) {
        if self.is_narrowed || self.window.is_none_or(|window| window < self.wanted_window()) {
            self.fetch_queues(cx);
        }
    }

    /// Takes a page of incidents.
    pub(super) fn receive_incidents(&mut self, task: TaskId, page: Result<Page<Incident>, Failure>, cx: &mut Cx<'_>) {
        if !self.store.incidents_fetch.awaits(task) {
            return;
        }
        match page {
            Ok(page) => {
                let [progress, _] = &mut self.fetching;
                let is_shown = progress.is_shown_after(page.items.len()) || page.is_last;
                progress.received += page.items.len();
                progress.is_complete = page.is_last;
                progress.stale_since = progress.stale_since.filter(|_| !page.is_last);
                let progress = progress.clone();
                if let Some(since) = news_since(&self.store.incidents_fetch, cx.now) {
                    self.incidents.unseen.note_incidents(&page.items, &self.store, since);
                }
                self.store.take_incidents(page.items, task);
                if page.is_last && !progress.is_delta {
                    self.store.retire_incidents(task, self.incident.as_ref().map(|page| &*page.id));
                }
                self.note_cut(progress.received);
                if page.is_last {
                    if !progress.is_delta {
                        self.keep_later(cx);
                    }
                    self.store.incidents_fetch.finish(Ok(progress), cx.now);
                } else if !is_shown {
                    return;
                } else {
                    self.store.incidents_fetch.progress(progress, cx.now);
                }
            }
            Err(failure) => {
                if self.store.incidents_fetch.failure() != Some(&failure) {
                    self.notify_failure(&failure, cx);
                }
                self.store.incidents_fetch.finish(Err(failure), cx.now);
            }
        }
        self.data_changed(cx.now);
        self.announce(cx);
    }

    /// Takes a page of alerts.
    pub(super) fn receive_alerts(&mut self, task: TaskId, page: Result<Page<Alert>, Failure>, cx: &mut Cx<'_>) {
        if let Some(open) = self.user.as_mut().filter(|open| open.found.awaits(task)) {
            open.take_found(page.as_ref().map_err(Failure::clone), cx);
            self.store.take_alerts(page.into_iter().flat_map(|page| page.items), task);
            return self.data_changed(cx.now);
        }
        if !self.store.alerts_fetch.awaits(task) {
            return;
        }
        match page {
            Ok(page) => {
                let [_, progress] = &mut self.fetching;
                let is_shown = progress.is_shown_after(page.items.len()) || page.is_last;
                progress.received += page.items.len();
                progress.is_complete = page.is_last;
                progress.stale_since = progress.stale_since.filter(|_| !page.is_last);
                let progress = progress.clone();
                if let Some(since) = news_since(&self.store.alerts_fetch, cx.now) {
                    self.alerts.unseen.note_alerts(&page.items, &self.store, since);
                    self.incidents.unseen.note_more_alerts(&page.items, &self.store, cx.now);
                }
                self.store.take_alerts(page.items, task);
                if page.is_last && !progress.is_delta {
                    let found = self.user.as_ref().and_then(|page| page.found.value());
                    let kept = found.map_or(&[][..], |found| &found.ids);
                    self.store.retire_alerts(task, self.incident.as_ref().map(|page| &*page.id), kept);
                }
                self.note_cut(progress.received);
                if page.is_last {
                    if !progress.is_delta {
                        self.keep_later(cx);
                    }
                    self.store.alerts_fetch.finish(Ok(progress), cx.now);
                } else if !is_shown {
                    return;
                } else {
                    self.store.alerts_fetch.progress(progress, cx.now);
                }
            }
            Err(failure) => {
                if self.store.alerts_fetch.failure() != Some(&failure) {
                    self.notify_failure(&failure, cx);
                }
                self.store.alerts_fetch.finish(Err(failure), cx.now);
            }
        }
        self.data_changed(cx.now);
        self.announce(cx);
    }

    /// Takes one incident with its alerts, fetched for its page or after a write.
    pub(super) fn receive_incident(&mut self, task: TaskId, reply: Result<Box<Incident>, Failure>, cx: &mut Cx<'_>) {
        let followed = self.following.iter().position(|known| *known == task);
        if let Some(place) = followed {
            self.following.remove(place);
        }
        let of_page = self.incident.as_mut().filter(|page| page.fetch.awaits(task));
        if followed.is_none() && of_page.is_none() {
            return;
        }
        let outcome = reply.map(|incident| self.store.take_incidents([*incident], task));
        if let Some(page) = of_page {
            page.fetch.finish(outcome, cx.now);
        } else if let Err(failure) = outcome {
            self.notify_failure(&failure, cx);
        }
        self.data_changed(cx.now);
    }

    /// Takes notice of who has signed in.
    pub(super) fn signed_in(&mut self, me: Option<String>, now: Timestamp) {
        if self.profile.me != me {
            if let Some(book) = self.pseudonyms.book.take() {
                self.pseudonyms.book = Some(book.of(me.as_deref()));
            }
            self.profile.me = me;
            self.data_changed(now);
        }
    }

    /// Brings all that is derived from the store up to date.
    pub(super) fn data_changed(&mut self, now: Timestamp) {
        self.order_queues(now);
        if let Some(page) = &mut self.incident {
            page.follow(&self.store, &self.journal);
        }
        if let Some(page) = &mut self.user {
            page.follow(&self.store);
        }
    }

    /// Says that something could not be had.
    pub(super) fn notify_failure(&mut self, failure: &Failure, cx: &mut Cx<'_>) {
        let text = format!("{}: {}; {}", failure.what, failure.why.line(), failure.remedy);
        self.notices.show(NoticeKind::Error, text, cx);
    }
}

/// From when on what a fetch brings is news: since the start of the one before. `None` where there was none.
fn news_since(fetch: &Remote<Progress>, now: Timestamp) -> Option<Since> {
    let last = fetch.value().filter(|progress| progress.is_complete)?.started?;
    Some(Since { now, last: last - DELTA_OVERLAP })
}

/// How far back a filter looks.
fn reach(filter: &Filter) -> Window {
    let bounds = filter.terms.iter().filter(|term| !term.negated).filter_map(|term| match &term.test {
        Test::Age(Comparison::Less | Comparison::AtMost, span) => Some(Window::Last(*span)),
        _ => None,
    });
    bounds.min().unwrap_or(Window::All)
}
