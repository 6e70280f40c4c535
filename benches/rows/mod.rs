//! The rows that the engine's benches run over.

use std::sync::{Arc, LazyLock};
use watchfloor::base::Timestamp;
use watchfloor::base::time::TICKS_PER_SECOND;
use watchfloor::kql::engine::{Table, TableBuilder, Tables};
use watchfloor::kql::plan::Field;
use watchfloor::kql::schema::{ColumnSchema, TableSchema};
use watchfloor::kql::{Schema, Type, Value};

const EVENTS: u64 = 1_000_000;
const PEOPLE: u64 = 100_000;

/// Tables and their schema.
pub struct Data {
    /// The rows.
    pub tables: Two,
    /// Their columns.
    pub schema: Schema,
}

/// A million events and a hundred thousand people.
pub struct Two {
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

/// The same rows at each run.
pub static DATA: LazyLock<Data> = LazyLock::new(|| {
    let tables = Two { events: events(), people: people() };
    let schema = Schema::new(vec![schema("Events", &tables.events), schema("People", &tables.people)]);
    Data { tables, schema }
});

fn schema(name: &str, table: &Table) -> TableSchema {
    let column = |field: &Field| ColumnSchema::new(Arc::clone(&field.name), field.ty);
    TableSchema::new(name, table.fields().iter().map(column).collect())
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
