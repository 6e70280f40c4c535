//! Records as Graph's JSON again, to keep them: what is read back equals what was written.

use super::evidence::{Account, EvidenceKind};
use super::{Alert, Comment, Evidence, Incident, Rest};
use crate::base::{Timestamp, Untrusted};
use serde_json::{Map, Value};

/// An object that is filled over what nobody understood. That was left because it could not be read, so it stays.
struct Object(Map<String, Value>);

impl Object {
    fn over(rest: &Rest) -> Self {
        Self(rest.properties())
    }

    fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.entry(name).or_insert_with(|| value.into());
    }

    fn text(&mut self, name: &str, text: &Untrusted) {
        if !text.is_empty() {
            self.put(name, text.raw());
        }
    }

    fn optional(&mut self, name: &str, text: Option<&Untrusted>) {
        if let Some(text) = text {
            self.put(name, text.raw());
        }
    }

    fn time(&mut self, name: &str, at: Option<Timestamp>) {
        if let Some(at) = at {
            self.put(name, at.to_string());
        }
    }

    /// Before the elements that are no texts.
    fn texts(&mut self, name: &str, texts: &[Untrusted]) {
        if !texts.is_empty() {
            let list = self.0.entry(name).or_insert_with(|| Value::Array(Vec::new()));
            if let Value::Array(items) = list {
                items.splice(0..0, texts.iter().map(|text| text.raw().into()));
            }
        }
    }

    fn list(&mut self, name: &str, items: impl Iterator<Item = Value>) {
        self.put(name, items.collect::<Vec<_>>());
    }

    fn nested(&mut self, name: &str, fill: impl FnOnce(&mut Self)) {
        let place = self.0.entry(name).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(properties) = place {
            let mut nested = Self(std::mem::take(properties));
            fill(&mut nested);
            *properties = nested.0;
        }
    }
}

impl From<&Incident> for Value {
    fn from(incident: &Incident) -> Self {
        let details = incident.details();
        let mut object = Object::over(&details.unknown);
        object.put("id", &*incident.id);
        object.text("displayName", &incident.display_name);
        object.put("status", incident.status.wire());
        object.put("severity", incident.severity.wire());
        object.put("classification", incident.classification.wire());
        object.put("determination", incident.determination.wire());
        object.optional("assignedTo", incident.assigned_to.as_ref());
        object.time("createdDateTime", incident.created);
        object.time("lastUpdateDateTime", incident.last_update);
        object.optional("lastModifiedBy", incident.last_modified_by.as_ref());
        object.optional("incidentWebUrl", details.web_url.as_ref());
        object.optional("redirectIncidentId", incident.redirect_incident_id.as_ref());
        object.optional("description", details.description.as_ref());
        object.optional("summary", details.summary.as_ref());
        object.optional("resolvingComment", details.resolving_comment.as_ref());
        if let Some(score) = incident.priority_score {
            object.put("priorityScore", score);
        }
        object.texts("customTags", &incident.custom_tags);
        object.texts("systemTags", &incident.system_tags);
        object.list("comments", details.comments.iter().map(Self::from));
        if let Some(alerts) = &incident.alerts {
            object.list("alerts", alerts.iter().map(Self::from));
        }
        Self::Object(object.0)
    }
}

impl From<&Alert> for Value {
    fn from(alert: &Alert) -> Self {
        let details = alert.details();
        let mut object = Object::over(&details.unknown);
        object.put("id", &*alert.id);
        if let Some(incident) = &alert.incident_id {
            object.put("incidentId", &**incident);
        }
        object.text("title", &alert.title);
        object.optional("description", details.description.as_ref());
        object.optional("recommendedActions", alert.recommended_actions.as_ref());
        object.put("status", alert.status.wire());
        object.put("severity", alert.severity.wire());
        object.put("classification", alert.classification.wire());
        object.put("determination", alert.determination.wire());
        object.optional("assignedTo", alert.assigned_to.as_ref());
        object.put("serviceSource", alert.service_source.wire());
        object.optional("detectionSource", alert.detection_source.as_ref());
        object.optional("detectorId", alert.detector_id.as_ref());
        object.optional("productName", alert.product_name.as_ref());
        object.texts("categories", &alert.categories);
        object.texts("mitreTechniques", &alert.mitre_techniques);
        object.time("createdDateTime", alert.created);
        object.time("lastUpdateDateTime", alert.last_update);
        object.time("resolvedDateTime", details.resolved);
        object.time("firstActivityDateTime", alert.first_activity);
        object.time("lastActivityDateTime", alert.last_activity);
        object.optional("alertWebUrl", details.web_url.as_ref());
        object.list("comments", details.comments.iter().map(Self::from));
        object.list("evidence", details.evidence.iter().map(Self::from));
        Self::Object(object.0)
    }
}

impl From<&Comment> for Value {
    fn from(comment: &Comment) -> Self {
        let mut object = Object(Map::new());
        object.text("comment", &comment.comment);
        object.text("createdByDisplayName", &comment.created_by);
        object.time("createdDateTime", comment.created);
        Self::Object(object.0)
    }
}

impl From<&Evidence> for Value {
    fn from(evidence: &Evidence) -> Self {
        let mut object = Object::over(&evidence.properties);
        object.put("@odata.type", format!("#microsoft.graph.security.{}", evidence.type_name));
        object.time("createdDateTime", evidence.created);
        object.put("verdict", evidence.verdict.wire());
        object.optional("remediationStatus", evidence.remediation_status.as_ref());
        object.texts("roles", &evidence.roles);
        object.texts("detailedRoles", &evidence.detailed_roles);
        object.texts("tags", &evidence.tags);
        kind(&mut object, &evidence.kind);
        Self::Object(object.0)
    }
}

fn kind(object: &mut Object, kind: &EvidenceKind) {
    match kind {
        EvidenceKind::User(account) => put_account(object, account),
        EvidenceKind::Mailbox { address, display_name, account } => {
            object.text("primaryAddress", address);
            object.text("displayName", display_name);
            put_account(object, account);
        }
        EvidenceKind::Device { dns_name, mde_device_id, os_platform, risk_score } => {
            object.text("deviceDnsName", dns_name);
            object.text("mdeDeviceId", mde_device_id);
            object.text("osPlatform", os_platform);
            object.text("riskScore", risk_score);
        }
        EvidenceKind::File { name, path, size, sha256 } => object.nested("fileDetails", |details| {
            details.text("fileName", name);
            details.text("filePath", path);
            if let Some(size) = size {
                details.put("fileSize", *size);
            }
            details.text("sha256", sha256);
        }),
        EvidenceKind::Ip { address, country } => {
            object.text("ipAddress", address);
            object.text("countryLetterCode", country);
        }
        EvidenceKind::Url(url) => object.text("url", url),
        EvidenceKind::Process { image, command_line, account } => {
            object.nested("imageFile", |file| file.text("fileName", image));
            object.text("processCommandLine", command_line);
            put_account(object, account);
        }
        EvidenceKind::CloudApplication { display_name, instance_name } => {
            object.text("displayName", display_name);
            object.text("instanceName", instance_name);
        }
        EvidenceKind::MailMessage { subject, recipient, network_message_id } => {
            object.text("subject", subject);
            object.text("recipientEmailAddress", recipient);
            object.text("networkMessageId", network_message_id);
        }
        EvidenceKind::Other => {}
    }
}

fn put_account(object: &mut Object, account: &Account) {
    object.nested("userAccount", |fields| {
        fields.text("userPrincipalName", &account.upn);
        fields.text("displayName", &account.display_name);
        fields.text("accountName", &account.account_name);
        fields.text("domainName", &account.domain_name);
        fields.text("azureAdUserId", &account.entra_object_id);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

    fn account() -> Value {
        json!({ "userPrincipalName": "m@x", "displayName": "M", "accountName": "m", "domainName": "x",
                "azureAdUserId": "o", "userSid": "S-1" })
    }

    #[test]
    fn what_was_written_is_read_as_it_was() {
        let of = |kind: &str, mut rest: Value| {
            rest["@odata.type"] = format!("#microsoft.graph.security.{kind}").into();
            rest["createdDateTime"] = "2026-11-23T12:00:00.1234567Z".into();
            rest["verdict"] = "suspicious".into();
            rest["roles"] = json!(["compromised", 7]);
            rest
        };
        let evidence = json!([
            of("userEvidence", json!({ "userAccount": account(), "stream": { "name": "s" } })),
            of("mailboxEvidence", json!({ "primaryAddress": "a", "displayName": "b", "userAccount": account() })),
            of(
                "deviceEvidence",
                json!({ "deviceDnsName": "d", "mdeDeviceId": "e", "osPlatform": "f", "riskScore": "g" })
            ),
            of("fileEvidence", json!({ "fileDetails": { "fileName": "a.zip", "fileSize": 5, "issuer": "i" } })),
            of("ipEvidence", json!({ "ipAddress": "192.0.2.1", "countryLetterCode": "CH" })),
            of("urlEvidence", json!({ "url": "https://x.example" })),
            of(
                "processEvidence",
                json!({ "imageFile": { "fileName": "p" }, "processCommandLine": "p -x",
                                          "userAccount": account() })
            ),
            of("cloudApplicationEvidence", json!({ "displayName": "Box", "instanceName": "i" })),
            of(
                "analyzedMessageEvidence",
                json!({ "subject": "s", "recipientEmailAddress": "r", "networkMessageId": "n" })
            ),
            of("futureEvidence", json!({ "anything": [1, null, { "a": true }], "userAccount": "no object" })),
        ]);
        let alert = json!({
            "id": "ir1", "incidentId": "7", "title": "Files\u{202e} archived", "description": "long", "status": 5,
            "severity": "novel", "classification": null, "determination": "other", "assignedTo": "a@x",
            "serviceSource": "unknownFutureValue", "detectorId": "d", "categories": ["Exfiltration", 3],
            "mitreTechniques": ["T1052"], "createdDateTime": "2026-11-23T12:00:00Z", "lastUpdateDateTime": "never",
            "comments": [{ "comment": "c", "createdBy": "b", "createdTime": "2026-11-23T12:00:00Z" }],
            "evidence": evidence, "tenantId": "t", "systemTags": ["x"],
        });
        let incident = json!({
            "id": 7, "displayName": "Departing user", "status": "active", "severity": "high", "priorityScore": 80,
            "customTags": ["leaver"], "comments": [], "alerts": [alert], "tenantId": "t", "summary": "s",
            "redirectIncidentId": null, "lastModifiedBy": "b",
        });
        let read = Incident::from_json(incident).unwrap();
        assert_eq!(read.alerts.as_ref().map_or(0, |alerts| alerts[0].details().evidence.len()), 10);
        assert_eq!(Incident::from_json(Value::from(&read)).unwrap(), read);
        let bare = Incident::from_json(json!({ "id": "1" })).unwrap();
        assert_eq!(Incident::from_json(Value::from(&bare)).unwrap(), bare);
    }
}
