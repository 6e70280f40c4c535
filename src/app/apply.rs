//! From a plan on show to what became of it: the time to think again, the writes as they come in, what is left to do.

use super::dispose::Applying;
use super::effect::{Effect, TaskId, Timer};
use super::notices::NoticeKind;
use super::overlay::{Choice, Overlay, PlanPreview, Remainder, Results};
use super::reply::{Applied, Fresh, Outcome};
use super::{App, Cx};
use crate::base::text::count;
use crate::model::Alert;
use crate::triage::journal::{Author, Entry, Kind};
use crate::triage::plan::{FieldChange, Record, Row};
use crate::triage::purview::effect_of;
use crate::triage::{Plan, Target};
use std::collections::BTreeSet;

/// A second, in the unit of timers.
const SECOND_MS: u64 = 1_000;

impl App {
    /// Takes the plan on show: begins the time in which it can still be stopped, or ends it at once.
    pub(super) fn apply(&mut self, cx: &mut Cx<'_>) {
        let grace = self.profile.grace_seconds;
        let Some(Overlay::Plan(preview)) = self.overlays.last_mut() else { return };
        if let Some(stop) = preview.plan.stops.first() {
            let text = format!("{}; {}", stop.why, stop.remedy);
            return self.notices.show(NoticeKind::Warning, text, cx);
        }
        if preview.plan.wants_consent() {
            return self.notices.show(
                NoticeKind::Warning,
                "D (a capital one) dismisses without a decision; Enter does not",
                cx,
            );
        }
        if self.profile.read_only || self.applying.is_some() || !preview.plan.is_applicable() {
            return self.notices.show(NoticeKind::Warning, "this cannot be written now", cx);
        }
        if grace > 0 && preview.seconds_left.is_none() {
            preview.seconds_left = Some(grace);
            cx.run(Effect::Wake { timer: Timer::Grace, after_ms: SECOND_MS });
        } else {
            self.send(cx);
        }
    }

    /// Agrees to what the plan on show asks for by a key of its own.
    pub(super) fn consent(&mut self, cx: &mut Cx<'_>) {
        if let Some(Overlay::Plan(preview)) = self.overlays.last_mut()
            && preview.plan.wants_consent()
        {
            preview.plan.is_consented = true;
            self.apply(cx);
        }
    }

    /// Stops the countdown, if one is under way; whether it was.
    pub(super) fn stop_grace(&mut self, cx: &mut Cx<'_>) -> bool {
        let Some(Overlay::Plan(preview)) = self.overlays.last_mut() else { return false };
        let stopped = preview.seconds_left.take().is_some();
        if stopped {
            preview.plan.is_consented = false;
            self.notices.show(NoticeKind::Info, "stopped in time: nothing was written", cx);
        }
        stopped
    }

    /// A second of the countdown is over. Something that lies over the plan by now has stopped it.
    pub(super) fn count_down(&mut self, cx: &mut Cx<'_>) {
        match self.overlays.last_mut() {
            Some(Overlay::Plan(PlanPreview { seconds_left: Some(left), .. })) if *left > 1 => {
                *left -= 1;
                cx.run(Effect::Wake { timer: Timer::Grace, after_ms: SECOND_MS });
            }
            Some(Overlay::Plan(PlanPreview { seconds_left: Some(_), .. })) => self.send(cx),
            _ => {
                for overlay in &mut self.overlays {
                    if let Overlay::Plan(preview) = overlay {
                        preview.seconds_left = None;
                    }
                }
            }
        }
    }

    /// Sends the plan on show.
    fn send(&mut self, cx: &mut Cx<'_>) {
        let Some(Overlay::Plan(preview)) = self.overlays.pop() else { return };
        self.overlays.clear();
        let plan = preview.plan;
        for key in preview.drafts {
            self.keep_draft(&key, String::new(), cx);
        }
        let sent = Box::new(plan.clone());
        let task = cx.start(|task| Effect::Apply(task, sent));
        let act = format!("{}-{}", cx.now.ticks(), task.0);
        self.record(cx, |author| author.planned(&act, &plan));
        self.applying = Some(Applying { task, act, plan, results: Vec::new(), meanwhile: Vec::new() });
    }

    /// Takes what became of the next request of the plan under way.
    pub(super) fn receive_wrote(&mut self, task: TaskId, applied: Applied, cx: &mut Cx<'_>) {
        let Some(mut applying) = self.applying.take_if(|applying| applying.task == task) else { return };
        self.note(&mut applying, applied, cx);
        self.applying = Some(applying);
        self.data_changed(cx.now);
    }

    /// Takes the rest of what became of a plan, and says how it went.
    pub(super) fn receive_applied(&mut self, task: TaskId, rest: Vec<Applied>, cx: &mut Cx<'_>) {
        let Some(mut applying) = self.applying.take_if(|applying| applying.task == task) else { return };
        for applied in rest {
            self.note(&mut applying, applied, cx);
        }
        let written = applying.written();
        let mut incidents: BTreeSet<Box<str>> = BTreeSet::new();
        for applied in &applying.results {
            match &applied.target {
                Target::Incident(id) => drop(incidents.insert(id.clone())),
                Target::Alert(id) => {
                    incidents.extend(self.store.alert(id).and_then(|entry| entry.alert.incident_id.clone()));
                }
                Target::Account(_) | Target::Risk(_) => {}
            }
        }
        for carried in
            applying.plan.carried.iter().filter(|_| written.iter().any(|target| matches!(target, Target::Incident(_))))
        {
            self.record(cx, |author| author.carried(&applying.act, carried));
        }
        let is_written = |id: &str| written.iter().any(|target| target.id() == id);
        self.alerts.marks.retain(|id| !is_written(id));
        self.incidents.marks.retain(|id| !is_written(id));
        self.following = incidents.into_iter().map(|id| cx.start(|task| Effect::FetchIncident(task, id))).collect();
        self.data_changed(cx.now);
        self.tell_applied(&applying, &written, cx);
    }

    /// Notes one result: in the journal, in the store, in the write under way.
    fn note(&mut self, applying: &mut Applying, applied: Applied, cx: &mut Cx<'_>) {
        let Some(row) = applying.plan.rows.get(applying.results.len()) else { return };
        self.record(cx, |author| entry_of(author, &applying.act, row, &applied));
        if let Outcome::Conflict(fresh) = &applied.outcome {
            applying.meanwhile.push((applied.target.clone(), self.changed_meanwhile(fresh)));
        }
        if let Outcome::Done(fresh) | Outcome::Conflict(fresh) = &applied.outcome {
            match fresh.clone() {
                Fresh::Incident(incident) => self.store.take_incidents([*incident], applying.task),
                Fresh::Alert(alert) => self.store.take_alerts([*alert], applying.task),
                fresh @ (Fresh::Account(_) | Fresh::Risk(_)) => self.take_responded(fresh, cx),
            }
        }
        applying.results.push(applied);
    }

    /// What differs in a record just read from what is known of it here.
    fn changed_meanwhile(&self, fresh: &Fresh) -> Vec<FieldChange> {
        let known = match fresh {
            Fresh::Incident(incident) => {
                self.store.incident(&incident.id).map(|entry| Record::Incident(&entry.incident))
            }
            Fresh::Alert(alert) => self.store.alert(&alert.id).map(|entry| Record::Alert(&entry.alert)),
            Fresh::Account(_) | Fresh::Risk(_) => None,
        };
        known.map(|known| known.changes_to(fresh.record())).unwrap_or_default()
    }

    fn tell_applied(&mut self, applying: &Applying, written: &[Target], cx: &mut Cx<'_>) {
        let plan = &applying.plan;
        let reached = plan.purview.iter().filter(|effect| {
            effect.changes() && written.iter().any(|target| *target == Target::Alert(effect.alert_id.clone()))
        });
        let by = reached.map(|effect| cx.now + effect.within).max();
        let purview =
            by.map(|by| format!(" · Purview by {} UTC at the latest", by.to_clock_text())).unwrap_or_default();
        let has_inverse = plan.rows.iter().any(|row| row.inverse.is_some() && written.contains(&row.target));
        let undo = if plan.undoes.is_empty() && has_inverse { " · u undoes it" } else { "" };
        let done = format!("{}: {} written{purview}{undo}", plan.title, count(written.len(), "record"));
        let results = Results::of(applying);
        if results.rows.is_empty() {
            self.notices.show(NoticeKind::Info, done, cx);
        } else {
            self.overlays.push(Overlay::Results(Results { done, ..results }));
        }
    }

    /// Makes the plan of what was chosen for the rows that were not written, and shows it.
    pub(super) fn go_on(&mut self, cx: &mut Cx<'_>) {
        let Some(Overlay::Results(results)) = self.overlays.last() else { return };
        if results.rows.iter().any(|row| row.choice == Choice::Open) {
            return self.notices.show(
                NoticeKind::Warning,
                "choose for each what stands: theirs (t) or ours (o); T, O for all",
                cx,
            );
        }
        let mut plan = Plan::new(format!("Again: {}", results.title));
        plan.undoes.clone_from(&results.undoes);
        for remainder in results.rows.iter().filter(|row| row.choice == Choice::Ours) {
            self.plan_again(&mut plan, remainder);
        }
        self.overlays.pop();
        if plan.rows.is_empty() {
            self.notices.show(NoticeKind::Info, "nothing more is written", cx);
        } else {
            plan.purview_warnings();
            self.overlays.push(Overlay::Plan(PlanPreview::new(plan, None)));
        }
    }

    /// Puts a row that was not written into `plan`, over the record as it is now.
    fn plan_again(&self, plan: &mut Plan, remainder: &Remainder) {
        let row = match (&remainder.now, &remainder.row.target) {
            (Some(fresh), _) => fresh.record().rebase(&remainder.row),
            (None, _) => Some(remainder.row.clone()),
        };
        let Some(row) = row else { return };
        let known: Option<&Alert> = match (&remainder.now, &row.target) {
            (Some(Fresh::Alert(alert)), _) => Some(alert),
            (None, Target::Alert(id)) => self.store.alert(id).map(|entry| &entry.alert),
            _ => None,
        };
        if let (Some(alert), crate::triage::plan::Body::Update(update)) = (known, &row.body)
            && (update.alert_status.is_some() || update.classification.is_some())
        {
            let status = update.alert_status.as_ref().unwrap_or(&alert.status);
            let classification = update.classification.as_ref().unwrap_or(&alert.classification);
            plan.purview.extend(effect_of(alert, status, classification));
        }
        plan.rows.push(row);
    }
}

/// What the journal says of a request of the act `act`.
pub fn entry_of(author: Author<'_>, act: &str, row: &Row, applied: &Applied) -> Entry {
    let id = applied.request_id.clone();
    match &applied.outcome {
        Outcome::Done(fresh) => author.wrote(act, row, Some(fresh.record()), id),
        Outcome::Unread(_) => author.wrote(act, row, None, id),
        Outcome::Conflict(_) => {
            author.refused(act, row, Kind::Conflict, &"changed by someone else meanwhile".into(), id)
        }
        Outcome::Failed(failure) => author.refused(act, row, Kind::Failure, &failure.why, id),
    }
}

impl Applying {
    /// What was written so far.
    pub fn written(&self) -> Vec<Target> {
        let done = |applied: &&Applied| matches!(applied.outcome, Outcome::Done(_) | Outcome::Unread(_));
        self.results.iter().filter(done).map(|applied| applied.target.clone()).collect()
    }
}

impl Results {
    /// What of a plan was not written, or not read again.
    fn of(applying: &Applying) -> Self {
        let rows: Vec<Remainder> = applying
            .plan
            .rows
            .iter()
            .zip(&applying.results)
            .filter_map(|(row, applied)| {
                let own = applying.meanwhile.iter().find(|(target, _)| *target == applied.target);
                Remainder::of(row, &applied.outcome, own.map(|(_, changes)| changes.clone()).unwrap_or_default())
            })
            .collect();
        Self {
            title: applying.plan.title.clone(),
            undoes: applying.plan.undoes.clone(),
            done: String::new(),
            rows,
            cursor: 0,
        }
    }
}

impl Remainder {
    fn of(row: &Row, outcome: &Outcome, meanwhile: Vec<FieldChange>) -> Option<Self> {
        let (choice, now, failure) = match outcome {
            Outcome::Done(_) => return None,
            Outcome::Unread(failure) => (Choice::Written, None, Some(failure.clone())),
            Outcome::Conflict(fresh) => (Choice::Open, Some(fresh.clone()), None),
            Outcome::Failed(failure) => (Choice::Ours, None, Some(failure.clone())),
        };
        Some(Self { row: row.clone(), choice, now, meanwhile, failure })
    }
}
