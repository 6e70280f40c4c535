//! Triage: from what is selected to a plan on show.

use super::effect::TaskId;
use super::incident::Part;
use super::notices::NoticeKind;
use super::overlay::{About, Overlay, PlanPreview};
use super::reply::Applied;
use super::{App, Cx, Unavailable, View};
use crate::model::{Alert, Incident};
use crate::triage::plan::FieldChange;
use crate::triage::{Act, Plan, Subject, Target, plan};
use indexmap::IndexSet;

/// Why nothing can be written where a profile or `--read-only` says so.
pub const READ_ONLY: &str = "read-only: nothing is written to the tenant";

/// A write under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Applying {
    /// The task that replies.
    pub task: TaskId,
    /// The act's id in the journal.
    pub act: String,
    /// What is being sent.
    pub plan: Plan,
    /// What became of its first requests.
    pub results: Vec<Applied>,
    /// What someone else changed in each record that was not written, against what was known of it here.
    pub meanwhile: Vec<(Target, Vec<FieldChange>)>,
}

impl App {
    /// What a write would be for now: what is marked, else the record under the cursor.
    pub fn about(&self) -> Option<About> {
        let marked = |marks: &IndexSet<Box<str>>, is_known: &dyn Fn(&str) -> bool| -> Option<Vec<Box<str>>> {
            let known: Vec<Box<str>> = marks.iter().filter(|id| is_known(id)).cloned().collect();
            (!known.is_empty()).then_some(known)
        };
        match self.view {
            View::Incidents => match marked(&self.incidents.marks, &|id| self.store.incident(id).is_some()) {
                Some(ids) => Some(About::of_incidents(ids)),
                None => self.incidents.selected().map(|id| About::Incident(id.into())),
            },
            View::Alerts => match marked(&self.alerts.marks, &|id| self.store.alert(id).is_some()) {
                Some(ids) => Some(About::Alerts(ids)),
                None => self.alerts.selected().map(|id| About::Alerts(vec![id.into()])),
            },
            View::Incident => {
                let page = self.incident.as_ref()?;
                // A moment of the timeline tells of the incident as a whole.
                let alert = page.pointed(&self.store).filter(|_| page.part != Part::Timeline);
                Some(match alert {
                    Some(entry) => About::Alerts(vec![entry.alert.id.clone()]),
                    None => About::Incident(page.id.clone()),
                })
            }
            View::User | View::Hunt | View::Journal => None,
        }
    }

    /// Whether a write can be begun now.
    ///
    /// # Errors
    /// Says why not: a read-only profile, a write under way, nothing selected.
    pub fn can_write(&self) -> Result<(), Unavailable> {
        self.may_write()?;
        let refuse = |why: &str| Err(Unavailable { why: why.to_owned() });
        if self.about().is_none() { refuse("no incident or alert is selected") } else { Ok(()) }
    }

    /// Whether anything may be written now, whatever it is about.
    pub(super) fn may_write(&self) -> Result<(), Unavailable> {
        let refuse = |why: &str| Err(Unavailable { why: why.to_owned() });
        if self.profile.read_only {
            return refuse(READ_ONLY);
        }
        if self.applying.is_some() || self.undoing.is_some() { refuse("a write is under way") } else { Ok(()) }
    }

    /// Makes the plan of `act` for `about`; `None` where the records are gone.
    pub fn plan_for(&self, about: &About, act: &Act) -> Option<Plan> {
        match about {
            About::Incident(id) => {
                let entry = self.store.incident(id)?;
                let alerts: Vec<&Alert> = self.store.alerts_of(id).iter().map(|entry| &entry.alert).collect();
                Some(plan::plan(Subject::Incident(&entry.incident, &alerts), act))
            }
            About::Incidents(ids) => {
                let known = |id: &str| -> Option<(&Incident, Vec<&Alert>)> {
                    let alerts = self.store.alerts_of(id).into_iter().map(|entry| &entry.alert).collect();
                    Some((&self.store.incident(id)?.incident, alerts))
                };
                let incidents: Vec<(&Incident, Vec<&Alert>)> = ids.iter().filter_map(|id| known(id)).collect();
                (!incidents.is_empty()).then(|| plan::plan(Subject::Incidents(&incidents), act))
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

    /// Shows the plan of the macro `name` for `about`, or else for what is selected.
    pub(super) fn propose_macro(&mut self, name: &str, about: Option<About>, cx: &mut Cx<'_>) {
        let Some(known) = self.profile.macros.iter().find(|known| known.name == name) else { return };
        match (known.act(self.profile.me.as_deref()), about) {
            (Ok(act), Some(about)) => self.propose_for(&about, &act, cx),
            (Ok(act), None) => self.propose(&act, cx),
            (Err(why), _) => self.notices.show(NoticeKind::Warning, why.to_string(), cx),
        }
    }

    /// Shows the plan of `act` for `about`.
    pub(super) fn propose_for(&mut self, about: &About, act: &Act, cx: &mut Cx<'_>) {
        if let Some(plan) = self.plan_for(about, act) {
            self.overlays.push(Overlay::Plan(PlanPreview::new(plan, Some((about.clone(), act.clone())))));
        } else {
            self.overlays.clear();
            self.notices.show(NoticeKind::Warning, format!("{} is gone", about.title()), cx);
        }
    }
}
