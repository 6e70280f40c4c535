//! `watchfloor kql`: queries over files, or over nothing, without a tenant.

use super::args::{Kql, KqlCommand, KqlFormat};
use super::exit::Exit;
use super::output::{self, Output};
use super::problem::Problem;
use crate::base::Timestamp;
use crate::base::text::csv_field;
use crate::kql::engine::{Limits, RunError, StopFlag, Strategy, Table, Tables};
use crate::kql::engine::{optimised, run, run_all, run_measured};
use crate::kql::explain::steps;
use crate::kql::functions::Context;
use crate::kql::plan::Plan;
use crate::kql::read::{self, Named};
use crate::kql::schema::TableSchema;
use crate::kql::{Schema, Value, compile_over, format};
use serde_json::{Value as Json, json};
use std::io::Read;

/// Runs the query, or checks the files.
pub fn query(asked: &Kql) -> Result<Exit, Problem> {
    if let Some(KqlCommand::Check(check)) = &asked.command {
        return super::kql_check::check(check);
    }
    if asked.repl {
        return super::kql_repl::repl(asked, &Files::open(&asked.table)?);
    }
    let text = match asked.query.as_deref() {
        Some("-") | None => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map_err(|error| Problem::new("standard input", error, ""))?;
            text
        }
        Some(query) => query.to_owned(),
    };
    let files = Files::open(&asked.table)?;
    let schema = files.schema();
    if asked.explain {
        return explain(&text, &schema, &files, asked);
    }
    let compiled = compiled(&text, &schema, &files, asked);
    let Some(plan) = compiled else { return Ok(Exit::BadQuery) };
    let tables = files.run_all(&plan, asked).map_err(failed)?;
    let mut out = Output::new();
    print_all(&tables, asked.format, &mut out)?;
    out.flush()?;
    if tables.iter().any(|table| table.row_count() == asked.limit) {
        output::say("the answer is cut at --limit");
    }
    Ok(Exit::Ok)
}

/// The tables that `text` answers with over `files`; nothing where it is wrong or fails, which is said.
pub(super) fn run_over(text: &str, schema: &Schema, files: &Files, asked: &Kql) -> Result<Option<Vec<Table>>, Problem> {
    let Some(plan) = compiled(text, schema, files, asked) else { return Ok(None) };
    match files.run_all(&plan, asked) {
        Ok(tables) => Ok(Some(tables)),
        Err(error @ RunError::Stopped) => Err(failed(error)),
        Err(error) => {
            output::say(&crate::base::text::Untrusted::new(error.to_string()).line());
            Ok(None)
        }
    }
}

/// The plan of `text`; what is wrong with it is said.
fn compiled(text: &str, schema: &Schema, files: &Files, asked: &Kql) -> Option<Plan> {
    let compiled = compile_over(text, schema, &|plan: &Plan| files.run(plan, asked));
    for diagnostic in &compiled.diagnostics {
        output::say(&crate::base::text::Untrusted::from(diagnostic.render(text)).block());
    }
    compiled.plan
}

fn unread(path: &str, error: &dyn std::fmt::Display) -> Problem {
    Problem::new(path, error, "a table is read from a file of CSV, TSV, JSON lines or a JSON array, gzipped or not")
}

fn failed(error: RunError) -> Problem {
    let remedy = match &error {
        RunError::NoTable(name) => format!("give its rows with --table {name}=FILE"),
        _ => String::new(),
    };
    Problem::new("query", error, remedy).exiting(Exit::BadQuery)
}

/// Runs the query and prints its steps with what each took.
fn explain(text: &str, schema: &Schema, files: &Files, asked: &Kql) -> Result<Exit, Problem> {
    let Some(plan) = compiled(text, schema, files, asked) else { return Ok(Exit::BadQuery) };
    let began = std::time::Instant::now();
    let clock = || u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX);
    let (context, limits) = (Context::new(Timestamp::now()), limits(asked));
    let plan = if limits.strategy.optimise { optimised(&plan, &context) } else { plan };
    let (_, measures) = run_measured(&plan, files, &context, limits, &clock).map_err(failed)?;
    let rows: Vec<Vec<String>> = steps(&plan)
        .into_iter()
        .map(|step| {
            let took = measures.of(step.relation).unwrap_or_default();
            let time = format!("{}.{:03} ms", took.nanos / 1_000_000, took.nanos / 1_000 % 1_000);
            let text = crate::base::text::Untrusted::new(step.text).line().into_owned();
            let read = match took.columns {
                0 => String::new(),
                columns => format!(", {} read", crate::base::text::count(columns, "column")),
            };
            let threads = if took.cores > 1 { format!(", on {} threads", took.cores) } else { String::new() };
            vec![took.rows.to_string(), time, format!("{}{text}{read}{threads}", "  ".repeat(step.depth))]
        })
        .collect();
    let mut out = Output::new();
    out.table(&["rows", "time", "step"], &rows)?;
    out.flush()?;
    Ok(Exit::Ok)
}

/// What a run may use, as it was asked for.
fn limits(asked: &Kql) -> Limits {
    let strategy = if asked.naive { Strategy::NAIVE } else { Strategy::default() };
    Limits { rows_max: asked.limit, strategy, ..Limits::default() }
}

/// Tables read from files.
pub(super) struct Files(Vec<Named>);

impl Files {
    /// All tables that `plan` gives over them.
    fn run_all(&self, plan: &Plan, asked: &Kql) -> Result<Vec<Table>, RunError> {
        run_all(plan, self, &Context::new(Timestamp::now()), limits(asked), &StopFlag::default())
    }

    /// The rows that `plan` gives over them.
    fn run(&self, plan: &Plan, asked: &Kql) -> Result<Table, RunError> {
        run(plan, self, &Context::new(Timestamp::now()), limits(asked), &StopFlag::default())
    }

    /// Reads `NAME=FILE` each.
    fn open(given: &[String]) -> Result<Self, Problem> {
        let mut tables = Vec::with_capacity(given.len());
        for item in given {
            let Some((name, path)) = item.split_once('=') else {
                return Err(Problem::new("--table", format!("'{item}' is not NAME=FILE"), "e.g. --table T=export.csv")
                    .exiting(Exit::Usage));
            };
            let bytes = std::fs::read(path).map_err(|error| unread(path, &error))?;
            tables.push(read::file(name, &bytes).map_err(|error| unread(path, &error))?);
        }
        Ok(Self(tables))
    }

    /// What can be named: the files' tables, and the documented ones for which there is no file.
    pub(super) fn schema(&self) -> Schema {
        let own = self.0.iter().map(|named| named.schema.clone());
        let documented = Schema::hunting().tables().iter();
        let others = documented.filter(|table| self.0.iter().all(|named| named.schema.name != table.name)).cloned();
        let tables: Vec<TableSchema> = own.chain(others).collect();
        Schema::new(tables)
    }
}

impl Tables for Files {
    fn table(&self, name: &str) -> Option<&Table> {
        self.0.iter().find(|named| *named.schema.name == *name).map(|named| &named.table)
    }
}

/// Prints tables one after the other: a document of JSON each, all other forms with a blank line between.
pub(super) fn print_all(tables: &[Table], form: KqlFormat, out: &mut Output) -> Result<(), Problem> {
    for (at, table) in tables.iter().enumerate() {
        if at > 0 && form != KqlFormat::Json {
            out.line("")?;
        }
        print(table, form, out)?;
    }
    Ok(())
}

/// Prints `table` in the form asked for.
fn print(table: &Table, form: KqlFormat, out: &mut Output) -> Result<(), Problem> {
    let names: Vec<&str> = table.fields().iter().map(|field| &*field.name).collect();
    match form {
        KqlFormat::Json => {
            let columns: Vec<Json> =
                table.fields().iter().map(|field| json!({"name": &*field.name, "type": field.ty.name()})).collect();
            let rows: Vec<Vec<Json>> =
                (0..table.row_count()).map(|row| table.row(row).map(|value| cell(&value)).collect()).collect();
            out.json(&json!({"columns": columns, "rows": rows}))?;
        }
        KqlFormat::Jsonl => {
            for row in 0..table.row_count() {
                let cells = names.iter().zip(table.row(row)).map(|(name, value)| ((*name).to_owned(), cell(&value)));
                out.json(&Json::Object(cells.collect()))?;
            }
        }
        KqlFormat::Csv => {
            let line = |cells: Vec<String>| cells.iter().map(|cell| csv_field(cell)).collect::<Vec<_>>().join(",");
            out.line(&line(names.iter().map(|name| (*name).to_owned()).collect()))?;
            for row in 0..table.row_count() {
                out.line(&line(table.row(row).map(|value| format::to_text(&value)).collect()))?;
            }
        }
        KqlFormat::Table => {
            let safe = |text: String| crate::base::text::Untrusted::from(text).line().into_owned();
            let header: Vec<String> = names.iter().map(|name| safe((*name).to_owned())).collect();
            let header: Vec<&str> = header.iter().map(String::as_str).collect();
            let rows: Vec<Vec<String>> = (0..table.row_count())
                .map(|row| table.row(row).map(|value| safe(format::to_text(&value))).collect())
                .collect();
            out.table(&header, &rows)?;
        }
    }
    Ok(())
}

/// A value as JSON: what JSON has no form for is its text.
fn cell(value: &Value) -> Json {
    match value {
        Value::Real(real) if !real.is_finite() => Json::from(format::real_text(*real)),
        other => format::json_of(other),
    }
}
