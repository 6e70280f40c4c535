//! Several threads at work on one query: the only place of the engine that starts any. All of them end before it goes on,
//! but for those that only give memory back.

use super::pipeline::{Chain, Hand};
use super::{Flow, Run, RunError, Sink};
use crate::kql::engine::batch::Batch;
use crate::kql::engine::eval::{Evaluator, lock};
use crate::kql::engine::meter::{Clock, Measures, Meter};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// How many threads the host runs at once.
pub(super) fn available() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// What `work` gives for each of `parts`, each on a thread of its own.
pub(in crate::kql::engine) fn each<P: Send, T: Send>(
    parts: Vec<P>,
    work: &(dyn Fn(P) -> Result<T, RunError> + Sync),
) -> Result<Vec<T>, RunError> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = parts.into_iter().map(|part| scope.spawn(move || work(part))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(ended_early()))).collect()
    })
}

/// Drops `worn` while others go on.
pub(in crate::kql::engine) fn give_back<T: Send + 'static>(worn: T) {
    let worn: Box<dyn Send> = Box::new(worn);
    // Where no thread can be started, it is dropped here.
    let thread = std::thread::Builder::new().spawn(move || drop(worn));
    drop(thread);
}

fn ended_early() -> RunError {
    RunError::Invalid("a thread of the query ended early".to_owned())
}

/// What a thread hands back.
enum Message {
    Rows(Batch),
    /// The part is done.
    Done,
    Failed(RunError),
}

/// Batches that a thread may be ahead of who takes them.
const AHEAD: usize = 8;

impl Run<'_> {
    /// Takes `rows` through `chain` on as many threads as `cores`: each takes every so many-th batch.
    pub(super) fn deal_out(
        &self,
        cores: usize,
        rows: &Batch,
        chain: &Chain<'_>,
        sink: &mut Sink<'_>,
    ) -> Result<Flow, RunError> {
        let worker = Worker {
            evaluator: &self.evaluator,
            rows_max: self.limits.intermediate_rows_max,
            clock: self.meter.map(Meter::clock),
            chain,
            rows,
            batch_rows: self.batch_rows(),
            cores,
        };
        let measures: Mutex<Vec<Measures>> = Mutex::default();
        let flow = std::thread::scope(|scope| {
            let start = |first: usize| {
                let (to, from) = sync_channel(AHEAD);
                let (worker, measures) = (&worker, &measures);
                scope.spawn(move || worker.work(first, &to, measures));
                from
            };
            // Those who work end when nobody takes what they give any more.
            let threads: Vec<Receiver<Message>> = (0..cores).map(start).collect();
            self.gather(&threads, rows.rows.div_ceil(worker.batch_rows), sink)
        });
        if let Some(meter) = self.meter {
            lock(&measures).drain(..).for_each(|measures| meter.add(measures));
        }
        flow
    }

    /// Hands on what `threads` give of `parts` batches, in the order of these.
    fn gather(&self, threads: &[Receiver<Message>], parts: usize, sink: &mut Sink<'_>) -> Result<Flow, RunError> {
        for thread in threads.iter().cycle().take(parts) {
            loop {
                let message = match self.meter {
                    Some(meter) => meter.waiting(|| thread.recv()),
                    None => thread.recv(),
                };
                match message {
                    Ok(Message::Rows(batch)) => {
                        self.go_on()?;
                        if sink(batch)? == Flow::Enough {
                            return Ok(Flow::Enough);
                        }
                    }
                    Ok(Message::Done) => break,
                    Ok(Message::Failed(error)) => return Err(error),
                    Err(_) => return Err(ended_early()),
                }
            }
        }
        Ok(Flow::More)
    }
}

/// What all threads that take the batches of `rows` through `chain` share.
struct Worker<'w> {
    evaluator: &'w Evaluator<'w>,
    rows_max: usize,
    clock: Option<&'w Clock<'w>>,
    chain: &'w Chain<'w>,
    rows: &'w Batch,
    batch_rows: usize,
    cores: usize,
}

impl Worker<'_> {
    /// Takes the batches from `first` on that are this thread's.
    fn work(&self, first: usize, to: &SyncSender<Message>, measures: &Mutex<Vec<Measures>>) {
        let meter = self.clock.map(Meter::new);
        let hand = Hand { evaluator: self.evaluator, rows_max: self.rows_max, meter: meter.as_ref() };
        for part in (first..self.rows.rows.div_ceil(self.batch_rows)).step_by(self.cores) {
            let batch = self.rows.slice(part * self.batch_rows, self.batch_rows);
            let sent = |message| if to.send(message).is_ok() { Flow::More } else { Flow::Enough };
            let flow = hand
                .go_on()
                .and_then(|()| hand.pass(Some(self.chain), batch, &mut |batch| Ok(sent(Message::Rows(batch)))));
            let flow = flow.map_or_else(
                |error| sent(Message::Failed(error)),
                |flow| match flow {
                    Flow::More => sent(Message::Done),
                    Flow::Enough => Flow::Enough,
                },
            );
            if flow == Flow::Enough {
                break;
            }
        }
        if let Some(meter) = meter {
            lock(measures).push(meter.finish());
        }
    }
}
