//! How long a query goes on after it was cancelled: `cargo bench --bench cancel`.
//!
//! Each query is what some operator is worst at. It is cancelled at random moments and the longest it took to end is
//! printed. `cargo bench --bench cancel -- sort` runs those whose name has `sort`; a number is how often each is run.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a bench may end at the first surprise, and prints"
)]

mod rows;

use rows::DATA;
use std::time::{Duration, Instant};
use watchfloor::base::Timestamp;
use watchfloor::kql::compile;
use watchfloor::kql::engine::{Limits, RunError, StopFlag, run};
use watchfloor::kql::functions::Context;

const ROUNDS: u32 = 20;
/// A query is cancelled within so many milliseconds.
const WITHIN: u64 = 400;

const QUERIES: &[(&str, &str)] = &[
    ("cross join", "Events | extend k = 1 | join kind=inner (Events | extend k = 1) on k | count"),
    ("join of many to many", "Events | join kind=fullouter Events on Action | where Size > Size1 | count"),
    ("join, hashing", "Events | join kind=leftouter (Events | project Command, Size) on Command | count"),
    ("sort by text", "Events | sort by Command, Size desc"),
    ("sort by a computed text", "Events | sort by tolower(Command) asc, Json desc"),
    ("top", "Events | top 100000 by Command"),
    ("regex", r"Events | where Command matches regex '(a|e|o)+.*share[0-9]+.*(x|y)port[0-9]{3}.*z$' | count"),
    (
        "regex over long texts",
        "Events | take 20000 | extend Long = strcat_array(repeat(Command, 200), ' ') \
         | where Long matches regex '(c|d)+o.*report99[0-9]+.*zzz$' | count",
    ),
    (
        "replace_regex",
        "Events | extend X = replace_regex(Command, '([a-z]+)([0-9]+)', '\\\\2-\\\\1') | where X == '' | count",
    ),
    ("extract_all", "Events | extend X = extract_all('([a-z]+)', Command) | where array_length(X) > 1000 | count"),
    ("mv-expand", "Events | extend x = range(1, 1000) | mv-expand x to typeof(long) | summarize sum(x)"),
    ("mv-expand of a huge list", "print x = range(1, 1000000) | mv-expand y = x | mv-expand x to typeof(long) | count"),
    (
        "lists of constants",
        "print a = array_sort_desc(range(1, 1000000)), b = array_concat(range(1, 1000000), range(1, 1000000)) \
         | extend c = array_sort_asc(a) | project array_length(c), array_length(b)",
    ),
    ("make_set", "Events | summarize make_set(Command) by Device"),
    ("make_list", "Events | summarize make_list(Command, 1000000)"),
    ("make_bag", "Events | summarize make_bag(parse_json(Json)) by Device"),
    ("groups as many as rows", "Events | summarize count(), max(Size) by Command, Json"),
    ("distinct", "Events | distinct Command, Json, Size"),
    ("dcount, percentiles", "Events | summarize dcount(Command), percentiles(Size, 1, 50, 99) by Device"),
    ("weighted percentile", "Events | summarize percentilew(Size, 1 + Size % 3, 50)"),
    ("arg_max", "Events | summarize arg_max(Size, *) by Command"),
    ("parse_json", "Events | extend Bag = parse_json(Json) | summarize count() by tostring(Bag.v)"),
    ("make-series", "Events | make-series count() default = 0 on At step 1m by Device"),
    (
        "series functions",
        "Events | make-series n = count() default = 0 on At step 5m by Device \
         | extend (a, s, b) = series_decompose_anomalies(n), f = series_fit_line(n), o = series_outliers(n)",
    ),
    (
        "window functions",
        "Events | sort by At asc | extend p = prev(Command), n = row_cumsum(Size) | where p == '' | count",
    ),
    ("scan", "Events | sort by At asc | scan with (step s: Action == 'Action1'; step t: Action == 'Action2';) | count"),
    (
        "toscalar",
        "let big = toscalar(Events | sort by Command | summarize make_list(Command, 200000)); print array_length(big)",
    ),
    ("materialize", "let M = materialize(Events | extend X = tolower(Command)); M | join kind=inner M on X | count"),
    ("in (table)", "Events | where Command in~ (Events | where Size > 10 | project Command) | count"),
    ("partition", "Events | partition hint.strategy=native by User (top 3 by Size) | count"),
    (
        "many functions",
        "Events | extend X = hash_sha256(strcat(Command, Json)), Y = url_encode(Command), Z = strrep(Command, 20) | where X == Y or Z == '' | count",
    ),
    ("range", "range x from 1 to 1000000000 step 1 | where x % 7 == 8 | count"),
];

fn main() {
    let asked: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let rounds = asked.iter().find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let names: Vec<&String> = asked.iter().filter(|argument| argument.parse::<u32>().is_err()).collect();
    let mut dice = 88_172_645_463_325_252_u64;
    println!("{:<28} {:>9} {:>11} {:>9}", "query", "worst ms", "median ms", "cancelled");
    for (name, query) in
        QUERIES.iter().filter(|(name, _)| names.is_empty() || names.iter().any(|one| name.contains(*one)))
    {
        let mut took: Vec<Duration> = (0..rounds).filter_map(|_| cancelled(query, &mut dice)).collect();
        took.sort();
        let (worst, median) = (took.last().copied().unwrap_or_default(), took.get(took.len() / 2).copied());
        let millis = |duration: Duration| duration.as_secs_f64() * 1e3;
        println!(
            "{name:<28} {:>9.1} {:>11.1} {:>9}",
            millis(worst),
            millis(median.unwrap_or_default()),
            format!("{}/{rounds}", took.len())
        );
    }
}

/// How long `query` went on after it was cancelled; nothing where it ended before by itself.
fn cancelled(query: &str, dice: &mut u64) -> Option<Duration> {
    *dice ^= *dice << 13;
    *dice ^= *dice >> 7;
    *dice ^= *dice << 17;
    let wait = Duration::from_micros(*dice % (WITHIN * 1_000));
    let compiled = compile(query, &DATA.schema);
    let plan = compiled.plan.unwrap_or_else(|| panic!("{:?} in {query}", compiled.diagnostics));
    let context = Context::new("2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap());
    let stop = StopFlag::default();
    let limits = Limits { intermediate_rows_max: usize::MAX, ..Limits::default() };
    let asker = std::thread::spawn({
        let stop = stop.clone();
        move || {
            std::thread::sleep(wait);
            stop.stop();
            Instant::now()
        }
    });
    let ran = run(&plan, &DATA.tables, &context, limits, &stop);
    let ended = Instant::now();
    let asked = asker.join().unwrap();
    matches!(ran, Err(RunError::Stopped)).then(|| ended.saturating_duration_since(asked))
}
