//! What `runHuntingQuery` answers, freed of its wire quirks.

use super::json::{Fields, FromJson, Shape};
use super::node::Node;
use super::pool::Pool;
use crate::base::Untrusted;
use crate::base::limits::HUNTING_ROWS_MAX;
use serde_json::Value;

/// Rows under columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HuntingResult {
    /// Columns in the order of the answer's `schema`.
    pub columns: Vec<ResultColumn>,
    /// Rows; each has one cell a column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultColumn {
    /// Name.
    pub name: Untrusted,
    /// The service's type name: `String`, `DateTime`, `SByte`, `Int64` and so on.
    pub type_name: Box<str>,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value; the wire says `{}` (or `null`).
    Null,
    /// A boolean; the wire says `SByte` 0 or 1.
    Bool(bool),
    /// A number, as it was written.
    Number(serde_json::Number),
    /// Text, instants included.
    Text(Untrusted),
    /// An object or list, the sidecars taken out.
    Dynamic(Value),
}

impl Cell {
    /// The cell as raw text, before it is made safe: nothing for null, compact JSON for dynamics.
    pub fn text(&self) -> Untrusted {
        match self {
            Self::Null => Untrusted::default(),
            Self::Bool(flag) => flag.to_string().into(),
            Self::Number(number) => number.to_string().into(),
            Self::Text(text) => text.clone(),
            Self::Dynamic(value) => value.to_string().into(),
        }
    }

    /// The cell as JSON, exactly as it came; text is not made safe.
    pub fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(flag) => (*flag).into(),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(text) => text.raw().into(),
            Self::Dynamic(value) => value.clone(),
        }
    }
}

impl HuntingResult {
    /// The index of the column `name`, in any ASCII case: services and documentation disagree on it.
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name.raw().eq_ignore_ascii_case(name))
    }

    /// The cell of `row` under `name`; `None` where there is no such column.
    pub fn cell<'a>(&self, row: &'a [Cell], name: &str) -> Option<&'a Cell> {
        row.get(self.column(name)?)
    }

    /// Whether Graph has probably cut the answer: it does so silently at this row count.
    pub fn is_cut(&self) -> bool {
        self.rows.len() >= HUNTING_ROWS_MAX
    }
}

impl FromJson for HuntingResult {
    fn from_node(node: Node<'_>, pool: &Pool) -> Result<Self, Shape> {
        let mut fields = Fields::of("hunting result", node)?;
        let schema = fields.list("schema");
        let mut columns = Vec::with_capacity(schema.len());
        for column in schema {
            let mut column = Fields::of("hunting result column", column)?;
            // Older answers print the keys with a capital.
            let name = column.text("name").or_else(|| column.text("Name"));
            let type_name = column.text("type").or_else(|| column.text("Type")).unwrap_or_default();
            let name = name.ok_or_else(|| Shape::new("hunting result column", "no name"))?;
            columns.push(ResultColumn { name, type_name: type_name.raw().into() });
        }
        let rows = fields.list("results").into_iter().map(|row| read_row(&columns, row, pool)).collect();
        Ok(Self { columns, rows })
    }
}

/// Puts a row's values under `columns`. Keys are matched exactly, then without case.
fn read_row(columns: &[ResultColumn], row: Node<'_>, pool: &Pool) -> Vec<Cell> {
    let mut row = Fields::or_empty(row);
    let mut cells = Vec::with_capacity(columns.len());
    cells.extend(columns.iter().map(|column| {
        let value = row.take_in_any_case(column.name.raw());
        read_cell(value.unwrap_or_default(), &column.type_name, pool)
    }));
    cells
}

fn read_cell(node: Node<'_>, type_name: &str, pool: &Pool) -> Cell {
    match node {
        Node::Null => Cell::Null,
        Node::Object(properties) if properties.is_empty() => Cell::Null,
        Node::Bool(flag) => Cell::Bool(flag),
        Node::Number(number) if is_boolean(type_name) => match number.as_i64() {
            Some(flag) => Cell::Bool(flag != 0),
            None => Cell::Number(number),
        },
        Node::Number(number) => Cell::Number(number),
        Node::Text(text) => Cell::Text(pool.text(&text)),
        nested @ (Node::Object(_) | Node::List(_)) => Cell::Dynamic(without_sidecars(nested.into())),
    }
}

fn is_boolean(type_name: &str) -> bool {
    ["SByte", "Boolean", "Bool"].iter().any(|name| type_name.eq_ignore_ascii_case(name))
}

/// Drops `@odata.type` and `x@odata.type` keys at every depth.
fn without_sidecars(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .filter(|(key, _)| !key.ends_with("@odata.type"))
            .map(|(key, value)| (key, without_sidecars(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(without_sidecars).collect(),
        plain => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn wire_quirks_are_undone() {
        let answer = json!({
            "schema": [
                {"name": "Managed", "type": "SByte"}, {"name": "Count", "type": "Int64"},
                {"Name": "When", "Type": "DateTime"}, {"name": "Info", "type": "Object"}, {"name": "Gone", "type": "Int32"}
            ],
            "results": [{
                "Managed@odata.type": "#SByte", "Managed": 1, "count": 7, "When": "2026-11-23T09:58:11.1Z",
                "Info": {"@odata.type": "#microsoft.graph.security.dynamicColumnValue", "a@odata.type": "#Int64", "a": 1},
                "Gone": {}
            }]
        });
        let result = HuntingResult::from_json(answer).unwrap();
        assert_eq!(
            result.rows[0],
            [
                Cell::Bool(true),
                Cell::Number(7.into()),
                Cell::Text("2026-11-23T09:58:11.1Z".into()),
                Cell::Dynamic(json!({"a": 1})),
                Cell::Null
            ]
        );
    }
}
