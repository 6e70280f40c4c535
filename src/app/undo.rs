//! Taking an act back: the records are read again, and what can be put back becomes a plan like any other.

use super::effect::{Effect, TaskId};
use super::notices::NoticeKind;
use super::overlay::{Overlay, PlanPreview};
use super::reply::{Failure, Fresh};
use super::respond::RESPONSES_OFF;
use super::{App, Cx, Unavailable, View};
use crate::triage::Target;
use crate::triage::journal::{Kind, Story};
use crate::triage::plan::{Record, undo};
use std::collections::{BTreeMap, BTreeSet};

/// An act that is to be taken back, while its records are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undoing {
    /// The task that replies.
    pub task: TaskId,
    /// The act.
    pub act: String,
}

impl App {
    /// What undo would take back now: in the journal the act under the cursor, else the last one.
    ///
    /// # Errors
    /// Says why there is none.
    pub fn undoable(&self) -> Result<&Story, Unavailable> {
        self.may_write()?;
        let refuse = |why: &str| Err(Unavailable { why: why.to_owned() });
        if self.view != View::Journal {
            let last = self.journal.last_act();
            return last.map_or_else(|| refuse("no act is known to undo"), |story| self.may_undo(story));
        }
        match self.journal.selected() {
            None => refuse("the journal is empty"),
            Some(story) if story.head.entry.kind != Kind::Plan => refuse("nothing was written here"),
            Some(story) if story.is_undone => refuse("this was undone already"),
            Some(story) if story.written().is_empty() => refuse("nothing of it was written"),
            Some(story) => self.may_undo(story),
        }
    }

    /// `story`, unless it is about an account and the profile allows no responses.
    fn may_undo<'a>(&self, story: &'a Story) -> Result<&'a Story, Unavailable> {
        let is_response = |target: &Target| matches!(target, Target::Account(_) | Target::Risk(_));
        if !self.profile.allow_response && story.written().iter().any(|written| is_response(&written.target)) {
            return Err(Unavailable { why: RESPONSES_OFF.to_owned() });
        }
        Ok(story)
    }

    /// Reads the records of the act to undo again.
    pub(super) fn begin_undo(&mut self, cx: &mut Cx<'_>) {
        let (act, targets) = match self.undoable() {
            Ok(story) => {
                let targets: BTreeSet<Target> = story.written().into_iter().map(|written| written.target).collect();
                (story.act.clone(), targets.into_iter().collect::<Vec<_>>())
            }
            Err(refused) => return self.notices.show(NoticeKind::Warning, refused.why, cx),
        };
        let task = cx.start(|task| Effect::ReadAgain(task, targets));
        self.undoing = Some(Undoing { task, act });
    }

    /// Shows the plan that takes the act back, made over the records just read.
    pub(super) fn receive_read(&mut self, task: TaskId, read: Vec<(Target, Result<Fresh, Failure>)>, cx: &mut Cx<'_>) {
        let Some(undoing) = self.undoing.take_if(|undoing| undoing.task == task) else { return };
        let Some(story) = self.journal.story(&undoing.act) else { return };
        let mut failures: Vec<Failure> = Vec::new();
        let mut fresh: BTreeMap<Target, Fresh> = BTreeMap::new();
        for (target, record) in read {
            match record {
                Ok(record) => drop(fresh.insert(target, record)),
                Err(failure) => failures.push(failure),
            }
        }
        let mut now: BTreeMap<Target, Record<'_>> = BTreeMap::new();
        for record in fresh.values() {
            if let Fresh::Incident(incident) = record {
                let alerts = incident.alerts.iter().flatten();
                now.extend(alerts.map(|alert| (Target::Alert(alert.id.clone()), Record::Alert(alert))));
            }
        }
        now.extend(fresh.iter().map(|(target, record)| (target.clone(), record.record())));
        let title = story.head.entry.text.line();
        let plan = undo(&undoing.act, &title, &story.written(), &now);
        self.overlays.push(Overlay::Plan(PlanPreview::new(plan, None)));
        if let Some(failure) = failures.first() {
            self.notify_failure(failure, cx);
        }
    }
}

impl Fresh {
    /// The record as plans see it.
    pub fn record(&self) -> Record<'_> {
        match self {
            Self::Incident(incident) => Record::Incident(incident),
            Self::Alert(alert) => Record::Alert(alert),
            Self::Account(user) => Record::Account(user),
            Self::Risk(risk) => Record::Risk(risk),
        }
    }
}
