//! Common Event Format 0. What the tenant wrote is made safe as for a screen: no control reaches the line.
//! <https://docs.opentext.com/doc/latest/ArcSight_CEF_Implementation_Standard.pdf>

use super::named::Named;
use super::{Known, Record, milliseconds, purview};
use crate::base::Untrusted;
use crate::model::{Alert, Incident, Severity};
use std::net::IpAddr;

/// The record on one line.
pub fn line(record: &Record) -> String {
    let (product, class, name) = match &record.known {
        Known::Alert(alert) => {
            let product =
                alert.product_name.as_ref().map_or_else(|| alert.service_source.title().into(), Untrusted::line);
            let class = alert.detector_id.as_ref().or(alert.categories.first()).map_or("alert".into(), Untrusted::line);
            (product, class, alert.title.line())
        }
        Known::Incident(incident) => ("Microsoft Defender XDR".into(), "incident".into(), incident.display_name.line()),
    };
    let mut line = format!(
        "CEF:0|Microsoft|{}|1.0|{}|{}|{}|",
        header(&product),
        header(&class),
        header(&name),
        severity(record.severity())
    );
    let mut extension = Extension(String::new());
    extension.add("externalId", record.id());
    if let Some(changed) = record.changed() {
        extension.add("rt", &milliseconds(changed).to_string());
    }
    match &record.known {
        Known::Alert(alert) => of_alert(alert, &mut extension),
        Known::Incident(incident) => of_incident(incident, &mut extension),
    }
    if let Some(state) = purview(record)["status"].as_str() {
        extension.custom("cs6", "PurviewStatusDerived", state);
    }
    line.push_str(&extension.0);
    line
}

fn of_alert(alert: &Alert, extension: &mut Extension) {
    let named = Named::by(alert);
    for (key, at) in [("start", alert.first_activity), ("end", alert.last_activity)] {
        if let Some(at) = at {
            extension.add(key, &milliseconds(at).to_string());
        }
    }
    extension.add("cat", &listed(&alert.categories));
    if let Some(account) = named.accounts.first() {
        extension.text("suser", &account.upn);
        extension.text("suid", &account.entra_object_id);
    }
    if let Some(device) = named.devices.first() {
        extension.text("shost", &device.name.into());
    }
    if let Some(address) = named.addresses.first() {
        match address.parse() {
            Ok(IpAddr::V4(_)) => extension.add("src", address),
            Ok(IpAddr::V6(_)) => extension.custom("c6a2", "Source IPv6 Address", address),
            Err(_) => {}
        }
    }
    if let Some(file) = named.files.first() {
        extension.text("fname", &file.name.into());
        extension.text("filePath", &file.folder.into());
        extension.text("fileHash", &file.sha256.into());
    }
    if let Some(incident) = &alert.incident_id {
        extension.custom("cs1", "IncidentId", &Untrusted::new(&**incident).line());
    }
    extension.custom("cs2", "Status", alert.status.wire());
    extension.custom("cs3", "Classification", alert.classification.wire());
    extension.custom("cs4", "Determination", alert.determination.wire());
    if let Some(owner) = &alert.assigned_to {
        extension.custom("cs5", "Owner", &owner.line());
    }
    if !alert.mitre_techniques.is_empty() {
        extension.custom("flexString1", "MitreTechniques", &listed(&alert.mitre_techniques));
    }
    if let Some(description) = &alert.details().description {
        extension.text("msg", description);
    }
    if let Some(url) = &alert.details().web_url {
        extension.custom("flexString2", "PortalUrl", &url.line());
    }
}

fn of_incident(incident: &Incident, extension: &mut Extension) {
    if let Some(created) = incident.created {
        extension.add("start", &milliseconds(created).to_string());
    }
    extension.custom("cs2", "Status", incident.status.wire());
    extension.custom("cs3", "Classification", incident.classification.wire());
    extension.custom("cs4", "Determination", incident.determination.wire());
    if let Some(owner) = &incident.assigned_to {
        extension.custom("cs5", "Owner", &owner.line());
    }
    if let Some(description) = &incident.details().description {
        extension.text("msg", description);
    }
    if let Some(url) = &incident.details().web_url {
        extension.custom("flexString2", "PortalUrl", &url.line());
    }
}

fn listed(texts: &[Untrusted]) -> String {
    texts.iter().map(Untrusted::line).collect::<Vec<_>>().join(",")
}

/// Pairs of key and value.
struct Extension(String);

impl Extension {
    /// Adds a value that is on one line already; an empty one is left out.
    fn add(&mut self, key: &str, value: &str) {
        if value.is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        self.0.push_str(key);
        self.0.push('=');
        self.0.push_str(&value.replace('\\', "\\\\").replace('=', "\\="));
    }

    /// Adds what the tenant wrote.
    fn text(&mut self, key: &str, value: &Untrusted) {
        self.add(key, &value.line());
    }

    /// Adds a custom field with its label.
    fn custom(&mut self, key: &str, label: &str, value: &str) {
        if !value.is_empty() {
            self.add(key, value);
            self.add(&format!("{key}Label"), label);
        }
    }
}

/// A field of the header.
fn header(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|")
}

/// From 0 to 10.
const fn severity(severity: &Severity) -> u8 {
    match severity {
        Severity::High => 8,
        Severity::Medium => 6,
        Severity::Low => 3,
        Severity::Informational => 1,
        Severity::Unknown | Severity::Unrecognized(_) => 0,
    }
}
