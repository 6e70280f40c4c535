//! From a cell of a result onwards: the query narrowed to its value, or the record it names.

use super::{State, literal};
use crate::model::Cell;
use crate::triage::Person;

/// A record that a cell names.
#[derive(Clone, Debug, PartialEq)]
pub enum Named {
    /// An incident by its id.
    Incident(String),
    /// A person by their user principal name.
    Person(Person),
}

impl State {
    /// The query that was run, narrowed to rows with the value under the cursor.
    pub(super) fn narrowed(&self) -> Option<String> {
        self.narrowed_to(&self.condition(true)?)
    }

    /// The query that was run with one more condition.
    pub(super) fn narrowed_to(&self, condition: &str) -> Option<String> {
        let query = self.ran.as_ref()?.text.trim_end().trim_end_matches(';').trim_end();
        Some(format!("{query}\n| where {condition}"))
    }

    /// What is so of rows with the value under the cursor, or of the others.
    pub(super) fn condition(&self, with: bool) -> Option<String> {
        let column = self.outcome.value()?.result.columns.get(self.column_index()?)?;
        let name = column_name(column.name.raw());
        let is_instant = column.type_name.eq_ignore_ascii_case("DateTime");
        let equal = if with { "==" } else { "!=" };
        Some(match self.cell()? {
            Cell::Null if with => format!("isempty({name})"),
            Cell::Null => format!("isnotempty({name})"),
            Cell::Bool(flag) => format!("{name} {equal} {flag}"),
            Cell::Number(number) => format!("{name} {equal} {number}"),
            Cell::Text(text) if is_instant => format!("{name} {equal} datetime({})", literal::string(text.raw())),
            Cell::Text(text) => format!("{name} {equal} {}", literal::string(text.raw())),
            dynamic @ Cell::Dynamic(_) => {
                format!("tostring({name}) {equal} {}", literal::string(dynamic.text().raw()))
            }
        })
    }

    /// The record that the cell under the cursor names, judged by the column's name and the look of the value.
    pub fn named(&self) -> Option<Named> {
        let column = self.outcome.value()?.result.columns.get(self.column_index()?)?;
        let text = self.cell()?.text();
        let value = text.raw().trim();
        if column.name.raw().to_ascii_lowercase().contains("incidentid") {
            let is_id = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
            return is_id.then(|| Named::Incident(value.to_owned()));
        }
        let (user, domain) = value.split_once('@')?;
        let is_upn = !user.is_empty() && domain.contains('.') && !value.contains(char::is_whitespace);
        is_upn.then(|| Named::Person(Person::by_upn(value)))
    }
}

/// `name` as a query writes it: in brackets where it is no plain word.
pub(super) fn column_name(name: &str) -> String {
    let plain =
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !name.starts_with(|c: char| c.is_ascii_digit());
    if plain && !name.is_empty() { name.to_owned() } else { format!("[{}]", literal::string(name)) }
}
