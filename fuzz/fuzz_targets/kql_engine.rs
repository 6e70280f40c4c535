//! Any text that compiles run over a table of each type: an answer or an error in words.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;
use watchfloor::base::Timestamp;
use watchfloor::kql::engine::{Limits, StopFlag, Table, Tables, run_all};
use watchfloor::kql::explain::steps;
use watchfloor::kql::functions::Context;
use watchfloor::kql::plan::Plan;
use watchfloor::kql::read::{self, Named};
use watchfloor::kql::{Schema, compile_over};

/// A table of all types but guid, decimal and int, which queries make of others.
static TABLE: LazyLock<Named> = LazyLock::new(|| {
    let text = "l,r,s,t,u,b,d,n\n1,1.5,alpha beta,2026-11-23T10:00:00Z,01:00:00,true,\"{\"\"a\"\":[1,2]}\",x\n\
                -7,-0.25,,2026-11-24T10:00:00Z,02:00:00,false,\"[1,\"\"a\"\",null]\",10.0.0.1\n,,Größe,,,,,\n";
    read::table("T", text).unwrap()
});

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::new(vec![TABLE.schema.clone()]));

struct One;

impl Tables for One {
    fn table(&self, name: &str) -> Option<&Table> {
        (name == "T").then_some(&TABLE.table)
    }
}

fuzz_target!(|text: &str| {
    let context = Context::new("2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap());
    let limits = Limits { rows_max: 1_000, intermediate_rows_max: 20_000, ..Limits::default() };
    let run = |plan: &Plan| run_all(plan, &One, &context, limits, &StopFlag::default());
    let first = |plan: &Plan| run(plan).map(|mut tables| tables.swap_remove(0));
    let Some(plan) = compile_over(text, &SCHEMA, &first).plan else { return };
    assert!(!steps(&plan).is_empty());
    match run(&plan) {
        Ok(tables) => {
            for table in tables {
                assert!(table.row_count() <= limits.rows_max);
                (0..table.row_count()).for_each(|row| table.row(row).for_each(drop));
            }
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
