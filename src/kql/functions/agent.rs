//! What a browser says of itself, and other odds: random numbers, sizes.

use super::arguments::text;
use super::signature::{LONG, STRING, many, once, optional};
use super::{Accepts, Context, Eval, Example, Function, Nulls, Returns, Signature};
use crate::kql::engine::Column;
use crate::kql::types::Type;
use crate::kql::value::Value;
use serde_json::{Value as Json, json};

/// This family.
pub static FUNCTIONS: &[&Function] = &[&PARSE_USER_AGENT, &RAND, &NEW_GUID, &ESTIMATE_DATA_SIZE];

static PARSE_USER_AGENT: Function = Function {
    name: "parse_user_agent",
    signatures: &[Signature {
        parameters: &[once("user_agent", STRING), optional("look_for", Accepts::Any)],
        returns: Returns::Only(Type::Dynamic),
    }],
    summary: "Browser, operating system and device that a user agent names, as far as its common parts tell.",
    source: "https://learn.microsoft.com/kusto/query/parse-user-agent-function",
    examples: &[
        Example {
            call: "parse_user_agent('Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/124.0.6367.60 Safari/537.36', 'browser').Browser.Family",
            result: "Chrome",
        },
        Example {
            call: "parse_user_agent('Mozilla/5.0 (Windows NT 10.0; Win64; x64)', 'os').OperatingSystem.Family",
            result: "Windows",
        },
    ],
    nulls: Nulls::Propagate,
    eval: Eval::Row(parse_user_agent),
};

static RAND: Function = Function {
    name: "rand",
    signatures: &[Signature { parameters: &[optional("range", LONG)], returns: Returns::Only(Type::Real) }],
    summary: "A number from 0 to 1, or a whole one from 0 to below the range; another for each row, the same each time \
              the query runs at one instant.",
    source: "https://learn.microsoft.com/kusto/query/rand-function",
    examples: &[
        Example { call: "rand() < 1.0", result: "True" },
        Example { call: "rand(1)", result: "0.0" },
        Example { call: "rand(1000) between (0 .. 999)", result: "True" },
    ],
    nulls: Nulls::Seen,
    eval: Eval::Columns(|context, arguments, rows| {
        let number = |row| {
            let unit = (context.next_random() >> 11) as f64 / (1_u64 << 53) as f64;
            match arguments.first().and_then(|range| range.value(row).as_long()) {
                Some(range) if range > 0 => (unit * range as f64).floor(),
                _ => unit,
            }
        };
        Column::from_natives(Type::Real, (0..rows).map(number).collect(), None)
    }),
};

static NEW_GUID: Function = Function {
    name: "new_guid",
    signatures: &[Signature { parameters: &[], returns: Returns::Only(Type::Guid) }],
    summary: "A random guid, another for each row.",
    source: "https://learn.microsoft.com/kusto/query/new-guid-function",
    examples: &[Example { call: "strlen(tostring(new_guid()))", result: "36" }],
    nulls: Nulls::Seen,
    eval: Eval::Columns(|context, _, rows| {
        let guid = |_| {
            let bits = u128::from(context.next_random()) << 64 | u128::from(context.next_random());
            // Version 4, variant 1.
            bits & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62
        };
        Column::from_natives(Type::Guid, (0..rows).map(guid).collect::<Vec<u128>>(), None)
    }),
};

static ESTIMATE_DATA_SIZE: Function = Function {
    name: "estimate_data_size",
    signatures: &[Signature {
        parameters: &[once("column", Accepts::Any), many("column", Accepts::Any)],
        returns: Returns::Only(Type::Long),
    }],
    summary: "About how many bytes the arguments take.",
    source: "https://learn.microsoft.com/kusto/query/estimate-data-size-function",
    examples: &[Example { call: "estimate_data_size('abc', 1)", result: "11" }],
    nulls: Nulls::Seen,
    eval: Eval::Row(|_, arguments| Value::Long(arguments.iter().map(size).sum())),
};

fn size(value: &Value) -> i64 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Int(_) => 4,
        Value::Long(_) | Value::Real(_) | Value::DateTime(_) | Value::TimeSpan(_) => 8,
        Value::Decimal(_) | Value::Guid(_) => 16,
        Value::String(text) => text.len() as i64,
        Value::Dynamic(json) => json.to_string().len() as i64,
    }
}

/// Browsers by the mark they leave, those that leave others' marks too first.
static BROWSERS: &[(&str, &str)] = &[
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
    ("Trident/", "IE"),
    ("curl/", "curl"),
    ("python-requests/", "Python Requests"),
    ("PowerShell/", "PowerShell"),
];

/// Operating systems by the mark they leave.
static SYSTEMS: &[(&str, &str)] = &[
    ("Windows NT ", "Windows"),
    ("Android ", "Android"),
    ("CPU iPhone OS ", "iOS"),
    ("CPU OS ", "iOS"),
    ("Mac OS X ", "Mac OS X"),
    ("Linux", "Linux"),
];

fn parse_user_agent(_: &Context, arguments: &[Value]) -> Value {
    let agent = text(arguments, 0);
    let wanted = match arguments.get(1) {
        Some(Value::Dynamic(json)) => json.to_string().to_lowercase(),
        Some(_) => text(arguments, 1).to_lowercase(),
        None => "browser os device".to_owned(),
    };
    let mut found = serde_json::Map::new();
    if wanted.contains("browser") {
        found.insert("Browser".to_owned(), marked(&agent, BROWSERS));
    }
    if wanted.contains("os") {
        found.insert("OperatingSystem".to_owned(), marked(&agent, SYSTEMS));
    }
    if wanted.contains("device") {
        let (family, brand) = match &agent {
            agent if agent.contains("iPhone") => ("iPhone", "Apple"),
            agent if agent.contains("iPad") => ("iPad", "Apple"),
            agent if agent.contains("Macintosh") => ("Mac", "Apple"),
            _ => ("Other", ""),
        };
        found.insert("Device".to_owned(), json!({"Family": family, "Brand": brand, "Model": ""}));
    }
    Value::dynamic(Json::Object(found))
}

/// The family and version of the first of `marks` that `agent` has.
fn marked(agent: &str, marks: &[(&str, &str)]) -> Json {
    let found = marks.iter().find_map(|(mark, family)| Some((agent.split_once(mark)?.1, *family)));
    let Some((after, family)) = found else { return json!({"Family": "Other"}) };
    let end = after.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_').unwrap_or(after.len());
    let mut version = after.get(..end).unwrap_or_default().split(['.', '_']);
    let mut part = || version.next().unwrap_or_default().to_owned();
    json!({"Family": family, "MajorVersion": part(), "MinorVersion": part(), "Patch": part()})
}
