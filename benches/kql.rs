//! How fast the engine answers over a million rows: `cargo bench --bench kql`.

#![expect(clippy::unwrap_used, reason = "a bench may end at the first surprise")]

mod rows;

use divan::Bencher;
use rows::{DATA, Data};
use std::fmt::Write;
use std::sync::LazyLock;
use watchfloor::base::Timestamp;
use watchfloor::kql::check::bind;
use watchfloor::kql::engine::{Limits, StopFlag, run};
use watchfloor::kql::functions::Context;
use watchfloor::kql::syntax::Lexed;
use watchfloor::kql::{Schema, compile, ide};

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
    let texts = [text.clone(), text + "i"];
    let mut typed = 0_usize;
    let schema = Schema::hunting();
    // Kept from key to key, as the editor does.
    let mut scope = ide::Scope::default();
    bencher.bench_local(|| {
        // Each key makes another text.
        typed += 1;
        let text = &texts[typed % 2];
        let lexed = Lexed::new(text);
        let parsed = lexed.parse(lexed.statement_at(text.len()));
        scope.remember(&parsed);
        let compiled = bind(&parsed, schema, None);
        let advice = ide::advice(&parsed, compiled.plan.as_ref(), schema);
        let offered = ide::complete_in(&mut scope, text, text.len(), schema);
        let help = ide::signature_help_in(&mut scope, text, text.len());
        let hover = ide::hover_in(&mut scope, text, text.len(), schema);
        let shown = (help.is_some(), hover.is_some());
        (compiled.diagnostics.len(), advice.len(), offered.len(), shown, lexed.highlight().len())
    });
}

fn answer(bencher: Bencher<'_, '_>, query: &str) {
    let Data { tables, schema } = &*DATA;
    let plan = compile(query, schema).plan.unwrap();
    let context = Context::new("2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap());
    bencher.bench(|| run(&plan, tables, &context, Limits::default(), &StopFlag::default()).unwrap().row_count());
}
