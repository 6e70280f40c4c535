//! How each act becomes a plan.
//!
//! Resolving an incident resolves its active alerts, and assigning one assigns them: the portal does so, Graph documents
//! neither (<https://learn.microsoft.com/defender-xdr/manage-incidents>). Since Purview follows the alerts, insider-risk
//! alerts are written one by one before their incident: none is resolved without a classification.

use super::{Act, Body, Field, FieldChange, Finding, Plan, Row, Status, Stop, Subject, Target};
use crate::base::limits::COMMENT_CHARS_MAX;
use crate::base::text::count;
use crate::base::{Timestamp, Untrusted};
use crate::model::{Alert, AlertStatus, Classification, Determination, Incident, IncidentStatus, Update};
use crate::triage::purview::{self, PurviewState};

/// How side effects that no API documents are marked.
const PORTAL_BEHAVIOUR: &str = "portal behaviour, Graph does not document it";

/// The plan of doing `act` to `subject`.
pub fn plan(subject: Subject<'_>, act: &Act) -> Plan {
    let mut plan = Plan {
        title: title(subject, act),
        rows: Vec::new(),
        side_effects: Vec::new(),
        purview: Vec::new(),
        warnings: Vec::new(),
        stops: Vec::new(),
    };
    match act {
        Act::Assign(owner) => assign(&mut plan, subject, owner.as_deref()),
        Act::SetStatus(Status::Resolved) => resolve(&mut plan, subject, None),
        Act::SetStatus(status) => set_status(&mut plan, subject, *status),
        Act::Classify(finding) => classify(&mut plan, subject, finding),
        Act::Resolve(finding) => resolve(&mut plan, subject, Some(finding)),
        Act::Comment(text) => comment(&mut plan, subject, text),
    }
    note_what_stays_here(&mut plan, subject, act);
    refuse_merged(&mut plan, subject);
    if plan.purview.iter().any(|effect| effect.changes() && effect.to == Some(PurviewState::Dismissed)) {
        plan.warnings.push(purview::DISMISSAL_WARNING.to_owned());
    }
    if plan.rows.is_empty() && plan.stops.is_empty() {
        plan.stop("it is so already: nothing would change", "choose another value");
    }
    plan
}

impl Plan {
    fn stop(&mut self, why: impl Into<String>, remedy: &'static str) {
        self.stops.push(Stop { why: why.into(), remedy });
    }
}

fn title(subject: Subject<'_>, act: &Act) -> String {
    let what = match subject {
        Subject::Incident(incident, _) => format!("incident {}", incident.id),
        Subject::Alerts([alert]) => Target::Alert(alert.id.clone()).title(),
        Subject::Alerts(alerts) => count(alerts.len(), "alert"),
    };
    match act {
        Act::Assign(Some(owner)) => format!("Assign {what} to {}", Untrusted::new(owner.as_str()).line()),
        Act::Assign(None) => format!("Make {what} nobody's"),
        Act::SetStatus(status) => {
            let word = match subject {
                Subject::Incident(..) => status.of_incident().title().to_owned(),
                Subject::Alerts(_) => status.title().to_owned(),
            };
            format!("Set {what} to {word}")
        }
        Act::Classify(finding) => format!("Classify {what} as {}", finding.title()),
        Act::Resolve(finding) => format!("Resolve {what} as {}", finding.title()),
        Act::Comment(_) => format!("Comment on {what}"),
    }
}

fn assign(plan: &mut Plan, subject: Subject<'_>, owner: Option<&str>) {
    if owner.is_some_and(|owner| !owner.contains('@') || owner.contains(char::is_whitespace)) {
        plan.stop("an owner is given as a user principal name", "type it in full, e.g. name@contoso.example");
    }
    for record in records(subject) {
        plan.rows.extend(record.row(&Wish { owner: Some(owner.unwrap_or_default()), ..Wish::default() }));
    }
    if let Subject::Incident(_, alerts) = subject
        && !alerts.is_empty()
    {
        let alerts = count(alerts.len(), "alert");
        plan.side_effects.push(format!("its {alerts} get the same owner ({PORTAL_BEHAVIOUR})"));
    }
}

fn set_status(plan: &mut Plan, subject: Subject<'_>, status: Status) {
    for record in records(subject) {
        plan.write(record, &Wish { status: Some(status), ..Wish::default() });
    }
}

fn classify(plan: &mut Plan, subject: Subject<'_>, finding: &Finding) {
    check_finding(plan, finding);
    for record in records(subject) {
        plan.write(record, &Wish { finding: Some(finding), ..Wish::default() });
    }
    if let Subject::Incident(_, alerts) = subject {
        let own = alerts.iter().filter(|alert| alert.is_insider_risk()).count();
        if own > 0 {
            let own = count(own, "insider-risk alert");
            plan.warnings.push(format!("its {own} keep their own classification, and Purview follows the alerts"));
        }
    }
}

fn resolve(plan: &mut Plan, subject: Subject<'_>, finding: Option<&Finding>) {
    if let Some(finding) = finding {
        check_finding(plan, finding);
    }
    match subject {
        Subject::Alerts(alerts) => {
            for alert in alerts {
                plan.resolve_alert(alert, finding);
            }
        }
        Subject::Incident(incident, alerts) => {
            let own = incident.classification.is_set().then(|| Finding {
                classification: incident.classification.clone(),
                determination: incident.determination.clone(),
            });
            let open = alerts.iter().filter(|alert| alert.status != AlertStatus::Resolved);
            for alert in open.clone().filter(|alert| alert.is_insider_risk()) {
                let keep = alert.classification.is_set();
                plan.resolve_alert(alert, if keep { None } else { finding.or(own.as_ref()) });
            }
            plan.write(Record::Incident(incident), &Wish { status: Some(Status::Resolved), finding, owner: None });
            let others = open.filter(|alert| !alert.is_insider_risk()).count();
            if others > 0 {
                let others = count(others, "open alert");
                plan.side_effects.push(format!("its {others} of other products are resolved too ({PORTAL_BEHAVIOUR})"));
            }
            if alerts.is_empty() && finding.is_none() && own.is_none() {
                plan.stop(
                    "no alert of this incident is known here: one of insider risk would be dismissed without a decision",
                    "resolve with a classification",
                );
            } else if alerts.is_empty() {
                plan.warnings.push(
                    "no alert of this incident is known here: what follows for its alerts and in Purview cannot be shown"
                        .to_owned(),
                );
            }
        }
    }
}

fn comment(plan: &mut Plan, subject: Subject<'_>, text: &str) {
    let characters = text.chars().count();
    if text.trim().is_empty() {
        plan.stop("the comment is empty", "write something");
    } else if characters > COMMENT_CHARS_MAX {
        plan.stop(format!("the comment has {characters} characters, {COMMENT_CHARS_MAX} are taken"), "shorten it");
    }
    for record in records(subject) {
        plan.rows.push(Row {
            target: record.target(),
            title: record.title().clone(),
            last_update: record.last_update(),
            changes: vec![FieldChange { field: Field::Comment, old: Untrusted::default(), new: text.into() }],
            body: Body::Comment(text.to_owned()),
            inverse: None,
        });
    }
    plan.side_effects.push("a comment can be neither edited nor deleted".to_owned());
}

/// Refuses a determination that the product does not offer under the classification.
fn check_finding(plan: &mut Plan, finding: &Finding) {
    if !Determination::offered_under(&finding.classification).contains(&finding.determination) {
        let (classification, determination) = (finding.classification.title(), finding.determination.title());
        plan.stop(
            format!("{determination} is not offered under {classification}"),
            "choose one of the determinations listed under the classification",
        );
    }
}

/// Says which records Purview does not follow.
fn note_what_stays_here(plan: &mut Plan, subject: Subject<'_>, act: &Act) {
    if matches!(act, Act::Assign(_) | Act::Comment(_)) {
        return;
    }
    let (Subject::Incident(_, alerts) | Subject::Alerts(alerts)) = subject;
    let local = alerts.iter().filter(|alert| is_made_by_hand(alert)).count();
    if local > 0 {
        let local = count(local, "alert");
        plan.side_effects.push(format!("{local} of custom detections or linked by hand: never reaches Purview"));
    }
}

/// Whether a custom detection or an analyst made the alert.
fn is_made_by_hand(alert: &Alert) -> bool {
    let detection = alert.detection_source.as_ref().map_or("", |source| source.raw());
    ["customDetection", "manual"].iter().any(|source| detection.eq_ignore_ascii_case(source))
}

/// An incident that was merged away takes no writes.
fn refuse_merged(plan: &mut Plan, subject: Subject<'_>) {
    if let Subject::Incident(incident, _) = subject
        && incident.status == IncidentStatus::Redirected
    {
        let survivor = incident.redirect_incident_id.as_ref().map_or("another".into(), |id| id.line());
        plan.stop(format!("this incident was merged into incident {survivor}"), "open that one instead");
    }
}

impl Plan {
    /// Adds a row and, for an insider-risk alert, what Purview makes of it.
    fn write(&mut self, record: Record<'_>, wish: &Wish<'_>) {
        let Some(row) = record.row(wish) else { return };
        if let Record::Alert(alert) = record {
            let status = wish.status.map_or_else(|| alert.status.clone(), Status::of_alert);
            let classification = wish.finding.map_or(&alert.classification, |finding| &finding.classification);
            self.purview.extend(purview::effect_of(alert, &status, classification));
        }
        self.rows.push(row);
    }

    /// Resolves one alert; one of insider risk only with a classification, its own or the given.
    fn resolve_alert(&mut self, alert: &Alert, finding: Option<&Finding>) {
        if alert.is_insider_risk() && finding.is_none() && !alert.classification.is_set() {
            self.stop(
                format!(
                    "{} has no classification: Purview would dismiss it without a decision",
                    Target::Alert(alert.id.clone()).title()
                ),
                "resolve with a classification: true positive confirms it, the others dismiss it",
            );
        }
        self.write(Record::Alert(alert), &Wish { status: Some(Status::Resolved), finding, owner: None });
    }
}

/// What a record is to become; `None` leaves a property alone.
#[derive(Clone, Copy, Default)]
struct Wish<'a> {
    status: Option<Status>,
    finding: Option<&'a Finding>,
    /// A UPN; empty for nobody.
    owner: Option<&'a str>,
}

/// An incident or alert as plans see one.
#[derive(Clone, Copy)]
enum Record<'a> {
    Incident(&'a Incident),
    Alert(&'a Alert),
}

/// The records a subject names itself.
fn records(subject: Subject<'_>) -> Vec<Record<'_>> {
    match subject {
        Subject::Incident(incident, _) => vec![Record::Incident(incident)],
        Subject::Alerts(alerts) => alerts.iter().map(|alert| Record::Alert(alert)).collect(),
    }
}

impl<'a> Record<'a> {
    fn target(self) -> Target {
        match self {
            Self::Incident(incident) => Target::Incident(incident.id.clone()),
            Self::Alert(alert) => Target::Alert(alert.id.clone()),
        }
    }

    fn title(self) -> &'a Untrusted {
        match self {
            Self::Incident(incident) => &incident.display_name,
            Self::Alert(alert) => &alert.title,
        }
    }

    fn last_update(self) -> Option<Timestamp> {
        match self {
            Self::Incident(incident) => incident.last_update,
            Self::Alert(alert) => alert.last_update,
        }
    }

    fn finding(self) -> (&'a Classification, &'a Determination) {
        match self {
            Self::Incident(incident) => (&incident.classification, &incident.determination),
            Self::Alert(alert) => (&alert.classification, &alert.determination),
        }
    }

    fn owner(self) -> Option<&'a Untrusted> {
        match self {
            Self::Incident(incident) => incident.assigned_to.as_ref(),
            Self::Alert(alert) => alert.assigned_to.as_ref(),
        }
    }

    /// The row that makes the wish true; `None` where it is true already.
    fn row(self, wish: &Wish<'_>) -> Option<Row> {
        let mut edit = Edit::default();
        if let Some(status) = wish.status {
            edit.status(self, status);
        }
        if let Some(finding) = wish.finding {
            edit.finding(self, finding);
        }
        if let Some(owner) = wish.owner {
            edit.owner(self, owner);
        }
        (!edit.update.is_empty()).then(|| Row {
            target: self.target(),
            title: self.title().clone(),
            last_update: self.last_update(),
            changes: edit.changes,
            body: Body::Update(edit.update),
            inverse: Some(edit.inverse),
        })
    }
}

/// An update under construction, with its words and its inverse.
#[derive(Default)]
struct Edit {
    update: Update,
    inverse: Update,
    changes: Vec<FieldChange>,
}

impl Edit {
    fn status(&mut self, record: Record<'_>, status: Status) {
        let old = match record {
            Record::Incident(incident) => {
                if incident.status == status.of_incident() {
                    return;
                }
                self.update.incident_status = Some(status.of_incident());
                self.inverse.incident_status = Some(incident.status.clone());
                incident.status.title()
            }
            Record::Alert(alert) => {
                if alert.status == status.of_alert() {
                    return;
                }
                self.update.alert_status = Some(status.of_alert());
                self.inverse.alert_status = Some(alert.status.clone());
                alert.status.title()
            }
        };
        let incident_word = status.of_incident();
        let new = if matches!(record, Record::Incident(_)) { incident_word.title() } else { status.title() };
        self.change(Field::Status, old, new);
    }

    fn finding(&mut self, record: Record<'_>, finding: &Finding) {
        let (classification, determination) = record.finding();
        if *classification != finding.classification {
            self.update.classification = Some(finding.classification.clone());
            self.inverse.classification = Some(classification.clone());
            self.change(Field::Classification, classification.title(), finding.classification.title());
        }
        if *determination != finding.determination {
            self.update.determination = Some(finding.determination.clone());
            self.inverse.determination = Some(determination.clone());
            self.change(Field::Determination, determination.title(), finding.determination.title());
        }
    }

    fn owner(&mut self, record: Record<'_>, new: &str) {
        let old = record.owner().map_or("", |owner| owner.raw());
        if old.eq_ignore_ascii_case(new) {
            return;
        }
        self.update.assigned_to = Some(new.to_owned());
        self.inverse.assigned_to = Some(old.to_owned());
        let word = |owner: &str| if owner.is_empty() { "nobody".to_owned() } else { owner.to_owned() };
        self.change(Field::Owner, &word(old), &word(new));
    }

    fn change(&mut self, field: Field, old: &str, new: &str) {
        self.changes.push(FieldChange { field, old: old.into(), new: new.into() });
    }
}
