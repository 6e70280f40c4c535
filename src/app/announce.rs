//! What is announced beyond the screen: new incidents that pass the profile's filter for it.

use super::brief::Records as _;
use super::effect::Effect;
use super::{App, Cx};
use crate::base::Untrusted;
use crate::base::text::count;
use crate::triage::Filter;
use crate::triage::filter::Asker;

impl App {
    /// Announces what is new and passes, once, as soon as incidents and alerts are both there.
    pub(super) fn announce(&mut self, cx: &mut Cx<'_>) {
        if self.store.incidents_fetch.is_loading() || self.store.alerts_fetch.is_loading() {
            return;
        }
        let fresh = self.incidents.unseen.take_unannounced();
        if fresh.is_empty() || self.profile.notify.is_empty() {
            return;
        }
        let filter = Filter::parse(&self.profile.notify);
        let asker = Asker { me: self.profile.me.as_deref(), now: cx.now };
        let passes = |index: &usize| {
            self.store.incident_records().facts(*index).is_some_and(|facts| filter.matches(&facts, asker))
        };
        let found = fresh.iter().filter_map(|id| self.store.incident_index(id)).filter(passes);
        let mut passing = found.filter_map(|index| self.store.incident_at(index));
        let Some(first) = passing.next() else { return };
        let incident = &first.incident;
        let more = match passing.count() {
            0 => String::new(),
            others => format!(" and {} more", count(others, "incident")),
        };
        let text = format!("new incident {} {}{more}", incident.id, incident.display_name.line());
        cx.run(Effect::Notify(Untrusted::new(text).line().into_owned()));
    }
}
