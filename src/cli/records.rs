//! The published JSON records. They are their own shapes: what scripts parse does not move when Graph or we do.

use crate::base::{Timestamp, Untrusted};
use crate::model::hunting::ResultColumn;
use crate::model::{Alert, Cell, HuntingResult, Incident, RiskChange, RiskyUser, ServiceSource, User};
use crate::triage::Person;
use crate::triage::dossier::Fact;
use crate::triage::insider_risk::DerivedLevel;
use serde_json::{Map, Value, json};

/// An incident of the queue.
pub fn incident(incident: &Incident, alerts: &[&Alert], sources: &[ServiceSource], people: &[Person]) -> Value {
    json!({
        "id": incident.id,
        "name": incident.display_name,
        "severity": incident.severity.wire(),
        "status": incident.status.wire(),
        "classification": incident.classification.wire(),
        "determination": incident.determination.wire(),
        "owner": incident.assigned_to,
        "service_sources": sources.iter().map(ServiceSource::wire).collect::<Vec<_>>(),
        "users": people.iter().map(person).collect::<Vec<_>>(),
        "alerts": alerts.iter().map(|alert| &alert.id).collect::<Vec<_>>(),
        "tags": incident.custom_tags.iter().chain(&incident.system_tags).collect::<Vec<_>>(),
        "created": time(incident.created),
        "last_update": time(incident.last_update),
        "redirect_incident_id": incident.redirect_incident_id,
        "url": incident.details().web_url,
    })
}

/// An alert of the queue.
pub fn alert(alert: &Alert, people: &[Person]) -> Value {
    json!({
        "id": alert.id,
        "incident_id": alert.incident_id,
        "title": alert.title,
        "severity": alert.severity.wire(),
        "status": alert.status.wire(),
        "classification": alert.classification.wire(),
        "determination": alert.determination.wire(),
        "owner": alert.assigned_to,
        "service_source": alert.service_source.wire(),
        "detection_source": alert.detection_source,
        "users": people.iter().map(person).collect::<Vec<_>>(),
        "mitre_techniques": alert.mitre_techniques,
        "created": time(alert.created),
        "last_update": time(alert.last_update),
        "first_activity": time(alert.first_activity),
        "last_activity": time(alert.last_activity),
        "url": alert.details().web_url,
    })
}

/// What is known of a person. A part that could not be had is null, and `unavailable` says why.
pub struct PersonRecord<'a> {
    /// The directory's record.
    pub user: Option<&'a User>,
    /// The manager's.
    pub manager: Option<&'a User>,
    /// Entra's risk.
    pub risk: Option<&'a RiskyUser>,
    /// What it was, the latest first; `None` where it could not be had.
    pub risk_history: Option<&'a [RiskChange]>,
    /// The insider-risk level derived here, in a word.
    pub level: &'static str,
    /// It with its reasons.
    pub derived: &'a DerivedLevel,
    /// What it would rest on too but could not be had.
    pub uncounted: Vec<&'static str>,
    /// Alerts about them.
    pub alerts: Vec<Value>,
    /// Each section's name, its rule, the rows of its query where they could be had, and what they say.
    pub sections: Vec<(&'static str, &'static str, Option<&'a HuntingResult>, &'a [Fact])>,
    /// Part and reason of what could not be had.
    pub unavailable: Vec<(&'static str, String)>,
}

impl PersonRecord<'_> {
    /// As JSON.
    pub fn json(self) -> Value {
        let directory = |user: &User| {
            json!({
                "id": user.id,
                "name": user.display_name,
                "upn": user.upn,
                "job_title": user.job_title,
                "department": user.department,
                "account_enabled": user.account_enabled,
                "employee_leave_date": time(user.leave_date.known()),
            })
        };
        let unavailable: Map<String, Value> =
            self.unavailable.into_iter().map(|(part, why)| (part.to_owned(), why.into())).collect();
        let sections: Map<String, Value> = self
            .sections
            .into_iter()
            .filter_map(|(name, rule, rows, facts)| {
                let result = rows?;
                let rows: Vec<Value> = result.rows.iter().map(|cells| row(&result.columns, cells)).collect();
                let facts: Vec<&str> = facts.iter().map(|fact| fact.text.as_str()).collect();
                Some((name.to_owned(), json!({"rule": rule, "facts": facts, "rows": rows, "is_cut": result.is_cut()})))
            })
            .collect();
        json!({
            "user": self.user.map(directory),
            "manager": self.manager.map(directory),
            "entra_risk": self.risk.map(|risk| json!({
                "level": risk.risk_level.wire(),
                "state": risk.risk_state.wire(),
                "last_updated": time(risk.last_updated),
            })),
            "entra_risk_history": self.risk_history.map(|changes| {
                changes.iter().map(|change| json!({
                    "at": time(change.at),
                    "level": change.risk_level.wire(),
                    "state": change.risk_state.wire(),
                    "detail": change.risk_detail,
                    "event_types": change.event_types,
                    "initiated_by": change.initiated_by,
                })).collect::<Vec<_>>()
            }),
            "insider_risk_derived_here": {
                "level": self.level,
                "reasons": self.derived.reasons,
                "not_counted": self.uncounted,
            },
            "alerts": self.alerts,
            "sections": sections,
            "unavailable": unavailable,
        })
    }
}

/// A row of a hunting result, by column name.
pub fn row(columns: &[ResultColumn], cells: &[Cell]) -> Value {
    let named = columns.iter().zip(cells).map(|(column, cell)| (column.name.raw().to_owned(), cell.json()));
    Value::Object(named.collect())
}

fn person(person: &Person) -> Value {
    let known = |text: &Untrusted| (!text.is_empty()).then(|| text.raw().to_owned());
    json!({"upn": known(&person.upn), "object_id": known(&person.object_id), "name": known(&person.label)})
}

fn time(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}
