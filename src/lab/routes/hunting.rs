//! `security/runHuntingQuery`: the query really runs, over the tenant's tables.

use super::super::StopOnDrop;
use super::super::call::Call;
use super::super::reply::{Problem, Reply};
use super::super::router::Pending;
use super::super::state::State;
use super::super::tables::{HuntingTables, TIME};
use super::super::timespan::Window;
use super::super::wire::hunting::{TooLarge, results};
use crate::base::Timestamp;
use crate::kql::engine::{Limits, RunError, StopFlag, Table, TableBuilder, Tables, run};
use crate::kql::functions::Context;
use crate::kql::plan::Plan;
use crate::kql::{Compiled, Schema, compile_over, syntax};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// `POST security/runHuntingQuery`.
pub fn run_query(state: Arc<State>, call: Call) -> Pending {
    Box::pin(async move {
        let now = state.clock.now();
        let (query, window) = read(&call, now)?;
        let tables = state.tenant().tables.clone();
        let context = state.context("microsoft.graph.security.huntingQueryResults");
        // Dropped when the client goes away, too.
        let stop = StopOnDrop(StopFlag::default());
        let flag = stop.0.clone();
        let work = tokio::task::spawn_blocking(move || answer(&query, tables, window, now, &context, &flag));
        match tokio::time::timeout(state.options.hunting_timeout, work).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(_)) => Err(Problem::new(500, "UnknownError", "")),
            Err(_) => Err(timed_out()),
        }
    })
}

/// The query and its window; both spellings of the names are taken.
fn read(call: &Call, now: Timestamp) -> Result<(String, Window), Problem> {
    let body = call.json().ok_or_else(Problem::body)?;
    let member = |names: [&str; 2]| names.iter().find_map(|name| body.get(name)).filter(|value| !value.is_null());
    let query = member(["Query", "query"]).and_then(Value::as_str).ok_or_else(Problem::body)?;
    if query.trim().is_empty() {
        return Err(Problem::new(400, "BadRequest", "The query is empty."));
    }
    let window = match member(["Timespan", "timespan"]) {
        None => Window::default_at(now),
        Some(text) => text.as_str().and_then(|text| Window::parse(text, now)).ok_or_else(|| {
            Problem::new(400, "BadRequest", "The value of Timespan is not a valid ISO 8601 duration or interval.")
        })?,
    };
    Ok((query.to_owned(), window))
}

fn answer(
    query: &str,
    tables: HuntingTables,
    window: Window,
    now: Timestamp,
    context: &str,
    stop: &StopFlag,
) -> Result<Reply, Problem> {
    let windowed = Windowed::new(tables, window);
    let context_of_run = Context::new(now);
    let rows = |plan: &Plan| run(plan, &windowed, &context_of_run, Limits::default(), stop);
    let Compiled { plan, diagnostics, .. } = compile_over(query, Schema::hunting(), &rows);
    let Some(plan) = plan else {
        let message = diagnostics.iter().find(|diagnostic| diagnostic.is_error()).map(|found| found.message.as_str());
        let syntactic = syntax::parse(query).diagnostics.iter().any(crate::kql::Diagnostic::is_error);
        let kind = if syntactic { "syntax" } else { "semantic" };
        return Err(refused(message.unwrap_or("The query could not be understood"), kind));
    };
    match rows(&plan) {
        Ok(table) => results(&table, context).map(Reply::Text).map_err(|TooLarge| {
            let message = "Result size limit exceeded. Use the summarize operator to aggregate results or the project \
                           operator to drop columns.";
            Problem::new(400, "BadRequest", message)
        }),
        Err(RunError::NoTable(name)) => {
            Err(refused(&format!("Failed to resolve table or column expression named '{name}'"), "semantic"))
        }
        Err(RunError::Stopped) => Err(timed_out()),
        Err(
            failure
            @ (RunError::TooLarge | RunError::TooMuchMemory(_) | RunError::ValueTooLarge | RunError::Invalid(_)),
        ) => Err(Problem::new(400, "BadRequest", failure.to_string())),
    }
}

/// Kusto's complaint as Graph passes it on.
fn refused(message: &str, kind: &str) -> Problem {
    let message = message.trim_end_matches('.');
    Problem::new(400, "BadRequest", format!("{message}. Fix {kind} errors in your query."))
}

/// A query over three minutes: 504 with an empty message, as live tenants answer.
fn timed_out() -> Problem {
    Problem::new(504, "UnknownError", "")
}

/// The tenant's tables cut to a window of time, each when it is first asked for. A table of the catalogue for which the
/// tenant has no data is empty.
struct Windowed {
    whole: HuntingTables,
    window: Window,
    cut: BTreeMap<&'static str, OnceLock<Table>>,
}

impl Windowed {
    fn new(whole: HuntingTables, window: Window) -> Self {
        let tables = Schema::hunting().tables();
        let cut = tables.iter().map(|table| (&*table.name, OnceLock::new())).collect();
        Self { whole, window, cut }
    }
}

impl Tables for Windowed {
    fn table(&self, name: &str) -> Option<&Table> {
        let schema = Schema::hunting().table(name)?;
        let cut = self.cut.get(name)?;
        Some(cut.get_or_init(|| match self.whole.table(name) {
            Some(table) => within(table, self.window),
            None => TableBuilder::new(schema).finish(),
        }))
    }
}

/// The rows of `table` whose `Timestamp` lies in `window`; all of a table without one.
fn within(table: &Table, window: Window) -> Table {
    let Some(times) = table.index_of(TIME).and_then(|index| table.column(index)) else {
        return table.clone();
    };
    let times = times.view::<i64>();
    // The lab's own tables lie in the order of time: a window of one is a slice.
    if let Some(times) = times.plain().filter(|times| times.is_sorted()) {
        let start = times.partition_point(|ticks| *ticks < window.start.ticks());
        let end = times.partition_point(|ticks| *ticks <= window.end.ticks());
        return table.slice(start, end - start);
    }
    let fits = |row: &u32| times.get(*row as usize).is_some_and(|ticks| window.contains(ticks));
    let rows: Vec<u32> = (0..table.row_count() as u32).filter(fits).collect();
    if rows.len() == table.row_count() {
        return table.clone();
    }
    let columns = table.columns().iter().map(|column| column.take(&rows)).collect();
    Table::new(table.fields().to_vec(), columns, rows.len())
}
