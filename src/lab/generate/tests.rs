//! What must hold of every tenant: it is the same twice, and what alerts say is found in the tables.

use super::*;
use crate::kql::compile;
use crate::kql::engine::{Limits, StopFlag, Table, Tables, run};
use crate::kql::functions::Context;
use crate::kql::schema::Schema;
use crate::kql::value::Value;
use crate::lab::entities::Entities;
use crate::lab::tenant::Tenant;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const CONFIG: fn() -> LabConfig = || LabConfig { seed: 7, anchor: "2026-11-23T12:00:00Z".parse().unwrap() };

static TENANT: LazyLock<Tenant> = LazyLock::new(|| generate(&CONFIG()));

fn table(name: &str) -> &'static Table {
    TENANT.tables.table(name).unwrap_or_else(|| panic!("no {name}"))
}

/// Rows of a table as maps by column name, of those columns only.
fn rows(name: &str, columns: &[&str]) -> Vec<BTreeMap<String, Value>> {
    let table = table(name);
    let places: Vec<usize> =
        columns.iter().map(|column| table.fields().iter().position(|field| &*field.name == *column).unwrap()).collect();
    let row = |row| {
        let cells = places.iter().zip(columns).map(|(place, column)| ((*column).to_owned(), table.value(row, *place)));
        cells.collect()
    };
    (0..table.row_count()).map(row).collect()
}

fn text(value: &Json) -> &str {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}"))
}

#[test]
fn one_configuration_makes_one_tenant() {
    let (one, other) = (&*TENANT, generate(&CONFIG()));
    assert_eq!(one.incidents, other.incidents);
    assert_eq!(one.alerts, other.alerts);
    assert_eq!(one.users, other.users);
    assert_eq!(one.managers, other.managers);
    assert_eq!(one.risky_users, other.risky_users);
    for (name, table) in &one.tables.0 {
        let twin = &other.tables.0[name];
        assert_eq!(table.row_count(), twin.row_count(), "{name}");
        for row in (0..table.row_count()).step_by(17) {
            for column in 0..table.fields().len() {
                assert_eq!(table.value(row, column), twin.value(row, column), "{name} {row} {column}");
            }
        }
    }
    let seeded = world::World::new(&LabConfig { seed: 8, ..CONFIG() });
    assert_ne!(one.id, *seeded.tenant_id);
}

#[test]
fn the_queue_is_of_a_days_size() {
    let status = |wanted: &[&str]| {
        TENANT.incidents.values().filter(|incident| wanted.contains(&text(&incident["status"]))).count()
    };
    assert!((25..=37).contains(&status(&["active", "inProgress"])), "{}", status(&["active", "inProgress"]));
    assert!(status(&["resolved"]) >= 4);
    assert_eq!(status(&["redirected"]), 1);
    assert!((60..=120).contains(&TENANT.alerts.len()), "{}", TENANT.alerts.len());
    let sources: BTreeSet<_> = TENANT.alerts.heads().map(|(_, alert)| alert.text("serviceSource")).collect();
    assert!(sources.len() >= 8, "{sources:?}");
    let alone = |id: &String| TENANT.alerts.values().all(|alert| text(&alert["incidentId"]) != id);
    let incidents = TENANT.incidents.heads();
    let without: Vec<_> = incidents.filter(|(id, _)| alone(id)).filter_map(|(_, it)| it.text("status")).collect();
    assert_eq!(without.len(), 2, "{without:?}");
    assert!(without.contains(&"active") && without.contains(&"redirected"));
}

#[test]
fn an_incident_is_as_grave_as_its_gravest_alert() {
    const RANKS: [&str; 4] = ["informational", "low", "medium", "high"];
    let rank = |severity: &Json| RANKS.iter().position(|known| *known == text(severity)).unwrap();
    for (id, incident) in TENANT.incidents.iter() {
        let alerts = TENANT.alerts.values().filter(|alert| text(&alert["incidentId"]) == id);
        if let Some(gravest) = alerts.map(|alert| rank(&alert["severity"])).max() {
            assert_eq!(rank(&incident["severity"]), gravest, "{id}");
        }
    }
}

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
        assert!(created <= CONFIG().anchor, "{id} is of the future");
        let last: crate::base::Timestamp = text(&alert["lastActivityDateTime"]).parse().unwrap();
        assert!(last <= created, "{id} was raised before what it tells");
        assert_eq!(entities.get(id).copied().unwrap_or(0), alert["evidence"].as_array().unwrap().len());
        assert!(TENANT.incidents.contains_key(text(&alert["incidentId"])));
    }
}

#[test]
fn evidence_names_users_and_devices_that_exist() {
    let upns: BTreeSet<_> = TENANT.users.heads().filter_map(|(_, user)| user.text("userPrincipalName")).collect();
    let devices: BTreeSet<String> = rows("DeviceFileEvents", &["DeviceId"])
        .into_iter()
        .map(|row| row["DeviceId"].as_str().unwrap().to_owned())
        .collect();
    for item in TENANT.alerts.values().flat_map(|alert| alert["evidence"].as_array().unwrap().clone()) {
        if let Some(account) = item.get("userAccount").filter(|account| account.is_object()) {
            assert!(upns.contains(text(&account["userPrincipalName"])));
            assert!(TENANT.users.contains_key(text(&account["azureAdUserId"])));
        }
        if let Some(device) = item.get("mdeDeviceId").and_then(Json::as_str) {
            assert!(devices.contains(device), "{device}");
        }
    }
    for (id, manager) in &TENANT.managers {
        assert!(TENANT.users.contains_key(id) && TENANT.users.contains_key(manager));
    }
    assert_eq!(TENANT.managers.len() + 1, TENANT.users.len());
    assert!(TENANT.risky_users.keys().all(|id| TENANT.users.contains_key(id)));
    assert!(!TENANT.risky_users.is_empty());
}

/// Properties of evidence types as the metadata of v1.0 declares them, without those every evidence has.
const EVIDENCE: [(&str, &str); 10] = [
    (
        "analyzedMessage",
        "antiSpamDirection attachmentsCount deliveryAction deliveryLocation internetMessageId language networkMessageId \
         p1Sender p2Sender receivedDateTime recipientEmailAddress senderIp subject threatDetectionMethods threats \
         urlCount urls urn",
    ),
    ("cloudApplication", "appId displayName instanceId instanceName saasAppId stream"),
    (
        "device",
        "azureAdDeviceId defenderAvStatus deviceDnsName dnsDomain firstSeenDateTime healthStatus hostName ipInterfaces \
         lastExternalIpAddress lastIpAddress loggedOnUsers mdeDeviceId ntDomain onboardingStatus osBuild osPlatform \
         rbacGroupId rbacGroupName resourceAccessEvents riskScore version vmMetadata",
    ),
    ("file", "detectionStatus fileDetails mdeDeviceId"),
    ("ip", "countryLetterCode ipAddress location stream"),
    ("mailbox", "displayName primaryAddress upn userAccount"),
    ("oauthApplication", "appId displayName objectId publisher"),
    (
        "process",
        "detectionStatus imageFile mdeDeviceId parentProcessCreationDateTime parentProcessId parentProcessImageFile \
         processCommandLine processCreationDateTime processId userAccount",
    ),
    ("url", "url"),
    ("user", "stream userAccount"),
];

const EVIDENCE_COMMON: &str =
    "@odata.type createdDateTime verdict remediationStatus remediationStatusDetails roles detailedRoles tags";

const ALERT: &str = "actorDisplayName additionalData alertPolicyId alertWebUrl assignedTo categories category \
    classification comments createdDateTime customDetails description detectionSource detectorId determination evidence \
    firstActivityDateTime id incidentId incidentWebUrl investigationState lastActivityDateTime lastUpdateDateTime \
    mitreTechniques productName providerAlertId recommendedActions resolvedDateTime serviceSource severity status \
    systemTags tenantId threatDisplayName threatFamilyName title";

const INCIDENT: &str = "assignedTo classification comments createdDateTime customTags description determination \
    displayName id incidentWebUrl lastModifiedBy lastUpdateDateTime priorityScore redirectIncidentId resolvingComment \
    severity status summary systemTags tenantId";

fn assert_properties(resource: &Json, wanted: &[&str], what: &str) {
    let names: BTreeSet<&str> = resource.as_object().unwrap().keys().map(String::as_str).collect();
    let wanted: BTreeSet<&str> = wanted.iter().flat_map(|names| names.split_whitespace()).collect();
    assert_eq!(names, wanted, "{what}");
}

#[test]
fn resources_have_every_property_of_their_type() {
    for (id, incident) in TENANT.incidents.iter() {
        assert_properties(&incident, &[INCIDENT], id);
    }
    let mut seen = BTreeSet::new();
    for (id, alert) in TENANT.alerts.iter() {
        assert_properties(&alert, &[ALERT], id);
        for item in alert["evidence"].as_array().unwrap() {
            let kind = text(&item["@odata.type"]).strip_prefix("#microsoft.graph.security.").unwrap();
            let kind = kind.strip_suffix("Evidence").unwrap();
            let (name, properties) = EVIDENCE.iter().find(|(name, _)| *name == kind).unwrap();
            assert_properties(item, &[EVIDENCE_COMMON, properties], kind);
            seen.insert(*name);
        }
    }
    assert_eq!(seen.len(), EVIDENCE.len(), "a type of evidence is nowhere used: {seen:?}");
}

#[test]
fn enumerations_hold_members_only() {
    let members = |property: &str| -> &[&str] {
        match property {
            "severity" => &["informational", "low", "medium", "high"],
            "status" => &["new", "inProgress", "resolved", "active", "redirected"],
            "classification" => &["unknown", "falsePositive", "truePositive", "informationalExpectedActivity"],
            "verdict" => &["unknown", "suspicious", "malicious", "noThreatsFound"],
            "remediationStatus" => &["none", "remediated", "prevented", "blocked", "notFound", "active"],
            "riskLevel" => &["low", "medium", "high", "hidden", "none"],
            "riskState" => &["none", "confirmedSafe", "remediated", "dismissed", "atRisk", "confirmedCompromised"],
            "determination" => &[
                "unknown",
                "malware",
                "securityTesting",
                "other",
                "multiStagedAttack",
                "compromisedAccount",
                "phishing",
                "maliciousUserActivity",
                "notMalicious",
                "notEnoughDataToValidate",
                "confirmedActivity",
                "lineOfBusinessApplication",
            ],
            _ => &[],
        }
    };
    let alerts = TENANT.alerts.values().map(Cow::into_owned);
    let evidence = alerts.clone().flat_map(|alert| alert["evidence"].as_array().unwrap().clone());
    let others = [&TENANT.incidents, &TENANT.risky_users].into_iter().flat_map(Entities::values).map(Cow::into_owned);
    for resource in alerts.chain(evidence).chain(others) {
        for (property, value) in resource.as_object().unwrap() {
            let members = members(property);
            assert!(members.is_empty() || members.contains(&text(value)), "{property}: {value}");
        }
    }
}

/// Texts that no public sample shows; see `rows::data_security_events`.
const INVENTED_ACTIONS: [&str; 4] = ["File renamed", "File deleted", "File deleted from SharePoint", "File printed"];

#[test]
fn cells_hold_values_of_their_columns() {
    let open_sets = ["CloudAppEvents.ActionType", "DataSecurityEvents.Workload"];
    for (name, table) in &TENANT.tables.0 {
        for column in &Schema::hunting().table(name).unwrap().columns {
            let place = table.fields().iter().position(|field| field.name == column.name).unwrap();
            if column.values.is_empty() || open_sets.contains(&&*format!("{name}.{}", column.name)) {
                continue;
            }
            for row in 0..table.row_count() {
                if let Value::String(cell) = table.value(row, place) {
                    let known = cell.is_empty() || column.values.contains(&cell);
                    assert!(known || INVENTED_ACTIONS.contains(&&*cell), "{name}.{}: {cell}", column.name);
                }
            }
        }
    }
}

#[test]
fn tables_are_filled_with_what_has_happened() {
    let least = [
        ("AlertInfo", 60),
        ("AlertEvidence", 200),
        ("DataSecurityEvents", 4_000),
        ("DataSecurityBehaviors", 500),
        ("IdentityInfo", 60),
        ("CloudAppEvents", 4_000),
        ("DeviceFileEvents", 4_000),
        ("EmailEvents", 3_000),
    ];
    let (anchor, start) = (CONFIG().anchor, CONFIG().anchor - crate::base::TimeSpan::days(31));
    for (name, least) in least {
        assert!(table(name).row_count() >= least, "{name}: {}", table(name).row_count());
        for row in rows(name, &["Timestamp"]) {
            let Value::DateTime(at) = row["Timestamp"] else { panic!("{name} without a time") };
            assert!((start.ticks()..=anchor.ticks()).contains(&at), "{name}: {at}");
        }
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
fn every_finding_is_said_by_an_alert_and_found_in_its_table() {
    let world = build(&CONFIG());
    assert_eq!(world.stories.len(), 5);
    for story in &world.stories {
        let about = |alert: &Json| {
            let evidence = alert["evidence"].as_array().unwrap();
            evidence.iter().any(|item| item["userAccount"]["userPrincipalName"] == story.account.as_str())
        };
        for finding in &story.findings {
            let says = |alert: &Json| {
                text(&alert["description"]).contains(&finding.says) || text(&alert["title"]).contains(&finding.says)
            };
            assert!(
                TENANT.alerts.values().any(|alert| about(&alert) && says(&alert)),
                "{}: {}",
                story.slug,
                finding.says
            );
            assert_eq!(walk(finding), finding.rows, "{}: {}", story.slug, finding.query());
        }
    }
}

/// How many rows meet the finding's conditions, found without KQL.
fn walk(finding: &stories::Finding) -> usize {
    let table = table(finding.table);
    let cell = |row: usize, column: &str| {
        let place = table.fields().iter().position(|field| &*field.name == column).unwrap();
        match table.value(row, place) {
            Value::String(text) => text.to_string(),
            Value::Dynamic(json) => json.to_string(),
            _ => String::new(),
        }
    };
    let meets = |row: usize| {
        finding.conditions.iter().all(|condition| match condition {
            stories::Condition::Is(column, text) => cell(row, column) == *text,
            stories::Condition::Has(column, text) => cell(row, column).contains(text.as_str()),
            stories::Condition::Filled(column) => !cell(row, column).is_empty(),
        })
    };
    (0..table.row_count()).filter(|row| meets(*row)).count()
}

/// The answer of the engine to `query`.
fn hunt(query: &str) -> Table {
    let compiled = compile(query, Schema::hunting());
    let plan = compiled.plan.unwrap_or_else(|| panic!("{query}: {:?}", compiled.diagnostics));
    let context = Context::new(CONFIG().anchor);
    run(&plan, &TENANT.tables, &context, Limits::default(), &StopFlag::default()).unwrap()
}

#[test]
fn every_finding_is_found_by_its_query() {
    for story in &build(&CONFIG()).stories {
        for finding in &story.findings {
            let query = finding.query();
            assert_eq!(hunt(&query).row_count(), finding.rows, "{}: {query}", story.slug);
        }
    }
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
    let expected = [("i.vance", 2), ("l.brandt", 1), ("m.okafor", 3), ("r.deshmukh", 1), ("s.aaltonen", 1)];
    assert_eq!(rows, expected.map(|(name, alerts)| (format!("{name}@harrowgate.example"), alerts)));
}

#[test]
fn alerts_of_a_finding_tell_its_first_and_last_second() {
    let alert = TENANT.alerts.values().find(|alert| text(&alert["title"]) == "Clean-up after exfiltration").unwrap();
    let mut times: Vec<i64> = Vec::new();
    for row in rows("DataSecurityEvents", &["AccountUpn", "ActionType", "SequenceCorrelationId", "Timestamp"]) {
        let Value::DateTime(at) = row["Timestamp"] else { panic!() };
        let is_of_story = row["AccountUpn"].as_str() == Some("m.okafor@harrowgate.example")
            && row["ActionType"].as_str() == Some("File deleted")
            && row["SequenceCorrelationId"].as_str() != Some("");
        times.extend(is_of_story.then_some(at));
    }
    let told = |property: &str| text(&alert[property]).parse::<crate::base::Timestamp>().unwrap().ticks();
    assert_eq!(times.iter().min(), Some(&told("firstActivityDateTime")));
    assert_eq!(times.iter().max(), Some(&told("lastActivityDateTime")));
}

#[test]
fn hostile_text_is_in_the_queue() {
    let everything: String = TENANT.alerts.values().map(|alert| alert.to_string()).collect();
    for hostile in ["\u{202e}", "\\u001b[2J", "=HYPERLINK("] {
        assert!(everything.contains(hostile), "{hostile:?}");
    }
}
