//! How fast the engine answers over a million rows: `cargo bench --bench kql`.

#![expect(clippy::unwrap_used, reason = "a bench may end at the first surprise")]

use divan::Bencher;
use std::fmt::Write;
use std::sync::{Arc, LazyLock};
use watchfloor::base::Timestamp;
use watchfloor::base::time::TICKS_PER_SECOND;
use watchfloor::kql::check::bind;
use watchfloor::kql::engine::{Limits, StopFlag, Table, TableBuilder, Tables, run};
use watchfloor::kql::functions::Context;
use watchfloor::kql::plan::Field;
use watchfloor::kql::schema::{ColumnSchema, TableSchema};
use watchfloor::kql::syntax::parse;
use watchfloor::kql::{Schema, Type, Value, compile, ide};

const EVENTS: u64 = 1_000_000;
const PEOPLE: u64 = 100_000;

fn main() {
    LazyLock::force(&DATA);
    divan::main();
}

/// Time, size and two strings of few values, most asked of all.
#[divan::bench]
fn filter_group_top(bencher: Bencher<'_, '_>) {
    answer(
        bencher,
        "Events | where At > datetime(2026-11-03) and Size > 1000 and Action != 'Action3' \
         | summarize count(), sum(Size) by Device, Action | top 10 by sum_Size",
    );
}

/// A term in a long text.
#[divan::bench]
fn has_in_command_lines(bencher: Bencher<'_, '_>) {
    answer(bencher, "Events | where Command has 'robocopy' | count");
}

/// Text that is no whole term.
#[divan::bench]
fn contains_in_command_lines(bencher: Bencher<'_, '_>) {
    answer(bencher, "Events | where Command contains 'BOCOP' | count");
}

/// Each of a million rows with one of a hundred thousand.
#[divan::bench]
fn join_by_string(bencher: Bencher<'_, '_>) {
    answer(bencher, "Events | join kind=inner People on User | summarize count() by Team");
}

/// The same over whole numbers.
#[divan::bench]
fn join_by_long(bencher: Bencher<'_, '_>) {
    answer(bencher, "Events | join kind=inner People on $left.Size == $right.Badge | summarize count() by Team");
}

/// A million small texts of JSON.
#[divan::bench]
fn parse_json_and_group(bencher: Bencher<'_, '_>) {
    answer(bencher, "Events | extend Bag = parse_json(Json) | summarize count() by tostring(Bag.k)");
}

/// What one key costs in an editor over a query of two hundred lines.
#[divan::bench]
fn keystroke(bencher: Bencher<'_, '_>) {
    let mut text = String::from("let since = ago(7d);\nAlertInfo\n| where Timestamp > since\n");
    for line in 0..98 {
        writeln!(text, "| extend Part{line} = strcat(Title, '-', Severity), At{line} = bin(Timestamp, 1h)").unwrap();
        writeln!(text, "| where Part{line} has 'copy' and At{line} < now() // and so on").unwrap();
    }
    text.push_str("| where Sever");
    let schema = Schema::hunting();
    // Kept from key to key, as the editor does.
    let mut scope = ide::Scope::default();
    bencher.bench_local(|| {
        let parsed = parse(&text);
        let compiled = bind(&parsed, schema, None);
        let advice = ide::advice(&parsed, compiled.plan.as_ref(), schema);
        let offered = ide::complete_in(&mut scope, &text, text.len(), schema);
        let help = ide::signature_help(&text, text.len());
        let hover = ide::hover_in(&mut scope, &text, text.len(), schema);
        let shown = (help.is_some(), hover.is_some());
        (compiled.diagnostics.len(), advice.len(), offered.len(), shown, ide::highlight(&text).len())
    });
}

fn answer(bencher: Bencher<'_, '_>, query: &str) {
    let Data { tables, schema } = &*DATA;
    let plan = compile(query, schema).plan.unwrap();
    let context = Context::new("2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap());
    bencher.bench(|| run(&plan, tables, &context, Limits::default(), &StopFlag::default()).unwrap().row_count());
}

struct Data {
    tables: Two,
    schema: Schema,
}

struct Two {
    events: Table,
    people: Table,
}

impl Tables for Two {
    fn table(&self, name: &str) -> Option<&Table> {
        match name {
            "Events" => Some(&self.events),
            "People" => Some(&self.people),
            _ => None,
        }
    }
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    let tables = Two { events: events(), people: people() };
    let schema = Schema::new(vec![schema("Events", &tables.events), schema("People", &tables.people)]);
    Data { tables, schema }
});

fn schema(name: &str, table: &Table) -> TableSchema {
    let column = |field: &Field| ColumnSchema {
        name: Arc::clone(&field.name),
        ty: field.ty,
        description: "".into(),
        values: Vec::new(),
    };
    TableSchema { name: name.into(), description: "".into(), columns: table.fields().iter().map(column).collect() }
}

fn events() -> Table {
    let mut builder = TableBuilder::with_fields(vec![
        Field::new("At", Type::DateTime),
        Field::new("Device", Type::String),
        Field::new("User", Type::String),
        Field::new("Action", Type::String),
        Field::new("App", Type::String),
        Field::new("Command", Type::String),
        Field::new("Size", Type::Long),
        Field::new("Json", Type::String),
    ]);
    let start = "2026-11-01T00:00:00Z".parse::<Timestamp>().unwrap().ticks();
    let mut random = Random(88_172_645_463_325_252);
    let pool =
        |name: &str, size: u64| -> Vec<Value> { (0..size).map(|n| Value::string(format!("{name}{n}"))).collect() };
    let pools = [
        ("Device", pool("device-", 500)),
        ("User", pool("user", 2_000)),
        ("Action", pool("Action", 20)),
        ("App", pool("app", 50)),
    ];
    for row in 0..EVENTS {
        let tool = ["powershell", "notepad", "robocopy", "curl"][random.below(4) as usize];
        let (session, share, report) = (random.below(1 << 32), random.below(100), random.below(10_000));
        let command = format!(
            r"C:\Windows\System32\cmd.exe /c {tool} --session {session:08x} --target share{share} copy report{report}.docx"
        );
        let strings =
            pools.each_ref().map(|(name, pool)| (*name, pool[random.below(pool.len() as u64) as usize].clone()));
        let others = [
            ("At", Value::DateTime(start + row as i64 * TICKS_PER_SECOND)),
            ("Command", Value::string(command)),
            ("Size", Value::Long(random.below(1_000_000) as i64)),
            ("Json", Value::string(format!(r#"{{"k":{},"v":"x{row}"}}"#, random.below(100)))),
        ];
        builder.push(strings.into_iter().chain(others));
    }
    builder.finish()
}

fn people() -> Table {
    let mut builder = TableBuilder::with_fields(vec![
        Field::new("Badge", Type::Long),
        Field::new("User", Type::String),
        Field::new("Team", Type::String),
    ]);
    for person in 0..PEOPLE {
        builder.push([
            ("Badge", Value::Long(person as i64 * 10)),
            ("User", Value::string(format!("user{person}"))),
            ("Team", Value::string(format!("team{}", person % 40))),
        ]);
    }
    builder.finish()
}

/// The same numbers at each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}
