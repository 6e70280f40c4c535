//! A result as the text of a file.

use super::arrange::Arrangement;
use crate::base::alias::shown_json;
use crate::model::Cell;
use crate::model::hunting::HuntingResult;
use serde_json::{Value as Json, json};

/// How a result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated values under a line of names, what a spreadsheet would run defused.
    Csv,
    /// `{"columns":[{"name","type"}],"rows":[[…]]}`, values exactly as they came.
    Json,
}

impl Form {
    /// What such a file's name ends in.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
        }
    }
}

/// The rows and columns of `result` that `arranged` shows, in its order.
pub fn text(result: &HuntingResult, arranged: &Arrangement, form: Form) -> String {
    let columns = || arranged.columns.iter().filter_map(|at| result.columns.get(*at));
    let rows = arranged.rows.iter().filter_map(|at| result.rows.get(*at));
    let cells =
        |row: &Vec<Cell>| -> Vec<Cell> { arranged.columns.iter().filter_map(|at| row.get(*at).cloned()).collect() };
    match form {
        Form::Csv => {
            let mut text = columns().map(|column| column.name.csv()).collect::<Vec<_>>().join(",");
            text.push_str("\r\n");
            for row in rows {
                let line: Vec<String> = cells(row).iter().map(|cell| cell.text().csv()).collect();
                text.push_str(&line.join(","));
                text.push_str("\r\n");
            }
            text
        }
        Form::Json => {
            let columns: Vec<Json> =
                columns().map(|column| json!({"name": column.name.raw(), "type": &*column.type_name})).collect();
            let rows: Vec<Vec<Json>> = rows.map(|row| cells(row).iter().map(Cell::json).collect()).collect();
            format!("{}\n", shown_json(json!({"columns": columns, "rows": rows})))
        }
    }
}
