//! Where names come from: the records that the tenant sends. What is only written in a text, such as a colleague's name in
//! a comment, is known once a record, a row or an address has named them.

use super::{Book, is_guid, plain};
use crate::base::Untrusted;
use crate::model::hunting::HuntingResult;
use crate::model::{Alert, Evidence, EvidenceKind, Incident, RiskyUser, User};
use crate::triage::Person;
use crate::triage::journal::Entry;
use indexmap::IndexMap;

/// What a column of a hunting result says of whom, by how its name ends.
const PARTS: &[&str] = &[
    "name",
    "upn",
    "displayname",
    "sid",
    "objectid",
    "id",
    "principalname",
    "fromaddress",
    "emailaddress",
    "address",
    "",
];

/// The words in a column's name that say that a person follows.
const ROLES: &[&str] = &["account", "user", "sender", "recipient", "manager", "actor", "employee", "initiatedby"];

/// Columns of `IdentityInfo` that say more of the same person as its account columns.
const OF_ACCOUNT: &[&str] = &["onpremsid", "cloudsid", "emailaddress"];

impl Book {
    /// Learns whom `alert` names.
    pub fn learn_alert(&mut self, alert: &Alert) {
        for evidence in &alert.details().evidence {
            self.learn_evidence(evidence);
        }
        self.learn_signed(alert.assigned_to.as_ref());
        for comment in &alert.details().comments {
            self.learn_signed(Some(&comment.created_by));
            self.scan(comment.comment.raw());
        }
        self.scan(alert.title.raw());
        alert.details().description.iter().for_each(|text| self.scan(text.raw()));
        self.scan_parts(&alert.details().unknown.text());
    }

    fn learn_evidence(&mut self, evidence: &Evidence) {
        let rest = evidence.properties.text();
        if let Some(account) = evidence.account() {
            let [upn, display, name, id] =
                [&account.upn, &account.display_name, &account.account_name, &account.entra_object_id];
            let sid = value_of(&rest, "userSid").unwrap_or_default();
            self.learn(&[upn.raw(), id.raw(), &sid, name.raw(), display.raw()]);
        }
        match &evidence.kind {
            EvidenceKind::Mailbox { address, display_name, account } => {
                self.learn(&[address.raw(), account.upn.raw(), display_name.raw()]);
            }
            EvidenceKind::MailMessage { recipient, subject, .. } => {
                self.learn(&[recipient.raw()]);
                self.scan(subject.raw());
            }
            EvidenceKind::Process { command_line, .. } => self.scan(command_line.raw()),
            EvidenceKind::File { name, path, .. } => [name, path].into_iter().for_each(|text| self.scan(text.raw())),
            EvidenceKind::Url(url) => self.scan(url.raw()),
            EvidenceKind::User(_)
            | EvidenceKind::Device { .. }
            | EvidenceKind::Ip { .. }
            | EvidenceKind::CloudApplication { .. }
            | EvidenceKind::Other => {}
        }
        self.scan_parts(&rest);
    }

    /// Learns whom `incident` names, its alerts included where they came with it.
    pub fn learn_incident(&mut self, incident: &Incident) {
        self.learn_signed(incident.assigned_to.as_ref());
        self.learn_signed(incident.last_modified_by.as_ref());
        for comment in &incident.details().comments {
            self.learn_signed(Some(&comment.created_by));
            self.scan(comment.comment.raw());
        }
        let texts =
            [&incident.details().description, &incident.details().summary, &incident.details().resolving_comment];
        texts.into_iter().flatten().for_each(|text| self.scan(text.raw()));
        self.scan(incident.display_name.raw());
        incident.custom_tags.iter().for_each(|tag| self.scan(tag.raw()));
        self.scan_parts(&incident.details().unknown.text());
        incident.alerts.iter().flatten().for_each(|alert| self.learn_alert(alert));
    }

    /// Learns who owns or wrote something: by an address, since a display name there may be a product's.
    fn learn_signed(&mut self, by: Option<&Untrusted>) {
        if let Some(by) = by {
            self.scan(by.raw());
        }
    }

    /// Learns `user`.
    pub fn learn_user(&mut self, user: &User) {
        let mail = user.mail.as_ref().map_or("", Untrusted::raw);
        let rest = user.unknown.text();
        let [account, sid] = ["onPremisesSamAccountName", "onPremisesSecurityIdentifier"]
            .map(|name| value_of(&rest, name).unwrap_or_default());
        self.learn(&[user.upn.raw(), &user.id, mail, &sid, &account, user.display_name.raw()]);
    }

    /// Learns whom Entra's risk is of.
    pub fn learn_risk(&mut self, risk: &RiskyUser) {
        let display = value_of(&risk.unknown.text(), "userDisplayName").unwrap_or_default();
        self.learn(&[risk.upn.raw(), &risk.id, &display]);
    }

    /// Learns `person`.
    pub fn learn_person(&mut self, person: &Person) {
        self.learn(&[person.upn.raw(), person.object_id.raw(), person.label.raw()]);
    }

    /// Learns whom an entry of the journal names.
    pub fn learn_entry(&mut self, entry: &Entry) {
        self.scan(&entry.by);
        self.scan(&entry.subject);
        self.scan(entry.text.raw());
        for value in [&entry.before, &entry.after] {
            if !value.is_null() {
                self.scan(&value.to_string());
            }
        }
    }

    /// Learns whom the rows of `result` name: columns that begin alike say it of the same person, and every address and
    /// security identifier in any cell is someone's.
    pub fn learn_rows(&mut self, result: &HuntingResult) {
        let mut groups: IndexMap<String, Vec<usize>> = IndexMap::new();
        for (at, column) in result.columns.iter().enumerate() {
            if let Some(whose) = whose(column.name.raw()) {
                groups.entry(whose).or_default().push(at);
            }
        }
        for row in &result.rows {
            let texts: Vec<Untrusted> = row.iter().map(crate::model::Cell::text).collect();
            for columns in groups.values() {
                let named =
                    columns.iter().filter_map(|at| Some((result.columns.get(*at)?.name.raw(), texts.get(*at)?.raw())));
                let names: Vec<&str> =
                    named.filter(|(column, text)| is_told(column, text)).map(|(_, text)| text).collect();
                self.learn(&names);
            }
            for text in &texts {
                self.scan(text.raw());
            }
        }
    }

    /// Learns every address and every account's security identifier in `text` as someone.
    pub fn scan(&mut self, text: &str) {
        self.scan_as(text, is_in_address);
    }

    /// The same in JSON, whose escapes end an address.
    fn scan_parts(&mut self, text: &str) {
        self.scan_as(text, |c| c != '\\' && is_in_address(c));
    }

    fn scan_as(&mut self, text: &str, is_part: impl Fn(char) -> bool) {
        for (at, _) in text.match_indices('@') {
            let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
            let start = before
                .rfind(|c| !is_part(c))
                .map_or(0, |at| at + before.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8));
            let is_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
            let end = after.find(|c| !is_host(c)).unwrap_or(after.len());
            let host = after.get(..end).unwrap_or_default().trim_end_matches(['.', '-']);
            let user = before.get(start..).unwrap_or_default().trim_start_matches(['.', '\'', '-']);
            if !user.is_empty() && host.contains('.') {
                self.learn_address(&format!("{user}@{host}"));
            }
        }
        for start in ["S-1-5-21-", "S-1-12-1-"] {
            for (at, _) in text.match_indices(start) {
                let rest = text.get(at..).unwrap_or_default();
                let end = rest.get(1..).and_then(|rest| rest.find(|c: char| !c.is_ascii_digit() && c != '-'));
                let sid = rest.get(..end.map_or(rest.len(), |end| end + 1)).unwrap_or_default().trim_end_matches('-');
                if sid.matches('-').count() >= 7 {
                    self.learn(&[sid]);
                }
            }
        }
    }

    fn learn_address(&mut self, address: &str) {
        if self.aliases().owners(address).is_empty() {
            self.learn(&[address]);
        }
    }
}

fn is_in_address(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '\'')
}

/// The text of the property `name` anywhere in the JSON text `json`.
fn value_of(json: &str, name: &str) -> Option<String> {
    let (_, rest) = json.split_once(&format!("\"{name}\":"))?;
    let value = serde_json::Deserializer::from_str(rest).into_iter::<serde_json::Value>().next()?.ok()?;
    value.as_str().map(str::to_owned)
}

/// The person that the column `name` says something of, by the start of its name; `None` where it is of nobody.
fn whose(name: &str) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    if OF_ACCOUNT.contains(&&*lower) {
        return Some("account".to_owned());
    }
    let (end, _) = ROLES.iter().filter_map(|role| lower.rfind(role).map(|at| (at + role.len(), at))).max()?;
    let (start, part) = lower.split_at_checked(end)?;
    PARTS.contains(&part).then(|| start.to_owned())
}

/// Whether what a column says can be a name: of one that ends in `Id`, an object id alone.
fn is_told(column: &str, text: &str) -> bool {
    let is_of_id = column.to_ascii_lowercase().ends_with("id") && !column.to_ascii_lowercase().ends_with("sid");
    !text.starts_with(['{', '[']) && (!is_of_id || is_guid(plain(text)))
}
