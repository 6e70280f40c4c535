//! What is next in a queue, and marks over several rows.

use super::brief::Records as _;
use super::notices::NoticeKind;
use super::queue::Row;
use super::{App, Cx, View};
use crate::triage::filter::{Facts, StatusWord};
use std::cmp::Reverse;

impl App {
    /// Goes to the open row that is nobody's and follows the one under the cursor by priority, else to the first such.
    /// Rows of one priority follow one another as they stand.
    pub(super) fn next_up(&mut self, cx: &mut Cx<'_>) {
        let Some(queue) = self.queue() else { return };
        let rows = queue.rows().iter().enumerate();
        let mut free: Vec<(Reverse<u8>, usize)> = rows
            .filter(|(_, row)| self.facts_at(row).is_some_and(|facts| is_free(&facts)))
            .map(|(place, row)| (Reverse(row.points), place))
            .collect();
        free.sort_unstable();
        let here = free.iter().position(|(_, place)| *place == queue.cursor());
        let next = here.and_then(|here| free.get(here + 1)).or(free.first());
        let Some((_, place)) = next.copied() else {
            return self.notices.show(NoticeKind::Info, "everything open here is somebody's", cx);
        };
        let store = &self.store;
        if self.view == View::Incidents {
            self.incidents.go_to(place, |index| store.incident_id_at(index));
        } else {
            self.alerts.go_to(place, |index| store.alert_id_at(index));
        }
    }

    /// Goes to the row after the one under the cursor, and from the last to the first, that is new or changed.
    pub(super) fn next_news(&mut self, cx: &mut Cx<'_>) {
        let Some(queue) = self.queue() else { return };
        let store = &self.store;
        let is_alerts = self.view == View::Alerts;
        let id_at = |index: usize| if is_alerts { store.alert_id_at(index) } else { store.incident_id_at(index) };
        let has_news = |place: &usize| {
            let id = queue.rows().get(*place).and_then(|row| id_at(row.index));
            *place != queue.cursor() && id.is_some_and(|id| queue.unseen.of(id).is_some())
        };
        let after = queue.cursor() + 1..queue.rows().len();
        let Some(place) = after.chain(0..queue.cursor()).find(has_news) else {
            return self.notices.show(NoticeKind::Info, "nothing here is new or changed", cx);
        };
        let queue = if is_alerts { &mut self.alerts } else { &mut self.incidents };
        queue.go_to(place, id_at);
    }

    /// Marks the rows from the one marked last to the one under the cursor.
    pub(super) fn mark_range(&mut self) {
        let store = &self.store;
        match self.view {
            View::Incidents => {
                self.incidents.mark_range(|index| store.incident_id_at(index));
            }
            View::Alerts => self.alerts.mark_range(|index| store.alert_id_at(index)),
            View::Incident | View::User | View::Hunt | View::Journal => {}
        }
    }

    /// What is known of a row of the queue on screen.
    fn facts_at(&self, row: &Row) -> Option<Facts<'_>> {
        if self.view == View::Incidents {
            self.store.incident_records().facts(row.index)
        } else {
            self.store.alert_records().facts(row.index)
        }
    }
}

/// Whether a row waits for someone to take it.
fn is_free(facts: &Facts<'_>) -> bool {
    let standing = &facts.standing;
    standing.owner.is_none() && !matches!(standing.status, StatusWord::Resolved | StatusWord::Redirected)
}
