//! Taking an act back: a plan made of the values before it, over the records as they are now.
//!
//! Each property is looked at by itself: where it still holds what the act wrote, it gets the value before; where it
//! holds anything else, someone has changed it since, and it stays. What an incident's owner or status carries to its
//! alerts is reckoned with: no alert that someone changed since is changed along with its incident.

use super::record::{Record, difference};
use super::{Plan, Target, Written};
use crate::base::text::count;
use crate::model::{Alert, AlertStatus, Incident, IncidentStatus, Update};
use std::collections::BTreeMap;

/// The plan that takes back `written`, given in the order it was written, of the act `act` called `title`. `now` holds
/// the records as just read, each alert of an incident by itself as well; one that is missing could not be read.
pub fn undo(act: &str, title: &str, written: &[Written], now: &BTreeMap<Target, Record<'_>>) -> Plan {
    let mut plan = Plan::new(format!("Undo: {title}"));
    act.clone_into(&mut plan.undoes);
    // An incident first: what it carries to its alerts must not come after what they get back themselves.
    let (incidents, alerts): (Vec<&Written>, Vec<&Written>) =
        written.iter().rev().partition(|written| matches!(written.target, Target::Incident(_)));
    let mut wishes: Vec<(Target, Update)> = Vec::new();
    for written in incidents.into_iter().chain(alerts) {
        let Some(wish) = wish(&mut plan, written, now.get(&written.target)) else { continue };
        match wishes.iter_mut().find(|(target, _)| *target == written.target) {
            Some((_, known)) => merge(known, wish),
            None => wishes.push((written.target.clone(), wish)),
        }
    }
    let mut kept: Vec<(Target, Update)> = Vec::new();
    for (target, wish) in &mut wishes {
        if let Some(Record::Incident(incident)) = now.get(target) {
            keep_what_others_did(&mut plan, incident, wish, written, now);
            kept.extend(owners_to_keep(incident, wish));
        }
    }
    for (target, owner) in kept {
        match wishes.iter_mut().find(|(known, _)| *known == target) {
            // What it gets back itself counts more.
            Some((_, wish)) => wish.assigned_to = wish.assigned_to.take().or(owner.assigned_to),
            None => wishes.push((target, owner)),
        }
    }
    let owners_move =
        wishes.iter().any(|(target, wish)| matches!(target, Target::Incident(_)) && wish.assigned_to.is_some());
    for (target, wish) in wishes {
        let Some(record) = now.get(&target) else { continue };
        let mut change = difference(&wish, &record.values_of(&wish));
        if owners_move && matches!(target, Target::Alert(_)) {
            // Even where it holds that owner now: it would lose it to its incident's.
            change.assigned_to = wish.assigned_to;
        }
        plan.send(*record, change);
    }
    plan.settle();
    if plan.rows.is_empty() {
        plan.stop("nothing of it can be taken back", "look at the records as they are now");
    }
    plan
}

/// What a record gets back; what it does not is noted in `plan`.
fn wish(plan: &mut Plan, written: &Written, now: Option<&Record<'_>>) -> Option<Update> {
    let what = written.target.title();
    let Some(before) = &written.before else {
        plan.lost.push(match &written.target {
            Target::Account(_) => "sessions that were revoked stay so: the person signs in again".to_owned(),
            Target::Risk(_) => "a decision on Entra's risk has no inverse: decide anew".to_owned(),
            Target::Incident(_) | Target::Alert(_) => {
                format!("a comment on {what} can be neither edited nor deleted")
            }
        });
        return None;
    };
    let Some(now) = now else {
        plan.lost.push(format!("{what} cannot be read now: it stays as it is"));
        return None;
    };
    let held = now.values_of(&written.after);
    let foreign = difference(&written.after, &held);
    let mut wish = difference(before, &held);
    // What neither holds the value written nor the one before was changed by someone else.
    let others = difference(&foreign_values(before, &foreign), &held);
    for change in super::record::changes(&Update::default(), &now.values_of(&others)) {
        let (field, value) = (change.field.title(), change.new.line());
        // Where the service did not carry the act to this record, there is nothing of it to take back.
        if !written.is_carried {
            plan.lost.push(format!("{what}: {field} is {value} by now, changed since: it stays so"));
        }
    }
    clear(&mut wish, &foreign);
    (!wish.is_empty()).then_some(wish)
}

/// The values of `before` for the properties that `of` sets.
fn foreign_values(before: &Update, of: &Update) -> Update {
    let mut values = before.clone();
    let mut unset = before.clone();
    clear(&mut unset, of);
    clear(&mut values, &unset);
    values
}

/// Takes the properties that `of` sets out of `wish`.
fn clear(wish: &mut Update, of: &Update) {
    fn out<T>(wish: &mut Option<T>, is_set: bool) {
        if is_set {
            *wish = None;
        }
    }
    out(&mut wish.incident_status, of.incident_status.is_some());
    out(&mut wish.alert_status, of.alert_status.is_some());
    out(&mut wish.classification, of.classification.is_some());
    out(&mut wish.determination, of.determination.is_some());
    out(&mut wish.assigned_to, of.assigned_to.is_some());
    out(&mut wish.severity, of.severity.is_some());
    out(&mut wish.custom_tags, of.custom_tags.is_some());
    out(&mut wish.display_name, of.display_name.is_some());
    out(&mut wish.description, of.description.is_some());
    out(&mut wish.summary, of.summary.is_some());
    out(&mut wish.resolving_comment, of.resolving_comment.is_some());
    out(&mut wish.account_enabled, of.account_enabled.is_some());
}

/// Adds to `known` what `more` sets and it does not.
fn merge(known: &mut Update, more: Update) {
    let mut more = more;
    clear(&mut more, known);
    let first = std::mem::take(known);
    *known = Update {
        incident_status: first.incident_status.or(more.incident_status),
        alert_status: first.alert_status.or(more.alert_status),
        classification: first.classification.or(more.classification),
        determination: first.determination.or(more.determination),
        assigned_to: first.assigned_to.or(more.assigned_to),
        severity: first.severity.or(more.severity),
        custom_tags: first.custom_tags.or(more.custom_tags),
        display_name: first.display_name.or(more.display_name),
        description: first.description.or(more.description),
        summary: first.summary.or(more.summary),
        resolving_comment: first.resolving_comment.or(more.resolving_comment),
        account_enabled: first.account_enabled.or(more.account_enabled),
    };
}

/// Leaves an incident's owner and status alone where putting them back would carry over what others did to its alerts.
fn keep_what_others_did(
    plan: &mut Plan,
    incident: &Incident,
    wish: &mut Update,
    written: &[Written],
    now: &BTreeMap<Target, Record<'_>>,
) {
    let alerts = || incident.alerts.iter().flatten();
    let what = Target::Incident(incident.id.clone()).title();
    if wish.assigned_to.is_some() {
        let foreign = alerts().filter(|alert| owner_is_foreign(alert, incident, written)).count();
        if foreign > 0 {
            wish.assigned_to = None;
            let foreign = count(foreign, "alert");
            plan.lost.push(format!("{what}: its owner stays, since {foreign} of it got another owner meanwhile"));
        }
    }
    if wish.incident_status == Some(IncidentStatus::Resolved) {
        let is_open = |alert: &&Alert| match now.get(&Target::Alert(alert.id.clone())) {
            Some(Record::Alert(alert)) => alert.status != AlertStatus::Resolved,
            _ => alert.status != AlertStatus::Resolved,
        };
        let open = alerts().filter(is_open).count();
        if open > 0 {
            wish.incident_status = None;
            let open = count(open, "open alert");
            plan.lost
                .push(format!("{what} is not resolved again, since that would resolve its {open}: resolve it by hand"));
        }
    }
}

/// Whether an alert belongs to neither its incident's owner nor the one it had before the act.
fn owner_is_foreign(alert: &Alert, incident: &Incident, written: &[Written]) -> bool {
    let owner = Record::Alert(alert).owner();
    let target = Target::Alert(alert.id.clone());
    let had = written.iter().filter(|written| written.target == target).filter_map(|written| written.before.as_ref());
    let had = had.filter_map(|before| before.assigned_to.as_deref()).any(|before| before.eq_ignore_ascii_case(owner));
    !had && !owner.eq_ignore_ascii_case(Record::Incident(incident).owner())
}

/// Alerts that would lose their owner to the incident's, with the owner they keep.
fn owners_to_keep(incident: &Incident, wish: &Update) -> Vec<(Target, Update)> {
    let Some(owner) = &wish.assigned_to else { return Vec::new() };
    let alerts = incident.alerts.iter().flatten();
    alerts
        .map(|alert| (Target::Alert(alert.id.clone()), Record::Alert(alert).owner()))
        .filter(|(_, held)| !held.eq_ignore_ascii_case(owner))
        .map(|(target, held)| (target, Update { assigned_to: Some(held.to_owned()), ..Update::default() }))
        .collect()
}
