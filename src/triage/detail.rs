//! An alert or a piece of evidence in full, as lines safe for a screen: what is known by name first, then every other
//! property as a tree.

use super::evidence::EvidenceType;
use super::purview;
use crate::base::{Timestamp, Untrusted};
use crate::model::evidence::Account;
use crate::model::{Alert, Evidence, EvidenceKind};
use serde_json::{Map, Value};

/// Techniques of MITRE ATT&CK with their names, one a line. <https://attack.mitre.org/techniques/enterprise/>
const TECHNIQUES: &str = include_str!("../../assets/schema/techniques.txt");

/// `T1052.001 Exfiltration over USB`; the id alone where the table does not know it.
pub fn technique(id: &Untrusted) -> String {
    let known = TECHNIQUES.lines().find(|line| line.split_once(' ').is_some_and(|(known, _)| known == id.raw()));
    known.map_or_else(|| id.line().into_owned(), str::to_owned)
}

/// Everything an alert says of itself but its evidence and comments.
pub fn alert(alert: &Alert) -> Vec<String> {
    let mut lines = Lines::default();
    lines.text("title", &alert.title);
    lines.plain("source", alert.service_source.title());
    lines.optional("detected by", alert.detection_source.as_ref());
    lines.optional("detector", alert.detector_id.as_ref());
    lines.optional("product", alert.product_name.as_ref());
    lines.plain("status", alert.status.title());
    lines.plain("severity", alert.severity.title());
    lines.plain("classification", alert.classification.title());
    lines.plain("determination", alert.determination.title());
    lines.list("categories", &alert.categories);
    for id in &alert.mitre_techniques {
        lines.plain("technique", &technique(id));
    }
    lines.time("first activity", alert.first_activity);
    lines.time("last activity", alert.last_activity);
    lines.time("created", alert.created);
    lines.time("changed", alert.last_update);
    lines.optional("Defender", alert.details().web_url.as_ref());
    if alert.is_insider_risk() {
        let page = alert.details().web_url.as_ref().and_then(|url| purview::alerts_page(url.raw()));
        let page = page.map(|page| format!("{page}: ")).unwrap_or_default();
        lines.plain("Purview", &format!("{page}all its alerts, Graph carries no link to this one"));
    }
    lines.block("Reason", alert.details().description.as_ref());
    lines.block("Recommended", alert.recommended_actions.as_ref());
    lines.rest(&alert.details().unknown.properties());
    lines.0
}

/// Everything a piece of evidence says, whatever its type.
pub fn evidence(evidence: &Evidence) -> Vec<String> {
    let mut lines = Lines::default();
    lines.plain("type", &Untrusted::new(&*evidence.type_name).line());
    match &evidence.kind {
        EvidenceKind::User(account) => lines.account(account),
        EvidenceKind::Mailbox { address, display_name, account } => {
            lines.text("address", address);
            lines.text("name", display_name);
            lines.account(account);
        }
        EvidenceKind::Device { dns_name, mde_device_id, os_platform, risk_score } => {
            lines.text("device", dns_name);
            lines.text("device id", mde_device_id);
            lines.text("platform", os_platform);
            lines.text("risk score", risk_score);
        }
        EvidenceKind::File { name, path, size, sha256 } => {
            lines.text("file", name);
            lines.text("folder", path);
            if let Some(size) = size {
                lines.plain("bytes", &size.to_string());
            }
            lines.text("SHA-256", sha256);
        }
        EvidenceKind::Ip { address, country } => {
            lines.text("address", address);
            lines.text("country", country);
        }
        EvidenceKind::Url(url) => lines.text("URL", url),
        EvidenceKind::Process { image, command_line, account } => {
            lines.text("image", image);
            lines.text("command line", command_line);
            lines.account(account);
        }
        EvidenceKind::CloudApplication { display_name, instance_name } => {
            lines.text("app", display_name);
            lines.text("instance", instance_name);
        }
        EvidenceKind::MailMessage { subject, recipient, network_message_id } => {
            lines.text("subject", subject);
            lines.text("recipient", recipient);
            lines.text("message id", network_message_id);
        }
        EvidenceKind::Other => {}
    }
    let mut properties = evidence.properties.properties();
    let facts = EvidenceType::of(&evidence.type_name).map(|known| known.take_facts(&mut properties));
    for (words, text) in facts.into_iter().flatten() {
        lines.text(words, &text.into());
    }
    lines.plain("verdict", evidence.verdict.wire());
    lines.optional("remediation", evidence.remediation_status.as_ref());
    lines.list("roles", &evidence.roles);
    lines.list("detailed roles", &evidence.detailed_roles);
    lines.list("tags", &evidence.tags);
    lines.time("first seen", evidence.created);
    lines.rest(&properties);
    lines.0
}

/// Lines being put together.
#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    fn plain(&mut self, name: &str, text: &str) {
        if !text.is_empty() {
            self.0.push(format!("{name:<15} {text}"));
        }
    }

    fn text(&mut self, name: &str, text: &Untrusted) {
        self.plain(name, &text.line());
    }

    fn optional(&mut self, name: &str, text: Option<&Untrusted>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    fn list(&mut self, name: &str, texts: &[Untrusted]) {
        let texts: Vec<String> = texts.iter().map(|text| text.line().into_owned()).collect();
        self.plain(name, &texts.join(", "));
    }

    fn time(&mut self, name: &str, at: Option<Timestamp>) {
        if let Some(at) = at {
            self.plain(name, &at.to_seconds_text());
        }
    }

    fn account(&mut self, account: &Account) {
        self.text("name", &account.display_name);
        self.text("UPN", &account.upn);
        self.text("account", &account.account_name);
        self.text("domain", &account.domain_name);
        self.text("object id", &account.entra_object_id);
    }

    fn block(&mut self, heading: &str, text: Option<&Untrusted>) {
        let Some(text) = text.filter(|text| !text.is_empty()) else { return };
        self.0.push(String::new());
        self.0.push(heading.to_owned());
        self.0.extend(text.block().lines().map(|line| format!("  {line}")));
    }

    /// Properties that no field names.
    fn rest(&mut self, properties: &Map<String, Value>) {
        let start = self.0.len();
        self.tree(properties, 2);
        if self.0.len() > start {
            self.0.splice(start..start, [String::new(), "Other properties as sent".to_owned()]);
        }
    }

    fn tree(&mut self, properties: &Map<String, Value>, indent: usize) {
        for (name, value) in properties {
            self.branch(&Untrusted::new(name.as_str()).line(), value, indent);
        }
    }

    fn branch(&mut self, name: &str, value: &Value, indent: usize) {
        let pad = " ".repeat(indent);
        match value {
            Value::Null => {}
            Value::Object(inner) if inner.is_empty() => {}
            Value::Object(inner) => {
                self.0.push(format!("{pad}{name}"));
                self.tree(inner, indent + 2);
            }
            Value::Array(items) if items.is_empty() => {}
            Value::Array(items) => {
                self.0.push(format!("{pad}{name}"));
                for item in items {
                    self.branch("-", item, indent + 2);
                }
            }
            Value::String(text) => self.0.push(format!("{pad}{name} {}", Untrusted::new(text.as_str()).line())),
            Value::Bool(_) | Value::Number(_) => self.0.push(format!("{pad}{name} {value}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn evidence_of_an_unknown_type_is_a_tree_safe_for_a_screen() {
        let lines = evidence(&Evidence::read(json!({
            "@odata.type": "#microsoft.graph.security.newEvidence", "verdict": "suspicious",
            "thing": {"name": "a\u{1b}[2Jb", "parts": [1, {"deep": true}], "nothing": null}
        })));
        assert!(lines.iter().any(|line| line == "type            newEvidence"), "{lines:?}");
        assert!(lines.iter().any(|line| line == "      - 1"), "{lines:?}");
        assert!(lines.iter().any(|line| line.trim() == "deep true"), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains('\u{1b}') || line.contains("nothing")), "{lines:?}");
    }

    #[test]
    fn techniques_have_their_names() {
        assert_eq!(technique(&"T1052.001".into()), "T1052.001 Exfiltration over USB");
        assert_eq!(technique(&"T9999".into()), "T9999");
        for line in TECHNIQUES.lines() {
            assert!(line.starts_with('T') && line.split_once(' ').is_some_and(|(_, name)| !name.is_empty()), "{line}");
        }
    }
}
