//! The workspace's state machine without a face: what a command prints is what the screen would show.

use super::connect::Connection;
use super::output;
use crate::app::pseudonyms::State;
use crate::app::{Action, App, Event};
use crate::base::Timestamp;
use crate::base::alias::wear;
use crate::runtime::{EVENTS_MAX, Runtime};
use crate::triage::Filter;
use crate::triage::journal::Record;
use tokio::sync::mpsc;

/// An application with its runtime.
#[derive(Debug)]
pub struct Headless {
    /// The state.
    pub app: App,
    runtime: Runtime,
    events: mpsc::Receiver<Event>,
}

impl Headless {
    /// An application over `connection` whose queues have the filter `filter`.
    pub fn new(connection: &Connection, filter: Filter) -> Self {
        let (sender, events) = mpsc::channel(EVENTS_MAX);
        let mut app = App::new(connection.profile.clone());
        // The filter is the command's, whatever the workspace was left with.
        app.incidents.hold();
        app.incidents.filter = filter.clone();
        app.alerts.filter = filter;
        app.pseudonyms = connection.pseudonyms.clone().map(State::on).unwrap_or_default();
        Self { app, runtime: Runtime::new(connection.services.clone(), connection.place.clone(), sender), events }
    }

    /// Fetches both queues and waits until they are there or are known to be unavailable.
    pub async fn load_queues(&mut self) {
        self.send(Event::Started);
        let store = |app: &App| app.store.incidents_fetch.is_loading() || app.store.alerts_fetch.is_loading();
        self.wait_while(store).await;
    }

    /// Does `action`, and waits as long as `busy`.
    pub async fn act(&mut self, action: Action, busy: impl Fn(&App) -> bool) {
        self.send(Event::Action(action));
        self.wait_while(busy).await;
    }

    /// Learns whom `records` of the journal name, which are about to be printed.
    pub fn learn<'a>(&mut self, records: impl IntoIterator<Item = &'a Record>) {
        wear(None);
        if let Some(book) = self.app.pseudonyms.book.as_mut() {
            records.into_iter().for_each(|record| book.learn_entry(&record.entry));
        }
        wear(self.app.pseudonyms.faces());
    }

    async fn wait_while(&mut self, busy: impl Fn(&App) -> bool) {
        while busy(&self.app) {
            let Some(event) = self.events.recv().await else { return };
            self.send(event);
        }
    }

    fn send(&mut self, event: Event) {
        if let Event::StoreFailed(failure) = &event {
            output::complain_of(failure);
        }
        // Taken off meanwhile: what is shared would have to be copied to be added to.
        wear(None);
        let effects = self.app.update(event, Timestamp::now());
        wear(self.app.pseudonyms.faces());
        if self.runtime.perform(effects).is_break() {
            self.events.close();
        }
    }
}
