//! How Kusto calls the column of an unnamed expression that is a call.

/// Where the name of a call's column comes from. Without a rule it is `Column1` and so on (`print_0` under `print`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResultName {
    /// No rule.
    Unnamed,
    /// The name of the first argument: `tostring(Title)` gives `Title`.
    FirstArgument,
    /// The name of the argument, where there is just one.
    OnlyArgument,
    /// Always this one.
    Fixed(&'static str),
    /// This one where there are several arguments: with one, it is an aggregate of the same name.
    OfSeveral(&'static str),
    /// A prefix, `_`, and the first argument's name: `strlen(Title)` gives `strlen_Title`.
    Prefixed(&'static str),
}

/// Functions whose column is called as their first argument.
const FIRST_ARGUMENT: &[&str] = &[
    "abs",
    "acos",
    "asin",
    "atan",
    "atan2",
    "bin",
    "bin_at",
    "binary_and",
    "binary_not",
    "binary_or",
    "binary_shift_left",
    "binary_shift_right",
    "binary_xor",
    "ceiling",
    "cos",
    "erf",
    "erfc",
    "exp",
    "exp10",
    "exp2",
    "floor",
    "format_bytes",
    "format_datetime",
    "format_timespan",
    "gamma",
    "log",
    "log10",
    "log2",
    "loggamma",
    "parse_csv",
    "parse_json",
    "parse_xml",
    "parsejson",
    "pow",
    "rand",
    "round",
    "series_fill_backward",
    "series_fill_const",
    "series_fill_forward",
    "series_fill_linear",
    "series_fir",
    "series_iir",
    "series_outliers",
    "sin",
    "split",
    "sqrt",
    "startofday",
    "tan",
    "tobool",
    "toboolean",
    "todatetime",
    "todecimal",
    "todouble",
    "todynamic",
    "toguid",
    "tohex",
    "toint",
    "tolong",
    "toobject",
    "toreal",
    "tostring",
    "totime",
    "totimespan",
];

/// The rule for the function called `name`, as Kusto's own binder has it.
pub fn result_name(name: &str) -> ResultName {
    match name {
        "make_datetime" | "make_timespan" => ResultName::OnlyArgument,
        "ingestion_time" => ResultName::Fixed("$IngestionTime"),
        "strlen" => ResultName::Prefixed("strlen"),
        "string_size" => ResultName::Prefixed("string_size"),
        "gettype" => ResultName::Prefixed("type"),
        "percentile_tdigest" | "percentiles_array_tdigest" => ResultName::Prefixed("percentile_tdigest"),
        "dcount_hll" => ResultName::Prefixed("dcount_hll"),
        "hll_merge" => ResultName::OfSeveral("hll_merged_result"),
        "tdigest_merge" | "merge_tdigest" => ResultName::OfSeveral("tdigests_merge_result"),
        "treepath" => ResultName::Prefixed("tree"),
        "repeat" => ResultName::Prefixed("repeat"),
        _ if FIRST_ARGUMENT.contains(&name) => ResultName::FirstArgument,
        _ => ResultName::Unnamed,
    }
}
