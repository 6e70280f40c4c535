//! What must hold of every tenant: it is the same twice, and what alerts say is found in the tables.

use super::*;
use crate::kql::compile;
use crate::kql::engine::{Limits, StopFlag, Table, Tables, run};
use crate::kql::functions::Context;
use crate::kql::schema::Schema;
use crate::kql::value::Value;
use crate::lab::entities::Entities;
use crate::lab::scale::Scale;
use crate::lab::tenant::Tenant;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

const CONFIG: fn() -> LabConfig =
    || LabConfig { seed: 7, anchor: "2026-11-23T12:00:00Z".parse().unwrap(), scale: Scale::SMALL };

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
    for (name, table) in one.tables.iter() {
        let twin = other.tables.table(name).unwrap();
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
    assert!((45..=64).contains(&status(&["active", "inProgress"])), "{}", status(&["active", "inProgress"]));
    assert!(status(&["resolved"]) >= 4);
    assert_eq!(status(&["redirected"]), 1);
    assert!((90..=160).contains(&TENANT.alerts.len()), "{}", TENANT.alerts.len());
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
        let is_coming = TENANT.stories.iter().any(|story| story.file.has_coming() && story.alerts.contains(id));
        assert!(created <= CONFIG().anchor || is_coming, "{id} is of the future");
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
const EVIDENCE: [(&str, &str); 24] = [
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
    ("aiAgent", "agentId agentName hostingPlatformType instructions"),
    ("azureResource", "resourceId resourceName resourceType"),
    ("blob", "blobContainer etag fileHashes name url"),
    (
        "cloudLogonSession",
        "account browser deviceName operatingSystem previousLogonDateTime protocol sessionId startUtcDateTime userAgent",
    ),
    ("dns", "dnsServerIp domainName hostIpAddress ipAddresses"),
    ("fileHash", "algorithm value"),
    ("hostLogonSession", "account endUtcDateTime host sessionId startUtcDateTime"),
    ("mailCluster", "clusterBy clusterByValue emailCount networkMessageIds query urn"),
    ("networkConnection", "destinationAddress destinationPort protocol sourceAddress sourcePort"),
    ("registryKey", "registryHive registryKey"),
    ("registryValue", "mdeDeviceId registryHive registryKey registryValue registryValueName registryValueType"),
    ("securityGroup", "activeDirectoryObjectGuid displayName distinguishedName friendlyName securityGroupId sid"),
    (
        "servicePrincipal",
        "appId appOwnerTenantId servicePrincipalName servicePrincipalObjectId servicePrincipalType tenantId",
    ),
    (
        "teamsMessage",
        "campaignId channelId deliveryAction deliveryLocation files groupId isExternal isOwned lastModifiedDateTime \
         messageDirection messageId owningTenantId parentMessageId receivedDateTime recipients senderFromAddress \
         senderIP sourceAppName sourceId subject suspiciousRecipients threadId threadType urls",
    ),
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
const INVENTED_ACTIONS: [&str; 10] = [
    "File renamed",
    "File deleted",
    "File deleted from SharePoint",
    "File printed",
    "File copied to network share",
    "Screen captured from sensitive file",
    "File shared externally from SharePoint",
    "Anonymous link created on SharePoint",
    "Email with attachments sent outside the organization",
    "Physical access point used",
];

#[test]
fn cells_hold_values_of_their_columns() {
    let open_sets = ["CloudAppEvents.ActionType", "DataSecurityEvents.Workload"];
    for (name, table) in TENANT.tables.iter() {
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
        ("BehaviorEntities", 10),
        ("BehaviorInfo", 5),
        ("CloudAppEvents", 4_000),
        ("DataSecurityBehaviors", 500),
        ("DataSecurityEvents", 2_000),
        ("DeviceEvents", 500),
        ("DeviceFileEvents", 3_000),
        ("DeviceImageLoadEvents", 500),
        ("DeviceInfo", 1_000),
        ("DeviceLogonEvents", 1_000),
        ("DeviceNetworkEvents", 4_000),
        ("DeviceNetworkInfo", 1_000),
        ("DeviceProcessEvents", 3_000),
        ("DeviceRegistryEvents", 200),
        ("EmailAttachmentInfo", 500),
        ("EmailEvents", 2_000),
        ("EmailPostDeliveryEvents", 3),
        ("EmailUrlInfo", 100),
        ("EntraIdSignInEvents", 2_000),
        ("EntraIdSpnSignInEvents", 80),
        ("GraphApiAuditEvents", 200),
        ("IdentityDirectoryEvents", 5),
        ("IdentityInfo", 60),
        ("IdentityLogonEvents", 3_000),
        ("IdentityQueryEvents", 2),
        ("MessageEvents", 500),
        ("OAuthAppInfo", 6),
        ("UrlClickEvents", 50),
    ];
    // Some stories go on for some hours.
    let end = CONFIG().anchor + crate::base::TimeSpan::hours(12);
    let start = CONFIG().anchor - crate::base::TimeSpan::days(31);
    for (name, least) in least {
        assert!(table(name).row_count() >= least, "{name}: {}", table(name).row_count());
        for row in rows(name, &["Timestamp"]) {
            let Value::DateTime(at) = row["Timestamp"] else { panic!("{name} without a time") };
            assert!((start.ticks()..=end.ticks()).contains(&at), "{name}: {at}");
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

/// The answer of the engine to `query`.
fn hunt(query: &str) -> Table {
    let compiled = compile(query, Schema::hunting());
    let plan = compiled.plan.unwrap_or_else(|| panic!("{query}: {:?}", compiled.diagnostics));
    let context = Context::new(CONFIG().anchor);
    run(&plan, &TENANT.tables, &context, Limits::default(), &StopFlag::default()).unwrap()
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

#[test]
fn hostile_text_is_in_the_queue() {
    let everything: String = TENANT.alerts.values().map(|alert| alert.to_string()).collect();
    for hostile in ["\u{202e}", "\\u001b[2J", "=HYPERLINK("] {
        assert!(everything.contains(hostile), "{hostile:?}");
    }
}

/// Cells of a column that are not empty.
fn distinct(table: &str, column: &str) -> BTreeSet<String> {
    let told = |value: Value| match value {
        Value::String(text) => text.to_string(),
        Value::Guid(bits) => random::guid_text(bits),
        _ => String::new(),
    };
    let cells = rows(table, &[column]).into_iter().map(|mut row| told(row.remove(column).unwrap()));
    cells.filter(|cell| !cell.is_empty()).collect()
}

#[test]
fn whatever_a_row_names_exists_where_its_table_is_joined() {
    let joins = [
        ("AlertEvidence", "AlertId", "AlertInfo", "AlertId"),
        ("AlertEvidence", "AccountObjectId", "IdentityInfo", "AccountObjectId"),
        ("AlertEvidence", "DeviceId", "DeviceInfo", "DeviceId"),
        ("BehaviorEntities", "BehaviorId", "BehaviorInfo", "BehaviorId"),
        ("CloudAppEvents", "AccountObjectId", "IdentityInfo", "AccountObjectId"),
        ("DataSecurityEvents", "AccountUpn", "IdentityInfo", "AccountUpn"),
        ("DataSecurityEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceFileEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceFileEvents", "InitiatingProcessAccountUpn", "IdentityInfo", "AccountUpn"),
        ("DeviceLogonEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceLogonEvents", "AccountName", "IdentityInfo", "AccountName"),
        ("DeviceNetworkEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceNetworkInfo", "DeviceId", "DeviceInfo", "DeviceId"),
        ("DeviceProcessEvents", "DeviceId", "DeviceInfo", "DeviceId"),
        ("EmailAttachmentInfo", "NetworkMessageId", "EmailEvents", "NetworkMessageId"),
        ("EmailUrlInfo", "NetworkMessageId", "EmailEvents", "NetworkMessageId"),
        ("EmailPostDeliveryEvents", "NetworkMessageId", "EmailEvents", "NetworkMessageId"),
        ("EmailEvents", "SenderObjectId", "IdentityInfo", "AccountObjectId"),
        ("EntraIdSignInEvents", "AccountObjectId", "IdentityInfo", "AccountObjectId"),
        ("EntraIdSignInEvents", "RequestId", "IdentityLogonEvents", "ReportId"),
        ("EntraIdSignInEvents", "DeviceName", "DeviceInfo", "DeviceName"),
        ("EntraIdSpnSignInEvents", "ApplicationId", "OAuthAppInfo", "OAuthAppId"),
        ("IdentityDirectoryEvents", "AccountObjectId", "IdentityInfo", "AccountObjectId"),
        ("MessageEvents", "SenderObjectId", "IdentityInfo", "AccountObjectId"),
        ("UrlClickEvents", "NetworkMessageId", "EmailEvents", "NetworkMessageId"),
        ("UrlClickEvents", "Url", "EmailUrlInfo", "Url"),
    ];
    for (from, column, to, key) in joins {
        let (named, known) = (distinct(from, column), distinct(to, key));
        assert!(!named.is_empty(), "{from}.{column} is empty");
        let lost: Vec<_> = named.difference(&known).take(3).collect();
        assert!(lost.is_empty(), "{from}.{column} not in {to}.{key}: {lost:?}");
    }
}

#[test]
fn a_mail_has_the_attachments_it_says() {
    let answer = hunt(
        "EmailEvents
        | where EmailDirection != 'Inbound' and AttachmentCount > 0 and DeliveryAction == 'Delivered'
        | join kind=leftouter (EmailAttachmentInfo | summarize Files = count() by NetworkMessageId) on NetworkMessageId
        | summarize Mails = count(), Right = countif(Files == AttachmentCount)",
    );
    let (mails, right) = (answer.value(0, 0).as_long().unwrap(), answer.value(0, 1).as_long().unwrap());
    assert!(mails > 200 && right * 100 >= mails * 95, "{right} of {mails}");
}

#[test]
fn a_program_keeps_the_number_it_was_started_with() {
    let answer = hunt(
        "DeviceNetworkEvents
        | where InitiatingProcessFileName == 'msedge.exe'
        | join kind=inner (DeviceProcessEvents | project DeviceId, ProcessId, FileName, Started = ProcessCreationTime)
            on DeviceId, $left.InitiatingProcessId == $right.ProcessId
        | where InitiatingProcessCreationTime == Started
        | summarize Connections = count(), Odd = countif(FileName != 'msedge.exe' or Started > Timestamp)",
    );
    assert!(answer.value(0, 0).as_long().unwrap() > 500, "{:?}", answer.value(0, 0));
    assert_eq!(answer.value(0, 1).as_long(), Some(0));
}

#[test]
fn work_is_done_in_working_hours() {
    // Whom stories are about keep other hours.
    let people = world::World::new(&CONFIG()).people;
    let personae = assets::Assets::personae().map(|persona| format!("'{}'", people.by_surname(&persona.surname).upn));
    let personae: Vec<String> = personae.collect();
    let answer = hunt(&format!(
        "DeviceFileEvents
        | where InitiatingProcessAccountUpn !in ({})
        | join kind=inner (IdentityInfo | project InitiatingProcessAccountUpn = AccountUpn, Department, Country, Type)
            on InitiatingProcessAccountUpn
        | where Country == 'United Kingdom' and Department !in ('Manufacturing', 'Information Technology')
        | summarize Files = count(), Day = countif(hourofday(Timestamp) between (7 .. 19)),
            Weekend = countif(dayofweek(Timestamp) in (0d, 6d))",
        personae.join(", ")
    ));
    let count = |column| answer.value(0, column).as_long().unwrap();
    assert!(count(0) > 300 && count(1) * 100 >= count(0) * 90, "{} {}", count(0), count(1));
    assert!(count(2) * 10 < count(0), "{} {}", count(0), count(2));
}

#[test]
fn an_ordinary_day_leaves_its_rows_in_proportion() {
    let rows_of: BTreeMap<&str, usize> =
        TENANT.tables.iter().map(|(name, table)| (name, table.row_count())).filter(|(_, rows)| *rows > 0).collect();
    assert!(rows_of.len() >= 30, "{}", rows_of.len());
    let all: usize = rows_of.values().sum();
    let share = |name: &str| rows_of[name] * 100 / all;
    for (name, least, most) in [
        ("CloudAppEvents", 12, 30),
        ("DeviceProcessEvents", 4, 20),
        ("DeviceNetworkEvents", 7, 25),
        ("DeviceFileEvents", 5, 20),
        ("EmailEvents", 4, 15),
        ("EntraIdSignInEvents", 4, 15),
    ] {
        assert!((least..=most).contains(&share(name)), "{name}: {} of 100, {rows_of:?}", share(name));
    }
    // Some 21 working days a month.
    let a_day = all / Scale::SMALL.people / 21;
    assert!((30..=60).contains(&a_day), "{a_day} rows a person and day");
}

#[test]
fn graph_tells_of_the_sign_ins_that_stand_in_the_table() {
    let audit = &TENANT.sign_ins;
    let mut told: BTreeMap<String, (i64, String, i32)> = BTreeMap::new();
    for row in rows("EntraIdSignInEvents", &["RequestId", "Timestamp", "AccountUpn", "ErrorCode", "LogonType"]) {
        let (Value::DateTime(at), Value::Int(error)) = (&row["Timestamp"], &row["ErrorCode"]) else { panic!() };
        // The audit log tells nothing that is still to come.
        let has_happened = *at <= CONFIG().anchor.ticks();
        if has_happened && row["LogonType"].as_str().unwrap().contains("\"interactiveUser\"") {
            let upn = row["AccountUpn"].as_str().unwrap().to_owned();
            told.insert(row["RequestId"].as_str().unwrap().to_owned(), (*at, upn, *error));
        }
    }
    assert_eq!(audit.len(), told.len());
    let mut failed = 0;
    for (id, sign_in) in audit.iter() {
        let (at, upn, error) = &told[id];
        let created: crate::base::Timestamp = text(&sign_in["createdDateTime"]).parse().unwrap();
        assert_eq!((created.ticks(), text(&sign_in["userPrincipalName"])), (*at, upn.as_str()));
        assert_eq!(sign_in["status"]["errorCode"], *error);
        failed += usize::from(*error != 0);
    }
    assert!(failed > 10 && failed * 5 < audit.len(), "{failed}");
}

#[test]
fn risk_and_membership_speak_of_users_that_exist() {
    let (sign_ins, detections) = (&TENANT.sign_ins, &TENANT.risk_detections);
    assert!(detections.len() > 3, "{}", detections.len());
    for (_, detection) in detections.iter() {
        let sign_in = sign_ins.get(text(&detection["requestId"])).unwrap();
        assert_eq!(detection["userId"], sign_in["userId"]);
        assert_eq!(detection["activityDateTime"], sign_in["createdDateTime"]);
        assert!(TENANT.risky_users.contains_key(text(&detection["userId"])) || detection["riskState"] == "remediated");
    }
    assert_eq!(TENANT.risky_history.len(), TENANT.risky_users.len());
    for (id, history) in &TENANT.risky_history {
        let now = TENANT.risky_users.get(id).unwrap();
        assert!(!history.is_empty());
        assert_eq!((&history[0]["riskLevel"], &history[0]["riskState"]), (&now["riskLevel"], &now["riskState"]));
    }
    let roles: BTreeMap<String, Json> =
        TENANT.directory_roles.iter().map(|(id, role)| (id.to_owned(), role["displayName"].clone())).collect();
    for (id, _) in TENANT.users.iter() {
        let of = &TENANT.member_of[id];
        assert!(!of.is_empty());
        assert!(of.iter().all(|group| TENANT.groups.contains_key(group) || roles.contains_key(group)));
    }
    for row in rows("IdentityInfo", &["AccountObjectId", "AssignedRoles"]) {
        let of = &TENANT.member_of[row["AccountObjectId"].as_str().unwrap()];
        let held: Json = of.iter().filter_map(|group| roles.get(group)).cloned().collect();
        assert_eq!(row["AssignedRoles"], Value::dynamic(held));
    }
}
