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
    assert_eq!(Value::Object(alert.unknown), kept);
    let properties: Vec<Value> = alert.evidence.iter().map(|item| Value::Object(item.properties.clone())).collect();
    assert_eq!(
        properties,
        [
            json!({"userAccount": {"userSid": "S-1-5-21-1"}}),
            json!({"mdeDeviceId": "d1", "fileDetails": {"sha1": "bb"}}),
            json!({"spin": {"up": true}}),
        ]
    );
    assert_eq!((&*alert.evidence[2].type_name, &alert.evidence[2].kind), ("quantumEvidence", &EvidenceKind::Other));
    let incident = Incident::from_json(incident()).unwrap();
    assert_eq!(Value::Object(incident.unknown), json!({"recommendedActions": "look"}));
}

#[test]
fn values_of_another_type_are_kept_beside_absent_fields() {
    let odd = json!({"id": "1", "title": {"a": 1}, "severity": 3, "createdDateTime": "soon", "categories": ["x", 4], "evidence": 7});
    let alert = Alert::from_json(odd).unwrap();
    assert_eq!((alert.title.raw(), alert.severity, alert.created), ("", Severity::Unknown, None));
    assert_eq!((alert.categories, alert.evidence), (vec!["x".into()], Vec::new()));
    let kept = json!({"title": {"a": 1}, "severity": 3, "createdDateTime": "soon", "categories": [4], "evidence": 7});
    assert_eq!(Value::Object(alert.unknown), kept);
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
fn any_json() -> impl Strategy<Value = Value> {
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
