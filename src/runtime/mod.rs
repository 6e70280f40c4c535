//! Performs effects. The only place that spawns; what it calls ([`Services`]) serves the command line as well.
//!
//! Every task that replies is remembered by its id until it ends, so that it can be cancelled; cancelling drops the
//! request in flight. Replies go into a bounded channel: a reader that is slow slows the pages down.

pub mod apply;
pub mod failure;
pub mod services;

pub use services::Services;

use crate::app::{Effect, Event, Reply, TaskId, Timer};
use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// Events that may wait for the loop before their senders do.
pub const EVENTS_MAX: usize = 64;

/// Takes effects, gives events.
#[derive(Debug)]
pub struct Runtime {
    services: Services,
    events: mpsc::Sender<Event>,
    running: BTreeMap<TaskId, AbortHandle>,
    timers: BTreeMap<Timer, AbortHandle>,
}

impl Runtime {
    /// A runtime that calls `services` and sends what comes of it to `events`. Needs a tokio runtime around it.
    pub fn new(services: Services, events: mpsc::Sender<Event>) -> Self {
        Self { services, events, running: BTreeMap::new(), timers: BTreeMap::new() }
    }

    /// Starts each effect; breaks where one ends the program, with all tasks dropped.
    pub fn perform(&mut self, effects: Vec<Effect>) -> ControlFlow<()> {
        self.running.retain(|_, task| !task.is_finished());
        for effect in effects {
            if let Effect::Exit = effect {
                self.stop();
                return ControlFlow::Break(());
            }
            self.start(effect);
        }
        ControlFlow::Continue(())
    }

    /// Drops all tasks and timers.
    pub fn stop(&mut self) {
        let running = std::mem::take(&mut self.running).into_values();
        running.chain(std::mem::take(&mut self.timers).into_values()).for_each(|task| task.abort());
    }

    fn start(&mut self, effect: Effect) {
        let services = self.services.clone();
        match effect {
            Effect::FetchIncidents(task, query) => {
                self.stream(task, move |out| {
                    Box::pin(async move {
                        let mut pages = std::pin::pin!(services.incidents(&query));
                        while let Some(page) = pages.next().await {
                            out.send(Reply::Incidents(page)).await;
                        }
                    })
                });
            }
            Effect::FetchAlerts(task, query) => {
                self.stream(task, move |out| {
                    Box::pin(async move {
                        let mut pages = std::pin::pin!(services.alerts(&query));
                        while let Some(page) = pages.next().await {
                            out.send(Reply::Alerts(page)).await;
                        }
                    })
                });
            }
            Effect::FetchIncident(task, id) => {
                self.reply(task, async move { Reply::Incident(services.incident(&id).await) });
            }
            Effect::FetchUser(task, key) => self.reply(task, async move { Reply::User(services.user(&key).await) }),
            Effect::FetchManager(task, key) => {
                self.reply(task, async move { Reply::Manager(services.manager(&key).await) });
            }
            Effect::FetchRiskyUser(task, id) => {
                self.reply(task, async move { Reply::RiskyUser(services.risky_user(&id).await) });
            }
            Effect::Hunt(task, query) => self.reply(task, async move { Reply::Hunt(services.hunt(&query).await) }),
            Effect::Apply(task, plan) => self.reply(task, async move { Reply::Applied(services.apply(&plan).await) }),
            Effect::Cancel(task) => {
                if let Some(running) = self.running.remove(&task) {
                    running.abort();
                }
            }
            Effect::Wake { timer, after_ms } => self.wake(timer, Duration::from_millis(after_ms)),
            // The terminal's owner takes these before the runtime sees them.
            Effect::Copy(_) | Effect::Exit => {}
        }
    }

    fn reply(&mut self, task: TaskId, work: impl Future<Output = Reply> + Send + 'static) {
        self.stream(task, |out| Box::pin(async move { out.send(work.await).await }));
    }

    fn stream(&mut self, task: TaskId, work: impl FnOnce(Out) -> BoxFuture<'static, ()>) {
        let out = Out { task, events: self.events.clone() };
        let handle = tokio::spawn(work(out)).abort_handle();
        self.running.insert(task, handle);
    }

    fn wake(&mut self, timer: Timer, after: Duration) {
        let events = self.events.clone();
        let sleeper = tokio::spawn(async move {
            tokio::time::sleep(after).await;
            // A closed channel means that the loop has ended, and with it the need.
            drop(events.send(Event::Woke(timer)).await);
        });
        if let Some(replaced) = self.timers.insert(timer, sleeper.abort_handle()) {
            replaced.abort();
        }
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Where a task's replies go.
struct Out {
    task: TaskId,
    events: mpsc::Sender<Event>,
}

impl Out {
    async fn send(&self, reply: Reply) {
        // As above: nobody listens any more, so nobody misses it.
        drop(self.events.send(Event::Reply(self.task, reply)).await);
    }
}
