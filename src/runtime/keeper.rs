//! The store's thread: what is to be kept is written in order, away from the loop.
//!
//! A store that cannot be opened is replaced by one in memory, and that is told: triage goes on, the journal of this
//! run included.

use crate::app::{Cause, Failure};
use crate::store::{Place, Store, StoreError};
use std::sync::mpsc;
use std::time::Duration;

/// How long the end of the program waits for what is still to be written.
const LAST_WRITES: Duration = Duration::from_secs(3);

/// Something to do with the open store.
type Job = Box<dyn FnOnce(&mut Store) + Send>;

/// Where the store is, and the store where it is open already.
#[derive(Debug)]
pub struct Site {
    /// Where.
    pub place: Place,
    /// The store.
    pub open: Option<Store>,
}

impl From<Place> for Site {
    fn from(place: Place) -> Self {
        Self { place, open: None }
    }
}

/// A handle on the thread; clones share it. It ends with the last of them.
#[derive(Clone, Debug)]
pub struct Keeper {
    jobs: mpsc::Sender<Job>,
}

impl Keeper {
    /// Starts the thread over the store at `site`. `told` hears why that cannot be opened, if so.
    pub fn start(site: impl Into<Site>, told: impl FnOnce(Failure) + Send + 'static) -> Self {
        let (jobs, todo) = mpsc::channel::<Job>();
        let Site { place, open } = site.into();
        let work = move || {
            let opened = open.map_or_else(|| Store::open(&place), Ok).or_else(|error| {
                told(failure("the local store", &error));
                Store::open(&Place::Memory)
            });
            // A database in memory opens unless there is no memory, and then nothing helps.
            let Ok(mut store) = opened else { return };
            for job in todo {
                job(&mut store);
            }
        };
        // Where no thread can be had, jobs go nowhere, as where the thread has ended.
        drop(std::thread::Builder::new().name("store".to_owned()).spawn(work));
        Self { jobs }
    }

    /// Queues a job.
    pub fn run(&self, job: impl FnOnce(&mut Store) + Send + 'static) {
        // The thread has ended only where even a store in memory could not be opened.
        drop(self.jobs.send(Box::new(job)));
    }

    /// Waits until all that is queued is done, but not for ever.
    pub fn flush(&self) {
        let (done, waited) = mpsc::sync_channel(1);
        // That nobody waits any more, or that the wait was in vain, changes nothing.
        self.run(move |_| done.try_send(()).unwrap_or_default());
        waited.recv_timeout(LAST_WRITES).unwrap_or_default();
    }
}

/// What `error` means to the analyst.
pub fn failure(what: &str, error: &StoreError) -> Failure {
    Failure {
        what: what.to_owned(),
        cause: Cause::Store,
        why: error.to_string().into(),
        remedy: "Triage goes on; drafts and the journal of this run are lost when it ends.".to_owned(),
        request_id: None,
    }
}
