//! No text makes the compiler panic, and nothing that compiles makes the engine panic.
//!
//! `PROPTEST_CASES=1000000` runs them for longer.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::sync::LazyLock;
use watchfloor::base::Timestamp;
use watchfloor::kql::engine::{Limits, StopFlag, Table, TableBuilder, Tables};
use watchfloor::kql::functions::{self, Context};
use watchfloor::kql::plan::Field;
use watchfloor::kql::schema::{ColumnSchema, TableSchema};
use watchfloor::kql::{Decimal, Schema, Type, Value, aggregates, compile, engine};

const COLUMNS: &[(&str, Type)] = &[
    ("i", Type::Int),
    ("l", Type::Long),
    ("r", Type::Real),
    ("m", Type::Decimal),
    ("s", Type::String),
    ("t", Type::DateTime),
    ("u", Type::TimeSpan),
    ("g", Type::Guid),
    ("b", Type::Bool),
    ("d", Type::Dynamic),
];

/// Words that queries are made of, besides the names of functions.
const WORDS: &[&str] = &[
    "T",
    "T | where ",
    "i",
    "l",
    "r",
    "m",
    "s",
    "t",
    "u",
    "g",
    "b",
    "d",
    "d.a",
    "d[0]",
    "d['a']",
    "*",
    "$left.l",
    "1",
    "0",
    "-1",
    "2.5",
    "1h",
    "1d",
    "'a'",
    "'é'",
    "\"",
    "\\",
    "@'x",
    "null",
    "true",
    "dynamic([1, 'a'])",
    "dynamic({'a': [1]})",
    "now()",
    "ago(1d)",
    "datetime(2026-11-23)",
    "datetime(null)",
    "long(null)",
    "9223372036854775807",
    "1e308",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    ",",
    ";",
    ":",
    "=",
    "==",
    "!=",
    "=~",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "%",
    "..",
    ".",
    " and ",
    " or ",
    " in ",
    " in~ ",
    " !in ",
    " has ",
    " !has ",
    " has_any ",
    " has_all ",
    " contains ",
    " startswith ",
    " endswith ",
    " matches regex ",
    " between ",
    " by ",
    " on ",
    " asc",
    " desc",
    " nulls first",
    " to typeof(long)",
    "| where ",
    "| extend x = ",
    "| project ",
    "| project-away ",
    "| project-rename x = ",
    "| project-reorder ",
    "| summarize ",
    "| distinct ",
    "| order by ",
    "| top 2 by ",
    "| take 2",
    "| count",
    "| join kind=inner (T) on l",
    "| join kind=fullouter (T) on s",
    "| lookup (T) on l",
    "| mv-expand ",
    "| mv-expand kind=array ",
    "| union T",
    "| parse s with 'a' x:long",
    "| search 'a'",
    "| as X",
    "| serialize",
    "| getschema",
    "| invoke f()",
    "let x = ",
    "let f = (y:long) { ",
    "print ",
    "range x from ",
    " to ",
    " step ",
    "toscalar(",
    "materialize(",
    "datatable(x:long)[1]",
    "union withsource=n T, T",
    "search in (T) ",
];

/// The queries of the cases.
static QUERIES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kql");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let cases = files.iter().flat_map(|path| super::cases(&std::fs::read_to_string(path).unwrap()));
    cases.map(|case| case.query).collect()
});

static VOCABULARY: LazyLock<Vec<String>> = LazyLock::new(|| {
    let functions = functions::all().map(|function| function.name);
    let aggregates = aggregates::all().map(|aggregate| aggregate.name);
    let calls = functions.chain(aggregates).map(|name| format!("{name}("));
    // Lists of a million elements take their time, which says nothing here.
    let calls = calls.filter(|call| !matches!(&**call, "range(" | "repeat(" | "strrep("));
    calls.chain(WORDS.iter().map(|word| (*word).to_owned())).collect()
});

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let columns = COLUMNS.iter().map(|(name, ty)| ColumnSchema::new(*name, *ty)).collect();
    Schema::new(vec![TableSchema::new("T", columns)])
});

struct One(Table);

impl Tables for One {
    fn table(&self, name: &str) -> Option<&Table> {
        (name == "T").then_some(&self.0)
    }
}

fn value(ty: Type) -> BoxedStrategy<Value> {
    let number = select(vec![0, 1, -1, 2, 7, i64::MIN, i64::MAX]);
    let text = select(vec!["", "a", "b", "a b", "A.é-😀", "{\"a\":[1]}", "10.0.0.1", "1"]);
    match ty {
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Int => number.prop_map(|n| Value::Int(n as i32)).boxed(),
        Type::Long => number.prop_map(Value::Long).boxed(),
        Type::Real => select(vec![0.0, -1.5, 2.0, f64::NAN, f64::INFINITY, f64::MAX]).prop_map(Value::Real).boxed(),
        Type::Decimal => {
            select(vec!["0", "0.1", "-1.5e30", "1e6000", "-1e-6000", "9999999999999999999999999999999999"])
                .prop_map(|text| Value::Decimal(Decimal::parse(text).unwrap()))
                .boxed()
        }
        Type::String => text.prop_map(Value::string).boxed(),
        Type::DateTime => number.prop_map(|n| Value::DateTime(n.clamp(0, Timestamp::MAX.ticks()))).boxed(),
        Type::TimeSpan => number.prop_map(Value::TimeSpan).boxed(),
        Type::Guid => any::<u8>().prop_map(|n| Value::Guid(n.into())).boxed(),
        Type::Dynamic => {
            select(vec!["1", "\"a\"", "[]", "[1,null,\"a\",[2]]", "{}", "{\"a\":[1,{\"b\":null}]}", "true", "1.5"])
                .prop_map(|json| Value::dynamic(serde_json::from_str(json).unwrap()))
                .boxed()
        }
    }
}

fn table() -> impl Strategy<Value = Table> {
    let row: Vec<_> = COLUMNS.iter().map(|(_, ty)| prop_oneof![1 => Just(Value::Null), 4 => value(*ty)]).collect();
    prop::collection::vec(row, 0..6).prop_map(|rows| {
        let mut builder = TableBuilder::with_fields(COLUMNS.iter().map(|(name, ty)| Field::new(*name, *ty)).collect());
        for row in rows {
            builder.push(COLUMNS.iter().map(|(name, _)| *name).zip(row));
        }
        builder.finish()
    })
}

/// Words in any order.
fn soup() -> impl Strategy<Value = String> {
    prop::collection::vec(any::<Index>(), 0..24)
        .prop_map(|words| words.iter().map(|at| at.get(&VOCABULARY).as_str()).collect::<Vec<_>>().join(" "))
}

/// A query that compiles, with a few places cut out, written over or swapped for a part of another.
fn mutated() -> impl Strategy<Value = String> {
    let change = (any::<Index>(), 0..12_usize, any::<Index>(), any::<bool>());
    (any::<Index>(), prop::collection::vec(change, 1..5)).prop_map(|(at, changes)| {
        let mut text: Vec<char> = at.get(&QUERIES).chars().collect();
        for (place, cut, word, from_query) in changes {
            let start = place.index(text.len() + 1);
            let end = (start + cut).min(text.len());
            let new: Vec<char> = if from_query {
                word.get(&QUERIES).chars().skip(start).take(cut * 3).collect()
            } else {
                word.get(&VOCABULARY).chars().collect()
            };
            text.splice(start..end, new);
        }
        text.into_iter().collect()
    })
}

/// A value of the table or made of it.
fn operand() -> impl Strategy<Value = String> {
    let leaf = select(vec![
        "i",
        "l",
        "r",
        "s",
        "t",
        "u",
        "g",
        "b",
        "d",
        "d.a",
        "d[0]",
        "0",
        "-1",
        "2.5",
        "1h",
        "'a'",
        "datetime(2026-11-23)",
        "long(null)",
        "dynamic([1,'a'])",
        "true",
        "''",
        "9223372036854775807",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 3, |inner| {
        let operator = select(vec![
            "==",
            "!=",
            "<",
            ">=",
            "+",
            "-",
            "*",
            "/",
            "%",
            "=~",
            "and",
            "or",
            "has",
            "!has_cs",
            "contains",
            "startswith",
            "endswith_cs",
            "matches regex",
            "hasprefix",
        ]);
        let list = select(vec!["in", "!in~", "has_any", "has_all"]);
        let call = any::<Index>().prop_map(|at| {
            let names: Vec<&str> =
                functions::all().map(|f| f.name).filter(|name| !["range", "repeat", "strrep"].contains(name)).collect();
            *at.get(&names)
        });
        prop_oneof![
            (inner.clone(), operator, inner.clone()).prop_map(|(a, operator, b)| format!("({a} {operator} {b})")),
            (inner.clone(), list, inner.clone(), inner.clone())
                .prop_map(|(a, op, b, c)| format!("({a} {op} ({b}, {c}))")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a} between ({b} .. {c}))")),
            (call, prop::collection::vec(inner, 0..4)).prop_map(|(call, all)| format!("{call}({})", all.join(", "))),
        ]
    })
}

/// A pipeline that reads well, and binds more often than not.
fn pipeline() -> impl Strategy<Value = String> {
    let aggregate =
        any::<Index>().prop_map(|at| at.get(&aggregates::all().map(|a| a.name).collect::<Vec<_>>()).to_owned());
    let kind = select(vec!["inner", "innerunique", "leftouter", "fullouter", "rightouter", "leftanti", "rightsemi"]);
    let stage = prop_oneof![
        operand().prop_map(|o| format!("where tobool({o})")),
        operand().prop_map(|o| format!("extend x = {o}")),
        (operand(), operand()).prop_map(|(a, b)| format!("extend x = {a}, y = {b}")),
        (aggregate, operand(), operand()).prop_map(|(f, a, b)| format!("summarize x = {f}({a}) by y = {b}, s")),
        operand().prop_map(|o| format!("distinct l, x = {o}")),
        operand().prop_map(|o| format!("order by {o} asc, l")),
        operand().prop_map(|o| format!("top 3 by {o}")),
        (kind, operand()).prop_map(|(kind, o)| format!("join kind={kind} (T | extend x = {o}) on l")),
        operand().prop_map(|o| format!("mv-expand d, x = todynamic({o}) to typeof(string)")),
        Just("union T".to_owned()),
        Just("take 2".to_owned()),
        Just("project-away d".to_owned()),
        Just("parse s with 'a' x:long".to_owned()),
    ];
    prop::collection::vec(stage, 1..5).prop_map(|stages| format!("T | {}", stages.join(" | ")))
}

/// Runs `query` if it compiles; any answer and any error is right.
fn run(query: &str, table: Table) {
    let Some(plan) = compile(query, &SCHEMA).plan else { return };
    let limits = Limits { rows_max: 1_000, intermediate_rows_max: 20_000, ..Limits::default() };
    let context = Context::new("2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap());
    if let Ok(answer) = engine::run(&plan, &One(table), &context, limits, &StopFlag::default()) {
        for row in 0..answer.row_count() {
            answer.row(row).for_each(drop);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_compiles_to_something(text in prop_oneof![any::<String>(), soup(), mutated()]) {
        let compiled = compile(&text, &SCHEMA);
        let refused = compiled.diagnostics.iter().any(watchfloor::kql::Diagnostic::is_error);
        prop_assert_eq!(compiled.plan.is_none(), refused);
        for diagnostic in &compiled.diagnostics {
            prop_assert!(text.get(diagnostic.span.range()).is_some(), "a span is not in the text");
        }
    }

    #[test]
    fn what_compiles_runs_or_is_refused(query in prop_oneof![soup(), mutated(), pipeline()], table in table()) {
        run(&query, table);
    }
}
