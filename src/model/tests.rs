//! Tolerance: what Graph may send without being understood, and still nothing fails and nothing is lost.

use super::*;
use crate::base::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

/// An alert of the documented shape; fictional.
fn alert() -> Value {
    json!({
        "@odata.type": "#microsoft.graph.security.alert",
        "id": "ir1f0c", "incidentId": "29", "status": "inProgress", "severity": "high",
        "classification": "unknown", "determination": "unknown", "serviceSource": "microsoftInsiderRiskManagement",
        "detectionSource": "microsoftInsiderRiskManagement", "title": "Data theft by departing users",
        "category": "Exfiltration", "categories": ["Exfiltration", "Collection"], "mitreTechniques": ["T1567"],
        "createdDateTime": "2026-11-23T09:58:11.1Z", "lastUpdateDateTime": "2026-11-23T09:58:11.1234567Z",
        "resolvedDateTime": null, "assignedTo": "", "customDetails": {"Team": "Payments"},
        "comments": [{"comment": "seen", "createdByDisplayName": "API-App:mara", "createdDateTime": "2026-11-23T10:00:00Z"}],
        "evidence": [
            {
                "@odata.type": "#microsoft.graph.security.userEvidence", "verdict": "suspicious",
                "remediationStatus": "active", "roles": ["source"], "tags": [],
                "userAccount": {"userPrincipalName": "mara@fabrikam.example", "displayName": "Mara", "userSid": "S-1-5-21-1"}
            },
            {
                "@odata.type": "#microsoft.graph.security.fileEvidence",
                "fileDetails": {"fileName": "plan.docx", "fileSize": 12, "sha256": "aa", "sha1": "bb"},
                "mdeDeviceId": "d1"
            },
            {"@odata.type": "#microsoft.graph.security.quantumEvidence", "spin": {"up": true}}
        ]
    })
}

fn incident() -> Value {
    json!({
        "id": "29", "displayName": "Exfiltration by one user", "status": "active", "severity": "medium",
        "classification": "unknown", "determination": "unknown", "assignedTo": null, "priorityScore": 88,
        "createdDateTime": "0001-01-01T00:00:00Z", "lastUpdateDateTime": "9999-12-31T23:59:59.9999999Z",
        "customTags": ["watch"], "systemTags": [], "comments": [], "recommendedActions": "look", "alerts": [alert()]
    })
}

#[test]
fn what_no_field_reads_is_kept() {
    let alert = Alert::from_json(alert()).unwrap();
    assert_eq!(alert.categories, ["Exfiltration".into(), "Collection".into()]);
    let kept = json!({
        "@odata.type": "#microsoft.graph.security.alert", "category": "Exfiltration", "customDetails": {"Team": "Payments"}
    });
    assert_eq!(Value::Object(alert.details().unknown.properties()), kept);
    let properties: Vec<Value> =
        alert.details().evidence.iter().map(|item| Value::Object(item.properties.properties())).collect();
    assert_eq!(
        properties,
        [
            json!({"userAccount": {"userSid": "S-1-5-21-1"}}),
            json!({"mdeDeviceId": "d1", "fileDetails": {"sha1": "bb"}}),
            json!({"spin": {"up": true}}),
        ]
    );
    assert_eq!(
        (&*alert.details().evidence[2].type_name, &alert.details().evidence[2].kind),
        ("quantumEvidence", &EvidenceKind::Other)
    );
    let incident = Incident::from_json(incident()).unwrap();
    assert_eq!(Value::Object(incident.details().unknown.properties()), json!({"recommendedActions": "look"}));
}

#[test]
fn values_of_another_type_are_kept_beside_absent_fields() {
    let odd = json!({"id": "1", "title": {"a": 1}, "severity": 3, "createdDateTime": "soon", "categories": ["x", 4], "evidence": 7});
    let alert = Alert::from_json(odd).unwrap();
    assert_eq!((alert.title.raw(), alert.severity.clone(), alert.created), ("", Severity::Unknown, None));
    assert_eq!((&alert.categories[..], &alert.details().evidence[..]), (&["x".into()][..], &[][..]));
    let kept = json!({"title": {"a": 1}, "severity": 3, "createdDateTime": "soon", "categories": [4], "evidence": 7});
    assert_eq!(Value::Object(alert.details().unknown.properties()), kept);
}

#[test]
fn the_ends_of_time_are_read() {
    let incident = Incident::from_json(incident()).unwrap();
    assert_eq!((incident.created, incident.last_update), (Some(Timestamp::MIN), Some(Timestamp::MAX)));
}

#[test]
fn a_hidden_source_is_told_from_the_id_where_the_id_tells() {
    for (id, source, expected) in [
        ("ir1", "unknownFutureValue", ServiceSource::InsiderRiskManagement),
        ("zz1", "unknownFutureValue", ServiceSource::Unrecognized("unknownFutureValue".into())),
        ("da1", "microsoftInsiderRiskManagement", ServiceSource::InsiderRiskManagement),
        ("é", "unknownFutureValue", ServiceSource::Unrecognized("unknownFutureValue".into())),
    ] {
        let alert = Alert::from_json(json!({"id": id, "serviceSource": source})).unwrap();
        assert_eq!(alert.service_source, expected, "{id} {source}");
    }
}

#[test]
fn only_what_changes_is_sent() {
    assert_eq!(Update::default().body(), json!({}));
    let update = Update {
        alert_status: Some(AlertStatus::Resolved),
        classification: Some(Classification::TruePositive),
        determination: Some(Determination::NotEnoughDataToValidate),
        assigned_to: Some(String::new()),
        ..Update::default()
    };
    let body = json!({
        "status": "resolved", "classification": "truePositive", "determination": "notEnoughDataToValidate", "assignedTo": ""
    });
    assert_eq!(update.body(), body);
}

/// Any small JSON.
pub fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~é]{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec(("[a-z@.]{1,6}", inner), 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Puts `new` in place of the value number `at` of `value`, counted through every object and list.
fn replace(value: &mut Value, at: &mut usize, new: &Value) {
    let children: Vec<&mut Value> = match value {
        Value::Object(object) => object.iter_mut().filter(|(key, _)| *key != "id").map(|(_, value)| value).collect(),
        Value::Array(items) => items.iter_mut().collect(),
        _ => return,
    };
    for child in children {
        if *at == 0 {
            *child = new.clone();
        }
        *at = at.wrapping_sub(1);
        replace(child, at, new);
    }
}

proptest! {
    #[test]
    fn one_odd_value_anywhere_fails_nothing(at in 0_usize..120, new in any_json()) {
        for (sent, is_incident) in [(incident(), true), (alert(), false)] {
            let mut odd = sent;
            replace(&mut odd, &mut at.clone(), &new);
            let read = if is_incident { Incident::from_json(odd).map(drop) } else { Alert::from_json(odd).map(drop) };
            prop_assert_eq!(read, Ok(()));
        }
    }
}

/// What may happen to one value of a payload, as services age and products are added.
#[derive(Clone, Debug)]
enum Change {
    /// Another value of any type.
    Put(Value),
    /// Not there.
    Drop,
    /// A property that nobody knows, put into the object, or into the first object of the list.
    Add,
}

fn any_change() -> impl Strategy<Value = Change> {
    let odd = [
        json!("unknownFutureValue"),
        json!("memberOfNextYear"),
        json!("2026-11-23T10:00:00.1234567Z"),
        json!("2026-11-23T10:00:00"),
        json!("0001-01-01T00:00:00Z"),
        json!("9999-12-31T23:59:59.9999999Z"),
        json!("#microsoft.graph.security.evidenceOfNextYear"),
        json!(null),
        json!({}),
        json!([]),
        json!([null]),
        json!(1e300),
    ];
    prop_oneof![
        prop::sample::select(odd.to_vec()).prop_map(Change::Put),
        any_json().prop_map(Change::Put),
        Just(Change::Drop),
        Just(Change::Add),
    ]
}

/// A property's name and value that no build knows.
const MARK: (&str, &str) = ("propertyOfNextYear", "kept as it came");

/// Makes `change` to the value number `at`, counted through every object and list, ids left alone; whether it was made.
fn mutate(value: &mut Value, at: &mut usize, change: &Change) -> bool {
    match value {
        Value::Object(object) => {
            let names: Vec<String> = object.keys().filter(|name| *name != "id").cloned().collect();
            for name in names {
                let here = *at == 0;
                *at = at.wrapping_sub(1);
                let child = object.get_mut(&name).unwrap();
                match change {
                    _ if !here => {
                        if mutate(child, at, change) {
                            return true;
                        }
                        continue;
                    }
                    Change::Put(new) => *child = new.clone(),
                    Change::Drop => drop(object.shift_remove(&name)),
                    Change::Add => drop(object.insert(MARK.0.to_owned(), MARK.1.into())),
                }
                return true;
            }
            false
        }
        Value::Array(items) => items.iter_mut().any(|item| mutate(item, at, change)),
        _ => false,
    }
}

/// The comments are only ever shown and added to, so what is not understood of one need not be kept.
fn without_comments(mut value: Value) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.shift_remove("comments");
        if let Some(Value::Array(alerts)) = object.get_mut("alerts") {
            for alert in alerts {
                *alert = without_comments(alert.take());
            }
        }
    }
    value
}

proptest! {
    /// Whatever changes in it, each record of a page is read, and keeps its id.
    #[test]
    fn a_page_of_odd_records_loses_none(changes in prop::collection::vec((0_usize..140, any_change()), 1..12)) {
        for (sent, is_incident) in [(incident(), true), (alert(), false)] {
            let mut page: Vec<Value> = vec![sent.clone(), sent.clone(), sent];
            for (at, change) in &changes {
                mutate(&mut page[at % 3], &mut at.clone(), change);
            }
            for record in page {
                let read = if is_incident {
                    Incident::from_json(record).map(|incident| incident.id)
                } else {
                    Alert::from_json(record).map(|alert| alert.id)
                };
                prop_assert_eq!(read.as_deref().map(str::is_empty), Ok(false));
            }
        }
    }

    /// What nobody knows yet stays with the record it came in, wherever in it it stood.
    #[test]
    fn a_property_of_next_year_is_kept_wherever_it_stands(at in 0_usize..100) {
        for (sent, is_incident) in [(incident(), true), (alert(), false)] {
            let mut sent = without_comments(sent);
            if !mutate(&mut sent, &mut at.clone(), &Change::Add) {
                continue;
            }
            let kept = if is_incident {
                format!("{:?}", Incident::from_json(sent.clone()).unwrap())
            } else {
                format!("{:?}", Alert::from_json(sent.clone()).unwrap())
            };
            prop_assert!(kept.contains(MARK.0) && kept.contains(MARK.1), "{}", sent);
        }
    }

    /// A change sends what the analyst changed and nothing of what was read, so nothing unread can be overwritten.
    #[test]
    fn a_change_names_only_what_it_changes(status in any::<bool>(), owner in any::<bool>(), severity in any::<bool>()) {
        let update = Update {
            incident_status: status.then_some(IncidentStatus::Resolved),
            assigned_to: owner.then(|| "mara@fabrikam.example".to_owned()),
            severity: severity.then_some(Severity::High),
            ..Update::default()
        };
        let body = update.body();
        let sent: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        let named = [("status", status), ("assignedTo", owner), ("severity", severity)];
        let expected: Vec<&str> = named.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect();
        prop_assert_eq!(sent, expected);
    }
}

#[test]
fn an_id_sent_as_a_number_is_one() {
    assert_eq!(&*Incident::from_json(json!({"id": 29})).unwrap().id, "29");
    assert!(Incident::from_json(json!({"id": ""})).is_err());
}
