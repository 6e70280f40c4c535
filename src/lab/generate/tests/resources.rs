//! Resources have the properties and members of their types, and evidence names what exists.

use super::*;

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
