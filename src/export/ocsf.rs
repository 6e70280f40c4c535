//! Open Cybersecurity Schema Framework 1.3: Detection Finding (2004) and Incident Finding (2005).
//! <https://schema.ocsf.io/1.3.0/classes/detection_finding>, <https://schema.ocsf.io/1.3.0/classes/incident_finding>

use super::named::Named;
use super::{Known, Record, dense, milliseconds, purview};
use crate::base::{Timestamp, Untrusted};
use crate::model::{Alert, AlertStatus, Classification, Determination, Incident, IncidentStatus, Severity};
use serde_json::{Map, Value, json};

const VERSION: &str = "1.3.0";
/// The category Findings.
const CATEGORY: u64 = 2;
const DETECTION: u64 = 2004;
const INCIDENT: u64 = 2005;

/// What happened to a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Activity {
    Create = 1,
    Update = 2,
    Close = 3,
}

impl Activity {
    fn of(created: Option<Timestamp>, changed: Option<Timestamp>, is_closed: bool) -> Self {
        match (is_closed, created == changed) {
            (true, _) => Self::Close,
            (false, true) => Self::Create,
            (false, false) => Self::Update,
        }
    }
}

/// The record as a finding.
pub fn finding(record: &Record) -> Value {
    let (class, activity, product, mut finding) = match &record.known {
        Known::Alert(alert) => {
            let activity =
                Activity::of(alert.created, alert.last_update, matches!(alert.status, AlertStatus::Resolved));
            let product = alert.product_name.as_ref().map_or(alert.service_source.title(), Untrusted::raw);
            (DETECTION, activity, product.to_owned(), of_alert(alert))
        }
        Known::Incident(incident) => {
            let is_closed = matches!(incident.status, IncidentStatus::Resolved | IncidentStatus::Redirected);
            let activity = Activity::of(incident.created, incident.last_update, is_closed);
            (INCIDENT, activity, "Microsoft Defender XDR".to_owned(), of_incident(incident))
        }
    };
    let activity = activity as u64;
    finding["activity_id"] = activity.into();
    finding["category_uid"] = CATEGORY.into();
    finding["class_uid"] = class.into();
    finding["type_uid"] = (class * 100 + activity).into();
    finding["severity_id"] = severity_id(record.severity()).into();
    finding["time"] = json!(record.changed().map(milliseconds));
    finding["metadata"] = json!({
        "version": VERSION,
        "uid": record.event_id(),
        "product": {"name": product, "vendor_name": "Microsoft"},
        "log_name": record.kind().title(),
    });
    finding["unmapped"] = json!({"purview": purview(record)});
    finding["raw_data"] = record.sent.to_string().into();
    dense(finding)
}

fn of_alert(alert: &Alert) -> Value {
    let named = Named::by(alert);
    let attacks: Vec<Value> =
        alert.mitre_techniques.iter().map(|technique| json!({"technique": {"uid": technique}})).collect();
    json!({
        "message": alert.title,
        "status_id": match alert.status {
            AlertStatus::New => 1,
            AlertStatus::InProgress => 2,
            AlertStatus::Resolved => 4,
            AlertStatus::Unknown | AlertStatus::Unrecognized(_) => 0,
        },
        "start_time": alert.first_activity.map(milliseconds),
        "end_time": alert.last_activity.map(milliseconds),
        "finding_info": {
            "uid": alert.id,
            "title": alert.title,
            "desc": alert.details().description,
            "types": alert.categories,
            "analytic": {"type_id": 1, "uid": alert.detector_id, "name": alert.title},
            "attacks": attacks,
            "created_time": alert.created.map(milliseconds),
            "modified_time": alert.last_update.map(milliseconds),
            "first_seen_time": alert.first_activity.map(milliseconds),
            "last_seen_time": alert.last_activity.map(milliseconds),
            "src_url": alert.details().web_url,
        },
        "verdict_id": verdict_id(&alert.classification),
        "comment": finer(&alert.determination),
        "evidences": evidences(&named),
        "observables": observables(&named),
    })
}

fn of_incident(incident: &Incident) -> Value {
    json!({
        "message": incident.display_name,
        "desc": incident.details().description,
        "status_id": match incident.status {
            IncidentStatus::Active => 1,
            IncidentStatus::InProgress => 2,
            IncidentStatus::AwaitingAction => 3,
            IncidentStatus::Resolved => 4,
            IncidentStatus::Redirected => 5,
            IncidentStatus::Unrecognized(_) => 0,
        },
        "start_time": incident.created.map(milliseconds),
        "finding_info_list": [{
            "uid": incident.id,
            "title": incident.display_name,
            "created_time": incident.created.map(milliseconds),
            "modified_time": incident.last_update.map(milliseconds),
        }],
        "assignee": {"name": incident.assigned_to},
        "verdict_id": verdict_id(&incident.classification),
        "comment": finer(&incident.determination),
        "src_url": incident.details().web_url,
    })
}

/// What was found, an object a thing.
fn evidences(named: &Named<'_>) -> Vec<Value> {
    let users = named.accounts.iter().map(|account| {
        json!({"actor": {"user": {
            "uid": account.entra_object_id,
            "name": account.account_name,
            "full_name": account.display_name,
            "email_addr": account.upn,
            "domain": account.domain_name,
        }}})
    });
    let devices = named.devices.iter().map(|device| {
        json!({"device": {"hostname": device.name, "uid": device.id, "type_id": 0, "os": {"name": device.platform, "type_id": 0}}})
    });
    // A file without a name is none to OCSF.
    let files = named.files.iter().filter(|file| !file.name.is_empty()).map(|file| {
        let hashes = (!file.sha256.is_empty()).then(|| json!([{"algorithm_id": 3, "value": file.sha256}]));
        json!({"file": {"name": file.name, "parent_folder": file.folder, "size": file.size, "type_id": 1, "hashes": hashes}})
    });
    let addresses = named.addresses.iter().map(|address| json!({"src_endpoint": {"ip": address}}));
    let urls = named.urls.iter().map(|url| json!({"url": {"url_string": url}}));
    let processes = named.processes.iter().map(|(image, line)| json!({"process": {"name": image, "cmd_line": line}}));
    users.chain(devices).chain(files).chain(addresses).chain(urls).chain(processes).collect()
}

/// What to search by: name of the attribute, type and value.
fn observables(named: &Named<'_>) -> Vec<Value> {
    let mut found = Vec::new();
    let mut add = |name: &str, type_id: u64, value: &str| {
        if !value.is_empty() {
            let members = [("name", json!(name)), ("type_id", json!(type_id)), ("value", json!(value))];
            found.push(Value::Object(
                members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect::<Map<_, _>>(),
            ));
        }
    };
    named.devices.iter().for_each(|device| add("evidences.device.hostname", 1, device.name));
    named.addresses.iter().for_each(|address| add("evidences.src_endpoint.ip", 2, address));
    for account in &named.accounts {
        add("evidences.actor.user.name", 4, account.account_name.raw());
        add("evidences.actor.user.email_addr", 5, account.upn.raw());
    }
    named.urls.iter().for_each(|url| add("evidences.url.url_string", 6, url));
    for file in &named.files {
        add("evidences.file.name", 7, file.name);
        add("evidences.file.hashes.value", 8, file.sha256);
    }
    named.processes.iter().for_each(|(image, _)| add("evidences.process.name", 9, image));
    named.applications.iter().for_each(|name| add("application", 10, name));
    found
}

const fn severity_id(severity: &Severity) -> u64 {
    match severity {
        Severity::Informational => 1,
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Unknown | Severity::Unrecognized(_) => 0,
    }
}

/// The determination, for which OCSF has no attribute of its own; nothing where none was made.
fn finer(determination: &Determination) -> Option<&str> {
    (*determination != Determination::Unknown).then(|| determination.wire())
}

/// OCSF knows a false positive, a true one, and what is benign.
const fn verdict_id(classification: &Classification) -> Option<u64> {
    match classification {
        Classification::FalsePositive => Some(1),
        Classification::TruePositive => Some(2),
        Classification::InformationalExpectedActivity => Some(5),
        Classification::Unknown | Classification::Unrecognized(_) => None,
    }
}
