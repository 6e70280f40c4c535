//! However a query is run, it answers the same: as it was written and a row at a time, or made cheaper, in batches, on
//! several threads.
//!
//! Random queries over random tables; `PROPTEST_CASES=100000` runs them for longer.

use proptest::prelude::*;
use std::fmt::Write;
use watchfloor::base::Timestamp;
use watchfloor::kql::engine::{Limits, RunError, StopFlag, Strategy as Way, Table, TableBuilder, Tables, run};
use watchfloor::kql::functions::Context;
use watchfloor::kql::plan::{Field, Plan};
use watchfloor::kql::schema::{ColumnSchema, TableSchema};
use watchfloor::kql::{Decimal, Schema, Type, Value, compile};

const COLUMNS: &[(&str, Type)] = &[
    ("i", Type::Int),
    ("l", Type::Long),
    ("r", Type::Real),
    ("m", Type::Decimal),
    ("s", Type::String),
    ("c", Type::String),
    ("t", Type::DateTime),
    ("u", Type::TimeSpan),
    ("g", Type::Guid),
    ("b", Type::Bool),
    ("d", Type::Dynamic),
];

const WORDS: &[&str] = &["", "a", "A", "b c", "alpha beta", "Größe", "x-1", "ALPHA", "7", "robocopy", "10.0.0.1", "é"];

const JSONS: &[&str] =
    &["1", "\"a\"", "[1,2]", "[]", "{}", "{\"a\":1}", "{\"a\":[1,\"b\",null]}", "2.5", "true", "[{\"a\":2},7]", "0.0"];

/// Numbers by rule out of one.
#[derive(Clone)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) % end as u64) as usize
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Few different values, so that they meet, and now and then one of its own.
fn cell(dice: &mut Dice, name: &str, ty: Type) -> Value {
    if dice.below(8) == 0 {
        return Value::null_of(ty);
    }
    match ty {
        Type::Bool => Value::Bool(dice.below(2) == 0),
        Type::Int => Value::Int(dice.of(&[0, 1, -1, 7, i32::MAX])),
        Type::Long => Value::Long(dice.of(&[0, 1, 2, 3, -5, 100, 4_096, i64::MIN, dice.0 as i64 % 1_000])),
        // Sums of these are exact in any order.
        Type::Real => Value::Real(dice.of(&[0.0, -0.0, 0.5, 1.0, -2.25, 1024.0, f64::NAN, f64::INFINITY])),
        Type::Decimal => Decimal::parse(dice.of(&["0", "1", "1.0", "-2.5", "10"])).map_or(Value::Null, Value::Decimal),
        Type::String if name == "c" => {
            let (word, number) = (dice.of(WORDS), dice.below(100_000));
            Value::string(format!("cmd.exe /c {word} --n {number} {}", "-e".repeat(dice.below(30))))
        }
        Type::String => Value::string(dice.of(WORDS)),
        Type::DateTime => Value::DateTime(start() + dice.below(40) as i64 * 36_000_000_000),
        Type::TimeSpan => Value::TimeSpan(dice.of(&[0, 1, 36_000_000_000, -600_000_000])),
        Type::Guid => Value::Guid(dice.below(4) as u128),
        Type::Dynamic => Value::dynamic(serde_json::from_str(dice.of(JSONS)).unwrap()),
    }
}

fn start() -> i64 {
    "2026-11-20T00:00:00Z".parse::<Timestamp>().unwrap().ticks()
}

fn table(rows: usize, seed: u64) -> Table {
    let mut dice = Dice(seed);
    let mut builder = TableBuilder::with_fields(COLUMNS.iter().map(|(name, ty)| Field::new(*name, *ty)).collect());
    for _ in 0..rows {
        builder.push(COLUMNS.iter().map(|(name, ty)| (*name, cell(&mut dice, name, *ty))).collect::<Vec<_>>());
    }
    builder.finish()
}

struct Both {
    t: Table,
    u: Table,
}

impl Tables for Both {
    fn table(&self, name: &str) -> Option<&Table> {
        match name {
            "T" => Some(&self.t),
            "U" => Some(&self.u),
            _ => None,
        }
    }
}

fn schema() -> Schema {
    let columns = || COLUMNS.iter().map(|(name, ty)| ColumnSchema::new(*name, *ty)).collect();
    let table = |name: &str| TableSchema::new(name, columns());
    Schema::new(vec![table("T"), table("U")])
}

/// The columns that `query` gives.
fn columns_of(query: &str) -> Vec<(String, Type)> {
    let compiled = compile(query, &schema());
    let problems: Vec<&str> =
        compiled.diagnostics.iter().filter(|one| one.is_error()).map(|one| one.message.as_str()).collect();
    let plan = compiled.plan.unwrap_or_else(|| panic!("{problems:?} in\n{query}"));
    plan.root.columns.iter().map(|field| (field.name.to_string(), field.ty)).collect()
}

/// Writes a query.
struct Writer {
    dice: Dice,
    /// What can be read here.
    columns: Vec<(String, Type)>,
    /// Whether the order of rows is the same however the query is run.
    ordered: bool,
    /// How many names were made up.
    names: usize,
    /// The columns that the last operator joins, groups or expands by.
    touched: Vec<String>,
}

impl Writer {
    fn name(&mut self) -> String {
        self.names += 1;
        format!("n{}", self.names)
    }

    fn column(&mut self, ty: Type) -> Option<String> {
        let fitting: Vec<String> =
            self.columns.iter().filter(|(_, own)| *own == ty).map(|(name, _)| name.clone()).collect();
        (!fitting.is_empty()).then(|| fitting[self.dice.below(fitting.len())].clone())
    }

    fn any(&mut self) -> (String, Type) {
        let at = self.dice.below(self.columns.len());
        self.columns[at].clone()
    }

    fn literal(&mut self, ty: Type) -> String {
        let word = self.dice.of(WORDS);
        let all: &[&str] = match ty {
            Type::Bool => &["true", "false", "bool(null)"],
            Type::Int => &["int(1)", "int(null)", "int(7)"],
            Type::Long => &["0", "1", "2", "100", "long(null)", "-5"],
            Type::Real => &["0.5", "1.0", "real(nan)", "real(null)", "-2.25"],
            Type::Decimal => &["decimal(1)", "decimal(-2.5)", "decimal(null)"],
            Type::String => return format!("'{word}'"),
            Type::DateTime => &["datetime(2026-11-21)", "datetime(null)", "ago(2d)", "now()"],
            Type::TimeSpan => &["1h", "0s", "time(null)", "(2h + 1m)"],
            Type::Guid => &["guid(00000000-0000-0000-0000-000000000001)", "guid(null)"],
            Type::Dynamic => &["dynamic([1,2])", "dynamic({'a':1})", "dynamic(null)", "dynamic('a')"],
        };
        self.dice.of(all).to_owned()
    }

    /// An expression of type `ty`.
    fn scalar(&mut self, ty: Type, depth: usize) -> String {
        if depth == 0 || self.dice.below(3) == 0 {
            return match self.column(ty) {
                Some(column) if self.dice.below(5) > 0 => column,
                _ => self.literal(ty),
            };
        }
        if ty == Type::Long && self.dice.below(12) == 0 {
            let call = self.dice.of(&["max(l)", "count()", "dcount(s)", "sum(l)"]);
            return format!("toscalar(U | where {} | summarize {call})", Self::plain(&mut self.dice));
        }
        if self.dice.below(8) == 0 {
            let (condition, one, other) =
                (self.scalar(Type::Bool, depth - 1), self.scalar(ty, depth - 1), self.scalar(ty, depth - 1));
            return format!("iff({condition}, {one}, {other})");
        }
        let mut of = |ty| self.scalar(ty, depth - 1);
        let one = of(ty);
        match ty {
            Type::Bool => format!("({})", self.condition(depth - 1)),
            Type::Int => format!("toint({})", of(Type::String)),
            Type::Long => {
                let (text, list, other) = (of(Type::String), of(Type::Dynamic), of(Type::Long));
                let operator = self.dice.of(&["+", "-", "*", "/", "%"]);
                match self.dice.below(4) {
                    0 => format!("strlen({text})"),
                    1 => format!("array_length({list})"),
                    2 => format!("bin({one}, 4)"),
                    _ => format!("({one} {operator} {other})"),
                }
            }
            Type::Real => format!("({one} {} {})", self.dice.of(&["+", "-", "*"]), self.literal(Type::Real)),
            Type::Decimal => format!("({one} + {})", self.literal(Type::Decimal)),
            Type::String => {
                let (other, any) = (of(Type::String), self.any().0);
                match self.dice.below(6) {
                    0 => format!("strcat({one}, '-', {other})"),
                    1 => format!("tolower({one})"),
                    2 => format!("substring({one}, 1, 3)"),
                    3 => format!("replace_string({one}, 'a', {other})"),
                    4 => format!("extract('([a-z]+)', 1, {one})"),
                    _ => format!("tostring({any})"),
                }
            }
            Type::DateTime => format!("({one} + {})", of(Type::TimeSpan)),
            Type::TimeSpan => format!("({} - {})", of(Type::DateTime), self.literal(Type::DateTime)),
            Type::Guid => format!("toguid({})", of(Type::String)),
            Type::Dynamic => {
                let (number, text) = (of(Type::Long), of(Type::String));
                match self.dice.below(5) {
                    0 => format!("pack_array({number}, {text})"),
                    1 => format!("bag_pack('a', {number}, 'b', {text})"),
                    2 => format!("split({text}, ' ')"),
                    3 => format!("parse_json({text})"),
                    _ => format!("todynamic({one}).a"),
                }
            }
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        let ty = self.any().1;
        let (one, other) = (self.scalar(ty, depth), self.scalar(ty, depth));
        let (text, word) = (self.scalar(Type::String, depth), self.dice.of(WORDS));
        match self.dice.below(12) {
            0 | 1 if ty != Type::Dynamic => {
                let signs: &[&str] =
                    if matches!(ty, Type::Bool | Type::Guid) { &["==", "!="] } else { &["==", "!=", "<", ">=", ">"] };
                format!("{one} {} {other}", self.dice.of(signs))
            }
            2 => format!("isnull({one})"),
            3 => format!("isnotempty({text})"),
            4 => format!("not({})", self.scalar(Type::Bool, depth)),
            5 => format!("({} and {})", self.scalar(Type::Bool, depth), self.scalar(Type::Bool, depth)),
            6 => format!("({} or {})", self.scalar(Type::Bool, depth), self.scalar(Type::Bool, depth)),
            7 => {
                let operator = self.dice.of(&["in", "in~", "!in", "has_any"]);
                format!("{text} {operator} ('a', '{word}')")
            }
            8 => format!("{text} matches regex '[a-c] ?c|^$'"),
            9 => format!("{text} in (U | where {} | project s)", Self::plain(&mut self.dice)),
            _ => {
                let operator = self.dice.of(&[
                    "has",
                    "contains",
                    "startswith",
                    "endswith",
                    "hasprefix",
                    "=~",
                    "!has",
                    "has_cs",
                    "!contains",
                    "hassuffix",
                ]);
                format!("{text} {operator} '{word}'")
            }
        }
    }

    /// A condition on a table as it was given.
    fn plain(dice: &mut Dice) -> &'static str {
        dice.of(&[
            "l > 1",
            "b",
            "s != ''",
            "t > datetime(2026-11-20 10:00)",
            "isnull(i)",
            "c has 'robocopy'",
            "r >= 0.5",
        ])
    }

    fn query(&mut self, stages: usize) -> String {
        let mut text = match self.dice.below(10) {
            0 => "let V = T | where l > 0; union V, (V | where b)".to_owned(),
            1 => "let M = materialize(T | where l > 0 or b); M | union (M | where s != '')".to_owned(),
            2 => "union kind=inner withsource=w (T | extend x = 1 | project-away i), U".to_owned(),
            3 => "union kind=outer withsource=w (T | project-away i, s), (U | project-away d, t | extend x = l)"
                .to_owned(),
            4 => "union T, U".to_owned(),
            _ => "T".to_owned(),
        };
        self.columns = columns_of(&text);
        for _ in 0..stages {
            self.touched.clear();
            let passed = self.dice.below(3) == 0;
            let stage = if passed { self.passed() } else { self.stage() };
            self.add(&mut text, &stage);
            // What is moved past others is filters and limits: often one stands right above.
            match self.dice.below(if passed { 3 } else { 6 }) {
                0..=2 => {
                    let condition = self.about_one();
                    self.add(&mut text, &format!("where {condition}"));
                }
                3 if self.ordered => write!(text, "\n| take {}", self.dice.below(20)).unwrap(),
                4 if self.ordered => {
                    let stage = self.sort();
                    self.add(&mut text, &stage);
                }
                _ => {}
            }
            // What nothing reads from here on is not computed.
            if self.dice.below(8) == 0 {
                let stage = self.few();
                self.add(&mut text, &stage);
            }
        }
        text
    }

    fn add(&mut self, text: &mut String, stage: &str) {
        write!(text, "\n| {stage}").unwrap();
        self.columns = columns_of(text);
    }

    /// What filters pass, each kind by its rules.
    fn passed(&mut self) -> String {
        match self.dice.below(5) {
            0 | 1 => self.join(),
            2 | 3 => self.expand(),
            _ => self.summarize(),
        }
    }

    /// One or two of the columns, or how many rows there are.
    fn few(&mut self) -> String {
        let (one, other) = (self.any().0, self.any().0);
        match self.dice.below(3) {
            0 => format!("summarize {} = count()", self.name()),
            1 if one != other => format!("project {one}, {other}"),
            _ => format!("project {one}"),
        }
    }

    /// A condition on one column: what the last operator is about, or of the newest more often.
    fn about_one(&mut self) -> String {
        let count = self.columns.len();
        let newest = if self.dice.below(2) == 0 { count.min(11) } else { count };
        let (mut name, mut ty) = self.columns[count - 1 - self.dice.below(newest)].clone();
        let touched: Vec<_> = self.columns.iter().filter(|(name, _)| self.touched.contains(name)).collect();
        if !touched.is_empty() && self.dice.below(4) > 0 {
            (name, ty) = touched[self.dice.below(touched.len())].clone();
        }
        let literal = self.literal(ty);
        // Equals may be written differently.
        if ty == Type::Real && self.dice.below(8) > 0 {
            let text = self.dice.of(&["0.0", "-0.0"]);
            return format!("tostring({name}) {} '{text}'", self.dice.of(&["==", "!="]));
        }
        match self.dice.below(4) {
            0 => format!("isnull({name})"),
            1 => format!("isnotempty(tostring({name}))"),
            _ if ty == Type::Dynamic => format!("tostring({name}) != tostring({literal})"),
            2 => format!("{name} == {literal}"),
            _ => format!("not({name} == {literal})"),
        }
    }

    fn stage(&mut self) -> String {
        match self.dice.below(30) {
            0..=4 => format!("where {}", self.scalar(Type::Bool, 2)),
            5 | 6 => self.extend(),
            7 => self.project(),
            8 => self.rename(),
            9 | 10 => self.summarize(),
            11 => {
                let (one, other) = (self.any(), self.any());
                let mut kept = if one.0 == other.0 { vec![one] } else { vec![one, other] };
                kept.retain(|(_, ty)| *ty != Type::Dynamic);
                if kept.is_empty() {
                    return "where true".to_owned();
                }
                let names: Vec<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
                format!("distinct {}", names.join(", "))
            }
            12..=14 | 21 | 22 => self.join(),
            15 | 16 => self.sort(),
            17 if self.ordered => format!("take {}", self.dice.below(60)),
            18 => self.expand(),
            19 => self.parse(),
            20 => self.series(),
            23 => self.lookup(),
            24 | 25 => self.apply(),
            26 => self.partition(),
            27 => self.union(),
            28 if self.ordered => self.scan(),
            29 if self.ordered => self.nested(),
            _ => format!("where {}", self.scalar(Type::Bool, 1)),
        }
    }

    fn extend(&mut self) -> String {
        let ty = COLUMNS[self.dice.below(COLUMNS.len())].1;
        let scalar = self.scalar(ty, 2);
        // One that is there already takes the new value and type, at the old place.
        if self.dice.below(3) == 0 {
            return format!("extend {} = {scalar}", self.any().0);
        }
        format!("extend {} = {scalar}", self.name())
    }

    fn project(&mut self) -> String {
        let mut written = Vec::new();
        for (name, _) in self.columns.clone() {
            match self.dice.below(4) {
                0 => {}
                1 => written.push(format!("{} = {name}", self.name())),
                _ => written.push(name),
            }
        }
        written.push(format!("{} = {}", self.name(), self.scalar(Type::String, 1)));
        format!("project {}", written.join(", "))
    }

    fn rename(&mut self) -> String {
        let old = self.any().0;
        if self.columns.len() > 1 && self.dice.below(2) == 0 {
            return format!("project-away {old}");
        }
        format!("project-rename {} = {old}", self.name())
    }

    fn summarize(&mut self) -> String {
        let mut keys = Vec::new();
        for _ in 0..self.dice.below(3) {
            let (mut name, mut ty) = self.any();
            if let Some(inexact) = self.column(Type::Real).filter(|_| self.dice.below(2) == 0) {
                (name, ty) = (inexact, Type::Real);
            }
            match ty {
                Type::Dynamic => {}
                Type::DateTime => {
                    keys.push(format!("{} = bin({name}, 1d)", self.name()));
                }
                _ if !keys.contains(&name) => keys.push(name),
                _ => {}
            }
        }
        let mut calls = Vec::new();
        for _ in 0..=self.dice.below(3) {
            let call = self.aggregate();
            calls.push(format!("{} = {call}", self.name()));
        }
        let by = if keys.is_empty() { String::new() } else { format!(" by {}", keys.join(", ")) };
        self.touched.extend(keys);
        format!("summarize {}{by}", calls.join(", "))
    }

    fn aggregate(&mut self) -> String {
        let (long, condition) = (self.scalar(Type::Long, 1), self.scalar(Type::Bool, 1));
        let any = self.any().0;
        match self.dice.below(if self.ordered { 14 } else { 9 }) {
            0 => "count()".to_owned(),
            1 => format!("countif({condition})"),
            2 => format!("sum({long})"),
            3 => format!("dcount({any})"),
            4 => format!("max({long})"),
            5 => format!("minif({long}, {condition})"),
            6 => format!("array_sort_asc(make_set({long}))"),
            7 => format!("percentile({long}, 50)"),
            8 => format!("max({})", self.scalar(Type::DateTime, 1)),
            // What depends on the order of rows.
            9 => format!("make_list({long})"),
            10 => format!("take_any({})", self.scalar(Type::String, 1)),
            11 => format!("avg({})", self.scalar(Type::Real, 1)),
            12 => format!("arg_max({long}, {any})"),
            _ => format!("make_bag(bag_pack(tostring({any}), {long}))"),
        }
    }

    /// A column of the tables as they were given that is there still, to be joined by.
    fn key(&mut self, inexact: usize) -> Option<String> {
        let is_key = |(name, ty): &&(String, Type)| *ty != Type::Dynamic && COLUMNS.contains(&(name.as_str(), *ty));
        let mut keys: Vec<(String, Type)> = self.columns.iter().filter(is_key).cloned().collect();
        // Of some, equals may be written differently.
        let is_inexact = |(_, ty): &(String, Type)| *ty == Type::Real;
        if self.dice.below(6) < inexact && keys.iter().any(is_inexact) {
            keys.retain(is_inexact);
        }
        (!keys.is_empty()).then(|| keys[self.dice.below(keys.len())].0.clone())
    }

    fn other_table(&mut self) -> String {
        let filter = Self::plain(&mut self.dice);
        if self.dice.below(2) == 0 { "U".to_owned() } else { format!("(U | where {filter})") }
    }

    fn join(&mut self) -> String {
        let mut kinds =
            vec!["inner", "leftouter", "rightouter", "fullouter", "leftsemi", "rightsemi", "leftanti", "rightanti"];
        // Which row it takes of those with one key depends on their order.
        kinds.extend(["innerunique"; 6].iter().filter(|_| self.ordered));
        let kind = kinds[self.dice.below(kinds.len())];
        let Some(key) = self.key(if kind == "innerunique" { 5 } else { 1 }) else { return "where true".to_owned() };
        // The service gives a join's rows in any order; here only the inner one chooses the side whose order it keeps.
        self.ordered &= kind != "inner";
        let other = self.other_table();
        let second = self.key(1).filter(|second| *second != key && self.dice.below(3) == 0);
        self.touched.extend([key.clone()].into_iter().chain(second.clone()));
        let second = second.map(|second| format!(", {second}")).unwrap_or_default();
        let condition = if self.dice.below(4) == 0 { format!("$left.{key} == $right.{key}") } else { key };
        format!("join kind={kind} {other} on {condition}{second}")
    }

    fn lookup(&mut self) -> String {
        let Some(key) = self.key(1) else { return "where true".to_owned() };
        let kind = self.dice.of(&["leftouter", "leftouter", "inner"]);
        self.ordered &= kind != "inner";
        let other = match self.dice.below(2) {
            0 => self.other_table(),
            _ => format!("(U | summarize {} = max(l), {} = count() by {key})", self.name(), self.name()),
        };
        format!("lookup kind={kind} {other} on {key}")
    }

    fn union(&mut self) -> String {
        let source = if self.dice.below(2) == 0 { format!("withsource={} ", self.name()) } else { String::new() };
        let other = match self.dice.below(3) {
            0 => "(U | project l, s, b, t)".to_owned(),
            1 => format!("(T | where {} | take 20)", Self::plain(&mut self.dice)),
            _ => self.other_table(),
        };
        // An inner one keeps what both have.
        let kind = if self.key(1).is_some() && other == "U" { self.dice.of(&["inner", "outer"]) } else { "outer" };
        format!("union kind={kind} {source}{other}")
    }

    /// What becomes of some rows; the order of these rows is defined where `ordered`.
    fn body(&mut self, ordered: bool) -> String {
        let (name, other) = (self.name(), self.name());
        let column = self.any().0;
        match self.dice.below(if ordered { 6 } else { 3 }) {
            0 => format!("where {}", self.scalar(Type::Bool, 1)),
            1 => format!("extend {name} = strcat(tostring({column}), '-', {})", self.scalar(Type::String, 1)),
            2 => format!("summarize {name} = count(), {other} = max({})", self.scalar(Type::Long, 1)),
            3 => format!("top 2 by {} asc nulls last", self.scalar(Type::Long, 1)),
            4 => format!("take {}", self.dice.below(3)),
            _ => format!("sort by {} desc | extend {name} = row_number()", self.scalar(Type::String, 1)),
        }
    }

    fn apply(&mut self) -> String {
        let Some(column) = self.column(Type::Dynamic) else { return "where true".to_owned() };
        let element = self.name();
        let list = if self.dice.below(3) == 0 { column } else { format!("{element} = {column}") };
        // One expanded in place keeps its type, so that the body may be about it.
        let types: &[&str] = if list.contains('=') { &["", " to typeof(long)", " to typeof(string)"] } else { &[""] };
        let ty = self.dice.of(types);
        // The elements of a row's list come in their order.
        let body = match self.dice.below(3) {
            0 if list.contains('=') => format!("where isnotempty(tostring({element})) | take 2"),
            1 if list.contains('=') => format!("summarize {} = make_list({element})", self.name()),
            _ => self.body(true),
        };
        format!("mv-apply {list}{ty} on ({body})")
    }

    fn partition(&mut self) -> String {
        let kept: Vec<String> =
            self.columns.iter().filter(|(_, ty)| *ty != Type::Dynamic).map(|(name, _)| name.clone()).collect();
        if kept.is_empty() {
            return "where true".to_owned();
        }
        let key = kept[self.dice.below(kept.len())].clone();
        let body = self.body(self.ordered);
        format!("partition by {key} ({body})")
    }

    fn scan(&mut self) -> String {
        let (number, sum) = (self.name(), self.name());
        let (one, two) = (self.scalar(Type::Bool, 1), self.scalar(Type::Bool, 1));
        let output = self.dice.of(&["all", "last", "none"]);
        // It goes row by row.
        format!(
            "serialize | take 150 | scan with_match_id={number} declare ({sum}: long = 0) with \
             (step one: {one} => {sum} = one.{sum} + 1; step two output={output}: {two} => {sum} = one.{sum} * 10;)"
        )
    }

    fn nested(&mut self) -> String {
        let Some(first) = self.column(Type::String) else { return "where true".to_owned() };
        let others = self.dice.of(&["", " with others = 'rest'"]);
        let (weight, rows) = (self.scalar(Type::Long, 1), self.dice.below(4));
        let mut text = format!("top-nested {rows} of {first}{others} by {} = max({weight})", self.name());
        if let Some(second) = self.column(Type::Bool) {
            write!(text, ", top-nested 1 of {second} by {} = count()", self.name()).unwrap();
        }
        text
    }

    fn sort(&mut self) -> String {
        let (mut keys, mut last) = (Vec::new(), String::new());
        for _ in 0..=self.dice.below(3) {
            let (name, ty) = self.any();
            if ty != Type::Dynamic && last != name {
                keys.push(format!(
                    "{name} {} nulls {}",
                    self.dice.of(&["asc", "desc"]),
                    self.dice.of(&["first", "last"])
                ));
                last = name;
            }
        }
        if keys.is_empty() {
            return "where true".to_owned();
        }
        // `top` takes one key.
        let one = keys.len() == 1;
        let keys = keys.join(", ");
        match self.dice.below(3) {
            0 if self.ordered && one => format!("top {} by {keys}", self.dice.below(40)),
            0 if self.ordered => format!("sort by {keys} | take {}", self.dice.below(40)),
            1 if self.ordered => {
                let scalar = self.dice.of(&["row_number()", "row_cumsum(1)"]);
                format!("sort by {keys} | extend {} = {scalar}", self.name())
            }
            _ => format!("sort by {keys}"),
        }
    }

    fn expand(&mut self) -> String {
        let Some(column) = self.column(Type::Dynamic) else { return "where true".to_owned() };
        self.touched.push(column.clone());
        // In place, or beside the list, which then may be used or not.
        let (list, element) = if self.dice.below(3) > 0 {
            (column.clone(), column)
        } else {
            let element = self.name();
            self.touched.push(element.clone());
            (format!("{element} = {column}"), element)
        };
        match self.dice.below(7) {
            0 | 1 => format!("mv-expand {list}"),
            2 => format!("mv-expand {list} | where tostring({element}) != '1'"),
            3 => format!("mv-expand {list} to typeof(long)"),
            4 => format!("mv-expand with_itemindex={} {list}", self.name()),
            5 => match self.column(Type::Dynamic).filter(|other| *other != element) {
                Some(other) => format!("mv-expand {list}, {} = {other}", self.name()),
                None => format!("mv-expand {list}"),
            },
            _ => format!("mv-expand {list} limit 1"),
        }
    }

    fn parse(&mut self) -> String {
        let Some(column) = self.column(Type::String) else { return "where true".to_owned() };
        let operator = self.dice.of(&["parse", "parse-where"]);
        format!("{operator} {column} with * '/c ' {} ' --n ' {}:long *", self.name(), self.name())
    }

    fn series(&mut self) -> String {
        let Some(axis) = self.column(Type::DateTime) else { return "where true".to_owned() };
        let key = self.column(Type::String).filter(|_| self.dice.below(3) > 0);
        let by = key.map(|key| format!(" by {key}")).unwrap_or_default();
        let default = self.dice.of(&["", " default = 0", " default = long(null)"]);
        let range = self.dice.of(&[
            " from datetime(2026-11-20) to datetime(2026-11-22)",
            " from datetime(2026-11-20 12:00)",
            " to datetime(2026-11-21)",
        ]);
        let (long, condition) = (self.scalar(Type::Long, 1), self.scalar(Type::Bool, 1));
        let (one, two) = (self.name(), self.name());
        format!("make-series {one} = max({long}){default}, {two} = countif({condition}) on {axis}{range} step 6h{by}")
    }
}

fn answer(plan: &Plan, tables: &Both, way: Way) -> Result<Vec<String>, RunError> {
    let context = Context::new("2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap());
    let limits = Limits { rows_max: 200_000, intermediate_rows_max: 100_000, strategy: way, ..Limits::default() };
    let table = run(plan, tables, &context, limits, &StopFlag::default())?;
    let row = |row: usize| format!("{:?}", table.row(row).collect::<Vec<_>>());
    Ok((0..table.row_count()).map(row).collect())
}

/// What a query is written from, and what it runs over.
#[derive(Clone, Debug)]
struct Asked {
    seed: u64,
    stages: usize,
    rows: (usize, usize),
    ways: (usize, usize),
}

fn asked() -> impl Strategy<Value = Asked> {
    // The last so many that texts lie packed.
    let rows = || prop_oneof![12 => 0..40_usize, 16 => 40..400_usize, 1 => 4_200..5_000_usize];
    let seed = any::<u64>();
    (seed, 0..7_usize, (rows(), rows()), (1..60_usize, 1..4_usize)).prop_map(|(seed, stages, rows, ways)| Asked {
        seed,
        stages,
        rows,
        ways,
    })
}

fn check(asked: &Asked) {
    let mut writer = Writer {
        dice: Dice(asked.seed),
        columns: COLUMNS.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect(),
        ordered: true,
        names: 0,
        touched: Vec::new(),
    };
    let query = writer.query(asked.stages);
    let compiled = compile(&query, &schema());
    let problems: Vec<&str> =
        compiled.diagnostics.iter().filter(|one| one.is_error()).map(|one| one.message.as_str()).collect();
    let plan = compiled.plan.unwrap_or_else(|| panic!("{problems:?} in\n{query}"));
    let tables = Both { t: table(asked.rows.0, asked.seed), u: table(asked.rows.1, asked.seed ^ 1) };
    // A query that grows too large as it is written may be small enough when it is made cheaper.
    let Ok(mut expected) = answer(&plan, &tables, Way::NAIVE) else { return };
    if !writer.ordered {
        expected.sort();
    }
    let (batch_rows, cores) = asked.ways;
    for optimise in [true, false] {
        let way = Way { optimise, batch_rows, cores };
        let mut answer = answer(&plan, &tables, way).unwrap_or_else(|error| panic!("{error} with {way:?} of\n{query}"));
        if !writer.ordered {
            answer.sort();
        }
        assert_eq!(
            answer,
            expected,
            "with {way:?} of\n{query}\n{:#?}",
            watchfloor::kql::explain::steps(&plan).iter().map(|step| &step.text).collect::<Vec<_>>()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_query_answers_the_same_however_it_is_run(asked in asked()) {
        check(&asked);
    }
}
