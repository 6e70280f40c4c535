//! What of a filter Graph can do, as `$filter`.
//!
//! Incidents take assignedTo, classification, createdDateTime, determination, lastUpdateDateTime, severity and status;
//! alerts take serviceSource besides. <https://learn.microsoft.com/graph/api/security-list-incidents>,
//! <https://learn.microsoft.com/graph/api/security-list-alerts_v2>

use super::{Asker, Collection, Comparison, Filter, Owner, StatusWord, Term, Test};
use crate::base::Timestamp;
use crate::model::{Classification, ServiceSource, Severity};

/// The `$filter` for alerts since `since` whose evidence names the user `upn`. The lambda with its cast is the one
/// filter by person that Graph documents. <https://learn.microsoft.com/graph/security-alerts-migrate>
pub fn alerts_about(upn: &str, since: Timestamp) -> String {
    let property = "microsoft.graph.security.userEvidence/userAccount/userPrincipalName";
    format!("createdDateTime ge {since} and evidence/any(e: e/{property} eq {})", literal(upn))
}

impl Filter {
    /// The part that Graph can do, as `$filter`; `None` where there is none. Every row that passes the filter passes it.
    pub fn to_odata(&self, collection: Collection, asker: Asker<'_>) -> Option<String> {
        let parts: Vec<String> = self.terms.iter().filter_map(|term| term.to_odata(collection, asker)).collect();
        (!parts.is_empty()).then(|| parts.join(" and "))
    }

    /// The terms that are left to do here.
    pub fn local_terms(&self, collection: Collection, asker: Asker<'_>) -> impl Iterator<Item = &Term> {
        self.terms.iter().filter(move |term| term.to_odata(collection, asker).is_none())
    }
}

impl Term {
    /// The term in OData; `None` where Graph cannot do it.
    fn to_odata(&self, collection: Collection, asker: Asker<'_>) -> Option<String> {
        match &self.test {
            Test::Source(sources) if collection == Collection::Alerts => {
                self.any_of("serviceSource", sources.iter().map(ServiceSource::wire))
            }
            Test::Status(statuses) => {
                let wires: Option<Vec<&str>> = statuses.iter().map(|status| status_wire(*status, collection)).collect();
                self.any_of("status", wires?.into_iter())
            }
            Test::SeverityIn(severities) => self.any_of("severity", severities.iter().map(Severity::wire)),
            Test::Severity(comparison, severity) => {
                let passing = Severity::KNOWN.iter().filter(|known| comparison.holds(&known.rank(), &severity.rank()));
                // A member this build does not know ranks lowest and could not be named here.
                let upward = matches!(comparison, Comparison::More | Comparison::AtLeast) && severity.rank() > 0;
                if upward { self.any_of("severity", passing.map(Severity::wire)) } else { None }
            }
            Test::Classification(found) => self.any_of("classification", found.iter().map(Classification::wire)),
            Test::Owner(Owner::Nobody) => Some(format!("assignedTo {} null", if self.negated { "ne" } else { "eq" })),
            Test::Owner(Owner::Me) if !self.negated => asker.me.map(|me| format!("assignedTo eq {}", literal(me))),
            Test::Age(comparison, span) => {
                let operator = match (comparison, self.negated) {
                    (Comparison::Less, false) | (Comparison::AtLeast, true) => "gt",
                    (Comparison::AtMost, false) | (Comparison::More, true) => "ge",
                    (Comparison::More, false) | (Comparison::AtMost, true) => "lt",
                    (Comparison::AtLeast, false) | (Comparison::Less, true) => "le",
                };
                Some(format!("createdDateTime {operator} {}", asker.now - *span))
            }
            Test::Source(_) | Test::Owner(_) | Test::User(_) | Test::Tag(_) | Test::Id(_) | Test::Text(_) => None,
        }
    }

    /// `(p eq 'a' or p eq 'b')`, or its negation.
    fn any_of<'a>(&self, property: &str, values: impl Iterator<Item = &'a str>) -> Option<String> {
        let (operator, glue) = if self.negated { ("ne", " and ") } else { ("eq", " or ") };
        let parts: Vec<String> = values.map(|value| format!("{property} {operator} {}", literal(value))).collect();
        match &parts[..] {
            [] => None,
            [one] => Some(one.clone()),
            many => Some(format!("({})", many.join(glue))),
        }
    }
}

const fn status_wire(status: StatusWord, collection: Collection) -> Option<&'static str> {
    match (status, collection) {
        (StatusWord::New, Collection::Incidents) => Some("active"),
        (StatusWord::New, Collection::Alerts) => Some("new"),
        (StatusWord::InProgress, _) => Some("inProgress"),
        (StatusWord::Resolved, _) => Some("resolved"),
        (StatusWord::Redirected, Collection::Incidents) => Some("redirected"),
        (StatusWord::AwaitingAction, Collection::Incidents) => Some("awaitingAction"),
        (StatusWord::Redirected | StatusWord::AwaitingAction, Collection::Alerts) | (StatusWord::Unknown, _) => None,
    }
}

/// An OData string literal.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
