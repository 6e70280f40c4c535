//! What is under the cursor of the incident page in full, and its address in the portal.

use super::effect::Effect;
use super::incident::Part;
use super::notices::NoticeKind;
use super::overlay::{Message, Overlay};
use super::{App, Cx};
use crate::triage::{detail, timeline};

impl App {
    /// Shows the moment or the evidence under the cursor, else the alert, with all its properties.
    pub(super) fn show_details(&mut self, cx: &mut Cx<'_>) {
        let Some(page) = &self.incident else { return };
        if page.part == Part::Timeline {
            let Some(moment) = page.moments().nth(page.moment) else { return };
            let mut lines = timeline::lines(moment);
            if let Some(entry) = page.pointed(&self.store) {
                lines.push(String::new());
                lines.extend(detail::alert(&entry.alert));
            }
            let title = "Timeline".to_owned();
            return self.overlays.push(Overlay::Message(Message::new(title, lines)));
        }
        let Some(entry) = page.pointed(&self.store).or_else(|| page.selected(&self.store)) else {
            return self.say_absent("there is nothing to show in full", cx);
        };
        let evidence = entry.alert.details().evidence.get(page.evidence).filter(|_| page.part == Part::Evidence);
        let (title, lines) = match evidence {
            Some(evidence) => ("Evidence".to_owned(), detail::evidence(evidence)),
            None => ("Alert".to_owned(), detail::alert(&entry.alert)),
        };
        self.overlays.push(Overlay::Message(Message::new(title, lines)));
    }

    /// Copies the portal's address of the alert under the cursor; of the incident where no alert has the focus.
    pub(super) fn copy_link(&mut self, cx: &mut Cx<'_>) {
        let Some(page) = &self.incident else { return };
        let incident = self.store.incident(&page.id).and_then(|entry| entry.incident.details().web_url.as_ref());
        let url = page.pointed(&self.store).map_or(incident, |entry| entry.alert.details().web_url.as_ref());
        match url.filter(|url| !url.is_empty()) {
            Some(url) => cx.run(Effect::Copy(url.clipboard().into_owned())),
            None => self.notices.show(NoticeKind::Info, "the service sent no address for it", cx),
        }
    }
}
