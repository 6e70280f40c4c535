//! Elastic Common Schema. <https://www.elastic.co/docs/reference/ecs>

use super::named::{Device, File, Named};
use super::{Known, Record, dense, purview};
use crate::model::{Alert, Incident, Severity};
use serde_json::{Value, json};

const VERSION: &str = "8.17.0";

/// The record as an event. `event.kind` is `alert` for an alert and `state` for an incident, so that rules that count
/// alerts count each once.
pub fn event(record: &Record) -> Value {
    let mut event = match &record.known {
        Known::Alert(alert) => of_alert(alert),
        Known::Incident(incident) => of_incident(incident),
    };
    event["@timestamp"] = json!(record.changed());
    event["ecs"] = json!({"version": VERSION});
    event["event"]["id"] = record.event_id().into();
    event["event"]["module"] = "watchfloor".into();
    event["event"]["severity"] = severity(record.severity()).into();
    event["watchfloor"]["purview"] = purview(record);
    let mut event = dense(event);
    // As it came: what is empty there means something.
    event["microsoft"] = json!({"graph": {record.kind().title(): record.sent}});
    event
}

fn of_alert(alert: &Alert) -> Value {
    let named = Named::by(alert);
    let upns: Vec<&str> = named.accounts.iter().map(|account| account.upn.raw()).collect();
    let names = named.accounts.iter().map(|account| account.account_name.raw());
    let is_about_one = |length: usize| length == 1;
    json!({
        "message": alert.title,
        "event": {
            "kind": "alert",
            "category": ["intrusion_detection"],
            "type": ["info"],
            "dataset": "watchfloor.alert",
            "provider": alert.service_source.wire(),
            "created": alert.created,
            "start": alert.first_activity,
            "end": alert.last_activity,
            "reason": alert.details().description,
            "url": alert.details().web_url,
        },
        "rule": {"id": alert.detector_id, "name": alert.title, "category": alert.categories},
        "threat": (!alert.mitre_techniques.is_empty())
            .then(|| json!({"framework": "MITRE ATT&CK", "technique": {"id": alert.mitre_techniques}})),
        "user": named.accounts.first().map(|account| json!({
            "id": account.entra_object_id,
            "name": account.account_name,
            "full_name": account.display_name,
            "email": account.upn,
            "domain": account.domain_name,
        })),
        "host": named.devices.first().filter(|_| is_about_one(named.devices.len())).map(host),
        "file": named.files.first().filter(|_| is_about_one(named.files.len())).map(file),
        "related": {
            "user": upns.into_iter().chain(names).filter(|name| !name.is_empty()).collect::<Vec<_>>(),
            "hosts": named.devices.iter().map(|device| device.name).collect::<Vec<_>>(),
            "ip": named.addresses,
            "hash": named.files.iter().map(|file| file.sha256).collect::<Vec<_>>(),
        },
        "watchfloor": {
            "status": alert.status.wire(),
            "severity": alert.severity.wire(),
            "classification": alert.classification.wire(),
            "determination": alert.determination.wire(),
            "owner": alert.assigned_to,
            "incident_id": alert.incident_id,
        },
    })
}

fn of_incident(incident: &Incident) -> Value {
    json!({
        "message": incident.display_name,
        "event": {
            "kind": "state",
            "category": ["intrusion_detection"],
            "type": ["info"],
            "dataset": "watchfloor.incident",
            "provider": "microsoftDefender",
            "created": incident.created,
            "reason": incident.details().description,
            "url": incident.details().web_url,
        },
        "tags": incident.custom_tags.iter().chain(&incident.system_tags).collect::<Vec<_>>(),
        "watchfloor": {
            "status": incident.status.wire(),
            "severity": incident.severity.wire(),
            "classification": incident.classification.wire(),
            "determination": incident.determination.wire(),
            "owner": incident.assigned_to,
            "incident_id": incident.id,
            "redirect_incident_id": incident.redirect_incident_id,
        },
    })
}

fn host(device: &Device<'_>) -> Value {
    json!({"name": device.name, "id": device.id, "os": {"platform": device.platform.to_lowercase()}})
}

fn file(file: &File<'_>) -> Value {
    let path = if file.folder.is_empty() {
        String::new()
    } else {
        format!("{}\\{}", file.folder.trim_end_matches('\\'), file.name)
    };
    json!({"name": file.name, "directory": file.folder, "path": path, "size": file.size, "hash": {"sha256": file.sha256}})
}

/// The risk scores of Elastic's own detection rules.
/// <https://www.elastic.co/docs/solutions/security/detect-and-alert/create-detection-rule>
const fn severity(severity: &Severity) -> Option<u8> {
    match severity {
        Severity::High => Some(73),
        Severity::Medium => Some(47),
        Severity::Low | Severity::Informational => Some(21),
        Severity::Unknown | Severity::Unrecognized(_) => None,
    }
}
