//! `watchfloor hunt`: a query in, rows out.

use super::args::{Args, Hunt};
use super::connect::connect_chosen;
use super::exit::Exit;
use super::journal::keep;
use super::output::{self, Output};
use super::problem::Problem;
use super::pseudonyms;
use super::records;
use crate::app::effect::HuntQuery;
use crate::base::Timestamp;
use crate::triage::journal::Author;
use std::io::Read;

/// Runs it.
pub async fn run(args: &Args, hunt: &Hunt) -> Result<Exit, Problem> {
    let text = match hunt.query.as_str() {
        "-" => read_input()?,
        query => query.to_owned(),
    };
    if text.trim().is_empty() {
        let remedy = "give it as an argument, or `-` and standard input";
        return Err(Problem::new("hunt", "the query is empty", remedy).exiting(Exit::BadQuery));
    }
    let mut connection = connect_chosen(args).await?;
    let text = pseudonyms::open(&connection.place, text);
    let by = connection.profile.me.as_deref().unwrap_or_default();
    keep(&connection, Author { by, at: Timestamp::now() }.queried(&text));
    let query = HuntQuery { text, timespan: hunt.timespan.clone() };
    let outcome = connection.services.hunt(&query).await?;
    let result = &outcome.result;
    pseudonyms::show(&mut connection, |book| book.learn_rows(result))?;
    let mut out = Output::new();
    if hunt.json {
        for row in &result.rows {
            out.json(&records::row(&result.columns, row))?;
        }
    } else {
        let header: Vec<String> = result.columns.iter().map(|column| column.name.line().into_owned()).collect();
        let header: Vec<&str> = header.iter().map(String::as_str).collect();
        let rows: Vec<Vec<String>> =
            result.rows.iter().map(|row| row.iter().map(|cell| cell.text().line().into_owned()).collect()).collect();
        out.table(&header, &rows)?;
    }
    out.flush()?;
    if result.is_cut() {
        output::say("the service has cut the answer at its row limit; narrow the query to see the rest");
    }
    Ok(Exit::Ok)
}

fn read_input() -> Result<String, Problem> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| Problem::new("standard input", error, ""))?;
    Ok(text)
}
