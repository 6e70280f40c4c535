//! Performs effects. The only place that spawns; what it calls ([`Services`]) serves the command line as well.
//!
//! Every task that replies is remembered by its id until it ends, so that it can be cancelled; cancelling drops the
//! request in flight. Replies go into a bounded channel: a reader that is slow slows the pages down.

pub mod apply;
pub mod export;
pub mod failure;
pub mod keeper;
pub mod lookups;
pub mod services;
pub mod siem;
pub mod warm;

pub use keeper::{Keeper, Site};
pub use lookups::Lookups;
pub use services::{Examiner, Services};

use crate::app::doctor::Step;
use crate::app::reply::Kept;
use crate::app::warm::Queues;
use crate::app::{Effect, Event, Reply, TaskId, Timer};
use crate::base::Timestamp;
use crate::store::{Store, StoreError};
use crate::triage::Plan;
use crate::triage::journal::Entry;
use futures_util::future::BoxFuture;
use futures_util::{FutureExt as _, StreamExt as _};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::AbortHandle;

/// Events that may wait for the loop before their senders do.
pub const EVENTS_MAX: usize = 64;

/// The most records of the journal that are brought back at the start.
const RECORDS_MAX: usize = 2_000;

/// The most queries of the history that are brought back at the start.
const QUERIES_MAX: usize = 200;

/// Takes effects, gives events.
#[derive(Debug)]
pub struct Runtime {
    services: Services,
    keeper: Keeper,
    events: mpsc::Sender<Event>,
    running: BTreeMap<TaskId, AbortHandle>,
    timers: BTreeMap<Timer, AbortHandle>,
    /// The plan applied last, and what stops it.
    applying: Option<(TaskId, Arc<AtomicBool>)>,
}

impl Runtime {
    /// A runtime that calls `services`, keeps what is to survive at `site`, and sends what comes of it to `events`.
    /// Needs a tokio runtime around it.
    pub fn new(services: Services, site: impl Into<Site>, events: mpsc::Sender<Event>) -> Self {
        let told = events.clone();
        let keeper = Keeper::start(site, move |failure| tell(&told, Event::StoreFailed(failure)));
        Self { services, keeper, events, running: BTreeMap::new(), timers: BTreeMap::new(), applying: None }
    }

    /// Starts each effect; breaks where one ends the program, with all tasks dropped.
    pub fn perform(&mut self, effects: Vec<Effect>) -> ControlFlow<()> {
        self.running.retain(|_, task| !task.is_finished());
        let (lookups, effects): (Vec<Effect>, Vec<Effect>) =
            effects.into_iter().partition(|effect| lookups::lookup(effect).is_some());
        self.look_up(&lookups);
        for effect in effects {
            if let Effect::Exit = effect {
                self.stop();
                return ControlFlow::Break(());
            }
            self.start(effect);
        }
        ControlFlow::Continue(())
    }

    /// Drops all tasks and timers, and lets the store finish.
    pub fn stop(&mut self) {
        let running = std::mem::take(&mut self.running).into_values();
        running.chain(std::mem::take(&mut self.timers).into_values()).for_each(|task| task.abort());
        self.keeper.flush();
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
            Effect::Hunt(task, query) => self.reply(task, async move { Reply::Hunt(services.hunt(&query).await) }),
            Effect::Apply(task, plan) => self.apply(task, plan),
            Effect::StopApplying(task) => self.stop_applying(task),
            Effect::ReadLog(task) => self.reply(task, async move { Reply::Requests(services.requests()) }),
            Effect::Examine(task) => self.examine(task),
            Effect::CancelSignIn => services.client().session().cancel_sign_in(),
            Effect::ReadAgain(task, targets) => {
                self.reply(task, async move { Reply::Read(services.read_again(targets).await) });
            }
            Effect::Restore(task) => {
                let events = self.events.clone();
                self.keeper.run(move |store| {
                    let kept = kept(store).map(Box::new).map_err(|error| keeper::failure("what was kept", &error));
                    tell(&events, Event::Reply(task, Reply::Restored(kept)));
                });
            }
            Effect::Export(task, name, text) => {
                self.reply(task, async move { Reply::Exported(export::export(&name, &text)) });
            }
            Effect::KeepQueues(queues) => self.keep_queues(queues),
            Effect::SaveDraft(key, text) => self.keep("the draft", move |store| store.save_draft(&key, &text)),
            Effect::RememberQuery(text) => {
                self.keep("the query history", move |store| store.remember_query(&text, Timestamp::now()));
            }
            Effect::KeepPseudonyms(spelled) => {
                self.keep("who is called what", move |store| store.keep_pseudonyms(&spelled));
            }
            Effect::Record(entry) => self.record(*entry),
            Effect::Cancel(task) => {
                if let Some(running) = self.running.remove(&task) {
                    running.abort();
                }
            }
            Effect::Wake { timer, after_ms } => self.wake(timer, Duration::from_millis(after_ms)),
            // The terminal's owner takes the first three before the runtime sees them; lookups and the end are taken before.
            Effect::Copy(_)
            | Effect::Edit(..)
            | Effect::Notify(_)
            | Effect::FetchUser(..)
            | Effect::FetchManager(..)
            | Effect::FetchRiskyUser(..)
            | Effect::FetchRiskHistory(..)
            | Effect::Exit => {}
        }
    }

    /// Tells what became of each request of `plan` as it is known.
    fn apply(&mut self, task: TaskId, plan: Box<Plan>) {
        let services = self.services.clone();
        let stop = Arc::new(AtomicBool::new(false));
        self.applying = Some((task, Arc::clone(&stop)));
        self.stream(task, move |out| {
            Box::pin(async move {
                let mut outcomes = std::pin::pin!(services.outcomes_until(&plan, stop));
                while let Some(applied) = outcomes.next().await {
                    out.send(Reply::Wrote(applied)).await;
                }
                out.send(Reply::Applied(Vec::new())).await;
            })
        });
    }

    fn stop_applying(&mut self, task: TaskId) {
        if let Some((_, stop)) = self.applying.take_if(|(applying, _)| *applying == task) {
            stop.store(true, Ordering::Relaxed);
        }
    }

    /// Adds `entry` to the journal and tells where it is.
    fn record(&self, entry: Entry) {
        let events = self.events.clone();
        self.keep("the journal", move |store| {
            let record = store.append(&entry)?;
            tell(&events, Event::Journaled(Box::new(record)));
            Ok(())
        });
    }

    /// Tells each of the doctor's steps as it ends, and then that there are no more.
    fn examine(&mut self, task: TaskId) {
        let services = self.services.clone();
        self.stream(task, move |out| {
            Box::pin(async move {
                let (steps, mut told) = mpsc::unbounded_channel();
                let tell = async {
                    while let Some(step) = told.recv().await {
                        out.send(Reply::Examined(step)).await;
                    }
                };
                tokio::join!(services.examine(steps), tell);
                out.send(Reply::Examined(Step::End)).await;
            })
        });
    }

    /// Starts the lookups among `effects` together. Each is a task of its own; what they share is dropped with the last.
    fn look_up(&mut self, effects: &[Effect]) {
        let asked: Vec<_> = effects.iter().filter_map(lookups::lookup).collect();
        let tasks: Vec<TaskId> = asked.iter().map(|(task, ..)| *task).collect();
        let client = self.services.client().clone();
        let shared = async move { Arc::new(Lookups::send(&client, &asked).await) }.boxed().shared();
        for task in tasks {
            let shared = shared.clone();
            self.stream(task, move |out| {
                Box::pin(async move {
                    if let Some(reply) = shared.await.reply(task).await {
                        out.send(reply).await;
                    }
                })
            });
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

    /// Has the store do `job`, and tells where it cannot.
    fn keep(&self, what: &'static str, job: impl FnOnce(&mut Store) -> Result<(), StoreError> + Send + 'static) {
        let events = self.events.clone();
        self.keeper.run(move |store| {
            if let Err(error) = job(store) {
                tell(&events, Event::StoreFailed(keeper::failure(what, &error)));
            }
        });
    }

    fn keep_queues(&self, queues: Option<Box<Queues>>) {
        self.keep("the queues as last seen", move |store| match queues {
            Some(queues) => store.keep_queues(&queues.owner.clone(), warm::written(*queues)),
            None => store.keep_queues("", []),
        });
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

/// Sends an event from the store's thread; nobody misses it where the loop has ended.
fn tell(events: &mpsc::Sender<Event>, event: Event) {
    drop(events.blocking_send(event));
}

fn kept(store: &Store) -> Result<Kept, StoreError> {
    Ok(Kept {
        drafts: store.drafts()?,
        records: store.records(RECORDS_MAX)?,
        queries: store.queries(QUERIES_MAX)?,
        notes: store.notes()?,
        pseudonyms: store.pseudonyms(None)?,
    })
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
