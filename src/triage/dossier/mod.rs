//! What hunting rows say of a person, in sentences: each part of the user page that is a query, what its rows mean, the
//! rule behind what is derived, and what it means where there are none.

pub mod absence;
pub mod behaviors;
pub mod names;
pub mod norm;
pub mod sequences;

use crate::base::Timestamp;
use crate::base::text::count;
use crate::model::{Cell, HuntingResult};
use indexmap::IndexMap;
use serde_json::Value;

/// A sentence of the dossier, safe for a terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The sentence.
    pub text: String,
    /// Whether it stands out.
    pub is_notable: bool,
    /// What kind of thing it tells, to narrow a section by; empty where all are of one kind.
    pub kind: Box<str>,
}

impl Fact {
    /// A sentence that stands out where `is_notable`.
    pub fn of(text: String, is_notable: bool) -> Self {
        Self { text, is_notable, kind: Box::default() }
    }

    /// A sentence that does not stand out.
    pub fn plain(text: String) -> Self {
        Self::of(text, false)
    }

    /// A sentence that stands out.
    pub fn notable(text: String) -> Self {
        Self::of(text, true)
    }
}

/// A part of the dossier that is one query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// All activity, alerts and sign-ins in one order.
    Timeline,
    /// Acts that belong together.
    Sequences,
    /// What Insider Risk rolled up by day, and what of it is unusual.
    Behaviors,
    /// Exfiltration against own and department norm.
    Norm,
    /// Insider Risk policies that matched.
    Policies,
    /// Sensitive types and labels handled.
    Sensitive,
    /// Devices worked at.
    Devices,
    /// Sign-ins by country.
    SignIns,
    /// What Defender's identity inventory says.
    Inventory,
}

impl Section {
    /// All, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Timeline,
        Self::Sequences,
        Self::Behaviors,
        Self::Norm,
        Self::Policies,
        Self::Sensitive,
        Self::Devices,
        Self::SignIns,
        Self::Inventory,
    ];

    /// Its name on screen.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Timeline => "timeline",
            Self::Sequences => "sequences",
            Self::Behaviors => "behaviours",
            Self::Norm => "norms",
            Self::Policies => "policies",
            Self::Sensitive => "sensitive",
            Self::Devices => "devices",
            Self::SignIns => "sign-ins",
            Self::Inventory => "inventory",
        }
    }

    /// How what it shows comes about.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Timeline => {
                "Rows of DataSecurityEvents and EntraIdSignInEvents and the alerts whose evidence names the person, \
                 of the last 30 days, the latest first. Nothing is derived."
            }
            Self::Sequences => sequences::RULE,
            Self::Behaviors => behaviors::RULE,
            Self::Norm => norm::RULE,
            Self::Policies => {
                "Events of DataSecurityEvents by the policies in IrmPolicyMatchInfo, as the service names them."
            }
            Self::Sensitive => {
                "Events of DataSecurityEvents by SensitiveInfoTypeInfo, SensitivityLabelId and PreviousSensitivityLabelId. \
                 The table carries ids; names come from the profile's labels, then from Microsoft's published built-in types \
                 and default labels."
            }
            Self::Devices => "Events of DataSecurityEvents by DeviceName.",
            Self::SignIns => "Rows of EntraIdSignInEvents by Country; failed are those with an ErrorCode other than 0.",
            Self::Inventory => "The latest row of IdentityInfo about the person.",
        }
    }

    /// What it means where the query answers no rows.
    pub const fn none(self) -> &'static str {
        match self {
            Self::Timeline => {
                "no row of the last 30 days names this person; older ones are not kept by advanced hunting"
            }
            Self::Sequences => {
                "no sequence: neither did Insider Risk tie events together, nor does the rule find stages in order"
            }
            Self::Behaviors => {
                "no behaviour of the last 30 days: the person did nothing that Insider Risk rolls up, or is in no policy \
                 while user analytics is off"
            }
            Self::Norm => "no exfiltration events, neither of the person nor of their department",
            Self::Policies => {
                "no policy matched: the person is in none, did nothing it watches, or an administrator excluded it"
            }
            Self::Sensitive => "no event carries a sensitive type or a label",
            Self::Devices => "no event names a device: they happened in the cloud, or the device is not onboarded",
            Self::SignIns => "no sign-in: the table needs Entra ID P2, or nobody signed in",
            Self::Inventory => "not in IdentityInfo: the table is filled by Defender for Identity and for Cloud Apps",
        }
    }

    /// What its rows say; `labels` are ids and names that the tenant gave to labels and types of its own.
    pub fn facts(self, result: &HuntingResult, labels: &[(String, String)]) -> Vec<Fact> {
        match self {
            Self::Timeline => result.rows.iter().map(|row| happening(result, row)).collect(),
            Self::Sequences => sequences::facts(result),
            Self::Behaviors => behaviors::facts(result),
            Self::Norm => norm::facts(result),
            Self::Policies => policies(result),
            Self::Sensitive => result.rows.iter().map(|row| sensitive(result, row, labels)).collect(),
            Self::Devices => result.rows.iter().map(|row| device(result, row)).collect(),
            Self::SignIns => result.rows.iter().map(|row| sign_ins(result, row)).collect(),
            Self::Inventory => result.rows.first().map(|row| inventory(result, row)).unwrap_or_default(),
        }
    }
}

/// The cell's text made safe; empty where there is none.
fn text(result: &HuntingResult, row: &[Cell], name: &str) -> String {
    result.cell(row, name).map(|cell| cell.text().line().into_owned()).unwrap_or_default()
}

fn time(result: &HuntingResult, row: &[Cell], name: &str) -> Option<Timestamp> {
    result.cell(row, name)?.text().raw().parse().ok()
}

/// The cell as a whole number; nought where it is none.
fn whole(result: &HuntingResult, row: &[Cell], name: &str) -> u64 {
    result.cell(row, name).and_then(|cell| cell.text().raw().parse().ok()).unwrap_or_default()
}

fn moment(result: &HuntingResult, row: &[Cell], name: &str) -> String {
    time(result, row, name).map_or_else(|| "time not told".to_owned(), Timestamp::to_seconds_text)
}

fn happening(result: &HuntingResult, row: &[Cell]) -> Fact {
    let kind = text(result, row, "Kind");
    let words = ["What", "On", "Where"].map(|name| text(result, row, name));
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|word| !word.is_empty()).collect();
    let text = format!("{}  {kind:<13}  {}", moment(result, row, "Timestamp"), words.join("  "));
    Fact { text, is_notable: kind == "Alert", kind: kind.into() }
}

/// Policies by name with their events, those that match most first. The column is text or JSON, one policy or a list.
fn policies(result: &HuntingResult) -> Vec<Fact> {
    let mut policies: IndexMap<String, u64> = IndexMap::new();
    for row in &result.rows {
        let events = whole(result, row, "Events");
        let mut names = Vec::new();
        match result.cell(row, "Policies") {
            Some(Cell::Dynamic(value)) => policy_names(value, &mut names),
            Some(cell) => match serde_json::from_str(cell.text().raw()) {
                Ok(value) => policy_names(&value, &mut names),
                Err(_) => names.push(cell.text().line().into_owned()),
            },
            None => {}
        }
        names.dedup();
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            *policies.entry(name).or_default() += events;
        }
    }
    policies.sort_by(|name, events, other, more| more.cmp(events).then_with(|| name.cmp(other)));
    let told = |(name, events): (String, u64)| Fact::notable(format!("{name}: {}", count(events as usize, "event")));
    policies.into_iter().map(told).collect()
}

/// Collects what names a policy: `PolicyName` or `Name`, else an id, else the text itself. Lists may hold JSON as text.
fn policy_names(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| policy_names(item, names)),
        Value::Object(fields) => {
            let name = ["PolicyName", "Name", "PolicyId", "Id"].iter().find_map(|key| fields.get(*key)?.as_str());
            names.extend(name.map(|name| crate::base::Untrusted::new(name).line().into_owned()));
        }
        Value::String(text) => match serde_json::from_str(text) {
            Ok(nested @ (Value::Array(_) | Value::Object(_))) => policy_names(&nested, names),
            _ => names.push(crate::base::Untrusted::new(text.as_str()).line().into_owned()),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn sensitive(result: &HuntingResult, row: &[Cell], labels: &[(String, String)]) -> Fact {
    let kind = text(result, row, "Kind");
    let id = result.cell(row, "Id").map(|cell| cell.text().raw().to_owned()).unwrap_or_default();
    let events = whole(result, row, "Events");
    Fact::of(format!("{kind:<14}  {}: {}", names::names(&id, labels), count(events as usize, "event")), kind != "label")
}

fn device(result: &HuntingResult, row: &[Cell]) -> Fact {
    let (name, events) = (text(result, row, "Device"), whole(result, row, "Events"));
    let (first, last) = (moment(result, row, "First"), moment(result, row, "Last"));
    Fact::plain(format!("{name}: {}, {first} to {last}", count(events as usize, "event")))
}

fn sign_ins(result: &HuntingResult, row: &[Cell]) -> Fact {
    let country = text(result, row, "Country");
    let country = if country.is_empty() { "country not told" } else { &country };
    let (all, failed) = (whole(result, row, "SignIns"), whole(result, row, "Failed"));
    let last = moment(result, row, "Last");
    let addresses = count(whole(result, row, "Addresses") as usize, "address").replace("addresss", "addresses");
    let told = format!("{country}: {}, {failed} failed, {addresses}, last {last}", count(all as usize, "sign-in"));
    Fact::of(told, failed > 0)
}

/// A line a filled column.
fn inventory(result: &HuntingResult, row: &[Cell]) -> Vec<Fact> {
    let told = |column: &crate::model::hunting::ResultColumn| {
        let value = text(result, row, column.name.raw());
        let is_empty = value.is_empty() || value == "[]";
        (!is_empty).then(|| Fact::plain(format!("{:<18}  {value}", column.name.line())))
    };
    result.columns.iter().filter_map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FromJson;
    use serde_json::json;

    #[test]
    fn policies_are_named_however_the_column_words_them() {
        let cases = [
            (json!([{"PolicyName": "Departing", "PolicyId": "1"}]), "Departing: 3 events"),
            (json!({"Name": "Leaks"}), "Leaks: 3 events"),
            (json!("[{\"PolicyName\":\"As text\"}]"), "As text: 3 events"),
            (json!(["{\"PolicyId\":\"p-1\"}"]), "p-1: 3 events"),
            (json!("Plain\u{7}"), "Plain<U+0007>: 3 events"),
        ];
        for (cell, told) in cases {
            let result = HuntingResult::from_json(json!({
                "schema": [{"name": "Policies", "type": "Object"}, {"name": "Events", "type": "Int64"}],
                "results": [{"Policies": cell, "Events": 3}]
            }));
            assert_eq!(policies(&result.unwrap()), [Fact::notable(told.to_owned())]);
        }
    }
}
