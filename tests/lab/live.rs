//! A living tenant: what comes is nowhere before its time, comes in order, and is the same for the same seed.

use crate::support::{NOW, Talk, at};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use watchfloor::lab::LabOptions;

/// A living lab whose clock stands.
async fn living() -> Talk {
    Talk::generated_with(LabOptions { live: true, speed: 0.0, ..LabOptions::default() }).await
}

/// All of a collection, page by page.
async fn all(talk: &Talk, path: &str) -> Vec<Value> {
    let mut url = talk.url(&format!("/v1.0{path}"));
    let mut found = Vec::new();
    loop {
        let page = talk.send(Method::GET, &url, None).await.json();
        found.extend(page["value"].as_array().unwrap().iter().cloned());
        match page["@odata.nextLink"].as_str() {
            Some(next) => next.clone_into(&mut url),
            None => return found,
        }
    }
}

async fn hunt(talk: &Talk, query: &str) -> Vec<Value> {
    // Until after all that is written: what has not happened yet must not be found all the same.
    let body = json!({ "Query": query, "Timespan": "2026-11-01/2026-12-31" });
    let answer = talk.post("/security/runHuntingQuery", body).await.json();
    answer["results"].as_array().unwrap_or_else(|| panic!("{answer}")).clone()
}

fn created(resource: &Value) -> &str {
    resource["createdDateTime"].as_str().unwrap()
}

#[tokio::test]
async fn what_comes_is_nowhere_before_its_time() {
    let (talk, ahead) = (living().await, living().await);
    ahead.advance("PT24H").await;
    let (now, later) = (at(NOW), at("2026-11-24T12:00:00Z"));
    let mut new = 0;
    for path in ["/security/incidents", "/security/alerts_v2"] {
        let before = all(&talk, path).await;
        let after = all(&ahead, path).await;
        assert!(before.iter().all(|resource| at(created(resource)) <= now));
        assert!(after.iter().all(|resource| at(created(resource)) <= later));
        let came: Vec<_> = after.iter().filter(|resource| at(created(resource)) > now).collect();
        assert_eq!(after.len(), before.len() + came.len());
        assert!(came.len() > 20, "{} came to {path}", came.len());
        for resource in &came {
            let id = resource["id"].as_str().unwrap();
            assert_eq!(talk.get(&format!("{path}/{id}"), &[]).await.status, 404, "{id}");
            assert_eq!(talk.patch(&format!("{path}/{id}"), json!({ "status": "resolved" })).await.status, 404);
        }
        let counted = talk.get(path, &[("$count", "true"), ("$top", "1")]).await.json();
        assert_eq!(counted["@odata.count"], before.len());
        new += came.len();
    }
    let infos = "AlertInfo | distinct AlertId | count";
    let known = hunt(&talk, infos).await[0]["Count"].as_u64().unwrap();
    let known_later = hunt(&ahead, infos).await[0]["Count"].as_u64().unwrap();
    assert!(known_later > known && known_later < known + new as u64, "{known} {known_later}");
    assert!(hunt(&talk, &format!("DataSecurityEvents | where Timestamp > datetime({NOW})")).await.is_empty());
}

#[tokio::test]
async fn the_same_seed_lives_the_same_life_however_often_one_looks() {
    let (once, often) = (living().await, living().await);
    once.advance("PT20H").await;
    for _ in 0..40 {
        often.advance("PT30M").await;
        often.get("/security/incidents", &[("$top", "1")]).await;
    }
    for path in ["/security/incidents", "/security/alerts_v2"] {
        let text = |resources: Vec<Value>| json!(resources).to_string();
        assert_eq!(text(all(&once, path).await), text(all(&often, path).await), "{path}");
    }
    let purview = |answer: crate::support::Answer| answer.text;
    let path = "/lab/purview/alerts";
    assert_eq!(purview(once.control(Method::GET, path).await), purview(often.control(Method::GET, path).await));
}

/// The growing alerts that came in, by id.
async fn growing(talk: &Talk) -> BTreeMap<String, Value> {
    let alerts = all(talk, "/security/alerts_v2").await;
    let is_growing =
        |alert: &Value| alert["title"] == "Unusual uploads to a personal cloud" && at(created(alert)) > at(NOW);
    let id = |alert: &Value| alert["id"].as_str().unwrap().to_owned();
    alerts.into_iter().filter(is_growing).map(|alert| (id(&alert), alert)).collect()
}

#[tokio::test]
async fn an_insider_risk_alert_grows_with_its_users_activity() {
    let talk = living().await;
    let mut seen: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for _ in 0..20 {
        talk.advance("PT90M").await;
        for (id, alert) in growing(&talk).await {
            let severities = seen.entry(id).or_default();
            if severities.last() != Some(&alert["severity"]) {
                severities.push(alert["severity"].clone());
            }
        }
    }
    assert!(seen.values().all(|severities| severities[0] != "high"), "{seen:?}");
    let (id, _) = seen.iter().find(|(_, severities)| **severities == ["low", "medium", "high"]).unwrap();
    let alert = talk.get(&format!("/security/alerts_v2/{id}"), &[]).await.json();
    let incident = format!("/security/incidents/{}", alert["incidentId"].as_str().unwrap());
    assert_eq!(talk.get(&incident, &[]).await.json()["severity"], "high", "an incident's severity follows its alerts");

    let user = &alert["evidence"][0]["userAccount"]["userPrincipalName"];
    let last = alert["lastActivityDateTime"].as_str().unwrap();
    let query = format!(
        "DataSecurityEvents | where AccountUpn == {user} and Timestamp between (datetime({NOW}) .. datetime({last})) \
         | where isnotempty(IrmPolicyMatchInfo) | count"
    );
    let rows = hunt(&talk, &query).await[0]["Count"].as_u64().unwrap();
    assert!(alert["description"].as_str().unwrap().contains(&format!(" uploaded {rows} files ")), "{rows}: {alert}");
}

#[tokio::test]
async fn new_evidence_of_a_growing_alert_has_its_row_and_a_closed_alert_gets_none() {
    let talk = living().await;
    talk.advance("PT2H").await;
    let (id, first) = growing(&talk).await.into_iter().next().unwrap();
    let path = format!("/security/alerts_v2/{id}");
    let rows = async || {
        let columns = "Timestamp, Severity, EntityType, FileName";
        hunt(&talk, &format!("AlertEvidence | where AlertId == '{id}' | project {columns}")).await
    };
    let of_evidence = |alert: &Value| -> Vec<(String, Value)> {
        let evidence = alert["evidence"].as_array().unwrap().iter();
        evidence.map(|item| (created(item).to_owned(), item["fileDetails"]["fileName"].clone())).collect()
    };
    let of_rows = |rows: &[Value]| -> Vec<(String, Value)> {
        let name = |row: &Value| if row["EntityType"] == "File" { row["FileName"].clone() } else { Value::Null };
        rows.iter().map(|row| (row["Timestamp"].as_str().unwrap().to_owned(), name(row))).collect()
    };
    let mut severities = Vec::new();
    for _ in 0..16 {
        let alert = talk.get(&path, &[]).await.json();
        let rows = rows().await;
        assert_eq!(of_rows(&rows), of_evidence(&alert), "as Graph tells it");
        let last = rows.last().unwrap()["Severity"].as_str().unwrap().to_lowercase();
        assert_eq!(alert["severity"], last.as_str());
        severities.push(last);
        talk.advance("PT30M").await;
    }
    severities.dedup();
    assert_eq!(severities, ["low", "medium", "high"]);
    let grown = rows().await;
    assert!(grown.len() >= first["evidence"].as_array().unwrap().len() + 12, "{}", grown.len());
    let raised = hunt(&talk, &format!("AlertInfo | where AlertId == '{id}' | project Severity")).await;
    assert_eq!(raised, [json!({ "Severity": "Low" })], "one row an alert, as it was raised");

    let (closed, alert) = growing(&talk).await.into_iter().max_by_key(|(_, alert)| created(alert).to_owned()).unwrap();
    talk.patch(&format!("/security/alerts_v2/{closed}"), json!({ "status": "resolved" })).await;
    let count = format!("AlertEvidence | where AlertId == '{closed}' | count");
    let before = hunt(&talk, &count).await[0]["Count"].as_u64().unwrap();
    talk.advance("PT20H").await;
    assert_eq!(hunt(&talk, &count).await[0]["Count"], before, "{alert}");
}

#[tokio::test]
async fn a_severity_set_by_hand_stays() {
    let talk = living().await;
    talk.advance("PT2H").await;
    let incidents = all(&talk, "/security/incidents").await;
    let is_growing = |incident: &&Value| incident["displayName"].as_str().unwrap().starts_with("Unusual uploads by ");
    let path = format!("/security/incidents/{}", incidents.iter().find(is_growing).unwrap()["id"].as_str().unwrap());
    talk.patch(&path, json!({ "severity": "informational", "assignedTo": "me@harrowgate.example" })).await;
    talk.advance("PT20H").await;
    assert_eq!(talk.get(&path, &[]).await.json()["severity"], "informational");
}

#[tokio::test]
async fn colleagues_and_the_purview_user_act_and_leave_what_others_have_taken() {
    let talk = living().await;
    talk.advance("PT6H").await;
    let mine = all(&talk, "/security/incidents").await;
    let mine = mine.iter().find(|incident| at(created(incident)) > at(NOW) && incident["status"] == "active").unwrap();
    let path = format!("/security/incidents/{}", mine["id"].as_str().unwrap());
    talk.patch(&path, json!({ "assignedTo": "me@harrowgate.example", "status": "inProgress" })).await;
    talk.advance("PT40H").await;
    let kept = talk.get(&path, &[]).await.json();
    assert_eq!((&kept["assignedTo"], &kept["status"]), (&json!("me@harrowgate.example"), &json!("inProgress")));

    let came = all(&talk, "/security/incidents").await;
    let came: Vec<_> = came.iter().filter(|incident| at(created(incident)) > at(NOW)).collect();
    let closed: Vec<_> = came.iter().filter(|incident| incident["status"] == "resolved").collect();
    assert!(closed.len() > 5 && closed.len() < came.len(), "{} of {}", closed.len(), came.len());
    for incident in closed {
        assert_ne!(incident["classification"], "unknown", "{incident}");
        assert!(!incident["comments"].as_array().unwrap().is_empty() && incident["assignedTo"].is_string());
    }
    assert!(came.iter().any(|incident| incident["status"] == "redirected"), "no merge");
    let twins = talk.control(Method::GET, "/lab/purview/alerts").await.json();
    let decided = twins["value"].as_array().unwrap().iter().filter(|twin| twin["state"] != "needsReview");
    assert!(decided.count() > 1, "{twins}");
}

/// Tables in which a working day leaves rows.
const EVERYDAY: [&str; 12] = [
    "CloudAppEvents",
    "DataSecurityEvents",
    "DeviceFileEvents",
    "DeviceInfo",
    "DeviceLogonEvents",
    "DeviceNetworkEvents",
    "DeviceProcessEvents",
    "EmailEvents",
    "EntraIdSignInEvents",
    "EntraIdSpnSignInEvents",
    "IdentityLogonEvents",
    "MessageEvents",
];

#[tokio::test]
async fn ordinary_life_goes_on_as_the_clock_passes() {
    let talk = living().await;
    let rows = async |table: &str| {
        let query = format!("{table} | where Timestamp > datetime({NOW}) | count");
        hunt(&talk, &query).await[0]["Count"].as_u64().unwrap()
    };
    let mut seen = BTreeMap::new();
    for span in ["PT0S", "PT24H", "PT24H", "PT48H"] {
        talk.advance(span).await;
        for table in EVERYDAY {
            seen.entry(table).or_insert_with(Vec::new).push(rows(table).await);
        }
    }
    for (table, counts) in seen {
        assert!(counts[0] == 0 && counts[0] < counts[1] && counts[1] < counts[2], "{table}: {counts:?}");
        assert_eq!(counts[2], counts[3], "{table}: after two days nothing comes any more");
    }
}

#[tokio::test]
async fn sign_ins_to_come_are_told_alike_by_graph_and_the_table() {
    let talk = living().await;
    let recent = format!("/auditLogs/signIns?$filter=createdDateTime%20gt%20{NOW}");
    assert!(all(&talk, &recent).await.is_empty());
    talk.advance("PT30H").await;
    let mut told: Vec<String> =
        all(&talk, &recent).await.iter().map(|fact| fact["id"].as_str().unwrap().to_owned()).collect();
    let query = format!(
        "EntraIdSignInEvents | where Timestamp > datetime({NOW}) and LogonType has 'interactiveUser' \
         and LogonType !has 'nonInteractiveUser' | project RequestId"
    );
    let mut rows: Vec<String> =
        hunt(&talk, &query).await.iter().map(|row| row["RequestId"].as_str().unwrap().to_owned()).collect();
    told.sort();
    rows.sort();
    assert!(told.len() > 30 && told == rows, "{} and {}", told.len(), rows.len());
}
