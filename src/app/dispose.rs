//! Triage: from what is selected to a plan, from a plan to what became of it.

use super::effect::{Effect, TaskId};
use super::notices::NoticeKind;
use super::overlay::{About, Message, Overlay, PlanPreview};
use super::reply::{Applied, Fresh, Outcome};
use super::{App, Cx, Unavailable, View};
use crate::base::text::count;
use crate::model::Alert;
use crate::triage::{Act, Plan, Subject, Target, plan};
use std::collections::BTreeSet;

/// A write under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Applying {
    /// The task that replies.
    pub task: TaskId,
    /// What is being sent.
    pub plan: Plan,
}

impl App {
    /// What a write would be for now: marked alerts, else the record under the cursor.
    pub fn about(&self) -> Option<About> {
        match self.view {
            View::Incidents => self.incidents.selected().map(|id| About::Incident(id.into())),
            View::Alerts if !self.alerts.marks.is_empty() => {
                let known = self.alerts.marks.iter().filter(|id| self.store.alert(id).is_some());
                Some(About::Alerts(known.cloned().collect())).filter(|about| *about != About::Alerts(Vec::new()))
            }
            View::Alerts => self.alerts.selected().map(|id| About::Alerts(vec![id.into()])),
            View::Incident => {
                let page = self.incident.as_ref()?;
                match (page.part, &page.alert) {
                    (super::incident::Part::Alerts | super::incident::Part::Evidence, Some(alert)) => {
                        Some(About::Alerts(vec![alert.clone()]))
                    }
                    _ => Some(About::Incident(page.id.clone())),
                }
            }
            View::User | View::Hunt => None,
        }
    }

    /// Whether a write can be begun now.
    ///
    /// # Errors
    /// Says why not: a read-only profile, a write under way, nothing selected.
    pub fn can_write(&self) -> Result<(), Unavailable> {
        let refuse = |why: &str| Err(Unavailable { why: why.to_owned() });
        if self.profile.read_only {
            return refuse("this profile is read-only");
        }
        if self.applying.is_some() {
            return refuse("a write is under way");
        }
        if self.about().is_none() { refuse("no incident or alert is selected") } else { Ok(()) }
    }

    /// Makes the plan of `act` for `about`; `None` where the records are gone.
    pub fn plan_for(&self, about: &About, act: &Act) -> Option<Plan> {
        match about {
            About::Incident(id) => {
                let entry = self.store.incident(id)?;
                let alerts: Vec<&Alert> = self.store.alerts_of(id).iter().map(|entry| &entry.alert).collect();
                Some(plan::plan(Subject::Incident(&entry.incident, &alerts), act))
            }
            About::Alerts(ids) => {
                let alerts: Vec<&Alert> =
                    ids.iter().filter_map(|id| self.store.alert(id)).map(|entry| &entry.alert).collect();
                (!alerts.is_empty()).then(|| plan::plan(Subject::Alerts(&alerts), act))
            }
        }
    }

    /// Shows the plan of `act` for what is selected.
    pub(super) fn propose(&mut self, act: &Act, cx: &mut Cx<'_>) {
        match (self.can_write(), self.about()) {
            (Ok(()), Some(about)) => self.propose_for(&about, act, cx),
            (Err(refused), _) => self.notices.show(NoticeKind::Warning, refused.why, cx),
            (Ok(()), None) => {}
        }
    }

    /// Shows the plan of `act` for `about`.
    pub(super) fn propose_for(&mut self, about: &About, act: &Act, cx: &mut Cx<'_>) {
        if let Some(plan) = self.plan_for(about, act) {
            self.overlays.push(Overlay::Plan(PlanPreview { plan, scroll: 0 }));
        } else {
            self.overlays.clear();
            self.notices.show(NoticeKind::Warning, format!("{} is gone", about.title()), cx);
        }
    }

    /// Sends the plan on show.
    pub(super) fn apply(&mut self, cx: &mut Cx<'_>) {
        let Some(Overlay::Plan(preview)) = self.overlays.last() else { return };
        if let Some(stop) = preview.plan.stops.first() {
            let text = format!("{}; {}", stop.why, stop.remedy);
            self.notices.show(NoticeKind::Warning, text, cx);
            return;
        }
        if self.profile.read_only || self.applying.is_some() || !preview.plan.is_applicable() {
            self.notices.show(NoticeKind::Warning, "this cannot be written now", cx);
            return;
        }
        let plan = preview.plan.clone();
        self.overlays.clear();
        let sent = plan.clone();
        let task = cx.start(|task| Effect::Apply(task, Box::new(sent)));
        self.applying = Some(Applying { task, plan });
    }

    /// Takes what became of a plan.
    pub(super) fn receive_applied(&mut self, task: TaskId, results: Vec<Applied>, cx: &mut Cx<'_>) {
        let Some(applying) = self.applying.take_if(|applying| applying.task == task) else { return };
        let mut incidents: BTreeSet<Box<str>> = BTreeSet::new();
        let mut problems: Vec<String> = Vec::new();
        let mut written: Vec<Target> = Vec::new();
        for Applied { target, outcome } in results {
            if let Target::Incident(id) = &target {
                incidents.insert(id.clone());
            }
            let title = target.title();
            let fresh = match outcome {
                Outcome::Done(fresh) => {
                    written.push(target);
                    fresh
                }
                Outcome::Unread(failure) => {
                    problems.push(format!("{title}: written, but not read again: {}", failure.why.line()));
                    written.push(target);
                    continue;
                }
                Outcome::Conflict(fresh) => {
                    problems.push(format!("{title}: changed by someone else meanwhile, not written. Look again."));
                    fresh
                }
                Outcome::Failed(failure) => {
                    problems.push(format!("{title}: {} {}", failure.why.line(), failure.remedy));
                    continue;
                }
            };
            match fresh {
                Fresh::Incident(incident) => self.store.take_incidents([*incident], task),
                Fresh::Alert(alert) => {
                    incidents.extend(alert.incident_id.clone());
                    self.store.take_alerts([*alert], task);
                }
            }
        }
        self.alerts.marks.retain(|id| !written.iter().any(|target| target.id() == &**id));
        self.following = incidents.into_iter().map(|id| cx.start(|task| Effect::FetchIncident(task, id))).collect();
        self.data_changed(cx.now);
        self.tell_applied(&applying.plan, &written, problems, cx);
    }

    fn tell_applied(&mut self, plan: &Plan, written: &[Target], problems: Vec<String>, cx: &mut Cx<'_>) {
        let reached = plan.purview.iter().filter(|effect| {
            effect.changes() && written.iter().any(|target| *target == Target::Alert(effect.alert_id.clone()))
        });
        let by = reached.map(|effect| cx.now + effect.within).max();
        let purview =
            by.map(|by| format!(" · Purview by {} UTC at the latest", by.to_clock_text())).unwrap_or_default();
        let done = format!("{}: {} written{purview}", plan.title, count(written.len(), "record"));
        if problems.is_empty() {
            self.notices.show(NoticeKind::Info, done, cx);
            return;
        }
        let mut lines = vec![done];
        lines.extend(problems);
        self.overlays.push(Overlay::Message(Message {
            title: "Not everything was written".to_owned(),
            lines,
            scroll: 0,
        }));
    }
}
