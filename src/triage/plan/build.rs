//! How each act becomes a plan.
//!
//! Resolving an incident resolves its active alerts, and assigning one assigns them: the portal does so, Graph documents
//! neither (<https://learn.microsoft.com/defender-xdr/manage-incidents>). Since Purview follows the alerts, insider-risk
//! alerts are written one by one before their incident: none is resolved without a classification unless the analyst
//! agrees to its dismissal by a key of its own.

use super::record::{Record, with_status};
use super::{Act, Carried, Finding, Plan, Status, Stop, Subject, Target, Text};
use crate::base::Untrusted;
use crate::base::limits::COMMENT_CHARS_MAX;
use crate::base::text::count;
use crate::model::{Alert, AlertStatus, Determination, Incident, IncidentStatus, Severity, Update};
use crate::triage::purview::{self, PurviewState};

/// How side effects that no API documents are marked.
const PORTAL_BEHAVIOUR: &str = "portal behaviour, Graph does not document it";

/// The plan of doing `act` to `subject`.
pub fn plan(subject: Subject<'_>, act: &Act) -> Plan {
    let mut plan = Plan::new(title(subject, act));
    let wish = Wish::of(act);
    wish.check(&mut plan, subject);
    match subject {
        Subject::Alerts(alerts) => alerts.iter().for_each(|alert| plan.alert(alert, &wish)),
        Subject::Incident(incident, alerts) => plan.incident(incident, alerts, &wish),
        Subject::Incidents(incidents) => {
            for (incident, alerts) in incidents {
                plan.incident(incident, alerts, &wish);
            }
        }
    }
    note_what_stays_here(&mut plan, subject, &wish);
    if let Some(comment) = &wish.comment {
        for record in subject.records() {
            plan.rows.push(record.remark(comment));
        }
        plan.side_effects.push("a comment can be neither edited nor deleted".to_owned());
    }
    plan.fold_consents();
    plan.settle();
    if plan.rows.is_empty() && plan.stops.is_empty() {
        plan.stop("it is so already: nothing would change", "choose another value");
    }
    plan
}

/// Everything an act asks for, put together.
#[derive(Default)]
struct Wish<'a> {
    status: Option<Status>,
    finding: Option<&'a Finding>,
    /// A UPN; empty for nobody.
    owner: Option<&'a str>,
    severity: Option<&'a Severity>,
    add: Vec<&'a str>,
    remove: Vec<&'a str>,
    texts: Vec<(Text, &'a str)>,
    comment: Option<&'a str>,
}

impl<'a> Wish<'a> {
    fn of(act: &'a Act) -> Self {
        let mut wish = Self::default();
        wish.take(act);
        wish
    }

    fn take(&mut self, act: &'a Act) {
        match act {
            Act::Assign(owner) => self.owner = Some(owner.as_deref().unwrap_or_default()),
            Act::SetStatus(status) => self.status = Some(*status),
            Act::Classify(finding) => self.finding = Some(finding),
            Act::Resolve(finding) => {
                self.status = Some(Status::Resolved);
                self.finding = Some(finding);
            }
            Act::Comment(text) => self.comment = Some(text),
            Act::SetSeverity(severity) => self.severity = Some(severity),
            Act::Tag { add, remove } => {
                self.add.extend(add.iter().map(String::as_str));
                self.remove.extend(remove.iter().map(String::as_str));
            }
            Act::Write(text, value) => self.texts.push((*text, value)),
            Act::Several(acts) => acts.iter().for_each(|act| self.take(act)),
        }
    }

    /// Says what of the wish cannot be.
    fn check(&self, plan: &mut Plan, subject: Subject<'_>) {
        if self
            .owner
            .is_some_and(|owner| !owner.is_empty() && (!owner.contains('@') || owner.contains(char::is_whitespace)))
        {
            plan.stop("an owner is given as a user principal name", "type it in full, e.g. name@contoso.example");
        }
        if let Some(finding) = self.finding {
            check_finding(plan, finding);
        }
        if let Some(comment) = self.comment {
            let characters = comment.chars().count();
            if comment.trim().is_empty() {
                plan.stop("the comment is empty", "write something");
            } else if characters > COMMENT_CHARS_MAX {
                plan.stop(
                    format!("the comment has {characters} characters, {COMMENT_CHARS_MAX} are taken"),
                    "shorten it",
                );
            }
        }
        if self.texts.iter().any(|(text, value)| *text == Text::Name && value.trim().is_empty()) {
            plan.stop("an incident without a name is not found again", "write a name");
        }
        let of_incidents = self.severity.is_some() || !self.add.is_empty() || !self.remove.is_empty();
        if matches!(subject, Subject::Alerts(_)) && (of_incidents || !self.texts.is_empty()) {
            plan.stop(
                "an alert has no severity, tags or texts that can be written: only incidents have",
                "set it on the incident",
            );
        }
    }

    /// What it makes of an incident, but for the status.
    fn of_incident(&self, incident: &Incident) -> Update {
        let mut update = self.of_any();
        update.severity = self.severity.cloned();
        if !self.add.is_empty() || !self.remove.is_empty() {
            let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
            let mut tags: Vec<String> = incident.custom_tags.iter().map(|tag| tag.raw().to_owned()).collect();
            tags.retain(|tag| !self.remove.iter().any(|gone| same(gone, tag)));
            for tag in &self.add {
                if !tags.iter().any(|known| same(known, tag)) {
                    tags.push((*tag).to_owned());
                }
            }
            update.custom_tags = Some(tags);
        }
        for (text, value) in &self.texts {
            let place = match text {
                Text::Name => &mut update.display_name,
                Text::Description => &mut update.description,
                Text::Summary => &mut update.summary,
                Text::ResolvingComment => &mut update.resolving_comment,
            };
            *place = Some((*value).to_owned());
        }
        update
    }

    /// What it makes of any record, but for the status.
    fn of_any(&self) -> Update {
        Update { assigned_to: self.owner.map(str::to_owned), ..finding_update(self.finding) }
    }
}

fn finding_update(finding: Option<&Finding>) -> Update {
    Update {
        classification: finding.map(|finding| finding.classification.clone()),
        determination: finding.map(|finding| finding.determination.clone()),
        ..Update::default()
    }
}

impl<'a> Subject<'a> {
    /// The records it names itself.
    fn records(self) -> Vec<Record<'a>> {
        match self {
            Self::Incident(incident, _) => vec![Record::Incident(incident)],
            Self::Alerts(alerts) => alerts.iter().map(|alert| Record::Alert(alert)).collect(),
            Self::Incidents(incidents) => incidents.iter().map(|(incident, _)| Record::Incident(incident)).collect(),
        }
    }

    /// The alerts it names or holds.
    fn alerts(self) -> Vec<&'a Alert> {
        match self {
            Self::Incident(_, alerts) | Self::Alerts(alerts) => alerts.to_vec(),
            Self::Incidents(incidents) => incidents.iter().flat_map(|(_, alerts)| alerts.iter().copied()).collect(),
        }
    }
}

impl Plan {
    pub(super) fn stop(&mut self, why: impl Into<String>, remedy: &'static str) {
        self.stops.push(Stop { why: why.into(), remedy });
    }

    /// Says what follows in Purview from the rows as they stand.
    pub(super) fn settle(&mut self) {
        if self.purview.iter().any(|effect| effect.changes() && effect.to == Some(PurviewState::Dismissed)) {
            self.warnings.push(purview::DISMISSAL_WARNING.to_owned());
        }
    }

    /// Writes `wish` to `record`, and says what Purview makes of it where that is an insider-risk alert.
    pub(super) fn write(&mut self, record: Record<'_>, wish: &Update) {
        self.send(record, super::record::difference(wish, &record.values_of(wish)));
    }

    /// Sends `update` to `record`, whatever it holds.
    pub(super) fn send(&mut self, record: Record<'_>, update: Update) {
        if update.is_empty() {
            return;
        }
        if let Record::Alert(alert) = record
            && (update.alert_status.is_some() || update.classification.is_some())
        {
            let status = update.alert_status.as_ref().unwrap_or(&alert.status);
            let classification = update.classification.as_ref().unwrap_or(&alert.classification);
            self.purview.extend(purview::effect_of(alert, status, classification));
        }
        self.rows.push(record.row_of(update));
    }

    fn alert(&mut self, alert: &Alert, wish: &Wish<'_>) {
        let record = Record::Alert(alert);
        let mut update = wish.of_any();
        if let Some(status) = wish.status {
            update.alert_status = with_status(record, status).alert_status;
            if status == Status::Resolved && wish.finding.is_none() {
                self.ask_before_dismissal(alert);
            }
        }
        self.write(record, &update);
    }

    /// An insider-risk alert that is resolved undecided is dismissed in Purview: that takes a key of its own.
    fn ask_before_dismissal(&mut self, alert: &Alert) {
        if alert.is_insider_risk() && !alert.classification.is_set() && alert.status != AlertStatus::Resolved {
            self.consents.push(format!(
                "{} has no classification: without a decision it will be Dismissed in Purview",
                Target::Alert(alert.id.clone()).title()
            ));
        }
    }

    /// One question about all of them where several alerts are undecided: the key answers for all at once.
    fn fold_consents(&mut self) {
        if self.consents.len() > 1 {
            let undecided = count(self.consents.len(), "insider-risk alert");
            self.consents = vec![format!(
                "{undecided} have no classification: without a decision they will be Dismissed in Purview"
            )];
        }
    }

    fn incident(&mut self, incident: &Incident, alerts: &[&Alert], wish: &Wish<'_>) {
        self.refuse_merged(incident);
        let mut update = wish.of_incident(incident);
        // A PATCH replaces all tags: those that were not read would be lost.
        if update.custom_tags.is_some() && incident.details().unknown.properties().contains_key("customTags") {
            self.stop("the incident has tags that watchfloor cannot read, and would lose them", "tag it in the portal");
        }
        if let Some(status) = wish.status {
            update.incident_status = Some(status.of_incident());
        }
        let resolves = wish.status == Some(Status::Resolved);
        if resolves {
            self.resolve_insider_risk(incident, alerts, wish.finding);
        }
        self.write(Record::Incident(incident), &update);
        self.carry(alerts, resolves, wish.owner);
        let own = alerts.iter().filter(|alert| alert.is_insider_risk()).count();
        if wish.finding.is_some() && !resolves && own > 0 {
            let own = count(own, "insider-risk alert");
            self.warnings.push(format!("its {own} keep their own classification, and Purview follows the alerts"));
        }
        if resolves {
            self.tell_of_other_alerts(incident, alerts, wish.finding);
        }
    }

    /// Resolves the open insider-risk alerts of an incident that is resolved: with their own classification, else the
    /// given, else the incident's.
    fn resolve_insider_risk(&mut self, incident: &Incident, alerts: &[&Alert], finding: Option<&Finding>) {
        let own = incident.classification.is_set().then(|| Finding {
            classification: incident.classification.clone(),
            determination: incident.determination.clone(),
        });
        for alert in alerts.iter().filter(|alert| alert.status != AlertStatus::Resolved && alert.is_insider_risk()) {
            let found = if alert.classification.is_set() { None } else { finding.or(own.as_ref()) };
            if found.is_none() {
                self.ask_before_dismissal(alert);
            }
            let update = Update { alert_status: Some(AlertStatus::Resolved), ..finding_update(found) };
            self.write(Record::Alert(alert), &update);
        }
    }

    /// Notes what the service does to `alerts` by itself, so that it can be taken back.
    fn carry(&mut self, alerts: &[&Alert], resolves: bool, owner: Option<&str>) {
        for alert in alerts {
            let wish = Update {
                alert_status: (resolves && !alert.is_insider_risk()).then_some(AlertStatus::Resolved),
                assigned_to: owner.map(str::to_owned),
                ..Update::default()
            };
            let before = Record::Alert(alert).values_of(&wish);
            let after = super::record::difference(&wish, &before);
            if !after.is_empty() {
                let before = Record::Alert(alert).values_of(&after);
                self.carried.push(Carried { target: Target::Alert(alert.id.clone()), before, after });
            }
        }
        if owner.is_some() && !alerts.is_empty() {
            let alerts = count(alerts.len(), "alert");
            self.side_effects.push(format!("its {alerts} get the same owner ({PORTAL_BEHAVIOUR})"));
        }
    }

    fn tell_of_other_alerts(&mut self, incident: &Incident, alerts: &[&Alert], finding: Option<&Finding>) {
        let open = alerts.iter().filter(|alert| alert.status != AlertStatus::Resolved);
        let others = open.filter(|alert| !alert.is_insider_risk()).count();
        if others > 0 {
            let others = count(others, "open alert");
            self.side_effects.push(format!("its {others} of other products are resolved too ({PORTAL_BEHAVIOUR})"));
        }
        if alerts.is_empty() && finding.is_none() && !incident.classification.is_set() {
            self.stop(
                "no alert of this incident is known here: one of insider risk would be dismissed without a decision",
                "resolve with a classification",
            );
        } else if alerts.is_empty() {
            self.warnings.push(
                "no alert of this incident is known here: what follows for its alerts and in Purview cannot be shown"
                    .to_owned(),
            );
        }
    }

    /// An incident that was merged away takes no writes.
    fn refuse_merged(&mut self, incident: &Incident) {
        if incident.status == IncidentStatus::Redirected {
            let survivor = incident.redirect_incident_id.as_ref().map_or("another".into(), |id| id.line());
            self.stop(format!("this incident was merged into incident {survivor}"), "open that one instead");
        }
    }
}

fn title(subject: Subject<'_>, act: &Act) -> String {
    let what = match subject {
        Subject::Incident(incident, _) => Target::Incident(incident.id.clone()).title(),
        Subject::Incidents([(incident, _)]) => Target::Incident(incident.id.clone()).title(),
        Subject::Incidents(incidents) => count(incidents.len(), "incident"),
        Subject::Alerts([alert]) => Target::Alert(alert.id.clone()).title(),
        Subject::Alerts(alerts) => count(alerts.len(), "alert"),
    };
    match act {
        Act::Assign(Some(owner)) => format!("Assign {what} to {}", Untrusted::new(owner.as_str()).line()),
        Act::Assign(None) => format!("Make {what} nobody's"),
        Act::SetStatus(status) => {
            let word = match subject {
                Subject::Incident(..) | Subject::Incidents(_) => status.of_incident().title().to_owned(),
                Subject::Alerts(_) => status.title().to_owned(),
            };
            format!("Set {what} to {word}")
        }
        Act::Classify(finding) => format!("Classify {what} as {}", finding.title()),
        Act::Resolve(finding) => format!("Resolve {what} as {}", finding.title()),
        Act::Comment(_) => format!("Comment on {what}"),
        Act::SetSeverity(severity) => format!("Set the severity of {what} to {}", severity.title()),
        Act::Tag { .. } => format!("Tag {what}"),
        Act::Write(Text::ResolvingComment, _) => format!("Say why {what} was resolved"),
        Act::Write(text, _) => format!("Write the {} of {what}", text.field().title()),
        Act::Several(acts) => match &acts[..] {
            [] => format!("Do nothing to {what}"),
            [first, rest @ ..] => {
                let first = title(subject, first);
                if rest.is_empty() { first } else { format!("{first}, and {} more", rest.len()) }
            }
        },
    }
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
fn note_what_stays_here(plan: &mut Plan, subject: Subject<'_>, wish: &Wish<'_>) {
    if wish.status.is_none() && wish.finding.is_none() && wish.severity.is_none() {
        return;
    }
    let local = subject.alerts().iter().filter(|alert| is_made_by_hand(alert)).count();
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
