//! What alerts and behaviours say is found in the tables.

use super::*;

#[test]
fn alerts_stand_in_the_tables_as_graph_tells_them() {
    let columns = ["AlertId", "Title", "Severity", "Category", "Timestamp"];
    let info: BTreeMap<String, _> =
        rows("AlertInfo", &columns).into_iter().map(|row| (row["AlertId"].as_str().unwrap().to_owned(), row)).collect();
    assert_eq!(info.len(), TENANT.alerts.len());
    let mut entities: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows("AlertEvidence", &["AlertId"]) {
        *entities.entry(row["AlertId"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    for (id, alert) in TENANT.alerts.iter() {
        let row = &info[id];
        assert_eq!(row["Title"].as_str().unwrap(), text(&alert["title"]));
        assert_eq!(row["Severity"].as_str().unwrap().to_lowercase(), text(&alert["severity"]));
        assert_eq!(row["Category"].as_str().unwrap(), text(&alert["category"]));
        let created: crate::base::Timestamp = text(&alert["createdDateTime"]).parse().unwrap();
        assert_eq!(row["Timestamp"], Value::DateTime(created.ticks()));
        let is_coming = TENANT.stories.iter().any(|story| story.file.has_coming() && story.alerts.contains(id));
        assert!(created <= CONFIG().anchor || is_coming, "{id} is of the future");
        let last: crate::base::Timestamp = text(&alert["lastActivityDateTime"]).parse().unwrap();
        assert!(last <= created, "{id} was raised before what it tells");
        assert_eq!(entities.get(id).copied().unwrap_or(0), alert["evidence"].as_array().unwrap().len());
        assert!(TENANT.incidents.contains_key(text(&alert["incidentId"])));
    }
}

#[test]
fn a_behaviour_counts_its_events() {
    let mut events: BTreeMap<(String, i64), i64> = BTreeMap::new();
    for row in rows("DataSecurityEvents", &["AccountUpn", "ActionType", "Timestamp"]) {
        if row["ActionType"].as_str() == Some("File copied to Removable media") {
            let Value::DateTime(at) = row["Timestamp"] else { panic!() };
            let day = at / crate::base::time::TICKS_PER_DAY;
            *events.entry((row["AccountUpn"].as_str().unwrap().to_owned(), day)).or_default() += 1;
        }
    }
    let columns = ["AccountUpn", "ActionType", "StartTime", "ActivityCount", "IsAnomalous"];
    let mut anomalies = Vec::new();
    for row in rows("DataSecurityBehaviors", &columns) {
        if row["ActionType"].as_str() == Some("Copying files to removable media") {
            let Value::DateTime(at) = row["StartTime"] else { panic!() };
            let upn = row["AccountUpn"].as_str().unwrap().to_owned();
            let count = row["ActivityCount"].as_long().unwrap();
            assert_eq!(events.remove(&(upn.clone(), at / crate::base::time::TICKS_PER_DAY)), Some(count));
            if row["IsAnomalous"] == Value::Bool(true) {
                anomalies.push(upn);
            }
        }
    }
    assert!(events.is_empty(), "{events:?}");
    assert!(anomalies.contains(&"m.okafor@harrowgate.example".to_owned()), "{anomalies:?}");
}

#[test]
fn an_analyst_counts_what_the_alert_counted() {
    let answer = hunt(
        "DataSecurityEvents
        | where AccountUpn =~ 'M.Okafor@harrowgate.example' and Timestamp > ago(7d)
        | where IrmActionCategory == 'Exfiltration' and DeviceDestinationLocationType == 3
        | summarize Files = dcount(ObjectId), Last = max(Timestamp) by ActionType, DeviceName, RemovableMediaModel
        | where RemovableMediaModel == 'Pocket 64 GB'
        | project ActionType, DeviceName, Files",
    );
    let rows: Vec<Vec<Value>> = (0..answer.row_count()).map(|row| answer.row(row).collect()).collect();
    let device = Value::string("LT-OKAFOR-02");
    assert_eq!(rows, [vec![Value::string("File copied to Removable media"), device, Value::Long(312)]]);
}

#[test]
fn an_insider_risk_alert_leads_to_its_user() {
    let answer = hunt(
        "AlertInfo
        | where ServiceSource has 'Insider Risk'
        | join kind=inner AlertEvidence on AlertId
        | where EntityType == 'User'
        | join kind=inner (IdentityInfo | summarize arg_max(Timestamp, *) by AccountUpn) on AccountUpn
        | summarize Alerts = dcount(AlertId) by AccountUpn, Department
        | order by AccountUpn asc
        | project AccountUpn, Alerts",
    );
    let rows: Vec<(String, i64)> = (0..answer.row_count())
        .map(|row| (answer.value(row, 0).as_str().unwrap().to_owned(), answer.value(row, 1).as_long().unwrap()))
        .collect();
    let mut expected: BTreeMap<String, i64> = BTreeMap::new();
    for alert in TENANT.alerts.values().filter(|alert| alert["serviceSource"] == "microsoftInsiderRiskManagement") {
        for user in alert["evidence"].as_array().unwrap().iter().filter(|item| item.get("userAccount").is_some()) {
            if text(&user["@odata.type"]).ends_with("userEvidence") {
                *expected.entry(text(&user["userAccount"]["userPrincipalName"]).to_owned()).or_default() += 1;
            }
        }
    }
    assert_eq!(rows, expected.into_iter().collect::<Vec<_>>());
    assert!(rows.contains(&("m.okafor@harrowgate.example".to_owned(), 3)), "{rows:?}");
}
