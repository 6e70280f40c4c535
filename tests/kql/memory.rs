//! No function makes a value so large that a query takes much more memory than it may.

use watchfloor::base::Timestamp;
use watchfloor::kql::engine::{Limits, NoTables, RunError, StopFlag, Table, run};
use watchfloor::kql::functions::Context;
use watchfloor::kql::{Schema, Value, compile};

/// A text of 8 MiB.
const LONG: &str = "let long = strrep(strrep('abcdefgh', 1024), 1024); ";

fn answer(query: &str) -> Result<Table, RunError> {
    let compiled = compile(query, &Schema::new(Vec::new()));
    let plan = compiled.plan.unwrap_or_else(|| panic!("{:?} in {query}", compiled.diagnostics));
    let context = Context::new("2026-11-23T12:00:00Z".parse::<Timestamp>().unwrap());
    run(&plan, &NoTables, &context, Limits::default(), &StopFlag::default())
}

#[test]
fn what_multiplies_texts_or_lists_is_refused() {
    let forty = ["long"; 40].join(", ");
    let named: Vec<String> = (0..40).map(|at| format!("'{at}', long")).collect();
    let calls = [
        "strrep(long, 1000)".to_owned(),
        "strrep('a', 1000, long)".to_owned(),
        format!("strcat({forty})"),
        format!("strcat_delim(long, {})", ["1"; 100].join(", ")),
        "strcat_array(range(1, 1000), long)".to_owned(),
        "array_strcat(range(1, 1000), long)".to_owned(),
        "replace_string(long, 'a', long)".to_owned(),
        "replace_strings(long, dynamic(['a', 'b']), pack_array(long, long))".to_owned(),
        "replace_regex(long, 'a', long)".to_owned(),
        r"replace_regex(long, '.*', '\\0\\0\\0')".to_owned(),
        "repeat(long, 1000000)".to_owned(),
        format!("pack_array({forty})"),
        format!("bag_pack({})", named.join(", ")),
        "array_concat(repeat(long, 30), repeat(long, 30))".to_owned(),
        format!("zip({})", ["repeat(strrep('abcdefgh', 125), 1000)"; 300].join(", ")),
        "array_shift_left(range(1, 1000), 1000, long)".to_owned(),
        "array_iff(repeat(true, 1000), long, long)".to_owned(),
        "extract_all('((.)(.))', long)".to_owned(),
        "treepath(bag_pack(long, range(1, 1000)))".to_owned(),
    ];
    for call in calls {
        let refused = answer(&format!("{LONG}print length = strlen(tostring({call}))"));
        let error = refused.expect_err(&call).to_string();
        assert!(error.contains("memory"), "{call}: {error}");
    }
    // Also where it is one row of many.
    let refused = answer(&format!(
        "{LONG}range x from 1 to 100000 step 1 | summarize sum(strlen(replace_string(long, 'a', strcat(long, x))))"
    ));
    assert_eq!(refused.unwrap_err(), RunError::ValueTooLarge);
}

#[test]
fn what_is_large_and_fits_is_made() {
    for (call, length) in [
        ("strlen(replace_string(long, 'a', 'aa'))", 9 << 20),
        ("strlen(strcat(long, 'a'))", (8 << 20) + 1),
        ("array_length(array_sort_desc(range(1, 1000000)))", 1_000_000),
        ("array_length(array_concat(range(1, 1000000), range(1, 1000000)))", 2_000_000),
        ("array_length(repeat('abcdefghijklmnopqrstuvwxyz', 1000000))", 1_000_000),
        ("strlen(replace_regex(long, '(a)b', '\\\\1'))", 7 << 20),
    ] {
        let table = answer(&format!("{LONG}print {call}")).unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(table.value(0, 0), Value::Long(length), "{call}");
    }
}
